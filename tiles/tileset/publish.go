package tileset

import (
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Limits of the two ways to find the tiles a change touches. Working out the
// tiles from the change and deleting each costs about as much per tile as
// looking at lookWeight kept keys.
const (
	lookWeight = 16
	maxSets    = 64      // combinations of layers up to which tiles are worked out
	maxLooks   = 1 << 26 // keys × changes beyond which a layer is dropped whole
)

// Publish makes s current and deletes the kept tiles that the delta touches.
// Once it has returned, every tile given is exact for s or a later snapshot: so
// announce the change after it. The first call may have a zero delta; so may
// one after a reload, which deletes everything.
func (t *Tileset) Publish(s *snapshot.Snapshot, d snapshot.Delta) {
	t.publish.Lock()
	defer t.publish.Unlock()
	before := t.current.Swap(s)
	switch {
	case before == s:
	case before == nil || d.From != before || d.To != s:
		t.cache.DeleteFunc(func(key) bool { return true })
	default:
		t.invalidate(d)
	}
	t.exact.Store(s)
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

// touchOf tells what tiles see of a change; ok is false when they see nothing.
// Of an unmoved feature both sides are the same but for the light.
func touchOf(d snapshot.Delta, c *snapshot.Change) (touch, bool) {
	out := touch{layer: c.Layer, old: side{box: tiles.EmptyBox}, new: side{box: tiles.EmptyBox}}
	newLayer, ok := d.To.Layer(c.Layer)
	if !ok {
		return out, false
	}
	if c.HadOld && c.HasNew && !c.Moved && sameAttributes(newLayer.Decl(), c) {
		return out, false
	}
	if oldLayer, ok := d.From.Layer(c.Layer); ok && c.HadOld {
		out.old = sideOf(oldLayer, c.Old)
	}
	if c.HasNew {
		out.new = sideOf(newLayer, c.New)
	}
	if c.HadOld && c.HasNew && !c.Moved { // one look at the shape will do
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

// invalidate deletes what the delta touches. Whole layers and bulk changes are
// sought among the kept keys, single changes by working out their tiles,
// whichever is less work.
func (t *Tileset) invalidate(d snapshot.Delta) {
	kept := uint64(t.cache.Stats().Entries) + 1
	whole := map[geo.LayerID]bool{}
	for _, l := range d.Layers {
		whole[l] = true
	}
	look := map[geo.LayerID][]touch{}
	for i := range d.Changes {
		c, ok := touchOf(d, &d.Changes[i])
		if !ok || whole[c.layer] {
			continue
		}
		if !t.deleteTilesOf(c, kept/lookWeight+64) {
			look[c.layer] = append(look[c.layer], c)
		}
	}
	for l, list := range look {
		if kept*uint64(len(list)) > maxLooks {
			whole[l] = true
		}
	}
	if len(whole) == 0 && len(look) == 0 {
		return
	}
	t.cache.DeleteFunc(func(k key) bool {
		for _, l := range t.layersOf(k.layers) {
			if whole[l] || slices.ContainsFunc(look[l], func(c touch) bool { return c.touches(k.id) }) {
				return true
			}
		}
		return false
	})
}

func (t *Tileset) layersOf(joined string) []geo.LayerID {
	if set, ok := (*t.sets.Load())[joined]; ok {
		return set.layers
	}
	var layers []geo.LayerID
	for l := range strings.SplitSeq(joined, ",") {
		layers = append(layers, geo.LayerID(l))
	}
	return layers
}

// deleteTilesOf deletes the tiles of one change, unless that would be more than
// limit deletions; then it says false and has deleted none.
func (t *Tileset) deleteTilesOf(c touch, limit uint64) bool {
	sets, complete := t.setsWith(c.layer)
	if !complete {
		return false
	}
	zooms := t.zooms.Load()
	work := c.old.count(zooms) + c.new.count(zooms)
	if work*uint64(len(sets)) > limit {
		return false
	}
	for _, s := range []*side{&c.old, &c.new} {
		s.each(zooms, func(id tiles.ID) {
			for _, set := range sets {
				t.cache.Delete(key{set, id})
			}
		})
	}
	return true
}

// setsWith gives the combinations of layers that hold a layer, and whether these
// are all: once they are too many, not every one is remembered.
func (t *Tileset) setsWith(l geo.LayerID) (with []string, complete bool) {
	sets := *t.sets.Load()
	for joined, set := range sets {
		if slices.Contains(set.layers, l) {
			with = append(with, joined)
		}
	}
	return with, len(sets) <= maxSets
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

func sameAttributes(l *geo.Layer, c *snapshot.Change) bool {
	v, err := (&render.Query{}).View(l)
	return err == nil && v.SameAttributes(c.Old, c.New)
}
