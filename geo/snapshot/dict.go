package snapshot

import (
	"hash/maphash"
	"strings"
	"sync"

	"yiping/tiles"
)

// dict numbers texts 1, 2, 3, …; 0 is the empty text. It only grows and is
// shared by all snapshots of one layer until the layer is compacted: a lock
// guards finding and adding; reading goes through a view, which needs none.
type dict struct {
	mu    sync.RWMutex
	seed  maphash.Seed
	texts []string // texts[0] is ""
	table []uint32 // open addressing, 0 = free; a power of two long
}

// view is what a dict held when it was taken. The dict never writes what a view
// can reach.
type view []string

func newDict() *dict {
	return &dict{seed: maphash.MakeSeed(), texts: []string{""}, table: make([]uint32, 16)}
}

// add gives the number of a text, drawing one if it is new.
func (d *dict) add(s string) uint32 {
	if s == "" {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.probe(s)
	if id := d.table[at]; id != 0 {
		return id
	}
	id := uint32(len(d.texts))
	d.texts = append(d.texts, s)
	d.table[at] = id
	if 4*len(d.texts) > 3*len(d.table) {
		d.table = make([]uint32, 2*len(d.table))
		for i, t := range d.texts[1:] {
			d.table[d.probe(t)] = uint32(i + 1)
		}
	}
	return id
}

// find gives the number of a text, 0 if it has none.
func (d *dict) find(s string) uint32 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.table[d.probe(s)]
}

// probe gives the place of s in the table, or the free one where it belongs.
func (d *dict) probe(s string) int {
	mask := len(d.table) - 1
	for at := int(maphash.String(d.seed, s)) & mask; ; at = (at + 1) & mask {
		if id := d.table[at]; id == 0 || d.texts[id] == s {
			return at
		}
	}
}

func (d *dict) view() view {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.texts[:len(d.texts):len(d.texts)]
}

func (v view) text(id uint32) string {
	if int(id) < len(v) {
		return v[id]
	}
	return ""
}

// renumbering moves the texts still in use from one dict to a new one.
type renumbering struct {
	from view
	to   []uint32 // by old number; 0 = not met yet
	used []uint32 // old numbers in order of their new ones
}

func renumber(from view) *renumbering {
	return &renumbering{from: from, to: make([]uint32, len(from))}
}

func (r *renumbering) id(old uint32) uint32 {
	if old == 0 {
		return 0
	}
	if r.to[old] == 0 {
		r.used = append(r.used, old)
		r.to[old] = uint32(len(r.used))
	}
	return r.to[old]
}

// dict makes the new dict. Its texts are cut from one string, so that a million
// names are not a million allocations.
func (r *renumbering) dict() *dict {
	size := 0
	for _, id := range r.used {
		size += len(r.from[id])
	}
	var all strings.Builder
	all.Grow(size)
	for _, id := range r.used {
		all.WriteString(r.from[id])
	}
	d := &dict{seed: maphash.MakeSeed(), texts: make([]string, 1, len(r.used)+1)}
	slots := 16
	for 3*slots <= 4*(len(r.used)+2) {
		slots *= 2
	}
	d.table = make([]uint32, slots)
	rest := all.String()
	for i, id := range r.used {
		n := len(r.from[id])
		d.texts = append(d.texts, rest[:n])
		rest = rest[n:]
		d.table[d.probe(d.texts[i+1])] = uint32(i + 1)
	}
	return d
}

// arena holds runs of T end to end in chunks; it only grows, like a dict. A run
// is addressed by its position, and never crosses the end of its chunk: one
// longer than chunkLen has a chunk of its own that takes several numbers.
type arena[T byte | tiles.XY] struct {
	mu     sync.Mutex
	chunks [][]T
	used   int // of the last chunk; meaningless without one
}

const (
	chunkBits = 13
	chunkLen  = 1 << chunkBits
	maxChunks = 1 << (32 - chunkBits)
)

// add copies a run in and gives its position; false when the arena is full.
func (a *arena[T]) add(run []T) (uint32, bool) {
	if len(run) == 0 {
		return 0, true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	n := (len(run) + chunkLen - 1) / chunkLen
	if len(a.chunks) == 0 || a.used+len(run) > chunkLen {
		if len(a.chunks)+n > maxChunks {
			return 0, false
		}
		a.chunks = append(a.chunks, make([]T, max(chunkLen, len(run))))
		a.used = 0
		if n > 1 {
			a.chunks = append(a.chunks, make([][]T, n-1)...)
			a.used = chunkLen
			copy(a.chunks[len(a.chunks)-n], run)
			return uint32(len(a.chunks)-n) << chunkBits, true
		}
	}
	at := a.used
	copy(a.chunks[len(a.chunks)-1][at:], run)
	a.used += len(run)
	return uint32(len(a.chunks)-1)<<chunkBits | uint32(at), true
}

// view gives what can be read: the chunks, of which runs already added never
// change.
func (a *arena[T]) view() [][]T {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.chunks[:len(a.chunks):len(a.chunks)]
}

// run gives n values from a position; the last of a chunk for n < 0.
func run[T any](chunks [][]T, at uint32, n int) []T {
	if n == 0 {
		return nil
	}
	c := chunks[at>>chunkBits][at&(chunkLen-1):]
	if n < 0 {
		return c
	}
	return c[:n:n]
}
