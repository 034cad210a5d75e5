package cql

import (
	"math"
	"time"
)

// span is an instant with its extent in microseconds since 1970 UTC: a moment,
// or a day in China. Moments and days can so be compared with each other.
type span struct{ from, to int64 }

const (
	unixDay     = 719163 // the geo.Date of 1970-01-01
	microPerDay = 86_400_000_000
	china       = 8 * 3_600_000_000 // how far its days begin before those of UTC
)

// Open ends of intervals.
var (
	ever  = span{math.MinInt64, math.MinInt64}
	never = span{math.MaxInt64, math.MaxInt64}
)

func daySpan(day int64) span {
	from := day*microPerDay - china
	return span{from, from + microPerDay - 1}
}

func momentSpan(t time.Time) span {
	at := t.UnixMicro()
	return span{at, at}
}

func spanOf(i Instant) span {
	if i.Day {
		return daySpan(i.Time.Unix() / 86400)
	}
	return momentSpan(i.Time)
}

// compare orders instants; those that share a moment are equal.
func (s span) compare(o span) int {
	switch {
	case s.to < o.from:
		return -1
	case s.from > o.to:
		return 1
	}
	return 0
}

func (s span) before(o span) bool { return s.to < o.from }
func (s span) equal(o span) bool  { return s.compare(o) == 0 }

// interval holds its ends.
type interval struct{ from, to span }

// interval compiles an INTERVAL; one with an absent end is absent.
func (c *compiler) interval(e Interval) (value, error) {
	ends := [2]instantOf{constant(ever), constant(never)}
	fixed := true
	for i, end := range []Expr{e.From, e.To} {
		if end == nil {
			continue
		}
		v, err := c.value(end)
		if err != nil {
			return v, err
		}
		if v.kind != isInstant {
			return v, invalid(end, "时段的端点不能是%s", "an interval cannot end at %s", v.kind)
		}
		ends[i], fixed = v.instant, fixed && v.fixed
	}
	get := func(r Row) (interval, bool) {
		from, ok := ends[0](r)
		if !ok {
			return interval{}, false
		}
		to, ok := ends[1](r)
		return interval{from, to}, ok
	}
	if fixed {
		if i, _ := get(nil); i.to.before(i.from) {
			return value{}, invalid(e, "时段的终点早于起点", "the interval ends before it begins")
		}
		get = settled(get)
	}
	return value{kind: isInterval, fixed: fixed, interval: get}, nil
}

// inTime sees an instant as an interval.
func inTime(v value) intervalOf {
	if v.kind == isInterval {
		return v.interval
	}
	return func(r Row) (interval, bool) {
		s, ok := v.instant(r)
		return interval{s, s}, ok
	}
}

func relationInTime(op temporalOp, a, b value) test {
	first, second, holds := inTime(a), inTime(b), relations(op)
	return func(r Row) truth {
		x, ok := first(r)
		if !ok {
			return unknown
		}
		y, ok := second(r)
		if !ok {
			return unknown
		}
		return truthOf(holds(x, y))
	}
}

// relations are those of OWL-Time.
func relations(op temporalOp) func(a, b interval) bool {
	switch op {
	case tBefore:
		return func(a, b interval) bool { return a.to.before(b.from) }
	case tDisjoint:
		return func(a, b interval) bool { return a.to.before(b.from) || b.to.before(a.from) }
	case tIntersects:
		return func(a, b interval) bool { return !a.to.before(b.from) && !b.to.before(a.from) }
	case tEquals:
		return func(a, b interval) bool { return a.from.equal(b.from) && a.to.equal(b.to) }
	case tContains:
		return func(a, b interval) bool { return a.from.before(b.from) && b.to.before(a.to) }
	case tFinishes:
		return func(a, b interval) bool { return b.from.before(a.from) && a.to.equal(b.to) }
	case tMeets:
		return func(a, b interval) bool { return a.to.equal(b.from) }
	case tOverlaps:
		return func(a, b interval) bool {
			return a.from.before(b.from) && b.from.before(a.to) && a.to.before(b.to)
		}
	case tStarts:
		return func(a, b interval) bool { return a.from.equal(b.from) && a.to.before(b.to) }
	}
	inverse := relations(inverseOf(op))
	return func(a, b interval) bool { return inverse(b, a) }
}

func inverseOf(op temporalOp) temporalOp {
	switch op {
	case tDuring:
		return tContains
	case tFinishedBy:
		return tFinishes
	case tMetBy:
		return tMeets
	case tOverlappedBy:
		return tOverlaps
	case tStartedBy:
		return tStarts
	}
	return tBefore // of tAfter
}
