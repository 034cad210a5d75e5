package seeds_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// register is the seeds in memory: what a store would give back.
type register struct {
	layers  []geo.Layer
	records map[geo.LayerID][]*geo.Record
	dates   map[string]geo.Date
}

// open reads the seed files of all districts, checking each feature and report
// against its layer.
func open(t testing.TB) *register {
	t.Helper()
	r := &register{layers: slices.Concat(city.Layers(), seeds.Layers()), records: map[geo.LayerID][]*geo.Record{}, dates: map[string]geo.Date{}}
	for _, d := range seeds.Dates() {
		r.dates[d.District] = d.Date
	}
	jobs, err := seeds.Jobs()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Reports {
			r.readReports(t, j)
		} else {
			r.readFeatures(t, j)
		}
	}
	return r
}

func (r *register) layer(id geo.LayerID) *geo.Layer {
	i := slices.IndexFunc(r.layers, func(l geo.Layer) bool { return l.ID == id })
	return &r.layers[i]
}

func (r *register) readFeatures(t testing.TB, j seeds.Job) {
	t.Helper()
	fc, err := geojson.UnmarshalFeatureCollection(j.Data)
	if err != nil {
		t.Fatalf("%s: %v", j.Name, err)
	}
	for _, f := range fc.Features {
		p := geo.Properties(f.Properties)
		code := p.Text("code")
		delete(p, "code")
		n, err := r.layer(j.Layer).Normalize(geo.Feature{Code: code, Geometry: f.Geometry, Properties: p})
		if err != nil {
			t.Fatalf("%s: %v", j.Name, err)
		}
		if r.find(j.Layer, code) != nil {
			t.Errorf("%s: code %s is taken", j.Name, code)
		}
		n.ID, n.Version = geo.ID(len(r.records[j.Layer])+1), 1
		r.records[j.Layer] = append(r.records[j.Layer], &geo.Record{Layer: j.Layer, ID: n.ID, Feature: &n})
	}
}

func (r *register) readReports(t testing.TB, j seeds.Job) {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(j.Data)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", j.Name, err)
	}
	for _, line := range lines[1:] {
		rec := r.find(j.Layer, line[0])
		if rec == nil {
			t.Fatalf("%s: no feature %s", j.Name, line[0])
		}
		p := geo.Properties{}
		for i, name := range lines[0][2:] {
			p[name] = line[i+2]
		}
		day, err := geo.ParseDate(line[1])
		if err != nil {
			t.Fatal(err)
		}
		n, err := r.layer(j.Layer).NormalizeReport(geo.Report{Feature: rec.ID, Date: day, Properties: p})
		if err != nil {
			t.Fatalf("%s: %v", j.Name, err)
		}
		n.Version = 1
		rec.Reports = append(rec.Reports, n)
	}
}

func (r *register) find(layer geo.LayerID, code string) *geo.Record {
	for _, rec := range r.records[layer] {
		if rec.Feature.Code == code {
			return rec
		}
	}
	return nil
}

// judge gives the verdict at the district's own day.
func (r *register) judge(rec *geo.Record) geo.Verdict {
	return r.judgeAt(rec, r.dates[rec.Feature.Properties.Text("district")])
}

func (r *register) judgeAt(rec *geo.Record, at geo.Date) geo.Verdict {
	return r.layer(rec.Layer).Light.Judge(rec.Feature.Properties, rec.Reports, at)
}

// Load, Lookup and Layers make the register a geo.Loader.
func (r *register) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Cursor: "seeds", Layers: r.layers, Dates: seeds.Dates()}); err != nil {
		return err
	}
	for _, l := range r.layers {
		for _, rec := range r.records[l.ID] {
			if err := record(*rec); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *register) Lookup(_ context.Context, layer geo.LayerID, _ []string) (map[string]geo.Ref, error) {
	out := map[string]geo.Ref{}
	for _, rec := range r.records[layer] {
		out[rec.Feature.Code] = geo.Ref{ID: rec.ID, Version: 1}
	}
	return out, nil
}

func (r *register) Layers(context.Context) ([]geo.Layer, error) { return r.layers, nil }

// lights counts the lights of a layer in a district; filter as in trace.csv.
func (r *register) lights(t testing.TB, layer geo.LayerID, filter string) [4]int {
	t.Helper()
	var n [4]int
	for _, rec := range r.records[layer] {
		if r.meets(t, rec, filter) {
			n[r.judge(rec).Light]++
		}
	}
	return n
}

// meets tests a filter: conditions joined by AND, each field = 'text', field =
// number or field LIKE '%text%'; light is the light judged.
func (r *register) meets(t testing.TB, rec *geo.Record, filter string) bool {
	t.Helper()
	for _, cond := range strings.Split(filter, " AND ") {
		name, want, like := strings.Cut(cond, " LIKE ")
		if !like {
			var ok bool
			if name, want, ok = strings.Cut(cond, " = "); !ok {
				t.Fatalf("condition %q", cond)
			}
		}
		want = strings.Trim(want, "'%")
		got := shown(rec.Feature.Properties[name])
		switch name {
		case "code":
			got = rec.Feature.Code
		case "light":
			got = r.judge(rec).Light.String()
		case "reported":
			got = shown(len(rec.Reports) > 0)
		}
		if like && !strings.Contains(got, want) || !like && got != want {
			return false
		}
	}
	return true
}
