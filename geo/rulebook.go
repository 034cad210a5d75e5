package geo

import (
	"maps"
	"slices"
)

// Threshold is a row of limits: for a layer, in a district, from a day on. A nil
// number is left to the less special rows; zero is a limit like any other.
type Threshold struct {
	Layer    LayerID // "" = every layer
	District string  // "" = every district
	From     Date    // first day it holds; 0 = always

	Yellow, Red         *float64
	LateYellow, LateRed *int
	DueWorkday          *int
	Remind, Coordinate  *int
	Supervise           *int
	ApprovedOnly        *bool
}

// Limits are what a layer's lights are judged by in one district on one day.
type Limits struct {
	Yellow       float64 `json:"yellow"`       // points behind plan: more is yellow
	Red          float64 `json:"red"`          // … more is red
	LateYellow   int     `json:"lateYellow"`   // days a milestone is late: more is yellow
	LateRed      int     `json:"lateRed"`      // … more is red
	DueWorkday   int     `json:"dueWorkday"`   // workday of the following month by which a month's report is due
	Remind       int     `json:"remind"`       // months of yellow: level 1
	Coordinate   int     `json:"coordinate"`   // months of yellow: level 2
	Supervise    int     `json:"supervise"`    // months of red: level 3 is proposed
	ApprovedOnly bool    `json:"approvedOnly"` // only 审定 and 封账 reports reach the lights
}

// DefaultLimits hold where no row and no layer says otherwise. The documents name
// three colours and three steps and no limits; these are ours.
var DefaultLimits = Limits{Yellow: DefaultYellow, Red: DefaultRed, LateYellow: 0, LateRed: 30, DueWorkday: 5,
	Remind: 1, Coordinate: 2, Supervise: 2}

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

// settled reports whether the reports of the period may reach the lights where
// only approved ones do.
func (p *Period) settled() bool { return p.State == Approved || p.State == Sealed }

// Rulebook holds what a city's lights are judged by beside the declarations. It
// is immutable once made; a nil Rulebook has the defaults, and a calendar of
// plain weeks.
type Rulebook struct {
	thresholds map[place][]Threshold // the latest first
	days       map[Date]bool
	periods    map[month][]Period // the more special first
	dated      map[LayerID]bool   // layers with a period that has its own due day
	byUnit     map[LayerID]bool   // layers with a period of one unit alone
}

type place struct {
	layer    LayerID
	district string
}

type month struct {
	layer LayerID
	index int
}

// NewRulebook makes a rulebook. days says of single days whether they are worked
// (调休) or not (节假日), against the plain week.
func NewRulebook(thresholds []Threshold, days map[Date]bool, periods []Period) *Rulebook {
	b := &Rulebook{thresholds: map[place][]Threshold{}, days: maps.Clone(days), periods: map[month][]Period{}, dated: map[LayerID]bool{}, byUnit: map[LayerID]bool{}}
	for _, t := range thresholds {
		k := place{t.Layer, t.District}
		b.thresholds[k] = append(b.thresholds[k], t)
	}
	for _, rows := range b.thresholds {
		slices.SortStableFunc(rows, func(x, y Threshold) int { return int(y.From) - int(x.From) })
	}
	for _, p := range periods {
		k := month{p.Layer, p.Date.monthIndex()}
		b.periods[k] = append(b.periods[k], p)
		if p.Due != 0 {
			b.dated[p.Layer] = true
		}
		if p.Unit != "" {
			b.byUnit[p.Layer] = true
		}
	}
	for _, rows := range b.periods {
		slices.SortStableFunc(rows, func(x, y Period) int { return y.special() - x.special() })
	}
	return b
}

// special ranks periods of one month: a unit's own before a district's.
func (p *Period) special() int {
	n := 0
	if p.District != "" {
		n++
	}
	if p.Unit != "" {
		n += 2
	}
	return n
}

// ladder holds the thresholds that concern one layer in one district: its own,
// the district's, the layer's, those of all.
type ladder [4][]Threshold

func (b *Rulebook) ladder(layer LayerID, district string) ladder {
	if b == nil || len(b.thresholds) == 0 {
		return ladder{}
	}
	l := ladder{b.thresholds[place{layer, district}]}
	if layer != "" && district != "" {
		l[1], l[2] = b.thresholds[place{"", district}], b.thresholds[place{layer, ""}]
	}
	if layer != "" || district != "" {
		l[3] = b.thresholds[place{}]
	}
	return l
}

// at puts over the base what the rows set by a day: each number from the most
// special row that sets it, of those the latest.
func (l *ladder) at(day Date, base Limits) Limits {
	for i := len(l) - 1; i >= 0; i-- {
		for j := len(l[i]) - 1; j >= 0; j-- {
			if t := &l[i][j]; t.From <= day {
				t.over(&base)
			}
		}
	}
	return base
}

// turns adds the days on which thresholds begin to hold.
func (l *ladder) turns(add func(Date, bool)) {
	for i := range l {
		for k := range l[i] {
			add(l[i][k].From, false)
		}
	}
}

// soonest gives the least workday that any row sets for reports, or the base.
func (l *ladder) soonest(base int) int {
	for i := range l {
		for k := range l[i] {
			if n := l[i][k].DueWorkday; n != nil {
				base = min(base, *n)
			}
		}
	}
	return min(max(base, 1), mostWorkday)
}

func (l *ladder) empty() bool { return l[0] == nil && l[1] == nil && l[2] == nil && l[3] == nil }

func (t *Threshold) over(l *Limits) {
	set(&l.Yellow, t.Yellow)
	set(&l.Red, t.Red)
	set(&l.LateYellow, t.LateYellow)
	set(&l.LateRed, t.LateRed)
	set(&l.DueWorkday, t.DueWorkday)
	set(&l.Remind, t.Remind)
	set(&l.Coordinate, t.Coordinate)
	set(&l.Supervise, t.Supervise)
	set(&l.ApprovedOnly, t.ApprovedOnly)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Limits gives the limits that hold for a layer in a district on a day: each
// number from the most special row that sets it (layer and district before
// district before layer before all), of those the latest. A layer's own numbers
// come next, see LightRule.Limits, and then DefaultLimits.
func (b *Rulebook) Limits(layer LayerID, district string, at Date) Limits {
	l := b.ladder(layer, district)
	return l.at(at, DefaultLimits)
}

// Workday reports whether a day is worked.
func (b *Rulebook) Workday(d Date) bool {
	if b != nil && len(b.days) > 0 {
		if worked, ok := b.days[d]; ok {
			return worked
		}
	}
	return d.weekday() < 5
}

// mostWorkday bounds the workday that a report may be due on: no row of limits,
// however odd, makes a light count days without end.
const mostWorkday = 366

// NthWorkday gives the n-th workday after a day, at most the 366th. A calendar in
// which nothing is worked for a year is taken as plain days.
func (b *Rulebook) NthWorkday(after Date, n int) Date {
	idle := 0
	n = min(n, mostWorkday)
	for d := after + 1; ; d++ {
		if !b.Workday(d) {
			if idle++; idle < 366 {
				continue
			}
		}
		if n--; n <= 0 {
			return d
		}
	}
}

// Due gives the day by which the report of the month that ends on end must be in.
func (b *Rulebook) Due(layer LayerID, district, unit string, end Date) Date {
	return b.due(layer, district, unit, end, b.Limits(layer, district, end).DueWorkday)
}

func (b *Rulebook) due(layer LayerID, district, unit string, end Date, workday int) Date {
	if b != nil && b.dated[layer] {
		if p, ok := b.Period(layer, district, unit, end); ok && p.Due != 0 {
			return p.Due
		}
	}
	return b.NthWorkday(end, workday)
}

// HeedsPeriods reports whether the periods of a layer can matter to its lights:
// somewhere only approved reports count, or a period has a due day of its own.
func (b *Rulebook) HeedsPeriods(layer LayerID) bool {
	if b == nil {
		return false
	}
	if b.dated[layer] {
		return true
	}
	for _, rows := range b.thresholds {
		for i := range rows {
			if approved := rows[i].ApprovedOnly; approved != nil && *approved {
				return true
			}
		}
	}
	return false
}

// ByUnit reports whether a period of the layer is that of one unit alone, and may
// matter to its lights.
func (b *Rulebook) ByUnit(layer LayerID) bool {
	return b != nil && b.byUnit[layer] && b.HeedsPeriods(layer)
}

// Period gives the period that covers the reports of a unit dated in the month
// of day: the most special one declared. Units are compared as they are written:
// who has them under several names gives one of them throughout.
func (b *Rulebook) Period(layer LayerID, district, unit string, day Date) (Period, bool) {
	if b == nil || len(b.periods) == 0 {
		return Period{}, false
	}
	for _, p := range b.periods[month{layer, day.monthIndex()}] {
		if (p.District == "" || p.District == district) && (p.Unit == "" || p.Unit == unit) {
			return p, true
		}
	}
	return Period{}, false
}
