package crs

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// CRS is a coordinate system: an immutable value, made by Parse and FromWKT. The
// zero CRS is WGS 84 in degrees of longitude and latitude (OGC:CRS84).
type CRS struct{ def *definition }

type kind uint8

const (
	degrees  kind = iota // longitude and latitude on ell
	plane                // transverse Mercator
	mercator             // Web Mercator
	gcj
	bd
)

// definition is what a CRS points to; it never changes after it is made.
type definition struct {
	kind       kind
	name       string
	epsg       int
	northFirst bool // by the authority
	ell        ellipsoid
	tm         *tmerc // of a plane
	four       *four
	seven      *seven
}

// Name is what the authority calls it, or the declaration of a local system.
func (c CRS) Name() string {
	if c.def == nil {
		return "WGS 84 (CRS84)"
	}
	if c.def.name == "" {
		return c.String()
	}
	return c.def.name
}

// EPSG is the code of the registry; 0 where it has none.
func (c CRS) EPSG() int {
	if c.def == nil {
		return 0
	}
	return c.def.epsg
}

// Degrees tells longitude and latitude from metres of a plane.
func (c CRS) Degrees() bool {
	return c.def == nil || c.def.kind == degrees || c.def.kind == gcj || c.def.kind == bd
}

// Unit is “degree” or “metre”.
func (c CRS) Unit() string {
	if c.Degrees() {
		return "degree"
	}
	return "metre"
}

// IsWGS84 reports whether positions are those of WGS 84 as they are, which holds
// for CGCS2000 too.
func (c CRS) IsWGS84() bool {
	return c.def == nil || c.def.kind == degrees && c.def.seven == nil
}

// Axis is one axis as the authority describes it.
type Axis struct{ Name, Abbreviation, Direction string }

// Axes gives the axes in the order of the authority. Positions of this package
// are x, y all the same.
func (c CRS) Axes() [2]Axis {
	x, y := Axis{"Longitude", "Lon", "east"}, Axis{"Latitude", "Lat", "north"}
	switch {
	case c.Degrees():
	case c.NorthFirst():
		x, y = Axis{"Easting", "Y", "east"}, Axis{"Northing", "X", "north"}
	case c.def.kind == mercator:
		x, y = Axis{"Easting", "X", "east"}, Axis{"Northing", "Y", "north"}
	default:
		x, y = Axis{"Easting", "E", "east"}, Axis{"Northing", "N", "north"}
	}
	if c.NorthFirst() {
		return [2]Axis{y, x}
	}
	return [2]Axis{x, y}
}

// NorthFirst reports whether the authority puts latitude or northing first, as
// it does for EPSG:4326, EPSG:4490 and the zones of CGCS2000.
func (c CRS) NorthFirst() bool { return c.def != nil && c.def.northFirst }

// Order turns a position from x, y into the order of the authority, and back.
func (c CRS) Order(p orb.Point) orb.Point {
	if c.NorthFirst() {
		return orb.Point{p[1], p[0]}
	}
	return p
}

// String is the system in the words of Parse.
func (c CRS) String() string {
	d := c.def
	switch {
	case d == nil:
		return "OGC:CRS84"
	case d.epsg != 0:
		return "EPSG:" + strconv.Itoa(d.epsg)
	case d.kind == gcj:
		return "GCJ-02"
	case d.kind == bd:
		return "BD-09"
	}
	return d.declaration()
}

// URI is the identifier that OGC answers carry; "" where there is none.
func (c CRS) URI() string {
	switch {
	case c.def == nil:
		return "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	case c.def.epsg != 0:
		return "http://www.opengis.net/def/crs/EPSG/0/" + strconv.Itoa(c.def.epsg)
	}
	return ""
}

// Equal reports whether both mean the same positions in the same order.
func (c CRS) Equal(o CRS) bool { return c == o || c.String() == o.String() }

// ToWGS84 gives longitude and latitude of a position. The error is an
// *OutsideError.
func (c CRS) ToWGS84(p orb.Point) (orb.Point, error) {
	if err := c.check(p, c.Degrees()); err != nil || c.def == nil {
		return p, err
	}
	switch c.def.kind {
	case plane:
		return c.planeToWGS84(p)
	case mercator:
		return c.mercatorToWGS84(p)
	case gcj:
		return c.found(p)(fromGCJ(p))
	case bd:
		return c.bdToWGS84(p)
	}
	return c.def.datumToWGS84(p), nil
}

// FromWGS84 is the inverse of ToWGS84.
func (c CRS) FromWGS84(p orb.Point) (orb.Point, error) {
	if err := c.check(p, true); err != nil || c.def == nil {
		return p, err
	}
	switch c.def.kind {
	case plane:
		return c.planeFromWGS84(p)
	case mercator:
		return c.mercatorFromWGS84(p)
	case gcj:
		return toGCJ(p), nil
	case bd:
		if !gcjBound().Contains(p) {
			return orb.Point{}, c.outside(p, "it is defined in China only")
		}
		return bdFromGCJ(toGCJ(p)), nil
	}
	return c.found(p)(c.def.datumFromWGS84(p))
}

// check refuses what is no position: coordinates that are no numbers, or no degrees
// of the globe where they are to be.
func (c CRS) check(p orb.Point, degrees bool) error {
	switch {
	case !finite(p):
		return c.outside(p, "its coordinates are not numbers")
	case degrees:
		return c.checkDegrees(p)
	}
	return nil
}

func finite(p orb.Point) bool {
	// The difference of an infinity and itself is not a number either.
	return p[0]-p[0] == 0 && p[1]-p[1] == 0
}

func (c CRS) outside(p orb.Point, message string) *OutsideError {
	return &OutsideError{CRS: c.Name(), Point: p, Message: message}
}

// found makes an error of a position that the inverse did not find.
func (c CRS) found(p orb.Point) func(orb.Point, bool) (orb.Point, error) {
	return func(q orb.Point, ok bool) (orb.Point, error) {
		if !ok {
			return orb.Point{}, c.outside(p, "no place has this position")
		}
		return q, nil
	}
}

func (c CRS) checkDegrees(p orb.Point) error {
	const tolerance = 1e-9 // of files that write 180 with rounding errors
	if math.Abs(p[0]) <= 180+tolerance && math.Abs(p[1]) <= 90+tolerance {
		return nil
	}
	err := c.outside(p, "longitude must lie within ±180 and latitude within ±90 degrees")
	if guesses := Guess(orb.Bound{Min: p, Max: p}); len(guesses) > 0 {
		err.Mend = guesses[0].hint()
	}
	return err
}

func (c CRS) bdToWGS84(q orb.Point) (orb.Point, error) {
	if !gcjBound().Pad(gcjEdge).Contains(q) {
		return orb.Point{}, c.outside(q, "it is defined in China only")
	}
	p, ok := gcjFromBD(q)
	if ok {
		p, ok = fromGCJ(p)
	}
	return c.found(q)(p, ok && gcjBound().Contains(p))
}

func (c CRS) planeToWGS84(p orb.Point) (orb.Point, error) {
	if c.def.epsg != 0 && looksLikeDegrees(p) {
		err := c.outside(p, "a few metres from the equator and degrees from the central meridian nothing is surveyed in it")
		err.Mend = degreesMend
		return orb.Point{}, err
	}
	q := p
	if c.def.four != nil {
		q = c.def.four.apply(q)
	}
	lon, lat, ok := c.def.tm.inverse(q[0], q[1])
	if !ok {
		err := c.outside(p, fmt.Sprintf("it would be more than %g degrees from the central meridian %g", maxFromMeridian, c.def.tm.lon0))
		err.Mend = c.mendPlane(p)
		return orb.Point{}, err
	}
	return c.def.datumToWGS84(orb.Point{lon, lat}), nil
}

const degreesMend = "these numbers look like longitude and latitude: say EPSG:4326 or EPSG:4490"

// looksLikeDegrees takes either order.
func looksLikeDegrees(p orb.Point) bool {
	return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 180 && (math.Abs(p[0]) <= 90 || math.Abs(p[1]) <= 90)
}

// mendPlane looks for what was confused: zones with and without their number,
// metres with degrees, x with y.
func (c CRS) mendPlane(p orb.Point) string {
	if looksLikeDegrees(p) {
		return degreesMend
	}
	if x, y, ok := c.def.tm.inverse(p[1], p[0]); ok && looksChinese(orb.Point{x, y}) {
		return "x and y seem to be exchanged: easting comes first"
	}
	guesses := Guess(orb.Bound{Min: p, Max: p})
	for _, g := range guesses { // likeliest is the same meridian, otherwise counted
		if d := g.CRS.def; d != nil && d.kind == plane && d.tm.lon0 == c.def.tm.lon0 {
			return g.hint()
		}
	}
	if len(guesses) > 0 {
		return guesses[0].hint()
	}
	return ""
}

func (c CRS) planeFromWGS84(p orb.Point) (orb.Point, error) {
	q, ok := c.def.datumFromWGS84(p)
	if !ok {
		return orb.Point{}, c.outside(p, "its transformation does not reach there")
	}
	x, y, ok := c.def.tm.forward(q[0], q[1])
	if !ok {
		return orb.Point{}, c.outside(p, fmt.Sprintf("it is more than %g degrees from the central meridian %g", maxFromMeridian, c.def.tm.lon0))
	}
	q = orb.Point{x, y}
	if c.def.four != nil {
		q = c.def.four.undo(q)
	}
	return q, nil
}

// mercatorMax is the latitude at which the square of Web Mercator ends, and a
// little more for what was rounded.
const mercatorMax = 85.06

func (c CRS) mercatorToWGS84(p orb.Point) (orb.Point, error) {
	r := wgs84().a
	lon, lat := p[0]/r/radian, math.Atan(math.Sinh(p[1]/r))/radian
	if math.Abs(lon) > 180+1e-7 || math.Abs(lat) > mercatorMax+1e-9 {
		return orb.Point{}, c.outside(p, "it ends at ±20037508.34 metres")
	}
	return orb.Point{math.Max(-180, math.Min(180, lon)), lat}, nil
}

func (c CRS) mercatorFromWGS84(p orb.Point) (orb.Point, error) {
	if math.Abs(p[1]) > mercatorMax {
		return orb.Point{}, c.outside(p, fmt.Sprintf("it ends at the latitudes ±%g", mercatorMax))
	}
	r := wgs84().a
	return orb.Point{r * p[0] * radian, r * math.Asinh(math.Tan(p[1]*radian))}, nil
}

func (d *definition) datumToWGS84(p orb.Point) orb.Point {
	if d.seven == nil {
		return p
	}
	return wgs84().geographic(d.seven.apply(d.ell.geocentric(p)))
}

func (d *definition) datumFromWGS84(q orb.Point) (orb.Point, bool) {
	if d.seven == nil {
		return q, true
	}
	p, ok := solve(q, d.datumToWGS84)
	return orb.Point{math.Remainder(p[0], 360), p[1]}, ok && math.Abs(p[1]) <= 90
}

// declaration writes a local system so that Parse reads it again.
func (d *definition) declaration() string {
	var b strings.Builder
	number := func(key string, v float64) {
		fmt.Fprintf(&b, "%s=%s,", key, strconv.FormatFloat(v, 'g', -1, 64))
	}
	numbers := func(key string, v []float64) {
		text := make([]string, len(v))
		for i, n := range v {
			text[i] = strconv.FormatFloat(n, 'g', -1, 64)
		}
		b.WriteString("," + key + "=" + strings.Join(text, ","))
	}
	if d.kind == degrees {
		b.WriteString("longlat:")
	} else {
		b.WriteString("tmerc:")
		number("lon_0", d.tm.lon0)
		if d.tm.lat0 != 0 {
			number("lat_0", d.tm.lat0)
		}
		if d.tm.k0 != 1 {
			number("k_0", d.tm.k0)
		}
		number("x_0", d.tm.x0)
		number("y_0", d.tm.y0)
	}
	b.WriteString("ellps=" + d.ell.name)
	if d.four != nil {
		numbers("4p", d.four[:])
	}
	if d.seven != nil {
		numbers("7p", d.seven[:])
	}
	return b.String()
}
