package geo_test

import (
	"testing"

	"yiping/geo"
)

// A project with two years of monthly reports, as a snapshot judges it on every
// new day: LightAt is what the others are measured against.
func benchmarked() (geo.LightRule, map[string]*geo.Facts) {
	rule := yearRule()
	rule.Measure, rule.MilestoneValue, rule.Unit = "measure", "节点", "unit"
	props := geo.Properties{"year": int64(2023), "goal": "封顶", "measure": "年度百分比", "unit": "市政中心", "lifecycle": "在建"}
	facts := func(by func(month int) float64) *geo.Facts {
		f := &geo.Facts{Layer: "project", District: "putuo", Properties: props, Years: []geo.Year{{Year: 2022}}}
		for m := range 24 {
			plan := float64(m%12+1) * 8
			f.Reports = append(f.Reports, geo.Report{Date: geo.NewDate(2022, 1, 1).AddMonths(m).MonthEnd(), Properties: geo.Properties{
				geo.PlannedProgress: plan, geo.ActualProgress: plan - by(m), geo.PlannedInvestment: 1.0, geo.ActualInvestment: 1.0}})
		}
		return f
	}
	green := facts(func(int) float64 { return 1 })
	red := facts(func(m int) float64 { return float64(m % 12 * 4) })
	attended := *red
	attended.Book = geo.NewRulebook([]geo.Threshold{{Yellow: ptr(6.0)}, {District: "putuo", From: day("2023-03-01"), Red: ptr(12.0)}}, nil, nil)
	attended.Steps = []geo.Step{{Warning: "progress/2023-03-31", Action: geo.Acknowledge, Date: day("2023-06-01"), Actor: "王科长"}}
	attended.Milestones = []geo.Milestone{{Name: "封顶", Planned: day("2023-06-30")}, {Name: "竣工", Planned: day("2023-12-20")}}
	return rule, map[string]*geo.Facts{"green": green, "red": red, "attended": &attended}
}

func BenchmarkJudging(b *testing.B) {
	rule, lives := benchmarked()
	at := day("2023-12-31")
	for _, name := range []string{"green", "red", "attended"} {
		f := lives[name]
		for _, c := range []struct {
			name string
			do   func()
		}{
			{"light", func() { rule.LightAt(f, at) }},
			{"stand", func() { rule.Stand(f, at) }},
			{"judge", func() { rule.Judge(f, at) }},
			{"warnings", func() { rule.Warnings(f, at) }},
		} {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.do()
				}
			})
		}
	}
}
