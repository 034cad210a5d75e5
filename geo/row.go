package geo

import (
	"context"
	"math"
	"time"

	"github.com/paulmach/orb"
)

// Lender is a Loader that can lend what it reads in place of giving it away, so
// that a million features cost no million maps: a Row and all it points to are
// the lender's again when the callback returns. In all else Lend is Load.
type Lender interface {
	Loader
	Lend(ctx context.Context, head func(Head) error, row func(*Row) error) error
}

// Row is a feature with its reports, on loan.
type Row struct {
	Layer    LayerID
	ID       ID
	Version  uint64
	Code     []byte
	Geometry orb.Geometry
	Z        []float64
	Cells    []Cell // by place of the field in Layer.Fields
	Reports  []ReportRow
}

// ReportRow is a report of the feature of its row.
type ReportRow struct {
	Date    Date
	Version uint64
	Cells   []Cell // by place of the field in Layer.Reports
}

// Cell is a value of its field's type. The zero Cell is an absent one.
type Cell struct {
	Given bool
	Text  []byte // of a text
	// Bits are those of a float, an int or a date themselves, 0 or 1 of a bool, and
	// the microseconds since 1970 of a time.
	Bits uint64
}

// FloatCell is a number; no field holds one that is not finite.
func FloatCell(x float64) Cell {
	return Cell{Given: !math.IsNaN(x) && !math.IsInf(x, 0), Bits: math.Float64bits(x)}
}

// TextCell is a text; the empty one is absent.
func TextCell(b []byte) Cell { return Cell{Given: len(b) > 0, Text: b} }

// BoolCell is true or false.
func BoolCell(is bool) Cell {
	if is {
		return Cell{Given: true, Bits: 1}
	}
	return Cell{Given: true}
}

// Value gives the value for good, with the Go type of the field.
func (c *Cell) Value(t FieldType) any {
	if !c.Given {
		return nil
	}
	switch t {
	case TextField:
		return string(c.Text)
	case IntField:
		return int64(c.Bits)
	case FloatField:
		return math.Float64frombits(c.Bits)
	case BoolField:
		return c.Bits != 0
	case DateField:
		return Date(c.Bits)
	}
	return time.UnixMicro(int64(c.Bits)).UTC()
}

// Record gives the row for good.
func (r *Row) Record(l *Layer) Record {
	f := &Feature{Layer: r.Layer, ID: r.ID, Version: r.Version, Code: string(r.Code), Properties: propertiesOf(l.Fields, r.Cells)}
	if r.Geometry != nil {
		f.Geometry = orb.Clone(r.Geometry)
	}
	f.Z = append(f.Z, r.Z...)
	out := Record{Layer: r.Layer, ID: r.ID, Feature: f}
	for _, rep := range r.Reports {
		out.Reports = append(out.Reports, Report{Layer: r.Layer, Feature: r.ID, Date: rep.Date, Version: rep.Version,
			Properties: propertiesOf(l.Reports, rep.Cells)})
	}
	return out
}

func propertiesOf(fields []Field, cells []Cell) Properties {
	n := 0
	for i := range cells {
		if cells[i].Given {
			n++
		}
	}
	p := make(Properties, n)
	for i := range cells {
		if cells[i].Given {
			p[fields[i].Name] = cells[i].Value(fields[i].Type)
		}
	}
	return p
}

// LoadLent is Load by way of Lend.
func LoadLent(ctx context.Context, l Lender, head func(Head) error, record func(Record) error) error {
	decls := map[LayerID]*Layer{}
	return l.Lend(ctx, func(h Head) error {
		for i := range h.Layers {
			decls[h.Layers[i].ID] = &h.Layers[i]
		}
		return head(h)
	}, func(r *Row) error { return record(r.Record(decls[r.Layer])) })
}
