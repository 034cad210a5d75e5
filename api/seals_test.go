package api_test

import (
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
)

// What the API refuses can be done in SQL: a sealed month that was changed,
// added to or deleted from is found, until it is as it was or sealed anew.
func TestASealedMonthDoesNotChangeUnseen(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		o := openOffice(t, store)
		id, other := lookup(t, store, city.Project, "W1"), lookup(t, store, city.Project, "P1")
		october := geo.NewDate(2022, 10, 31)
		put := func(of geo.ID, d geo.Date, made float64) geo.Edit {
			return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: of, Date: d, Properties: geo.Properties{"planned_progress": 60.0, "actual_progress": made}}}
		}
		state := func(is string) geo.Edit {
			f := geo.Feature{Layer: city.Period, Code: "october", Properties: geo.Properties{"layer": "project", "district": "310105", "ends": october, "state": is}}
			if l, _ := o.follower.Current().Layer(city.Period); l != nil {
				if row, ok := l.ByCode("october"); ok {
					f.ID, f.Version = row.ID(), row.Version()
					return geo.Edit{Op: geo.Replace, Feature: f}
				}
			}
			return geo.Edit{Op: geo.Create, Feature: f}
		}
		found := func(step string, want ...string) {
			t.Helper()
			for _, path := range []string{"/api/reports/findings?kind=sealed", "/api/reports/findings?district=310105&month=2022-10"} {
				body := decode[struct {
					Counts map[string]int
					Items  []reporting.Finding
				}](t, o.get(path))
				var got []string
				for _, f := range body.Items {
					if f.Kind == reporting.Broken {
						for _, how := range []string{"修改", "补入", "删除"} {
							if strings.Contains(f.Reason.ZH, "封账之后被"+how) {
								got = append(got, f.Code+how)
							}
						}
					}
				}
				if body.Counts["sealed"] != len(want) || strings.Join(got, " ") != strings.Join(want, " ") {
					t.Errorf("%s: %s gives %v of %v, want %v", step, path, got, body.Counts, want)
				}
			}
		}
		does := func(edits ...geo.Edit) { t.Helper(); o.reach(apply(t, store, edits...).Cursor) }
		does(put(id, october, 50), state(geo.Approved))
		found("approved")
		does(put(id, october, 51), state(geo.Sealed))
		found("sealed")
		does(put(id, october, 55), put(other, october, 10))
		found("changed, and added", "P1补入", "W1修改")
		if body := string(o.get("/api/reports/project/code:W1").body); strings.Count(body, `"kind":"sealed"`) != 1 {
			t.Errorf("its own list: %s", body)
		}
		f := state(geo.Sealed)
		f.Feature.Properties["actor"] = "李四"
		does(put(id, october, 51), f)
		found("put back", "P1补入")
		does(geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: october}})
		found("deleted", "P1补入", "W1删除")
		does(state(geo.Returned))
		found("returned")
		does(state(geo.Sealed))
		found("sealed anew")
	})
}
