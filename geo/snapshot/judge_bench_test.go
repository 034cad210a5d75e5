package snapshot_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// register loads n projects with so many monthly reports each, every tenth with
// three milestones.
type register struct {
	geo.Loader
	n, months int
}

func (m register) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Layers: city.Layers(), Dates: []geo.DistrictDate{{District: "A", Date: geo.NewDate(2023, 12, 31)}}}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 0))
	for id := 1; id <= m.n; id++ {
		if err := record(m.project(r, id)); err != nil {
			return err
		}
	}
	for id := 1; id <= m.n; id += 10 {
		for k := range 3 {
			if err := record(milestoneOf(id, k, geo.NewDate(2023, 3, 31))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m register) project(r *rand.Rand, id int) geo.Record {
	rec := feature(city.Project, geo.ID(id), fmt.Sprintf("P-%06d", id), orb.Point{121 + r.Float64(), 31 + r.Float64()}, geo.Properties{
		"name": fmt.Sprintf("项目%d", id), "district": "A", "year": int64(2023), "unit": fmt.Sprint("单位", id%40), "lifecycle": "在建", "category": fmt.Sprint("类别", id%5)})
	for k := range m.months {
		planned := 100 * float64(k%12+1) / 12
		rec.Reports = append(rec.Reports, geo.Report{Layer: city.Project, Feature: geo.ID(id), Date: geo.NewDate(2022, 2, 0) + geo.Date(30*k), Version: 1,
			Properties: geo.Properties{geo.PlannedProgress: planned, geo.ActualProgress: max(0, planned-30*r.Float64()),
				geo.PlannedInvestment: 4 * planned, geo.ActualInvestment: 4 * planned, "basis": "填报"}})
		rec.Reports[k].Date = rec.Reports[k].Date.MonthEnd()
	}
	return rec
}

func milestoneOf(id, k int, planned geo.Date) geo.Record {
	return feature(city.Milestone, geo.ID(10*id+k), fmt.Sprintf("M-%d-%d", id, k), nil, geo.Properties{"of_layer": string(city.Project),
		"of_code": fmt.Sprintf("P-%06d", id), "name": fmt.Sprint("节点", k), "planned": planned + geo.Date(30*k), "district": "A"})
}

func (m register) snapshot(b *testing.B) *snapshot.Snapshot {
	b.Helper()
	s, err := snapshot.Options{Now: noon}.Load(context.Background(), m)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkAt judges 100,000 projects with two years of reports at another day.
func BenchmarkAt(b *testing.B) {
	const n = 100_000
	s := register{n: n, months: 24}.snapshot(b)
	b.Run("another day", func(b *testing.B) {
		b.ReportAllocs()
		day := geo.NewDate(2023, 6, 30)
		for b.Loop() {
			day++
			s.At(day)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/n, "ns/feature")
	})
	b.Run("baseline: read all reports", func(b *testing.B) {
		l, _ := s.Layer(city.Project)
		for b.Loop() {
			l.All(func(i snapshot.Item) bool { return len(i.Reports()) > 0 })
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/n, "ns/feature")
	})
}

// BenchmarkApplyJudged changes what a project is judged by.
func BenchmarkApplyJudged(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		m := register{n: n, months: 24}
		s := m.snapshot(b)
		l, _ := s.Layer(city.Project)
		r := rand.New(rand.NewPCG(2, 0))
		for _, c := range []struct {
			name   string
			change func() geo.Record
		}{
			{"report", func() geo.Record {
				i, _ := l.ByID(geo.ID(1 + r.IntN(n)))
				f, reports := i.Feature(), i.Reports()
				reports[len(reports)-1].Properties[geo.ActualProgress] = 100 * r.Float64()
				return geo.Record{Layer: city.Project, ID: f.ID, Feature: &f, Reports: reports}
			}},
			{"milestone", func() geo.Record {
				return milestoneOf(10*r.IntN(n/10)+1, r.IntN(3), geo.NewDate(2023, 1, r.IntN(300)))
			}},
			{"period of one of 40 units", func() geo.Record {
				return feature(city.Period, 1, "T", nil, geo.Properties{"layer": string(city.Project), "district": "A", "unit": fmt.Sprint("单位", r.IntN(40)),
					"ends": geo.NewDate(2023, 11, 30), "state": geo.PeriodStates[r.IntN(5)]})
			}},
		} {
			b.Run(fmt.Sprintf("%s of %d", c.name, n), func(b *testing.B) {
				b.ReportAllocs()
				now := s
				for b.Loop() {
					next, _, err := now.Apply(geo.Changes{Records: []geo.Record{c.change()}})
					if err != nil {
						b.Fatal(err)
					}
					now = next
				}
			})
		}
	}
}

// BenchmarkMemoryJudged weighs projects with two years of reports.
func BenchmarkMemoryJudged(b *testing.B) {
	const n = 20_000
	for b.Loop() {
		before := heap()
		s := register{n: n, months: 24}.snapshot(b)
		b.ReportMetric(float64(heap()-before)/n, "B/feature")
		runtime.KeepAlive(s)
	}
}
