package mvt

import (
	"bytes"
	"hash/maphash"
)

// pool numbers the fields of one layer's keys, or of its values, 0, 1, 2, …: each
// as it is written in the tile, once. A field is found by its own bytes, so that
// texts, numbers and truth values need no table each.
type pool struct {
	bytes []byte
	ends  []uint32 // field i ends there
	slots []slot   // open addressing; a power of two long, never more than half full
	round uint32   // slots of other rounds are free: nothing has to be cleared
	seed  maphash.Seed
}

type slot struct{ round, hash, field uint32 }

// firstSlots is the length of a table to begin with.
const firstSlots = 1 << 10

// reset forgets the fields and keeps the room.
func (p *pool) reset() {
	p.bytes, p.ends = p.bytes[:0], p.ends[:0]
	if p.round++; p.round == 0 {
		clear(p.slots)
		p.round = 1
	}
	if p.slots == nil {
		p.slots, p.seed = make([]slot, firstSlots), maphash.MakeSeed()
	}
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
	for ; p.slots[at].round == p.round; at = (at + 1) & mask {
		if s := p.slots[at]; s.hash == hash && bytes.Equal(p.field(s.field), field) {
			p.bytes = p.bytes[:begin]
			return s.field
		}
	}
	n := uint32(len(p.ends))
	p.ends = append(p.ends, uint32(len(p.bytes)))
	p.slots[at] = slot{p.round, hash, n}
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

func (p *pool) grow() {
	old := p.slots
	p.slots = make([]slot, 2*len(old))
	mask := uint32(len(p.slots) - 1)
	for _, s := range old {
		if s.round != p.round {
			continue
		}
		at := s.hash & mask
		for p.slots[at].round == p.round {
			at = (at + 1) & mask
		}
		p.slots[at] = s
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
