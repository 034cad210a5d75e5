package rtree

import "sync"

// Nearest calls yield with the items in order of the distance of their boxes
// from (x, y), nearest first, with the square of that distance in units, until
// yield says false. Items as far as one another come in no particular order.
// To rank by another distance, one that is never below that of the box, keep
// what comes and stop when the box's distance passes the worst one kept.
func (t *Tree) Nearest(x, y uint32, yield func(item uint32, d2 float64) bool) {
	t.NearestBy(func(b Box) float64 { return b.distance2(x, y) }, yield)
}

// NearestBy is Nearest by a measure of the caller's own. It must never be
// greater for a box than for one inside it. It is not asked about empty boxes.
func (t *Tree) NearestBy(measure func(Box) float64, yield func(item uint32, d float64) bool) {
	if len(t.levels) == 0 {
		return
	}
	room := queues.Get().(*queue)
	q := (*room)[:0]
	defer func() {
		*room = q
		queues.Put(room)
	}()
	push := func(level, from, to int) {
		for i, b := range t.levels[level][from:to] {
			if !b.Empty() {
				q.push(candidate{d: measure(b), at: uint32(from + i), level: uint8(level)})
			}
		}
	}
	top := len(t.levels) - 1
	push(top, 0, len(t.levels[top]))
	for len(q) > 0 {
		c := q.pop()
		level, at := int(c.level), int(c.at)
		if level > 0 {
			push(level-1, at*fanout, min(len(t.levels[level-1]), (at+1)*fanout))
		} else if !yield(t.item(at), c.d) {
			return
		}
	}
}

func (b *Box) distance2(x, y uint32) float64 {
	dx, dy := gap(x, b.MinX, b.MaxX), gap(y, b.MinY, b.MaxY)
	return dx*dx + dy*dy
}

func gap(v, lo, hi uint32) float64 {
	switch {
	case v < lo:
		return float64(lo - v)
	case v > hi:
		return float64(v - hi)
	}
	return 0
}

type candidate struct {
	d     float64
	at    uint32 // in its level
	level uint8
}

// queues are used again: a search needs one of some hundred candidates.
var queues = sync.Pool{New: func() any {
	q := make(queue, 0, 16*fanout) // more than most searches need
	return &q
}}

// queue is a binary heap with the least d first. That of the standard library
// would allocate with every candidate.
type queue []candidate

func (q *queue) push(c candidate) {
	h := append(*q, c)
	*q = h
	at := len(h) - 1
	for at > 0 {
		up := (at - 1) / 2
		if h[up].d <= c.d {
			break
		}
		h[at], at = h[up], up
	}
	h[at] = c
}

func (q *queue) pop() candidate {
	h := *q
	first, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	at := 0
	for len(h) > 0 {
		down := 2*at + 1
		if down+1 < len(h) && h[down+1].d < h[down].d {
			down++
		}
		if down >= len(h) || last.d <= h[down].d {
			h[at] = last
			break
		}
		h[at], at = h[down], down
	}
	return first
}
