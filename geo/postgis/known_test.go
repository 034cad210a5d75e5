package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis"
)

// reasons gives what was known at a moment of the projects: code and reason.
func reasons(t testing.TB, s *postgis.Store, at time.Time) string {
	t.Helper()
	found := map[string]string{}
	err := s.LoadKnown(context.Background(), at, func(geo.Head) error { return nil }, func(r geo.Record) error {
		if r.Layer == city.Project {
			found[r.Feature.Code] = fmt.Sprintf("%s=%s/%d", r.Feature.Code, r.Feature.Properties.Text("reason"), len(r.Reports))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(slices.Sorted(maps.Values(found)), " ")
}

func mustKnow(t testing.TB, s *postgis.Store, at time.Time, want string) {
	t.Helper()
	if got := reasons(t, s, at); got != want {
		t.Errorf("known %q, want %q", got, want)
	}
}

// A transaction begun in the morning and committed in the evening changes nothing
// of what was known at noon, whenever one looks; and it is known whole.
func TestATransactionCountsFromItsCommit(t *testing.T) {
	s, url := cityStore(t, "a", "b")
	tx := begin(t, url)
	exec := func(sql string) {
		t.Helper()
		if _, err := tx.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE project SET reason = 'one' WHERE code = 'a'")
	noon := time.Now()
	mustKnow(t, s, noon, "a=/0 b=/0")
	exec("UPDATE project SET reason = 'two' WHERE code = 'b'")
	exec("INSERT INTO project_report (feature_id, date, actual_progress) SELECT id, '2022-12-31', 50 FROM project WHERE code = 'a'")
	run(t, connect(t, url), "INSERT INTO project (code, name) VALUES ('c', 'c')") // it waits for nobody
	mustKnow(t, s, time.Now(), "a=/0 b=/0 c=/0")
	afternoon := time.Now()
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	evening := time.Now()
	mustKnow(t, s, noon, "a=/0 b=/0")
	mustKnow(t, s, afternoon, "a=/0 b=/0 c=/0")
	mustKnow(t, s, evening, "a=one/1 b=two/0 c=/0")
	vs, err := s.Trace(context.Background(), city.Project, 1, 10)
	if err != nil || len(vs) != 3 || !vs[1].Recorded.After(afternoon) || !vs[0].Recorded.Equal(vs[1].Recorded) {
		t.Errorf("traced %+v, %v", vs, err)
	}
	mustKnow(t, s, vs[0].Recorded, "a=one/1 b=two/0 c=/0")
	mustKnow(t, s, vs[0].Recorded.Add(-time.Microsecond), "a=/0 b=/0 c=/0")
}

// Between writing down its moment and being seen a transaction holds up who asks
// for a picture that must have it, and nobody else.
func TestACommitUnderWayIsWaitedFor(t *testing.T) {
	s, url := cityStore(t, "a")
	before := time.Now()
	tx := begin(t, url)
	for _, sql := range []string{"UPDATE project SET reason = 'one'", "SET CONSTRAINTS ALL IMMEDIATE"} {
		if _, err := tx.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Now()
	mustKnow(t, s, before, "a=/0") // it began later
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	err := s.LoadKnown(ctx, at, func(geo.Head) error { return nil }, func(geo.Record) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("did not wait: %v", err)
	}
	run(t, connect(t, url), "INSERT INTO project (code, name) VALUES ('b', 'b')") // a writer does not wait
	if err := tx.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	mustKnow(t, s, at, "a=one/0")
}

func TestATruncatedTableIsKnownAsItWas(t *testing.T) {
	s, url := cityStore(t, "a", "b")
	conn := connect(t, url)
	run(t, conn, "INSERT INTO project_report (feature_id, date, actual_progress) SELECT id, '2022-12-31', 50 FROM project")
	full := time.Now()
	run(t, conn, "TRUNCATE project_report")
	bare := time.Now()
	run(t, conn, "TRUNCATE project CASCADE")
	empty := time.Now()
	run(t, conn, "INSERT INTO project (code, name) VALUES ('a', 'a')")
	mustKnow(t, s, full, "a=/1 b=/1")
	mustKnow(t, s, bare, "a=/0 b=/0")
	mustKnow(t, s, empty, "")
	mustKnow(t, s, time.Now(), "a=/0")
	vs, err := s.Trace(context.Background(), city.Project, 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, v := range vs {
		told = append(told, v.What+" "+v.Op+" "+v.Properties.Text("name"))
	}
	if want := []string{"feature delete 项目 b", "report delete ", "report insert ", "feature insert 项目 b"}; !slices.Equal(told, want) {
		t.Errorf("traced %q, want %q", told, want)
	}
}

// Several reports change places in one statement.
func TestReportsThatSwapDatesAreKnown(t *testing.T) {
	s, url := cityStore(t, "a")
	conn := connect(t, url)
	run(t, conn, `INSERT INTO project_report (feature_id, date, actual_progress) SELECT id, d, extract(month FROM d) FROM project, unnest('{2022-10-31,2022-11-30,2022-12-31}'::date[]) d`,
		"BEGIN; UPDATE project_report SET date = date + 1000; UPDATE project_report SET date = date - 1000 + 31; COMMIT")
	var now, was []string
	collect := func(into *[]string) func(geo.Record) error {
		return func(r geo.Record) error {
			for _, p := range r.Reports {
				*into = append(*into, fmt.Sprintf("%s %d %v", p.Date, p.Version, p.Properties[geo.ActualProgress]))
			}
			return nil
		}
	}
	head := func(geo.Head) error { return nil }
	if err := errors.Join(s.Load(context.Background(), head, collect(&now)), s.LoadKnown(context.Background(), time.Now(), head, collect(&was))); err != nil {
		t.Fatal(err)
	}
	if len(now) != 3 || !slices.Equal(now, was) {
		t.Errorf("reports %q, known %q", now, was)
	}
}
