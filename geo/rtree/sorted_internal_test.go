package rtree

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortedIsSorted(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 255, 256, 257, 10_000} {
		for _, most := range []uint32{1, 1 << 9, 1<<32 - 1} { // many equals, few, hardly any
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = uint64(r.Uint32N(most))<<32 | uint64(i)
			}
			want := slices.Sorted(slices.Values(keys))
			if !slices.Equal(sorted(keys), want) {
				t.Fatalf("%d keys up to %d are not in order", n, most)
			}
		}
	}
}
