package api_test

import (
	"fmt"
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
