package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// gcjBound is the rectangle inside which GCJ-02 is shifted; elsewhere it is WGS 84.
func gcjBound() orb.Bound {
	return orb.Bound{Min: orb.Point{72.004, 0.8293}, Max: orb.Point{137.8347, 55.8271}}
}

// gcjEdge is more than the shift anywhere in the rectangle, in degrees.
const gcjEdge = 0.05

// gcjShift is what GCJ-02 adds to a position of WGS 84, in degrees.
func gcjShift(p orb.Point) orb.Point {
	const (
		a  = 6378245.0 // Krasovsky 1940
		ee = 0.00669342162296594323
	)
	x, y := p[0]-105, p[1]-35
	root := math.Sqrt(math.Abs(x))
	wave := 20*math.Sin(6*math.Pi*x) + 20*math.Sin(2*math.Pi*x)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + (wave+
		20*math.Sin(math.Pi*y)+40*math.Sin(math.Pi/3*y)+
		160*math.Sin(math.Pi/12*y)+320*math.Sin(math.Pi/30*y))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + (wave+
		20*math.Sin(math.Pi*x)+40*math.Sin(math.Pi/3*x)+
		150*math.Sin(math.Pi/12*x)+300*math.Sin(math.Pi/30*x))*2/3
	s, c := math.Sincos(p[1] * radian)
	w := 1 - ee*s*s
	return orb.Point{
		east / (a / math.Sqrt(w) * c) / radian,
		north / (a * (1 - ee) / (w * math.Sqrt(w))) / radian,
	}
}

func toGCJ(p orb.Point) orb.Point {
	if !gcjBound().Contains(p) {
		return p
	}
	d := gcjShift(p)
	return orb.Point{p[0] + d[0], p[1] + d[1]}
}

// fromGCJ is the inverse of toGCJ; false for the few positions at the edge of
// the rectangle that are those of no place.
func fromGCJ(q orb.Point) (orb.Point, bool) {
	bound := gcjBound()
	if !bound.Pad(gcjEdge).Contains(q) {
		return q, true
	}
	p, ok := solve(q, func(p orb.Point) orb.Point {
		d := gcjShift(p)
		return orb.Point{p[0] + d[0], p[1] + d[1]}
	})
	switch {
	case ok && bound.Contains(p):
		return p, true
	case !bound.Contains(q):
		return q, true
	}
	return orb.Point{}, false
}

// bdFromGCJ and its inverse turn GCJ-02 into what Baidu's maps show.
func bdFromGCJ(p orb.Point) orb.Point {
	const k = math.Pi * 3000 / 180
	r := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*k)
	s, c := math.Sincos(math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*k))
	return orb.Point{r*c + 0.0065, r*s + 0.006}
}

func gcjFromBD(q orb.Point) (orb.Point, bool) { return solve(q, bdFromGCJ) }

// solve finds p with f(p) = q for an f that is nearly the identity, to the last
// digits of a float64. Each step makes the error of the systems here at least
// thirty times smaller.
func solve(q orb.Point, f func(orb.Point) orb.Point) (orb.Point, bool) {
	const enough = 1e-12 // degrees
	p := q
	for range 30 {
		at := f(p)
		dx, dy := math.Remainder(q[0]-at[0], 360), q[1]-at[1]
		p = orb.Point{p[0] + dx, p[1] + dy}
		if math.Abs(dx) < enough && math.Abs(dy) < enough {
			return p, true
		}
	}
	return p, false
}
