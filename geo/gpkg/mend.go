package gpkg

import (
	"context"
	"database/sql/driver"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yiping/geo"
)

// condition of a layer's tables, as another program may have left them.
type condition uint8

const (
	inOrder      condition = iota
	withoutIndex           // the R-tree or its triggers are gone
	untriggered            // our triggers are gone or changed
	widened                // columns were added that the declaration does not know
	narrowed               // a declared column is gone
	replaced               // a table of another make stands in the place of ours
	missing                // the table is gone
	noReports              // the table of reports is gone or not ours
)

// finding is a layer that is not as it should be, or whose fault is over.
type finding struct {
	layer layer
	is    condition
}

// stray is a table found in the place of a layer's, perhaps still being written.
type stray struct {
	mark string // changes with every commit of another program
	due  time.Time
}

// away reports whether a layer cannot be read or written just now.
func (s *Store) away(l *layer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, strayed := s.strays[l.ID]
	return strayed || l.fault != ""
}

// sound reports whether the tables are in order, as far as can be had now. It
// costs one PRAGMA as long as no program changes the schema.
func (s *Store) sound(c *conn) (bool, error) {
	v, err := c.integer(`PRAGMA schema_version`)
	if err != nil || v == s.seen.Load() {
		return true, err
	}
	found, err := s.inspect(c)
	if err != nil {
		return false, err
	}
	s.forgetStrays(found)
	if len(found) == 0 {
		s.seen.Store(v)
		s.pending.Store(0)
		return true, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range found {
		if st, ok := s.strays[f.layer.ID]; !ok || !time.Now().Before(st.due) {
			return false, nil
		}
	}
	return true, nil
}

// forgetStrays drops the strays that another process has dealt with.
func (s *Store) forgetStrays(found []finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.strays, func(id geo.LayerID, _ stray) bool {
		return !slices.ContainsFunc(found, func(f finding) bool { return f.layer.ID == id && f.is >= replaced })
	})
}

// mend puts right what other programs did to the tables.
func (s *Store) mend(ctx context.Context) error {
	c, err := s.borrow(ctx, s.write)
	if err != nil {
		return err
	}
	defer s.giveBack(c, s.write)
	return s.mendWith(ctx, c)
}

// mendRounds bounds the repairs of one layer: a table may lack one column and
// have another of a new name.
const mendRounds = 4

func (s *Store) mendWith(ctx context.Context, c *conn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	schema, due := int64(0), time.Time{}
	err := c.transaction(func() (err error) {
		for round, again := 0, true; again && err == nil && round < mendRounds; round++ {
			due, again, err = s.mendRound(c, round > 0, due)
		}
		if err != nil {
			return err
		}
		schema, err = c.integer(`PRAGMA schema_version`)
		return err
	})
	if err != nil {
		return err
	}
	if due.IsZero() {
		s.seen.Store(schema)
		s.pending.Store(0)
	} else {
		s.pending.Store(due.UnixNano())
	}
	return nil
}

// mendRound repairs what it finds; later rounds leave strange tables as the first
// left them. due is when to look again at what was left alone; again says that
// something was changed.
func (s *Store) mendRound(c *conn, later bool, due time.Time) (_ time.Time, again bool, err error) {
	found, err := s.inspect(c)
	if err != nil {
		return due, false, err
	}
	s.forgetStrays(found)
	for _, f := range found {
		if f.is >= replaced && later {
			continue
		}
		if f.is >= replaced {
			wait, err := s.quiet(c, f.layer.ID)
			if err != nil {
				return due, false, err
			}
			if !wait.IsZero() {
				due = wait
				continue
			}
		}
		changed, err := s.mendLayer(c, f)
		if err != nil {
			return due, false, err
		}
		again = again || changed
	}
	return due, again, nil
}

// mendLayer repairs one layer or sets its fault; false means that nothing came
// of it that was not known.
func (s *Store) mendLayer(c *conn, f finding) (bool, error) {
	l := &f.layer.Layer
	fault := ""
	var err error
	switch f.is {
	case withoutIndex:
		return true, c.retrigger(l) // no change was missed
	case untriggered:
		if err = c.retrigger(l); err == nil {
			err = c.reconcile(l)
		}
	case widened:
		err = s.widen(c, l)
	case narrowed:
		err = s.restoreColumns(c, l)
	case replaced:
		fault, err = s.tryAdopt(c, l)
	case missing:
		fault = "its table is gone\nput the file back from a copy, or import the layer again"
	case noReports:
		fault = "its table of reports is gone or was replaced\nput the file back from a copy"
	}
	if err != nil || fault != "" && fault == f.layer.fault {
		return false, err
	}
	if _, err := c.exec(`UPDATE yiping_layer SET fault = nullif(?, '') WHERE id = ?`, fault, l.ID); err != nil {
		return false, err
	}
	_, err = c.exec(`INSERT INTO yiping_feed (nonce, kind, subject) VALUES (random(), '`+kindReset+`', ?)`, l.ID)
	return true, err
}

// quiet gives the time until which a strange table is left alone: its program
// may still be filling it. The zero time means now.
func (s *Store) quiet(c *conn, id geo.LayerID) (time.Time, error) {
	data, err := c.integer(`PRAGMA data_version`)
	if err != nil {
		return time.Time{}, err
	}
	schema, err := c.integer(`PRAGMA schema_version`)
	if err != nil {
		return time.Time{}, err
	}
	mark := fmt.Sprint(data, "/", schema)
	s.mu.Lock()
	defer s.mu.Unlock()
	st, known := s.strays[id]
	if !known || st.mark != mark {
		st = stray{mark, time.Now().Add(s.opts.Quiet)}
		s.strays[id] = st
	}
	if time.Now().Before(st.due) {
		return st.due, nil
	}
	delete(s.strays, id)
	return time.Time{}, nil
}

// column of a table as SQLite tells it.
type column struct {
	name, kind string
	primary    bool
}

func (c *conn) columns(table string) ([]column, error) {
	var out []column
	err := c.each(`SELECT name, type, pk FROM pragma_table_info(?)`, []any{table}, func(v []driver.Value) error {
		name, _ := v[0].(string)
		kind, _ := v[1].(string)
		pk, _ := v[2].(int64)
		out = append(out, column{name, strings.ToUpper(kind), pk == 1})
		return nil
	})
	return out, err
}

func hasColumns(cols []column, names ...string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(cols, func(c column) bool { return fold(c.name) == fold(n) }) {
			return false
		}
	}
	return true
}

// inspect compares every layer's tables and triggers with its declaration.
func (s *Store) inspect(c *conn) ([]finding, error) {
	ls, err := s.layers(c)
	if err != nil {
		return nil, err
	}
	standing := map[string]string{}
	if err := c.each(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`, nil, func(v []driver.Value) error {
		name, _ := v[0].(string)
		standing[name], _ = v[1].(string)
		return nil
	}); err != nil {
		return nil, err
	}
	var found []finding
	for _, l := range ls {
		is, err := s.examine(c, &l.Layer, standing)
		if err != nil {
			return nil, err
		}
		if is != inOrder || l.fault != "" {
			found = append(found, finding{l, is})
		}
	}
	return found, nil
}

func (s *Store) examine(c *conn, l *geo.Layer, standing map[string]string) (condition, error) {
	cols, err := c.columns(string(l.ID))
	if err != nil {
		return inOrder, err
	}
	own := []string{"id", "code", "version"}
	if l.Geometry != geo.NoGeometry {
		own = append(own, "geom")
	}
	switch {
	case len(cols) == 0:
		return missing, nil
	case !hasColumns(cols, own...) || !slices.ContainsFunc(cols, func(c column) bool { return c.primary && c.name == "id" }):
		return replaced, nil
	}
	if len(l.Reports) > 0 {
		rcols, err := c.columns(reportTable(l.ID))
		if err != nil {
			return inOrder, err
		}
		if !hasColumns(rcols, append(names(l.Reports), "id", "feature_id", "date", "version")...) {
			return noReports, nil
		}
	}
	if !hasColumns(cols, names(l.Fields)...) {
		return narrowed, nil
	}
	if len(unknown(l, cols)) > 0 {
		return widened, nil
	}
	unindexed := false
	for _, t := range triggers(l) {
		switch sql, ok := standing[t.name]; {
		case strings.HasPrefix(t.name, "rtree_"): // GDAL words them otherwise now and then
			unindexed = unindexed || !ok
		case sql != t.sql:
			return untriggered, nil
		}
	}
	if unindexed {
		return withoutIndex, nil
	}
	return inOrder, nil
}

func names(fields []geo.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

// unknown gives fields for the columns a declaration could take in.
func unknown(l *geo.Layer, cols []column) []geo.Field {
	var out []geo.Field
	taken := append(names(l.Fields), geo.ReservedColumns...)
	for _, c := range cols {
		if slices.ContainsFunc(taken, func(n string) bool { return fold(n) == fold(c.name) }) {
			continue
		}
		f := geo.Field{Name: c.name, Title: geo.Text{ZH: c.name}, Type: fieldType(c.kind)}
		trial := geo.Layer{ID: l.ID, Fields: []geo.Field{f}}
		if f.Type != "" && trial.Check() == nil {
			out = append(out, f)
		}
	}
	return out
}

// fieldType gives the type for a column of a GeoPackage, "" for one we do not hold.
func fieldType(kind string) geo.FieldType {
	base, _, _ := strings.Cut(kind, "(")
	switch base {
	case "TEXT", "VARCHAR":
		return geo.TextField
	case "INTEGER", "INT", "MEDIUMINT", "SMALLINT", "TINYINT", "BIGINT":
		return geo.IntField
	case "REAL", "DOUBLE", "FLOAT":
		return geo.FloatField
	case "BOOLEAN":
		return geo.BoolField
	case "DATE":
		return geo.DateField
	case "DATETIME":
		return geo.TimeField
	}
	return ""
}

// widen takes columns that another program added into the declaration.
func (s *Store) widen(c *conn, l *geo.Layer) error {
	cols, err := c.columns(string(l.ID))
	if err != nil {
		return err
	}
	wider := *l
	wider.Fields = append(slices.Clone(l.Fields), unknown(l, cols)...)
	text, wider, err := frozen(wider)
	if err != nil {
		return err
	}
	if err := c.retrigger(&wider); err != nil {
		return err
	}
	if _, err := c.exec(`UPDATE yiping_layer SET decl = ? WHERE id = ?`, text, l.ID); err != nil {
		return err
	}
	return c.reconcile(&wider)
}

// restoreColumns puts declared columns back, empty: fields are never dropped.
func (s *Store) restoreColumns(c *conn, l *geo.Layer) error {
	cols, err := c.columns(string(l.ID))
	if err != nil {
		return err
	}
	for _, f := range l.Fields {
		if !hasColumns(cols, f.Name) {
			if err := c.script("ALTER TABLE " + quote(string(l.ID)) + " ADD COLUMN " + columnDDL(f)); err != nil {
				return err
			}
		}
	}
	if err := c.retrigger(l); err != nil {
		return err
	}
	return c.reconcile(l)
}
