package mvt

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// pool numbers the fields of one layer's keys, or of its values, 0, 1, 2, …: each
// as it is written in the tile, once. A field is found by its own bytes, so that
// texts, numbers and truth values need no table each.
type pool struct {
	bytes  []byte
	ends   []uint32 // field i ends there
	hashes []uint32
	slots  []uint32 // open addressing: one more than the field; a power of two long, at most half full
	seed   maphash.Seed
}

// firstSlots is the length of a table to begin with: as small as it can be, since
// each layer of each tile clears it, and what is small stays near the processor.
const firstSlots = 1 << 8

// reset forgets the fields and keeps the room.
func (p *pool) reset() {
	p.bytes, p.ends, p.hashes = p.bytes[:0], p.ends[:0], p.hashes[:0]
	if p.slots == nil {
		p.slots, p.seed = make([]uint32, firstSlots), maphash.MakeSeed()
	}
	p.slots = p.slots[:firstSlots]
	clear(p.slots)
}

// begin is where the field that is appended next begins.
func (p *pool) begin() int { return len(p.bytes) }

// add gives the number of the field whose bytes were appended since begin; they
// go again if it is there already.
func (p *pool) add(begin int) uint32 {
	field := p.bytes[begin:]
	hash := uint32(maphash.Bytes(p.seed, field))
	mask := uint32(len(p.slots) - 1)
	at := hash & mask
	for ; p.slots[at] != 0; at = (at + 1) & mask {
		if n := p.slots[at] - 1; p.hashes[n] == hash && bytes.Equal(p.field(n), field) {
			p.bytes = p.bytes[:begin]
			return n
		}
	}
	n := uint32(len(p.ends))
	p.ends, p.hashes = append(p.ends, uint32(len(p.bytes))), append(p.hashes, hash)
	p.slots[at] = n + 1
	if 2*len(p.ends) > len(p.slots) {
		p.grow()
	}
	return n
}

// field gives the bytes of a field.
func (p *pool) field(n uint32) []byte {
	from := uint32(0)
	if n > 0 {
		from = p.ends[n-1]
	}
	return p.bytes[from:p.ends[n]]
}

// grow doubles the slots.
func (p *pool) grow() {
	n := 2 * len(p.slots)
	p.slots = slices.Grow(p.slots[:0], n)[:n]
	clear(p.slots)
	mask := uint32(n - 1)
	for i, hash := range p.hashes {
		at := hash & mask
		for p.slots[at] != 0 {
			at = (at + 1) & mask
		}
		p.slots[at] = uint32(i) + 1
	}
}

// table is what one layer of the tile has of a pool, in the order of first use.
type table struct {
	bytes []byte
	index []uint32 // by number in the pool: one more than that in the table; 0: not in it
	count uint32
}

func (t *table) reset() { t.bytes, t.index, t.count = t.bytes[:0], t.index[:0], 0 }

// of gives the index in the layer of a field of the pool.
func (t *table) of(p *pool, n uint32) uint32 {
	for len(t.index) <= int(n) {
		t.index = append(t.index, 0)
	}
	if t.index[n] == 0 {
		t.count++
		t.index[n] = t.count
		t.bytes = append(t.bytes, p.field(n)...)
	}
	return t.index[n] - 1
}
