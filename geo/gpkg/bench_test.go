package gpkg_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// bulk is n streets with eleven vertices and a few fields each.
func bulk(n int) []geo.Edit {
	edits := make([]geo.Edit, n)
	for i := range edits {
		line := make(orb.LineString, 11)
		for k := range line {
			line[k] = orb.Point{121 + float64(i%1000)/1000 + float64(k)/1e4, 31 + float64(i/1000)/1000 + float64(k*k)/1e5}
		}
		edits[i] = geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: "road", Code: fmt.Sprintf("road-%07d", i), Geometry: line,
			Properties: geo.Properties{"name": fmt.Sprintf("道路 %d", i), "lanes": int64(i % 8), "width": float64(i) / 7}}}
	}
	return edits
}

// BenchmarkApply creates 50,000 features in batches of 5,000.
func BenchmarkApply(b *testing.B) {
	edits := bulk(50_000)
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "bulk.gpkg"))
		apply(b, s, geo.Edit{Op: geo.Declare, Layer: road()})
		for start := 0; start < len(edits); start += 5000 {
			apply(b, s, edits[start:start+5000]...)
		}
	}
	b.ReportMetric(float64(len(edits)*b.N)/b.Elapsed().Seconds(), "features/s")
}

// BenchmarkApplyOne lands batches of one edit, each with its fsync.
func BenchmarkApplyOne(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "one.gpkg"))
	id := apply(b, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")}).IDs[1]
	f := lane("a")
	f.ID = id
	for b.Loop() {
		apply(b, s, geo.Edit{Op: geo.Replace, Feature: f})
	}
}

// BenchmarkLoad reads 100,000 features as they are, and as they were known before
// a tenth of them changed.
func BenchmarkLoad(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "load.gpkg"))
	apply(b, s, geo.Edit{Op: geo.Declare, Layer: road()})
	edits := bulk(100_000)
	for start := 0; start < len(edits); start += 20_000 {
		apply(b, s, edits[start:start+20_000]...)
	}
	at := moment()
	refs, err := s.Lookup(context.Background(), "road", nil)
	if err != nil {
		b.Fatal(err)
	}
	changed := bulk(10_000)
	for i := range changed {
		changed[i].Op, changed[i].Feature.ID = geo.Replace, refs[changed[i].Feature.Code].ID
	}
	apply(b, s, changed...)
	for name, load := range map[string]func(context.Context, func(geo.Head) error, func(geo.Record) error) error{"now": s.Load, "known": known(s, at)} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				if err := load(context.Background(), func(geo.Head) error { return nil }, func(geo.Record) error { n++; return nil }); err != nil {
					b.Fatal(err)
				}
			}
			if n != b.N*len(edits) {
				b.Errorf("%d records in %d loads", n, b.N)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "features/s")
		})
	}
}
