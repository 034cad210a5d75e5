package crs

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

const radian = math.Pi / 180

// ellipsoid is an ellipsoid of revolution.
type ellipsoid struct {
	name string  // as in a declaration
	a    float64 // semi-major axis in metres
	invf float64 // 1 / flattening
}

func (e ellipsoid) f() float64  { return 1 / e.invf }
func (e ellipsoid) e2() float64 { return e.f() * (2 - e.f()) }

// ellipsoidByName knows the ellipsoids that Chinese surveys have used.
func ellipsoidByName(name string) (ellipsoid, bool) {
	switch strings.ToLower(name) {
	case "wgs84":
		return ellipsoid{"wgs84", 6378137, 298.257223563}, true
	case "cgcs2000":
		return ellipsoid{"cgcs2000", 6378137, 298.257222101}, true
	case "grs80":
		return ellipsoid{"grs80", 6378137, 298.257222101}, true
	case "krass", "beijing54":
		return ellipsoid{"krass", 6378245, 298.3}, true
	case "iau76", "xian80":
		return ellipsoid{"iau76", 6378140, 298.257}, true
	case "intl":
		return ellipsoid{"intl", 6378388, 297}, true
	case "clrk66":
		// given by its two axes
		return ellipsoid{"clrk66", 6378206.4, 6378206.4 / (6378206.4 - 6356583.8)}, true
	case "bessel":
		return ellipsoid{"bessel", 6377397.155, 299.1528128}, true
	}
	return ellipsoid{}, false
}

func wgs84() ellipsoid {
	e, _ := ellipsoidByName("wgs84")
	return e
}

func cgcs2000() ellipsoid {
	e, _ := ellipsoidByName("cgcs2000")
	return e
}

// vector is a geocentric position in metres.
type vector [3]float64

// geocentric of a position in degrees on the ellipsoid.
func (e ellipsoid) geocentric(p orb.Point) vector {
	sl, cl := math.Sincos(p[0] * radian)
	sb, cb := math.Sincos(p[1] * radian)
	n := e.a / math.Sqrt(1-e.e2()*sb*sb)
	return vector{n * cb * cl, n * cb * sl, n * (1 - e.e2()) * sb}
}

// geographic drops the height. Bowring's formula, applied until it stands still.
func (e ellipsoid) geographic(v vector) orb.Point {
	r := math.Max(math.Hypot(v[0], v[1]), 1e-9) // at a pole, too, an angle
	b := e.a * (1 - e.f())
	ep2 := e.e2() / (1 - e.e2())
	tan := v[2] / r * e.a / b // of the reduced latitude
	lat := 0.0
	for range 4 {
		h := math.Hypot(1, tan)
		s, c := tan/h, 1/h
		next := math.Atan2(v[2]+ep2*b*s*s*s, r-e.e2()*e.a*c*c*c)
		if next == lat {
			break
		}
		lat = next
		tan = (1 - e.f()) * math.Tan(lat)
	}
	return orb.Point{math.Atan2(v[1], v[0]) / radian, lat / radian}
}

// seven is a seven-parameter transformation to WGS 84 in the position vector
// convention (EPSG 9606, towgs84): shifts in metres, rotations in seconds of arc,
// scale in parts per million.
type seven [7]float64

// sevenLimits are beyond all real ones.
func sevenLimits() []float64 { return []float64{1e4, 1e4, 1e4, 600, 600, 600, 1000} }

func (s seven) apply(v vector) vector {
	const second = radian / 3600
	rx, ry, rz := s[3]*second, s[4]*second, s[5]*second
	m := 1 + s[6]*1e-6
	return vector{
		s[0] + m*(v[0]-rz*v[1]+ry*v[2]),
		s[1] + m*(rz*v[0]+v[1]-rx*v[2]),
		s[2] + m*(-ry*v[0]+rx*v[1]+v[2]),
	}
}

// four is a plane transformation from local to projected coordinates: shifts
// east and north in metres, scale, and rotation in seconds of arc, positive from
// north towards east, which is positive as well where x is written for north.
type four [4]float64

func (f four) apply(p orb.Point) orb.Point {
	s, c := math.Sincos(f[3] * radian / 3600)
	return orb.Point{
		f[0] + f[2]*(c*p[0]+s*p[1]),
		f[1] + f[2]*(-s*p[0]+c*p[1]),
	}
}

func (f four) undo(p orb.Point) orb.Point {
	s, c := math.Sincos(f[3] * radian / 3600)
	x, y := (p[0]-f[0])/f[2], (p[1]-f[1])/f[2]
	return orb.Point{c*x - s*y, s*x + c*y}
}
