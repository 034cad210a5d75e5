package geo

import "slices"

// A feature with a register year is judged by the entry of the day's year: its
// own row, or one of Facts.Years. A row without a year is judged by at all times.

// entry gives the entry to judge by on a day, or the cause why there is none.
func (j *judge) entry(at Date) (*Year, cause) {
	e := &j.own
	if j.own.Year != 0 {
		var before *Year
		if e, before = j.entries(at.Year()); e == nil {
			return nil, j.unlisted(before, at)
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

// entries gives the entry of a year, nil without one, and the latest before it.
func (j *judge) entries(year int) (of, before *Year) {
	look := func(e *Year) {
		switch {
		case e.Year == year && of == nil:
			of = e
		case e.Year < year && (before == nil || e.Year > before.Year):
			before = e
		}
	}
	look(&j.own)
	for i := range j.f.Years {
		look(&j.f.Years[i])
	}
	return of, before
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
	case j.finished && slices.Contains(j.r.Done, before.Outcome):
		return reached
	case j.finished:
		return finished
	}
	return unissued
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
