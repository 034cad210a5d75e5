package render

import (
	"yiping/tiles"
	"yiping/tiles/mvt"
)

// frame is the square a tile is clipped to: both axes from min to max in tile
// units, ends included; world is the same in world coordinates.
type frame struct {
	min, max int32
	world    tiles.Box
}

// holds reports that all of a box lies within the frame.
func (f *frame) holds(b tiles.Box) bool { return f.world.Contains(b) }

// has reports that a position lies within the frame; the far edges belong to the
// next tile's positions, as everywhere on the grid.
func (f *frame) has(p mvt.XY) bool {
	return p.X >= f.min && p.X < f.max && p.Y >= f.min && p.Y < f.max
}

// doubleArea is twice the area of the frame.
func (f *frame) doubleArea() int64 {
	side := int64(f.max - f.min)
	return 2 * side * side
}

// appendTo adds the frame's corners to a ring.
func (f *frame) appendTo(ring []mvt.XY) []mvt.XY {
	return append(ring, mvt.XY{X: f.min, Y: f.min}, mvt.XY{X: f.max, Y: f.min}, mvt.XY{X: f.max, Y: f.max}, mvt.XY{X: f.min, Y: f.max})
}

// Where a position lies outside the frame.
const (
	west = 1 << iota
	east
	north
	south
)

func (f *frame) outside(p mvt.XY) (code uint8) {
	switch {
	case p.X < f.min:
		code = west
	case p.X > f.max:
		code = east
	}
	switch {
	case p.Y < f.min:
		code |= north
	case p.Y > f.max:
		code |= south
	}
	return code
}

// crossing gives where a segment meets the frame's edge of that one side, to the
// nearest unit. It is the same whichever way the segment runs.
func (f *frame) crossing(a, b mvt.XY, side uint8) mvt.XY {
	edge := f.min
	if side&(east|south) != 0 {
		edge = f.max
	}
	if side&(west|east) != 0 {
		return mvt.XY{X: edge, Y: heightAt(a, b, edge)}
	}
	return mvt.XY{X: heightAt(mvt.XY{X: a.Y, Y: a.X}, mvt.XY{X: b.Y, Y: b.X}, edge), Y: edge}
}

// heightAt gives the y at x on the line through a and b, which differ in x.
func heightAt(a, b mvt.XY, x int32) int32 {
	if a.X > b.X {
		a, b = b, a
	}
	num := 2 * int64(b.Y-a.Y) * int64(x-a.X)
	den := int64(b.X - a.X)
	return a.Y + int32(floorDiv(num+den, 2*den))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// segment clips a segment. Crossings are computed from its own ends, so that
// rounding happens once.
func (f *frame) segment(a, b mvt.XY) (p, q mvt.XY, ok bool) {
	p, q = a, b
	for range 4 { // at most two edges for either end
		op, oq := f.outside(p), f.outside(q)
		switch {
		case op|oq == 0:
			return p, q, p != q
		case op&oq != 0:
			return p, q, false
		case op != 0:
			p = f.crossing(a, b, op&-op)
		default:
			q = f.crossing(a, b, oq&-oq)
		}
	}
	return p, q, f.outside(p)|f.outside(q) == 0 && p != q
}

// line gives the pieces of a line within the frame, built in buf, which it
// returns.
func (f *frame) line(pts, buf []mvt.XY, piece func([]mvt.XY)) []mvt.XY {
	flush := func() {
		if len(buf) > 1 {
			piece(buf)
		}
		buf = buf[:0]
	}
	if len(pts) == 0 {
		return buf
	}
	before := f.outside(pts[0])
	for i := 1; i < len(pts); i++ {
		code := f.outside(pts[i])
		if before|code == 0 && pts[i-1] != pts[i] { // as most are: nothing to clip
			if len(buf) == 0 {
				buf = append(buf, pts[i-1])
			}
			buf = append(buf, pts[i])
			continue
		}
		before = code
		p, q, ok := f.segment(pts[i-1], pts[i])
		if !ok {
			flush()
			continue
		}
		if len(buf) == 0 {
			buf = append(buf, p)
		}
		buf = append(buf, q)
		if q != pts[i] {
			flush()
		}
	}
	flush()
	return buf
}

// ring clips a ring, closed or not, by Sutherland and Hodgman: what remains may
// run along the frame's edges. Both slices are overwritten; the result is the
// first returned.
func (f *frame) ring(pts, buf []mvt.XY) (result, spare []mvt.XY) {
	for side := uint8(west); side <= south; side <<= 1 {
		buf = f.cut(pts, buf[:0], side)
		pts, buf = buf, pts
		if len(pts) == 0 {
			break
		}
	}
	return pts, buf
}

// cut appends to out the part of a ring on the inner side of one edge.
func (f *frame) cut(pts, out []mvt.XY, side uint8) []mvt.XY {
	if len(pts) == 0 {
		return out
	}
	a := pts[len(pts)-1]
	aOut := f.outside(a)&side != 0
	for _, b := range pts {
		bOut := f.outside(b)&side != 0
		if aOut != bOut {
			out = append(out, f.crossing(a, b, side))
		}
		if !bOut {
			out = append(out, b)
		}
		a, aOut = b, bOut
	}
	return out
}
