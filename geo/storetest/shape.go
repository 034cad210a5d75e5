package storetest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// Shape draws a random geometry that geo.CheckGeometry accepts, often an odd
// one: with holes, of several parts, empty, mixed, at the edge of the world or
// with coordinates that text would round. nil is drawn too. Heights come with
// about every third.
func Shape(r *rand.Rand) (orb.Geometry, []float64) {
	g := anyShape(r, 0)
	if r.IntN(3) > 0 {
		return g, nil
	}
	var z []float64
	_ = geo.EachPoint(g, func(orb.Point) error {
		z = append(z, height(r))
		return nil
	})
	return g, z
}

func height(r *rand.Rand) float64 {
	odd := []float64{0, math.Copysign(0, -1), -11034.0001, 8848.86, math.SmallestNonzeroFloat64, math.MaxFloat64, 1.0 / 3}
	if i := r.IntN(2 * len(odd)); i < len(odd) {
		return odd[i]
	}
	return r.NormFloat64() * 100
}

func anyShape(r *rand.Rand, depth int) orb.Geometry {
	switch r.IntN(12) {
	case 0:
		return nilUnless(depth > 0, orb.MultiPoint{})
	case 1:
		return empty(r)
	case 2, 3:
		return point(r)
	case 4:
		return orb.MultiPoint(points(r, 1+r.IntN(5)))
	case 5:
		return line(r)
	case 6:
		return orb.MultiLineString{line(r), line(r)}
	case 7, 8:
		return polygon(r, point(r), 0.5)
	case 9:
		return multiPolygon(r)
	case 10:
		return orb.Polygon{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}
	}
	if depth > 2 {
		return point(r)
	}
	c := orb.Collection{}
	for range r.IntN(4) {
		c = append(c, anyShape(r, depth+1))
	}
	return c
}

func nilUnless(not bool, g orb.Geometry) orb.Geometry {
	if not {
		return g
	}
	return nil
}

func empty(r *rand.Rand) orb.Geometry {
	return []orb.Geometry{orb.MultiPoint{}, orb.LineString{}, orb.MultiLineString{}, orb.Polygon{}, orb.MultiPolygon{}, orb.Collection{}}[r.IntN(6)]
}

func point(r *rand.Rand) orb.Point {
	odd := []orb.Point{{180, 90}, {-180, -90}, {0, 0}, {math.Copysign(0, -1), math.SmallestNonzeroFloat64},
		{math.Nextafter(180, 0), math.Nextafter(-90, 0)}, {121.0 + 1.0/3, 31.1}}
	if i := r.IntN(3 * len(odd)); i < len(odd) {
		return odd[i]
	}
	return orb.Point{120 + 2*r.Float64(), 30 + 2*r.Float64()}
}

func points(r *rand.Rand, n int) []orb.Point {
	ps := make([]orb.Point, n)
	for i := range ps {
		ps[i] = point(r)
	}
	return ps
}

// line never turns back in longitude, so that it is simple and not a point.
func line(r *rand.Rand) orb.LineString {
	ps := points(r, 2+r.IntN(6))
	slices.SortFunc(ps, func(a, b orb.Point) int { return cmp.Compare(a[0], b[0]) })
	if ps[0] == ps[len(ps)-1] || ps[0][0] == ps[len(ps)-1][0] {
		return orb.LineString{{1, 2}, {3, 4.5}}
	}
	return ps
}

// polygon is star-shaped about c with an inner ring at half the distance.
func polygon(r *rand.Rand, c orb.Point, size float64) orb.Polygon {
	c[0], c[1] = math.Max(-179, math.Min(179, c[0])), math.Max(-89, math.Min(89, c[1]))
	n := 3 + r.IntN(9)
	outer, inner := make(orb.Ring, 0, n+1), make(orb.Ring, 0, n+1)
	for i := range n {
		a := 2 * math.Pi * (float64(i) + 0.5*r.Float64()) / float64(n)
		d := size * (0.9 + 0.1*r.Float64())
		outer = append(outer, orb.Point{c[0] + d*math.Cos(a), c[1] + d*math.Sin(a)})
		inner = append(inner, orb.Point{c[0] + 0.2*d*math.Cos(-a), c[1] + 0.2*d*math.Sin(-a)})
	}
	outer, inner = append(outer, outer[0]), append(inner, inner[0])
	if n < 5 || r.IntN(2) == 0 {
		return orb.Polygon{outer}
	}
	return orb.Polygon{outer, inner}
}

func multiPolygon(r *rand.Rand) orb.MultiPolygon {
	var m orb.MultiPolygon
	for i := range 1 + r.IntN(3) {
		m = append(m, polygon(r, orb.Point{110 + 3*float64(i), 20}, 1))
	}
	return m
}
