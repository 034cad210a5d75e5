package snapshot

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"yiping/geo"
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

// boundOf is empty (Min > Max) for a geometry without vertices.
func boundOf(g orb.Geometry) orb.Bound {
	inf := math.Inf(1)
	b := orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}
	// The callback gives no error, so there is none.
	_ = geo.EachPoint(g, func(p orb.Point) error { b = b.Extend(p); return nil })
	return b
}
