package reporting

import (
	"fmt"
	"math"
	"strconv"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Kind says what is wrong with a report.
type Kind string

// The kinds.
const (
	Late       Kind = "late"       // it came after its due day
	Missing    Kind = "missing"    // its due day has passed and it is not there
	Decreasing Kind = "decreasing" // a value that adds up over the year went down
	Impossible Kind = "impossible" // a value that cannot be
	Broken     Kind = "sealed"     // it is not as its period was sealed
)

// Kinds are all of them, in order of concern.
var Kinds = []Kind{Broken, Impossible, Decreasing, Missing, Late}

// Finding is one thing wrong with a report that is there, or that is not.
type Finding struct {
	Kind     Kind        `json:"kind"`
	Layer    geo.LayerID `json:"layer"`
	ID       geo.ID      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	District string      `json:"district"`
	Unit     string      `json:"unit"`
	Date     geo.Date    `json:"date"`            // of the report
	Field    string      `json:"field,omitempty"` // at fault
	Value    any         `json:"value,omitempty"` // what the field holds
	Against  any         `json:"against,omitempty"`
	Due      geo.Date    `json:"due,omitempty"`
	Reason   geo.Text    `json:"reason"`
	Mend     geo.Text    `json:"mend"`
	// Correctable: the value stands where the report's correction says why.
	Correctable bool `json:"correctable,omitempty"`
}

// Error makes the finding one of the domain.
func (f *Finding) Error() *geo.Error {
	return refusal(geo.Invalid, f.Field, f.Reason, f.Mend)
}

func refusal(code geo.Code, field string, reason, mend geo.Text) *geo.Error {
	return &geo.Error{Code: code, Field: field, Message: reason.EN, Mend: mend.EN, ZH: reason.ZH + "（" + mend.ZH + "）"}
}

func (d *Desk) finding(kind Kind, i snapshot.Item, date geo.Date) Finding {
	return Finding{Kind: kind, Layer: i.Layer(), ID: i.ID(), Code: i.Code(), Name: i.Name(), District: i.District(), Unit: d.Unit(i), Date: date}
}

// textf fills two languages from one list of values; where one of them does not
// use all, both name values by index.
func textf(zh, en string, args ...any) geo.Text {
	return geo.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// What a person can do, by cause.
var (
	mendOrSay = geo.Text{ZH: "核对后改正；确属实情的，在“更正说明”（correction）中写明原因",
		EN: "correct it; where it is true, say why in correction"}
	mendValue  = geo.Text{ZH: "核对后改正", EN: "correct it"}
	mendDate   = geo.Text{ZH: "核对报告日期；尚未到期的月份只填计划", EN: "correct the date; of months to come enter only the plan"}
	mendEnter  = geo.Text{ZH: "补报当月数据", EN: "enter the report of the month"}
	mendSealed = geo.Text{ZH: "查明何人何故改动（/api/log）；恢复原值，或退回该期、更正后重新封账",
		EN: "see who did it and why (/api/log); put it back, or return the period, correct it and seal it again"}
	mendLate = geo.Text{ZH: "今后按期报送", EN: "report in time"}
)

// amount writes a value with its unit as officials do: 58％, 2.5 亿元.
func amount(v float64, unit string) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	switch {
	case unit == "":
		return s
	case unit == "％":
		return s + unit
	}
	return s + " " + unit
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// shown makes a value fit for JSON, which has no NaN and no infinity.
func shown(v any) any {
	if x, ok := v.(float64); ok && !finite(x) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return v
}

func (f Finding) of(field geo.Field, value any) Finding {
	f.Field, f.Value = field.Name, shown(value)
	return f
}

func (f Finding) say(reason, mend geo.Text) Finding {
	f.Reason, f.Mend = reason, mend
	return f
}
