package tileset_test

import (
	"testing"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles/tileset"
	"yiping/tiles/tiletest"
)

// BenchmarkPublishInACrowd publishes two changes, there and back, in a city of which
// the tiles to zoom 12 are thinned; tiles are kept of all layers together and of
// each.
func BenchmarkPublishInACrowd(b *testing.B) {
	records := tiletest.City(100_000)
	s := tiletest.Snapshot(b, records)
	ts := tileset.New(tileset.Options{})
	ts.Publish(s, snapshot.Delta{})
	for z := uint8(6); z <= 16; z++ {
		get(b, ts, at(z, tiletest.Centre), all...)
	}
	for _, l := range all {
		get(b, ts, at(14, tiletest.Centre), l)
	}
	for _, c := range []struct {
		name  string
		alter func(*geo.Feature)
	}{
		{"name", func(f *geo.Feature) { f.Properties["name"] = "改" }},
		{"light", func(f *geo.Feature) { f.Properties = tiletest.Lit(f.Layer, f.Properties.Text("name"), geo.Red) }},
		{"place", func(f *geo.Feature) { f.Geometry = tiletest.Centre }},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := *records[len(records)-1].Feature
			f.Properties = f.Properties.Clone()
			c.alter(&f)
			to, forth, err := s.Apply(geo.Changes{Records: []geo.Record{{Layer: f.Layer, ID: f.ID, Feature: &f}}})
			if err != nil {
				b.Fatal(err)
			}
			if err != nil {
				b.Fatal(err)
			}
			back := snapshot.Delta{From: to, To: s}
			for _, x := range forth.Changes {
				x.Old, x.New, x.HadOld, x.HasNew = x.New, x.Old, x.HasNew, x.HadOld
				back.Changes = append(back.Changes, x)
			}
			b.ReportAllocs()
			for b.Loop() {
				ts.Publish(to, forth)
				ts.Publish(s, back)
			}
		})
	}
}

func BenchmarkPublishOneChange(b *testing.B) {
	records := tiletest.City(2000)
	s := newStage(b, records)
	for _, id := range pool() {
		get(b, s.Tileset, id, all...)
	}
	f := *records[len(records)-1].Feature
	f.Properties = f.Properties.Clone()
	f.Properties["name"] = "改"
	to, d, err := s.now.Apply(geo.Changes{Records: []geo.Record{{Layer: f.Layer, ID: f.ID, Feature: &f}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	back := snapshot.Delta{From: to, To: s.now, Changes: []snapshot.Change{d.Changes[0]}}
	back.Changes[0].Old, back.Changes[0].New = d.Changes[0].New, d.Changes[0].Old
	forth := d
	forth.Changes = []snapshot.Change{d.Changes[0]}
	forth.Changes[0].Old, forth.Changes[0].New = back.Changes[0].New, back.Changes[0].Old
	for b.Loop() {
		s.Publish(to, forth)
		s.Publish(s.now, back)
	}
}
