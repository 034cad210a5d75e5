package api

import (
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/indicator"
)

type indicatorBody struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Short    string `json:"short"`
	District string `json:"district"`
	Unit     string `json:"unit"`
	Kind     string `json:"kind"`

	Value    *float64            `json:"value"`           // null: not known
	Text     string              `json:"text,omitempty"`  // of a value that is a day or a text
	Parts    []float64           `json:"parts,omitempty"` // numerator and denominator of a ratio
	Decimals *int64              `json:"decimals"`
	Date     geo.Date            `json:"date"`
	Readings []indicator.Reading `json:"readings"`

	Baseline     *float64 `json:"baseline"`
	BaselineDate geo.Date `json:"baselineDate"`
	Target       *float64 `json:"target"`
	TargetMax    *float64 `json:"targetMax"`
	Direction    string   `json:"direction"`
	Start        geo.Date `json:"start"`
	Due          geo.Date `json:"due"`

	Light  geo.Light `json:"light"`
	Status geo.Text  `json:"status"`
	Reason geo.Text  `json:"reason"`

	Formula string   `json:"formula"`
	Fault   string   `json:"fault,omitempty"` // why the formula cannot be used
	Href    []string `json:"href"`            // the features behind, in the order of the formula, then the indicators it rests on

	Stated      *float64 `json:"stated"` // what the document says
	StatedText  string   `json:"statedText"`
	Qualifier   string   `json:"qualifier"`
	Other       *float64 `json:"other"` // by the other reading, where a document's arithmetic does not close
	OtherReason string   `json:"otherReason"`

	Source    string   `json:"source"`
	Section   string   `json:"section"`
	Note      string   `json:"note"`
	Period    string   `json:"period"`
	Tasks     []string `json:"tasks"`
	LeadUnits []string `json:"leadUnits"`
	Panel     int64    `json:"panel"` // place on the wall; 0 = not shown there
}

type indicatorsBody struct {
	Cursor   geo.Cursor      `json:"cursor"`
	At       geo.Date        `json:"at"`
	Computed int             `json:"computed"` // of the total, those that come from layers
	Total    int             `json:"total"`
	Matched  int             `json:"matched"`
	Items    []indicatorBody `json:"items"`
}

const indicatorsPath = "/api/indicators"

// indicators lists the indicators of a district, or of all, by code: those of
// code=, of the task task=, or with panel=true those meant for the wall in its
// order. Of all in the district, computed of the total come from layers.
func (s *server) indicators(q *query) (any, error) {
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	panel, err := q.choice("panel", "false", "true")
	if err != nil {
		return nil, err
	}
	codes, task := city.Split(q.text("code")), q.text("task")
	if task != "" && !q.has(city.Task, task) {
		return nil, badParameter("task", detailf("没有任务“%s”", "there is no task “%s”", shorten(task)))
	}
	for _, code := range codes {
		if !q.has(city.Indicator, code) {
			return nil, badParameter("code", detailf("没有指标“%s”", "there is no indicator “%s”", shorten(code)))
		}
	}
	all := s.Boards.at(q.snap, q.past).indicators().All(d.Code)
	total, computed := len(all), 0
	for _, e := range all {
		if e.Kind == city.Computed {
			computed++
		}
	}
	entries := slices.DeleteFunc(all, func(e indicator.Entry) bool {
		return q.values.Has("code") && !slices.Contains(codes, e.Code) || task != "" && !slices.Contains(e.Tasks, task) ||
			panel == "true" && e.Panel == 0
	})
	if panel == "true" {
		slices.SortStableFunc(entries, func(a, b indicator.Entry) int { return int(a.Panel - b.Panel) })
	}
	items := make([]indicatorBody, len(entries))
	for n, e := range entries {
		items[n] = q.indicatorOf(e)
	}
	return indicatorsBody{q.snap.Cursor(), q.day(d), computed, total, len(items), items}, nil
}

// has reports whether a layer has a feature of a code.
func (q *query) has(layer geo.LayerID, code string) bool {
	l, ok := q.snap.Layer(layer)
	if ok {
		_, ok = l.ByCode(code)
	}
	return ok
}

func (q *query) indicatorOf(e indicator.Entry) indicatorBody {
	b := indicatorBody{Code: e.Code, Name: e.Name, Short: e.Short, District: e.District, Unit: e.Unit, Kind: e.Kind,
		Value: known(e.Value), Text: e.Value.Text, Parts: e.Value.Parts, Decimals: e.Decimals, Date: e.Date, Readings: orNone(e.Readings),
		Baseline: e.Baseline, BaselineDate: e.BaselineDate, Target: e.Target, TargetMax: e.TargetMax, Direction: e.Direction,
		Start: e.Start, Due: e.Due, Light: e.Light, Status: e.Status, Reason: e.Reason, Formula: e.Formula, Fault: e.Fault,
		Href: []string{}, Stated: e.Stated, StatedText: e.StatedText, Qualifier: e.Qualifier, Other: e.Other, OtherReason: e.OtherReason,
		Source: e.Document, Section: e.Section, Note: e.Note, Period: e.Period, Tasks: orNone(e.Tasks), LeadUnits: orNone(e.LeadUnits), Panel: e.Panel}
	for _, s := range e.Sources {
		b.Href = append(b.Href, q.href(featuresPath+string(s.Layer), "filter", s.Filter))
	}
	for _, code := range e.Reads {
		b.Href = append(b.Href, q.href(indicatorsPath, "code", code))
	}
	return b
}

// known is a value's number; nil where it is not known.
func known(v indicator.Value) *float64 {
	if !v.Known {
		return nil
	}
	return &v.Number
}

// orNone makes a list that is nil an empty one, which JSON tells apart.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
