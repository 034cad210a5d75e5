package overview

import (
	"math"

	"yiping/geo"
	"yiping/geo/exact"
	"yiping/geo/snapshot"
)

// fact is all of a project that is counted.
type fact struct {
	id                              geo.ID
	district, category, level, unit string
	towns                           []string // one of no town is in ""
	lifecycle                       string
	light, before                   geo.Light
	warned                          int // level of its open warning
	proposed                        bool
	bad                             geo.Date // since when it is not green
	gap                             float64  // points behind plan, 0 = none
	listed                          bool     // an entry of the register is in force
	outcome                         string

	total, planned, due, actual exact.Sum // 亿元
	covered                     exact.Sum // actual, where there is a plan
}

var nowhere = []string{""}

func factOf(i snapshot.Item) fact {
	s, day := i.Standing(), i.Day()
	f := fact{id: i.ID(), district: i.District(), towns: i.Towns(), category: i.Text("category"), level: i.Text("level"),
		unit: i.Unit(), lifecycle: i.Text("lifecycle"), light: s.Light, before: s.Before, warned: s.Warned(),
		bad: s.Bad, gap: gapOf(s), total: money(i, "investment")}
	if f.towns == nil {
		f.towns = nowhere
	}
	f.proposed = s.Proposed && f.warned > 0
	e, listed := i.Entry()
	if f.listed = listed; !listed {
		return f
	}
	if e.Decided <= day {
		f.outcome = e.Outcome
	}
	f.planned = planned(i, e.Year)
	f.due, _ = exact.Of(s.PlannedInvestment)
	f.actual, _ = exact.Of(s.ActualInvestment)
	if f.planned.Sign() > 0 {
		f.covered = f.actual
	}
	return f
}

// planned is the investment planned for the year of an entry.
func planned(i snapshot.Item, year int) exact.Sum {
	row, ok := i.EntryOf(year)
	if !ok {
		return exact.Sum{}
	}
	return money(row, "year_investment")
}

func money(i snapshot.Item, field string) exact.Sum {
	x := 0.0
	switch v := i.Value(field).(type) {
	case float64:
		x = v
	case int64:
		x = float64(v)
	}
	s, _ := exact.Of(x)
	return s
}

// gapOf is by how many points a project is behind, in progress or in investment,
// whichever is worse.
func gapOf(s geo.Standing) float64 {
	gap := 0.0
	if by := s.PlannedProgress - s.ActualProgress; by > gap { // false for NaN
		gap = by
	}
	if s.PlannedInvestment > 0 {
		if by := 100 - 100*s.ActualInvestment/s.PlannedInvestment; by > gap {
			gap = by
		}
	}
	return math.Round(gap*1e6) / 1e6
}
