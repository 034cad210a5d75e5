// Package rtree is a frozen R-tree over boxes of 32-bit integers: sixteen
// entries a node, packed in the order of a Hilbert curve, in flat arrays without
// pointers. It is built once and never changes, so any number of readers may
// search it. What changes is kept beside it by the caller.
package rtree

import (
	"math"
	"slices"
)

// fanout is the number of entries of a node.
const fanout = 16

// Box is a closed box. It is empty when a Min is above its Max.
type Box struct{ MinX, MinY, MaxX, MaxY uint32 }

// Intersects reports whether the boxes share a position. Empty boxes share none
// with boxes that do not cover the whole plane.
func (b Box) Intersects(o Box) bool {
	return b.MinX <= o.MaxX && o.MinX <= b.MaxX && b.MinY <= o.MaxY && o.MinY <= b.MaxY
}

func (b Box) contains(o Box) bool {
	return b.MinX <= o.MinX && o.MaxX <= b.MaxX && b.MinY <= o.MinY && o.MaxY <= b.MaxY
}

// Empty reports that the box holds nothing.
func (b Box) Empty() bool { return b.MinX > b.MaxX || b.MinY > b.MaxY }

func (b Box) union(o Box) Box {
	return Box{min(b.MinX, o.MinX), min(b.MinY, o.MinY), max(b.MaxX, o.MaxX), max(b.MaxY, o.MaxY)}
}

var nothing = Box{math.MaxUint32, math.MaxUint32, 0, 0}

// Tree is a frozen R-tree. The zero Tree is empty.
type Tree struct {
	levels [][]Box  // levels[0] are the entries; entry i of a level lies in entry i/16 of the next
	items  []uint32 // entry to item; nil = the same
}

// Build makes a tree over the boxes; item i is boxes[i]. It sorts a copy. Empty
// boxes are never found. There may be up to 2^32 boxes.
func Build(boxes []Box) *Tree {
	order := Order(boxes)
	sorted := make([]Box, len(boxes))
	for to, from := range order {
		sorted[to] = boxes[from]
	}
	t := BuildSorted(sorted)
	t.items = order
	return t
}

// BuildSorted makes a tree over boxes already in a good order (see Order). It
// keeps the slice, which must not change any more.
func BuildSorted(boxes []Box) *Tree {
	t := &Tree{levels: [][]Box{boxes}}
	for below := boxes; len(below) > fanout; {
		level := make([]Box, (len(below)+fanout-1)/fanout)
		for i := range level {
			u := nothing
			for _, b := range below[i*fanout : min(len(below), (i+1)*fanout)] {
				if !b.Empty() {
					u = u.union(b)
				}
			}
			level[i] = u
		}
		t.levels = append(t.levels, level)
		below = level
	}
	return t
}

// Len is the number of items.
func (t *Tree) Len() int {
	if len(t.levels) == 0 {
		return 0
	}
	return len(t.levels[0])
}

// Box gives the box of an entry of a tree made by BuildSorted, where entry and
// item are the same.
func (t *Tree) Box(entry uint32) Box { return t.levels[0][entry] }

// Search calls yield with every item whose box meets q, until yield says false.
// It reports whether it came to the end.
func (t *Tree) Search(q Box, yield func(item uint32) bool) bool {
	if len(t.levels) == 0 || q.Empty() {
		return true
	}
	top := len(t.levels) - 1
	return t.search(top, 0, len(t.levels[top]), q, yield)
}

func (t *Tree) search(level, from, to int, q Box, yield func(uint32) bool) bool {
	boxes := t.levels[level][from:to]
	for i := range boxes {
		b := &boxes[i]
		if b.MinX > q.MaxX || q.MinX > b.MaxX || b.MinY > q.MaxY || q.MinY > b.MaxY || b.Empty() {
			continue
		}
		at := from + i
		if level == 0 {
			if !yield(t.item(at)) {
				return false
			}
			continue
		}
		if !t.search(level-1, at*fanout, min(len(t.levels[level-1]), (at+1)*fanout), q, yield) {
			return false
		}
	}
	return true
}

// SearchRuns is Search of a tree made by BuildSorted which holds no empty box, that
// gives entries in runs where all lie within a box, from one to before another,
// however many they are; those of the rest that meet q one by one, as runs of one.
func (t *Tree) SearchRuns(q, within Box, yield func(from, to uint32) bool) bool {
	if len(t.levels) == 0 || q.Empty() {
		return true
	}
	top := len(t.levels) - 1
	return t.searchRuns(top, 0, len(t.levels[top]), q, within, yield)
}

func (t *Tree) searchRuns(level, from, to int, q, within Box, yield func(from, to uint32) bool) bool {
	size := 1 << (4 * level) // entries below one of this level
	for at := from; at < to; at++ {
		b := t.levels[level][at]
		switch {
		case !b.Intersects(q):
		case level == 0 || within.contains(b):
			if !yield(uint32(at*size), uint32(min(len(t.levels[0]), (at+1)*size))) {
				return false
			}
		case !t.searchRuns(level-1, at*fanout, min(len(t.levels[level-1]), (at+1)*fanout), q, within, yield):
			return false
		}
	}
	return true
}

func (t *Tree) item(entry int) uint32 {
	if t.items == nil {
		return uint32(entry)
	}
	return t.items[entry]
}

// Order gives the indices of the boxes along a Hilbert curve through their
// centres over their common extent, empty boxes last, equals by index.
func Order(boxes []Box) []uint32 {
	extent := nothing
	for _, b := range boxes {
		if !b.Empty() {
			extent = extent.union(b)
		}
	}
	keys := make([]uint64, len(boxes))
	for i, b := range boxes {
		key := uint64(math.MaxUint32)
		if !b.Empty() {
			key = min(key-1, uint64(hilbert(scaled(b.MinX, b.MaxX, extent.MinX, extent.MaxX), scaled(b.MinY, b.MaxY, extent.MinY, extent.MaxY))))
		}
		keys[i] = key<<32 | uint64(i)
	}
	order := make([]uint32, len(keys))
	for i, k := range sorted(keys) {
		order[i] = uint32(k)
	}
	return order
}

// sorted sorts numbers whose lower halves are in order already: by the upper ones, in
// three rounds from the last digit on, each of which leaves equals as they are.
func sorted(keys []uint64) []uint64 {
	const bits, rounds, few = 11, 3, 256
	if len(keys) < few {
		slices.Sort(keys)
		return keys
	}
	var from [rounds][1 << bits]uint32 // where the next number of each digit goes
	for _, k := range keys {
		for r := range rounds {
			from[r][k>>(32+bits*r)%(1<<bits)]++
		}
	}
	to := make([]uint64, len(keys))
	for r := range rounds {
		at, sum := &from[r], uint32(0)
		for digit, n := range at {
			at[digit], sum = sum, sum+n
		}
		for _, k := range keys {
			digit := k >> (32 + bits*r) % (1 << bits)
			to[at[digit]] = k
			at[digit]++
		}
		keys, to = to, keys
	}
	return keys
}

// scaled gives the middle of lo and hi in 1/65536 of the extent.
func scaled(lo, hi, from, to uint32) uint32 {
	middle := (uint64(lo)+uint64(hi))/2 - uint64(from)
	return uint32(middle << 16 / (uint64(to-from) + 1))
}

// hilbert is the distance along the Hilbert curve of order 16.
func hilbert(x, y uint32) uint32 {
	var d, lies uint32
	for shift := 12; shift >= 0; shift -= 4 {
		step := uint32(curve[lies|x>>shift%16<<4|y>>shift%16])
		d, lies = d<<8|step&0xff, step&0x300
	}
	return d
}

// curve takes the Hilbert curve four levels at once. Its index is how the curve lies
// in a square (bit 8: x and y changed over; bit 9: both counted from the far end)
// with four bits of x and of y; it gives eight bits of the distance, and above them
// how the curve lies in the cell found.
var curve = func() (steps [4 << 8]uint16) {
	for i := range steps {
		over, far, d := i>>8&1, i>>9, 0
		for bit := 3; bit >= 0; bit-- {
			x, y := i>>(4+bit)&1^far, i>>bit&1^far
			if over == 1 {
				x, y = y, x
			}
			d = d<<2 | (3*x ^ y)
			if y == 0 {
				over, far = over^1, far^x
			}
		}
		steps[i] = uint16(d | over<<8 | far<<9)
	}
	return steps
}()
