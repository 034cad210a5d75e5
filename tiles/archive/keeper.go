package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// KeeperOptions say where and how archives are kept.
type KeeperOptions struct {
	// Dir is where a directory of this process is made; "" is yiping-archives
	// where the system keeps what is temporary.
	Dir string
	// MaxBytes bounds the files kept: what was asked for longest ago goes first.
	// One more may be in the making, and one gone stays until it is read to its
	// end. 0 means 4 GB.
	MaxBytes int64
	// Every is the least time from one making of an archive to the next; 0 means
	// three minutes.
	Every  time.Duration
	Now    func() time.Time // nil = time.Now
	Logger *slog.Logger     // nil discards
}

// Keeper keeps PMTiles archives in files, so that clients can read them piece by
// piece. A file never changes: an archive of a later snapshot is another file,
// with another tag. It is safe for concurrent use.
type Keeper struct {
	options KeeperOptions
	dir     string // of this process alone
	closing context.Context
	close   context.CancelFunc
	making  sync.WaitGroup
	turn    chan struct{} // one is made at a time: serving goes on beside it

	mu     sync.Mutex
	places map[string]*place // by the name of the archive
	made   int               // files so far
}

// Kept describes an archive that is kept.
type Kept struct {
	Result
	Tag      string     // hash of the bytes, in quotes: a strong ETag, the same on every node
	Cursor   geo.Cursor // of the latest snapshot it is known to show
	Revision uint64
	Built    time.Time // to the second, as HTTP tells it

	// Districts of that snapshot, each with the day its lights were judged at.
	Districts []snapshot.District
}

// place is where an archive of one name is kept.
type place struct {
	volume *volume       // nil: none yet
	making chan struct{} // closed when the making ends; nil: none goes on
	begun  time.Time     // of the last making
	of     geo.Cursor    // what the last making was of
	err    error         // how it ended
	asked  time.Time
}

// volume is a file with its readers.
type volume struct {
	Kept
	path    string
	readers int
	gone    bool // from its place: the last reader removes it
}

// NewKeeper makes a keeper with a directory of its own, and removes what
// processes left behind that have ended without Close.
func NewKeeper(o KeeperOptions) (*Keeper, error) {
	if o.Dir == "" {
		o.Dir = filepath.Join(os.TempDir(), "yiping-archives")
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 4 << 30
	}
	if o.Every <= 0 {
		o.Every = 3 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	dir, err := ownDir(o.Dir)
	if err != nil {
		return nil, &geo.Error{Code: geo.Invalid, Field: "archive-dir", Message: "cannot keep tile archives in " + o.Dir, Err: err, Mend: "name a directory that this program may write to"}
	}
	k := &Keeper{options: o, dir: dir, turn: make(chan struct{}, 1), places: map[string]*place{}}
	k.closing, k.close = context.WithCancel(context.Background())
	return k, nil
}

// Close ends what is being made and removes all files.
func (k *Keeper) Close() error {
	k.close()
	k.making.Wait()
	return os.RemoveAll(k.dir)
}

// Kept tells of the archive of a name, if there is one.
func (k *Keeper) Kept(name string) (Kept, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p := k.places[name]; p != nil && p.volume != nil {
		return p.volume.Kept, true
	}
	return Kept{}, false
}

// Reader reads one archive, whatever takes its place meanwhile. Close it.
type Reader struct {
	*os.File
	Kept
	close func()
}

// Close lets go of the file.
func (r *Reader) Close() error {
	err := r.File.Close()
	r.close()
	return err
}

// Open opens the archive of a name, which always stands for the same layers,
// zooms and bounds. If there is none it is made first, and Open waits. If there
// is one of another snapshot it is opened, and made anew beside that unless this
// was done a short while ago.
//
// Errors: those of Write, geo.Unavailable for an archive above the bound, and
// that of ctx when waiting ends with it; the making goes on then.
func (k *Keeper) Open(ctx context.Context, name string, s *snapshot.Snapshot, p Pyramid) (*Reader, error) {
	for {
		k.mu.Lock()
		at := k.find(name)
		k.renew(at, name, s, p)
		making, v, err := at.making, at.volume, at.err
		if v != nil {
			v.readers++
		}
		k.mu.Unlock()
		switch {
		case v != nil:
			return k.read(v)
		case making == nil:
			return nil, err
		}
		select {
		case <-making:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// find gives the place of a name, making one if there is none. The lock is held.
func (k *Keeper) find(name string) *place {
	at := k.places[name]
	if at == nil {
		at = &place{}
		k.places[name] = at
	}
	at.asked = k.options.Now()
	return at
}

// renew begins to make an archive if that is due. The lock is held.
func (k *Keeper) renew(at *place, name string, s *snapshot.Snapshot, p Pyramid) {
	now := k.options.Now()
	due := at.volume == nil && at.err == nil
	if now.Sub(at.begun) >= k.options.Every {
		due = due || at.err != nil || at.of != s.Cursor()
	}
	switch {
	case at.making != nil || !due:
		return
	case k.closing.Err() != nil:
		at.err = &geo.Error{Code: geo.Unavailable, Message: "the service is stopping"}
		return
	}
	at.making, at.begun, at.of = make(chan struct{}), now, s.Cursor()
	k.made++
	path := filepath.Join(k.dir, strconv.Itoa(k.made)+".pmtiles")
	k.making.Go(func() {
		v, err := k.make(path, s, p)
		if err != nil && k.closing.Err() == nil {
			k.options.Logger.Warn("a tile archive could not be made", "archive", name, "error", err)
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.put(at, v, err)
		close(at.making)
		at.making = nil
	})
}

// make writes a file when its turn has come.
func (k *Keeper) make(path string, s *snapshot.Snapshot, p Pyramid) (*volume, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-k.closing.Done():
		return nil, k.closing.Err()
	}
	begun := k.options.Now()
	p.MaxBytes = k.options.MaxBytes
	res, err := Write(k.closing, path, PMTiles, s, p)
	if err != nil {
		return nil, err
	}
	tag, err := hashOf(path)
	if err != nil {
		return nil, err
	}
	k.options.Logger.Info("a tile archive was made", "file", path, "bytes", res.Bytes, "tiles", res.Tiles, "took", k.options.Now().Sub(begun))
	built := k.options.Now().UTC().Truncate(time.Second)
	kept := Kept{Result: res, Tag: tag, Cursor: s.Cursor(), Revision: s.Revision(), Built: built, Districts: s.Districts()}
	return &volume{Kept: kept, path: path}, nil
}

// put gives a file its place, unless one of the same bytes has it. The lock is
// held.
func (k *Keeper) put(at *place, v *volume, err error) {
	at.err = err
	if v == nil {
		return
	}
	if old := at.volume; old != nil && old.Tag == v.Tag {
		old.Cursor, old.Revision, old.Districts = v.Cursor, v.Revision, v.Districts
		k.discard(v)
		return
	}
	k.discard(at.volume)
	at.volume = v
	k.bound(at)
}

// bound lets go of archives until the others fit, never of the one just made.
// The lock is held.
func (k *Keeper) bound(latest *place) {
	for {
		var sum int64
		var oldest *place
		for _, p := range k.places {
			if p.volume == nil {
				continue
			}
			sum += p.volume.Bytes
			if p != latest && (oldest == nil || p.asked.Before(oldest.asked)) {
				oldest = p
			}
		}
		if sum <= k.options.MaxBytes || oldest == nil {
			return
		}
		k.discard(oldest.volume)
		oldest.volume = nil
	}
}

// discard removes a file, at once or when its last reader has gone. The lock is
// held.
func (k *Keeper) discard(v *volume) {
	if v == nil {
		return
	}
	v.gone = true
	if v.readers > 0 {
		return
	}
	if err := os.Remove(v.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		k.options.Logger.Warn("a tile archive could not be removed", "file", v.path, "error", err)
	}
}

// read opens the file of a volume that counts the reader already.
func (k *Keeper) read(v *volume) (*Reader, error) {
	k.mu.Lock()
	kept := v.Kept
	k.mu.Unlock()
	leave := sync.OnceFunc(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if v.readers--; v.gone {
			k.discard(v)
		}
	})
	f, err := os.Open(v.path)
	if err != nil {
		leave()
		return nil, geo.Wrap(geo.Unavailable, err, "cannot read the archive")
	}
	return &Reader{File: f, Kept: kept, close: leave}, nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", geo.Wrap(geo.Unavailable, err, "cannot read the archive")
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", geo.Wrap(geo.Unavailable, err, "cannot read the archive")
	}
	return `"` + hex.EncodeToString(h.Sum(nil)[:16]) + `"`, nil
}
