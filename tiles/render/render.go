// Package render draws map tiles from a snapshot: select by the box grown by the
// buffer, quantise to the tile grid, simplify, clip, encode.
//
// Everything after the selection is integer arithmetic on the grid of the zoom,
// which all tiles of a zoom share. So the vertices of neighbouring tiles, and of
// features that share a border, fall on the same grid positions, and the bytes
// depend on the snapshot only, not on when, where or how often it was drawn.
// Clipping and simplification are not orb's, because those work on floats, clone
// and would have to be rounded afterwards: twenty times the work, and seams; orb
// is what the tests compare them with.
package render

import (
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt"
)

// Extent is the side of a tile in tile units, and Buffer how far beyond its
// sides features are drawn.
const (
	Extent = mvt.Extent
	Buffer = Extent / 16
)

// LabelSuffix is what the name of a layer's label points ends with.
const LabelSuffix = "_label"

// ClusterSuffix is what the name of a layer's clusters ends with.
const ClusterSuffix = "_cluster"

// Attributes that are computed. A declared field of such a name does not reach
// the tile; one called name does, unless the layer names its features by another.
const (
	codeAttribute    = "code"
	lightAttribute   = "light"
	overdueAttribute = "overdue"
	nameAttribute    = "name"
)

// Box gives the world box that a tile is drawn from: the tile grown by the buffer.
func Box(id tiles.ID) tiles.Box { return id.Box().Grow(Reach(id.Z)) }

// Reach is the buffer of a zoom in world units.
func Reach(z uint8) uint32 { return uint32(uint64(1) << (32 - z) / (Extent / Buffer)) }

// Shown reports whether tiles of the zoom carry a feature of the light: from the
// layer's first zoom on, and a red one always.
func Shown(l *geo.Layer, light geo.Light, z uint8) bool {
	return z >= l.MinZoom || light == geo.Red
}

// Renderer draws one tile after another in buffers it keeps. The zero value is
// ready; it is not for concurrent use.
type Renderer struct {
	crowd   crowd
	plain   detail
	singles []cluster // of the squares of a tile: what is shown there
	encoder mvt.Encoder
	carrier carrier
	draft   draft
	items   []ranked
	spare   []ranked // to sort in
	shape   snapshot.Shape
	keep    func(snapshot.Item) bool // kept, so that a search allocates nothing
	source  *snapshot.Layer
	view    View
	zoom    uint8
}

// detail is how much of each feature is drawn. A tile that would be too large
// though it is thinned, as of long texts or shapes of very many vertices, is drawn
// with less; no feature anchored in it is lost by that.
type detail uint8

const (
	full   detail = iota
	marks         // a point at the anchor in place of lines and polygons; nothing from other tiles
	barest        // and of the attributes no more than the light
)

// Tile draws what the query asks for and gives the bytes, valid until the next
// call. Each layer with lines or polygons is followed by its label layer, and
// each of which a part is not shown by its cluster layer. Below a layer's first
// zoom only its red features are drawn. An empty tile has no bytes. The error is
// that of q.Check.
func (r *Renderer) Tile(p *Prepared, q Query, id tiles.ID) ([]byte, error) {
	if len(q.Fields) > 0 || q.Filter != nil {
		if err := q.Check(p.snapshot); err != nil {
			return nil, err
		}
	}
	defer r.crowd.release()
	if err := r.crowd.set(p, &q, nil, id.Z); err != nil {
		return nil, err
	}
	if r.crowd.find(Box(id)); len(r.crowd.plans) > 0 && q.Filter != nil {
		if err := r.crowd.set(p, &q, q.Filter, id.Z); err != nil { // fewer pass, perhaps few enough
			return nil, err
		}
		r.crowd.find(Box(id))
	}
	r.draft.tile = newGrid(id)
	for r.plain = full; ; r.plain++ {
		r.encoder.Reset()
		for i, t := range r.crowd.trees {
			if err := r.view.set(&q, t.layer.Decl()); err != nil {
				return nil, err
			}
			r.layer(t.layer, i, id)
		}
		if b := r.encoder.Bytes(); id.Z >= deepZoom || p.base != nil || r.plain == barest || r.fits(b, &q, p.limits.Bytes) {
			return b, nil
		}
	}
}

// lights are all values of the light attribute.
var lights = func() (all []string) {
	for l := geo.None; l <= geo.Red; l++ {
		all = append(all, l.String())
	}
	return all
}()

// fits reports that a tile is not larger than it may be, whichever lights its
// features had: pages paint new lights by themselves, and would not come to know
// that a tile is drawn otherwise for them.
func (r *Renderer) fits(b []byte, q *Query, limit int) bool {
	// Settled is less than this.
	if 3*len(b)+len(q.Layers)*3*100 <= limit {
		return true
	}
	key := ""
	if r.plain != barest && (q.Fields == nil || slices.Contains(q.Fields, overdueAttribute)) {
		key = overdueAttribute
	}
	return mvt.Settled(b, lights, key) <= limit
}

func (r *Renderer) layer(l *snapshot.Layer, n int, id tiles.ID) {
	r.source, r.zoom = l, id.Z
	r.items = r.items[:0]
	own := r.crowd.planOf(id, n)
	if r.crowd.thins(n) {
		r.collectShown(n, id, own)
	} else {
		r.collect(l, id)
	}
	r.items, r.spare = sorted(r.items, r.spare)
	r.encoder.Begin(string(r.view.decl.ID))
	r.encoder.Beside(LabelSuffix)
	r.carrier.begin(&r.encoder, &r.view, l)
	for i := range r.items {
		r.feature(r.items[i].item, id)
	}
	r.carrier.release()
	if own.thins() {
		r.encoder.Begin(string(r.view.decl.ID) + ClusterSuffix)
		r.clusters(n, id, own)
	}
	clear(r.items) // the buffers let go of the snapshot
	clear(r.spare)
	clear(r.shape[:cap(r.shape)])
}

// collect finds what the tile shows, where nothing is thinned.
func (r *Renderer) collect(l *snapshot.Layer, id tiles.ID) {
	if r.keep == nil {
		r.keep = func(it snapshot.Item) bool {
			if light := it.Light(); Shown(r.view.decl, light, r.zoom) && r.view.Passes(it) {
				r.items = append(r.items, ranked{it, light, placeOf(it.Box(), r.zoom)})
			}
			return true
		}
	}
	l.Search(Box(id), r.keep)
}

// collectShown finds what the tile shows of a layer of which not every feature is
// shown, and counts what is anchored in it by squares.
func (r *Renderer) collectShown(n int, id tiles.ID, own layerPlan) {
	depth := min(own.depth, clusterDepth)
	r.singles = append(r.singles[:0], make([]cluster, 1<<(2*clusterDepth))...)
	r.crowd.shown(n, func(m *member) {
		it, ok := r.source.ByID(m.id)
		if !ok || !it.Box().Intersects(Box(id)) {
			return
		}
		r.items = append(r.items, ranked{it, m.light, placeOf(it.Box(), id.Z)})
		if own.thins() && tiles.At(id.Z, m.at) == id {
			r.singles[squareOf(id, tiles.At(id.Z+depth, m.at))].counts[m.light]++
		}
	})
}

// clusters draws, for each square of the tile of which something is not shown,
// how many that are, by light, where its foremost feature is anchored.
func (r *Renderer) clusters(n int, id tiles.ID, own layerPlan) {
	depth, e := min(own.depth, clusterDepth), &r.encoder
	light, total, counts := e.Key(lightAttribute), e.Key("count"), [4]mvt.Key{}
	for l := range counts {
		counts[l] = e.Key(geo.Light(l).String())
	}
	var squares [1 << (2 * clusterDepth)]cluster
	r.crowd.clusters(n, id, depth, squares[:])
	for i := range squares {
		k := &squares[i]
		worst := -1
		for l := range k.counts {
			if k.counts[l] -= r.singles[i].counts[l]; k.counts[l] > 0 {
				worst = l
			}
		}
		if worst < 0 {
			continue
		}
		at := tiles.ID{Z: id.Z + depth, X: id.X<<depth | uint32(i)&(1<<depth-1), Y: id.Y<<depth | uint32(i)>>depth}
		e.Feature(clusterID(at))
		e.Point(r.draft.tile.at(k.best.at))
		e.String(light, geo.Light(worst).String())
		e.Int(total, int64(k.total()))
		for l, count := range k.counts {
			e.Int(counts[l], int64(count))
		}
		e.Close()
	}
}

// feature draws a feature, and its label point into the layer beside.
func (r *Renderer) feature(it snapshot.Item, id tiles.ID) {
	e := &r.encoder
	e.Feature(uint64(it.ID()))
	if r.plain == full {
		r.draw(it)
	} else if at, ok := anchor(it); ok && tiles.At(id.Z, at) == id {
		e.Point(r.draft.tile.at(at))
	}
	label, labelled := r.label(it, id)
	if e.Blank() && !labelled {
		return
	}
	r.carrier.give(it, r.plain == barest)
	if labelled {
		e.Mark(label)
	}
	e.Close()
}

// label gives the label point of a feature with lines or polygons, if this is the
// one tile that holds it: no copy in the buffer of another.
func (r *Renderer) label(it snapshot.Item, id tiles.ID) (mvt.XY, bool) {
	if !it.Extended() || r.plain == barest {
		return mvt.XY{}, false
	}
	w, ok := it.Label()
	return r.draft.tile.at(w), ok && tiles.At(id.Z, w) == id
}

// draw draws the shape of a feature.
func (r *Renderer) draw(it snapshot.Item) {
	r.draft.inside = r.draft.tile.clip.holds(it.Box())
	r.shape = it.AppendShape(r.shape[:0])
	for i := range r.shape {
		r.part(&r.shape[i])
	}
	if r.encoder.Blank() {
		r.standIn()
	}
}

func (r *Renderer) part(p *snapshot.Part) {
	e, d := &r.encoder, &r.draft
	switch p.Kind {
	case snapshot.PointPart:
		for _, w := range p.XY {
			if p := d.tile.at(w); d.tile.clip.has(p) {
				e.Point(p)
			}
		}
	case snapshot.LinePart:
		d.line(p.XY, r.zoom < fullZoom, e)
	case snapshot.OuterRing, snapshot.InnerRing:
		hole := p.Kind == snapshot.InnerRing
		e.Ring(d.ring(p.XY, hole), hole)
	}
}

// standIn draws a feature too small for the grid of the zoom as points, one for
// each of its lines and polygons, so that none vanishes. One that is large enough
// and only passes the buffer's edge needs none: a neighbour draws it.
func (r *Renderer) standIn() {
	if !r.draft.vanishes(r.shape) {
		return
	}
	for i := range r.shape {
		part := &r.shape[i]
		if part.Kind == snapshot.InnerRing || len(part.XY) == 0 {
			continue
		}
		if p := r.draft.tile.at(part.XY[0]); r.draft.tile.clip.has(p) {
			r.encoder.Point(p)
		}
	}
}

// SameFields reports whether tiles without a wish for other attributes give two
// states of a feature the same ones, but for the light and whether its report is
// overdue.
func SameFields(l *geo.Layer, a, b snapshot.Item) bool {
	var v View
	_ = v.set(&Query{}, l) // only a filter can fail
	return v.sameFields(a, b)
}
