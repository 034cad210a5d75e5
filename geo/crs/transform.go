package crs

import "github.com/paulmach/orb"

// Point turns a position of one system into one of another. The error is an
// *OutsideError.
func Point(p orb.Point, from, to CRS) (orb.Point, error) {
	q, err := from.ToWGS84(p)
	if err != nil {
		return orb.Point{}, err
	}
	return to.FromWGS84(q)
}

// Transform gives a copy of g in another system, vertex by vertex; g stays as it
// is. A bound becomes one that holds all of it, its edges followed. nil stays
// nil. The error is the *OutsideError of the first vertex that cannot be.
func Transform(g orb.Geometry, from, to CRS) (orb.Geometry, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		return Point(g, from, to)
	case orb.MultiPoint:
		return each(g, from, to)
	case orb.LineString:
		return each(g, from, to)
	case orb.Ring:
		return each(g, from, to)
	case orb.Bound:
		return bound(g, from, to)
	case orb.Polygon:
		return nested(g, func(r orb.Ring) (orb.Ring, error) { return each(r, from, to) })
	case orb.MultiLineString:
		return nested(g, func(l orb.LineString) (orb.LineString, error) { return each(l, from, to) })
	case orb.MultiPolygon:
		return nested(g, func(p orb.Polygon) (orb.Polygon, error) {
			return nested(p, func(r orb.Ring) (orb.Ring, error) { return each(r, from, to) })
		})
	case orb.Collection:
		return nested(g, func(m orb.Geometry) (orb.Geometry, error) { return Transform(m, from, to) })
	}
	return nil, &Error{Text: to.String(), Message: "geometries of this type are not transformed"}
}

func each[T ~[]orb.Point](in T, from, to CRS) (T, error) {
	if in == nil {
		return nil, nil
	}
	out := make(T, len(in))
	for i, p := range in {
		var err error
		if out[i], err = Point(p, from, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func nested[S ~[]E, E any](in S, fn func(E) (E, error)) (S, error) {
	if in == nil {
		return nil, nil
	}
	out := make(S, len(in))
	for i, m := range in {
		var err error
		if out[i], err = fn(m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// bound follows the edges in steps: they are curves in the other system.
func bound(b orb.Bound, from, to CRS) (orb.Bound, error) {
	const steps = 20
	var ring orb.MultiPoint
	w, h := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	for i := range steps + 1 {
		// Ends are hit exactly, so that a bound of one position stays one.
		x, y := b.Min[0]+w*float64(i)/steps, b.Min[1]+h*float64(i)/steps
		if i == steps {
			x, y = b.Max[0], b.Max[1]
		}
		ring = append(ring, orb.Point{x, b.Min[1]}, orb.Point{x, b.Max[1]}, orb.Point{b.Min[0], y}, orb.Point{b.Max[0], y})
	}
	out, err := each(ring, from, to)
	if err != nil {
		return orb.Bound{}, err
	}
	return out.Bound(), nil
}
