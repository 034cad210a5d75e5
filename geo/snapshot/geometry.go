package snapshot

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/measure"
	"yiping/tiles"
)

// A geometry is kept twice: as world coordinates in an arena of XY, to draw and
// search by, with the place for the name in a column if it has lines or polygons;
// and exactly, as bytes:
//
//	length of what follows, number of world vertices   (uvarints)
//	structure: type byte, counts; members in turn      (see appendStructure)
//	all x, all y, all z                                (see appendNumbers)
//
// Equal bytes are equal geometries.

// The type bytes. A count of a ring is doubled, plus one if the ring is closed.
const (
	noneType byte = iota
	pointType
	multiPointType
	lineType
	multiLineType
	ringType
	polygonType
	multiPolygonType
	collectionType
)

// shaper flattens geometries; its buffers are used again.
type shaper struct {
	source    orb.Geometry
	bytes     []byte
	xy        []tiles.XY
	extended  bool // it has a line or polygon with a vertex
	x, y      []float64
	structure []byte
}

// shaped is a geometry as it is kept.
type shaped struct {
	has      bool // there is one
	extended bool
	form     form
	box      tiles.Box
	label    tiles.XY // where its name is written, if it is extended; see labelled
	bytes    []byte
	xy       []tiles.XY
}

// shape gives a geometry as it is kept but for its label, valid until the next call;
// none, and false, for a type that is not known.
func (s *shaper) shape(g orb.Geometry, z []float64) (shaped, bool) {
	box, known := s.encode(g, z)
	if !known {
		box, _ = s.encode(nil, nil)
	}
	return shaped{has: g != nil && known, extended: s.extended, form: s.form(), box: box, bytes: s.bytes, xy: s.xy}, known
}

// labelled adds the label to what was shaped last.
func (s *shaper) labelled(as *shaped) *shaped {
	if as.extended {
		p, _ := measure.LabelPoint(s.source)
		as.label = tiles.ToWorld(p)
	}
	return as
}

// encode fills bytes, xy and extended, valid until the next call, and gives the
// box; false for a type it does not know.
func (s *shaper) encode(g orb.Geometry, z []float64) (tiles.Box, bool) {
	s.source, s.extended = g, false
	s.structure, s.xy, s.x, s.y = s.structure[:0], s.xy[:0], s.x[:0], s.y[:0]
	if !s.appendStructure(g) {
		return tiles.EmptyBox, false
	}
	box := tiles.EmptyBox
	for _, p := range s.xy {
		box = box.Add(p)
	}
	s.bytes = binary.AppendUvarint(s.bytes[:0], uint64(len(s.xy)))
	s.bytes = append(s.bytes, s.structure...)
	s.bytes = appendNumbers(s.bytes, s.x)
	s.bytes = appendNumbers(s.bytes, s.y)
	if len(z) > 0 {
		s.bytes = binary.AppendUvarint(s.bytes, uint64(len(z)))
		s.bytes = appendNumbers(s.bytes, z)
	}
	body := s.bytes
	s.structure = append(binary.AppendUvarint(s.structure[:0], uint64(len(body))), body...)
	s.bytes, s.structure = s.structure, s.bytes
	return box, true
}

func (s *shaper) appendStructure(g orb.Geometry) bool {
	head := func(t byte, n int) { s.structure = binary.AppendUvarint(append(s.structure, t), uint64(n)) }
	switch g := g.(type) {
	case nil:
		s.structure = append(s.structure, noneType)
	case orb.Point:
		s.structure = append(s.structure, pointType)
		s.add([]orb.Point{g}, false)
	case orb.MultiPoint:
		head(multiPointType, len(g))
		s.add(g, false)
	case orb.LineString:
		head(lineType, len(g))
		s.line(g)
	case orb.MultiLineString:
		head(multiLineType, len(g))
		for _, m := range g {
			s.structure = binary.AppendUvarint(s.structure, uint64(len(m)))
			s.line(m)
		}
	case orb.Ring:
		s.structure = append(s.structure, ringType)
		s.ring(g)
	case orb.Polygon:
		head(polygonType, len(g))
		s.rings(g)
	case orb.MultiPolygon:
		head(multiPolygonType, len(g))
		for _, m := range g {
			s.structure = binary.AppendUvarint(s.structure, uint64(len(m)))
			s.rings(m)
		}
	case orb.Collection:
		head(collectionType, len(g))
		for _, m := range g {
			if !s.appendStructure(m) {
				return false
			}
		}
	case orb.Bound: // not a geometry of any store
		return s.appendStructure(g.ToPolygon())
	default:
		return false
	}
	return true
}

func (s *shaper) line(l orb.LineString) {
	s.extended = s.extended || len(l) > 0
	s.add(l, false)
}

func (s *shaper) rings(p orb.Polygon) {
	for _, r := range p {
		s.ring(r)
	}
}

func (s *shaper) ring(r orb.Ring) {
	closed := len(r) > 1 && r[0] == r[len(r)-1]
	n := uint64(len(r)) << 1
	if closed {
		n |= 1
	}
	s.structure = binary.AppendUvarint(s.structure, n)
	s.extended = s.extended || len(r) > 0
	s.add(r, closed)
}

// form tells the shape of what was encoded last.
func (s *shaper) form() form {
	switch g := s.source.(type) {
	case orb.Point:
		return formOf(PointPart, len(s.xy))
	case orb.LineString:
		return formOf(LinePart, len(s.xy))
	case orb.Ring:
		return formOf(OuterRing, len(s.xy))
	case orb.Polygon:
		if len(g) == 1 {
			return formOf(OuterRing, len(s.xy))
		}
	}
	return 0
}

// add takes vertices in, the last of a closed ring not into the world.
func (s *shaper) add(ps []orb.Point, closed bool) {
	for _, p := range ps {
		s.x, s.y = append(s.x, p[0]), append(s.y, p[1])
	}
	if closed {
		ps = ps[:len(ps)-1]
	}
	s.xy = tiles.AppendWorld(s.xy, ps)
}

// maxDecimals is the most decimals tried; 10^-9 degrees are a tenth of a millimetre.
const maxDecimals = 9

// scales are what numbers of so many decimals are kept times.
var scales = [maxDecimals + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// bitsMode keeps numbers by their bits.
const bitsMode = 255

// appendNumbers writes numbers so that they come back bit for bit: a mode byte,
// then differences as varints. The mode is the decimals the numbers have, as
// most files have no more than nine, or bitsMode.
func appendNumbers(to []byte, v []float64) []byte {
	if len(v) == 0 {
		return to
	}
	mode := decimals(v)
	var last int64
	if mode > maxDecimals {
		to = append(to, bitsMode)
		for _, x := range v {
			n := int64(math.Float64bits(x))
			to = binary.AppendVarint(to, n-last)
			last = n
		}
		return to
	}
	to = append(to, byte(mode))
	for _, x := range v {
		n := int64(math.Round(x * scales[mode]))
		to = binary.AppendVarint(to, n-last)
		last = n
	}
	return to
}

// usualDecimals is what most stores hold: degrees to a centimetre.
const usualDecimals = 7

// decimals gives the least number of decimals that all have, or one more than
// maxDecimals. What has n has n+1 too, and most have as many as the first: so that
// one is tried from the usual number on.
func decimals(v []float64) int {
	most := usualDecimals
	if hasDecimals(v[0], most) {
		for most > 0 && hasDecimals(v[0], most-1) {
			most--
		}
	}
	for _, x := range v {
		for most <= maxDecimals && !hasDecimals(x, most) {
			most++
		}
	}
	return most
}

func hasDecimals(x float64, n int) bool {
	m := math.Round(x * scales[n])
	return math.Abs(m) < 1<<53 && math.Float64bits(float64(int64(m))/scales[n]) == math.Float64bits(x)
}

// reader walks bytes written by this package; they are ours, so it does not check.
type reader struct{ b []byte }

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *reader) byte() byte {
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

// numbers reads n numbers and hands each on.
func (r *reader) numbers(n int, set func(int, float64)) {
	if n == 0 {
		return
	}
	mode, last := r.byte(), int64(0)
	for i := range n {
		last += r.int()
		if mode == bitsMode {
			set(i, math.Float64frombits(uint64(last)))
		} else {
			set(i, float64(last)/scales[mode])
		}
	}
}

// stored finds the geometry that begins at b: all its bytes, and a reader behind
// length and number of world vertices.
func stored(b []byte) (all []byte, vertices int, body reader) {
	n, k := binary.Uvarint(b)
	all = b[:k+int(n)]
	body = reader{all[k:]}
	vertices = int(body.uint())
	return all, vertices, body
}

// decode gives the exact geometry and its heights.
func decode(b []byte) (orb.Geometry, []float64) {
	_, _, r := stored(b)
	var vertices [][]orb.Point // every run of vertices in order, filled in below
	g := r.geometry(&vertices)
	n := 0
	for _, v := range vertices {
		n += len(v)
	}
	for axis := range 2 {
		run, k := 0, 0
		r.numbers(n, func(_ int, x float64) {
			for k == len(vertices[run]) {
				run, k = run+1, 0
			}
			vertices[run][k][axis] = x
			k++
		})
	}
	var z []float64
	if len(r.b) > 0 {
		z = make([]float64, r.uint())
		r.numbers(len(z), func(i int, x float64) { z[i] = x })
	}
	return points(g, vertices), z
}

// decodePoint gives the exact position of a point; false for one with a height.
func decodePoint(b []byte) (p orb.Point, flat bool) {
	_, _, r := stored(b)
	r.byte() // the type
	for axis := range p {
		mode, n := r.byte(), r.int()
		if p[axis] = math.Float64frombits(uint64(n)); mode != bitsMode {
			p[axis] = float64(n) / scales[mode]
		}
	}
	return p, len(r.b) == 0
}

// appendPoint writes the exact position of a point as JSON, from the digits that it is
// stored by; false for one with a height.
func appendPoint(to, stored []byte) ([]byte, bool) {
	n, k := binary.Uvarint(stored)
	r := reader{stored[k : k+int(n)]}
	r.uint() // the number of world vertices
	r.byte() // the type
	sign := byte('[')
	for range 2 {
		to = append(to, sign)
		sign = ','
		mode, n := r.byte(), r.int()
		switch {
		case mode == bitsMode:
			to = jsontext.AppendPlain(to, math.Float64frombits(uint64(n)))
		case n < jsontext.Exact && n > -jsontext.Exact:
			to = jsontext.AppendDecimal(to, n, int(mode))
		default:
			to = jsontext.AppendPlain(to, float64(n)/scales[mode])
		}
	}
	return append(to, ']'), len(r.b) == 0
}

// points puts the coordinates into the members that are values, not slices.
func points(g orb.Geometry, vertices [][]orb.Point) orb.Geometry {
	next := 0
	var fill func(orb.Geometry) orb.Geometry
	fill = func(g orb.Geometry) orb.Geometry {
		switch g := g.(type) {
		case orb.Point:
			next++
			return vertices[next-1][0]
		case orb.MultiLineString:
			next += len(g)
		case orb.Polygon:
			next += len(g)
		case orb.MultiPolygon:
			for _, m := range g {
				next += len(m)
			}
		case orb.Collection:
			for i := range g {
				g[i] = fill(g[i])
			}
		case nil:
		default:
			next++
		}
		return g
	}
	return fill(g)
}

// geometry reads a structure; the vertices are still to come.
func (r *reader) geometry(runs *[][]orb.Point) orb.Geometry {
	points := func(n int) []orb.Point {
		p := make([]orb.Point, n)
		*runs = append(*runs, p)
		return p
	}
	polygon := func() orb.Polygon {
		p := make(orb.Polygon, r.uint())
		for i := range p {
			p[i] = points(int(r.uint() >> 1))
		}
		return p
	}
	switch r.byte() {
	case pointType:
		points(1)
		return orb.Point{}
	case multiPointType:
		return orb.MultiPoint(points(int(r.uint())))
	case lineType:
		return orb.LineString(points(int(r.uint())))
	case multiLineType:
		m := make(orb.MultiLineString, r.uint())
		for i := range m {
			m[i] = points(int(r.uint()))
		}
		return m
	case ringType:
		return orb.Ring(points(int(r.uint() >> 1)))
	case polygonType:
		return polygon()
	case multiPolygonType:
		m := make(orb.MultiPolygon, r.uint())
		for i := range m {
			m[i] = polygon()
		}
		return m
	case collectionType:
		c := make(orb.Collection, r.uint())
		for i := range c {
			c[i] = r.geometry(runs)
		}
		return c
	}
	return nil
}

// parts appends the parts of a structure to dst, cutting xy as it goes.
func (r *reader) parts(dst Shape, xy *[]tiles.XY) Shape {
	cut := func(k Kind, n int) {
		if n > 0 {
			dst = append(dst, Part{k, (*xy)[:n:n]})
			*xy = (*xy)[n:]
		}
	}
	rings := func(n uint64) {
		for i := range n {
			kind := InnerRing
			if i == 0 {
				kind = OuterRing
			}
			m := r.uint()
			cut(kind, int(m>>1-m&1))
		}
	}
	switch r.byte() {
	case pointType:
		cut(PointPart, 1)
	case multiPointType:
		for range r.uint() {
			cut(PointPart, 1)
		}
	case lineType:
		cut(LinePart, int(r.uint()))
	case multiLineType:
		for range r.uint() {
			cut(LinePart, int(r.uint()))
		}
	case ringType:
		rings(1)
	case polygonType:
		rings(r.uint())
	case multiPolygonType:
		for range r.uint() {
			rings(r.uint())
		}
	case collectionType:
		for range r.uint() {
			dst = r.parts(dst, xy)
		}
	}
	return dst
}

// boundOf is empty (Min > Max) for a geometry without vertices.
func boundOf(g orb.Geometry) orb.Bound {
	inf := math.Inf(1)
	b := orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
	// The callback gives no error, so there is none.
	_ = geo.EachPoint(g, func(p orb.Point) error { b = b.Extend(p); return nil })
	return b
}
