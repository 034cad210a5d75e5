package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// LoadKnown reads everything as it stood recorded at a moment. Nothing of the
// layer tables is looked at: what a column dropped since held is there again.
func (s *Store) LoadKnown(ctx context.Context, known time.Time, head func(geo.Head) error, record func(geo.Record) error) error {
	return deliver(ctx, s, receiver[geo.Record]{head, record}, func(to receiver[geo.Record]) error {
		if err := s.passed(ctx, known); err != nil {
			return err
		}
		return s.reading(ctx, func(tx pgx.Tx) error {
			p, err := pastAt(ctx, tx, known)
			if err != nil {
				return err
			}
			cat, err := p.catalog(ctx, tx)
			if err != nil {
				return err
			}
			if err := s.letGo(ctx, tx, cat); err != nil {
				return err
			}
			dates, err := p.dates(ctx, tx)
			if err != nil {
				return err
			}
			if err := to.head(geo.Head{Layers: cat.declarations(), Dates: dates, Faults: cat.faults}); err != nil {
				return err
			}
			return s.loadRecords(ctx, tx, cat, to.each)
		})
	})
}

// letGo marks the layers of the past that stay in the database now: what is too
// large for memory is not brought there by looking back.
func (s *Store) letGo(ctx context.Context, tx pgx.Tx, past *catalog) error {
	now, err := s.view(ctx, tx)
	if err != nil {
		return err
	}
	for id, e := range past.layers {
		if l := now.layers[id]; l != nil && l.decl.InDatabase() {
			e.decl.Serve = geo.FromDatabase
		}
	}
	return nil
}

// Begun gives the first moment that anything is known by.
func (s *Store) Begun(ctx context.Context) (at time.Time, err error) {
	err = s.retry(ctx, func() error {
		return s.reading(ctx, func(tx pgx.Tx) error {
			err := tx.QueryRow(ctx, `SELECT greatest(h.recorded, (SELECT l.at FROM yiping.landing l WHERE l.xid = h.xid AND l.begun <= h.recorded
				ORDER BY l.begun DESC LIMIT 1)) FROM yiping.history h ORDER BY h.n LIMIT 1`).Scan(&at)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			return err
		})
	})
	return at, asStoreError(err, "read the history")
}

// landingPatience bounds the wait for transactions in the middle of their commit.
const landingPatience = 5 * time.Second

// landingSQL names the transactions that may have written down a moment up to $1
// and are not through their commit. The lock is that of yiping.land.
const landingSQL = `SELECT coalesce(array_agg(l.virtualtransaction), '{}') FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
	WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.classid = (X'796970696e670003'::bigint >> 32)::oid AND l.objid = (X'6e670003'::bigint)::oid
		AND (a.xact_start IS NULL OR a.xact_start <= $1)`

// passed returns once the moment has passed and all that counts as recorded by
// then can be seen: what the store answers for it will not change any more.
func (s *Store) passed(ctx context.Context, known time.Time) error {
	known = known.Truncate(time.Microsecond)
	var ahead int64 // microseconds
	if err := s.pool.QueryRow(ctx, "SELECT (extract(epoch FROM $1::timestamptz - clock_timestamp()) * 1000000)::bigint", known).Scan(&ahead); err != nil {
		return err
	}
	if err := geo.CheckKnown(time.Duration(ahead) * time.Microsecond); err != nil {
		return err
	}
	if ahead >= 0 {
		if err := pause(ctx, time.Duration(ahead+1)*time.Microsecond); err != nil {
			return err
		}
	}
	waited, deadline := []string(nil), time.Now().Add(landingPatience)
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		var now []string
		if err := s.pool.QueryRow(ctx, landingSQL, known).Scan(&now); err != nil {
			return err
		}
		if waited == nil { // later ones come too late to count
			waited = now
		}
		waited = slices.DeleteFunc(waited, func(x string) bool { return !slices.Contains(now, x) })
		if len(waited) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return &geo.Error{Code: geo.Unavailable, Message: "a transaction begun before that moment has been at its commit for seconds",
				Mend: "try again; if it stays, end the prepared transaction, or the session that set its constraints immediate and sits idle"}
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// past is history up to a moment: the rows recorded by then, without those of
// transactions that landed later.
type past struct {
	known time.Time
	late  []string   // ids of the transactions that were open at the moment
	since *time.Time // when the first of them began; rows before are of another that had the id
}

func pastAt(ctx context.Context, tx querier, known time.Time) (past, error) {
	p := past{known: known}
	err := tx.QueryRow(ctx, "SELECT coalesce(array_agg(xid::text), '{}'), min(begun) FROM yiping.landing WHERE begun <= $1 AND at > $1", known).Scan(&p.late, &p.since)
	return p, err
}

// inPast is the condition on rows of history, with the arguments of args.
const inPast = "recorded <= $1 AND (xid <> ALL ($2::text[]::xid8[]) OR recorded < $3)"

func (p *past) args(more ...any) []any { return append([]any{p.known, p.late, p.since}, more...) }

// catalog gives the declarations known then, with readers of history.
func (p *past) catalog(ctx context.Context, tx querier) (*catalog, error) {
	rows, err := tx.Query(ctx, `SELECT layer, row->'declaration', (row->>'version')::bigint FROM (
		SELECT DISTINCT ON (layer) layer, op, row FROM yiping.history WHERE what = 'layer' AND `+inPast+` ORDER BY layer, n DESC
		) last WHERE op <> 'D' ORDER BY layer`, p.args()...)
	if err != nil {
		return nil, err
	}
	c := &catalog{layers: map[geo.LayerID]*entry{}}
	decls, faults, err := collectDeclarations(rows)
	if err != nil {
		return nil, err
	}
	c.faults = faults
	for _, l := range decls {
		e := &entry{decl: l}
		if e.features, err = p.reader(ctx, tx, &l, false); err != nil {
			return nil, err
		}
		if len(l.Reports) > 0 {
			if e.reports, err = p.reader(ctx, tx, &l, true); err != nil {
				return nil, err
			}
		}
		c.layers[l.ID] = e
	}
	return c, nil
}

// reader reads the last version of each feature or report known then. A row that
// is no object was spoilt by an early version of the store.
func (p *past) reader(ctx context.Context, tx querier, l *geo.Layer, report bool) (*reader, error) {
	what, key, third, geom, fields := "feature", "id", "row->>'code'", "geom", l.Fields
	if report {
		what, key, third, geom, fields = "report", "id, date", "date", "NULL::bytea", l.Reports
	}
	var truncated int64 // what stood before was emptied away
	err := tx.QueryRow(ctx, "SELECT coalesce(max(n), 0) FROM yiping.history WHERE layer = $4 AND what = '"+what+"' AND id = 0 AND op = 'T' AND "+inPast,
		p.args(string(l.ID))...).Scan(&truncated)
	return &reader{
		layer: l.ID, report: report, order: key, recalled: fields,
		selected: "id, coalesce((row->>'version')::bigint, 1), " + third + ", " + geom + ", row::text",
		table: fmt.Sprintf(`(SELECT DISTINCT ON (%[1]s) %[1]s, op, row, geom FROM yiping.history
			WHERE layer = $4 AND what = '%[2]s' AND id > 0 AND n > $5 AND %[3]s ORDER BY %[1]s, n DESC) last WHERE op <> 'D' AND jsonb_typeof(row) = 'object'`, key, what, inPast),
		args: p.args(string(l.ID), truncated),
	}, err
}

// dates gives the evaluation dates known then.
func (p *past) dates(ctx context.Context, tx querier) ([]geo.DistrictDate, error) {
	rows, err := tx.Query(ctx, `SELECT row->>'district', date - DATE '0001-01-01' + 1, (row->>'live')::boolean FROM (
		SELECT DISTINCT ON (row->>'district') n, op, date, row FROM yiping.history WHERE what = 'date' AND `+inPast+` ORDER BY row->>'district', n DESC
		) last WHERE op <> 'D' ORDER BY 1`, p.args()...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDate)
}

// traceSQL gives the versions of feature $2 of layer $1. A table emptied by
// TRUNCATE left one row for all: it ends the version before it.
const traceSQL = `SELECT h.what, h.op::text, coalesce(h.date - DATE '0001-01-01' + 1, 0), coalesce(h.row->>'code', ''), coalesce((h.row->>'version')::bigint, 0),
		h.actor, coalesce(h.note, ''), greatest(h.recorded, (SELECT max(l.at) FROM yiping.landing l WHERE l.xid = h.xid AND l.begun <= h.recorded)), CASE jsonb_typeof(h.row) WHEN 'object' THEN h.row::text ELSE '{}' END
	FROM (
		SELECT n, what, op, date, row, actor, note, recorded, xid FROM yiping.history WHERE layer = $1 AND id = $2 AND what = 'feature'
		UNION ALL
		SELECT n, what, op, date, row, actor, note, recorded, xid FROM yiping.history WHERE layer = $1 AND id = $2 AND what = 'report'
		UNION ALL
		SELECT t.n, t.what, 'D', was.date, was.row, t.actor, t.note, t.recorded, t.xid FROM yiping.history t CROSS JOIN LATERAL (
			SELECT DISTINCT ON (what, date) n, op, date, row FROM yiping.history p
			WHERE p.layer = $1 AND p.id = $2 AND p.what = t.what AND p.n < t.n ORDER BY what, date, n DESC) was
		WHERE t.layer = $1 AND t.id = 0 AND t.op = 'T' AND t.what IN ('feature', 'report') AND was.op <> 'D' AND NOT EXISTS (
			SELECT FROM yiping.history e WHERE e.layer = $1 AND e.id = 0 AND e.op = 'T' AND e.what = t.what AND e.n > was.n AND e.n < t.n)
	) h ORDER BY h.n DESC, h.date DESC LIMIT $3`

// Trace gives the versions of a feature and of its reports, the latest first.
func (s *Store) Trace(ctx context.Context, layer geo.LayerID, id geo.ID, limit int) ([]geo.Version, error) {
	if limit < 1 {
		return nil, &geo.Error{Code: geo.Invalid, Field: "limit", Message: "the limit must be 1 or more"}
	}
	if id > geo.MaxID {
		return nil, geo.NoVersions(layer, id)
	}
	var out []geo.Version
	err := s.retry(ctx, func() error {
		return s.reading(ctx, func(tx pgx.Tx) error {
			features, reports, err := everDeclared(ctx, tx, layer)
			if err != nil {
				return err
			}
			rows, err := tx.Query(ctx, traceSQL, string(layer), int64(id), limit)
			if err != nil {
				return err
			}
			of := map[string]*geo.Recaller{"feature": geo.NewRecaller(features), "report": geo.NewRecaller(reports)}
			out, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (geo.Version, error) { return scanVersion(r, of) })
			return err
		})
	})
	if err == nil && len(out) == 0 {
		err = geo.NoVersions(layer, id)
	}
	return out, asStoreError(err, "read the history")
}

var opNames = map[string]string{"I": "insert", "U": "update", "D": "delete"}

func scanVersion(r pgx.CollectableRow, of map[string]*geo.Recaller) (geo.Version, error) {
	var v geo.Version
	var op string
	var day int32
	var version int64
	var row []byte
	if err := r.Scan(&v.What, &op, &day, &v.Code, &version, &v.Actor, &v.Note, &v.Recorded, &row); err != nil {
		return v, err
	}
	v.Op, v.Date, v.Version, v.Recorded = opNames[op], geo.Date(day), uint64(version), v.Recorded.UTC()
	var err error
	v.Properties, err = of[v.What].Recall(row)
	return v, err
}

// everDeclared gives the fields that a layer has or had.
func everDeclared(ctx context.Context, tx querier, layer geo.LayerID) (features, reports []geo.Field, err error) {
	rows, err := tx.Query(ctx, `SELECT layer, row->'declaration', (row->>'version')::bigint FROM yiping.history
		WHERE what = 'layer' AND layer = $1 ORDER BY n DESC`, string(layer))
	if err != nil {
		return nil, nil, err
	}
	decls, _, err := collectDeclarations(rows) // one that cannot be read has nothing to tell
	for _, l := range decls {
		features, reports = geo.JoinFields(features, l.Fields), geo.JoinFields(reports, l.Reports)
	}
	return features, reports, err
}
