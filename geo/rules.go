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
	undated bool       // decided, and nobody says when
	gap     gap        // progress: what decided, or would have
	last    Date       // progress: day of the latest report that speaks
	step    *Milestone // progress: the step that is latest
	due     Date       // deadline
	water   waterFinding
	expr    string // filter
}

// cause is why a light is what it is.
type cause uint8

const (
	noReport cause = iota + 1
	unapproved
	stopped
	failed
	reached
	behindByState
	behindByGap
	farBehind
	onPlan
	stepLate
	stepFarLate
	stepsInTime
	notListed
	unissued
	removed
	finished
	notFound
	closed
	openUndated
	openInTime
	openLate
	notSampled
	noClass
	classed
	meets
	meetsNone
)

// progress judges plan against report (DESIGN §5, project, street, block). What
// was decided about the year's goal outweighs the reports.
func (j *judge) progress(at Date) finding {
	e, why := j.entry(at)
	switch {
	case why == reached:
		return finding{light: Green, cause: reached}
	case why != 0:
		return finding{cause: why}
	}
	state := ""
	if e.Decided <= at {
		state = e.Outcome
	}
	switch {
	case state == "":
	case slices.Contains(j.r.Stopped, state):
		return finding{light: Red, cause: stopped, undated: e.Decided == 0}
	case slices.Contains(j.r.Failed, state):
		return finding{light: Red, cause: failed, undated: e.Decided == 0}
	case slices.Contains(j.r.Done, state):
		return finding{light: Green, cause: reached, undated: e.Decided == 0}
	}
	limits := j.limits(at)
	f, percent := j.byReports(e, at, limits)
	if len(j.f.Milestones) > 0 && !percent {
		if m := j.byMilestones(at, limits); m.cause != 0 && m.light >= f.light {
			m.gap, m.last, m.overdue = f.gap, f.last, f.overdue
			f = m
		}
	}
	if state != "" && f.light < Yellow && slices.Contains(j.r.Behind, state) {
		f.light, f.cause = Yellow, behindByState
	}
	return f
}

// byReports judges by percentages and money, and says whether there are
// percentages.
func (j *judge) byReports(e *Year, at Date, limits *Limits) (f finding, percent bool) {
	told := j.told(e, at, limits.ApprovedOnly)
	f = finding{cause: noReport, last: told.last}
	switch {
	case told.day == 0 && told.last != 0:
		f.cause, f.last = unapproved, 0
		return f, false
	case told.day == 0:
		return f, false
	}
	f.gap, f.overdue = told.gap, j.overdue(told.last, at)
	f.light, f.cause = Green, onPlan
	switch by := f.gap.behind(); {
	case by > limits.Red:
		f.light, f.cause = Red, farBehind
	case by > limits.Yellow:
		f.light, f.cause = Yellow, behindByGap
	}
	return f, told.percent
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

// told is what the reports of an entry say.
type told struct {
	gap     gap  // the worse of progress and investment, in the latest report that may be judged by
	day     Date // of that report; 0 = there is none
	last    Date // day of the latest report that speaks of either, approved or not
	percent bool // it speaks of progress
}

// told takes the latest report up to a day that speaks of progress or
// investment, only an approved one where so configured; in a yearly register
// figures count within their year.
func (j *judge) told(e *Year, at Date, approvedOnly bool) (t told) {
	var from Date
	if e.Year != 0 {
		from = yearStart(e.Year)
	}
	reports := j.until(at)
	for i := len(reports) - 1; i >= 0 && reports[i].Date >= from; i-- {
		g, percent, ok := j.worst(i)
		if !ok {
			continue
		}
		if t.last == 0 {
			t.last = reports[i].Date
		}
		if !approvedOnly || j.settled(reports[i].Date) {
			t.gap, t.day, t.percent = g, reports[i].Date, percent
			return t
		}
	}
	return t
}

// worst gives the worse of progress and investment in a report.
func (j *judge) worst(report int) (g gap, percent, ok bool) {
	told := j.f.figures(report)
	var work gap
	if !j.bySteps {
		work, percent = pair(told[0], told[1])
	}
	money, isMoney := pair(told[2], told[3])
	money.money = true
	if isMoney && money.plan > 0 && (!percent || money.behind() > work.behind()) {
		return money, percent, true
	}
	return work, percent, percent
}

// pair gives plan and actual where both are numbers.
func pair(plan, actual float64) (gap, bool) {
	return gap{plan: plan, actual: actual}, finite(plan) && finite(actual)
}

// overdue reports whether the report after the last one is missing: that of the
// next month, once its due day is past.
func (j *judge) overdue(last, at Date) bool { return j.mayBeOverdue(last, at) && at > j.nextDue(last) }

// mayBeOverdue spares the calendar: the next month ends 28 days on at least, and
// as many workdays are as many days or more.
func (j *judge) mayBeOverdue(last, at Date) bool {
	return at > later(last, 28+j.soonest) || j.datedPeriods()
}

// nextDue gives the day by which the report of the month after a report is due.
func (j *judge) nextDue(last Date) Date {
	end := (last.MonthEnd() + 1).MonthEnd()
	workday := j.rows.at(end, j.base).DueWorkday
	if j.datedPeriods() {
		return j.f.Book.due(j.f.Layer, j.f.District, j.unit(), end, workday)
	}
	return j.f.Book.NthWorkday(end, workday)
}

func (j *judge) datedPeriods() bool { return j.f.Book != nil && j.f.Book.dated[j.f.Layer] }

// byMilestones judges by the step that is latest: reached or not yet due is
// green. It finds nothing where no step is planned.
func (j *judge) byMilestones(at Date, limits *Limits) finding {
	var f finding
	var worst Date = -1
	for i := range j.f.Milestones {
		m := &j.f.Milestones[i]
		if m.Planned == 0 {
			continue
		}
		if f.cause == 0 {
			f.light, f.cause = Green, stepsInTime
		}
		if reached := m.Actual != 0 && m.Actual <= at; !reached && at-m.Planned > max(worst, 0) {
			worst, f.step = at-m.Planned, m
		}
	}
	switch {
	case f.step == nil:
	case worst > later(0, limits.LateRed):
		f.light, f.cause = Red, stepFarLate
	case worst > later(0, limits.LateYellow):
		f.light, f.cause = Yellow, stepLate
	}
	return f
}

// milestoneDays adds the days on which steps are reached or become late.
func (j *judge) milestoneDays(add func(Date, bool)) {
	for i := range j.f.Milestones {
		m := &j.f.Milestones[i]
		add(m.Actual, true)
		if m.Planned == 0 {
			continue
		}
		late := func(days *int) {
			if days != nil {
				add(later(m.Planned+1, *days), true)
			}
		}
		late(&j.base.LateYellow)
		late(&j.base.LateRed)
		for k := range j.rows {
			for n := range j.rows[k] {
				late(j.rows[k][n].LateYellow)
				late(j.rows[k][n].LateRed)
			}
		}
	}
}

// deadline judges a problem: closed green, open yellow, open past its day red,
// not yet found none.
func (j *judge) deadline(at Date) finding {
	from, due := day(j.f.Properties, j.r.From), day(j.f.Properties, j.r.Due)
	switch {
	case from > at:
		return finding{cause: notFound, due: from}
	case j.own.Outcome != "" && j.own.Decided <= at && slices.Contains(j.r.Done, j.own.Outcome):
		return finding{light: Green, cause: closed, undated: j.own.Decided == 0}
	case due == 0:
		return finding{light: Yellow, cause: openUndated}
	case at > due:
		return finding{light: Red, cause: openLate, due: due}
	}
	return finding{light: Yellow, cause: openInTime, due: due}
}
