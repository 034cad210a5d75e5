package gpkg

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"yiping/geo"
)

// Options change how a store works. The zero value is right for serving.
type Options struct {
	// Poll is how often Wait looks for what other programs wrote; 0 is 100 ms.
	Poll time.Duration
	// SlowPoll is when Wait returns without news; 0 is 30 s.
	SlowPoll time.Duration
	// Quiet is how long another program must have been quiet before a table it
	// put in the place of a layer's is taken over; 0 is one second.
	Quiet time.Duration
	// FeedRows is how many changes the feed keeps; a follower further behind
	// reloads. 0 is 500,000.
	FeedRows int64
	// MustExist refuses to make a store where there is none: NotFound.
	MustExist bool
}

func (o Options) filled() Options {
	fallback := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	fallback(&o.Poll, 100*time.Millisecond)
	fallback(&o.SlowPoll, 30*time.Second)
	fallback(&o.Quiet, time.Second)
	if o.FeedRows <= 0 {
		o.FeedRows = 500_000
	}
	return o
}

// Store is a GeoPackage file that keeps the contract of geo.Store. It is safe
// for use by many goroutines, and the file by many processes of one machine.
type Store struct {
	path string
	opts Options
	dial *dialer

	write chan *conn // holds the writing connection while nobody writes
	watch chan *conn // likewise; open all the time, so that nobody turns the log off
	idle  chan *conn // readers at rest
	done  chan struct{}
	close sync.Once

	bellMu sync.Mutex
	bell   chan struct{} // closed when a batch lands here

	seen    atomic.Int64 // schema version of the file found in order, -1 for none
	pending atomic.Int64 // unix nanoseconds at which a replaced table may be looked at again; 0 for none

	mu     sync.Mutex
	decls  map[geo.LayerID]parsed            // declarations as last parsed
	spoilt map[geo.LayerID]map[geo.ID]string // features whose geometry cannot be read or is not valid, and why
	strays map[geo.LayerID]stray             // tables another program put in place of ours
}

var _ geo.Store = (*Store)(nil)

// idleReaders is how many readers are kept at rest.
const idleReaders = 4

// Open opens the store at path and makes it when there is none. Errors say in
// one line why a file is not taken: no GeoPackage, not ours, of a newer version,
// read-only, on a network file system.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Store{path: path, opts: o.filled(), write: make(chan *conn, 1), watch: make(chan *conn, 1), idle: make(chan *conn, idleReaders),
		done: make(chan struct{}), bell: make(chan struct{}), decls: map[geo.LayerID]parsed{},
		spoilt: map[geo.LayerID]map[geo.ID]string{}, strays: map[geo.LayerID]stray{}}
	s.seen.Store(-1)
	if err := s.open(ctx); err != nil {
		return nil, at(path, errors.Join(err, s.Close()))
	}
	return s, nil
}

// at puts the path in front of an error's message.
func at(path string, err error) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return geo.Wrap(geo.Internal, err, "store %s", path)
	}
	c := *e
	c.Message = "store " + path + ": " + e.Message
	return &c
}

func (s *Store) open(ctx context.Context) error {
	mode := "rwc"
	if s.opts.MustExist {
		mode = "rw"
	}
	if err := checkPlace(s.path, s.opts.MustExist); err != nil {
		return err
	}
	var err error
	if s.dial, err = newDialer(s.path); err != nil {
		return err
	}
	w, err := s.dial.open(mode)
	if err != nil {
		return err
	}
	s.write <- w
	if err := prepareFile(w, s.opts.MustExist); err != nil {
		return err
	}
	watch, err := s.dial.open("rw")
	if err != nil {
		return err
	}
	s.watch <- watch
	if _, err := watch.integer(`SELECT count(*) FROM sqlite_master`); err != nil { // opens the log
		return err
	}
	return s.mend(ctx)
}

// prepareFile brings the file to our schema and turns the write-ahead log on. An
// empty file becomes a store, unless there must be one already.
func prepareFile(w *conn, mustExist bool) error {
	v, err := recognise(w)
	if err != nil {
		return err
	}
	if v == 0 && mustExist {
		return geo.Errorf(geo.NotFound, "the file is empty")
	}
	if ro, ok := w.raw.(interface{ IsReadOnly(string) (bool, error) }); ok {
		if only, err := ro.IsReadOnly("main"); err != nil || only {
			return &geo.Error{Code: geo.Unavailable, Message: "the store is read-only", Err: err, Mend: "give this account write permission on the file and its directory"}
		}
	}
	if v == 0 {
		// before the log is on: GDAL reads the application id from the file itself
		if err := create(w); err != nil {
			return err
		}
		if v, err = recognise(w); err != nil {
			return err
		}
	}
	if v < schemaVersion {
		if err := upgrade(w); err != nil {
			return err
		}
	}
	return assertLog(w)
}

// assertLog turns write-ahead logging on: another program that closed the file
// last may have turned it off.
func assertLog(c *conn) error {
	mode, err := c.text(`PRAGMA journal_mode = WAL`)
	if err == nil && mode != "wal" {
		err = geo.Errorf(geo.Unavailable, "write-ahead logging cannot be turned on (journal mode %s)", mode)
	}
	return err
}

// checkPlace refuses places where the file cannot live.
func checkPlace(path string, mustExist bool) error {
	if path == "" {
		return geo.Errorf(geo.Invalid, "no path is given")
	}
	switch fi, err := os.Stat(path); {
	case err == nil && !fi.Mode().IsRegular():
		return geo.Errorf(geo.Invalid, "not a file")
	case mustExist && errors.Is(err, fs.ErrNotExist):
		whole, _ := filepath.Abs(path) // "" where the working directory is gone
		return geo.Errorf(geo.NotFound, "there is no file %s", cmp.Or(whole, path))
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &geo.Error{Code: geo.Unavailable, Message: "its directory cannot be made", Err: err}
	}
	remote, err := onNetwork(dir)
	if err != nil {
		return &geo.Error{Code: geo.Unavailable, Message: "its file system cannot be examined", Err: err}
	}
	if remote != "" {
		return &geo.Error{Code: geo.Unsupported, Message: "it is on a network file system (" + remote + ")",
			Mend: "keep the file on a local disk, or use PostGIS"}
	}
	return nil
}

// Close ends all connections; calls under way fail.
func (s *Store) Close() error {
	var errs []error
	s.close.Do(func() {
		close(s.done)
		for _, held := range []chan *conn{s.write, s.watch, s.idle} {
			for len(held) > 0 {
				errs = append(errs, (<-held).close())
			}
		}
	})
	return errors.Join(errs...)
}

var errClosed = geo.Errorf(geo.Unavailable, "the store is closed")

// borrow takes a connection that is held one at a time; give it back to held.
func (s *Store) borrow(ctx context.Context, held chan *conn) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.done:
		return nil, errClosed
	default:
	}
	select {
	case c := <-held:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.done:
		return nil, errClosed
	}
}

// giveBack returns a connection, or closes it when the store is closed by now.
func (s *Store) giveBack(c *conn, held chan *conn) {
	select {
	case <-s.done:
		_ = c.close() // nobody is left to tell
	default:
		select {
		case held <- c:
		default:
			_ = c.close() // more readers than are kept at rest
		}
	}
}

func (s *Store) reader() (*conn, error) {
	select {
	case <-s.done:
		return nil, errClosed
	case c := <-s.idle:
		return c, nil
	default:
		return s.dial.open("rw")
	}
}

// read runs fn on one consistent picture of the store.
func (s *Store) read(ctx context.Context, fn func(c *conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := s.reader()
	if err != nil {
		return err
	}
	defer s.giveBack(c, s.idle)
	if _, err := c.exec(`BEGIN`); err != nil {
		return err
	}
	defer c.rollback()
	sound, err := s.sound(c)
	if err != nil {
		return err
	}
	if !sound {
		c.rollback()
		if err := s.mend(ctx); err != nil {
			return err
		}
		if _, err := c.exec(`BEGIN`); err != nil {
			return err
		}
	}
	return fn(c)
}

// ring tells those waiting here that a batch landed.
func (s *Store) ring() {
	s.bellMu.Lock()
	defer s.bellMu.Unlock()
	close(s.bell)
	s.bell = make(chan struct{})
}

func (s *Store) bellNow() chan struct{} {
	s.bellMu.Lock()
	defer s.bellMu.Unlock()
	return s.bell
}
