package snapshot

import (
	"cmp"
	"encoding/binary"
	"slices"

	"yiping/geo"
)

// lent is what a layer needs while it takes in rows on loan, straight into its
// columns. Its rows are put in order as soon as the next layer's come, while
// these do: by then it takes the least room it can.
type lent struct {
	ordered chan struct{} // closed when they are; nil = not begun
	fields  []reportField // of a report, by name, as appendReports has them
	buffer  []byte
	values  []byte
	kept    keeper
}

type reportField struct {
	name  string
	place int
	typ   geo.FieldType
	note  uint32 // number of the name; 0 = not drawn yet
}

func newLent(decl *geo.Layer) *lent {
	t := &lent{}
	for i, f := range decl.Reports {
		t.fields = append(t.fields, reportField{name: f.Name, place: i, typ: f.Type})
	}
	slices.SortFunc(t.fields, func(a, b reportField) int { return cmp.Compare(a.name, b.name) })
	return t
}

// row takes a row on loan in.
func (w *work) row(r *geo.Row) error {
	o := w.layer(r.Layer)
	if o == nil {
		return undeclared(r.Layer)
	}
	if o.lent == nil {
		o.lent = newLent(o.decl)
	}
	if w.lending != o {
		w.order()
		w.lending = o
	}
	if o.lent.ordered != nil { // it comes again
		<-o.lent.ordered
	}
	return o.take(w.edit, &w.shaper, r)
}

// order begins to put the rows of the layer that came last in order.
func (w *work) order() {
	o := w.lending
	if o == nil {
		return
	}
	if before := w.ordering; before != nil {
		<-before // one at a time: each takes room of its own
	}
	done := make(chan struct{})
	o.lent.ordered, w.ordering = done, done
	e := w.edit
	go func() {
		o.freeze()
		o.compact(e)
		close(done)
	}()
}

// ordered waits until all that was lent is in order.
func (w *work) ordered() {
	if w.order(); w.ordering != nil {
		<-w.ordering
	}
}

// take is put for a row of a new feature.
func (o *open) take(e *edit, s *shaper, r *geo.Row) error {
	l := o.table
	if l.byID.get(uint64(r.ID)) != 0 {
		return l.put(e, s, r.Record(l.decl))
	}
	row := l.addRow(e, r.ID)
	box, has := l.shape(s, r.ID, r.Geometry, r.Z)
	if err := l.setGeometry(e, row, s, box, has); err != nil {
		return err
	}
	*l.versions.slot(e, row) = r.Version
	if code := l.texts.codes.append(r.Code); code != 0 {
		*l.codes.slot(e, row) = code
		*l.byCode.slot(e, code) = row + 1
	}
	for i := range r.Cells {
		if r.Cells[i].Given && !l.columns[i].take(e, row, &r.Cells[i]) {
			l.blameField(r.ID, &l.columns[i].field)
		}
	}
	if len(r.Reports) > 0 {
		*l.reports.slot(e, row) = o.lent.reports(l.texts.notes, r.Reports)
	}
	return nil
}

// take is set for a cell that is given.
func (c *column) take(e *edit, row uint32, v *geo.Cell) bool {
	switch c.field.Type {
	case geo.TextField:
		*c.words.slot(e, row) = c.dict.lent(v.Text)
		return true
	case geo.BoolField:
		*c.words.slot(e, row) = uint32(v.Bits) + 1
		return true
	case geo.DateField:
		*c.words.slot(e, row) = uint32(v.Bits)
		return true
	}
	absent := absentInt
	if c.field.Type == geo.FloatField {
		absent = absentFloat
	}
	wide := v.Bits ^ absent
	*c.wide.slot(e, row) = wide
	return wide != 0
}

// reports is appendReports for reports on loan.
func (t *lent) reports(notes *dict, reports []geo.ReportRow) []byte {
	byDate := func(a, b geo.ReportRow) int { return cmp.Compare(a.Date, b.Date) }
	if !slices.IsSortedFunc(reports, byDate) {
		reports = slices.SortedStableFunc(slices.Values(reports), byDate)
	}
	to := binary.AppendUvarint(t.buffer[:0], uint64(len(reports)))
	for _, r := range reports {
		to = binary.AppendUvarint(to, uint64(uint32(r.Date)))
		to = binary.AppendUvarint(to, r.Version)
		n, values := uint64(0), t.values[:0]
		for i := range t.fields {
			f := &t.fields[i]
			v := &r.Cells[f.place]
			if !v.Given {
				continue
			}
			if f.note == 0 {
				f.note = notes.add(f.name)
			}
			values = appendCell(binary.AppendUvarint(values, uint64(f.note)), notes, f.typ, v)
			n++
		}
		to = append(binary.AppendUvarint(to, n), values...)
		t.values = values
	}
	t.buffer = to
	return t.kept.keep(to)
}

// appendCell is appendValue for a cell that is given.
func appendCell(to []byte, notes *dict, typ geo.FieldType, v *geo.Cell) []byte {
	switch typ {
	case geo.TextField:
		return binary.AppendUvarint(append(to, textValue), uint64(notes.lent(v.Text)))
	case geo.IntField:
		return binary.AppendVarint(append(to, intValue), int64(v.Bits))
	case geo.FloatField:
		return binary.LittleEndian.AppendUint64(append(to, floatValue), v.Bits)
	case geo.BoolField:
		return append(to, boolValue, byte(v.Bits))
	case geo.DateField:
		return binary.AppendUvarint(append(to, dateValue), uint64(uint32(v.Bits)))
	}
	return binary.AppendVarint(append(to, timeValue), int64(v.Bits))
}

// keeper keeps runs of bytes in blocks, so that each costs no allocation of its
// own. A block lives as long as anything in it.
type keeper struct{ room []byte }

const (
	leastBlock = 256
	mostBlock  = 32 << 10
)

// keep gives a copy of its own.
func (k *keeper) keep(b []byte) []byte {
	if len(b) > cap(k.room)-len(k.room) {
		k.room = make([]byte, 0, max(len(b), min(mostBlock, max(leastBlock, 2*cap(k.room)))))
	}
	at := len(k.room)
	k.room = append(k.room, b...)
	return k.room[at:len(k.room):len(k.room)]
}
