package geo_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func f64(x float64) *float64 { return &x }

func works() geo.Layer {
	return geo.Layer{ID: "works", Geometry: geo.AnyGeometry, Label: "name",
		Fields: []geo.Field{
			{Name: "name", Type: geo.TextField, Required: true},
			{Name: "stage", Type: geo.TextField, Enum: []string{"前期", "在建"}},
			{Name: "sites", Type: geo.IntField},
			{Name: "length", Type: geo.FloatField, Min: f64(0), Max: f64(100)},
			{Name: "done", Type: geo.BoolField},
			{Name: "start", Type: geo.DateField},
			{Name: "seen", Type: geo.TimeField},
		},
		Reports: []geo.Field{{Name: "actual", Type: geo.FloatField, Min: f64(0)}},
	}
}

func TestValuesAreBroughtToTheTypeOfTheirField(t *testing.T) {
	noon := time.Date(2022, 12, 31, 12, 0, 0, 123456789, time.FixedZone("CST", 8*3600))
	for _, c := range []struct {
		typ  geo.FieldType
		in   any
		want any
	}{
		{geo.TextField, "普陀", "普陀"}, {geo.TextField, " a ", " a "}, {geo.TextField, "", nil}, {geo.TextField, nil, nil},
		{geo.TextField, 12.5, "12.5"}, {geo.TextField, int64(7), "7"}, {geo.TextField, true, "true"},
		{geo.TextField, json.Number("310107"), "310107"}, {geo.TextField, day("2022-12-31"), "2022-12-31"},
		{geo.IntField, 3.0, int64(3)}, {geo.IntField, 3, int64(3)}, {geo.IntField, " 42 ", int64(42)}, {geo.IntField, "4.0", int64(4)},
		{geo.IntField, "-1", int64(-1)}, {geo.IntField, json.Number("9007199254740993"), int64(9007199254740993)}, {geo.IntField, " ", nil},
		{geo.FloatField, "1e3", 1000.0}, {geo.FloatField, int64(2), 2.0}, {geo.FloatField, 2, 2.0}, {geo.FloatField, "-0.5", -0.5},
		{geo.BoolField, "是", true}, {geo.BoolField, "FALSE", false}, {geo.BoolField, 1.0, true}, {geo.BoolField, int64(0), false},
		{geo.DateField, "2022/12/31", day("2022-12-31")}, {geo.DateField, noon, day("2022-12-31")}, {geo.DateField, day("2022-12-31"), day("2022-12-31")},
		{geo.TimeField, "2022-12-31T12:00:00+08:00", time.Date(2022, 12, 31, 4, 0, 0, 0, time.UTC)},
		{geo.TimeField, "2022-12-31 12:00:00", time.Date(2022, 12, 31, 12, 0, 0, 0, time.UTC)},
		{geo.TimeField, noon, time.Date(2022, 12, 31, 4, 0, 0, 123456000, time.UTC)},
	} {
		got, err := geo.Field{Name: "x", Type: c.typ}.Value(c.in)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s of %v (%T) is %v (%T), %v; want %v", c.typ, c.in, c.in, got, got, err, c.want)
		}
	}
}

func TestValuesOfAnotherTypeAreRefused(t *testing.T) {
	for _, c := range []struct {
		typ geo.FieldType
		in  any
	}{
		{geo.TextField, "a\x00b"}, {geo.TextField, "\xff"}, {geo.TextField, []any{"a"}}, {geo.TextField, map[string]any{}},
		{geo.IntField, 1.5}, {geo.IntField, "1.5"}, {geo.IntField, "many"}, {geo.IntField, 1e300}, {geo.IntField, math.NaN()}, {geo.IntField, true},
		{geo.FloatField, "NaN"}, {geo.FloatField, math.Inf(1)}, {geo.FloatField, "1,5"}, {geo.FloatField, false},
		{geo.BoolField, "maybe"}, {geo.BoolField, 2.0}, {geo.BoolField, int64(2)},
		{geo.DateField, "soon"}, {geo.DateField, 20221231.0}, {geo.DateField, geo.Date(0)},
		{geo.TimeField, "2022-12-31"}, {geo.TimeField, 5.0}, {"colour", "red"},
	} {
		got, err := geo.Field{Name: "x", Type: c.typ}.Value(c.in)
		if geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), "field x: value “") {
			t.Errorf("%s of %v (%T) is %v, %v", c.typ, c.in, c.in, got, err)
		}
	}
}

func TestErrorsOfValuesTellFieldFaultAndMend(t *testing.T) {
	l := works()
	for _, c := range []struct {
		name string
		prop geo.Properties
		want string
	}{
		{"missing", geo.Properties{"name": ""}, "layer works: field name: value is missing (the field is required)"},
		{"not allowed", geo.Properties{"name": "a", "stage": "竣工"}, "layer works: field stage: value “竣工” is not allowed (use one of 前期, 在建)"},
		{"too great", geo.Properties{"name": "a", "length": 100.04}, "layer works: field length: value 100.04 is out of range (allowed: 0 to 100)"},
		{"unknown", geo.Properties{"name": "a", "colour": "red"}, "layer works: field colour: the layer has no such field (declare it or leave it out)"},
		{"long", geo.Properties{"name": "a", "sites": strings.Repeat("长", 70)},
			"layer works: field sites: value “" + strings.Repeat("长", 60) + "…” is not of type int"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := l.Normalize(geo.Feature{Code: "A", Properties: c.prop})
			if geo.CodeOf(err) != geo.Invalid || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestNormalizeGivesACopy(t *testing.T) {
	l := works()
	in := geo.Feature{Code: "A", Geometry: orb.Point{121, 31}, Properties: geo.Properties{"name": "a", "sites": "3", "colour": nil, "start": ""}}
	out, err := l.Normalize(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := (geo.Properties{"name": "a", "sites": int64(3)}); !reflect.DeepEqual(out.Properties, want) || out.Layer != "works" {
		t.Errorf("got %v on %s", out.Properties, out.Layer)
	}
	if in.Properties["sites"] != "3" {
		t.Error("the caller's properties were changed")
	}
	again, err := l.Normalize(out)
	if err != nil || !reflect.DeepEqual(again, out) {
		t.Errorf("a second time gives %v, %v", again, err)
	}
}

func TestUnusableFeaturesAreRefused(t *testing.T) {
	flat := works()
	flat.Geometry = geo.NoGeometry
	name := geo.Properties{"name": "a"}
	for _, c := range []struct {
		name  string
		layer geo.Layer
		f     geo.Feature
		field string
	}{
		{"no code", works(), geo.Feature{Properties: name}, "code"},
		{"blanks around the code", works(), geo.Feature{Code: "A ", Properties: name}, "code"},
		{"a code of 201 bytes", works(), geo.Feature{Code: strings.Repeat("a", 201), Properties: name}, "code"},
		{"a zero byte in the code", works(), geo.Feature{Code: "a\x00", Properties: name}, "code"},
		{"an id JavaScript cannot hold", works(), geo.Feature{Code: "A", ID: geo.MaxID + 1, Properties: name}, "id"},
		{"latitude out of bounds", works(), geo.Feature{Code: "A", Geometry: orb.Point{31, 121}, Properties: name}, "geom"},
		{"geometry on a layer without", flat, geo.Feature{Code: "A", Geometry: orb.Point{121, 31}, Properties: name}, "geom"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.layer.Normalize(c.f)
			e, ok := err.(*geo.Error)
			if !ok || e.Code != geo.Invalid || e.Field != c.field || e.Layer != "works" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestUnusableReportsAreRefused(t *testing.T) {
	l := works()
	if r, err := l.NormalizeReport(geo.Report{Date: 1, Properties: geo.Properties{"actual": "5"}}); err != nil || r.Properties["actual"] != 5.0 {
		t.Errorf("%v, %v", r, err)
	}
	none := works()
	none.Reports = nil
	for _, c := range []struct {
		name  string
		layer geo.Layer
		r     geo.Report
		want  string
	}{
		{"no date", l, geo.Report{}, "field date: report has no date"},
		{"negative", l, geo.Report{Date: 1, Properties: geo.Properties{"actual": -1.0}}, "allowed: 0 and more"},
		{"unknown field", l, geo.Report{Date: 1, Properties: geo.Properties{"mood": "good"}}, "field mood: the layer has no such field"},
		{"layer without reports", none, geo.Report{Date: 1}, "the layer takes no reports"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.layer.NormalizeReport(c.r); geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPropertiesGiveTypedValues(t *testing.T) {
	p := geo.Properties{"s": "text", "i": int64(3), "f": 2.5, "d": day("2022-12-31")}
	if i, ok := p.Float("i"); !ok || i != 3 {
		t.Error("an integer is no number")
	}
	if _, ok := p.Float("s"); ok || p.Text("f") != "" || p.Date("s") != 0 || p.Date("d") != day("2022-12-31") || p.Text("s") != "text" {
		t.Error("types are mixed up")
	}
	c := p.Clone()
	c["s"] = "other"
	if p.Text("s") != "text" {
		t.Error("the clone shares its map")
	}
}
