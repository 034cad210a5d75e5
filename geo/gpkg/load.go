package gpkg

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/wkb"
)

// parsed is a declaration with the text it was parsed from.
type parsed struct {
	text  string
	layer geo.Layer
}

// layer is a declaration as it stands in the file, and what is wrong with its
// table.
type layer struct {
	geo.Layer
	fault string
}

// layers reads the declarations, ordered by id.
func (s *Store) layers(c *conn) ([]layer, error) {
	var out []layer
	err := c.each(`SELECT id, decl, version, fault FROM yiping_layer ORDER BY id`, nil, func(v []driver.Value) error {
		id, _ := v[0].(string)
		text, _ := v[1].(string)
		version, _ := v[2].(int64)
		fault, _ := v[3].(string)
		l, err := s.parse(geo.LayerID(id), text)
		if err != nil {
			return err
		}
		l.Version = uint64(version)
		out = append(out, layer{l, fault})
		return nil
	})
	return out, err
}

func (s *Store) parse(id geo.LayerID, text string) (geo.Layer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.decls[id]; ok && p.text == text {
		return p.layer, nil
	}
	l, err := parseDeclaration(id, text)
	if err == nil {
		s.decls[id] = parsed{text, l}
	}
	return l, err
}

func parseDeclaration(id geo.LayerID, text string) (geo.Layer, error) {
	var l geo.Layer
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return l, &geo.Error{Code: geo.Internal, Layer: id, Message: "its declaration cannot be read", Err: err}
	}
	if err := l.Check(); err != nil || l.ID != id {
		return l, &geo.Error{Code: geo.Internal, Layer: id, Message: "its declaration is not sound", Err: err, Mend: "put the previous one back; it is in yiping_history"}
	}
	return l, nil
}

func find(ls []layer, id geo.LayerID) (*layer, error) {
	for i := range ls {
		if ls[i].ID == id {
			return &ls[i], nil
		}
	}
	return nil, &geo.Error{Code: geo.NotFound, Layer: id, Message: "no such layer"}
}

// Layers gives all declarations, ordered by id.
func (s *Store) Layers(ctx context.Context) ([]geo.Layer, error) {
	var out []geo.Layer
	err := s.read(ctx, func(c *conn) error {
		ls, err := s.layers(c)
		out = bare(ls)
		return err
	})
	return out, err
}

func bare(ls []layer) []geo.Layer {
	out := make([]geo.Layer, len(ls))
	for i, l := range ls {
		out[i] = l.Layer
	}
	return out
}

// Lookup finds features by code, or all with nil codes.
func (s *Store) Lookup(ctx context.Context, id geo.LayerID, codes []string) (map[string]geo.Ref, error) {
	out := map[string]geo.Ref{}
	err := s.read(ctx, func(c *conn) error {
		ls, err := s.layers(c)
		if err != nil {
			return err
		}
		l, err := find(ls, id)
		if err != nil || s.away(l) {
			return err
		}
		keep := func(v []driver.Value) error {
			code, _ := v[0].(string)
			fid, _ := v[1].(int64)
			version, _ := v[2].(int64)
			out[code] = geo.Ref{ID: geo.ID(fid), Version: uint64(version)}
			return nil
		}
		q := `SELECT code, id, version FROM ` + quote(string(id))
		if codes == nil {
			return c.each(q, nil, keep)
		}
		for _, code := range codes {
			if err := c.each(q+` WHERE code = ?`, []any{code}, keep); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func readDates(c *conn, where string, args ...any) ([]geo.DistrictDate, error) {
	var out []geo.DistrictDate
	err := c.each(`SELECT district, +date, +live FROM yiping_date WHERE `+where+` ORDER BY district`, args, func(v []driver.Value) error {
		district, _ := v[0].(string)
		text, _ := v[1].(string)
		live, _ := v[2].(int64)
		d, ok := plainDate(text)
		if !ok {
			return geo.Errorf(geo.Internal, "district %s has no date", district)
		}
		out = append(out, geo.DistrictDate{District: district, Date: d, Live: live == 1})
		return nil
	})
	return out, err
}

// ctxEvery is after how many rows a long read looks whether it is still wanted.
const ctxEvery = 256

// readLayer emits features in order of id, each with its reports in order of
// date. only is a condition on the id, used for both tables.
func (s *Store) readLayer(ctx context.Context, c *conn, l *geo.Layer, only string, args []any, emit func(geo.Record) error) (err error) {
	fs, err := c.query(selectFeatures(l)+` WHERE id `+only+` ORDER BY id`, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fs.close()) }()
	rs := &reportReader{layer: l, values: func(rest []driver.Value) (geo.Properties, error) { return properties(l.Reports, rest), nil }}
	if len(l.Reports) > 0 {
		if rs.rows, err = c.query(selectReports(l)+` WHERE feature_id `+only+` ORDER BY feature_id, date`, args...); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rs.rows.close()) }()
	}
	return rs.each(ctx, fs, func(v []driver.Value) (*geo.Feature, error) { return s.feature(l, v), nil }, emit)
}

func selectFeatures(l *geo.Layer) string {
	geom := "NULL"
	if l.Geometry != geo.NoGeometry {
		geom = "geom"
	}
	return `SELECT id, code, version, ` + geom + selectList(l.Fields) + ` FROM ` + quote(string(l.ID))
}

func selectReports(l *geo.Layer) string {
	return `SELECT feature_id, +date, version` + selectList(l.Reports) + ` FROM ` + quote(reportTable(l.ID))
}

func (s *Store) feature(l *geo.Layer, v []driver.Value) *geo.Feature {
	id, _ := v[0].(int64)
	version, _ := v[2].(int64)
	f := &geo.Feature{Layer: l.ID, ID: geo.ID(id), Version: uint64(version), Properties: properties(l.Fields, v[4:])}
	f.Code, _ = v[1].(string)
	blob, _ := v[3].([]byte)
	var fault error
	f.Geometry, f.Z, fault = readGeometry(new(wkb.Decoder), blob)
	s.markSpoilt(l.ID, f.ID, fault)
	return f
}

// readGeometry reads a geometry and says what is wrong with it. SQLite cannot
// hold other programs to valid shapes, so they are looked at when read: a
// bow-tie is given as it is, and told.
func readGeometry(d *wkb.Decoder, blob []byte) (orb.Geometry, []float64, error) {
	g, z, err := decodeBlob(d, blob)
	if err == nil {
		err = geo.CheckGeometry(g, z)
	}
	return g, z, err
}

func (s *Store) forgetSpoilt(l geo.LayerID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.spoilt, l)
}

// markSpoilt remembers which geometries cannot be read or are not valid.
func (s *Store) markSpoilt(l geo.LayerID, id geo.ID, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.spoilt[l]
	if why == nil {
		delete(of, id)
		return
	}
	if of == nil {
		of = map[geo.ID]string{}
		s.spoilt[l] = of
	}
	of[id] = why.Error()
}

// each emits features in order of id, each with its reports; read gives nil for one
// that is gone.
func (r *reportReader) each(ctx context.Context, fs *rows, read func([]driver.Value) (*geo.Feature, error), emit func(geo.Record) error) error {
	for n := 0; fs.next(); n++ {
		if n%ctxEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f, err := read(fs.vals)
		if err != nil {
			return err
		}
		if f == nil {
			continue
		}
		reports, err := r.of(f.ID)
		if err != nil {
			return err
		}
		if err := emit(geo.Record{Layer: f.Layer, ID: f.ID, Feature: f, Reports: reports}); err != nil {
			return err
		}
	}
	return nil
}

// reportReader gives the reports of features asked for in order of id. Its rows
// begin with feature, date and version; values reads the rest, nil for a report
// that is gone.
type reportReader struct {
	layer  *geo.Layer
	rows   *rows
	values func(rest []driver.Value) (geo.Properties, error)
	ahead  bool // rows.vals holds a report not yet given
}

func (r *reportReader) of(id geo.ID) ([]geo.Report, error) {
	if r.rows == nil {
		return nil, nil
	}
	var out []geo.Report
	for r.ahead || r.rows.next() {
		r.ahead = true
		v := r.rows.vals
		owner, _ := v[0].(int64)
		if geo.ID(owner) > id {
			break
		}
		r.ahead = false
		if geo.ID(owner) < id {
			continue // left over from a feature that another program removed without our triggers
		}
		text, _ := v[1].(string)
		version, _ := v[2].(int64)
		p, err := r.values(v[3:])
		if err != nil {
			return nil, err
		}
		if d, ok := plainDate(text); ok && p != nil {
			out = append(out, geo.Report{Layer: r.layer.ID, Feature: id, Date: d, Version: uint64(version), Properties: p})
		}
	}
	return out, nil
}

// faults lists what stands against following the store truly.
func (s *Store) faults(ls []layer) []geo.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []geo.Fault
	for _, l := range ls {
		if l.fault != "" {
			message, mend, _ := strings.Cut(l.fault, "\n")
			out = append(out, geo.Fault{Layer: l.ID, Message: message, Mend: mend})
		}
		if of := s.spoilt[l.ID]; len(of) > 0 {
			first := slices.Min(slices.Collect(maps.Keys(of)))
			out = append(out, geo.Fault{Layer: l.ID, Mend: "mend it in the program that wrote it",
				Message: fmt.Sprintf("%d features have a geometry that cannot be read or is not valid, the first is feature %d: %s", len(of), first, of[first])})
		}
	}
	return out
}
