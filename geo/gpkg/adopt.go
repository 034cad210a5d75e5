package gpkg

import (
	"database/sql/driver"
	"errors"
	"fmt"

	"yiping/geo"
)

// tryAdopt takes over a table that another program put in the place of a
// layer's, or gives the fault that keeps it from that.
func (s *Store) tryAdopt(c *conn, l *geo.Layer) (string, error) {
	if _, err := c.exec(`SAVEPOINT adopt`); err != nil {
		return "", err
	}
	n, err := adopt(c, l)
	if err == nil {
		_, err = c.exec(`RELEASE adopt`)
		return "", err
	}
	if err := c.script(`ROLLBACK TO adopt; RELEASE adopt`); err != nil {
		return "", err
	}
	var e *geo.Error
	if !errors.As(err, &e) || e.Code != geo.Invalid && e.Code != geo.Conflict {
		return "", err
	}
	e.Layer = ""
	at := ""
	if n > 0 {
		at = fmt.Sprintf("row %d: ", n)
	}
	mend := e.Mend
	e.Mend = ""
	if mend == "" {
		mend = "import the layer with yiping import instead"
	}
	return "its table was replaced by another program and cannot be taken over: " + at + e.Error() + "\n" + mend, nil
}

// adopt rebuilds a layer's table from the rows of the one in its place. Features
// are known by their codes: those there were before keep their ids. The number
// is that of the row at fault.
func adopt(c *conn, l *geo.Layer) (int, error) {
	rows, err := foreignRows(c, l)
	if err != nil {
		return 0, err
	}
	known, err := knownIDs(c, l.ID)
	if err != nil {
		return 0, err
	}
	if err := rebuild(c, l); err != nil {
		return 0, err
	}
	t := newTable(l)
	for i, r := range rows {
		p, err := l.Normalize(geo.Feature{Code: r.code, Properties: r.values})
		if err != nil {
			return i + 1, err
		}
		t.values(&p)
		args := t.args
		if t.hasGeom {
			args = append(args, r.geom)
		}
		if k, ok := known[r.code]; ok {
			_, err = c.exec(t.give, append(args, k.ID, k.Version+1)...)
		} else {
			_, err = c.exec(t.insert, args...)
		}
		if err != nil {
			return i + 1, err
		}
	}
	if len(l.Reports) > 0 {
		if _, err := c.exec(`DELETE FROM ` + quote(reportTable(l.ID)) + ` WHERE feature_id NOT IN (SELECT id FROM ` + quote(string(l.ID)) + `)`); err != nil {
			return 0, err
		}
	}
	return 0, c.reconcile(l)
}

// foreignRow is a row of a table that another program made.
type foreignRow struct {
	code   string
	geom   any
	values geo.Properties
}

func foreignRows(c *conn, l *geo.Layer) ([]foreignRow, error) {
	cols, err := c.columns(string(l.ID))
	if err != nil {
		return nil, err
	}
	if !hasColumns(cols, "code") {
		return nil, &geo.Error{Code: geo.Invalid, Field: "code", Message: "there is no such column", Mend: "write the layer again with its column code, or import it with yiping import"}
	}
	geom := "NULL"
	if l.Geometry != geo.NoGeometry {
		v, err := c.one(`SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name = ?`, l.ID)
		if err != nil {
			return nil, err
		}
		if v != nil {
			if srs, _ := v[1].(int64); srs != srsID {
				return nil, &geo.Error{Code: geo.Invalid, Field: "geom", Message: fmt.Sprintf("it is in reference system %d", srs), Mend: "write the layer again in EPSG:4326 (ogr2ogr -t_srs)"}
			}
			name, _ := v[0].(string)
			geom = quote(name)
		}
	}
	q := `SELECT code, ` + geom
	var fields []geo.Field
	for _, f := range l.Fields {
		if hasColumns(cols, f.Name) {
			fields = append(fields, f)
			q += ", +" + quote(f.Name)
		}
	}
	var out []foreignRow
	err = c.each(q+` FROM `+quote(string(l.ID)), nil, func(v []driver.Value) error {
		r := foreignRow{geom: v[1], values: geo.Properties{}}
		r.code, _ = v[0].(string)
		for i, f := range fields {
			r.values[f.Name] = v[2+i]
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// knownIDs gives, for the code each feature had last, its id and last version.
func knownIDs(c *conn, id geo.LayerID) (map[string]geo.Ref, error) {
	last := map[geo.ID]string{}
	versions := map[geo.ID]uint64{}
	err := c.each(`SELECT code, id, version FROM yiping_history WHERE layer = ? AND id IS NOT NULL AND date IS NULL ORDER BY seq`, []any{id}, func(v []driver.Value) error {
		code, _ := v[0].(string)
		fid, _ := v[1].(int64)
		version, _ := v[2].(int64)
		last[geo.ID(fid)] = code
		versions[geo.ID(fid)] = max(versions[geo.ID(fid)], uint64(version))
		return nil
	})
	out := map[string]geo.Ref{}
	for fid, code := range last {
		if fid > out[code].ID { // of several that had the code, the newest
			out[code] = geo.Ref{ID: fid, Version: versions[fid]}
		}
	}
	return out, err
}

// rebuild puts an empty table of ours in the place of the other, or of none.
func rebuild(c *conn, l *geo.Layer) error {
	name := literal(string(l.ID))
	ddl := `DROP TABLE IF EXISTS ` + quote(rtreeTable(l.ID)) + `;
DROP TABLE IF EXISTS ` + quote(string(l.ID)) + `;
DELETE FROM gpkg_extensions WHERE table_name = ` + name + `;
DELETE FROM gpkg_geometry_columns WHERE table_name = ` + name + `;
DELETE FROM gpkg_contents WHERE table_name = ` + name + `;
`
	counted, err := c.integer(`SELECT count(*) FROM sqlite_master WHERE name = 'gpkg_ogr_contents'`)
	if err != nil {
		return err
	}
	if counted > 0 {
		ddl += `DELETE FROM gpkg_ogr_contents WHERE table_name = ` + name + ";\n"
	}
	if err := c.script(ddl + featureDDL(l)); err != nil {
		return err
	}
	if _, err := c.exec(`INSERT INTO sqlite_sequence (name, seq) SELECT ?1, max(id) FROM yiping_history WHERE layer = ?1 AND date IS NULL HAVING max(id) IS NOT NULL`, l.ID); err != nil {
		return err
	}
	return c.retrigger(l)
}
