package live_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"yiping/geo"
	"yiping/geo/live"
	"yiping/tiles"
)

// number reads the cursors of these tests, which are plain numbers.
func number(c geo.Cursor) int {
	n, err := strconv.Atoi(string(c))
	if err != nil {
		return -1
	}
	return n
}

func coversNumber(a, b geo.Cursor) bool { return number(a) >= 0 && number(a) >= number(b) }

func change(n int) *live.Event {
	return &live.Event{Kind: live.ChangeEvent, Cursor: geo.Cursor(strconv.Itoa(n)), Revision: uint64(n),
		Features: []live.Changed{{Layer: "project", ID: geo.ID(n), District: "A"}}}
}

func cursors(events []*live.Event) []int {
	var out []int
	for _, e := range events {
		out = append(out, number(e.Cursor))
	}
	return out
}

func newHub(o live.HubOptions, upTo int) *live.Hub {
	h := live.NewHub(coversNumber, o)
	h.Start("1", 1)
	for n := 2; n <= upTo; n++ {
		h.Announce(change(n))
	}
	return h
}

func TestResume(t *testing.T) {
	for _, c := range []struct {
		name  string
		ring  int
		since geo.Cursor
		want  string // cursors missed, or reload
	}{
		{"a new listener has missed nothing", 8, "", "[]"},
		{"at the first cursor all is sent", 8, "1", "[2 3 4 5 6]"},
		{"in the middle the rest is sent", 8, "4", "[5 6]"},
		{"at the head nothing is sent", 8, "6", "[]"},
		{"ahead of the head nothing is sent", 8, "9", "[]"},
		{"the oldest event kept is the limit", 3, "3", "[4 5 6]"},
		{"older than the ring must reload", 3, "2", "reload"},
		{"a foreign cursor must reload", 8, "from-elsewhere", "reload"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newHub(live.HubOptions{Ring: c.ring}, 6).Subscribe(c.since)
			defer s.Close()
			got := fmt.Sprint(cursors(s.Missed))
			if len(s.Missed) == 1 && s.Missed[0].Kind == live.ReloadEvent {
				got = "reload"
			}
			if got != c.want {
				t.Errorf("missed %s, want %s", got, c.want)
			}
			if s.Cursor != "6" || s.Revision != 6 {
				t.Errorf("the hub stands at %s/%d, want 6/6", s.Cursor, s.Revision)
			}
		})
	}
}

func TestReloadEndsResuming(t *testing.T) {
	h := newHub(live.HubOptions{}, 6)
	h.Announce(&live.Event{Kind: live.ReloadEvent, Cursor: "7", Revision: 7})
	h.Announce(change(8))
	old, fresh := h.Subscribe("6"), h.Subscribe("7")
	if len(old.Missed) != 1 || old.Missed[0].Kind != live.ReloadEvent || old.Missed[0].Cursor != "8" {
		t.Errorf("who stood before the reload was sent %v, want one reload at 8", cursors(old.Missed))
	}
	if got := fmt.Sprint(cursors(fresh.Missed)); got != "[8]" {
		t.Errorf("who stood at the reload was sent %s, want [8]", got)
	}
}

func TestSlowListenerIsCutOff(t *testing.T) {
	h := live.NewHub(coversNumber, live.HubOptions{Buffer: 4})
	h.Start("1", 1)
	slow, quick := h.Subscribe(""), h.Subscribe("")
	var got []*live.Event
	for n := 2; n <= 20; n++ {
		h.Announce(change(n))
		got = append(got, <-quick.Events)
	}
	if fmt.Sprint(cursors(got)) != "[2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20]" {
		t.Errorf("the quick listener heard %v", cursors(got))
	}
	var heard []*live.Event
	for e := range slow.Events {
		heard = append(heard, e)
	}
	if fmt.Sprint(cursors(heard)) != "[2 3 4 5]" {
		t.Errorf("the slow listener heard %v before it was cut off, want its buffer", cursors(heard))
	}
	again := h.Subscribe(heard[len(heard)-1].Cursor)
	if got := append(heard, again.Missed...); len(got) != 19 {
		t.Errorf("after resuming the slow listener has %d events, want 19", len(got))
	}
	if st := h.Stats(); st.Cut != 1 || st.Listeners != 2 {
		t.Errorf("stats %+v, want one cut and two listeners", st)
	}
}

func TestCloseEndsEverySubscription(t *testing.T) {
	h := newHub(live.HubOptions{}, 3)
	s := h.Subscribe("")
	h.Close()
	if _, open := <-s.Events; open {
		t.Error("the subscription is open after the hub closed")
	}
	late := h.Subscribe("1")
	if _, open := <-late.Events; open {
		t.Error("a subscription after the close is open")
	}
	s.Close()
	s.Close()
	late.Close()
}

func TestNewsAnotherNodeHasTold(t *testing.T) {
	h := newHub(live.HubOptions{}, 3)
	s := h.Subscribe("5") // read on a node that is two ahead
	defer s.Close()
	var news []int
	for n := 4; n <= 8; n++ {
		h.Announce(change(n))
		if e := <-s.Events; s.News(e) {
			news = append(news, number(e.Cursor))
		}
	}
	if fmt.Sprint(news) != "[6 7 8]" {
		t.Errorf("news %v, want [6 7 8]", news)
	}
}

func TestBody(t *testing.T) {
	was := geo.Green
	e := &live.Event{Kind: live.ChangeEvent, Cursor: "7", Revision: 3,
		Features: []live.Changed{
			{Layer: "project", ID: 1, District: "A", Light: geo.Red, Was: &was},
			{Layer: "project", ID: 2, District: "B", Gone: true},
		},
		Tiles: live.TileList{IDs: []tiles.ID{{Z: 3, X: 6, Y: 3}}},
		Dates: []geo.DistrictDate{{District: "B", Date: geo.NewDate(2022, 12, 31)}}}
	for _, c := range []struct {
		name, district string
		event          *live.Event
		want           string
	}{
		{"all districts", "", e, `{"cursor":"7","revision":3,"features":[{"layer":"project","id":1,"code":"","name":"","light":"red","was":"green","status":{"zh":""},"reason":{"zh":""},"district":"A"},` +
			`{"layer":"project","id":2,"code":"","name":"","light":"none","status":{"zh":""},"reason":{"zh":""},"district":"B","gone":true}],"tiles":["3/6/3"],"dates":[{"district":"B","date":"2022-12-31","live":false}]}`},
		{"one district", "A", e, `{"cursor":"7","revision":3,"features":[{"layer":"project","id":1,"code":"","name":"","light":"red","was":"green","status":{"zh":""},"reason":{"zh":""},"district":"A"}],"tiles":["3/6/3"],"dates":[]}`},
		{"a district it does not touch", "C", e, `{"cursor":"7","revision":3,"features":[],"tiles":["3/6/3"],"dates":[]}`},
		{"all tiles", "", &live.Event{Kind: live.ChangeEvent, Cursor: "1", Tiles: live.TileList{All: true}}, `{"cursor":"1","revision":0,"features":[],"tiles":"all","dates":[]}`},
		{"reload", "", &live.Event{Kind: live.ReloadEvent, Cursor: "9", Revision: 4}, `{"cursor":"9","revision":4}`},
		{"state", "", &live.Event{Kind: live.StateEvent, State: live.StoreState{Store: live.StoreAway}}, `{"store":"away","since":"0001-01-01T00:00:00Z"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.event.Body(c.district, live.Hidden{})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("body\n%s\nwant\n%s", got, c.want)
			}
			if !json.Valid(got) {
				t.Error("the body is not JSON")
			}
		})
	}
}

// Listeners come, go, hang and resume while events are announced; each that
// stays must hear every event once and in order.
func TestListenersTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events = 400
		h := live.NewHub(coversNumber, live.HubOptions{Buffer: 3, Ring: events})
		h.Start("1", 1)
		var wg sync.WaitGroup
		for n := range 40 {
			wg.Go(func() { listenUntil(t, h, events, n%4 == 0) })
		}
		synctest.Wait()
		for n := 2; n <= events; n++ {
			h.Announce(change(n))
		}
		wg.Wait()
		if st := h.Stats(); st.Listeners != 0 {
			t.Errorf("%d listeners left behind", st.Listeners)
		}
	})
}

func listenUntil(t *testing.T, h *live.Hub, last int, restless bool) {
	seen := 1
	for seen < last {
		s := h.Subscribe(geo.Cursor(strconv.Itoa(seen)))
		take := func(e *live.Event) {
			if number(e.Cursor) != seen+1 {
				t.Errorf("heard %s after %d", e.Cursor, seen)
			}
			seen = number(e.Cursor)
		}
		for _, e := range s.Missed {
			take(e)
		}
		for seen < last {
			e, ok := <-s.Events
			if !ok {
				break
			}
			if s.News(e) {
				take(e)
			}
			if restless && seen%7 == 0 {
				break
			}
		}
		s.Close()
	}
}

// The cost of one event told to 10,000 listeners who all keep up.
func BenchmarkAnnounce10k(b *testing.B) {
	h := live.NewHub(coversNumber, live.HubOptions{Buffer: 64})
	h.Start("1", 1)
	var wg sync.WaitGroup
	for range 10_000 {
		s := h.Subscribe("")
		wg.Go(func() {
			for range s.Events {
			}
		})
	}
	for b.Loop() {
		h.Announce(change(2))
	}
	b.StopTimer()
	b.ReportMetric(float64(h.Stats().Cut), "cut")
	h.Close()
	wg.Wait()
}
