package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo/postgis/pgtest"
)

// A store that is not there is not made by who reads or serves: a path mistyped
// would open an empty city.
func TestNobodyMakesAStoreUnasked(t *testing.T) {
	roads := write(t, "roads.geojson", roads)
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "mistyped.gpkg")
	empty := write(t, "empty.gpkg", "")
	for store, says := range map[string]string{"gpkg:" + path: "there is no file " + path, "gpkg:" + empty: "the file is empty", pgtest.URL(t): "holds no store"} {
		for name, args := range map[string][]string{
			"serve": {"serve", "--listen", "127.0.0.1:0"}, "export": {"export", "--layer", "project"}, "tiles": {"export", "--layer", "project", "--format", "pmtiles", "-o", filepath.Join(dir, "t.pmtiles")},
			"import": {"import", roads, "--layer", "road"}, "dry run": {"import", roads, "--layer", "road", "--dry-run"}, "layers": {"layer", "list"},
			"bulletin": {"bulletin", "--district", "putuo", "--month", "2022-12"}, "carryover": {"carryover", "--district", "310107", "--to", "2023"},
			"users": {"user", "list"}, "tokens": {"user", "token", "list"}, "doctor": {"doctor", "--listen", "127.0.0.1:0"},
			"bench": {"bench", "tiles"}, "live": {"bench", "live"},
		} {
			_, errs, status := yiping(t, append(args, "--store", store)...)
			if status != 1 || !strings.Contains(errs, says) || !strings.Contains(errs, "--create") || strings.Count(errs, "\n") != 1 {
				t.Errorf("%s on %s: status %d, %q", name, store, status, errs)
			}
		}
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("a folder was made all the same")
	}
	if fi, err := os.Stat(empty); err != nil || fi.Size() > 0 {
		t.Errorf("the empty file became %v, %v", fi.Size(), err)
	}
}

// make run, seed, synth and import --create begin a store where there is none.
func TestAStoreIsMadeOnRequest(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		must(t, "import", write(t, "roads.geojson", roads), "--layer", "road", "--store", url, "--create")
		if out := must(t, "layer", "list", "--store", url); !strings.Contains(out, "road") {
			t.Errorf("layers: %s", out)
		}
	})
}
