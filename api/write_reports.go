package api

import (
	"net/http"
	"strings"

	"yiping/geo"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// putReport enters one report of a feature: the fields given take the place of
// those there, null clears one, the others stay, since plan and result of a month
// are told by different people on different days.
func putReport(e *entry) (outcome, error) {
	i, decl, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	date, err := e.date()
	if err != nil {
		return outcome{}, err
	}
	var given geo.Properties
	if err := e.decode(&given); err != nil {
		return outcome{}, err
	}
	if len(given) == 0 {
		return outcome{}, badBody("", "请求体没有任何字段", "the body has no field")
	}
	o := outcome{note: correctionOf(decl, given), said: reporting.Correction}
	ledger := e.desk.Ledger()
	if err := e.enterReport(ledger, 0, i, date, given); err != nil {
		return outcome{}, err
	}
	if faults := ledger.Check(); len(faults) > 0 {
		return outcome{}, refused(faults, 0)
	}
	o.edits, _ = ledger.Edits()
	w := &reportWritten{Layer: i.Layer(), ID: i.ID(), Date: date}
	o.answer, o.landed = w, func(r geo.Result) { w.Version = r.Versions[0] }
	return o, e.matchReport(&o, i, date)
}

// matchReport holds what is done to a report to the version that If-Match names, as
// /api/reports tells it.
func (e *entry) matchReport(o *outcome, i snapshot.Item, date geo.Date) error {
	given := e.head.Get("If-Match")
	if given == "" {
		return nil
	}
	now := uint64(0)
	for _, r := range i.Reports() {
		if r.Date == date {
			now = r.Version
		}
	}
	expected, any := versionsIn(given)
	late := reportOvertaken(date, now)
	switch {
	case now > 0 && any:
		return nil
	case now > 0 && expected[now]:
	case any || e.key == "":
		return late
	case len(o.edits) == 0: // what this request asks for is done already (RFC 9110 §13.1.1)
	default: // it may be this very request that made it another: the store knows by the key
		o.edits[0].Report.Version = leastOf(expected)
	}
	o.overtaken = late
	return nil
}

func reportOvertaken(date geo.Date, version uint64) *problem {
	p := &problem{status: http.StatusPreconditionFailed, kind: "overtaken", parameter: "If-Match", title: geo.Text{ZH: "报告已被他人修改", EN: "The report was changed meanwhile"},
		detail: detailf("%s 的报告现为第 %d 版，与 If-Match 不符；请重新读取后再改", "The report of %s is at version %d, not the one of If-Match; read it again, then change it", date, version)}
	if version == 0 {
		p.detail = detailf("没有 %s 的报告，与 If-Match 不符", "There is no report of %s, as If-Match says there is", date)
	}
	return p
}

type reportWritten struct {
	receipt
	Layer   geo.LayerID `json:"layer"`
	ID      geo.ID      `json:"id"`
	Date    geo.Date    `json:"date"`
	Version uint64      `json:"version,omitempty"` // absent where nothing changed, or the report is gone
}

// enterReport enters what somebody outside gave of a report.
func (e *entry) enterReport(l *reporting.Ledger, row int, i snapshot.Item, date geo.Date, given geo.Properties) error {
	if _, told := given[reporting.ReportedOn]; told {
		return badBody(reporting.ReportedOn, "填报日期由系统记录，不能填写", "the service notes the day of the report itself; leave it out")
	}
	return l.Enter(row, i, date, given)
}

// correctionOf gives the reason of a correction for history. In a layer whose
// reports have no field for it, it is only there.
func correctionOf(decl *geo.Layer, given geo.Properties) string {
	text, _ := given[reporting.Correction].(string)
	if _, declared := decl.ReportField(reporting.Correction); !declared {
		delete(given, reporting.Correction)
	}
	return text
}

// refused is for reports that cannot be entered as they are.
func refused(faults []reporting.Fault, more int) *problem {
	first := faults[0].Finding
	p := &problem{status: http.StatusUnprocessableEntity, kind: "impossible-report", parameter: first.Field, row: faults[0].Row,
		title:  geo.Text{ZH: "数据不合理", EN: "The report cannot be true"},
		detail: geo.Text{ZH: first.Reason.ZH + "（" + first.Mend.ZH + "）", EN: first.Reason.EN + " (" + first.Mend.EN + ")"}}
	for _, f := range faults {
		p.findings = append(p.findings, f.Finding)
	}
	if more > 0 {
		t := detailf("；另有 %d 处", "; and %d more", more)
		p.detail.ZH, p.detail.EN = p.detail.ZH+t.ZH, p.detail.EN+t.EN
	}
	return p
}

// dropReport takes a report away, with a reason. History keeps it.
func dropReport(e *entry) (outcome, error) {
	i, _, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	date, err := e.date()
	if err != nil {
		return outcome{}, err
	}
	why := strings.TrimSpace(e.text("correction"))
	if why == "" {
		return outcome{}, badParameter("correction", geo.Text{ZH: "删除报告须以 correction= 写明原因", EN: "Say with correction= why the report is taken away"})
	}
	ledger := e.desk.Ledger()
	if err := ledger.Drop(0, i, date); err != nil {
		return outcome{}, err
	}
	edits, _ := ledger.Edits()
	o := outcome{edits: edits, note: why, said: "correction", answer: &reportWritten{Layer: i.Layer(), ID: i.ID(), Date: date}}
	return o, e.matchReport(&o, i, date)
}

// date reads the day of a report from the path; a month stands for its last day.
func (e *entry) date() (geo.Date, error) {
	text := e.vars["date"]
	d, err := geo.ParseDate(text)
	if err != nil {
		return 0, badParameter("date", detailf("“%s”不是日期；如 2022-12-31 或 2022-12", "“%s” is not a date like 2022-12-31 or 2022-12", text))
	}
	return d, nil
}

// Bounds of one push of readings.
const (
	mostReadings = 20000
	mostFaults   = 20
)

// readings is what an outside system pushes.
type readings struct {
	Key      string    `json:"key"`    // of the push: the same again changes nothing
	System   string    `json:"system"` // that measured
	Readings []reading `json:"readings"`
}

type reading struct {
	Layer  geo.LayerID    `json:"layer"`
	Code   string         `json:"code"`
	Date   geo.Date       `json:"date" schema:"DayOrMonth"`
	Values geo.Properties `json:"values" schema:"ReportEntry"`
}

type readingsWritten struct {
	receipt
	Readings  int `json:"readings"`
	Rows      int `json:"rows"`
	Unchanged int `json:"unchanged"`
}

// pushReadings enters readings of outside systems into reports of any layers, all
// or none.
func pushReadings(e *entry) (outcome, error) {
	var in readings
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	switch {
	case in.Key == "":
		return outcome{}, missing("key")
	case len(in.Key) > keyBytes:
		return outcome{}, badBody("key", "key 过长", "key is too long")
	case in.System == "":
		return outcome{}, missing("system")
	case len(in.Readings) == 0:
		return outcome{}, missing("readings")
	case len(in.Readings) > mostReadings:
		return outcome{}, badBody("readings", "一次最多 20000 条读数；请分批", "at most 20000 readings at a time; send them in parts")
	}
	ledger := e.desk.Ledger()
	for n, r := range in.Readings {
		if err := e.enterReading(ledger, n+1, r); err != nil {
			return outcome{}, atRow(err, n+1)
		}
	}
	if faults := ledger.Check(); len(faults) > 0 {
		some := faults[:min(len(faults), mostFaults)]
		return outcome{}, refused(some, len(faults)-len(some))
	}
	o := outcome{key: in.Key, note: in.System, said: "system"}
	o.edits, o.rows = ledger.Edits()
	o.answer = &readingsWritten{Readings: len(in.Readings), Rows: len(o.edits), Unchanged: ledger.Unchanged}
	return o, nil
}

func (e *entry) enterReading(l *reporting.Ledger, row int, r reading) error {
	layer, ok := e.snap.Layer(r.Layer)
	if !ok || e.hides(r.Layer) {
		return badBody("layer", "没有图层“"+string(r.Layer)+"”", "there is no layer “"+string(r.Layer)+"”")
	}
	i, ok := layer.ByCode(r.Code)
	switch {
	case !ok:
		return badBody("code", "图层 "+string(r.Layer)+" 中没有编码“"+r.Code+"”", "layer "+string(r.Layer)+" has no feature with code “"+r.Code+"”")
	case r.Date == 0:
		return missing("date")
	case len(r.Values) == 0:
		return missing("values")
	}
	if err := e.within(i); err != nil {
		return err
	}
	correctionOf(layer.Decl(), r.Values)
	return e.enterReport(l, row, i, r.Date, r.Values)
}

// atRow says in which row of the body the fault is.
func atRow(err error, row int) error {
	p := *problemOf(err)
	at := detailf("第 %d 条：", "Row %d: ", row)
	p.row, p.detail = row, geo.Text{ZH: at.ZH + p.detail.ZH, EN: at.EN + p.detail.EN}
	return &p
}

type periodWritten struct {
	receipt
	Layer    geo.LayerID `json:"layer"`
	District string      `json:"district"`
	Unit     string      `json:"unit"`
	Ends     geo.Date    `json:"ends"`
	From     string      `json:"from"`
	State    string      `json:"state"`
	Periods  int         `json:"periods,omitempty"`
}

// movePeriod takes a period a step on: hands it in, returns it, approves, seals.
func movePeriod(e *entry) (outcome, error) {
	var m reporting.Move
	if err := e.decode(&m); err != nil {
		return outcome{}, err
	}
	m.Actor = e.by.actor
	if e.hides(m.Layer) {
		return outcome{}, unknownLayer(string(m.Layer)).in("layer")
	}
	if err := e.covers(m.District, m.Unit); err != nil {
		return outcome{}, err
	}
	right, from, err := e.desk.Right(m)
	if err != nil {
		return outcome{}, err
	}
	w := &periodWritten{Layer: m.Layer, District: m.District, Unit: m.Unit, Ends: m.Ends.MonthEnd(), From: from, State: m.State}
	if m.State == from && m.Due == 0 {
		return outcome{answer: w}, nil // it stands there already
	}
	if m.Due != 0 {
		right = geo.MayApprove
	}
	if err := e.need(right); err != nil {
		return outcome{}, err
	}
	edits, err := e.desk.Move(m)
	if err != nil {
		return outcome{}, err
	}
	w.Periods = len(edits)
	return outcome{edits: edits, note: m.Reason, said: "reason", answer: w}, nil
}
