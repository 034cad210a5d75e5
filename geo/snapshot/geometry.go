package snapshot

import (
	"math"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles"
)

func emptyBound() orb.Bound {
	inf := math.Inf(1)
	return orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
}

func boundOf(g orb.Geometry) orb.Bound {
	b := emptyBound()
	_ = geo.EachPoint(g, func(p orb.Point) error { b = b.Extend(p); return nil })
	return b
}

func shapeOf(g orb.Geometry) Shape {
	var s Shape
	switch g := g.(type) {
	case orb.Point:
		s = append(s, part(PointPart, orb.LineString{g}))
	case orb.MultiPoint:
		for _, p := range g {
			s = append(s, part(PointPart, orb.LineString{p}))
		}
	case orb.LineString:
		s = append(s, part(LinePart, g))
	case orb.MultiLineString:
		for _, m := range g {
			s = append(s, part(LinePart, m))
		}
	case orb.Ring:
		return shapeOf(orb.Polygon{g})
	case orb.Polygon:
		for i, r := range g {
			k := InnerRing
			if i == 0 {
				k = OuterRing
			}
			s = append(s, part(k, orb.LineString(r)))
		}
	case orb.MultiPolygon:
		for _, m := range g {
			s = append(s, shapeOf(m)...)
		}
	case orb.Collection:
		for _, m := range g {
			s = append(s, shapeOf(m)...)
		}
	case orb.Bound:
		return shapeOf(g.ToPolygon())
	}
	return s
}

func part(k Kind, l orb.LineString) Part {
	if (k == OuterRing || k == InnerRing) && len(l) > 1 && l[0] == l[len(l)-1] {
		l = l[:len(l)-1]
	}
	p := Part{Kind: k, XY: make([]tiles.XY, len(l))}
	for i := range l {
		p.XY[i] = tiles.ToWorld(l[i])
	}
	return p
}

func boxOf(s Shape) tiles.Box {
	b := tiles.EmptyBox
	for _, p := range s {
		for _, xy := range p.XY {
			b = b.Add(xy)
		}
	}
	return b
}

func labelPoint(g orb.Geometry) (orb.Point, bool) {
	b := boundOf(g)
	return b.Center(), b.Min[0] <= b.Max[0]
}
