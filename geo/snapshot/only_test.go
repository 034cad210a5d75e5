package snapshot_test

import (
	"reflect"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles/tiletest"
)

// What is left out is in no list, count or search, and what stays is lit as it was.
func TestOnlyLeavesOutWhatIsHidden(t *testing.T) {
	row := func(layer geo.LayerID, id geo.ID, code string, p geo.Properties) geo.Record {
		return geo.Record{Layer: layer, ID: id, Feature: &geo.Feature{Layer: layer, ID: id, Code: code, Version: 1, Properties: p}}
	}
	of := func(layer, code string) geo.Properties {
		return geo.Properties{"of_layer": layer, "of_code": code, "kind": "检查", "text": "t"}
	}
	whole, err := snapshot.Load(t.Context(), &tiletest.Source{Decls: city.Layers(), Records: []geo.Record{
		row(city.Project, 1, "P1", geo.Properties{"name": "一号", "goal_outcome": city.GoalFailed}),
		row(city.ProjectYear, 1, "P1-22", geo.Properties{"project": "P1", "year": int64(2022)}),
		row(city.Record, 1, "R1", of("project", "P1")), row(city.Record, 2, "R2", of("street", "S1")),
		row(city.Street, 1, "S1", geo.Properties{"name": "一路"}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if same := whole.Only(func(geo.LayerID) bool { return false }); same != whole {
		t.Error("nothing hidden, and yet another snapshot")
	}
	view := whole.Only(func(id geo.LayerID) bool { return id == city.Project })
	for _, id := range []geo.LayerID{city.Project, city.ProjectYear} {
		if _, ok := view.Layer(id); ok {
			t.Errorf("layer %s is there", id)
		}
	}
	records, ok := view.Layer(city.Record)
	if !ok || records.Len() != 1 || records.Counts("").Total() != 1 {
		t.Fatalf("records: %v, %d", ok, records.Len())
	}
	n := 0
	for i := range records.All {
		if n++; i.Code() != "R2" {
			t.Errorf("record %s", i.Code())
		}
	}
	_, byCode := records.ByCode("R1")
	_, byID := records.ByID(1)
	if byCode || byID || n != 1 {
		t.Errorf("%d records; by code %v, by id %v", n, byCode, byID)
	}
	faulty, _, err := whole.Apply(geo.Changes{Cursor: "1", Faults: []geo.Fault{{Layer: city.Project, Message: "no trigger"}, {Layer: city.Street, Message: "no trigger"}}})
	if err != nil {
		t.Fatal(err)
	}
	if told := faulty.Only(func(id geo.LayerID) bool { return id == city.Project }).Faults(); len(told) != 1 || told[0].Layer != city.Street {
		t.Errorf("faults %+v", told)
	}
	street, _ := view.Layer(city.Street)
	s1, _ := street.ByCode("S1")
	if got := s1.Attached(city.Record); len(got) != 1 || got[0].Code() != "R2" {
		t.Errorf("attached %v", got)
	}
	// A layer hidden of which lights are judged: they stay as they were.
	for _, hide := range []geo.LayerID{city.ProjectYear, city.Record} {
		view := whole.Only(func(id geo.LayerID) bool { return id == hide })
		for _, day := range []geo.Date{0, geo.NewDate(2022, 6, 30)} {
			a, b := whole, view
			if day != 0 {
				a, b = whole.At(day), view.At(day)
			}
			la, _ := a.Layer(city.Project)
			lb, _ := b.Layer(city.Project)
			ia, _ := la.ByCode("P1")
			ib, _ := lb.ByCode("P1")
			if ia.Light() != ib.Light() || ib.Status() != ib.Verdict().Status || !reflect.DeepEqual(ia.Verdict(), ib.Verdict()) || ia.Registered() != ib.Registered() {
				t.Errorf("without %s: %v %+v, else %v %+v", hide, ib.Light(), ib.Verdict(), ia.Light(), ia.Verdict())
			}
			if _, ok := b.Layer(hide); ok {
				t.Errorf("judged at another day, %s is back", hide)
			}
		}
	}
}
