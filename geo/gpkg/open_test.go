package gpkg_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/gpkg"
)

func TestFilesThatAreNotOursAreRefused(t *testing.T) {
	sqlite := func(stmts string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := outside(path, stmts); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		make func(*testing.T, string)
		code geo.Code
		says string
	}{
		"text": {func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("name,lon,lat\n", 100)), 0o644); err != nil {
				t.Fatal(err)
			}
		}, geo.Invalid, "not a GeoPackage"},
		"another SQLite database": {sqlite(`CREATE TABLE x (a)`), geo.Invalid, "not a GeoPackage"},
		"another GeoPackage":      {sqlite(`CREATE TABLE gpkg_contents (a); PRAGMA application_id = 0x47504B47`), geo.Invalid, "yiping import"},
		"a newer version": {func(t *testing.T, path string) {
			if err := open(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			sqlite(`UPDATE yiping_meta SET value = '99' WHERE name = 'schema'`)(t, path)
		}, geo.Unsupported, "newer version"},
		"a directory": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}, geo.Invalid, "not a file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.gpkg")
			c.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := gpkg.Open(context.Background(), path, gpkg.Options{})
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			var e *geo.Error
			if !errors.As(err, &e) || e.Code != c.code || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestAStoreThatMustExistIsNotMade(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.gpkg")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{filepath.Join(dir, "new", "x.gpkg"): "there is no file", empty: "the file is empty"} {
		s, err := gpkg.Open(context.Background(), path, gpkg.Options{MustExist: true})
		if err == nil {
			t.Fatal("opened", s.Close())
		}
		if geo.CodeOf(err) != geo.NotFound || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v", err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	if fi, err := os.Stat(empty); err != nil || fi.Size() > 0 {
		t.Errorf("the empty file: %v, %v", fi, err)
	}
	path := filepath.Join(dir, "x.gpkg")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	s, err := gpkg.Open(context.Background(), path, gpkg.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestStoreIsMadeWithItsDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "100% 一屏 #1?.gpkg")
	s := open(t, path)
	apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")})
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lookup(context.Background(), "road", nil); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("after close: %v", err)
	}
	if f := follow(t, open(t, path)); len(f.roads) != 1 {
		t.Errorf("after reopening: %v", f.codes())
	}
}

func TestLogIsTurnedOnAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.gpkg")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := outside(path, `PRAGMA journal_mode = DELETE`); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if got := column(t, path, `PRAGMA journal_mode`); got[0] != "wal" {
		t.Errorf("journal mode %s", got[0])
	}
	if err := outside(path, `PRAGMA journal_mode = DELETE`); err == nil {
		t.Error("the log was turned off under an open store")
	}
	if faults, err := s.Check(context.Background()); err != nil || len(faults) > 0 {
		t.Errorf("check: %v, %v", faults, err)
	}
}

// shell is a sqlite3 program that holds a transaction open.
func shell(t *testing.T, path, stmts string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sqlite3", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have been killed by the test
		_ = cmd.Wait()
	})
	if _, err := fmt.Fprintln(in, stmts, "; SELECT 'ready';"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("sqlite3 said %q, %v", line, err)
	}
	return cmd
}

func TestProgramKilledInATransactionLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.gpkg")
	s := open(t, path)
	apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}, geo.Edit{Op: geo.Create, Feature: lane("a")})
	f := follow(t, s)
	cmd := shell(t, path, `BEGIN IMMEDIATE; UPDATE road SET name = 'half done'`)

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Apply(ctx, geo.Batch{Actor: "x", Edits: []geo.Edit{{Op: geo.Create, Feature: lane("b")}}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("writing while another program writes: %v", err)
	}
	if g := follow(t, s); g.byCode("a").Feature.Properties["name"] != "路 a" {
		t.Error("a reader saw an open transaction")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("b")})
	f.until(t, "b is there", func() bool { return len(f.roads) == 2 })
	if f.byCode("a").Feature.Version != 1 {
		t.Errorf("followed %+v", f.byCode("a").Feature)
	}
}

func TestReadersDoNotBlockWriters(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "x.gpkg"))
	apply(t, s, append([]geo.Edit{{Op: geo.Declare, Layer: road()}}, bulk(500)...)...)
	n := 0
	err := s.Load(context.Background(), func(geo.Head) error { return nil }, func(geo.Record) error {
		if n++; n%100 == 0 {
			apply(t, s, geo.Edit{Op: geo.Create, Feature: lane(fmt.Sprint("late ", n))})
		}
		return nil
	})
	if err != nil || n != 500 {
		t.Errorf("%d records, %v", n, err)
	}
	if f := follow(t, s); len(f.roads) != 505 {
		t.Errorf("%d features after it", len(f.roads))
	}
}

func TestCursorOfAPrunedFeedAsksForReload(t *testing.T) {
	s, err := gpkg.Open(context.Background(), filepath.Join(t.TempDir(), "x.gpkg"), gpkg.Options{FeedRows: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	old := apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()}).Cursor
	apply(t, s, bulk(300)...)
	f := follow(t, s)
	if _, err := s.Since(context.Background(), old); geo.CodeOf(err) != geo.Reload {
		t.Errorf("since: %v, want reload", err)
	}
	apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("a")})
	f.until(t, "a is there", func() bool { return len(f.roads) == 301 })
}

func TestCursorFromBeforeARestoreAsksForReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.gpkg")
	s := open(t, path)
	apply(t, s, geo.Edit{Op: geo.Declare, Layer: road()})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	lost := apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("lost")}).Cursor
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, saved, 0o644); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	if _, err := s.Since(context.Background(), lost); geo.CodeOf(err) != geo.Reload {
		t.Errorf("just restored: %v, want reload", err)
	}
	apply(t, s, geo.Edit{Op: geo.Create, Feature: lane("other")})
	if _, err := s.Since(context.Background(), lost); geo.CodeOf(err) != geo.Reload {
		t.Errorf("restored and written to as often: %v, want reload", err)
	}
}
