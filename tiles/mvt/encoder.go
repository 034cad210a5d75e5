package mvt

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	unicode "unicode/utf8"
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

// Kinds of geometry.
const (
	kindPoint   = 1
	kindLine    = 2
	kindPolygon = 3
)

// layerTail is what every layer ends with: extent 4096, version 2.
var layerTail = [...]byte{layerExtent, Extent&0x7f | 0x80, Extent >> 7, layerVersion, 2}

// Encoder writes one tile after another. The zero value is ready; it is not for
// concurrent use. The calls for one tile:
//
//	Reset
//	Begin a layer; Beside, if another is to lie beside it
//	  Feature, then Point, Line and Ring; unless nothing is to be written:
//	  String, Text, Int, Float, Bool and Again; Mark; Close
//	Begin the next layer …
//	Bytes
type Encoder struct {
	tile []byte

	open         bool
	main, beside layer
	keys, values pool     // of the open layers
	given        []uint64 // per key: the feature that has it already

	id         uint64
	serial     uint64 // of the open feature, never reused: marks given
	attributes []attribute
	tags       []byte
	geometry   []byte
	points     []XY
	lines      path
	rings      path
	clean      []XY
}

// Key is a name of attributes, and Value what one is, in the open layer and the
// one beside it.
type (
	Key   uint32
	Value uint32
)

type attribute struct {
	key   Key
	value Value
}

// layer is one that is being written.
type layer struct {
	name, suffix string // end to end its name; none: not open
	features     []byte // whole feature fields
	count        int
	keys, values table // whole key and value fields
}

func (l *layer) begin(name, suffix string) {
	l.name, l.suffix, l.features, l.count = name, suffix, l.features[:0], 0
	l.keys.reset()
	l.values.reset()
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
	e.endLayers()
	return e.tile
}

// Begin closes the open layer, if any, and opens the next. Layer names must
// differ within a tile. A layer that gets no feature is not written.
func (e *Encoder) Begin(name string) {
	e.endLayers()
	e.open, e.given = true, e.given[:0]
	e.keys.reset()
	e.values.reset()
	e.main.begin(name, "")
	e.beside.begin("", "")
}

// Beside opens a layer beside the one begun, which it will follow in the tile: of
// that one's name and a suffix. Mark writes to it.
func (e *Encoder) Beside(suffix string) { e.beside.begin(e.main.name, suffix) }

func (e *Encoder) endLayers() {
	if e.open {
		e.open = false
		e.main.appendTo(e)
		e.beside.appendTo(e)
	}
}

// appendTo adds the layer to the tile.
func (l *layer) appendTo(e *Encoder) {
	if l.count == 0 {
		return
	}
	name, suffix := utf8(l.name), utf8(l.suffix)
	size := 1 + varintLen(uint64(len(name)+len(suffix))) + len(name) + len(suffix) +
		len(l.features) + len(l.keys.bytes) + len(l.values.bytes) + len(layerTail)
	b := appendVarint(append(e.tile, tileLayer), uint64(size))
	b = appendVarint(append(b, layerName), uint64(len(name)+len(suffix)))
	b = append(append(b, name...), suffix...)
	b = append(append(append(b, l.features...), l.keys.bytes...), l.values.bytes...)
	e.tile = append(b, layerTail[:]...)
}

// Feature begins a feature of the open layer. One that is not closed is
// forgotten.
func (e *Encoder) Feature(id uint64) {
	e.id = id
	e.serial++
	e.attributes = e.attributes[:0]
	e.dropGeometry()
}

func (e *Encoder) dropGeometry() {
	e.points = e.points[:0]
	e.lines.reset()
	e.rings.reset()
}

// Blank reports that the feature has no geometry so far: Close will not write it.
func (e *Encoder) Blank() bool {
	return len(e.points) == 0 && len(e.lines.b) == 0 && len(e.rings.b) == 0
}

// Mark writes the feature, as a point with the attributes it has so far, to the
// layer beside: be it Blank or not.
func (e *Encoder) Mark(at XY) {
	e.geometry = appendPoint(e.geometry[:0], at)
	e.write(&e.beside, e.tagsIn(&e.beside), kindPoint, e.geometry)
}

// Close writes the feature. A tile feature has one kind of geometry only, so a
// feature of mixed kinds is written once per kind under the same id: points,
// lines, polygons. One without geometry is left out.
func (e *Encoder) Close() {
	if !e.Blank() {
		tags := e.tagsIn(&e.main)
		if len(e.points) > 0 {
			e.geometry = appendPoints(e.geometry[:0], e.points)
			e.write(&e.main, tags, kindPoint, e.geometry)
		}
		if len(e.lines.b) > 0 {
			e.write(&e.main, tags, kindLine, e.lines.b)
		}
		if len(e.rings.b) > 0 {
			e.write(&e.main, tags, kindPolygon, e.rings.b)
		}
	}
	e.attributes = e.attributes[:0]
	e.dropGeometry()
}

// tagsIn gives the attributes of the feature as a layer numbers them.
func (e *Encoder) tagsIn(l *layer) []byte {
	b := e.tags[:0]
	for _, a := range e.attributes {
		b = appendVarint(b, uint64(l.keys.of(&e.keys, uint32(a.key))))
		b = appendVarint(b, uint64(l.values.of(&e.values, uint32(a.value))))
	}
	e.tags = b
	return b
}

func (e *Encoder) write(l *layer, tags []byte, kind byte, geometry []byte) {
	size := 1 + varintLen(e.id) + 2 + 1 + varintLen(uint64(len(geometry))) + len(geometry)
	if len(tags) > 0 {
		size += 1 + varintLen(uint64(len(tags))) + len(tags)
	}
	b := append(l.features, layerFeature)
	b = appendVarint(b, uint64(size))
	b = append(b, featureID)
	b = appendVarint(b, e.id)
	if len(tags) > 0 {
		b = appendBytes(b, featureTags, tags)
	}
	b = append(b, featureType, kind)
	l.features = appendBytes(b, featureGeometry, geometry)
	l.count++
}

// Key gives the key of a name, to be used until the next Begin. Bytes that are not
// UTF-8 become U+FFFD, here and in String and Text. A key that no feature has is
// not written.
func (e *Encoder) Key(name string) Key {
	from := e.keys.begin()
	e.keys.bytes = appendString(e.keys.bytes, layerKey, utf8(name))
	k := e.keys.add(from)
	for len(e.given) <= int(k) {
		e.given = append(e.given, 0)
	}
	return Key(k)
}

// String gives the feature an attribute, and the value for Again. The first value
// of a key counts; so for Text, Int, Float, Bool and Again.
func (e *Encoder) String(k Key, value string) Value {
	from, s := e.values.begin(), utf8(value)
	e.values.bytes = appendTextHead(e.values.bytes, len(s))
	e.values.bytes = append(e.values.bytes, s...)
	return e.added(k, from)
}

// Text is String for a value in a buffer, which is not kept.
func (e *Encoder) Text(k Key, value []byte) Value {
	from := e.values.begin()
	if !unicode.Valid(value) {
		value = bytes.ToValidUTF8(value, []byte("\uFFFD"))
	}
	e.values.bytes = appendTextHead(e.values.bytes, len(value))
	e.values.bytes = append(e.values.bytes, value...)
	return e.added(k, from)
}

func appendTextHead(b []byte, n int) []byte {
	b = appendVarint(append(b, layerValue), uint64(1+varintLen(uint64(n))+n))
	return appendVarint(append(b, valueString), uint64(n))
}

// Int gives the feature an integer attribute.
func (e *Encoder) Int(k Key, value int64) Value {
	from := e.values.begin()
	b := append(e.values.bytes, layerValue, byte(1+varintLen(uint64(value))), valueInt)
	e.values.bytes = appendVarint(b, uint64(value))
	return e.added(k, from)
}

// Float gives the feature a number. One that is not finite is left out: readers
// disagree on it.
func (e *Encoder) Float(k Key, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	from := e.values.begin()
	b := append(e.values.bytes, layerValue, 9, valueDouble)
	e.values.bytes = binary.LittleEndian.AppendUint64(b, math.Float64bits(value))
	e.added(k, from)
}

// Bool gives the feature a truth value.
func (e *Encoder) Bool(k Key, value bool) {
	from, b := e.values.begin(), byte(0)
	if value {
		b = 1
	}
	e.values.bytes = append(e.values.bytes, layerValue, 2, valueBool, b)
	e.added(k, from)
}

func (e *Encoder) added(k Key, from int) Value {
	v := Value(e.values.add(from))
	e.Again(k, v)
	return v
}

// Again gives the feature a value that another of the open layer was given.
func (e *Encoder) Again(k Key, v Value) {
	if e.given[k] != e.serial {
		e.given[k] = e.serial
		e.attributes = append(e.attributes, attribute{k, v})
	}
}

func utf8(s string) string {
	if unicode.ValidString(s) { // many times as fast as to look for what to mend
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

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
