package gpkg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiping/geo/wkb"
)

// srsID is the reference system of every geometry: EPSG:4326, x is longitude.
const srsID = 4326

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
		e.head(wkb.Point)
		return e.points([]orb.Point{g})
	case orb.LineString:
		e.head(wkb.LineString)
		return e.run(g)
	case orb.Polygon:
		e.head(wkb.Polygon)
		e.u32(uint32(len(g)))
		for _, r := range g {
			if err := e.run(r); err != nil {
				return err
			}
		}
		return nil
	case orb.MultiPoint:
		return encodeParts(e, wkb.MultiPoint, g)
	case orb.MultiLineString:
		return encodeParts(e, wkb.MultiLineString, g)
	case orb.MultiPolygon:
		return encodeParts(e, wkb.MultiPolygon, g)
	case orb.Collection:
		return encodeParts(e, wkb.Collection, g)
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
func DecodeBlob(b []byte) (orb.Geometry, []float64, error) { return decodeBlob(new(wkb.Decoder), b) }

func decodeBlob(d *wkb.Decoder, b []byte) (orb.Geometry, []float64, error) {
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
	return d.Decode(b[h.size:])
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
		return header{}, wkb.ErrShort
	}
	h := header{size: 8 + sizes[kind], srs: int32(order.Uint32(b[4:])), empty: flags&(1<<4) != 0, known: kind > 0, box: noBox()}
	if kind > 0 {
		at := func(i int) float64 { return math.Float64frombits(order.Uint64(b[8+8*i:])) }
		h.box = box{at(0), at(2), at(1), at(3)}
	}
	return h, nil
}
