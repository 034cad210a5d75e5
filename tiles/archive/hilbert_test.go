package archive_test

import (
	"math/rand/v2"
	"testing"

	"yiping/tiles"
	"yiping/tiles/archive"
)

func TestNumbersOfTiles(t *testing.T) {
	for n, id := range map[uint64]tiles.ID{
		0: {}, 1: {Z: 1}, 2: {Z: 1, Y: 1}, 3: {Z: 1, X: 1, Y: 1}, 4: {Z: 1, X: 1}, 5: {Z: 2},
		20:       {Z: 2, X: 3},
		19078479: {Z: 12, X: 3423, Y: 1763},
	} {
		if got := archive.Number(id); got != n {
			t.Errorf("%v has number %d, want %d", id, got, n)
		}
	}
	if id, ok := archive.Numbered(1<<63 - 1); ok {
		t.Errorf("a number beyond the deepest zoom is %v", id)
	}
}

func TestNumbersRoundTripAndFollowTheCurve(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range 20_000 {
		z := uint8(rnd.IntN(tiles.MaxZoom + 1))
		id := tiles.ID{Z: z, X: rnd.Uint32N(1 << z), Y: rnd.Uint32N(1 << z)}
		n := archive.Number(id)
		if back, ok := archive.Numbered(n); !ok || back != id {
			t.Fatalf("%v has number %d, which is %v", id, n, back)
		}
		next, ok := archive.Numbered(n + 1)
		switch dx, dy := int64(next.X)-int64(id.X), int64(next.Y)-int64(id.Y); {
		case !ok && z < tiles.MaxZoom:
			t.Fatalf("nothing follows %v", id)
		case ok && next.Z == z && dx*dx+dy*dy != 1:
			t.Fatalf("%v follows %v", next, id)
		case ok && next.Z != z && (next.Z != z+1 || next.X != 0 || next.Y != 0 || id.X != 1<<z-1 || id.Y != 0):
			t.Fatalf("%v follows %v", next, id)
		}
	}
}
