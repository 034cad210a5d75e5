package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt/mvttest"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compares whole tiles, decoded, with what was reviewed: of a city with
// room for all, and of one so crowded that clusters stand for most of it, at zoom 4
// with points in place of what the grid is too coarse for.
func TestGolden(t *testing.T) {
	city, crowded := tiletest.Snapshot(t, tiletest.City(60)), tiletest.Snapshot(t, lit(rand.New(rand.NewPCG(1, 1)), 150, 15))
	small := render.Limits{Reds: 6, Bytes: 12_000, DeepBytes: 12_000}
	for _, c := range []struct {
		name   string
		s      *snapshot.Snapshot
		limits render.Limits
		z      uint8
	}{
		{"city-z10", city, render.Limits{}, 10},
		{"city-z13", city, render.Limits{}, 13},
		{"city-z15", city, render.Limits{}, 15},
		{"crowded-z4", crowded, small, 4},
		{"crowded-z12", crowded, small, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r render.Renderer
			raw, err := r.Tile(render.Prepare(c.s, c.limits), render.Query{Layers: allLayers}, at(c.z, tiletest.Centre))
			if err != nil {
				t.Fatal(err)
			}
			got, file := goldenJSON(t, decode(t, raw)), filepath.Join("testdata", c.name+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; look at it, then run with -update\n%s", file, got)
			}
		})
	}
}

// goldenJSON writes one feature a line.
func goldenJSON(t *testing.T, layers []mvttest.Layer) []byte {
	var out bytes.Buffer
	for _, l := range layers {
		fmt.Fprintf(&out, "%q\n", l.Name)
		for _, f := range l.Features {
			b, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "  %s\n", b)
		}
	}
	return out.Bytes()
}

// TestGDALReadsTheTiles asks a reader that others use.
func TestGDALReadsTheTiles(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(1500))
	id := at(13, tiletest.Centre)
	raw := draw(t, s, id, allLayers...)
	file := filepath.Join(t.TempDir(), "tile.mvt")
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ogrinfo", "-ro", "-al", "-so", "MVT:"+file).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ERROR")) || bytes.Contains(out, []byte("Warning")) {
		t.Fatalf("ogrinfo (package gdal-bin): %v\n%s", err, out)
	}
	for _, l := range decode(t, raw) {
		want := fmt.Sprintf("Layer name: %s\n", l.Name)
		_, rest, found := strings.Cut(string(out), want)
		if !found {
			t.Errorf("GDAL does not see layer %s", l.Name)
			continue
		}
		if count := fmt.Sprintf("Feature Count: %d\n", len(l.Features)); !strings.Contains(rest[:min(len(rest), 400)], count) {
			t.Errorf("layer %s: GDAL disagrees with %s%.400s", l.Name, count, rest)
		}
	}
}

// TestDrawingAgainAllocatesNothing draws every kind of geometry and of field:
// what is left is the name of each label layer, and room for many texts at once.
func TestDrawingAgainAllocatesNothing(t *testing.T) {
	records := tiletest.City(1500)
	for i, r := range records[len(records)-450:] { // projects
		records = append(records, tiletest.One("kinds", geo.ID(i+1), r.Feature.Geometry, kindsOf(i)))
	}
	source := &tiletest.Source{Decls: append(city.Layers(), kinds()), Records: records}
	s, err := snapshot.Load(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	layers, p := append(slices.Clone(allLayers), "kinds"), render.Prepare(s, render.Limits{})
	for z := uint8(10); z < 17; z++ {
		t.Run(fmt.Sprintf("z%d", z), func(t *testing.T) {
			var r render.Renderer
			size := 0
			drawIt := func() {
				b, err := r.Tile(p, render.Query{Layers: layers}, at(z, tiletest.Centre))
				if err != nil {
					t.Fatal(err)
				}
				size = len(b)
			}
			drawIt()
			if n := testing.AllocsPerRun(5, drawIt); n > float64(2*len(layers)) || size < 1000 {
				t.Errorf("%.0f allocations for a tile of %d bytes", n, size)
			}
		})
	}
}

func BenchmarkTile(b *testing.B) {
	p := render.Prepare(tiletest.Snapshot(b, tiletest.City(100_000)), render.Limits{})
	for _, z := range []uint8{6, 8, 10, 11, 12, 14, 16} {
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			var r render.Renderer
			id := at(z, tiletest.Centre)
			b.ReportAllocs()
			for b.Loop() {
				raw, err := r.Tile(p, render.Query{Layers: allLayers}, id)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(raw)))
			}
		})
	}
}

// BenchmarkOneChange readies the snapshot after one light changed.
func BenchmarkOneChange(b *testing.B) {
	records := tiletest.City(100_000)
	p := render.Prepare(tiletest.Snapshot(b, records), render.Limits{})
	var r render.Renderer
	if _, err := r.Tile(p, render.Query{Layers: allLayers}, tiles.ID{}); err != nil { // makes the trees
		b.Fatal(err)
	}
	f := *records[len(records)-1].Feature
	f.Properties = tiletest.Lit(f.Layer, "改", geo.Red)
	_, d, err := p.Snapshot().Apply(geo.Changes{Records: []geo.Record{{Layer: f.Layer, ID: f.ID, Feature: &f}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Next(d)
	}
}
