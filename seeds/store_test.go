package seeds_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/geo/ingest"
	"yiping/geo/snapshot"
	"yiping/seeds"
)

// seededStore is an embedded store with everything the named districts have, or
// all of them.
func seededStore(t *testing.T, districts ...string) geo.Store {
	t.Helper()
	ctx := context.Background()
	store, err := gpkg.Open(ctx, filepath.Join(t.TempDir(), "seeds.gpkg"), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	declare := geo.Batch{Actor: "test"}
	for _, l := range append(city.Layers(), seeds.Layers()...) {
		declare.Edits = append(declare.Edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	for _, d := range seeds.Dates(districts...) {
		declare.Edits = append(declare.Edits, geo.Edit{Op: geo.SetDate, Date: d})
	}
	if _, err := store.Apply(ctx, declare); err != nil {
		t.Fatal(err)
	}
	seedInto(t, store, districts...)
	return store
}

func seedInto(t *testing.T, store geo.Store, districts ...string) {
	t.Helper()
	jobs, err := seeds.Jobs(districts...)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		o := ingest.Options{Layer: j.Layer, Mode: ingest.Upsert, Reports: j.Reports, Actor: "test"}
		if _, err := ingest.Import(context.Background(), store, source(j), o); err != nil {
			t.Fatal(err)
		}
	}
}

// The embedded store, seeded twice, shows the report of 普陀 and nothing twice.
func TestEmbeddedStoreShowsTheReportOfPutuo(t *testing.T) {
	store := seededStore(t, "putuo")
	seedInto(t, store, "putuo")
	s, err := snapshot.Load(context.Background(), store)
	if err != nil {
		t.Fatal(err)
	}
	l, ok := s.Layer(city.Project)
	if !ok || l.Len() != 87 || l.Counts("310107") != (snapshot.LightCounts{0, 57, 27, 3}) {
		t.Errorf("%d projects, lights %v", l.Len(), l.Counts("310107"))
	}
	for _, l := range s.Layers() {
		for i := range l.All {
			if i.Version() != 1 {
				t.Errorf("%s %s is at version %d: the second seeding changed it", l.Decl().ID, i.Code(), i.Version())
			}
		}
	}
}

// The warnings of 普陀 at the end of 2022: most in coordination, the red ones
// proposed for supervision until a person answered.
func TestWarningsOfPutuoAreEscalated(t *testing.T) {
	s, err := snapshot.Load(context.Background(), seededStore(t, "putuo"))
	if err != nil {
		t.Fatal(err)
	}
	l, _ := s.Layer(city.Project)
	got := map[string]int{}
	for i := range l.All {
		if st := i.Standing(); st.Level > 0 {
			got[fmt.Sprint(st.Light, " ", st.Level, " ", st.Proposed)]++
		}
	}
	want := map[string]int{"yellow 1 false": 5, "yellow 2 false": 22, "red 2 false": 1, "red 2 true": 1, "red 3 false": 1}
	if !maps.Equal(got, want) {
		t.Errorf("warnings by light, level and whether 督办 is proposed %v, want %v", got, want)
	}
	// Every step of the seeds is on a warning that was raised.
	for _, row := range table(t, "tables/rows/warning_step.csv") {
		i, ok := l.ByCode(row["of_code"])
		if !ok || !slices.ContainsFunc(i.Warnings(), func(w geo.Warning) bool { return w.Key == row["warning"] }) {
			t.Errorf("%s: no warning %s of %s", row["code"], row["warning"], row["of_code"])
		}
	}
}
