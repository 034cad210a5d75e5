package cql

import "yiping/geo"

// judgement are the properties that come of how a feature is judged on its day,
// by name. A row that is not judged has none of them.
var judgement = map[string]value{
	// reported is the day of the last report.
	"reported": {kind: isInstant, instant: func(r Row) (span, bool) {
		if r, ok := as[interface{ Reported() geo.Date }](r); ok {
			d := r.Reported()
			return daySpan(int64(d) - unixDay), d != 0
		}
		return span{}, false
	}},
	// before is the light at the end of the month before.
	"before": {kind: isText, text: func(r Row) (string, bool) {
		s, ok := standing(r)
		return s.Before.String(), ok
	}},
	// warning is the level of the warning: 0 = none or closed, 1 提醒, 2 协调, 3 督办.
	"warning": {kind: isNumber, number: func(r Row) (float64, bool) {
		s, ok := standing(r)
		return float64(s.Warned()), ok
	}},
	// proposed is whether 督办 is proposed and waits for a person.
	"proposed": {kind: isBool, test: func(r Row) truth {
		s, ok := standing(r)
		if !ok {
			return unknown
		}
		return truthOf(s.Proposed && s.Warned() > 0)
	}},
	// registered is whether an entry of the yearly register is in force.
	"registered": {kind: isBool, test: func(r Row) truth {
		if r, ok := as[interface{ Registered() bool }](r); ok {
			return truthOf(r.Registered())
		}
		return unknown
	}},
	// responsible is the unit that answers, by the name it goes by on the day.
	"responsible": {kind: isText, text: func(r Row) (string, bool) {
		if r, ok := as[interface{ Unit() string }](r); ok {
			s := normal(r.Unit())
			return s, s != ""
		}
		return "", false
	}},
	// outcome is what was decided about the goal of that entry's year.
	"outcome": {kind: isText, text: func(r Row) (string, bool) {
		if r, ok := as[interface{ Outcome() string }](r); ok {
			s := r.Outcome()
			return normal(s), s != ""
		}
		return "", false
	}},
}

// entryValue is the value of a field in the entry that is in force.
func entryValue(r Row, field string) any {
	if r, ok := as[interface{ EntryValue(field string) any }](r); ok {
		return r.EntryValue(field)
	}
	return nil
}

func standing(r Row) (geo.Standing, bool) {
	if r, ok := as[interface{ Standing() geo.Standing }](r); ok {
		return r.Standing(), true
	}
	return geo.Standing{}, false
}

// as gives the row itself as a T, whichever of its towns is looked at.
func as[T any](r Row) (T, bool) {
	if in, ok := r.(inTown); ok {
		r = in.Row
	}
	t, ok := r.(T)
	return t, ok
}
