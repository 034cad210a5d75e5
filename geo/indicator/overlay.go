package indicator

import (
	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// rounding brings a geometry's coordinates to fewer decimals.
type rounding func(geom.Geometry) geom.Geometry

// overlay does an operation on polygons and gives the polygons of what comes
// out. Where rounding makes edges cross that should meet, it can fail; then it is
// tried again with coordinates rounded to 0.1, 1 and 10 mm.
func overlay(op func(rounding) (geom.Geometry, error)) (geom.Geometry, bool) {
	for _, decimals := range []int{0, 9, 8, 7} {
		near := func(g geom.Geometry) geom.Geometry { return g }
		if decimals > 0 {
			near = func(g geom.Geometry) geom.Geometry { return g.SnapToGrid(decimals) }
		}
		if g, ok := attempt(op, near); ok {
			return g, true
		}
	}
	return geom.Geometry{}, false
}

// attempt takes a panic for a failure: the library panics in states that it
// believes impossible.
func attempt(op func(rounding) (geom.Geometry, error), near rounding) (out geom.Geometry, ok bool) {
	defer func() {
		if recover() != nil {
			out, ok = geom.Geometry{}, false
		}
	}()
	g, err := op(near)
	if err != nil {
		return geom.Geometry{}, false
	}
	return polygons(toOrb(g)), true
}

func each[S ~[]T, T, U any](s S, fn func(T) U) []U {
	out := make([]U, len(s))
	for i, v := range s {
		out[i] = fn(v)
	}
	return out
}

// polygons takes the polygons of a geometry.
func polygons(g orb.Geometry) geom.Geometry {
	var all []geom.Polygon
	var take func(orb.Geometry)
	take = func(g orb.Geometry) {
		switch g := g.(type) {
		case orb.Polygon:
			if len(g) > 0 {
				all = append(all, geom.NewPolygon(each(g, ring)))
			}
		case orb.MultiPolygon:
			for _, m := range g {
				take(m)
			}
		case orb.Collection:
			for _, m := range g {
				take(m)
			}
		case orb.Bound:
			take(g.ToPolygon())
		}
	}
	take(g)
	if len(all) == 1 {
		return all[0].AsGeometry()
	}
	return geom.NewMultiPolygon(all).AsGeometry()
}

func ring(r orb.Ring) geom.LineString {
	flat := make([]float64, 0, 2*len(r))
	for _, p := range r {
		flat = append(flat, p[0], p[1])
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}

// toOrb brings polygons back, alone or in collections; other kinds are left out.
func toOrb(g geom.Geometry) orb.Geometry {
	switch g.Type() {
	case geom.TypePolygon:
		return polygonOf(g.MustAsPolygon())
	case geom.TypeMultiPolygon:
		var out orb.MultiPolygon
		for _, p := range g.MustAsMultiPolygon().Dump() {
			out = append(out, polygonOf(p))
		}
		return out
	case geom.TypeGeometryCollection:
		var out orb.Collection
		for _, m := range g.MustAsGeometryCollection().Dump() {
			if o := toOrb(m); o != nil {
				out = append(out, o)
			}
		}
		return out
	}
	return nil
}

func polygonOf(p geom.Polygon) orb.Polygon {
	var out orb.Polygon
	for _, r := range p.DumpRings() {
		seq := r.Coordinates()
		ring := make(orb.Ring, seq.Length())
		for i := range ring {
			xy := seq.GetXY(i)
			ring[i] = orb.Point{xy.X, xy.Y}
		}
		if len(ring) > 0 {
			out = append(out, ring)
		}
	}
	return out
}
