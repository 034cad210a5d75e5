package geo

import (
	"fmt"
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

// progress judges plan against report (DESIGN §5, project, street, block).
func (r *LightRule) progress(p Properties, reports []Report, at Date) Verdict {
	v := Verdict{Rule: ProgressRule}
	state := r.state(p, at)
	switch {
	case slices.Contains(r.Stopped, state):
		v.Light, v.Status, v.Reason = Red, statusStopped, r.withReason(p, "已终止实施", "Work was stopped")
		return v
	case slices.Contains(r.Failed, state):
		v.Light, v.Status, v.Reason = Red, statusFailed, r.withReason(p, "年度目标无法完成", "The goal of the year cannot be met")
		return v
	case slices.Contains(r.Done, state):
		v.Light, v.Status, v.Reason = Green, statusDone, Text{ZH: "年度目标已完成", EN: "The goal of the year is reached"}
		return v
	}
	gap, last, ok := worstGap(reports)
	if !ok {
		if slices.Contains(r.Behind, state) {
			v.Light, v.Status, v.Reason = Yellow, statusBehind, r.withReason(p, "年度目标滞后", "Behind the goal of the year")
			return v
		}
		v.Status, v.Reason = statusNone, Text{ZH: "尚无月报", EN: "No report yet"}
		return v
	}
	v.Plan, v.Actual = &gap.plan, &gap.actual
	v.Overdue = at.MonthsSince(last.Date) > 1
	r.lightFromGap(&v, p, gap, slices.Contains(r.Behind, state))
	if v.Overdue {
		v.Reason.ZH += fmt.Sprintf("；%s，末次月报 %s", statusOverdue.ZH, last.Date)
		v.Reason.EN += fmt.Sprintf("; report overdue, last one %s", last.Date)
	}
	return v
}

func (r *LightRule) lightFromGap(v *Verdict, p Properties, g gap, behind bool) {
	behindBy := g.plan - g.actual
	zh := fmt.Sprintf("%s滞后 %s 个百分点：计划 %s％，实际 %s％", g.what.ZH, points(behindBy), points(g.plan), points(g.actual))
	en := fmt.Sprintf("%s %s points behind: plan %s%%, actual %s%%", g.what.EN, points(behindBy), points(g.plan), points(g.actual))
	switch {
	case behindBy > r.red():
		v.Light, v.Status, v.Reason = Red, statusFarOff, r.withReason(p, zh, en)
	case behindBy > r.yellow():
		v.Light, v.Status, v.Reason = Yellow, statusBehind, r.withReason(p, zh, en)
	case behind:
		v.Light, v.Status, v.Reason = Yellow, statusBehind, r.withReason(p, "年度目标滞后", "Behind the goal of the year")
	default:
		v.Light, v.Status = Green, statusGood
		v.Reason = Text{
			fmt.Sprintf("%s计划 %s％，实际 %s％", g.what.ZH, points(g.plan), points(g.actual)),
			fmt.Sprintf("%s plan %s%%, actual %s%%", g.what.EN, points(g.plan), points(g.actual)),
		}
	}
}

type gap struct {
	what         Text
	plan, actual float64 // per cent
}

// worstGap takes the latest report that speaks of progress or investment and
// gives the worse of the two.
func worstGap(reports []Report) (gap, *Report, bool) {
	for i := len(reports) - 1; i >= 0; i-- {
		p := reports[i].Properties
		var found []gap
		if plan, ok := p.Float(PlannedProgress); ok {
			if actual, ok := p.Float(ActualProgress); ok {
				found = append(found, gap{Text{ZH: "进度", EN: "Progress"}, plan, actual})
			}
		}
		if plan, ok := p.Float(PlannedInvestment); ok && plan > 0 {
			if actual, ok := p.Float(ActualInvestment); ok {
				found = append(found, gap{Text{ZH: "投资", EN: "Investment"}, 100, 100 * actual / plan})
			}
		}
		if len(found) > 0 {
			worst := slices.MaxFunc(found, func(a, b gap) int { return sign((a.plan - a.actual) - (b.plan - b.actual)) })
			return worst, &reports[i], true
		}
	}
	return gap{}, nil, false
}

func sign(f float64) int {
	switch {
	case f < 0:
		return -1
	case f > 0:
		return 1
	}
	return 0
}

// deadline judges a problem: closed green, open yellow, open past its day red.
func (r *LightRule) deadline(p Properties, at Date) Verdict {
	v := Verdict{Rule: DeadlineRule}
	due := p.Date(r.Due)
	switch {
	case slices.Contains(r.Done, r.state(p, at)):
		v.Light, v.Status, v.Reason = Green, Text{ZH: "已销项", EN: "Closed"}, Text{ZH: "问题已整改销项", EN: "The problem is solved and closed"}
	case due == 0:
		v.Light, v.Status, v.Reason = Yellow, Text{ZH: "整改中", EN: "Open"}, r.withReason(p, "整改中，未定期限", "Open, no deadline set")
	case at > due:
		v.Light, v.Status = Red, Text{ZH: "逾期", EN: "Overdue"}
		v.Reason = r.withReason(p, fmt.Sprintf("超过整改期限 %d 天（%s）", at-due, due), fmt.Sprintf("%d days past the deadline %s", at-due, due))
	default:
		v.Light, v.Status = Yellow, Text{ZH: "整改中", EN: "Open"}
		v.Reason = r.withReason(p, fmt.Sprintf("整改中，期限 %s", due), fmt.Sprintf("Open, due %s", due))
	}
	return v
}

func sortedDown(days []Date) []Date {
	slices.Sort(days)
	slices.Reverse(days)
	return slices.Compact(days)
}
