package live_test

import (
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/live"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// From the beginning of a write, through commit, feed and snapshot, to a
// listener of the hub.
func BenchmarkWriteToEvent(b *testing.B) {
	b.Run("gpkg", func(b *testing.B) {
		s, err := gpkg.Open(b.Context(), filepath.Join(b.TempDir(), "city.gpkg"), gpkg.Options{})
		writeToEvent(b, s, err)
	})
	b.Run("postgis", func(b *testing.B) {
		s, err := postgis.Open(b.Context(), pgtest.URL(b), postgis.Options{})
		writeToEvent(b, s, err)
	})
}

func writeToEvent(b *testing.B, s geo.Store, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	var edits []geo.Edit
	for _, l := range city.Layers() {
		edits = append(edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	write := func(edits ...geo.Edit) geo.Result {
		r, err := s.Apply(b.Context(), geo.Batch{Actor: "bench", Edits: edits})
		if err != nil {
			b.Fatal(err)
		}
		return r
	}
	write(edits...)
	id := write(project("P1", orb.Point{121.4, 31.2})).IDs[0]
	h := live.NewHub(s.Covers, live.HubOptions{})
	f := live.NewFollower(s, live.Options{Hub: h})
	done := make(chan error, 1)
	go func() { done <- f.Run(b.Context()) }()
	b.Cleanup(func() {
		<-done
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := f.WaitFor(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	sub := h.Subscribe("")
	for n := 0; b.Loop(); n++ {
		e := project("P1", orb.Point{121.4, 31.2 + float64(n%2)/100})
		e.Op, e.Feature.ID = geo.Replace, id
		r := write(e)
		for ev := range sub.Events {
			if s.Covers(ev.Cursor, r.Cursor) {
				break
			}
		}
	}
}
