package postgis

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"yiping/geo"
)

// reader knows how to read one table as it is now, or what history has of it.
type reader struct {
	layer    geo.LayerID
	table    string // quoted, with its schema; or a query of history
	args     []any  // of that query
	selected string // list of columns
	key      string // column of the feature's id
	order    string
	report   bool
	fields   []fieldReader
	width    int         // number of fields declared
	recalled []geo.Field // of history: the values come as one JSON object
	recaller *geo.Recaller
}

// Places of the fixed columns in what a reader selects.
const (
	atID      = 0
	atVersion = 1
	atCode    = 2 // the date of a report
	atGeom    = 3
)

// fieldReader turns the binary form of one column into a value of its field.
type fieldReader struct {
	field  geo.Field
	place  int // among the declared
	oid    uint32
	common map[string]any // texts seen often enough to share
}

// newReader gives nil when the table lacks what every reader needs.
func newReader(l *geo.Layer, t table, rel *relation) *reader {
	if rel == nil || rel.kind != "r" {
		return nil
	}
	r := &reader{layer: l.ID, table: inPublic(t.name), report: t.report, key: "id", order: "id"}
	need, fields := []string{"id", "version", "code"}, l.Fields
	if t.report {
		r.key, r.order = "feature_id", `feature_id, "date"`
		need, fields = []string{"feature_id", "version", "date"}, l.Reports
	}
	types := map[string]string{"id": "bigint", "feature_id": "bigint", "version": "bigint", "code": "text", "date": "date"}
	var names []string
	for _, n := range need {
		c, ok := rel.column(n)
		if !ok || c.typ != types[n] {
			return nil
		}
		names = append(names, quoteName(n))
	}
	if g, ok := rel.column("geom"); ok && t.hasGeometry() && strings.HasPrefix(g.typ, "geometry") {
		names = append(names, "geom")
	} else {
		names = append(names, "NULL::bytea")
	}
	r.width = len(fields)
	for i, f := range fields {
		if c, ok := rel.column(f.Name); ok && readable(f.Type, c.typoid) {
			name, oid := quoteName(f.Name), c.typoid
			if oid == pgtype.NumericOID {
				name, oid = name+"::double precision", pgtype.Float8OID
			}
			names = append(names, name)
			r.fields = append(r.fields, fieldReader{field: f, place: i, oid: oid})
		}
	}
	r.selected = strings.Join(names, ", ")
	return r
}

// fresh gives a copy for one pass, with dictionaries of its own: a reader is
// shared by all that read at once.
func (r *reader) fresh() *reader {
	out := *r
	if r.recalled != nil {
		out.recaller = geo.NewRecaller(r.recalled)
	}
	out.fields = make([]fieldReader, len(r.fields))
	for i, f := range r.fields {
		f.common = map[string]any{}
		out.fields[i] = f
	}
	return &out
}

// all and some are the statements that read everything, or the features in $1.
func (r *reader) all() string {
	return "SELECT " + r.selected + " FROM " + r.table + " ORDER BY " + r.order
}

func (r *reader) withArgs() []any { return append([]any{binaryRows}, r.args...) }

func (r *reader) some() string {
	return "SELECT " + r.selected + " FROM " + r.table + " WHERE " + r.key + " = ANY ($1::bigint[]) ORDER BY " + r.order
}

// feature reads one row of raw binary values.
func (r *reader) feature(raw [][]byte) (*geo.Feature, error) {
	f := &geo.Feature{Layer: r.layer, ID: geo.ID(binary.BigEndian.Uint64(raw[atID])), Version: binary.BigEndian.Uint64(raw[atVersion]), Code: string(raw[atCode])}
	var err error
	if raw[atGeom] != nil {
		if f.Geometry, f.Z, err = decodeEWKB(raw[atGeom]); err != nil {
			return nil, &geo.Error{Code: geo.Internal, Layer: r.layer, Field: "geom", Message: fmt.Sprintf("geometry of feature %d cannot be read", f.ID), Err: err}
		}
	}
	f.Properties, err = r.properties(raw[atGeom+1:])
	return f, err
}

func (r *reader) reportRow(raw [][]byte) (geo.Report, error) {
	p, err := r.properties(raw[atGeom+1:])
	return geo.Report{Layer: r.layer, Feature: geo.ID(binary.BigEndian.Uint64(raw[atID])), Version: binary.BigEndian.Uint64(raw[atVersion]),
		Date: pgDate(raw[atCode]), Properties: p}, err
}

func (r *reader) properties(raw [][]byte) (geo.Properties, error) {
	if r.recaller != nil {
		return r.recaller.Recall(raw[0])
	}
	n := 0
	for _, b := range raw {
		if len(b) > 0 {
			n++
		}
	}
	p := make(geo.Properties, n)
	for i := range r.fields {
		if len(raw[i]) == 0 { // NULL, or an empty text, which is absent too
			continue
		}
		v, err := r.fields[i].value(raw[i])
		if err != nil {
			return nil, &geo.Error{Code: geo.Internal, Layer: r.layer, Field: r.fields[i].field.Name, Message: "value cannot be read", Err: err}
		}
		if v != nil {
			p[r.fields[i].field.Name] = v
		}
	}
	return p, nil
}

// families says which column types can hold a field of each type.
var families = map[geo.FieldType][]uint32{
	geo.TextField:  {pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID},
	geo.IntField:   {pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID},
	geo.FloatField: {pgtype.Float8OID, pgtype.Float4OID, pgtype.NumericOID},
	geo.BoolField:  {pgtype.BoolOID},
	geo.DateField:  {pgtype.DateOID},
	geo.TimeField:  {pgtype.TimestamptzOID},
}

func readable(t geo.FieldType, oid uint32) bool {
	for _, o := range families[t] {
		if o == oid {
			return true
		}
	}
	return false
}

// maxCommon bounds a column's dictionary: codes and notes do not repeat.
const maxCommon = 4096

func (f *fieldReader) value(b []byte) (any, error) {
	if f.field.Type == geo.TextField {
		return f.text(b), nil
	}
	c, err := f.cell(b)
	return c.Value(f.field.Type), err
}

func (f *fieldReader) cell(b []byte) (geo.Cell, error) {
	switch f.oid {
	case pgtype.TextOID, pgtype.VarcharOID:
		return geo.TextCell(b), nil
	case pgtype.BPCharOID:
		return geo.TextCell(bytes.TrimRight(b, " ")), nil
	case pgtype.Int8OID:
		return geo.Cell{Given: true, Bits: binary.BigEndian.Uint64(b)}, nil
	case pgtype.Int4OID:
		return geo.Cell{Given: true, Bits: uint64(int32(binary.BigEndian.Uint32(b)))}, nil
	case pgtype.Int2OID:
		return geo.Cell{Given: true, Bits: uint64(int16(binary.BigEndian.Uint16(b)))}, nil
	case pgtype.Float8OID:
		return geo.FloatCell(math.Float64frombits(binary.BigEndian.Uint64(b))), nil
	case pgtype.Float4OID:
		return geo.FloatCell(float64(math.Float32frombits(binary.BigEndian.Uint32(b)))), nil
	case pgtype.BoolOID:
		return geo.BoolCell(b[0] != 0), nil
	case pgtype.DateOID:
		return geo.Cell{Given: true, Bits: uint64(pgDate(b))}, nil
	case pgtype.TimestamptzOID:
		return geo.Cell{Given: true, Bits: uint64(epochTime.UnixMicro() + int64(binary.BigEndian.Uint64(b)))}, nil
	}
	return geo.Cell{}, fmt.Errorf("type with OID %d is not known", f.oid)
}

// text shares the texts that repeat, as categories and units do: one allocation
// for a whole column in place of one for each row.
func (f *fieldReader) text(b []byte) any {
	if f.oid == pgtype.BPCharOID {
		if b = bytes.TrimRight(b, " "); len(b) == 0 {
			return nil
		}
	}
	if v, ok := f.common[string(b)]; ok {
		return v
	}
	var v any = string(b)
	if f.common != nil && len(f.common) < maxCommon {
		f.common[string(b)] = v
	}
	return v
}

// The server counts days and microseconds from 2000-01-01.
var (
	epochDay  = geo.NewDate(2000, time.January, 1)
	epochTime = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
)

func pgDate(b []byte) geo.Date {
	return epochDay + geo.Date(int32(binary.BigEndian.Uint32(b)))
}
