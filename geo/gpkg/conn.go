package gpkg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"

	"yiping/geo"
)

// conn is one connection with its prepared statements. It speaks to the driver
// itself: database/sql would copy every value of a load once more, and its pool
// may close the connection whose being open keeps the write-ahead log.
// One goroutine uses it at a time.
type conn struct {
	raw   driver.Conn
	stmts map[string]driver.Stmt
}

// dialer opens connections to one file, each with the spatial functions that the
// R-tree triggers call.
type dialer struct {
	driver *sqlite.Driver
	dsn    string
}

func newDialer(path string) (*dialer, error) {
	d := &dialer{driver: &sqlite.Driver{}}
	bounds := map[string]func(box) float64{
		"ST_MinX": func(b box) float64 { return b.minX },
		"ST_MaxX": func(b box) float64 { return b.maxX },
		"ST_MinY": func(b box) float64 { return b.minY },
		"ST_MaxY": func(b box) float64 { return b.maxY },
	}
	for name, pick := range bounds {
		if err := d.register(name, func(b box) driver.Value {
			if b.empty() {
				return nil
			}
			return pick(b)
		}); err != nil {
			return nil, err
		}
	}
	if err := d.register("ST_IsEmpty", func(b box) driver.Value { return b.empty() }); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if runtime.GOOS == "windows" {
		abs = "/" + abs
	}
	d.dsn = (&url.URL{Scheme: "file", Path: abs}).String()
	return d, nil
}

func (d *dialer) register(name string, fn func(box) driver.Value) error {
	return d.driver.RegisterDeterministicScalarFunction(name, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		b, ok := args[0].([]byte)
		if !ok {
			return nil, nil
		}
		bb, err := blobBox(b)
		if err != nil {
			return nil, nil // as other programs do: what cannot be read has no bounds
		}
		return fn(bb), nil
	})
}

// open dials with mode rw or rwc. Waiting for another writer's lock ends after
// ten seconds or with the context of the statement.
func (d *dialer) open(mode string) (*conn, error) {
	raw, err := d.driver.Open(d.dsn + "?mode=" + mode)
	if err != nil {
		return nil, translate(err)
	}
	c := &conn{raw: raw, stmts: map[string]driver.Stmt{}}
	if err := c.script(`PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY`); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		if err := s.Close(); err != nil {
			return err
		}
	}
	c.stmts = nil
	return c.raw.Close()
}

// script runs statements that are not worth keeping prepared.
func (c *conn) script(q string) error {
	_, err := c.raw.(driver.ExecerContext).ExecContext(context.Background(), q, nil)
	return translate(err)
}

func (c *conn) prepare(q string) (driver.Stmt, error) {
	if s, ok := c.stmts[q]; ok {
		return s, nil
	}
	s, err := c.raw.Prepare(q)
	if err != nil {
		return nil, translate(err)
	}
	c.stmts[q] = s
	return s, nil
}

// named brings arguments to the driver's types.
func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case int:
			a = int64(v)
		case uint64:
			a = int64(v)
		case geo.ID:
			a = int64(v)
		case geo.LayerID:
			a = string(v)
		}
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// exec runs one statement and gives the row id it inserted, if it did.
func (c *conn) exec(q string, args ...any) (int64, error) {
	return c.execContext(context.Background(), q, args...)
}

// execContext is exec that also ends with ctx; it costs a goroutine.
func (c *conn) execContext(ctx context.Context, q string, args ...any) (int64, error) {
	s, err := c.prepare(q)
	if err != nil {
		return 0, err
	}
	res, err := s.(driver.StmtExecContext).ExecContext(ctx, named(args))
	if err != nil {
		return 0, translate(err)
	}
	return res.LastInsertId()
}

// rows steps through a result. close it.
type rows struct {
	raw  driver.Rows
	vals []driver.Value
	err  error
}

func (c *conn) query(q string, args ...any) (*rows, error) {
	s, err := c.prepare(q)
	if err != nil {
		return nil, err
	}
	raw, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named(args))
	if err != nil {
		return nil, translate(err)
	}
	return &rows{raw: raw, vals: make([]driver.Value, len(raw.Columns()))}, nil
}

// next moves on; vals are valid until the next call.
func (r *rows) next() bool {
	err := r.raw.Next(r.vals)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = translate(err)
	}
	return err == nil
}

func (r *rows) close() error {
	if err := r.raw.Close(); r.err == nil {
		r.err = translate(err)
	}
	return r.err
}

// each calls fn with every row of a result.
func (c *conn) each(q string, args []any, fn func(v []driver.Value) error) error {
	r, err := c.query(q, args...)
	if err != nil {
		return err
	}
	for r.next() {
		if err := fn(r.vals); err != nil {
			return errors.Join(err, r.close())
		}
	}
	return r.close()
}

// one gives the first row, or nil when there is none.
func (c *conn) one(q string, args ...any) ([]driver.Value, error) {
	r, err := c.query(q, args...)
	if err != nil {
		return nil, err
	}
	if !r.next() {
		return nil, r.close()
	}
	return r.vals, r.close()
}

func (c *conn) integer(q string, args ...any) (int64, error) {
	v, err := c.one(q, args...)
	if err != nil || v == nil {
		return 0, err
	}
	n, _ := v[0].(int64)
	return n, nil
}

func (c *conn) text(q string, args ...any) (string, error) {
	v, err := c.one(q, args...)
	if err != nil || v == nil {
		return "", err
	}
	s, _ := v[0].(string)
	return s, nil
}

// SQLite's primary and extended result codes that mean something to a caller.
const (
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeLimit    = 19
	codeNotADB   = 26
	codePrimary  = 1555
	codeUnique   = 2067
)

// translate brings SQLite's errors to the domain's.
func translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case codeBusy, codeLocked:
		return &geo.Error{Code: geo.Unavailable, Message: "the store is being written by another program", Err: err, Mend: "try again when it is done"}
	case codeReadOnly:
		return &geo.Error{Code: geo.Unavailable, Message: "the store is read-only", Err: err, Mend: "give this account write permission on the file and its directory"}
	case codeFull:
		return &geo.Error{Code: geo.Unavailable, Message: "the disk is full", Err: err, Mend: "free some space"}
	case codeIO, codeCantOpen:
		return &geo.Error{Code: geo.Unavailable, Message: "the store's file cannot be reached", Err: err, Mend: "see that the directory exists, may be written to and has space"}
	case codeCorrupt:
		return &geo.Error{Code: geo.Internal, Message: "the store's file is damaged", Err: err, Mend: "restore it from a copy"}
	case codeNotADB:
		return &geo.Error{Code: geo.Invalid, Message: "not a GeoPackage", Err: err}
	case codeLimit:
		if isUnique(err) || e.Code() == codePrimary {
			return &geo.Error{Code: geo.Conflict, Message: "used twice", Err: err}
		}
		return &geo.Error{Code: geo.Invalid, Message: reasonOf(e), Err: nil}
	}
	return geo.Wrap(geo.Internal, err, "the store failed")
}

// reasonOf takes a trigger's own words out of SQLite's message.
func reasonOf(e *sqlite.Error) string {
	s := strings.TrimPrefix(e.Error(), "constraint failed: ")
	return strings.TrimSuffix(s, fmt.Sprintf(" (%d)", e.Code()))
}

func isUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == codeUnique
}
