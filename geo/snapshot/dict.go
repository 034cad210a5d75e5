package snapshot

import (
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"unsafe"

	"yiping/tiles"
)

// dict numbers texts 1, 2, 3, …; 0 is the empty text. It only grows and is
// shared by all snapshots of one layer until the layer is compacted: a lock
// guards finding and adding; reading goes through a view, which needs none.
type dict struct {
	mu    sync.RWMutex
	seed  maphash.Seed
	texts view
	table []uint32 // open addressing, 0 = free; a power of two long; nil = to be made
	kept  keeper
}

// view is what a dict held when it was taken. The dict never writes what a view
// can reach. Texts from the last compaction lie end to end in one string, four
// bytes each to find them; later ones are strings of their own.
type view struct {
	all  string
	ends []uint32 // text i is all[ends[i-1]:ends[i]]; ends[0] is 0
	more []string // texts from len(ends) on
}

func (v *view) len() int { return len(v.ends) + len(v.more) }

func (v *view) text(id uint32) string {
	if id == 0 {
		return ""
	}
	if int(id) < len(v.ends) {
		return v.all[v.ends[id-1]:v.ends[id]]
	}
	if k := int(id) - len(v.ends); k < len(v.more) {
		return v.more[k]
	}
	return ""
}

func newDict() *dict {
	return &dict{seed: maphash.MakeSeed(), texts: view{ends: make([]uint32, 1)}, table: make([]uint32, 16)}
}

// add gives the number of a text, drawing one if it is new.
func (d *dict) add(s string) uint32 { return d.draw(s, func() string { return s }) }

// addBytes is add for a text on loan, of which a copy is kept if it is new.
func (d *dict) addBytes(b []byte) uint32 {
	return d.draw(loan(b), func() string { return loan(d.kept.keep(b)) })
}

// loan gives bytes as a text that is good as long as they do not change. Copying
// each text only to look it up is a good part of reading a store.
func loan(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (d *dict) draw(s string, own func() string) uint32 {
	if s == "" {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ready()
	at := d.probe(s)
	if id := d.table[at]; id != 0 {
		return id
	}
	id := uint32(d.texts.len())
	d.texts.more = append(d.texts.more, own())
	d.table[at] = id
	if 4*d.texts.len() > 3*len(d.table) {
		d.index(2 * len(d.table))
	}
	return id
}

// append gives a text on loan that is known to be new its number. The table is
// made when something is looked for: at once for all costs less.
func (d *dict) append(b []byte) uint32 {
	if len(b) == 0 {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.table = nil
	d.texts.more = append(d.texts.more, loan(d.kept.keep(b)))
	return uint32(d.texts.len() - 1)
}

// ready makes the table where it is missing. The dict must be locked to write.
func (d *dict) ready() {
	if d.table != nil {
		return
	}
	d.index(slots(d.texts.len()))
}

// slots is the length of a table for n texts.
func slots(n int) int {
	size := 16
	for 3*size <= 4*n {
		size *= 2
	}
	return size
}

// index makes the table anew.
func (d *dict) index(size int) {
	d.table = make([]uint32, size)
	for id := 1; id < d.texts.len(); id++ {
		d.table[d.probe(d.texts.text(uint32(id)))] = uint32(id)
	}
}

// find gives the number of a text, 0 if it has none.
func (d *dict) find(s string) uint32 {
	d.mu.RLock()
	if d.table == nil {
		d.mu.RUnlock()
		d.mu.Lock()
		d.ready()
		d.mu.Unlock()
		d.mu.RLock()
	}
	defer d.mu.RUnlock()
	return d.table[d.probe(s)]
}

// findBytes is find for a text under construction; it does not allocate.
func (d *dict) findBytes(b []byte) uint32 { return d.find(loan(b)) }

// probe gives the place of s in the table, or the free one where it belongs.
func (d *dict) probe(s string) int {
	mask := len(d.table) - 1
	for at := int(maphash.String(d.seed, s)) & mask; ; at = (at + 1) & mask {
		if id := d.table[at]; id == 0 || d.texts.text(id) == s {
			return at
		}
	}
}

func (d *dict) view() view {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.texts
}

// renumbering moves the texts still in use from one dict to a new one.
type renumbering struct {
	from view
	to   []uint32 // by old number; 0 = not met yet
	used []uint32 // old numbers in order of their new ones
}

func renumber(from view) *renumbering {
	return &renumbering{from: from, to: make([]uint32, from.len())}
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

// dict makes the new dict. Texts beyond the first 4 GB stay strings of their own.
func (r *renumbering) dict() *dict {
	size, fit := 0, 0
	for ; fit < len(r.used); fit++ {
		n := len(r.from.text(r.used[fit]))
		if size+n > math.MaxUint32 {
			break
		}
		size += n
	}
	var all strings.Builder
	all.Grow(size)
	d := newDict()
	d.texts.ends = make([]uint32, 1, fit+1)
	for _, id := range r.used[:fit] {
		all.WriteString(r.from.text(id))
		d.texts.ends = append(d.texts.ends, uint32(all.Len()))
	}
	d.texts.all = all.String()
	for _, id := range r.used[fit:] {
		d.texts.more = append(d.texts.more, r.from.text(id))
	}
	d.index(slots(d.texts.len()))
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
