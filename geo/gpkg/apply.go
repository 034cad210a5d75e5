package gpkg

import (
	"context"
	"encoding/json"
	"errors"

	"yiping/geo"
)

// Apply lands a batch in one transaction, with one fsync.
func (s *Store) Apply(ctx context.Context, b geo.Batch) (geo.Result, error) {
	if err := b.Check(); err != nil {
		return geo.Result{}, err
	}
	c, err := s.borrow(ctx, s.write)
	if err != nil {
		return geo.Result{}, err
	}
	defer s.giveBack(c, s.write)
	if err := s.begin(ctx, c); err != nil {
		return geo.Result{}, err
	}
	res, err := s.applyIn(ctx, c, b)
	if err == nil {
		_, err = c.exec(`COMMIT`)
	}
	if err != nil {
		c.rollback()
		return geo.Result{}, err
	}
	s.ring()
	return res, nil
}

// begin takes the write lock, with every layer table in order.
func (s *Store) begin(ctx context.Context, c *conn) error {
	for try := 0; ; try++ {
		if _, err := c.execContext(ctx, `BEGIN IMMEDIATE`); err != nil {
			return err
		}
		sound, err := s.sound(c)
		if err == nil && sound {
			return nil
		}
		c.rollback()
		if err == nil && try == 2 {
			err = geo.Errorf(geo.Unavailable, "another program keeps changing the tables")
		}
		if err == nil {
			err = s.mendWith(ctx, c)
		}
		if err != nil {
			return err
		}
	}
}

// replayed finds the result of a batch that landed before under the same key.
func replayed(c *conn, b *geo.Batch) (geo.Result, bool, error) {
	var res geo.Result
	if b.Key == "" {
		return res, false, nil
	}
	row, err := c.one(`SELECT result, digest FROM yiping_batch WHERE key = ?`, b.Key)
	if err != nil || row == nil {
		return res, false, err
	}
	text, _ := row[0].(string)
	digest, _ := row[1].(string)
	if err := b.CheckDigest(digest); err != nil {
		return res, false, err
	}
	if err := json.Unmarshal([]byte(text), &res); err != nil {
		return res, false, geo.Wrap(geo.Internal, err, "the result kept for batch %s cannot be read", b.Key)
	}
	res.Replayed = true
	return res, true, nil
}

func (s *Store) applyIn(ctx context.Context, c *conn, b geo.Batch) (geo.Result, error) {
	if res, known, err := replayed(c, &b); err != nil || known {
		return res, err
	}
	a := &applier{s: s, c: c, edits: b.Edits, tables: map[geo.LayerID]*table{},
		res: geo.Result{IDs: make([]geo.ID, len(b.Edits)), Versions: make([]uint64, len(b.Edits))}}
	var err error
	if a.layers, err = s.layers(c); err != nil {
		return a.res, err
	}
	before, err := position(c)
	if err != nil {
		return a.res, err
	}
	recorded, err := lastRecorded(c)
	if err != nil {
		return a.res, err
	}
	if _, err := c.exec(`UPDATE yiping_writer SET actor = ?, note = ?`, b.Actor, b.Note); err != nil {
		return a.res, err
	}
	for i := range b.Edits {
		if err := ctx.Err(); err != nil {
			return a.res, err
		}
		if err := a.edit(i); err != nil {
			return a.res, inRow(err, i+1)
		}
	}
	if err := a.finish(ctx, b, before); err != nil {
		return a.res, err
	}
	return a.res, land(c, recorded)
}

// inRow says which edit of the batch is at fault.
func inRow(err error, row int) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Row = row
	return &c
}

func (a *applier) finish(ctx context.Context, b geo.Batch, before pos) error {
	for _, t := range a.tables {
		if err := t.recordExtent(a.c); err != nil {
			return err
		}
	}
	if _, err := a.c.exec(`UPDATE yiping_writer SET actor = '` + directActor + `', note = NULL`); err != nil {
		return err
	}
	here, err := position(a.c)
	if err != nil {
		return err
	}
	a.res.Cursor = here.cursor()
	if b.Key != "" {
		text, err := json.Marshal(a.res)
		if err != nil {
			return geo.Wrap(geo.Internal, err, "the result cannot be kept")
		}
		if _, err := a.c.exec(`INSERT INTO yiping_batch (key, actor, result, digest) VALUES (?, ?, ?, ?)`, b.Key, b.Actor, string(text), b.Digest); err != nil {
			return err
		}
	}
	// once in a tenth of what is kept
	if every := a.s.opts.FeedRows/10 + 1; here.seq/every != before.seq/every {
		if err := a.s.prune(a.c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// applier lands the edits of one batch within its transaction.
type applier struct {
	s      *Store
	c      *conn
	edits  []geo.Edit
	layers []layer
	tables map[geo.LayerID]*table
	res    geo.Result
	later  map[holder]int // last edit that replaces or deletes a feature, made when first needed
}

type holder struct {
	layer geo.LayerID
	id    geo.ID
}

func (a *applier) edit(i int) error {
	e := &a.edits[i]
	switch e.Op {
	case geo.Create:
		return a.create(i, e.Feature)
	case geo.Replace, geo.Delete:
		f, err := a.ofFeature(i, e)
		if err != nil {
			return err
		}
		if e.Op == geo.Replace {
			return a.replace(i, f)
		}
		return a.remove(i, f)
	case geo.PutReport, geo.DropReport:
		r, err := a.ofReport(i, e)
		if err != nil {
			return err
		}
		if e.Op == geo.PutReport {
			return a.putReport(i, r)
		}
		return a.dropReport(i, r)
	case geo.Declare:
		return a.declare(i, e.Layer)
	case geo.SetDate:
		return a.setDate(e.Date)
	}
	return geo.Errorf(geo.Invalid, "unknown operation %d", e.Op)
}

// drawn gives the feature that edit of created, for a later edit of the batch.
func (a *applier) drawn(i, of int) (geo.LayerID, geo.ID, error) {
	if of < 1 || of > i || a.edits[of-1].Op != geo.Create {
		return "", 0, &geo.Error{Code: geo.Invalid, Field: "of", Message: "the edit it refers to is no earlier creation in this batch"}
	}
	return a.edits[of-1].Feature.Layer, a.res.IDs[of-1], nil
}

func (a *applier) ofFeature(i int, e *geo.Edit) (geo.Feature, error) {
	f := e.Feature
	if e.Of == 0 {
		return f, nil
	}
	l, id, err := a.drawn(i, e.Of)
	if err == nil && f.Layer != "" && f.Layer != l {
		err = &geo.Error{Code: geo.Invalid, Layer: f.Layer, Field: "of", Message: "the edit it refers to created a feature of layer " + string(l)}
	}
	f.Layer, f.ID = l, id
	return f, err
}

func (a *applier) ofReport(i int, e *geo.Edit) (geo.Report, error) {
	f, err := a.ofFeature(i, &geo.Edit{Of: e.Of, Feature: geo.Feature{Layer: e.Report.Layer, ID: e.Report.Feature}})
	r := e.Report
	r.Layer, r.Feature = f.Layer, f.ID
	return r, err
}

func (a *applier) setDate(d geo.DistrictDate) error {
	if d.District == "" {
		return &geo.Error{Code: geo.Invalid, Field: "district", Message: "a district is needed"}
	}
	if d.Date <= 0 || d.Date > maxDate {
		return &geo.Error{Code: geo.Invalid, Field: "date", Message: "a date is needed"}
	}
	_, err := a.c.exec(`INSERT INTO yiping_date (district, date, live) VALUES (?, ?, ?)
		ON CONFLICT (district) DO UPDATE SET date = excluded.date, live = excluded.live`, d.District, stored(d.Date), stored(d.Live))
	return err
}

// maxDate is 9999-12-31, the last day SQLite knows.
const maxDate geo.Date = 3652059

// table gives what is needed to write a layer, which must exist and be in order.
func (a *applier) table(id geo.LayerID) (*table, error) {
	if t, ok := a.tables[id]; ok {
		return t, nil
	}
	l, err := find(a.layers, id)
	if err != nil {
		return nil, err
	}
	if a.s.away(l) {
		return nil, &geo.Error{Code: geo.Unavailable, Layer: id, Message: "its table is not in order", Mend: "see yiping doctor"}
	}
	t := newTable(&l.Layer)
	a.tables[id] = t
	return t, nil
}
