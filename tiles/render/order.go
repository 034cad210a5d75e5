package render

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// ranked is an item with its place in the layer: red first, then by where it is,
// then by id. So the order follows from the data alone and is the same in all tiles
// of a zoom; and what is drawn one after another lies close in memory too, where
// rows are in order of place.
type ranked struct {
	item  snapshot.Item
	light geo.Light
	place uint64
}

// placeDepth is how many times a tile is quartered into the squares by which what
// it shows is put in order.
const placeDepth = 6

// placeOf numbers the squares along a Z-curve over the world: the one that holds
// the middle of a box.
func placeOf(b tiles.Box, z uint8) uint64 {
	middle := tiles.XY{X: b.Min.X + (b.Max.X-b.Min.X)/2, Y: b.Min.Y + (b.Max.Y-b.Min.Y)/2}
	return interleave(middle) >> (64 - 2*min(32, int(z)+placeDepth))
}

// sorted puts items in order, and gives a buffer back too. It sorts by the bytes of
// the place, from the last to the first, then by light. Bytes that all have in
// common are passed over: three or four rounds do, where comparing takes eleven for
// each of two thousand.
func sorted(items, spare []ranked) (out, free []ranked) {
	spare = slices.Grow(spare[:0], len(items))[:len(items)]
	common, some := ^uint64(0), uint64(0)
	for i := range items {
		common, some = common&items[i].place, some|items[i].place
	}
	for shift := 0; shift < 64; shift += 8 {
		if byte((common^some)>>shift) != 0 {
			distribute(spare, items, func(it *ranked) byte { return byte(it.place >> shift) })
			items, spare = spare, items
		}
	}
	distribute(spare, items, func(it *ranked) byte { return byte(geo.Red - it.light) })
	for from, to := 0, 0; from < len(spare); from = to {
		for to = from + 1; to < len(spare) && spare[to].place == spare[from].place && spare[to].light == spare[from].light; to++ {
		}
		if to > from+1 {
			slices.SortFunc(spare[from:to], func(a, b ranked) int { return cmp.Compare(a.item.ID(), b.item.ID()) })
		}
	}
	return spare, items
}

// distribute copies the items in order of one byte, those alike as they were.
func distribute(to, from []ranked, by func(*ranked) byte) {
	var next [257]int
	for i := range from {
		next[int(by(&from[i]))+1]++
	}
	for i := 1; i < len(next); i++ {
		next[i] += next[i-1]
	}
	for i := range from {
		b := by(&from[i])
		to[next[b]] = from[i]
		next[b]++
	}
}
