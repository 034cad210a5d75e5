package api

import (
	"net/http"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// mostRuled is how long a ruling may hold, in days: a year.
const mostRuled = 366

// ruling is what a person decides over a light.
type ruling struct {
	Light  geo.Light `json:"light"`
	Reason string    `json:"reason"`
	Until  geo.Date  `json:"until" schema:"DayOrMonth"` // last day it holds
}

// ruleOver enters a ruling from the district's day on. It takes the place of one
// that is in force.
func ruleOver(e *entry) (outcome, error) {
	i, decl, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	var in ruling
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	today := e.desk.Day(i)
	switch {
	case decl.Light.Kind == geo.NoRule:
		return outcome{}, badParameter("layer", detailf("图层 %s 没有灯，无从核定", "Layer %s has no lights to rule over", decl.ID))
	case in.Light == geo.None:
		return outcome{}, badBody("light", "“light”应为 green、yellow 或 red", "“light” must be green, yellow or red")
	case strings.TrimSpace(in.Reason) == "":
		return outcome{}, missing("reason")
	case in.Until < today || in.Until > today+mostRuled:
		t := detailf("截止日期应在 %s 至 %s 之间", "until must lie from %s to %s", today, today+mostRuled)
		return outcome{}, badBody("until", t.ZH, t.EN)
	}
	p := geo.Properties{"of_layer": string(i.Layer()), "of_code": i.Code(), "light": in.Light.String(), "reason": in.Reason,
		"from": today, "until": in.Until, "actor": e.by.actor, "basis": "填报"}
	set(p, "district", i.District())
	set(p, "unit", e.by.unit)
	o, _ := rowOutcome(geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.Ruling, Code: e.newCode(), Properties: p}}, e.ended(i, today)...)
	o.note, o.said = in.Reason, "reason"
	return o, nil
}

// ended ends the rulings over a feature that hold on a day or later. One that
// held on no day before is taken away.
func (e *entry) ended(i snapshot.Item, today geo.Date) []geo.Edit {
	var edits []geo.Edit
	for _, row := range i.Attached(city.Ruling) {
		f := row.Feature()
		switch {
		case f.Properties.Date("until") < today:
		case f.Properties.Date("from") >= today:
			edits = append(edits, geo.Edit{Op: geo.Delete, Feature: f})
		default:
			f.Properties["until"] = today - 1
			edits = append(edits, geo.Edit{Op: geo.Replace, Feature: f})
		}
	}
	return edits
}

type endEntry struct {
	Reason string `json:"reason"`
}

type rulingEnded struct {
	receipt
	Ended int `json:"ended"`
}

// endRuling ends the ruling in force before its time, with a reason.
func endRuling(e *entry) (outcome, error) {
	i, _, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	var in endEntry
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	if strings.TrimSpace(in.Reason) == "" {
		return outcome{}, missing("reason")
	}
	edits := e.ended(i, e.desk.Day(i))
	if len(edits) == 0 {
		return outcome{}, &problem{status: http.StatusNotFound, kind: "no-ruling", parameter: "id", title: geo.Text{ZH: "没有核定", EN: "No ruling"},
			detail: geo.Text{ZH: "没有仍然有效的核定", EN: "No ruling is in force"}}
	}
	return outcome{edits: edits, note: in.Reason, said: "reason", answer: &rulingEnded{Ended: len(edits)}}, nil
}

// warningAct is what a person does about a warning.
type warningAct struct {
	Key    string     `json:"key"`
	Action geo.Action `json:"action"`
	Unit   string     `json:"unit,omitempty"` // to whom, for 指派
	Text   string     `json:"text,omitempty"`
}

type stepWritten struct {
	*rowWritten
	Warning string `json:"warning"` // its key
}

// handleWarning enters a step on a warning of the feature in the path.
func handleWarning(e *entry) (outcome, error) {
	i, _, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	var in warningAct
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	if in.Key == "" {
		return outcome{}, missing("key")
	}
	in.Unit = e.desk.UnitName(i.District(), in.Unit) // of any of its names, so that it is found assigned already
	warnings := i.Warnings()
	n := slices.IndexFunc(warnings, func(w geo.Warning) bool { return w.Key == in.Key })
	if n < 0 {
		return outcome{}, unknownWarning(in.Key, warnings)
	}
	right := geo.MayHandle
	if in.Action == geo.Confirm || in.Action == geo.Decline {
		right = geo.MayConfirm
	}
	if err := e.need(right); err != nil {
		return outcome{}, err
	}
	done, err := in.fits(&warnings[n])
	if err != nil || done {
		return outcome{answer: &stepWritten{&rowWritten{}, in.Key}}, err
	}
	today := e.desk.Day(i)
	p := geo.Properties{"of_layer": string(i.Layer()), "of_code": i.Code(), "warning": in.Key, "action": string(in.Action),
		"day": today, "at": e.now.UTC(), "actor": e.by.actor, "basis": "填报"}
	set(p, "district", i.District())
	set(p, "unit", in.Unit)
	set(p, "text", in.Text)
	o, w := rowOutcome(geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.WarningStep, Code: e.newCode(), Properties: p}})
	o.note, o.said, o.answer = in.Text, "text", &stepWritten{w, in.Key}
	return o, nil
}

func unknownWarning(key string, have []geo.Warning) *problem {
	keys := []string{}
	for _, w := range have {
		keys = append(keys, w.Key)
	}
	known := strings.Join(keys, ", ")
	if known == "" {
		known = "–"
	}
	t := detailf("没有预警“%s”；该要素的预警：%s", "There is no warning “%s”; those of the feature: %s", key, known)
	return &problem{status: http.StatusNotFound, kind: "unknown-warning", parameter: "key", title: geo.Text{ZH: "没有这个预警", EN: "No such warning"}, detail: t}
}

// fits says whether an act fits the state of the warning; done: it stands so
// already.
func (a *warningAct) fits(w *geo.Warning) (done bool, err error) {
	closed := w.State == geo.WarningClosed
	over := slices.ContainsFunc(w.Steps, func(s geo.Step) bool { return s.Action == geo.Cease })
	conflict := func(zh, en string) error {
		return &problem{status: http.StatusConflict, kind: "conflict", parameter: "action", title: geo.Text{ZH: "与预警状态不符", EN: "It does not fit the warning's state"},
			detail: geo.Text{ZH: zh, EN: en}}
	}
	switch a.Action {
	case geo.Comment:
		return false, a.needText()
	case geo.Close:
		if closed {
			return true, nil
		}
		return false, a.needText()
	case geo.Reopen:
		if over {
			return false, conflict("原因已消除，无从重开；再次触发时另立预警", "its cause is gone; when it comes back, that is a new warning")
		}
		return !closed, nil
	case geo.Acknowledge, geo.Assign, geo.Confirm, geo.Decline:
	default:
		return false, badBody("action", "没有处置“"+string(a.Action)+"”；可用：受理、指派、批注、确认督办、不予督办、销项、重开", "there is no action “"+string(a.Action)+"”; use 受理, 指派, 批注, 确认督办, 不予督办, 销项 or 重开")
	}
	switch {
	case closed:
		return false, conflict("预警已销项；先“重开”", "the warning is closed; reopen it first")
	case a.Action == geo.Acknowledge:
		return w.State == geo.WarningAcknowledged, nil
	case a.Action == geo.Assign && a.Unit == "":
		return false, missing("unit")
	case a.Action == geo.Assign:
		return w.Assigned == a.Unit, nil
	case a.Action == geo.Confirm && w.Level == 3 && !w.Proposed:
		return true, nil
	case !w.Proposed:
		return false, conflict("预警未拟督办", "no 督办 is proposed for the warning")
	case a.Action == geo.Decline:
		return false, a.needText()
	}
	return false, nil
}

func (a *warningAct) needText() error {
	if strings.TrimSpace(a.Text) == "" {
		return missing("text")
	}
	return nil
}
