package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// EWKB is what PostGIS sends and takes in binary: WKB with flags for height,
// measure and SRID in the type word. It is read straight into orb, since a load
// decodes millions; the tests hold it against go-geom.
const (
	ewkbZ    = 0x80000000
	ewkbM    = 0x40000000
	ewkbSRID = 0x20000000

	wkbPoint           = 1
	wkbLineString      = 2
	wkbPolygon         = 3
	wkbMultiPoint      = 4
	wkbMultiLineString = 5
	wkbMultiPolygon    = 6
	wkbCollection      = 7

	srid = 4326
	// Collections may nest; deeper than this is taken for an attack.
	maxDepth = 64
)

var errShort = errors.New("EWKB ends early")

// wkbReader walks EWKB. The first error sticks, so that callers look once.
type wkbReader struct {
	b     []byte
	order binary.ByteOrder
	hasZ  bool
	hasM  bool
	z     []float64 // heights so far; only kept when there are any
	err   error
}

// decodeEWKB reads a geometry and its heights, one per vertex in order; nil for
// a flat geometry. Measures are passed over. The result shares nothing with b.
func decodeEWKB(b []byte) (orb.Geometry, []float64, error) {
	r := wkbReader{b: b, order: binary.LittleEndian}
	g := r.geometry(0)
	if r.err != nil {
		return nil, nil, r.err
	}
	if len(r.b) > 0 {
		return nil, nil, fmt.Errorf("%d bytes after the end of EWKB", len(r.b))
	}
	return g, r.z, nil
}

func (r *wkbReader) fail(err error) {
	if r.err == nil {
		r.err = err
		r.b = nil
	}
}

func (r *wkbReader) uint32() uint32 {
	if len(r.b) < 4 {
		r.fail(errShort)
		return 0
	}
	v := r.order.Uint32(r.b)
	r.b = r.b[4:]
	return v
}

// count reads a number of things of at least size bytes each, refusing more than
// the rest of the input can hold.
func (r *wkbReader) count(size int) int {
	n := int64(r.uint32())
	if n*int64(size) > int64(len(r.b)) {
		r.fail(errShort)
		return 0
	}
	return int(n)
}

// header reads byte order, type and flags of the next geometry.
func (r *wkbReader) header() uint32 {
	if len(r.b) < 1 {
		r.fail(errShort)
		return 0
	}
	if r.b[0] == 0 {
		r.order = binary.BigEndian
	} else {
		r.order = binary.LittleEndian
	}
	r.b = r.b[1:]
	t := r.uint32()
	r.hasZ, r.hasM = t&ewkbZ != 0, t&ewkbM != 0
	if t&ewkbSRID != 0 {
		r.uint32()
	}
	return t &^ (ewkbZ | ewkbM | ewkbSRID)
}

func (r *wkbReader) stride() int {
	n := 16
	if r.hasZ {
		n += 8
	}
	if r.hasM {
		n += 8
	}
	return n
}

func (r *wkbReader) geometry(depth int) orb.Geometry {
	if depth > maxDepth {
		r.fail(errors.New("collections are nested too deeply"))
		return nil
	}
	switch t := r.header(); t {
	case wkbPoint:
		if p, ok := r.point(); ok {
			return p
		}
		return orb.MultiPoint{}
	case wkbLineString:
		return orb.LineString(r.points())
	case wkbPolygon:
		return r.polygon()
	case wkbMultiPoint:
		return r.multiPoint()
	case wkbMultiLineString:
		return orb.MultiLineString(each(r, func() orb.LineString { return r.points() }, wkbLineString))
	case wkbMultiPolygon:
		return orb.MultiPolygon(each(r, r.polygon, wkbPolygon))
	case wkbCollection:
		out := make(orb.Collection, 0, r.count(5))
		for range cap(out) {
			out = append(out, r.geometry(depth+1))
		}
		return out
	default:
		r.fail(fmt.Errorf("EWKB type %d is not supported", t))
		return nil
	}
}

// each reads the members of a multi-geometry, each with a header of its own.
func each[T orb.LineString | orb.Polygon](r *wkbReader, read func() T, kind uint32) []T {
	out := make([]T, 0, r.count(9))
	for range cap(out) {
		if t := r.header(); t != kind {
			r.fail(fmt.Errorf("EWKB type %d within a multi-geometry of %d", t, kind))
		}
		out = append(out, read())
	}
	return out
}

func (r *wkbReader) multiPoint() orb.MultiPoint {
	out := make(orb.MultiPoint, 0, r.count(21))
	for range cap(out) {
		if t := r.header(); t != wkbPoint {
			r.fail(fmt.Errorf("EWKB type %d within a multi-point", t))
		}
		if p, ok := r.point(); ok {
			out = append(out, p)
		}
	}
	return out
}

// point reads one position; an empty point is written as NaN.
func (r *wkbReader) point() (orb.Point, bool) {
	if len(r.b) < r.stride() {
		r.fail(errShort)
		return orb.Point{}, false
	}
	p := orb.Point{r.float(0), r.float(8)}
	empty := math.IsNaN(p[0]) && math.IsNaN(p[1])
	if r.hasZ && !empty {
		r.height(r.float(16))
	}
	r.b = r.b[r.stride():]
	return p, !empty
}

func (r *wkbReader) float(at int) float64 {
	return math.Float64frombits(r.order.Uint64(r.b[at:]))
}

func (r *wkbReader) height(z float64) {
	if math.IsNaN(z) || math.IsInf(z, 0) {
		z = 0
	}
	r.z = append(r.z, z)
}

func (r *wkbReader) points() []orb.Point {
	stride := r.stride()
	n := r.count(stride)
	out := make([]orb.Point, n)
	for i := range out {
		out[i] = orb.Point{r.float(0), r.float(8)}
		if r.hasZ {
			r.height(r.float(16))
		}
		r.b = r.b[stride:]
	}
	return out
}

func (r *wkbReader) polygon() orb.Polygon {
	out := make(orb.Polygon, 0, r.count(4))
	for range cap(out) {
		out = append(out, r.points())
	}
	return out
}

// wkbWriter appends EWKB, little-endian.
type wkbWriter struct {
	b []byte
	z []float64 // heights still to write; nil for a flat geometry
	// flags of every type word; the SRID stands at the outermost only.
	flags uint32
}

// encodeEWKB writes a geometry with SRID 4326 and, unless z is nil, a height for
// each vertex. CheckGeometry has seen to it that they pair.
func encodeEWKB(g orb.Geometry, z []float64) ([]byte, error) {
	w := wkbWriter{z: z}
	if z != nil {
		w.flags = ewkbZ
	}
	if err := w.geometry(g, true); err != nil {
		return nil, err
	}
	return w.b, nil
}

func (w *wkbWriter) header(t uint32, outermost bool) {
	w.b = append(w.b, 1)
	if outermost {
		w.b = binary.LittleEndian.AppendUint32(w.b, t|w.flags|ewkbSRID)
		w.b = binary.LittleEndian.AppendUint32(w.b, srid)
		return
	}
	w.b = binary.LittleEndian.AppendUint32(w.b, t|w.flags)
}

func (w *wkbWriter) count(n int) { w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n)) }

func (w *wkbWriter) geometry(g orb.Geometry, outermost bool) error {
	switch g := g.(type) {
	case orb.Point:
		w.header(wkbPoint, outermost)
		return w.point(g)
	case orb.LineString:
		w.header(wkbLineString, outermost)
		return w.points(g)
	case orb.Ring:
		return w.geometry(orb.Polygon{g}, outermost)
	case orb.Bound:
		return w.geometry(g.ToPolygon(), outermost)
	case orb.Polygon:
		w.header(wkbPolygon, outermost)
		return w.rings(g)
	case orb.MultiPoint:
		return members(w, wkbMultiPoint, outermost, g)
	case orb.MultiLineString:
		return members(w, wkbMultiLineString, outermost, g)
	case orb.MultiPolygon:
		return members(w, wkbMultiPolygon, outermost, g)
	case orb.Collection:
		return members(w, wkbCollection, outermost, g)
	}
	return fmt.Errorf("geometry of type %T cannot be stored", g)
}

func members[T orb.Geometry](w *wkbWriter, kind uint32, outermost bool, gs []T) error {
	w.header(kind, outermost)
	w.count(len(gs))
	for _, g := range gs {
		if err := w.geometry(g, false); err != nil {
			return err
		}
	}
	return nil
}

func (w *wkbWriter) rings(p orb.Polygon) error {
	w.count(len(p))
	for _, ring := range p {
		if err := w.points(ring); err != nil {
			return err
		}
	}
	return nil
}

func (w *wkbWriter) points(ps []orb.Point) error {
	w.count(len(ps))
	for _, p := range ps {
		if err := w.point(p); err != nil {
			return err
		}
	}
	return nil
}

func (w *wkbWriter) point(p orb.Point) error {
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(p[0]))
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(p[1]))
	if w.flags&ewkbZ == 0 {
		return nil
	}
	if len(w.z) == 0 {
		return errors.New("fewer heights than vertices")
	}
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(w.z[0]))
	w.z = w.z[1:]
	return nil
}
