// Package geojson reads and writes GeoJSON (RFC 7946) as a stream: a
// FeatureCollection, single Features and geometries, and sequences of them one
// after the other, with or without record separators (RFC 8142).
package geojson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"yiping/geo"
	"yiping/geo/format"
)

// Reader streams the features of one file; memory is that of the largest one.
type Reader struct {
	dec   *json.Decoder
	lines *lineReader
	info  format.Info
	known map[string]bool // columns
	n     int             // features given
	in    bool            // inside the array "features"
	ready []format.Row    // a Feature or geometry at top level, read whole
	fault error           // the file ended with it
	extra int             // positions with more than three numbers
	lost  int             // foreign members left
}

var _ format.Reader = (*Reader)(nil)

// NewReader reads GeoJSON in UTF-8, with or without byte order mark.
func NewReader(r io.Reader) *Reader {
	lines := &lineReader{r: r}
	dec := json.NewDecoder(lines)
	return &Reader{dec: dec, lines: lines, known: map[string]bool{},
		info: format.Info{Typed: true, Geometry: true, Encoding: "utf-8"}}
}

// Info tells what has been seen so far.
func (r *Reader) Info() format.Info {
	info := r.info
	info.Columns = slices.Clone(r.info.Columns)
	if r.extra > 0 {
		info.Notices = append(info.Notices, fmt.Sprintf("%d features have more than three numbers in a position: those beyond the height were left", r.extra))
	}
	if r.lost > 0 {
		info.Notices = append(info.Notices, fmt.Sprintf("%d members of features outside “properties” were left", r.lost))
	}
	return info
}

// Next gives the next feature.
func (r *Reader) Next() (format.Row, error) {
	if r.fault != nil {
		return format.Row{}, r.fault
	}
	row, err := r.next()
	if err != nil {
		r.fault = err
	}
	return row, err
}

func (r *Reader) next() (format.Row, error) {
	for {
		switch {
		case len(r.ready) > 0:
			row := r.ready[0]
			r.ready = r.ready[1:]
			return row, nil
		case r.in && r.dec.More():
			return r.feature()
		case r.in:
			if _, err := r.dec.Token(); err != nil { // the closing bracket
				return format.Row{}, r.broken(err)
			}
			r.in = false
			if err := r.members(&document{collection: true}); err != nil {
				return format.Row{}, err
			}
		default:
			if err := r.begin(); err != nil {
				return format.Row{}, err
			}
		}
	}
}

// begin reads the next top-level value up to its features, or whole.
func (r *Reader) begin() error {
	t, err := r.dec.Token()
	start := max(0, r.dec.InputOffset()-1)
	if err == io.EOF && (r.n > 0 || r.lines.total > 0) {
		return io.EOF
	}
	if err == io.EOF {
		return &geo.Error{Code: geo.Invalid, Message: "the file is empty"}
	}
	if err != nil {
		return r.broken(err)
	}
	if t != json.Delim('{') {
		return &geo.Error{Code: geo.Invalid, Message: fmt.Sprintf("%s: not GeoJSON: an object was expected, not %.40v", r.place(start), t),
			Mend: "the top of the file must be a FeatureCollection, a Feature or a geometry"}
	}
	return r.members(&document{start: start})
}

// document gathers the members of a top-level object.
type document struct {
	start      int64
	kind       string
	collection bool
	members    map[string]json.RawMessage
}

// text puts the members kept together again, as they were written.
func (d *document) text() []byte {
	b := []byte(`{"type":`)
	b = append(b, d.members["type"]...)
	for key, raw := range d.members {
		if key != "type" {
			b = fmt.Appendf(b, ",%q:%s", key, raw)
		}
	}
	return append(b, '}')
}

// members reads on in a top-level object until its features begin or it ends.
func (r *Reader) members(d *document) error {
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return r.broken(err)
		}
		key, _ := t.(string)
		if key == "features" && !d.collection && (d.kind == "" || d.kind == "FeatureCollection") {
			if t, err := r.dec.Token(); err != nil || t != json.Delim('[') {
				return r.broken(orElse(err, errors.New("“features” is not an array")))
			}
			r.in = true
			return nil
		}
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			return r.broken(err)
		}
		if err := r.member(d, key, raw); err != nil {
			return err
		}
	}
	if _, err := r.dec.Token(); err != nil { // the closing brace
		return r.broken(err)
	}
	return r.finish(d)
}

func (r *Reader) member(d *document, key string, raw json.RawMessage) error {
	switch key {
	case "type":
		d.kind = text(raw)
		if d.collection && d.kind != "FeatureCollection" {
			return &geo.Error{Code: geo.Invalid, Message: fmt.Sprintf("the file has “features” but its type is “%.40s”", d.kind), Mend: "its type must be FeatureCollection"}
		}
	case "crs":
		r.info.CRS = crsName(raw)
	}
	switch key {
	case "type", "id", "properties", "geometry", "coordinates", "geometries":
		if d.members == nil {
			d.members = map[string]json.RawMessage{}
		}
		d.members[key] = raw
	}
	return nil
}

// finish turns a top-level object without features into a row of its own.
func (r *Reader) finish(d *document) error {
	switch {
	case d.collection:
		return nil
	case d.kind == "FeatureCollection":
		return &geo.Error{Code: geo.Invalid, Message: r.place(d.start) + ": FeatureCollection has no array “features”"}
	case d.kind == "":
		return &geo.Error{Code: geo.Invalid, Message: r.place(d.start) + ": not GeoJSON: the object has no “type”",
			Mend: "the top of the file must be a FeatureCollection, a Feature or a geometry"}
	}
	raw := d.text()
	if d.kind != "Feature" {
		raw = fmt.Appendf(nil, `{"type":"Feature","geometry":%s}`, raw)
	}
	r.ready = append(r.ready, r.row(raw, d.start))
	return nil
}

// feature reads one element of "features".
func (r *Reader) feature() (format.Row, error) {
	var raw json.RawMessage
	if err := r.dec.Decode(&raw); err != nil {
		return format.Row{}, r.broken(err)
	}
	return r.row(raw, r.dec.InputOffset()-int64(len(raw))), nil
}

func (r *Reader) row(raw []byte, start int64) format.Row {
	r.n++
	line, offset := r.lines.at(start)
	row := format.Row{N: r.n, Line: line, Offset: offset, Values: map[string]any{}}
	if row.Fault = r.fill(&row, raw); row.Fault != nil {
		var e *geo.Error
		if errors.As(row.Fault, &e) {
			e.Row = row.N
		}
	}
	return row
}

func (r *Reader) fill(row *format.Row, raw []byte) error {
	if !utf8.Valid(raw) {
		return &geo.Error{Code: geo.Invalid, Message: "text is not UTF-8", Mend: "name the file's encoding with --encoding gb18030, or save it as UTF-8"}
	}
	kind := ""
	err := eachMember(raw, func(key string, value []byte) error {
		switch key {
		case "type":
			kind = text(value)
		case "id":
			switch scalar(value).(type) {
			case string, int64, float64:
				row.ID = text(value)
			}
		case "properties":
			return r.properties(row, value)
		case "geometry":
			g, z, extra, err := parseGeometry(value)
			if extra {
				r.extra++
			}
			row.Geometry, row.Z = g, z
			return err
		case "bbox":
		default:
			r.lost++
		}
		return nil
	})
	if err == nil && kind != "Feature" {
		return &geo.Error{Code: geo.Invalid, Field: "type", Message: fmt.Sprintf("“%.40s” where a Feature should be", kind)}
	}
	return err
}

func (r *Reader) properties(row *format.Row, b []byte) error {
	if b[0] == 'n' {
		return nil
	}
	if b[0] != '{' {
		return &geo.Error{Code: geo.Invalid, Field: "properties", Message: "properties are neither an object nor null"}
	}
	return eachMember(b, func(key string, value []byte) error {
		if !r.known[key] {
			r.known[key] = true
			r.info.Columns = append(r.info.Columns, key)
		}
		if v := scalar(value); v != nil {
			row.Values[key] = v
		} else {
			delete(row.Values, key)
		}
		return nil
	})
}

// broken says where the file stops being JSON.
func (r *Reader) broken(err error) error {
	offset := r.dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = max(offset, syntax.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &geo.Error{Code: geo.Invalid, Row: r.n + 1, Message: fmt.Sprintf("line %d: the file ends before its JSON does", r.lines.lines()),
			Mend: "the file is cut off; fetch it again"}
	}
	if r.lines.err != nil {
		return geo.Wrap(geo.Invalid, r.lines.err, "cannot read on after feature %d", r.n)
	}
	return &geo.Error{Code: geo.Invalid, Row: r.n + 1, Message: r.place(offset) + ": malformed JSON", Err: err}
}

func (r *Reader) place(offset int64) string {
	line, at := r.lines.at(offset)
	return fmt.Sprintf("line %d, byte %d", line, at)
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// crsName reads the member that RFC 7946 withdrew: "" for what means WGS 84.
func crsName(raw []byte) string {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
			Code any    `json:"code"`
		} `json:"properties"`
	}
	if json.Unmarshal(raw, &crs) != nil {
		return ""
	}
	name := crs.Properties.Name
	if name == "" && crs.Properties.Code != nil {
		name = fmt.Sprint("EPSG:", crs.Properties.Code)
	}
	parts := strings.FieldsFunc(name, func(c rune) bool { return c == ':' || c == '/' })
	if len(parts) == 0 {
		return ""
	}
	switch last := parts[len(parts)-1]; last {
	case "CRS84", "CRS84h", "4326", "4979", "4490":
		return ""
	default:
		if strings.Contains(strings.ToUpper(name), "EPSG") {
			return "EPSG:" + last
		}
		return name
	}
}
