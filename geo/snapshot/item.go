package snapshot

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles"
)

// Item is a handle on one feature of one snapshot: small, comparable only with
// items of the same snapshot, valid as long as its snapshot is referenced.
type Item struct {
	l *Layer
	r *row
}

// Layer is the id of the feature's layer.
func (i Item) Layer() geo.LayerID { return i.l.decl.ID }

// ID is the feature's id.
func (i Item) ID() geo.ID { return i.r.feature.ID }

// Code is the feature's business key.
func (i Item) Code() string { return i.r.feature.Code }

// Version is the feature's version in the store.
func (i Item) Version() uint64 { return i.r.feature.Version }

// Name is the text of the layer's label field.
func (i Item) Name() string { return i.Text(i.l.decl.Label) }

// Light is the light on the evaluation date of the feature's district.
func (i Item) Light() geo.Light { return i.r.light }

// Overdue reports that the light is the last known one, a report being overdue.
func (i Item) Overdue() bool { return i.r.overdue }

// Verdict judges afresh, with reason in words and date since when.
func (i Item) Verdict() geo.Verdict { return i.VerdictAt(i.l.dates.of(i.r.district)) }

// VerdictAt judges at another day.
func (i Item) VerdictAt(day geo.Date) geo.Verdict {
	return i.l.decl.Light.Judge(i.r.feature.Properties, i.r.reports, day)
}

// District is the code of the district the feature lies in, "" for none: its
// own property "district" where set, else by geometry.
func (i Item) District() string { return i.r.district }

// Town is the name of the town the feature lies in, "" for none: its own
// property "town" where set, else by geometry.
func (i Item) Town() string { return i.r.town }

// Value is a property, with the Go type of its field; nil if absent.
func (i Item) Value(field string) any { return i.r.feature.Properties[field] }

// Text is a property as text: a date as 2022-12-31; "" if absent.
func (i Item) Text(field string) string {
	switch v := i.Value(field).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// Properties is a fresh copy of all properties.
func (i Item) Properties() geo.Properties { return i.r.feature.Properties.Clone() }

// Geometry is a fresh copy of the geometry exactly as stored; nil = none.
func (i Item) Geometry() orb.Geometry { return orb.Clone(i.r.feature.Geometry) }

// Z is a fresh copy of the heights in metres, one per vertex; nil = flat.
func (i Item) Z() []float64 { return slices.Clone(i.r.feature.Z) }

// Feature is a fresh copy of the whole feature.
func (i Item) Feature() geo.Feature {
	f := i.r.feature
	f.Geometry, f.Z, f.Properties = i.Geometry(), i.Z(), i.Properties()
	return f
}

// Reports is a fresh copy of the reports in order of date.
func (i Item) Reports() []geo.Report {
	out := slices.Clone(i.r.reports)
	for k := range out {
		out[k].Properties = out[k].Properties.Clone()
	}
	return out
}

// Box is the feature's box in world coordinates; EmptyBox without geometry.
func (i Item) Box() tiles.Box { return i.r.box }

// Bound is the feature's box in degrees; empty (Min > Max) without geometry.
func (i Item) Bound() orb.Bound { return boundOf(i.r.feature.Geometry) }

// LabelPoint is where to write the name: inside a polygon, on a line; false
// without geometry.
func (i Item) LabelPoint() (orb.Point, bool) { return labelPoint(i.r.feature.Geometry) }

// Shape is the geometry in world coordinates. It allocates the list of parts
// only; the vertices are shared with the snapshot.
func (i Item) Shape() Shape { return i.r.shape }

// AppendShape adds the parts of the geometry to dst and gives the longer list:
// without allocation when dst has room. The vertices are shared: read only.
func (i Item) AppendShape(dst Shape) Shape { return append(dst, i.r.shape...) }
