package gpkg

import (
	"fmt"
	"strings"

	"yiping/geo"
)

// table is a layer with its statements, and what a batch has done to it so far.
type table struct {
	layer                        *geo.Layer
	insert, give                 string // with an id and version drawn, and given
	update, updateFlat, look     string
	remove                       string
	putReport, newReport, report string
	dropReport                   string
	hasGeom                      bool
	touched                      bool
	extent                       box
	args                         []any
}

func newTable(l *geo.Layer) *table {
	t := &table{layer: l, hasGeom: l.Geometry != geo.NoGeometry, extent: noBox()}
	name := quote(string(l.ID))
	var cols, marks, sets strings.Builder
	for _, f := range l.Fields {
		cols.WriteString(", " + quote(f.Name))
		marks.WriteString(", ?")
		sets.WriteString(", " + quote(f.Name) + " = ?")
	}
	geom, mark, same := "", "", "1"
	if t.hasGeom {
		geom, mark, same = ", geom", ", ?", "geom IS ?2"
	}
	t.insert = "INSERT INTO " + name + " (code" + cols.String() + geom + ") VALUES (?" + marks.String() + mark + ")"
	t.give = "INSERT INTO " + name + " (code" + cols.String() + geom + ", id, version) VALUES (?" + marks.String() + mark + ", ?, ?)"
	t.updateFlat = "UPDATE " + name + " SET version = version + 1, code = ?" + sets.String() + " WHERE id = ?"
	t.update = "UPDATE " + name + " SET version = version + 1, code = ?" + sets.String() + ", geom = ? WHERE id = ?"
	t.look = "SELECT version, " + same + " FROM " + name + " WHERE id = ?1"
	t.remove = "DELETE FROM " + name + " WHERE id = ?"
	t.reportStatements()
	return t
}

func (t *table) reportStatements() {
	name := quote(reportTable(t.layer.ID))
	var cols, marks, sets strings.Builder
	for _, f := range t.layer.Reports {
		cols.WriteString(", " + quote(f.Name))
		marks.WriteString(", ?")
		sets.WriteString(", " + quote(f.Name) + " = ?")
	}
	t.report = "SELECT version FROM " + name + " WHERE feature_id = ? AND date = ?"
	t.newReport = "INSERT INTO " + name + " (feature_id, date" + cols.String() + ") VALUES (?, ?" + marks.String() + ")"
	t.putReport = "UPDATE " + name + " SET version = version + 1" + sets.String() + " WHERE feature_id = ? AND date = ?"
	t.dropReport = "DELETE FROM " + name + " WHERE feature_id = ? AND date = ?"
}

// values puts code and fields, in the order of the statements, into t.args.
func (t *table) values(f *geo.Feature) {
	t.args = append(t.args[:0], f.Code)
	for _, field := range t.layer.Fields {
		t.args = append(t.args, stored(f.Properties[field.Name]))
	}
}

// recordExtent tells the GeoPackage what a batch did to a layer.
func (t *table) recordExtent(c *conn) error {
	if !t.touched {
		return nil
	}
	if t.extent.empty() {
		_, err := c.exec(`UPDATE gpkg_contents SET last_change = `+now+` WHERE table_name = ?`, t.layer.ID)
		return err
	}
	b := t.extent
	_, err := c.exec(`UPDATE gpkg_contents SET last_change = `+now+`, min_x = min(ifnull(min_x, ?1), ?1), min_y = min(ifnull(min_y, ?2), ?2),
		max_x = max(ifnull(max_x, ?3), ?3), max_y = max(ifnull(max_y, ?4), ?4) WHERE table_name = ?5`, b.minX, b.minY, b.maxX, b.maxY, t.layer.ID)
	return err
}

// normalized checks a feature and encodes its geometry.
func (t *table) normalized(f geo.Feature) (geo.Feature, any, error) {
	f, err := t.layer.Normalize(f)
	if err != nil {
		return f, nil, err
	}
	for _, field := range t.layer.Fields {
		if d, ok := f.Properties[field.Name].(geo.Date); ok && (d < 0 || d > maxDate) {
			return f, nil, &geo.Error{Code: geo.Invalid, Layer: t.layer.ID, Field: field.Name, Message: "the date is out of range", Mend: "allowed: 0001-01-01 to 9999-12-31", ZH: "日期超出范围（0001-01-01 至 9999-12-31）"}
		}
	}
	blob, err := EncodeBlob(f.Geometry, f.Z)
	if err != nil {
		return f, nil, &geo.Error{Code: geo.Invalid, Layer: t.layer.ID, Field: "geom", Message: "the geometry cannot be stored", Err: err}
	}
	t.extent.add(boxOf(f.Geometry))
	t.touched = true
	if blob == nil {
		return f, nil, nil
	}
	return f, blob, nil
}

func (a *applier) create(i int, f geo.Feature) error {
	t, err := a.table(f.Layer)
	if err != nil {
		return err
	}
	f, blob, err := t.normalized(f)
	if err != nil {
		return err
	}
	version := uint64(1)
	if f.ID != 0 {
		if version, err = a.returning(t, f); err != nil {
			return err
		}
	}
	id, err := a.store(i, t, f.Code, func() (int64, error) {
		t.values(&f)
		if t.hasGeom {
			t.args = append(t.args, blob)
		}
		if f.ID == 0 {
			return a.c.exec(t.insert, t.args...)
		}
		t.args = append(t.args, f.ID, version)
		return a.c.exec(t.give, t.args...)
	})
	a.res.IDs[i], a.res.Versions[i] = geo.ID(id), version
	return err
}

// returning gives the version at which a feature that is gone comes back.
func (a *applier) returning(t *table, f geo.Feature) (uint64, error) {
	refused := func(why string) error {
		return &geo.Error{Code: geo.Conflict, Layer: f.Layer, Field: "id", Message: why, Mend: "leave the id out; the store draws one"}
	}
	here, err := a.c.one(t.look, a.lookArgs(t, f.ID, nil)...)
	if err != nil {
		return 0, err
	}
	if here != nil {
		return 0, refused("the id is in use")
	}
	v, err := a.c.one(`SELECT max(version), max(code = ?3) FROM yiping_history WHERE layer = ?1 AND id = ?2 AND date IS NULL`, f.Layer, f.ID, f.Code)
	if err != nil {
		return 0, err
	}
	last, known := v[0].(int64)
	if same, _ := v[1].(int64); !known || same == 0 {
		return 0, refused("an id of one's own is accepted only for a feature that had it under this code")
	}
	return uint64(last) + 1, nil
}

func (a *applier) lookArgs(t *table, id geo.ID, blob any) []any {
	if t.hasGeom {
		return []any{id, blob}
	}
	return []any{id}
}

// current gives the version of a feature, which must be the one expected, and
// whether it has the geometry already.
func (a *applier) current(t *table, f geo.Feature, blob any) (version uint64, same bool, err error) {
	v, err := a.c.one(t.look, a.lookArgs(t, f.ID, blob)...)
	if err != nil {
		return 0, false, err
	}
	if v == nil {
		return 0, false, noFeature(f.Layer, f.ID)
	}
	n, _ := v[0].(int64)
	equal, _ := v[1].(int64)
	if err := expect(f.Layer, f.Version, uint64(n)); err != nil {
		return 0, false, err
	}
	return uint64(n), equal == 1, nil
}

func noFeature(l geo.LayerID, id geo.ID) error {
	e := geo.Errorf(geo.NotFound, "there is no feature %d", id)
	e.Layer = l
	return e
}

func expect(l geo.LayerID, want, have uint64) error {
	if want == 0 || want == have || want == geo.Absent && have == 0 {
		return nil
	}
	e := geo.Errorf(geo.Conflict, "version %d was expected, but it is at version %d", want, have)
	if want == geo.Absent {
		e.Message = fmt.Sprintf("none was expected, but it is there at version %d", have)
	}
	e.Layer, e.Field, e.Mend = l, "version", "read it again and repeat the edit"
	return e
}

func (a *applier) replace(i int, f geo.Feature) error {
	t, err := a.table(f.Layer)
	if err != nil {
		return err
	}
	want := f.Version
	f, blob, err := t.normalized(f)
	if err != nil {
		return err
	}
	f.Version = want
	version, same, err := a.current(t, f, blob)
	if err != nil {
		return err
	}
	_, err = a.store(i, t, f.Code, func() (int64, error) {
		t.values(&f)
		if same {
			return a.c.exec(t.updateFlat, append(t.args, f.ID)...)
		}
		return a.c.exec(t.update, append(t.args, blob, f.ID)...)
	})
	a.res.IDs[i], a.res.Versions[i] = f.ID, version+1
	return err
}

func (a *applier) remove(i int, f geo.Feature) error {
	t, err := a.table(f.Layer)
	if err != nil {
		return err
	}
	if _, _, err := a.current(t, f, nil); err != nil {
		return err
	}
	t.touched = true
	a.res.IDs[i] = f.ID
	_, err = a.c.exec(t.remove, f.ID)
	return err
}

// store runs a statement that gives a feature its code. Where the code is still
// held by a feature that a later edit of the batch moves or removes, that one is
// set aside first: SQLite checks uniqueness at once, the contract at the end.
func (a *applier) store(i int, t *table, code string, run func() (int64, error)) (int64, error) {
	id, err := run()
	if !isUnique(err) {
		return id, inLayer(err, t.layer.ID)
	}
	aside, err := a.setAside(i, t, code)
	if err != nil {
		return 0, err
	}
	if aside {
		if id, err = run(); !isUnique(err) {
			return id, inLayer(err, t.layer.ID)
		}
	}
	return 0, &geo.Error{Code: geo.Conflict, Layer: t.layer.ID, Field: "code", Message: "code “" + code + "” is used by another feature",
		Mend: "give it another code, or edit the feature that has it"}
}

func (a *applier) setAside(i int, t *table, code string) (bool, error) {
	name := quote(string(t.layer.ID))
	id, err := a.c.integer(`SELECT id FROM `+name+` WHERE code = ?`, code)
	if err != nil || a.lastEdit(holder{t.layer.ID, geo.ID(id)}) <= i {
		return false, err
	}
	for _, q := range []string{`UPDATE yiping_writer SET quiet = 1`, `UPDATE ` + name + ` SET code = char(1) || id WHERE id = ?`, `UPDATE yiping_writer SET quiet = 0`} {
		var args []any
		if strings.HasSuffix(q, "?") {
			args = []any{id}
		}
		if _, err := a.c.exec(q, args...); err != nil {
			return false, err
		}
	}
	return true, nil
}

// lastEdit gives the index of the last edit that replaces or deletes a feature
// known before the batch, -1 for none.
func (a *applier) lastEdit(h holder) int {
	if a.later == nil {
		a.later = map[holder]int{}
		for i := range a.edits {
			switch e := &a.edits[i]; {
			case e.Op != geo.Replace && e.Op != geo.Delete:
			case e.Of > 0 && e.Of <= len(a.edits) && a.res.IDs[e.Of-1] != 0:
				a.later[holder{a.edits[e.Of-1].Feature.Layer, a.res.IDs[e.Of-1]}] = i
			case e.Of == 0:
				a.later[holder{e.Feature.Layer, e.Feature.ID}] = i
			}
		}
	}
	if i, ok := a.later[h]; ok {
		return i
	}
	return -1
}

func inLayer(err error, id geo.LayerID) error {
	if e, ok := err.(*geo.Error); ok && e.Layer == "" {
		e.Layer = id
	}
	return err
}
