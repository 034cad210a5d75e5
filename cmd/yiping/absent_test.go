package main_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"yiping/geo/postgis/pgtest"
)

// A store that is not there is not made by who reads or serves: a path mistyped
// would open an empty city.
func TestNobodyMakesAStoreUnasked(t *testing.T) {
	roads := write(t, "roads.geojson", roads)
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "mistyped.gpkg")
	empty := write(t, "empty.gpkg", "")
	refuses := func(store, says string, args ...string) {
		t.Helper()
		_, errs, status := yiping(t, append(args, "--store", store)...)
		if status != 1 || !strings.Contains(errs, says) || !strings.Contains(errs, "--create") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s on %s: status %d, %q", args, store, status, errs)
		}
	}
	for _, args := range [][]string{
		{"serve", "--listen", "127.0.0.1:0"}, {"import", roads, "--layer", "road"}, {"import", roads, "--layer", "road", "--dry-run"},
		{"export", "--layer", "project"}, {"export", "--layer", "project", "--format", "pmtiles", "-o", filepath.Join(dir, "t.pmtiles")},
		{"layer", "list"}, {"user", "list"}, {"user", "token", "list"}, {"doctor", "--listen", "127.0.0.1:0"}, {"bench", "tiles"}, {"bench", "live"},
		{"bulletin", "--district", "putuo", "--month", "2022-12"}, {"carryover", "--district", "310107", "--to", "2023"},
	} {
		refuses("gpkg:"+path, "there is no file "+path, args...)
	}
	refuses("gpkg:"+empty, "the file is empty", "serve", "--listen", "127.0.0.1:0")
	database := pgtest.URL(t)
	refuses(database, "holds no store", "serve", "--listen", "127.0.0.1:0")
	refuses(database, "holds no store", "layer", "list")
	if made := pgtest.Connect(t, database).QueryRow(t.Context(), "SELECT FROM pg_namespace WHERE nspname = 'yiping'").Scan(); !errors.Is(made, pgx.ErrNoRows) {
		t.Errorf("a schema was made: %v", made)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("a folder was made all the same")
	}
	if fi, err := os.Stat(empty); err != nil || fi.Size() > 0 {
		t.Errorf("the empty file became %v, %v", fi.Size(), err)
	}
}

// import --create begins a store where there is none.
func TestAStoreIsMadeOnRequest(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		must(t, "import", write(t, "roads.geojson", roads), "--layer", "road", "--store", url, "--create")
		if out := must(t, "layer", "list", "--store", url); !strings.Contains(out, "road") {
			t.Errorf("layers: %s", out)
		}
	})
}
