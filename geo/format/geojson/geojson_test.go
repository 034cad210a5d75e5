package geojson_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format"
	"yiping/geo/format/geojson"
)

func readAll(t *testing.T, r *geojson.Reader) ([]format.Row, error) {
	t.Helper()
	var rows []format.Row
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

const point = `{"type":"Feature","id":7,"properties":{"名称":"苏州河","n":3,"x":1.5,"ok":true,"none":null,"list":[1, {"a":"]}"}]},"geometry":{"type":"Point","coordinates":[121.4,31.2]}}`

func TestReaderReadsEveryFormOfTheSameFeature(t *testing.T) {
	for name, text := range map[string]string{
		"collection":              `{"type":"FeatureCollection","name":"x","features":[` + point + `]}`,
		"features before type":    `{"features":[` + point + `],"type":"FeatureCollection"}`,
		"byte order mark":         "\uFEFF" + `{"type":"FeatureCollection","features":[` + point + `]}`,
		"single feature":          point,
		"one feature a line":      point + "\n",
		"record separators":       "\x1e" + point + "\n",
		"collection after a line": "\n\n{\"type\":\"FeatureCollection\",\n\"features\": [\n" + point + "\n]\n}",
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
				r := geojson.NewReader(in)
				rows, err := readAll(t, r)
				if err != nil || len(rows) != 1 || rows[0].Fault != nil {
					t.Fatalf("rows %+v, error %v", rows, err)
				}
				want := map[string]any{"名称": "苏州河", "n": int64(3), "x": 1.5, "ok": true, "list": `[1, {"a":"]}"}]`}
				if !reflect.DeepEqual(rows[0].Values, want) || rows[0].ID != "7" || rows[0].Geometry != (orb.Point{121.4, 31.2}) {
					t.Errorf("row %+v", rows[0])
				}
				if cols := r.Info().Columns; !reflect.DeepEqual(cols, []string{"名称", "n", "x", "ok", "none", "list"}) {
					t.Errorf("columns %q", cols)
				}
				if !strings.HasPrefix(text[rows[0].Offset:], point[:10]) {
					t.Errorf("offset %d is not where the feature begins", rows[0].Offset)
				}
				if want := 1 + strings.Count(text[:rows[0].Offset], "\n"); rows[0].Line != want {
					t.Errorf("line %d, want %d", rows[0].Line, want)
				}
			}
		})
	}
}

func TestReaderReadsGeometry(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want orb.Geometry
		z    []float64
	}{
		"null":              {`null`, nil, nil},
		"empty point":       {`{"type":"Point","coordinates":[]}`, nil, nil},
		"multi point":       {`{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`, orb.MultiPoint{{1, 2}, {3, 4}}, nil},
		"line with heights": {`{"coordinates":[[1,2,3],[4,5,6]],"type":"LineString"}`, orb.LineString{{1, 2}, {4, 5}}, []float64{3, 6}},
		"hole": {`{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[5,1],[6,1],[6,2],[5,1]]]}`,
			orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, {{5, 1}, {6, 1}, {6, 2}, {5, 1}}}, nil},
		"multi line":    {`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[]]}`, orb.MultiLineString{{{1, 2}, {3, 4}}, {}}, nil},
		"multi polygon": {`{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,0]]]]}`, orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}}}, nil},
		"collection": {`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1e0,-2.5,7]},{"type":"LineString","coordinates":[[1,2,8],[3,4,9]]}]}`,
			orb.Collection{orb.Point{1, -2.5}, orb.LineString{{1, 2}, {3, 4}}}, []float64{7, 8, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readAll(t, geojson.NewReader(strings.NewReader(`{"type":"Feature","properties":null,"geometry":`+c.text+`}`)))
			if err != nil || len(rows) != 1 || rows[0].Fault != nil {
				t.Fatalf("rows %+v, error %v", rows, err)
			}
			if !reflect.DeepEqual(rows[0].Geometry, c.want) || !reflect.DeepEqual(rows[0].Z, c.z) {
				t.Errorf("got %#v %v, want %#v %v", rows[0].Geometry, rows[0].Z, c.want, c.z)
			}
			if c.want == nil {
				return
			}
			again, err := readAll(t, geojson.NewReader(bytes.NewReader(geojson.AppendGeometry(nil, c.want, c.z))))
			if err != nil || !reflect.DeepEqual(again[0].Geometry, c.want) || !reflect.DeepEqual(again[0].Z, c.z) {
				t.Errorf("written and read again: %+v, error %v", again, err)
			}
		})
	}
}

func TestReaderNamesAFaultyFeatureAndGoesOn(t *testing.T) {
	good := `{"type":"Feature","properties":{},"geometry":null}`
	for name, c := range map[string]struct{ feature, field, message string }{
		"unknown type":        {`{"type":"Feature","properties":{},"geometry":{"type":"Circle","coordinates":[1,2]}}`, "geometry", "“Circle” is not a type"},
		"no coordinates":      {`{"type":"Feature","properties":{},"geometry":{"type":"Point"}}`, "geometry", "no array"},
		"text for a number":   {`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["a",2]}}`, "geometry", "where a number should be"},
		"one number":          {`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1]}}`, "geometry", "fewer than two"},
		"too flat":            {`{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[1,2],[3,4]]}}`, "geometry", "array of numbers"},
		"nested too shallow":  {`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[1,2]}}`, "geometry", "array of numbers"},
		"some heights":        {`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2,3],[4,5]]}}`, "geometry", "no height"},
		"number beyond float": {`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1e999,5]}}`, "geometry", "where a number should be"},
		"not a feature":       {`{"type":"Topology"}`, "type", "where a Feature should be"},
		"properties a list":   {`{"type":"Feature","properties":[1],"geometry":null}`, "properties", "neither an object"},
		"not UTF-8":           {"{\"type\":\"Feature\",\"properties\":{\"n\":\"\xca\xd0\"},\"geometry\":null}", "", "not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readAll(t, geojson.NewReader(strings.NewReader(`{"type":"FeatureCollection","features":[`+good+",\n"+c.feature+",\n"+good+`]}`)))
			if err != nil || len(rows) != 3 || rows[0].Fault != nil || rows[2].Fault != nil {
				t.Fatalf("rows %+v, error %v", rows, err)
			}
			var e *geo.Error
			if !errors.As(rows[1].Fault, &e) || e.Row != 2 || e.Field != c.field || !strings.Contains(e.Message, c.message) || rows[1].Line != 2 {
				t.Errorf("fault %+v in line %d", rows[1].Fault, rows[1].Line)
			}
		})
	}
}

func TestReaderRefusesWhatIsNotGeoJSON(t *testing.T) {
	for name, c := range map[string]struct{ text, message string }{
		"empty":             {"", "empty"},
		"array":             {"[1,2]", "an object was expected"},
		"no type":           {`{"a":1}`, "no “type”"},
		"no features":       {`{"type":"FeatureCollection"}`, "no array “features”"},
		"features a number": {`{"type":"FeatureCollection","features":3}`, "malformed JSON"},
		"other type":        {`{"features":[],"type":"Feature"}`, "its type is “Feature”"},
		"cut off":           {"{\"type\":\"FeatureCollection\",\"features\":[\n" + point + ",\n{\"type\":", "line 3: the file ends before"},
		"missing comma":     {"{\"type\":\"FeatureCollection\",\"features\":[\n" + point + "\n" + point + "]}", "malformed JSON"},
		"text after":        {point + "\n<html>", "malformed JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(t, geojson.NewReader(strings.NewReader(c.text)))
			if geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), c.message) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestReaderTellsTheCoordinateSystemNamed(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}`:      "",
		`{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}}`:         "EPSG:4549",
		`{"type":"name","properties":{"name":"EPSG:4326"}}`:                          "",
		`{"type":"EPSG","properties":{"code":3857}}`:                                 "EPSG:3857",
		`{"type":"name","properties":{"name":"http://www.opengis.net/EPSG/0/4490"}}`: "",
		`null`: "",
	} {
		r := geojson.NewReader(strings.NewReader(`{"type":"FeatureCollection","crs":` + text + `,"features":[]}`))
		if _, err := readAll(t, r); err != nil || r.Info().CRS != want {
			t.Errorf("%s: %q, error %v, want %q", text, r.Info().CRS, err, want)
		}
	}
}

func TestWriterGivesBackWhatWasRead(t *testing.T) {
	fields := []geo.Field{{Name: "name", Type: geo.TextField}, {Name: "day", Type: geo.DateField}}
	var out bytes.Buffer
	w := geojson.NewWriter(&out)
	for i, code := range []string{"A", "\"B\"\n"} {
		f := geo.Feature{Layer: "road", ID: geo.ID(i + 1), Code: code, Geometry: orb.LineString{{121.46595550000001, 31}, {0.1, 0.2}}, Z: []float64{1, 2},
			Properties: geo.Properties{"name": "南北高架路<&>", "day": geo.NewDate(2022, 12, 31)}}
		if err := w.Write(f, fields, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(t, geojson.NewReader(&out))
	if err != nil || len(rows) != 2 {
		t.Fatalf("rows %+v, error %v", rows, err)
	}
	want := map[string]any{"code": "\"B\"\n", "layer": "road", "name": "南北高架路<&>", "day": "2022-12-31"}
	if !reflect.DeepEqual(rows[1].Values, want) || !orb.Equal(rows[1].Geometry, orb.LineString{{121.46595550000001, 31}, {0.1, 0.2}}) {
		t.Errorf("row %+v", rows[1])
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","crs":{"properties":{"code":1}},"features":[` + point + `]}`))
	f.Add([]byte("\uFEFF" + point + "\n\x1e" + point))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","coordinates":[[[[0,0],[1,"\\]"],[9]]]]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := geojson.NewReader(bytes.NewReader(b))
		for n := 1; ; n++ {
			row, err := r.Next()
			if err != nil {
				if err != io.EOF && geo.CodeOf(err) != geo.Invalid {
					t.Fatalf("error without a code: %v", err)
				}
				return
			}
			if row.N != n || row.Line < 1 || row.Offset < 0 || row.Offset > int64(len(b)) {
				t.Fatalf("place %d, line %d, byte %d", row.N, row.Line, row.Offset)
			}
			if row.Fault == nil && row.Z != nil {
				vertices := 0
				_ = geo.EachPoint(row.Geometry, func(orb.Point) error { vertices++; return nil })
				if vertices != len(row.Z) {
					t.Fatalf("%d heights for %d vertices", len(row.Z), vertices)
				}
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	var text bytes.Buffer
	w := geojson.NewWriter(&text)
	line := make(orb.LineString, 50)
	for i := range line {
		line[i] = orb.Point{121 + float64(i)/997, 31 + float64(i)/991}
	}
	fields := []geo.Field{{Name: "name", Type: geo.TextField}}
	for i := range 2000 {
		_ = w.Write(geo.Feature{ID: geo.ID(i), Code: "C", Geometry: line, Properties: geo.Properties{"name": "南北高架路"}}, fields, false)
	}
	_ = w.Close()
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		r := geojson.NewReader(bytes.NewReader(text.Bytes()))
		for {
			if _, err := r.Next(); err != nil {
				break
			}
		}
	}
}
