package geo

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Report fields read by the progress rule, in per cent and 亿元, cumulative
// within the year.
const (
	PlannedProgress   = "planned_progress"
	ActualProgress    = "actual_progress"
	PlannedInvestment = "planned_investment"
	ActualInvestment  = "actual_investment"
)

// Statuses in words.
var (
	statusNone    = Text{ZH: "未填报", EN: "Not reported"}
	statusGood    = Text{ZH: "正常", EN: "On plan"}
	statusDone    = Text{ZH: "已完成", EN: "Done"}
	statusBehind  = Text{ZH: "滞后", EN: "Behind"}
	statusFarOff  = Text{ZH: "严重滞后", EN: "Far behind"}
	statusFailed  = Text{ZH: "无法完成", EN: "Cannot be met"}
	statusStopped = Text{ZH: "终止实施", EN: "Stopped"}
	statusOverdue = Text{ZH: "逾期未报", EN: "Report overdue"}
)

// reportDay is the day of the following month by which a month's report is due.
const reportDay = 5

// reportOverdue reports whether the report after the last one is missing: that
// of the next month, due on the reportDay of the month after.
func reportOverdue(last, at Date) bool {
	next := (last.MonthEnd() + 1).MonthEnd()
	return at > next+reportDay
}

// progress judges plan against report (DESIGN §5, project, street, block).
func (r *LightRule) progress(p Properties, reports []Report, at Date) Verdict {
	v := Verdict{Rule: ProgressRule}
	state := r.state(p, at)
	switch {
	case slices.Contains(r.Stopped, state):
		v.Light, v.Status, v.Reason = Red, statusStopped, r.decided(p, "已终止实施", "Work was stopped")
		return v
	case slices.Contains(r.Failed, state):
		v.Light, v.Status, v.Reason = Red, statusFailed, r.decided(p, "年度目标无法完成", "The goal of the year cannot be met")
		return v
	case slices.Contains(r.Done, state):
		v.Light, v.Status, v.Reason = Green, statusDone, Text{ZH: "年度目标已完成", EN: "The goal of the year is reached"}
		return v
	}
	behind := slices.Contains(r.Behind, state)
	g, last, ok := worstGap(reports)
	switch {
	case ok:
		v.Plan, v.Actual = &g.plan, &g.actual
		r.lightFromGap(&v, p, g, behind)
	case behind:
		v.Light, v.Status, v.Reason = Yellow, statusBehind, r.decided(p, "年度目标滞后", "Behind the goal of the year")
		return v
	default:
		v.Status, v.Reason = statusNone, Text{ZH: "尚无月报", EN: "No report yet"}
		return v
	}
	if v.Overdue = reportOverdue(last, at); v.Overdue {
		v.Reason.ZH += fmt.Sprintf("；%s，末次月报 %s", statusOverdue.ZH, last)
		v.Reason.EN += fmt.Sprintf("; report overdue, last one %s", last)
	}
	return v
}

// decided gives the reason an office has given, else the plain words for what
// was decided.
func (r *LightRule) decided(p Properties, zh, en string) Text {
	if why := p.Text(r.Reason); why != "" {
		zh = why
	}
	return Text{ZH: zh, EN: en}
}

func (r *LightRule) lightFromGap(v *Verdict, p Properties, g gap, behind bool) {
	by := g.behind()
	late := Text{
		ZH: fmt.Sprintf("%s滞后 %s 个百分点：%s", g.what.ZH, points(by), g.told.ZH),
		EN: fmt.Sprintf("%s %s points behind: %s", g.what.EN, points(by), g.told.EN),
	}
	switch {
	case by > r.red():
		v.Light, v.Status, v.Reason = Red, statusFarOff, r.withReason(p, late)
	case by > r.yellow():
		v.Light, v.Status, v.Reason = Yellow, statusBehind, r.withReason(p, late)
	case behind:
		v.Light, v.Status, v.Reason = Yellow, statusBehind, r.decided(p, "年度目标滞后", "Behind the goal of the year")
	default:
		v.Light, v.Status = Green, statusGood
		v.Reason = Text{ZH: g.what.ZH + g.told.ZH, EN: g.what.EN + " " + g.told.EN}
	}
}

// gap is plan against actual, in per cent.
type gap struct {
	what         Text
	told         Text // the two numbers, as reported
	plan, actual float64
}

// behind gives the points behind plan, free of the noise of binary fractions:
// 60.1 − 55.1 is 5, not a hair more.
func (g *gap) behind() float64 { return math.Round((g.plan-g.actual)*1e6) / 1e6 }

// worstGap takes the latest report that speaks of progress or investment, gives
// the worse of the two and the report's day.
func worstGap(reports []Report) (gap, Date, bool) {
	for i := len(reports) - 1; i >= 0; i-- {
		var found []gap
		if g, ok := progressGap(reports[i].Properties); ok {
			found = append(found, g)
		}
		if g, ok := moneyGap(reports[i].Properties); ok {
			found = append(found, g)
		}
		if len(found) > 0 {
			worst := slices.MaxFunc(found, func(a, b gap) int { return sign(a.behind() - b.behind()) })
			return worst, reports[i].Date, true
		}
	}
	return gap{}, 0, false
}

func progressGap(p Properties) (gap, bool) {
	plan, ok := p.Float(PlannedProgress)
	actual, ok2 := p.Float(ActualProgress)
	return gap{
		what: Text{ZH: "进度", EN: "Progress"},
		told: Text{
			ZH: fmt.Sprintf("计划 %s％，实际 %s％", points(plan), points(actual)),
			EN: fmt.Sprintf("plan %s%%, actual %s%%", points(plan), points(actual)),
		},
		plan: plan, actual: actual,
	}, ok && ok2
}

// moneyGap measures investment made in per cent of what was planned till then.
func moneyGap(p Properties) (gap, bool) {
	plan, ok := p.Float(PlannedInvestment)
	actual, ok2 := p.Float(ActualInvestment)
	if !ok || !ok2 || plan <= 0 {
		return gap{}, false
	}
	return gap{
		what: Text{ZH: "投资", EN: "Investment"},
		told: Text{
			ZH: fmt.Sprintf("计划 %s 亿元，完成 %s 亿元", money(plan), money(actual)),
			EN: fmt.Sprintf("plan CNY %s × 10⁸, made %s", money(plan), money(actual)),
		},
		plan: 100, actual: 100 * actual / plan,
	}, true
}

// money writes 亿元 to the ten thousand yuan.
func money(x float64) string { return strconv.FormatFloat(math.Round(x*1e4)/1e4, 'f', -1, 64) }

func sign(f float64) int {
	switch {
	case f < 0:
		return -1
	case f > 0:
		return 1
	}
	return 0
}

// deadline judges a problem: closed green, open yellow, open past its day red,
// not yet found none.
func (r *LightRule) deadline(p Properties, at Date) Verdict {
	v := Verdict{Rule: DeadlineRule}
	due := p.Date(r.Due)
	switch {
	case p.Date(r.From) > at:
		v.Status, v.Reason = statusNone, Text{ZH: fmt.Sprintf("%s 才发现", p.Date(r.From)), EN: fmt.Sprintf("Found on %s only", p.Date(r.From))}
	case slices.Contains(r.Done, r.state(p, at)):
		v.Light, v.Status, v.Reason = Green, Text{ZH: "已销项", EN: "Closed"}, Text{ZH: "问题已整改销项", EN: "The problem is solved and closed"}
	case due == 0:
		v.Light, v.Status, v.Reason = Yellow, Text{ZH: "整改中", EN: "Open"}, r.decided(p, "整改中，未定期限", "Open, no deadline set")
	case at > due:
		v.Light, v.Status = Red, Text{ZH: "逾期", EN: "Overdue"}
		v.Reason = r.withReason(p, Text{ZH: fmt.Sprintf("超过整改期限 %d 天（%s）", at-due, due), EN: fmt.Sprintf("%d days past the deadline %s", at-due, due)})
	default:
		v.Light, v.Status = Yellow, Text{ZH: "整改中", EN: "Open"}
		v.Reason = r.withReason(p, Text{ZH: fmt.Sprintf("整改中，期限 %s", due), EN: fmt.Sprintf("Open, due %s", due)})
	}
	return v
}

func sortedDown(days []Date) []Date {
	slices.Sort(days)
	slices.Reverse(days)
	return slices.Compact(days)
}
