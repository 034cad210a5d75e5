package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// breaking fails every batch after the first n, as a killed process would.
type breaking struct {
	geo.Store
	n int
}

var errBroken = errors.New("broken off")

func (b *breaking) Apply(ctx context.Context, batch geo.Batch) (geo.Result, error) {
	if b.n--; b.n < 0 {
		return geo.Result{}, errBroken
	}
	return b.Store.Apply(ctx, batch)
}

func TestSeedingGoesOnWhereItWasBrokenOff(t *testing.T) {
	ctx := t.Context()
	store, err := openStore(ctx, "gpkg:"+filepath.Join(t.TempDir(), "a.gpkg"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	var log bytes.Buffer
	node := func(s geo.Store) *service {
		return &service{options: serveOptions{seed: "putuo"}, store: s, logger: slog.New(slog.NewTextHandler(&log, nil))}
	}
	if err := node(&breaking{store, 4}).seedEmpty(ctx); !errors.Is(err, errBroken) {
		t.Fatalf("seeding was not broken off: %v", err)
	}
	if err := node(store).seedEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	refs, err := store.Lookup(ctx, city.Project, nil)
	head, _, e := glance(ctx, store)
	if err != nil || e != nil || len(refs) != 87 || len(head.Dates) != 1 {
		t.Fatalf("%d projects, dates %+v, errors %v, %v", len(refs), head.Dates, err, e)
	}
	// Nothing about the program's own files is for its user to settle.
	if strings.Contains(log.String(), "note:") {
		t.Errorf("seeding gave notes:\n%s", log.String())
	}
	// A store that is whole is left alone, also with a longer list.
	again := node(&breaking{store, 0})
	again.options.seed = "all"
	if err := again.seedEmpty(ctx); err != nil {
		t.Errorf("a seeded store was seeded again: %v", err)
	}
}
