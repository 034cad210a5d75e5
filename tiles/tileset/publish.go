package tileset

import (
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/cache"
	"yiping/tiles/render"
)

// Limits of the two ways to find the tiles a change touches. Working out the
// tiles from the change and deleting each costs about as much per tile as
// looking at lookWeight kept keys.
const (
	lookWeight = 16
	maxLooks   = 1 << 26 // keys × changes beyond which a layer is dropped whole
)

// Publish makes s current and deletes the kept tiles that the delta touches.
// Once it has returned, every tile given is exact for s or a later snapshot: so
// announce the change after it. The first call may have a zero delta; so may
// one after a reload, which deletes everything.
func (t *Tileset) Publish(s *snapshot.Snapshot, d snapshot.Delta) {
	t.publish.Lock()
	defer t.publish.Unlock()
	before := t.current.Load()
	switch {
	case before != nil && before.Snapshot() == s:
	case before == nil || d.From != before.Snapshot() || d.To != s:
		t.current.Store(render.Prepare(s, t.limits))
		every := func(key) bool { return true }
		t.plain.DeleteFunc(every)
		t.variants.DeleteFunc(every)
	default:
		after := before.Next(d)
		t.current.Store(after)
		t.invalidate(d)
		t.invalidateCrowded(before, after, d)
	}
	t.exact.Store(&State{s.Revision(), s.Cursor()})
}

// touch is a change as tiles see it.
type touch struct {
	layer    geo.LayerID
	old, new side
}

// side is one state of a feature: its shape and label point, and from which zoom
// it is shown.
type side struct {
	box   tiles.Box // EmptyBox: not there
	shape snapshot.Shape
	label tiles.XY
	from  uint8
}

func sideOf(l *snapshot.Layer, it snapshot.Item) side {
	s := side{box: it.Box(), shape: it.Shape()}
	s.label, _ = it.Label()
	if !render.Shown(l.Decl(), it.Light(), 0) {
		s.from = l.Decl().MinZoom
	}
	return s
}

// touchOf tells what tiles of a query see of a change; ok is false when they see
// nothing. Of an unmoved feature both sides are the same but for the light.
func touchOf(d snapshot.Delta, c *snapshot.Change, q *render.Query) (touch, bool) {
	out := touch{layer: c.Layer, old: side{box: tiles.EmptyBox}, new: side{box: tiles.EmptyBox}}
	newLayer, ok := d.To.Layer(c.Layer)
	if !ok {
		return out, false
	}
	view, err := q.View(newLayer.Decl())
	if err != nil { // no tile of it was drawn
		return out, false
	}
	had, has := c.HadOld && view.Passes(c.Old), c.HasNew && view.Passes(c.New)
	if had && has && !c.Moved && view.SameAttributes(c.Old, c.New) {
		return out, false
	}
	if oldLayer, ok := d.From.Layer(c.Layer); ok && had {
		out.old = sideOf(oldLayer, c.Old)
	}
	if has {
		out.new = sideOf(newLayer, c.New)
	}
	if had && has && !c.Moved { // one look at the shape will do
		out.new.from = min(out.new.from, out.old.from)
		out.old.box = tiles.EmptyBox
	}
	return out, !out.old.box.Empty() || !out.new.box.Empty()
}

func (t touch) touches(id tiles.ID) bool { return t.old.touches(id) || t.new.touches(id) }

func (s *side) touches(id tiles.ID) bool {
	return id.Z >= s.from && s.box.Intersects(render.Box(id)) && s.drawnIn(id)
}

// drawnIn looks closer than at the box. The label is drawn in one tile only.
func (s *side) drawnIn(id tiles.ID) bool {
	return tiles.At(id.Z, s.label) == id || touches(s.shape, near(id))
}

// group are selections that see changes alike: all plain ones together, any other
// alone. It gathers what to look for among their kept tiles.
type group struct {
	members []*Selection
	cache   *cache.Cache[key, *Content]
	query   render.Query // for its fields and filter
	dated   bool
	all     bool                    // every tile is to go
	whole   map[geo.LayerID]bool    // every tile with that layer
	look    map[geo.LayerID][]touch // those that one of these touches
}

func (t *Tileset) groups() []*group {
	plain := &group{cache: t.plain}
	out := []*group{plain}
	for _, s := range t.selections.all() {
		if s.plain() {
			plain.members = append(plain.members, s)
		} else {
			out = append(out, &group{members: []*Selection{s}, cache: t.variants, query: s.query, dated: s.dated})
		}
	}
	return out
}

// invalidate deletes what the delta touches. Whole layers and bulk changes are
// sought among the kept keys, single changes by working out their tiles,
// whichever is less work.
func (t *Tileset) invalidate(d snapshot.Delta) {
	look := map[*cache.Cache[key, *Content]]map[*Selection]*group{}
	for _, g := range t.groups() {
		if t.invalidateGroup(g, d); !g.all && len(g.whole) == 0 && len(g.look) == 0 {
			continue
		}
		if look[g.cache] == nil {
			look[g.cache] = map[*Selection]*group{}
		}
		for _, s := range g.members {
			look[g.cache][s] = g
		}
	}
	for kept, of := range look {
		kept.DeleteFunc(func(k key) bool { return k.of.gone.Load() || of[k.of] != nil && of[k.of].touches(k) })
	}
}

// invalidateGroup deletes what it can work out and notes the rest in the group.
func (t *Tileset) invalidateGroup(g *group, d snapshot.Delta) {
	if g.all = g.dated && len(d.Dates)+len(d.Layers) > 0; g.all || len(g.members) == 0 {
		return
	}
	g.whole, g.look = map[geo.LayerID]bool{}, map[geo.LayerID][]touch{}
	for _, l := range d.Layers {
		if g.with(l) {
			g.whole[l] = true
		}
	}
	kept := uint64(g.cache.Stats().Entries) + 1
	for i := range d.Changes {
		if l := d.Changes[i].Layer; g.whole[l] || !g.with(l) {
			continue
		}
		if c, ok := touchOf(d, &d.Changes[i], &g.query); ok && !t.deleteTilesOf(g, c, kept/lookWeight+64) {
			g.look[c.layer] = append(g.look[c.layer], c)
		}
	}
	for _, a := range d.Areas {
		if g.whole[a.Layer] || !g.with(a.Layer) {
			continue
		}
		if c := areaOf(d, a); !t.deleteTilesOf(g, c, kept/lookWeight+64) {
			g.look[c.layer] = append(g.look[c.layer], c)
		}
	}
	for l, list := range g.look {
		if kept*uint64(len(list)) > maxLooks {
			g.whole[l] = true
		}
	}
}

// with reports whether a member shows the layer.
func (g *group) with(l geo.LayerID) bool {
	return slices.ContainsFunc(g.members, func(s *Selection) bool { return slices.Contains(s.query.Layers, l) })
}

// touches reports whether a kept tile of a member is to go.
func (g *group) touches(k key) bool {
	return g.all || slices.ContainsFunc(k.of.query.Layers, func(l geo.LayerID) bool {
		return g.whole[l] || slices.ContainsFunc(g.look[l], func(c touch) bool { return c.touches(k.id) })
	})
}

// deleteTilesOf deletes the tiles of one change, unless that would be more than
// limit deletions; then it says false and has deleted none.
func (t *Tileset) deleteTilesOf(g *group, c touch, limit uint64) bool {
	with := make([]*Selection, 0, len(g.members))
	for _, s := range g.members {
		if slices.Contains(s.query.Layers, c.layer) {
			with = append(with, s)
		}
	}
	zooms := t.zooms.Load()
	work := c.old.count(zooms) + c.new.count(zooms)
	if work*uint64(len(with)) > limit {
		return false
	}
	for _, s := range []*side{&c.old, &c.new} {
		s.each(zooms, func(id tiles.ID) {
			for _, of := range with {
				g.cache.Delete(key{of, id})
			}
		})
	}
	return true
}

// count bounds how many tiles of the zooms each gives, without overflow.
func (s *side) count(zooms uint32) uint64 {
	var n uint64
	for z := s.from; z <= tiles.MaxZoom; z++ {
		if zooms>>z&1 == 1 {
			n += min(tiles.CoverCount(s.box.Grow(render.Reach(z)), z), 1<<40)
		}
	}
	return n
}

// each calls fn with every tile of the zooms that the side touches.
func (s *side) each(zooms uint32, fn func(tiles.ID)) {
	if s.box.Empty() {
		return
	}
	for z := s.from; z <= tiles.MaxZoom; z++ {
		if zooms>>z&1 == 0 {
			continue
		}
		tiles.Cover(s.box.Grow(render.Reach(z)), z, func(id tiles.ID) bool {
			if s.drawnIn(id) {
				fn(id)
			}
			return true
		})
	}
}
