package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// Pages of any list, put together, are the list.
func TestPagesOfLists(t *testing.T) {
	store := openStore(t)
	for n := range 9 { // of each light, most alike in all that orders them
		p := geo.Properties{"name": fmt.Sprint("同样的", n), "district": "310105", "found_date": geo.NewDate(2022, 5, 1), "deadline": geo.NewDate(2022, 11, 1+n%3)}
		if n == 0 {
			delete(p, "deadline")
		}
		apply(t, store, create(city.Problem, fmt.Sprint("L", n), nil, p))
	}
	s := start(t, store, setting{})
	type listing struct {
		Items []struct{ Layer, Code string }
		Next  string
	}
	for _, path := range []string{"/api/alerts?", "/api/warnings?", "/api/problems?", "/api/problems?stage=问题清单&light=red,yellow", "/api/warnings?layer=problem&level=1,2,3"} {
		t.Run(path, func(t *testing.T) {
			var whole, parts []string
			all := decode[listing](t, s.get(path))
			for _, i := range all.Items {
				whole = append(whole, i.Layer+" "+i.Code)
			}
			next := path + "&limit=2"
			for next != "" {
				l := decode[listing](t, s.get(next))
				if len(l.Items) > 2 || len(l.Items) == 0 {
					t.Fatalf("%s has %d items", next, len(l.Items))
				}
				for _, i := range l.Items {
					parts = append(parts, i.Layer+" "+i.Code)
				}
				next = l.Next
			}
			if len(whole) < 3 || all.Next != "" || !slices.Equal(whole, parts) {
				t.Errorf("whole %v\nparts %v", whole, parts)
			}
		})
	}
}

// A log is found by the code of its feature as by its id.
func TestLogByCode(t *testing.T) {
	s := start(t, openStore(t), setting{})
	type log struct {
		ID       geo.ID
		Versions []struct{ What, Actor string }
	}
	byID, byCode := decode[log](t, s.get(s.named("/api/log/project/{P3}"))), decode[log](t, s.get("/api/log/project/code:P3"))
	if byCode.ID != byID.ID || len(byCode.Versions) == 0 || !slices.Equal(byCode.Versions, byID.Versions) {
		t.Errorf("by code %+v, by id %+v", byCode, byID)
	}
}

// A card finds the unit of a field by its name or an alias, as reporting does: a
// unit's own name outweighs what another one also goes by.
func TestUnitsOfACard(t *testing.T) {
	s := start(t, openStore(t), setting{})
	type card struct{ Units []struct{ Code, Name string } }
	if c := decode[card](t, s.get("/api/features/project/code:P2")); len(c.Units) != 1 || c.Units[0].Code != "UG" || c.Units[0].Name != "区绿化局" {
		t.Errorf("units %+v", c.Units)
	}
}

// A unit written by two of its names is one: in the rankings, in the list of
// warnings, and asked for by either name; every number beside an address is that
// of what it finds. In another district the same name is another unit's.
func TestOneUnitByAllItsNames(t *testing.T) {
	s := start(t, openStore(t), setting{})
	project := func(code, district, unit string) geo.Edit {
		return create(city.Project, code, nil, geo.Properties{"name": code, "district": district, "unit": unit, "goal_outcome": city.GoalFailed, "outcome_date": geo.NewDate(2022, 3, 1)})
	}
	s.reach(apply(t, s.store,
		create(city.Unit, "UC", nil, geo.Properties{"name": "区建设管理委", "aliases": "区建管委", "district": "310105"}),
		create(city.Unit, "UD", nil, geo.Properties{"name": "普陀建管委", "aliases": "区建管委", "district": "310107"}),
		project("A1", "310105", "区建管委"), project("A2", "310105", "区建设管理委"), project("A3", "310107", "区建管委")).Cursor)
	type group struct {
		Name  string
		Total int
		Href  string
	}
	type overview struct {
		Total    int
		Rankings struct{ Unit []group }
	}
	type list struct {
		NumberMatched, Matched int
		Units                  []group
	}
	of := func(groups []group, name string) group {
		for _, g := range groups {
			if g.Name == name {
				return g
			}
		}
		return group{}
	}
	for question, want := range map[string]map[string]int{
		"district=310105": {"区建设管理委": 3, "区建管委": 0}, // P1 of the register too
		"district=310107": {"普陀建管委": 1, "区建管委": 0},
		"":                {"区建设管理委": 3, "普陀建管委": 1, "区建管委": 0},
	} {
		ranked := decode[overview](t, s.get("/api/overview?"+question)).Rankings.Unit
		warned := decode[list](t, s.get("/api/warnings?"+question)).Units
		for name, n := range want {
			if got := of(ranked, name); got.Total != n || n > 0 && decode[list](t, s.get(got.Href)).NumberMatched != n {
				t.Errorf("%s: %+v, want %d of %s", question, got, n, name)
			}
			if got := of(warned, name); got.Total > 0 && decode[list](t, s.get(got.Href)).Matched != got.Total || (n > 0) != (got.Total > 0) {
				t.Errorf("%s: warned %+v", question, got)
			}
		}
	}
	for _, name := range []string{"区建管委", "区建设管理委"} {
		ask := "?district=310105&unit=" + url.QueryEscape(name)
		if n := decode[overview](t, s.get("/api/overview"+ask)).Total; n != 3 {
			t.Errorf("overview of %s: %d", name, n)
		}
		if n := decode[list](t, s.get("/api/features/project"+ask)).NumberMatched; n != 3 {
			t.Errorf("features of %s: %d", name, n)
		}
		if n := decode[list](t, s.get("/api/warnings"+ask)).Matched; n != 2 {
			t.Errorf("warnings of %s: %d", name, n)
		}
	}
	for _, path := range []string{"/api/overview", "/api/features/project", "/api/warnings", "/api/problems", "/api/reports/findings", "/api/periods"} {
		for _, ask := range []string{"?unit=x", "?district=310107&unit=" + url.QueryEscape("区绿化局")} {
			if g := s.get(path + ask); g.status != http.StatusBadRequest || decode[problem](t, g).Parameter != "unit" {
				t.Errorf("%s: a unit that nobody knows: %d %s", path+ask, g.status, g.body)
			}
		}
		if g := s.get(path + "?district=310105&unit=" + url.QueryEscape("区绿化局")); g.status != http.StatusOK {
			t.Errorf("%s: a unit that no register names: %d %s", path, g.status, g.body)
		}
	}
}
