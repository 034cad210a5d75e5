package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles/archive"
	"yiping/tiles/tiletest"
)

// cabinet is a keeper whose clock the test turns.
type cabinet struct {
	*archive.Keeper
	t   *testing.T
	dir string
	mu  sync.Mutex
	now time.Time
}

func newCabinet(t *testing.T, o archive.KeeperOptions) *cabinet {
	t.Helper()
	c := &cabinet{t: t, dir: t.TempDir(), now: time.Date(2022, 12, 31, 8, 0, 0, 5, time.UTC)}
	o.Dir, o.Every, o.Now = c.dir, time.Minute, func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.now
	}
	var err error
	if c.Keeper, err = archive.NewKeeper(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (c *cabinet) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var streets = archive.Pyramid{Layers: []geo.LayerID{city.Street, city.Project}, MinZoom: 10, MaxZoom: 13}

func (c *cabinet) open(name string, s *snapshot.Snapshot) *archive.Reader {
	c.t.Helper()
	r, err := c.Open(c.t.Context(), name, s, streets)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// renewed opens the archive until it is of the snapshot.
func (c *cabinet) renewed(name string, s *snapshot.Snapshot) *archive.Reader {
	c.t.Helper()
	for {
		r := c.open(name, s)
		if r.Cursor == s.Cursor() {
			return r
		}
		c.shut(r)
		if c.t.Context().Err() != nil {
			c.t.Fatal("never renewed")
		}
	}
}

func (c *cabinet) shut(r *archive.Reader) {
	c.t.Helper()
	if err := r.Close(); err != nil {
		c.t.Error(err)
	}
}

func (c *cabinet) files() []string {
	c.t.Helper()
	names, err := filepath.Glob(filepath.Join(c.dir, "*", "*"))
	if err != nil {
		c.t.Fatal(err)
	}
	return names
}

func contents(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// later is the snapshot after one more street.
func later(t *testing.T, s *snapshot.Snapshot, cursor geo.Cursor, id geo.ID) *snapshot.Snapshot {
	t.Helper()
	r := tiletest.One(city.Project, id, tiletest.Centre, geo.Properties{"name": fmt.Sprint("新", id)})
	n, _, err := s.Apply(geo.Changes{Cursor: cursor, Records: []geo.Record{r}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnArchiveStaysWholeWhileAnotherTakesItsPlace(t *testing.T) {
	c := newCabinet(t, archive.KeeperOptions{})
	first := tiletest.Snapshot(t, tiletest.City(200))
	next := later(t, first, "1", 900_001)
	old := c.open("a", first)
	half := make([]byte, old.Bytes/2)
	if _, err := io.ReadFull(old, half); err != nil {
		t.Fatal(err)
	}
	if soon := c.open("a", next); soon.Tag != old.Tag || soon.Cursor != first.Cursor() {
		t.Errorf("made anew within a minute: %s of %s", soon.Tag, soon.Cursor)
	} else {
		c.shut(soon)
	}
	c.wait(time.Minute)
	fresh := c.renewed("a", next)
	if fresh.Tag == old.Tag || fresh.Built.Equal(old.Built) {
		t.Errorf("%s built %v is of another snapshot than %s built %v", fresh.Tag, fresh.Built, old.Tag, old.Built)
	}
	if k, ok := c.Kept("a"); !ok || k.Tag != fresh.Tag {
		t.Errorf("kept is %+v", k)
	}
	for r, s := range map[*archive.Reader]*snapshot.Snapshot{old: first, fresh: next} {
		path := filepath.Join(t.TempDir(), "want.pmtiles")
		if _, err := archive.Write(t.Context(), path, archive.PMTiles, s, streets); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := contents(t, r)
		if r == old {
			got = append(half, got...)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %s, want %d", len(got), r.Cursor, len(want))
		}
	}
	if n := len(c.files()); n != 2 {
		t.Errorf("%d files while two are read", n)
	}
	c.shut(old)
	c.shut(fresh)
	if n := len(c.files()); n != 1 {
		t.Errorf("%d files, the old one was read to its end", n)
	}
}

func TestTheSameBytesKeepTheirTag(t *testing.T) {
	c := newCabinet(t, archive.KeeperOptions{})
	s := tiletest.Snapshot(t, tiletest.City(50))
	same, _, err := s.Apply(geo.Changes{Cursor: "elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	was := c.open("a", s)
	c.shut(was)
	c.wait(2 * time.Minute)
	is := c.renewed("a", same)
	c.shut(is)
	if is.Tag != was.Tag || !is.Built.Equal(was.Built) {
		t.Errorf("%s built %v, was %s built %v", is.Tag, is.Built, was.Tag, was.Built)
	}
	if n := len(c.files()); n != 1 {
		t.Errorf("%d files", n)
	}
}

func TestManyWhoAskAtOnceGetOneMaking(t *testing.T) {
	c := newCabinet(t, archive.KeeperOptions{})
	s := tiletest.Snapshot(t, tiletest.City(100))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			r, err := c.Open(t.Context(), "a", s, streets)
			if err != nil {
				t.Error(err)
				return
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if files := c.files(); len(files) != 1 || filepath.Base(files[0]) != "1.pmtiles" {
		t.Errorf("files %q", files)
	}
}

func TestTheDiskIsBounded(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(200))
	probe := newCabinet(t, archive.KeeperOptions{})
	one := probe.open("a", s)
	probe.shut(one)
	c := newCabinet(t, archive.KeeperOptions{MaxBytes: one.Bytes * 5 / 2})
	for i, name := range []string{"a", "b", "a", "c"} {
		c.wait(time.Duration(i) * time.Second)
		c.shut(c.open(name, s))
	}
	for name, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if _, ok := c.Kept(name); ok != want {
			t.Errorf("%s is kept: %v", name, ok)
		}
	}
	if n := len(c.files()); n != 2 {
		t.Errorf("%d files", n)
	}
	small := newCabinet(t, archive.KeeperOptions{MaxBytes: one.Bytes / 2})
	if _, err := small.Open(t.Context(), "a", s, streets); geo.CodeOf(err) != geo.Unavailable || len(small.files()) > 0 {
		t.Errorf("%v, files %q", err, small.files())
	}
}

func TestWhatCannotBeMadeIsTold(t *testing.T) {
	c := newCabinet(t, archive.KeeperOptions{})
	empty := tiletest.Snapshot(t, nil)
	if _, err := c.Open(t.Context(), "a", empty, streets); geo.CodeOf(err) != geo.NotFound {
		t.Errorf("error %v", err)
	}
	c.wait(time.Minute)
	full := later(t, empty, "1", 1)
	r, err := c.Open(t.Context(), "a", full, streets)
	if err != nil {
		t.Fatal(err)
	}
	c.shut(r)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Open(ended, "b", tiletest.Snapshot(t, tiletest.City(200)), streets); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open(t.Context(), "c", full, streets); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("error after Close: %v", err)
	}
	if left, err := os.ReadDir(c.dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWhatDeadProcessesLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	living, err := archive.NewKeeper(archive.KeeperOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer living.Close()
	mine := os.Getpid()
	kept := map[string]bool{
		strconv.Itoa(mine) + ".archives-123":       false, // of a process before us with our id
		"4194305.archives-1":                       false, // above all ids
		strconv.Itoa(os.Getppid()) + ".archives-1": true,
		"precious": true,
		strconv.Itoa(os.Getppid()) + "0x.archives-77": true,
	}
	for name := range kept {
		if err := os.MkdirAll(filepath.Join(dir, name, "1.pmtiles"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	second, err := archive.NewKeeper(archive.KeeperOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	for name, want := range kept {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 5 { // three kept, two keepers'
		t.Errorf("%v, %v", left, err)
	}
}
