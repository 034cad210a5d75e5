// Package measure measures geometry given in degrees of longitude and latitude:
// lengths and areas on the WGS 84 ellipsoid, points in polygons, shares of one
// shape in another, and where to write a name.
package measure

import (
	"math"

	"github.com/paulmach/orb"
)

// The WGS 84 ellipsoid.
const (
	semiMajor  = 6378137.0 // metres
	flattening = 1 / 298.257223563
	semiMinor  = semiMajor * (1 - flattening)
	ecc2       = flattening * (2 - flattening)
)

// Distance is the length in metres of the geodesic between two positions, by
// Vincenty's inverse formula: to better than a millimetre. Between positions
// almost opposite on the globe, where that formula does not converge, it is the
// great circle's, within 0.6 %.
func Distance(a, b orb.Point) float64 {
	if a == b {
		return 0
	}
	g, ok := inverse(a, b)
	if !ok {
		return greatCircle(a, b)
	}
	return g.length
}

// Length is the geodesic length in metres of the lines in g; rings do not count.
func Length(g orb.Geometry) float64 {
	sum := 0.0
	switch g := g.(type) {
	case orb.LineString:
		for i := 1; i < len(g); i++ {
			sum += Distance(g[i-1], g[i])
		}
	case orb.MultiLineString:
		for _, m := range g {
			sum += Length(m)
		}
	case orb.Collection:
		for _, m := range g {
			sum += Length(m)
		}
	}
	return sum
}

// Area is the area in square metres of the polygons in g, holes taken off, with
// geodesic edges, measured on the authalic sphere, on which edges longer than
// 5 km are followed in pieces: within 10^-6 of the true area, and never better
// than a square centimetre. Polygons that hold a pole are not measured rightly.
func Area(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.Ring:
		return math.Abs(ringArea(g))
	case orb.Polygon:
		return polygonArea(g)
	case orb.MultiPolygon:
		sum := 0.0
		for _, m := range g {
			sum += polygonArea(m)
		}
		return sum
	case orb.Collection:
		sum := 0.0
		for _, m := range g {
			sum += Area(m)
		}
		return sum
	case orb.Bound:
		return polygonArea(g.ToPolygon())
	}
	return 0
}

func polygonArea(p orb.Polygon) float64 {
	sum := 0.0
	for i, r := range p {
		if a := math.Abs(ringArea(r)); i == 0 {
			sum = a
		} else {
			sum -= a
		}
	}
	return math.Max(0, sum)
}

// maxEdge is the longest edge in metres taken as a great circle of the authalic
// sphere; longer ones are cut.
const maxEdge = 5000.0

// ringArea is signed: positive for one direction of the ring.
func ringArea(r orb.Ring) float64 {
	sum := 0.0
	for i := range r {
		sum += edgeArea(r[i], r[(i+1)%len(r)])
	}
	radius := authalicRadius()
	return sum * radius * radius
}

// edgeArea is the area in steradians between an edge and the equator.
func edgeArea(a, b orb.Point) float64 {
	if a == b {
		return 0
	}
	g, ok := inverse(a, b)
	if !ok || g.length <= maxEdge {
		return excess(a, b)
	}
	pieces := int(math.Ceil(g.length / maxEdge))
	sum, from := 0.0, a
	for i := 1; i <= pieces; i++ {
		to := b
		if i < pieces {
			to = direct(a, g.azimuth, g.length*float64(i)/float64(pieces))
		}
		sum += excess(from, to)
		from = to
	}
	return sum
}

// excess is the spherical excess of the quadrangle between a great circle arc of
// the authalic sphere and the equator.
func excess(a, b orb.Point) float64 {
	d := math.Remainder(b[0]-a[0], 360) * math.Pi / 180
	ta, tb := math.Tan(authalic(a[1])/2), math.Tan(authalic(b[1])/2)
	return 2 * math.Atan2(math.Tan(d/2)*(ta+tb), 1+ta*tb)
}

// authalic gives the authalic latitude in radians of a latitude in degrees: that
// of the sphere on which areas are those of the ellipsoid.
func authalic(lat float64) float64 {
	s := authalicQ(math.Sin(lat*math.Pi/180)) / authalicQ(1)
	return math.Asin(math.Max(-1, math.Min(1, s)))
}

func authalicQ(sin float64) float64 {
	e := math.Sqrt(ecc2)
	return (1 - ecc2) * (sin/(1-ecc2*sin*sin) + math.Atanh(e*sin)/e)
}

func authalicRadius() float64 { return semiMajor * math.Sqrt(authalicQ(1)/2) }

// geodesic is the shortest way between two positions.
type geodesic struct {
	length  float64 // metres
	azimuth float64 // radians from north, at the start
}

// inverse is Vincenty's inverse formula; false where it does not converge.
func inverse(a, b orb.Point) (geodesic, bool) {
	su1, cu1 := reduced(a[1])
	su2, cu2 := reduced(b[1])
	return vincentyInverse(b[0]-a[0], su1, cu1, su2, cu2)
}

// shortWay bounds the degrees of longitude of a way that is short.
const shortWay = 5

// vincentyInverse is inverse of the difference of longitudes in degrees and the
// sines and cosines of the reduced latitudes. Each step brings λ nearer to its
// limit by the flattening, a three hundredth. On short ways λ grows by about
// k = f cos U₁ cos U₂ of itself in a step, so that its limit can be told ahead:
// of four steps two remain.
func vincentyInverse(degrees, su1, cu1, su2, cu2 float64) (geodesic, bool) {
	l := math.Remainder(degrees, 360) * math.Pi / 180
	k := 0.0
	if math.Abs(l) < shortWay*math.Pi/180 {
		k = flattening * cu1 * cu2
	}
	lambda := l / (1 - k)
	for range 100 {
		sl, cl := math.Sincos(lambda)
		x, y := cu2*sl, cu1*su2-su1*cu2*cl
		ss := math.Hypot(x, y)
		if ss == 0 {
			return geodesic{}, true
		}
		cs := su1*su2 + cu1*cu2*cl
		sigma := math.Atan2(ss, cs)
		sa := cu1 * cu2 * sl / ss
		ca2 := 1 - sa*sa
		cm := 0.0
		if ca2 > 1e-14 {
			cm = cs - 2*su1*su2/ca2
		}
		c := flattening / 16 * ca2 * (4 + flattening*(4-3*ca2))
		next := l + (1-c)*flattening*sa*(sigma+c*ss*(cm+c*cs*(2*cm*cm-1)))
		if math.Abs(next-lambda) < 1e-13 {
			big, ds := vincenty(ca2, ss, cs, cm)
			return geodesic{semiMinor * big * (sigma - ds), math.Atan2(x, y)}, true
		}
		lambda = next + (next-lambda)*k/(1-k)
	}
	return geodesic{}, false
}

// direct goes the way from a and gives where it ends, by Vincenty's direct formula.
func direct(a orb.Point, azimuth, length float64) orb.Point {
	sz, cz := math.Sincos(azimuth)
	su, cu := reduced(a[1])
	sigma1 := math.Atan2(su, cu*cz)
	sa := cu * sz
	ca2 := 1 - sa*sa
	sigma := 0.0
	var ss, cs, cm float64
	for range 100 {
		ss, cs = math.Sincos(sigma)
		cm = math.Cos(2*sigma1 + sigma)
		big, ds := vincenty(ca2, ss, cs, cm)
		next := length/(semiMinor*big) + ds
		if math.Abs(next-sigma) < 1e-14 {
			break
		}
		sigma = next
	}
	lat := math.Atan2(su*cs+cu*ss*cz, (1-flattening)*math.Hypot(sa, su*ss-cu*cs*cz))
	lambda := math.Atan2(ss*sz, cu*cs-su*ss*cz)
	c := flattening / 16 * ca2 * (4 + flattening*(4-3*ca2))
	lon := lambda - (1-c)*flattening*sa*(sigma+c*ss*(cm+c*cs*(2*cm*cm-1)))
	return orb.Point{a[0] + lon*180/math.Pi, lat * 180 / math.Pi}
}

// vincenty gives the series A and Δσ that both formulas share.
func vincenty(ca2, ss, cs, cm float64) (big, ds float64) {
	u2 := ca2 * (semiMajor*semiMajor/(semiMinor*semiMinor) - 1)
	big = 1 + u2/16384*(4096+u2*(-768+u2*(320-175*u2)))
	b := u2 / 1024 * (256 + u2*(-128+u2*(74-47*u2)))
	ds = b * ss * (cm + b/4*(cs*(2*cm*cm-1)-b/6*cm*(4*ss*ss-3)*(4*cm*cm-3)))
	return big, ds
}

// reduced gives sine and cosine of the reduced latitude.
func reduced(lat float64) (sin, cos float64) {
	s, c := math.Sincos(lat * math.Pi / 180)
	s *= 1 - flattening
	h := math.Hypot(s, c)
	return s / h, c / h
}

func greatCircle(a, b orb.Point) float64 {
	const rad = math.Pi / 180
	sla, cla := math.Sincos(a[1] * rad)
	slb, clb := math.Sincos(b[1] * rad)
	sd, cd := math.Sincos((b[0] - a[0]) * rad)
	x, y := clb*sd, cla*slb-sla*clb*cd
	return authalicRadius() * math.Atan2(math.Hypot(x, y), sla*slb+cla*clb*cd)
}
