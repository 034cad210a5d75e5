package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/postgis/pgtest"
)

// TestPollTouchesOnlyWhatIsNew proves the plan: with a long feed, an idle writer
// at the front of it and another with 50,000 rows not yet committed, a poll reads
// index ranges of the new rows and nothing else.
func TestPollTouchesOnlyWhatIsNew(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, pgtest.URL(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // after the open transactions, for which it waits
	if _, err := s.Apply(ctx, geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Declare, Layer: geo.Layer{ID: "spot", Geometry: geo.Points}}}}); err != nil {
		t.Fatal(err)
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := s.pool.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	open := func(sql string) {
		t.Helper()
		tx, err := s.pool.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tx.Rollback(ctx) })
		if _, err := tx.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	open("INSERT INTO spot (code) VALUES ('idle since this morning')")
	for i := range 20 {
		exec(fmt.Sprintf("INSERT INTO spot (code) SELECT '%d-' || i FROM generate_series(1, 2000) i", i))
	}
	exec("ANALYZE yiping.feed")
	var at geo.Cursor
	if err := s.Load(ctx, func(h geo.Head) error { at = h.Cursor; return nil }, func(geo.Record) error { return nil }); err != nil {
		t.Fatal(err)
	}
	open("INSERT INTO spot (code) SELECT 'import-' || i FROM generate_series(1, 50000) i")
	for i := range 3 {
		exec(fmt.Sprintf("INSERT INTO spot (code) VALUES ('new-%d')", i))
	}
	st, err := readState(ctx, s.pool, readerStateSQL)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := parseCursor(at)
	if len(st.now.xip) != 2 || len(p.xip) != 1 {
		t.Fatalf("running transactions: %v then %v", p.xip, st.now.xip)
	}
	lo, hi := bounds(p.news(st.now))
	for _, c := range []struct {
		sql    string
		served []string
	}{{feedSQL, []string{}}, {servedFeedSQL, []string{"spot"}}} {
		if rows, blocks := explain(t, s, c.sql, lo, hi, c.served); rows != 3 || blocks > 120 {
			t.Errorf("the poll with %v served from the database read %v rows in %v blocks", c.served, rows, blocks)
		}
	}
}

// explain runs a statement and gives the rows it returned and the blocks it
// touched; no part of it may scan the feed.
func explain(t *testing.T, s *Store, sql string, args ...any) (rows, blocks float64) {
	t.Helper()
	var out []byte
	if err := s.pool.QueryRow(context.Background(), "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+sql, args...).Scan(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "Seq Scan") || !strings.Contains(string(out), "feed_xid") {
		t.Errorf("the plan is not by index ranges:\n%s", out)
	}
	var plans []struct {
		Plan map[string]any
	}
	if err := json.Unmarshal(out, &plans); err != nil {
		t.Fatal(err)
	}
	p := plans[0].Plan
	return p["Actual Rows"].(float64), p["Shared Hit Blocks"].(float64) + p["Shared Read Blocks"].(float64)
}

func TestSnapshotsAgreeWithSetsOfIds(t *testing.T) {
	// Every pair of snapshots over ids below 7: what news and covers say of them
	// must be what the sets of visible ids say.
	var all []snapshot
	for xmax := range uint64(7) {
		for bits := range 1 << xmax {
			s := snapshot{xmax: xmax}
			for x := range xmax {
				if bits>>x&1 == 1 {
					s.xip = append(s.xip, x)
				}
			}
			all = append(all, s)
		}
	}
	for _, a := range all {
		for _, b := range all {
			covers := true
			for x := range uint64(8) {
				want := b.sees(x) && !a.sees(x)
				covers = covers && !want
				got := 0
				for _, sp := range a.news(b) {
					if sp.lo <= x && x < sp.hi {
						got++
					}
				}
				if got > 1 || (got == 1) != want {
					t.Fatalf("news from %v to %v gives %d %d times, want %v", a, b, x, got, want)
				}
			}
			if a.covers(b) != covers {
				t.Fatalf("%v covers %v: %v, want %v", a, b, a.covers(b), covers)
			}
		}
		p := position{identity{7000000000000000000, 3, 16384, "0af"}, a}
		if q, ok := parseCursor(p.cursor()); !ok || fmt.Sprint(q) != fmt.Sprint(p) {
			t.Fatalf("%v came back as %v from %q", p, q, p.cursor())
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("pg1.a.1.2.e.5")
	f.Add(string(position{identity{1, 1, 1, "e"}, snapshot{9, []uint64{3, 5}}}.cursor()))
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := parseCursor(geo.Cursor(text)); ok && p.cursor() != geo.Cursor(text) {
			t.Errorf("%q reads as %q", text, p.cursor())
		}
	})
}
