package gpkg

import (
	"crypto/rand"
	"fmt"

	"yiping/geo"
)

const (
	applicationID = 0x47504B47 // "GPKG"
	userVersion   = 10300      // GeoPackage 1.3
)

// now is the moment as GeoPackage writes it.
const now = `strftime('%Y-%m-%dT%H:%M:%fZ','now')`

// packageTables are those of GeoPackage 1.3 itself.
const packageTables = `
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (` + now + `),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
`

// Kinds of feed rows. subject is a layer, or a district for kindDate.
const (
	kindStart   = "start"
	kindFeature = "feature" // a feature or one of its reports
	kindLayer   = "layer"   // a declaration
	kindReset   = "reset"   // a layer is to be read anew
	kindDropped = "dropped" // a layer is no longer declared
	kindDate    = "date"    // an evaluation date
)

// systemTables are ours. yiping_writer has one row, which tells the triggers who
// writes; only a transaction that is still open ever sees it changed. A feed row
// carries a random nonce, by which a cursor from before a restore is known.
const systemTables = `
CREATE TABLE yiping_meta (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);
CREATE TABLE yiping_writer (
  one INTEGER PRIMARY KEY CHECK (one = 1), actor TEXT NOT NULL, note TEXT, quiet INTEGER NOT NULL DEFAULT 0);
INSERT INTO yiping_writer VALUES (1, '` + directActor + `', NULL, 0);
CREATE TABLE yiping_layer (
  id TEXT PRIMARY KEY NOT NULL, decl TEXT NOT NULL CHECK (json_valid(decl)), version INTEGER NOT NULL DEFAULT 1, fault TEXT);
CREATE TABLE yiping_feed (
  seq INTEGER PRIMARY KEY, nonce INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, id INTEGER);
INSERT INTO yiping_feed VALUES (1, random(), '` + kindStart + `', '', NULL);
CREATE TABLE yiping_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at DATETIME NOT NULL DEFAULT (` + now + `), actor TEXT NOT NULL, note TEXT,
  layer TEXT NOT NULL, id INTEGER, date DATE, op TEXT NOT NULL, version INTEGER, code TEXT, data TEXT, geom BLOB);
CREATE INDEX yiping_history_of ON yiping_history (layer, id);
CREATE TABLE yiping_batch (
  key TEXT PRIMARY KEY NOT NULL, at DATETIME NOT NULL DEFAULT (` + now + `), actor TEXT NOT NULL, result TEXT NOT NULL);
CREATE TABLE yiping_date (
  district TEXT PRIMARY KEY NOT NULL CHECK (district <> ''),
  date DATE NOT NULL CHECK (date(date) IS date AND typeof(date) = 'text'), live BOOLEAN NOT NULL DEFAULT 0 CHECK (live IN (0, 1)));

CREATE TRIGGER yiping_layer_insert AFTER INSERT ON yiping_layer BEGIN
  INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '` + kindLayer + `', NEW.id);
  INSERT INTO yiping_history (actor, note, layer, op, version, data) SELECT actor, note, NEW.id, 'declare', NEW.version, NEW.decl FROM yiping_writer;
END;
CREATE TRIGGER yiping_layer_update AFTER UPDATE OF decl ON yiping_layer BEGIN
  UPDATE yiping_layer SET version = OLD.version + 1 WHERE id = NEW.id;
  INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '` + kindLayer + `', NEW.id);
  INSERT INTO yiping_history (actor, note, layer, op, version, data) SELECT actor, note, NEW.id, 'declare', OLD.version + 1, NEW.decl FROM yiping_writer;
END;
CREATE TRIGGER yiping_layer_delete AFTER DELETE ON yiping_layer BEGIN
  INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '` + kindDropped + `', OLD.id);
  INSERT INTO yiping_history (actor, note, layer, op, version) SELECT actor, note, OLD.id, 'drop', OLD.version FROM yiping_writer;
END;
CREATE TRIGGER yiping_date_insert AFTER INSERT ON yiping_date BEGIN
  INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '` + kindDate + `', NEW.district);
  INSERT INTO yiping_history (actor, note, layer, op, code, date, data) SELECT actor, note, '', 'date', NEW.district, NEW.date, json_object('live', NEW.live) FROM yiping_writer;
END;
CREATE TRIGGER yiping_date_update AFTER UPDATE ON yiping_date BEGIN
  INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '` + kindDate + `', NEW.district);
  INSERT INTO yiping_history (actor, note, layer, op, code, date, data) SELECT actor, note, '', 'date', NEW.district, NEW.date, json_object('live', NEW.live) FROM yiping_writer;
END;
INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
  ('yiping_history', 'attributes', 'yiping_history', 'every version of features, reports, declarations and dates'),
  ('yiping_date', 'attributes', 'yiping_date', 'evaluation date of each district');
`

// knownTables are what pictures of the past need, and tokens. yiping_landing says
// when the rows of a batch count as recorded: at its end, all at one moment.
// yiping_token holds who may write over the network; it is not registered as
// content, so that GIS programs do not list it. driven is the feature that an
// INSERT OR REPLACE is about to drive out, for which SQLite fires no trigger.
const knownTables = `
CREATE TABLE yiping_landing (last INTEGER PRIMARY KEY NOT NULL, first INTEGER NOT NULL, begun DATETIME NOT NULL, at DATETIME NOT NULL);
DROP INDEX yiping_history_of;
CREATE INDEX yiping_history_feature ON yiping_history (layer, id) WHERE date IS NULL;
CREATE INDEX yiping_history_report ON yiping_history (layer, id, date) WHERE date IS NOT NULL;
CREATE INDEX yiping_history_system ON yiping_history (layer) WHERE id IS NULL;
ALTER TABLE yiping_writer ADD COLUMN driven INTEGER;
CREATE TABLE yiping_token (
  id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''), actor TEXT NOT NULL CHECK (actor <> ''), hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  rights TEXT NOT NULL CHECK (json_valid(rights)), district TEXT NOT NULL, unit TEXT NOT NULL,
  created DATETIME NOT NULL, expires DATETIME, revoked DATETIME);
`

// digestTables tell a key that comes again from one used for something else. What
// landed before has no digest, and is not compared.
const digestTables = `
ALTER TABLE yiping_batch ADD COLUMN digest TEXT NOT NULL DEFAULT '';
`

// migrations make the yiping_ tables of each version from those of the one before.
var migrations = [...]string{systemTables, knownTables, digestTables, accountTables}

const schemaVersion = len(migrations)

// directActor stands in history for whoever edits the file with other programs.
const directActor = "sql"

// create makes an empty database a GeoPackage of ours. Another process may be
// doing the same: the second finds it done.
func create(c *conn) error {
	if err := c.script(fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, userVersion)); err != nil {
		return err
	}
	return c.transaction(func() error {
		n, err := c.integer(`SELECT count(*) FROM sqlite_master`)
		if err != nil || n > 0 {
			return err
		}
		if err := c.script(packageTables); err != nil {
			return err
		}
		if err := c.migrate(0); err != nil {
			return err
		}
		return renew(c)
	})
}

// migrate brings the yiping_ tables from a version to the newest.
func (c *conn) migrate(from int) error {
	for _, step := range migrations[from:] {
		if err := c.script(step); err != nil {
			return err
		}
	}
	_, err := c.exec(`INSERT INTO yiping_meta VALUES ('schema', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fmt.Sprint(schemaVersion))
	return err
}

// upgrade does so for a store in use. Another process may have been faster.
func upgrade(c *conn) error {
	return c.transaction(func() error {
		v, err := recognise(c)
		if err != nil {
			return err
		}
		return c.migrate(v)
	})
}

// renew draws a new epoch.
func renew(c *conn) error {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return err
	}
	_, err := c.exec(`INSERT INTO yiping_meta VALUES ('epoch', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, fmt.Sprintf("%x", b))
	return err
}

// transaction runs fn under the write lock and commits unless it fails.
func (c *conn) transaction(fn func() error) error {
	if _, err := c.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err := fn(); err != nil {
		c.rollback()
		return err
	}
	if _, err := c.exec(`COMMIT`); err != nil {
		c.rollback()
		return err
	}
	return nil
}

// rollback ends a transaction that failed. Its own error tells nothing new:
// SQLite has ended the transaction by itself then.
func (c *conn) rollback() { _, _ = c.exec(`ROLLBACK`) }

// recognise says whether an open database is ours: 0 for empty, else the
// version of its yiping_ tables.
func recognise(c *conn) (int, error) {
	tables, err := c.integer(`SELECT count(*) FROM sqlite_master`)
	if err != nil || tables == 0 {
		return 0, err
	}
	app, err := c.integer(`PRAGMA application_id`)
	if err != nil {
		return 0, err
	}
	if app != applicationID {
		return 0, geo.Errorf(geo.Invalid, "an SQLite database, but not a GeoPackage")
	}
	ours, err := c.integer(`SELECT count(*) FROM sqlite_master WHERE name = 'yiping_meta'`)
	if err != nil {
		return 0, err
	}
	if ours == 0 {
		return 0, &geo.Error{Code: geo.Invalid, Message: "a GeoPackage, but not a store of this program",
			Mend: "give another path for the store and bring the layers in with yiping import"}
	}
	s, err := c.text(`SELECT value FROM yiping_meta WHERE name = 'schema'`)
	if err != nil {
		return 0, err
	}
	var v int
	if _, err := fmt.Sscan(s, &v); err != nil || v < 1 {
		return 0, geo.Errorf(geo.Invalid, "a store without a schema version")
	}
	if v > schemaVersion {
		return 0, &geo.Error{Code: geo.Unsupported, Message: fmt.Sprintf("written by a newer version (schema %d, this program knows %d)", v, schemaVersion),
			Mend: "install the newer version"}
	}
	return v, nil
}
