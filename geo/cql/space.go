package cql

import (
	"cmp"
	"errors"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"yiping/geo"
	"yiping/geo/measure"
	"yiping/tiles"
)

// shape is a geometry ready to be related to others.
type shape struct {
	flat  orb.Geometry
	full  geom.Geometry
	bound orb.Bound
	empty bool
}

func newShape(g orb.Geometry) shape {
	full := convert(g)
	return shape{flat: g, full: full, bound: boundOf(g), empty: full.IsEmpty()}
}

func boundOf(g orb.Geometry) orb.Bound {
	b := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	_ = geo.EachPoint(g, func(p orb.Point) error {
		b = b.Extend(p)
		return nil
	})
	return b
}

func rowShape(r Row) (shape, bool) {
	g := r.Geometry()
	if g == nil {
		return shape{}, false
	}
	return newShape(g), true
}

// literalShape is literal, ready to be related to others.
func literalShape(e Expr) (shape, error) {
	g, err := literal(e)
	if err != nil {
		return shape{}, err
	}
	return newShape(g), nil
}

// literal checks a literal geometry as the store checks those of features.
func literal(e Expr) (orb.Geometry, error) {
	if b, ok := e.(Box); ok {
		return boxShape(b)
	}
	g := e.(Geometry)
	if err := geo.CheckGeometry(g.Shape, g.Z); err != nil {
		why := geo.Text{ZH: "无效", EN: err.Error()}
		if ge, ok := errors.AsType[*geo.Error](err); ok {
			zh, _, _ := strings.Cut(ge.ZH, "；") // what follows tells how to mend a file
			why = geo.Text{ZH: cmp.Or(zh, why.ZH), EN: ge.Message}
			if ge.Err != nil {
				why.EN += ": " + ge.Err.Error()
			}
		}
		return nil, invalid(e, "几何不能用：%s", "the geometry cannot be used: %s", why).mend("请给有效的几何，单位为度，经度在前", "give valid shapes in degrees, longitude first")
	}
	return g.Shape, nil
}

// boxShape gives a BBOX as polygon; two where it spans the antimeridian, a line
// or point where it has no width or height.
func boxShape(b Box) (orb.Geometry, error) {
	n := b.Numbers
	if len(n) == 6 {
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if len(n) != 4 || math.Abs(n[0]) > 180 || math.Abs(n[2]) > 180 || math.Abs(n[1]) > 90 || math.Abs(n[3]) > 90 || n[1] > n[3] {
		return nil, invalid(b, "BBOX 超出范围", "the BBOX is out of bounds").mend("请依次给西、南、东、北，单位为度", "give west, south, east, north in degrees")
	}
	if n[0] <= n[2] {
		return rectangle(n[0], n[1], n[2], n[3]), nil
	}
	east, west := rectangle(n[0], n[1], 180, n[3]), rectangle(-180, n[1], n[2], n[3])
	p, isArea := east.(orb.Polygon)
	q, areBoth := west.(orb.Polygon)
	if isArea && areBoth {
		return orb.MultiPolygon{p, q}, nil
	}
	return orb.Collection{east, west}, nil
}

func rectangle(w, s, e, n float64) orb.Geometry {
	switch {
	case w == e && s == n:
		return orb.Point{w, s}
	case w == e || s == n:
		return orb.LineString{{w, s}, {e, n}}
	}
	return orb.Polygon{{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}
}

// relation relates two shapes; that of a feature to a fixed one, the common
// case, looks at boxes before it looks at geometry.
func relation(op spatialOp, a, b value) test {
	switch {
	case a.fixed && !b.fixed:
		return relatedTo(converse(op), b.shape, a.shape)
	case b.fixed && !a.fixed:
		return relatedTo(op, a.shape, b.shape)
	}
	return func(r Row) truth {
		x, ok := a.shape(r)
		if !ok {
			return unknown
		}
		y, ok := b.shape(r)
		if !ok {
			return unknown
		}
		return related(op, x, y)
	}
}

// converse is the relation of b to a.
func converse(op spatialOp) spatialOp {
	switch op {
	case sWithin:
		return sContains
	case sContains:
		return sWithin
	}
	return op
}

func relatedTo(op spatialOp, row, fixed shapeOf) test {
	lit, _ := fixed(nil)
	box := tiles.BoxOf(lit.bound)
	apart := truthOf(op == sDisjoint)
	area, isArea := areaOf(lit)
	rect, isRect := rectOf(lit.flat)
	return func(r Row) truth {
		if b := r.Box(); !b.Empty() && !b.Intersects(box) {
			return apart
		}
		g := r.Geometry()
		if g == nil {
			return unknown
		}
		if p, ok := g.(orb.Point); ok && isArea && (op == sIntersects || op == sDisjoint) {
			return truthOf(area.Contains(p) == (op == sIntersects))
		}
		b := boundOf(g)
		if isRect && strictlyIn(b, rect) {
			return truthOf(op == sIntersects || op == sWithin)
		}
		if !b.IsEmpty() && !b.Intersects(lit.bound) {
			return apart
		}
		return related(op, newShape(g), lit)
	}
}

// areaOf gives polygons as a region, which answers for points sooner.
func areaOf(s shape) (*measure.Region, bool) {
	switch s.flat.(type) {
	case orb.Polygon, orb.MultiPolygon:
		return measure.NewRegion(s.flat), true
	}
	return nil, false
}

// rectOf gives the bound of a shape that fills its bound.
func rectOf(g orb.Geometry) (orb.Bound, bool) {
	p, ok := g.(orb.Polygon)
	if !ok || len(p) != 1 || len(p[0]) != 5 {
		return orb.Bound{}, false
	}
	for i := range 4 {
		a, b := p[0][i], p[0][i+1]
		if (a[0] == b[0]) == (a[1] == b[1]) {
			return orb.Bound{}, false
		}
	}
	return boundOf(g), true
}

func strictlyIn(b, outer orb.Bound) bool {
	return !b.IsEmpty() && b.Min[0] > outer.Min[0] && b.Max[0] < outer.Max[0] && b.Min[1] > outer.Min[1] && b.Max[1] < outer.Max[1]
}

// related asks simplefeatures. A pair of shapes that it gives up on, as it can
// where rounding makes lines cross that should meet, is unknown.
func related(op spatialOp, a, b shape) (out truth) {
	defer func() {
		if recover() != nil {
			out = unknown
		}
	}()
	var holds bool
	var err error
	switch op {
	case sIntersects:
		holds = geom.Intersects(a.full, b.full)
	case sDisjoint:
		holds = !geom.Intersects(a.full, b.full)
	case sEquals:
		holds, err = geom.Equals(a.full, b.full)
	case sTouches:
		holds, err = geom.Touches(a.full, b.full)
	case sCrosses:
		holds, err = geom.Crosses(a.full, b.full)
	case sWithin:
		holds, err = geom.Within(a.full, b.full)
	case sContains:
		holds, err = geom.Contains(a.full, b.full)
	case sOverlaps:
		holds, err = geom.Overlaps(a.full, b.full)
	}
	if err != nil {
		return unknown
	}
	return truthOf(holds)
}

// convert gives a geometry to simplefeatures.
func convert(g orb.Geometry) geom.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return point(g).AsGeometry()
	case orb.MultiPoint:
		return geom.NewMultiPoint(mapped(g, point)).AsGeometry()
	case orb.LineString:
		return line(g).AsGeometry()
	case orb.MultiLineString:
		return geom.NewMultiLineString(mapped(g, line)).AsGeometry()
	case orb.Ring:
		return polygon(orb.Polygon{g}).AsGeometry()
	case orb.Polygon:
		return polygon(g).AsGeometry()
	case orb.MultiPolygon:
		return geom.NewMultiPolygon(mapped(g, polygon)).AsGeometry()
	case orb.Collection:
		return geom.NewGeometryCollection(mapped(g, convert)).AsGeometry()
	case orb.Bound:
		return polygon(g.ToPolygon()).AsGeometry()
	}
	return geom.Geometry{}
}

func mapped[S ~[]T, T, U any](s S, fn func(T) U) []U {
	out := make([]U, len(s))
	for i, v := range s {
		out[i] = fn(v)
	}
	return out
}

func point(p orb.Point) geom.Point {
	return geom.NewPoint(geom.Coordinates{XY: geom.XY{X: p[0], Y: p[1]}})
}

func line(l orb.LineString) geom.LineString {
	flat := make([]float64, 0, 2*len(l))
	for _, p := range l {
		flat = append(flat, p[0], p[1])
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}

func polygon(p orb.Polygon) geom.Polygon {
	return geom.NewPolygon(mapped(p, func(r orb.Ring) geom.LineString { return line(orb.LineString(r)) }))
}
