package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// attached enters rows that belong to features: what they are of comes from the
// address, the rest from the body.
type attached struct {
	layer geo.LayerID
	day   string // date field that is today where the body leaves it out; "" = none is
	// complete fills in what the body leaves out; before is the row as it was.
	complete func(e *entry, i snapshot.Item, before, now geo.Properties) error
}

var (
	records    = attached{city.Record, "day", completeRecord}
	milestones = attached{city.Milestone, "", completeMilestone}
)

// settled are the fields of a row that its address and its writer say.
var settled = []string{"of_layer", "of_code", "district"}

// add makes a row of the feature in the path.
func (a attached) add(e *entry) (outcome, error) {
	i, _, err := e.item()
	if err != nil {
		return outcome{}, err
	}
	decl, given, err := a.fields(e)
	if err != nil {
		return outcome{}, err
	}
	return a.land(e, i, decl, geo.Create, geo.Feature{Layer: a.layer, Code: e.newCode()}, given)
}

// put changes a row of the feature in the path: fields given take the place of
// those there, null clears one.
func (a attached) put(e *entry) (outcome, error) {
	i, _, err := e.item()
	if err != nil {
		return outcome{}, err
	}
	decl, given, err := a.fields(e)
	if err != nil {
		return outcome{}, err
	}
	row, err := e.row(i, a.layer)
	if err != nil {
		return outcome{}, err
	}
	return a.land(e, i, decl, geo.Replace, row.Feature(), given)
}

func (a attached) fields(e *entry) (*geo.Layer, geo.Properties, error) {
	l, ok := e.snap.Layer(a.layer)
	if !ok {
		return nil, nil, unknownLayer(string(a.layer))
	}
	var given geo.Properties
	if err := e.decode(&given); err != nil {
		return nil, nil, err
	}
	for _, name := range settled {
		if _, told := given[name]; told {
			return nil, nil, badBody(name, "“"+name+"”由地址决定，不能填写", "“"+name+"” is said by the address; leave it out")
		}
	}
	return l.Decl(), given, nil
}

func (a attached) land(e *entry, i snapshot.Item, decl *geo.Layer, op geo.Op, f geo.Feature, given geo.Properties) (outcome, error) {
	before := f.Properties.Clone()
	f.Properties = before.Clone()
	if f.Properties == nil {
		f.Properties = geo.Properties{}
	}
	for name, v := range given {
		f.Properties[name] = v
	}
	if op == geo.Create {
		f.Properties["of_layer"], f.Properties["of_code"] = string(i.Layer()), i.Code()
		f.Properties["basis"] = "填报"
		if d := i.District(); d != "" {
			f.Properties["district"] = d
		}
	}
	if a.day != "" && f.Properties[a.day] == nil {
		f.Properties[a.day] = e.desk.Day(i)
	}
	f, err := decl.Normalize(f)
	if err != nil {
		return outcome{}, err
	}
	if err := a.complete(e, i, before, f.Properties); err != nil {
		return outcome{}, err
	}
	return rowOutcome(geo.Edit{Op: op, Feature: f}), nil
}

// rowOutcome answers with the id and version of the row.
func rowOutcome(edit geo.Edit, more ...geo.Edit) outcome {
	return outcome{edits: append([]geo.Edit{edit}, more...), more: map[string]any{"layer": edit.Feature.Layer, "code": edit.Feature.Code},
		landed: func(r geo.Result, body map[string]any) { body["row"], body["version"] = r.IDs[0], r.Versions[0] }}
}

// newCode names a new row. A request that is sent again under its key names the
// same.
func (e *entry) newCode() string {
	if e.key == "" {
		return strings.ToLower(rand.Text())
	}
	sum := sha256.Sum256([]byte(e.token.ID + "\x00" + e.path + "\x00" + e.key))
	return hex.EncodeToString(sum[:13])
}

// row finds the row in the path among those of a layer that belong to a feature.
func (e *entry) row(i snapshot.Item, layer geo.LayerID) (snapshot.Item, error) {
	id, err := e.idIn("row")
	if err != nil {
		return snapshot.Item{}, err
	}
	for _, row := range i.Attached(layer) {
		if row.ID() == id {
			return row, nil
		}
	}
	return snapshot.Item{}, unknownFeature(layer, id)
}

// completeRecord sees that a record has a day that is not to come, and that what
// is done was not done before.
func completeRecord(e *entry, i snapshot.Item, _, now geo.Properties) error {
	today := e.desk.Day(i)
	for _, name := range []string{"day", "done_date"} {
		if d := now.Date(name); d > today {
			return future(name, d, today)
		}
	}
	if done := now.Date("done_date"); done != 0 && done < now.Date("day") {
		return badBody("done_date", "办结日期早于记录日期", "it is done before its own day")
	}
	if strings.TrimSpace(now.Text("text")) == "" {
		return missing("text")
	}
	return nil
}

// completeMilestone keeps the day that was planned at first when the plan moves.
func completeMilestone(e *entry, i snapshot.Item, before, now geo.Properties) error {
	was, is := before.Date("planned"), now.Date("planned")
	if was != 0 && is != was && now.Date("first_planned") == 0 {
		now["first_planned"] = was
	}
	if is == 0 && now.Date("actual") == 0 {
		return missing("planned")
	}
	if d, today := now.Date("actual"), e.desk.Day(i); d > today {
		return future("actual", d, today)
	}
	return nil
}

func future(field string, day, today geo.Date) *problem {
	t := detailf("“%s” %s 晚于数据截至日期 %s", "“%s” %s is after the day the data is of, %s", field, day, today)
	return badBody(field, t.ZH, t.EN)
}

// mostRuled is how long a ruling may hold, in days: a year.
const mostRuled = 366

// ruling is what a person decides over a light.
type ruling struct {
	Light  geo.Light `json:"light"`
	Reason string    `json:"reason"`
	Until  geo.Date  `json:"until"` // last day it holds
}

// ruleOver enters a ruling from the district's day on. It takes the place of one
// that is in force.
func ruleOver(e *entry) (outcome, error) {
	i, decl, err := e.item()
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
		return outcome{}, missing("light")
	case strings.TrimSpace(in.Reason) == "":
		return outcome{}, missing("reason")
	case in.Until < today || in.Until > today+mostRuled:
		t := detailf("截止日期应在 %s 至 %s 之间", "until must lie from %s to %s", today, today+mostRuled)
		return outcome{}, badBody("until", t.ZH, t.EN)
	}
	p := geo.Properties{"of_layer": string(i.Layer()), "of_code": i.Code(), "light": in.Light.String(), "reason": in.Reason,
		"from": today, "until": in.Until, "actor": e.token.Actor, "basis": "填报"}
	set(p, "district", i.District())
	set(p, "unit", e.token.Unit)
	o := rowOutcome(geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.Ruling, Code: e.newCode(), Properties: p}}, e.ended(i, today)...)
	o.note = in.Reason
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

// endRuling ends the ruling in force before its time, with a reason.
func endRuling(e *entry) (outcome, error) {
	i, _, err := e.item()
	if err != nil {
		return outcome{}, err
	}
	var in struct {
		Reason string `json:"reason"`
	}
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	if strings.TrimSpace(in.Reason) == "" {
		return outcome{}, missing("reason")
	}
	edits := e.ended(i, e.desk.Day(i))
	if len(edits) == 0 {
		return outcome{}, &problem{status: http.StatusNotFound, kind: "no-ruling", title: geo.Text{ZH: "没有核定", EN: "No ruling"},
			detail: geo.Text{ZH: "没有仍然有效的核定", EN: "No ruling is in force"}}
	}
	return outcome{edits: edits, note: in.Reason, more: map[string]any{"ended": len(edits)}}, nil
}

func set(p geo.Properties, name, v string) {
	if v != "" {
		p[name] = v
	}
}

// warningAct is what a person does about a warning.
type warningAct struct {
	Key    string     `json:"key"`
	Action geo.Action `json:"action"`
	Unit   string     `json:"unit"` // to whom, for 指派
	Text   string     `json:"text"`
}

// handleWarning enters a step on a warning of the feature in the path.
func handleWarning(e *entry) (outcome, error) {
	i, _, err := e.item()
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
		return outcome{more: map[string]any{"warning": in.Key}}, err
	}
	today := e.desk.Day(i)
	p := geo.Properties{"of_layer": string(i.Layer()), "of_code": i.Code(), "warning": in.Key, "action": string(in.Action),
		"day": today, "at": e.now.UTC(), "actor": e.token.Actor, "basis": "填报"}
	set(p, "district", i.District())
	set(p, "unit", e.desk.UnitName(in.Unit))
	set(p, "text", in.Text)
	o := rowOutcome(geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.WarningStep, Code: e.newCode(), Properties: p}})
	o.note, o.more["warning"] = in.Text, in.Key
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
