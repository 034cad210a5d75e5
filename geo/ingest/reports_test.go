package ingest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/ingest"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// eachStore runs a test on a project with two months of reports, in both stores.
func eachStore(t *testing.T, body func(*testing.T, geo.Store)) {
	t.Run("gpkg", func(t *testing.T) {
		s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "city.gpkg"), gpkg.Options{})
		prepared(t, s, err, body)
	})
	t.Run("postgis", func(t *testing.T) {
		s, err := postgis.Open(t.Context(), pgtest.URL(t), postgis.Options{})
		prepared(t, s, err, body)
	})
}

func prepared(t *testing.T, s geo.Store, err error, body func(*testing.T, geo.Store)) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var edits []geo.Edit
	for _, l := range city.Layers() {
		edits = append(edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	feature := func(layer geo.LayerID, code string, p geo.Properties) {
		edits = append(edits, geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: layer, Code: code, Properties: p}})
	}
	feature(city.Project, "P1", geo.Properties{"name": "泵站", "district": "310107", "unit": "区水务局", "investment": 4.0, "year": int64(2023)})
	p := len(edits)
	for n, actual := range []float64{7, 15} {
		edits = append(edits, geo.Edit{Op: geo.PutReport, Of: p, Report: geo.Report{Layer: city.Project, Date: geo.NewDate(2023, 2, 0) + geo.Date(28*n),
			Properties: geo.Properties{geo.PlannedProgress: actual + 1, geo.ActualProgress: actual}}})
	}
	feature(city.District, "310107", geo.Properties{"name": "普陀区"})
	feature(city.Period, "sealed", geo.Properties{"layer": "project", "district": "310107", "ends": geo.NewDate(2022, 12, 31), "state": geo.Sealed})
	edits = append(edits, geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "310107", Date: geo.NewDate(2023, 4, 10)}})
	if _, err := s.Apply(t.Context(), geo.Batch{Actor: "test", Edits: edits}); err != nil {
		t.Fatal(err)
	}
	body(t, s)
}

// reports gives the reports of the project as date, actual progress, the day it
// came in and the correction.
func reports(t *testing.T, s geo.Store) string {
	t.Helper()
	var out []string
	err := s.Load(t.Context(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		for _, x := range r.Reports {
			out = append(out, strings.TrimSpace(fmt.Sprint(x.Date, " ", x.Properties[geo.ActualProgress], " ", x.Properties.Date("reported_on"), " ", x.Properties.Text("correction"))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

const before = "2023-01-31 7; 2023-02-28 15"

// What the API refuses a file is refused too, whole, with row, line, column and
// mend of each fault.
func TestReportsThatCannotBe(t *testing.T) {
	eachStore(t, func(t *testing.T, s geo.Store) {
		for name, c := range map[string]struct{ text, want string }{
			"falls":          {"编码,月份,实际进度\nP1,2023-03,12\n", "1 2 实际进度 invalid falls from 15％ on 2023-02-28 to 12％"},
			"falls in file":  {"编码,月份,实际进度\nP1,2023-04,12\nP1,2023-03,16\n", "1 2 实际进度 invalid falls from 16％ on 2023-03-31 to 12％; 2 3 实际进度 invalid is more than the 12％ of 2023-04-30"},
			"above the next": {"编码,月份,实际进度\nP1,2023-01,20\n", "1 2 实际进度 invalid is more than the 15％ of 2023-02-28"},
			"over the total": {"编码,月份,完成投资\nP1,2023-03,4.5\n", "1 2 完成投资 invalid more than the total investment of 4 亿元"},
			"to come":        {"编码,月份,实际进度\nP1,2023-03,16\nP1,2023-05,18\n", "2 3 date invalid after the day the data is of, 2023-04-10"},
			"sealed":         {"编码,月份,实际进度\nP1,2022-12,90\n", "1 2 date conflict “封账” and takes no changes"},
		} {
			t.Run(name, func(t *testing.T) {
				res, err := ingest.Import(t.Context(), s, table("m.csv", c.text), ingest.Options{Layer: city.Project, Reports: true, Mode: ingest.Upsert, Actor: "test"})
				if err == nil {
					t.Fatalf("it landed: %+v", res)
				}
				wants := strings.Split(c.want, "; ")
				if len(res.Faults) != len(wants) {
					t.Fatalf("faults %+v", res.Faults)
				}
				for n, f := range res.Faults {
					place, message, _ := strings.Cut(wants[n], string(f.Code)+" ")
					if got := fmt.Sprintf("%d %d %s ", f.Row, f.Line, f.Field); got != place || !strings.Contains(f.Message, message) || f.Mend == "" {
						t.Errorf("fault %+v, want %s", f, wants[n])
					}
				}
				if got := reports(t, s); got != before {
					t.Errorf("reports are %s", got)
				}
			})
		}
	})
}

// A fall that says why lands, and only with the values that need it.
func TestReportsWithACorrection(t *testing.T) {
	eachStore(t, func(t *testing.T, s geo.Store) {
		o := ingest.Options{Layer: city.Project, Reports: true, Mode: ingest.Upsert, Actor: "test", Correction: "复核核减"}
		text := "编码,月份,计划进度,实际进度\nP1,2023-03,20,12\nP1,2023-04,28,24\nP1,2023-05,35,\n"
		if _, err := ingest.Import(t.Context(), s, table("m.csv", text), o); err != nil {
			t.Fatal(err)
		}
		want := before + "; 2023-03-31 12 2023-04-10 复核核减; 2023-04-30 24 2023-04-10; 2023-05-31 <nil>"
		if got := reports(t, s); got != want {
			t.Errorf("reports are %s, want %s", got, want)
		}
		o.Correction = ""
		res, err := ingest.Import(t.Context(), s, table("m.csv", text), o)
		if err != nil || res.Unchanged != 3 || res.Reports != 0 {
			t.Errorf("the same again: %+v, %v", res, err)
		}
	})
}
