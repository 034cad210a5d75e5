package gpkg_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/gpkg"
)

// roads gives what a load gives of the layer road: code, name and reports.
func roads(t testing.TB, load func(context.Context, func(geo.Head) error, func(geo.Record) error) error) string {
	t.Helper()
	found := map[string]string{}
	err := load(context.Background(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		found[r.Feature.Code] = fmt.Sprintf("%s=%s/%d", r.Feature.Code, r.Feature.Properties.Text("name"), len(r.Reports))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(slices.Sorted(maps.Values(found)), " ")
}

func known(s *gpkg.Store, at time.Time) func(context.Context, func(geo.Head) error, func(geo.Record) error) error {
	return func(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
		return s.LoadKnown(ctx, at, head, record)
	}
}

// moment gives a time after all that was recorded and before all that will be.
func moment() time.Time {
	now := time.Now()
	for next := now.Truncate(time.Millisecond).Add(time.Millisecond); time.Now().Before(next); {
		runtime.Gosched()
	}
	return now
}

func unpack(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), strings.TrimSuffix(name, ".gz"))
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The file was written by the first version. Feature 4 was driven out by an
// INSERT OR REPLACE, which that version did not write down.
func TestAnOldStoreIsBroughtUpToDateWithItsPast(t *testing.T) {
	path := unpack(t, "v1.gpkg.gz")
	s := open(t, path)
	second := func(n int) time.Time { return time.Date(2022, 11, 28, 0, 0, n, 0, time.UTC) }
	for n, want := range []string{"",
		"a=路 a/0 b=路 b/0 c=路 c/0 d=路 d/0",
		"a=路 a/1 b=路 b/0 c=路 c/0 d=路 d/0",
		"a=路 a/1 c=路 c/0 d=路 d/0",
	} {
		if got := roads(t, known(s, second(n))); got != want {
			t.Errorf("known in second %d: %q, want %q", n, got, want)
		}
	}
	now := roads(t, s.Load)
	if want := "a=by SQL/1 c=路 c/0 d=drove d out/0"; now != want {
		t.Errorf("loaded %q, want %q", now, want)
	}
	if got := roads(t, known(s, moment())); got != now {
		t.Errorf("known now %q, loaded %q", got, now)
	}
	vs, err := s.Trace(context.Background(), "road", 4, 5)
	if err != nil || len(vs) != 2 || vs[0].Op != "delete" || vs[1].Actor != "old" || !vs[1].Recorded.Equal(second(1)) {
		t.Errorf("traced %+v, %v", vs, err)
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("e")})
	if got := roads(t, known(open(t, path), moment())); got != now+" e=路 e/0" {
		t.Errorf("written to and opened again: %q", got)
	}
}

func TestFeaturesDrivenOutAreFollowedAndKnownToBeGone(t *testing.T) {
	for name, c := range map[string]struct{ stmt, want string }{
		"insert or replace":            {`INSERT OR REPLACE INTO road (code, name) VALUES ('a', 'new')`, "a=new/0 b=路 b/0"},
		"insert or replace of several": {`INSERT OR REPLACE INTO road (code, name) VALUES ('x', 'x'), ('b', 'new'), ('a', 'newer'), ('b', 'newest')`, "a=newer/0 b=newest/0 x=x/0"},
		"insert or ignore":             {`INSERT OR IGNORE INTO road (code, name) VALUES ('a', 'new'), ('x', 'x')`, "a=路 a/1 b=路 b/0 x=x/0"},
		"insert on conflict update":    {`INSERT INTO road (code, name) VALUES ('a', 'new') ON CONFLICT (code) DO UPDATE SET name = 'updated'`, "a=updated/1 b=路 b/0"},
		"update or replace":            {`UPDATE OR REPLACE road SET code = 'a' WHERE code = 'b'`, "a=路 b/0"},
		"update or ignore":             {`UPDATE OR IGNORE road SET code = 'a' WHERE code = 'b'`, "a=路 a/1 b=路 b/0"},
		"with recursive triggers":      {`PRAGMA recursive_triggers = ON; INSERT OR REPLACE INTO road (code, name) VALUES ('a', 'new')`, "a=new/0 b=路 b/0"},
		"a report":                     {`INSERT OR REPLACE INTO road_report (feature_id, date, remark) SELECT id, '2023-12-31', 'new' FROM road WHERE code = 'a'`, "a=路 a/1 b=路 b/0"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.gpkg")
			s := open(t, path)
			put := geo.Edit{Op: geo.PutReport, Of: 2, Report: geo.Report{Layer: "road", Date: 738885, Properties: geo.Properties{"remark": "r"}}}
			bare := func(code string) geo.Edit {
				f := lane(code)
				f.Geometry = nil
				return geo.Edit{Op: geo.Create, Feature: f}
			}
			apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, bare("a"), put, bare("b"))
			f, before := follow(t, s), moment()
			if err := outside(path, c.stmt); err != nil {
				t.Fatal(err)
			}
			after := moment()
			if got := roads(t, s.Load); got != c.want {
				t.Fatalf("loaded %q, want %q", got, c.want)
			}
			if got := roads(t, known(s, after)); got != c.want {
				t.Errorf("known %q, want %q", got, c.want)
			}
			if got := roads(t, known(s, before)); got != "a=路 a/1 b=路 b/0" {
				t.Errorf("known before %q", got)
			}
			f.until(t, "all is followed", func() bool {
				return strings.Join(f.codes(), " ") == strings.Join(slices.Sorted(maps.Keys(codes(c.want))), " ")
			})
		})
	}
}

func codes(want string) map[string]bool {
	out := map[string]bool{}
	for s := range strings.FieldsSeq(want) {
		if code, _, ok := strings.Cut(s, "="); ok {
			out[code] = true
		}
	}
	return out
}

// Whatever another program does to the tables, what is loaded after it was
// mended is known from then on, and what was there before stays known.
func TestTablesChangedUnwatchedAreKnownAfterTheirMending(t *testing.T) {
	for name, stmts := range map[string]string{
		"triggers dropped, rows changed": `DROP TRIGGER yiping_road_update; DROP TRIGGER yiping_road_update_version; DROP TRIGGER yiping_road_delete;
			UPDATE road SET name = 'unseen', width = 0.3 WHERE code = 'a'; DELETE FROM road WHERE code = 'b'`,
		"report triggers dropped": `DROP TRIGGER yiping_road_report_update; DROP TRIGGER yiping_road_report_update_version; DROP TRIGGER yiping_road_report_delete;
			UPDATE road_report SET remark = 'unseen' WHERE feature_id = 1; DELETE FROM road_report WHERE feature_id = 2`,
		"a column added": `ALTER TABLE road ADD COLUMN class TEXT; UPDATE road SET class = '主干路'`,
		"a column dropped": `DROP TRIGGER yiping_road_limit_insert; DROP TRIGGER yiping_road_limit_update; DROP TRIGGER yiping_road_insert; DROP TRIGGER yiping_road_insert_version;
			DROP TRIGGER yiping_road_update; DROP TRIGGER yiping_road_update_version; DROP TRIGGER yiping_road_delete; ALTER TABLE road DROP COLUMN lanes`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.gpkg")
			s := open(t, path)
			put := func(of int) geo.Edit {
				return geo.Edit{Op: geo.PutReport, Of: of, Report: geo.Report{Layer: "road", Date: 738885, Properties: geo.Properties{"remark": "r"}}}
			}
			apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")}, put(2), geo.Edit{Op: geo.Create, Feature: lane("b")}, put(4))
			was, before := all(t, s.Load), moment()
			if err := outside(path, stmts); err != nil {
				t.Fatal(err)
			}
			now := all(t, s.Load)
			if now == was {
				t.Fatal("the statements changed nothing")
			}
			if got := all(t, known(s, moment())); got != now {
				t.Errorf("known\n%s\nloaded\n%s", got, now)
			}
			if got := all(t, known(s, before)); got != was {
				t.Errorf("known before\n%s\nwas\n%s", got, was)
			}
		})
	}
}

// all writes every record of a load.
func all(t testing.TB, load func(context.Context, func(geo.Head) error, func(geo.Record) error) error) string {
	t.Helper()
	var b strings.Builder
	if err := load(context.Background(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		fmt.Fprintf(&b, "%+v %+v\n", *r.Feature, r.Reports)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTokensAreNoContentOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.gpkg")
	s := open(t, path)
	apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()})
	if err := s.AddToken(context.Background(), geo.Token{ID: "a", Actor: "a", Hash: geo.HashSecret("s"), Rights: geo.Rights}); err != nil {
		t.Fatal(err)
	}
	if out := run(t, "ogrinfo", "-q", path); strings.Contains(out, "token") || !strings.Contains(out, "road") {
		t.Errorf("other programs see\n%s", out)
	}
}
