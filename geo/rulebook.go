package geo

import "slices"

// Limits are the thresholds of a layer's rule in one district from one day on. A
// zero number means the default.
type Limits struct {
	Layer    LayerID // "" = every layer
	District string  // "" = every district
	From     Date    // first day they hold; 0 = always

	Yellow, Red         float64 // points behind plan
	LateYellow, LateRed int     // days a milestone is late: over LateYellow is yellow, over LateRed red
	DueWorkday          int     // workday of the following month by which a month's report is due
	// Months after which a yellow light is level 1, level 2, and a red one is
	// proposed for level 3.
	Remind, Coordinate, Supervise int
	ApprovedOnly                  bool // only 审定 and 封账 reports reach the lights
}

// Defaults of Limits. The documents name three colours and three steps and no
// limits; these are ours.
const (
	DefaultLateYellow = 0
	DefaultLateRed    = 30
	DefaultDueWorkday = 5
	DefaultRemind     = 1
	DefaultCoordinate = 2
	DefaultSupervise  = 2
)

// Period states 期.
const (
	Reporting = "填报"
	Reviewing = "审核"
	Returned  = "退回"
	Approved  = "审定"
	Sealed    = "封账"
)

// PeriodStates in the order of their life.
var PeriodStates = []string{Reporting, Reviewing, Returned, Approved, Sealed}

// Period 期 is the month or year reports are for.
type Period struct {
	Layer    LayerID
	District string // "" = every district
	Unit     string // responsible unit; "" = every unit
	Date     Date   // last day of the period
	Due      Date   // 0 = by the workday calendar
	State    string
}

// Rulebook holds what a city's lights are judged by beside the declarations. It
// is immutable once made; a nil Rulebook has the defaults, and a calendar of
// plain weeks.
type Rulebook struct {
	limits  []Limits // the more special first, then the later
	days    map[Date]bool
	periods []Period
}

// NewRulebook makes a rulebook. days says of single days whether they are worked
// (调休) or not (节假日), against the plain week.
func NewRulebook(limits []Limits, days map[Date]bool, periods []Period) *Rulebook {
	b := &Rulebook{limits: slices.Clone(limits), days: days, periods: slices.Clone(periods)}
	slices.SortStableFunc(b.limits, func(x, y Limits) int {
		if a, b := x.special(), y.special(); a != b {
			return b - a
		}
		return int(y.From - x.From)
	})
	return b
}

func (l *Limits) special() int {
	n := 0
	if l.District != "" {
		n += 2
	}
	if l.Layer != "" {
		n++
	}
	return n
}

// Limits gives the limits that hold for a layer in a district on a day: each
// number from the most special row that sets it (district before layer before
// all), of those the latest.
func (b *Rulebook) Limits(layer LayerID, district string, at Date) Limits {
	out := Limits{Layer: layer, District: district}
	if b != nil {
		for i := range b.limits {
			l := &b.limits[i]
			if l.From <= at && (l.Layer == "" || l.Layer == layer) && (l.District == "" || l.District == district) {
				out.fill(l)
			}
		}
	}
	out.fill(&Limits{LateYellow: DefaultLateYellow, LateRed: DefaultLateRed, DueWorkday: DefaultDueWorkday,
		Remind: DefaultRemind, Coordinate: DefaultCoordinate, Supervise: DefaultSupervise})
	return out
}

// fill takes from o what is not set yet.
func (l *Limits) fill(o *Limits) {
	for _, p := range []struct{ to, from *float64 }{{&l.Yellow, &o.Yellow}, {&l.Red, &o.Red}} {
		if *p.to == 0 {
			*p.to = *p.from
		}
	}
	for _, p := range []struct{ to, from *int }{{&l.LateYellow, &o.LateYellow}, {&l.LateRed, &o.LateRed},
		{&l.DueWorkday, &o.DueWorkday}, {&l.Remind, &o.Remind}, {&l.Coordinate, &o.Coordinate}, {&l.Supervise, &o.Supervise}} {
		if *p.to == 0 {
			*p.to = *p.from
		}
	}
	l.ApprovedOnly = l.ApprovedOnly || o.ApprovedOnly
}

// Workday reports whether a day is worked.
func (b *Rulebook) Workday(d Date) bool {
	if b != nil {
		if worked, ok := b.days[d]; ok {
			return worked
		}
	}
	wd := d.Time().Weekday()
	return wd != 0 && wd != 6
}

// NthWorkday gives the n-th workday after a day.
func (b *Rulebook) NthWorkday(after Date, n int) Date {
	for d := after + 1; ; d++ {
		if b.Workday(d) {
			if n--; n <= 0 {
				return d
			}
		}
	}
}

// Due gives the day by which the report of the month that ends on end must be in.
func (b *Rulebook) Due(layer LayerID, district, unit string, end Date) Date {
	if p, ok := b.Period(layer, district, unit, end); ok && p.Due != 0 {
		return p.Due
	}
	return b.NthWorkday(end, b.Limits(layer, district, end).DueWorkday)
}

// Period gives the period that covers the reports of a unit dated in the month
// of day: the most special one declared.
func (b *Rulebook) Period(layer LayerID, district, unit string, day Date) (Period, bool) {
	if b == nil {
		return Period{}, false
	}
	best, found := -1, Period{}
	for _, p := range b.periods {
		if p.Layer != layer || !p.Date.SameMonth(day) || p.District != "" && p.District != district || p.Unit != "" && p.Unit != unit {
			continue
		}
		n := 0
		if p.District != "" {
			n++
		}
		if p.Unit != "" {
			n += 2
		}
		if n > best {
			best, found = n, p
		}
	}
	return found, best >= 0
}
