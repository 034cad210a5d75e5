package reporting_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// day is the day the district of the tests is judged at.
var day = geo.NewDate(2023, 3, 20)

// desk is a desk over a store that holds a district, a project and a section.
type desk struct {
	t     *testing.T
	store geo.Store
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "city.gpkg"), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{t, s}
	var declare []geo.Edit
	for _, l := range city.Layers() {
		declare = append(declare, geo.Edit{Op: geo.Declare, Layer: l})
	}
	d.apply(declare...)
	d.apply(geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "310107", Date: day}},
		create(city.District, "310107", geo.Properties{"name": "普陀区"}),
		create(city.Unit, "U1", geo.Properties{"name": "区建设管理委", "aliases": "区建管委；建管委"}),
		create(city.RiverSection, "R1", geo.Properties{"name": "新泾港", "district": "310107", "target_class": "Ⅲ", "chief": "区水务局"}))
	return d
}

func create(layer geo.LayerID, code string, p geo.Properties) geo.Edit {
	var g orb.Geometry
	if layer == city.Project {
		g = orb.Point{121.4, 31.25}
	}
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: layer, Code: code, Geometry: g, Properties: p}}
}

func (d *desk) apply(edits ...geo.Edit) geo.Result {
	d.t.Helper()
	res, err := d.store.Apply(d.t.Context(), geo.Batch{Actor: "test", Edits: edits})
	if err != nil {
		d.t.Fatal(err)
	}
	return res
}

// project makes a project with these properties and reports by month of 2023, or
// by day where the key is one.
func (d *desk) project(code string, p geo.Properties, reports map[string]geo.Properties) {
	d.t.Helper()
	all := geo.Properties{"name": code, "district": "310107", "unit": "区建管委", "year": int64(2023)}
	for name, v := range p {
		all[name] = v
	}
	d.put(create(city.Project, code, all), reports)
}

func (d *desk) put(feature geo.Edit, reports map[string]geo.Properties) {
	d.t.Helper()
	edits := []geo.Edit{feature}
	for on, p := range reports {
		date, err := geo.ParseDate(on)
		if err != nil {
			d.t.Fatal(err)
		}
		edits = append(edits, geo.Edit{Op: geo.PutReport, Of: 1, Report: geo.Report{Layer: feature.Feature.Layer, Date: date, Properties: p}})
	}
	d.apply(edits...)
}

func (d *desk) open() (*reporting.Desk, *snapshot.Snapshot) {
	d.t.Helper()
	s, err := snapshot.Load(context.Background(), d.store)
	if err != nil {
		d.t.Fatal(err)
	}
	return reporting.New(s, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)), s
}

func item(t *testing.T, s *snapshot.Snapshot, layer geo.LayerID, code string) snapshot.Item {
	t.Helper()
	l, ok := s.Layer(layer)
	if !ok {
		t.Fatalf("no layer %s", layer)
	}
	i, ok := l.ByCode(code)
	if !ok {
		t.Fatalf("no %s %s", layer, code)
	}
	return i
}

// brief writes findings as kind, field, date and correctable.
func brief(found []reporting.Finding) string {
	var out []string
	for _, f := range found {
		s := string(f.Kind) + " " + f.Field + " " + f.Date.String()
		if f.Correctable {
			s += " correctable"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func work(planned, actual float64) geo.Properties {
	return geo.Properties{"planned_progress": planned, "actual_progress": actual}
}

func money(planned, actual float64) geo.Properties {
	return geo.Properties{"planned_investment": planned, "actual_investment": actual}
}

func with(p geo.Properties, more ...any) geo.Properties {
	for n := 0; n < len(more); n += 2 {
		p[more[n].(string)] = more[n+1]
	}
	return p
}

func TestFindingsOfAProject(t *testing.T) {
	d := newDesk(t)
	cases := map[string]struct {
		feature geo.Properties
		reports map[string]geo.Properties
		want    string
	}{
		"all well": {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15)}, ""},
		"progress falls": {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 5)},
			"decreasing actual_progress 2023-02-28 correctable"},
		"progress falls, and the report says why": {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": with(work(16, 5), "correction", "复核核减")}, ""},
		"investment falls": {nil, map[string]geo.Properties{"2023-01": money(1, 1), "2023-02": money(2, 0.5)},
			"decreasing actual_investment 2023-02-28 correctable"},
		"the plan falls": {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(6, 7)},
			"impossible planned_progress 2023-02-28 correctable"},
		"a new year starts anew":            {nil, map[string]geo.Properties{"2022-12": work(100, 96), "2023-01": work(8, 7), "2023-02": work(9, 8)}, ""},
		"since the start it does not":       {geo.Properties{"measure": "开工以来百分比"}, map[string]geo.Properties{"2022-12": work(60, 58), "2023-01": work(65, 40), "2023-02": work(66, 41)}, "decreasing actual_progress 2023-01-31 correctable"},
		"the report may say so":             {nil, map[string]geo.Properties{"2023-01": with(work(65, 64), "percent_of", "开工以来"), "2023-02": with(work(10, 9), "percent_of", "年度")}, ""},
		"more than the whole project costs": {geo.Properties{"investment": 3.0}, map[string]geo.Properties{"2023-01": money(1, 3.5), "2023-02": money(1, 3.5)}, "impossible actual_investment 2023-01-31 correctable; impossible actual_investment 2023-02-28 correctable"},
		"a reason excuses it":               {geo.Properties{"investment": 3.0}, map[string]geo.Properties{"2023-01": with(money(1, 3.5), "correction", "概算调整"), "2023-02": with(money(1, 3.5), "correction", "概算调整")}, ""},
		"half a year's work in January":     {nil, map[string]geo.Properties{"2023-01": work(8, 78), "2023-02": work(16, 80)}, "impossible actual_progress 2023-01-31 correctable"},
		"done in a month to come":           {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15), "2023-04": work(30, 30)}, "impossible date 2023-04-30"},
		"planned for a month to come":       {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15), "2023-12": {"planned_progress": 100.0}}, ""},
		"this month before it ends":         {nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15), "2023-03": work(20, 20)}, ""},
		"missing":                           {nil, map[string]geo.Properties{"2023-01": work(8, 7)}, "missing  2023-02-28"},
		"a plan alone is no report":         {nil, map[string]geo.Properties{"2023-01": {"planned_progress": 8.0}}, "missing  2023-01-31; missing  2023-02-28"},
		"from the month of the plan on":     {geo.Properties{"plan_issued": geo.NewDate(2023, 2, 10)}, nil, "missing  2023-02-28"},
		"no plan, no report, no duty":       {nil, nil, ""},
		"not after the goal is reached":     {geo.Properties{"goal_outcome": city.GoalDone, "outcome_date": geo.NewDate(2023, 1, 31)}, map[string]geo.Properties{"2023-01": work(8, 7)}, ""},
		"not after it left the register":    {geo.Properties{"removed_date": geo.NewDate(2023, 1, 15)}, map[string]geo.Properties{"2023-01": work(8, 7)}, ""},
		"made-up reports bind nobody":       {nil, map[string]geo.Properties{"2023-01": with(work(8, 7), "basis", "示意数据", "reported_on", geo.NewDate(2023, 3, 1))}, ""},
		"late":                              {nil, map[string]geo.Properties{"2023-01": with(work(8, 7), "reported_on", geo.NewDate(2023, 2, 8)), "2023-02": with(work(9, 8), "reported_on", geo.NewDate(2023, 3, 7))}, "late reported_on 2023-01-31"},
	}
	for name, c := range cases {
		d.project(name, c.feature, c.reports)
	}
	desk, s := d.open()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			found := desk.Of(item(t, s, city.Project, name), reporting.Filter{})
			if got := brief(found); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			for _, f := range found {
				if f.Reason.ZH == "" || f.Reason.EN == "" || f.Mend.ZH == "" || f.Mend.EN == "" || strings.Contains(f.Reason.ZH+f.Reason.EN, "%!") {
					t.Errorf("the words of %+v", f)
				}
				if f.Unit != "区建设管理委" || f.District != "310107" {
					t.Errorf("unit %q, district %q", f.Unit, f.District)
				}
			}
		})
	}
}

// A value that is entered before another must not be above it.
func TestEnteringBeforeAnother(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, map[string]geo.Properties{"2023-02": work(16, 15)})
	desk, s := d.open()
	i := item(t, s, city.Project, "P1")
	january := func(p geo.Properties) string {
		rows, n := reporting.With(i.Reports(), geo.Report{Layer: city.Project, Feature: i.ID(), Date: geo.NewDate(2023, 1, 31), Properties: p})
		if n != 0 || len(rows) != 2 {
			t.Fatalf("row %d of %d", n, len(rows))
		}
		return brief(desk.Enter(i, rows, n))
	}
	if got := january(work(8, 20)); got != "decreasing actual_progress 2023-01-31 correctable" {
		t.Errorf("found %q", got)
	}
	if got := january(with(work(8, 15), "reported_on", geo.NewDate(2023, 3, 1))); got != "" { // late is no reason to refuse
		t.Errorf("found %q", got)
	}
}

func TestFindingsOfASample(t *testing.T) {
	d := newDesk(t)
	_, s := d.open()
	section := item(t, s, city.RiverSection, "R1")
	report := func(on string, p geo.Properties) geo.Edit {
		date, err := geo.ParseDate(on)
		if err != nil {
			t.Fatal(err)
		}
		return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.RiverSection, Feature: section.ID(), Date: date, Properties: p}}
	}
	d.apply(report("2023-01-10", geo.Properties{"nh3n": 0.4, "do": 8.2, "water_class": "Ⅱ"}),
		report("2023-02-10", geo.Properties{"nh3n": 6.4, "do": 1.1, "water_class": "劣Ⅴ"}), // worse by four classes is no error
		report("2023-03-10", geo.Properties{"nh3n": 640.0, "tp": 0.2}),
		report("2023-03-21", geo.Properties{"tp": 0.2}))
	desk, s := d.open()
	got := brief(desk.Of(item(t, s, city.RiverSection, "R1"), reporting.Filter{}))
	if want := "impossible nh3n 2023-03-10 correctable; impossible date 2023-03-21"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// What the store's own checks would not let in is judged all the same: a value
// may have come before the declaration was tightened.
func TestValuesOutOfBounds(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, nil)
	desk, s := d.open()
	i := item(t, s, city.Project, "P1")
	rows := []geo.Report{{Layer: city.Project, Feature: i.ID(), Date: geo.NewDate(2023, 1, 31),
		Properties: geo.Properties{"actual_progress": 142.0, "planned_investment": -1.0, "percent_of": "季度"}}}
	found := desk.Check(i, rows, 0)
	want := "impossible actual_progress 2023-01-31; impossible planned_investment 2023-01-31; impossible percent_of 2023-01-31; impossible actual_progress 2023-01-31 correctable"
	if got := brief(found); got != want {
		t.Errorf("found %q, want %q", got, want)
	}
	if f := found[0]; f.Reason.ZH != "实际进度 142％ 超出 0％ 至 100％" || f.Reason.EN != "Actual progress 142％ is outside 0％ to 100％" {
		t.Errorf("the words are %+v", f.Reason)
	}
}

func TestFindingsAreNarrowed(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, map[string]geo.Properties{"2023-01": work(8, 7)})
	d.project("P2", geo.Properties{"unit": "区绿化局"}, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(9, 6)})
	desk, _ := d.open()
	for name, c := range map[string]struct {
		f    reporting.Filter
		want int
	}{
		"all":           {reporting.Filter{}, 2},
		"kind":          {reporting.Filter{Kind: reporting.Missing}, 1},
		"by alias":      {reporting.Filter{Unit: "建管委"}, 1},
		"unit":          {reporting.Filter{Unit: "区绿化局"}, 1},
		"month":         {reporting.Filter{Month: geo.NewDate(2023, 2, 1)}, 2},
		"layer":         {reporting.Filter{Layer: city.Street}, 0},
		"no such layer": {reporting.Filter{Layer: "nothing"}, 0},
		"district":      {reporting.Filter{District: "310105"}, 0},
	} {
		if got := desk.Findings(c.f); len(got) != c.want {
			t.Errorf("%s: %s", name, brief(got))
		}
	}
}
