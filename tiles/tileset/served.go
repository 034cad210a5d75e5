package tileset

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Layers that stay in the database are read for each tile and drawn like the
// others: a tile of such a layer is byte for byte that of the same layer in memory
// as long as nothing is thinned. What is read depends on nothing but the rows
// whose box meets the tile's, so that the feed's areas tell what a change touches.

// Limits of a tile in which a layer of the database has part. Up to lowZoom tiles
// are small whatever the layer's size; beyond, a crowd is thinned only where it
// has to be.
const (
	lowZoom     = 13
	lowBytes    = 500_000
	highBytes   = 1 << 20
	lowMost     = 8192 // features read whole
	highMost    = 8    // times as many
	cellsAcross = 512  // of a tile at the finest, in which one feature is kept where there are more
)

// sampled is what was read of one layer.
type sampled struct {
	layer geo.LayerID
	geo.Sample
	cells float64 // the grid it was thinned by, or is to be
}

// scene is a snapshot with the layers read for one tile in it.
type scene struct {
	base    *render.Prepared
	id      tiles.ID
	samples []sampled
}

// read reads the layers of a query that stay in the database.
func (t *Tileset) read(ctx context.Context, p *render.Prepared, q *render.Query, id tiles.ID) (*scene, error) {
	sc := &scene{base: p, id: id}
	for _, name := range q.Layers {
		l, ok := p.Snapshot().Layer(name)
		if !ok || !l.Decl().InDatabase() || id.Z < l.Decl().MinZoom {
			continue
		}
		if t.server == nil {
			return nil, geo.NotInMemory(name)
		}
		bound := boundOf(render.Box(id))
		sel := geo.Selection{Layer: name, Bound: &bound}
		if q.Filter != nil {
			sel.Filter = cql.Format(q.Filter.Expr)
		}
		cells := math.Ldexp(cellsAcross, int(id.Z))
		most := t.most
		if id.Z > lowZoom {
			most *= highMost
		}
		sample, err := t.server.Sample(ctx, sel, geo.Grid{Cells: cells, Most: most})
		if err != nil {
			return nil, err
		}
		sc.samples = append(sc.samples, sampled{name, sample, cells})
	}
	return sc, nil
}

// boundOf gives a world box in degrees, a little wider. At the edges of the world
// it reaches to what is drawn there though it lies beyond.
func boundOf(b tiles.Box) orb.Bound {
	const unit = 1e-7
	low, high := tiles.XY{X: b.Min.X, Y: b.Max.Y}.Point(), tiles.XY{X: b.Max.X, Y: b.Min.Y}.Point()
	out := orb.Bound{Min: orb.Point{low[0] - unit, low[1] - unit}, Max: orb.Point{high[0] + unit, high[1] + unit}}
	if b.Min.Y == 0 {
		out.Max[1] = 90
	}
	if b.Max.Y == math.MaxUint32 {
		out.Min[1] = -90
	}
	return out
}

// prepared gives what to draw.
func (sc *scene) prepared() (*render.Prepared, error) {
	if len(sc.samples) == 0 {
		return sc.base, nil
	}
	s, apart := sc.base.Snapshot(), make([]geo.LayerID, 0, len(sc.samples))
	for i := range sc.samples {
		apart = append(apart, sc.samples[i].layer)
		var err error
		if s, err = s.Excerpt(sc.samples[i].layer, sc.samples[i].Features); err != nil {
			return nil, err
		}
	}
	return sc.base.With(s, apart), nil
}

// draw draws the scene, thinned until the tile is small enough or no layer read
// from the database could be thinned further. The bytes are the renderer's.
func (sc *scene) draw(r *render.Renderer, q render.Query) ([]byte, error) {
	limit := lowBytes
	if sc.id.Z > lowZoom {
		limit = highBytes
	}
	for {
		p, err := sc.prepared()
		if err != nil {
			return nil, err
		}
		raw, err := r.Tile(p, q, sc.id)
		if err != nil || len(raw) <= limit || !sc.thin() {
			return raw, err
		}
	}
}

// thin thins the layer with the most features by a grid twice as coarse; false
// where none has more than one.
func (sc *scene) thin() bool {
	if len(sc.samples) == 0 {
		return false
	}
	most := slices.MaxFunc(sc.samples, func(a, b sampled) int { return cmp.Compare(len(a.Features), len(b.Features)) })
	if len(most.Features) < 2 {
		return false
	}
	i := slices.IndexFunc(sc.samples, func(x sampled) bool { return x.layer == most.layer })
	of := &sc.samples[i]
	for before := len(of.Features); len(of.Features) == before && of.cells >= 1; of.cells /= 2 {
		of.Features = thinned(of.Features, of.cells)
	}
	return len(of.Features) < len(most.Features)
}

// thinned keeps of each cell what geo.LayerServer.Sample would.
func thinned(features []*geo.Feature, cells float64) []*geo.Feature {
	type kept struct {
		feature *geo.Feature
		extent  float64
	}
	best := map[[2]float64]kept{}
	for _, f := range features {
		if f.Geometry == nil {
			continue
		}
		b := f.Geometry.Bound()
		extent := max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
		c := b.Center()
		half := max(-42.5, min(42.5, c[1]/2))
		cell := [2]float64{math.Floor((c[0] + 180) / 360 * cells), math.Floor(math.Log(math.Tan((45+half)*math.Pi/180)) / (2 * math.Pi) * cells)}
		if k, ok := best[cell]; !ok || extent > k.extent || extent == k.extent && f.ID < k.feature.ID {
			best[cell] = kept{f, extent}
		}
	}
	out := make([]*geo.Feature, 0, len(best))
	for k := range maps.Values(best) {
		out = append(out, k.feature)
	}
	slices.SortFunc(out, func(a, b *geo.Feature) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// thinning says which layers do not show all, as layer=shown/of; "" for none.
func (sc *scene) thinning() string {
	var out []string
	for i := range sc.samples {
		if x := &sc.samples[i]; x.Thinned() {
			out = append(out, fmt.Sprintf("%s=%d/%d", x.layer, len(x.Features), x.Of))
		}
	}
	return strings.Join(out, ", ")
}

// widen, in degrees, is how much further than its box the index of the database
// finds a row: it keeps boxes in single precision, rounded outwards.
const widen = 2e-5

// areaOf gives what tiles see of an area: all within its box, before and after.
func areaOf(d snapshot.Delta, a geo.Area) touch {
	out := touch{layer: a.Layer, old: side{box: tiles.EmptyBox}, new: side{box: tiles.EmptyBox}}
	l, ok := d.To.Layer(a.Layer)
	if !ok {
		return out
	}
	box := tiles.BoxOf(a.Bound.Pad(widen))
	out.new = side{box: box, from: l.Decl().MinZoom, shape: snapshot.Shape{{Kind: snapshot.OuterRing,
		XY: []tiles.XY{box.Min, {X: box.Max.X, Y: box.Min.Y}, box.Max, {X: box.Min.X, Y: box.Max.Y}}}}}
	out.new.label = box.Min
	return out
}
