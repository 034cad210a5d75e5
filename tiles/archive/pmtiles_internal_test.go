package archive

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"yiping/tiles"
)

// TestHeader compares a header with one written out by hand from the table of
// the specification.
func TestHeader(t *testing.T) {
	p := &spool{size: 0x1000, tiles: 9, entries: make([]entry, 7), known: map[digest]span{{1}: {}, {2}: {}}}
	a := about{
		Result:     Result{MinZoom: 3, MaxZoom: 14},
		bound:      [4]int32{-1, 2, 0x01020304, 5},
		centre:     [2]int32{6, -2},
		centreZoom: 10,
	}
	want := strings.Join([]string{
		"504d54696c6573", "03", // PMTiles, 3
		"7f00000000000000", "2000000000000000", // root
		"0050000000000000", "1000000000000000", // metadata
		"1050000000000000", "0100000000000000", // leaves
		"0040000000000000", "0010000000000000", // tile data
		"0900000000000000", "0700000000000000", "0200000000000000", // tiles, entries, contents
		"01", "02", "02", "01", "03", "0e", // clustered, gzip, gzip, MVT, zooms
		"ffffffff", "02000000", "04030201", "05000000", // bounds
		"0a", "06000000", "feffffff", // centre
	}, "")
	if got := hex.EncodeToString(p.header(a, 0x20, 0x10, 1)); got != want {
		t.Errorf("header\n%s, want\n%s", got, want)
	}
}

func TestRootStaysSmall(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 1))
	z := &zipper{}
	for outcome, c := range map[string]struct{ entries, size, leaves int }{
		"one entry needs no leaf":            {1, 16, 0},
		"what fits needs no leaf":            {2000, 16, 0},
		"leaves of the size asked for":       {30_000, 1024, 30},
		"leaves grow until the root is full": {128_000, 16, 4000},
	} {
		t.Run(outcome, func(t *testing.T) {
			entries := make([]entry, c.entries)
			id, at := uint64(0), uint64(0)
			for i := range entries {
				length := 1 + rnd.Uint32N(100_000)
				entries[i] = entry{id, at, length, 1}
				id += 1 + rnd.Uint64N(1000)
				at += uint64(length)
			}
			root, leaves, err := z.directories(entries, c.size)
			if err != nil || headerSize+len(root) >= 16<<10 {
				t.Errorf("a root of %d bytes, error %v", len(root), err)
			}
			if n := bytes.Count(leaves, []byte{0x1f, 0x8b, 8}); n > c.leaves+c.leaves/100 || n < c.leaves/2 {
				t.Errorf("%d leaves, want up to %d", n, c.leaves)
			}
		})
	}
}

func TestATileHoldsThoseNumberedUnderIt(t *testing.T) {
	for z := uint8(1); z <= 7; z++ {
		for n := range uint64(1) << (2 * z) {
			id := curve(z, n)
			if above := curve(z-1, n/4); above != (tiles.ID{Z: z - 1, X: id.X / 2, Y: id.Y / 2}) {
				t.Fatalf("%v is numbered under %v", id, above)
			}
		}
	}
}
