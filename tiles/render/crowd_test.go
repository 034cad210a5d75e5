package render_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
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

// lit gives a city in which so many of 100 projects, streets and blocks are red.
func lit(rnd *rand.Rand, n, reds int) []geo.Record {
	records := tiletest.City(n)
	for i := range records {
		f := *records[i].Feature
		if f.Layer != city.Project && f.Layer != city.Street && f.Layer != city.Block || rnd.IntN(100) >= reds {
			continue
		}
		f.Properties = tiletest.Lit(f.Layer, f.Properties.Text("name"), geo.Red)
		records[i].Feature = &f
	}
	return records
}

// tally counts what the tiles of one zoom show of one layer: features, each once,
// and what clusters stand for.
type tally struct {
	single   map[uint64]string // light by id
	clusters map[uint64]map[string]any
}

// tallies draws all tiles of a zoom that hold something.
func tallies(t *testing.T, p *render.Prepared, z uint8, check func(tiles.ID, []byte)) map[string]*tally {
	t.Helper()
	out := map[string]*tally{}
	of := func(name string) *tally {
		if out[name] == nil {
			out[name] = &tally{map[uint64]string{}, map[uint64]map[string]any{}}
		}
		return out[name]
	}
	box := tiles.EmptyBox
	for _, l := range p.Snapshot().Layers() {
		l.All(func(i snapshot.Item) bool { box = box.Union(i.Box()); return true })
	}
	var r render.Renderer
	tiles.Cover(box, z, func(id tiles.ID) bool {
		raw, err := r.Tile(p, render.Query{Layers: allLayers}, id)
		if err != nil {
			t.Fatal(err)
		}
		check(id, raw)
		for _, l := range decode(t, raw) {
			layer, cluster := strings.CutSuffix(l.Name, render.ClusterSuffix)
			for _, f := range l.Features {
				switch {
				case cluster:
					if of(layer).clusters[f.ID] != nil {
						t.Errorf("%v: cluster %d of %s is in another tile too", id, f.ID, layer)
					}
					of(layer).clusters[f.ID] = f.Tags
				case !strings.HasSuffix(l.Name, render.LabelSuffix):
					of(layer).single[f.ID] = fmt.Sprint(f.Tags["light"])
				}
			}
		}
		return true
	})
	return out
}

// counts sums up by light.
func (c *tally) counts() (out snapshot.LightCounts) {
	for _, light := range c.single {
		l, _ := geo.ParseLight(light)
		out[l]++
	}
	for _, tags := range c.clusters {
		for l := range out {
			out[l] += int(tags[geo.Light(l).String()].(int64))
		}
	}
	return out
}

// TestEveryFeatureIsCountedAtEveryZoom holds, over random cities and limits, that
// single features and clusters of a zoom's tiles together are what the snapshot
// holds, by light: all from a layer's first zoom on, the reds at every zoom; and
// that no tile to zoom 13 is larger than it may be.
func TestEveryFeatureIsCountedAtEveryZoom(t *testing.T) {
	rnd := random(t)
	thinned, clustered := 0, 0
	for range 4 {
		n, reds := 300+rnd.IntN(700), 15+rnd.IntN(30)
		limits := render.Limits{Reds: 1 + rnd.IntN(20), Bytes: 20_000 + rnd.IntN(100_000), DeepBytes: 5000 + rnd.IntN(50_000)}
		s := tiletest.Snapshot(t, lit(rnd, n, reds))
		p := render.Prepare(s, limits)
		for z := range uint8(17) {
			got := tallies(t, p, z, func(id tiles.ID, raw []byte) {
				if z <= 13 && len(raw) > limits.Bytes {
					t.Errorf("%v has %d bytes, may have %d", id, len(raw), limits.Bytes)
				}
			})
			for _, name := range allLayers {
				l, _ := s.Layer(name)
				want, have := l.Counts(""), snapshot.LightCounts{}
				if c := got[string(name)]; c != nil {
					have = c.counts()
					thinned += b2i(len(c.clusters) > 0)
					clustered += b2i(len(c.clusters) > 0 && l.Counts("")[geo.Red] > limits.Reds)
				}
				if z < l.Decl().MinZoom {
					want = snapshot.LightCounts{geo.Red: want[geo.Red]}
				}
				if have != want {
					t.Fatalf("%d features, %d of 100 red, limits %+v: zoom %d tells %v of %s, there are %v", n, reds, limits, z, have, name, want)
				}
			}
		}
	}
	if thinned == 0 || clustered == 0 {
		t.Errorf("%d layers were thinned, %d of many reds: this shows nothing", thinned, clustered)
	}
}

// TestUpToTheLimitEachRedStandsForItself: others give way before any red does.
func TestUpToTheLimitEachRedStandsForItself(t *testing.T) {
	rnd := random(t)
	s := tiletest.Snapshot(t, lit(rnd, 1000, 10))
	total := 0
	for _, l := range s.Layers() {
		total += l.Counts("")[geo.Red]
	}
	p := render.Prepare(s, render.Limits{Reds: total, Bytes: 40_000, DeepBytes: 1 << 20})
	thinned := 0
	for z := range uint8(14) {
		for name, c := range tallies(t, p, z, func(tiles.ID, []byte) {}) {
			thinned += len(c.clusters)
			for id, tags := range c.clusters {
				if tags["red"] != int64(0) {
					t.Errorf("zoom %d: cluster %d of %s hides reds: %v", z, id, name, tags)
				}
			}
		}
	}
	if thinned == 0 {
		t.Error("nothing was thinned")
	}
}

// TestWhatFitsIsShownWhole: from zoom 14 on nothing anchored in a tile of less than
// the deep limit is thinned. What reaches in from one above it may be.
func TestWhatFitsIsShownWhole(t *testing.T) {
	const deep = 15_000
	p := render.Prepare(tiletest.Snapshot(t, tiletest.City(2500)), render.Limits{Reds: 1, Bytes: 2000, DeepBytes: deep})
	var r render.Renderer
	crowded := 0
	for z := uint8(14); z < 17; z++ {
		mid := at(z, tiletest.Centre)
		for d := range uint32(25) {
			id := tiles.ID{Z: z, X: mid.X + d%5 - 2, Y: mid.Y + d/5 - 2}
			raw, err := r.Tile(p, render.Query{Layers: allLayers}, id)
			if err != nil {
				t.Fatal(err)
			}
			full := draw(t, p.Snapshot(), id, allLayers...)
			if bytes.Contains(raw, []byte(render.ClusterSuffix)) {
				if crowded++; len(full) < deep {
					t.Errorf("%v of %d bytes is thinned to %d", id, len(full), len(raw))
				}
			} else if a, b := anchored(t, p.Snapshot(), id, raw), anchored(t, p.Snapshot(), id, full); a != b {
				t.Errorf("%v shows %d of %d features anchored in it", id, a, b)
			}
		}
	}
	if crowded == 0 {
		t.Error("no tile was thinned")
	}
}

// anchored counts the features drawn in a tile that are anchored in it.
func anchored(t *testing.T, s *snapshot.Snapshot, id tiles.ID, raw []byte) int {
	n := 0
	for _, l := range decode(t, raw) {
		layer, ok := s.Layer(geo.LayerID(l.Name))
		if !ok {
			continue
		}
		for _, f := range l.Features {
			it, _ := layer.ByID(geo.ID(f.ID))
			if at, _ := render.Anchor(it); tiles.At(id.Z, at) == id {
				n++
			}
		}
	}
	return n
}

// TestThinningDoesNotDependOnTheOrderOfLoading, nor on how the snapshot came to be.
func TestThinningDoesNotDependOnTheOrderOfLoading(t *testing.T) {
	rnd := random(t)
	limits := render.Limits{Reds: 20, Bytes: 20_000, DeepBytes: 8000}
	records := lit(rnd, 500, 15)
	loaded := tiletest.Snapshot(t, records)
	rnd.Shuffle(len(records), func(i, k int) { records[i], records[k] = records[k], records[i] })
	grown := render.Prepare(tiletest.Snapshot(t, nil), limits)
	tallies(t, grown, 0, func(tiles.ID, []byte) {}) // so that its trees are there, to be kept up
	for from := 0; from < len(records); from += 100 {
		_, d, err := grown.Snapshot().Apply(geo.Changes{Records: records[from:min(from+100, len(records))]})
		if err != nil {
			t.Fatal(err)
		}
		grown = grown.Next(d)
	}
	p := render.Prepare(loaded, limits)
	var a, b render.Renderer
	for z := range uint8(17) {
		id := at(z, tiletest.Centre)
		x, err := a.Tile(p, render.Query{Layers: allLayers}, id)
		y, err2 := b.Tile(grown, render.Query{Layers: allLayers}, id)
		if err != nil || err2 != nil || !bytes.Equal(x, y) {
			t.Errorf("%v differs: %v %v", id, err, err2)
		}
	}
}

// TestTheForemostOfACellIsShown ranks by light, investment, size, id.
func TestTheForemostOfACellIsShown(t *testing.T) {
	id := at(12, tiletest.Centre)
	var records []geo.Record
	for n := range 400 {
		p := tiletest.Lit(city.Project, strings.Repeat("长名", 20)+fmt.Sprint(n), geo.Green)
		if n == 250 {
			p["investment"] = 3.5
		}
		records = append(records, tiletest.One(city.Project, geo.ID(n+1), position(id, 100+float64(n%20), 100+float64(n/20)), p))
	}
	foremost := func(want geo.ID) {
		t.Helper()
		s, err := snapshot.Load(context.Background(), &tiletest.Source{Decls: city.Layers(), Records: records})
		if err != nil {
			t.Fatal(err)
		}
		var r render.Renderer
		raw, err := r.Tile(render.Prepare(s, render.Limits{Reds: 10, Bytes: 20_000, DeepBytes: 1 << 20}), render.Query{Layers: allLayers}, id)
		if err != nil {
			t.Fatal(err)
		}
		layers := decode(t, raw)
		f := mvttest.Find(layers, "project").Features
		c := mvttest.Find(layers, "project"+render.ClusterSuffix).Features
		if len(f) != 1 || geo.ID(f[0].ID) != want || len(c) != 1 || c[0].Tags["count"] != int64(399) {
			t.Errorf("want %d, got %v and %v", want, f, c)
		}
	}
	foremost(251)
	delete(records[250].Feature.Properties, "investment")
	foremost(1)
	records[330].Feature.Properties = tiletest.Lit(city.Project, "黄", geo.Yellow)
	foremost(331)
}

// TestCrowdedTilesAreSound holds shapes to the same rules where not all are shown,
// and neighbours to one another: what is thinned is so in every tile it reaches.
func TestCrowdedTilesAreSound(t *testing.T) {
	s := tiletest.Snapshot(t, lit(random(t), 1500, 10))
	p := render.Prepare(s, render.Limits{Reds: 40, Bytes: 60_000, DeepBytes: 15_000})
	var r render.Renderer
	tile := func(id tiles.ID) []mvttest.Layer {
		raw, err := r.Tile(p, render.Query{Layers: allLayers}, id)
		if err != nil {
			t.Fatal(err)
		}
		layers := decode(t, raw) // which holds it to the specification, winding and all
		for _, l := range layers {
			for _, f := range l.Features {
				framed(t, id, f)
			}
		}
		return layers
	}
	thinned, shared := 0, 0
	for z := uint8(11); z < 17; z++ {
		mid := at(z, tiletest.Centre)
		for row := range uint32(3) {
			left := tiles.ID{Z: z, X: mid.X, Y: mid.Y + row - 1}
			a, b := tile(left), tile(tiles.ID{Z: z, X: left.X + 1, Y: left.Y})
			for _, name := range []string{"street", "project"} {
				thinned += len(mvttest.Find(a, name+render.ClusterSuffix).Features)
				x, y := crossings(mvttest.Find(a, name), render.Extent), crossings(mvttest.Find(b, name), 0)
				if shared += len(x); !agree(x, y) {
					t.Errorf("%v: %s cross at %v, the neighbour says %v", left, name, x, y)
				}
			}
		}
	}
	if thinned == 0 || shared == 0 {
		t.Errorf("%d clusters, %d crossings: this shows nothing", thinned, shared)
	}
}

// agree reports that two lists of crossings are the same but for rounding.
func agree(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1 })
}
