package rtree_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"yiping/geo/rtree"
)

func randomBoxes(r *rand.Rand, n int) []rtree.Box {
	boxes := make([]rtree.Box, n)
	for i := range boxes {
		x, y := r.Uint32N(1<<20), r.Uint32N(1<<20)
		boxes[i] = rtree.Box{MinX: x, MinY: y, MaxX: x + r.Uint32N(1<<12), MaxY: y + r.Uint32N(1<<12)}
		switch r.IntN(40) {
		case 0:
			boxes[i] = rtree.Box{MinX: 5, MinY: 5, MaxX: 4, MaxY: 4}
		case 1:
			boxes[i] = rtree.Box{MinX: 0, MinY: 0, MaxX: math.MaxUint32, MaxY: math.MaxUint32}
		case 2:
			boxes[i] = rtree.Box{MinX: math.MaxUint32, MinY: math.MaxUint32, MaxX: math.MaxUint32, MaxY: math.MaxUint32}
		}
	}
	return boxes
}

func search(t *rtree.Tree, q rtree.Box) []uint32 {
	var got []uint32
	t.Search(q, func(i uint32) bool { got = append(got, i); return true })
	slices.Sort(got)
	return got
}

func TestSearchFindsWhatBruteForceFinds(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 15, 16, 17, 255, 256, 257, 5000} {
		boxes := randomBoxes(r, n)
		tree := rtree.Build(boxes)
		if tree.Len() != n {
			t.Fatalf("Len is %d of %d", tree.Len(), n)
		}
		queries := append(randomBoxes(r, 200), rtree.Box{MaxX: math.MaxUint32, MaxY: math.MaxUint32})
		for _, q := range queries {
			var want []uint32
			for i, b := range boxes {
				if !b.Empty() && !q.Empty() && b.Intersects(q) {
					want = append(want, uint32(i))
				}
			}
			if got := search(tree, q); !slices.Equal(got, want) {
				t.Fatalf("n %d, query %v: got %d items, want %d", n, q, len(got), len(want))
			}
		}
	}
}

func TestSearchStopsWhenAsked(t *testing.T) {
	tree := rtree.Build(make([]rtree.Box, 1000))
	n := 0
	end := tree.Search(rtree.Box{}, func(uint32) bool { n++; return n < 10 })
	if end || n != 10 {
		t.Errorf("gave %d items, came to the end: %v", n, end)
	}
}

func TestZeroTreeIsEmpty(t *testing.T) {
	var tree rtree.Tree
	if got := search(&tree, rtree.Box{MaxX: 9, MaxY: 9}); got != nil || tree.Len() != 0 {
		t.Errorf("found %v", got)
	}
	tree.Nearest(0, 0, func(uint32, float64) bool { t.Error("found something"); return true })
}

func TestNearestComesInOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	boxes := randomBoxes(r, 3000)
	tree := rtree.Build(boxes)
	x, y := r.Uint32N(1<<20), r.Uint32N(1<<20)
	var want []float64
	for _, b := range boxes {
		if !b.Empty() {
			dx := math.Max(0, math.Max(float64(b.MinX)-float64(x), float64(x)-float64(b.MaxX)))
			dy := math.Max(0, math.Max(float64(b.MinY)-float64(y), float64(y)-float64(b.MaxY)))
			want = append(want, dx*dx+dy*dy)
		}
	}
	slices.Sort(want)
	var got []float64
	seen := map[uint32]bool{}
	tree.Nearest(x, y, func(i uint32, d2 float64) bool {
		seen[i] = true
		got = append(got, d2)
		return true
	})
	if !slices.Equal(got, want) || len(seen) != len(want) {
		t.Errorf("%d distances in order, want %d", len(got), len(want))
	}
}

func TestOrderKeepsNeighboursTogether(t *testing.T) {
	var boxes []rtree.Box
	for y := uint32(0); y < 64; y++ {
		for x := uint32(0); x < 64; x++ {
			boxes = append(boxes, rtree.Box{MinX: x, MinY: y, MaxX: x, MaxY: y})
		}
	}
	order := rtree.Order(boxes)
	for i := 1; i < len(order); i++ {
		a, b := boxes[order[i-1]], boxes[order[i]]
		if step := math.Abs(float64(a.MinX)-float64(b.MinX)) + math.Abs(float64(a.MinY)-float64(b.MinY)); step != 1 {
			t.Fatalf("step %d goes from %v to %v", i, a, b)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	boxes := randomBoxes(rand.New(rand.NewPCG(1, 0)), 100_000)
	for b.Loop() {
		rtree.Build(boxes)
	}
}

func BenchmarkSearch(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	boxes := make([]rtree.Box, 100_000)
	for i := range boxes {
		x, y := r.Uint32N(1<<20), r.Uint32N(1<<20)
		boxes[i] = rtree.Box{MinX: x, MinY: y, MaxX: x + 500, MaxY: y + 500}
	}
	q := rtree.Box{MinX: 1 << 18, MinY: 1 << 18, MaxX: 1<<18 + 1<<16, MaxY: 1<<18 + 1<<16}
	b.Run("tree", func(b *testing.B) {
		tree := rtree.Build(boxes)
		b.ReportAllocs()
		for b.Loop() {
			tree.Search(q, func(uint32) bool { return true })
		}
	})
	b.Run("brute force", func(b *testing.B) {
		n := 0
		for b.Loop() {
			for i := range boxes {
				if boxes[i].Intersects(q) {
					n++
				}
			}
		}
	})
}

// Runs hold what a search finds, and of others none; those of more than one entry lie
// within the box that was given for that.
func TestRunsHoldWhatASearchFinds(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 16, 17, 257, 5000} {
		boxes := slices.DeleteFunc(randomBoxes(r, n), rtree.Box.Empty)
		sorted := make([]rtree.Box, len(boxes))
		for to, from := range rtree.Order(boxes) {
			sorted[to] = boxes[from]
		}
		tree := rtree.BuildSorted(sorted)
		for _, q := range append(randomBoxes(r, 50), rtree.Box{MaxX: 1 << 20, MaxY: 1 << 20}, rtree.Box{MaxX: math.MaxUint32, MaxY: math.MaxUint32}) {
			within := rtree.Box{MinX: q.MinX + r.Uint32N(9), MinY: q.MinY, MaxX: q.MaxX, MaxY: q.MaxY - min(q.MaxY, r.Uint32N(9))}
			var got []uint32
			long := 0
			tree.SearchRuns(q, within, func(from, to uint32) bool {
				for entry := from; entry < to; entry++ {
					got = append(got, entry)
					if b := sorted[entry]; to-from > 1 && (b.MinX < within.MinX || b.MaxX > within.MaxX || b.MinY < within.MinY || b.MaxY > within.MaxY) {
						t.Fatalf("%v does not lie within %v", b, within)
					}
				}
				long = max(long, int(to-from))
				return true
			})
			slices.Sort(got)
			if want := search(tree, q); !slices.Equal(got, want) {
				t.Fatalf("n %d, query %v: %d entries, want %d", n, q, len(got), len(want))
			}
			if whole := len(got) == len(sorted) && len(sorted) > 256 && q.MaxX == math.MaxUint32; whole && long == 1 {
				t.Error("all were given one by one")
			}
		}
	}
}
