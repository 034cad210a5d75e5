package snapshot

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/tiles"
)

// batch is a run of rows on loan of one layer, on their way from the goroutine that
// reads, which shapes them and writes their reports, to the one that keeps them. Its
// values lie by column: a dictionary that many of them are looked up in at once stays
// near the processor.
type batch struct {
	rows   []batchRow
	cells  [][]batchCell // by column, those that are given, in order of row
	taken  []int         // how many of them are kept already
	text   []byte
	geoms  []byte
	xys    []tiles.XY
	faulty []batchFault
}

type batchRow struct {
	id, version uint64
	code        []byte
	shape       shaped
	known       bool   // its geometry is of a type that is
	reports     []byte // as they are kept
	at          uint32 // row in the layer
}

// batchCell is a geo.Cell: its text is size bytes from bits on.
type batchCell struct {
	row, size uint32
	bits      uint64
}

// batchFault is a value that cannot be kept.
type batchFault struct{ row, column int }

const (
	batchRows  = 256
	batchBytes = 256 << 10 // of geometry, from which a batch is full with fewer
)

func newBatch(l *table) *batch {
	return &batch{cells: make([][]batchCell, len(l.columns)), taken: make([]int, len(l.columns))}
}

func (b *batch) isFull() bool { return len(b.rows) >= batchRows || len(b.geoms) >= batchBytes }

// emptied gives the batch to fill again, or another where it has grown out of bounds.
func (b *batch) emptied(l *table) *batch {
	if cap(b.geoms)+cap(b.text) > 4*batchBytes {
		return newBatch(l)
	}
	b.rows, b.text, b.geoms, b.xys, b.faulty = b.rows[:0], b.text[:0], b.geoms[:0], b.xys[:0], b.faulty[:0]
	for i := range b.cells {
		b.cells[i], b.taken[i] = b.cells[i][:0], 0
	}
	return b
}

// keep copies a run behind another; those before stay good when it moves.
func keep[T any](to *[]T, run []T) []T {
	at := len(*to)
	*to = append(*to, run...)
	return (*to)[at:len(*to):len(*to)]
}

// add copies in what is lent.
func (b *batch) add(s *shaper, o *open, r *geo.Row) {
	row := batchRow{id: uint64(r.ID), version: r.Version, code: keep(&b.text, r.Code)}
	shape, known := s.shape(r.Geometry, r.Z)
	row.shape, row.known = *s.labelled(&shape), known
	row.shape.bytes, row.shape.xy = keep(&b.geoms, row.shape.bytes), keep(&b.xys, row.shape.xy)
	for i := range r.Cells {
		v := &r.Cells[i]
		if !v.Given {
			continue
		}
		c := batchCell{row: uint32(len(b.rows)), size: uint32(len(v.Text)), bits: v.Bits}
		if o.columns[i].dict != nil {
			c.bits, b.text = uint64(len(b.text)), append(b.text, v.Text...)
		}
		b.cells[i] = append(b.cells[i], c)
	}
	if len(r.Reports) > 0 {
		row.reports = o.lent.reports(o.texts.notes, r.Reports)
	}
	b.rows = append(b.rows, row)
}

// next gives the next value of a column that is of a row before the given one.
func (b *batch) next(column, before int) *batchCell {
	cells, at := b.cells[column], b.taken[column]
	if at == len(cells) || int(cells[at].row) >= before {
		return nil
	}
	b.taken[column]++
	return &cells[at]
}

func (b *batch) textOf(c *batchCell) []byte { return b.text[c.bits:][:c.size] }

// take keeps the rows of a batch, those of new features many at once.
func (o *open) take(e *edit, s *shaper, b *batch) error {
	from := 0
	for k := range b.rows {
		if r := &b.rows[k]; o.byID.get(r.id) == 0 {
			r.at = o.addRow(e, geo.ID(r.id))
			continue
		}
		if err := o.takeRows(e, b, from, k); err != nil {
			return err
		}
		if err := o.takeAgain(e, s, b, k); err != nil {
			return err
		}
		from = k + 1
	}
	return o.takeRows(e, b, from, len(b.rows))
}

// takeRows is put for rows of new features.
func (l *table) takeRows(e *edit, b *batch, from, to int) error {
	b.faulty = b.faulty[:0]
	for k := from; k < to; k++ {
		r := &b.rows[k]
		if !r.known {
			b.faulty = append(b.faulty, batchFault{k, noColumn})
		}
		if err := l.setGeometry(e, r.at, &r.shape); err != nil {
			return err
		}
		*l.versions.slot(e, r.at) = r.version
		if code := l.texts.codes.append(r.code); code != 0 {
			*l.codes.slot(e, r.at) = code
			*l.byCode.slot(e, code) = r.at + 1
		}
		if r.reports != nil {
			*l.reports.slot(e, r.at) = r.reports
		}
	}
	for i := range b.cells {
		for c := b.next(i, to); c != nil; c = b.next(i, to) {
			if !l.columns[i].take(e, b, c) {
				b.faulty = append(b.faulty, batchFault{int(c.row), i})
			}
		}
	}
	slices.SortStableFunc(b.faulty, func(a, b batchFault) int { return cmp.Compare(a.row, b.row) })
	for _, f := range b.faulty {
		if id := geo.ID(b.rows[f.row].id); f.column == noColumn {
			l.blameShape(id)
		} else {
			l.blameField(id, &l.columns[f.column].field)
		}
	}
	return nil
}

// noColumn stands for the geometry.
const noColumn = -1

// take is set for a cell that is given.
func (c *column) take(e *edit, b *batch, v *batchCell) bool {
	row := b.rows[v.row].at
	switch c.field.Type {
	case geo.TextField:
		*c.words.slot(e, row) = c.dict.lent(b.textOf(v))
		return true
	case geo.BoolField:
		*c.words.slot(e, row) = uint32(v.bits) + 1
		return true
	case geo.DateField:
		*c.words.slot(e, row) = uint32(v.bits)
		return true
	}
	absent := absentInt
	if c.field.Type == geo.FloatField {
		absent = absentFloat
	}
	wide := v.bits ^ absent
	*c.wide.slot(e, row) = wide
	return wide != 0
}

// takeAgain is put for the k-th row, of a feature that was there before.
func (l *table) takeAgain(e *edit, s *shaper, b *batch, k int) error {
	r := &b.rows[k]
	row := geo.Row{Layer: l.decl.ID, ID: geo.ID(r.id), Version: r.version, Code: r.code, Cells: make([]geo.Cell, len(b.cells))}
	if r.shape.has {
		row.Geometry, row.Z = decode(r.shape.bytes)
	}
	for i := range b.cells {
		if c := b.next(i, k+1); c == nil {
		} else if l.columns[i].dict == nil {
			row.Cells[i] = geo.Cell{Given: true, Bits: c.bits}
		} else {
			row.Cells[i] = geo.TextCell(b.textOf(c))
		}
	}
	if err := l.put(e, s, row.Record(l.decl)); err != nil {
		return err
	}
	if !r.known {
		l.blameShape(row.ID)
	}
	if r.reports != nil {
		*l.reports.slot(e, l.byID.get(r.id)-1) = r.reports
	}
	return nil
}
