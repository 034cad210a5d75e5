package gpkg

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"yiping/geo"
	"yiping/geo/wkb"
)

// moment writes a time as history keeps it; later milliseconds are later texts.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// lastRecorded gives the number of the latest row of history.
func lastRecorded(c *conn) (int64, error) {
	return c.integer(`SELECT max(seq) FROM yiping_history`)
}

// land says when what a batch recorded after a row of history counts: now, all
// at once. It is the last thing before the commit.
func land(c *conn, after int64) error {
	_, err := c.exec(`INSERT INTO yiping_landing (last, first, begun, at)
		SELECT max(seq), min(seq), (SELECT at FROM yiping_history WHERE seq > ?1 ORDER BY seq LIMIT 1), `+now+`
		FROM yiping_history WHERE seq > ?1 HAVING count(*) > 0`, after)
	return err
}

// LoadKnown reads everything as it stood recorded at a moment.
func (s *Store) LoadKnown(ctx context.Context, known time.Time, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := s.passed(ctx, known); err != nil {
		return err
	}
	return s.read(ctx, func(c *conn) error {
		p, err := pastAt(c, known)
		if err != nil {
			return err
		}
		layers, faults, err := p.layers()
		if err != nil {
			return err
		}
		dates, err := p.dates()
		if err != nil {
			return err
		}
		if err := head(geo.Head{Layers: layers, Dates: dates, Faults: faults}); err != nil {
			return err
		}
		for i := range layers {
			if err := p.readLayer(ctx, &layers[i], record); err != nil {
				return err
			}
		}
		return nil
	})
}

// Begun gives the first moment that anything is known by.
func (s *Store) Begun(ctx context.Context) (at time.Time, err error) {
	err = s.read(ctx, func(c *conn) error {
		first, err := c.text(`SELECT +max(h.at, ifnull((SELECT l.at FROM yiping_landing l WHERE l.last >= h.seq AND l.first <= h.seq
			ORDER BY l.last LIMIT 1), h.at)) FROM yiping_history h ORDER BY h.seq LIMIT 1`)
		if err != nil || first == "" {
			return err
		}
		if at, err = time.Parse(time.RFC3339Nano, first); err != nil {
			return geo.Wrap(geo.Internal, err, "the first moment of history cannot be read")
		}
		return nil
	})
	return at, err
}

// passed returns once the moment has passed and all that counts as recorded by
// then is committed. Transactions come one after the other: when something later
// is committed, nothing earlier can follow.
func (s *Store) passed(ctx context.Context, known time.Time) error {
	over := known.Truncate(time.Millisecond).Add(time.Millisecond)
	if err := geo.CheckKnown(time.Until(over)); err != nil {
		return err
	}
	timer := time.NewTimer(time.Until(over))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	later := false
	if err := s.read(ctx, func(c *conn) error {
		last, err := c.text(`SELECT at FROM yiping_history ORDER BY seq DESC LIMIT 1`)
		later = last > moment(known)
		return err
	}); err != nil || later {
		return err
	}
	c, err := s.borrow(ctx, s.write)
	if err != nil {
		return err
	}
	defer s.giveBack(c, s.write)
	// Having the lock once means that nobody else is about to commit.
	if _, err := c.execContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	_, err = c.exec(`ROLLBACK`)
	return err
}

// past is history up to a moment.
type past struct {
	c           *conn
	known       string
	first, last int64 // rows of the batch that was under way then; 0 for none
}

func pastAt(c *conn, known time.Time) (*past, error) {
	p := &past{c: c, known: moment(known)}
	v, err := c.one(`SELECT min(first), max(last) FROM yiping_landing WHERE begun <= ?1 AND at > ?1`, p.known)
	if err == nil && v != nil {
		p.first, _ = v[0].(int64)
		p.last, _ = v[1].(int64)
	}
	return p, err
}

// inPast is the condition on rows of history; its arguments come first.
const inPast = `at <= ?1 AND seq NOT BETWEEN ?2 AND ?3`

func (p *past) args(more ...any) []any { return append([]any{p.known, p.first, p.last}, more...) }

// layers gives the declarations known then. One that cannot be read is a fault.
func (p *past) layers() ([]geo.Layer, []geo.Fault, error) {
	var out []geo.Layer
	var faults []geo.Fault
	err := p.c.each(`SELECT layer, version, data, op, max(seq) FROM yiping_history INDEXED BY yiping_history_system WHERE id IS NULL AND layer <> '' AND `+inPast+`
		GROUP BY layer ORDER BY layer`, p.args(), func(v []driver.Value) error {
		if op, _ := v[3].(string); op == "drop" {
			return nil
		}
		id, _ := v[0].(string)
		version, _ := v[1].(int64)
		text, _ := v[2].(string)
		l, err := parseDeclaration(geo.LayerID(id), text)
		if err != nil {
			faults = append(faults, geo.Fault{Layer: geo.LayerID(id), Message: err.Error()})
			return nil
		}
		l.Version = uint64(version)
		out = append(out, l)
		return nil
	})
	return out, faults, err
}

// dates gives the evaluation dates known then.
func (p *past) dates() ([]geo.DistrictDate, error) {
	var out []geo.DistrictDate
	err := p.c.each(`SELECT code, +date, data ->> 'live', max(seq) FROM yiping_history INDEXED BY yiping_history_system WHERE layer = '' AND id IS NULL AND op = 'date' AND `+inPast+`
		GROUP BY code ORDER BY code`, p.args(), func(v []driver.Value) error {
		district, _ := v[0].(string)
		text, _ := v[1].(string)
		live, _ := v[2].(int64)
		d, ok := plainDate(text)
		if !ok {
			return geo.Errorf(geo.Internal, "district %s has no date in history", district)
		}
		out = append(out, geo.DistrictDate{District: district, Date: d, Live: live == 1})
		return nil
	})
	return out, err
}

// readLayer emits the features known then in order of id, with their reports. Of
// the columns beside max(seq) SQLite gives those of the row that has it.
func (p *past) readLayer(ctx context.Context, l *geo.Layer, emit func(geo.Record) error) (err error) {
	fs, err := p.c.query(`SELECT id, code, version, data, geom, op, max(seq) FROM yiping_history
		WHERE layer = ?4 AND id IS NOT NULL AND date IS NULL AND `+inPast+` GROUP BY id ORDER BY id`, p.args(l.ID)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fs.close()) }()
	features, reports := geo.NewRecaller(l.Fields), geo.NewRecaller(l.Reports)
	rs := &reportReader{layer: l, values: func(rest []driver.Value) (geo.Properties, error) { return recalledReport(reports, rest) }}
	if len(l.Reports) > 0 {
		if rs.rows, err = p.c.query(`SELECT id, +date, version, data, op, max(seq) FROM yiping_history
			WHERE layer = ?4 AND id IS NOT NULL AND date IS NOT NULL AND `+inPast+` GROUP BY id, date ORDER BY id, date`, p.args(l.ID)...); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rs.rows.close()) }()
	}
	return rs.each(ctx, fs, func(v []driver.Value) (*geo.Feature, error) { return recalledFeature(l.ID, features, v) }, emit)
}

// recalledFeature gives a feature of history, nil where the row says it is gone.
func recalledFeature(layer geo.LayerID, r *geo.Recaller, v []driver.Value) (*geo.Feature, error) {
	if op, _ := v[5].(string); op == "delete" {
		return nil, nil
	}
	id, _ := v[0].(int64)
	version, _ := v[2].(int64)
	data, _ := v[3].(string)
	blob, _ := v[4].([]byte)
	f := &geo.Feature{Layer: layer, ID: geo.ID(id), Version: uint64(version)}
	f.Code, _ = v[1].(string)
	f.Geometry, f.Z, _ = readGeometry(new(wkb.Decoder), blob) // as it is: what was wrong with it was told then
	var err error
	f.Properties, err = r.Recall([]byte(data))
	return f, err
}

// recalledReport gives the values of a report of history, nil where it is gone.
func recalledReport(r *geo.Recaller, v []driver.Value) (geo.Properties, error) {
	if op, _ := v[1].(string); op == "delete" {
		return nil, nil
	}
	data, _ := v[0].(string)
	return r.Recall([]byte(data))
}

// Trace gives the versions of a feature and of its reports, the latest first.
func (s *Store) Trace(ctx context.Context, layer geo.LayerID, id geo.ID, limit int) ([]geo.Version, error) {
	if limit < 1 {
		return nil, &geo.Error{Code: geo.Invalid, Field: "limit", Message: "the limit must be 1 or more"}
	}
	var out []geo.Version
	err := s.read(ctx, func(c *conn) error {
		features, reports, err := everDeclared(c, layer)
		if err != nil {
			return err
		}
		of := map[string]*geo.Recaller{"feature": geo.NewRecaller(features), "report": geo.NewRecaller(reports)}
		return c.each(`SELECT op, +date, code, version, actor, note, +max(h.at, ifnull((SELECT l.at FROM yiping_landing l WHERE l.last >= h.seq AND l.first <= h.seq
				ORDER BY l.last LIMIT 1), h.at)), data FROM (
				SELECT * FROM yiping_history WHERE layer = ?1 AND id = ?2 AND date IS NULL
				UNION ALL SELECT * FROM yiping_history WHERE layer = ?1 AND id = ?2 AND date IS NOT NULL) h
			ORDER BY seq DESC LIMIT ?3`, []any{layer, id, limit}, func(v []driver.Value) error {
			version, err := traced(v, of)
			out = append(out, version)
			return err
		})
	})
	if err == nil && len(out) == 0 {
		err = geo.NoVersions(layer, id)
	}
	return out, err
}

func traced(v []driver.Value, of map[string]*geo.Recaller) (geo.Version, error) {
	text := func(i int) string { s, _ := v[i].(string); return s }
	number, _ := v[3].(int64)
	out := geo.Version{What: "feature", Op: text(0), Code: text(2), Version: uint64(number), Actor: text(4), Note: text(5)}
	if day, ok := plainDate(text(1)); ok {
		out.What, out.Date = "report", day
	}
	var err error
	if out.Recorded, err = time.Parse(time.RFC3339Nano, text(6)); err != nil {
		return out, geo.Wrap(geo.Internal, err, "history has a row without a time")
	}
	out.Properties, err = of[out.What].Recall([]byte(text(7)))
	return out, err
}

// everDeclared gives the fields that a layer has or had.
func everDeclared(c *conn, layer geo.LayerID) (features, reports []geo.Field, err error) {
	err = c.each(`SELECT data FROM yiping_history INDEXED BY yiping_history_system WHERE layer = ? AND id IS NULL AND op = 'declare' ORDER BY seq DESC`, []any{layer}, func(v []driver.Value) error {
		text, _ := v[0].(string)
		if l, err := parseDeclaration(layer, text); err == nil { // one that cannot be read has nothing to tell
			features, reports = geo.JoinFields(features, l.Fields), geo.JoinFields(reports, l.Reports)
		}
		return nil
	})
	return features, reports, err
}
