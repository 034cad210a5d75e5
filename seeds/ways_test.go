package seeds_test

import (
	"slices"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// Each of the 70 ways of working that the documents describe is carried by a
// declared field, and by a seeded instance that fills it.
func TestEveryWayOfWorkingIsCarried(t *testing.T) {
	r := open(t)
	ways := map[string]bool{}
	for _, row := range table(t, "tables/ways.csv") {
		ways[row["way"]] = true
		l, ok := declared(geo.LayerID(row["layer"]))
		if !ok {
			t.Errorf("way %s: no layer %s", row["way"], row["layer"])
			continue
		}
		rec := r.find(l.ID, row["instance"])
		if rec == nil {
			t.Errorf("way %s: no %s %s", row["way"], row["layer"], row["instance"])
			continue
		}
		values, ok := carried(&l, rec, row["carrier"])
		switch {
		case !ok:
			t.Errorf("way %s: %s declares no %s", row["way"], row["layer"], row["carrier"])
		case len(values) == 0:
			t.Errorf("way %s: %s does not carry %s", row["way"], row["instance"], row["carrier"])
		case row["value"] != "" && !slices.Contains(values, row["value"]):
			t.Errorf("way %s: %s of %s is %v, not %s", row["way"], row["carrier"], row["instance"], values, row["value"])
		}
	}
	if len(ways) != 70 {
		t.Errorf("%d ways of working, want 70", len(ways))
	}
}

func declared(id geo.LayerID) (geo.Layer, bool) {
	layers := slices.Concat(city.Layers(), seeds.Layers())
	i := slices.IndexFunc(layers, func(l geo.Layer) bool { return l.ID == id })
	if i < 0 {
		return geo.Layer{}, false
	}
	return layers[i], true
}

// carried gives the values of a field, or of the field of all reports; ok tells
// whether it is declared.
func carried(l *geo.Layer, rec *geo.Record, carrier string) (values []string, ok bool) {
	field, report := strings.CutPrefix(carrier, "report:")
	if !report {
		if field == "code" {
			return []string{rec.Feature.Code}, true
		}
		if v := rec.Feature.Properties[field]; v != nil {
			values = []string{shown(v)}
		}
		_, ok = l.Field(field)
		return values, ok
	}
	for _, rep := range rec.Reports {
		if v := rep.Properties[field]; v != nil {
			values = append(values, shown(v))
		}
	}
	return values, slices.ContainsFunc(l.Reports, func(f geo.Field) bool { return f.Name == field })
}
