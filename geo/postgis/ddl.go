package postgis

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// quoteName and quoteText make SQL of names and texts. Names of layers and
// fields are checked before they come here; they are quoted all the same.
func quoteName(parts ...string) string { return pgx.Identifier(parts).Sanitize() }

func quoteText(s string) string {
	// A backslash means itself: standard_conforming_strings is on since 9.1.
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// Names of what a layer has in the database.
func tableOf(l geo.LayerID) string       { return string(l) }
func reportTableOf(l geo.LayerID) string { return string(l) + "_report" }
func inPublic(table string) string       { return quoteName("public", table) }
func sequenceOf(l geo.LayerID) string    { return quoteName("yiping", string(l)+"_id") }

// maxName is how many bytes PostgreSQL keeps of a name.
const maxName = 63

// sqlTypes gives the column type of each field type.
var sqlTypes = map[geo.FieldType]string{
	geo.TextField:  "text",
	geo.IntField:   "bigint",
	geo.FloatField: "double precision",
	geo.BoolField:  "boolean",
	geo.DateField:  "date",
	geo.TimeField:  "timestamp with time zone",
}

// constraint is a CHECK by name; the name leads an error back to its field.
type constraint struct {
	name  string
	field string // column it speaks of
	expr  string
}

// Names of the constraints on the fixed columns.
const (
	checkID      = "id_range"
	checkCode    = "code_usable"
	checkVersion = "version_range"
	checkDate    = "date_range"
	geomSRID     = "geom_srid"
	geomKind     = "geom_kind"
	geomFlat     = "geom_no_measure"
	geomBounds   = "geom_bounds"
	geomValid    = "geom_valid"
)

const dateRange = "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"

// featureChecks are those every layer table has besides its fields'.
func featureChecks(l *geo.Layer) []constraint {
	out := []constraint{
		{checkID, "id", "id BETWEEN 1 AND 9007199254740991"},
		{checkCode, "code", "code <> '' AND octet_length(code) <= 200 AND code !~ '^\\s|\\s$'"},
		{checkVersion, "version", "version > 0"},
	}
	if l.Geometry == geo.NoGeometry {
		return out
	}
	return append(out,
		constraint{geomSRID, "geom", "ST_SRID(geom) = 4326"},
		// Written so that the view geometry_columns does not take it for a layer of
		// one kind.
		constraint{geomKind, "geom", "ST_GeometryType(geom) ~ '^ST_(Multi)?(Point|LineString|Polygon)$|^ST_GeometryCollection$' AND NOT ST_HasArc(geom)"},
		constraint{geomFlat, "geom", "ST_Zmflag(geom) IN (0, 2)"},
		// An empty geometry has no extent: NULL, which a CHECK lets pass.
		constraint{geomBounds, "geom", "ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90"},
		constraint{geomValid, "geom", "ST_IsValid(geom)"},
	)
}

func reportChecks() []constraint {
	return []constraint{{checkDate, "date", `"date" ` + dateRange}, {checkVersion, "version", "version > 0"}}
}

// fieldCheck says in SQL what the declaration says of a field's values.
func fieldCheck(f geo.Field) (constraint, bool) {
	col := quoteName(f.Name)
	var all []string
	switch f.Type {
	case geo.TextField:
		if len(f.Enum) > 0 {
			vals := make([]string, 0, len(f.Enum)+1)
			for _, v := range f.Enum {
				vals = append(vals, quoteText(v))
			}
			if !f.Required {
				vals = append(vals, "''") // reads as absent; forms in GIS programs write it
			}
			all = append(all, col+" IN ("+strings.Join(vals, ", ")+")")
		} else if f.Required {
			all = append(all, col+" <> ''")
		}
	case geo.IntField, geo.FloatField:
		lo, hi := "", ""
		if f.Type == geo.FloatField {
			lo, hi = "'-Infinity'", "'Infinity'" // NaN counts as greater than both
		}
		all = append(all, bound(col, ">", lo, f.Min)...)
		all = append(all, bound(col, "<", hi, f.Max)...)
	case geo.DateField:
		all = append(all, col+" "+dateRange)
	case geo.TimeField:
		all = append(all, col+" BETWEEN TIMESTAMPTZ '0001-01-01 00:00:00+00' AND TIMESTAMPTZ '9999-12-31 00:00:00+00'")
	}
	if len(all) == 0 {
		return constraint{}, false
	}
	expr := strings.Join(all, " AND ")
	return constraint{fieldCheckName(f.Name, expr), f.Name, expr}, true
}

func bound(col, op, open string, limit *float64) []string {
	switch {
	case limit != nil:
		return []string{col + " " + op + "= " + strconv.FormatFloat(*limit, 'f', -1, 64)}
	case open != "":
		return []string{col + " " + op + " " + open}
	}
	return nil
}

// fieldPrefix begins the names of the constraints that come from declared fields.
const fieldPrefix = "field_"

// fieldCheckName names a constraint by its field and by what it says: when the
// declaration changes, the name does, and the old one is known to be outdated.
func fieldCheckName(field, expr string) string {
	sum := digest(expr)[:8]
	name := fieldPrefix + field + "_" + sum
	if len(name) <= maxName {
		return name
	}
	return fieldPrefix + digest(field) + "_" + sum
}

func digest(s string) string {
	h := fnv.New64a()
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}

// column is one column of a table as it must be.
type column struct {
	name    string
	typ     string // as format_type says it
	rest    string // default and constraints when it is added
	notNull bool
	isField bool
}

func featureColumns(l *geo.Layer) []column {
	cols := []column{
		{name: "id", typ: "bigint", rest: "DEFAULT nextval(" + quoteText(sequenceOf(l.ID)) + "::regclass)", notNull: true},
		{name: "code", typ: "text", notNull: true},
	}
	if l.Geometry != geo.NoGeometry {
		cols = append(cols, column{name: "geom", typ: "geometry"})
	}
	cols = append(cols, fieldColumns(l.Fields)...)
	return append(cols, column{name: "version", typ: "bigint", rest: "DEFAULT 1", notNull: true})
}

func reportColumns(l *geo.Layer) []column {
	cols := []column{{name: "feature_id", typ: "bigint", notNull: true}, {name: "date", typ: "date", notNull: true}}
	cols = append(cols, fieldColumns(l.Reports)...)
	return append(cols, column{name: "version", typ: "bigint", rest: "DEFAULT 1", notNull: true})
}

func fieldColumns(fs []geo.Field) []column {
	out := make([]column, len(fs))
	for i, f := range fs {
		out[i] = column{name: f.Name, typ: sqlTypes[f.Type], notNull: f.Required, isField: true}
	}
	return out
}

// table is all that one table of a layer must be.
type table struct {
	name    string
	layer   geo.LayerID
	report  bool
	served  bool // from the database: the feed tells where it changes
	columns []column
	checks  []constraint
	keys    []constraint // name and definition of primary, unique and foreign keys
}

func featureTable(l *geo.Layer) table {
	t := table{name: tableOf(l.ID), layer: l.ID, served: l.InDatabase(), columns: featureColumns(l), checks: featureChecks(l)}
	t.checks = append(t.checks, fieldChecks(l.Fields)...)
	t.keys = []constraint{
		{name: keyName(l.ID, "pkey"), expr: "PRIMARY KEY (id)"},
		{name: keyName(l.ID, "code_key"), expr: "UNIQUE (code) DEFERRABLE INITIALLY IMMEDIATE"},
	}
	return t
}

func reportTable(l *geo.Layer) table {
	t := table{name: reportTableOf(l.ID), layer: l.ID, report: true, columns: reportColumns(l), checks: reportChecks()}
	t.checks = append(t.checks, fieldChecks(l.Reports)...)
	t.keys = []constraint{
		{name: keyName(l.ID, "report_pkey"), expr: `PRIMARY KEY (feature_id, "date")`},
		{name: keyName(l.ID, "report_fkey"), expr: "FOREIGN KEY (feature_id) REFERENCES " + inPublic(tableOf(l.ID)) + " (id) ON DELETE CASCADE"},
	}
	return t
}

// tables gives the tables of a layer, the one that is referred to first.
func tables(l *geo.Layer) []table {
	if len(l.Reports) == 0 {
		return []table{featureTable(l)}
	}
	return []table{featureTable(l), reportTable(l)}
}

func keyName(l geo.LayerID, suffix string) string { return string(l) + "_" + suffix }

func fieldChecks(fs []geo.Field) []constraint {
	var out []constraint
	for _, f := range fs {
		if c, ok := fieldCheck(f); ok {
			out = append(out, c)
		}
	}
	return out
}

func (t *table) hasGeometry() bool {
	for _, c := range t.columns {
		if c.name == "geom" {
			return true
		}
	}
	return false
}

// create gives the statements that make the table from nothing.
func (t *table) create() []string {
	var parts []string
	for _, c := range t.columns {
		parts = append(parts, c.definition())
	}
	for _, k := range t.keys {
		parts = append(parts, "CONSTRAINT "+quoteName(k.name)+" "+k.expr)
	}
	for _, c := range t.checks {
		parts = append(parts, c.definition())
	}
	out := []string{fmt.Sprintf("CREATE TABLE %s (\n\t%s\n)", inPublic(t.name), strings.Join(parts, ",\n\t"))}
	if t.hasGeometry() {
		out = append(out, t.createIndex())
	}
	for _, g := range t.triggers() {
		out = append(out, g.create)
	}
	return out
}

func (t *table) createIndex() string {
	return fmt.Sprintf("CREATE INDEX %s ON %s USING gist (geom)", quoteName(t.indexName()), inPublic(t.name))
}

func (t *table) indexName() string { return t.name + "_geom_idx" }

func (c *column) definition() string {
	s := quoteName(c.name) + " " + c.typ
	if c.notNull {
		s += " NOT NULL"
	}
	if c.rest != "" {
		s += " " + c.rest
	}
	return s
}

func (c *constraint) definition() string {
	return "CONSTRAINT " + quoteName(c.name) + " CHECK (" + c.expr + ")"
}

// areaPrefix begins the names of the triggers that only layers served from the
// database have.
const areaPrefix = "yiping_area_"

// trigger is one of ours by name with the statement that makes it.
type trigger struct{ name, create string }

func (t *table) triggers() []trigger {
	kind, log := "feature", "yiping.log_features"
	if t.report {
		kind, log = "report", "yiping.log_reports"
	}
	on, arg := inPublic(t.name), quoteText(string(t.layer))
	statement := func(prefix, op, rows, function string) trigger {
		name := prefix + strings.ToLower(op)
		return trigger{name, fmt.Sprintf("CREATE OR REPLACE TRIGGER %s AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION %s(%s)",
			name, op, on, rows, function, arg)}
	}
	const ours, inserted, updated, deleted = "yiping_", "REFERENCING NEW TABLE AS new_rows", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", "REFERENCING OLD TABLE AS old_rows"
	out := []trigger{
		{"yiping_first_version", fmt.Sprintf("CREATE OR REPLACE TRIGGER yiping_first_version BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.version IS NULL) EXECUTE FUNCTION yiping.first_version()", on)},
		{"yiping_version", fmt.Sprintf("CREATE OR REPLACE TRIGGER yiping_version BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION yiping.next_version(%s)", on, quoteText(kind))},
		statement(ours, "INSERT", inserted, log),
		statement(ours, "UPDATE", updated, log),
		statement(ours, "DELETE", deleted, log),
		statement(ours, "TRUNCATE", "", log),
	}
	if !t.served {
		return out
	}
	const areas = "yiping.log_areas"
	return append(out, statement(areaPrefix, "INSERT", inserted, areas), statement(areaPrefix, "UPDATE", updated, areas),
		statement(areaPrefix, "DELETE", deleted, areas))
}
