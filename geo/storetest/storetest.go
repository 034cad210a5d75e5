// Package storetest is the contract of geo.Store as tests. A store's own tests
// call Run and RunKill; what only one store has (row locks, server restarts,
// foreign programs) it tests itself.
package storetest

import (
	"context"
	"testing"

	"yiping/geo"
)

// Harness is one fresh, empty store under test.
type Harness struct {
	// Store is the handle the case works with. The harness closes it.
	Store geo.Store
	// Reopen gives another handle on the same data, as after a restart or in
	// another process. The harness closes it.
	Reopen func(t testing.TB) geo.Store
	// SQL runs one statement as an outside program would: on a connection of
	// its own, committed at once. It fails the test when the statement fails.
	SQL func(t testing.TB, stmt string)
	// Refused runs a statement that the store must refuse and gives its error.
	Refused func(t testing.TB, stmt string) error
	// Actors gives who wrote each history row of a feature, oldest first.
	Actors func(t testing.TB, layer geo.LayerID, id geo.ID) []string
}

type testCase struct {
	name string
	run  func(t *testing.T, h Harness)
}

// Run runs the whole contract; open gives a fresh store to each case.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	groups := []struct {
		name  string
		cases []testCase
	}{
		{"batch", batchCases()}, {"identity", identityCases()}, {"report", reportCases()}, {"declare", declareCases()},
		{"feed", feedCases()}, {"direct", directCases()}, {"values", valueCases()}, {"model", modelCases()},
		{"known", knownCases()}, {"token", tokenCases()}, {"account", accountCases()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) {
					h := open(t)
					declareAll(t, h.Store)
					c.run(t, h)
				})
			}
		})
	}
}

// Ids of the layers the suite declares in every store.
const (
	site geo.LayerID = "test_site" // every field type, any geometry, reports
	pair geo.LayerID = "test_pair" // features in twos whose amounts add up to pairSum
	note geo.LayerID = "test_note" // no geometry, no reports
)

func siteLayer() geo.Layer {
	zero, ten, hundred := 0.0, 10.0, 100.0
	percent := func(name string) geo.Field {
		return geo.Field{Name: name, Type: geo.FloatField, Min: &zero, Max: &hundred}
	}
	return geo.Layer{
		ID: site, Title: geo.Text{ZH: "测试点", EN: "Test sites"}, Geometry: geo.AnyGeometry, Label: "name",
		Fields: []geo.Field{
			{Name: "name", Title: geo.Text{ZH: "名称", EN: "Name"}, Type: geo.TextField, Required: true, Tile: true},
			{Name: "kind", Type: geo.TextField, Enum: []string{"甲", "乙", "it's"}},
			{Name: "grade", Type: geo.IntField, Min: &zero, Max: &ten},
			{Name: "total", Type: geo.IntField},
			{Name: "size", Type: geo.FloatField, Unit: "㎡"},
			{Name: "open", Type: geo.BoolField},
			{Name: "day", Type: geo.DateField},
			{Name: "seen", Type: geo.TimeField},
			{Name: "备注", Type: geo.TextField},
		},
		Reports: []geo.Field{percent(geo.PlannedProgress), percent(geo.ActualProgress), {Name: "remark", Type: geo.TextField}},
	}
}

func pairLayer() geo.Layer {
	return geo.Layer{ID: pair, Title: geo.Text{ZH: "成对"}, Geometry: geo.Points,
		Fields: []geo.Field{{Name: "amount", Type: geo.IntField}}}
}

func noteLayer() geo.Layer {
	return geo.Layer{ID: note, Title: geo.Text{ZH: "说明"}, Geometry: geo.NoGeometry,
		Fields: []geo.Field{{Name: "body", Type: geo.TextField}}}
}

func declareAll(t testing.TB, s geo.Store) {
	t.Helper()
	b := geo.Batch{Actor: "setup"}
	for _, l := range []geo.Layer{siteLayer(), pairLayer(), noteLayer()} {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	mustApply(t, s, b)
}

// by makes a batch of the suite's usual actor.
func by(edits ...geo.Edit) geo.Batch { return geo.Batch{Actor: "tester", Edits: edits} }

func create(code string) geo.Edit {
	return geo.Edit{Op: geo.Create, Feature: named(code)}
}

func named(code string) geo.Feature {
	return geo.Feature{Layer: site, Code: code, Properties: geo.Properties{"name": "名 " + code}}
}

func replace(f geo.Feature, id geo.ID, version uint64) geo.Edit {
	f.ID, f.Version = id, version
	return geo.Edit{Op: geo.Replace, Feature: f}
}

func remove(id geo.ID, version uint64) geo.Edit {
	return geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: site, ID: id, Version: version}}
}

func report(id geo.ID, day geo.Date, actual float64) geo.Edit {
	return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: site, Feature: id, Date: day,
		Properties: geo.Properties{geo.ActualProgress: actual}}}
}

func mustApply(t testing.TB, s geo.Store, b geo.Batch) geo.Result {
	t.Helper()
	res, err := s.Apply(context.Background(), b)
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	if len(res.IDs) != len(b.Edits) || len(res.Versions) != len(b.Edits) {
		t.Fatalf("%d ids and %d versions for %d edits", len(res.IDs), len(res.Versions), len(b.Edits))
	}
	return res
}

func mustFail(t testing.TB, s geo.Store, b geo.Batch, code geo.Code) *geo.Error {
	t.Helper()
	_, err := s.Apply(context.Background(), b)
	return mustBe(t, err, code)
}
