package api

import (
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/reporting"
)

// desk is where the reports of the query's snapshot are judged.
func (q *query) desk() *reporting.Desk {
	d := reporting.New(q.snap, time.Now())
	d.Until = q.clock.day
	return d
}

type reportsBody struct {
	Cursor   geo.Cursor          `json:"cursor"`
	At       geo.Date            `json:"at"` // the day they are judged at
	Layer    geo.LayerID         `json:"layer"`
	ID       geo.ID              `json:"id"`
	Code     string              `json:"code"`
	Name     string              `json:"name"`
	Unit     string              `json:"unit"`
	Fields   []fieldBody         `json:"fields"`
	Reports  []reportBody        `json:"reports"`
	Expected []dutyBody          `json:"expected"` // not in yet, due or to come
	Findings []reporting.Finding `json:"findings"`
}

type reportBody struct {
	Date    geo.Date       `json:"date"`
	Version uint64         `json:"version"`
	Due     geo.Date       `json:"due"`
	Open    bool           `json:"open"` // its period takes changes
	Values  geo.Properties `json:"values" schema:"ReportValues"`
}

type dutyBody struct {
	Month geo.Date `json:"month"`
	Due   geo.Date `json:"due"`
}

// reportsOf gives the reports of one feature, those it still owes, and what is
// wrong with either.
func (s *server) reportsOf(q *query) (any, error) {
	i, err := q.item()
	if err != nil {
		return nil, err
	}
	l, err := q.layer()
	if err != nil {
		return nil, err
	}
	if len(l.Decl().Reports) == 0 {
		return nil, badParameter("layer", detailf("图层 %s 不收报告", "Layer %s takes no reports", l.Decl().ID))
	}
	d := q.desk()
	b := reportsBody{Cursor: q.snap.Cursor(), At: d.Day(i), Layer: l.Decl().ID, ID: i.ID(), Code: i.Code(), Name: i.Name(), Unit: d.Unit(i),
		Fields: fieldsOf(l.Decl().Reports), Reports: []reportBody{}, Expected: []dutyBody{}, Findings: d.Of(i, reporting.Filter{})}
	broken, err := s.broken(q, reporting.Filter{Layer: l.Decl().ID, Only: &i})
	if err != nil {
		return nil, err
	}
	b.Findings = append(append([]reporting.Finding{}, broken...), b.Findings...)
	for _, r := range d.Reports(i) {
		b.Reports = append(b.Reports, reportBody{r.Date, r.Version, d.Due(i, r.Date), d.Closed(i, r.Date) == nil, r.Properties})
	}
	for _, duty := range d.DutiesOf(i) {
		if duty.Report == nil {
			b.Expected = append(b.Expected, dutyBody{duty.Month, d.Due(i, duty.Month)})
		}
	}
	return b, nil
}

// Parameters of what lists findings and periods.
var (
	findingsParameters = []string{"district", "layer", "unit", "month", "kind", "limit"}
	periodsParameters  = []string{"district", "layer", "unit", "month"}
)

// mostFindings is how many a list has where limit does not say.
const mostFindings = 1000

type findingsBody struct {
	Cursor geo.Cursor             `json:"cursor"`
	Total  int                    `json:"total"`
	Counts map[reporting.Kind]int `json:"counts"` // by kind
	Items  []reporting.Finding    `json:"items"`
}

// reportFindings lists what is wrong with reports: late, missing, decreasing,
// impossible, or changed after their period was sealed. The counts are of all of them, also of those behind the limit.
func (s *server) reportFindings(q *query) (any, error) {
	f, err := q.reportFilter()
	if err != nil {
		return nil, err
	}
	limit, err := q.number("limit", mostFindings, 1, 100000)
	if err != nil {
		return nil, err
	}
	all, err := s.broken(q, f)
	if err != nil {
		return nil, err
	}
	all = append(all, q.desk().Findings(f)...)
	counts := map[reporting.Kind]int{}
	for _, k := range reporting.Kinds {
		counts[k] = 0
	}
	for _, x := range all {
		counts[x.Kind]++
	}
	return findingsBody{q.snap.Cursor(), len(all), counts, append([]reporting.Finding{}, all[:min(limit, len(all))]...)}, nil
}

type periodsBody struct {
	Cursor geo.Cursor         `json:"cursor"`
	Items  []reporting.Period `json:"items"`
}

// periods lists the reporting periods of a month, with what came and what is
// missing of each unit.
func periods(q *query) (any, error) {
	f, err := q.reportFilter()
	if err != nil {
		return nil, err
	}
	return periodsBody{q.snap.Cursor(), q.desk().Periods(f)}, nil
}

func (q *query) reportFilter() (reporting.Filter, error) {
	d, _, err := q.district()
	if err != nil {
		return reporting.Filter{}, err
	}
	if _, err := q.unitAsked(d.Code); err != nil {
		return reporting.Filter{}, err
	}
	f := reporting.Filter{District: d.Code, Unit: q.text("unit"), Layer: geo.LayerID(q.text("layer")), Kind: reporting.Kind(q.text("kind"))}
	if f.Layer != "" {
		if _, ok := q.snap.Layer(f.Layer); !ok {
			return f, badParameter("layer", detailf("没有图层“%s”", "There is no layer “%s”", f.Layer))
		}
	}
	if f.Kind != "" && !slices.Contains(reporting.Kinds, f.Kind) {
		var names []string
		for _, k := range reporting.Kinds {
			names = append(names, string(k))
		}
		return f, badParameter("kind", detailf("“%s”应为 %s 之一", "“%s” must be one of %s", f.Kind, strings.Join(names, ", ")))
	}
	if text := q.text("month"); text != "" {
		if f.Month, err = geo.ParseDate(text); err != nil {
			return f, badParameter("month", detailf("“%s”不是月份，如 2022-12", "“%s” is not a month like 2022-12", text))
		}
	}
	return f, nil
}
