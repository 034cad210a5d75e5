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
	if w.lending != o {
		if err := w.order(); err != nil {
			return err
		}
		if o.lent == nil {
			o.lent = newLent(o.decl)
		}
		if o.lent.ordered != nil { // it comes again
			<-o.lent.ordered
		}
		w.lending, w.taking = o, beginTaking(o, w.edit)
	}
	return w.taking.add(&w.shaper, r)
}

// order takes the last rows of the layer that came last in, and begins to put it in
// order.
func (w *work) order() error {
	o := w.lending
	if o == nil {
		return nil
	}
	w.lending = nil
	if err := w.taking.end(); err != nil {
		return err
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
	return nil
}

// ordered waits until all that was lent is in order; after an error only until
// nothing is under way.
func (w *work) ordered(err error) error {
	if err == nil {
		err = w.order()
	} else if w.lending != nil {
		w.taking.drop()
	}
	if w.ordering != nil {
		<-w.ordering
	}
	return err
}

// taking is how a layer takes in what is lent: one goroutine fills batches, which is
// the lender's, another empties them, in order.
type taking struct {
	of         *open
	now        *batch // under filling
	full, free chan *batch
	done       chan struct{} // closed when the last is empty, or on an error
	err        error         // good when done
}

// batches is how many there are at most, which bounds what is on its way.
const batches = 4

func beginTaking(o *open, e *edit) *taking {
	t := &taking{of: o, now: newBatch(o.table), full: make(chan *batch, batches), free: make(chan *batch, batches), done: make(chan struct{})}
	for range batches - 1 {
		t.free <- newBatch(o.table)
	}
	go func() {
		defer close(t.done)
		var s shaper
		for b := range t.full {
			if t.err = o.take(e, &s, b); t.err != nil {
				return
			}
			t.free <- b.emptied(o.table)
		}
	}()
	return t
}

// add fills a row in. An error may be that of a row before.
func (t *taking) add(s *shaper, r *geo.Row) error {
	t.now.add(s, t.of, r)
	if !t.now.isFull() {
		return nil
	}
	select {
	case t.full <- t.now:
	case <-t.done:
		return t.err
	}
	select {
	case t.now = <-t.free:
		return nil
	case <-t.done:
		return t.err
	}
}

// end takes in what is left.
func (t *taking) end() error {
	select {
	case t.full <- t.now:
	case <-t.done:
	}
	t.drop()
	return t.err
}

// drop leaves what is left, and waits for the end of what is under way.
func (t *taking) drop() {
	close(t.full)
	<-t.done
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
