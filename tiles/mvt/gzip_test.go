package mvt_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	kgzip "github.com/klauspost/compress/gzip"

	"yiping/tiles/mvt"
)

// city encodes layers of so many wandering lines with a code, a name and a kind.
func city(rng *rand.Rand, features ...int) []byte {
	var e mvt.Encoder
	for n, count := range features {
		e.Begin(fmt.Sprint("layer", n))
		e.Beside("_label")
		code, name, kind := e.Key("code"), e.Key("name"), e.Key("kind")
		for i := range count {
			e.Feature(uint64(rng.IntN(300_000)))
			at, line := mvt.XY{X: rng.Int32N(mvt.Extent), Y: rng.Int32N(mvt.Extent)}, []mvt.XY(nil)
			for range 2 + rng.IntN(29) {
				line = append(line, at)
				at.X, at.Y = at.X+rng.Int32N(500)-250, at.Y+rng.Int32N(500)-250
			}
			e.Line(line)
			e.String(code, fmt.Sprintf("S%07d", rng.IntN(300_000)))
			e.String(name, fmt.Sprintf("%s路%d弄", []string{"人民", "中山", "延安"}[i%3], rng.IntN(900)))
			e.String(kind, []string{"主干路", "支路"}[i%2])
			e.Mark(line[0])
			e.Close()
		}
	}
	return bytes.Clone(e.Bytes())
}

// unzip gives what any reader of gzip makes of it.
func unzip(t *testing.T, coded []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(coded))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r) // checks length and sum
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestGzipOfATileIsTheTile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var z mvt.Zipper
	for _, features := range [][]int{{}, {1}, {0, 3, 0}, {60}, {2000}, {2, 800, 1, 800}, {300, 300, 300}, {5000, 1}, {40, 40, 9000}} {
		tile := city(rng, features...)
		coded, err := z.Gzip(tile)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unzip(t, coded), tile) {
			t.Fatalf("%v: another tile comes out", features)
		}
		var fresh mvt.Zipper // what was coded before leaves no trace
		if again, err := fresh.Gzip(tile); err != nil || !bytes.Equal(again, coded) {
			t.Fatalf("%v: coded otherwise by a fresh Zipper (%v)", features, err)
		}
	}
}

// Parts of their own are there for speed; they must not make tiles larger.
func TestGzipInPartsIsNoLarger(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var z mvt.Zipper
	for _, features := range [][]int{{60}, {300}, {700}, {2000}, {500, 500, 500, 500}} {
		tile := city(rng, features...)
		coded, err := z.Gzip(tile)
		if err != nil {
			t.Fatal(err)
		}
		var whole bytes.Buffer
		w, _ := kgzip.NewWriterLevel(&whole, 2)
		_, _ = w.Write(tile)
		_ = w.Close()
		t.Logf("%v: %d bytes, in parts %d, in one piece %d", features, len(tile), len(coded), whole.Len())
		if len(coded) > whole.Len()*103/100 {
			t.Errorf("%v: %d bytes in parts, %d in one piece", features, len(coded), whole.Len())
		}
	}
}

func TestGzipAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	large, small := city(rng, 900, 900), city(rng, 20)
	var z mvt.Zipper
	if n := testing.AllocsPerRun(10, func() {
		for _, tile := range [][]byte{large, small} {
			if _, err := z.Gzip(tile); err != nil {
				t.Fatal(err)
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkGzip(b *testing.B) {
	tile := city(rand.New(rand.NewPCG(7, 8)), 100, 700, 100)
	var z mvt.Zipper
	size := 0
	b.SetBytes(int64(len(tile)))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		coded, err := z.Gzip(tile)
		if err != nil {
			b.Fatal(err)
		}
		size = len(coded)
	}
	b.ReportMetric(float64(size), "coded-B")
}
