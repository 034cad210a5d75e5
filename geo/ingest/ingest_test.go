package ingest_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/format"
	"yiping/geo/format/csv"
	"yiping/geo/format/geojson"
	"yiping/geo/ingest"
)

func table(name, text string) format.Source {
	return format.Source{Name: name, Open: func() (format.ReadCloser, error) {
		r, err := csv.NewReader(strings.NewReader(text), csv.Options{})
		if err != nil {
			return nil, err
		}
		return format.WithCloser(r, io.NopCloser(nil)), nil
	}}
}

func shapes(name, text string) format.Source {
	return format.Source{Name: name, Open: func() (format.ReadCloser, error) {
		return format.WithCloser(geojson.NewReader(strings.NewReader(text)), io.NopCloser(nil)), nil
	}}
}

// run imports and fails the test on an error.
func run(t *testing.T, s *store, src format.Source, o ingest.Options) ingest.Result {
	t.Helper()
	o.Actor = "test"
	res, err := ingest.Import(context.Background(), s, src, o)
	if err != nil {
		t.Fatalf("import of %s: %v", src.Name, err)
	}
	return res
}

const schools = "编码,名称,班级数,建成日期,纬度,经度\nS1,一中,12,2001-09-01,31.2,121.4\nS2,二中,,2002-09-01,31.3,121.5\n"

func TestImportDeclaresAnUnknownLayer(t *testing.T) {
	s := &store{}
	res := run(t, s, table("schools.csv", schools), ingest.Options{Layer: "school", Title: geo.Text{ZH: "学校"}})
	if !res.Declared || res.Created != 2 || res.Key != "编码" || len(s.batches) != 1 {
		t.Fatalf("result %+v", res)
	}
	want := geo.Layer{ID: "school", Title: geo.Text{ZH: "学校"}, Geometry: geo.Points, Label: "名称", Fields: []geo.Field{
		{Name: "名称", Title: geo.Text{ZH: "名称"}, Type: geo.TextField, Tile: true},
		{Name: "班级数", Title: geo.Text{ZH: "班级数"}, Type: geo.IntField},
		{Name: "建成日期", Title: geo.Text{ZH: "建成日期"}, Type: geo.DateField},
	}}
	if !reflect.DeepEqual(s.layers[0], want) {
		t.Errorf("declared %+v", s.layers[0])
	}
	got := s.feature("S1")
	if got.Geometry != (orb.Point{121.4, 31.2}) || !reflect.DeepEqual(got.Properties, geo.Properties{"名称": "一中", "班级数": int64(12), "建成日期": geo.NewDate(2001, 9, 1)}) {
		t.Errorf("feature %+v", got)
	}
}

func TestImportSetsTheLightRuleOfItsLayer(t *testing.T) {
	s := &store{}
	src := table("schools.csv", schools)
	o := ingest.Options{Layer: "school", Light: ingest.Light{Red: "班级数 > 20", Green: "班级数 <= 10"}}
	if res := run(t, s, src, o); !res.Ruled {
		t.Errorf("result %+v", res)
	}
	if want := (geo.LightRule{Kind: geo.FilterRule, RedWhen: "班级数 > 20", GreenWhen: "班级数 <= 10"}); !reflect.DeepEqual(s.layers[0].Light, want) {
		t.Errorf("declared %+v", s.layers[0].Light)
	}
	o.Mode = ingest.Upsert
	if res := run(t, s, src, o); res.Ruled || len(s.batches) != 1 {
		t.Errorf("the same rule again: %+v in %d batches", res, len(s.batches))
	}
	o.Light = ingest.Light{Yellow: "建成日期 < today"}
	if res := run(t, s, src, o); !res.Ruled || res.Unchanged != 2 {
		t.Errorf("another rule: %+v", res)
	}
	if got := s.layers[0].Light; got.RedWhen == "" || got.YellowWhen != "建成日期 < today" {
		t.Errorf("kept %+v", got)
	}
	for layer, bad := range map[geo.LayerID]string{"school": "班数 > 20", "pole": "light = 'red'", city.Project: "name = 'x'"} {
		o := ingest.Options{Layer: layer, Mode: ingest.Upsert, Actor: "test", Light: ingest.Light{Red: bad}}
		before := len(s.batches)
		if _, err := ingest.Import(t.Context(), s, src, o); geo.CodeOf(err) != geo.Invalid || len(s.batches) != before {
			t.Errorf("%s: %s: %v", layer, bad, err)
		}
	}
}

func TestImportNamesFieldsThatBothStoresTake(t *testing.T) {
	s := &store{}
	text := `{"type":"Feature","properties":{"Id":1,"NAME":"a","Name":"b","2020 年":3,"date":"x","` + strings.Repeat("长", 50) + `":1},"geometry":null}`
	res := run(t, s, shapes("a.geojson", text), ingest.Options{Layer: "a"})
	want := []string{"id_", "name", "name_2", "_2020_年", "date_", strings.Repeat("长", 19)}
	if !reflect.DeepEqual(res.Added, want) || res.Key != "Id" {
		t.Errorf("fields %q, key %q, want %q", res.Added, res.Key, want)
	}
	// The same file again finds its fields by their titles.
	res = run(t, s, shapes("a.geojson", text), ingest.Options{Layer: "a", Mode: ingest.Upsert})
	if len(res.Added) != 0 || res.Unchanged != 1 || len(s.batches) != 1 {
		t.Errorf("second import: %+v", res)
	}
}

func TestImportFindsTheCode(t *testing.T) {
	for name, c := range map[string]struct{ text, key, first string }{
		"strong name":        {"name,代码\na,K1\nb,K2\n", "代码", "K1"},
		"weak name":          {"osm_id,name\n11,a\n12,b\n", "osm_id", "11"},
		"weak, not unique":   {"osm_id,name\n11,a\n11,b\n", "", "f-000001"},
		"weak, not filled":   {"id,name\n,a\n11,b\n", "", "f-000001"},
		"strong before weak": {"id,code\n1,K1\n2,K2\n", "code", "K1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &store{}
			res := run(t, s, table("dir/f.csv", c.text), ingest.Options{Layer: "l"})
			if res.Key != c.key || s.features[0].Code != c.first {
				t.Errorf("key %q, code %q", res.Key, s.features[0].Code)
			}
		})
	}
	s := &store{}
	res := run(t, s, shapes("f", `{"type":"Feature","id":"P-7","properties":{},"geometry":null}`), ingest.Options{Layer: "l"})
	if res.Key != "id" || s.features[0].Code != "P-7" {
		t.Errorf("key %q, code %q", res.Key, s.features[0].Code)
	}
}

func TestImportMapsColumnsByTitleAndTellsWhatIsLeft(t *testing.T) {
	s := &store{layers: city.Layers()}
	res := run(t, s, table("p.csv", "code,NAME,总投资额（亿元）,Level,电话,lon,lat\nP1,泵站,1.5,区属,021,121.4,31.2\nP2,学校,,,,121.4,31.2\n"), ingest.Options{Layer: city.Project, CRS: "WGS84"})
	if !reflect.DeepEqual(s.feature("P1").Properties, geo.Properties{"name": "泵站", "investment": 1.5, "level": "区属"}) {
		t.Errorf("feature %+v", s.feature("P1"))
	}
	if res.Declared || len(res.Added) != 0 || len(res.Notices) != 1 || !strings.Contains(res.Notices[0], "电话 is no field of layer project: its 1 values were left") {
		t.Errorf("result %+v", res)
	}
}

// The column that is named as the key is used, whatever it is called.
func TestAKeyOfAnotherNameIsNotToldAsLeft(t *testing.T) {
	s := &store{layers: city.Layers()}
	res := run(t, s, table("p.csv", "adcode,NAME,lon,lat\n7,泵站,121.4,31.2\n"), ingest.Options{Layer: city.Project, CRS: "WGS84", Key: "adcode"})
	if s.feature("7").Properties["name"] != "泵站" || len(res.Notices) != 0 {
		t.Errorf("notices %q", res.Notices)
	}
}

func TestImportAddsColumnsToAnImportedLayer(t *testing.T) {
	s := &store{}
	run(t, s, table("schools.csv", schools), ingest.Options{Layer: "school"})
	res := run(t, s, table("more.csv", "编码,学生数\nS1,900\n"), ingest.Options{Layer: "school", Mode: ingest.Upsert})
	if !reflect.DeepEqual(res.Added, []string{"学生数"}) || res.Updated != 1 || len(s.layers[0].Fields) != 4 {
		t.Fatalf("result %+v", res)
	}
	got := s.feature("S1")
	if got.Geometry != (orb.Point{121.4, 31.2}) || got.Properties["名称"] != "一中" || got.Properties["学生数"] != int64(900) {
		t.Errorf("what the file has no column for is not kept: %+v", got)
	}
}

func TestImportModes(t *testing.T) {
	next := "编码,名称,班级数,建成日期,纬度,经度\nS1,一中,,2001-09-01,31.2,121.4\nS3,三中,3,2003-09-01,31.2,121.4\n"
	t.Run("append refuses a known code and changes nothing", func(t *testing.T) {
		s := &store{}
		run(t, s, table("a.csv", schools), ingest.Options{Layer: "school"})
		res, err := ingest.Import(context.Background(), s, table("b.csv", next), ingest.Options{Layer: "school", Actor: "test"})
		if geo.CodeOf(err) != geo.Conflict || len(res.Faults) != 1 || len(s.batches) != 1 {
			t.Errorf("result %+v, error %v", res, err)
		}
	})
	t.Run("upsert changes, adds and keeps", func(t *testing.T) {
		s := &store{}
		run(t, s, table("a.csv", schools), ingest.Options{Layer: "school"})
		res := run(t, s, table("b.csv", next), ingest.Options{Layer: "school", Mode: ingest.Upsert})
		if res.Created != 1 || res.Updated != 1 || len(s.features) != 3 || s.feature("S1").Properties["班级数"] != nil || s.feature("S1").Version != 2 {
			t.Errorf("result %+v, features %+v", res, s.features)
		}
	})
	t.Run("replace deletes the rest in the same batch", func(t *testing.T) {
		s := &store{}
		run(t, s, table("a.csv", schools), ingest.Options{Layer: "school"})
		res := run(t, s, table("b.csv", next), ingest.Options{Layer: "school", Mode: ingest.Replace})
		if res.Created != 1 || res.Updated != 1 || res.Deleted != 1 || s.feature("S2") != nil || len(s.batches) != 2 {
			t.Errorf("result %+v", res)
		}
	})
	t.Run("dry run counts and changes nothing", func(t *testing.T) {
		s := &store{}
		res := run(t, s, table("a.csv", schools), ingest.Options{Layer: "school", DryRun: true})
		if res.Created != 2 || !res.Declared || len(s.batches) != 0 {
			t.Errorf("result %+v", res)
		}
	})
}

func TestImportOfReports(t *testing.T) {
	s := &store{layers: city.Layers()}
	run(t, s, table("p.csv", "code,name\nP1,泵站\nP2,学校\n"), ingest.Options{Layer: city.Project})
	months := "编码,月份,计划进度,实际进度,电话\nP1,2022-11,80,70,1\nP1,2022-12,100,90,\nP2,2022-12,100,100,\n"
	o := ingest.Options{Layer: city.Project, Reports: true}
	began := geo.Today(time.Now())
	if res := run(t, s, table("m.csv", months), o); res.Reports != 3 || len(res.Notices) != 1 {
		t.Fatalf("result %+v", res)
	}
	if on := s.reports[1].Properties.Date("reported_on"); on < began || on > geo.Today(time.Now()) { // midnight may lie between
		t.Errorf("the day it came in is noted as %s, not %s", on, began)
	}
	delete(s.reports[1].Properties, "reported_on")
	if r := s.reports[1]; r.Date != geo.NewDate(2022, 12, 31) || !reflect.DeepEqual(r.Properties, geo.Properties{geo.PlannedProgress: 100.0, geo.ActualProgress: 90.0}) {
		t.Errorf("report %+v", r)
	}
	if _, err := ingest.Import(context.Background(), s, table("m.csv", months), ingest.Options{Layer: city.Project, Reports: true, Actor: "test"}); geo.CodeOf(err) != geo.Conflict {
		t.Errorf("append again: %v", err)
	}
	o.Mode = ingest.Upsert
	res := run(t, s, table("m.csv", strings.Replace(months, "100,90", "100,95", 1)), o)
	if res.Reports != 1 || res.Unchanged != 2 {
		t.Errorf("upsert: %+v", res)
	}
	res = run(t, s, table("m.csv", "code,date,basis\nP1,2022-12-31,填报\n"), o)
	if r := s.reports[len(s.reports)-1]; r.Properties[geo.ActualProgress] != 95.0 || r.Properties["basis"] != "填报" {
		t.Errorf("values the file has no column for are not kept: %+v (%+v)", r, res)
	}
}

func TestImportNamesEveryFaultAndChangesNothing(t *testing.T) {
	collection := func(features ...string) format.Source {
		return shapes("f.geojson", `{"type":"FeatureCollection","features":[`+strings.Join(features, ",\n")+`]}`)
	}
	feature := func(code, geometry string) string {
		return `{"type":"Feature","properties":{"code":"` + code + `","name":"n"},"geometry":` + geometry + `}`
	}
	bowtie := `{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}`
	for name, c := range map[string]struct {
		src    format.Source
		o      ingest.Options
		faults []string // a part of each
		err    string
	}{
		"self-intersection":       {collection(feature("a", `null`), feature("b", bowtie)), ingest.Options{Layer: "l"}, []string{"f.geojson: row 2 (line 2): field geom: geometry is not valid"}, ""},
		"out of bounds":           {collection(feature("a", `{"type":"Point","coordinates":[121,91]}`)), ingest.Options{Layer: "l"}, []string{"out of bounds"}, ""},
		"every row":               {collection(feature("a", bowtie), feature("b", `null`), feature("a", `null`), feature("", `null`)), ingest.Options{Layer: "l"}, []string{"row 1", "row 3 (line 3): field code: code “a” is that of row 1", "row 4 (line 4): field code: the code is missing"}, ""},
		"up to the limit":         {collection(feature("a", bowtie), feature("b", bowtie), feature("c", bowtie)), ingest.Options{Layer: "l", MaxFaults: 2}, []string{"row 1", "row 2"}, ""},
		"malformed":               {shapes("f.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{,"), ingest.Options{Layer: "l"}, []string{"malformed JSON"}, ""},
		"wrong type":              {table("t.csv", "code,name,investment\nP1,a,much\n"), ingest.Options{Layer: city.Project}, []string{"field investment: value “much” is not of type float"}, ""},
		"not in the list":         {table("t.csv", "code,name,level\nP1,a,国家\n"), ingest.Options{Layer: city.Project}, []string{"use one of 市属, 区属"}, ""},
		"required":                {table("t.csv", "code,name\nP1,\n"), ingest.Options{Layer: city.Project}, []string{"field name: value is missing"}, ""},
		"no such feature":         {table("t.csv", "code,date\nP9,2022-12\n"), ingest.Options{Layer: city.Project, Reports: true}, []string{"no feature with code “P9”"}, ""},
		"no such layer":           {table("t.csv", "code,date\nP9,2022-12\n"), ingest.Options{Layer: "nothing", Reports: true}, nil, "no such layer"},
		"no such key":             {table("t.csv", "a,b\n1,2\n"), ingest.Options{Layer: "l", Key: "c"}, nil, "its columns are a, b"},
		"bad layer id":            {table("t.csv", "a,b\n1,2\n"), ingest.Options{Layer: "学校"}, nil, "layer id “学校” is not usable"},
		"bad mode":                {table("t.csv", "a,b\n1,2\n"), ingest.Options{Layer: "l", Mode: "merge"}, nil, "unknown mode"},
		"projected":               {table("t.csv", "code,x,y\n1,40521000,3456000\n"), ingest.Options{Layer: "l"}, nil, "--crs; likely: EPSG:4528"},
		"named otherwise":         {shapes("f", `{"crs":{"properties":{"name":"EPSG:2437"}},"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"a"},"geometry":null}]}`), ingest.Options{Layer: "l"}, nil, "Beijing 1954"},
		"header alone":            {table("t.csv", "code,name\n"), ingest.Options{Layer: "l"}, nil, "t.csv holds no records"},
		"nothing to put in place": {collection(), ingest.Options{Layer: city.Project, Mode: ingest.Replace}, nil, "f.geojson holds no records"},
		"crs not read":            {table("t.csv", "a,b\n1,2\n"), ingest.Options{Layer: "l", CRS: "mars"}, nil, "mars"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &store{layers: city.Layers()}
			c.o.Actor = "test"
			res, err := ingest.Import(context.Background(), s, c.src, c.o)
			if err == nil || geo.CodeOf(err) == geo.Internal || !strings.Contains(err.Error(), c.err) {
				t.Fatalf("error %v", err)
			}
			if len(res.Faults) != len(c.faults) || len(s.batches) != 0 {
				t.Fatalf("faults %+v, %d batches", res.Faults, len(s.batches))
			}
			for i, want := range c.faults {
				if got := res.Faults[i].String(); !strings.Contains(got, want) || strings.Contains(got, "\n") {
					t.Errorf("fault %q, want %q", got, want)
				}
			}
		})
	}
}

func TestImportNamesTheRowTheStoreRefuses(t *testing.T) {
	s := &store{}
	run(t, s, table("a.csv", schools), ingest.Options{Layer: "school"})
	s.refuse = 2
	res, err := ingest.Import(context.Background(), s, table("b.csv", "编码,名称\nS1,x\nS2,y\n"), ingest.Options{Layer: "school", Mode: ingest.Upsert, Actor: "test"})
	if geo.CodeOf(err) != geo.Conflict || len(res.Faults) != 1 || res.Faults[0].Row != 2 || res.Faults[0].Line != 3 {
		t.Errorf("faults %+v, error %v", res.Faults, err)
	}
}
