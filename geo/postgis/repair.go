package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// Tables are changed by other hands: a column is added in psql, a trigger
// switched off, a whole table dropped and made again by ogr2ogr -overwrite. What
// may be put back is put back; what was clearly meant is followed:
//
//   - a column added by hand becomes a field, if its type is one a field can have;
//   - a column dropped by hand is a field no more, unless name or light need it;
//   - a table put in the place of ours is made ours: rows are the features of
//     before where the code is the same, and keep their ids.

// fix is one difference between a table and its declaration, with the statements
// that end it; none: we cannot.
type fix struct {
	what   string
	sql    []string
	severe bool // what is written to the table would not be recorded, or not be ours
}

// compare says in words what differs.
func (t *table) compare(rel *relation) []fix {
	if rel == nil {
		return []fix{{what: "the table is missing", severe: true}}
	}
	if rel.kind != "r" {
		return []fix{{what: "it is not an ordinary table", severe: true}}
	}
	var out []fix
	if rel.known != rel.oid {
		out = append(out, fix{what: "another table stands in its place", severe: true})
	}
	out = append(out, t.outdated(rel)...)
	out = append(out, t.fixColumns(rel)...)
	out = append(out, t.fixConstraints(rel)...)
	out = append(out, t.fixTriggers(rel)...)
	for _, c := range t.unknown(rel) {
		out = append(out, fix{what: "column " + c.name + " was added"})
	}
	return out
}

func faultOf(l geo.LayerID, table string, problems []fix) geo.Fault {
	var words []string
	for _, p := range problems {
		words = append(words, p.what)
	}
	return geo.Fault{Layer: l, Message: "table " + table + ": " + strings.Join(words, "; "), Mend: "the store mends it with the next read if it may"}
}

// replaced reports whether the table was made by others: a restored one has
// another OID too, but comes with our triggers.
func (r *relation) replaced(t *table) bool {
	if r.known == r.oid {
		return false
	}
	for _, g := range t.triggers() {
		if r.triggers[g.name] == "" {
			return true
		}
	}
	return false
}

// mend executes what ends all differences. The order matters: a constraint that
// is outdated goes before its column changes.
func (t *table) mend(ctx context.Context, tx pgx.Tx, rel *relation) error {
	if rel == nil || rel.kind != "r" {
		return &geo.Error{Code: geo.Unavailable, Layer: t.layer, Message: t.compare(rel)[0].what,
			Mend: "restore the table from a copy, or remove the layer from yiping.layer"}
	}
	var all []fix
	all = append(all, t.outdated(rel)...)
	all = append(all, t.fixColumns(rel)...)
	all = append(all, t.fixConstraints(rel)...)
	all = append(all, t.fixTriggers(rel)...)
	for _, f := range all {
		if err := execAll(ctx, tx, f.sql); err != nil {
			return fmt.Errorf("table %s: %s: %w", t.name, f.what, err)
		}
	}
	return nil
}

// outdated finds constraints of a field's earlier declaration.
func (t *table) outdated(rel *relation) []fix {
	var out []fix
	for _, name := range sortedKeys(rel.checks) {
		if strings.HasPrefix(name, fieldPrefix) && !slices.ContainsFunc(t.checks, func(c constraint) bool { return c.name == name }) {
			out = append(out, fix{what: "constraint " + name + " is outdated",
				sql: []string{"ALTER TABLE " + inPublic(t.name) + " DROP CONSTRAINT " + quoteName(name)}})
		}
	}
	return out
}

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (t *table) fixColumns(rel *relation) []fix {
	var out []fix
	alter := "ALTER TABLE " + inPublic(t.name) + " "
	for _, c := range t.columns {
		have, ok := rel.column(c.name)
		name := quoteName(c.name)
		if !ok {
			sql := []string{alter + "ADD COLUMN " + c.definition()}
			if c.name == "geom" {
				sql = append(sql, t.createIndex())
			}
			out = append(out, fix{"column " + c.name + " is missing", sql, !c.isField})
			continue
		}
		if !c.holds(have) {
			out = append(out, fix{fmt.Sprintf("column %s is of type %s, not %s", c.name, have.typ, c.typ),
				[]string{alter + "ALTER COLUMN " + name + " DROP DEFAULT", alter + "ALTER COLUMN " + name + " TYPE " + c.typ + " USING " + convert(c, have)}, !c.isField})
		}
		if c.notNull && !have.notNull {
			out = append(out, fix{what: "column " + c.name + " may be empty", sql: []string{alter + "ALTER COLUMN " + name + " SET NOT NULL"}})
		}
		if c.isField && !c.notNull && have.notNull {
			out = append(out, fix{what: "column " + c.name + " may not be empty", sql: []string{alter + "ALTER COLUMN " + name + " DROP NOT NULL"}})
		}
		if c.rest != "" && !have.hasDef {
			out = append(out, fix{what: "column " + c.name + " has no default", sql: []string{alter + "ALTER COLUMN " + name + " SET " + c.rest}})
		}
	}
	return out
}

// holds reports whether a column as it is can stay: a field's may be of any type
// that its values can be read from.
func (c *column) holds(have actualColumn) bool {
	if have.typ == c.typ {
		return true
	}
	for ft, name := range sqlTypes {
		if c.isField && name == c.typ && readable(ft, have.typoid) {
			return true
		}
	}
	return false
}

// convert brings the values of a column to its proper type. Geometry comes with
// any SRID, and without the measures that the store does not keep.
func convert(c column, have actualColumn) string {
	name := quoteName(c.name)
	if c.typ == "geometry" {
		if !strings.HasPrefix(have.typ, "geometry") {
			return "NULL"
		}
		flat := "CASE ST_Zmflag(" + name + ") WHEN 1 THEN ST_Force2D(" + name + ") WHEN 3 THEN ST_Force3DZ(" + name + ") ELSE " + name + " END"
		return "CASE ST_SRID(" + name + ") WHEN 4326 THEN " + flat + " WHEN 4490 THEN ST_SetSRID(" + flat + ", 4326) ELSE ST_Transform(" + flat + ", 4326) END"
	}
	if have.typ == "text" || strings.HasPrefix(have.typ, "character") {
		return "nullif(btrim(" + name + "), '')::" + c.typ
	}
	return name + "::" + c.typ
}

func (t *table) fixConstraints(rel *relation) []fix {
	var out []fix
	add := "ALTER TABLE " + inPublic(t.name) + " ADD "
	for _, k := range t.keys {
		if rel.checks[k.name] {
			continue
		}
		sql := []string{add + "CONSTRAINT " + quoteName(k.name) + " " + k.expr}
		if strings.HasPrefix(k.expr, "FOREIGN KEY") {
			orphans := "DELETE FROM " + inPublic(t.name) + " r WHERE NOT EXISTS (SELECT FROM " + inPublic(tableOf(t.layer)) + " f WHERE f.id = r.feature_id)"
			sql = []string{orphans, sql[0]}
		}
		out = append(out, fix{what: "constraint " + k.name + " is missing", sql: sql})
	}
	for _, c := range t.checks {
		if !rel.checks[c.name] {
			out = append(out, fix{what: "constraint " + c.name + " is missing", sql: []string{add + c.definition()}})
		}
	}
	return out
}

func (t *table) fixTriggers(rel *relation) []fix {
	var out []fix
	for _, g := range t.triggers() {
		switch rel.triggers[g.name] {
		case "O", "A":
		case "":
			out = append(out, fix{"trigger " + g.name + " is missing", []string{g.create}, true})
		default:
			out = append(out, fix{"trigger " + g.name + " is switched off",
				[]string{"ALTER TABLE " + inPublic(t.name) + " ENABLE TRIGGER " + g.name}, true})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rel.triggers)) {
		if strings.HasPrefix(name, areaPrefix) && !t.served {
			out = append(out, fix{what: "trigger " + name + " is outdated", sql: []string{"DROP TRIGGER " + name + " ON " + inPublic(t.name)}})
		}
	}
	return out
}

// unknown gives the columns added by hand that can become fields.
func (t *table) unknown(rel *relation) []actualColumn {
	var out []actualColumn
	for _, c := range rel.columns {
		known := slices.Contains(rel.had, c.name) || slices.ContainsFunc(t.columns, func(w column) bool { return w.name == c.name })
		if _, ok := fieldOfColumn(c); !known && ok {
			out = append(out, c)
		}
	}
	return out
}

// fieldOfColumn declares a field for a column found in a table.
func fieldOfColumn(c actualColumn) (geo.Field, bool) {
	f := geo.Field{Name: c.name, Title: geo.Text{ZH: c.name}}
	for ft, oids := range families {
		if slices.Contains(oids, c.typoid) {
			f.Type = ft
		}
	}
	probe := geo.Layer{ID: "probe", Fields: []geo.Field{f}}
	ok := f.Type != "" && !slices.Contains(foreignKeys, c.name) && checkDeclaration(&probe) == nil
	return f, ok
}

// foreignKeys are row numbers that other programs give to tables of their own.
var foreignKeys = []string{"ogc_fid", "fid", "gid", "objectid"}

// followColumns brings a declaration after columns added and dropped by hand and
// reports whether it changed.
func followColumns(l *geo.Layer, rels map[string]*relation) bool {
	changed := false
	for _, t := range tables(l) {
		rel := rels[t.name]
		if rel == nil || rel.kind != "r" {
			continue
		}
		fields := &l.Fields
		if t.report {
			fields = &l.Reports
		}
		for _, c := range t.unknown(rel) {
			f, _ := fieldOfColumn(c)
			*fields, changed = append(slices.Clone(*fields), f), true
		}
		if rel.replaced(&t) {
			continue // what it lacks is added, not given up
		}
		for _, f := range slices.Clone(*fields) {
			if _, there := rel.column(f.Name); !there && slices.Contains(rel.had, f.Name) {
				changed = without(l, fields, f.Name) || changed
			}
		}
	}
	return changed
}

// without takes a field out of a declaration, unless name, light or having
// reports at all depend on it: such a column is put back, empty.
func without(l *geo.Layer, fields *[]geo.Field, name string) bool {
	was := *fields
	*fields = slices.DeleteFunc(slices.Clone(was), func(f geo.Field) bool { return f.Name == name })
	if checkDeclaration(l) != nil || len(*fields) == 0 {
		*fields = was
		return false
	}
	return true
}

// adoptTable makes a table that was put in the place of ours the layer's own.
func adoptTable(ctx context.Context, tx pgx.Tx, t *table) error {
	if _, err := tx.Exec(ctx, "LOCK TABLE "+inPublic(t.name)+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		return err
	}
	rel, err := relationOf(ctx, tx, t.name)
	if err != nil {
		return err
	}
	if err := dropForeignKey(ctx, tx, t); err != nil {
		return err
	}
	if !t.report {
		if err := identify(ctx, tx, t, rel); err != nil {
			return err
		}
	}
	if rel, err = relationOf(ctx, tx, t.name); err != nil {
		return err
	}
	if err := t.mend(ctx, tx, rel); err != nil {
		return err
	}
	if t.hasGeometry() {
		_, err = tx.Exec(ctx, strings.Replace(t.createIndex(), "CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))
	}
	return err
}

func relationOf(ctx context.Context, tx pgx.Tx, name string) (*relation, error) {
	rels, err := readRelations(ctx, tx)
	if err == nil && rels[name] == nil {
		err = errMoved
	}
	return rels[name], err
}

// dropForeignKey drops the primary key that the other program made, and its row
// number with it.
func dropForeignKey(ctx context.Context, tx pgx.Tx, t *table) error {
	rows, err := tx.Query(ctx, `SELECT c.conname, a.attname, cardinality(c.conkey) FROM pg_constraint c
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		WHERE c.contype = 'p' AND c.conrelid = $1::text::regclass`, inPublic(t.name))
	if err != nil {
		return err
	}
	var con, col string
	var width int
	var sql []string
	if _, err := pgx.ForEachRow(rows, []any{&con, &col, &width}, func() error {
		sql = append(sql, "ALTER TABLE "+inPublic(t.name)+" DROP CONSTRAINT "+quoteName(con))
		if width == 1 && slices.Contains(foreignKeys, col) {
			sql = append(sql, "ALTER TABLE "+inPublic(t.name)+" DROP COLUMN "+quoteName(col))
		}
		return nil
	}); err != nil {
		return err
	}
	return execAll(ctx, tx, sql)
}

// identify finds in each row of a foreign table the feature it was: by its code,
// for ids and versions of others mean nothing here.
func identify(ctx context.Context, tx pgx.Tx, t *table, rel *relation) error {
	if _, ok := rel.column("code"); !ok {
		return &geo.Error{Code: geo.Invalid, Layer: t.layer, Field: "code", Message: "the table that was put in its place has no column code",
			Mend: "overwrite it again from a source with a column code, for instance with ogr2ogr -sql"}
	}
	alter := "ALTER TABLE " + inPublic(t.name) + " "
	var sql []string
	if _, ok := rel.column("geom"); !ok && t.hasGeometry() {
		if g := geometryColumns(rel); len(g) == 1 {
			sql = append(sql, alter+"RENAME COLUMN "+quoteName(g[0])+" TO geom")
		}
	}
	for _, name := range []string{"id", "version"} {
		if _, ok := rel.column(name); ok {
			sql = append(sql, alter+"DROP COLUMN "+name)
		}
	}
	sql = append(sql, alter+"ALTER COLUMN code TYPE text USING btrim(code::text)",
		alter+"ADD COLUMN id bigint, ADD COLUMN version bigint NOT NULL DEFAULT 1",
		fmt.Sprintf(`WITH last AS (
				SELECT DISTINCT ON (id) id, n, row->>'code' AS code, (row->>'version')::bigint AS version FROM yiping.history
				WHERE layer = %s AND what = 'feature' AND id > 0 ORDER BY id, n DESC
			), was AS (SELECT DISTINCT ON (code) code, id, version FROM last ORDER BY code, n DESC)
			UPDATE %s t SET id = was.id, version = was.version + 1 FROM was WHERE was.code = t.code`, quoteText(string(t.layer)), inPublic(t.name)),
		"UPDATE "+inPublic(t.name)+" SET id = nextval("+quoteText(sequenceOf(t.layer))+"::regclass) WHERE id IS NULL")
	return execAll(ctx, tx, sql)
}

func geometryColumns(rel *relation) []string {
	var out []string
	for _, c := range rel.columns {
		if strings.HasPrefix(c.typ, "geometry") {
			out = append(out, c.name)
		}
	}
	return out
}
