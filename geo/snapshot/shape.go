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

// Shape is a feature's geometry in world coordinates, flattened: the members of
// multi-geometries and collections in their order. It is what tiles are drawn
// from; the exact coordinates are beside it.
type Shape []Part
