// Package csv reads tables of separated values as people send them: UTF-8,
// GB 18030 or UTF-16, comma, semicolon, tab or bar, with positions as longitude
// and latitude columns in either order or as well-known text, or without any.
package csv

import (
	"bufio"
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format"
)

// Options say what a file does not; the zero Options find everything out.
type Options struct {
	Encoding      string // utf-8, gb18030, gbk, utf-16; "" = detect
	Delimiter     rune   // 0 = detect
	WKT, Lon, Lat string // names of the columns with the position
}

// Reader streams the records of one table.
type Reader struct {
	csv     *stdcsv.Reader
	header  []string // all columns
	at      place
	info    format.Info
	n       int
	fault   error
	garbled bool // bytes that are not text stand for themselves: UTF-8 only
}

var _ format.Reader = (*Reader)(nil)

// NewReader reads the header. Columns x and y are taken for longitude and
// latitude only if they can be throughout the file: elsewhere they are pixels or
// metres, and a map must not guess.
func NewReader(r io.ReadSeeker, o Options) (*Reader, error) {
	reader, err := open(r, o)
	if err != nil || !reader.at.bare {
		return reader, err
	}
	x, y := reader.header[reader.at.lon], reader.header[reader.at.lat]
	switch verdict, err := reader.look(); {
	case err != nil || verdict == degrees:
		// A fault in the file is better told at its record.
	case verdict == metres:
		return again(r, o, nil)
	default:
		return again(r, o, func(r *Reader) {
			r.at, r.info.Geometry = place{wkt: -1, lon: -1, lat: -1}, false
			r.info.Columns = r.header
			r.info.Notices = append(r.info.Notices, fmt.Sprintf("columns %s and %s do not hold degrees: kept as plain columns, without positions; if they are positions, name them with --lon and --lat", x, y))
		})
	}
	return again(r, o, nil)
}

func again(r io.ReadSeeker, o Options, change func(*Reader)) (*Reader, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "cannot read the file again")
	}
	reader, err := open(r, o)
	if err == nil && change != nil {
		change(reader)
	}
	return reader, err
}

func open(r io.ReadSeeker, o Options) (*Reader, error) {
	text, encoding, err := format.Decode(r, o.Encoding)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(text, 64<<10)
	if o.Delimiter == 0 {
		head, _ := buffered.Peek(32 << 10)
		line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
		o.Delimiter = delimiter(line)
	}
	c := stdcsv.NewReader(buffered)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = o.Delimiter, -1, true
	header, err := c.Read()
	if err == io.EOF {
		return nil, invalid("", "the file is empty", "")
	}
	if err != nil {
		return nil, broken(err, 0)
	}
	reader := &Reader{csv: c, garbled: encoding == "utf-8"}
	var notices []string
	reader.header, notices = named(header)
	reader.at, err = find(reader.header, o)
	reader.info = format.Info{Encoding: encoding, Geometry: reader.at.any(), Notices: notices}
	for i, name := range reader.header {
		if !reader.position(i) {
			reader.info.Columns = append(reader.info.Columns, name)
		}
	}
	return reader, err
}

func (r *Reader) position(i int) bool { return i == r.at.wkt || i == r.at.lon || i == r.at.lat }

// What columns called x and y hold.
type unit int

const (
	neither unit = iota
	degrees
	metres
)

// look reads all values of the x and y columns.
func (r *Reader) look() (unit, error) {
	inside, outside, large, fraction := 0, 0, 0, false
	for {
		record, err := r.csv.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return neither, err
		}
		if len(record) <= max(r.at.lon, r.at.lat) {
			continue
		}
		x, errX := strconv.ParseFloat(strings.TrimSpace(record[r.at.lon]), 64)
		y, errY := strconv.ParseFloat(strings.TrimSpace(record[r.at.lat]), 64)
		switch {
		case errX != nil || errY != nil:
			continue
		case math.Abs(x) <= 180 && math.Abs(y) <= 90:
			inside++
		case math.Abs(x) >= 10000 && math.Abs(y) >= 10000:
			large++
		default:
			outside++
		}
		fraction = fraction || x != math.Trunc(x) || y != math.Trunc(y)
	}
	switch {
	case inside > 0 && outside == 0 && large == 0 && fraction:
		return degrees, nil
	case large > inside+outside:
		return metres, nil
	}
	return neither, nil
}

// Info tells columns and encoding.
func (r *Reader) Info() format.Info {
	info := r.info
	info.Columns = slices.Clone(info.Columns)
	return info
}

// Next gives the next record; records without any value are passed over.
func (r *Reader) Next() (format.Row, error) {
	if r.fault != nil {
		return format.Row{}, r.fault
	}
	for {
		offset := r.csv.InputOffset()
		record, err := r.csv.Read()
		if err != nil {
			if r.fault = io.EOF; err != io.EOF {
				r.fault = broken(err, r.n+1)
			}
			return format.Row{}, r.fault
		}
		if !slices.ContainsFunc(record, func(s string) bool { return s != "" }) {
			continue
		}
		r.n++
		line, _ := r.csv.FieldPos(0)
		row := format.Row{N: r.n, Line: line, Offset: offset, Values: make(map[string]any, len(r.header))}
		if err := r.fill(&row, record); err != nil {
			err.Row, row.Fault = r.n, err
		}
		return row, nil
	}
}

func (r *Reader) fill(row *format.Row, record []string) *geo.Error {
	for i, v := range record {
		if i >= len(r.header) {
			if v != "" {
				return invalid("", fmt.Sprintf("the row has %d values, the header %d", len(record), len(r.header)),
					"put a value that holds the separator between quotes")
			}
			continue
		}
		if r.garbled && !utf8.ValidString(v) || strings.ContainsRune(v, utf8.RuneError) {
			return invalid(r.header[i], fmt.Sprintf("the value holds bytes that are not %s text", r.info.Encoding),
				"name the file's encoding with --encoding")
		}
		if !r.position(i) && v != "" {
			row.Values[r.header[i]] = v
		}
	}
	if len(record) < len(r.header) {
		return invalid("", fmt.Sprintf("the row has %d values, the header %d", len(record), len(r.header)), "")
	}
	if r.at.wkt >= 0 {
		return r.shape(row, record[r.at.wkt])
	}
	if r.at.lon >= 0 {
		return r.point(row, record)
	}
	return nil
}

func (r *Reader) shape(row *format.Row, text string) *geo.Error {
	if text == "" {
		return nil
	}
	g, z, err := parseWKT(text)
	if err != nil {
		return &geo.Error{Code: geo.Invalid, Field: r.header[r.at.wkt], Message: "not well-known text", Err: err,
			Mend: "write it like POINT (121.4 31.2), longitude first"}
	}
	row.Geometry, row.Z = g, z
	return nil
}

func (r *Reader) point(row *format.Row, record []string) *geo.Error {
	var p orb.Point
	empty := 0
	for i, column := range []int{r.at.lon, r.at.lat} {
		v := strings.TrimSpace(record[column])
		if v == "" {
			empty++
			continue
		}
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return invalid(r.header[column], fmt.Sprintf("“%.40s” is not a number", v), "")
		}
		p[i] = x
	}
	lon, lat := r.header[r.at.lon], r.header[r.at.lat]
	switch {
	case empty == 2:
		return nil
	case empty == 1:
		return invalid(lon+", "+lat, "one of the two is missing", "fill in both or neither")
	case math.Abs(p[1]) > 90 && math.Abs(p[1]) <= 180 && math.Abs(p[0]) <= 90:
		return invalid(lat, fmt.Sprintf("latitude %g is out of bounds", p[1]), "the columns look swapped")
	}
	row.Geometry = p
	return nil
}

func invalid(field, message, mend string) *geo.Error {
	return &geo.Error{Code: geo.Invalid, Field: field, Message: message, Mend: mend}
}

// broken says where the file stops being a table.
func broken(err error, n int) error {
	var parse *stdcsv.ParseError
	if errors.As(err, &parse) {
		return &geo.Error{Code: geo.Invalid, Row: n, Message: fmt.Sprintf("line %d: malformed quotes", parse.Line), Err: parse.Err,
			Mend: "double the quotes inside a quoted value"}
	}
	return geo.Wrap(geo.Invalid, err, "cannot read on after row %d", max(0, n-1))
}
