package storetest

import (
	"context"
	"testing"
	"time"

	"yiping/geo"
)

func feedCases() []testCase {
	return []testCase{
		{"every earlier cursor leads to the same state", cursorsFold},
		{"a change is told once", toldOnce},
		{"what came and went between two cursors is told as gone", cameAndWent},
		{"the empty cursor is before everything", emptyCursor},
		{"a foreign cursor asks for a reload", foreignCursor},
		{"a cursor from before a new epoch asks for a reload", renewedCursor},
		{"cursors cover one another in order", coversInOrder},
		{"waiting ends when another handle writes", waitWakes},
		{"waiting ends when an outside program writes", waitWakesForSQL},
		{"waiting at an old cursor ends at once", waitAtOld},
		{"a callback's error ends the load", loadEnds},
		{"a sound store has no faults", checkSound},
	}
}

func cursorsFold(t *testing.T, h Harness) {
	var at []*mirror
	keep := func() { at = append(at, load(t, h.Store)) }
	keep()
	ids := mustApply(t, h.Store, by(create("a"), create("b"), create("c"))).IDs
	keep()
	mustApply(t, h.Store, by(report(ids[0], 738885, 1), replace(named("b2"), ids[1], 0)))
	keep()
	mustApply(t, h.Store, by(remove(ids[2], 0), geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "d", Date: 9}}))
	keep()
	h.SQL(t, `UPDATE test_site SET name = 'sql'`)
	keep()
	mustApply(t, h.Store, by(remove(ids[0], 0)))
	for _, m := range at {
		followed(t, h, m)
	}
}

func toldOnce(t *testing.T, h Harness) {
	m := load(t, h.Store)
	mustApply(t, h.Store, by(create("a")))
	if c := followed(t, h, m); len(c.Records) != 1 {
		t.Errorf("told %+v", c)
	}
	if c := followed(t, h, m); !c.Empty() {
		t.Errorf("told again %+v", c)
	}
}

func cameAndWent(t *testing.T, h Harness) {
	m := load(t, h.Store)
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(remove(id, 0)))
	c := followed(t, h, m)
	for _, r := range c.Records {
		if r.Feature != nil || r.ID != id {
			t.Errorf("told %+v", r)
		}
	}
}

func emptyCursor(t *testing.T, h Harness) {
	ctx := context.Background()
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(report(id, 738885, 1)))
	if err := h.Store.Wait(ctx, ""); err != nil {
		t.Errorf("wait: %v", err)
	}
	c, err := h.Store.Since(ctx, "")
	if geo.CodeOf(err) == geo.Reload {
		return // a store may ask for a load instead of giving everything
	}
	if err != nil {
		t.Fatal(err)
	}
	m := &mirror{layers: map[geo.LayerID]geo.Layer{}, records: map[geo.LayerID]map[geo.ID]geo.Record{}, dates: map[string]geo.DistrictDate{}}
	if err := m.fold(c); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "from nothing", m, load(t, h.Store))
}

func foreignCursor(t *testing.T, h Harness) {
	ctx := context.Background()
	here := load(t, h.Store).cursor
	for _, c := range []geo.Cursor{"x", "1", here + "0", "0" + here, here[:len(here)/2], "g1:0:0:0", "\x00", "'; DROP TABLE test_site; --"} {
		if _, err := h.Store.Since(ctx, c); geo.CodeOf(err) != geo.Reload {
			t.Errorf("since %q: %v, want reload", c, err)
		}
		if err := h.Store.Wait(ctx, c); err != nil && geo.CodeOf(err) != geo.Reload {
			t.Errorf("wait %q: %v", c, err)
		}
	}
}

func renewedCursor(t *testing.T, h Harness) {
	ctx := context.Background()
	mustApply(t, h.Store, by(create("a")))
	old, other := load(t, h.Store), h.Reopen(t)
	if err := h.Store.Renew(ctx); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]geo.Store{"same handle": h.Store, "other handle": other} {
		if _, err := s.Since(ctx, old.cursor); geo.CodeOf(err) != geo.Reload {
			t.Errorf("%s: %v, want reload", name, err)
		}
		now := load(t, s)
		mustEqual(t, name, now, old)
		if s.Covers(now.cursor, old.cursor) || s.Covers(old.cursor, now.cursor) {
			t.Errorf("%s: %q and %q cover one another", name, now.cursor, old.cursor)
		}
		mustApply(t, s, by(create(name)))
		followed(t, h, now)
		old.records = now.records
	}
}

func coversInOrder(t *testing.T, h Harness) {
	cs := []geo.Cursor{"", load(t, h.Store).cursor}
	for _, code := range []string{"a", "b", "c"} {
		cs = append(cs, mustApply(t, h.Store, by(create(code))).Cursor)
	}
	for i, a := range cs {
		for j, b := range cs {
			if got := h.Store.Covers(a, b); got != (i >= j) {
				t.Errorf("Covers(%q, %q) = %v", a, b, got)
			}
		}
	}
	if c := load(t, h.Store).cursor; !h.Store.Covers(c, cs[len(cs)-1]) {
		t.Errorf("a load at %q does not cover the batch before at %q", c, cs[len(cs)-1])
	}
	if h.Store.Covers("x", cs[1]) || h.Store.Covers(cs[1], "x") {
		t.Error("a foreign cursor covers")
	}
}

// awaitChange waits as a follower does until code is there.
func awaitChange(t *testing.T, h Harness, m *mirror, code string, write func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	started := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		close(started)
		for !m.has(site, code) {
			if err := h.Store.Wait(ctx, m.cursor); err != nil {
				done <- err
				return
			}
			if _, err := m.follow(ctx, h.Store); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	<-started
	write()
	if err := <-done; err != nil {
		t.Fatalf("waiting: %v", err)
	}
}

func waitWakes(t *testing.T, h Harness) {
	m, other := load(t, h.Store), h.Reopen(t)
	awaitChange(t, h, m, "a", func() { mustApply(t, other, by(create("a"))) })
	awaitChange(t, h, m, "b", func() { mustApply(t, h.Store, by(create("b"))) })
}

func waitWakesForSQL(t *testing.T, h Harness) {
	m := load(t, h.Store)
	awaitChange(t, h, m, "sql", func() { h.SQL(t, `INSERT INTO test_site (code, name) VALUES ('sql', 'n')`) })
}

func waitAtOld(t *testing.T, h Harness) {
	old := load(t, h.Store).cursor
	mustApply(t, h.Store, by(create("a")))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Store.Wait(ctx, old); err != nil {
		t.Error(err)
	}
}

func loadEnds(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a"), create("b")))
	stop := geo.Errorf(geo.Unsupported, "stop")
	n := 0
	err := h.Store.Load(context.Background(), func(geo.Head) error { return nil }, func(geo.Record) error { n++; return stop })
	if geo.CodeOf(err) != geo.Unsupported || n != 1 {
		t.Errorf("%d records, then %v", n, err)
	}
	if err := h.Store.Load(context.Background(), func(geo.Head) error { return stop }, nil); geo.CodeOf(err) != geo.Unsupported {
		t.Errorf("head: %v", err)
	}
	load(t, h.Store)
}

func checkSound(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	faults, err := h.Store.Check(context.Background())
	if err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	if m := load(t, h.Store); len(m.faults) != 0 {
		t.Errorf("faults told: %v", m.faults)
	}
}
