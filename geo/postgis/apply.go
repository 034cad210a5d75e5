package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
)

// work is one attempt at a batch.
type work struct {
	s     *Store
	tx    pgx.Tx
	cat   *catalog
	batch geo.Batch
	res   geo.Result
}

// Apply lands a batch in one transaction.
func (s *Store) Apply(ctx context.Context, b geo.Batch) (geo.Result, error) {
	if err := b.Check(); err != nil {
		return geo.Result{}, err
	}
	var res geo.Result
	err := s.retry(ctx, func() (err error) {
		res, err = s.applyOnce(ctx, b)
		return err
	})
	if err != nil {
		if ctx.Err() != nil && geo.CodeOf(err) == geo.Internal {
			err = ctx.Err()
		}
		return geo.Result{}, asStoreError(err, "apply the batch")
	}
	return res, nil
}

func (s *Store) applyOnce(ctx context.Context, b geo.Batch) (geo.Result, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return geo.Result{}, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // after a commit it does nothing
	w := &work{s: s, tx: tx, batch: b, res: geo.Result{IDs: make([]geo.ID, len(b.Edits)), Versions: make([]uint64, len(b.Edits))}}
	replayed, err := w.begin(ctx)
	if err != nil || replayed {
		return w.res, err
	}
	if w.cat, err = s.settledFor(ctx, tx); err != nil {
		return w.res, err
	}
	if err := w.run(ctx); err != nil {
		return w.res, err
	}
	// Codes are compared when all edits are done: two may swap.
	if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		return w.res, w.explain(err, nil)
	}
	xid, err := w.finish(ctx)
	if err != nil {
		return w.res, err
	}
	return w.res, s.commit(ctx, tx, xid)
}

// begin says who writes, and takes the key; it reports whether the key was known.
func (w *work) begin(ctx context.Context) (bool, error) {
	var b pgx.Batch
	b.Queue("SELECT set_config('yiping.actor', $1, true), set_config('yiping.note', $2, true)", w.batch.Actor, w.batch.Note)
	b.Queue("SET CONSTRAINTS ALL DEFERRED")
	if err := w.tx.SendBatch(ctx, &b).Close(); err != nil {
		return false, err
	}
	if w.batch.Key == "" {
		return false, nil
	}
	// A batch of the same key under way elsewhere is waited for here.
	tag, err := w.tx.Exec(ctx, "INSERT INTO yiping.batch (key, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING", w.batch.Key, w.batch.Digest)
	if err != nil || tag.RowsAffected() == 1 {
		return false, err
	}
	var (
		stored []byte
		digest string
	)
	if err := w.tx.QueryRow(ctx, "SELECT result, digest FROM yiping.batch WHERE key = $1", w.batch.Key).Scan(&stored, &digest); err != nil {
		return false, err
	}
	if err := w.batch.CheckDigest(digest); err != nil {
		return false, err
	}
	err = json.Unmarshal(stored, &w.res)
	w.res.Replayed = true
	return true, err
}

// finish makes the cursor, keeps the result under the key, and gives the
// transaction's id, 0 when it wrote nothing.
func (w *work) finish(ctx context.Context) (uint64, error) {
	st, err := readState(ctx, w.tx, writerStateSQL)
	if err != nil {
		return 0, err
	}
	pos := position{st.identity, st.now.with(st.own)}
	if !st.fed { // nothing to follow: the place of one who has seen all so far
		if pos, err = tightPosition(ctx, w.tx, st); err != nil {
			return 0, err
		}
	}
	w.res.Cursor = pos.cursor()
	if w.batch.Key == "" {
		return st.own, nil
	}
	stored, err := json.Marshal(w.res)
	if err != nil {
		return 0, err
	}
	_, err = w.tx.Exec(ctx, "UPDATE yiping.batch SET result = $2 WHERE key = $1", w.batch.Key, stored)
	return st.own, err
}

// commitTimeout bounds a commit, which goes on when the caller has gone.
const commitTimeout = 30 * time.Second

// commit commits. When the connection breaks before the answer comes, the server
// is asked what became of the transaction: a batch that landed is never reported
// as failed.
func (s *Store) commit(ctx context.Context, tx pgx.Tx, xid uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	err := tx.Commit(ctx)
	var pg *pgconn.PgError
	if err == nil || xid == 0 || errors.As(err, &pg) && pg.Code[:2] != "57" || errors.Is(err, pgx.ErrTxCommitRollback) {
		return err
	}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		var status string
		if e := s.pool.QueryRow(ctx, "SELECT coalesce(pg_xact_status($1::text::xid8), '')", strconv.FormatUint(xid, 10)).Scan(&status); e == nil {
			switch status {
			case "committed":
				return nil
			case "aborted":
				return geo.Wrap(geo.Unavailable, err, "the database went away; the batch did not land")
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return &geo.Error{Code: geo.Unavailable, Message: "the database went away while the batch was committed; whether it landed is not known", Err: err,
				Mend: "send the batch again with the same key"}
		}
	}
}

// run applies the edits in order, those alike together.
func (w *work) run(ctx context.Context) error {
	for at := 0; at < len(w.batch.Edits); {
		group, err := w.next(at)
		if err != nil {
			return err
		}
		if err := w.apply(ctx, group); err != nil {
			return err
		}
		at = group.end
	}
	return nil
}

// run is a stretch of edits done by one statement: of one kind, on one layer,
// no two of the same thing.
type run struct {
	start, end int
	op         geo.Op
	layer      geo.LayerID
	pin        pin // of reports that are put
	entry      *entry
}

// pin is what a report that is put expects of the one that is there.
type pin uint8

const (
	anyVersion pin = iota
	atGiven
	absent
)

func pinOf(e *geo.Edit) pin {
	switch {
	case e.Op != geo.PutReport || e.Report.Version == 0:
		return anyVersion
	case e.Report.Version == geo.Absent:
		return absent
	}
	return atGiven
}

const maxRun = 5000

// next finds how far the edits from start on are alike.
func (w *work) next(start int) (run, error) {
	r := run{start: start}
	seen := map[string]struct{}{}
	for i := start; i < len(w.batch.Edits) && i-start < maxRun; i++ {
		e := &w.batch.Edits[i]
		layer, key, err := w.target(i)
		if err != nil {
			return r, err
		}
		pin := pinOf(e)
		_, twice := seen[key]
		if i > start && (e.Op != r.op || layer != r.layer || pin != r.pin || twice || e.Op == geo.Declare || e.Op == geo.SetDate) {
			break
		}
		if key != "" {
			seen[key] = struct{}{}
		}
		r.end, r.op, r.layer, r.pin = i+1, e.Op, layer, pin
	}
	return r, nil
}

// target says which layer an edit is for and what names the thing it touches.
func (w *work) target(i int) (geo.LayerID, string, error) {
	e := &w.batch.Edits[i]
	id, err := w.idOf(i)
	if err != nil {
		return "", "", err
	}
	switch e.Op {
	case geo.Create:
		if e.Feature.ID == 0 {
			return e.Feature.Layer, "", nil
		}
		return e.Feature.Layer, fmt.Sprint(id), nil
	case geo.Replace, geo.Delete:
		return e.Feature.Layer, fmt.Sprint(id), nil
	case geo.PutReport, geo.DropReport:
		return e.Report.Layer, fmt.Sprint(id, "/", e.Report.Date), nil
	case geo.Declare:
		return e.Layer.ID, "", nil
	case geo.SetDate:
		return "", "", nil
	}
	return "", "", &geo.Error{Code: geo.Invalid, Row: i + 1, Message: fmt.Sprintf("there is no edit of kind %d", e.Op)}
}

// idOf gives the feature an edit speaks of, through Of where it says so.
func (w *work) idOf(i int) (geo.ID, error) {
	e := &w.batch.Edits[i]
	if e.Of == 0 {
		if e.Op == geo.PutReport || e.Op == geo.DropReport {
			return e.Report.Feature, nil
		}
		return e.Feature.ID, nil
	}
	of := e.Of - 1
	if of < 0 || of >= i || w.batch.Edits[of].Op != geo.Create || e.Op == geo.Create {
		return 0, &geo.Error{Code: geo.Invalid, Row: i + 1, Field: "of", Message: fmt.Sprintf("edit %d is no earlier create of this batch", e.Of)}
	}
	return w.res.IDs[of], nil
}

func (w *work) apply(ctx context.Context, r run) error {
	switch r.op {
	case geo.Declare:
		return w.declare(ctx, r.start)
	case geo.SetDate:
		return w.setDate(ctx, r.start)
	}
	r.entry = w.cat.layers[r.layer]
	if r.entry == nil {
		e := noSuchLayer(r.layer)
		e.Row = r.start + 1
		return e
	}
	if err := w.writable(r); err != nil {
		return err
	}
	switch r.op {
	case geo.Create:
		return w.create(ctx, r)
	case geo.Replace:
		return w.replace(ctx, r)
	case geo.Delete:
		return w.delete(ctx, r)
	case geo.PutReport:
		return w.putReports(ctx, r)
	default:
		return w.dropReports(ctx, r)
	}
}

// writable refuses a layer whose table would not record what is written.
func (w *work) writable(r run) error {
	if r.entry.damaged || r.entry.features == nil {
		return &geo.Error{Code: geo.Unavailable, Layer: r.layer, Row: r.start + 1, Message: "the layer's table is not as the store made it",
			Mend: "run yiping doctor: it says what differs and how to put it right"}
	}
	if (r.op == geo.PutReport || r.op == geo.DropReport) && len(r.entry.decl.Reports) == 0 {
		return &geo.Error{Code: geo.Invalid, Layer: r.layer, Row: r.start + 1, Message: "the layer takes no reports"}
	}
	return nil
}

func (w *work) setDate(ctx context.Context, i int) error {
	d := w.batch.Edits[i].Date
	if d.District == "" || d.Date < 1 || d.Date > maxDate {
		return &geo.Error{Code: geo.Invalid, Row: i + 1, Field: "date", Message: "an evaluation date needs a district and a day"}
	}
	_, err := w.tx.Exec(ctx, `INSERT INTO yiping.evaluation (district, date, live) VALUES ($1, $2, $3)
		ON CONFLICT (district) DO UPDATE SET date = excluded.date, live = excluded.live`, d.District, d.Date.Time(), d.Live)
	return w.explain(err, &run{start: i, end: i + 1})
}

// maxDate is 9999-12-31: later ones have no text of four digits.
const maxDate geo.Date = 3652059
