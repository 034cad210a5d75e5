package cql

import (
	"slices"

	"yiping/tiles"
)

// inner is a box within which a filter need not look at geometry: of a row whose own
// box lies in it, rest alone decides. Nearly all rows that a bbox= finds are such.
type inner struct {
	box  tiles.Box // EmptyBox: there is none
	rest test      // nil lets all through
}

// innerOf reads off a condition, by itself or as a part of AND, a rectangle of which
// all that lies within fulfils it; of several the least.
func (c *compiler) innerOf(e Expr) (inner, error) {
	out := inner{box: tiles.EmptyBox}
	call, ok := e.(Call)
	if !ok {
		return out, nil
	}
	if call.Op != "and" {
		out.box = rectangleIn(call)
		return out, nil
	}
	at := -1
	for i, a := range call.Args {
		part, ok := a.(Call)
		if !ok {
			continue
		}
		if b := rectangleIn(part); !b.Empty() && (at < 0 || units(b) < units(out.box)) {
			at, out.box = i, b
		}
	}
	if at < 0 {
		return out, nil
	}
	var rest Expr = Call{Op: "and", Args: slices.Delete(slices.Clone(call.Args), at, at+1)}
	if len(call.Args) == 2 {
		rest = call.Args[1-at]
	}
	var err error
	out.rest, err = c.condition(rest)
	return out, err
}

// units is the area of a box.
func units(b tiles.Box) float64 {
	return float64(b.Max.X-b.Min.X) * float64(b.Max.Y-b.Min.Y)
}

// rim is by how many units the box of a row must lie within that of a rectangle, so
// that its geometry does for sure: units are whole numbers, and the last bit of a
// projected position may err.
const rim = 2

// rectangleIn gives the world well within a rectangle that a row's geometry is to
// meet or to lie in; EmptyBox where the condition is another, or the rectangle narrow.
func rectangleIn(call Call) tiles.Box {
	op := spatial(call.Op)
	if op == 0 {
		return tiles.EmptyBox
	}
	row, other := call.Args[0], call.Args[1]
	if _, ok := other.(Property); ok {
		op, row, other = converse(op), other, row
	}
	if _, ok := row.(Property); !ok || op != sIntersects && op != sWithin {
		return tiles.EmptyBox
	}
	switch other.(type) {
	case Geometry, Box:
	default:
		return tiles.EmptyBox
	}
	g, err := literal(other)
	if err != nil {
		return tiles.EmptyBox
	}
	r, ok := rectOf(g)
	if !ok {
		return tiles.EmptyBox
	}
	b := tiles.BoxOf(r)
	if b.Max.X-b.Min.X < 2*rim || b.Max.Y-b.Min.Y < 2*rim {
		return tiles.EmptyBox
	}
	return tiles.Box{Min: tiles.XY{X: b.Min.X + rim, Y: b.Min.Y + rim}, Max: tiles.XY{X: b.Max.X - rim, Y: b.Max.Y - rim}}
}

// Passing gives Match for rows of one type. It looks at the box of a row first.
func Passing[R Row](f *Filter) func(R) bool {
	in := f.inner
	if in.box.Empty() {
		return func(r R) bool { return f.Match(r) }
	}
	return func(r R) bool {
		if b := r.Box(); b.Empty() || !in.box.Contains(b) {
			return f.Match(r)
		}
		return in.rest == nil || in.rest(r) == yes
	}
}

// Within gives a box all of whose rows pass, and whether there is one.
func (f *Filter) Within() (tiles.Box, bool) {
	return f.inner.box, f.inner.rest == nil && !f.inner.box.Empty()
}
