package render_test

import (
	"slices"
	"strings"
	"testing"

	orbmvt "github.com/paulmach/orb/encoding/mvt"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt/mvttest"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

// blocks gives a city with many polygons, of which a third have holes and some
// several parts.
func blocks(t *testing.T) *snapshot.Snapshot {
	records := lit(random(t), 6000, 10)
	return tiletest.Snapshot(t, slices.DeleteFunc(records, func(r geo.Record) bool { return r.Layer == city.Street }))
}

// TestCrowdedPolygonsAreSound holds polygons to the rules where not all are shown:
// each that is has just the rings that it has where all are, which are valid by the
// rules for simple features; and both sides of an edge between tiles show the same
// ones, which cross it at the same places.
func TestCrowdedPolygonsAreSound(t *testing.T) {
	s := blocks(t)
	// Thinned for their many reds up to zoom 13, after that for their size, so that
	// none is drawn with points in place of shapes.
	crowded := render.Prepare(s, render.Limits{Reds: 10, Bytes: 400_000, DeepBytes: 9000})
	whole := render.Prepare(s, render.Limits{Reds: 1 << 30, Bytes: 1 << 30, DeepBytes: 1 << 30})
	var r render.Renderer
	tile := func(p *render.Prepared, id tiles.ID) ([]byte, []mvttest.Layer) {
		raw, err := r.Tile(p, render.Query{Layers: allLayers}, id)
		if err != nil {
			t.Fatal(err)
		}
		raw = slices.Clone(raw)
		return raw, decode(t, raw) // windings, areas, no ring without one
	}
	polygons, broken, hidden, shared := 0, 0, 0, 0
	for z := uint8(10); z < 17; z++ {
		mid := at(z, tiletest.Centre)
		for row := range uint32(3) {
			left := tiles.ID{Z: z, X: mid.X, Y: mid.Y + row - 1}
			raw, a := tile(crowded, left)
			_, all := tile(whole, left)
			_, b := tile(crowded, tiles.ID{Z: z, X: left.X + 1, Y: left.Y})
			for _, l := range a {
				if layer, cluster := strings.CutSuffix(l.Name, render.ClusterSuffix); cluster {
					hidden += b2i(layer == string(city.Block))
					continue
				}
				sameShapes(t, left, l, mvttest.Find(all, l.Name))
				x, y := crossings(closed(l), render.Extent), crossings(closed(mvttest.Find(b, l.Name)), 0)
				if shared += len(x); !agree(x, y) {
					t.Errorf("%v: %s cross at %v, the neighbour says %v", left, l.Name, x, y)
				}
			}
			n, bad := valid(t, left, raw)
			polygons, broken = polygons+n, broken+bad
		}
	}
	if polygons == 0 || broken*500 > polygons { // the grid itself may pinch a narrow place
		t.Errorf("%d of %d polygons are not valid", broken, polygons)
	}
	if hidden == 0 || shared == 0 {
		t.Errorf("%d tiles hide blocks, %d crossings: this shows nothing", hidden, shared)
	}
}

// sameShapes holds the features of a layer to what they are in another.
func sameShapes(t *testing.T, id tiles.ID, l, other mvttest.Layer) {
	t.Helper()
	kind := func(f mvttest.Feature) [2]any { return [2]any{f.ID, f.Type} }
	of := map[[2]any]mvttest.Feature{}
	for _, f := range other.Features {
		of[kind(f)] = f
	}
	for _, f := range l.Features {
		framed(t, id, f)
		if !slices.EqualFunc(f.Paths, of[kind(f)].Paths, slices.Equal) {
			t.Errorf("%v: %s %d has %v, where all are shown %v", id, l.Name, f.ID, f.Paths, of[kind(f)].Paths)
		}
	}
}

// closed gives the polygons of a layer, their rings ending where they begin.
func closed(l mvttest.Layer) mvttest.Layer {
	out := mvttest.Layer{Name: l.Name}
	for _, f := range l.Features {
		if f.Type != "polygon" {
			continue
		}
		rings := f.Paths
		f.Paths = nil
		for _, ring := range rings {
			f.Paths = append(f.Paths, append(slices.Clone(ring), ring[0]))
		}
		out.Features = append(out.Features, f)
	}
	return out
}

// valid counts the polygons of a tile, and those that are not valid.
func valid(t *testing.T, id tiles.ID, raw []byte) (polygons, broken int) {
	t.Helper()
	layers, err := orbmvt.Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		for _, f := range l.Features {
			if f.Geometry.Dimensions() != 2 {
				continue
			}
			polygons++
			if err := geo.CheckGeometry(unproject(f.Geometry), nil); err != nil {
				broken++
				t.Logf("%v, %s %v: %v", id, l.Name, f.ID, err)
			}
		}
	}
	return polygons, broken
}
