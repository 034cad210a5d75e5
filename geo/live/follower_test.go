package live_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

var errAway = geo.Errorf(geo.Unavailable, "connection refused")

func project(code string, at orb.Geometry) geo.Edit {
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.Project, Code: code, Geometry: at,
		Properties: geo.Properties{"name": code, "district": "CN"}}}
}

func district(code string) geo.Edit {
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.District, Code: code, Properties: geo.Properties{"name": code},
		Geometry: orb.Polygon{{{121.3, 31.1}, {121.5, 31.1}, {121.5, 31.3}, {121.3, 31.3}, {121.3, 31.1}}}}}
}

func date(code string, d geo.Date, live bool) geo.Edit {
	return geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: code, Date: d, Live: live}}
}

func apply(t *testing.T, s geo.Store, edits ...geo.Edit) geo.Result {
	t.Helper()
	r, err := s.Apply(t.Context(), geo.Batch{Actor: "test", Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run starts the follower and gives a function that stops it and waits.
func run(t *testing.T, f *live.Follower) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func projects(f *live.Follower) int {
	s := f.Current()
	if s == nil {
		return -1
	}
	l, ok := s.Layer(city.Project)
	if !ok {
		return -1
	}
	return l.Len()
}

// bubble runs a follower of a memory store on a clock of its own.
func bubble(t *testing.T, body func(t *testing.T, m *memory, f *live.Follower, h *live.Hub)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(city.Layers()...)
		h := live.NewHub(m.Covers, live.HubOptions{})
		f := live.NewFollower(m, live.Options{Hub: h, Touched: func(snapshot.Delta) []tiles.ID { return []tiles.ID{{Z: 1}} }})
		stop := run(t, f)
		synctest.Wait()
		body(t, m, f, h)
		stop()
		synctest.Wait()
	})
}

func TestFollowerAppliesAndAnnounces(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		s := h.Subscribe("")
		defer s.Close()
		r := apply(t, m, project("P1", orb.Point{121.4, 31.2}))
		e := <-s.Events
		if e.Kind != live.ChangeEvent || e.Cursor != r.Cursor || len(e.Features) != 1 || e.Features[0].Code != "P1" || e.Features[0].Was != nil {
			t.Errorf("announced %+v, want P1 new at %s", e, r.Cursor)
		}
		if p := e.Features[0].Point; p == nil || *p != (orb.Point{121.4, 31.2}) {
			t.Errorf("announced at %v", p)
		}
		if len(e.Tiles.IDs) != 1 || e.Tiles.All {
			t.Errorf("tiles %+v, want those Touched names", e.Tiles)
		}
		if projects(f) != 1 {
			t.Errorf("%d projects are read, want 1", projects(f))
		}
		gone := geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: r.IDs[0]}}
		apply(t, m, gone)
		e = <-s.Events
		if len(e.Features) != 1 || !e.Features[0].Gone || e.Features[0].District != "CN" || *e.Features[0].Was != geo.None {
			t.Errorf("announced %+v, want P1 gone from CN", e.Features)
		}
	})
}

func TestTilesAnnounced(t *testing.T) {
	many := make([]tiles.ID, 5000)
	for n := range many {
		many[n] = tiles.ID{Z: 16, X: uint32(n)}
	}
	for _, c := range []struct {
		name    string
		touched func(snapshot.Delta) []tiles.ID
		want    string
	}{
		{"none", func(snapshot.Delta) []tiles.ID { return nil }, "[]"},
		{"by name", func(snapshot.Delta) []tiles.ID { return []tiles.ID{{}, {Z: 1, X: 1}} }, `["0/0/0","1/1/0"]`},
		{"the root alone is all", func(snapshot.Delta) []tiles.ID { return []tiles.ID{{}} }, `"all"`},
		{"too many are all", func(snapshot.Delta) []tiles.ID { return many }, `"all"`},
		{"all where nobody knows", nil, `"all"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(city.Layers()...)
				h := live.NewHub(m.Covers, live.HubOptions{})
				stop := run(t, live.NewFollower(m, live.Options{Hub: h, Touched: c.touched}))
				synctest.Wait()
				s := h.Subscribe("")
				apply(t, m, project("P1", orb.Point{121.4, 31.2}))
				got, err := (<-s.Events).Tiles.MarshalJSON()
				if err != nil || string(got) != c.want {
					t.Errorf("tiles %s (%v), want %s", got, err, c.want)
				}
				stop()
			})
		})
	}
}

func TestFollowerSurvivesAnAbsentStore(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		apply(t, m, project("P1", nil))
		synctest.Wait()
		s := h.Subscribe("")
		defer s.Close()
		away := time.Now()
		m.setDown(errAway)
		if e := <-s.Events; e.Kind != live.StateEvent || e.State.Store != live.StoreAway || !e.State.Since.Equal(away) {
			t.Errorf("announced %+v, want away since %v", e.State, away)
		}
		time.Sleep(10 * time.Minute)
		health := f.Health()
		if !health.Ready || !health.Away || !health.Since.Equal(away) || !errors.Is(health.LastError, errAway) {
			t.Errorf("health %+v, want ready and away since %v", health, away)
		}
		if projects(f) != 1 {
			t.Errorf("%d projects are read while the store is away, want 1", projects(f))
		}
		m.setDown(nil)
		r := apply(t, m, project("P2", nil))
		if e := <-s.Events; e.Kind != live.ChangeEvent || e.Cursor != r.Cursor {
			t.Errorf("announced %v %s, want what happened meanwhile", e.Kind, e.Cursor)
		}
		if e := <-s.Events; e.State.Store != live.StoreOK {
			t.Errorf("announced %+v, want ok", e.State)
		}
		if f.Health().Away {
			t.Error("health says away after the return")
		}
	})
}

func TestFollowerBacksOff(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		m.setDown(errAway)
		synctest.Wait()
		_, before := m.calls()
		time.Sleep(time.Hour)
		_, attempts := m.calls()
		attempts -= before
		// Pauses of 7.5 s to 15 s once backed off.
		if attempts < 240 || attempts > 500 {
			t.Errorf("%d attempts in an hour, want between 240 and 500", attempts)
		}
		m.setDown(nil)
	})
}

func TestFollowerLoadsWhenTheStoreIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(city.Layers()...)
		m.setDown(errAway)
		f := live.NewFollower(m, live.Options{})
		stop := run(t, f)
		time.Sleep(time.Minute)
		if f.Current() != nil || f.Health().Ready || !f.Health().Away {
			t.Errorf("health %+v before the store was there", f.Health())
		}
		m.setDown(nil)
		time.Sleep(time.Minute)
		if f.Current() == nil || !f.Health().Ready || f.Health().Away {
			t.Errorf("health %+v after the store came", f.Health())
		}
		stop()
	})
}

func TestFollowerReloads(t *testing.T) {
	for name, disturb := range map[string]func(*memory){
		"when its cursor is too old": func(m *memory) { m.prune() },
		"after a restore": func(m *memory) {
			if err := m.Renew(context.Background()); err != nil {
				panic(err)
			}
		},
		"when changes do not fit the snapshot": func(m *memory) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.seq++
			k := memoryKey{"nowhere", 1}
			m.records[k] = &geo.Record{Layer: "nowhere", ID: 1, Feature: &geo.Feature{Layer: "nowhere", ID: 1, Code: "X", Properties: geo.Properties{}}}
			m.touched[k] = m.seq
			m.ringLocked()
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
				apply(t, m, project("P1", nil))
				synctest.Wait()
				old := f.Current().Cursor()
				s := h.Subscribe("")
				defer s.Close()
				disturb(m)
				if e := <-s.Events; e.Kind != live.ReloadEvent || e.Cursor != f.Current().Cursor() {
					t.Errorf("announced %v at %s, want reload", e.Kind, e.Cursor)
				}
				if n := f.Health().Loads; n != 2 || projects(f) != 1 {
					t.Errorf("%d loads and %d projects, want 2 and 1", n, projects(f))
				}
				if late := h.Subscribe(old); len(late.Missed) != 1 || late.Missed[0].Kind != live.ReloadEvent {
					t.Errorf("who resumes from before missed %v, want one reload", cursors(late.Missed))
				}
			})
		})
	}
}

func TestALayerDeclaredAnewIsAReload(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		s := h.Subscribe("")
		defer s.Close()
		apply(t, m, geo.Edit{Op: geo.Declare, Layer: geo.Layer{ID: "tree", Geometry: geo.Points}})
		if e := <-s.Events; e.Kind != live.ReloadEvent {
			t.Errorf("announced %v, want reload", e.Kind)
		}
		if f.Health().Loads != 1 {
			t.Errorf("%d loads, want 1: listeners reload, the follower need not", f.Health().Loads)
		}
	})
}

func TestNewFaultsAreAnnouncedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		s := h.Subscribe("")
		defer s.Close()
		m.setFaults(geo.Fault{Layer: city.Project, Message: "triggers are gone"})
		if e := <-s.Events; len(e.Features) != 0 || len(f.Current().Faults()) != 1 {
			t.Errorf("announced %v with faults %v", e.Features, f.Current().Faults())
		}
		time.Sleep(10 * time.Minute)
		m.setFaults()
		<-s.Events
		if n := f.Current().Revision(); n != 2 || len(f.Current().Faults()) != 0 {
			t.Errorf("revision %d with faults %v, want two changes and none", n, f.Current().Faults())
		}
	})
}

func TestFaultsAreLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		m := newMemory(city.Layers()...)
		stop := run(t, live.NewFollower(m, live.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}))
		synctest.Wait()
		gone := geo.Fault{Layer: city.Project, Message: "triggers are gone"}
		for _, faults := range [][]geo.Fault{{gone}, {gone, {Layer: city.Street, Message: "the table is missing"}}, {}} {
			m.setFaults(faults...)
			synctest.Wait()
			time.Sleep(10 * time.Minute)
		}
		stop()
		synctest.Wait()
		for _, want := range []string{"triggers are gone", "the table is missing", "no fault any more"} {
			if n := strings.Count(log.String(), want); n != 1 {
				t.Errorf("“%s” stands %d times in the log, want once:\n%s", want, n, log.String())
			}
		}
	})
}

func TestLiveDistrictsAdvanceAtMidnightInShanghai(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The bubble's clock begins at 2000-01-01 00:00 UTC, 08:00 in Shanghai.
		m := newMemory(city.Layers()...)
		seeded, behind := geo.NewDate(1999, 6, 30), geo.NewDate(1999, 12, 20)
		apply(t, m, district("CN"), district("PT"), date("CN", behind, true), date("PT", seeded, false))
		var stops []func()
		var nodes []*live.Follower
		for range 3 {
			f := live.NewFollower(m, live.Options{})
			nodes = append(nodes, f)
			stops = append(stops, run(t, f))
		}
		synctest.Wait()
		check := func(when string, want geo.Date, batches int) {
			t.Helper()
			for n, f := range nodes {
				cn, _ := f.Current().District("CN")
				pt, _ := f.Current().District("PT")
				if cn.Date != want || !cn.Live || pt.Date != seeded || pt.Live {
					t.Errorf("%s node %d has CN at %s, PT at %s; want %s and %s", when, n, cn.Date, pt.Date, want, seeded)
				}
			}
			if applied, _ := m.calls(); applied != batches {
				t.Errorf("%s %d batches were applied, want %d: the first node wins", when, applied, batches)
			}
		}
		check("at the start", geo.NewDate(2000, 1, 1), 2)
		time.Sleep(15*time.Hour + 59*time.Minute)
		check("before midnight", geo.NewDate(2000, 1, 1), 2)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		check("after midnight", geo.NewDate(2000, 1, 2), 3)
		m.setDown(errAway)
		time.Sleep(24 * time.Hour)
		m.setDown(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		check("after a midnight without a store", geo.NewDate(2000, 1, 3), 4)
		for _, stop := range stops {
			stop()
		}
	})
}

func TestWaitFor(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, h *live.Hub) {
		r := apply(t, m, project("P1", nil))
		if err := f.WaitFor(t.Context(), r.Cursor); err != nil {
			t.Errorf("waiting for a cursor on its way: %v", err)
		}
		if projects(f) != 1 {
			t.Errorf("%d projects after the wait, want 1", projects(f))
		}
		for _, cursor := range []geo.Cursor{"0:99", "7:1", "nonsense"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := f.WaitFor(ctx, cursor)
			cancel()
			if geo.CodeOf(err) != geo.Unavailable {
				t.Errorf("waiting for %s: %v, want code unavailable", cursor, err)
			}
		}
	})
}

// Whoever hears of a cursor reads at least that cursor, from the snapshot and
// from what Publish was told before.
func TestWhatIsHeardCanBeRead(t *testing.T) {
	m := newMemory(city.Layers()...)
	h := live.NewHub(m.Covers, live.HubOptions{Buffer: 4096})
	var published atomic.Pointer[snapshot.Snapshot]
	f := live.NewFollower(m, live.Options{Hub: h, Publish: func(s *snapshot.Snapshot, _ snapshot.Delta) { published.Store(s) }})
	stop := run(t, f)
	defer stop()
	const edits = 300
	var last geo.Cursor
	var wg sync.WaitGroup
	subs := make([]*live.Subscription, 8)
	if err := f.WaitFor(t.Context(), "0:0"); err != nil {
		t.Fatal(err)
	}
	for n := range subs {
		subs[n] = h.Subscribe("0:0")
	}
	for n := range edits {
		last = apply(t, m, project(fmt.Sprint("P", n), nil)).Cursor
	}
	for _, s := range subs {
		wg.Go(func() {
			defer s.Close()
			read := func(e *live.Event) bool {
				if !m.Covers(f.Current().Cursor(), e.Cursor) || !m.Covers(published.Load().Cursor(), e.Cursor) {
					t.Errorf("heard %s, read %s, tiles at %s", e.Cursor, f.Current().Cursor(), published.Load().Cursor())
				}
				return e.Cursor == last
			}
			for _, e := range s.Missed {
				if read(e) {
					return
				}
			}
			for e := range s.Events {
				if read(e) {
					return
				}
			}
		})
	}
	wg.Wait()
}
