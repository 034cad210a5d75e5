package seeds_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/format"
	"yiping/geo/format/csv"
	"yiping/geo/format/geojson"
	"yiping/geo/ingest"
	"yiping/seeds"
)

// register is the least store the seeds can be imported into.
type register struct {
	layers  []geo.Layer
	records map[geo.LayerID][]*geo.Record
	dates   map[string]geo.Date
}

// open imports the seed files of all districts on the ordinary path.
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
		o := ingest.Options{Layer: j.Layer, Mode: ingest.Append, Reports: j.Reports, Actor: "test"}
		res, err := ingest.Import(context.Background(), r, source(j), o)
		if err != nil {
			t.Fatal(err)
		}
		if res.Key != "code" || res.Declared || len(res.Added) > 0 || res.Created+res.Reports != res.Rows || res.Rows == 0 {
			t.Fatalf("%s: %+v", j.Name, res)
		}
	}
	return r
}

func source(j seeds.Job) format.Source {
	return format.Source{Name: j.Name, Open: func() (format.ReadCloser, error) {
		none := io.NopCloser(nil)
		if j.Format == "csv" {
			r, err := csv.NewReader(bytes.NewReader(j.Data), csv.Options{})
			return format.WithCloser(r, none), err
		}
		return format.WithCloser(geojson.NewReader(bytes.NewReader(j.Data)), none), nil
	}}
}

func (r *register) layer(id geo.LayerID) *geo.Layer {
	i := slices.IndexFunc(r.layers, func(l geo.Layer) bool { return l.ID == id })
	return &r.layers[i]
}

// Apply takes new features and reports; a code twice is a conflict.
func (r *register) Apply(_ context.Context, b geo.Batch) (geo.Result, error) {
	var res geo.Result
	for i, e := range b.Edits {
		switch e.Op {
		case geo.Create:
			f, err := r.layer(e.Feature.Layer).Normalize(e.Feature)
			if err != nil {
				return res, err
			}
			if r.find(f.Layer, f.Code) != nil {
				return res, &geo.Error{Code: geo.Conflict, Row: i + 1, Message: "code is taken"}
			}
			f.ID, f.Version = geo.ID(len(r.records[f.Layer])+1), 1
			r.records[f.Layer] = append(r.records[f.Layer], &geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f})
		case geo.PutReport:
			rep, err := r.layer(e.Report.Layer).NormalizeReport(e.Report)
			if err != nil {
				return res, err
			}
			rep.Version = 1
			rec := r.records[rep.Layer][rep.Feature-1]
			rec.Reports = append(rec.Reports, rep)
		default:
			return res, geo.Errorf(geo.Unsupported, "edit %d of kind %d", i+1, e.Op)
		}
		res.IDs, res.Versions = append(res.IDs, 0), append(res.Versions, 1)
	}
	return res, nil
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
	return r.layer(rec.Layer).Light.Judge(&geo.Facts{Layer: rec.Layer, ID: rec.ID, Code: rec.Feature.Code, Properties: rec.Feature.Properties, Reports: rec.Reports}, at)
}

// Load gives everything, in order of layers.
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

// Lookup gives the whole layer, whatever codes are asked.
func (r *register) Lookup(_ context.Context, layer geo.LayerID, _ []string) (map[string]geo.Ref, error) {
	out := map[string]geo.Ref{}
	for _, rec := range r.records[layer] {
		out[rec.Feature.Code] = geo.Ref{ID: rec.ID, Version: 1}
	}
	return out, nil
}

// Layers gives the declarations.
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
