package snapshot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// square is [x, x+1] by [0, 1], moved to where the city is.
func square(x float64) orb.Polygon {
	return orb.Polygon{{{121 + x, 31}, {122 + x, 31}, {122 + x, 32}, {121 + x, 32}, {121 + x, 31}}}
}

func at(x, y float64) orb.Point { return orb.Point{121 + x, 31 + y} }

func feature(layer geo.LayerID, id geo.ID, code string, g orb.Geometry, p geo.Properties) geo.Record {
	if p == nil {
		p = geo.Properties{}
	}
	return geo.Record{Layer: layer, ID: id, Feature: &geo.Feature{Layer: layer, ID: id, Code: code, Version: 1, Geometry: g, Properties: p}}
}

// twoDistricts is a city of districts A (west) and B (east), each of one town,
// and a town of B that claims all of A too.
func twoDistricts(more ...geo.Record) *store {
	m := newStore(city.Layers()...)
	m.apply(geo.Changes{Records: append([]geo.Record{
		feature(city.District, 1, "A", square(0), geo.Properties{"name": "甲区"}),
		feature(city.District, 2, "B", square(1), geo.Properties{"name": "乙区"}),
		feature(city.Town, 3, "a1", square(0), geo.Properties{"name": "甲镇"}),
		feature(city.Town, 4, "b1", square(1), geo.Properties{"name": "乙镇"}),
		feature(city.Town, 5, "a0", square(0), geo.Properties{"name": "飞地", "district": "B"}),
	}, more...), Dates: []geo.DistrictDate{{District: "A", Date: geo.NewDate(2022, 12, 31)}, {District: "B", Date: geo.NewDate(2023, 6, 30), Live: true}}})
	return m
}

func item(t *testing.T, s *snapshot.Snapshot, layer geo.LayerID, id geo.ID) snapshot.Item {
	t.Helper()
	l, _ := s.Layer(layer)
	i, ok := l.ByID(id)
	if !ok {
		t.Fatalf("layer %s has no feature %d", layer, id)
	}
	return i
}

func apply(t *testing.T, s *snapshot.Snapshot, c geo.Changes) (*snapshot.Snapshot, snapshot.Delta) {
	t.Helper()
	next, d, err := s.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return next, d
}

func TestPlacement(t *testing.T) {
	third := feature(city.Town, 6, "b2", square(2), geo.Properties{"name": "丙镇", "district": "B"})
	for _, c := range []struct {
		name            string
		g               orb.Geometry
		own             geo.Properties
		district, towns string
	}{
		{"a point inside", at(0.5, 0.5), nil, "A", "甲镇"},
		{"a point on the border goes to the lower code", at(1, 0.5), nil, "A", "甲镇"},
		{"a point on the outer edge is inside", at(2, 0.5), nil, "B", "乙镇"},
		{"a point outside is nowhere", at(5, 0.5), nil, "", ""},
		{"a line goes where most of it lies", orb.LineString{at(0.8, 0.5), at(1.6, 0.5)}, nil, "B", "乙镇"},
		{"a polygon goes where most of it lies", orb.Polygon{{at(0.2, 0.2), at(1.3, 0.2), at(1.3, 0.4), at(0.2, 0.4), at(0.2, 0.2)}}, nil, "A", "甲镇"},
		{"sites go where most of them lie, in that district's towns", orb.MultiPoint{at(0.5, 0.5), at(1.5, 0.5), at(1.6, 0.5)}, nil, "B", "乙镇 飞地"},
		{"sites lie in a town each", orb.MultiPoint{at(2.5, 0.5), at(1.5, 0.5), at(2.6, 0.5), at(7, 0.5)}, geo.Properties{"district": "B"}, "B", "丙镇 乙镇"},
		{"a site goes where most of it lies", orb.MultiLineString{{at(1.1, 0.5), at(1.2, 0.5)}, {at(1.9, 0.5), at(2.8, 0.5)}}, nil, "B", "丙镇 乙镇"},
		{"one line over two towns lies in one", orb.LineString{at(1.2, 0.5), at(2.8, 0.5)}, nil, "B", "乙镇"},
		{"a point beside a shape is a site too", orb.Collection{at(1.5, 0.5), orb.Polygon{{at(2.2, 0.2), at(2.3, 0.2), at(2.3, 0.4), at(2.2, 0.4), at(2.2, 0.2)}}}, geo.Properties{"district": "B"}, "B", "丙镇 乙镇"},
		{"two sites in one town count it once", orb.MultiPoint{at(1.2, 0.5), at(1.3, 0.5)}, nil, "B", "乙镇"},
		{"of sites of equal size the lower code is first", orb.MultiPoint{at(2.5, 0.5), at(1.5, 0.5)}, geo.Properties{"district": "B"}, "B", "乙镇 丙镇"},
		{"its own towns, in its order, each once", at(0.5, 0.5), geo.Properties{"town": "丙镇、乙镇； 丙镇"}, "A", "丙镇 乙镇"},
		{"without geometry it is nowhere", nil, nil, "", ""},
		{"an empty geometry is nowhere", orb.LineString{}, nil, "", ""},
		{"its own district wins, and its town is one of that district's", at(0.5, 0.5), geo.Properties{"district": "B"}, "B", "飞地"},
		{"its own town wins", at(0.5, 0.5), geo.Properties{"town": "自报镇"}, "A", "自报镇"},
		{"its own words count without geometry", nil, geo.Properties{"district": "B", "town": "乙镇"}, "B", "乙镇"},
	} {
		t.Run(c.name, func(t *testing.T) {
			loaded := load(t, twoDistricts(third, feature(city.Project, 9, "p", c.g, c.own)))
			empty := load(t, twoDistricts(third))
			applied, _ := apply(t, empty, geo.Changes{Records: []geo.Record{feature(city.Project, 9, "p", c.g, c.own)}})
			for _, s := range []*snapshot.Snapshot{loaded, applied} {
				i, want := item(t, s, city.Project, 9), strings.Fields(c.towns)
				if i.District() != c.district || !slices.Equal(i.Towns(), want) {
					t.Errorf("placed in %q, %q; want %q, %q", i.District(), i.Towns(), c.district, want)
				}
				if whole := append([]string{i.Town()}, i.OtherTowns()...); len(want) > 0 && !slices.Equal(whole, want) || len(want) == 0 && i.Town() != "" {
					t.Errorf("the first and the others are %q", whole)
				}
				for _, town := range []string{"", "甲镇", "乙镇", "丙镇"} {
					if in := slices.Contains(want, town) || town == "" && len(want) == 0; i.InTown(town) != in {
						t.Errorf("in %q: %v", town, !in)
					}
				}
			}
		})
	}
}

func TestABoundaryThatMovesPlacesAnew(t *testing.T) {
	m := twoDistricts(feature(city.Project, 9, "p", at(0.9, 0.5), nil), feature(city.Project, 10, "q", at(0.1, 0.5), nil))
	s := load(t, m)
	grown := orb.Polygon{{at(0.8, 0), at(2, 0), at(2, 1), at(0.8, 1), at(0.8, 0)}}
	shrunk := orb.Polygon{{at(0, 0), at(0.8, 0), at(0.8, 1), at(0, 1), at(0, 0)}}
	c := geo.Changes{Records: []geo.Record{
		feature(city.District, 1, "A", shrunk, geo.Properties{"name": "甲区"}),
		feature(city.District, 2, "B", grown, geo.Properties{"name": "乙区"}),
	}}
	next, d := apply(t, s, c)
	if got := item(t, next, city.Project, 9).District(); got != "B" {
		t.Errorf("the project lies in %q", got)
	}
	if got := item(t, s, city.Project, 9).District(); got != "A" {
		t.Errorf("in the old snapshot the project lies in %q", got)
	}
	var edited []geo.ID
	for _, ch := range d.Changes {
		if ch.Layer == city.Project && ch.Edited && !ch.Moved {
			edited = append(edited, ch.ID)
		}
	}
	if len(edited) != 1 || edited[0] != 9 {
		t.Errorf("changes name projects %v", edited)
	}
	project, _ := next.Layer(city.Project)
	if a, b := project.Counts("A").Total(), project.Counts("B").Total(); a != 1 || b != 1 {
		t.Errorf("A counts %d projects, B %d", a, b)
	}
	gone, _ := apply(t, next, geo.Changes{Records: []geo.Record{{Layer: city.District, ID: 2}}})
	if got := item(t, gone, city.Project, 9).District(); got != "" {
		t.Errorf("without B the project lies in %q", got)
	}
	dropped, _ := apply(t, next, geo.Changes{Dropped: []geo.LayerID{city.District}})
	if got := item(t, dropped, city.Project, 9).District(); got != "" || len(dropped.Districts()) != 0 {
		t.Errorf("without districts the project lies in %q", got)
	}
}

// A town's boundary that moves takes one of two sites with it.
func TestATownThatMovesPlacesItsSitesAnew(t *testing.T) {
	sites := orb.MultiPoint{at(1.2, 0.5), at(1.8, 0.5), at(1.3, 0.5)}
	s := load(t, twoDistricts(feature(city.Project, 9, "p", sites, nil)))
	if got := item(t, s, city.Project, 9).Towns(); !slices.Equal(got, []string{"乙镇"}) {
		t.Fatalf("at first in %q", got)
	}
	half := func(from, to float64) orb.Polygon {
		return orb.Polygon{{at(from, 0), at(to, 0), at(to, 1), at(from, 1), at(from, 0)}}
	}
	next, d := apply(t, s, geo.Changes{Records: []geo.Record{
		feature(city.Town, 4, "b1", half(1.5, 2), geo.Properties{"name": "乙镇"}),
		feature(city.Town, 6, "b2", half(1, 1.5), geo.Properties{"name": "丙镇"})}})
	if got := item(t, next, city.Project, 9).Towns(); !slices.Equal(got, []string{"丙镇", "乙镇"}) {
		t.Errorf("afterwards in %q", got)
	}
	if !slices.ContainsFunc(d.Changes, func(c snapshot.Change) bool { return c.Layer == city.Project && c.ID == 9 && c.Edited && !c.Moved }) {
		t.Error("the change does not tell of it")
	}
}

func TestDistricts(t *testing.T) {
	s := load(t, twoDistricts())
	want := []snapshot.District{
		{Code: "A", Name: "甲区", Feature: 1, Bound: square(0).Bound(), Date: geo.NewDate(2022, 12, 31)},
		{Code: "B", Name: "乙区", Feature: 2, Bound: square(1).Bound(), Date: geo.NewDate(2023, 6, 30), Live: true},
	}
	got := s.Districts()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v", got)
	}
	if d, ok := s.District("B"); !ok || d != want[1] {
		t.Errorf("B is %+v", d)
	}
	if _, ok := s.District("C"); ok {
		t.Error("there is a district C")
	}
}

// overdueFrom is a problem due on the last day of 2022.
func overdueFrom(id geo.ID, own geo.Properties) geo.Record {
	own["deadline"] = geo.NewDate(2022, 12, 31)
	return feature(city.Problem, id, "w"+string(rune('0'+id)), nil, own)
}

func TestLightsFollowTheDateOfTheDistrict(t *testing.T) {
	s := load(t, twoDistricts(
		overdueFrom(1, geo.Properties{"district": "A"}),
		overdueFrom(2, geo.Properties{"district": "B"}),
		overdueFrom(3, geo.Properties{}),
	))
	for id, want := range map[geo.ID]geo.Light{1: geo.Yellow, 2: geo.Red, 3: geo.Red} {
		if got := item(t, s, city.Problem, id).Light(); got != want {
			t.Errorf("problem %d is %v, want %v", id, got, want)
		}
	}
	next, d := apply(t, s, geo.Changes{Dates: []geo.DistrictDate{{District: "A", Date: geo.NewDate(2023, 1, 1)}}})
	if len(d.Changes) != 1 || d.Changes[0].ID != 1 || !d.Changes[0].Lit || d.Changes[0].Edited || len(d.Dates) != 1 {
		t.Errorf("changes are %+v", d.Changes)
	}
	if got := item(t, next, city.Problem, 1).Light(); got != geo.Red {
		t.Errorf("the day after, problem 1 is %v", got)
	}
	before, _ := s.Layer(city.Problem)
	after, _ := next.Layer(city.Problem)
	if before.Counts("A") != (snapshot.LightCounts{geo.Yellow: 1}) || after.Counts("A") != (snapshot.LightCounts{geo.Red: 1}) {
		t.Errorf("counts were %v, are %v", before.Counts("A"), after.Counts("A"))
	}
	if light, late := item(t, s, city.Problem, 1).LightAt(geo.NewDate(2023, 1, 1)); light != geo.Red || late {
		t.Errorf("judged at the day after it is %v", light)
	}
	if v := item(t, s, city.Problem, 1).Verdict(); v.Light != geo.Yellow {
		t.Errorf("the old snapshot judges by the new date: %v", v.Light)
	}
	project, _ := next.Layer(city.Project)
	if after.Revision() != next.Revision() || project.Revision() == next.Revision() {
		t.Errorf("revisions: problem %d, project %d of %d", after.Revision(), project.Revision(), next.Revision())
	}
}

func TestWithoutDatesTheClockCounts(t *testing.T) {
	m := newStore(city.Layers()...)
	m.apply(geo.Changes{Records: []geo.Record{overdueFrom(1, geo.Properties{})}})
	// 17:00 UTC on the day of the deadline is the day after in China.
	now := time.Date(2022, 12, 31, 15, 0, 0, 0, time.UTC)
	s, err := snapshot.Options{Now: func() time.Time { return now }}.Load(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if got := item(t, s, city.Problem, 1).Light(); got != geo.Yellow {
		t.Errorf("on the day it is %v", got)
	}
	now = now.Add(2 * time.Hour)
	next, d := apply(t, s, geo.Changes{})
	if got := item(t, next, city.Problem, 1).Light(); got != geo.Red || len(d.Changes) != 1 {
		t.Errorf("the day after it is %v, with %d changes", got, len(d.Changes))
	}
}

// oddShape is a geometry of a type that nothing knows.
type oddShape struct{ orb.Geometry }

func TestOddValuesAreFaultsNotPanics(t *testing.T) {
	odd := feature(city.Project, 9, "p", at(0.5, 0.5), geo.Properties{"name": 5, "year": "2022", "investment": []int{1}, "start_date": 3.5, "unheard": 1})
	odd.Reports = []geo.Report{{Layer: city.Project, Feature: 9, Date: geo.NewDate(2022, 1, 31), Properties: geo.Properties{geo.PlannedProgress: struct{}{}}}}
	s := load(t, twoDistricts(odd))
	i := item(t, s, city.Project, 9)
	if i.Value("year") != int64(2022) || i.Value("investment") != nil || i.Value("start_date") != nil || len(i.Reports()) != 1 {
		t.Errorf("properties are %v", i.Properties())
	}
	faults := s.Faults()
	if len(faults) != 1 || faults[0].Layer != city.Project || !strings.Contains(faults[0].Message, "feature 9") {
		t.Errorf("faults are %+v", faults)
	}
	worse, _ := apply(t, s, geo.Changes{Records: []geo.Record{feature(city.Project, 10, "q", oddShape{}, nil)}})
	if faults := worse.Faults(); len(faults) != 1 || !strings.Contains(faults[0].Message, "and 1 more") {
		t.Errorf("with a second one they are %+v", faults)
	}
	if item(t, worse, city.Project, 10).Geometry() != nil {
		t.Error("an unknown geometry was kept")
	}
	mended, _ := apply(t, worse, geo.Changes{Records: []geo.Record{
		feature(city.Project, 9, "p", at(0.5, 0.5), geo.Properties{"name": "好"}), {Layer: city.Project, ID: 10}}})
	if faults := mended.Faults(); len(faults) != 0 || len(s.Faults()) != 1 {
		t.Errorf("mended, they are %+v", faults)
	}
	if _, _, err := s.Apply(geo.Changes{Records: []geo.Record{feature("unheard", 1, "x", nil, nil)}}); geo.CodeOf(err) != geo.Internal {
		t.Errorf("a record of no layer gives %v", err)
	}
	if next, _ := apply(t, s, geo.Changes{Records: []geo.Record{{Layer: city.Project, ID: 77}}}); next == nil {
		t.Error("deleting what is not there failed")
	}
}

func TestCodesMaySwap(t *testing.T) {
	s := load(t, twoDistricts(feature(city.Project, 8, "x", nil, nil), feature(city.Project, 9, "y", nil, nil)))
	next, _ := apply(t, s, geo.Changes{Records: []geo.Record{feature(city.Project, 8, "y", nil, nil), feature(city.Project, 9, "x", nil, nil)}})
	for code, id := range map[string]geo.ID{"y": 8, "x": 9} {
		l, _ := next.Layer(city.Project)
		if i, ok := l.ByCode(code); !ok || i.ID() != id {
			t.Errorf("code %s is another feature's", code)
		}
		l, _ = s.Layer(city.Project)
		if i, ok := l.ByCode(code); !ok || i.ID() == id {
			t.Errorf("code %s was another feature's", code)
		}
	}
}

func TestCodesGoWithTheirFeatures(t *testing.T) {
	s := load(t, twoDistricts(feature(city.Project, 8, "x", nil, nil), feature(city.Project, 9, "y", nil, nil)))
	s, _ = apply(t, s, geo.Changes{Records: []geo.Record{feature(city.Project, 8, "z", nil, nil), {Layer: city.Project, ID: 9}}})
	l, _ := s.Layer(city.Project)
	for _, code := range []string{"x", "y", ""} {
		if i, ok := l.ByCode(code); ok {
			t.Errorf("code %q still finds feature %d", code, i.ID())
		}
	}
	if i, ok := l.ByCode("z"); !ok || i.ID() != 8 {
		t.Error("code z is not found")
	}
}

func TestOneSnapshotMayBeAppliedToTwice(t *testing.T) {
	s := load(t, twoDistricts())
	one, _ := apply(t, s, geo.Changes{Records: []geo.Record{feature(city.Project, 9, "one", at(0.1, 0.1), geo.Properties{"name": "一"})}})
	two, _ := apply(t, s, geo.Changes{Records: []geo.Record{feature(city.Project, 9, "two", at(0.2, 0.2), geo.Properties{"name": "二"})}})
	for want, s := range map[string]*snapshot.Snapshot{"one一": one, "two二": two} {
		if i := item(t, s, city.Project, 9); i.Code()+i.Name() != want {
			t.Errorf("got %s%s, want %s", i.Code(), i.Name(), want)
		}
	}
	if one.Layers(); item(t, one, city.Project, 9).Geometry() != orb.Geometry(at(0.1, 0.1)) {
		t.Error("the geometry is the other's")
	}
}

// A town is known by its own feature, or by any feature that names it; what has
// gone is known no more.
func TestTownsAreKnownByName(t *testing.T) {
	s := load(t, twoDistricts(overdueFrom(1, geo.Properties{"town": "近镇、远镇"})))
	for name, want := range map[string]bool{"甲镇": true, "飞地": true, "近镇": true, "远镇": true, "近镇、远镇": false, "A": false, "甲区": false, "": false, "无镇": false} {
		if got := s.HasTown(name); got != want {
			t.Errorf("town %q: %v", name, got)
		}
	}
	next, _ := apply(t, s, geo.Changes{Records: []geo.Record{
		overdueFrom(1, geo.Properties{}), {Layer: city.Town, ID: 5}, feature(city.Town, 4, "b1", square(1), geo.Properties{"name": "新镇"})}})
	for name, want := range map[string]bool{"甲镇": true, "飞地": false, "近镇": false, "远镇": false, "乙镇": false, "新镇": true} {
		if got := next.HasTown(name); got != want {
			t.Errorf("afterwards town %q: %v", name, got)
		}
	}
}
