package gpkg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// srsID is the reference system of every geometry: EPSG:4326, x is longitude.
const srsID = 4326

// maxDepth bounds collections within collections.
const maxDepth = 32

// WKB type numbers; Z adds 1000, M 2000, both 3000 (ISO 13249-3).
const (
	wkbPoint = iota + 1
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon
	wkbCollection
)

var errShort = errors.New("geometry ends too early")

// EncodeBlob writes a geometry as a GeoPackage binary: little endian, with an
// envelope unless it is a point or empty, SRID 4326, ISO WKB with Z when heights
// are given, one per vertex. A nil geometry gives nil.
func EncodeBlob(g orb.Geometry, z []float64) ([]byte, error) {
	switch v := g.(type) {
	case nil:
		return nil, nil
	case orb.Ring:
		g = orb.Polygon{v}
	case orb.Bound:
		g = v.ToPolygon()
	}
	e := encoder{z: z, hasZ: len(z) > 0}
	box := boxOf(g)
	flags := byte(1)
	if box.empty() {
		flags |= 1 << 4
	}
	_, isPoint := g.(orb.Point)
	if !box.empty() && !isPoint {
		flags |= 1 << 1
	}
	e.out = append(e.out, 'G', 'P', 0, flags)
	e.u32(srsID)
	if flags&(1<<1) != 0 {
		for _, x := range []float64{box.minX, box.maxX, box.minY, box.maxY} {
			e.f64(x)
		}
	}
	if err := e.geometry(g); err != nil {
		return nil, err
	}
	if len(e.z) > 0 {
		return nil, fmt.Errorf("%d heights more than vertices", len(e.z))
	}
	return e.out, nil
}

type encoder struct {
	out  []byte
	z    []float64 // heights not yet written
	hasZ bool
}

func (e *encoder) u32(n uint32) { e.out = binary.LittleEndian.AppendUint32(e.out, n) }
func (e *encoder) f64(x float64) {
	e.out = binary.LittleEndian.AppendUint64(e.out, math.Float64bits(x))
}

func (e *encoder) head(kind uint32) {
	if e.hasZ {
		kind += 1000
	}
	e.out = append(e.out, 1)
	e.u32(kind)
}

func (e *encoder) points(ps []orb.Point) error {
	for _, p := range ps {
		e.f64(p[0])
		e.f64(p[1])
		if !e.hasZ {
			continue
		}
		if len(e.z) == 0 {
			return errors.New("fewer heights than vertices")
		}
		e.f64(e.z[0])
		e.z = e.z[1:]
	}
	return nil
}

func (e *encoder) run(ps []orb.Point) error {
	e.u32(uint32(len(ps)))
	return e.points(ps)
}

func (e *encoder) geometry(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Point:
		e.head(wkbPoint)
		return e.points([]orb.Point{g})
	case orb.LineString:
		e.head(wkbLineString)
		return e.run(g)
	case orb.Polygon:
		e.head(wkbPolygon)
		e.u32(uint32(len(g)))
		for _, r := range g {
			if err := e.run(r); err != nil {
				return err
			}
		}
		return nil
	case orb.MultiPoint:
		return encodeParts(e, wkbMultiPoint, g)
	case orb.MultiLineString:
		return encodeParts(e, wkbMultiLineString, g)
	case orb.MultiPolygon:
		return encodeParts(e, wkbMultiPolygon, g)
	case orb.Collection:
		return encodeParts(e, wkbCollection, g)
	}
	return fmt.Errorf("geometry of type %T cannot be stored", g)
}

func encodeParts[G orb.Geometry](e *encoder, kind uint32, parts []G) error {
	e.head(kind)
	e.u32(uint32(len(parts)))
	for _, p := range parts {
		if err := e.geometry(p); err != nil {
			return err
		}
	}
	return nil
}

// DecodeBlob reads a GeoPackage binary of either byte order. Measures (M) are
// left out; POINT EMPTY is an empty orb.MultiPoint; nil gives nil.
func DecodeBlob(b []byte) (orb.Geometry, []float64, error) {
	if b == nil {
		return nil, nil, nil
	}
	h, err := parseHeader(b)
	if err != nil {
		return nil, nil, err
	}
	if h.srs != srsID {
		return nil, nil, fmt.Errorf("geometry is in reference system %d, not %d", h.srs, srsID)
	}
	d := decoder{in: b[h.size:]}
	g, err := d.geometry(0, 0)
	if err != nil {
		return nil, nil, err
	}
	if len(d.in) > 0 {
		return nil, nil, fmt.Errorf("%d bytes after the geometry", len(d.in))
	}
	return g, d.z, nil
}

type header struct {
	size  int // where the WKB begins
	srs   int32
	empty bool
	box   box
	known bool // the box is given
}

func parseHeader(b []byte) (header, error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return header{}, errors.New("not a GeoPackage geometry")
	}
	flags := b[3]
	if b[2] != 0 || flags&(1<<5) != 0 {
		return header{}, errors.New("geometry is of an extended or newer kind")
	}
	var order binary.ByteOrder = binary.BigEndian
	if flags&1 != 0 {
		order = binary.LittleEndian
	}
	sizes := [...]int{0, 32, 48, 48, 64}
	kind := int(flags >> 1 & 7)
	if kind >= len(sizes) || len(b) < 8+sizes[kind] {
		return header{}, errShort
	}
	h := header{size: 8 + sizes[kind], srs: int32(order.Uint32(b[4:])), empty: flags&(1<<4) != 0, known: kind > 0, box: noBox()}
	if kind > 0 {
		at := func(i int) float64 { return math.Float64frombits(order.Uint64(b[8+8*i:])) }
		h.box = box{at(0), at(2), at(1), at(3)}
	}
	return h, nil
}

type decoder struct {
	in    []byte
	order binary.ByteOrder
	dims  int // numbers per vertex
	withZ bool
	z     []float64
}

// head reads byte order and type; want is 0 or the type a part must have.
func (d *decoder) head(want uint32) (uint32, error) {
	if len(d.in) < 5 || d.in[0] > 1 {
		return 0, errShort
	}
	d.order = binary.BigEndian
	if d.in[0] == 1 {
		d.order = binary.LittleEndian
	}
	kind := d.order.Uint32(d.in[1:])
	d.in = d.in[5:]
	dim := kind / 1000
	if dim > 3 {
		return 0, fmt.Errorf("geometry type %d is not known", kind)
	}
	d.withZ, d.dims = dim == 1 || dim == 3, [...]int{2, 3, 3, 4}[dim]
	kind %= 1000
	if want != 0 && kind != want {
		return 0, fmt.Errorf("a part is of type %d instead of %d", kind, want)
	}
	return kind, nil
}

// count reads how many parts follow, each of at least size bytes.
func (d *decoder) count(size int) (int, error) {
	if len(d.in) < 4 {
		return 0, errShort
	}
	n := int(d.order.Uint32(d.in))
	d.in = d.in[4:]
	if n > len(d.in)/size {
		return 0, errShort
	}
	return n, nil
}

func (d *decoder) vertex() (orb.Point, float64, error) {
	if len(d.in) < 8*d.dims {
		return orb.Point{}, 0, errShort
	}
	at := func(i int) float64 { return math.Float64frombits(d.order.Uint64(d.in[8*i:])) }
	p, z := orb.Point{at(0), at(1)}, 0.0
	if d.withZ {
		z = at(2)
	}
	d.in = d.in[8*d.dims:]
	return p, z, nil
}

func (d *decoder) run() ([]orb.Point, error) {
	n, err := d.count(8 * d.dims)
	if err != nil {
		return nil, err
	}
	ps := make([]orb.Point, n)
	for i := range ps {
		p, z, err := d.vertex()
		if err != nil {
			return nil, err
		}
		ps[i] = p
		if d.withZ {
			d.z = append(d.z, z)
		}
	}
	return ps, nil
}

func (d *decoder) geometry(want uint32, depth int) (orb.Geometry, error) {
	if depth > maxDepth {
		return nil, errors.New("collections are nested too deeply")
	}
	kind, err := d.head(want)
	if err != nil {
		return nil, err
	}
	switch kind {
	case wkbPoint:
		return d.point()
	case wkbLineString:
		ps, err := d.run()
		return orb.LineString(ps), err
	case wkbPolygon:
		return d.polygon()
	case wkbMultiPoint:
		return decodeParts[orb.MultiPoint](d, wkbPoint, depth)
	case wkbMultiLineString:
		return decodeParts[orb.MultiLineString](d, wkbLineString, depth)
	case wkbMultiPolygon:
		return decodeParts[orb.MultiPolygon](d, wkbPolygon, depth)
	case wkbCollection:
		return decodeParts[orb.Collection](d, 0, depth)
	}
	return nil, fmt.Errorf("geometry type %d is not supported", kind)
}

func (d *decoder) point() (orb.Geometry, error) {
	p, z, err := d.vertex()
	if err != nil {
		return nil, err
	}
	if math.IsNaN(p[0]) && math.IsNaN(p[1]) {
		return orb.MultiPoint{}, nil
	}
	if d.withZ {
		d.z = append(d.z, z)
	}
	return p, nil
}

func (d *decoder) polygon() (orb.Geometry, error) {
	n, err := d.count(4)
	if err != nil {
		return nil, err
	}
	g := make(orb.Polygon, n)
	for i := range g {
		r, err := d.run()
		if err != nil {
			return nil, err
		}
		g[i] = r
	}
	return g, nil
}

func decodeParts[S ~[]G, G orb.Geometry](d *decoder, part uint32, depth int) (orb.Geometry, error) {
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
		if v, ok := g.(G); ok { // an empty point in a multipoint is no point
			out = append(out, v)
		}
	}
	return any(out).(orb.Geometry), nil // every S here is one
}
