package seeds_test

import (
	"context"
	"path/filepath"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/ingest"
	"yiping/geo/snapshot"
	"yiping/seeds"
)

// The embedded store, seeded twice, shows the report of 普陀 and nothing twice.
func TestEmbeddedStoreShowsTheReportOfPutuo(t *testing.T) {
	ctx := context.Background()
	store, err := gpkg.Open(ctx, filepath.Join(t.TempDir(), "seeds.gpkg"), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	declare := geo.Batch{Actor: "test"}
	for _, l := range append(city.Layers(), seeds.Layers()...) {
		declare.Edits = append(declare.Edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	for _, d := range seeds.Dates("putuo") {
		declare.Edits = append(declare.Edits, geo.Edit{Op: geo.SetDate, Date: d})
	}
	if _, err := store.Apply(ctx, declare); err != nil {
		t.Fatal(err)
	}
	jobs, err := seeds.Jobs("putuo")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, j := range jobs {
			o := ingest.Options{Layer: j.Layer, Mode: ingest.Upsert, Reports: j.Reports, Actor: "test"}
			if _, err := ingest.Import(ctx, store, source(j), o); err != nil {
				t.Fatal(err)
			}
		}
	}
	s, err := snapshot.Load(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	l, ok := s.Layer(city.Project)
	if !ok || l.Len() != 87 || l.Counts("310107") != (snapshot.LightCounts{0, 57, 27, 3}) {
		t.Errorf("%d projects, lights %v", l.Len(), l.Counts("310107"))
	}
	for i := range l.All {
		if i.Version() != 1 {
			t.Errorf("%s is at version %d: the second seeding changed it", i.Code(), i.Version())
		}
	}
}
