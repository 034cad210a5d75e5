package snapshot

import "hash/maphash"

// finder finds the number of a text: extendible hashing (Fagin, Nievergelt, Pippenger
// and Strong, 1979). A text's hash names, by its first bits, a leaf in a directory,
// and within the leaf where the search begins. A leaf that is full is split in two,
// and a directory that has no bit left to tell them apart by is doubled: so a new text
// moves at most those of one leaf, and of ten million as few as of ten thousand.
type finder struct {
	seed  maphash.Seed
	depth int     // bits of the hash that the directory goes by
	dir   []*leaf // 1 << depth; one of less depth stands at several places. nil = to be made
}

// leaf holds numbers by open addressing, with a byte of each text's hash, so that
// texts are hardly ever compared in vain: each lies somewhere else in memory.
type leaf struct {
	depth int // bits of the hash that all in it have in common
	count int
	tags  []byte   // 0 = free
	ids   []uint32 // as many; a power of two
}

const (
	leafBits  = 9
	leafSlots = 1 << leafBits // at most: a leaf begins with fewer
	leastLeaf = 16
)

// most is how many texts a leaf of so many slots holds.
func most(slots int) int { return slots - slots/8 }

func newLeaf(depth, slots int) *leaf {
	return &leaf{depth: depth, tags: make([]byte, slots), ids: make([]uint32, slots)}
}

func newFinder() finder { return finder{seed: maphash.MakeSeed()} }

// ready makes the leaves for the texts of a view where there are none, all at once,
// which costs less than one by one.
func (f *finder) ready(v *view) {
	if f.dir != nil {
		return
	}
	n, slots := v.len(), leastLeaf
	for f.depth = 0; n>>f.depth > most(leafSlots)-leafSlots/16; f.depth++ {
	}
	for slots < leafSlots && most(slots) < n {
		slots *= 2
	}
	f.dir = make([]*leaf, 1<<f.depth)
	for k := range f.dir {
		f.dir[k] = newLeaf(f.depth, slots)
	}
	for id := uint32(1); int(id) < n; id++ {
		f.add(v, f.hash(v.text(id)), id)
	}
}

// hash of a text; of its bits the directory goes by the first, the place in a leaf by
// the last, and the tag by others.
func (f *finder) hash(s string) uint64 { return maphash.String(f.seed, s) }

func tagOf(hash uint64) byte { return byte(hash>>leafBits) | 1 }

func (f *finder) leaf(hash uint64) **leaf { return &f.dir[hash>>1>>(63-f.depth)] }

// find gives the number of a text, 0 if it has none.
func (f *finder) find(v *view, hash uint64, s string) uint32 {
	l, tag := *f.leaf(hash), tagOf(hash)
	for at := int(hash); ; at++ {
		at &= len(l.tags) - 1
		switch l.tags[at] {
		case 0:
			return 0
		case tag:
			if id := l.ids[at]; v.text(id) == s {
				return id
			}
		}
	}
}

// add takes in the number of a text that has none yet.
func (f *finder) add(v *view, hash uint64, id uint32) {
	at := f.leaf(hash)
	for (*at).count == most(len((*at).tags)) {
		f.grow(v, at, hash)
		at = f.leaf(hash)
	}
	(*at).put(hash, id)
}

func (l *leaf) put(hash uint64, id uint32) {
	at := int(hash) & (len(l.tags) - 1)
	for l.tags[at] != 0 {
		at = (at + 1) & (len(l.tags) - 1)
	}
	l.tags[at], l.ids[at] = tagOf(hash), id
	l.count++
}

// grow makes room in the leaf of a hash: it becomes larger, or two. Whoever knows no
// seed cannot make texts of which the hashes begin alike, so leaves stay equally deep.
func (f *finder) grow(v *view, at **leaf, hash uint64) {
	full := *at
	if slots := len(full.tags); slots < leafSlots {
		*at = newLeaf(full.depth, 2*slots)
		full.pour(f, v, func(uint64) *leaf { return *at })
		return
	}
	if full.depth == f.depth {
		f.double()
	}
	halves := [2]*leaf{newLeaf(full.depth+1, leafSlots), newLeaf(full.depth+1, leafSlots)}
	span := 1 << (f.depth - full.depth) // places in the directory that it stands at
	first := int(hash>>1>>(63-f.depth)) &^ (span - 1)
	for k := range span {
		f.dir[first+k] = halves[2*k/span]
	}
	full.pour(f, v, func(hash uint64) *leaf { return halves[hash>>(63-full.depth)&1] })
}

// pour puts all that a leaf holds into others.
func (l *leaf) pour(f *finder, v *view, to func(hash uint64) *leaf) {
	for k, tag := range l.tags {
		if tag != 0 {
			hash := f.hash(v.text(l.ids[k]))
			to(hash).put(hash, l.ids[k])
		}
	}
}

func (f *finder) double() {
	dir := make([]*leaf, 2*len(f.dir))
	for k, l := range f.dir {
		dir[2*k], dir[2*k+1] = l, l
	}
	f.dir, f.depth = dir, f.depth+1
}
