package crs

import "math"

// maxFromMeridian in degrees is how far from its central meridian a transverse
// Mercator system is used. Zones end at 3°, neighbours are drawn in them to
// perhaps 6°; what lies farther was written for another zone, or y before x.
const maxFromMeridian = 10.0

// grid are the parameters of a transverse Mercator projection: degrees, metres.
type grid struct {
	lon0, lat0 float64
	k0         float64
	x0, y0     float64
}

// tmerc is a transverse Mercator projection of an ellipsoid, made ready.
type tmerc struct {
	grid
	e2, e       float64
	scale       float64 // metres of one radian of the rectifying sphere, times k0
	north0      float64 // rectified northing of lat0, in radians
	alpha, beta [6]float64
}

func newTmerc(ell ellipsoid, g grid) *tmerc {
	f := ell.f()
	n := f / (2 - f)
	n2 := n * n
	t := &tmerc{grid: g, e2: ell.e2(), e: math.Sqrt(ell.e2())}
	t.scale = g.k0 * ell.a / (1 + n) * (1 + n2*(1./4+n2*(1./64+n2/256)))
	t.alpha, t.beta = krueger(n)
	if g.lat0 != 0 {
		t.north0 = real(t.rectify(complex(math.Atan(t.conformal(math.Tan(g.lat0*radian))), 0)))
	}
	return t
}

// krueger gives the coefficients of the series from the conformal to the
// rectifying sphere and back, by the third flattening.
func krueger(n float64) (alpha, beta [6]float64) {
	n2, n3 := n*n, n*n*n
	n4, n5, n6 := n2*n2, n2*n3, n3*n3
	alpha = [6]float64{
		n/2 - n2*2/3 + n3*5/16 + n4*41/180 - n5*127/288 + n6*7891/37800,
		n2*13/48 - n3*3/5 + n4*557/1440 + n5*281/630 - n6*1983433/1935360,
		n3*61/240 - n4*103/140 + n5*15061/26880 + n6*167603/181440,
		n4*49561/161280 - n5*179/168 + n6*6601661/7257600,
		n5*34729/80640 - n6*3418889/1995840,
		n6 * 212378941 / 319334400,
	}
	beta = [6]float64{
		n/2 - n2*2/3 + n3*37/96 - n4/360 - n5*81/512 + n6*96199/604800,
		n2/48 + n3/15 - n4*437/1440 + n5*46/105 - n6*1118711/3870720,
		n3*17/480 - n4*37/840 - n5*209/4480 + n6*5569/90720,
		n4*4397/161280 - n5*11/504 - n6*830251/7257600,
		n5*4583/161280 - n6*108847/3991680,
		n6 * 20648693 / 638668800,
	}
	return alpha, beta
}

// sines sums c[j] sin(2(j+1)z) by Clenshaw's recurrence.
func sines(c *[6]float64, z complex128) complex128 {
	s, co := math.Sincos(2 * real(z))
	sh := math.Sinh(2 * imag(z))
	ch := math.Hypot(1, sh)
	double := complex(2*co*ch, -2*s*sh) // 2 cos 2z
	var b1, b2 complex128
	for j := len(c) - 1; j >= 0; j-- {
		b1, b2 = double*b1-b2+complex(c[j], 0), b1
	}
	return b1 * complex(s*ch, co*sh)
}

// rectify maps the conformal sphere, northing + i·easting in radians.
func (t *tmerc) rectify(z complex128) complex128 { return z + sines(&t.alpha, z) }

// conformal gives the tangent of the conformal latitude from that of the
// geographic one.
func (t *tmerc) conformal(tan float64) float64 {
	sec := math.Hypot(1, tan)
	sigma := math.Sinh(t.e * math.Atanh(t.e*tan/sec))
	return tan*math.Hypot(1, sigma) - sigma*sec
}

// geographicTan undoes conformal by Newton's method, which needs two steps.
func (t *tmerc) geographicTan(conformal float64) float64 {
	tan := conformal / (1 - t.e2)
	for range 5 {
		at := t.conformal(tan)
		step := (conformal - at) / math.Hypot(1, at) *
			(1 + (1-t.e2)*tan*tan) / ((1 - t.e2) * math.Hypot(1, tan))
		tan += step
		if math.Abs(step) <= 1e-16*math.Max(1, math.Abs(tan)) {
			break
		}
	}
	return tan
}

// forward projects a position in degrees; false where it is too far from the
// central meridian.
func (t *tmerc) forward(lon, lat float64) (x, y float64, ok bool) {
	d := math.Remainder(lon-t.lon0, 360)
	if math.Abs(d) > maxFromMeridian+1e-9 {
		return 0, 0, false
	}
	s, c := math.Sincos(d * radian)
	tan := t.conformal(math.Tan(lat * radian))
	z := complex(math.Atan2(tan, c), math.Asinh(s/math.Hypot(tan, c)))
	w := t.rectify(z)
	return t.x0 + t.scale*imag(w), t.y0 + t.scale*(real(w)-t.north0), true
}

// inverse gives the position in degrees; false beyond a pole or too far from the
// central meridian.
func (t *tmerc) inverse(x, y float64) (lon, lat float64, ok bool) {
	w := complex((y-t.y0)/t.scale+t.north0, (x-t.x0)/t.scale)
	// A meridian is never farther from the central one than at the equator.
	if math.Abs(imag(w)) > 1.02*maxFromMeridian*radian || math.Abs(real(w)) > math.Pi/2 {
		return 0, 0, false
	}
	z := w - sines(&t.beta, w)
	s, c := math.Sincos(real(z))
	sh := math.Sinh(imag(z))
	d := math.Atan2(sh, c) / radian
	if math.Abs(d) > maxFromMeridian+1e-6 {
		return 0, 0, false
	}
	lat = math.Atan(t.geographicTan(s/math.Hypot(sh, c))) / radian
	return math.Remainder(t.lon0+d, 360), lat, true
}
