// Package ingest brings a file onto a layer of a store.
//
// A file is read twice. The first reading surveys it: columns, types, shapes,
// keys, and whatever is wrong with single records. The second makes the edits
// and checks each against the declaration. Only a file without a fault is
// applied, as one batch: it lands whole or not at all, and an import may be run
// again after any failure. The whole batch is held in memory, about the size of
// the features themselves.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/crs"
	"yiping/geo/format"
)

// Mode says what becomes of features that are already there.
type Mode string

// The modes.
const (
	Append  Mode = "append"  // codes of the file must be new
	Upsert  Mode = "upsert"  // by code; what the file has no column for is kept
	Replace Mode = "replace" // by code; features not in the file are deleted
)

// Store is what an import needs of a store.
type Store interface {
	geo.Loader
	geo.Writer
}

// Options say what a file does not. Layer and Actor must be given.
type Options struct {
	Layer          geo.LayerID
	Title          geo.Text   // of a layer that the import declares; its id if empty
	Light          Light      // the light rule of an imported layer; what is empty stays as it is
	Serve          *geo.Serve // where the layer is served from; nil = as it is, a new one from memory
	Mode           Mode       // "" = Append
	Key            string     // column with the code; "" = found by its name, else made from file name and row
	CRS            string     // coordinate system of the file, as crs.Parse reads it; "" = what it says itself, else WGS 84
	Reports        bool       // the file holds reports of the layer's features, not features
	Correction     string     // of reports: why values are lower than before, or otherwise unlikely
	DryRun         bool       // check everything, change nothing
	MaxFaults      int        // give up after this many; 0 = 20
	Actor          string
	IdempotencyKey string
	Digest         string // of file and options: the key with another is refused; "" = not compared
	Note           string
	Progress       func(checked, rows int) // told every ten thousand records; may be nil
}

// Light says in CQL2 when the features of an imported layer are red, yellow and
// green; the first that holds decides. See geo.FilterRule.
type Light struct{ Red, Yellow, Green string }

// Fault is what is wrong with one record, or with the file when Row is 0.
type Fault struct {
	Code    geo.Code `json:"code"`
	File    string   `json:"file"`
	Row     int      `json:"row,omitempty"`
	Line    int      `json:"line,omitempty"`
	Field   string   `json:"field,omitempty"`
	Message string   `json:"message"`
	Mend    string   `json:"mend,omitempty"`
}

// String joins it all into one line.
func (f Fault) String() string {
	s := f.File
	if f.Row > 0 {
		s += fmt.Sprintf(": row %d", f.Row)
		if f.Line > 0 {
			s += fmt.Sprintf(" (line %d)", f.Line)
		}
	}
	if f.Field != "" {
		s += ": field " + f.Field
	}
	s += ": " + f.Message
	if f.Mend != "" {
		s += " (" + f.Mend + ")"
	}
	return strings.Join(strings.Fields(s), " ")
}

// Result tells what an import did, or would do.
type Result struct {
	File      string      `json:"file"`
	Layer     geo.LayerID `json:"layer"`
	Mode      Mode        `json:"mode"`
	DryRun    bool        `json:"dryRun,omitempty"`
	Encoding  string      `json:"encoding,omitempty"`
	Key       string      `json:"key,omitempty"` // column the codes came from; "" = made
	Declared  bool        `json:"declared"`      // the layer is new
	Added     []string    `json:"addedFields,omitempty"`
	Ruled     bool        `json:"ruled,omitempty"`  // the layer's light rule is new
	Served    bool        `json:"served,omitempty"` // the layer is served from elsewhere now
	Rows      int         `json:"rows"`
	Created   int         `json:"created"`
	Updated   int         `json:"updated"`
	Unchanged int         `json:"unchanged"`
	Deleted   int         `json:"deleted"`
	Reports   int         `json:"reports"` // reports written
	Notices   []string    `json:"notices,omitempty"`
	Faults    []Fault     `json:"faults,omitempty"`
	Cursor    geo.Cursor  `json:"cursor,omitempty"`
	Replayed  bool        `json:"replayed,omitempty"`
}

// Import brings a file onto a layer. When records are at fault the error is the
// first one and Result.Faults has them all, up to the limit; nothing has changed.
func Import(ctx context.Context, store Store, src format.Source, o Options) (Result, error) {
	im := &importer{store: store, src: src, o: o, codes: map[string]int{}}
	im.res = Result{File: src.Name, Layer: o.Layer, Mode: o.Mode, DryRun: o.DryRun}
	err := im.run(ctx)
	if err == nil && len(im.res.Faults) > 0 {
		err = im.rejected()
	}
	return im.res, err
}

type importer struct {
	store      Store
	src        format.Source
	o          Options
	res        Result
	survey     format.Survey
	keys       keys
	crs        crs.CRS        // of the file
	extent     *orb.Bound     // of the file, in its own coordinates; nil without shapes
	layer      geo.Layer      // as it will be
	known      bool           // the layer is in the store
	inDatabase bool           // … and served from there: no load gives its features
	codes      map[string]int // row of each code of the file
	edits      []geo.Edit
	rows       []place // the record each edit came from
}

type place struct{ row, line int }

func (im *importer) run(ctx context.Context) error {
	if err := im.check(); err != nil {
		return err
	}
	if err := im.look(); err != nil || len(im.res.Faults) > 0 {
		return err
	}
	if err := im.findCRS(); err != nil {
		return err
	}
	if err := im.findLayer(ctx); err != nil {
		return err
	}
	plan := im.planFeatures
	if im.o.Reports {
		plan = im.planReports
	}
	if err := plan(ctx); err != nil || len(im.res.Faults) > 0 {
		return err
	}
	return im.apply(ctx)
}

func (im *importer) check() error {
	if im.o.MaxFaults == 0 {
		im.o.MaxFaults = 20
	}
	if im.res.Mode == "" {
		im.o.Mode, im.res.Mode = Append, Append
	}
	switch {
	case !slices.Contains([]Mode{Append, Upsert, Replace}, im.o.Mode):
		return &geo.Error{Code: geo.Invalid, Field: "mode", Message: "unknown mode “" + string(im.o.Mode) + "”", Mend: "use append, upsert or replace"}
	case im.o.Reports && im.o.Mode == Replace:
		return &geo.Error{Code: geo.Unsupported, Field: "mode", Message: "reports cannot be replaced as a whole", Mend: "use append or upsert"}
	case !geo.ValidLayerID(im.o.Layer):
		return (&geo.Layer{ID: im.o.Layer}).Check()
	}
	return nil
}

// each reads the file once more from the start.
func (im *importer) each(s *format.Survey, fn func(format.Row) error) error {
	r, err := im.src.Open()
	if err != nil {
		return err
	}
	err = s.Scan(r, fn)
	return errors.Join(err, r.Close())
}

// errEnough ends a reading when the limit of faults is reached.
var errEnough = errors.New("too many faults")

// look surveys the file.
func (im *importer) look() error {
	im.keys.told = im.o.Key
	err := im.each(&im.survey, func(row format.Row) error {
		im.keys.observe(row)
		if row.Geometry != nil {
			im.extend(row.Geometry.Bound())
		}
		if row.Fault != nil {
			return im.fault(row, row.Fault)
		}
		return nil
	})
	im.res.Rows, im.res.Encoding = im.survey.Rows, im.survey.Info.Encoding
	im.res.Notices = append(im.res.Notices, im.survey.Info.Notices...)
	if err == nil && im.res.Rows == 0 {
		// A cut or mistaken file must neither declare a layer nor, by replace,
		// empty one.
		return &geo.Error{Code: geo.Invalid, Message: im.res.File + " holds no records", Mend: "check that it is the right file and whole"}
	}
	return im.ended(err)
}

// ended turns what ended a reading into a fault of the file.
func (im *importer) ended(err error) error {
	var e *geo.Error
	switch {
	case errors.Is(err, errEnough):
		return nil
	case errors.As(err, &e) && e.Code == geo.Invalid:
		im.res.Faults = append(im.res.Faults, im.faultOf(place{row: e.Row}, err))
		return nil
	}
	return err
}

// fault notes what is wrong with a record; its error says that it is enough.
func (im *importer) fault(row format.Row, err error) error {
	im.res.Faults = append(im.res.Faults, im.faultOf(place{row.N, row.Line}, err))
	if len(im.res.Faults) >= im.o.MaxFaults {
		return errEnough
	}
	return nil
}

func (im *importer) faultOf(at place, err error) Fault {
	f := Fault{Code: geo.CodeOf(err), File: im.src.Name, Row: at.row, Line: at.line, Message: err.Error()}
	var e *geo.Error
	if errors.As(err, &e) {
		f.Field, f.Message, f.Mend = e.Field, e.Message, e.Mend
		if e.Err != nil {
			f.Message += ": " + e.Err.Error()
		}
	}
	return f
}

func (im *importer) rejected() error {
	f := im.res.Faults[0]
	message := f.Message
	if n := len(im.res.Faults) - 1; n > 0 {
		message += fmt.Sprintf(" (and %d more faults)", n)
	}
	return &geo.Error{Code: f.Code, Layer: im.o.Layer, Row: f.Row, Field: f.Field, Message: message, Mend: f.Mend}
}

// apply lands the edits in one batch.
func (im *importer) apply(ctx context.Context) error {
	if im.o.DryRun || len(im.edits) == 0 {
		return nil
	}
	res, err := im.store.Apply(ctx, geo.Batch{Actor: im.o.Actor, Key: im.o.IdempotencyKey, Digest: im.o.Digest, Note: im.o.Note, Edits: im.edits})
	if err != nil {
		var e *geo.Error
		if errors.As(err, &e) && e.Row > 0 && e.Row <= len(im.rows) && im.rows[e.Row-1].row > 0 {
			im.res.Faults = append(im.res.Faults, im.faultOf(im.rows[e.Row-1], err))
			return nil
		}
		return err
	}
	im.res.Cursor, im.res.Replayed = res.Cursor, res.Replayed
	return nil
}

func (im *importer) edit(e geo.Edit, at place) {
	im.edits = append(im.edits, e)
	im.rows = append(im.rows, at)
}

func (im *importer) notice(format string, args ...any) {
	im.res.Notices = append(im.res.Notices, fmt.Sprintf(format, args...))
}

// existing loads the records of the layer whose codes are in want; nil wants all.
func (im *importer) existing(ctx context.Context, want map[string]int) (map[string]geo.Record, error) {
	if server, ok := im.store.(geo.LayerServer); ok && im.inDatabase {
		return im.find(ctx, server, want)
	}
	out := make(map[string]geo.Record)
	seen := false
	err := im.store.Load(ctx, func(geo.Head) error { return nil }, func(r geo.Record) error {
		if r.Layer != im.layer.ID {
			if seen {
				return io.EOF // records come grouped by layer: there is no more
			}
			return nil
		}
		seen = true
		if r.Feature == nil {
			return nil
		}
		if _, ok := want[r.Feature.Code]; ok || want == nil {
			out[r.Feature.Code] = r
		}
		return nil
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// pageSize is how many features of a layer in the database are asked for at once.
const pageSize = 2000

// find is existing for a layer that stays in the database, which no load gives.
func (im *importer) find(ctx context.Context, server geo.LayerServer, want map[string]int) (map[string]geo.Record, error) {
	out := make(map[string]geo.Record)
	read := func(s geo.Selection) error {
		for p := (geo.Page{Limit: pageSize}); ; {
			features, err := server.Find(ctx, s, p)
			for _, f := range features {
				out[f.Code], p.After = geo.Record{Layer: f.Layer, ID: f.ID, Feature: f}, f.ID
			}
			if err != nil || len(features) < p.Limit {
				return err
			}
		}
	}
	if want == nil {
		return out, read(geo.Selection{Layer: im.layer.ID})
	}
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(want)), pageSize) {
		if err := read(geo.Selection{Layer: im.layer.ID, Codes: codes}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
