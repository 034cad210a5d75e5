package tileset

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Limits of Touched: the deepest zoom named, how many tiles it names one by one,
// and how many it looks at to find them.
const (
	touchedZoom  = 16
	maxTouched   = 1024
	maxInspected = 1 << 16
)

const touchedZooms = 1<<(touchedZoom+1) - 1

// Touched names the tiles, to zoom 16, that a page has to fetch again after the
// delta: where a feature came, went or moved, or an attribute other than the
// light changed, or a cluster or what is thinned did; a page paints new lights by
// itself. Call it once the delta is published. Deeper tiles are those
// inside the ones named. The tiles are ordered by zoom, column and row. When
// there are too many to name, the root tile alone stands for all: see All.
func (t *Tileset) Touched(d snapshot.Delta) []tiles.ID {
	if d.From == nil || d.To == nil || len(d.Layers) > 0 {
		return everything()
	}
	var ids []tiles.ID
	inspected := uint64(0)
	for i := range len(d.Changes) + len(d.Areas) {
		var c touch
		zooms := uint32(touchedZooms)
		if i < len(d.Changes) {
			c, zooms = contentOf(d, &d.Changes[i])
		} else {
			c = areaOf(d, d.Areas[i-len(d.Changes)])
		}
		if zooms == 0 {
			continue
		}
		for _, s := range []*side{&c.old, &c.new} {
			if inspected += s.count(zooms); inspected > maxInspected {
				return everything()
			}
			s.each(zooms, func(id tiles.ID) { ids = append(ids, id) })
		}
		if len(ids) > 2*maxTouched {
			if ids = unique(ids); len(ids) > maxTouched {
				return everything()
			}
		}
	}
	if c := t.crowding.Load(); c != nil && c.to == d.To {
		if c.all {
			return everything()
		}
		ids = append(ids, c.ids...)
	}
	if ids = unique(ids); len(ids) > maxTouched {
		return everything()
	}
	return ids
}

// All reports whether what Touched gave stands for all tiles. Should the root
// alone have been meant, fetching all is right as well.
func All(ids []tiles.ID) bool { return len(ids) == 1 && ids[0] == tiles.ID{} }

func everything() []tiles.ID { return []tiles.ID{{}} }

// contentOf gives a change and the zooms, as bits, at which it changes more than
// a light: all for content, those above the layer's first zoom for a feature
// that is shown there only while it is red.
func contentOf(d snapshot.Delta, c *snapshot.Change) (touch, uint32) {
	out, ok := touchOf(d, c, &render.Query{})
	if !ok {
		return out, 0
	}
	l, _ := d.To.Layer(c.Layer) // touchOf has found it
	if !c.HadOld || !c.HasNew || c.Moved || !render.SameFields(l.Decl(), c.Old, c.New) {
		return out, touchedZooms
	}
	if (c.Old.Light() == geo.Red) == (c.New.Light() == geo.Red) {
		return out, 0
	}
	return out, touchedZooms & (1<<l.Decl().MinZoom - 1)
}

func unique(ids []tiles.ID) []tiles.ID {
	slices.SortFunc(ids, func(a, b tiles.ID) int {
		return cmp.Or(cmp.Compare(a.Z, b.Z), cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
	})
	return slices.Compact(ids)
}
