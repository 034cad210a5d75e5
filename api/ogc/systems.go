package ogc

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/crs"
	"yiping/geo/format/geojson"
	"yiping/geo/snapshot"
)

// The coordinate systems offered.
const (
	crs84     = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	firstZone = 4491
	lastZone  = 4554
)

func offered() []crs.CRS {
	all := []crs.CRS{{}}
	codes := []int{4326, 4490, 3857}
	for code := firstZone; code <= lastZone; code++ {
		codes = append(codes, code)
	}
	for _, code := range codes {
		if c, err := crs.FromEPSG(code); err == nil {
			all = append(all, c)
		}
	}
	return all
}

func uris(all []crs.CRS) []string {
	out := make([]string, len(all))
	for n, c := range all {
		out[n] = c.URI()
	}
	return out
}

// degrees gives the box of a feature in degrees, to a centimetre; empty without
// geometry. Item.Box ends where the map does, at a latitude of 85.05: of what
// reaches there the geometry itself is asked.
func degrees(i snapshot.Item) orb.Bound {
	box := i.Box()
	if box.Empty() || box.Min.Y == 0 || box.Max.Y == math.MaxUint32 {
		return i.Bound()
	}
	low, high := box.Min.Point(), box.Max.Point() // south is down here, and the greater number there
	return orb.Bound{Min: orb.Point{low[0], high[1]}, Max: orb.Point{high[0], low[1]}}
}

// nowhere is the box of nothing.
func nowhere() orb.Bound {
	inf := math.Inf(1)
	return orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
}

// reaching gives the systems that a box in degrees lies in, so that its features
// can be answered and its corners be given as a bbox: a zone ends some degrees
// from its central meridian, Web Mercator short of the poles. What is empty lies in
// all.
func reaching(box orb.Bound) []crs.CRS {
	all := offered()
	if box.IsEmpty() {
		return all
	}
	corners := box.ToRing()
	return slices.DeleteFunc(all, func(c crs.CRS) bool {
		var drawn orb.MultiPoint
		for _, p := range corners {
			q, err := c.FromWGS84(p)
			if err != nil {
				return true
			}
			drawn = append(drawn, q)
		}
		return !within(c, drawn.Bound().ToRing()...)
	})
}

// contains reports whether a system has a place given in degrees.
func contains(c crs.CRS, p orb.Point) bool {
	_, err := c.FromWGS84(p)
	return err == nil
}

// system reads a parameter that names a coordinate system; CRS84 when absent.
func (c *call) system(parameter string) (crs.CRS, error) {
	text := c.values.Get(parameter)
	if text == "" {
		return crs.CRS{}, nil
	}
	for _, s := range offered() {
		if text == s.URI() || text == "["+s.String()+"]" {
			return s, nil
		}
	}
	return crs.CRS{}, bad(parameter, "不提供坐标系“%s”；要素集的 crs 列出全部，写法如 %s", "The coordinate system “%s” is not offered; crs of the collection lists them, like %s", text, crs84)
}

func contentCRS(s crs.CRS) string { return "<" + s.URI() + ">" }

// appendGeometry writes the geometry of a feature in a system and its axis order.
func appendGeometry(b []byte, i snapshot.Item, to crs.CRS) ([]byte, error) {
	asStored := to.IsWGS84() && !to.NorthFirst()
	if asStored {
		if with, ok := i.AppendPosition(append(b, geojson.PointHead...)); ok {
			return append(with, '}'), nil
		}
	} else if p, ok := i.Position(); ok {
		p, err := expressed(p, to)
		return geojson.AppendPoint(b, p), err
	}
	g, z := i.Exact()
	if g == nil || asStored {
		return geojson.AppendGeometry(b, g, z), nil
	}
	var failed error
	g = project.Geometry(g, func(p orb.Point) orb.Point { // it is a copy of our own
		if failed != nil {
			return p
		}
		p, failed = expressed(p, to)
		return p
	})
	return geojson.AppendGeometry(b, g, z), failed
}

// expressed gives one position in a system and its axis order.
func expressed(p orb.Point, to crs.CRS) (orb.Point, error) {
	q, err := to.FromWGS84(p)
	if err != nil {
		return p, err
	}
	if !to.Degrees() {
		q = orb.Point{math.Round(q[0]*1e4) / 1e4, math.Round(q[1]*1e4) / 1e4}
	}
	if to.NorthFirst() {
		q = to.Order(q)
	}
	return q, nil
}

// expressible says before the first byte is out whether all features can be
// given in a system, by the corners of their boxes.
func expressible(all []snapshot.Item, to crs.CRS) error {
	if to.Degrees() {
		return nil
	}
	for _, i := range all {
		box := degrees(i)
		if box.IsEmpty() {
			continue
		}
		for _, p := range []orb.Point{box.Min, box.Max} {
			if !contains(to, p) {
				return bad("crs", "要素 %d 不在坐标系 %s 的范围内；可用 bbox 缩小范围或换坐标系", "Feature %d is beyond the coordinate system %s; narrow the bbox or take another system", i.ID(), to.Name())
			}
		}
	}
	return nil
}

// frame turns a box of a system into the shape it has in degrees: sides become
// curves, which are followed in steps.
func frame(low, high orb.Point, from crs.CRS) (cql.Expr, error) {
	if from.Degrees() {
		return cql.Box{Numbers: []float64{low[0], low[1], high[0], high[1]}}, nil
	}
	corners := []orb.Point{low, {high[0], low[1]}, high, {low[0], high[1]}, low}
	switch {
	case low == high:
		p, err := from.ToWGS84(low)
		return cql.Geometry{Shape: p}, err
	case low[0] == high[0] || low[1] == high[1]:
		corners = []orb.Point{low, high}
	}
	path, err := follow(corners, from)
	if err != nil {
		return nil, err
	}
	if len(corners) == 2 {
		return cql.Geometry{Shape: path}, nil
	}
	path[len(path)-1] = path[0]
	return cql.Geometry{Shape: orb.Polygon{orb.Ring(path)}}, nil
}

// follow gives straight lines of a system in degrees, in steps.
func follow(corners []orb.Point, from crs.CRS) (orb.LineString, error) {
	const steps = 16
	var path orb.LineString
	for n := range (len(corners)-1)*steps + 1 {
		side, f := n/steps, float64(n%steps)/steps
		a, b := corners[side], corners[min(side+1, len(corners)-1)]
		p, err := from.ToWGS84(orb.Point{a[0] + (b[0]-a[0])*f, a[1] + (b[1]-a[1])*f})
		if err != nil {
			return nil, err
		}
		path = append(path, p)
	}
	return path, nil
}

// inDegrees gives a filter whose literal shapes, written in a system and its
// axis order, are in degrees, longitude first.
func inDegrees(e cql.Expr, from crs.CRS) (cql.Expr, error) {
	if from.IsWGS84() && !from.NorthFirst() {
		return e, nil
	}
	var err error
	switch e := e.(type) {
	case cql.Call:
		e.Args, err = eachInDegrees(e.Args, from)
		return e, err
	case cql.List:
		e.Items, err = eachInDegrees(e.Items, from)
		return e, err
	case cql.Geometry:
		e.Shape = project.Geometry(orb.Clone(e.Shape), func(p orb.Point) orb.Point {
			if err != nil {
				return p
			}
			p, err = inward(p, from)
			return p
		})
		return e, err
	case cql.Box:
		low, high, ok := cornersOf(e.Numbers, from)
		if !ok {
			return nil, &geo.Error{Code: geo.Invalid, Message: "a BBOX has four or six numbers, low corner first", ZH: "BBOX 应为四个或六个数，小者在前"}
		}
		return frame(low, high, from)
	}
	return e, nil
}

func eachInDegrees(all []cql.Expr, from crs.CRS) ([]cql.Expr, error) {
	out := make([]cql.Expr, len(all))
	for n, e := range all {
		var err error
		if out[n], err = inDegrees(e, from); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func inward(p orb.Point, from crs.CRS) (orb.Point, error) {
	if from.NorthFirst() {
		p = from.Order(p)
	}
	return from.ToWGS84(p)
}

// eastFirst gives the corners of a box whose numbers can only mean x, y though
// the authority puts the northing first. Clients write so whose library does not
// know the axes, such as the OGC's own test suite for CGCS2000. In China the two
// orders cannot be taken for one another, neither in degrees nor in metres: a
// northing lies outside every zone as an easting.
func eastFirst(n []float64, of crs.CRS) (low, high orb.Point, ok bool) {
	if !of.NorthFirst() || len(n) != 4 && len(n) != 6 {
		return low, high, false
	}
	turned := slices.Clone(n)
	second := len(n) / 2
	turned[0], turned[1], turned[second], turned[second+1] = n[1], n[0], n[second+1], n[second]
	low, high, ok = cornersOf(turned, of)
	return low, high, ok && within(of, low, high)
}

// within reports whether all positions, x first, are some place.
func within(of crs.CRS, positions ...orb.Point) bool {
	for _, p := range positions {
		if _, err := of.ToWGS84(p); err != nil {
			return false
		}
	}
	return true
}

// cornersOf gives the corners, x first, of a box written in a system's axis
// order. On the plane and northward the first is the lower one; eastward in
// degrees it may be the greater, across the antimeridian.
func cornersOf(n []float64, of crs.CRS) (low, high orb.Point, ok bool) {
	switch len(n) {
	case 4:
		low, high = orb.Point{n[0], n[1]}, orb.Point{n[2], n[3]}
	case 6:
		low, high = orb.Point{n[0], n[1]}, orb.Point{n[3], n[4]}
	default:
		return low, high, false
	}
	if of.NorthFirst() {
		low, high = of.Order(low), of.Order(high)
	}
	if low[1] > high[1] || !of.Degrees() && low[0] > high[0] {
		return low, high, false
	}
	return low, high, true
}
