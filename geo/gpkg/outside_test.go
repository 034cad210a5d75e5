package gpkg_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/gpkg"
)

func road() geo.Layer {
	return geo.Layer{ID: "road", Title: geo.Text{ZH: "道路"}, Geometry: geo.Lines, Label: "name",
		Fields:  []geo.Field{{Name: "name", Type: geo.TextField, Required: true}, {Name: "lanes", Type: geo.IntField}, {Name: "width", Type: geo.FloatField}},
		Reports: []geo.Field{{Name: "remark", Type: geo.TextField}}}
}

func lane(code string) geo.Feature {
	return geo.Feature{Layer: "road", Code: code, Geometry: orb.LineString{{121.1, 31.1}, {121.2, 31.2}},
		Properties: geo.Properties{"name": "路 " + code, "lanes": int64(2), "width": 0.1}}
}

func apply(t testing.TB, s geo.Store, edits ...geo.Edit) geo.Result {
	t.Helper()
	res, err := s.Apply(context.Background(), geo.Batch{Actor: "tester", Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// follower keeps the layer road by code, as the service does.
type follower struct {
	s      geo.Store
	cursor geo.Cursor
	roads  map[geo.ID]geo.Record
	layers []geo.LayerID // layers declared anew since the start
	resets int
	faults []geo.Fault
}

func follow(t testing.TB, s geo.Store) *follower {
	t.Helper()
	f := &follower{s: s, roads: map[geo.ID]geo.Record{}}
	err := s.Load(context.Background(), func(h geo.Head) error {
		f.cursor, f.faults = h.Cursor, h.Faults
		return nil
	}, func(r geo.Record) error {
		f.roads[r.ID] = r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// until follows until ok, waiting as the service does.
func (f *follower) until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for !ok() {
		if err := f.s.Wait(ctx, f.cursor); err != nil {
			t.Fatalf("waiting until %s: %v; roads %v, faults %v", what, err, f.codes(), f.faults)
		}
		c, err := f.s.Since(ctx, f.cursor)
		if err != nil {
			t.Fatalf("waiting until %s: %v", what, err)
		}
		for _, l := range c.Layers {
			f.layers = append(f.layers, l.ID)
		}
		for range c.Reset {
			f.roads = map[geo.ID]geo.Record{}
			f.resets++
		}
		for _, r := range c.Records {
			if f.roads[r.ID] = r; r.Feature == nil {
				delete(f.roads, r.ID)
			}
		}
		f.cursor, f.faults = c.Cursor, c.Faults
	}
}

func (f *follower) codes() []string {
	var out []string
	for _, r := range f.roads {
		out = append(out, r.Feature.Code)
	}
	slices.Sort(out)
	return out
}

func (f *follower) byCode(code string) geo.Record {
	for _, r := range f.roads {
		if r.Feature.Code == code {
			return r
		}
	}
	return geo.Record{Feature: &geo.Feature{}}
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "SQLITE_BUSY_TIMEOUT=120000") // GDAL waits 5 s for others that write
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "ERROR") {
		t.Fatalf("%s %q: %v\n%s\n(the test needs gdal-bin and sqlite3)", name, args, err, out)
	}
	return string(out)
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOtherProgramsEditTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roads.gpkg")
	s := open(t, path)
	ids := apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")}, geo.Edit{Op: geo.Create, Feature: lane("b")}).IDs
	f := follow(t, s)

	t.Run("ogrinfo lists layers, reports and history", func(t *testing.T) {
		out := run(t, "ogrinfo", "-ro", path)
		for _, want := range []string{"road", "road_report", "yiping_history"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s is not in %s", want, out)
			}
		}
		out = run(t, "ogrinfo", "-ro", "-so", path, "road")
		for _, want := range []string{"Feature Count: 2", "FID Column = id", "Geometry Column = geom", "lanes: Integer64", "width: Real", `ID["EPSG",4326]`} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in %s", want, out)
			}
		}
	})
	t.Run("ogrinfo updates", func(t *testing.T) {
		run(t, "ogrinfo", path, "-sql", "UPDATE road SET name = '新名' WHERE code = 'a'")
		f.until(t, "the name is new", func() bool { return f.byCode("a").Feature.Properties["name"] == "新名" })
		if r := f.byCode("a"); r.Feature.Version != 2 || r.ID != ids[1] || r.Feature.Geometry.(orb.LineString)[1] != (orb.Point{121.2, 31.2}) {
			t.Errorf("followed as %+v", *r.Feature)
		}
		who := column(t, path, `SELECT actor || ' ' || op || ' ' || version FROM yiping_history WHERE layer = 'road' AND id = ? AND date IS NULL ORDER BY seq`, int64(ids[1]))
		if !slices.Equal(who, []string{"tester insert 1", "sql update 2"}) {
			t.Errorf("history %q", who)
		}
	})
	t.Run("the sqlite3 shell updates, reports and deletes", func(t *testing.T) {
		run(t, "sqlite3", path, ".timeout 120000", "UPDATE road SET lanes = 6, version = 50 WHERE code = 'a'",
			"INSERT INTO road_report (feature_id, date, remark) SELECT id, '2022-12-31', '月报' FROM road WHERE code = 'a'", "DELETE FROM road WHERE code = 'b'")
		f.until(t, "b is gone", func() bool { return slices.Equal(f.codes(), []string{"a"}) })
		if r := f.byCode("a"); r.Feature.Properties["lanes"] != int64(6) || r.Feature.Version != 3 || len(r.Reports) != 1 || r.Reports[0].Properties["remark"] != "月报" {
			t.Errorf("followed as %+v %+v", *r.Feature, r.Reports)
		}
	})
	t.Run("ogr2ogr appends", func(t *testing.T) {
		csv := write(t, "more.csv", "code,name,WKT\nc,三,\"LINESTRING Z (121 31 1,121.5 31.5 2.5)\"\nd,四,\"MULTILINESTRING ((121 31,121 32),(122 31,122 32))\"\n")
		run(t, "ogr2ogr", "-append", path, csv, "-nln", "road", "-a_srs", "EPSG:4326", "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "KEEP_GEOM_COLUMNS=NO")
		f.until(t, "c and d are there", func() bool { return slices.Equal(f.codes(), []string{"a", "c", "d"}) })
		c := f.byCode("c")
		if !orb.Equal(c.Feature.Geometry, orb.LineString{{121, 31}, {121.5, 31.5}}) || !slices.Equal(c.Feature.Z, []float64{1, 2.5}) || c.Feature.Version != 1 || c.ID <= ids[2] {
			t.Errorf("followed as %+v", *c.Feature)
		}
	})
	t.Run("a shape that is not valid is shown and told, until it is mended", func(t *testing.T) {
		csv := write(t, "bad.csv", "code,name,WKT\nbow,五,\"POLYGON ((121 31,122 32,122 31,121 32,121 31))\"\n")
		run(t, "ogr2ogr", "-append", path, csv, "-nln", "road", "-a_srs", "EPSG:4326", "-oo", "GEOM_POSSIBLE_NAMES=WKT", "-oo", "KEEP_GEOM_COLUMNS=NO")
		f.until(t, "bow is there", func() bool { return slices.Contains(f.codes(), "bow") })
		if len(f.faults) != 1 || !strings.Contains(f.faults[0].Message, "not valid") {
			t.Errorf("faults %+v", f.faults)
		}
		again := open(t, path) // as doctor does, having read nothing yet
		if faults, err := again.Check(context.Background()); err != nil || len(faults) != 1 || faults[0].Layer != "road" {
			t.Errorf("check: %+v, %v", faults, err)
		}
		run(t, "sqlite3", path, ".timeout 120000", "DELETE FROM road WHERE code = 'bow'")
		f.until(t, "bow is gone", func() bool { return !slices.Contains(f.codes(), "bow") })
		if len(f.faults) != 0 {
			t.Errorf("faults %+v", f.faults)
		}
	})
	t.Run("ogr2ogr reads back what was stored", func(t *testing.T) {
		out := run(t, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, "road", "-where", "code = 'c'")
		if !strings.Contains(out, "[ [ 121.0, 31.0, 1.0 ], [ 121.5, 31.5, 2.5 ] ]") {
			t.Error(out)
		}
	})
	if f.resets != 0 {
		t.Errorf("%d resets for plain edits", f.resets)
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) > 0 {
		t.Errorf("check: %v, %v", faults, err)
	}
}

func TestOtherProgramsChangeTheTables(t *testing.T) {
	fresh := func(t *testing.T) (string, *gpkg.Store, *follower) {
		path := filepath.Join(t.TempDir(), "roads.gpkg")
		s := open(t, path)
		res := apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")}, geo.Edit{Op: geo.Create, Feature: lane("b")})
		apply(t, s, geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: "road", Feature: res.IDs[1], Date: 738885, Properties: geo.Properties{"remark": "r"}}})
		return path, s, follow(t, s)
	}
	const replacement = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"a","name":"甲","lanes":4},"geometry":{"type":"LineString","coordinates":[[120,30],[121,31]]}},
{"type":"Feature","properties":{"code":"z","name":"末","lanes":1},"geometry":{"type":"LineString","coordinates":[[120,30],[122,32]]}}]}`

	t.Run("ogr2ogr -overwrite is taken over, known codes keep their ids and reports", func(t *testing.T) {
		path, s, f := fresh(t)
		old := f.byCode("a")
		run(t, "ogr2ogr", "-overwrite", "-update", path, write(t, "new.geojson", replacement), "-nln", "road")
		f.until(t, "the new table is followed", func() bool { return slices.Equal(f.codes(), []string{"a", "z"}) })
		if r := f.byCode("a"); r.ID != old.ID || len(r.Reports) != 1 || r.Feature.Version != old.Feature.Version+1 || r.Feature.Properties["lanes"] != int64(4) || f.resets == 0 {
			t.Errorf("a was %+v, is %+v, %d resets", old, r, f.resets)
		}
		run(t, "ogrinfo", path, "-sql", "UPDATE road SET lanes = 9 WHERE code = 'z'")
		f.until(t, "an edit of the new table is followed", func() bool { return f.byCode("z").Feature.Properties["lanes"] == int64(9) })
		apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("new")})
		f.until(t, "the store writes on", func() bool { return slices.Equal(f.codes(), []string{"a", "new", "z"}) })
		if faults, err := s.Check(context.Background()); err != nil || len(faults) > 0 || len(f.faults) > 0 {
			t.Errorf("check: %v, %v, told %v", faults, err, f.faults)
		}
	})
	t.Run("a replacement without codes is a fault until it is mended", func(t *testing.T) {
		path, s, f := fresh(t)
		file := write(t, "new.geojson", strings.ReplaceAll(replacement, `"code"`, `"number"`))
		run(t, "ogr2ogr", "-overwrite", "-update", path, file, "-nln", "road")
		f.until(t, "the fault is told", func() bool { return len(f.faults) == 1 && len(f.roads) == 0 })
		if f.faults[0].Layer != "road" || !strings.Contains(f.faults[0].Message, "code") || f.faults[0].Mend == "" {
			t.Errorf("fault %+v", f.faults[0])
		}
		_, err := s.Apply(context.Background(), geo.Batch{Actor: "x", Edits: []geo.Edit{{Op: geo.Create, Feature: lane("q")}}})
		if geo.CodeOf(err) != geo.Unavailable {
			t.Errorf("writing to it: %v", err)
		}
		run(t, "ogr2ogr", "-overwrite", "-update", path, write(t, "new.geojson", replacement), "-nln", "road")
		f.until(t, "the fault is gone", func() bool { return len(f.faults) == 0 && len(f.roads) == 2 })
	})
	t.Run("a dropped table is a fault until the layer is declared again", func(t *testing.T) {
		path, s, f := fresh(t)
		old := f.byCode("b").ID
		run(t, "sqlite3", path, ".timeout 120000", "DROP TABLE road")
		f.until(t, "the fault is told", func() bool { return len(f.faults) == 1 && len(f.roads) == 0 })
		apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")})
		f.until(t, "it is written again", func() bool { return len(f.faults) == 0 && len(f.roads) == 1 })
		if f.byCode("a").ID <= old {
			t.Errorf("id %d was used before", f.byCode("a").ID)
		}
	})
	t.Run("dropped triggers are put back and the layer is read anew", func(t *testing.T) {
		path, _, f := fresh(t)
		run(t, "sqlite3", path, ".timeout 120000", "DROP TRIGGER yiping_road_update; DROP TRIGGER yiping_road_update_version; UPDATE road SET lanes = 8")
		f.until(t, "the unseen edit is followed", func() bool { return f.byCode("a").Feature.Properties["lanes"] == int64(8) })
		run(t, "sqlite3", path, ".timeout 120000", "UPDATE road SET lanes = 9")
		f.until(t, "the next is followed", func() bool { return f.byCode("a").Feature.Properties["lanes"] == int64(9) })
	})
	t.Run("an added column becomes a field", func(t *testing.T) {
		path, s, f := fresh(t)
		run(t, "ogrinfo", path, "-sql", "ALTER TABLE road ADD COLUMN paved BOOLEAN")
		run(t, "ogrinfo", path, "-sql", "UPDATE road SET paved = 1 WHERE code = 'a'")
		f.until(t, "the field is followed", func() bool { return f.byCode("a").Feature.Properties["paved"] == true })
		ls, err := s.Layers(context.Background())
		if err != nil || ls[0].Version != 2 || !slices.Equal(f.layers, []geo.LayerID{"road"}) {
			t.Errorf("layers %+v, told %v, %v", ls, f.layers, err)
		}
	})
	t.Run("a renamed column is put back empty and followed under its new name", func(t *testing.T) {
		path, _, f := fresh(t)
		run(t, "sqlite3", path, ".timeout 120000", "ALTER TABLE road RENAME COLUMN width TO breadth")
		f.until(t, "the new name is followed", func() bool { return f.byCode("a").Feature.Properties["breadth"] == 0.1 })
		if w := f.byCode("a").Feature.Properties["width"]; w != nil {
			t.Errorf("width is %v", w)
		}
	})
	t.Run("a dropped R-tree is made again", func(t *testing.T) {
		path, s, f := fresh(t)
		run(t, "ogrinfo", path, "-sql", "SELECT DisableSpatialIndex('road', 'geom')")
		apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("c")})
		f.until(t, "c is there", func() bool { return len(f.roads) == 3 })
		if faults, err := s.Check(context.Background()); err != nil || len(faults) > 0 {
			t.Errorf("check: %v, %v", faults, err)
		}
		if n := column(t, path, `SELECT count(*) FROM rtree_road_geom`); n[0] != "3" || f.resets != 0 {
			t.Errorf("%s entries, %d resets", n, f.resets)
		}
	})
}
