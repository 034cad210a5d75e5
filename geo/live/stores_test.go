package live_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/live"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// home is a store and a way to write to it past its own code.
type home struct {
	geo.Store
	exec func(t *testing.T, statement string)
}

// patience bounds every wait of these tests; nothing asserts how long it took.
const patience = 2 * time.Minute

func openGeoPackage(t *testing.T) home {
	path := filepath.Join(t.TempDir(), "city.gpkg")
	s, err := gpkg.Open(t.Context(), path, gpkg.Options{Poll: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	return home{s, func(t *testing.T, statement string) {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout=120000; "+statement); err != nil {
			t.Fatal(err)
		}
	}}
}

func openPostGIS(t *testing.T, url string) home {
	s, err := postgis.Open(t.Context(), url, postgis.Options{Poll: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	return home{s, func(t *testing.T, statement string) {
		if _, err := pgtest.Connect(t, url).Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}}
}

var declared pgtest.Template

// cityURL gives the URL of a database with the core layers.
func cityURL(t *testing.T) string {
	t.Helper()
	return declared.URL(t, func(url string) {
		s, err := postgis.Open(t.Context(), url, postgis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		declare(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func declare(t *testing.T, s geo.Store) {
	t.Helper()
	var edits []geo.Edit
	for _, l := range city.Layers() {
		edits = append(edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	apply(t, s, edits...)
}

func closing(t *testing.T, s geo.Store) {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
}

// follow puts a small city into the store and follows it.
func follow(t *testing.T, s geo.Store) (*live.Follower, *live.Hub) {
	t.Helper()
	first := settle(t, s)
	h := live.NewHub(s.Covers, live.HubOptions{Buffer: 4096})
	f := live.NewFollower(s, live.Options{Hub: h, MinBackoff: time.Millisecond, MaxBackoff: 100 * time.Millisecond})
	t.Cleanup(run(t, f))
	reach(t, f, first)
	return f, h
}

func settle(t *testing.T, s geo.Store) geo.Cursor {
	t.Helper()
	declare(t, s)
	return apply(t, s, district("CN"), date("CN", geo.NewDate(2022, 12, 31), false), project("P1", orb.Point{121.4, 31.2})).Cursor
}

func reach(t *testing.T, f *live.Follower, c geo.Cursor) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f.WaitFor(ctx, c); err != nil {
		t.Fatal(err)
	}
}

// hear gives the next event of the kind, passing over others.
func hear(t *testing.T, s *live.Subscription, kind live.Kind) *live.Event {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case e, ok := <-s.Events:
			if !ok {
				t.Fatal("cut off")
			}
			if e.Kind == kind {
				return e
			}
		case <-limit:
			t.Fatalf("no %s in %s", kind, patience)
		}
	}
}

func eachStore(t *testing.T, body func(*testing.T, home)) {
	t.Run("gpkg", func(t *testing.T) { body(t, openGeoPackage(t)) })
	t.Run("postgis", func(t *testing.T) { body(t, openPostGIS(t, cityURL(t))) })
}

func TestDirectSQLIsHeard(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		f, h := follow(t, s)
		sub := h.Subscribe("")
		defer sub.Close()
		s.exec(t, "UPDATE project SET goal_outcome = '无法完成' WHERE code = 'P1'")
		e := hear(t, sub, live.ChangeEvent)
		if len(e.Features) != 1 || e.Features[0].Code != "P1" || e.Features[0].Light != geo.Red || *e.Features[0].Was != geo.None {
			t.Errorf("heard %+v, want P1 turned red", e.Features)
		}
		l, _ := f.Current().Layer(city.Project)
		if i, ok := l.ByCode("P1"); !ok || i.Light() != geo.Red {
			t.Error("the snapshot does not show what was heard")
		}
		s.exec(t, "DELETE FROM project WHERE code = 'P1'")
		if e := hear(t, sub, live.ChangeEvent); len(e.Features) != 1 || !e.Features[0].Gone {
			t.Errorf("heard %+v, want P1 gone", e.Features)
		}
	})
}

// After any edits the followed snapshot is the one a fresh load gives, and so is
// what a listener has who applied all it heard.
func TestFollowedEqualsLoaded(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		f, h := follow(t, s)
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		rnd := rand.New(rand.NewPCG(seed, 1))
		sub := h.Subscribe("")
		defer sub.Close()
		has := lights(t, f.Current())
		for n := range 60 {
			randomBatch(t, s, rnd, n)
		}
		end := apply(t, s, project("end", nil))
		reach(t, f, end.Cursor)
		fresh, err := snapshot.Load(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		same(t, f.Current(), fresh)
		for heard := sub.Cursor; !s.Covers(heard, end.Cursor); {
			e := hear(t, sub, live.ChangeEvent)
			heard = e.Cursor
			for _, c := range e.Features {
				if c.Gone {
					delete(has, c.Code)
				} else {
					has[c.Code] = c.Light
				}
			}
		}
		if want := lights(t, fresh); !maps.Equal(has, want) {
			t.Errorf("the listener has %v, want %v", has, want)
		}
	})
}

func lights(t *testing.T, s *snapshot.Snapshot) map[string]geo.Light {
	t.Helper()
	l, ok := s.Layer(city.Project)
	if !ok {
		t.Fatal("no projects")
	}
	out := map[string]geo.Light{}
	for i := range l.All {
		out[i.Code()] = i.Light()
	}
	return out
}

// randomBatch makes, changes, deletes or reports on projects.
func randomBatch(t *testing.T, s geo.Store, rnd *rand.Rand, n int) {
	t.Helper()
	refs, err := s.Lookup(t.Context(), city.Project, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := orb.Point{121.3 + rnd.Float64()/4, 31.1 + rnd.Float64()/4}
	e := project(fmt.Sprint("N", n), at)
	for code, ref := range refs {
		switch rnd.IntN(5) {
		case 0:
			e = project(code, at)
			e.Op, e.Feature.ID = geo.Replace, ref.ID
		case 1:
			e = geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: ref.ID}}
		case 2:
			e = geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: ref.ID, Date: geo.NewDate(2022, time.Month(1+rnd.IntN(12)), 28),
				Properties: geo.Properties{geo.PlannedProgress: 90.0, geo.ActualProgress: float64(rnd.IntN(100))}}}
		}
		break
	}
	apply(t, s, e)
}

func same(t *testing.T, got, want *snapshot.Snapshot) {
	t.Helper()
	for _, w := range want.Layers() {
		g, ok := got.Layer(w.Decl().ID)
		if !ok || g.Len() != w.Len() || g.Counts("") != w.Counts("") || g.Counts("CN") != w.Counts("CN") {
			t.Fatalf("layer %s has %v, want %v", w.Decl().ID, g.Counts(""), w.Counts(""))
		}
		for i := range w.All {
			j, ok := g.ByID(i.ID())
			if !ok || j.Code() != i.Code() || j.Version() != i.Version() || j.Light() != i.Light() || !orb.Equal(i.Geometry(), j.Geometry()) ||
				!maps.Equal(i.Properties(), j.Properties()) || len(i.Reports()) != len(j.Reports()) {
				t.Errorf("%s %d is %s version %d, want %s version %d", w.Decl().ID, i.ID(), j.Code(), j.Version(), i.Code(), i.Version())
			}
		}
	}
}

func TestDatabaseRestart(t *testing.T) {
	cluster := pgtest.Start(t)
	s := openPostGIS(t, cluster.URL(t, "city"))
	f, h := follow(t, s)
	sub := h.Subscribe("")
	defer sub.Close()
	cluster.Stop(t)
	if e := hear(t, sub, live.StateEvent); e.State.Store != live.StoreAway {
		t.Errorf("heard %+v, want away", e.State)
	}
	if projects(f) != 1 || !f.Health().Away {
		t.Errorf("%d projects and health %+v while the database is down", projects(f), f.Health())
	}
	cluster.Restart(t)
	if e := hear(t, sub, live.StateEvent); e.State.Store != live.StoreOK {
		t.Errorf("heard %+v, want ok", e.State)
	}
	r := apply(t, s, project("P2", nil))
	reach(t, f, r.Cursor)
	// A pooled connection of before may be found dead once more on the way.
	limit, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for limit.Err() == nil && f.Health().Away {
		sleep(limit, time.Millisecond)
	}
	if projects(f) != 2 || f.Health().Away {
		t.Errorf("%d projects and health %+v after the restart", projects(f), f.Health())
	}
}

func TestLiveDistrictAdvancesOnBothStores(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		settle(t, s)
		apply(t, s, date("CN", geo.NewDate(2024, 2, 1), true))
		clock := func() time.Time { return time.Date(2024, 2, 28, 17, 0, 0, 0, time.UTC) } // the 29th in Shanghai
		var nodes []*live.Follower
		for range 2 {
			f := live.NewFollower(s, live.Options{Now: clock})
			nodes = append(nodes, f)
			t.Cleanup(run(t, f))
		}
		limit, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for n, f := range nodes {
			reach(t, f, "")
			d, _ := f.Current().District("CN")
			for limit.Err() == nil && d.Date != geo.NewDate(2024, 2, 29) {
				sleep(limit, time.Millisecond)
				d, _ = f.Current().District("CN")
			}
			if d.Date != geo.NewDate(2024, 2, 29) || !d.Live {
				t.Errorf("on node %d the district stands at %s, want 2024-02-29", n, d.Date)
			}
		}
	})
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
