package mvt

import (
	"math"
	"strings"
)

// Extent is the side of a tile in tile units.
const Extent = 4096

// Field tags of the protocol buffer schema: number<<3 | wire type.
const (
	tileLayer = 3<<3 | 2

	layerName    = 1<<3 | 2
	layerFeature = 2<<3 | 2
	layerKey     = 3<<3 | 2
	layerValue   = 4<<3 | 2
	layerExtent  = 5 << 3
	layerVersion = 15 << 3

	featureID       = 1 << 3
	featureTags     = 2<<3 | 2
	featureType     = 3 << 3
	featureGeometry = 4<<3 | 2

	valueString = 1<<3 | 2
	valueDouble = 3<<3 | 1
	valueInt    = 4 << 3
	valueBool   = 7 << 3
)

// layerTail is what every layer ends with: extent 4096, version 2.
var layerTail = [...]byte{layerExtent, Extent&0x7f | 0x80, Extent >> 7, layerVersion, 2}

// keptLen is how many bytes of text are kept in one piece.
const keptLen = 4096

// Encoder writes one tile after another. The zero value is ready; it is not for
// concurrent use. The calls for one tile:
//
//	Reset
//	Begin a layer
//	  Feature, then Point, Line and Ring; unless Blank: String, Text, Int, Float, Bool; Close
//	Begin the next layer …
//	Bytes
type Encoder struct {
	tile []byte

	open     bool
	name     string
	features []byte // whole feature fields of the open layer
	count    int

	keys     []byte // whole key fields of the open layer
	keyIndex map[string]uint32
	keyUsed  []uint64 // per key: the feature that has it already

	values      []byte // whole value fields of the open layer
	valueCount  uint32
	stringIndex map[string]uint32
	intIndex    map[int64]uint32
	floatIndex  map[uint64]uint32 // by bits
	boolIndex   [2]uint32         // index+1; 0 = not yet in the table
	kept        strings.Builder   // texts that came in a buffer, for stringIndex

	id     uint64
	serial uint64 // of the open feature, never reused: marks keyUsed
	tags   []byte
	points []XY
	lines  path
	rings  path
	clean  []XY
}

// Reset forgets the tile and keeps the buffers.
func (e *Encoder) Reset() {
	e.tile = e.tile[:0]
	e.open = false
	e.dropGeometry()
}

// Bytes closes the open layer and gives the tile, valid until the next Reset.
// A tile without features is empty.
func (e *Encoder) Bytes() []byte {
	e.endLayer()
	return e.tile
}

// Begin closes the open layer, if any, and opens the next. Layer names must
// differ within a tile. A layer that gets no feature is not written.
func (e *Encoder) Begin(name string) {
	e.endLayer()
	e.open, e.name, e.count = true, name, 0
	e.features, e.keys, e.values = e.features[:0], e.keys[:0], e.values[:0]
	e.keyUsed, e.valueCount, e.boolIndex = e.keyUsed[:0], 0, [2]uint32{}
	if e.keyIndex == nil {
		e.keyIndex, e.stringIndex = map[string]uint32{}, map[string]uint32{}
		e.intIndex, e.floatIndex = map[int64]uint32{}, map[uint64]uint32{}
	}
	clear(e.keyIndex)
	clear(e.stringIndex)
	clear(e.intIndex)
	clear(e.floatIndex)
}

func (e *Encoder) endLayer() {
	if !e.open {
		return
	}
	e.open = false
	if e.count == 0 {
		return
	}
	name := utf8(e.name)
	size := 1 + varintLen(uint64(len(name))) + len(name) +
		len(e.features) + len(e.keys) + len(e.values) + len(layerTail)
	e.tile = append(e.tile, tileLayer)
	e.tile = appendVarint(e.tile, uint64(size))
	e.tile = appendString(e.tile, layerName, name)
	e.tile = append(e.tile, e.features...)
	e.tile = append(e.tile, e.keys...)
	e.tile = append(e.tile, e.values...)
	e.tile = append(e.tile, layerTail[:]...)
}

// Feature begins a feature of the open layer. One that is not closed is
// forgotten.
func (e *Encoder) Feature(id uint64) {
	e.id = id
	e.serial++
	e.tags = e.tags[:0]
	e.dropGeometry()
}

func (e *Encoder) dropGeometry() {
	e.points = e.points[:0]
	e.lines.reset()
	e.rings.reset()
}

// Blank reports that the feature has no geometry so far: it need not be given
// attributes, since Close will not write it.
func (e *Encoder) Blank() bool {
	return len(e.points) == 0 && len(e.lines.b) == 0 && len(e.rings.b) == 0
}

// Close writes the feature. A tile feature has one kind of geometry only, so a
// feature of mixed kinds is written once per kind under the same id: points,
// lines, polygons. One without geometry is left out.
func (e *Encoder) Close() {
	if len(e.points) > 0 {
		e.lines.scratch = appendPoints(e.lines.scratch[:0], e.points)
		e.writeFeature(1, e.lines.scratch)
	}
	if len(e.lines.b) > 0 {
		e.writeFeature(2, e.lines.b)
	}
	if len(e.rings.b) > 0 {
		e.writeFeature(3, e.rings.b)
	}
	e.tags = e.tags[:0]
	e.dropGeometry()
}

func (e *Encoder) writeFeature(kind byte, geometry []byte) {
	size := 1 + varintLen(e.id) + 2 + 1 + varintLen(uint64(len(geometry))) + len(geometry)
	if len(e.tags) > 0 {
		size += 1 + varintLen(uint64(len(e.tags))) + len(e.tags)
	}
	b := append(e.features, layerFeature)
	b = appendVarint(b, uint64(size))
	b = append(b, featureID)
	b = appendVarint(b, e.id)
	if len(e.tags) > 0 {
		b = appendBytes(b, featureTags, e.tags)
	}
	b = append(b, featureType, kind)
	e.features = appendBytes(b, featureGeometry, geometry)
	e.count++
}

// String gives the feature an attribute. Bytes that are not UTF-8 become U+FFFD.
// The first value of a key counts; so for Text, Int, Float and Bool.
func (e *Encoder) String(key, value string) {
	k, ok := e.key(key)
	if !ok {
		return
	}
	v, known := e.stringIndex[value]
	if !known {
		v = e.newString(value)
	}
	e.tag(k, v)
}

// Text is String for a value in a buffer, which is not kept.
func (e *Encoder) Text(key string, value []byte) {
	k, ok := e.key(key)
	if !ok {
		return
	}
	v, known := e.stringIndex[string(value)]
	if !known {
		v = e.newString(e.keep(value))
	}
	e.tag(k, v)
}

// keep copies a text to where many lie end to end: one allocation for all of them.
func (e *Encoder) keep(value []byte) string {
	if e.kept.Cap()-e.kept.Len() < len(value) {
		e.kept.Reset() // the texts in it live on
		e.kept.Grow(max(keptLen, len(value)))
	}
	from := e.kept.Len()
	e.kept.Write(value)
	return e.kept.String()[from:]
}

func (e *Encoder) newString(value string) uint32 {
	s := utf8(value)
	v, known := e.stringIndex[s] // two values may be mended into one
	if !known {
		v = e.newValue()
		e.stringIndex[s] = v
		e.values = append(e.values, layerValue)
		e.values = appendVarint(e.values, uint64(1+varintLen(uint64(len(s)))+len(s)))
		e.values = appendString(e.values, valueString, s)
	}
	e.stringIndex[value] = v
	return v
}

// Int gives the feature an integer attribute.
func (e *Encoder) Int(key string, value int64) {
	k, ok := e.key(key)
	if !ok {
		return
	}
	v, known := e.intIndex[value]
	if !known {
		v = e.newValue()
		e.intIndex[value] = v
		e.values = append(e.values, layerValue, byte(1+varintLen(uint64(value))), valueInt)
		e.values = appendVarint(e.values, uint64(value))
	}
	e.tag(k, v)
}

// Float gives the feature a number. One that is not finite is left out: readers
// disagree on it.
func (e *Encoder) Float(key string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	k, ok := e.key(key)
	if !ok {
		return
	}
	bits := math.Float64bits(value)
	v, known := e.floatIndex[bits]
	if !known {
		v = e.newValue()
		e.floatIndex[bits] = v
		e.values = append(e.values, layerValue, 9, valueDouble)
		for i := range 8 {
			e.values = append(e.values, byte(bits>>(8*i)))
		}
	}
	e.tag(k, v)
}

// Bool gives the feature a truth value.
func (e *Encoder) Bool(key string, value bool) {
	k, ok := e.key(key)
	if !ok {
		return
	}
	b := byte(0)
	if value {
		b = 1
	}
	if e.boolIndex[b] == 0 {
		e.boolIndex[b] = e.newValue() + 1
		e.values = append(e.values, layerValue, 2, valueBool, b)
	}
	e.tag(k, e.boolIndex[b]-1)
}

func (e *Encoder) newValue() uint32 {
	e.valueCount++
	return e.valueCount - 1
}

// key gives the index of a key and whether the feature may still take it.
func (e *Encoder) key(key string) (uint32, bool) {
	k, known := e.keyIndex[key]
	if !known {
		k = e.newKey(key)
	}
	if e.keyUsed[k] == e.serial {
		return 0, false
	}
	e.keyUsed[k] = e.serial
	return k, true
}

func (e *Encoder) newKey(key string) uint32 {
	s := utf8(key)
	k, known := e.keyIndex[s]
	if !known {
		k = uint32(len(e.keyUsed))
		e.keyIndex[s] = k
		e.keyUsed = append(e.keyUsed, 0)
		e.keys = appendString(e.keys, layerKey, s)
	}
	e.keyIndex[key] = k
	return k
}

func (e *Encoder) tag(k, v uint32) {
	e.tags = appendVarint(e.tags, uint64(k))
	e.tags = appendVarint(e.tags, uint64(v))
}

func utf8(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func varintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

func appendString(b []byte, tag byte, s string) []byte {
	b = appendVarint(append(b, tag), uint64(len(s)))
	return append(b, s...)
}

func appendBytes(b []byte, tag byte, p []byte) []byte {
	b = appendVarint(append(b, tag), uint64(len(p)))
	return append(b, p...)
}
