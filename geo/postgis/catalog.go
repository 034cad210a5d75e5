package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// catalog is what the store knows of its layers and their tables at one moment.
// It is cached under a fingerprint of everything it was made from, which each
// reader compares within its own transaction: an ALTER TABLE, a dropped trigger
// or a new declaration is seen with the very next read.
type catalog struct {
	print  string
	layers map[geo.LayerID]*entry
	faults []geo.Fault
	broken []geo.LayerID // differ from their declaration: repair may mend them
}

// entry is one layer.
type entry struct {
	decl     geo.Layer
	damaged  bool    // what is written would not be recorded
	features *reader // nil: there is no table that could be read
	reports  *reader // nil: the layer takes no reports, or as above
}

// ids gives the layers in order.
func (c *catalog) ids() []geo.LayerID {
	out := make([]geo.LayerID, 0, len(c.layers))
	for id := range c.layers {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (c *catalog) declarations() []geo.Layer {
	var out []geo.Layer
	for _, id := range c.ids() {
		out = append(out, c.layers[id].decl)
	}
	return out
}

// served names the layers that stay in the database.
func (c *catalog) served() []string {
	out := []string{}
	for id, e := range c.layers {
		if e.decl.InDatabase() {
			out = append(out, string(id))
		}
	}
	return out
}

// relations are the tables of schema public that belong to a layer by name.
const relations = `WITH rel AS (
	SELECT c.oid, c.relname, c.relkind, c.relowner FROM yiping.layer l
	CROSS JOIN LATERAL (VALUES (l.id), (l.id || '_report')) w (name)
	JOIN pg_class c ON c.relname = w.name AND c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'
) `

// fingerprintSQL is one value that differs when any of it does. It is part of
// every poll: hashes of records, in any order, cost a third of sorted texts.
const fingerprintSQL = relations + `SELECT concat_ws('.',
	(SELECT bit_xor(hash_record_extended(ROW (id, version), 0)) FROM yiping.layer),
	(SELECT bit_xor(hash_record_extended(ROW (name, oid, columns), 0)) FROM yiping.tables),
	(SELECT bit_xor(hash_record_extended(ROW (oid, relname, relkind, relowner), 0)) FROM rel),
	(SELECT bit_xor(hash_record_extended(ROW (attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef), 0))
		FROM pg_attribute WHERE attrelid IN (SELECT oid FROM rel) AND attnum > 0 AND NOT attisdropped),
	(SELECT bit_xor(hash_record_extended(ROW (tgrelid, tgname, tgenabled), 0))
		FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM rel) AND NOT tgisinternal),
	(SELECT bit_xor(hash_record_extended(ROW (conrelid, conname, convalidated), 0))
		FROM pg_constraint WHERE conrelid IN (SELECT oid FROM rel)))`

// relation is a table as it is.
type relation struct {
	oid      uint32
	kind     string
	owned    bool // by a role we may act as
	columns  []actualColumn
	triggers map[string]string // name → enabled: O, D, R, A
	checks   map[string]bool   // names of constraints
	known    uint32            // the OID it was given; 0 when it never was
	had      []string          // columns it had then
}

type actualColumn struct {
	name    string
	typ     string // as format_type says it
	typoid  uint32
	notNull bool
	hasDef  bool
}

func (r *relation) column(name string) (actualColumn, bool) {
	i := slices.IndexFunc(r.columns, func(c actualColumn) bool { return c.name == name })
	if i < 0 {
		return actualColumn{}, false
	}
	return r.columns[i], true
}

// querier is a transaction or a connection.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// inspect reads declarations and tables as they are in tx.
func inspect(ctx context.Context, tx querier, print string) (*catalog, error) {
	decls, faults, err := readDeclarations(ctx, tx)
	if err != nil {
		return nil, err
	}
	rels, err := readRelations(ctx, tx)
	if err != nil {
		return nil, err
	}
	c := &catalog{print: print, layers: map[geo.LayerID]*entry{}, faults: faults}
	for _, l := range decls {
		e := &entry{decl: l}
		c.layers[l.ID] = e
		for _, t := range tables(&l) {
			rel := rels[t.name]
			if problems := t.compare(rel); len(problems) > 0 {
				c.faults = append(c.faults, faultOf(l.ID, t.name, problems))
				e.damaged = e.damaged || slices.ContainsFunc(problems, func(p fix) bool { return p.severe })
				if !slices.Contains(c.broken, l.ID) {
					c.broken = append(c.broken, l.ID)
				}
			}
			e.setReader(t, rel)
		}
	}
	return c, nil
}

func (e *entry) setReader(t table, rel *relation) {
	r := newReader(&e.decl, t, rel)
	if t.report {
		e.reports = r
	} else {
		e.features = r
	}
}

// readDeclarations gives the declarations by id. One written by hand that cannot
// be read is a fault, not an end to following the others.
func readDeclarations(ctx context.Context, tx querier) ([]geo.Layer, []geo.Fault, error) {
	rows, err := tx.Query(ctx, "SELECT id, declaration, version FROM yiping.layer ORDER BY id")
	if err != nil {
		return nil, nil, err
	}
	return collectDeclarations(rows)
}

// collectDeclarations reads rows of id, declaration and version.
func collectDeclarations(rows pgx.Rows) ([]geo.Layer, []geo.Fault, error) {
	var out []geo.Layer
	var faults []geo.Fault
	var id string
	var decl []byte
	var version int64
	_, err := pgx.ForEachRow(rows, []any{&id, &decl, &version}, func() error {
		l, err := parseDeclaration(id, decl)
		if err != nil {
			faults = append(faults, geo.Fault{Layer: geo.LayerID(id), Message: "the declaration cannot be used: " + err.Error(),
				Mend: "correct yiping.layer.declaration; the versions before are in yiping.history"})
			return nil
		}
		l.Version = uint64(version)
		out = append(out, l)
		return nil
	})
	return out, faults, err
}

func parseDeclaration(id string, decl []byte) (geo.Layer, error) {
	var l geo.Layer
	if err := json.Unmarshal(decl, &l); err != nil {
		return l, err
	}
	if string(l.ID) != id {
		return l, fmt.Errorf("it names the layer %q", l.ID)
	}
	return l, checkDeclaration(&l)
}

// checkDeclaration adds to geo's own check what PostgreSQL limits.
func checkDeclaration(l *geo.Layer) error {
	if err := l.Check(); err != nil {
		return err
	}
	for _, fs := range [][]geo.Field{l.Fields, l.Reports} {
		for _, f := range fs {
			if len(f.Name) > maxName {
				return &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: f.Name, Message: "field name is longer than 63 bytes",
					Mend: "shorten it: a Chinese character counts three"}
			}
		}
	}
	return nil
}

func readRelations(ctx context.Context, tx querier) (map[string]*relation, error) {
	out, byOID := map[string]*relation{}, map[uint32]*relation{}
	rows, err := tx.Query(ctx, relations+`SELECT rel.oid, rel.relname, rel.relkind::text, pg_has_role(rel.relowner, 'USAGE'), coalesce(t.oid, 0), coalesce(t.columns, '{}')
		FROM rel LEFT JOIN yiping.tables t ON t.name = rel.relname`)
	if err != nil {
		return nil, err
	}
	var r relation
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&r.oid, &name, &r.kind, &r.owned, &r.known, &r.had}, func() error {
		c := r
		c.triggers, c.checks = map[string]string{}, map[string]bool{}
		out[name], byOID[r.oid] = &c, &c
		r.had = nil
		return nil
	}); err != nil {
		return nil, err
	}
	return out, readParts(ctx, tx, byOID)
}

// readParts fills in columns, triggers and constraints.
func readParts(ctx context.Context, tx querier, byOID map[uint32]*relation) error {
	var oid uint32
	var col actualColumn
	rows, err := tx.Query(ctx, relations+`SELECT attrelid, attname, format_type(atttypid, atttypmod), atttypid, attnotnull, atthasdef
		FROM pg_attribute WHERE attrelid IN (SELECT oid FROM rel) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum`)
	if err != nil {
		return err
	}
	if _, err := pgx.ForEachRow(rows, []any{&oid, &col.name, &col.typ, &col.typoid, &col.notNull, &col.hasDef}, func() error {
		if r := byOID[oid]; r != nil {
			r.columns = append(r.columns, col)
		}
		return nil
	}); err != nil {
		return err
	}
	var what, name, state string
	rows, err = tx.Query(ctx, relations+`SELECT 't', tgrelid, tgname, tgenabled::text FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM rel) AND NOT tgisinternal
		UNION ALL SELECT 'c', conrelid, conname, contype::text FROM pg_constraint WHERE conrelid IN (SELECT oid FROM rel)`)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&what, &oid, &name, &state}, func() error {
		switch r := byOID[oid]; {
		case r == nil:
		case what == "t":
			r.triggers[name] = state
		default:
			r.checks[name] = true
		}
		return nil
	})
	return err
}

// view gives the catalog as of the transaction, from the cache where nothing
// changed.
func (s *Store) view(ctx context.Context, tx querier) (*catalog, error) {
	var print string
	if err := tx.QueryRow(ctx, fingerprintSQL).Scan(&print); err != nil {
		return nil, err
	}
	return s.viewAt(ctx, tx, print)
}

// viewAt is view for a reader that has asked for the fingerprint already.
func (s *Store) viewAt(ctx context.Context, tx querier, print string) (*catalog, error) {
	s.mu.Lock()
	c := s.catalog
	s.mu.Unlock()
	if c != nil && c.print == print {
		return c, nil
	}
	c, err := inspect(ctx, tx, print)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.catalog = c
	s.mu.Unlock()
	return c, nil
}
