package snapshot

import (
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
)

// units finds units by any of their names. Offices of two districts may go by
// the same name; one office may go by several, and by another from some day on.
// It holds no rows, so that it keeps no older snapshot in memory.
type units struct {
	byName    map[string][]namedUnit
	byCode    map[string]*unit
	districts []string // that have units of their own
}

// unit is a row of the register of units; the first of one code counts.
type unit struct {
	id                              geo.ID
	code, name, district, successor string
	from, to                        geo.Date // in force; 0 = without end
}

type namedUnit struct {
	*unit
	alias bool
}

// readUnits reads the register of units; nil where it is empty.
func (s *Snapshot) readUnits() *units {
	l, ok := s.Layer(city.Unit)
	if !ok || l.Len() == 0 {
		return nil
	}
	u := &units{byName: map[string][]namedUnit{}, byCode: map[string]*unit{}}
	for i := range l.All {
		p := i.Properties()
		row := &unit{i.ID(), i.Code(), p.Text("name"), p.Text("district"), p.Text("successor"), p.Date("valid_from"), p.Date("valid_to")}
		if u.byCode[row.code] == nil {
			u.byCode[row.code] = row
		}
		if row.district != "" && !slices.Contains(u.districts, row.district) {
			u.districts = append(u.districts, row.district)
		}
		u.byName[row.name] = append(u.byName[row.name], namedUnit{row, false})
		for _, alias := range city.Split(p.Text("aliases")) {
			u.byName[alias] = append(u.byName[alias], namedUnit{row, true})
		}
	}
	return u
}

func (u *unit) inForce(day geo.Date) bool { return u.from <= day && (u.to == 0 || u.to >= day) }

// find gives the unit that goes by a name in a district on a day, or the one that
// has taken over from it by then; nil where none does.
func (u *units) find(district, name string, day geo.Date) *unit {
	if u == nil {
		return nil
	}
	var best *unit
	top := -1
	for _, n := range u.byName[name] {
		if district != "" && n.district != "" && n.district != district {
			continue
		}
		rank := 0 // its own district before none, in force before not, its name before an alias
		for _, holds := range [...]bool{n.district == district, n.inForce(day), !n.alias} {
			rank <<= 1
			if holds {
				rank |= 1
			}
		}
		if rank > top {
			best, top = n.unit, rank
		}
	}
	return u.after(best, day)
}

// after follows those who took over, up to the one in force on the day. Units
// that name one another in a ring stay as they are.
func (u *units) after(of *unit, day geo.Date) *unit {
	now := of
	for range len(u.byCode) {
		if now == nil || now.to == 0 || now.to >= day {
			return now
		}
		next, ok := u.byCode[now.successor]
		if !ok {
			return now
		}
		now = next
	}
	return of
}

// name gives the name that a unit goes by, for any of its names; the name itself
// where the register has no such unit. The name of a name is that name.
func (u *units) name(district, name string, day geo.Date) string {
	if u == nil {
		return name
	}
	now := name
	for range len(u.byCode) + 1 {
		found := u.find(district, now, day)
		if found == nil || found.name == "" || found.name == now {
			return now
		}
		now = found.name
	}
	return name // units that have each other's names
}

// names is name for each name of a list as offices write one.
func (u *units) names(district, list string, day geo.Date) string {
	if u == nil || list == "" {
		return list
	}
	trimmed := strings.TrimSpace(list)
	if u.find(district, trimmed, day) != nil {
		return u.name(district, trimmed, day)
	}
	parts := city.Split(list)
	if len(parts) < 2 {
		return trimmed
	}
	for k, part := range parts {
		parts[k] = u.name(district, part, day)
	}
	return strings.Join(slices.Compact(parts), "；")
}

// Unit gives the unit that goes by a name in a district on a day, or the one that
// has taken over from it by then. A unit of no district is one of all; a name
// asked for without a district is looked up in all.
func (s *Snapshot) Unit(district, name string, day geo.Date) (Item, bool) {
	found := s.units.find(district, name, day)
	l, ok := s.Layer(city.Unit)
	if found == nil || !ok {
		return Item{}, false
	}
	return l.ByID(found.id)
}

// UnitName gives the name that a unit of a district goes by on a day, for any of
// its names; of a list of names, each so.
func (s *Snapshot) UnitName(district, name string, day geo.Date) string {
	return s.units.names(district, name, day)
}

// UnitField is the field that names the unit that answers for a layer's features.
func (l *Layer) UnitField() string {
	if l.decl.Light.Unit != "" {
		return l.decl.Light.Unit
	}
	return "unit"
}

// Unit is the name that the unit that answers for the feature goes by in its
// district on its day; "" where none is told. The field itself holds what was
// written.
func (i Item) Unit() string {
	text := i.Text(i.l.UnitField())
	if text == "" || i.l.of.units == nil {
		return text
	}
	return i.l.of.units.names(i.District(), text, i.Day())
}

// reporter is the unit whose periods the feature's reports fall into: the first
// of those that answer for it, by the name it goes by; "" where the layer tells
// none.
func (i Item) reporter() string {
	if field := i.l.decl.Light.Unit; field != "" {
		return i.l.of.reporter(i.District(), i.Text(field))
	}
	return ""
}

func (s *Snapshot) reporter(district, units string) string {
	first, _, _ := strings.Cut(s.units.names(district, units, s.dates.of(district)), "；")
	return strings.TrimSpace(first)
}

// readUnits reads the register of units anew where it changed.
func (w *work) readUnits() {
	if w.open[city.Unit] != nil || w.whole[city.Unit] {
		w.to.units = w.to.readUnits()
	}
}

// renameUnits touches the features whose unit goes by another name, by another
// register or on another day.
func (w *work) renameUnits() {
	if w.to.units == nil && w.from.units == nil || w.to.units == w.from.units && w.sameDates() {
		return
	}
	for _, l := range w.to.layers {
		before, had := w.from.Layer(l.decl.ID)
		if _, named := l.index[l.UnitField()]; !named || !had || w.open[l.decl.ID] != nil && w.open[l.decl.ID].bulk {
			continue
		}
		for i := range l.All {
			if old, ok := before.ByID(i.ID()); ok && old.Unit() != i.Unit() {
				w.touch(w.layer(l.decl.ID), i.ID())
			}
		}
	}
}
