package rtree

import "container/heap"

// Nearest calls yield with the items in order of the distance of their boxes
// from (x, y), nearest first, with the square of that distance in units, until
// yield says false. Items as far as one another come in no particular order.
// To rank by another distance, one that is never below that of the box, keep
// what comes and stop when the box's distance passes the worst one kept.
func (t *Tree) Nearest(x, y uint32, yield func(item uint32, d2 float64) bool) {
	if len(t.levels) == 0 {
		return
	}
	var q queue
	push := func(level, from, to int) {
		for i, b := range t.levels[level][from:to] {
			if !b.Empty() {
				heap.Push(&q, candidate{d2: b.distance2(x, y), level: level, at: from + i})
			}
		}
	}
	top := len(t.levels) - 1
	push(top, 0, len(t.levels[top]))
	for len(q) > 0 {
		c := heap.Pop(&q).(candidate)
		if c.level > 0 {
			push(c.level-1, c.at*fanout, min(len(t.levels[c.level-1]), (c.at+1)*fanout))
		} else if !yield(t.item(c.at), c.d2) {
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
	d2    float64
	level int
	at    int
}

type queue []candidate

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].d2 < q[j].d2 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(candidate)) }

func (q *queue) Pop() any {
	last := len(*q) - 1
	c := (*q)[last]
	*q = (*q)[:last]
	return c
}
