package geo

import (
	"math"
	"slices"
)

// Report fields read by the progress rule, in per cent and 亿元, cumulative
// within the year.
const (
	PlannedProgress   = "planned_progress"
	ActualProgress    = "actual_progress"
	PlannedInvestment = "planned_investment"
	ActualInvestment  = "actual_investment"
)

// finding is what a rule finds; words.go puts it into words.
type finding struct {
	light   Light
	cause   cause
	overdue bool
	gap     gap  // progress: what decided, or would have
	last    Date // progress: day of the report the gap is from
	due     Date // deadline
	water   waterFinding
}

// cause is why a light is what it is.
type cause uint8

const (
	noReport cause = iota + 1
	stopped
	failed
	reached
	behindByState
	behindByGap
	farBehind
	onPlan
	notFound
	closed
	openUndated
	openInTime
	openLate
	notSampled
	noClass
	classed
)

// find applies the rule. It allocates nothing: a snapshot judges millions.
func (r *LightRule) find(p Properties, reports []Report, at Date) finding {
	switch r.Kind {
	case ProgressRule:
		return r.progress(p, until(reports, at), at)
	case WaterRule:
		return r.water(p, until(reports, at), at)
	case DeadlineRule:
		return r.deadline(p, at)
	}
	return finding{}
}

// reportDay is the day of the following month by which a month's report is due.
const reportDay = 5

// reportOverdue reports whether the report after the last one is missing: that
// of the next month, due on the reportDay of the month after.
func reportOverdue(last, at Date) bool {
	if at <= last+reportDay { // no need for the calendar
		return false
	}
	next := (last.MonthEnd() + 1).MonthEnd()
	return at > next+reportDay
}

// progress judges plan against report (DESIGN §5, project, street, block). What
// was decided about the year's goal outweighs the reports.
func (r *LightRule) progress(p Properties, reports []Report, at Date) finding {
	state := r.state(p, at)
	switch {
	case slices.Contains(r.Stopped, state):
		return finding{light: Red, cause: stopped}
	case slices.Contains(r.Failed, state):
		return finding{light: Red, cause: failed}
	case slices.Contains(r.Done, state):
		return finding{light: Green, cause: reached}
	}
	behind := slices.Contains(r.Behind, state)
	g, last, ok := worstGap(reports)
	if !ok {
		if behind {
			return finding{light: Yellow, cause: behindByState}
		}
		return finding{cause: noReport}
	}
	f := finding{light: Green, cause: onPlan, gap: g, last: last, overdue: reportOverdue(last, at)}
	switch by := g.behind(); {
	case by > r.red():
		f.light, f.cause = Red, farBehind
	case by > r.yellow():
		f.light, f.cause = Yellow, behindByGap
	case behind:
		f.light, f.cause = Yellow, behindByState
	}
	return f
}

// gap is plan against actual: per cent of the year's work, or 亿元.
type gap struct {
	plan, actual float64
	money        bool
}

// percent gives plan and actual in per cent: money in per cent of what was to
// be invested till then.
func (g gap) percent() (plan, actual float64) {
	if g.money {
		return 100, 100 * g.actual / g.plan
	}
	return g.plan, g.actual
}

// behind gives the points behind plan, free of the noise of binary fractions:
// 60.1 − 55.1 is 5, not a hair more.
func (g gap) behind() float64 {
	plan, actual := g.percent()
	return math.Round((plan-actual)*1e6) / 1e6
}

// worstGap takes the latest report that speaks of progress or investment, gives
// the worse of the two and the report's day.
func worstGap(reports []Report) (worst gap, day Date, ok bool) {
	for i := len(reports) - 1; i >= 0; i-- {
		p := reports[i].Properties
		work, isWork := pair(p, PlannedProgress, ActualProgress)
		money, isMoney := pair(p, PlannedInvestment, ActualInvestment)
		money.money = true
		isMoney = isMoney && money.plan > 0
		switch {
		case isMoney && (!isWork || money.behind() > work.behind()):
			return money, reports[i].Date, true
		case isWork:
			return work, reports[i].Date, true
		}
	}
	return gap{}, 0, false
}

func pair(p Properties, plan, actual string) (gap, bool) {
	a, ok := p.Float(plan)
	b, ok2 := p.Float(actual)
	return gap{plan: a, actual: b}, ok && ok2
}

// deadline judges a problem: closed green, open yellow, open past its day red,
// not yet found none.
func (r *LightRule) deadline(p Properties, at Date) finding {
	due := p.Date(r.Due)
	switch {
	case p.Date(r.From) > at:
		return finding{cause: notFound, due: p.Date(r.From)}
	case slices.Contains(r.Done, r.state(p, at)):
		return finding{light: Green, cause: closed}
	case due == 0:
		return finding{light: Yellow, cause: openUndated}
	case at > due:
		return finding{light: Red, cause: openLate, due: due}
	}
	return finding{light: Yellow, cause: openInTime, due: due}
}

func sortedDown(days []Date) []Date {
	slices.Sort(days)
	slices.Reverse(days)
	return slices.Compact(days)
}
