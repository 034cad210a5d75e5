package postgis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// declare creates a layer or brings its tables to a changed declaration. Fields
// that the new declaration leaves out stay.
func (w *work) declare(ctx context.Context, i int) error {
	l := w.batch.Edits[i].Layer
	if err := checkDeclaration(&l); err != nil {
		return atRow(err, l.ID, i+1)
	}
	if err := lockTables(ctx, w.tx); err != nil {
		return err
	}
	changed, err := w.storeDeclaration(ctx, &l)
	broken := slices.Contains(w.cat.broken, l.ID)
	if err == nil && (changed || broken) {
		err = conform(ctx, w.tx, &l, true)
	}
	if err == nil && broken {
		err = reconcile(ctx, w.tx, &l)
	}
	if err != nil {
		return atRow(w.explain(err, &run{start: i, end: i + 1, layer: l.ID}), l.ID, i+1)
	}
	w.res.Versions[i] = l.Version
	w.cat, err = w.s.view(ctx, w.tx) // another node may have declared it meanwhile
	return err
}

// lockTables keeps two nodes from altering tables at once, and keeps the wait for
// other people's transactions short: everybody else would wait behind us.
func lockTables(ctx context.Context, tx pgx.Tx) error {
	var b pgx.Batch
	b.Queue("SELECT pg_advisory_xact_lock($1)", int64(lockRepair))
	b.Queue("SET LOCAL lock_timeout = '2s'")
	b.Queue(`SELECT set_config('search_path', 'pg_catalog, public, ' || quote_ident(n.nspname), true)
		FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'`)
	return tx.SendBatch(ctx, &b).Close()
}

// storeDeclaration writes l, with what it leaves out of the one before, sets its
// version and reports whether anything is new.
func (w *work) storeDeclaration(ctx context.Context, l *geo.Layer) (bool, error) {
	var stored []byte
	var version int64
	err := w.tx.QueryRow(ctx, "SELECT declaration, version FROM yiping.layer WHERE id = $1 FOR UPDATE", l.ID).Scan(&stored, &version)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	}
	l.Version = 0
	// One that was spoilt by hand is written over.
	if old, bad := parseDeclaration(string(l.ID), stored); err == nil && bad == nil {
		if err := merge(l, &old); err != nil {
			return false, err
		}
		old.Version = 0
		same, err := sameDeclaration(l, &old)
		if err != nil || same {
			l.Version = uint64(version)
			return false, err
		}
	}
	decl, err := json.Marshal(l)
	if err != nil {
		return false, err
	}
	err = w.tx.QueryRow(ctx, `INSERT INTO yiping.layer (id, declaration) VALUES ($1, $2)
		ON CONFLICT (id) DO UPDATE SET declaration = excluded.declaration RETURNING version`, l.ID, decl).Scan(&version)
	l.Version = uint64(version)
	return true, err
}

func sameDeclaration(a, b *geo.Layer) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// merge keeps the old fields that the new declaration does not name, and refuses
// a change of type, which would lose values.
func merge(l, old *geo.Layer) error {
	l.Fields, l.Reports = slices.Clone(l.Fields), slices.Clone(l.Reports)
	for _, p := range []struct{ fields, before *[]geo.Field }{{&l.Fields, &old.Fields}, {&l.Reports, &old.Reports}} {
		for _, was := range *p.before {
			i := slices.IndexFunc(*p.fields, func(f geo.Field) bool { return f.Name == was.Name })
			switch {
			case i < 0:
				*p.fields = append(*p.fields, was)
			case (*p.fields)[i].Type != was.Type:
				return &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: was.Name, Message: fmt.Sprintf("field is of type %s and cannot become %s", was.Type, (*p.fields)[i].Type),
					Mend: "declare a new field beside it"}
			}
		}
	}
	return nil
}

// conform makes the tables of a layer what its declaration says. One that never
// was is made; one that was and is gone is made again only with create: whoever
// dropped it may be about to put another in its place.
func conform(ctx context.Context, tx pgx.Tx, l *geo.Layer, create bool) error {
	if err := execAll(ctx, tx, []string{
		"CREATE SEQUENCE IF NOT EXISTS " + sequenceOf(l.ID) + " AS bigint MAXVALUE 9007199254740991",
		"GRANT USAGE ON SEQUENCE " + sequenceOf(l.ID) + " TO PUBLIC",
	}); err != nil {
		return err
	}
	for _, t := range tables(l) {
		rels, err := readRelations(ctx, tx)
		if err != nil {
			return err
		}
		rel, was := rels[t.name], false
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM yiping.tables WHERE name = $1)", t.name).Scan(&was); err != nil {
			return err
		}
		switch {
		case rel == nil && (create || !was):
			err = execAll(ctx, tx, t.create())
		case rel != nil && rel.known == 0:
			err = &geo.Error{Code: geo.Conflict, Layer: l.ID, Message: "there is a table “" + t.name + "” already, which is not the store's",
				Mend: "rename or drop it, or give the layer another id"}
		case rel != nil && rel.replaced(&t):
			err = adoptTable(ctx, tx, &t)
		default:
			err = t.mend(ctx, tx, rel)
		}
		if err != nil {
			return err
		}
		if err := remember(ctx, tx, t.name); err != nil {
			return err
		}
	}
	return nil
}

func execAll(ctx context.Context, tx pgx.Tx, sqls []string) error {
	for _, sql := range sqls {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// remember notes which table stands for the layer now, with which columns.
func remember(ctx context.Context, tx pgx.Tx, name string) error {
	_, err := tx.Exec(ctx, `INSERT INTO yiping.tables (name, oid, columns)
		SELECT c.relname, c.oid, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relname = $1 AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname, c.oid
		ON CONFLICT (name) DO UPDATE SET oid = excluded.oid, columns = excluded.columns`, name)
	return err
}

// mending is the memory of a repair that failed: it is not tried again at every
// poll.
type mending struct {
	print string
	until time.Time
	why   map[geo.LayerID]error
}

// mendPause is how long a failed repair rests while nothing changes.
const mendPause = 10 * time.Second

// needsRepair ends a reading that found tables not as declared, to repair them
// first.
type needsRepair struct {
	print  string
	layers []geo.LayerID
}

func (needsRepair) Error() string { return "tables are not as declared" }

// settled gives the catalog once repair has done what it can.
func (s *Store) settled(ctx context.Context, tx querier, print string) (*catalog, error) {
	cat, err := s.viewAt(ctx, tx, print)
	if err != nil || len(cat.broken) == 0 {
		return cat, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mending.print == print && time.Now().Before(s.mending.until) {
		return cat, nil
	}
	return nil, needsRepair{print, cat.broken}
}

// settledFor is settled for a writer, who has not asked for the fingerprint.
func (s *Store) settledFor(ctx context.Context, tx querier) (*catalog, error) {
	var print string
	if err := tx.QueryRow(ctx, fingerprintSQL).Scan(&print); err != nil {
		return nil, err
	}
	return s.settled(ctx, tx, print)
}

// faults gives the faults of the tables, with what keeps repair from mending them.
func (s *Store) faults(cat *catalog) []geo.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(cat.faults)
	for i, f := range out {
		if err := s.mending.why[f.Layer]; err != nil && s.mending.print == cat.print {
			out[i].Mend = "could not be mended: " + err.Error()
		}
	}
	return out
}

// repair puts right the tables of some layers, each in a transaction of its own.
// What fails is remembered and shown as a fault.
func (s *Store) repair(ctx context.Context, n needsRepair) {
	m := mending{print: n.print, why: map[geo.LayerID]error{}}
	for _, id := range n.layers {
		if err := s.repairLayer(ctx, id); err != nil {
			m.why[id] = asStoreError(err, "repair the tables")
		}
	}
	m.until = time.Now().Add(mendPause)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mending = m
}

func (s *Store) repairLayer(ctx context.Context, id geo.LayerID) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('yiping.actor', 'yiping', true), set_config('yiping.note', 'the table was changed by hand', true)"); err != nil {
			return err
		}
		if err := lockTables(ctx, tx); err != nil {
			return err
		}
		cat, err := inspect(ctx, tx, "")
		if err != nil || !slices.Contains(cat.broken, id) {
			return err // another node was faster
		}
		l := cat.layers[id].decl
		rels, err := readRelations(ctx, tx)
		if err != nil {
			return err
		}
		if followColumns(&l, rels) {
			decl, err := json.Marshal(l)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "UPDATE yiping.layer SET declaration = $2 WHERE id = $1", id, decl); err != nil {
				return err
			}
		}
		if err := conform(ctx, tx, &l, false); err != nil {
			return err
		}
		return reconcile(ctx, tx, &l)
	})
}

// reconcile brings history into line with tables that nothing watched.
func reconcile(ctx context.Context, tx pgx.Tx, l *geo.Layer) error {
	var reports *string
	if len(l.Reports) > 0 {
		name := inPublic(reportTableOf(l.ID))
		reports = &name
	}
	_, err := tx.Exec(ctx, "SELECT yiping.reconcile($1, $2::text::regclass, $3::text::regclass)", l.ID, inPublic(tableOf(l.ID)), reports)
	return err
}
