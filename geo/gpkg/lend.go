package gpkg

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"yiping/geo"
	"yiping/geo/wkb"
)

// Load reads everything at one cursor.
func (s *Store) Load(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	return geo.LoadLent(ctx, s, head, record)
}

// Lend is Load with rows on loan.
func (s *Store) Lend(ctx context.Context, head func(geo.Head) error, row func(*geo.Row) error) error {
	return s.read(ctx, func(c *conn) error {
		pos, err := position(c)
		if err != nil {
			return err
		}
		ls, err := s.layers(c)
		if err != nil {
			return err
		}
		dates, err := readDates(c, `1`)
		if err != nil {
			return err
		}
		if err := head(geo.Head{Cursor: pos.cursor(), Layers: bare(ls), Dates: dates, Faults: s.faults(ls)}); err != nil {
			return err
		}
		for i := range ls {
			if s.away(&ls[i]) {
				continue
			}
			if err := s.lendLayer(ctx, c, &ls[i].Layer, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// pack is a number of rows as they come from the file, on their way from the
// goroutine that reads to the one that decodes.
type pack struct {
	values []driver.Value // of feature, its reports, the next feature …
	counts []int          // of reports, by feature
}

// packRows is how many features make a pack, packsAhead how many packs are read
// ahead.
const (
	packRows   = 256
	packsAhead = 4
)

func (s *Store) lendLayer(ctx context.Context, c *conn, l *geo.Layer, each func(*geo.Row) error) error {
	s.forgetSpoilt(l.ID) // every geometry is looked at anew
	ctx, cancel := context.WithCancel(ctx)
	packs, done := make(chan pack, packsAhead), make(chan error, 1)
	go func() {
		defer close(packs)
		done <- readPacks(ctx, c, l, packs)
	}()
	d := newUnpacker(s, l)
	var err error
	for p := range packs {
		if err != nil {
			continue // until the reader has seen that it is over
		}
		if err = d.unpack(&p, each); err != nil {
			cancel()
		}
	}
	cancel()
	return cmp.Or(err, <-done)
}

// readPacks reads features in order of id, each with its reports in order of date.
func readPacks(ctx context.Context, c *conn, l *geo.Layer, to chan<- pack) (err error) {
	fs, err := c.query(selectFeatures(l) + ` ORDER BY id`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fs.close()) }()
	var rs *rows
	if len(l.Reports) > 0 {
		if rs, err = c.query(selectReports(l) + ` ORDER BY feature_id, date`); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rs.close()) }()
	}
	var p pack
	send := func() error {
		select {
		case to <- p:
			p = pack{make([]driver.Value, 0, len(p.values)), make([]int, 0, packRows)}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	more := rs != nil && rs.next()
	for fs.next() {
		id, _ := fs.vals[0].(int64)
		p.values = append(p.values, fs.vals...)
		n := 0
		for ; more; more = rs.next() {
			// One of no feature was left over by a program that has not our triggers.
			if owner, _ := rs.vals[0].(int64); owner > id {
				break
			} else if owner == id {
				p.values = append(p.values, rs.vals...)
				n++
			}
		}
		if p.counts = append(p.counts, n); len(p.counts) == packRows {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if len(p.counts) == 0 {
		return nil
	}
	return send()
}

// unpacker makes rows of packs; what it gives is its own again after each.
type unpacker struct {
	store *Store
	layer *geo.Layer
	shape wkb.Decoder
	row   geo.Row
	cells []geo.Cell // of reports
	text  []byte
}

func newUnpacker(s *Store, l *geo.Layer) *unpacker {
	return &unpacker{store: s, layer: l, shape: wkb.Decoder{Lend: true}, row: geo.Row{Layer: l.ID, Cells: make([]geo.Cell, len(l.Fields))}}
}

func (u *unpacker) unpack(p *pack, each func(*geo.Row) error) error {
	values := p.values
	take := func(n int) []driver.Value {
		v := values[:n]
		values = values[n:]
		return v
	}
	for _, reports := range p.counts {
		u.feature(take(4 + len(u.layer.Fields)))
		u.row.Reports, u.cells = u.row.Reports[:0], u.cells[:0]
		for range reports {
			u.report(take(3 + len(u.layer.Reports)))
		}
		if err := each(&u.row); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) feature(v []driver.Value) {
	id, _ := v[0].(int64)
	code, _ := v[1].(string)
	version, _ := v[2].(int64)
	blob, _ := v[3].([]byte)
	u.text = u.text[:0]
	r := &u.row
	r.ID, r.Version, r.Code = geo.ID(id), uint64(version), u.lend(code)
	var fault error
	r.Geometry, r.Z, fault = readGeometry(&u.shape, blob)
	u.store.markSpoilt(u.layer.ID, r.ID, fault)
	for i, f := range u.layer.Fields {
		r.Cells[i] = u.cell(f, v[4+i])
	}
}

func (u *unpacker) report(v []driver.Value) {
	text, _ := v[1].(string)
	version, _ := v[2].(int64)
	date, ok := plainDate(text)
	if !ok {
		return
	}
	at := len(u.cells)
	for i, f := range u.layer.Reports {
		u.cells = append(u.cells, u.cell(f, v[3+i]))
	}
	u.row.Reports = append(u.row.Reports, geo.ReportRow{Date: date, Version: uint64(version), Cells: u.cells[at:]})
}

// lend gives a text as bytes. Growing leaves what was lent before as it is.
func (u *unpacker) lend(s string) []byte {
	at := len(u.text)
	u.text = append(u.text, s...)
	return u.text[at:]
}

// cell is value on loan.
func (u *unpacker) cell(f geo.Field, v driver.Value) geo.Cell {
	switch v := v.(type) {
	case nil:
		return geo.Cell{}
	case string:
		if f.Type == geo.TextField {
			return geo.TextCell(u.lend(v))
		}
	case int64:
		if f.Type == geo.IntField {
			return geo.Cell{Given: true, Bits: uint64(v)}
		}
	}
	switch v := value(f, v).(type) {
	case string:
		return geo.TextCell(u.lend(v))
	case int64:
		return geo.Cell{Given: true, Bits: uint64(v)}
	case float64:
		return geo.FloatCell(v)
	case bool:
		return geo.BoolCell(v)
	case geo.Date:
		return geo.Cell{Given: true, Bits: uint64(v)}
	case time.Time:
		return geo.Cell{Given: true, Bits: uint64(v.UnixMicro())}
	}
	return geo.Cell{}
}
