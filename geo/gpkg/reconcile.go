package gpkg

import (
	"strings"

	"yiping/geo"
)

// reconcile brings history into line with tables that were changed while our
// triggers did not watch them.
func (c *conn) reconcile(l *geo.Layer) error {
	if err := c.script(reconcileFeatures(l)); err != nil || len(l.Reports) == 0 {
		return err
	}
	return c.script(reconcileReports(l))
}

// unseen is the note of what is found changed.
const unseen = `'changed while nothing watched the table'`

func reconcileFeatures(l *geo.Layer) string {
	geom, sameGeom, stray := "NULL", "1", ""
	if l.Geometry != geo.NoGeometry {
		geom, sameGeom = "r.geom", "h.geom IS r.geom"
		stray = "DELETE FROM " + quote(rtreeTable(l.ID)) + " WHERE id NOT IN (SELECT id FROM " + quote(string(l.ID)) + ");\n"
	}
	return fill(`CREATE TEMP TABLE yiping_last AS
  SELECT id, op, max(seq) AS seq FROM yiping_history WHERE layer = {name} AND id IS NOT NULL AND date IS NULL GROUP BY id;
INSERT INTO yiping_history (actor, note, layer, id, op, version, code, data, geom)
  SELECT w.actor, {note}, {name}, h.id, 'delete', h.version, h.code, h.data, h.geom
  FROM yiping_last k JOIN yiping_history h ON h.seq = k.seq, yiping_writer w
  WHERE k.op <> 'delete' AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.id = k.id);
INSERT INTO yiping_history (actor, note, layer, id, op, version, code, data, geom)
  SELECT w.actor, {note}, {name}, r.id, iif(h.op IS NULL OR h.op = 'delete', 'insert', 'update'), r.version, r.code, {json}, {geom}
  FROM yiping_writer w, {t} r LEFT JOIN yiping_last k ON k.id = r.id LEFT JOIN yiping_history h ON h.seq = k.seq
  WHERE h.op IS NULL OR h.op = 'delete' OR NOT (h.version IS r.version AND h.code IS r.code AND {samegeom}{same});
DROP TABLE yiping_last;
{stray}`, "{name}", literal(string(l.ID)), "{t}", quote(string(l.ID)), "{stray}", stray, "{note}", unseen, "{json}", jsonOf("r", l.Fields), "{geom}", geom,
		"{samegeom}", sameGeom, "{same}", sameFields(l.Fields))
}

func reconcileReports(l *geo.Layer) string {
	return fill(`CREATE TEMP TABLE yiping_last AS
  SELECT id, date, op, max(seq) AS seq FROM yiping_history WHERE layer = {name} AND id IS NOT NULL AND date IS NOT NULL GROUP BY id, date;
INSERT INTO yiping_history (actor, note, layer, id, date, op, version, data)
  SELECT w.actor, {note}, {name}, h.id, h.date, 'delete', h.version, h.data
  FROM yiping_last k JOIN yiping_history h ON h.seq = k.seq, yiping_writer w
  WHERE k.op <> 'delete' AND NOT EXISTS (SELECT 1 FROM {t} r WHERE r.feature_id = k.id AND r.date = k.date);
CREATE INDEX yiping_last_of ON yiping_last (id, date);
INSERT INTO yiping_history (actor, note, layer, id, date, op, version, data)
  SELECT w.actor, {note}, {name}, r.feature_id, r.date, iif(h.op IS NULL OR h.op = 'delete', 'insert', 'update'), r.version, {json}
  FROM yiping_writer w, {t} r LEFT JOIN yiping_last k ON k.id = r.feature_id AND k.date = r.date LEFT JOIN yiping_history h ON h.seq = k.seq
  WHERE h.op IS NULL OR h.op = 'delete' OR NOT (h.version IS r.version{same});
DROP TABLE yiping_last;
`, "{name}", literal(string(l.ID)), "{t}", quote(reportTable(l.ID)), "{note}", unseen, "{json}", jsonOf("r", l.Reports), "{same}", sameFields(l.Reports))
}

// sameFields compares the fields of row r one by one with what history h has of
// them: rows written down before a field was declared do not name it.
func sameFields(fields []geo.Field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(" AND json_extract(h.data, " + literal(`$."`+f.Name+`"`) + ") IS r." + quote(f.Name))
	}
	return b.String()
}
