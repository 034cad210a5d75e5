package ingest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format"
)

// planFeatures makes the edits that bring the records onto the layer.
func (im *importer) planFeatures(ctx context.Context) error {
	key, err := im.chooseKey(ctx)
	if err != nil {
		return err
	}
	im.tellKey(key)
	columns, err := im.mapColumns(key)
	if err != nil {
		return err
	}
	if im.o.Mode == Replace && im.known && !im.survey.Info.Geometry && im.layer.Geometry != geo.NoGeometry {
		return &geo.Error{Code: geo.Invalid, Layer: im.layer.ID, Message: "a table without positions cannot replace a layer of shapes", Mend: "use --mode upsert, which keeps them"}
	}
	if im.res.Declared || len(im.res.Added) > 0 || im.res.Ruled || im.res.Served {
		im.edit(geo.Edit{Op: geo.Declare, Layer: im.layer}, place{})
	}
	features, at, err := im.readFeatures(key, columns)
	if err != nil || len(im.res.Faults) > 0 {
		return err
	}
	old, err := im.already(ctx)
	if err != nil {
		return err
	}
	for i, f := range features {
		if err := im.planFeature(f, old, columns, at[i]); err != nil {
			return im.ended(err)
		}
	}
	if im.o.Mode == Replace {
		im.planDeletes(old)
	}
	return nil
}

// chooseKey gives the column with the code. One that would only do if it were whole
// does all the same where the layer has features under its values: a record without
// one, or with another's, is a fault then, and no feature is there twice under a code
// that was made for it.
func (im *importer) chooseKey(ctx context.Context) (string, error) {
	key, err := im.keys.choose(im.survey.Info.Columns)
	if err != nil || key != "" || !im.known {
		return key, err
	}
	for _, name := range im.keys.lacking() {
		refs, err := im.store.Lookup(ctx, im.layer.ID, slices.Collect(maps.Keys(im.keys.columns[name].values)))
		if err != nil || len(refs) > 0 {
			return name, err
		}
	}
	return "", nil
}

func (im *importer) tellKey(key string) {
	switch key {
	case "":
		for _, name := range im.keys.lacking() {
			im.notice("column %s cannot be the code: it has %d different values in %d records", title(name), len(im.keys.columns[name].values), im.keys.rows)
		}
		im.notice("no column can be the code: codes are made from file name and row, like %s", madeCode(im.src.Name, 1))
	case ownID:
		im.res.Key = "id"
	default:
		im.res.Key = key
	}
	if own := im.keys.columns[ownID]; own != nil && key != ownID {
		im.notice("%d features have an id outside their properties: those were left", own.filled)
	}
}

// readFeatures reads the file a second time and checks every record.
func (im *importer) readFeatures(key string, columns mapping) ([]geo.Feature, []place, error) {
	features := make([]geo.Feature, 0, im.survey.Rows)
	at := make([]place, 0, im.survey.Rows)
	err := im.each(&format.Survey{}, func(row format.Row) error {
		if im.o.Progress != nil && row.N%10000 == 0 {
			im.o.Progress(row.N, im.survey.Rows)
		}
		f, err := im.feature(row, key, columns)
		if err != nil {
			return im.fault(row, err)
		}
		features, at = append(features, f), append(at, place{row.N, row.Line})
		return nil
	})
	return features, at, im.ended(err)
}

func (im *importer) feature(row format.Row, key string, columns mapping) (geo.Feature, error) {
	code, err := codeOf(row, key, im.src.Name)
	if err != nil {
		return geo.Feature{}, err
	}
	if first, ok := im.codes[code]; ok {
		return geo.Feature{}, &geo.Error{Code: geo.Conflict, Field: "code", Message: fmt.Sprintf("code “%s” is that of row %d already", code, first),
			Mend: "each code may stand once in a file"}
	}
	im.codes[code] = row.N
	geometry, err := im.placed(row)
	if err != nil {
		return geo.Feature{}, err
	}
	p := make(geo.Properties, len(row.Values))
	for column, v := range row.Values {
		if name, ok := columns[column]; ok {
			p[name] = v
		}
	}
	// Required fields the file has no column for may be there already.
	layer := im.layer
	if im.o.Mode == Upsert && im.known {
		layer = optional(layer, columns)
	}
	return layer.Normalize(geo.Feature{Layer: layer.ID, Code: code, Geometry: geometry, Z: row.Z, Properties: p})
}

// optional lets fields be absent that the file does not speak of.
func optional(l geo.Layer, columns mapping) geo.Layer {
	spoken := map[string]bool{}
	for _, name := range columns {
		spoken[name] = true
	}
	l.Fields = slices.Clone(l.Fields)
	for i := range l.Fields {
		l.Fields[i].Required = l.Fields[i].Required && spoken[l.Fields[i].Name]
	}
	return l
}

// already finds what the layer has under the codes of the file.
func (im *importer) already(ctx context.Context) (map[string]geo.Record, error) {
	if !im.known {
		return nil, nil
	}
	if im.o.Mode == Replace {
		return im.existing(ctx, nil)
	}
	refs, err := im.store.Lookup(ctx, im.layer.ID, slices.Collect(maps.Keys(im.codes)))
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	if im.o.Mode == Upsert {
		return im.existing(ctx, im.codes)
	}
	out := make(map[string]geo.Record, len(refs))
	for code, ref := range refs {
		out[code] = geo.Record{Layer: im.layer.ID, ID: ref.ID}
	}
	return out, nil
}

func (im *importer) planFeature(f geo.Feature, old map[string]geo.Record, columns mapping, at place) error {
	was, ok := old[f.Code]
	row := format.Row{N: at.row, Line: at.line}
	switch {
	case ok && im.o.Mode == Append:
		return im.fault(row, &geo.Error{Code: geo.Conflict, Field: "code",
			Message: fmt.Sprintf("code “%s” is in layer %s already", f.Code, im.layer.ID), Mend: "update by code with --mode upsert"})
	case ok:
		merged, err := im.merge(f, was.Feature, columns)
		if err != nil {
			return im.fault(row, err)
		}
		if same(merged, *was.Feature) {
			im.res.Unchanged++
			return nil
		}
		im.res.Updated++
		im.edit(geo.Edit{Op: geo.Replace, Feature: merged}, at)
		return nil
	}
	if im.o.Mode == Upsert {
		if _, err := im.layer.Normalize(f); err != nil {
			return im.fault(row, err)
		}
	}
	im.res.Created++
	im.edit(geo.Edit{Op: geo.Create, Feature: f}, at)
	return nil
}

// merge puts the values of the file over those of the feature; expecting its
// version makes an edit in between a conflict rather than a lost one.
func (im *importer) merge(f geo.Feature, was *geo.Feature, columns mapping) (geo.Feature, error) {
	f.ID, f.Version = was.ID, was.Version
	if im.o.Mode == Replace {
		return f, nil
	}
	p := was.Properties.Clone()
	if p == nil {
		p = geo.Properties{}
	}
	for _, name := range columns {
		if v, ok := f.Properties[name]; ok {
			p[name] = v
		} else {
			delete(p, name)
		}
	}
	f.Properties = p
	if !im.survey.Info.Geometry {
		f.Geometry, f.Z = was.Geometry, was.Z
	}
	return im.layer.Normalize(f)
}

func (im *importer) planDeletes(old map[string]geo.Record) {
	for _, code := range slices.Sorted(maps.Keys(old)) {
		if _, ok := im.codes[code]; !ok {
			f := old[code].Feature
			im.edit(geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: f.Layer, ID: f.ID, Version: f.Version}}, place{})
			im.res.Deleted++
		}
	}
}

// same reports whether writing a over b would change nothing.
func same(a, b geo.Feature) bool {
	if (a.Geometry == nil) != (b.Geometry == nil) || a.Geometry != nil && !orb.Equal(a.Geometry, b.Geometry) {
		return false
	}
	return a.Code == b.Code && slices.Equal(a.Z, b.Z) && sameValues(a.Properties, b.Properties)
}

func sameValues(a, b geo.Properties) bool {
	present := func(p geo.Properties) geo.Properties {
		out := p.Clone()
		maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
		return out
	}
	return maps.EqualFunc(present(a), present(b), func(x, y any) bool {
		if t, ok := x.(time.Time); ok {
			u, ok := y.(time.Time)
			return ok && t.Equal(u)
		}
		return x == y
	})
}
