package snapshot

import "yiping/tiles"

// Kind is the dimension of a part of a shape.
type Kind uint8

// Part kinds.
const (
	PointPart Kind = iota + 1
	LinePart
	OuterRing // begins a polygon; closed, first vertex not repeated at the end
	InnerRing // a hole of the polygon begun by the last OuterRing
)

// Part is a run of vertices: one point, one line, one ring.
type Part struct {
	Kind Kind
	XY   []tiles.XY // shared with the snapshot: read only
}

// form tells the shape of a geometry that is one point, line or ring: its kind and
// how many vertices it has in the world. 0 stands for all others, whose structure
// is read of the exact geometry; to draw the rest takes no look at that.
type form uint32

const (
	kindBits = 3
	mostForm = 1<<(32-kindBits) - 1 // vertices
)

func formOf(kind Kind, vertices int) form {
	if vertices == 0 || vertices > mostForm {
		return 0
	}
	return form(vertices)<<kindBits | form(kind)
}

// pointForm is that of one point.
const pointForm = form(1<<kindBits | PointPart)

func (f form) kind() Kind { return Kind(f & (1<<kindBits - 1)) }

func (f form) vertices() int { return int(f >> kindBits) }

// Shape is a feature's geometry in world coordinates, flattened: the members of
// multi-geometries and collections in their order. It is what tiles are drawn
// from; the exact coordinates are beside it.
type Shape []Part
