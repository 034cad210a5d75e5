package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/archive"
	"yiping/tiles/mvt/mvttest"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
	"yiping/tiles/tiletest"
)

var (
	all     = []geo.LayerID{city.Block, city.District, city.Problem, city.Project, city.RiverSection, city.Street, city.Town}
	formats = []archive.Format{archive.PMTiles, archive.MBTiles}
)

// both runs a test for each format.
func both(t *testing.T, fn func(t *testing.T, format archive.Format, path string)) {
	for _, f := range formats {
		t.Run(string(f), func(t *testing.T) { fn(t, f, filepath.Join(t.TempDir(), "城 %41?#."+string(f))) })
	}
}

func write(t testing.TB, path string, format archive.Format, s *snapshot.Snapshot, p archive.Pyramid) (archive.Result, content) {
	t.Helper()
	res, err := archive.Write(context.Background(), path, format, s, p)
	if err != nil {
		t.Fatal(err)
	}
	c := read(t, format, path)
	if int(res.Tiles) != len(c.tiles) || int(res.MinZoom) != c.low || int(res.MaxZoom) != c.top || res.Contents > res.Tiles || res.Bytes == 0 {
		t.Errorf("%+v, but the file has %d tiles, zooms %d to %d", res, len(c.tiles), c.low, c.top)
	}
	return res, c
}

func TestEveryTileIsTheTilesetsAndNoneIsMissing(t *testing.T) {
	const top = 16
	s := tiletest.Snapshot(t, tiletest.City(400))
	ts := tileset.New(tileset.Options{})
	ts.Publish(s, snapshot.Delta{})
	around := tiles.BoxOf(orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.1))
	both(t, func(t *testing.T, format archive.Format, path string) {
		_, c := write(t, path, format, s, archive.Pyramid{Layers: all, MaxZoom: top})
		checked := 0
		for z := range uint8(top + 1) {
			tiles.Cover(around, z, func(id tiles.ID) bool {
				want, err := ts.Draw(t.Context(), render.Query{Layers: all}, id)
				if err != nil {
					t.Fatal(err)
				}
				got, there := c.tiles[id]
				if there == want.Empty || !bytes.Equal(got, want.Gzip) {
					t.Errorf("%v: %d bytes, want %d", id, len(got), len(want.Gzip))
				}
				if there {
					checked++
				}
				return true
			})
		}
		if checked != len(c.tiles) {
			t.Errorf("%d tiles are where the city is, %d elsewhere", checked, len(c.tiles)-checked)
		}
		if b := c.bound; !(b[0] <= tiletest.Centre[0] && tiletest.Centre[0] <= b[2] && b[1] <= tiletest.Centre[1] && tiletest.Centre[1] <= b[3]) || b[2]-b[0] > 0.3 {
			t.Errorf("bounds %v", b)
		}
	})
}

func TestBytesDependOnTheSnapshotOnly(t *testing.T) {
	records := tiletest.City(300)
	other := slices.Clone(records)
	slices.Reverse(other)
	both(t, func(t *testing.T, format archive.Format, path string) {
		var files [2][]byte
		for i, r := range [][]geo.Record{records, other} {
			layers := slices.Clone(all)
			if i == 1 {
				slices.Reverse(layers)
			}
			write(t, path, format, tiletest.Snapshot(t, r), archive.Pyramid{Layers: layers, MaxZoom: 16, Workers: 1 + 4*i})
			var err error
			if files[i], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(files[0], files[1]) {
			t.Errorf("%d and %d bytes differ", len(files[0]), len(files[1]))
		}
	})
}

func TestManyTilesGoToLeafDirectories(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(1500))
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	_, c := write(t, path, archive.PMTiles, s, archive.Pyramid{Layers: []geo.LayerID{city.Street, city.Town}, MinZoom: 20, MaxZoom: 21})
	if c.leaves < 2 {
		t.Errorf("%d tiles in %d leaf directories", len(c.tiles), c.leaves)
	}
}

func TestEqualTilesAreKeptOnce(t *testing.T) {
	ring := orb.Ring{{121, 31}, {121.3, 31}, {121.3, 31.3}, {121, 31.3}, {121, 31}}
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Block, 1, orb.Polygon{ring}, geo.Properties{"name": "大"})})
	both(t, func(t *testing.T, format archive.Format, path string) {
		res, c := write(t, path, format, s, archive.Pyramid{Layers: []geo.LayerID{city.Block}, MaxZoom: 14})
		if res.Tiles < 200 || res.Contents > res.Tiles/2 {
			t.Errorf("%d contents in %d tiles", res.Contents, res.Tiles)
		}
		if format == archive.PMTiles && c.entries > len(c.tiles)*3/4 {
			t.Errorf("%d entries for %d tiles", c.entries, len(c.tiles))
		}
	})
}

func TestBoundTakesTheTilesItTouches(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(400))
	p := archive.Pyramid{Layers: all, MinZoom: 14, MaxZoom: 17}
	_, whole := write(t, filepath.Join(t.TempDir(), "whole"), archive.PMTiles, s, p)
	p.Bound = orb.Bound{Min: tiletest.Centre, Max: orb.Point{tiletest.Centre[0] + 300*tiletest.Metre, tiletest.Centre[1] + 200*tiletest.Metre}}
	both(t, func(t *testing.T, format archive.Format, path string) {
		_, c := write(t, path, format, s, p)
		for id, b := range whole.tiles {
			got, there := c.tiles[id]
			if there != id.Box().Intersects(tiles.BoxOf(p.Bound)) || there && !bytes.Equal(got, b) {
				t.Errorf("%v: there %v", id, there)
			}
		}
		if len(c.tiles) == 0 || len(c.tiles) >= len(whole.tiles) {
			t.Errorf("%d of %d tiles", len(c.tiles), len(whole.tiles))
		}
		for i, want := range []float64{p.Bound.Min[0], p.Bound.Min[1], p.Bound.Max[0], p.Bound.Max[1]} {
			if d := c.bound[i] - want; d > 1e-6 || d < -1e-6 {
				t.Errorf("bounds %v, want %v", c.bound, p.Bound)
			}
		}
	})
}

func TestMetadataNamesWhatTilesHold(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(400))
	both(t, func(t *testing.T, format archive.Format, path string) {
		_, c := write(t, path, format, s, archive.Pyramid{Layers: all, MaxZoom: 15})
		named := map[string]vectorLayer{}
		for _, v := range c.vector {
			named[v.ID] = v
		}
		kinds := map[string]string{"string": "String", "bool": "Boolean", "int64": "Number", "uint64": "Number", "float64": "Number", "float32": "Number"}
		for id, b := range c.tiles {
			raw, err := gunzip(b)
			if err != nil {
				t.Fatal(err)
			}
			layers, err := mvttest.Decode(raw)
			if err != nil {
				t.Fatal(id, err)
			}
			for _, l := range layers {
				v, ok := named[l.Name]
				if !ok || int(id.Z) < v.MinZoom || int(id.Z) > v.MaxZoom {
					t.Fatalf("%v: layer %s is not as named: %+v", id, l.Name, v)
				}
				for _, f := range l.Features {
					for k, value := range f.Tags {
						if want := kinds[fmt.Sprintf("%T", value)]; v.Fields[k] != want {
							t.Fatalf("layer %s: %s is named %q, and is %T", l.Name, k, v.Fields[k], value)
						}
					}
				}
			}
		}
	})
}

func TestCancellingLeavesNothingHalfWritten(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(400))
	both(t, func(t *testing.T, format archive.Format, path string) {
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		told := 0
		_, err := archive.Write(ctx, path, format, s, archive.Pyramid{Layers: all, MaxZoom: 18, Progress: func(p archive.Progress) {
			if told++; p.Done > 40 {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) || told == 0 {
			t.Errorf("error %v after %d tellings", err, told)
		}
		alone(t, path, "before")
	})
}

// alone checks that a file has the content and its folder nothing else; "" means
// that not even the file is there.
func alone(t *testing.T, path, content string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if content == "" {
		if len(list) > 0 {
			t.Errorf("left behind: %v", list)
		}
		return
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != content || len(list) != 1 {
		t.Errorf("%v in the folder, the file %.20q, error %v", list, b, err)
	}
}

func TestProgressGoesUpToTheTotal(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(200))
	both(t, func(t *testing.T, format archive.Format, path string) {
		var last archive.Progress
		write(t, path, format, s, archive.Pyramid{Layers: all, MaxZoom: 15, Progress: func(p archive.Progress) {
			if p.Done <= last.Done || p.Zoom < last.Zoom || p.Done > p.Total {
				t.Errorf("%+v after %+v", p, last)
			}
			last = p
		}})
		if last.Done != last.Total || last.Zoom != 15 {
			t.Errorf("%+v at the end", last)
		}
	})
}

func TestRefusals(t *testing.T) {
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Project, 1, orb.Point{121, 31}, nil)})
	west := orb.Bound{Min: orb.Point{-10, 0}, Max: orb.Point{-5, 5}}
	for name, c := range map[string]struct {
		format archive.Format
		p      archive.Pyramid
		code   geo.Code
	}{
		"unknown layer":  {archive.PMTiles, archive.Pyramid{Layers: []geo.LayerID{"x"}}, geo.NotFound},
		"no layer":       {archive.PMTiles, archive.Pyramid{}, geo.Invalid},
		"unknown format": {"zip", archive.Pyramid{Layers: all}, geo.Unsupported},
		"zooms reversed": {archive.PMTiles, archive.Pyramid{Layers: all, MinZoom: 3, MaxZoom: 2}, geo.Invalid},
		"too deep":       {archive.PMTiles, archive.Pyramid{Layers: all, MaxZoom: 23}, geo.Invalid},
		"bounds turned":  {archive.PMTiles, archive.Pyramid{Layers: all, Bound: orb.Bound{Min: orb.Point{5, 0}, Max: orb.Point{4, 1}}}, geo.Invalid},
		"nothing there":  {archive.PMTiles, archive.Pyramid{Layers: all, MinZoom: 8, MaxZoom: 14, Bound: west}, geo.NotFound},
		"nothing in MBT": {archive.MBTiles, archive.Pyramid{Layers: all, MinZoom: 8, MaxZoom: 14, Bound: west}, geo.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			if _, err := archive.Write(t.Context(), path, c.format, s, c.p); err == nil || geo.CodeOf(err) != c.code {
				t.Errorf("error %v, want %s", err, c.code)
			}
			alone(t, path, "")
		})
	}
	both(t, func(t *testing.T, format archive.Format, path string) {
		if _, err := archive.Write(t.Context(), filepath.Join(path, "no folder"), format, s, archive.Pyramid{Layers: all, MaxZoom: 14}); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("error %v", err)
		}
	})
}

func TestOnePointHasBoundsWithAnArea(t *testing.T) {
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Project, 1, orb.Point{180, -90}, nil)})
	both(t, func(t *testing.T, format archive.Format, path string) {
		_, c := write(t, path, format, s, archive.Pyramid{Layers: all, MaxZoom: 14})
		if b := c.bound; b[0] >= b[2] || b[1] >= b[3] || b[2] > 180 {
			t.Errorf("bounds %v", b)
		}
	})
}

// TestGDALReadsMBTiles has a reader that is not ours open the file.
func TestGDALReadsMBTiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.mbtiles")
	p := archive.Pyramid{Layers: []geo.LayerID{city.Block, city.Project, city.Street}, MaxZoom: 14}
	write(t, path, archive.MBTiles, tiletest.Snapshot(t, tiletest.City(400)), p)
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-so", "-al", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"Layer name: block\n", "Layer name: street_label", "Layer name: project\n", "light: String", "Extent: (135"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in what ogrinfo says:\n%s", want, out)
		}
	}
	for layer := range strings.SplitSeq(string(out), "Layer name: ") {
		name, rest, _ := strings.Cut(layer, "\n")
		crowded := strings.HasSuffix(name, render.ClusterSuffix) // of so few features none
		if strings.Contains(rest, "Feature Count: 0") != crowded || strings.Contains(rest, "ERROR") {
			t.Errorf("ogrinfo: %s", layer)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	s := tiletest.Snapshot(b, tiletest.City(20_000))
	for _, format := range formats {
		b.Run(string(format), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "a")
			n := uint64(0)
			for b.Loop() {
				res, err := archive.Write(context.Background(), path, format, s, archive.Pyramid{Layers: all, MaxZoom: 16})
				if err != nil {
					b.Fatal(err)
				}
				n += res.Tiles
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "tiles/s")
		})
	}
}
