package postgis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// state is what a read transaction learns first, in one statement.
type state struct {
	identity
	horizon uint64      // feed rows below may be gone
	now     snapshot    // as the server gives it, not yet tight
	faults  []geo.Fault // durability
	print   string      // of a reader
	own     uint64      // of a writer: its transaction id, 0 when it wrote nothing
	fed     bool        // of a writer: it wrote to the feed
}

const stateSQL = `SELECT
	CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE') THEN (SELECT system_identifier FROM pg_control_system()) ELSE 0 END,
	left(pg_walfile_name(pg_current_wal_lsn()), 8),
	(SELECT oid FROM pg_database WHERE datname = current_database()),
	epoch, horizon::text, pg_current_snapshot()::text,
	array_remove(ARRAY[
		CASE WHEN NOT current_setting('fsync')::boolean THEN 'fsync' END,
		CASE WHEN NOT current_setting('full_page_writes')::boolean THEN 'full_page_writes' END,
		CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'synchronous_commit' END,
		CASE WHEN current_setting('wal_level') = 'minimal' THEN 'wal_level' END], NULL)`

// Readers ask for the fingerprint of the tables, writers for what became of their
// own transaction: its id, and whether it wrote to the feed.
const (
	readerStateSQL = stateSQL + ", (" + fingerprintSQL + "), '0', false FROM yiping.meta"
	writerStateSQL = stateSQL + `, '', coalesce(pg_current_xact_id_if_assigned()::text, '0'),
		EXISTS (SELECT FROM yiping.feed WHERE xid = pg_current_xact_id_if_assigned()) FROM yiping.meta`
)

func readState(ctx context.Context, tx querier, sql string) (state, error) {
	var st state
	var system int64
	var timeline, horizon, snap, xid string
	var off []string
	err := tx.QueryRow(ctx, sql).Scan(&system, &timeline, &st.database, &st.epoch, &horizon, &snap, &off, &st.print, &xid, &st.fed)
	if err != nil {
		return st, err
	}
	st.system = uint64(system)
	tli, err := strconv.ParseUint(timeline, 16, 32)
	if err != nil {
		return st, err
	}
	st.timeline = uint32(tli)
	if st.horizon, err = strconv.ParseUint(horizon, 10, 64); err != nil {
		return st, err
	}
	if st.own, err = strconv.ParseUint(xid, 10, 64); err != nil {
		return st, err
	}
	if st.now, err = parseSnapshot(snap); err != nil {
		return st, err
	}
	for _, setting := range off {
		st.faults = append(st.faults, durabilityFault(setting))
	}
	return st, nil
}

func durabilityFault(setting string) geo.Fault {
	if setting == "wal_level" {
		// In PostgreSQL 15 a sequence drawn from in the transaction that made it
		// falls back after a crash under this level.
		return geo.Fault{Message: "wal_level is minimal: after a crash ids could be drawn twice", Mend: "ALTER SYSTEM SET wal_level = replica; then restart the server"}
	}
	return geo.Fault{Message: "durability is switched off: " + setting + " = off",
		Mend: "ALTER SYSTEM SET " + setting + " = on; SELECT pg_reload_conf()"}
}

// readOnly is a consistent picture for the length of a transaction.
var readOnly = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// binary asks for all columns in binary form, as the readers expect them.
var binaryRows = pgx.QueryResultFormats{pgx.BinaryFormatCode}

// reading runs do in a read transaction and ends it.
func (s *Store) reading(ctx context.Context, do func(tx pgx.Tx) error) error {
	err := pgx.BeginTxFunc(ctx, s.pool, readOnly, do)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Load reads everything at one cursor.
func (s *Store) Load(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	return geo.LoadLent(ctx, s, head, record)
}

// Lend is Load with rows on loan. Tables are locked against being dropped,
// truncated or altered before the snapshot is taken: those changes do not wait
// for readers' snapshots and would show as an empty table.
func (s *Store) Lend(ctx context.Context, head func(geo.Head) error, row func(*geo.Row) error) error {
	return deliver(ctx, s, receiver[*geo.Row]{head, row}, func(to receiver[*geo.Row]) error {
		names, err := s.layerTables(ctx)
		if err != nil {
			return err
		}
		return s.reading(ctx, func(tx pgx.Tx) error {
			if len(names) > 0 {
				if _, err := tx.Exec(ctx, "LOCK TABLE "+strings.Join(names, ", ")+" IN ACCESS SHARE MODE"); err != nil {
					return err
				}
			}
			return s.lend(ctx, tx, to)
		})
	})
}

// receiver takes what a load gives.
type receiver[T any] struct {
	head func(geo.Head) error
	each func(T) error
}

// deliver loads, starting over where that helps until the head has been given:
// from then on the receiver has part of it, and starting over is for the caller.
func deliver[T any](ctx context.Context, s *Store, r receiver[T], load func(receiver[T]) error) error {
	delivered := false
	var stop error // what a callback said
	to := receiver[T]{
		func(h geo.Head) error { delivered, stop = true, r.head(h); return stop },
		func(x T) error { stop = r.each(x); return stop },
	}
	err := s.retry(ctx, func() error {
		err := load(to)
		if delivered && err != nil {
			return final{err}
		}
		return err
	})
	if stop != nil {
		return stop
	}
	var f final
	if errors.As(err, &f) {
		err = f.error
	}
	return asStoreError(err, "load")
}

// final keeps an error from being retried.
type final struct{ error }

func (s *Store) lend(ctx context.Context, tx pgx.Tx, to receiver[*geo.Row]) error {
	seen := s.bell.count()
	st, err := readState(ctx, tx, readerStateSQL)
	if err != nil {
		return err
	}
	cat, err := s.settled(ctx, tx, st.print)
	if err != nil {
		return err
	}
	pos, err := tightPosition(ctx, tx, st)
	if err != nil {
		return err
	}
	dates, err := readDates(ctx, tx, nil)
	if err != nil {
		return err
	}
	h := geo.Head{Cursor: pos.cursor(), Layers: cat.declarations(), Dates: dates, Faults: append(st.faults, s.faults(cat)...)}
	s.bell.saw(h.Cursor, seen)
	if err := to.head(h); err != nil {
		return err
	}
	return s.lendRows(ctx, tx, cat, to.each)
}

// layerTables names the tables there are, quoted, in one order. Asked within the
// load's own transaction it would fix the snapshot before the locks are held.
func (s *Store) layerTables(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, relations+"SELECT relname FROM rel WHERE relkind = 'r' ORDER BY oid")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (string, error) {
		var name string
		err := r.Scan(&name)
		return inPublic(name), err
	})
}

// tightPosition finds the greatest visible feed row and makes the cursor of a
// reader that knows everything.
func tightPosition(ctx context.Context, tx querier, st state) (position, error) {
	if err := refuseFuture(ctx, tx); err != nil {
		return position{}, err
	}
	lo, hi := bounds(snapshot{}.news(st.now))
	var last string
	err := tx.QueryRow(ctx, `SELECT f.xid::text FROM unnest($1::text[]::xid8[], $2::text[]::xid8[]) s (lo, hi)
		CROSS JOIN LATERAL (SELECT xid FROM yiping.feed WHERE xid >= s.lo AND xid < s.hi ORDER BY xid DESC LIMIT 1) f
		ORDER BY f.xid DESC LIMIT 1`, lo, hi).Scan(&last)
	top := st.horizon
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return position{}, err
	default:
		x, err := strconv.ParseUint(last, 10, 64)
		if err != nil {
			return position{}, err
		}
		top = max(top, x+1)
	}
	return position{st.identity, st.now.below(top)}, nil
}

// bounds writes spans as two arrays of texts: pgx knows no xid8.
func bounds(spans []span) (lo, hi []string) {
	lo, hi = make([]string, len(spans)), make([]string, len(spans))
	for i, s := range spans {
		lo[i], hi[i] = strconv.FormatUint(s.lo, 10), strconv.FormatUint(s.hi, 10)
	}
	return lo, hi
}

// refuseFuture refuses a feed that was restored into a younger cluster: its
// transaction ids will be given out again, to other changes.
func refuseFuture(ctx context.Context, tx querier) error {
	var future bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM yiping.feed WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid <> coalesce(pg_current_xact_id_if_assigned(), '0'))
		OR (SELECT horizon > pg_snapshot_xmax(pg_current_snapshot()) FROM yiping.meta)`).Scan(&future)
	if err != nil || !future {
		return err
	}
	return &geo.Error{Code: geo.Unavailable, Message: "the feed holds transactions of the future: the database was restored from a copy",
		Mend: "run yiping doctor --after-restore once"}
}

// readDates gives evaluation dates by district; of nil all of them.
func readDates(ctx context.Context, tx querier, of []string) ([]geo.DistrictDate, error) {
	rows, err := tx.Query(ctx, "SELECT district, date - DATE '0001-01-01' + 1, live FROM yiping.evaluation WHERE $1::text[] IS NULL OR district = ANY ($1) ORDER BY district", of)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDate)
}

func scanDate(r pgx.CollectableRow) (geo.DistrictDate, error) {
	var d geo.DistrictDate
	var day int32
	err := r.Scan(&d.District, &day, &d.Live)
	d.Date = geo.Date(day)
	return d, err
}

// Lookup finds features by code.
func (s *Store) Lookup(ctx context.Context, layer geo.LayerID, codes []string) (map[string]geo.Ref, error) {
	var out map[string]geo.Ref
	err := s.retry(ctx, func() error {
		return s.reading(ctx, func(tx pgx.Tx) error {
			cat, err := s.view(ctx, tx)
			if err != nil {
				return err
			}
			e := cat.layers[layer]
			if e == nil || e.features == nil {
				return noSuchLayer(layer)
			}
			out = map[string]geo.Ref{}
			rows, err := tx.Query(ctx, "SELECT code, id, version FROM "+e.features.table+" WHERE $1::text[] IS NULL OR code = ANY ($1)", codes)
			if err != nil {
				return err
			}
			var code string
			var id, version int64
			_, err = pgx.ForEachRow(rows, []any{&code, &id, &version}, func() error {
				out[code] = geo.Ref{ID: geo.ID(id), Version: uint64(version)}
				return nil
			})
			return err
		})
	})
	return out, asStoreError(err, "look up codes")
}

func noSuchLayer(id geo.LayerID) *geo.Error {
	return &geo.Error{Code: geo.NotFound, Message: fmt.Sprintf("there is no layer “%s”", id), Mend: "declare the layer first"}
}

// Layers gives all declarations, ordered by id.
func (s *Store) Layers(ctx context.Context) ([]geo.Layer, error) {
	var out []geo.Layer
	err := s.retry(ctx, func() error {
		return s.reading(ctx, func(tx pgx.Tx) error {
			cat, err := s.view(ctx, tx)
			if err == nil {
				out = cat.declarations()
			}
			return err
		})
	})
	return out, asStoreError(err, "read the declarations")
}
