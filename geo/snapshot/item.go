package snapshot

import (
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/measure"
	"yiping/tiles"
)

// Item is a handle on one feature of one snapshot: two words, valid as long as
// its snapshot is referenced. The zero Item is no feature; only methods of items
// that a Layer or Delta gave may be called.
//
// ID, Code, Version, Light, Overdue, District, Town, Box, Extended, Label, Row,
// DictID, Int, Bool, Number, Position, AppendPosition, AppendText, AppendJSON and AppendShape do
// not
// allocate, and Name does not where the label is a text field.
type Item struct {
	l   *Layer
	row uint32
}

// Layer is the id of the feature's layer.
func (i Item) Layer() geo.LayerID { return i.l.decl.ID }

// ID is the feature's id.
func (i Item) ID() geo.ID { return geo.ID(i.l.ids.at(i.row)) }

// Code is the feature's business key.
func (i Item) Code() string { return i.l.seen.codes.text(i.l.codes.at(i.row)) }

// Version is the feature's version in the store.
func (i Item) Version() uint64 { return i.l.versions.at(i.row) }

// Name is the text of the layer's label field, "" without one.
func (i Item) Name() string {
	if i.l.label < 0 {
		return ""
	}
	c := &i.l.columns[i.l.label]
	if c.dict != nil {
		return c.texts.text(c.words.at(i.row))
	}
	return string(c.appendText(nil, i.row))
}

// Light is the light on the evaluation date of the feature's district.
func (i Item) Light() geo.Light { return geo.Light(i.l.state.at(i.row) & lightMask) }

// Overdue reports that the light is the last known one, a report being overdue.
func (i Item) Overdue() bool { return i.l.state.at(i.row)&overdue != 0 }

// District is the code of the district the feature lies in, "" for none: its
// own property "district" where set, else by geometry. A district lies in itself.
func (i Item) District() string { return i.l.seen.places.text(i.l.district.at(i.row)) }

// Value is a property, with the Go type of its field; nil if absent.
func (i Item) Value(field string) any {
	if k, ok := i.l.index[field]; ok {
		return i.l.columns[k].value(i.row)
	}
	return nil
}

// Text is a property as text: numbers in full, dates as 2022-12-31, times by
// RFC 3339; "" if absent.
func (i Item) Text(field string) string {
	k, ok := i.l.index[field]
	if !ok {
		return ""
	}
	if c := &i.l.columns[k]; c.dict != nil {
		return c.texts.text(c.words.at(i.row))
	}
	return string(i.l.columns[k].appendText(nil, i.row))
}

// AppendText adds what Text gives to a buffer; field is a FieldIndex.
func (i Item) AppendText(to []byte, field int) []byte {
	return i.l.columns[field].appendText(to, i.row)
}

// AppendJSON adds a property as JSON to a buffer, null if absent; field is a
// FieldIndex.
func (i Item) AppendJSON(to []byte, field int) []byte {
	return i.l.columns[field].appendJSON(to, i.row)
}

// Has reports that the feature has a property; field is a FieldIndex.
func (i Item) Has(field int) bool { return i.l.columns[field].has(i.row) }

// Row is the number of the feature's row, below Layer.Rows: an index into tables
// that a reader keeps per layer and snapshot. It is another after each Apply.
func (i Item) Row() uint32 { return i.row }

// DictID is the number of the feature's text in a text field, 0 if absent; see
// Layer.DictText. Numbers are dense; features with one text have one number.
// They stay the same from snapshot to snapshot until the layer is compacted, as
// is each layer once in many Applies. field is a FieldIndex.
func (i Item) DictID(field int) uint32 {
	c := &i.l.columns[field]
	if c.dict == nil {
		return 0
	}
	return c.words.at(i.row)
}

// Int is the value of an int field; field is a FieldIndex.
func (i Item) Int(field int) (int64, bool) { return i.l.columns[field].integer(i.row) }

// Bool is the value of a bool field; field is a FieldIndex.
func (i Item) Bool(field int) (value, ok bool) {
	c := &i.l.columns[field]
	word := c.words.at(i.row)
	return word == 2, word != 0 && c.field.Type == geo.BoolField
}

// Number is the value of an int or float field; field is a FieldIndex.
func (i Item) Number(field int) (float64, bool) { return i.l.columns[field].number(i.row) }

// Properties is a fresh copy of all properties.
func (i Item) Properties() geo.Properties {
	p := geo.Properties{}
	for k := range i.l.columns {
		if v := i.l.columns[k].value(i.row); v != nil {
			p[i.l.columns[k].field.Name] = v
		}
	}
	return p
}

// HasGeometry reports that the feature has a geometry, be it an empty one.
func (i Item) HasGeometry() bool { return i.l.state.at(i.row)&hasGeometry != 0 }

// geometry gives the bytes of a geometry that is there.
func (i Item) geometry() []byte {
	return run(&i.l.seen.geoms, i.l.geomAt.at(i.row), -1)
}

// Geometry is a fresh copy of the geometry exactly as stored; nil = none.
func (i Item) Geometry() orb.Geometry {
	g, _ := i.Exact()
	return g
}

// Z is a fresh copy of the heights in metres, one per vertex; nil = flat.
func (i Item) Z() []float64 {
	_, z := i.Exact()
	return z
}

// Exact is Geometry and Z at once.
func (i Item) Exact() (orb.Geometry, []float64) {
	if p, ok := i.Position(); ok {
		return p, nil
	}
	if !i.HasGeometry() {
		return nil, nil
	}
	return decode(i.geometry())
}

// Position is the geometry of a feature that is one point without height; false
// for any other.
func (i Item) Position() (orb.Point, bool) {
	if !i.HasGeometry() || i.l.forms.at(i.row) != pointForm {
		return orb.Point{}, false
	}
	return decodePoint(i.geometry())
}

// AppendPosition adds the coordinates of Position to a buffer as JSON, to the digits
// as stored; where there is none it adds nothing and gives false.
func (i Item) AppendPosition(to []byte) ([]byte, bool) {
	if !i.HasGeometry() || i.l.forms.at(i.row) != pointForm {
		return to, false
	}
	if with, ok := appendPoint(to, i.geometry()); ok {
		return with, true
	}
	return to, false
}

// Feature is a fresh copy of the whole feature.
func (i Item) Feature() geo.Feature {
	g, z := i.Exact()
	return geo.Feature{Layer: i.Layer(), ID: i.ID(), Code: i.Code(), Version: i.Version(),
		Geometry: g, Z: z, Properties: i.Properties()}
}

// Reports is a fresh copy of the reports in order of date.
func (i Item) Reports() []geo.Report {
	return readReports(i.l.reports.at(i.row), i.l.seen.notes, i.l.decl.ID, i.ID())
}

// Box is the feature's box in world coordinates; EmptyBox without geometry.
func (i Item) Box() tiles.Box { return i.l.box(i.row) }

// Bound is the feature's box in degrees, exactly; empty (Min > Max) without
// geometry.
func (i Item) Bound() orb.Bound { return boundOf(i.Geometry()) }

// LabelPoint is where to write the name: inside a polygon, on a line; false
// without a vertex. It is computed anew with each call, in microseconds; Label
// is kept.
func (i Item) LabelPoint() (orb.Point, bool) { return measure.LabelPoint(i.Geometry()) }

// Label is LabelPoint in world coordinates: the very position that projecting it
// gives. It costs a look-up.
func (i Item) Label() (tiles.XY, bool) {
	if i.Extended() {
		return i.l.labels.at(i.row), true
	}
	if xy := i.vertices(); len(xy) > 0 { // points: the first
		return xy[0], true
	}
	return tiles.XY{}, false
}

// Extended reports that the geometry has a line or polygon with a vertex, so that
// its name is written elsewhere than at a point of it.
func (i Item) Extended() bool { return i.l.state.at(i.row)&extended != 0 }

// vertices gives all vertices in world coordinates.
func (i Item) vertices() []tiles.XY {
	if !i.HasGeometry() {
		return nil
	}
	n := i.l.forms.at(i.row).vertices()
	if n == 0 {
		_, n, _ = stored(i.geometry())
	}
	return run(&i.l.seen.xys, i.l.xyAt.at(i.row), n)
}

// Shape is the geometry in world coordinates. It allocates the list of parts;
// AppendShape does not.
func (i Item) Shape() Shape { return i.AppendShape(nil) }

// AppendShape adds the parts of the geometry to dst and gives the longer list,
// without allocation when dst has room. Parts without vertices are left out. The
// vertices are shared with the snapshot: read only.
func (i Item) AppendShape(dst Shape) Shape {
	if !i.HasGeometry() {
		return dst
	}
	xy := i.vertices()
	if f := i.l.forms.at(i.row); f != 0 {
		return append(dst, Part{f.kind(), xy})
	}
	_, _, body := stored(i.geometry())
	return body.parts(dst, &xy)
}
