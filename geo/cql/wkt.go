package cql

import (
	"strings"

	"github.com/paulmach/orb"
)

// shapeReader reads the brackets of WKT from the tokens of a filter.
type shapeReader struct {
	builder
	p *parser
}

// shape reads what follows the word of a shape: Z or nothing, then brackets.
func (s *shapeReader) shape(word string) (orb.Geometry, error) {
	if _, err := s.p.accept("z"); err != nil {
		return nil, err
	}
	switch word {
	case "point":
		return s.point()
	case "linestring":
		return s.line()
	case "polygon":
		return s.polygon()
	case "multipoint":
		points, err := each(s, s.loosePoint)
		return orb.MultiPoint(points), err
	case "multilinestring":
		lines, err := each(s, s.line)
		return orb.MultiLineString(lines), err
	case "multipolygon":
		polygons, err := each(s, s.polygon)
		return orb.MultiPolygon(polygons), err
	}
	shapes, err := each(s, s.member)
	return orb.Collection(shapes), err
}

// each reads ( part , part … ), at least one.
func each[T any](s *shapeReader, part func() (T, error)) ([]T, error) {
	if err := s.p.enter(); err != nil {
		return nil, err
	}
	defer s.p.leave()
	var out []T
	_, err := s.p.listed(func() (Expr, error) {
		v, err := part()
		out = append(out, v)
		return nil, err
	})
	if err == nil && len(out) == 0 {
		err = faultAt(s.at, "a geometry has an empty part")
	}
	return out, err
}

func (s *shapeReader) position() (orb.Point, error) {
	var numbers []float64
	for len(numbers) < 2 || s.p.now.kind == numberToken || s.p.now.is("-") || s.p.now.is("+") {
		if len(numbers) == 3 {
			return orb.Point{}, faultAt(s.p.now.at, "a position has more than 3 numbers")
		}
		x, err := s.p.coordinate()
		if err != nil {
			return orb.Point{}, err
		}
		numbers = append(numbers, x)
	}
	return s.vertex(numbers)
}

func (s *shapeReader) point() (orb.Point, error) {
	if err := s.p.expect("("); err != nil {
		return orb.Point{}, err
	}
	pt, err := s.position()
	if err != nil {
		return pt, err
	}
	return pt, s.p.expect(")")
}

// loosePoint takes MULTIPOINT(1 2, 3 4) as well as MULTIPOINT((1 2), (3 4)).
func (s *shapeReader) loosePoint() (orb.Point, error) {
	if s.p.now.is("(") {
		return s.point()
	}
	return s.position()
}

func (s *shapeReader) line() (orb.LineString, error) {
	points, err := each(s, s.position)
	if err != nil {
		return nil, err
	}
	return s.builder.line(points)
}

func (s *shapeReader) ring() (orb.Ring, error) {
	points, err := each(s, s.position)
	if err != nil {
		return nil, err
	}
	return s.builder.ring(points)
}

func (s *shapeReader) polygon() (orb.Polygon, error) {
	rings, err := each(s, s.ring)
	return rings, err
}

// member reads one shape of a collection.
func (s *shapeReader) member() (orb.Geometry, error) {
	word := strings.ToLower(s.p.now.text)
	if s.p.now.kind != nameToken || !isOneOf(constructors, word) || !isShape(word) {
		return nil, s.p.unexpected("POINT, LINESTRING, POLYGON or another shape")
	}
	if err := s.p.advance(); err != nil {
		return nil, err
	}
	return s.shape(word)
}

// geometry writes WKT.
func (p *printer) geometry(g Geometry) {
	w := shapeWriter{printer: p, z: g.Z, solid: len(g.Z) > 0}
	w.shape(g.Shape)
}

// shapeWriter takes one height off z with each vertex.
type shapeWriter struct {
	*printer
	z     []float64
	solid bool
}

func (w *shapeWriter) shape(g orb.Geometry) {
	w.write(strings.ToUpper(g.GeoJSONType()))
	if w.solid {
		w.write(" Z ")
	}
	w.body(g)
}

func (w *shapeWriter) body(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		w.write("(")
		w.vertex(g)
		w.write(")")
	case orb.MultiPoint:
		bracket(w, g, func(p orb.Point) { w.body(p) })
	case orb.LineString:
		bracket(w, g, w.vertex)
	case orb.MultiLineString:
		bracket(w, g, func(l orb.LineString) { w.body(l) })
	case orb.Ring:
		bracket(w, g, w.vertex)
	case orb.Polygon:
		bracket(w, g, func(r orb.Ring) { w.body(r) })
	case orb.MultiPolygon:
		bracket(w, g, func(p orb.Polygon) { w.body(p) })
	case orb.Collection:
		bracket(w, g, w.shape)
	}
}

func bracket[S ~[]T, T any](w *shapeWriter, parts S, write func(T)) {
	w.write("(")
	for i, part := range parts {
		w.comma(i)
		write(part)
	}
	w.write(")")
}

func (w *shapeWriter) vertex(p orb.Point) {
	w.write(number(p[0]), " ", number(p[1]))
	if len(w.z) > 0 {
		w.write(" ", number(w.z[0]))
		w.z = w.z[1:]
	}
}
