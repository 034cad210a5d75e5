package reporting

import (
	"cmp"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// transition is a step of a period from one state to another: who may take it
// and whether it needs a reason.
type transition struct {
	from, to string
	right    geo.Right
	reason   bool
}

// transitions are all steps allowed: 填报 → 审核 → 退回 or 审定 → 封账, and the ways
// back, which say why.
var transitions = []transition{
	{geo.Reporting, geo.Reviewing, geo.MayReport, false},
	{geo.Returned, geo.Reviewing, geo.MayReport, false},
	{geo.Reviewing, geo.Reporting, geo.MayReport, true}, // withdrawn by who handed it in
	{geo.Reviewing, geo.Returned, geo.MayApprove, true},
	{geo.Reviewing, geo.Approved, geo.MayApprove, false},
	{geo.Approved, geo.Returned, geo.MayApprove, true},
	{geo.Approved, geo.Sealed, geo.MayApprove, false},
	{geo.Sealed, geo.Returned, geo.MayApprove, true}, // 启封
}

// Period is a reporting period as it stands: declared by a row, or by nothing
// but the calendar.
type Period struct {
	Layer    geo.LayerID `json:"layer"`
	District string      `json:"district"`
	Unit     string      `json:"unit"`
	Ends     geo.Date    `json:"ends"`
	Due      geo.Date    `json:"due"`
	State    string      `json:"state"`
	Reason   string      `json:"reason,omitempty"`
	Actor    string      `json:"actor,omitempty"`
	Next     []string    `json:"next"` // states it may pass to
	Expected int         `json:"expected"`
	In       int         `json:"in"`   // reports that came
	Late     int         `json:"late"` // of those, after the due day
	Missing  int         `json:"missing"`
}

// Move is a step of a period that somebody wants to take.
type Move struct {
	Layer    geo.LayerID `json:"layer"`
	District string      `json:"district,omitempty"`       // "" = every district
	Unit     string      `json:"unit,omitempty"`           // "" = every unit
	Ends     geo.Date    `json:"ends" schema:"DayOrMonth"` // any day of the period's last month
	State    string      `json:"state,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Due      geo.Date    `json:"due,omitempty" schema:"DayOrMonth"` // 0 = by the calendar, or as it was
	Actor    string      `json:"-"`
}

// Closed refuses a report of a day whose period is not open for entry: what is
// under review, approved or sealed does not change unseen.
func (d *Desk) Closed(i snapshot.Item, day geo.Date) error {
	p, ok := d.book.Period(i.Layer(), i.District(), d.Unit(i), day)
	if !ok || p.State == geo.Reporting || p.State == geo.Returned {
		return nil
	}
	mend := textf("请有“approve”权限者以 POST /api/periods 退回并写明理由", "have somebody with the right approve return it, with a reason: POST /api/periods")
	if p.State == geo.Reviewing {
		mend = textf("由报送单位撤回，或由审核人退回", "withdraw it, or have it returned by who reviews it")
	}
	e := refusal(geo.Conflict, "date", textf("%[1]s 所在的填报期已“%[2]s”，不能再改", "The period of %[1]s is “%[2]s” and takes no changes", day, p.State), mend)
	e.Layer = i.Layer()
	return e
}

// Allowed gives the right that a step from one state to another takes.
func Allowed(from, to string) (right geo.Right, reason, ok bool) {
	for _, t := range transitions {
		if t.from == from && t.to == to {
			return t.right, t.reason, true
		}
	}
	return "", false, false
}

func next(from string) []string {
	out := []string{}
	for _, t := range transitions {
		if t.from == from {
			out = append(out, t.to)
		}
	}
	return out
}

// Right gives the right that a move takes and the state it starts from.
func (d *Desk) Right(m Move) (right geo.Right, from string, err error) {
	from = geo.Reporting
	if row, ok := d.periodRow(m); ok {
		from = row.Text("state")
	}
	switch {
	case m.State == "" || m.State == from: // the due day alone
		return geo.MayApprove, from, nil
	case !slices.Contains(geo.PeriodStates, m.State):
		return "", from, refusal(geo.Invalid, "state", textf("没有状态“%[1]s”", "There is no state “%[1]s”", m.State),
			textf("可用：%[1]s", "use one of %[1]s", strings.Join(geo.PeriodStates, "、")))
	}
	right, reason, ok := Allowed(from, m.State)
	if !ok {
		return "", from, refusal(geo.Conflict, "state", textf("填报期不能由“%[1]s”转为“%[2]s”", "A period does not pass from “%[1]s” to “%[2]s”", from, m.State),
			textf("由“%[1]s”可转为：%[2]s", "from “%[1]s” it may pass to %[2]s", from, strings.Join(next(from), "、")))
	}
	if reason && strings.TrimSpace(m.Reason) == "" {
		return "", from, refusal(geo.Invalid, "reason", textf("由“%[1]s”转为“%[2]s”须写明理由", "The step from “%[1]s” to “%[2]s” needs a reason", from, m.State),
			textf("填写 reason", "give reason"))
	}
	return right, from, nil
}

// Move makes the edits of a step. Sealing a period seals with it the units' own
// periods of that month, all of which must have been approved.
func (d *Desk) Move(m Move) ([]geo.Edit, error) {
	m.Unit = d.UnitName(m.District, m.Unit)
	l, ok := d.snap.Layer(m.Layer)
	if !ok || len(l.Decl().Reports) == 0 {
		return nil, refusal(geo.Invalid, "layer", textf("图层“%[1]s”不收报告", "Layer “%[1]s” takes no reports", m.Layer), textf("给出收报告的图层", "give a layer that does"))
	}
	if _, known := d.snap.District(m.District); m.District != "" && !known {
		return nil, refusal(geo.Invalid, "district", textf("没有行政区“%[1]s”", "There is no district “%[1]s”", m.District), textf("见 /api/districts", "see /api/districts"))
	}
	if m.Ends == 0 {
		return nil, refusal(geo.Invalid, "ends", textf("未说明是哪一期", "The period is not told"), textf("给出期末日期，如 2022-12-31", "give its last day, like 2022-12-31"))
	}
	if _, _, err := d.Right(m); err != nil {
		return nil, err
	}
	edits := []geo.Edit{d.stateEdit(m)}
	if m.State != geo.Sealed {
		return edits, nil
	}
	for _, row := range d.periodRows(m.Layer, m.Ends) {
		inner := Move{Layer: m.Layer, District: row.Text("district"), Unit: row.Text("unit"), Ends: m.Ends, State: geo.Sealed, Reason: m.Reason, Actor: m.Actor}
		switch state := row.Text("state"); {
		case m.Unit != "" || inner.Unit == "" && inner.District == m.District || m.District != "" && inner.District != m.District || state == geo.Sealed:
		case state != geo.Approved:
			return nil, refusal(geo.Conflict, "state", textf("%[1]s%[2]s 的填报期仍为“%[3]s”", "The period of %[1]s%[2]s is still “%[3]s”", inner.District, inner.Unit, state),
				textf("先予审定，再行封账", "approve it before sealing"))
		default:
			edits = append(edits, d.stateEdit(inner))
		}
	}
	return edits, nil
}

// stateEdit changes the row of a period, or makes it.
func (d *Desk) stateEdit(m Move) geo.Edit {
	f := geo.Feature{Layer: city.Period, Code: m.code(), Properties: geo.Properties{}}
	op := geo.Create
	if row, ok := d.periodRow(m); ok {
		op, f = geo.Replace, row.Feature()
	}
	set := func(name, v string) {
		if v != "" {
			f.Properties[name] = v
		} else {
			delete(f.Properties, name)
		}
	}
	set("layer", string(m.Layer))
	set("district", m.District)
	set("unit", m.Unit)
	set("state", cmp.Or(m.State, f.Properties.Text("state"), geo.Reporting))
	set("reason", m.Reason)
	set("actor", m.Actor)
	f.Properties["ends"] = m.Ends.MonthEnd()
	if m.Due != 0 {
		f.Properties["due"] = m.Due
	}
	return geo.Edit{Op: op, Feature: f}
}

// code names the row of a period, the same whoever makes it first.
func (m *Move) code() string {
	return strings.Join([]string{string(m.Layer), cmp.Or(m.District, "*"), cmp.Or(m.Unit, "*"), m.Ends.MonthEnd().String()}, "/")
}

// periodRows gives the rows of a layer's periods of one month.
func (d *Desk) periodRows(layer geo.LayerID, month geo.Date) []snapshot.Item {
	l, ok := d.snap.Layer(city.Period)
	if !ok {
		return nil
	}
	var out []snapshot.Item
	for i := range l.All {
		if geo.LayerID(i.Text("layer")) == layer && dateOf(i, "ends").SameMonth(month) {
			out = append(out, i)
		}
	}
	return out
}

func (d *Desk) periodRow(m Move) (snapshot.Item, bool) {
	for _, i := range d.periodRows(m.Layer, m.Ends) {
		if i.Text("district") == m.District && d.UnitName(m.District, i.Text("unit")) == d.UnitName(m.District, m.Unit) {
			return i, true
		}
	}
	return snapshot.Item{}, false
}

// Periods lists the periods of a month by layer, district and unit: those that
// reports are expected for, and those that a row declares. Without a month it is
// that of each feature's day.
func (d *Desk) Periods(f Filter) []Period {
	type key struct {
		layer          geo.LayerID
		district, unit string
		ends           geo.Date
	}
	found := map[key]*Period{}
	at := func(layer geo.LayerID, district, unit string, ends geo.Date) *Period {
		k := key{layer, district, unit, ends}
		if found[k] == nil {
			found[k] = &Period{Layer: layer, District: district, Unit: unit, Ends: ends, State: geo.Reporting, Due: d.book.Due(layer, district, unit, ends)}
			if p, ok := d.book.Period(layer, district, unit, ends); ok {
				found[k].State = p.State
			}
		}
		return found[k]
	}
	for _, duty := range d.Duties(f) {
		if f.Month != 0 || duty.Month.SameMonth(d.Day(duty.Item)) {
			at(duty.Item.Layer(), duty.Item.District(), d.Unit(duty.Item), duty.Month).count(duty, d.Day(duty.Item))
		}
	}
	d.declared(f, func(row snapshot.Item) {
		p := at(geo.LayerID(row.Text("layer")), row.Text("district"), d.UnitName(row.Text("district"), row.Text("unit")), dateOf(row, "ends"))
		p.State, p.Reason, p.Actor = row.Text("state"), row.Text("reason"), row.Text("actor")
	})
	out := make([]Period, 0, len(found))
	for _, p := range found {
		p.Next = next(p.State)
		out = append(out, *p)
	}
	slices.SortFunc(out, func(x, y Period) int {
		return cmp.Or(cmp.Compare(x.Layer, y.Layer), cmp.Compare(x.Ends, y.Ends), cmp.Compare(x.District, y.District), cmp.Compare(x.Unit, y.Unit))
	})
	return out
}

// declared gives the rows of periods that a filter asks for.
func (d *Desk) declared(f Filter, yield func(snapshot.Item)) {
	l, ok := d.snap.Layer(city.Period)
	if !ok {
		return
	}
	for i := range l.All {
		ends, district := dateOf(i, "ends"), i.Text("district")
		switch {
		case f.Layer != "" && string(f.Layer) != i.Text("layer"):
		case f.District != "" && district != "" && f.District != district:
		case f.Unit != "" && d.UnitName(district, f.Unit) != d.UnitName(district, i.Text("unit")):
		case f.Month != 0 && !f.Month.SameMonth(ends), f.Month == 0 && !d.DistrictDay(district).SameMonth(ends):
		default:
			yield(i)
		}
	}
}

func (p *Period) count(duty Duty, today geo.Date) {
	p.Expected++
	switch {
	case duty.Report == nil && p.Due < today:
		p.Missing++
	case duty.Report != nil:
		p.In++
		if duty.Report.Properties.Date(ReportedOn) > p.Due {
			p.Late++
		}
	}
}
