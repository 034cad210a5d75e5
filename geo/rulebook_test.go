package geo_test

import (
	"math"
	"testing"

	"yiping/geo"
)

func ptr[T any](v T) *T { return &v }

func TestLimitsComeFromTheMostSpecialRowThatSetsThem(t *testing.T) {
	book := geo.NewRulebook([]geo.Threshold{
		{Yellow: ptr(6.0), Red: ptr(16.0), Remind: ptr(3)},
		{Layer: "project", Yellow: ptr(7.0)},
		{District: "putuo", Yellow: ptr(8.0), ApprovedOnly: ptr(true)},
		{Layer: "project", District: "putuo", From: day("2022-06-01"), Yellow: ptr(0.0), ApprovedOnly: ptr(false)},
		{Layer: "project", District: "putuo", From: day("2022-09-01"), Yellow: ptr(10.0)},
	}, nil, nil)
	for _, c := range []struct {
		name            string
		layer, district string
		at              string
		yellow, red     float64
		approved        bool
	}{
		{"of all", "street", "changning", "2022-12-31", 6, 16, false},
		{"of the layer", "project", "changning", "2022-12-31", 7, 16, false},
		{"of the district", "street", "putuo", "2022-12-31", 8, 16, true},
		{"of both, not yet", "project", "putuo", "2022-05-31", 8, 16, true},
		{"of both; zero is a limit, and false an answer", "project", "putuo", "2022-06-01", 0, 16, false},
		{"of both, the later row; what it leaves open stays", "project", "putuo", "2022-09-01", 10, 16, false},
		{"of no district", "project", "", "2022-09-01", 7, 16, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := book.Limits(geo.LayerID(c.layer), c.district, day(c.at))
			want := geo.DefaultLimits
			want.Yellow, want.Red, want.Remind, want.ApprovedOnly = c.yellow, c.red, 3, c.approved
			if got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
	var none *geo.Rulebook
	if got := none.Limits("project", "putuo", day("2022-12-31")); got != geo.DefaultLimits {
		t.Errorf("without a rulebook: %+v", got)
	}
}

// A row of limits that came by SQL may say anything; its lights are judged all
// the same, at once.
func TestAWorkdayWithoutEndIsBounded(t *testing.T) {
	end := day("2022-08-31")
	book := geo.NewRulebook([]geo.Threshold{{DueWorkday: ptr(math.MaxInt)}}, nil, nil)
	if got, want := book.Due("project", "putuo", "", end), book.NthWorkday(end, 366); got != want || want != day("2024-01-25") {
		t.Errorf("due %s, the 366th workday is %s", got, want)
	}
	rule := geo.LightRule{Kind: geo.ProgressRule}
	facts := &geo.Facts{Layer: "project", District: "putuo", Book: book, Reports: []geo.Report{
		{Date: day("2022-07-31"), Properties: geo.Properties{"planned_progress": 50.0, "actual_progress": 50.0}}}}
	for at, want := range map[string]bool{"2022-12-31": false, "2024-01-25": false, "2024-01-26": true} {
		if _, overdue := rule.LightAt(facts, day(at)); overdue != want {
			t.Errorf("%s: overdue %v", at, overdue)
		}
	}
}

func TestReportsAreDueOnWorkdays(t *testing.T) {
	book := geo.NewRulebook([]geo.Threshold{{District: "putuo", DueWorkday: ptr(3)}},
		map[geo.Date]bool{day("2022-10-03"): false, day("2022-10-04"): false, day("2022-10-05"): false, day("2022-10-06"): false,
			day("2022-10-07"): false, day("2022-10-08"): true, day("2022-10-09"): true},
		[]geo.Period{
			{Layer: "project", Date: day("2022-11-30"), Due: day("2022-12-20")},
			{Layer: "project", District: "putuo", Date: day("2022-11-30"), Due: day("2022-12-15")},
			{Layer: "project", Unit: "建管委", Date: day("2022-11-30"), Due: day("2022-12-28")},
			{Layer: "project", Date: day("2022-12-31"), State: geo.Sealed},
		})
	for _, c := range []struct{ name, layer, district, unit, end, want string }{
		{"plain weeks", "project", "changning", "", "2022-08-31", "2022-09-07"},
		{"a holiday with days worked for it", "project", "changning", "", "2022-09-30", "2022-10-12"},
		{"the district's own workday", "project", "putuo", "", "2022-09-30", "2022-10-10"},
		{"a period with a day of its own", "project", "changning", "", "2022-11-30", "2022-12-20"},
		{"the district's before that of all", "project", "putuo", "", "2022-11-30", "2022-12-15"},
		{"the unit's before the district's", "project", "putuo", "建管委", "2022-11-30", "2022-12-28"},
		{"a period without a day", "project", "changning", "", "2022-12-31", "2023-01-06"},
		{"another layer", "street", "changning", "", "2022-11-30", "2022-12-07"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := book.Due(geo.LayerID(c.layer), c.district, c.unit, day(c.end)); got != day(c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	var none *geo.Rulebook
	if got := none.Due("project", "", "", day("2022-08-31")); got != day("2022-09-07") {
		t.Errorf("without a rulebook: %s", got)
	}
}

func TestACalendarWithoutWorkEndsSomewhere(t *testing.T) {
	days := map[geo.Date]bool{}
	for d := day("2022-01-01"); d < day("2024-12-31"); d++ {
		days[d] = false
	}
	end := day("2022-01-31")
	if got := geo.NewRulebook(nil, days, nil).NthWorkday(end, 2); got <= end {
		t.Errorf("%s", got)
	}
}

func TestMonthsAreAddedWithinTheMonth(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2022-10-31", 1, "2022-11-30"}, {"2022-12-31", 2, "2023-02-28"}, {"2023-12-31", 2, "2024-02-29"},
		{"2022-10-15", 12, "2023-10-15"}, {"2022-01-01", 0, "2022-01-01"}, {"2022-03-31", -1, "2022-02-28"},
	} {
		if got := day(c.from).AddMonths(c.n); got != day(c.want) {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestWhoHeedsPeriods(t *testing.T) {
	yes, no := true, false
	period := func(due geo.Date) []geo.Period {
		return []geo.Period{{Layer: "project", Date: geo.NewDate(2022, 12, 31), Due: due}}
	}
	for _, c := range []struct {
		name string
		book *geo.Rulebook
		want bool
	}{
		{"no rulebook", nil, false},
		{"a period alone", geo.NewRulebook(nil, nil, period(0)), false},
		{"a period with a day of its own", geo.NewRulebook(nil, nil, period(geo.NewDate(2023, 1, 9))), true},
		{"only approved reports, wherever", geo.NewRulebook([]geo.Threshold{{District: "PT", ApprovedOnly: &yes}}, nil, nil), true},
		{"all reports, said so", geo.NewRulebook([]geo.Threshold{{ApprovedOnly: &no}}, nil, nil), false},
	} {
		if got := c.book.HeedsPeriods("project"); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if geo.NewRulebook(nil, nil, period(geo.NewDate(2023, 1, 9))).HeedsPeriods("street") {
		t.Error("streets heed a period of projects")
	}
}
