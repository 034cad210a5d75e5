package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// event is one server-sent event as a browser reads it.
type event struct {
	kind, id string
	data     []byte
	comment  string
}

// ear is one open stream.
type ear struct {
	t      *testing.T
	header http.Header
	events chan event // ends with the stream
	stop   context.CancelFunc
}

func (s *service) listen(path string, header ...string) *ear {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("status %d", res.StatusCode)
	}
	e := &ear{t: s.t, header: res.Header, events: make(chan event, 1000), stop: cancel}
	go e.read(res.Body)
	s.t.Cleanup(cancel)
	return e
}

func (e *ear) read(body io.ReadCloser) {
	defer close(e.events)
	defer body.Close()
	var now event
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			e.events <- now
			now = event{}
		case name == "":
			now.comment = value
		case name == "event":
			now.kind = value
		case name == "id":
			now.id = value
		case name == "data":
			now.data = []byte(value)
		}
	}
}

// next gives the next event; comments are passed over.
func (e *ear) next() event {
	e.t.Helper()
	for {
		ev, ok := e.raw()
		if !ok {
			e.t.Fatal("the stream ended")
		}
		if ev.comment == "" {
			return ev
		}
	}
}

func (e *ear) raw() (event, bool) {
	e.t.Helper()
	select {
	case ev, ok := <-e.events:
		return ev, ok
	case <-time.After(patience):
		e.t.Fatalf("nothing came in %s", patience)
		return event{}, false
	}
}

// want checks the kind of the next event and reads its data.
func want[V any](e *ear, kind string) (V, event) {
	e.t.Helper()
	ev := e.next()
	var v V
	if ev.kind != kind {
		e.t.Fatalf("event %s (%s), want %s", ev.kind, ev.data, kind)
	}
	if err := json.Unmarshal(ev.data, &v); err != nil {
		e.t.Fatalf("%v in %s", err, ev.data)
	}
	return v, ev
}

type hello struct {
	Cursor   string
	Revision uint64
}

type changed struct {
	Cursor   string
	Revision uint64
	Features []struct {
		Layer, Code, Name, Light, Was, District string
		ID                                      int
		Status, Reason                          geo.Text
		Point                                   []float64
		Gone                                    bool
	}
	Tiles any
	Dates []geo.DistrictDate
}

func rename(t testing.TB, s geo.Store, code, name string) geo.Result {
	t.Helper()
	return apply(t, s, geo.Edit{Op: geo.Replace, Feature: geo.Feature{Layer: city.Project, ID: lookup(t, s, city.Project, code), Code: code,
		Properties: geo.Properties{"name": name, "district": "310105"}}})
}

func TestLive(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		s := start(t, open(t), setting{})
		e := s.listen("/api/live", "Accept-Encoding", "gzip")
		for name, want := range map[string]string{"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Content-Encoding": "",
			"Cache-Control": "no-store, no-transform"} {
			if got := e.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		h, ev := want[hello](e, "hello")
		if h.Cursor == "" || ev.id != h.Cursor || e.header.Get("Yiping-Cursor") != h.Cursor {
			t.Errorf("hello %+v with id %q, header %q", h, ev.id, e.header.Get("Yiping-Cursor"))
		}
		r := apply(t, s.store, geo.Edit{Op: geo.Replace, Feature: geo.Feature{Layer: city.Project, ID: lookup(t, s.store, city.Project, "P1"), Code: "P1",
			Properties: geo.Properties{"name": "改", "district": "310105", "goal_outcome": city.GoalStopped}}})
		c, ev := want[changed](e, "change")
		if !s.store.Covers(geo.Cursor(c.Cursor), r.Cursor) || ev.id != c.Cursor || len(c.Features) != 1 {
			t.Fatalf("change %+v with id %q, want one feature at %s", c, ev.id, r.Cursor)
		}
		if f := c.Features[0]; f.Code != "P1" || f.Name != "改" || f.Light != "red" || f.Was != "green" || f.District != "310105" || f.Status.ZH != "终止实施" || f.Reason.EN == "" {
			t.Errorf("feature %+v", f)
		}
		g := s.get("/api/features/project")
		if !s.store.Covers(geo.Cursor(g.header.Get("Yiping-Cursor")), geo.Cursor(c.Cursor)) {
			t.Errorf("heard %s, read %s", c.Cursor, g.header.Get("Yiping-Cursor"))
		}
		apply(t, s.store, setDate("310105", geo.NewDate(2022, 6, 30), false))
		c, _ = want[changed](e, "change")
		if len(c.Dates) != 1 || c.Dates[0].District != "310105" || c.Dates[0].Date.String() != "2022-06-30" {
			t.Errorf("dates %v", c.Dates)
		}
	})
}

func TestLiveResumesByLastEventID(t *testing.T) {
	s := start(t, openStore(t), setting{})
	e := s.listen("/api/live")
	_, ev := want[hello](e, "hello")
	last, heard := ev.id, 0
	for n := range 20 {
		rename(t, s.store, "P1", fmt.Sprint("名", n))
		if n%3 == 0 { // the line drops; what happens meanwhile must not be lost
			e.stop()
			n++
			rename(t, s.store, "P2", fmt.Sprint("断", n))
			e = s.listen("/api/live", "Last-Event-ID", last)
			if _, ev := want[hello](e, "hello"); ev.id != "" {
				t.Errorf("a resuming hello has the id %q: it would hide what follows", ev.id)
			}
		}
		// Changes may come folded; the newest name must arrive in any case.
		for final := false; !final; {
			c, ev := want[changed](e, "change")
			last = ev.id
			for _, f := range c.Features {
				final = final || f.Name == fmt.Sprint("名", n) || f.Name == fmt.Sprint("断", n)
			}
			heard++
		}
	}
	if heard < 20 {
		t.Errorf("%d changes heard", heard)
	}
}

func TestLiveFromACursor(t *testing.T) {
	s := start(t, openStore(t), setting{})
	since := s.get("/api/overview").header.Get("Yiping-Cursor")
	r := rename(t, s.store, "P1", "名")
	s.reach(r.Cursor)
	e := s.listen("/api/live?since=" + escape(since))
	want[hello](e, "hello")
	if c, _ := want[changed](e, "change"); c.Features[0].Name != "名" {
		t.Errorf("change %+v", c)
	}
	foreign := s.listen("/api/live?since=another-city")
	want[hello](foreign, "hello")
	if h, ev := want[hello](foreign, "reload"); h.Cursor == "" || ev.id != h.Cursor {
		t.Errorf("reload %+v with id %q", h, ev.id)
	}
}

func TestLiveOfOneDistrict(t *testing.T) {
	s := start(t, openStore(t), setting{})
	here, there := s.listen("/api/live?district=310105"), s.listen("/api/live?district=310107")
	want[hello](here, "hello")
	want[hello](there, "hello")
	rename(t, s.store, "P1", "名")
	a, _ := want[changed](here, "change")
	b, _ := want[changed](there, "change")
	if len(a.Features) != 1 || len(b.Features) != 0 || a.Cursor != b.Cursor {
		t.Errorf("here %+v, there %+v", a, b)
	}
}

func TestLiveBeats(t *testing.T) {
	s := start(t, openStore(t), setting{heartbeat: 5 * time.Millisecond})
	e := s.listen("/api/live")
	want[hello](e, "hello")
	for range 3 {
		if ev, ok := e.raw(); !ok || ev.comment == "" {
			t.Fatalf("event %+v, want a sign of life", ev)
		}
	}
}

func TestLiveTellsTheStoresState(t *testing.T) {
	store := &flaky{Store: openStore(t)}
	s := start(t, store, setting{})
	type state struct {
		Store string
		Since time.Time
	}
	e := s.listen("/api/live")
	want[hello](e, "hello")
	store.away(true)
	if st, ev := want[state](e, "state"); st.Store != "away" || st.Since.IsZero() || ev.id != "" {
		t.Errorf("state %+v with id %q", st, ev.id)
	}
	late := s.listen("/api/live")
	want[hello](late, "hello")
	if st, _ := want[state](late, "state"); st.Store != "away" {
		t.Errorf("who comes later hears %+v", st)
	}
	store.away(false)
	if st, _ := want[state](e, "state"); st.Store != "ok" {
		t.Errorf("state %+v", st)
	}
}

// A listener that does not read is cut off, and the others hear all the same.
func TestLiveCutsOffTheSlow(t *testing.T) {
	s := start(t, openStore(t), setting{buffer: 2})
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(conn, "GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")
	quick := s.listen("/api/live")
	want[hello](quick, "hello")
	until(t, func() bool { return s.hub.Stats().Listeners == 2 })
	long := strings.Repeat("长", 60_000)
	for n := 0; s.hub.Stats().Cut == 0; n++ {
		if n == 400 {
			t.Fatal("the one that does not read is still there after 400 events")
		}
		rename(t, s.store, "P1", fmt.Sprint(n, long))
		if c, _ := want[changed](quick, "change"); !strings.HasPrefix(c.Features[0].Name, fmt.Sprint(n, "长")) {
			t.Fatalf("heard %.20s after %d", c.Features[0].Name, n)
		}
	}
	if st := s.hub.Stats(); st.Cut != 1 || st.Listeners != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestLiveEndsWithTheHub(t *testing.T) {
	s := start(t, openStore(t), setting{})
	e := s.listen("/api/live")
	want[hello](e, "hello")
	s.hub.Close()
	if ev, ok := e.raw(); ok {
		t.Errorf("event %+v after the end", ev)
	}
	until(t, func() bool { return strings.Contains(s.log.String(), "route=live") })
}

func TestLiveLeavesNothingBehind(t *testing.T) {
	s := start(t, openStore(t), setting{})
	s.get("/api/overview")
	before := runtime.NumGoroutine()
	var ears []*ear
	for range 40 {
		e := s.listen("/api/live")
		want[hello](e, "hello")
		ears = append(ears, e)
	}
	for _, e := range ears[:20] {
		e.stop()
	}
	until(t, func() bool { return s.hub.Stats().Listeners == 20 })
	rename(t, s.store, "P1", "名")
	for _, e := range ears[20:] {
		want[changed](e, "change")
	}
	s.hub.Close()
	until(t, func() bool {
		http.DefaultClient.CloseIdleConnections()
		return s.hub.Stats().Listeners == 0 && runtime.NumGoroutine() <= before
	})
}

func TestChanges(t *testing.T) {
	s := start(t, openStore(t), setting{})
	type poll struct {
		Cursor string
		Events []struct {
			Event string
			Data  changed
		}
		Store struct{ Store string }
	}
	first := decode[poll](t, s.get("/api/changes"))
	if first.Cursor == "" || len(first.Events) != 0 || first.Store.Store != "ok" {
		t.Fatalf("the first poll gives %+v", first)
	}
	if calm := decode[poll](t, s.get("/api/changes?wait=0&since="+escape(first.Cursor))); calm.Cursor != first.Cursor || len(calm.Events) != 0 {
		t.Errorf("without waiting it gives %+v", calm)
	}
	var wg sync.WaitGroup
	var waiting poll
	wg.Go(func() { waiting = decode[poll](t, s.get("/api/changes?since="+escape(first.Cursor))) })
	until(t, func() bool { return s.hub.Stats().Listeners == 1 })
	rename(t, s.store, "P1", "名")
	wg.Wait()
	if len(waiting.Events) != 1 || waiting.Events[0].Event != "change" || waiting.Cursor != waiting.Events[0].Data.Cursor {
		t.Errorf("the open poll gives %+v", waiting)
	}
	again := decode[poll](t, s.get("/api/changes?since="+escape(first.Cursor)))
	if len(again.Events) != 1 || again.Cursor != waiting.Cursor {
		t.Errorf("asked again it gives %+v", again)
	}
	if lost := decode[poll](t, s.get("/api/changes?since=another-city")); len(lost.Events) != 1 || lost.Events[0].Event != "reload" {
		t.Errorf("a foreign cursor gives %+v", lost)
	}
}
