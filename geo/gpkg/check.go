package gpkg

import (
	"context"
	"database/sql/driver"
	"fmt"

	"yiping/geo"
	"yiping/geo/wkb"
)

// Check lists what is wrong with the file: its integrity, its journal, its
// layers' tables and R-trees. It reads the whole file.
func (s *Store) Check(ctx context.Context) ([]geo.Fault, error) {
	var out []geo.Fault
	add := func(layer geo.LayerID, mend, format string, args ...any) {
		out = append(out, geo.Fault{Layer: layer, Message: fmt.Sprintf(format, args...), Mend: mend})
	}
	err := s.read(ctx, func(c *conn) error {
		ls, err := s.layers(c)
		if err != nil {
			return err
		}
		if err := c.each(`PRAGMA quick_check(5)`, nil, func(v []driver.Value) error {
			if text, _ := v[0].(string); text != "ok" {
				add("", "put the file back from a copy", "the file is damaged: %s", text)
			}
			return nil
		}); err != nil {
			return err
		}
		mode, err := c.text(`PRAGMA journal_mode`)
		if err == nil && mode != "wal" {
			add("", "close other programs that have the file open, then restart", "write-ahead logging is off (journal mode %s)", mode)
		}
		for i := range ls {
			l := &ls[i]
			if err != nil || s.away(l) || l.Geometry == geo.NoGeometry {
				continue
			}
			var differ int64
			differ, err = c.integer(`SELECT (SELECT count(*) FROM ` + quote(rtreeTable(l.ID)) + `) - (SELECT count(*) FROM ` + quote(string(l.ID)) + ` WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom))`)
			if differ != 0 {
				add(l.ID, "rebuild it with QGIS or ogrinfo", "its spatial index has %d entries more than there are geometries", differ)
			}
			if err == nil {
				err = s.checkGeometries(c, l.ID)
			}
		}
		out = append(s.faults(ls), out...)
		return err
	})
	return out, err
}

// checkGeometries looks at every geometry of a layer, for faults to tell.
func (s *Store) checkGeometries(c *conn, layer geo.LayerID) error {
	s.forgetSpoilt(layer)
	return c.each(`SELECT id, geom FROM `+quote(string(layer)), nil, func(v []driver.Value) error {
		id, _ := v[0].(int64)
		blob, _ := v[1].([]byte)
		_, _, err := readGeometry(new(wkb.Decoder), blob)
		s.markSpoilt(layer, geo.ID(id), err)
		return nil
	})
}
