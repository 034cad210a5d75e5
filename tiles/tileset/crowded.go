package tileset

import (
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Where a tile holds too much to show every feature, a change alters more than
// where the feature lies: the counts of a cluster, which feature is foremost in a
// cell, how a layer is thinned. That depends on the layers drawn together.

// maxShifts bounds the places compared for one selection, at a microsecond or a few
// for each zoom. With more, the tiles of a zoom that may be crowded all go.
const maxShifts = 2000

// spot is where the feature of a change is or was anchored.
type spot struct {
	*snapshot.Change
	at tiles.XY
}

// spotsOf gives the places whose crowding a delta may alter, each once.
func spotsOf(d snapshot.Delta) []spot {
	var out []spot
	add := func(c *snapshot.Change, it snapshot.Item) {
		if at, ok := render.Anchor(it); ok {
			out = append(out, spot{c, at})
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
	spots, told := spotsOf(d), &crowding{to: d.To}
	shifts, few := render.NewShifts(before, after), []*Selection{}
	for _, sel := range t.selections.all() {
		if !many(spots, sel) {
			few = append(few, sel)
		} else if shifts.Of(&sel.query) {
			sel.eachZoom(func(z uint8) {
				if shifts.MayCrowd(z) {
					t.dropZoom(sel, z, told)
				}
			})
		}
	}
	for i := range spots {
		shifts.Move(spots[i].at)
		for _, sel := range few {
			if sel.shows(spots[i].Layer) && shifts.Of(&sel.query) {
				t.shift(shifts, sel, &spots[i], told)
			}
		}
	}
	t.crowding.Store(told)
}

// shift deletes what changes at the spot touch of one selection.
func (t *Tileset) shift(s *render.Shifts, sel *Selection, at *spot, told *crowding) {
	kept := t.cacheOf(sel)
	touch := func(id tiles.ID) {
		kept.Delete(key{sel, id})
		if sel.plain() {
			told.add(id)
		}
	}
	sel.eachZoom(func(z uint8) {
		if shift := s.At(at.Change, z); !tilesOf(&shift, at.at, z, touch) {
			t.dropZoom(sel, z, told)
		}
	})
}

// dropZoom deletes all kept tiles of a selection and zoom.
func (t *Tileset) dropZoom(sel *Selection, z uint8, told *crowding) {
	t.cacheOf(sel).DeleteFunc(func(k key) bool { return k.of == sel && k.id.Z == z })
	told.all = told.all || sel.plain()
}

// many reports that more spots than are compared lie in layers of a selection.
func many(spots []spot, sel *Selection) bool {
	if len(spots) <= maxShifts {
		return false
	}
	n := 0
	for i := range spots {
		if sel.shows(spots[i].Layer) {
			n++
		}
	}
	return n > maxShifts
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
