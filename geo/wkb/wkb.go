// Package wkb reads well-known binary as both stores hold it: ISO 13249-3 with
// or without heights and measures, and the EWKB of PostGIS (flags in the type in
// place of thousands, a reference system before the body), of either byte order.
//
// orb and go-geom read it too, but orb knows no heights, and both allocate for
// every geometry, which is most of the cost of reading a million of them.
package wkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// The type numbers. ISO adds 1000 for Z, 2000 for M, 3000 for both.
const (
	Point = iota + 1
	LineString
	Polygon
	MultiPoint
	MultiLineString
	MultiPolygon
	Collection
)

// EWKB marks the same, and that a reference system follows, by bits.
const (
	flagZ    = 1 << 31
	flagM    = 1 << 30
	flagSRID = 1 << 29
)

// maxDepth bounds collections within collections.
const maxDepth = 32

// ErrShort says that the bytes end before the geometry does.
var ErrShort = errors.New("geometry ends too early")

// Decode reads a geometry and its heights, one per vertex in order, nil for a flat
// one. Measures are left out; an empty point is an empty orb.MultiPoint, and
// among the points of a multi-point none. The result shares nothing with b.
func Decode(b []byte) (orb.Geometry, []float64, error) { return new(Decoder).Decode(b) }

// Decoder decodes one geometry after another. The zero Decoder is ready.
type Decoder struct {
	// Lend makes Decode give the same memory again: what it gave last is
	// overwritten by the next call.
	Lend bool

	in    []byte
	order binary.ByteOrder
	dims  int // numbers per vertex
	withZ bool

	z      []float64
	points []orb.Point
	rings  []orb.Ring
}

// Decode is the function of the same name.
func (d *Decoder) Decode(b []byte) (orb.Geometry, []float64, error) {
	d.in = b
	if d.Lend {
		d.z, d.points, d.rings = d.z[:0], d.points[:0], d.rings[:0]
	} else {
		d.z, d.points, d.rings = nil, nil, nil
	}
	g, err := d.geometry(0, 0)
	if err != nil {
		return nil, nil, err
	}
	if len(d.in) > 0 {
		return nil, nil, fmt.Errorf("%d bytes after the geometry", len(d.in))
	}
	if len(d.z) == 0 {
		return g, nil, nil
	}
	return g, d.z, nil
}

// grab cuts n values off the room there is. What was cut from the old room stays
// good when there is new.
func grab[T any](d *Decoder, room *[]T, n int) []T {
	if !d.Lend || n == 0 {
		return make([]T, n)
	}
	at := len(*room)
	if at+n > cap(*room) {
		*room, at = make([]T, 0, max(2*cap(*room), n, 64)), 0
	}
	*room = (*room)[:at+n]
	return (*room)[at : at+n : at+n]
}

// head reads byte order and type; want is 0 or the type a part must have.
func (d *Decoder) head(want uint32) (uint32, error) {
	if len(d.in) < 5 || d.in[0] > 1 {
		return 0, ErrShort
	}
	d.order = binary.BigEndian
	if d.in[0] == 1 {
		d.order = binary.LittleEndian
	}
	kind := d.order.Uint32(d.in[1:])
	d.in = d.in[5:]
	if kind&flagSRID != 0 {
		if len(d.in) < 4 {
			return 0, ErrShort
		}
		d.in = d.in[4:]
	}
	flags := kind & (flagZ | flagM | flagSRID)
	kind &^= flags
	dim := kind / 1000
	if dim > 3 || dim > 0 && flags != 0 {
		return 0, fmt.Errorf("geometry type %d is not known", kind|flags)
	}
	kind %= 1000
	withM := dim >= 2 || flags&flagM != 0
	d.withZ, d.dims = dim == 1 || dim == 3 || flags&flagZ != 0, 2
	if d.withZ {
		d.dims++
	}
	if withM {
		d.dims++
	}
	if want != 0 && kind != want {
		return 0, fmt.Errorf("a part is of type %d instead of %d", kind, want)
	}
	return kind, nil
}

// count reads how many parts follow, each of at least size bytes.
func (d *Decoder) count(size int) (int, error) {
	if len(d.in) < 4 {
		return 0, ErrShort
	}
	n := int(d.order.Uint32(d.in))
	d.in = d.in[4:]
	if n > len(d.in)/size {
		return 0, ErrShort
	}
	return n, nil
}

func (d *Decoder) number(i int) float64 { return math.Float64frombits(d.order.Uint64(d.in[8*i:])) }

// run reads vertices behind their number.
func (d *Decoder) run() ([]orb.Point, error) {
	n, err := d.count(8 * d.dims)
	if err != nil {
		return nil, err
	}
	ps := grab(d, &d.points, n)
	if d.dims == 2 && d.order == binary.ByteOrder(binary.LittleEndian) { // nearly always
		for i := range ps {
			b := d.in[16*i : 16*i+16]
			ps[i] = orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
		}
		d.in = d.in[16*n:]
		return ps, nil
	}
	for i := range ps {
		ps[i] = orb.Point{d.number(0), d.number(1)}
		if d.withZ {
			d.z = append(d.z, d.number(2))
		}
		d.in = d.in[8*d.dims:]
	}
	return ps, nil
}

func (d *Decoder) geometry(want uint32, depth int) (orb.Geometry, error) {
	if depth > maxDepth {
		return nil, errors.New("collections are nested too deeply")
	}
	kind, err := d.head(want)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Point:
		return d.point()
	case LineString:
		ps, err := d.run()
		return orb.LineString(ps), err
	case Polygon:
		return d.polygon()
	case MultiPoint:
		return decodeParts[orb.MultiPoint](d, Point, depth)
	case MultiLineString:
		return decodeParts[orb.MultiLineString](d, LineString, depth)
	case MultiPolygon:
		return decodeParts[orb.MultiPolygon](d, Polygon, depth)
	case Collection:
		return decodeParts[orb.Collection](d, 0, depth)
	}
	return nil, fmt.Errorf("geometry type %d is not supported", kind)
}

func (d *Decoder) point() (orb.Geometry, error) {
	if len(d.in) < 8*d.dims {
		return nil, ErrShort
	}
	p := orb.Point{d.number(0), d.number(1)}
	empty := math.IsNaN(p[0]) && math.IsNaN(p[1])
	if d.withZ && !empty {
		d.z = append(d.z, d.number(2))
	}
	d.in = d.in[8*d.dims:]
	if empty {
		return orb.MultiPoint{}, nil
	}
	return p, nil
}

func (d *Decoder) polygon() (orb.Geometry, error) {
	n, err := d.count(4)
	if err != nil {
		return nil, err
	}
	g := grab(d, &d.rings, n)
	for i := range g {
		if g[i], err = d.run(); err != nil {
			return nil, err
		}
	}
	return orb.Polygon(g), nil
}

func decodeParts[S ~[]G, G orb.Geometry](d *Decoder, part uint32, depth int) (orb.Geometry, error) {
	n, err := d.count(5)
	if err != nil {
		return nil, err
	}
	out := make(S, 0, n)
	withZ := d.withZ
	for range n {
		g, err := d.geometry(part, depth+1)
		if err != nil {
			return nil, err
		}
		if d.withZ != withZ {
			return nil, errors.New("some parts have heights and others not")
		}
		if v, ok := g.(G); ok { // an empty point in a multi-point is no point
			out = append(out, v)
		}
	}
	return any(out).(orb.Geometry), nil // every S here is one
}
