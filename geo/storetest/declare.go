package storetest

import (
	"context"
	"testing"

	"yiping/geo"
)

func declareCases() []testCase {
	return []testCase{
		{"a new layer is followed and takes features in the same batch", declareNew},
		{"a field is added and followed, old features keep their values", declareField},
		{"a field left out is kept", declareKeeps},
		{"changed limits count at once", declareLimits},
		{"the same declaration again changes nothing", declareSame},
		{"a field that changes its type is refused", declareType},
		{"a declaration that is not sound is invalid", declareUnsound},
		{"reports are added to a layer later", declareReports},
		{"an evaluation date is set and followed", dateIsSet},
	}
}

func declare(l geo.Layer) geo.Edit { return geo.Edit{Op: geo.Declare, Layer: l} }

// followed folds what happened since into m and compares it with a fresh load.
func followed(t testing.TB, h Harness, m *mirror) geo.Changes {
	t.Helper()
	c, err := m.follow(context.Background(), h.Store)
	if err != nil {
		t.Fatalf("since: %v", err)
	}
	mustEqual(t, "followed", m, load(t, h.Store))
	return c
}

func declareNew(t *testing.T, h Harness) {
	m := load(t, h.Store)
	l := geo.Layer{ID: "order", Title: geo.Text{ZH: "保留字"}, Geometry: geo.Lines,
		Fields: []geo.Field{{Name: "select", Type: geo.TextField}, {Name: "编号", Type: geo.IntField}}}
	f := geo.Feature{Layer: "order", Code: "x", Properties: geo.Properties{"select": "s", "编号": int64(7)}}
	res := mustApply(t, h.Store, by(declare(l), geo.Edit{Op: geo.Create, Feature: f}))
	if res.IDs[0] != 0 || res.Versions[0] != 1 {
		t.Errorf("result %+v", res)
	}
	c := followed(t, h, m)
	if len(c.Layers) != 1 || c.Layers[0].ID != "order" {
		t.Errorf("layers told: %v", c.Layers)
	}
	if r := m.record(t, "order", "x"); r.Feature.Properties["编号"] != int64(7) {
		t.Errorf("stored %s", showRecord(r))
	}
	mustEqual(t, "another handle", load(t, h.Reopen(t)), m)
}

func declareField(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m, other := load(t, h.Store), h.Reopen(t)
	l := siteLayer()
	l.Fields = append(l.Fields, geo.Field{Name: "added", Type: geo.FloatField})
	if res := mustApply(t, h.Store, by(declare(l))); res.Versions[0] != 2 {
		t.Errorf("result %+v", res)
	}
	if c := followed(t, h, m); len(c.Layers) != 1 {
		t.Errorf("layers told: %v", c.Layers)
	}
	f := named("a")
	f.Properties["added"] = 1.5
	mustApply(t, other, by(replace(f, id, 1)))
	followed(t, h, m)
	if r := m.record(t, site, "a"); r.Feature.Properties["added"] != 1.5 || r.Feature.Version != 2 {
		t.Errorf("stored %s", showRecord(r))
	}
	h.SQL(t, `UPDATE test_site SET added = 2.5 WHERE code = 'a'`)
	followed(t, h, m)
	if r := m.record(t, site, "a"); r.Feature.Properties["added"] != 2.5 {
		t.Errorf("stored %s", showRecord(r))
	}
}

func declareKeeps(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	l := siteLayer()
	l.Fields = l.Fields[:1]
	l.Title.EN = "Fewer"
	mustApply(t, h.Store, by(declare(l)))
	ls, err := h.Store.Layers(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(ls[2].Fields) != len(siteLayer().Fields) || ls[2].Title.EN != "Fewer" {
		t.Errorf("declaration %+v", ls[2])
	}
}

func declareLimits(t *testing.T, h Harness) {
	m := load(t, h.Store)
	f := named("a")
	f.Properties["kind"], f.Properties["grade"] = "丁", int64(20)
	mustFail(t, h.Store, by(geo.Edit{Op: geo.Create, Feature: f}), geo.Invalid)
	l := siteLayer()
	l.Fields[1].Enum = []string{"甲", "丁"}
	twenty := 20.0
	l.Fields[2].Max = &twenty
	mustApply(t, h.Store, by(declare(l), geo.Edit{Op: geo.Create, Feature: f}))
	followed(t, h, m)
	h.SQL(t, `UPDATE test_site SET grade = 15, kind = '甲' WHERE code = 'a'`)
	if err := h.Refused(t, `UPDATE test_site SET grade = 21 WHERE code = 'a'`); err == nil {
		t.Error("SQL set a value over the limit")
	}
	followed(t, h, m)
}

func declareSame(t *testing.T, h Harness) {
	m := load(t, h.Store)
	res := mustApply(t, h.Store, by(declare(siteLayer())))
	if res.Versions[0] != 1 {
		t.Errorf("result %+v", res)
	}
	if c := followed(t, h, m); len(c.Layers)+len(c.Reset) != 0 {
		t.Errorf("told %+v", c)
	}
}

func declareType(t *testing.T, h Harness) {
	l := siteLayer()
	l.Fields[0].Type = geo.IntField
	if e := mustFail(t, h.Store, by(create("x"), declare(l)), geo.Invalid); e.Field != "name" || e.Row != 2 {
		t.Errorf("field %q row %d: %v", e.Field, e.Row, e)
	}
}

func declareUnsound(t *testing.T, h Harness) {
	for _, l := range []geo.Layer{
		{ID: "Not An Id", Geometry: geo.Points},
		{ID: "twice", Geometry: geo.Points, Fields: []geo.Field{{Name: "a", Type: geo.TextField}, {Name: "a", Type: geo.TextField}}},
		{ID: "typeless", Geometry: geo.Points, Fields: []geo.Field{{Name: "a"}}},
		{ID: "taken", Geometry: geo.Points, Fields: []geo.Field{{Name: "geom", Type: geo.TextField}}},
	} {
		mustFail(t, h.Store, by(declare(l)), geo.Invalid)
	}
}

func declareReports(t *testing.T, h Harness) {
	m := load(t, h.Store)
	l := noteLayer()
	l.Reports = []geo.Field{{Name: "text", Type: geo.TextField}}
	f := geo.Feature{Layer: note, Code: "n"}
	put := geo.Edit{Op: geo.PutReport, Of: 2, Report: geo.Report{Layer: note, Date: 738885, Properties: geo.Properties{"text": "t"}}}
	mustApply(t, h.Store, by(declare(l), geo.Edit{Op: geo.Create, Feature: f}, put))
	followed(t, h, m)
	if r := m.record(t, note, "n"); len(r.Reports) != 1 || r.Reports[0].Properties.Text("text") != "t" {
		t.Errorf("stored %s", showRecord(r))
	}
}

func dateIsSet(t *testing.T, h Harness) {
	m := load(t, h.Store)
	for _, d := range []geo.DistrictDate{{District: "310107", Date: 738520}, {District: "310107", Date: 738521, Live: true}, {District: "其他", Date: 1}} {
		mustApply(t, h.Store, by(geo.Edit{Op: geo.SetDate, Date: d}))
		if c := followed(t, h, m); len(c.Dates) != 1 || c.Dates[0] != d {
			t.Errorf("told %v, want %v", c.Dates, d)
		}
	}
	mustFail(t, h.Store, by(geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{Date: 5}}), geo.Invalid)
	mustFail(t, h.Store, by(geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "d"}}), geo.Invalid)
}
