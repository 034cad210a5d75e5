package postgis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// lendRows gives every layer row by row.
func (s *Store) lendRows(ctx context.Context, tx pgx.Tx, cat *catalog, each func(*geo.Row) error) error {
	return s.eachLayer(ctx, tx, cat, func(other pgx.Tx, e *entry) error {
		return lendLayer(ctx, tx, other, e, each)
	})
}

// eachLayer calls read with every layer that is held in memory. Its features are
// read in tx and its reports in other, on a second connection with the same
// snapshot, in one order, so that neither side is held in memory; other is nil
// until a layer has reports.
func (s *Store) eachLayer(ctx context.Context, tx pgx.Tx, cat *catalog, read func(other pgx.Tx, e *entry) error) error {
	var other pgx.Tx
	for _, id := range cat.ids() {
		e := cat.layers[id]
		if e.features == nil || e.decl.InDatabase() {
			continue
		}
		if e.reports != nil && other == nil {
			twin, err := s.twin(ctx, tx)
			if err != nil {
				return err
			}
			defer twin.Rollback(context.WithoutCancel(ctx))
			other = twin
		}
		if err := read(other, e); err != nil {
			return err
		}
	}
	return nil
}

// twin begins a transaction that sees what tx sees.
func (s *Store) twin(ctx context.Context, tx pgx.Tx) (pgx.Tx, error) {
	var name string
	if err := tx.QueryRow(ctx, "SELECT pg_export_snapshot()").Scan(&name); err != nil {
		return nil, err
	}
	twin, err := s.pool.BeginTx(ctx, readOnly)
	if err != nil {
		return nil, err
	}
	if _, err := twin.Exec(ctx, "SET TRANSACTION SNAPSHOT "+quoteText(name)); err != nil {
		return nil, errors.Join(err, twin.Rollback(ctx))
	}
	return twin, nil
}

func lendLayer(ctx context.Context, tx, other pgx.Tx, e *entry, each func(*geo.Row) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	features := beginCopy(ctx, tx, e.features.copied())
	var reports lentReports
	if e.reports != nil {
		reports.rows, reports.r = beginCopy(ctx, other, e.reports.copied()), e.reports.lender()
	}
	defer func() {
		broken := err != nil
		if broken {
			cancel() // of a copy not read to its end
		}
		for _, c := range []*copying{features, reports.rows} {
			if e := c.end(); !broken {
				err = errors.Join(err, e)
			}
		}
		cancel()
	}()
	if err := reports.advance(); err != nil {
		return err
	}
	r := e.features.lender()
	for features.next() {
		features.release()
		row, err := r.row(features.values)
		if err != nil {
			return err
		}
		if row.Reports, err = reports.of(row.ID); err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return features.err
}

// lentReports gives the reports of one feature after the other, in order of id.
type lentReports struct {
	rows *copying // nil: there are none
	r    *lender
	next geo.ID // whose report comes next; 0 = no more
	out  []geo.ReportRow
	room []geo.Cell
}

func (s *lentReports) advance() error {
	s.next = 0
	if s.rows == nil || !s.rows.next() {
		return s.err()
	}
	s.next = geo.ID(binary.BigEndian.Uint64(s.rows.values[atID]))
	return nil
}

func (s *lentReports) err() error {
	if s.rows == nil {
		return nil
	}
	return s.rows.err
}

func (s *lentReports) of(id geo.ID) ([]geo.ReportRow, error) {
	s.out, s.room = s.out[:0], s.room[:0]
	if s.rows != nil {
		s.rows.release()
	}
	for s.next != 0 && s.next <= id {
		if s.next == id {
			at := len(s.room)
			s.room = slices.Grow(s.room, s.r.width)[:at+s.r.width]
			rep := geo.ReportRow{Date: pgDate(s.rows.values[atCode]), Version: binary.BigEndian.Uint64(s.rows.values[atVersion]), Cells: s.room[at:]}
			if err := s.r.cells(rep.Cells, s.rows.values[atGeom+1:]); err != nil {
				return nil, err
			}
			s.out = append(s.out, rep)
		}
		if err := s.advance(); err != nil {
			return nil, err
		}
	}
	return s.out, nil
}

// copied is the statement that copies everything, in the order of all.
func (r *reader) copied() string { return "COPY (" + r.all() + ") TO STDOUT (FORMAT binary)" }

// copying reads the rows of a COPY while the server sends the next.
type copying struct {
	blocks chan []byte
	spent  chan []byte // to be filled again
	done   chan error  // the end of the copy
	block  []byte      // under reading
	left   []byte      // of it
	values [][]byte    // of the row; nil is NULL. They lie in the block
	read   [][]byte    // blocks read through
	err    error
}

const (
	copyBlock  = 64 << 10
	copyBlocks = 16 // read ahead
)

func beginCopy(ctx context.Context, tx pgx.Tx, sql string) *copying {
	c := &copying{blocks: make(chan []byte, copyBlocks), spent: make(chan []byte, copyBlocks), done: make(chan error, 1)}
	go func() {
		w := blockWriter{ctx: ctx, to: c.blocks, spent: c.spent}
		_, err := tx.Conn().PgConn().CopyTo(ctx, &w, sql)
		if err == nil {
			err = w.send()
		}
		close(c.blocks)
		c.done <- err
	}()
	return c
}

// end waits for the copy to be over, which has been read through or cancelled.
func (c *copying) end() error {
	if c == nil {
		return nil
	}
	for range c.blocks {
	}
	return <-c.done
}

// blockWriter gathers messages, each of which the server ends with a row, in
// blocks of whole rows.
type blockWriter struct {
	ctx   context.Context
	to    chan<- []byte
	spent <-chan []byte
	block []byte
}

func (w *blockWriter) Write(b []byte) (int, error) {
	if len(w.block)+len(b) > cap(w.block) {
		if err := w.send(); err != nil {
			return 0, err
		}
		w.block = w.empty(len(b))
	}
	w.block = append(w.block, b...)
	return len(b), nil
}

// empty gives a block for a message of a length at least: where it fits, one that was
// read through.
func (w *blockWriter) empty(n int) []byte {
	if n <= copyBlock {
		select {
		case b := <-w.spent:
			return b
		default:
		}
	}
	return make([]byte, 0, max(copyBlock, n))
}

func (w *blockWriter) send() error {
	if len(w.block) == 0 {
		return nil
	}
	select {
	case w.to <- w.block:
		w.block = nil
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// The frame of binary COPY: a signature, flags and the length of an extension
// before the rows, and −1 for a number of values behind them.
const (
	copySignature = "PGCOPY\n\xff\r\n\x00"
	copyHead      = len(copySignature) + 8
)

// next moves on to the next row; false at the end, or with an err.
func (c *copying) next() bool {
	if len(c.left) == 0 {
		block, ok := <-c.blocks
		if !ok {
			if c.err = <-c.done; c.err == nil {
				c.err = io.ErrUnexpectedEOF
			}
			c.done <- c.err
			return false
		}
		if c.block != nil {
			c.read = append(c.read, c.block)
		}
		c.block = block
		if c.left = block; c.values == nil {
			if len(block) < copyHead || string(block[:len(copySignature)]) != copySignature {
				c.err = errors.New("the server's copy does not begin as one")
				return false
			}
			c.left = block[copyHead:]
		}
		if len(c.left) == 0 {
			return c.next()
		}
	}
	if c.err = c.split(); c.err != nil {
		return false
	}
	return len(c.values) > 0
}

// release gives back what holds none but rows before the last: they are not used any more.
func (c *copying) release() {
	for _, b := range c.read {
		if cap(b) != copyBlock { // a large one is not kept
			continue
		}
		select {
		case c.spent <- b[:0]:
		default:
		}
	}
	clear(c.read)
	c.read = c.read[:0]
}

// split cuts the next row off; none at the end.
func (c *copying) split() error {
	b := c.left
	if len(b) < 2 {
		return io.ErrUnexpectedEOF
	}
	n := int(int16(binary.BigEndian.Uint16(b)))
	b = b[2:]
	c.values = slices.Grow(c.values[:0], max(n, 1))
	for range n {
		if len(b) < 4 {
			return io.ErrUnexpectedEOF
		}
		size := int(int32(binary.BigEndian.Uint32(b)))
		b = b[4:]
		if size < 0 {
			c.values = append(c.values, nil)
			continue
		}
		if size > len(b) {
			return io.ErrUnexpectedEOF
		}
		c.values = append(c.values, b[:size:size])
		b = b[size:]
	}
	c.left = b
	return nil
}

// lender is a reader that lends the rows of one pass.
type lender struct {
	*reader
	shape shapeReader
	out   geo.Row
	width int // fields declared
}

func (r *reader) lender() *lender {
	return &lender{reader: r, shape: lentShapes(), width: r.width, out: geo.Row{Layer: r.layer, Cells: make([]geo.Cell, r.width)}}
}

func (l *lender) row(raw [][]byte) (*geo.Row, error) {
	out := &l.out
	out.ID, out.Version, out.Code = geo.ID(binary.BigEndian.Uint64(raw[atID])), binary.BigEndian.Uint64(raw[atVersion]), raw[atCode]
	out.Geometry, out.Z = nil, nil
	var err error
	if raw[atGeom] != nil {
		if out.Geometry, out.Z, err = l.shape.read(raw[atGeom]); err != nil {
			return nil, &geo.Error{Code: geo.Internal, Layer: l.layer, Field: "geom", Message: fmt.Sprintf("geometry of feature %d cannot be read", out.ID), Err: err}
		}
	}
	return out, l.cells(out.Cells, raw[atGeom+1:])
}

// cells reads the fields of a row into cells by place of the declared field.
func (l *lender) cells(to []geo.Cell, raw [][]byte) error {
	clear(to)
	for i := range l.fields {
		if len(raw[i]) == 0 { // NULL, or an empty text, which is absent too
			continue
		}
		f := &l.fields[i]
		c, err := f.cell(raw[i])
		if err != nil {
			return &geo.Error{Code: geo.Internal, Layer: l.layer, Field: f.field.Name, Message: "value cannot be read", Err: err}
		}
		to[f.place] = c
	}
	return nil
}
