package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// townsAnswers are what the answers say of towns.
type townsAnswers struct {
	Counts struct{ Total, Red int } // of warnings, of projects
	Total  int
	Towns  []struct {
		Name  string
		Total int
		Href  string
	}
	Rankings struct {
		Town []struct {
			Name  string
			Total int
			Href  string
		}
	}
	NumberMatched, Matched int
	Items                  []struct {
		Code, Town string
		Towns      []string
	}
	Yiping struct {
		Town  string
		Towns []string
	}
}

// A project of two sites in two towns, and one whose row lists them, count in
// either town and once in the district.
func TestAFeatureInSeveralTowns(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		east := create(city.Town, "310105002", square(121.40, 31.18, 0.05), geo.Properties{"name": "北新泾街道"})
		failed := func(code string, g orb.Geometry, p geo.Properties) geo.Edit {
			p["name"], p["goal_outcome"], p["outcome_date"] = code, city.GoalFailed, geo.NewDate(2022, 10, 20)
			return create(city.Project, code, g, p)
		}
		apply(t, store, east)
		s := start(t, store, setting{})
		before := decode[townsAnswers](t, s.get("/api/overview?district=310105"))
		s.reach(apply(t, store,
			failed("T1", orb.MultiPoint{{121.41, 31.21}, {121.37, 31.2}, {121.42, 31.21}}, geo.Properties{}),
			failed("T2", orb.Point{121.37, 31.2}, geo.Properties{"town": "新泾镇、北新泾街道"})).Cursor)

		after := decode[townsAnswers](t, s.get("/api/overview?district=310105"))
		if after.Total != before.Total+2 || after.Counts.Red != before.Counts.Red+2 {
			t.Errorf("the district has %d projects, %d red; before %d, %d", after.Total, after.Counts.Red, before.Total, before.Counts.Red)
		}
		for _, r := range after.Rankings.Town {
			if found := decode[townsAnswers](t, s.get(r.Href)); found.NumberMatched != r.Total {
				t.Errorf("%q has %d projects, behind it are %d: %s", r.Name, r.Total, found.NumberMatched, r.Href)
			}
		}
		warned := decode[townsAnswers](t, s.get("/api/warnings?district=310105"))
		if len(warned.Towns) != 2 {
			t.Errorf("warnings by town: %+v", warned.Towns)
		}
		for _, w := range warned.Towns {
			if found := decode[townsAnswers](t, s.get(w.Href)); found.Matched != w.Total || w.Total < 2 {
				t.Errorf("%s has %d warnings, behind it are %d", w.Name, w.Total, found.Matched)
			}
		}
		want := map[string][]string{"T1": {"北新泾街道", "新泾镇"}, "T2": {"新泾镇", "北新泾街道"}}
		for _, town := range []string{"新泾镇", "北新泾街道"} {
			for _, path := range []string{"/api/features/project?town=" + escape(town), "/api/features/project?filter=" + escape("town='"+town+"'"),
				"/ogc/collections/project/items?f=json&town=" + escape(town), "/api/warnings?town=" + escape(town)} {
				if body := string(s.get(path).body); !strings.Contains(body, `"T1"`) || !strings.Contains(body, `"T2"`) {
					t.Errorf("%s: %s", path, body)
				}
			}
			if o := decode[townsAnswers](t, s.get("/api/overview?town="+escape(town))); o.Counts.Red != 2 || len(o.Rankings.Town) < 2 {
				t.Errorf("overview of %s: %+v", town, o)
			}
		}
		for _, w := range decode[townsAnswers](t, s.get("/api/warnings?limit=100")).Items {
			if towns, ok := want[w.Code]; ok && (!slices.Equal(w.Towns, towns) || w.Town != towns[0]) {
				t.Errorf("the warning of %s names %q, %q", w.Code, w.Town, w.Towns)
			}
		}
		// The eastern town is gone: its site lies in none.
		s.reach(apply(t, store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Town, ID: lookup(t, store, city.Town, "310105002")}}).Cursor)
		if y := decode[townsAnswers](t, s.get(s.named("/api/features/project/{T1}"))).Yiping; y.Town != "新泾镇" || len(y.Towns) != 1 {
			t.Errorf("afterwards T1 lies in %q, %q", y.Town, y.Towns)
		}
	})
}
