package render

import (
	"slices"

	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt"
)

// fullZoom is the first zoom at which lines keep every vertex of the grid.
const fullZoom = 14

// tolerance, in tile units, is how far a line below fullZoom may be drawn from
// where it runs: a quarter of a pixel of a 512 pixel tile is two. Rings are not
// simplified beyond the grid: where districts, towns and blocks share a border,
// each would be simplified from a start of its own and the border would gape.
const tolerance = 1

// grid turns world coordinates into the units of one tile.
type grid struct {
	x, y        int64 // of the tile's corner in units of the zoom
	right, left uint8 // world to units: shift right, then left
	clip        frame
}

func newGrid(id tiles.ID) grid {
	const side = 12 // log2 of Extent
	g := grid{x: int64(id.X) << side, y: int64(id.Y) << side,
		clip: frame{min: -Buffer, max: Extent + Buffer, world: Box(id)}}
	if shift := 32 - side - int(id.Z); shift >= 0 {
		g.right = uint8(shift)
	} else {
		g.left = uint8(-shift)
	}
	return g
}

// far bounds positions, so that products of differences fit in 64 bits. Only
// beyond zoom 18 can anything be further away: 600 km at the last zoom.
const far = 1 << 28

// near reports that nothing of the world is as far as that: at zooms to 16.
func (g *grid) near() bool { return g.right >= 4 }

// at rounds down to the grid, as the tile that holds a position is found: a
// position in a tile has units 0 … Extent-1 there.
func (g *grid) at(w tiles.XY) mvt.XY {
	x := int64(w.X)>>g.right<<g.left - g.x
	y := int64(w.Y)>>g.right<<g.left - g.y
	return mvt.XY{X: int32(max(-far, min(far, x))), Y: int32(max(-far, min(far, y)))}
}

// draft holds the buffers in which one part after another is drawn.
type draft struct {
	tile   grid
	inside bool // the feature lies wholly within the frame: no clipping
	a, b   []mvt.XY
	thin   thinner
}

// snap puts a run of vertices on the grid, dropping repeats.
func (d *draft) snap(run []tiles.XY) []mvt.XY {
	if len(run) == 0 {
		return nil
	}
	d.a = slices.Grow(d.a[:0], len(run))[:len(run)]
	out, last := d.a, d.tile.at(run[0])
	out[0] = last
	n := 1
	if d.tile.near() {
		shift, x, y := d.tile.right, int32(d.tile.x), int32(d.tile.y)
		for _, w := range run[1:] {
			if p := (mvt.XY{X: int32(w.X>>shift) - x, Y: int32(w.Y>>shift) - y}); p != last {
				out[n], last = p, p
				n++
			}
		}
	} else {
		for _, w := range run[1:] {
			if p := d.tile.at(w); p != last {
				out[n], last = p, p
				n++
			}
		}
	}
	d.a = out[:n]
	return d.a
}

// line draws the pieces of a line that run through the frame, in order. Whole
// lines are simplified, then clipped, so that neighbouring tiles keep the same
// vertices.
func (d *draft) line(run []tiles.XY, simplify bool, e *mvt.Encoder) {
	line := d.snap(run)
	if simplify {
		line = d.thin.line(line, tolerance)
	}
	if d.inside {
		e.Line(line)
		return
	}
	d.b = d.tile.clip.line(line, d.b[:0], e.Line)
}

// ring gives what of a ring lies in the frame; empty if nothing does. Holes are
// clipped one unit within: clipped to the same edge, hole and outer ring would run
// along each other there and the polygon would not be valid. The sliver between
// them lies at the far side of the buffer. Only where the hole takes up all of the
// frame is it given whole, since then nothing of its polygon is left.
func (d *draft) ring(run []tiles.XY, hole bool) []mvt.XY {
	ring := d.snap(run)
	if d.inside || len(ring) == 0 {
		return ring
	}
	frame := d.tile.clip
	if hole {
		frame.min, frame.max = frame.min+1, frame.max-1
	}
	d.a, d.b = frame.ring(ring, d.b[:0])
	if hole && doubleArea(d.a) == frame.doubleArea() {
		d.a = d.tile.clip.appendTo(d.a[:0])
	}
	return d.a
}

// vanishes reports that nothing of a shape is left on the grid, in no tile of the
// zoom: no point, no line with length, no polygon with area outside its holes.
func (d *draft) vanishes(shape snapshot.Shape) bool {
	left := int64(0)
	for _, part := range shape {
		switch part.Kind {
		case snapshot.PointPart:
			return false
		case snapshot.LinePart:
			if len(d.snap(part.XY)) > 1 {
				return false
			}
		case snapshot.OuterRing:
			if left > 0 {
				return false
			}
			left = doubleArea(d.snap(part.XY))
		case snapshot.InnerRing:
			left -= doubleArea(d.snap(part.XY))
		}
	}
	return left <= 0
}

// doubleArea is twice the area of a ring, whichever way it runs, measured from
// its first vertex so that the products stay small far from the tile.
func doubleArea(ring []mvt.XY) int64 {
	var sum int64
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		px, py := int64(p.X-ring[0].X), int64(p.Y-ring[0].Y)
		qx, qy := int64(q.X-ring[0].X), int64(q.Y-ring[0].Y)
		sum += px*qy - qx*py
	}
	return max(sum, -sum)
}
