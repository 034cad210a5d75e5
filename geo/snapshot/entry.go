package snapshot

import (
	"yiping/geo"
	"yiping/geo/city"
)

// Entry is the entry of the yearly register that the feature is judged by on its
// day; false where none is in force: it is not listed that year, its plan is not
// issued, or it left the register. A feature whose rule knows no register has
// its own row as its entry.
func (i Item) Entry() (geo.Year, bool) {
	rule := &i.l.decl.Light
	switch {
	case rule.Kind == geo.NoRule:
		return geo.Year{}, false
	case rule.Kind == geo.ProgressRule && (rule.Year == "" || i.l.of.attachedNowhere(city.ProjectYear, i.owner())):
		return i.ownEntry()
	}
	return rule.Entry(i.Facts(), i.Day())
}

// ownEntry is Entry of a feature without other years, whose own row says all. It
// does not allocate.
func (i Item) ownEntry() (geo.Year, bool) {
	rule, day := &i.l.decl.Light, i.Day()
	date := func(field string) geo.Date {
		if k, ok := i.l.index[field]; ok {
			return i.date(k)
		}
		return 0
	}
	e := geo.Year{Issued: date(rule.Issued), Goal: i.Text(rule.Goal), Outcome: i.Text(rule.State), Decided: date(rule.StateAt), Removed: date(rule.Removed)}
	if k, ok := i.l.index[rule.Year]; ok {
		year, _ := i.Int(k)
		e.Year = int(year)
	}
	if e.Year != 0 && e.Year != day.Year() || e.Removed != 0 && e.Removed <= day || e.Issued > day {
		return geo.Year{}, false
	}
	return e, true
}

// attachedNowhere reports that no row of a layer belongs to an owner.
func (s *Snapshot) attachedNowhere(id geo.LayerID, o owner) bool {
	l, ok := s.Layer(id)
	return !ok || l.live == 0 || len(l.attachedTo(o)) == 0
}

// Registered reports whether an entry of the yearly register is in force.
func (i Item) Registered() bool {
	_, ok := i.Entry()
	return ok
}

// Outcome is what was decided by the day about the goal of its year; "" while
// that is open or no entry is in force.
func (i Item) Outcome() string {
	e, ok := i.Entry()
	if !ok || e.Decided > i.Day() {
		return ""
	}
	return e.Outcome
}
