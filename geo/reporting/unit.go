package reporting

import (
	"cmp"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Units finds units by any of their names. Offices of two districts may go by
// the same name; one office may go by several, and by another from some day on.
type Units struct {
	byName map[string][]namedUnit
	byCode map[string]*snapshot.Item
}

type namedUnit struct {
	snapshot.Item
	alias bool
}

// UnitsOf reads the register of units.
func UnitsOf(s *snapshot.Snapshot) Units {
	u := Units{map[string][]namedUnit{}, map[string]*snapshot.Item{}}
	l, ok := s.Layer(city.Unit)
	if !ok {
		return u
	}
	for i := range l.All {
		u.byCode[i.Code()] = &i
		name := i.Text("name")
		u.byName[name] = append(u.byName[name], namedUnit{i, false})
		for _, alias := range city.Split(i.Text("aliases")) {
			u.byName[alias] = append(u.byName[alias], namedUnit{i, true})
		}
	}
	return u
}

// Find gives the unit that goes by a name in a district on a day, or the one
// that has taken over from it by then. A unit of no district is one of all; a
// name asked for without a district is looked up in all.
func (u Units) Find(district, name string, day geo.Date) (snapshot.Item, bool) {
	var best *namedUnit
	rank := func(n *namedUnit) int { // its own district before none, in force before not, its name before an alias
		r := 0
		for _, holds := range [...]bool{n.Text("district") == district, inForce(n.Item, day), !n.alias} {
			r <<= 1
			if holds {
				r |= 1
			}
		}
		return r
	}
	for k := range u.byName[name] {
		n := &u.byName[name][k]
		if of := n.Text("district"); district != "" && of != "" && of != district {
			continue
		}
		if best == nil || rank(n) > rank(best) {
			best = n
		}
	}
	if best == nil {
		return snapshot.Item{}, false
	}
	return u.after(best.Item, day), true
}

// after follows those who took over, up to the one in force on the day.
func (u Units) after(i snapshot.Item, day geo.Date) snapshot.Item {
	for range len(u.byCode) { // rows may name one another in a ring
		next, ok := u.byCode[i.Text("successor")]
		if to := dateOf(i, "valid_to"); !ok || to == 0 || to >= day {
			break
		}
		i = *next
	}
	return i
}

func inForce(i snapshot.Item, day geo.Date) bool {
	to := dateOf(i, "valid_to")
	return dateOf(i, "valid_from") <= day && (to == 0 || to >= day)
}

// UnitName gives the name that a unit of a district goes by on the district's
// day, for any of its names.
func (d *Desk) UnitName(district, name string) string {
	name = strings.TrimSpace(name)
	if i, ok := d.units.Find(district, name, d.DistrictDay(district)); ok {
		return cmp.Or(i.Text("name"), name)
	}
	return name
}
