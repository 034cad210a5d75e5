package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"yiping/geo"
	"yiping/geo/format"
)

// Columns that hold the day of a report by their name.
var dateNames = []string{"date", "日期", "报告日期", "填报日期", "采样日期", "月份", "month"}

// planReports makes the edits that attach the records to features by code.
func (im *importer) planReports(ctx context.Context) error {
	if len(im.layer.Reports) == 0 {
		return &geo.Error{Code: geo.Invalid, Layer: im.layer.ID, Message: "the layer takes no reports"}
	}
	key, date, err := im.reportKeys()
	if err != nil {
		return err
	}
	im.res.Key = key
	columns := im.mapReports(key, date)
	old, err := im.existing(ctx, nil)
	if err != nil {
		return err
	}
	seen := map[reportKey]int{}
	err = im.each(&format.Survey{}, func(row format.Row) error {
		if err := im.planReport(row, reportPlan{key, date, columns, old, seen}); err != nil {
			return im.fault(row, err)
		}
		return nil
	})
	return im.ended(err)
}

type reportKey struct {
	id   geo.ID
	date geo.Date
}

// reportPlan is what reading one report takes.
type reportPlan struct {
	key, date string // columns
	columns   mapping
	old       map[string]geo.Record
	seen      map[reportKey]int // row of each report of the file
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
	was, ok := plan.old[code]
	if !ok {
		return &geo.Error{Code: geo.NotFound, Field: plan.key, Message: fmt.Sprintf("layer %s has no feature with code “%s”", im.layer.ID, code),
			Mend: "import the features first"}
	}
	date, err := geo.Field{Name: plan.date, Type: geo.DateField}.Value(row.Values[plan.date])
	if err != nil {
		return err
	}
	day, _ := date.(geo.Date)
	k := reportKey{was.ID, day}
	if first, twice := plan.seen[k]; twice {
		return &geo.Error{Code: geo.Conflict, Field: plan.date, Message: fmt.Sprintf("“%s” has a report of %s in row %d already", code, day, first)}
	}
	plan.seen[k] = row.N
	return im.putReport(row, plan, geo.Report{Layer: im.layer.ID, Feature: was.ID, Date: day, Properties: geo.Properties{}})
}

func (im *importer) putReport(row format.Row, plan reportPlan, r geo.Report) error {
	code, _ := codeOf(row, plan.key, im.src.Name)
	reports := plan.old[code].Reports
	i := slices.IndexFunc(reports, func(o geo.Report) bool { return o.Date == r.Date })
	if i >= 0 {
		if im.o.Mode == Append {
			return &geo.Error{Code: geo.Conflict, Field: plan.date, Message: fmt.Sprintf("“%s” has a report of %s already", code, r.Date),
				Mend: "put the new one in its place with --mode upsert"}
		}
		r.Version = reports[i].Version
		maps.Copy(r.Properties, reports[i].Properties)
	}
	for column, name := range plan.columns {
		if v, ok := row.Values[column]; ok {
			r.Properties[name] = v
		} else {
			delete(r.Properties, name)
		}
	}
	r, err := im.layer.NormalizeReport(r)
	if err != nil {
		return err
	}
	if i >= 0 && sameValues(r.Properties, reports[i].Properties) {
		im.res.Unchanged++
		return nil
	}
	im.res.Reports++
	im.edit(geo.Edit{Op: geo.PutReport, Report: r}, place{row.N, row.Line})
	return nil
}
