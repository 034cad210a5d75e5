package overview_test

import (
	"fmt"
	"runtime"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/indicator"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

// projects of the large city, with 24 monthly reports each.
const projects = 100_000

// large is a city with 12 indicators for each of 16 districts and for all.
func large() snaptest.Large {
	l := snaptest.Large{Projects: projects}
	formulas := []string{
		`{"count":{"layer":"project"}}`,
		`{"count":{"layer":"project","filter":"light = 'red'"}}`,
		`{"count":{"layer":"project","filter":"level = '区属' AND category = '类别3'"}}`,
		`{"sum":{"layer":"project","field":"investment"}}`,
		`{"sum":{"layer":"project","report":"actual_investment"}}`,
		`{"percent":[{"sum":{"layer":"project","report":"actual_investment"}},{"sum":{"layer":"project","field":"year_investment"}}]}`,
		`{"percent":[{"count":{"layer":"project","filter":"light = 'green'"}},{"count":{"layer":"project","filter":"light <> 'none'"}}]}`,
		`{"percent":[{"count":{"layer":"project","filter":"overdue"}},{"count":{"layer":"project"}}]}`,
		`{"count":{"layer":"project","filter":"lifecycle = '在建' AND unit LIKE '单位1%'"}}`,
		`{"max":{"layer":"project","field":"investment"}}`,
		`{"distinct":{"layer":"project","field":"unit"}}`,
		`{"count":{"layer":"project","filter":"reported < DATE('2023-12-01')"}}`,
	}
	for d := range 17 {
		for k, f := range formulas {
			id := geo.ID(d*100 + k + 1)
			p := geo.Properties{"name": fmt.Sprint("指标", k), "kind": city.Computed, "formula": f}
			if d < 16 {
				p["district"] = fmt.Sprintf("3101%02d", d)
			}
			l.More = append(l.More, geo.Record{Layer: city.Indicator, ID: id, Feature: &geo.Feature{Layer: city.Indicator, ID: id,
				Code: fmt.Sprintf("I%02d-%02d", d, k), Version: 1, Properties: p}})
		}
	}
	return l
}

// parts are those that screens ask for: the city and each of its districts.
func parts() []overview.Filter {
	out := []overview.Filter{{}}
	for d := range 16 {
		out = append(out, overview.Filter{District: fmt.Sprintf("3101%02d", d)})
	}
	return out
}

// BenchmarkOverview times answers and changes of a city of 100,000 projects ×
// 24 reports beside computing everything anew.
func BenchmarkOverview(b *testing.B) {
	city, all := large(), overview.Filter{}
	s := snaptest.Snapshot(b, city)
	board, figures := overview.New(s), indicator.New(s)
	for _, f := range parts() {
		board.Of(f)
	}
	b.Run("of, warm, the city", func(b *testing.B) {
		for b.Loop() {
			board.Of(all)
		}
	})
	b.Run("of, warm, a district", func(b *testing.B) {
		for b.Loop() {
			board.Of(parts()[3])
		}
	})
	b.Run("one change: apply, both boards, of", func(b *testing.B) {
		now, o, f, n := s, board, figures, 0
		for b.Loop() {
			n++
			next, d := change(b, now, city, n)
			now, o, f = next, o.Next(d), f.Next(d)
			o.Of(all)
		}
	})
	b.Run("of it: apply", func(b *testing.B) {
		now, n := s, 0
		for b.Loop() {
			n++
			now, _ = change(b, now, city, n)
		}
	})
	next, d := change(b, s, city, 1)
	b.Run("of it: overview", func(b *testing.B) {
		for b.Loop() {
			board.Next(d)
		}
	})
	b.Run("of it: indicators", func(b *testing.B) {
		for b.Loop() {
			figures.Next(d)
		}
	})
	b.Run("baseline: overview of the city anew", func(b *testing.B) {
		for b.Loop() {
			overview.New(next).Of(all)
		}
	})
	b.Run("baseline: indicators anew", func(b *testing.B) {
		for b.Loop() {
			indicator.New(next)
		}
	})
	runtime.KeepAlive(s)
}

// change reports other progress of a project, then the first again.
func change(b *testing.B, s *snapshot.Snapshot, l snaptest.Large, n int) (*snapshot.Snapshot, snapshot.Delta) {
	b.Helper()
	next, d, err := s.Apply(geo.Changes{Records: []geo.Record{l.Project(1+n*7919%projects, n)}})
	if err != nil || len(d.Changes) != 1 {
		b.Fatal(err, len(d.Changes))
	}
	return next, d
}
