package snapshot_test

import (
	"slices"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

// Units by alias in one and in two districts, and one that another takes over
// from on a day, which only a step of the evaluation date brings about.
func TestUnitGoesByItsNameOfTheDay(t *testing.T) {
	c := snaptest.NewCity(3)
	for _, layer := range []geo.LayerID{city.Project, city.Unit} {
		clear(c.Records[layer])
	}
	renamed := geo.NewDate(2022, 11, 30)
	c.Add(city.Unit, "A", nil, geo.Properties{"name": "区建设管理委", "aliases": "区建管委；建管委", "district": "D1"})
	c.Add(city.Unit, "B", nil, geo.Properties{"name": "区建交委", "aliases": "区建管委", "district": "D2", "valid_to": renamed, "successor": "C"})
	c.Add(city.Unit, "C", nil, geo.Properties{"name": "区建交局", "district": "D2", "valid_from": renamed + 1})
	c.Add(city.Unit, "甲", nil, geo.Properties{"name": "甲", "valid_to": renamed - 60, "successor": "乙"})
	c.Add(city.Unit, "乙", nil, geo.Properties{"name": "乙", "valid_to": renamed - 60, "successor": "甲"})
	for code, p := range map[string][2]string{"1": {"D1", "区建管委"}, "2": {"D1", "区建设管理委"}, "3": {"D2", "区建管委"}, "4": {"D3", "区建管委"},
		"5": {"D1", "建管委；某公司"}, "6": {"D1", "甲"}, "7": {"D2", " 建管委"}} {
		c.Add(city.Project, code, nil, geo.Properties{"name": code, "district": p[0], "unit": p[1]})
	}
	s := snaptest.Snapshot(t, c)
	holds := func(s *snapshot.Snapshot, d2 string) {
		t.Helper()
		l, _ := s.Layer(city.Project)
		want := map[string]string{"1": "区建设管理委", "2": "区建设管理委", "3": d2, "4": "区建管委", "5": "区建设管理委；某公司", "6": "甲", "7": "建管委"}
		for i := range l.All {
			if i.Unit() != want[i.Code()] {
				t.Errorf("%s: %q goes by %q, want %q", i.Code(), i.Text("unit"), i.Unit(), want[i.Code()])
			}
		}
	}
	holds(s, "区建交委")
	holds(s.At(renamed), "区建交委")
	holds(s.At(renamed+1), "区建交局")
	if u, ok := s.Unit("D2", "区建管委", renamed+1); !ok || u.Code() != "C" {
		t.Errorf("took over: %v %v", u.Code(), ok)
	}
	next, d, err := s.Apply(c.Take(geo.Changes{Dates: []geo.DistrictDate{{District: "D2", Date: renamed + 1}}}))
	if err != nil {
		t.Fatal(err)
	}
	holds(next, "区建交局")
	renames := 0
	for _, change := range d.Changes {
		if change.Renamed && change.Layer == city.Project && change.New.Code() == "3" {
			renames++
		}
	}
	if renames != 1 {
		t.Errorf("%d changes tell of the other name", renames)
	}
}

// After every change a feature's unit goes by the name that a snapshot loaded
// anew gives, the delta tells of each that goes by another, and the name of a
// name is that name.
func TestUnitsKeepStepWithTheirRegister(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := snaptest.NewCity(seed)
	s := snaptest.Snapshot(t, c)
	renames, resolved := 0, 0
	for step := range 300 {
		next, d, err := s.Apply(c.Take(c.Draw()))
		if err != nil {
			t.Fatal(err)
		}
		told := map[[2]any]bool{}
		for _, change := range d.Changes {
			if change.Renamed {
				told[[2]any{change.Layer, change.ID}] = true
			}
		}
		fresh := snaptest.Snapshot(t, c)
		for _, l := range next.Layers() {
			before, _ := s.Layer(l.Decl().ID)
			anew, _ := fresh.Layer(l.Decl().ID)
			for i := range l.All {
				want, _ := anew.ByID(i.ID())
				if i.Unit() != want.Unit() {
					t.Fatalf("step %d: %s goes by %q, loaded anew by %q", step, i.Code(), i.Unit(), want.Unit())
				}
				if got := next.UnitName(i.District(), i.Unit(), i.Day()); got != i.Unit() {
					t.Fatalf("step %d: %q goes by %q", step, i.Unit(), got)
				}
				old, had := before.ByID(i.ID())
				differs := !had || old.Unit() != i.Unit()
				if differs != told[[2]any{l.Decl().ID, i.ID()}] {
					t.Fatalf("step %d: %s was %q, is %q, told %v", step, i.Code(), old.Unit(), i.Unit(), !differs)
				}
				if had && differs {
					renames++
				}
				if i.Unit() != i.Text(l.UnitField()) {
					resolved++
				}
			}
		}
		s = next
	}
	if renames == 0 || resolved == 0 {
		t.Errorf("%d went by another name, %d by another than written", renames, resolved)
	}
}

// A unit's own period is that of all its names: where only approved reports
// count, 审定 of a unit reaches the features that name it otherwise, from the day
// that the register says so.
func TestAPeriodIsThatOfAllNamesOfItsUnit(t *testing.T) {
	c := snaptest.NewCity(3)
	for _, layer := range []geo.LayerID{city.Project, city.Unit, city.ProjectYear, city.Milestone} {
		clear(c.Records[layer])
	}
	c.Add(city.Threshold, "T", nil, geo.Properties{"layer": "project", "approved_only": true})
	c.Add(city.Period, "P", nil, geo.Properties{"layer": "project", "unit": "区建管委", "ends": geo.NewDate(2022, 9, 30), "state": geo.Approved})
	month := geo.Report{Date: geo.NewDate(2022, 9, 30), Version: 1, Properties: geo.Properties{geo.PlannedProgress: 90.0, geo.ActualProgress: 10.0}}
	for code, unit := range map[string]string{"1": "区建管委", "2": "区建设管理委", "3": "建管委；某公司", "4": "某公司"} {
		c.Add(city.Project, code, nil, geo.Properties{"name": code, "district": "D1", "unit": unit, "year": int64(2022)}, month)
	}
	judged := func(s *snapshot.Snapshot, step string, red ...string) {
		t.Helper()
		for _, s := range []*snapshot.Snapshot{s, snaptest.Snapshot(t, c)} {
			l, _ := s.Layer(city.Project)
			for i := range l.All {
				if is := i.Light() == geo.Red; is != slices.Contains(red, i.Code()) {
					t.Errorf("%s: project %s of %q is %v", step, i.Code(), i.Text("unit"), i.Light())
				}
			}
		}
	}
	s := snaptest.Snapshot(t, c)
	judged(s, "without a register", "1")
	step := func(name string, changes geo.Changes, red ...string) {
		t.Helper()
		next, _, err := s.Apply(changes)
		if err != nil {
			t.Fatal(err)
		}
		s = next
		judged(s, name, red...)
	}
	step("two names", c.Add(city.Unit, "A", nil, geo.Properties{"name": "区建设管理委", "aliases": "区建管委", "district": "D1"}), "1", "2")
	step("three names", c.Add(city.Unit, "B", nil, geo.Properties{"name": "建管委", "valid_to": geo.NewDate(2022, 8, 31), "successor": "A"}), "1", "2", "3")
	step("sent back", c.Add(city.Period, "Q", nil, geo.Properties{"layer": "project", "unit": "建管委", "district": "D1", "ends": geo.NewDate(2022, 9, 30), "state": geo.Returned}))
}
