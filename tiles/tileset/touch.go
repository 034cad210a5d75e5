package tileset

import (
	"slices"

	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// margin, in tile units, is how far from where it runs a shape may be drawn:
// rounding to the grid, simplification, and the stand-in of a vanishing red.
const margin = 4

// near is the box a tile is drawn from, grown by the margin.
func near(id tiles.ID) tiles.Box {
	unit := max(1, uint32(uint64(1)<<(32-id.Z)/render.Extent))
	return render.Box(id).Grow(margin * unit)
}

// touches reports whether a shape has a point in the box: a vertex, a stretch of
// a line or edge, or the inside of a polygon.
func touches(shape snapshot.Shape, box tiles.Box) bool {
	inside := false // the box's corner lies in the polygon begun last
	for i := range shape {
		p := &shape[i]
		switch p.Kind {
		case snapshot.PointPart:
			if slices.ContainsFunc(p.XY, func(w tiles.XY) bool { return holds(box, w) }) {
				return true
			}
		case snapshot.LinePart:
			if crosses(p.XY, box, false) {
				return true
			}
		case snapshot.OuterRing, snapshot.InnerRing:
			if crosses(p.XY, box, true) {
				return true
			}
			if p.Kind == snapshot.OuterRing {
				if inside {
					return true
				}
				inside = false
			}
			inside = inside != surrounds(p.XY, box.Min)
		}
	}
	return inside
}

func holds(b tiles.Box, w tiles.XY) bool {
	return b.Min.X <= w.X && w.X <= b.Max.X && b.Min.Y <= w.Y && w.Y <= b.Max.Y
}

// crosses reports whether a run of vertices, closed or not, enters the box.
func crosses(run []tiles.XY, box tiles.Box, closed bool) bool {
	if len(run) == 0 {
		return false
	}
	a := run[0]
	if closed {
		a = run[len(run)-1]
	}
	for _, b := range run {
		if meets(a, b, box) {
			return true
		}
		a = b
	}
	return false
}

// meets reports whether a segment has a point in the box: their boxes meet, and
// not all four corners lie strictly on one side of it.
func meets(a, b tiles.XY, box tiles.Box) bool {
	if max(a.X, b.X) < box.Min.X || min(a.X, b.X) > box.Max.X ||
		max(a.Y, b.Y) < box.Min.Y || min(a.Y, b.Y) > box.Max.Y {
		return false
	}
	if holds(box, a) || holds(box, b) {
		return true
	}
	first := turn(a, b, box.Min)
	for _, corner := range [3]tiles.XY{box.Max, {X: box.Min.X, Y: box.Max.Y}, {X: box.Max.X, Y: box.Min.Y}} {
		if first*turn(a, b, corner) <= 0 {
			return true
		}
	}
	return false
}

// turn is positive, negative or 0 as c lies on one side of the line from a to b,
// on the other, or on it. The differences are exact, the products nearly; what
// that may get wrong is far less than the margin.
func turn(a, b, c tiles.XY) float64 {
	return (float64(b.X)-float64(a.X))*(float64(c.Y)-float64(a.Y)) -
		(float64(b.Y)-float64(a.Y))*(float64(c.X)-float64(a.X))
}

// surrounds reports whether a ring winds around a position that is not on it, by
// counting the edges that a ray to the east crosses.
func surrounds(ring []tiles.XY, p tiles.XY) bool {
	if len(ring) == 0 {
		return false
	}
	odd := false
	a := ring[len(ring)-1]
	for _, b := range ring {
		if (a.Y > p.Y) != (b.Y > p.Y) {
			lo, hi := a, b
			if lo.Y > hi.Y {
				lo, hi = hi, lo
			}
			if turn(lo, hi, p) > 0 {
				odd = !odd
			}
		}
		a = b
	}
	return odd
}
