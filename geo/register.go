package geo

import "slices"

// A feature with a register year is judged by the entry of the day's year: its
// own row, or one of Facts.Years. A row without a year is judged by at all times.

// entry gives the entry to judge by on a day, or the cause why there is none.
func (j *judge) entry(at Date) (*Year, cause) {
	e := &j.own
	if j.own.Year != 0 {
		if at < j.asked.from || at >= j.asked.to {
			j.asked = j.entries(at.Year())
		}
		if e = j.year(j.asked.of); e == nil {
			return nil, j.unlisted(j.year(j.asked.before), at)
		}
	}
	switch {
	case e.Removed != 0 && e.Removed <= at:
		return nil, removed
	case e.Issued > at, e == &j.own && j.unissued, e != &j.own && j.waits(e):
		return nil, unissued
	}
	return e, 0
}

// entryFor names the entry of a year and the latest before it, as year takes them.
type entryFor struct {
	from, to   Date // first day of the year, and of the next
	of, before int
}

// year gives an entry: 0 none, 1 the own row, then those of other years.
func (j *judge) year(n int) *Year {
	switch n {
	case 0:
		return nil
	case 1:
		return &j.own
	}
	return &j.f.Years[n-2]
}

func (j *judge) entries(year int) entryFor {
	x := entryFor{from: yearStart(year), to: yearStart(year + 1)}
	for n := range len(j.f.Years) + 1 {
		switch e := j.year(n + 1); {
		case e.Year == year && x.of == 0:
			x.of = n + 1
		case e.Year < year && (x.before == 0 || e.Year > j.year(x.before).Year):
			x.before = n + 1
		}
	}
	return x
}

// unlisted says why a year has no entry: the register had not come to the
// feature yet, it left the register, it is finished, or it is to be carried over
// (结转) and its plan is awaited.
func (j *judge) unlisted(before *Year, at Date) cause {
	switch {
	case before == nil:
		return notListed
	case before.Removed != 0 && before.Removed <= at:
		return removed
	case !slices.Contains(j.r.Finished, word(j.f.Properties, j.r.Lifecycle)):
		return unissued
	case slices.Contains(j.r.Done, before.Outcome):
		return reached
	}
	return finished
}

// waits reports whether an entry waits for its plan though no day of issue is
// set. An entry counts as issued from the first day of its year where it says
// when it was issued, has a goal or an outcome, or is the feature's first, as
// entries from documents are. What is left was carried over from an earlier year
// with nothing entered yet.
func (j *judge) waits(e *Year) bool {
	if e.Year == 0 || e.Issued != 0 || e.Outcome != "" || e.Goal != "" {
		return false
	}
	earlier := func(y Year) bool { return y.Year != 0 && y.Year < e.Year }
	return earlier(j.own) || slices.ContainsFunc(j.f.Years, earlier)
}

// registerDays adds the days on which the register's entries change.
func (j *judge) registerDays(add func(Date, bool)) {
	days := func(e *Year) {
		add(e.Issued, false)
		add(e.Decided, true)
		add(e.Removed, false)
		if e.Year != 0 {
			add(yearStart(e.Year), false)
			add(yearStart(e.Year+1), false)
		}
	}
	days(&j.own)
	for i := range j.f.Years {
		days(&j.f.Years[i])
	}
}

// Entry gives the entry of the yearly register that a feature is judged by on a
// day; false where none is in force.
func (r *LightRule) Entry(f *Facts, at Date) (Year, bool) {
	j := r.judge(f)
	if e, why := j.entry(at); why == 0 {
		return *e, true
	}
	return Year{}, false
}
