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
	if rule.Kind == geo.NoRule {
		return geo.Year{}, false
	}
	if rule.Year == "" || i.l.of.attachedNowhere(city.ProjectYear, i.owner()) {
		// Without other years the own row says all, and no report is needed.
		return rule.Entry(&geo.Facts{Properties: i.judged()}, i.Day())
	}
	return rule.Entry(i.Facts(), i.Day())
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
