package api

import (
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

type monthBody struct {
	Date   geo.Date `json:"date"`
	Counts counts   `json:"counts"`
	Total  int      `json:"total"`
}

type historyBody struct {
	Cursor    geo.Cursor  `json:"cursor"`
	At        geo.Date    `json:"at"`
	Months    []monthBody `json:"months"`
	Schematic bool        `json:"schematic"` // a report behind it is marked as made up
}

// history gives the lights of the projects as they stood at the end of each
// month of the district's year, judged from the reports dated so far; the last
// one at the evaluation date itself. Without district= each project is judged
// for the year of the latest district.
func history(q *query) (any, error) {
	sc, d, err := q.scope()
	if err != nil {
		return nil, err
	}
	at := d.Date
	if sc.district == "" {
		for _, d := range q.snap.Districts() {
			at = max(at, d.Date)
		}
	}
	months := monthEnds(at)
	made := false
	if l, ok := q.snap.Layer(projectLayer); ok {
		made = judgeMonths(l, sc, months)
	}
	return historyBody{q.snap.Cursor(), at, months, made}, nil
}

// monthEnds lists the month ends of the day's year before it, and the day.
func monthEnds(at geo.Date) []monthBody {
	months := []monthBody{}
	if at == 0 {
		return months
	}
	year := at.Time().Year()
	for m := time.January; ; m++ {
		end := geo.NewDate(year, m+1, 0)
		if end >= at {
			return append(months, monthBody{Date: at})
		}
		months = append(months, monthBody{Date: end})
	}
}

// Report field and value that mark a report no document gives.
const (
	basisField = "basis"
	madeUp     = "示意数据"
)

// judgeMonths counts the lights into months and says whether any of the reports
// behind them is made up.
func judgeMonths(l *snapshot.Layer, sc scope, months []monthBody) (made bool) {
	for i := range l.All {
		if !sc.holds(i) {
			continue
		}
		for m := range months {
			light, _ := i.LightAt(months[m].Date)
			months[m].Counts.add(light)
			months[m].Total++
		}
		made = made || len(months) > 0 && slices.ContainsFunc(i.Reports(), func(r geo.Report) bool {
			return r.Date <= months[len(months)-1].Date && r.Properties.Text(basisField) == madeUp
		})
	}
	return made
}
