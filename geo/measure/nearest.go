package measure

import (
	"math"

	"github.com/paulmach/orb"
)

// Near is the place of a geometry nearest to a position.
type Near struct {
	Point  orb.Point // degrees; the position itself inside a polygon
	Metres float64   // along the geodesic; 0 inside a polygon
	// Bearing is where the way there sets out, in degrees clockwise from north,
	// 0 ≤ Bearing < 360; 0 without a way.
	Bearing float64
}

// Origin is a position prepared to find what is nearest to it.
//
// Edges are geodesics, followed along the plane that stands upright on their
// middle, which leaves the geodesic by less than a millimetre for edges up to
// 100 km, and by less than a metre up to 1000 km. The place nearest is that at
// the shortest straight line through the earth. So the distance is true to a
// millimetre for ways and edges up to 100 km, and else to that metre and 10^-6
// of the way, up to 2000 km. Polygons that hold a pole, and edges between
// opposite positions, are not measured rightly.
type Origin struct {
	at     orb.Point
	su, cu float64 // sine and cosine of its reduced latitude
	xyz    vector
}

// From prepares a position in degrees.
func From(p orb.Point) Origin {
	su, cu := reduced(p[1])
	return Origin{p, su, cu, geocentric(p)}
}

// To gives the way to a position if it is no longer than limit metres.
func (o Origin) To(p orb.Point, limit float64) (Near, bool) {
	d := geocentric(p).minus(o.xyz)
	if o.beyond(d.dot(d), limit) {
		return Near{}, false
	}
	n := o.way(p)
	return n, n.Metres <= limit
}

// beyond reports that a place at the straight line of that square is further than
// limit metres: no way is shorter than through the earth.
func (o Origin) beyond(straight2, limit float64) bool {
	const rounding = 1e-6 // metres
	return math.Sqrt(straight2) > limit+rounding
}

// Nearest gives the place of g nearest to the origin if it is no further than
// limit metres; false too for a geometry without vertices.
func (o Origin) Nearest(g orb.Geometry, limit float64) (Near, bool) {
	s := seeker{from: o, best2: math.Inf(1)}
	s.geometry(g)
	if s.inside {
		return Near{Point: o.at}, limit >= 0
	}
	if math.IsInf(s.best2, 1) || o.beyond(s.best2, limit) {
		return Near{}, false
	}
	n := o.way(s.place())
	return n, n.Metres <= limit
}

// way gives length and bearing of the geodesic to p.
func (o Origin) way(p orb.Point) Near {
	n := Near{Point: p}
	if p == o.at {
		return n
	}
	su, cu := reduced(p[1])
	g, ok := vincentyInverse(p[0]-o.at[0], o.su, o.cu, su, cu)
	if !ok {
		g = geodesic{greatCircle(o.at, p), greatAzimuth(o.at, p)}
	}
	n.Metres = g.length
	if n.Metres > 0 {
		n.Bearing = math.Mod(g.azimuth*180/math.Pi+360, 360)
	}
	return n
}

// greatAzimuth is where the great circle sets out, in radians from north.
func greatAzimuth(a, b orb.Point) float64 {
	const rad = math.Pi / 180
	sla, cla := math.Sincos(a[1] * rad)
	slb, clb := math.Sincos(b[1] * rad)
	sd, cd := math.Sincos((b[0] - a[0]) * rad)
	return math.Atan2(clb*sd, cla*slb-sla*clb*cd)
}

// vector is a position in metres from the centre of the earth.
type vector struct{ x, y, z float64 }

func (a vector) plus(b vector) vector   { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vector) minus(b vector) vector  { return vector{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vector) times(k float64) vector { return vector{a.x * k, a.y * k, a.z * k} }
func (a vector) dot(b vector) float64   { return a.x*b.x + a.y*b.y + a.z*b.z }

func (a vector) cross(b vector) vector {
	return vector{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

func geocentric(p orb.Point) vector {
	sl, cl := math.Sincos(p[0] * math.Pi / 180)
	s, c := math.Sincos(p[1] * math.Pi / 180)
	n := semiMajor / math.Sqrt(1-ecc2*s*s)
	return vector{n * c * cl, n * c * sl, n * (1 - ecc2) * s}
}

// geographic gives degrees of a position on the ellipsoid.
func geographic(v vector) orb.Point {
	return orb.Point{math.Atan2(v.y, v.x) * 180 / math.Pi,
		math.Atan2(v.z, (1-ecc2)*math.Hypot(v.x, v.y)) * 180 / math.Pi}
}

// seeker goes through a geometry and keeps the place nearest so far, by the
// straight line through the earth.
type seeker struct {
	from   Origin
	best2  float64   // square of its length
	vertex orb.Point // the place, if it is a vertex
	on     vector    // the place, if it is within an edge
	within bool
	inside bool // of a polygon
}

func (s *seeker) place() orb.Point {
	if s.within {
		return geographic(s.on)
	}
	return s.vertex
}

func (s *seeker) geometry(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		s.point(g)
	case orb.MultiPoint:
		for _, p := range g {
			s.point(p)
		}
	case orb.LineString:
		s.path(g)
	case orb.MultiLineString:
		for _, l := range g {
			s.path(l)
		}
	case orb.Ring:
		s.polygon(orb.Polygon{g})
	case orb.Polygon:
		s.polygon(g)
	case orb.MultiPolygon:
		for _, p := range g {
			s.polygon(p)
		}
	case orb.Bound:
		s.polygon(g.ToPolygon())
	case orb.Collection:
		for _, m := range g {
			s.geometry(m)
		}
	}
}

// point looks at a vertex and gives it from the centre of the earth.
func (s *seeker) point(p orb.Point) vector {
	v := geocentric(p)
	d := v.minus(s.from.xyz)
	if d2 := d.dot(d); d2 < s.best2 {
		s.best2, s.vertex, s.within = d2, p, false
	}
	return v
}

func (s *seeker) path(l orb.LineString) {
	var last vector
	for i, p := range l {
		v := s.point(p)
		if i > 0 {
			s.edge(last, v)
		}
		last = v
	}
}

// edge looks at what lies between two vertices that have been looked at. Seen
// from the foot of the edge, with axes u to its start and v at right angles to it
// towards its end, the place sought is in the direction of the origin's shadow on
// their plane.
func (s *seeker) edge(a, b vector) {
	low := foot(a, b)
	a, b = a.plus(low), b.plus(low)
	d := b.minus(a)
	a2 := a.dot(a)
	v := d.minus(a.times(d.dot(a) / a2))
	v2 := v.dot(v)
	if v2 == 0 {
		return
	}
	q := s.from.xyz.plus(low).minus(a)
	qu, qv := 1+q.dot(a)/a2, q.dot(v)/v2 // in units of a and v, in which b is bu, 1
	if bu := 1 + d.dot(a)/a2; qv <= 0 || qu-qv*bu <= 0 {
		return
	}
	on := surface(a.times(qu).plus(v.times(qv)), low)
	away := on.minus(s.from.xyz)
	if d2 := away.dot(away); d2 < s.best2 {
		s.best2, s.on, s.within = d2, on, true
	}
}

// foot is where, below the centre of the earth, the vertical of the middle of an
// edge meets the axis, times -1. The plane through there is upright on the edge.
func foot(a, b vector) vector {
	m := a.plus(b)
	h := m.x*m.x + m.y*m.y + m.z*m.z/(1-ecc2)
	if h == 0 {
		return vector{}
	}
	return vector{z: ecc2 / (1 - ecc2) * semiMajor * m.z / math.Sqrt(h)}
}

// surface goes from a foot in a direction to the ellipsoid.
func surface(d, low vector) vector {
	const k = 1 / (1 - ecc2) // the square of the axes' ratio
	a, b := d.x*d.x+d.y*d.y+d.z*d.z*k, d.z*low.z*k
	t := (b + math.Sqrt(b*b+a*(semiMajor*semiMajor-low.z*low.z*k))) / a
	return d.times(t).minus(low)
}

// polygon looks at the rings, and counts the edges between the origin and the
// north pole along its meridian: inside, their number is odd.
func (s *seeker) polygon(p orb.Polygon) {
	odd := false
	for _, r := range p {
		if len(r) == 0 {
			continue
		}
		last := len(r) - 1
		va, a := s.point(r[last]), math.Remainder(r[last][0]-s.from.at[0], 360)
		for _, at := range r {
			vb, b := s.point(at), math.Remainder(at[0]-s.from.at[0], 360)
			s.edge(va, vb)
			if (a > 0) != (b > 0) && math.Abs(a-b) < 180 && s.southOf(va, vb) == (b > a) {
				odd = !odd
			}
			va, a = vb, b
		}
	}
	s.inside = s.inside || odd
}

// southOf reports whether the origin is to the right of the way from a to b,
// which is south of it on the way east.
func (s *seeker) southOf(a, b vector) bool {
	q := s.from.xyz
	return q.plus(foot(a, b)).dot(a.minus(q).cross(b.minus(q))) < 0
}
