package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/format"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// Columns that hold the day of a report by their name.
// 填报日期, which is also the day a report came in, means the day it speaks of only
// where nothing else does.
var dateNames = []string{"date", "日期", "报告日期", "采样日期", "月份", "month", "填报日期"}

// planReports makes the edits that attach the records to features by code. Each
// is held against the others of its feature, those of the file among them, as
// what comes over HTTP is.
func (im *importer) planReports(ctx context.Context) error {
	if len(im.layer.Reports) == 0 {
		return &geo.Error{Code: geo.Invalid, Layer: im.layer.ID, Message: "the layer takes no reports"}
	}
	key, date, err := im.reportKeys()
	if err != nil {
		return err
	}
	im.res.Key = key
	plan := reportPlan{key: key, date: date, columns: im.mapReports(key, date), seen: map[reportKey]int{}, lines: map[int]int{}}
	snap, err := snapshot.Load(ctx, im.store)
	if err != nil {
		return err
	}
	plan.layer, _ = snap.Layer(im.layer.ID)
	plan.ledger = reporting.New(snap, time.Now()).Ledger()
	plan.ledger.Correction = im.o.Correction
	err = im.each(&format.Survey{}, func(row format.Row) error {
		if err := im.planReport(row, plan); err != nil {
			return im.fault(row, err)
		}
		return nil
	})
	if err != nil || len(im.res.Faults) > 0 {
		return im.ended(err)
	}
	return im.planned(plan)
}

// planned takes what the ledger holds, once nothing is wrong with it.
func (im *importer) planned(plan reportPlan) error {
	for _, f := range plan.ledger.Check() {
		if len(im.res.Faults) == im.o.MaxFaults {
			return nil
		}
		err := f.Error()
		if column, ok := plan.columns.of(err.Field); ok {
			err.Field = column
		}
		if f.Finding.Correctable {
			err.Mend = "correct it; where it is true, say why with --correction or in a column correction"
		}
		im.res.Faults = append(im.res.Faults, im.faultOf(place{f.Row, plan.lines[f.Row]}, err))
	}
	edits, rows := plan.ledger.Edits()
	for n, e := range edits {
		im.edit(e, place{rows[n], plan.lines[rows[n]]})
	}
	im.res.Reports, im.res.Unchanged = len(edits), plan.ledger.Unchanged
	return nil
}

type reportKey struct {
	id   geo.ID
	date geo.Date
}

// reportPlan is what reading one report takes.
type reportPlan struct {
	key, date string // columns
	columns   mapping
	layer     *snapshot.Layer
	ledger    *reporting.Ledger
	seen      map[reportKey]int // row of each report of the file
	lines     map[int]int       // line of each row
}

// reportKeys finds the columns with the feature's code and the day.
func (im *importer) reportKeys() (key, date string, err error) {
	columns := im.survey.Info.Columns
	key = im.o.Key
	for _, name := range strong {
		if key != "" {
			break
		}
		if i := slices.IndexFunc(columns, func(c string) bool { return fold(c) == name }); i >= 0 {
			key = columns[i]
		}
	}
	for _, name := range dateNames {
		if i := slices.IndexFunc(columns, func(c string) bool { return fold(c) == name }); i >= 0 {
			date = columns[i]
			break
		}
	}
	switch {
	case key == "" || !slices.Contains(columns, key):
		err = &geo.Error{Code: geo.Invalid, Field: "code", Message: "the file has no column with the code of the feature that each report is of", Mend: "name it with --key"}
	case date == "":
		err = &geo.Error{Code: geo.Invalid, Field: "date", Message: "the file has no column with the date of the report", Mend: "call it date or 日期"}
	}
	return key, date, err
}

func (im *importer) mapReports(key, date string) mapping {
	m, taken := mapping{}, map[string]bool{}
	for _, c := range im.survey.Columns() {
		if c.Name == key || c.Name == date {
			continue
		}
		f, ok := match(im.layer.Reports, c.Name)
		switch {
		case ok && !taken[f.Name]:
			m[c.Name], taken[f.Name] = f.Name, true
		case c.Filled > 0:
			im.notice("column %s is no report field of layer %s: its %d values were left", c.Name, im.layer.ID, c.Filled)
		}
	}
	if im.survey.Shapes > 0 {
		im.notice("reports have no position: %d were left", im.survey.Shapes)
	}
	return m
}

func (im *importer) planReport(row format.Row, plan reportPlan) error {
	code, err := codeOf(row, plan.key, im.src.Name)
	if err != nil {
		return err
	}
	i, ok := plan.layer.ByCode(code)
	if !ok {
		return &geo.Error{Code: geo.NotFound, Field: plan.key, Message: fmt.Sprintf("layer %s has no feature with code “%s”", im.layer.ID, code),
			Mend: "import the features first"}
	}
	date, err := geo.Field{Name: plan.date, Type: geo.DateField}.Value(row.Values[plan.date])
	if err != nil {
		return err
	}
	day, _ := date.(geo.Date)
	k := reportKey{i.ID(), day}
	if first, twice := plan.seen[k]; twice {
		return &geo.Error{Code: geo.Conflict, Field: plan.date, Message: fmt.Sprintf("“%s” has a report of %s in row %d already", code, day, first)}
	}
	plan.seen[k], plan.lines[row.N] = row.N, row.Line
	if im.o.Mode == Append && slices.ContainsFunc(i.Reports(), func(o geo.Report) bool { return o.Date == day }) {
		return &geo.Error{Code: geo.Conflict, Field: plan.date, Message: fmt.Sprintf("“%s” has a report of %s already", code, day),
			Mend: "put the new one in its place with --mode upsert"}
	}
	values := geo.Properties{}
	for column, name := range plan.columns {
		values[name] = row.Values[column] // nil where the cell is empty
	}
	return plan.ledger.Enter(row.N, i, day, values)
}
