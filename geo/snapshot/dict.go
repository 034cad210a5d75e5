package snapshot

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// dict numbers texts 1, 2, 3, …; 0 is the empty text. It only grows and is
// shared by all snapshots of one layer until the layer is compacted: a lock
// guards finding and adding; reading goes through a view, which needs none. Nothing
// in it is ever copied as a whole, so that no new text holds its edit up.
type dict struct {
	mu    sync.RWMutex
	texts view
	index finder
	kept  keeper
	last  uint32 // what lent gave last
}

// view is what a dict held when it was taken. The dict never writes what a view
// can reach. Texts from the last compaction lie end to end in one string, four
// bytes each to find them; later ones are strings of their own.
type view struct {
	all  string
	ends []uint32 // text i is all[ends[i-1]:ends[i]]; ends[0] is 0
	more grown[string]
}

func (v *view) len() int { return len(v.ends) + v.more.len() }

func (v *view) text(id uint32) string {
	if id == 0 {
		return ""
	}
	if int(id) < len(v.ends) {
		return v.all[v.ends[id-1]:v.ends[id]]
	}
	if k := int(id) - len(v.ends); k < v.more.len() {
		return v.more.at(k)
	}
	return ""
}

// append takes a text in, behind all others.
func (v *view) append(s string) { v.more.append(s) }

func newDict() *dict {
	return &dict{index: newFinder(), texts: view{ends: make([]uint32, 1)}}
}

// add gives the number of a text, drawing one if it is new.
func (d *dict) add(s string) uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.number(s, func() string { return s })
}

// lent is add for a text on loan, of which a copy is kept if it is new. It takes no
// lock: only while a layer is read is the dict a single goroutine's.
func (d *dict) lent(b []byte) uint32 {
	s := loan(b)
	if d.last == 0 || d.texts.text(d.last) != s { // many columns say the same again and again
		d.last = d.number(s, func() string { return loan(d.kept.keep(b)) })
	}
	return d.last
}

// loan gives bytes as a text that is good as long as they do not change. Copying
// each text only to look it up is a good part of reading a store.
func loan(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// number gives the number of a text. The dict must be locked to write.
func (d *dict) number(s string, own func() string) uint32 {
	if s == "" {
		return 0
	}
	d.index.ready(&d.texts)
	hash := d.index.hash(s)
	id := d.index.find(&d.texts, hash, s)
	if id == 0 {
		id = uint32(d.texts.len())
		d.texts.append(own())
		d.index.add(&d.texts, hash, id)
	}
	return id
}

// append is lent for a text that is known to be new. The index is made when
// something is looked for: at once for all costs less.
func (d *dict) append(b []byte) uint32 {
	if len(b) == 0 {
		return 0
	}
	d.index.dir = nil
	d.texts.append(loan(d.kept.keep(b)))
	return uint32(d.texts.len() - 1)
}

// find gives the number of a text, 0 if it has none.
func (d *dict) find(s string) uint32 {
	d.mu.RLock()
	if d.index.dir == nil {
		d.mu.RUnlock()
		d.mu.Lock()
		d.index.ready(&d.texts)
		d.mu.Unlock()
		d.mu.RLock()
	}
	defer d.mu.RUnlock()
	return d.index.find(&d.texts, d.index.hash(s), s)
}

// findBytes is find for a text under construction; it does not allocate.
func (d *dict) findBytes(b []byte) uint32 { return d.find(loan(b)) }

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

// size is how many bytes the texts in use have. Where all are, it is counted in the
// order in which they lie.
func (r *renumbering) size() int {
	size := 0
	if len(r.used) < r.from.len()-1 {
		for _, id := range r.used {
			size += len(r.from.text(id))
		}
		return size
	}
	for k := range r.from.more.len() {
		size += len(r.from.more.at(k))
	}
	return size + len(r.from.all)
}

// dict makes the new dict. Texts beyond the first 4 GB stay strings of their own.
func (r *renumbering) dict() *dict {
	size, fit := r.size(), len(r.used)
	if size > math.MaxUint32 {
		for size, fit = 0, 0; fit < len(r.used); fit++ {
			n := len(r.from.text(r.used[fit]))
			if size+n > math.MaxUint32 {
				break
			}
			size += n
		}
	}
	var all strings.Builder
	all.Grow(size)
	d := newDict()
	d.texts.ends = make([]uint32, 1, fit+1)
	for ids := range slices.Chunk(r.used[:fit], lookAhead) {
		var texts [lookAhead]string
		for k, id := range ids {
			texts[k] = r.from.text(id)
		}
		for _, s := range texts[:len(ids)] {
			all.WriteString(s)
			d.texts.ends = append(d.texts.ends, uint32(all.Len()))
		}
	}
	d.texts.all = all.String()
	for _, id := range r.used[fit:] {
		d.texts.append(r.from.text(id))
	}
	d.index.ready(&d.texts)
	return d
}
