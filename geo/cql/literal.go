package cql

import (
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// literal reads a DATE, TIMESTAMP, INTERVAL, BBOX or WKT literal if now begins
// one; a word of theirs without its bracket is a name.
func (p *parser) literal() (e Expr, ok bool, err error) {
	if !isOneOf(constructors, p.now.text) {
		return nil, false, nil
	}
	word, at := strings.ToLower(p.now.text), p.now.at
	after := p.peek()
	solid := strings.HasPrefix(after.text, "Z") || strings.HasPrefix(after.text, "z")
	if !after.is("(") && !(after.is("z") && solid && isShape(word)) {
		return nil, false, nil
	}
	if err := p.advance(); err != nil {
		return nil, true, err
	}
	switch word {
	case "date", "timestamp":
		e, err = p.instant(at, word == "date")
	case "interval":
		e, err = p.interval(at)
	case "bbox":
		e, err = p.box(at)
	default:
		e, err = p.geometry(at, word)
	}
	return e, true, err
}

func isShape(word string) bool {
	return word != "date" && word != "timestamp" && word != "interval" && word != "bbox"
}

func (p *parser) instant(at int, day bool) (Expr, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.now.kind != textToken {
		return nil, p.unexpected("文本，如 '2022-12-31'", "a text like '2022-12-31'")
	}
	i, ok := readInstant(p.now.text)
	if !ok || i.Day != day {
		return nil, badInstant(p.now.at, p.now.text, day)
	}
	i.At = At(at)
	if err := p.advance(); err != nil {
		return nil, err
	}
	return i, p.expect(")")
}

func badInstant(at int, text string, day bool) *fault {
	if day {
		return faultAt(at, "'%s' 不是日期", "'%s' is not a date", text).mend("请写 DATE('2022-12-31')", "write DATE('2022-12-31')")
	}
	return faultAt(at, "'%s' 不是时刻", "'%s' is not a timestamp", text).mend("请写 TIMESTAMP('2022-12-31T08:00:00Z')，为世界时", "write TIMESTAMP('2022-12-31T08:00:00Z'), in UTC")
}

// readInstant reads 2022-12-31 or 2022-12-31T08:00:00.5Z.
func readInstant(s string) (Instant, bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil && t.Year() > 0 {
		return Instant{Time: t, Day: true}, true
	}
	if !strings.HasSuffix(s, "Z") || len(s) > 35 {
		return Instant{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return Instant{Time: t.UTC()}, err == nil && t.Year() > 0
}

func (p *parser) interval(at int) (Expr, error) {
	ends, err := p.listed(p.expression)
	if err != nil {
		return nil, err
	}
	return newInterval(at, ends)
}

// newInterval makes an interval of two texts, properties or functions.
func newInterval(at int, ends []Expr) (Expr, error) {
	if len(ends) != 2 {
		return nil, faultAt(at, "INTERVAL 有 %d 个端点，应为 2 个", "INTERVAL has %d ends instead of 2", len(ends)).mend("不限的一端写 '..'", "write '..' for an open end")
	}
	out := Interval{At: At(at)}
	for i, to := range []*Expr{&out.From, &out.To} {
		switch e := ends[i].(type) {
		case Text:
			if e.Value == ".." {
				continue
			}
			at, ok := readInstant(e.Value)
			if !ok {
				return nil, invalid(e, "'%s' 不能作为时段的端点", "'%s' is not an end of an interval", e.Value).
					mend("请写 '2022-12-31'、'2022-12-31T08:00:00Z' 或 '..'", "write '2022-12-31', '2022-12-31T08:00:00Z' or '..'")
			}
			at.At = e.At
			*to = at
		case Instant, Property:
			*to = e
		case Call:
			if kindsOf(e)&isInstant == 0 {
				return nil, invalid(e, "时段的端点不能是%s", "an interval cannot end at %s", kindsOf(e))
			}
			*to = e
		default:
			return nil, invalid(e, "时段的端点不能是%s", "an interval cannot end at %s", kindsOf(e))
		}
	}
	return out, nil
}

func (p *parser) box(at int) (Expr, error) {
	numbers, err := p.numbers()
	if err != nil {
		return nil, err
	}
	return newBox(at, numbers)
}

func newBox(at int, numbers []float64) (Expr, error) {
	if len(numbers) != 4 && len(numbers) != 6 {
		return nil, faultAt(at, "BBOX 有 %d 个数，应为 4 或 6 个", "BBOX has %d numbers instead of 4 or 6", len(numbers)).
			mend("请写 BBOX(西, 南, 东, 北)", "write BBOX(west, south, east, north)")
	}
	return Box{At(at), numbers}, nil
}

// numbers reads ( n , n … ).
func (p *parser) numbers() ([]float64, error) {
	var out []float64
	_, err := p.listed(func() (Expr, error) {
		x, err := p.coordinate()
		out = append(out, x)
		return nil, err
	})
	return out, err
}

func (p *parser) coordinate() (float64, error) {
	sign := 1.0
	if minus := p.now.is("-"); minus || p.now.is("+") {
		if minus {
			sign = -1
		}
		if err := p.advance(); err != nil {
			return 0, err
		}
	}
	if p.now.kind != numberToken {
		return 0, p.unexpected("数", "a number")
	}
	x := p.now.number
	return sign * x, p.advance()
}

// geometry reads the rest of a WKT literal behind its word.
func (p *parser) geometry(at int, word string) (Expr, error) {
	s := &shapeReader{p: p, builder: builder{at: at}}
	shape, err := s.shape(word)
	if err != nil {
		return nil, err
	}
	return s.geometry(shape)
}

// builder gathers the heights of a literal geometry.
type builder struct {
	at       int
	vertices int
	z        []float64
}

// vertex checks one position of two or three numbers.
func (b *builder) vertex(numbers []float64) (orb.Point, error) {
	if len(numbers) != 2 && len(numbers) != 3 {
		return orb.Point{}, faultAt(b.at, "坐标有 %d 个数", "a position has %d numbers", len(numbers)).mend("请给经度、纬度，可加高程", "give longitude, latitude and perhaps height")
	}
	if b.vertices > 0 && (len(numbers) == 3) != (len(b.z) > 0) {
		return orb.Point{}, faultAt(b.at, "有的坐标有高程，有的没有", "some positions have a height and some have none")
	}
	b.vertices++
	if b.vertices > MaxVertices {
		return orb.Point{}, faultAt(b.at, "几何超过 %d 个坐标", "a geometry has more than %d positions", MaxVertices)
	}
	if len(numbers) == 3 {
		b.z = append(b.z, numbers[2])
	}
	return orb.Point{numbers[0], numbers[1]}, nil
}

func (b *builder) line(points []orb.Point) (orb.LineString, error) {
	if len(points) < 2 {
		return nil, faultAt(b.at, "线有 %d 个坐标，应为 2 个以上", "a line has %d positions instead of 2 or more", len(points))
	}
	return points, nil
}

func (b *builder) ring(points []orb.Point) (orb.Ring, error) {
	if len(points) < 4 || points[0] != points[len(points)-1] {
		return nil, faultAt(b.at, "面的环没有闭合", "a ring of a polygon is not closed").mend("请给 4 个以上坐标，首尾相同", "give 4 or more positions, the last as the first")
	}
	return points, nil
}

func (b *builder) geometry(shape orb.Geometry) (Expr, error) {
	return Geometry{At(b.at), shape, b.z}, nil
}

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
		err = faultAt(s.at, "几何有空的部分", "a geometry has an empty part")
	}
	return out, err
}

func (s *shapeReader) position() (orb.Point, error) {
	var numbers []float64
	for len(numbers) < 2 || s.p.now.kind == numberToken || s.p.now.is("-") || s.p.now.is("+") {
		if len(numbers) == 3 {
			return orb.Point{}, faultAt(s.p.now.at, "坐标超过 3 个数", "a position has more than 3 numbers")
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
		return nil, s.p.unexpected(" POINT、LINESTRING、POLYGON 等几何", "POINT, LINESTRING, POLYGON or another shape")
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
