package api

import (
	"net/http"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/reporting"
)

type carryEntry struct {
	District string `json:"district"`
	DryRun   bool   `json:"dryRun,omitempty"` // tell what would be done, and do nothing
}

type carryWritten struct {
	receipt
	District string `json:"district"`
	reporting.CarriedOver
	DryRun bool `json:"dryRun"`
}

// carryOver 结转 brings a district's unfinished projects into the register of the
// year in the path.
func carryOver(e *entry) (outcome, error) {
	year, err := e.year()
	if err != nil {
		return outcome{}, err
	}
	var in carryEntry
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	if in.District == "" {
		return outcome{}, missing("district")
	}
	if err := e.covers(in.District, ""); err != nil {
		return outcome{}, err
	}
	edits, done, err := e.desk.CarryOver(in.District, year)
	if err != nil {
		return outcome{}, err
	}
	if in.DryRun {
		edits = nil
	}
	return outcome{edits: edits, note: "结转至 " + strconv.Itoa(year) + " 年",
		answer: &carryWritten{District: in.District, CarriedOver: done, DryRun: in.DryRun}}, nil
}

func (e *entry) year() (int, error) {
	text := e.vars["year"]
	year, err := strconv.Atoi(text)
	if err != nil || year < 1950 || year > 2999 {
		return 0, badParameter("year", detailf("“%s”不是年度", "“%s” is not a year", text))
	}
	return year, nil
}

type dateEntry struct {
	Date geo.Date `json:"date,omitempty" schema:"DayOrMonth"`
	Live bool     `json:"live,omitempty"` // the day advances by itself from now on
}

type dateWritten struct {
	receipt
	District string   `json:"district"`
	From     geo.Date `json:"from"`
	Date     geo.Date `json:"date"`
	Live     bool     `json:"live"`
}

// setDate moves the day that a district's lights are judged at: the explicit act
// by which a district that does not run live goes on, or begins to.
func setDate(e *entry) (outcome, error) {
	var in dateEntry
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	code := e.vars["district"]
	was, ok := e.snap.District(code)
	today := geo.Today(e.now)
	switch {
	case !ok:
		return outcome{}, &problem{status: http.StatusNotFound, kind: "unknown-district", parameter: "district", title: geo.Text{ZH: "没有这个行政区", EN: "No such district"},
			detail: detailf("没有行政区“%s”", "There is no district “%s”", shorten(code))}
	case in.Live:
		in.Date = today
	case in.Date == 0:
		return outcome{}, missing("date")
	case in.Date > today || in.Date < firstDay:
		t := detailf("日期应在 %s 至今天 %s 之间", "the date must lie from %s to today, %s", firstDay, today)
		return outcome{}, badBody("date", t.ZH, t.EN)
	}
	if err := e.covers(code, ""); err != nil {
		return outcome{}, err
	}
	o := outcome{note: "数据截至 " + in.Date.String(), answer: &dateWritten{District: code, From: was.Date, Date: in.Date, Live: in.Live}}
	if was.Date != in.Date || was.Live != in.Live {
		o.edits = []geo.Edit{{Op: geo.SetDate, Date: geo.DistrictDate{District: code, Date: in.Date, Live: in.Live}}}
	}
	return o, nil
}

// yearPlan is the plan of one feature for a year.
type yearPlan struct {
	Issued     geo.Date    `json:"issued,omitempty" schema:"DayOrMonth"` // 计划下达; 0 = today
	Goal       string      `json:"goal"`
	Investment *float64    `json:"yearInvestment,omitempty"` // 亿元
	Months     []monthPlan `json:"months,omitempty"`
}

// monthPlan is what is to be reached by the end of a month, within the year.
type monthPlan struct {
	Date       geo.Date `json:"date" schema:"DayOrMonth"`
	Progress   *float64 `json:"plannedProgress,omitempty"`   // per cent
	Investment *float64 `json:"plannedInvestment,omitempty"` // 亿元
}

type planWritten struct {
	receipt
	Layer  geo.LayerID `json:"layer"`
	ID     geo.ID      `json:"id"`
	Year   int         `json:"year"`
	Issued geo.Date    `json:"issued"`
	Months int         `json:"months"`
}

// issuePlan 计划下达 gives a feature in the register its goal and monthly plan of
// the year in the path; from then on it has a light.
func issuePlan(e *entry) (outcome, error) {
	i, decl, err := e.target()
	if err != nil {
		return outcome{}, err
	}
	year, err := e.year()
	if err != nil {
		return outcome{}, err
	}
	var in yearPlan
	if err := e.decode(&in); err != nil {
		return outcome{}, err
	}
	rule, today := &decl.Light, e.desk.Day(i)
	if in.Issued == 0 {
		in.Issued = today
	}
	switch of, has := i.Value(rule.Year).(int64); {
	case rule.Year == "" || rule.Issued == "":
		return outcome{}, badParameter("layer", detailf("图层 %s 没有年度清单", "Layer %s has no yearly register", decl.ID))
	case has && int(of) != year:
		return outcome{}, badParameter("year", detailf("该项目在 %d 年度清单中；先结转", "It stands in the register of %d; carry it over first", of))
	case strings.TrimSpace(in.Goal) == "":
		return outcome{}, missing("goal")
	case in.Issued > today:
		return outcome{}, future("issued", in.Issued, today)
	}
	f := i.Feature()
	f.Properties[rule.Year], f.Properties[rule.Issued], f.Properties["goal"] = int64(year), in.Issued, in.Goal
	if in.Investment != nil {
		f.Properties["year_investment"] = *in.Investment
	}
	if f, err = decl.Normalize(f); err != nil {
		return outcome{}, err
	}
	o := outcome{edits: []geo.Edit{{Op: geo.Replace, Feature: f}}, rows: []int{0}, note: "计划下达",
		answer: &planWritten{Layer: i.Layer(), ID: i.ID(), Year: year, Issued: in.Issued, Months: len(in.Months)}}
	return o, in.enter(e, &o, year)
}

// enter adds the edits of the monthly plan.
func (p *yearPlan) enter(e *entry, o *outcome, year int) error {
	i, _, err := e.target()
	if err != nil {
		return err
	}
	ledger := e.desk.Ledger()
	for n, m := range p.Months {
		values := geo.Properties{}
		if m.Progress != nil {
			values[geo.PlannedProgress] = *m.Progress
		}
		if m.Investment != nil {
			values[geo.PlannedInvestment] = *m.Investment
		}
		switch {
		case m.Date == 0:
			return atRow(missing("date"), n+1)
		case m.Date.Time().Year() != year:
			return atRow(badBody("date", "日期不在该年度内", "the date is not in that year"), n+1)
		case len(values) == 0:
			return atRow(missing("plannedProgress"), n+1)
		}
		if err := ledger.Enter(n+1, i, m.Date, values); err != nil {
			return atRow(err, n+1)
		}
	}
	if faults := ledger.Check(); len(faults) > 0 {
		return refused(faults, 0)
	}
	edits, rows := ledger.Edits()
	o.edits, o.rows = append(o.edits, edits...), append(o.rows, rows...)
	return nil
}
