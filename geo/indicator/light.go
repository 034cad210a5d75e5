package indicator

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
)

// aim is what an indicator is to reach and by when. A nil number is not set.
type aim struct {
	baseline, target, most *float64 // most: upper end of a target that is a range
	direction              string   // ≥, ≤ or =; "" = ≥
	start, due             geo.Date
	unit                   string
	decimals               int // shown; -1 = as many as there are
}

// verdict is a light in words.
type verdict struct {
	light          geo.Light
	status, reason geo.Text
}

// Statuses of indicators and tasks.
var (
	noValue    = geo.Text{ZH: "未填报", EN: "Not reported"}
	noTarget   = geo.Text{ZH: "无目标", EN: "No target"}
	notDated   = geo.Text{ZH: "未定期限", EN: "No due day"}
	met        = geo.Text{ZH: "已达标", EN: "Target met"}
	onCourse   = geo.Text{ZH: "正常", EN: "On course"}
	behind     = geo.Text{ZH: "滞后", EN: "Behind"}
	farBehind  = geo.Text{ZH: "严重滞后", EN: "Far behind"}
	judgedLate = geo.Text{ZH: "到期再判", EN: "Judged when due"}
	missed     = geo.Text{ZH: "到期未达标", EN: "Target missed"}
	badFormula = geo.Text{ZH: "算法有误", EN: "Formula cannot be used"}
)

// judge holds the value reached against the time gone.
//
// From start to due day the value is expected to go in a straight line from
// baseline to target: behind it by more than limits.Yellow percentage points of
// that way is yellow, by more than limits.Red red. A target met is green at any
// time, not met after its due day red. No baseline is 0 for ≥ and =; a target
// to stay below (≤) needs one to be judged before its day.
func (a *aim) judge(v Value, day geo.Date, limits geo.Limits) verdict {
	switch {
	case !v.Known:
		return verdict{status: noValue, reason: geo.Text{ZH: "尚无数值", EN: "There is no value yet"}}
	case a.target == nil:
		return verdict{status: noTarget, reason: a.now(v)}
	case a.met(v.Number):
		return verdict{geo.Green, met, a.told(v)}
	case a.due == 0:
		return verdict{status: notDated, reason: a.told(v)}
	case day > a.due:
		late := int(day - a.due)
		told := a.told(v)
		return verdict{geo.Red, missed, geo.Text{
			ZH: fmt.Sprintf("%s，已过期 %d 天", told.ZH, late), EN: fmt.Sprintf("%s, %d days past due", told.EN, late)}}
	}
	gone, reached, ok := a.progress(v.Number, day)
	if !ok {
		told := a.told(v)
		return verdict{status: judgedLate, reason: geo.Text{ZH: told.ZH + "，缺基期值", EN: told.EN + ", there is no baseline"}}
	}
	return a.course(v, gone, reached, limits)
}

// course judges by the way made, both in per cent.
func (a *aim) course(v Value, gone, reached float64, limits geo.Limits) verdict {
	by := tidy(gone - reached)
	out := verdict{geo.Green, onCourse, a.told(v)}
	switch {
	case by > limits.Red:
		out.light, out.status = geo.Red, farBehind
	case by > limits.Yellow:
		out.light, out.status = geo.Yellow, behind
	}
	zh, en := "", ""
	if by > limits.Yellow {
		zh = fmt.Sprintf("滞后 %s 个百分点：", points(by))
		en = fmt.Sprintf("%s points behind: ", points(by))
	}
	out.reason.ZH = fmt.Sprintf("%s时间过 %s％，完成 %s％；%s", zh, points(gone), points(reached), out.reason.ZH)
	out.reason.EN = fmt.Sprintf("%s%s%% of the time gone, %s%% of the way made; n%s", en, points(gone), points(reached), out.reason.EN[1:]) // Now → now
	return out
}

// met reports whether a value satisfies the target. Both are held against each
// other at 10⁻⁶: a value computed as 0.9 is not less than one written as 0.9.
func (a *aim) met(x float64) bool {
	if a.most != nil {
		return tidy(x-*a.target) >= 0 && tidy(x-*a.most) <= 0
	}
	switch d := tidy(x - *a.target); a.direction {
	case "≤":
		return d <= 0
	case "=":
		return d == 0
	default:
		return d >= 0
	}
}

// progress gives in per cent the time gone and the way made.
func (a *aim) progress(x float64, day geo.Date) (gone, reached float64, ok bool) {
	from := 0.0
	switch {
	case a.baseline != nil:
		from = *a.baseline
	case a.direction == "≤":
		return 0, 0, false
	}
	start := a.start
	if start == 0 || start >= a.due {
		start = geo.NewDate(a.due.Time().Year(), time.January, 1)
	}
	if a.due > start {
		gone = 100 * min(1, max(0, float64(day-start)/float64(a.due-start)))
	}
	if way := *a.target - from; way != 0 {
		reached = 100 * (x - from) / way
	}
	return gone, reached, true
}

// now tells the value alone.
func (a *aim) now(v Value) geo.Text {
	return geo.Text{ZH: "现值 " + a.shown(v.Number, v.Text), EN: "Now " + plainPercent(a.shown(v.Number, v.Text))}
}

// told tells value, target and due day.
func (a *aim) told(v Value) geo.Text {
	target := cmp.Or(a.direction, "≥") + " " + a.shown(*a.target, "")
	if a.most != nil {
		target = a.shown(*a.target, "") + "—" + a.shown(*a.most, "")
	}
	t := a.now(v)
	t.ZH += "，目标 " + target
	t.EN += ", target " + plainPercent(target)
	if a.due != 0 {
		t.ZH += fmt.Sprintf("（%s 前）", a.due)
		t.EN += fmt.Sprintf(" by %s", a.due)
	}
	return t
}

// shown writes a number with its unit as officials do.
func (a *aim) shown(x float64, text string) string {
	if text != "" {
		return text
	}
	s := strconv.FormatFloat(tidy(x), 'f', -1, 64)
	if a.decimals >= 0 {
		s = strconv.FormatFloat(x, 'f', a.decimals, 64)
	} else if _, after, ok := strings.Cut(s, "."); ok && len(after) > 2 {
		s = strconv.FormatFloat(x, 'f', 2, 64)
	}
	switch a.unit {
	case "", "％":
		return s + a.unit
	case "%":
		return s + "％"
	}
	return s + " " + a.unit
}

// plainPercent writes the sign as English does.
func plainPercent(s string) string { return strings.ReplaceAll(s, "％", "%") }

// tidy frees a number of the noise of binary fractions.
func tidy(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// points writes a number with at most one decimal.
func points(x float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}
