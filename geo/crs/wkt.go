package crs

import (
	"math"
	"strconv"
	"strings"
)

// FromWKT reads a definition in well-known text: version 1 as ESRI writes it to
// .prj files and as OGC does, or version 2. Positions are x, y whatever its axes
// say, as they are in files. A definition with a code of EPSG must mean what the
// code means. Systems on older datums need their TOWGS84. The error is an *Error.
func FromWKT(prj string) (CRS, error) {
	text := strings.TrimSpace(strings.TrimPrefix(prj, "\ufeff"))
	if len(text) > maxText {
		return CRS{}, invalid(text, "the text is too long")
	}
	root, err := parseWKT(text)
	if err != nil {
		return CRS{}, err
	}
	w := wkt{text}
	root, err = w.horizontal(root)
	if err != nil {
		return CRS{}, err
	}
	c, err := w.system(root)
	if err != nil {
		return CRS{}, err
	}
	return w.agree(root, c)
}

// wkt keeps the text for messages.
type wkt struct{ text string }

func (w wkt) unsupported(message, mend string) error { return unknown(w.text, message, mend) }

// horizontal finds the part without heights.
func (w wkt) horizontal(n node) (node, error) {
	switch n.key {
	case "COMPD_CS", "COMPOUNDCRS":
		if c, ok := n.child("PROJCS", "PROJCRS", "PROJECTEDCRS", "GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS"); ok {
			return c, nil
		}
	case "LOCAL_CS", "ENGCRS", "ENGINEERINGCRS":
		return node{}, w.unsupported("a local system without a tie to the earth cannot be read", "declare it like tmerc:lon_0=121.5,x_0=0,y_0=-3500000")
	case "BOUNDCRS":
		return node{}, w.unsupported("bound systems are not read", "declare it with its parameters, like tmerc:lon_0=120,ellps=krass,7p=…")
	}
	return n, nil
}

func (w wkt) system(n node) (CRS, error) {
	switch n.key {
	case "PROJCS", "PROJCRS", "PROJECTEDCRS":
		return w.projected(n)
	case "GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS":
		ell, s, err := w.datum(n)
		if err != nil {
			return CRS{}, err
		}
		return longlat(ell, s), nil
	}
	return CRS{}, w.unsupported("“"+shorten(n.key)+"” is not a kind of system that is read", "")
}

// agree gives the registered system the text names by its code or its name, if
// it means the same; a code that means something else is an error.
func (w wkt) agree(n node, c CRS) (CRS, error) {
	if code, ok := authority(n); ok {
		named, known := fromEPSG(code)
		if !known {
			return c, nil
		}
		if !sameMeaning(named, c) {
			return CRS{}, invalid(w.text, "it calls itself EPSG:%d, but its parameters are not those of EPSG:%d", code, code)
		}
		return named, nil
	}
	if named, ok := byName(n.name()); ok && sameMeaning(named, c) {
		return named, nil
	}
	return c, nil
}

// authority reads AUTHORITY["EPSG","4549"] or ID["EPSG",4549].
func authority(n node) (int, bool) {
	a, ok := n.child("AUTHORITY", "ID")
	if !ok || strings.ToUpper(a.name()) != "EPSG" {
		return 0, false
	}
	if len(a.texts) > 1 {
		code, err := strconv.Atoi(a.texts[1])
		return code, err == nil
	}
	if len(a.numbers) > 0 {
		return int(a.numbers[0]), a.numbers[0] > 0 && a.numbers[0] < 1e6
	}
	return 0, false
}

func sameMeaning(a, b CRS) bool {
	x, y := a.def, b.def
	if x == nil || y == nil {
		return a.IsWGS84() && b.IsWGS84()
	}
	if x.kind != y.kind || x.seven != nil || y.seven != nil || math.Abs(x.ell.invf-y.ell.invf) > 1e-5 {
		return false
	}
	if x.kind != plane {
		return true
	}
	g, h := x.tm.grid, y.tm.grid
	return math.Abs(g.lon0-h.lon0) < 1e-9 && math.Abs(g.lat0-h.lat0) < 1e-9 && math.Abs(g.k0-h.k0) < 1e-12 &&
		math.Abs(g.x0-h.x0) < metreEdge && math.Abs(g.y0-h.y0) < metreEdge
}

// datum reads ellipsoid and transformation of a geographic system, and refuses
// other meridians and other angles.
func (w wkt) datum(n node) (ellipsoid, *seven, error) {
	d, ok := n.child("DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE")
	if !ok {
		return ellipsoid{}, nil, invalid(w.text, "its datum is missing")
	}
	if m, ok := n.child("PRIMEM", "PRIMEMERIDIAN"); ok && (len(m.numbers) == 0 || m.numbers[0] != 0) {
		return ellipsoid{}, nil, w.unsupported("only the meridian of Greenwich is read", "")
	}
	if err := w.units(n, radian, "UNIT", "ANGLEUNIT"); err != nil {
		return ellipsoid{}, nil, err
	}
	ell, err := w.ellipsoid(d)
	if err != nil {
		return ellipsoid{}, nil, err
	}
	s, err := w.toWGS84(d)
	if err != nil {
		return ellipsoid{}, nil, err
	}
	if s == nil && !tiedToWGS84(ell) {
		name := "Beijing 1954"
		if ell.name == "iau76" {
			name = "Xian 1980"
		}
		return ellipsoid{}, nil, w.unsupported("its datum is tied to WGS 84 by parameters that the text does not give", sevenNeeded(name))
	}
	return ell, s, nil
}

func (w wkt) ellipsoid(d node) (ellipsoid, error) {
	e, ok := d.child("SPHEROID", "ELLIPSOID")
	if !ok || len(e.numbers) < 2 {
		return ellipsoid{}, invalid(w.text, "its ellipsoid is missing")
	}
	china := false
	for _, s := range []string{"china2000", "cgcs2000", "chinageodetic"} {
		china = china || strings.Contains(squash(d.name()+e.name()), s)
	}
	for _, name := range []string{"wgs84", "cgcs2000", "grs80", "krass", "iau76", "intl", "clrk66", "bessel"} {
		ell, _ := ellipsoidByName(name)
		if math.Abs(ell.a-e.numbers[0]) < 1e-3 && math.Abs(ell.invf-e.numbers[1]) < 1e-7 && (name != "cgcs2000" || china) {
			return ell, nil
		}
	}
	return ellipsoid{}, w.unsupported("its ellipsoid “"+shorten(e.name())+"” is not known", "")
}

func (w wkt) toWGS84(d node) (*seven, error) {
	t, ok := d.child("TOWGS84")
	if !ok {
		return nil, nil
	}
	if len(t.numbers) != 3 && len(t.numbers) != 7 || len(t.words) > 0 {
		return nil, invalid(w.text, "TOWGS84 takes 3 or 7 numbers")
	}
	var s seven
	copy(s[:], t.numbers)
	for i, limit := range sevenLimits() {
		if math.Abs(s[i]) > limit {
			return nil, invalid(w.text, "number %d of TOWGS84 must lie within ±%g", i+1, limit)
		}
	}
	if ell, err := w.ellipsoid(d); s == (seven{}) && err == nil && tiedToWGS84(ell) {
		return nil, nil
	}
	return &s, nil
}

// units refuses any unit but that of the given size, of the system or its axes.
func (w wkt) units(n node, size float64, keys ...string) error {
	check := func(n node) error {
		u, ok := n.child(keys...)
		if ok && (len(u.numbers) == 0 || math.Abs(u.numbers[0]/size-1) > 1e-9) {
			return w.unsupported("its unit “"+shorten(u.name())+"” is not read", "degrees and metres are")
		}
		return nil
	}
	if err := check(n); err != nil {
		return err
	}
	for _, c := range n.nodes {
		if c.key == "AXIS" {
			if err := check(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w wkt) projected(n node) (CRS, error) {
	base, ok := n.child("GEOGCS", "BASEGEOGCRS", "BASEGEODCRS", "GEOGCRS")
	if !ok {
		return CRS{}, invalid(w.text, "its geographic system is missing")
	}
	ell, s, err := w.datum(base)
	if err != nil {
		return CRS{}, err
	}
	if err := w.units(n, 1, "UNIT", "LENGTHUNIT"); err != nil {
		return CRS{}, err
	}
	how := n // version 1 has no node of its own for the projection
	if c, ok := n.child("CONVERSION"); ok {
		how = c
	}
	method, ok := how.child("METHOD", "PROJECTION")
	if !ok {
		return CRS{}, invalid(w.text, "its projection is missing")
	}
	g, err := w.parameters(how)
	if err != nil {
		return CRS{}, err
	}
	switch squash(method.name()) {
	case "transversemercator", "transversemercatorcomplex", "gausskruger", "gausskrüger":
		return transverse(ell, g, nil, s), nil
	case "popularvisualisationpseudomercator", "mercatorauxiliarysphere":
		return w.webMercator(ell, g)
	case "mercator1sp":
		// GDAL says so in version 1, and tells the truth beside it, or in the name
		// alone where the dialect has nothing beside.
		x, more := n.child("EXTENSION")
		if more && strings.Contains(strings.Join(x.texts, " "), "+a=6378137 +b=6378137 ") || !more && squash(n.name()) == "wgs84pseudomercator" {
			return w.webMercator(ell, g)
		}
	}
	return CRS{}, w.unsupported("the projection “"+shorten(method.name())+"” is not read", "convert the file first")
}

func (w wkt) webMercator(ell ellipsoid, g grid) (CRS, error) {
	if ell.name != "wgs84" || g != (grid{k0: 1}) {
		return CRS{}, w.unsupported("a Web Mercator with other parameters is not read", "")
	}
	c, _ := fromEPSG(3857)
	return c, nil
}

// parameters reads those of transverse Mercator; others must not be there.
func (w wkt) parameters(n node) (grid, error) {
	g := grid{k0: 1}
	for _, p := range n.nodes {
		if p.key != "PARAMETER" {
			continue
		}
		if len(p.numbers) == 0 {
			return grid{}, invalid(w.text, "the parameter “%s” has no number", shorten(p.name()))
		}
		v := p.numbers[0]
		limit, into, size := w.parameter(&g, squash(p.name()))
		if into == nil {
			if v == 0 { // such as the auxiliary sphere's type
				continue
			}
			return grid{}, w.unsupported("the parameter “"+shorten(p.name())+"” is not read", "")
		}
		if err := w.units(p, size, "UNIT", "ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT"); err != nil {
			return grid{}, err
		}
		if math.Abs(v) > limit {
			return grid{}, invalid(w.text, "the parameter “%s” must lie within ±%g", shorten(p.name()), limit)
		}
		*into = v
	}
	if g.k0 < 0.9 {
		return grid{}, invalid(w.text, "the scale factor must lie from 0.9 to 1.1")
	}
	return g, nil
}

// parameter says where one belongs, how large it may be, and the size of its unit.
func (w wkt) parameter(g *grid, name string) (limit float64, into *float64, size float64) {
	switch name {
	case "latitudeoforigin", "latitudeofnaturalorigin":
		return 85, &g.lat0, radian
	case "centralmeridian", "longitudeofnaturalorigin", "longitudeoforigin":
		return 180, &g.lon0, radian
	case "scalefactor", "scalefactoratnaturalorigin":
		return 1.1, &g.k0, 1
	case "falseeasting":
		return 1e8, &g.x0, 1
	case "falsenorthing":
		return 1e8, &g.y0, 1
	}
	return 0, nil, 0
}
