package geo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Statuses in words, by cause.
var statuses = [...]Text{
	noReport:      {ZH: "未填报", EN: "Not reported"},
	stopped:       {ZH: "终止实施", EN: "Stopped"},
	failed:        {ZH: "无法完成", EN: "Cannot be met"},
	reached:       {ZH: "已完成", EN: "Done"},
	behindByState: {ZH: "滞后", EN: "Behind"},
	behindByGap:   {ZH: "滞后", EN: "Behind"},
	farBehind:     {ZH: "严重滞后", EN: "Far behind"},
	onPlan:        {ZH: "正常", EN: "On plan"},
	notFound:      {ZH: "尚未发现", EN: "Not yet found"},
	closed:        {ZH: "已销项", EN: "Closed"},
	openUndated:   {ZH: "整改中", EN: "Open"},
	openInTime:    {ZH: "整改中", EN: "Open"},
	openLate:      {ZH: "逾期", EN: "Overdue"},
	notSampled:    {ZH: "本月未测", EN: "Not sampled this month"},
	noClass:       {ZH: "未填报", EN: "Not reported"},
}

// plain are the reasons that need no number, by cause.
var plain = [...]Text{
	noReport:      {ZH: "尚无月报", EN: "No report yet"},
	stopped:       {ZH: "已终止实施", EN: "Work was stopped"},
	failed:        {ZH: "年度目标无法完成", EN: "The goal of the year cannot be met"},
	reached:       {ZH: "年度目标已完成", EN: "The goal of the year is reached"},
	behindByState: {ZH: "年度目标滞后", EN: "Behind the goal of the year"},
	closed:        {ZH: "问题已整改销项", EN: "The problem is solved and closed"},
	openUndated:   {ZH: "未定整改期限", EN: "No deadline is set"},
	notSampled:    {ZH: "本月没有水质监测数据", EN: "No sample this month"},
	noClass:       {ZH: "缺水质类别或目标类别", EN: "Class or target class is missing"},
}

// verdict puts a finding into words. A reason an office has given takes the
// place of the plain words, and stands before numbers.
func (r *LightRule) verdict(f finding, p Properties, at Date) Verdict {
	v := Verdict{Rule: r.Kind, Light: f.light, Overdue: f.overdue}
	if f.cause == classed {
		v.Status, v.Reason = f.water.status(), f.water.reason()
		return v
	}
	v.Status = statuses[f.cause]
	why := p.Text(r.Reason)
	switch f.cause {
	case stopped, failed, behindByState, openUndated:
		v.Reason = plain[f.cause]
		if why != "" {
			v.Reason.ZH = why
		}
	case behindByGap, farBehind, openLate, openInTime:
		v.Reason = f.numbers(at)
		if why != "" {
			v.Reason.ZH = why + "；" + v.Reason.ZH
		}
	case onPlan, notFound:
		v.Reason = f.numbers(at)
	default:
		v.Reason = plain[f.cause]
	}
	if f.last != 0 {
		plan, actual := f.gap.percent()
		v.Plan, v.Actual = &plan, &actual
	}
	if f.overdue {
		v.Reason.ZH += fmt.Sprintf("；逾期未报，末次月报 %s", f.last)
		v.Reason.EN += fmt.Sprintf("; report overdue, last one %s", f.last)
	}
	return v
}

// numbers tells the reason of the causes that come with numbers or days.
func (f *finding) numbers(at Date) Text {
	g, what := f.gap.told(), f.gap.what()
	switch f.cause {
	case onPlan:
		return Text{ZH: what.ZH + g.ZH, EN: what.EN + " " + g.EN}
	case openLate:
		return Text{
			ZH: fmt.Sprintf("超过整改期限 %d 天（%s）", at-f.due, f.due),
			EN: fmt.Sprintf("%d days past the deadline %s", at-f.due, f.due),
		}
	case openInTime:
		return Text{ZH: fmt.Sprintf("整改期限 %s", f.due), EN: fmt.Sprintf("Due on %s", f.due)}
	case notFound:
		return Text{ZH: fmt.Sprintf("%s 才发现", f.due), EN: fmt.Sprintf("Found on %s only", f.due)}
	}
	by := points(f.gap.behind())
	return Text{
		ZH: fmt.Sprintf("%s滞后 %s 个百分点：%s", what.ZH, by, g.ZH),
		EN: fmt.Sprintf("%s %s points behind: %s", what.EN, by, g.EN),
	}
}

func (g gap) what() Text {
	if g.money {
		return Text{ZH: "投资", EN: "Investment"}
	}
	return Text{ZH: "进度", EN: "Progress"}
}

// told gives the two numbers as they were reported.
func (g gap) told() Text {
	if g.money {
		return Text{
			ZH: fmt.Sprintf("计划 %s 亿元，完成 %s 亿元", money(g.plan), money(g.actual)),
			EN: fmt.Sprintf("plan CNY %s × 10⁸, made %s", money(g.plan), money(g.actual)),
		}
	}
	return Text{
		ZH: fmt.Sprintf("计划 %s％，实际 %s％", points(g.plan), points(g.actual)),
		EN: fmt.Sprintf("plan %s%%, actual %s%%", points(g.plan), points(g.actual)),
	}
}

func (w *waterFinding) status() Text {
	switch over := int(w.class) - int(w.target); {
	case w.class == worseThanV && w.target < worseThanV:
		return Text{ZH: "劣Ⅴ类", EN: "Worse than class V"}
	case over <= 0:
		return Text{ZH: "达标", EN: "Meets its target"}
	case over == 1:
		return Text{ZH: "差一类", EN: "One class worse"}
	}
	return Text{ZH: "差两类及以上", EN: "Two or more classes worse"}
}

func (w *waterFinding) reason() Text {
	t := Text{
		ZH: fmt.Sprintf("水质%s类，目标%s类", w.class, w.target),
		EN: fmt.Sprintf("Water class %s, target %s", w.class, w.target),
	}
	if by := w.by.names(); by != "" && w.class > w.target {
		t.ZH += "，定类指标：" + by
	}
	return t
}

// points writes a number with at most one decimal.
func points(f float64) string {
	s := strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// money writes 亿元 to the ten thousand yuan.
func money(x float64) string { return strconv.FormatFloat(math.Round(x*1e4)/1e4, 'f', -1, 64) }
