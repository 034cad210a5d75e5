package postgis

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
	"yiping/geo/postgis/pgtest"
)

// oldStore makes a store as the first version left it: a layer with reports, and
// one with a field that its history could not hold.
func oldStore(t *testing.T, url string, layers ...geo.Layer) *pgx.Conn {
	t.Helper()
	ctx := context.Background()
	conn := pgtest.Connect(t, url)
	steps, err := readMigrations()
	if err != nil {
		t.Fatal(err)
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := migrateIn(ctx, tx, steps[:1], &ground{}); err != nil {
			return err
		}
		if err := lockTables(ctx, tx); err != nil {
			return err
		}
		for _, l := range layers {
			decl, err := json.Marshal(l)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO yiping.layer (id, declaration) VALUES ($1, $2)", l.ID, decl); err != nil {
				return err
			}
			if err := conform(ctx, tx, &l, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// held gives the records that a load gives, by layer in order.
func held(t *testing.T, load func(context.Context, func(geo.Head) error, func(geo.Record) error) error) (out []geo.Record) {
	t.Helper()
	if err := load(context.Background(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		out = append(out, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnOldStoreIsBroughtUpToDateWithItsPast(t *testing.T) {
	ctx := context.Background()
	url := pgtest.URL(t)
	spot := geo.Layer{ID: "spot", Geometry: geo.Points, Fields: []geo.Field{{Name: "name", Type: geo.TextField}},
		Reports: []geo.Field{{Name: "remark", Type: geo.TextField}}}
	odd := geo.Layer{ID: "odd", Geometry: geo.NoGeometry, Fields: []geo.Field{{Name: "x", Type: geo.IntField}}}
	conn := oldStore(t, url, spot, odd)
	exec := func(sql string) time.Time {
		t.Helper()
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return time.Now()
	}
	exec("INSERT INTO spot (code, name, geom) SELECT 's' || i, 'first', ST_SetSRID(ST_MakePoint(i / 7.0, 31), 4326) FROM generate_series(1, 20) i")
	first := exec("INSERT INTO odd (code, x) VALUES ('o', 4)")
	exec("UPDATE spot SET name = 'second' WHERE id > 10")
	exec("DELETE FROM spot WHERE id = 3")
	exec("INSERT INTO spot_report (feature_id, date, remark) SELECT id, '2022-11-30', 'r' FROM spot WHERE id < 5")
	second := exec("UPDATE odd SET x = 5")
	exec("UPDATE spot_report SET date = '2022-12-31' WHERE feature_id = 1") // its history does not say that it left November
	var before int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM yiping.history").Scan(&before); err != nil {
		t.Fatal(err)
	}

	s, err := Open(ctx, url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	known := func(at time.Time) []geo.Record {
		return held(t, func(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
			return s.LoadKnown(ctx, at, head, record)
		})
	}
	now := held(t, s.Load)
	if len(now) != 20 || !reflect.DeepEqual(known(time.Now()), now) {
		t.Errorf("loaded %d records; known now %+v", len(now), known(time.Now()))
	}
	names := func(rs []geo.Record) (out []string) {
		for _, r := range rs {
			if r.Layer == "spot" {
				out = append(out, r.Feature.Properties.Text("name"))
			}
		}
		return out
	}
	if was := names(known(first)); len(was) != 20 || slices.Contains(was, "second") {
		t.Errorf("known first %q", was)
	}
	if was := names(known(second)); len(was) != 19 || was[0] != "first" || was[18] != "second" {
		t.Errorf("known second %q", was)
	}
	var after int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM yiping.history").Scan(&after); err != nil || after != before+2 {
		t.Errorf("%d rows of history became %d, want one for the report that left and one for the odd layer; %v", before, after, err)
	}
	if faults, err := s.Check(ctx); err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
}

// TestThePastIsReadInOrderOfItsIndexes proves the plan: the last version of each
// feature and report comes out of an index, in order, with nothing to sort or to
// hold. A layer of millions streams.
func TestThePastIsReadInOrderOfItsIndexes(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, pgtest.URL(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l := geo.Layer{ID: "spot", Geometry: geo.Points, Reports: []geo.Field{{Name: "v", Type: geo.FloatField}}}
	if _, err := s.Apply(ctx, geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"INSERT INTO spot (code, geom) SELECT i, ST_SetSRID(ST_MakePoint(121, 31), 4326) FROM generate_series(1, 10000) i",
		"INSERT INTO spot_report (feature_id, date, v) SELECT id, d, id FROM spot, unnest('{2022-11-30,2022-12-31}'::date[]) d",
		"UPDATE spot SET code = code || 'x' WHERE id % 10 = 0", "ANALYZE yiping.history"} {
		if _, err := s.pool.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.reading(ctx, func(tx pgx.Tx) error {
		p, err := pastAt(ctx, tx, time.Now())
		if err != nil {
			return err
		}
		for index, report := range map[string]bool{"history_feature": false, "history_report": true} {
			r, err := p.reader(ctx, tx, &l, report)
			if err != nil {
				return err
			}
			rows, err := tx.Query(ctx, "EXPLAIN "+r.all(), r.args...)
			if err != nil {
				return err
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				return err
			}
			if plan := strings.Join(lines, "\n"); !strings.Contains(plan, "Index Scan using "+index) || strings.Contains(plan, "Sort") {
				t.Errorf("plan of %s:\n%s", index, plan)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
