package gpkg

import (
	"fmt"
	"strconv"
	"strings"

	"yiping/geo"
)

func quote(name string) string   { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }

// fill replaces the names of a template; pairs are name, value.
func fill(template string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(template)
}

// reportTable names the table of a layer's reports.
func reportTable(id geo.LayerID) string { return string(id) + "_report" }

var sqlTypes = map[geo.FieldType]string{
	geo.TextField: "TEXT", geo.IntField: "INTEGER", geo.FloatField: "REAL",
	geo.BoolField: "BOOLEAN", geo.DateField: "DATE", geo.TimeField: "DATETIME",
}

func columnDDL(f geo.Field) string { return quote(f.Name) + " " + sqlTypes[f.Type] }

func columnsDDL(fields []geo.Field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(", " + columnDDL(f))
	}
	return b.String()
}

// featureDDL makes the table of a layer and enters it in the GeoPackage. Limits
// of values are kept by triggers, not by CHECK: a declaration may change, and
// SQLite cannot change a CHECK.
func featureDDL(l *geo.Layer) string {
	geom, kind, srs := "geom GEOMETRY, ", "features", strconv.Itoa(srsID)
	if l.Geometry == geo.NoGeometry {
		geom, kind, srs = "", "attributes", "NULL"
	}
	s := fill(`CREATE TABLE {t} (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {geom}code TEXT NOT NULL UNIQUE{cols}, version INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 1);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES ({name}, '{kind}', {name}, {title}, {srs});
`, "{t}", quote(string(l.ID)), "{geom}", geom, "{cols}", columnsDDL(l.Fields), "{name}", literal(string(l.ID)), "{kind}", kind,
		"{title}", literal(l.Title.ZH), "{srs}", srs)
	if l.Geometry == geo.NoGeometry {
		return s
	}
	return s + fill(`INSERT INTO gpkg_geometry_columns VALUES ({name}, 'geom', 'GEOMETRY', {srs}, 2, 0);
`, "{name}", literal(string(l.ID)), "{srs}", srs)
}

// rtreeDDL makes the R-tree of a layer and fills it.
func rtreeDDL(id geo.LayerID) string {
	return fill(`INSERT OR REPLACE INTO gpkg_extensions VALUES ({name}, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE {r} USING rtree(id, minx, maxx, miny, maxy);
INSERT INTO {r} SELECT id, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom) FROM {t} WHERE geom NOT NULL AND NOT ST_IsEmpty(geom);
`, "{name}", literal(string(id)), "{r}", quote(rtreeTable(id)), "{t}", quote(string(id)))
}

func reportDDL(l *geo.Layer) string {
	name := reportTable(l.ID)
	return fill(`CREATE TABLE {t} (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, feature_id INTEGER NOT NULL, date DATE NOT NULL{cols}, version INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 1, UNIQUE (feature_id, date));
INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES ({name}, 'attributes', {name}, {title});
`, "{t}", quote(name), "{cols}", columnsDDL(l.Reports), "{name}", literal(name), "{title}", literal(l.Title.ZH+"：月报"))
}

func rtreeTable(id geo.LayerID) string { return "rtree_" + string(id) + "_geom" }

// trigger is one trigger by name, with its statement exactly as SQLite keeps it.
type trigger struct{ name, sql string }

// triggers gives all triggers of a layer.
func triggers(l *geo.Layer) []trigger {
	ts := featureTriggers(l)
	if l.Geometry != geo.NoGeometry {
		ts = append(ts, rtreeTriggers(l.ID)...)
	}
	if len(l.Reports) > 0 {
		ts = append(ts, reportTriggers(l)...)
	}
	return ts
}

func makeTrigger(name, rest string, pairs ...string) trigger {
	return trigger{name, "CREATE TRIGGER " + quote(name) + " " + fill(rest, pairs...)}
}

// limit is a condition that a row must meet, and what is said when it does not.
// cond is never NULL.
type limit struct{ cond, message string }

func fieldLimits(fields []geo.Field) []limit {
	var ls []limit
	for _, f := range fields {
		c := "NEW." + quote(f.Name)
		cond := valueCond(f, c)
		if f.Required {
			ls = append(ls, limit{fmt.Sprintf("(%s IS NOT NULL AND %s)", c, cond), "field " + f.Name + ": value is missing or not allowed"})
		} else {
			ls = append(ls, limit{fmt.Sprintf("(%s IS NULL OR %s)", c, cond), "field " + f.Name + ": value is not allowed"})
		}
	}
	return ls
}

func valueCond(f geo.Field, c string) string {
	number := func(types string) string {
		s := fmt.Sprintf("typeof(%s) IN (%s)", c, types)
		if f.Min != nil {
			s += fmt.Sprintf(" AND %s >= %s", c, strconv.FormatFloat(*f.Min, 'g', -1, 64))
		}
		if f.Max != nil {
			s += fmt.Sprintf(" AND %s <= %s", c, strconv.FormatFloat(*f.Max, 'g', -1, 64))
		}
		return s
	}
	switch f.Type {
	case geo.IntField:
		return number("'integer'")
	case geo.FloatField:
		return number("'real', 'integer'") + fmt.Sprintf(" AND abs(%s) <= 1.7976931348623157e308", c)
	case geo.BoolField:
		return c + " IN (0, 1)"
	case geo.DateField:
		return fmt.Sprintf("typeof(%[1]s) = 'text' AND date(%[1]s) IS %[1]s", c)
	case geo.TimeField:
		return fmt.Sprintf("typeof(%[1]s) = 'text' AND julianday(%[1]s) IS NOT NULL", c)
	}
	s := fmt.Sprintf("typeof(%s) = 'text'", c)
	if f.Required {
		s += fmt.Sprintf(" AND %s <> ''", c)
	}
	if len(f.Enum) > 0 {
		allowed := make([]string, len(f.Enum))
		for i, e := range f.Enum {
			allowed[i] = literal(e)
		}
		s += fmt.Sprintf(" AND %s IN (%s)", c, strings.Join(allowed, ", "))
	}
	return s
}

// refuse gives the head and body of a trigger that refuses rows beyond limits.
func refuse(ls []limit) string {
	conds := make([]string, len(ls))
	var body strings.Builder
	for i, l := range ls {
		conds[i] = l.cond
		fmt.Fprintf(&body, "  SELECT RAISE(ABORT, %s) WHERE NOT %s;\n", literal(l.message), l.cond)
	}
	return "WHEN NOT (" + strings.Join(conds, " AND ") + ") BEGIN\n" + body.String() + "END"
}

// jsonOf writes a row's fields as a JSON object, floats with all their digits.
func jsonOf(row string, fields []geo.Field) string {
	const chunk = 40 // SQLite takes at most 100 arguments
	var objects []string
	for start := 0; start < len(fields); start += chunk {
		var args []string
		for _, f := range fields[start:min(start+chunk, len(fields))] {
			c := row + "." + quote(f.Name)
			if f.Type == geo.FloatField {
				c = fmt.Sprintf("CASE WHEN %[1]s IS NULL THEN NULL ELSE json(printf('%%!.17g', %[1]s)) END", c)
			}
			args = append(args, literal(f.Name), c)
		}
		objects = append(objects, "json_object("+strings.Join(args, ", ")+")")
	}
	if len(objects) == 0 {
		return "'{}'"
	}
	s := objects[0]
	for _, o := range objects[1:] {
		s = "json_patch(" + s + ", " + o + ")"
	}
	return s
}

func featureLimits(l *geo.Layer) []limit {
	limits := []limit{{"(typeof(NEW.code) = 'text' AND length(NEW.code) BETWEEN 1 AND 200 AND trim(NEW.code) = NEW.code)",
		"field code: a code of 1 to 200 characters without surrounding blanks is needed"}}
	if l.Geometry != geo.NoGeometry {
		limits = append(limits, limit{"(NEW.geom IS NULL OR typeof(NEW.geom) = 'blob' AND substr(NEW.geom, 1, 2) = x'4750' AND substr(NEW.geom, 5, 4) IN (x'E6100000', x'000010E6'))",
			"field geom: not a GeoPackage geometry in EPSG:4326"})
	}
	return append(limits, fieldLimits(l.Fields)...)
}

// featureHistory is the statement that keeps a row of history.
func featureHistory(l *geo.Layer, row, op, version string) string {
	geom := "NULL"
	if l.Geometry != geo.NoGeometry {
		geom = row + ".geom"
	}
	return fill(`INSERT INTO yiping_history (actor, note, layer, id, op, version, code, data, geom) SELECT actor, note, {name}, {row}.id, '{op}', {version}, {row}.code, {data}, {geom} FROM yiping_writer;`,
		"{name}", literal(string(l.ID)), "{row}", row, "{op}", op, "{version}", version, "{data}", jsonOf(row, l.Fields), "{geom}", geom)
}

// drivenOut writes down that the feature noted as driven is gone, if it is and no
// DELETE trigger has said so.
func drivenOut(l *geo.Layer) string {
	gone := fill(`FROM yiping_writer w WHERE w.driven IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {t} WHERE id = w.driven)`, "{t}", quote(string(l.ID)))
	return fill(`INSERT INTO yiping_feed (nonce, kind, subject, id) SELECT random(), '`+kindFeature+`', {name}, w.driven {gone};
  INSERT INTO yiping_history (actor, note, layer, id, op, version, code, data, geom)
    SELECT w.actor, w.note, {name}, h.id, 'delete', h.version, h.code, h.data, h.geom
    FROM yiping_writer w JOIN yiping_history h ON h.seq = (SELECT max(seq) FROM yiping_history WHERE layer = {name} AND id = w.driven AND date IS NULL)
    WHERE h.op <> 'delete' AND NOT EXISTS (SELECT 1 FROM {t} WHERE id = w.driven);
  UPDATE yiping_writer SET driven = NULL;`, "{name}", literal(string(l.ID)), "{gone}", gone, "{t}", quote(string(l.ID)))
}

const idRange = `SELECT RAISE(ABORT, 'field id: not between 1 and 2^53-1') WHERE NEW.id NOT BETWEEN 1 AND 9007199254740991;`

func featureTriggers(l *geo.Layer) []trigger {
	feed := func(row string) string {
		return `INSERT INTO yiping_feed (nonce, kind, subject, id) VALUES (random(), '` + kindFeature + `', ` + literal(string(l.ID)) + `, ` + row + `.id);`
	}
	limits := featureLimits(l)
	pairs := []string{"{t}", quote(string(l.ID)), "{name}", literal(string(l.ID)), "{limits}", refuse(limits),
		"{limits+id}", refuse(append([]limit{{"NEW.id IS OLD.id", "field id: an id cannot be changed"}}, limits...)),
		"{range}", idRange, "{feed}", feed("NEW"), "{feedold}", feed("OLD"),
		"{inserted}", featureHistory(l, "NEW", "insert", "1"), "{updated}", featureHistory(l, "NEW", "update", "OLD.version + 1"),
		"{returned}", featureHistory(l, "NEW", "insert", "(SELECT version FROM "+quote(string(l.ID))+" WHERE id = NEW.id)"),
		"{deleted}", featureHistory(l, "OLD", "delete", "OLD.version"), "{driven}", drivenOut(l), "{reports}", ""}
	if len(l.Reports) > 0 {
		pairs[len(pairs)-1] = "DELETE FROM " + quote(reportTable(l.ID)) + " WHERE feature_id = OLD.id;"
	}
	of := func(name, body string) trigger { return makeTrigger("yiping_"+string(l.ID)+"_"+name, body, pairs...) }
	return []trigger{
		of("limit_insert", "BEFORE INSERT ON {t} {limits}"),
		of("limit_update", "BEFORE UPDATE OF "+strings.Join(limitedColumns(l), ", ")+" ON {t} {limits+id}"),
		// An id that SQLite is still to draw is -1 here.
		of("id", `BEFORE INSERT ON {t} WHEN NEW.id IS NOT -1 BEGIN
  SELECT RAISE(ABORT, 'field id: ids are drawn by the store; leave it NULL') WHERE NOT EXISTS (SELECT 1 FROM yiping_history
    WHERE layer = {name} AND id = NEW.id AND date IS NULL GROUP BY id HAVING max(code = NEW.code) AND max(version) + 1 = NEW.version);
END`),
		// INSERT and UPDATE OR REPLACE fire no DELETE trigger for the row they drive
		// out. Whether they do is known only afterwards: they may be OR IGNORE.
		of("driven_out", `BEFORE INSERT ON {t} WHEN EXISTS (SELECT 1 FROM {t} WHERE code = NEW.code) BEGIN
  UPDATE yiping_writer SET driven = (SELECT id FROM {t} WHERE code = NEW.code);
END`),
		of("driven_out_by_update", `BEFORE UPDATE OF code ON {t} WHEN NEW.code IS NOT OLD.code AND EXISTS (SELECT 1 FROM {t} WHERE code = NEW.code) BEGIN
  UPDATE yiping_writer SET driven = (SELECT id FROM {t} WHERE code = NEW.code);
END`),
		of("drove_out", `AFTER INSERT ON {t} WHEN (SELECT driven FROM yiping_writer) IS NOT NULL BEGIN
  {driven}
END`),
		of("drove_out_by_update", `AFTER UPDATE OF code ON {t} WHEN (SELECT driven FROM yiping_writer) IS NOT NULL BEGIN
  {driven}
END`),
		of("insert", `AFTER INSERT ON {t} WHEN NEW.version = 1 BEGIN
  {range}
  {feed}
  {inserted}
END`),
		// A version of its own is right for a feature that comes back, else it is 1.
		of("insert_version", `AFTER INSERT ON {t} WHEN NEW.version IS NOT 1 BEGIN
  {range}
  UPDATE yiping_writer SET quiet = 1;
  UPDATE {t} SET version = coalesce((SELECT max(version) FROM yiping_history WHERE layer = {name} AND id = NEW.id AND date IS NULL), 0) + 1 WHERE id = NEW.id;
  UPDATE yiping_writer SET quiet = 0;
  {feed}
  {returned}
END`),
		of("update", `AFTER UPDATE ON {t} WHEN NEW.version = OLD.version + 1 AND NOT (SELECT quiet FROM yiping_writer) BEGIN
  {feed}
  {updated}
END`),
		// Quiet keeps the inner UPDATE from coming here again: GDAL turns recursive triggers on.
		of("update_version", `AFTER UPDATE ON {t} WHEN NEW.version IS NOT OLD.version + 1 AND NOT (SELECT quiet FROM yiping_writer) BEGIN
  UPDATE yiping_writer SET quiet = 1;
  UPDATE {t} SET version = OLD.version + 1 WHERE id = NEW.id;
  UPDATE yiping_writer SET quiet = 0;
  {feed}
  {updated}
END`),
		of("delete", `AFTER DELETE ON {t} BEGIN
  {reports}
  {feedold}
  {deleted}
END`),
	}
}

func limitedColumns(l *geo.Layer) []string {
	cols := []string{"id", "code"}
	if l.Geometry != geo.NoGeometry {
		cols = append(cols, "geom")
	}
	for _, f := range l.Fields {
		cols = append(cols, quote(f.Name))
	}
	return cols
}
