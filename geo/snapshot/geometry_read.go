package snapshot

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"yiping/geo/jsontext"
	"yiping/tiles"
)

// What geometry.go writes is read here.

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
