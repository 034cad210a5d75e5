package snapshot_test

import (
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot/snaptest"
)

// The entry that a row gives by its columns is the one that the rule finds in
// all facts.
func TestEntryIsThatOfTheRule(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := snaptest.NewCity(seed)
	for range 200 {
		c.Take(c.Draw())
	}
	s := snaptest.Snapshot(t, c)
	in, out, others := 0, 0, 0
	for _, day := range []geo.Date{geo.NewDate(2021, 12, 31), geo.NewDate(2022, 7, 15), geo.NewDate(2022, 12, 31), geo.NewDate(2023, 2, 1)} {
		at := s.At(day)
		for _, l := range at.Layers() {
			for i := range l.All {
				if l.Decl().Light.Kind == geo.NoRule {
					continue
				}
				got, ok := i.Entry()
				want, is := l.Decl().Light.Entry(i.Facts(), day)
				got.Reason, want.Reason = "", ""
				if ok != is || got != want {
					t.Fatalf("%s on %s: entry %+v %v, want %+v %v", i.Code(), day, got, ok, want, is)
				}
				if ok {
					in++
				} else {
					out++
				}
				others += len(i.Attached(city.ProjectYear))
			}
		}
	}
	if in*out*others == 0 {
		t.Errorf("%d in force, %d not, %d rows of other years", in, out, others)
	}
}

// After a carrying over the old entry is in force until its year ends, and its
// values are those of its row; what such a row does not have is the project's own.
func TestEntryOutlivesItsCarryingOver(t *testing.T) {
	c := snaptest.NewCity(1)
	c.Add(city.Project, "CARRIED", nil, geo.Properties{"name": "跨年项目", "year": int64(2023), "listed": "年初", "carried": "结转", "year_investment": 9.0})
	c.Add(city.ProjectYear, "CARRIED-2022", nil, geo.Properties{"project": "CARRIED", "year": int64(2022), "listed": "年中", "year_investment": 2.5,
		"goal": "开工", "plan_issued": geo.NewDate(2022, 2, 1)})
	s := snaptest.Snapshot(t, c)
	for _, x := range []struct {
		day    geo.Date
		values []any // of year, listed, year_investment, carried, name
	}{
		{geo.NewDate(2022, 1, 31), []any{nil, nil, nil, nil, nil}}, // its plan is not issued yet
		{geo.NewDate(2022, 12, 31), []any{int64(2022), "年中", 2.5, nil, "跨年项目"}},
		{geo.NewDate(2023, 1, 31), []any{nil, nil, nil, nil, nil}}, // 计划待下达
	} {
		l, _ := s.At(x.day).Layer(city.Project)
		i, _ := l.ByCode("CARRIED")
		for k, field := range []string{"year", "listed", "year_investment", "carried", "name"} {
			if got := i.EntryValue(field); got != x.values[k] {
				t.Errorf("on %s the entry has %s %v, want %v", x.day, field, got, x.values[k])
			}
		}
	}
}
