package crs

import (
	"fmt"
	"math"
	"strings"
)

// The codes of EPSG that are ranges of zones.
const (
	gk6Zone   = 4491 // CGCS2000, 6° zones 13–23 with their number before the easting
	gk6CM     = 4502 // the same without, by central meridian 75°–135°
	gk3Zone   = 4513 // 3° zones 25–45
	gk3CM     = 4534
	gkEnd     = 4555
	utmNorth  = 32600 // + zone 1–60
	utmSouth  = 32700
	metreEdge = 1e-6 // parameters closer than this are the same
)

// FromEPSG gives the system of a code. The error is an *Error.
func FromEPSG(code int) (CRS, error) {
	if c, ok := fromEPSG(code); ok {
		return c, nil
	}
	text := fmt.Sprintf("EPSG:%d", code)
	if name, ok := superseded(code); ok {
		return CRS{}, unknown(text, name+" is tied to WGS 84 by parameters that are not public", sevenNeeded(name))
	}
	return CRS{}, unknown(text, "this code is not among those known", "known are 4326, 4490, 4491–4554, 3857 and 32601–32660, 32701–32760; convert other files first")
}

func fromEPSG(code int) (CRS, bool) {
	switch {
	case code == 4326:
		return CRS{&definition{name: "WGS 84", epsg: code, northFirst: true, ell: wgs84()}}, true
	case code == 4490:
		return CRS{&definition{name: "China Geodetic Coordinate System 2000", epsg: code, northFirst: true, ell: cgcs2000()}}, true
	case code == 3857 || code == 900913 || code == 102100 || code == 102113:
		// The others are older numbers of the same.
		return CRS{&definition{kind: mercator, name: "WGS 84 / Pseudo-Mercator", epsg: 3857, ell: wgs84()}}, true
	case code >= gk6Zone && code < gkEnd:
		return gaussKrueger(code), true
	case code > utmNorth && code <= utmNorth+60:
		return utm(code-utmNorth, true), true
	case code > utmSouth && code <= utmSouth+60:
		return utm(code-utmSouth, false), true
	}
	return CRS{}, false
}

func gaussKrueger(code int) CRS {
	g := grid{k0: 1, x0: 500000}
	name := "CGCS2000 / Gauss-Kruger "
	if code >= gk3Zone {
		name = "CGCS2000 / 3-degree Gauss-Kruger "
	}
	zone := 0
	switch {
	case code < gk6CM:
		zone = code - gk6Zone + 13
		g.lon0 = float64(6*zone - 3)
	case code < gk3Zone:
		g.lon0 = float64(75 + 6*(code-gk6CM))
	case code < gk3CM:
		zone = code - gk3Zone + 25
		g.lon0 = float64(3 * zone)
	default:
		g.lon0 = float64(75 + 3*(code-gk3CM))
	}
	if zone > 0 {
		name += fmt.Sprintf("zone %d", zone)
		g.x0 += float64(zone) * 1e6
	} else {
		name += fmt.Sprintf("CM %gE", g.lon0)
	}
	ell := cgcs2000()
	return CRS{&definition{kind: plane, name: name, epsg: code, northFirst: true, ell: ell, tm: newTmerc(ell, g)}}
}

func utm(zone int, north bool) CRS {
	g := grid{lon0: float64(6*zone - 183), k0: 0.9996, x0: 500000}
	code, side := utmNorth+zone, "N"
	if !north {
		code, side, g.y0 = utmSouth+zone, "S", 1e7
	}
	ell := wgs84()
	return CRS{&definition{kind: plane, name: fmt.Sprintf("WGS 84 / UTM zone %d%s", zone, side), epsg: code, ell: ell, tm: newTmerc(ell, g)}}
}

// registered finds the code of a grid on an ellipsoid; 0 if it has none. The
// 3-degree code comes first where a 6-degree one means the same.
func registered(ell ellipsoid, g grid) int {
	near := func(a, b float64) bool { return math.Abs(a-b) < metreEdge }
	if !near(g.lat0, 0) || !near(g.lon0, math.Round(g.lon0)) {
		return 0
	}
	lon := int(math.Round(g.lon0))
	if ell.name == "wgs84" && math.Abs(g.k0-0.9996) < 1e-12 && near(g.x0, 500000) && math.Mod(float64(lon+183), 6) == 0 {
		switch {
		case near(g.y0, 0):
			return utmNorth + (lon+183)/6
		case near(g.y0, 1e7):
			return utmSouth + (lon+183)/6
		}
	}
	if ell.name != "cgcs2000" || math.Abs(g.k0-1) > 1e-12 || !near(g.y0, 0) || lon < 75 || lon > 135 || lon%3 != 0 {
		return 0
	}
	zone3, zone6 := lon/3, (lon+3)/6
	switch {
	case near(g.x0, 500000):
		return gk3CM + (lon-75)/3
	case near(g.x0, float64(zone3)*1e6+500000):
		return gk3Zone + zone3 - 25
	case lon%6 == 3 && near(g.x0, float64(zone6)*1e6+500000):
		return gk6Zone + zone6 - 13
	}
	return 0
}

// superseded explains codes of systems whose tie to WGS 84 is not public.
func superseded(code int) (name string, ok bool) {
	switch {
	case code == 4214 || code >= 2401 && code <= 2442 || code >= 21413 && code <= 21423 || code >= 21453 && code <= 21463:
		return "Beijing 1954", true
	case code == 4610 || code >= 2327 && code <= 2390:
		return "Xian 1980", true
	}
	return "", false
}

// sevenNeeded is the mend for systems on an older datum.
func sevenNeeded(name string) string {
	ell := "krass"
	if strings.Contains(name, "1980") {
		ell = "iau76"
	}
	return "declare it with the seven parameters of its region, like tmerc:lon_0=120,x_0=500000,y_0=0,ellps=" + ell + ",7p=dx,dy,dz,rx,ry,rz,ppm"
}

// byName finds what people, files and ESRI call a system.
func byName(s string) (CRS, bool) {
	switch squash(s) {
	case "wgs84", "crs84", "crs84h", "ogccrs84", "ogccrs84h", "wgs1984", "gcswgs1984", "wgs84crs84":
		return CRS{}, true
	case "cgcs2000", "chinageodeticcoordinatesystem2000", "gcschinageodeticcoordinatesystem2000", "国家2000", "2000国家大地坐标系":
		return fromEPSG(4490)
	case "webmercator", "wgs84pseudomercator", "wgs1984webmercatorauxiliarysphere":
		return fromEPSG(3857)
	case "gcj02", "gcj", "火星坐标", "火星坐标系":
		return CRS{&definition{kind: gcj, name: "GCJ-02", ell: wgs84()}}, true
	case "bd09", "bd09ll", "百度坐标", "百度坐标系":
		return CRS{&definition{kind: bd, name: "BD-09", ell: wgs84()}}, true
	}
	return zoneByName(squash(s))
}

func zoneByName(name string) (CRS, bool) {
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "wgs84"), "wgs1984"), "utm"); ok {
		var zone int
		var side rune
		n, err := fmt.Sscanf(strings.TrimPrefix(rest, "zone"), "%2d%c", &zone, &side)
		ok := err == nil && n == 2 && zone >= 1 && zone <= 60 && strings.HasSuffix(rest, fmt.Sprintf("%d%c", zone, side))
		return utmIf(ok && (side == 'n' || side == 's'), zone, side == 'n')
	}
	if !strings.HasPrefix(name, "cgcs2000") {
		return CRS{}, false
	}
	name = strings.NewReplacer("degreegk", "degreegausskruger", "gk", "gausskruger").Replace(name)
	for code := gk6Zone; code < gkEnd; code++ {
		if c := gaussKrueger(code); squash(c.def.name) == name {
			return c, true
		}
	}
	return CRS{}, false
}

func utmIf(ok bool, zone int, north bool) (CRS, bool) {
	if !ok {
		return CRS{}, false
	}
	return utm(zone, north), true
}

// squash lets names differ in case, blanks and punctuation.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return -1
	}, s)
}
