package postgis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis/pgtest"
)

// streets gives n streets of 11 vertices each.
func streets(n int) []geo.Edit {
	out := make([]geo.Edit, n)
	for i := range out {
		line := make(orb.LineString, 11)
		for j := range line {
			line[j] = orb.Point{121 + float64(i%1000)*1e-3 + float64(j)*3e-4, 31 + float64(i/1000)*1e-3 + float64(j%2)*1e-4}
		}
		out[i] = geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.Street, Code: fmt.Sprintf("S-%07d", i), Geometry: line, Properties: geo.Properties{
			"name": fmt.Sprintf("路 %d", i), "district": "310107", "category": "次干路", "rank": int64(i % 4), "state": "整治中",
			"located": "示意", "uncertainty_m": 50.0, "unit": "区建管委"}}}
	}
	return out
}

func BenchmarkImport(b *testing.B) {
	const n = 50000
	edits := streets(n)
	for b.Loop() {
		b.StopTimer()
		s := open(b, pgtest.URL(b))
		declareCity(b, s)
		b.StartTimer()
		if _, err := s.Apply(context.Background(), geo.Batch{Actor: "bench", Edits: edits}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "features/s")
}

// BenchmarkLoad reads 100,000 streets as they are, and as they were known before
// a tenth of them changed.
func BenchmarkLoad(b *testing.B) {
	const n = 100000
	s := open(b, pgtest.URL(b))
	declareCity(b, s)
	if _, err := s.Apply(context.Background(), geo.Batch{Actor: "bench", Edits: streets(n)}); err != nil {
		b.Fatal(err)
	}
	known := time.Now()
	changed := streets(n / 10)
	refs, err := s.Lookup(context.Background(), city.Street, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range changed {
		changed[i].Op, changed[i].Feature.ID = geo.Replace, refs[changed[i].Feature.Code].ID
	}
	if _, err := s.Apply(context.Background(), geo.Batch{Actor: "bench", Edits: changed}); err != nil {
		b.Fatal(err)
	}
	for name, load := range map[string]func(context.Context, func(geo.Head) error, func(geo.Record) error) error{
		"now": s.Load,
		"known": func(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
			return s.LoadKnown(ctx, known, head, record)
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				got := 0
				if err := load(context.Background(), func(geo.Head) error { return nil }, func(geo.Record) error { got++; return nil }); err != nil || got != n {
					b.Fatal(got, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "features/s")
		})
	}
}

// BenchmarkPoll is one Since that finds nothing, and one that finds one edit.
func BenchmarkPoll(b *testing.B) {
	s := open(b, pgtest.URL(b))
	declareCity(b, s, "a")
	f := follow(b, s)
	p := project("a")
	p.ID = f.byCode["a"].ID
	b.Run("nothing new", func(b *testing.B) {
		for b.Loop() {
			f.t = b
			f.poll()
		}
	})
	b.Run("one edit applied and read", func(b *testing.B) {
		for b.Loop() {
			f.t = b
			if _, err := s.Apply(context.Background(), geo.Batch{Actor: "bench", Edits: []geo.Edit{{Op: geo.Replace, Feature: p}}}); err != nil {
				b.Fatal(err)
			}
			f.poll()
		}
	})
}
