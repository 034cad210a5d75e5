// Package format is the contract between file formats and the import: a Reader
// gives the records of one file in order, a Survey says what its columns and
// shapes are. The formats themselves are the packages below this one.
package format

import (
	"io"

	"github.com/paulmach/orb"
)

// Row is one record of a file.
type Row struct {
	N      int   // 1-based number of the record; a header does not count
	Line   int   // 1-based line on which it begins
	Offset int64 // byte at which it begins, in the text as UTF-8
	ID     string
	// Geometry is in the coordinates of the file, x before y; nil is none. Z has
	// one height per vertex, nil for a flat geometry.
	Geometry orb.Geometry
	Z        []float64
	// Values by column: string, int64, float64 or bool; nested values are JSON
	// text; an absent value is absent.
	Values map[string]any
	// Fault is what is wrong with this record alone; reading can go on. It is a
	// *geo.Error naming the column where one is at fault.
	Fault error
}

// Info is what a reader knows about its file.
type Info struct {
	Columns  []string // in the order of the file, as far as read
	Typed    bool     // values carry types of the file's own; else all are text
	Geometry bool     // records can have a geometry; false is a table of attributes
	CRS      string   // coordinate system the file names, such as EPSG:4549; "" = it names none
	Encoding string   // as found or as told: utf-8, gb18030, utf-16le …
	Notices  []string // what a person should know: columns renamed, values not taken
}

// Reader gives the records of one file in order.
type Reader interface {
	// Next gives the next record, io.EOF after the last. Any other error ends the
	// file: it is a *geo.Error with the record's number and place.
	Next() (Row, error)
	// Info may be asked at any time; its columns are complete after io.EOF.
	Info() Info
}

// Source is a file that can be read more than once.
type Source struct {
	Name string // as the person knows it, for messages
	Open func() (ReadCloser, error)
}

// ReadCloser is a Reader over something that must be closed.
type ReadCloser interface {
	Reader
	io.Closer
}

// WithCloser joins a reader and what is to be closed after it.
func WithCloser(r Reader, c io.Closer) ReadCloser { return readCloser{r, c} }

type readCloser struct {
	Reader
	io.Closer
}
