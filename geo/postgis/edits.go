package postgis

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"yiping/geo"
)

// params are the columns of a run as arrays, for one statement over unnest. One
// statement for thousands of rows is also one call of the statement triggers.
type params struct {
	names []string // quoted, as set by the statement
	types []string
	args  []any
}

func (p *params) add(name, typ string, arg any) {
	p.names, p.types, p.args = append(p.names, name), append(p.types, typ), append(p.args, arg)
}

// from is the FROM item: rows x with columns c1, c2 …
func (p *params) from() string {
	arrays, cols := make([]string, len(p.types)), make([]string, len(p.types))
	for i, t := range p.types {
		arrays[i], cols[i] = fmt.Sprintf("$%d::%s[]", i+1, t), fmt.Sprintf("c%d", i+1)
	}
	return "unnest(" + strings.Join(arrays, ", ") + ") AS x (" + strings.Join(cols, ", ") + ")"
}

// sets is col = x.cN for the columns from the given one on.
func (p *params) sets(from int) string {
	var out []string
	for i := from; i < len(p.names); i++ {
		out = append(out, fmt.Sprintf("%s = x.c%d", p.names[i], i+1))
	}
	return strings.Join(out, ", ")
}

func (p *params) fields(fs []geo.Field, rows []geo.Properties) {
	for _, f := range fs {
		p.add(quoteName(f.Name), sqlTypes[f.Type], array(f, rows))
	}
}

// array gives one field of all rows; what is absent is NULL.
func array(f geo.Field, rows []geo.Properties) any {
	switch f.Type {
	case geo.IntField:
		return pointers[int64](f.Name, rows)
	case geo.FloatField:
		return pointers[float64](f.Name, rows)
	case geo.BoolField:
		return pointers[bool](f.Name, rows)
	case geo.TimeField:
		return pointers[time.Time](f.Name, rows)
	case geo.DateField:
		out := make([]*time.Time, len(rows))
		for i, p := range rows {
			if d, ok := p[f.Name].(geo.Date); ok {
				t := d.Time()
				out[i] = &t
			}
		}
		return out
	default:
		return pointers[string](f.Name, rows)
	}
}

func pointers[T any](name string, rows []geo.Properties) []*T {
	out := make([]*T, len(rows))
	for i, p := range rows {
		if v, ok := p[name].(T); ok {
			out[i] = &v
		}
	}
	return out
}

// featureRows are the features of a run, checked and ready to be sent.
type featureRows struct {
	ids, versions []int64
	codes         []string
	geoms         [][]byte
	props         []geo.Properties
}

// features checks the features of a run; checking and encoding are most of the
// work of an import, so all processors take part.
func (w *work) features(r run) (*featureRows, error) {
	n := r.end - r.start
	out := &featureRows{ids: make([]int64, n), versions: make([]int64, n), codes: make([]string, n), geoms: make([][]byte, n), props: make([]geo.Properties, n)}
	errs := make([]error, n)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for lo := 0; lo < n; lo += 256 {
		g.Go(func() error {
			for i := lo; i < min(lo+256, n); i++ {
				errs[i] = out.set(i, &r.entry.decl, w.batch.Edits[r.start+i].Feature)
			}
			return nil
		})
	}
	_ = g.Wait() // the errors stand in errs, in order
	for i, err := range errs {
		if err != nil {
			return nil, atRow(err, r.layer, r.start+i+1)
		}
	}
	return out, nil
}

func (fr *featureRows) set(i int, l *geo.Layer, f geo.Feature) error {
	fr.ids[i], fr.versions[i] = int64(f.ID), int64(f.Version)
	f, err := l.Normalize(f)
	if err != nil {
		return err
	}
	fr.codes[i], fr.props[i] = f.Code, f.Properties
	if f.Geometry == nil {
		return nil
	}
	fr.geoms[i], err = encodeEWKB(f.Geometry, f.Z)
	if err != nil {
		return &geo.Error{Code: geo.Invalid, Field: "geom", Message: "geometry cannot be stored", Err: err}
	}
	return nil
}

func atRow(err error, layer geo.LayerID, row int) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Layer, c.Row = layer, row
	return &c
}

// params arranges the rows: id, version, code, geometry, fields.
func (fr *featureRows) params(e *entry) *params {
	p := &params{}
	p.add("id", "bigint", fr.ids)
	p.add("version", "bigint", fr.versions)
	p.add("code", "text", fr.codes)
	if e.decl.Geometry != geo.NoGeometry {
		p.add("geom", "bytea", fr.geoms) // cast by the assignment
	}
	p.fields(e.decl.Fields, fr.props)
	return p
}

func (w *work) create(ctx context.Context, r run) error {
	fr, err := w.features(r)
	if err != nil {
		return err
	}
	if err := w.drawIDs(ctx, r, fr); err != nil {
		return err
	}
	p := fr.params(r.entry)
	sql := fmt.Sprintf("INSERT INTO %s (%s) SELECT x.* FROM %s", r.entry.features.table, strings.Join(p.names, ", "), p.from())
	if _, err := w.tx.Exec(ctx, sql, p.args...); err != nil {
		return w.explain(err, &r)
	}
	for i := range fr.ids {
		w.res.IDs[r.start+i], w.res.Versions[r.start+i] = geo.ID(fr.ids[i]), uint64(fr.versions[i])
	}
	return nil
}

// drawIDs gives each new feature an id, and a feature brought back its next version.
func (w *work) drawIDs(ctx context.Context, r run, fr *featureRows) error {
	need := 0
	var back []int64
	for i, id := range fr.ids {
		fr.versions[i] = 1
		if id == 0 {
			need++
		} else {
			back = append(back, id)
		}
	}
	if len(back) > 0 {
		if err := w.bringBack(ctx, r, fr, back); err != nil {
			return err
		}
	}
	if need == 0 {
		return nil
	}
	rows, err := w.tx.Query(ctx, "SELECT nextval($1::text::regclass) FROM generate_series(1, $2::int)", sequenceOf(r.layer), need)
	if err != nil {
		return err
	}
	drawn, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return w.explain(err, &r)
	}
	for i, id := range fr.ids {
		if id == 0 {
			fr.ids[i], drawn = drawn[0], drawn[1:]
		}
	}
	return nil
}

// bringBack allows an explicit id only to the feature that had it: once in this
// layer under the same code, and gone.
func (w *work) bringBack(ctx context.Context, r run, fr *featureRows, ids []int64) error {
	rows, err := w.tx.Query(ctx, `SELECT i, h.code, h.version FROM unnest($2::bigint[]) i CROSS JOIN LATERAL (
			SELECT row->>'code' AS code, (row->>'version')::bigint AS version FROM yiping.history
			WHERE layer = $1 AND id = i AND what = 'feature' ORDER BY n DESC LIMIT 1) h
		WHERE NOT EXISTS (SELECT FROM `+r.entry.features.table+` t WHERE t.id = i)`, r.layer, ids)
	if err != nil {
		return err
	}
	type past struct {
		code    string
		version int64
	}
	gone := map[int64]past{}
	var id int64
	var p past
	if _, err := pgx.ForEachRow(rows, []any{&id, &p.code, &p.version}, func() error { gone[id] = p; return nil }); err != nil {
		return err
	}
	for i, id := range fr.ids {
		if id == 0 {
			continue
		}
		p, ok := gone[id]
		if !ok || p.code != fr.codes[i] {
			return &geo.Error{Code: geo.Conflict, Layer: r.layer, Field: "id", Row: r.start + i + 1,
				Message: fmt.Sprintf("id %d cannot be given to feature “%s”", id, fr.codes[i]),
				Mend:    "leave the id out; it is given only to bring a deleted feature back, with its code"}
		}
		fr.versions[i] = p.version + 1
	}
	return nil
}

func (w *work) replace(ctx context.Context, r run) error {
	fr, err := w.features(r)
	if err != nil {
		return err
	}
	if err := w.fillIDs(r, fr.ids); err != nil {
		return err
	}
	p := fr.params(r.entry)
	sql := fmt.Sprintf("UPDATE %s AS t SET %s FROM %s WHERE t.id = x.c1 AND (x.c2 = 0 OR t.version = x.c2) RETURNING t.id, t.version",
		r.entry.features.table, p.sets(2), p.from())
	return w.changed(ctx, r, sql, p.args, fr.ids)
}

// fillIDs puts the ids of the features edited, through Of where an edit says so.
func (w *work) fillIDs(r run, ids []int64) error {
	for i := range ids {
		id, err := w.idOf(r.start + i)
		if err != nil {
			return err
		}
		if id == 0 || id > geo.MaxID {
			return w.missing(r, i, 0)
		}
		ids[i] = int64(id)
	}
	return nil
}

func (w *work) delete(ctx context.Context, r run) error {
	ids, versions := make([]int64, r.end-r.start), make([]int64, r.end-r.start)
	if err := w.fillIDs(r, ids); err != nil {
		return err
	}
	for i := range versions {
		versions[i] = int64(w.batch.Edits[r.start+i].Feature.Version)
	}
	if r.entry.reports != nil {
		// The foreign key would do it too, one statement for each feature.
		if _, err := w.tx.Exec(ctx, "DELETE FROM "+r.entry.reports.table+" WHERE feature_id = ANY ($1::bigint[])", ids); err != nil {
			return w.explain(err, &r)
		}
	}
	return w.changed(ctx, r, "DELETE FROM "+r.entry.features.table+` t USING unnest($1::bigint[], $2::bigint[]) x (id, version)
		WHERE t.id = x.id AND (x.version = 0 OR t.version = x.version) RETURNING t.id, 0::bigint`, []any{ids, versions}, ids)
}

// changed runs a statement that gives id and version of each feature it reached;
// those it did not reach are missing or have moved on.
func (w *work) changed(ctx context.Context, r run, sql string, args []any, ids []int64) error {
	rows, err := w.tx.Query(ctx, sql, args...)
	if err != nil {
		return w.explain(err, &r)
	}
	reached := make(map[int64]int64, len(ids))
	var id, version int64
	if _, err := pgx.ForEachRow(rows, []any{&id, &version}, func() error { reached[id] = version; return nil }); err != nil {
		return w.explain(err, &r)
	}
	for i, id := range ids {
		v, ok := reached[id]
		if !ok {
			var now int64
			err := w.tx.QueryRow(ctx, "SELECT version FROM "+r.entry.features.table+" WHERE id = $1", id).Scan(&now)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			return w.missing(r, i, now)
		}
		w.res.IDs[r.start+i], w.res.Versions[r.start+i] = geo.ID(id), uint64(v)
	}
	return nil
}

// missing says why edit i of a run reached nothing: its feature or report is not
// there (now is 0), or has another version.
func (w *work) missing(r run, i int, now int64) error {
	e := &w.batch.Edits[r.start+i]
	what, expected := fmt.Sprintf("feature %d", e.Feature.ID), e.Feature.Version
	if r.op == geo.PutReport || r.op == geo.DropReport {
		what, expected = fmt.Sprintf("the report of feature %d for %s", e.Report.Feature, e.Report.Date), e.Report.Version
	}
	if now == 0 {
		return &geo.Error{Code: geo.NotFound, Layer: r.layer, Row: r.start + i + 1, Message: what + " does not exist"}
	}
	message := fmt.Sprintf("%s was changed meanwhile: version %d, not %d", what, now, expected)
	if expected == geo.Absent {
		message = fmt.Sprintf("%s is there already: version %d", what, now)
	}
	return &geo.Error{Code: geo.Conflict, Layer: r.layer, Row: r.start + i + 1, Field: "version", Message: message, Mend: "read it again and repeat the edit"}
}

// reportRows checks the reports of a run and arranges them: feature, date,
// expected version, fields.
func (w *work) reportRows(r run) (*params, []reportKey, error) {
	n := r.end - r.start
	ids, versions, dates, props := make([]int64, n), make([]int64, n), make([]time.Time, n), make([]geo.Properties, n)
	keys := make([]reportKey, n)
	if err := w.fillIDs(r, ids); err != nil {
		return nil, nil, err
	}
	for i := range n {
		rep := w.batch.Edits[r.start+i].Report
		if r.op == geo.PutReport {
			norm, err := r.entry.decl.NormalizeReport(rep)
			if err == nil && (norm.Date < 1 || norm.Date > maxDate) {
				err = &geo.Error{Code: geo.Invalid, Field: "date", Message: "the date is out of range", ZH: "日期超出范围"}
			}
			if err != nil {
				return nil, nil, atRow(err, r.layer, r.start+i+1)
			}
			props[i] = norm.Properties
		}
		dates[i], versions[i] = rep.Date.Time(), int64(rep.Version)
		keys[i] = reportKey{ids[i], rep.Date}
	}
	p := &params{}
	p.add("feature_id", "bigint", ids)
	p.add(`"date"`, "date", dates)
	p.add("version", "bigint", versions)
	if r.op == geo.PutReport {
		p.fields(r.entry.decl.Reports, props)
	}
	return p, keys, nil
}

type reportKey struct {
	feature int64
	date    geo.Date
}

func (w *work) putReports(ctx context.Context, r run) error {
	p, keys, err := w.reportRows(r)
	if err != nil {
		return err
	}
	table := r.entry.reports.table
	sql := fmt.Sprintf(`UPDATE %s AS t SET %s FROM %s WHERE t.feature_id = x.c1 AND t."date" = x.c2 AND t.version = x.c3`,
		table, p.sets(2), p.from()) // version is set too, and then by the trigger
	if r.pin != atGiven {
		cols, vals, sets := []string{}, []string{}, []string{}
		for i, name := range p.names {
			if i == 2 {
				continue // the version is the table's own
			}
			cols, vals = append(cols, name), append(vals, fmt.Sprintf("x.c%d", i+1))
			if i > 2 {
				sets = append(sets, name+" = excluded."+name)
			}
		}
		conflict := "DO UPDATE SET " + strings.Join(sets, ", ")
		if r.pin == absent {
			conflict = "DO NOTHING"
		}
		sql = fmt.Sprintf(`INSERT INTO %s AS t (%s) SELECT %s FROM %s ON CONFLICT (feature_id, "date") %s`,
			table, strings.Join(cols, ", "), strings.Join(vals, ", "), p.from(), conflict)
	}
	return w.reported(ctx, r, sql+` RETURNING t.feature_id, t."date" - DATE '0001-01-01' + 1, t.version`, p, keys)
}

func (w *work) dropReports(ctx context.Context, r run) error {
	p, keys, err := w.reportRows(r)
	if err != nil {
		return err
	}
	sql := fmt.Sprintf(`DELETE FROM %s t USING %s WHERE t.feature_id = x.c1 AND t."date" = x.c2 AND (x.c3 = 0 OR t.version = x.c3)
		RETURNING t.feature_id, t."date" - DATE '0001-01-01' + 1, 0::bigint`, r.entry.reports.table, p.from())
	return w.reported(ctx, r, sql, p, keys)
}

// reported is changed for reports.
func (w *work) reported(ctx context.Context, r run, sql string, p *params, keys []reportKey) error {
	rows, err := w.tx.Query(ctx, sql, p.args...)
	if err != nil {
		return w.explain(err, &r)
	}
	reached := make(map[reportKey]int64, len(keys))
	var id, version int64
	var day int32
	if _, err := pgx.ForEachRow(rows, []any{&id, &day, &version}, func() error {
		reached[reportKey{id, geo.Date(day)}] = version
		return nil
	}); err != nil {
		return w.explain(err, &r)
	}
	for i, k := range keys {
		v, ok := reached[k]
		if !ok {
			var now int64
			err := w.tx.QueryRow(ctx, "SELECT version FROM "+r.entry.reports.table+` WHERE feature_id = $1 AND "date" = $2`, k.feature, k.date.Time()).Scan(&now)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			return w.missing(r, i, now)
		}
		w.res.IDs[r.start+i], w.res.Versions[r.start+i] = geo.ID(k.feature), uint64(v)
	}
	return nil
}
