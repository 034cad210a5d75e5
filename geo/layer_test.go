package geo_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"yiping/geo"
)

func TestSoundDeclarationsAreTaken(t *testing.T) {
	for _, id := range []geo.LayerID{"a", "river_section", "l2", "x_" + geo.LayerID(strings.Repeat("y", 46))} {
		l := works()
		l.ID = id
		l.Fields = append(l.Fields, geo.Field{Name: "长度", Type: geo.FloatField})
		if err := l.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestUnsoundDeclarationsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*geo.Layer)
		want string
	}{
		{"capital letters", func(l *geo.Layer) { l.ID = "Works" }, "layer id “Works”"},
		{"empty id", func(l *geo.Layer) { l.ID = "" }, "layer id “”"},
		{"49 characters", func(l *geo.Layer) { l.ID = geo.LayerID(strings.Repeat("a", 49)) }, "at most 48"},
		{"a quote in a field", func(l *geo.Layer) { l.Fields[0].Name = `na"me` }, "field name is not usable"},
		{"a reserved column", func(l *geo.Layer) { l.Fields[0].Name = "geom" }, "field geom"},
		{"a reserved column of reports", func(l *geo.Layer) { l.Reports[0].Name = "date" }, "field date"},
		{"a field twice", func(l *geo.Layer) { l.Fields = append(l.Fields, l.Fields[0]) }, "declared twice"},
		{"an unknown type", func(l *geo.Layer) { l.Fields[0].Type = "blob" }, "unknown field type “blob”"},
		{"a label that is no field", func(l *geo.Layer) { l.Label = "title" }, "label names a field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := works()
			c.edit(&l)
			if err := l.Check(); geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFieldsAreFoundByName(t *testing.T) {
	l := works()
	if f, ok := l.Field("length"); !ok || f.Type != geo.FloatField {
		t.Error("length is not found")
	}
	if _, ok := l.Field("actual"); ok {
		t.Error("a report field counts as a field")
	}
	if _, ok := l.ReportField("actual"); !ok {
		t.Error("actual is not found")
	}
}

func TestDeclarationSurvivesJSON(t *testing.T) {
	l := works()
	l.Light = geo.LightRule{Kind: geo.DeadlineRule, Due: "start", From: "start", Done: []string{"在建"}}
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back geo.Layer
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, l) {
		t.Errorf("%+v, %v", back, err)
	}
	plain, err := json.Marshal(works())
	if err != nil || strings.Contains(string(plain), `"light"`) {
		t.Errorf("a layer without a light carries a rule: %s, %v", plain, err)
	}
}

func TestLayerIDsAreLowerCaseNamesOfAtMost48(t *testing.T) {
	for id, want := range map[geo.LayerID]bool{
		"project": true, "river_section": true, "a": true, "a0_": true, geo.LayerID(strings.Repeat("a", 48)): true,
		"": false, "0a": false, "_a": false, "A": false, "a-b": false, "道路": false, "a b": false, geo.LayerID(strings.Repeat("a", 49)): false,
	} {
		if got := geo.ValidLayerID(id); got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
}
