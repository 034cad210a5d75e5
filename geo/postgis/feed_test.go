package postgis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// cityStore gives a store with the core layers and some projects.
func cityStore(t testing.TB, codes ...string) (*postgis.Store, string) {
	t.Helper()
	url := declared.URL(t, func(url string) { closed(t, url, func(s geo.Store) { declareCity(t, s) }) })
	s := open(t, url)
	if len(codes) > 0 {
		found(t, s, codes...)
	}
	return s, url
}

// found makes projects.
func found(t testing.TB, s geo.Store, codes ...string) {
	t.Helper()
	b := geo.Batch{Actor: "seed"}
	for _, c := range codes {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Create, Feature: project(c)})
	}
	if _, err := s.Apply(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

func declareCity(t testing.TB, s geo.Store, codes ...string) {
	t.Helper()
	b := geo.Batch{Actor: "seed"}
	for _, l := range city.Layers() {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	if _, err := s.Apply(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if len(codes) > 0 {
		found(t, s, codes...)
	}
}

func project(code string) geo.Feature {
	return geo.Feature{Layer: city.Project, Code: code, Geometry: orb.Point{121.4, 31.2}, Properties: geo.Properties{"name": "项目 " + code}}
}

// follower is the plainest one: codes of projects by id, and what it was told.
type follower struct {
	t      testing.TB
	store  geo.Store
	cursor geo.Cursor
	codes  map[geo.ID]string
	byCode map[string]geo.Record
	faults []geo.Fault
}

func follow(t testing.TB, s geo.Store) *follower {
	t.Helper()
	f := &follower{t: t, store: s}
	f.load()
	return f
}

func (f *follower) load() {
	f.t.Helper()
	f.codes, f.byCode = map[geo.ID]string{}, map[string]geo.Record{}
	err := f.store.Load(context.Background(), func(h geo.Head) error { f.cursor, f.faults = h.Cursor, h.Faults; return nil }, func(r geo.Record) error { f.put(r); return nil })
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *follower) put(r geo.Record) {
	if r.Layer != city.Project {
		return
	}
	delete(f.byCode, f.codes[r.ID])
	delete(f.codes, r.ID)
	if r.Feature != nil {
		f.codes[r.ID], f.byCode[r.Feature.Code] = r.Feature.Code, r
	}
}

// poll folds what happened since.
func (f *follower) poll() geo.Changes {
	f.t.Helper()
	c, err := f.store.Since(context.Background(), f.cursor)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, l := range c.Reset {
		if l == city.Project {
			f.codes, f.byCode = map[geo.ID]string{}, map[string]geo.Record{}
		}
	}
	for _, r := range c.Records {
		f.put(r)
	}
	f.cursor, f.faults = c.Cursor, c.Faults
	return c
}

func (f *follower) mustHave(codes ...string) {
	f.t.Helper()
	if len(f.byCode) != len(codes) {
		f.t.Fatalf("%d projects, want %q", len(f.byCode), codes)
	}
	for _, c := range codes {
		if _, ok := f.byCode[c]; !ok {
			f.t.Fatalf("project %q is not there", c)
		}
	}
}

// mustAgree compares the follower with a fresh load.
func (f *follower) mustAgree() {
	f.t.Helper()
	g := follow(f.t, f.store)
	if len(g.codes) != len(f.codes) {
		f.t.Fatalf("follower has %d projects, the store %d", len(f.codes), len(g.codes))
	}
	for id, code := range g.codes {
		a, b := f.byCode[code].Feature, g.byCode[code].Feature
		if f.codes[id] != code || fmt.Sprint(*a) != fmt.Sprint(*b) || len(f.byCode[code].Reports) != len(g.byCode[code].Reports) {
			f.t.Fatalf("project %d is %+v, in the store %+v", id, a, b)
		}
	}
}

func begin(t testing.TB, url string) pgx.Tx {
	t.Helper()
	tx, err := connect(t, url).Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

func insert(t testing.TB, tx pgx.Tx, codes ...string) {
	t.Helper()
	for _, c := range codes {
		if _, err := tx.Exec(context.Background(), "INSERT INTO project (code, name) VALUES ($1, $1)", c); err != nil {
			t.Fatal(err)
		}
	}
}

func commit(t testing.TB, tx pgx.Tx) {
	t.Helper()
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTransactionsThatCommitOutOfOrderAreAllFollowed(t *testing.T) {
	s, url := cityStore(t)
	f := follow(t, s)
	first, second, third := begin(t, url), begin(t, url), begin(t, url)
	insert(t, first, "first") // takes the lowest transaction id
	insert(t, second, "second")
	insert(t, third, "third")
	commit(t, third)
	f.poll()
	f.mustHave("third")
	early := *f // a follower that sleeps from here on
	early.codes, early.byCode = map[geo.ID]string{}, map[string]geo.Record{}
	commit(t, second)
	f.poll()
	f.mustHave("third", "second")
	if c := f.poll(); !c.Empty() {
		t.Errorf("told twice: %+v", c.Records)
	}
	commit(t, first)
	f.poll()
	f.mustHave("third", "second", "first")
	early.poll()
	early.mustHave("second", "first") // what it was told before is not told again
}

func TestCursorOfABatchTakesTheNeighboursOnlyWhenTheyAreThere(t *testing.T) {
	s, url := cityStore(t)
	open := begin(t, url)
	insert(t, open, "open")
	res, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: project("mine")}}})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, open)
	f := &follower{t: t, store: s, cursor: res.Cursor, codes: map[geo.ID]string{}, byCode: map[string]geo.Record{}}
	f.poll()
	f.mustHave("open")
	if !s.Covers(f.cursor, res.Cursor) || s.Covers(res.Cursor, f.cursor) {
		t.Errorf("cursors %q and %q do not follow one another", res.Cursor, f.cursor)
	}
}

func TestIdleTransactionBlocksNeitherWritersNorTheFeed(t *testing.T) {
	s, url := cityStore(t, "touched", "free")
	f := follow(t, s)
	idle := begin(t, url)
	insert(t, idle, "pending")
	if _, err := idle.Exec(context.Background(), "UPDATE project SET note = 'held' WHERE code = 'touched'"); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		code := fmt.Sprint("new", i)
		if _, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: project(code)}}}); err != nil {
			t.Fatal(err)
		}
		run(t, connect(t, url), "UPDATE project SET note = 'seen' WHERE code = 'free'")
		if f.poll(); f.byCode[code].Feature == nil || f.byCode["free"].Feature.Version != uint64(i+2) {
			t.Fatalf("round %d was not followed", i)
		}
	}
	commit(t, idle)
	f.poll()
	if f.byCode["pending"].Feature == nil || f.byCode["touched"].Feature.Properties.Text("note") != "held" {
		t.Error("the idle transaction's work was not followed")
	}
	f.mustAgree()
}

func TestWriterHeldUpByAnotherSessionIsToldSo(t *testing.T) {
	url := pgtest.URL(t)
	s, err := postgis.Open(context.Background(), url, postgis.Options{LockTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	declareCity(t, s, "held")
	f := follow(t, s)
	idle := begin(t, url)
	if _, err := idle.Exec(context.Background(), "UPDATE project SET note = 'x'"); err != nil {
		t.Fatal(err)
	}
	p := project("held")
	p.ID = f.byCode["held"].ID
	if _, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Replace, Feature: p}}}); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
}

// killListeners cuts off whoever listens and gives how many there were.
func killListeners(t testing.TB, conn *pgx.Conn) int {
	t.Helper()
	return len(list[bool](t, conn, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query = 'LISTEN yiping' AND pid <> pg_backend_pid()`))
}

func TestLostBellLosesNoChange(t *testing.T) {
	s, url := cityStore(t)
	f := follow(t, s)
	ctx := context.Background()
	admin := connect(t, url)
	for i := range 3 {
		for killListeners(t, admin) == 0 { // until it listens (again)
			if err := s.Wait(ctx, f.cursor); err != nil {
				t.Fatal(err)
			}
			f.poll()
		}
		run(t, admin, fmt.Sprintf("INSERT INTO project (code, name) VALUES ('c%d', 'n')", i))
		for len(f.codes) <= i {
			if err := s.Wait(ctx, f.cursor); err != nil {
				t.Fatal(err)
			}
			f.poll()
		}
	}
	f.mustHave("c0", "c1", "c2")
}

func TestRingBetweenSinceAndWaitIsNotSleptThrough(t *testing.T) {
	url := pgtest.URL(t)
	s, err := postgis.Open(context.Background(), url, postgis.Options{Poll: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	declareCity(t, s)
	f := follow(t, s)
	conn := connect(t, url)
	for i := range 20 {
		run(t, conn, fmt.Sprintf("INSERT INTO project (code, name) VALUES ('c%d', 'n')", i))
		for len(f.codes) <= i { // with the poll an hour away only the bell ends this
			if err := s.Wait(context.Background(), f.cursor); err != nil {
				t.Fatal(err)
			}
			f.poll()
		}
	}
}

func TestPrunedFeedAsksOldCursorsToReload(t *testing.T) {
	url := pgtest.URL(t)
	s, err := postgis.Open(context.Background(), url, postgis.Options{Keep: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	declareCity(t, s, "a")
	old := follow(t, s)
	conn := connect(t, url)
	run(t, conn, "UPDATE project SET note = 'x'")
	now := follow(t, s)
	idle := begin(t, url)
	insert(t, idle, "pending")
	run(t, conn, "UPDATE project SET note = 'behind the idle one'")
	run(t, conn, "UPDATE yiping.feed SET recorded = recorded - interval '1 hour'")
	if n, err := s.Prune(context.Background()); err != nil || n == 0 {
		t.Fatalf("pruned %d rows, %v", n, err)
	}
	if left := list[int](t, conn, "SELECT count(*)::int FROM yiping.feed WHERE kind = 'f'"); left[0] != 1 {
		t.Errorf("%d feed rows left, want the one behind the running transaction", left[0])
	}
	if _, err := s.Since(context.Background(), old.cursor); geo.CodeOf(err) != geo.Reload {
		t.Errorf("old cursor: %v, want reload", err)
	}
	commit(t, idle)
	now.poll()
	now.mustHave("a", "pending")
	now.mustAgree()
	if n := list[int](t, conn, "SELECT count(*)::int FROM yiping.history WHERE layer = 'project' AND what = 'feature'"); n[0] != 4 {
		t.Errorf("history has %d rows, want 4: it is never pruned", n[0])
	}
}

func TestCursorOfAnotherDatabaseOrLifeAsksToReload(t *testing.T) {
	s, _ := cityStore(t, "a")
	other, _ := cityStore(t, "a")
	f := follow(t, s)
	if _, err := other.Since(context.Background(), f.cursor); geo.CodeOf(err) != geo.Reload {
		t.Errorf("another database: %v, want reload", err)
	}
	if err := s.Renew(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Since(context.Background(), f.cursor); geo.CodeOf(err) != geo.Reload {
		t.Errorf("renewed: %v, want reload", err)
	}
	f.load()
	f.mustHave("a")
}

func TestFeedOfTheFutureIsRefusedUntilRenewed(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	// As after a dump restored into a younger cluster.
	run(t, connect(t, url), "UPDATE yiping.feed SET xid = '9000000000' WHERE kind = 'f'")
	nothing := func(geo.Head) error { return nil }
	if err := s.Load(context.Background(), nothing, nil); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("load: %v, want unavailable", err)
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) != 1 {
		t.Errorf("check: %v, %v", faults, err)
	}
	if err := s.Renew(context.Background()); err != nil {
		t.Fatal(err)
	}
	f.load()
	f.mustHave("a")
	run(t, connect(t, url), "UPDATE project SET note = 'x'")
	f.poll()
	f.mustAgree()
}

func TestFollowerSurvivesARestartOfTheServer(t *testing.T) {
	c := pgtest.Start(t)
	url := c.URL(t, "city")
	s := open(t, url)
	declareCity(t, s, "a")
	f := follow(t, s)
	ctx := context.Background()
	if err := s.Wait(ctx, f.cursor); err != nil { // it listens
		t.Fatal(err)
	}
	run(t, connect(t, url), "INSERT INTO project (code, name) VALUES ('b', 'b')")
	c.Stop(t)
	if _, err := s.Since(ctx, f.cursor); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("since without a server: %v, want unavailable", err)
	}
	if _, err := s.Apply(ctx, geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: project("lost")}}}); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("apply without a server: %v, want unavailable", err)
	}
	c.Restart(t)
	f.poll()
	f.mustHave("a", "b")
	run(t, connect(t, url), "INSERT INTO project (code, name) VALUES ('c', 'c')")
	for len(f.codes) < 3 {
		if err := s.Wait(ctx, f.cursor); err != nil && geo.CodeOf(err) != geo.Unavailable {
			t.Fatal(err)
		}
		f.poll()
	}
	f.mustAgree()
}

func TestFailoverIsRefusedAsAStandbyAndReloadedAsThePrimary(t *testing.T) {
	c := pgtest.Start(t)
	url := c.URL(t, "city")
	s := open(t, url)
	declareCity(t, s, "a")
	f := follow(t, s)
	ctx := context.Background()
	c.Stop(t)
	c.Standby(t)
	if _, err := s.Since(ctx, f.cursor); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("since on a standby: %v, want unavailable", err)
	}
	if again, err := postgis.Open(ctx, url, postgis.Options{}); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("open on a standby: %v, %v, want unavailable", again, err)
	}
	c.Promote(t)
	_, err := s.Since(ctx, f.cursor)
	for n := 0; n < 100 && geo.CodeOf(err) == geo.Unavailable; n++ {
		_, err = s.Since(ctx, f.cursor) // a pooled connection of before is found dead
	}
	if geo.CodeOf(err) != geo.Reload {
		t.Errorf("since on the new timeline: %v, want reload", err)
	}
	f.load()
	f.mustHave("a")
	run(t, connect(t, url), "INSERT INTO project (code, name) VALUES ('b', 'b')")
	f.poll()
	f.mustHave("a", "b")
	f.mustAgree()
}

func TestReadOnlyServerIsRefused(t *testing.T) {
	_, url := cityStore(t)
	run(t, connect(t, url), "ALTER DATABASE "+list[string](t, connect(t, url), "SELECT current_database()::text")[0]+" SET default_transaction_read_only = on")
	if s, err := postgis.Open(context.Background(), url, postgis.Options{}); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("got %v, %v, want unavailable", s, err)
	}
}
