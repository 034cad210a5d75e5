package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles/tiletest"
)

// dies names the variables of a process that writes an archive and kills itself
// after so many tiles.
const (
	diesAfter = "YIPING_TEST_DIES_AFTER"
	diesFile  = "YIPING_TEST_DIES_FILE"
)

var drawn = Pyramid{Layers: []geo.LayerID{city.Project, city.Street, city.Block}, MinZoom: 6, MaxZoom: 18}

func TestMain(m *testing.M) {
	if after, err := strconv.ParseUint(os.Getenv(diesAfter), 10, 64); err == nil {
		os.Exit(die(after, os.Getenv(diesFile)))
	}
	os.Exit(m.Run())
}

// die writes until so many tiles are done, then the process is gone as by kill -9.
func die(after uint64, path string) int {
	blockEvery = 20 * time.Millisecond
	s, err := snapshot.Load(context.Background(), &tiletest.Source{Decls: city.Layers(), Records: tiletest.City(300)})
	if err != nil {
		return 3
	}
	p := drawn
	p.Resumable = true
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return 3
	}
	p.Progress = func(at Progress) {
		if at.Done >= after {
			_ = self.Kill()
			select {}
		}
	}
	if _, err := Write(context.Background(), path, format(path), s, p); err != nil {
		fmt.Println(err)
		return 4
	}
	return 0
}

func format(path string) Format { return Format(strings.TrimPrefix(filepath.Ext(path), ".")) }

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// uninterrupted gives the bytes of the archive as written at one go, and how
// many tiles are looked at.
func uninterrupted(t *testing.T, s *snapshot.Snapshot, f Format) ([]byte, uint64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a."+string(f))
	var last Progress
	p := drawn
	p.Progress = func(at Progress) { last = at }
	if _, err := Write(t.Context(), path, f, s, p); err != nil {
		t.Fatal(err)
	}
	return read(t, path), last.Total
}

func TestKilledWritingsEndInTheSameBytes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := tiletest.Snapshot(t, tiletest.City(300))
	for _, f := range []Format{PMTiles, MBTiles} {
		t.Run(string(f), func(t *testing.T) {
			want, total := uninterrupted(t, s, f)
			path := filepath.Join(t.TempDir(), "a."+string(f))
			after, resumed := uint64(0), uint64(0)
			for kills := 0; ; kills++ {
				after += 1 + rnd.Uint64N(total/4)
				cmd := exec.CommandContext(t.Context(), os.Args[0])
				cmd.Env = append(os.Environ(), diesAfter+"="+strconv.FormatUint(after, 10), diesFile+"="+path)
				out, err := cmd.CombinedOutput()
				if _, e := os.Stat(path); after <= total && (err == nil || e == nil) || cmd.ProcessState.ExitCode() > 0 {
					t.Fatalf("killed after %d tiles of %d: %v, %v: %s", after, total, err, e, out)
				}
				if after > total {
					break
				}
				if rnd.IntN(2) == 0 { // a write that was torn
					tear(t, path+journalSuffix, rnd)
				}
				p := drawn
				ctx, cancel := context.WithCancel(t.Context())
				p.Resumable, p.Begun = true, func(b Begun) { resumed = max(resumed, b.Resumed); cancel() }
				if _, err := Write(ctx, path, f, s, p); !errors.Is(err, context.Canceled) {
					t.Fatalf("looking at what is left: %v", err)
				}
			}
			if resumed == 0 {
				t.Error("nothing was ever taken up")
			}
			if got := read(t, path); !bytes.Equal(got, want) {
				t.Errorf("%d bytes, uninterrupted %d, differ", len(got), len(want))
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// tear cuts some bytes off a file, or spoils the last.
func tear(t *testing.T, path string, rnd *rand.Rand) {
	t.Helper()
	b := read(t, path)
	if rnd.IntN(2) == 0 {
		b[len(b)-1] ^= 0x40
	}
	b = b[:max(len(b)-rnd.IntN(40), journalHead)]
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// breakOff writes until some tiles are drawn.
func breakOff(t *testing.T, path string, s *snapshot.Snapshot, p Pyramid) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.Resumable = true
	p.Progress = func(at Progress) {
		if at.Done > 200 {
			cancel()
		}
	}
	if _, err := Write(ctx, path, PMTiles, s, p); !errors.Is(err, context.Canceled) {
		t.Fatalf("broken off: %v", err)
	}
}

func TestGoingOnTakesTheSameTiles(t *testing.T) {
	base := tiletest.Snapshot(t, tiletest.City(300))
	renamed, _, err := base.Apply(geo.Changes{Cursor: "1", Records: []geo.Record{
		tiletest.One(city.Project, 900_001, tiletest.Centre, geo.Properties{"name": "新"})}})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, _, err := base.Apply(geo.Changes{Cursor: "2", Records: []geo.Record{
		tiletest.One(city.District, 900_002, orb.MultiPolygon{{{{1, 1}, {2, 1}, {2, 2}, {1, 1}}}}, geo.Properties{"name": "远"})}})
	if err != nil {
		t.Fatal(err)
	}
	deeper := drawn
	deeper.MaxZoom++
	cut := drawn
	cut.Bound = orb.Bound{Min: orb.Point{121, 31}, Max: orb.Point{121.5, 31.4}}
	for outcome, c := range map[string]struct {
		s         *snapshot.Snapshot
		p         Pyramid
		discarded bool
	}{
		"the same":                            {base, drawn, false},
		"another cursor, in another layer":    {elsewhere, drawn, false},
		"a feature more":                      {renamed, drawn, true},
		"another zoom":                        {base, deeper, true},
		"other bounds":                        {base, cut, true},
		"loaded anew, in an order of its own": {tiletest.Snapshot(t, reversed(tiletest.City(300))), drawn, false},
	} {
		t.Run(outcome, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.pmtiles")
			breakOff(t, path, base, drawn)
			var got Begun
			p := c.p
			p.Resumable, p.Begun = true, func(b Begun) { got = b }
			if _, err := Write(t.Context(), path, PMTiles, c.s, p); err != nil {
				t.Fatal(err)
			}
			if got.Discarded != c.discarded || (got.Resumed > 0) == c.discarded {
				t.Errorf("%+v", got)
			}
			whole := filepath.Join(t.TempDir(), "b.pmtiles")
			if _, err := Write(t.Context(), whole, PMTiles, c.s, c.p); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(read(t, path), read(t, whole)) {
				t.Error("the bytes differ from those written at one go")
			}
		})
	}
}

func reversed(records []geo.Record) []geo.Record {
	out := make([]geo.Record, len(records))
	for i, r := range records {
		out[len(out)-1-i] = r
	}
	return out
}

func TestOneWritesAtATime(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(300))
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	breakOff(t, path, s, drawn)
	head := read(t, path+journalSuffix)
	other := uint64(os.Getppid())
	for i := range 8 {
		head[journalHead-8+i] = byte(other >> (8 * i))
	}
	if err := os.WriteFile(path+journalSuffix, head, 0o600); err != nil {
		t.Fatal(err)
	}
	p := drawn
	p.Resumable = true
	if _, err := Write(t.Context(), path, PMTiles, s, p); geo.CodeOf(err) != geo.Conflict {
		t.Errorf("beside a process that writes it: %v", err)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add([]byte{}, uint16(0))
	f.Add([]byte{1, 0, 0, 0}, uint16(9))
	f.Fuzz(func(t *testing.T, blocks []byte, data uint16) {
		dir := t.TempDir()
		open := func(name string, size int64) *os.File {
			file, err := os.Create(filepath.Join(dir, name))
			if err == nil {
				err = file.Truncate(size)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = file.Close() })
			return file
		}
		j := &journal{file: open("log", 0)}
		if err := j.begin(identity{}); err != nil {
			t.Fatal(err)
		}
		if _, err := j.file.Write(blocks); err != nil {
			t.Fatal(err)
		}
		s := newSpool(open("data", reserve+int64(data)))
		if err := j.restore(s); err != nil || s.size > uint64(data) {
			t.Errorf("%d bytes of %d: %v", s.size, data, err)
		}
	})
}
