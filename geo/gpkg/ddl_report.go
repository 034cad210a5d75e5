package gpkg

import (
	"strings"

	"yiping/geo"
)

func reportTriggers(l *geo.Layer) []trigger {
	limits := append([]limit{
		{"(typeof(NEW.date) = 'text' AND date(NEW.date) IS NEW.date)", "field date: not a date like 2022-12-31"},
		{"EXISTS (SELECT 1 FROM " + quote(string(l.ID)) + " WHERE id = NEW.feature_id)", "field feature_id: the layer has no such feature"},
	}, fieldLimits(l.Reports)...)
	columns := []string{"feature_id", "date"}
	for _, f := range l.Reports {
		columns = append(columns, quote(f.Name))
	}
	history := `INSERT INTO yiping_history (actor, note, layer, id, date, op, version, data) SELECT actor, note, {name}, `
	pairs := []string{"{t}", quote(reportTable(l.ID)), "{name}", literal(string(l.ID)), "{limits}", refuse(limits),
		"{new}", jsonOf("NEW", l.Reports), "{old}", jsonOf("OLD", l.Reports)}
	of := func(name, body string) trigger {
		return makeTrigger("yiping_"+reportTable(l.ID)+"_"+name, body, pairs...)
	}
	feed := func(row string) string {
		return "INSERT INTO yiping_feed (nonce, kind, subject, id) SELECT random(), '" + kindFeature + "', {name}, " + row + ".feature_id"
	}
	updated := `
  ` + feed("NEW") + `;
  ` + feed("OLD") + ` WHERE OLD.feature_id IS NOT NEW.feature_id;
  ` + history + `OLD.feature_id, OLD.date, 'delete', OLD.version, {old} FROM yiping_writer WHERE OLD.feature_id IS NOT NEW.feature_id OR OLD.date IS NOT NEW.date;
  ` + history + `NEW.feature_id, NEW.date, 'update', OLD.version + 1, {new} FROM yiping_writer;
END`
	return []trigger{
		of("limit_insert", "BEFORE INSERT ON {t} {limits}"),
		of("limit_update", "BEFORE UPDATE OF "+strings.Join(columns, ", ")+" ON {t} {limits}"),
		of("insert", `AFTER INSERT ON {t} WHEN NEW.version = 1 BEGIN
  `+feed("NEW")+`;
  `+history+`NEW.feature_id, NEW.date, 'insert', 1, {new} FROM yiping_writer;
END`),
		of("insert_version", `AFTER INSERT ON {t} WHEN NEW.version IS NOT 1 BEGIN
  UPDATE yiping_writer SET quiet = 1;
  UPDATE {t} SET version = 1 WHERE id = NEW.id;
  UPDATE yiping_writer SET quiet = 0;
  `+feed("NEW")+`;
  `+history+`NEW.feature_id, NEW.date, 'insert', 1, {new} FROM yiping_writer;
END`),
		of("update", `AFTER UPDATE ON {t} WHEN NEW.version = OLD.version + 1 AND NOT (SELECT quiet FROM yiping_writer) BEGIN`+updated),
		of("update_version", `AFTER UPDATE ON {t} WHEN NEW.version IS NOT OLD.version + 1 AND NOT (SELECT quiet FROM yiping_writer) BEGIN
  UPDATE yiping_writer SET quiet = 1;
  UPDATE {t} SET version = OLD.version + 1 WHERE id = NEW.id;
  UPDATE yiping_writer SET quiet = 0;`+updated),
		of("delete", `AFTER DELETE ON {t} BEGIN
  `+feed("OLD")+`;
  `+history+`OLD.feature_id, OLD.date, 'delete', OLD.version, {old} FROM yiping_writer;
END`),
	}
}

// rtreeTriggers are those of the extension gpkg_rtree_index of GeoPackage 1.3,
// by the names it gives them; GDAL drops them by these names. update3 and update4
// speak of ids that change, which is refused here: they call no spatial
// functions, so that programs without them, such as the sqlite3 shell, can update
// every column but the geometry.
func rtreeTriggers(id geo.LayerID) []trigger {
	pairs := []string{"{t}", quote(string(id)), "{r}", quote(rtreeTable(id)),
		"{put}", "INSERT OR REPLACE INTO " + quote(rtreeTable(id)) + " VALUES (NEW.id, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"}
	of := func(name, body string) trigger { return makeTrigger(rtreeTable(id)+"_"+name, body, pairs...) }
	return []trigger{
		of("insert", `AFTER INSERT ON {t} WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN {put} END`),
		of("update1", `AFTER UPDATE OF geom ON {t} WHEN OLD.id = NEW.id AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN {put} END`),
		of("update2", `AFTER UPDATE OF geom ON {t} WHEN OLD.id = NEW.id AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN DELETE FROM {r} WHERE id = OLD.id; END`),
		of("update3", `AFTER UPDATE ON {t} WHEN OLD.id != NEW.id AND NEW.geom NOTNULL BEGIN SELECT RAISE(ABORT, 'field id: an id cannot be changed'); END`),
		of("update4", `AFTER UPDATE ON {t} WHEN OLD.id != NEW.id AND NEW.geom ISNULL BEGIN SELECT RAISE(ABORT, 'field id: an id cannot be changed'); END`),
		of("delete", `AFTER DELETE ON {t} WHEN OLD.geom NOT NULL BEGIN DELETE FROM {r} WHERE id = OLD.id; END`),
	}
}
