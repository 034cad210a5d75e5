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
	return rule.Entry(i.registered(), i.Day())
}

// registered gathers of the facts what the register tells.
func (i Item) registered() *geo.Facts {
	rule := &i.l.decl.Light
	f := &geo.Facts{Layer: i.Layer(), District: i.District(), Book: i.l.of.book, Properties: geo.Properties{}}
	for _, field := range []string{rule.Year, rule.Issued, rule.Goal, rule.State, rule.StateAt, rule.Removed} {
		if v := i.Value(field); v != nil {
			f.Properties[field] = v
		}
	}
	if rule.Year != "" {
		factsIn[city.ProjectYear](f, i.attachedToJudge(city.ProjectYear))
	}
	return f
}

// EntryRow is the row that holds a field of the entry in force: the feature's own,
// or one of layer project_year. What such a row has no field for is not kept by
// year, and stands in the feature's own. False where no entry is in force.
func (i Item) EntryRow(field string) (Item, bool) {
	e, ok := i.Entry()
	if !ok {
		return Item{}, false
	}
	row, ok := i.EntryOf(e.Year)
	if _, has := row.l.index[field]; !has {
		return i, ok
	}
	return row, ok
}

// EntryOf is the row that holds the register's entry of a year: the feature's own
// where it is of that year or of none, else one of layer project_year.
func (i Item) EntryOf(year int) (Item, bool) {
	k, ok := i.l.index[i.l.decl.Light.Year]
	if !ok || year == 0 {
		return i, true
	}
	if own, _ := i.Int(k); int(own) == year || own == 0 {
		return i, true
	}
	for _, row := range i.attachedToJudge(city.ProjectYear) {
		if y, _ := row.Value("year").(int64); int(y) == year {
			return row, true
		}
	}
	return i, false
}

// EntryValue is the value of a field in the entry in force; nil where it has none
// or none is in force.
func (i Item) EntryValue(field string) any {
	if row, ok := i.EntryRow(field); ok {
		return row.Value(field)
	}
	return nil
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
	l, ok := s.judging(id)
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
