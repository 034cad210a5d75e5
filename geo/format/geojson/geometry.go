package geojson

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// maxNesting bounds collections within collections.
const maxNesting = 32

// shape collects one geometry: coordinates in x, y and the heights beside.
type shape struct {
	z      []float64
	flat   int  // vertices without a height
	extra  bool // a position had a fourth number
	points int
}

// parseGeometry reads the JSON text of a geometry object or null. z is nil where
// no vertex has a height. extra tells that measures beyond the height were left.
func parseGeometry(b []byte) (g orb.Geometry, z []float64, extra bool, err error) {
	var s shape
	g, err = s.object(b, 0)
	if err != nil || g == nil || len(s.z) == 0 {
		return g, nil, s.extra, err
	}
	if s.flat > 0 {
		return nil, nil, s.extra, fault("%d 个顶点没有高程，共 %d 个，其余有", "%d of %d vertices have no height, the others have one", s.flat, s.points)
	}
	return g, s.z, s.extra, nil
}

// ParseGeometry reads the JSON text of a geometry object or null, well-formed as
// encoding/json leaves it, with nothing before it. Coordinates are first and second
// number as written, z the third; a fourth is refused.
func ParseGeometry(b []byte) (orb.Geometry, []float64, error) {
	g, z, extra, err := parseGeometry(b)
	if err == nil && extra {
		err = fault("一个坐标超过三个数", "a position has more than three numbers")
	}
	return g, z, err
}

func fault(zh, en string, args ...any) *geo.Error {
	return &geo.Error{Code: geo.Invalid, Field: "geometry", Message: fmt.Sprintf(en, args...), ZH: "geometry 不是合法的 GeoJSON 几何：" + fmt.Sprintf(zh, args...)}
}

func (s *shape) object(b []byte, depth int) (orb.Geometry, error) {
	if len(b) == 0 || b[0] == 'n' {
		return nil, nil
	}
	if b[0] != '{' {
		return nil, fault("不是对象", "geometry is not an object")
	}
	if depth > maxNesting {
		return nil, fault("几何集合嵌套超过 %d 层", "geometry collections are nested more than %d deep", maxNesting)
	}
	var kind string
	var coordinates, geometries []byte
	_ = eachMember(b, func(key string, value []byte) error {
		switch key {
		case "type":
			kind = text(value)
		case "coordinates":
			coordinates = value
		case "geometries":
			geometries = value
		}
		return nil
	})
	if kind == "GeometryCollection" {
		return s.collection(geometries, depth)
	}
	if len(coordinates) == 0 || coordinates[0] != '[' {
		return nil, fault("“%s”没有数组 coordinates", "geometry of type “%s” has no array “coordinates”", kind)
	}
	return s.coordinates(kind, &cursor{b: coordinates})
}

func (s *shape) collection(b []byte, depth int) (orb.Geometry, error) {
	if len(b) == 0 || b[0] != '[' {
		return nil, fault("GeometryCollection 没有数组 geometries", "GeometryCollection has no array “geometries”")
	}
	out := orb.Collection{}
	c := cursor{b: b}
	for c.enter(); !c.leave(); {
		g, err := s.object(c.value(), depth+1)
		if err != nil {
			return nil, err
		}
		if g != nil {
			out = append(out, g)
		}
	}
	return out, nil
}

func (s *shape) coordinates(kind string, c *cursor) (orb.Geometry, error) {
	switch kind {
	case "Point":
		if (&cursor{b: c.b, i: 1}).leave() {
			return nil, nil // "coordinates": [] is how an empty point is written
		}
		return s.point(c)
	case "MultiPoint":
		p, err := list(c, s.point)
		return orb.MultiPoint(p), err
	case "LineString":
		return s.line(c)
	case "MultiLineString":
		p, err := list(c, s.line)
		return orb.MultiLineString(p), err
	case "Polygon":
		return s.polygon(c)
	case "MultiPolygon":
		p, err := list(c, s.polygon)
		return orb.MultiPolygon(p), err
	}
	return nil, fault("“%s”不是几何类型", "“%s” is not a type of geometry", kind)
}

// list reads an array whose elements item reads.
func list[T any](c *cursor, item func(*cursor) (T, error)) ([]T, error) {
	out := []T{}
	if c.peek() != '[' {
		return nil, fault("coordinates 的嵌套层数与类型不符", "coordinates are not nested as deep as the type asks")
	}
	for c.enter(); !c.leave(); {
		v, err := item(c)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *shape) line(c *cursor) (orb.LineString, error) {
	p, err := list(c, s.point)
	return orb.LineString(p), err
}

func (s *shape) ring(c *cursor) (orb.Ring, error) {
	p, err := list(c, s.point)
	return orb.Ring(p), err
}

func (s *shape) polygon(c *cursor) (orb.Polygon, error) {
	p, err := list(c, s.ring)
	return orb.Polygon(p), err
}

func (s *shape) point(c *cursor) (orb.Point, error) {
	var p orb.Point
	s.points++
	if c.peek() != '[' {
		return p, fault("第 %d 个顶点不是数的数组", "vertex %d is not an array of numbers", s.points)
	}
	n := 0
	for c.enter(); !c.leave(); n++ {
		b := c.value()
		x, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			return p, fault("第 %d 个顶点中“%.40s”应为数", "vertex %d has “%.40s” where a number should be", s.points, b)
		}
		switch n {
		case 0, 1:
			p[n] = x
		case 2:
			s.z = append(s.z, x)
		default:
			s.extra = true
		}
	}
	if n < 2 {
		return p, fault("第 %d 个顶点不足两个数", "vertex %d has fewer than two numbers", s.points)
	}
	if n == 2 {
		s.flat++
	}
	return p, nil
}
