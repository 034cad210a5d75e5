package gpkg

import (
	"database/sql/driver"
	"encoding/json"
	"slices"
	"strings"

	"yiping/geo"
)

// systemPrefixes begin the names of tables that are not layers.
var systemPrefixes = [...]string{"yiping_", "gpkg_", "sqlite_", "rtree_"}

// declare makes the tables of a layer, or brings them to a changed declaration.
func (a *applier) declare(i int, l geo.Layer) error {
	if err := l.Check(); err != nil {
		return inLayer(err, l.ID)
	}
	if l.InDatabase() {
		return &geo.Error{Code: geo.Unsupported, Layer: l.ID, Field: "serve", Message: "a GeoPackage cannot serve a layer from the database",
			ZH: "GeoPackage 存储不能由数据库直接服务图层；请改用 PostGIS 存储", Mend: "use a store on PostGIS: --store postgres://…"}
	}
	if err := checkNames(&l); err != nil {
		return err
	}
	text, l, err := frozen(l)
	if err != nil {
		return err
	}
	a.res.Versions[i] = 1
	if old, err := find(a.layers, l.ID); err == nil {
		a.res.Versions[i], err = a.redeclare(old, l)
		return err
	}
	ddl := featureDDL(&l)
	names := []string{string(l.ID)}
	if len(l.Reports) > 0 {
		ddl += reportDDL(&l)
		names = append(names, reportTable(l.ID))
	}
	for _, name := range names {
		n, err := a.c.integer(`SELECT count(*) FROM sqlite_master WHERE name = ? COLLATE NOCASE`, name)
		if err != nil {
			return err
		}
		if n > 0 {
			return &geo.Error{Code: geo.Conflict, Layer: l.ID, Field: "id", Message: "the file has a table " + name + " already", Mend: "choose another layer id"}
		}
	}
	if err := a.c.script(ddl); err != nil {
		return err
	}
	if err := a.c.retrigger(&l); err != nil {
		return err
	}
	if _, err := a.c.exec(`INSERT INTO yiping_layer (id, decl) VALUES (?, ?)`, l.ID, text); err != nil {
		return err
	}
	a.layers, err = a.s.layers(a.c)
	return err
}

// checkNames refuses names that SQLite would take for one another or for its own.
func checkNames(l *geo.Layer) error {
	for _, p := range systemPrefixes {
		if strings.HasPrefix(string(l.ID), p) {
			return &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: "id", Message: "a layer id cannot begin with " + p}
		}
	}
	for _, fields := range [][]geo.Field{l.Fields, l.Reports} {
		seen := map[string]bool{}
		for _, name := range geo.ReservedColumns {
			seen[fold(name)] = true
		}
		for _, f := range fields {
			if seen[fold(f.Name)] {
				return &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: f.Name, Message: "the name differs from another only in upper and lower case"}
			}
			seen[fold(f.Name)] = true
		}
	}
	return nil
}

// fold brings a name to what SQLite compares: lower case in ASCII only.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

// frozen gives a declaration as it is kept, and a copy that shares nothing.
func frozen(l geo.Layer) (string, geo.Layer, error) {
	l.Version = 0
	text, err := json.Marshal(l)
	if err != nil {
		return "", l, geo.Wrap(geo.Invalid, err, "the declaration cannot be written")
	}
	var c geo.Layer
	if err := json.Unmarshal(text, &c); err != nil {
		return "", l, geo.Wrap(geo.Internal, err, "the declaration cannot be read back")
	}
	return string(text), c, nil
}

// redeclare gives the version of the declaration after it.
func (a *applier) redeclare(old *layer, l geo.Layer) (uint64, error) {
	if a.s.away(old) {
		if err := a.replant(old); err != nil {
			return 0, err
		}
	}
	if (old.Geometry == geo.NoGeometry) != (l.Geometry == geo.NoGeometry) {
		return 0, &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: "geometry", Message: "a layer cannot gain or lose its geometry", Mend: "declare another layer"}
	}
	var err error
	if l.Fields, err = merged(&l, old.Fields, l.Fields); err != nil {
		return 0, err
	}
	if l.Reports, err = merged(&l, old.Reports, l.Reports); err != nil {
		return 0, err
	}
	text, l, err := frozen(l)
	if err != nil {
		return 0, err
	}
	before, _, err := frozen(old.Layer)
	if err != nil || before == text {
		return old.Version, err
	}
	if err := a.c.alter(&old.Layer, &l); err != nil {
		return 0, inLayer(err, l.ID)
	}
	if _, err := a.c.exec(`UPDATE yiping_layer SET decl = ? WHERE id = ?`, text, l.ID); err != nil {
		return 0, err
	}
	if t, ok := a.tables[l.ID]; ok {
		delete(a.tables, l.ID)
		if err := t.recordExtent(a.c); err != nil {
			return 0, err
		}
	}
	version := old.Version + 1
	a.layers, err = a.s.layers(a.c)
	return version, err
}

// replant makes the table of a layer again that another program dropped.
func (a *applier) replant(l *layer) error {
	cols, err := a.c.columns(string(l.ID))
	if err != nil {
		return err
	}
	if len(cols) > 0 {
		_, err := a.table(l.ID) // says that it is not in order
		return err
	}
	if err := rebuild(a.c, &l.Layer); err != nil {
		return err
	}
	if err := a.c.reconcile(&l.Layer); err != nil {
		return err
	}
	if _, err := a.c.exec(`UPDATE yiping_layer SET fault = NULL WHERE id = ?`, l.ID); err != nil {
		return err
	}
	if _, err := a.c.exec(`INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '`+kindReset+`', ?)`, l.ID); err != nil {
		return err
	}
	l.fault = ""
	a.s.forgetStrays(nil)
	return nil
}

// merged keeps the fields that a new declaration leaves out, after its own.
func merged(l *geo.Layer, old, now []geo.Field) ([]geo.Field, error) {
	out := slices.Clone(now)
	for _, o := range old {
		i := slices.IndexFunc(now, func(f geo.Field) bool { return fold(f.Name) == fold(o.Name) })
		switch {
		case i < 0:
			out = append(out, o)
		case now[i].Type != o.Type || now[i].Name != o.Name:
			return nil, &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: now[i].Name, Message: "the field is declared as " + o.Name + " of type " + string(o.Type),
				Mend: "declare a field of another name; types do not change"}
		}
	}
	return out, nil
}

// alter brings the tables and triggers of a layer from one declaration to the next.
func (c *conn) alter(old, l *geo.Layer) error {
	var ddl strings.Builder
	add := func(table string, old, now []geo.Field) {
		for _, f := range now {
			if !slices.ContainsFunc(old, func(o geo.Field) bool { return o.Name == f.Name }) {
				ddl.WriteString("ALTER TABLE " + quote(table) + " ADD COLUMN " + columnDDL(f) + ";\n")
			}
		}
	}
	add(string(l.ID), old.Fields, l.Fields)
	if len(old.Reports) > 0 {
		add(reportTable(l.ID), old.Reports, l.Reports)
	} else if len(l.Reports) > 0 {
		ddl.WriteString(reportDDL(l))
	}
	if err := c.script(ddl.String()); err != nil {
		return err
	}
	return c.retrigger(l)
}

// retrigger puts the triggers of a layer in place, dropping what stands there,
// and its R-tree when another program took that away.
func (c *conn) retrigger(l *geo.Layer) error {
	var ddl strings.Builder
	err := c.each(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (?, ?) AND (name GLOB 'yiping_*' OR name GLOB 'rtree_*')`,
		[]any{l.ID, reportTable(l.ID)}, func(v []driver.Value) error {
			name, _ := v[0].(string)
			ddl.WriteString("DROP TRIGGER " + quote(name) + ";\n")
			return nil
		})
	if err != nil {
		return err
	}
	if l.Geometry != geo.NoGeometry {
		n, err := c.integer(`SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, rtreeTable(l.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			ddl.WriteString(rtreeDDL(l.ID))
		}
	}
	for _, t := range triggers(l) {
		ddl.WriteString(t.sql + ";\n")
	}
	return c.script(ddl.String())
}
