package city

import (
	"strings"
	"time"

	"yiping/geo"
)

// HaltFields are the date fields of a feature's own row that say from when its
// works stood still and when they were taken up again.
var HaltFields = [2]string{"halted_from", "resumed"}

// YearOf reads a row of the layer ProjectYear.
func YearOf(p geo.Properties) geo.Year {
	return geo.Year{Year: whole(p, "year"), Issued: p.Date("plan_issued"), Goal: p.Text("goal"),
		Outcome: p.Text("goal_outcome"), Decided: p.Date("outcome_date"), Removed: p.Date("removed_date"), Reason: p.Text("reason")}
}

// MilestoneOf reads a row of the layer Milestone.
func MilestoneOf(p geo.Properties) geo.Milestone {
	return geo.Milestone{Name: p.Text("name"), Planned: p.Date("planned"), Actual: p.Date("actual")}
}

// HaltOf reads a row of the layer Record; false where it is no halt.
func HaltOf(p geo.Properties) (geo.Span, bool) {
	s := geo.Span{From: p.Date("day"), To: p.Date("done_date"), Reason: p.Text("text")}
	return s, p.Text("kind") == Halt && s.From != 0
}

// OwnHalt gives the halt that a feature's own row tells of: works stand still
// until the day before they are taken up again.
func OwnHalt(from, resumed geo.Date) (geo.Span, bool) {
	switch {
	case from == 0 || resumed == from:
		return geo.Span{}, false
	case resumed > from:
		return geo.Span{From: from, To: resumed - 1}, true
	}
	return geo.Span{From: from}, true
}

// RulingOf reads a row of the layer Ruling; false where it rules no light.
func RulingOf(p geo.Properties) (geo.Ruling, bool) {
	light, ok := geo.ParseLight(p.Text("light"))
	return geo.Ruling{Light: light, Reason: p.Text("reason"), From: p.Date("from"), Until: p.Date("until"),
		Actor: p.Text("actor"), Unit: p.Text("unit")}, ok && light != geo.None
}

// StepOf reads a row of the layer WarningStep.
func StepOf(p geo.Properties) geo.Step {
	return geo.Step{Warning: p.Text("warning"), Action: geo.Action(p.Text("action")), Date: p.Date("day"), At: moment(p, "at"),
		Actor: p.Text("actor"), Unit: p.Text("unit"), Text: p.Text("text")}
}

// ThresholdOf reads a row of the layer Threshold.
func ThresholdOf(p geo.Properties) geo.Threshold {
	return geo.Threshold{Layer: geo.LayerID(p.Text("layer")), District: p.Text("district"), From: p.Date("effective_from"),
		Yellow: value[float64](p, "yellow"), Red: value[float64](p, "red"),
		LateYellow: count(p, "late_yellow"), LateRed: count(p, "late_red"), DueWorkday: count(p, "due_workday"),
		Remind: count(p, "remind"), Coordinate: count(p, "coordinate"), Supervise: count(p, "supervise"),
		ApprovedOnly: value[bool](p, "approved_only")}
}

// WorkdayOf reads a row of the layer Workday.
func WorkdayOf(p geo.Properties) (day geo.Date, worked bool) {
	return p.Date("day"), p.Text("kind") == "班"
}

// PeriodOf reads a row of the layer Period.
func PeriodOf(p geo.Properties) geo.Period {
	return geo.Period{Layer: geo.LayerID(p.Text("layer")), District: p.Text("district"), Unit: p.Text("unit"),
		Date: p.Date("ends"), Due: p.Date("due"), State: p.Text("state")}
}

func whole(p geo.Properties, name string) int {
	n, _ := p[name].(int64)
	return int(n)
}

func moment(p geo.Properties, name string) time.Time {
	t, _ := p[name].(time.Time)
	return t
}

// value gives a value where there is one of its type.
func value[T any](p geo.Properties, name string) *T {
	if v, ok := p[name].(T); ok {
		return &v
	}
	return nil
}

func count(p geo.Properties, name string) *int {
	if v, ok := p[name].(int64); ok {
		n := int(v)
		return &n
	}
	return nil
}

// Split parts a list of names or codes as offices write one.
func Split(list string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune("、；;，,\n", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
