package postgis_test

import (
	"context"
	"encoding/json"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

func TestTruncateIsFollowedAsAReset(t *testing.T) {
	s, url := cityStore(t, "a", "b")
	f := follow(t, s)
	conn := connect(t, url)
	run(t, conn, "TRUNCATE project CASCADE", "INSERT INTO project (code, name) VALUES ('c', 'c')")
	c := f.poll()
	if len(c.Reset) != 1 || c.Reset[0] != city.Project {
		t.Errorf("reset %v", c.Reset)
	}
	f.mustHave("c")
	f.mustAgree()
	if id := f.byCode["c"].ID; id != 3 {
		t.Errorf("id %d was given again", id)
	}
}

func TestTruncateUnderAReaderIsNotSeenAsDeletions(t *testing.T) {
	s, url := cityStore(t, "a", "b")
	truncating := begin(t, url)
	if _, err := truncating.Exec(context.Background(), "TRUNCATE project CASCADE"); err != nil {
		t.Fatal(err)
	}
	loaded := make(chan int, 1)
	go func() {
		n := 0
		_ = s.Load(context.Background(), func(geo.Head) error { return nil }, func(geo.Record) error { n++; return nil })
		loaded <- n
	}()
	if err := truncating.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := <-loaded; n != 2 {
		t.Errorf("loaded %d features, want 2", n)
	}
}

// ogr runs ogr2ogr into the database behind url.
func ogr(t *testing.T, url string, args ...string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	place := "PG:host=" + cfg.Host + " port=5432 user=" + cfg.User + " dbname=" + cfg.Database
	out, err := exec.Command("ogr2ogr", append([]string{"-f", "PostgreSQL", place}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, out)
	}
}

// geojson writes projects to a file: names by code, none for a null geometry.
func geojson(t *testing.T, names map[string]string) string {
	t.Helper()
	type feature struct {
		Type       string            `json:"type"`
		Geometry   any               `json:"geometry"`
		Properties map[string]string `json:"properties"`
	}
	var fs []feature
	for code, name := range names {
		fs = append(fs, feature{"Feature", map[string]any{"type": "Point", "coordinates": []float64{121.5, 31.25}},
			map[string]string{"code": code, "name": name, "remark": "from outside", "outcome_date": "2022-12-31"}})
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": fs})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "projects.geojson")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOverwrittenTableIsMadeTheLayersOwnAgain(t *testing.T) {
	s, url := cityStore(t, "a", "b", "c")
	conn := connect(t, url)
	run(t, conn, "INSERT INTO project_report (feature_id, date, actual_progress) SELECT id, '2022-12-31', 50 FROM project")
	f := follow(t, s)
	before := f.byCode["b"].Feature
	ogr(t, url, "-overwrite", "-nln", "project", geojson(t, map[string]string{"b": "new b", "d": "new d"}))
	c := f.poll()
	if len(c.Reset) != 1 || len(c.Faults) != 0 {
		t.Fatalf("reset %v, faults %v", c.Reset, c.Faults)
	}
	f.mustHave("b", "d")
	b, d := f.byCode["b"], f.byCode["d"]
	if b.ID != before.ID || b.Feature.Version <= before.Version || b.Feature.Properties.Text("name") != "new b" || len(b.Reports) != 1 {
		t.Errorf("b is now %+v with %d reports, was %+v", *b.Feature, len(b.Reports), *before)
	}
	if d.ID <= 3 || d.Feature.Properties.Text("remark") != "from outside" || d.Feature.Properties.Date("outcome_date").String() != "2022-12-31" {
		t.Errorf("d is %+v", *d.Feature)
	}
	if n := list[int](t, conn, "SELECT count(*)::int FROM yiping.history WHERE layer = 'project' AND op = 'D'"); n[0] != 4 {
		t.Errorf("%d deletions in history, want 2 features and 2 reports", n[0])
	}
	run(t, conn, "UPDATE project SET goal_outcome = '滞后' WHERE code = 'd'")
	if c := f.poll(); len(c.Records) != 1 || len(c.Reset) != 0 {
		t.Errorf("an edit after the repair was told as %+v", c)
	}
	if _, err := conn.Exec(context.Background(), "UPDATE project SET goal_outcome = '好'"); err == nil {
		t.Error("the constraints are not back")
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	f.mustAgree()
	follow(t, open(t, url)).mustHave("b", "d")
}

func TestAppendedRowsAreFollowed(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	ogr(t, url, "-append", "-nln", "project", geojson(t, map[string]string{"b": "new b", "d": "new d"}))
	if c := f.poll(); len(c.Reset) != 0 || len(c.Records) != 2 {
		t.Errorf("told %+v", c)
	}
	f.mustHave("a", "b", "d")
	if b := f.byCode["b"].Feature; b.Geometry != (orb.Point{121.5, 31.25}) || b.Properties.Text("name") != "new b" || b.ID < 2 {
		t.Errorf("b is %+v", *b)
	}
	f.mustAgree()
}

func TestOverwrittenTableThatCannotBeMendedIsAFault(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	conn := connect(t, url)
	run(t, conn, "DROP TABLE project CASCADE", "CREATE TABLE project (label text)")
	f.poll()
	f.mustHave("a") // what is known stays on the wall
	if len(f.faults) == 0 || f.faults[0].Layer != city.Project || !strings.Contains(f.faults[0].Mend, "code") {
		t.Fatalf("faults %v", f.faults)
	}
	if _, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: project("b")}}}); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("apply: %v, want unavailable", err)
	}
	run(t, conn, "DROP TABLE project")
	if f.poll(); len(f.faults) == 0 {
		t.Error("a missing table is no fault")
	}
	run(t, conn, "INSERT INTO town (code, name) VALUES ('t', 't')")
	if c := f.poll(); len(c.Records) != 1 {
		t.Errorf("the other layers are not followed: %+v", c)
	}
	follow(t, s).mustHave()
}

func TestSwitchedOffTriggersAreFoundAndWhatTheyMissedIsRecorded(t *testing.T) {
	for name, off := range map[string]string{"disabled": "ALTER TABLE project DISABLE TRIGGER yiping_update", "dropped": "DROP TRIGGER yiping_update ON project"} {
		t.Run(name, func(t *testing.T) {
			s, url := cityStore(t, "a")
			f := follow(t, s)
			conn := connect(t, url)
			run(t, conn, off, "UPDATE project SET note = 'unseen'")
			if c := f.poll(); len(c.Reset) != 1 || len(c.Faults) != 0 {
				t.Errorf("told %+v", c)
			}
			if f.byCode["a"].Feature.Properties.Text("note") != "unseen" {
				t.Error("the edit was not followed")
			}
			if notes := list[string](t, conn, "SELECT coalesce(row->>'note', '') FROM yiping.history WHERE layer = 'project' AND what = 'feature' ORDER BY n"); len(notes) != 2 || notes[1] != "unseen" {
				t.Errorf("history has %q", notes)
			}
			run(t, conn, "UPDATE project SET note = 'seen'")
			if c := f.poll(); len(c.Reset) != 0 || len(c.Records) != 1 {
				t.Errorf("told %+v", c)
			}
		})
	}
}

func TestAlteredColumnsAreFollowed(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	conn := connect(t, url)
	has := func(name string) bool {
		ls, err := s.Layers(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range ls {
			if _, ok := l.Field(name); ok && l.ID == city.Project {
				return true
			}
		}
		return false
	}
	run(t, conn, "ALTER TABLE project ADD COLUMN 合同号 varchar(40) DEFAULT 'HT-1', ADD COLUMN picture bytea")
	c := f.poll()
	if len(c.Layers) != 1 || len(c.Faults) != 0 || !has("合同号") || has("picture") || f.byCode["a"].Feature.Properties.Text("合同号") != "HT-1" {
		t.Errorf("added column: told %+v", c)
	}
	p := project("b")
	p.Properties["合同号"] = "HT-2"
	if _, err := s.Apply(context.Background(), geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Create, Feature: p}}}); err != nil {
		t.Fatal(err)
	}
	run(t, conn, "ALTER TABLE project ALTER COLUMN 合同号 TYPE text, ALTER COLUMN year TYPE integer")
	f.poll()
	run(t, conn, "UPDATE project SET year = 2022")
	if f.poll(); f.byCode["b"].Feature.Properties["year"] != int64(2022) || f.byCode["b"].Feature.Properties.Text("合同号") != "HT-2" {
		t.Errorf("b is %+v", *f.byCode["b"].Feature)
	}
	run(t, conn, "ALTER TABLE project DROP COLUMN 合同号", "ALTER TABLE project DROP COLUMN reason")
	if f.poll(); has("合同号") || !has("reason") || len(f.faults) != 0 {
		t.Errorf("dropped columns: faults %v", f.faults)
	}
	run(t, conn, "ALTER TABLE project DROP COLUMN name")
	if f.poll(); !has("name") || len(f.faults) != 1 {
		t.Errorf("dropped name: faults %v", f.faults)
	}
	run(t, conn, "ALTER TABLE project ADD COLUMN name text")
	run(t, conn, "UPDATE project SET name = code")
	if f.poll(); len(f.faults) != 0 {
		t.Errorf("faults %v", f.faults)
	}
	f.mustAgree()
}

func TestDeclarationChangedInSQLIsFollowed(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	conn := connect(t, url)
	run(t, conn, `UPDATE yiping.layer SET declaration = jsonb_set(declaration, '{fields}', declaration->'fields' || '[{"name":"budget","type":"float","title":{"zh":"预算"}}]') WHERE id = 'project'`)
	c := f.poll()
	if len(c.Layers) != 1 || c.Layers[0].Version < 2 || len(c.Faults) != 0 {
		t.Fatalf("told %+v", c)
	}
	run(t, conn, "UPDATE project SET budget = 1.5")
	if f.poll(); f.byCode["a"].Feature.Properties["budget"] != 1.5 {
		t.Errorf("a is %+v", *f.byCode["a"].Feature)
	}
	run(t, conn, `UPDATE yiping.layer SET declaration = '{"id":"project","label":"nowhere"}' WHERE id = 'project'`)
	if c := f.poll(); len(c.Dropped) != 0 || len(c.Faults) != 1 {
		t.Errorf("unsound declaration: told %+v", c)
	}
	run(t, conn, "DELETE FROM yiping.layer WHERE id = 'project'")
	if c := f.poll(); len(c.Dropped) != 1 || len(c.Faults) != 0 {
		t.Errorf("deleted declaration: told %+v", c)
	}
}

func TestLayerDeclaredInSQLGetsItsTables(t *testing.T) {
	s, url := cityStore(t)
	f := follow(t, s)
	conn := connect(t, url)
	run(t, conn, `INSERT INTO yiping.layer (id, declaration) VALUES ('tree', '{"id":"tree","title":{"zh":"树"},"geometry":"point","fields":[{"name":"kind","type":"text","title":{"zh":"树种"}}],"reports":[{"name":"height","type":"float","title":{"zh":"树高"}}]}')`)
	if c := f.poll(); len(c.Layers) != 1 || len(c.Faults) != 0 {
		t.Fatalf("told %+v", c)
	}
	run(t, conn, "INSERT INTO tree (code, kind) VALUES ('t1', '香樟')", "INSERT INTO tree_report (feature_id, date, height) SELECT id, '2022-12-31', 7.5 FROM tree")
	if c := f.poll(); len(c.Records) != 1 || len(c.Records[0].Reports) != 1 {
		t.Errorf("told %+v", c)
	}
}

func TestNodesThatStartAtOnceMakeOneSchema(t *testing.T) {
	url := pgtest.URL(t)
	run(t, connect(t, url), "DROP EXTENSION postgis")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := postgis.Open(context.Background(), url, postgis.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			b := geo.Batch{Actor: "seed"}
			for _, l := range city.Layers() {
				b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: l})
			}
			if _, err := s.Apply(context.Background(), b); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ls, err := open(t, url).Layers(context.Background())
	if err != nil || len(ls) != len(city.Layers()) {
		t.Fatalf("%d layers, %v", len(ls), err)
	}
	for _, l := range ls {
		if l.Version != 1 {
			t.Errorf("layer %s was declared %d times", l.ID, l.Version)
		}
	}
}

func TestForeignTableIsNotTaken(t *testing.T) {
	s, url := cityStore(t)
	run(t, connect(t, url), "CREATE TABLE survey (id int, secret text)")
	b := geo.Batch{Actor: "a", Edits: []geo.Edit{{Op: geo.Declare, Layer: geo.Layer{ID: "survey", Geometry: geo.Points}}}}
	if _, err := s.Apply(context.Background(), b); geo.CodeOf(err) != geo.Conflict {
		t.Errorf("got %v, want conflict", err)
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
}

func TestOwnerOfTheDatabaseNeedsNoMoreRights(t *testing.T) {
	url := pgtest.URL(t)
	admin := connect(t, url)
	name := list[string](t, admin, "SELECT current_database()::text")[0]
	role := "owner_" + name
	run(t, admin, "CREATE ROLE "+role+" LOGIN", "ALTER DATABASE "+name+" OWNER TO "+role)
	t.Cleanup(func() {
		conn := connect(t, url)
		run(t, conn, "ALTER DATABASE "+name+" OWNER TO CURRENT_USER", "DROP OWNED BY "+role+" CASCADE", "DROP ROLE "+role)
	})
	as, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	as.User = neturl.User(role)
	s := open(t, as.String())
	declareCity(t, s, "a")
	f := follow(t, s)
	run(t, admin, "UPDATE project SET note = 'x'", "ALTER TABLE project DISABLE TRIGGER yiping_delete", "DELETE FROM project")
	if f.poll(); len(f.faults) != 0 {
		t.Errorf("faults %v", f.faults)
	}
	f.mustHave()
	if faults, err := s.Check(context.Background()); err != nil || len(faults) != 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	run(t, admin, "ALTER TABLE project OWNER TO postgres", "DROP TRIGGER yiping_delete ON project")
	if f.poll(); len(f.faults) != 1 || !strings.Contains(f.faults[0].Mend, "owner") {
		t.Errorf("a table of another owner: faults %v", f.faults)
	}
}

func TestDurabilitySwitchedOffIsAFault(t *testing.T) {
	c := pgtest.Start(t)
	url := c.URL(t, "city")
	s := open(t, url)
	run(t, connect(t, url), "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
	for {
		faults, err := s.Check(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(faults) == 1 && strings.Contains(faults[0].Message, "full_page_writes") {
			return // the server takes a moment to read its files
		}
	}
}
