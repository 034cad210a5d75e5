package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// rows are the storeys of the house: a package imports only from rows above its
// own, that is from smaller numbers. A new package must be given its row here.
var rows = [][]string{
	0: {"tiles/cache", "web"},
	1: {"geo/crs", "geo/exact", "geo/measure", "geo/rtree", "geo/wkb", "tiles", "tiles/mvt"},
	2: {"geo"},
	3: {"geo/city", "geo/jsontext", "geo/cql", "geo/format", "geo/password", "geo/postgis", "geo/storetest", "tiles/raster"},
	4: {"geo/snapshot", "geo/gpkg", "geo/postgis", "geo/format/csv", "geo/format/geojson", "seeds", "api/oas"},
	5: {"geo/live", "geo/indicator", "geo/overview", "geo/reporting", "tiles/render", "tiles/svg", "api/ogc", "seeds/gen"},
	6: {"geo/ingest", "geo/bulletin", "tiles/archive", "tiles/tileset"},
	7: {"api"},
	8: {"cmd/yiping"},
}

// forTests are packages that only tests may import; they may import what they like.
var forTests = map[string]bool{"geo/postgis/pgtest": true, "geo/postgis/pgtest/with": true, "geo/snapshot/snaptest": true, "geo/storetest": true, "tiles/mvt/mvttest": true, "tiles/tiletest": true}

func TestPackagesImportOnlyFromRowsAbove(t *testing.T) {
	row := map[string]int{}
	for n, packages := range rows {
		for _, p := range packages {
			row[p] = n
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{if not .Standard}}{{.ImportPath}} {{join .Imports " "}}{{end}}`, "yiping/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) == 0 || !strings.HasPrefix(words[0], "yiping/") {
			continue
		}
		from := strings.TrimPrefix(words[0], "yiping/")
		at, ok := row[from]
		if !ok && !forTests[from] {
			t.Errorf("package %s has no row: give it one", from)
			continue
		}
		seen++
		for _, w := range words[1:] {
			to, ours := strings.CutPrefix(w, "yiping/")
			switch above, known := row[to]; {
			case !ours || forTests[from]:
			case forTests[to]:
				t.Errorf("%s imports %s, which is for tests", from, to)
			case known && above >= at:
				t.Errorf("%s (row %d) imports %s (row %d)", from, at, to, above)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func TestComposeFileIsWhole(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Image       string
			Build       string
			Restart     string
			Environment map[string]string
			Volumes     []string
			DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
			Ports       []string
			Healthcheck struct {
				Test        []string
				Interval    string
				Timeout     string
				Retries     int
				StartPeriod string `yaml:"start_period"`
			}
		}
		Volumes map[string]any
	}
	dec := yaml.NewDecoder(strings.NewReader(string(b)))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		if (s.Image == "") == (s.Build == "") || s.Restart == "" || len(s.Healthcheck.Test) == 0 {
			t.Errorf("service %s needs one of image and build, restart and healthcheck: %+v", name, s)
		}
		for other := range s.DependsOn {
			if _, ok := file.Services[other]; !ok {
				t.Errorf("service %s depends on %s, which is not there", name, other)
			}
		}
		for _, v := range s.Volumes {
			if volume, _, _ := strings.Cut(v, ":"); file.Volumes != nil {
				if _, ok := file.Volumes[volume]; !ok {
					t.Errorf("service %s mounts %s, which is not declared", name, volume)
				}
			}
		}
		for key, value := range s.Environment {
			if strings.Contains(key, "PASSWORD") && !strings.HasPrefix(value, "${") {
				t.Errorf("service %s has a password written down", name)
			}
		}
	}
	if len(file.Services) != 2 {
		t.Errorf("%d services", len(file.Services))
	}
}
