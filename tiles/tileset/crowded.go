package tileset

import (
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Where a tile holds too much to show every feature, a change alters more than
// where the feature lies: the counts of a cluster, which feature is foremost in a
// cell, how a layer is thinned. That depends on the layers drawn together.

// maxShifts bounds the places compared for one selection and zoom, at some
// microseconds each. With more, the tiles of a zoom that may be crowded all go.
const maxShifts = 2000

// spot is where a feature of a layer is or was anchored.
type spot struct {
	layer geo.LayerID
	at    tiles.XY
}

// spotsOf gives the places whose crowding a delta may alter, each once.
func spotsOf(d snapshot.Delta) []spot {
	var out []spot
	add := func(c *snapshot.Change, it snapshot.Item) {
		if at, ok := render.Anchor(it); ok {
			out = append(out, spot{c.Layer, at})
		}
	}
	for i := range d.Changes {
		c := &d.Changes[i]
		if c.HadOld {
			add(c, c.Old)
		}
		if c.HasNew && (!c.HadOld || c.Moved) {
			add(c, c.New)
		}
	}
	return out
}

// crowding is what the last delta touched by crowding, of plain selections and to
// touchedZoom, for Touched.
type crowding struct {
	to  *snapshot.Snapshot
	ids []tiles.ID
	all bool // more than can be named
}

func (c *crowding) add(id tiles.ID) {
	if id.Z <= touchedZoom && !c.all {
		c.ids = append(c.ids, id)
		c.all = len(c.ids) > maxInspected
	}
}

// invalidateCrowded deletes the kept tiles that the delta touches by crowding.
func (t *Tileset) invalidateCrowded(before, after *render.Prepared, d snapshot.Delta) {
	spots, zooms := spotsOf(d), t.zooms.Load()
	told := &crowding{to: d.To}
	var s render.Shifts
	defer s.Release()
	for _, sel := range t.selections.all() {
		mine := within(spots, sel.query.Layers)
		for z := uint8(0); z <= tiles.MaxZoom && len(mine) > 0; z++ {
			tell := sel.plain() && z <= touchedZoom
			if (tell || zooms>>z&1 == 1) && s.Set(before, after, &sel.query, z) {
				t.shift(&s, sel, z, mine, told)
			}
		}
	}
	t.crowding.Store(told)
}

// shift deletes what changes at the spots touch of one selection and zoom.
func (t *Tileset) shift(s *render.Shifts, sel *Selection, z uint8, spots []spot, told *crowding) {
	kept := t.cacheOf(sel)
	touch := func(id tiles.ID) {
		kept.Delete(key{sel, id})
		if sel.plain() {
			told.add(id)
		}
	}
	few := len(spots) <= maxShifts
	for i := 0; i < len(spots) && few; i++ {
		shift := s.At(spots[i].layer, spots[i].at)
		few = tilesOf(&shift, spots[i].at, z, touch)
	}
	if !few {
		kept.DeleteFunc(func(k key) bool { return k.of == sel && k.id.Z == z })
		told.all = told.all || sel.plain()
	}
}

// within gives the spots of layers that are among those given.
func within(spots []spot, layers []geo.LayerID) []spot {
	var out []spot
	for _, p := range spots {
		if slices.Contains(layers, p.layer) {
			out = append(out, p)
		}
	}
	return out
}

// maxExtent bounds the tiles of one extent that are worked out.
const maxExtent = 1 << 12

// tilesOf calls fn with the tiles of a zoom that a shift round a position touches,
// with some more than once; unless they are too many: then it says false.
func tilesOf(s *render.Shift, at tiles.XY, z uint8, fn func(tiles.ID)) bool {
	if s.Tile {
		fn(tiles.At(z, at))
	}
	for _, b := range s.Extents {
		if b = b.Grow(render.Reach(z)); tiles.CoverCount(b, z) > maxExtent {
			return false
		}
		tiles.Cover(b, z, func(id tiles.ID) bool { fn(id); return true })
	}
	for _, it := range s.Foremost {
		side := side{box: it.Box(), shape: it.Shape()}
		if side.count(1<<z) > maxExtent {
			return false
		}
		side.label, _ = it.Label()
		side.each(1<<z, fn)
	}
	return true
}
