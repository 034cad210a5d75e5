package geo

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Status says in a word how a judged feature stands: 正常, 已完成, 滞后, 劣Ⅴ类 … It is
// a number, so that a snapshot can keep it: a cause, or one of those below. 0 is of
// what is not judged.
type Status uint8

// The statuses of causes that have several, and no word of their own.
const (
	beyondClasses Status = Status(meetsNone) + 1 + iota
	meetsTarget
	oneWorse
	moreWorse
	greenLamp // then yellow, then red: lights by expression have no better word
	yellowLamp
	redLamp
)

// statuses are their words.
var statuses = [...]Text{
	noReport:      {ZH: "未填报", EN: "Not reported"},
	unapproved:    {ZH: "待审定", EN: "Not yet approved"},
	stopped:       {ZH: "终止实施", EN: "Stopped"},
	failed:        {ZH: "无法完成", EN: "Cannot be met"},
	reached:       {ZH: "已完成", EN: "Done"},
	behindByState: {ZH: "滞后", EN: "Behind"},
	behindByGap:   {ZH: "滞后", EN: "Behind"},
	farBehind:     {ZH: "严重滞后", EN: "Far behind"},
	onPlan:        {ZH: "正常", EN: "On plan"},
	stepLate:      {ZH: "滞后", EN: "Behind"},
	stepFarLate:   {ZH: "严重滞后", EN: "Far behind"},
	stepsInTime:   {ZH: "正常", EN: "On plan"},
	notListed:     {ZH: "未列入", EN: "Not listed"},
	unissued:      {ZH: "计划待下达", EN: "Plan awaited"},
	removed:       {ZH: "调出", EN: "Removed"},
	finished:      {ZH: "已终结", EN: "Finished"},
	notFound:      {ZH: "尚未发现", EN: "Not yet found"},
	closed:        {ZH: "已销项", EN: "Closed"},
	openUndated:   {ZH: "整改中", EN: "Open"},
	openInTime:    {ZH: "整改中", EN: "Open"},
	openLate:      {ZH: "逾期", EN: "Overdue"},
	notSampled:    {ZH: "本月未测", EN: "Not sampled this month"},
	noClass:       {ZH: "未填报", EN: "Not reported"},
	meetsNone:     {ZH: "未判定", EN: "Not judged"},
	beyondClasses: {ZH: "劣Ⅴ类", EN: "Worse than class V"},
	meetsTarget:   {ZH: "达标", EN: "Meets its target"},
	oneWorse:      {ZH: "差一类", EN: "One class worse"},
	moreWorse:     {ZH: "差两类及以上", EN: "Two or more classes worse"},
	greenLamp:     {ZH: "绿灯", EN: "Green"},
	yellowLamp:    {ZH: "黄灯", EN: "Yellow"},
	redLamp:       {ZH: "红灯", EN: "Red"},
}

// plain are the reasons that need no number, by cause.
var plain = [...]Text{
	noReport:      {ZH: "尚无月报", EN: "No report yet"},
	unapproved:    {ZH: "月报尚未审定", EN: "No report is approved yet"},
	stopped:       {ZH: "已终止实施", EN: "Work was stopped"},
	failed:        {ZH: "年度目标无法完成", EN: "The goal of the year cannot be met"},
	reached:       {ZH: "年度目标已完成", EN: "The goal of the year is reached"},
	behindByState: {ZH: "年度目标滞后", EN: "Behind the goal of the year"},
	notListed:     {ZH: "尚未列入年度清单", EN: "Not yet in the yearly register"},
	unissued:      {ZH: "本年度计划待下达", EN: "The plan of the year is not issued yet"},
	removed:       {ZH: "已调出年度清单", EN: "Removed from the yearly register"},
	finished:      {ZH: "不再列入年度清单", EN: "No longer in the yearly register"},
	closed:        {ZH: "问题已整改销项", EN: "The problem is solved and closed"},
	openUndated:   {ZH: "未定整改期限", EN: "No deadline is set"},
	notSampled:    {ZH: "本月没有水质监测数据", EN: "No sample this month"},
	noClass:       {ZH: "缺水质类别或目标类别", EN: "Class or target class is missing"},
	meetsNone:     {ZH: "不符合任何判定条件", EN: "No condition of the rule is met"},
}

// measures are what the causes are found by; gaps and water say it themselves.
var measures = [...]Measure{
	stopped: ByGoal, failed: ByGoal, reached: ByGoal, behindByState: ByGoal,
	stepLate: ByMilestone, stepFarLate: ByMilestone, stepsInTime: ByMilestone,
	notListed: ByRegister, unissued: ByRegister, removed: ByRegister, finished: ByRegister,
	notFound: ByDeadline, closed: ByDeadline, openUndated: ByDeadline, openInTime: ByDeadline, openLate: ByDeadline,
	meets: ByExpression, meetsNone: ByExpression,
}

func (f *finding) measure() Measure {
	switch f.cause {
	case onPlan, behindByGap, farBehind:
		if f.gap.money {
			return ByInvestment
		}
		return ByProgress
	case classed:
		if f.water.by == 0 {
			return ByClass
		}
		return ByFactor
	}
	return measures[f.cause]
}

func (f *finding) status() Status {
	switch f.cause {
	case classed:
		return f.water.status()
	case meets:
		return greenLamp + Status(f.light-Green)
	}
	return Status(f.cause)
}

// StatusText puts a status into words. field gives the text of a field of the
// feature: what has left the register for good is called by its stage.
func (r *LightRule) StatusText(s Status, field func(name string) string) Text {
	t := statuses[s]
	if s == Status(finished) {
		t.ZH = "已" + field(r.Lifecycle)
	}
	return t
}

// verdict puts a finding into words. A reason an office has given takes the
// place of the plain words, and stands before numbers. months is how many
// calendar months the light has stood; 0 = not known.
func (j *judge) verdict(f *finding, at Date, months int) Verdict {
	v := Verdict{Rule: j.r.Kind, By: f.measure(), Light: f.light, Overdue: f.overdue, Status: j.r.StatusText(f.status(), j.f.Properties.Text)}
	why := j.reason(at)
	switch f.cause {
	case stopped, failed, behindByState, openUndated:
		v.Reason = plain[f.cause]
		if why != "" {
			v.Reason.ZH = why
		}
	case behindByGap, farBehind, stepLate, stepFarLate, openLate, openInTime:
		v.Reason = f.numbers(at, months)
		if why != "" {
			v.Reason.ZH = why + "；" + v.Reason.ZH
		}
	case onPlan, stepsInTime, notFound, meets:
		v.Reason = f.numbers(at, months)
	case classed:
		v.Reason = f.water.reason(j.sample(at), j.lake, months)
	default:
		v.Reason = plain[f.cause]
	}
	if f.last != 0 {
		plan, actual := f.gap.percent()
		v.Plan, v.Actual = &plan, &actual
	}
	if j.r.Kind == ProgressRule {
		limits := *j.limits(at)
		v.Limits = &limits
	}
	j.add(&v, f, at)
	return v
}

// add adds what a reader must know beside the reason: works that stand still, and
// a missing report.
func (j *judge) add(v *Verdict, f *finding, at Date) {
	if h := j.f.halt(at); h != nil {
		from := h.From.String()
		v.Reason.ZH += "；" + from + " 起停工"
		v.Reason.EN += "; works halted since " + from
		if h.Reason != "" {
			v.Reason.ZH += "：" + h.Reason
		}
	}
	if f.overdue {
		last := f.last.String()
		v.Reason.ZH += "；逾期未报，末次月报 " + last
		v.Reason.EN += "; report overdue, last one " + last
	}
}

// reason gives the reason in words that stands in the entry judged by.
func (j *judge) reason(at Date) string {
	if j.r.Kind == ProgressRule {
		if e, _ := j.entry(at); e != nil && e != &j.own {
			return e.Reason
		}
	}
	return word(j.f.Properties, j.r.Reason)
}

// numbers tells the reason of the causes that come with numbers or days.
func (f *finding) numbers(at Date, months int) Text {
	var g, what Text
	switch f.cause {
	case onPlan, behindByGap, farBehind:
		g, what = f.gap.told(), f.gap.what()
	}
	switch f.cause {
	case onPlan:
		return Text{ZH: what.ZH + g.ZH, EN: what.EN + " " + g.EN}
	case stepsInTime, stepLate, stepFarLate:
		return f.steps(at)
	case meets:
		return Text{ZH: "符合判定条件：" + f.expr, EN: "Meets the condition " + f.expr}
	case openLate:
		days, due := strconv.Itoa(int(at-f.due)), f.due.String()
		return Text{ZH: "超过整改期限 " + days + " 天（" + due + "）", EN: days + " days past the deadline " + due}
	case openInTime:
		due := f.due.String()
		return Text{ZH: "整改期限 " + due, EN: "Due on " + due}
	case notFound:
		found := f.due.String()
		return Text{ZH: found + " 才发现", EN: "Found on " + found + " only"}
	}
	by := points(f.gap.behind())
	return lasting(Text{ZH: what.ZH + "滞后 " + by + " 个百分点：" + g.ZH, EN: what.EN + " " + by + " points behind: " + g.EN}, months)
}

// steps tells the milestone that is latest.
func (f *finding) steps(at Date) Text {
	if f.step == nil {
		return Text{ZH: "节点均未逾期", EN: "No milestone is late"}
	}
	m := f.step
	return Text{
		ZH: fmt.Sprintf("节点“%s”逾期 %d 天：计划 %s", m.Name, at-m.Planned, m.Planned),
		EN: fmt.Sprintf("Milestone “%s” is %d days late: planned for %s", m.Name, at-m.Planned, m.Planned),
	}
}

// lasting adds how many calendar months in a row it has been so, from the second.
func lasting(t Text, months int) Text {
	if months > 1 {
		n := strconv.Itoa(months)
		t.ZH += "，已连续 " + n + " 个月"
		t.EN += ", for " + n + " months now"
	}
	return t
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
		plan, made := money(g.plan), money(g.actual)
		return Text{ZH: "计划 " + plan + " 亿元，完成 " + made + " 亿元", EN: "plan CNY " + plan + " × 10⁸, made " + made}
	}
	plan, actual := points(g.plan), points(g.actual)
	return Text{ZH: "计划 " + plan + "％，实际 " + actual + "％", EN: "plan " + plan + "%, actual " + actual + "%"}
}

func (w *waterFinding) status() Status {
	switch over := int(w.class) - int(w.target); {
	case w.class == worseThanV && w.target < worseThanV:
		return beyondClasses
	case over <= 0:
		return meetsTarget
	case over == 1:
		return oneWorse
	}
	return moreWorse
}

// reason names the factors that made the class, each with its value and the limit
// of the target class.
func (w *waterFinding) reason(sample Properties, lake bool, months int) Text {
	t := Text{
		ZH: fmt.Sprintf("水质%s类，目标%s类", w.class, w.target),
		EN: fmt.Sprintf("Water class %s, target %s", w.class, w.target),
	}
	if w.class <= w.target || w.class == 0 {
		return t
	}
	zh, en := "，定类指标：", ", decided by "
	for i := range waterFactors {
		if w.by&(1<<i) == 0 {
			continue
		}
		f := &waterFactors[i]
		x, _ := number(sample, f.field)
		limit := figure(f.in(lake)[min(w.target, worseThanV-1)-1])
		t.ZH += fmt.Sprintf("%s%s %s mg/L（%s类限值 %s）", zh, f.name.ZH, figure(x), w.target, limit)
		t.EN += fmt.Sprintf("%s%s %s mg/L (limit of class %s: %s)", en, f.name.EN, figure(x), w.target, limit)
		zh, en = "、", ", "
	}
	return lasting(t, months)
}

// figure writes a number as it was reported.
func figure(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// points writes a number with at most one decimal.
func points(f float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// money writes 亿元 to the ten thousand yuan.
func money(x float64) string { return strconv.FormatFloat(math.Round(x*1e4)/1e4, 'f', -1, 64) }
