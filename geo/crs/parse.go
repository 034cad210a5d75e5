package crs

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// More than any well-known text and any name or declaration needs, in bytes.
const (
	maxText = 64 << 10
	maxName = 1 << 10
)

// Parse reads what people and files call a coordinate system:
//
//   - EPSG:4549, or only 4549; urn:ogc:def:crs:EPSG::4549;
//     http://www.opengis.net/def/crs/EPSG/0/4549; OGC:CRS84 likewise
//   - names: WGS84, CGCS2000, GCJ-02, BD-09, UTM zone 51N,
//     CGCS2000 / 3-degree Gauss-Kruger CM 120E
//   - well-known text, as FromWKT
//   - a local system by its transverse Mercator parameters, all but lon_0 with a
//     default: tmerc:lon_0=121.4667,lat_0=0,k_0=1,x_0=0,y_0=-3500000,ellps=cgcs2000
//     and after them one of
//     4p=de,dn,scale,rotation from local coordinates to those of the projection:
//     metres east and north, a ratio, seconds of arc from north towards east;
//     7p=dx,dy,dz,rx,ry,rz,ppm from the datum to WGS 84, in metres, seconds of arc
//     (position vector convention, as towgs84) and parts per million
//   - longlat:ellps=krass,7p=… for longitude and latitude of another datum
//
// Ellipsoids are cgcs2000 (the default), wgs84, grs80, krass, iau76, intl,
// clrk66 and bessel. The error is an *Error.
func Parse(s string) (CRS, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return CRS{}, invalid(s, "it has no name")
	case looksWKT(text):
		return FromWKT(text)
	case len(text) > maxName:
		return CRS{}, invalid(s, "the text is too long")
	}
	lower := strings.ToLower(text)
	for _, how := range []string{"tmerc", "longlat"} {
		if rest, ok := strings.CutPrefix(lower, how+":"); ok {
			return parseLocal(text, how, rest)
		}
	}
	if c, ok := byName(text); ok {
		return c, nil
	}
	code, ok := epsgCode(lower)
	if !ok {
		return CRS{}, unknown(text, "there is none of this name", "name it like EPSG:4549, CGCS2000, GCJ-02, or declare it like tmerc:lon_0=121.5,x_0=500000,y_0=0")
	}
	if code == 0 {
		return CRS{}, nil
	}
	return FromEPSG(code)
}

// epsgCode finds the number in the notations for it; 0 stands for OGC:CRS84.
func epsgCode(s string) (int, bool) {
	var authority, code string
	switch {
	case strings.HasPrefix(s, "urn:ogc:def:crs:"), strings.HasPrefix(s, "urn:x-ogc:def:crs:"):
		authority, code = lastOf(s[strings.Index(s, "crs:")+4:], ":", 3)
	case strings.HasPrefix(s, "http://www.opengis.net/gml/srs/epsg.xml#"):
		authority, code = "epsg", s[strings.Index(s, "#")+1:]
	case strings.HasPrefix(s, "http://www.opengis.net/def/crs/"), strings.HasPrefix(s, "https://www.opengis.net/def/crs/"):
		authority, code = lastOf(s[strings.Index(s, "crs/")+4:], "/", 3)
	case strings.HasPrefix(s, "epsg:"), strings.HasPrefix(s, "esri:"), strings.HasPrefix(s, "ogc:"):
		authority, code, _ = strings.Cut(s, ":")
		code = strings.TrimPrefix(code, ":")
	default:
		authority, code = "epsg", s
	}
	if authority == "ogc" {
		return 0, code == "crs84" || code == "crs84h"
	}
	if authority != "epsg" && authority != "esri" || code == "" || len(code) > 6 {
		return 0, false
	}
	for _, r := range code {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(code)
	return n, err == nil && n > 0
}

// lastOf splits authority, version and code.
func lastOf(s, sep string, want int) (authority, code string) {
	parts := strings.Split(s, sep)
	if len(parts) != want {
		return "", ""
	}
	return parts[0], parts[want-1]
}

// local collects the parameters of a declared system.
type local struct {
	text  string
	grid  grid
	ell   ellipsoid
	four  *four
	seven *seven
	seen  map[string]bool
}

func parseLocal(text, how, rest string) (CRS, error) {
	l := local{text: text, grid: grid{k0: 1}, ell: cgcs2000(), seen: map[string]bool{}}
	for _, item := range items(rest) {
		key, value, _ := strings.Cut(item, "=")
		key = strings.TrimSpace(key)
		if key == "k" {
			key = "k_0"
		}
		if l.seen[key] {
			return CRS{}, invalid(text, "%s is given twice", key)
		}
		l.seen[key] = true
		if how == "longlat" && key != "ellps" && key != "7p" {
			return CRS{}, invalid(text, "longlat takes ellps and 7p, not “%s”", shorten(key))
		}
		if err := l.set(key, value); err != nil {
			return CRS{}, err
		}
	}
	if how == "tmerc" && !l.seen["lon_0"] {
		return CRS{}, invalid(text, "lon_0, the central meridian in degrees, is missing")
	}
	return l.make(how)
}

// items splits at the commas, but not those between the values of one key.
func items(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if len(out) > 0 && !strings.Contains(part, "=") {
			out[len(out)-1] += "," + part
		} else {
			out = append(out, part)
		}
	}
	return out
}

func (l *local) set(key, value string) error {
	var err error
	switch key {
	case "lon_0":
		l.grid.lon0, err = l.number(key, value, -180, 180)
	case "lat_0":
		l.grid.lat0, err = l.number(key, value, -85, 85)
	case "k_0":
		l.grid.k0, err = l.number(key, value, 0.9, 1.1)
	case "x_0":
		l.grid.x0, err = l.number(key, value, -1e8, 1e8)
	case "y_0":
		l.grid.y0, err = l.number(key, value, -1e8, 1e8)
	case "ellps":
		var ok bool
		if l.ell, ok = ellipsoidByName(strings.TrimSpace(value)); !ok {
			err = invalid(l.text, "unknown ellipsoid “%s”: use cgcs2000, wgs84, grs80, krass, iau76, intl, clrk66 or bessel", shorten(value))
		}
	case "4p":
		l.four = &four{}
		err = l.numbers(key, value, l.four[:], []float64{1e8, 1e8, 1.1, 648000})
		if err == nil && l.four[2] < 0.9 {
			err = invalid(l.text, "the scale of 4p must be a ratio near 1")
		}
	case "7p":
		l.seven = &seven{}
		err = l.numbers(key, value, l.seven[:], sevenLimits())
	default:
		err = invalid(l.text, "unknown parameter “%s”: use lon_0, lat_0, k_0, x_0, y_0, ellps, 4p, 7p", shorten(key))
	}
	return err
}

func (l *local) number(key, value string, low, high float64) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(v >= low && v <= high) {
		return 0, invalid(l.text, "%s must be a number from %g to %g", key, low, high)
	}
	return v, nil
}

// numbers reads as many values as there are limits, each within ± its limit.
func (l *local) numbers(key, value string, into, limits []float64) error {
	parts := strings.Split(value, ",")
	if len(parts) != len(limits) {
		return invalid(l.text, "%s takes %d numbers, not %d", key, len(limits), len(parts))
	}
	for i, part := range parts {
		var err error
		if into[i], err = l.number(fmt.Sprintf("number %d of %s", i+1, key), part, -limits[i], limits[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *local) make(how string) (CRS, error) {
	if l.four != nil && l.seven != nil {
		return CRS{}, invalid(l.text, "give either 4p or 7p")
	}
	if l.seven == nil && !tiedToWGS84(l.ell) {
		return CRS{}, invalid(l.text, "the ellipsoid %s belongs to another datum, so 7p must be given", l.ell.name)
	}
	if how == "longlat" {
		return longlat(l.ell, l.seven), nil
	}
	return transverse(l.ell, l.grid, l.four, l.seven), nil
}

// tiedToWGS84 reports whether positions on the ellipsoid are taken as those of
// WGS 84 when nothing else is said.
func tiedToWGS84(e ellipsoid) bool {
	return e.name == "wgs84" || e.name == "cgcs2000" || e.name == "grs80"
}

func longlat(ell ellipsoid, s *seven) CRS {
	if s == nil && ell.name == "wgs84" {
		return CRS{}
	}
	if s == nil && ell.name == "cgcs2000" {
		c, _ := fromEPSG(4490)
		return c
	}
	return CRS{&definition{ell: ell, seven: s}}
}

// transverse makes a plane, the registered one if there is one.
func transverse(ell ellipsoid, g grid, f *four, s *seven) CRS {
	if f == nil && s == nil {
		if c, ok := fromEPSG(registered(ell, g)); ok {
			return c
		}
	}
	// No negative zero, so that equal systems are written alike.
	for _, v := range []*float64{&g.lon0, &g.lat0, &g.x0, &g.y0} {
		if *v == 0 {
			*v = math.Abs(*v)
		}
	}
	return CRS{&definition{kind: plane, ell: ell, tm: newTmerc(ell, g), four: f, seven: s}}
}
