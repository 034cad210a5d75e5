package render

import (
	"runtime"
	"sync"

	"yiping/geo/snapshot"
)

// The tree of a whole layer is made on all processors: millions of features take
// seconds, and every tile waits. Where features are anchored is read in the order in
// which they lie in memory; they are parted by squares in place, and measured in the
// leaf that they come to.

// place is where a feature is anchored.
type place struct {
	at  [2]uint32 // x, y
	row uint32
}

// Shares that one goroutine takes: rows to read, features to part.
const (
	readShare = 1 << 14
	partShare = 1 << 15
)

// plant makes the tree of all features.
func (t *tree) plant() *node {
	return t.part(t.places(), 0)
}

// places reads where the features are anchored that the filter lets through.
func (t *tree) places() []place {
	rows := uint32(t.layer.Rows())
	all := make([]place, rows)
	found := make([]int, (rows+readShare-1)/readShare)
	next := make(chan uint32, len(found))
	for k := range found {
		next <- uint32(k)
	}
	close(next)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(found)) {
		workers.Go(func() {
			g := newGauge(t)
			for k := range next {
				from, to := k*readShare, min(rows, (k+1)*readShare)
				found[k] = len(g.read(all[from:from:to], from, to))
			}
		})
	}
	workers.Wait()
	n := 0
	for k := range found {
		n += copy(all[n:], all[k*readShare:][:found[k]])
	}
	return all[:n]
}

func (g *gauge) read(into []place, from, to uint32) []place {
	g.layer.Lying(from, to, func(it snapshot.Item) bool {
		if at, ok := anchor(it); ok && (g.filter == nil || g.filter.Match(it)) {
			into = append(into, place{[2]uint32{at.X, at.Y}, it.Row()})
		}
		return true
	})
	return into
}

// part makes the node of a square of which no quarter is made yet.
func (t *tree) part(list []place, depth uint8) *node {
	if len(list) <= partShare {
		g := newGauge(t)
		g.filter = nil // it was asked
		return g.part(list, depth)
	}
	n := &node{quarters: new([4]*node)}
	var workers sync.WaitGroup
	for q, of := range quartered(list, depth) {
		workers.Go(func() { n.quarters[q] = t.part(of, depth+1) })
	}
	workers.Wait()
	n.join()
	return n
}

func (g *gauge) part(list []place, depth uint8) *node {
	if len(list) == 0 {
		return nil
	}
	if len(list) <= leafMax || depth == leafDepth {
		g.list = g.list[:0]
		for i := range list {
			it := g.layer.At(list[i].row)
			m, _ := g.measure(it)
			g.list = append(g.list, measured{m, interleave(m.at), it.Box()})
		}
		return ordered(g.list, depth)
	}
	n := &node{quarters: new([4]*node)}
	for q, of := range quartered(list, depth) {
		n.quarters[q] = g.part(of, depth+1)
	}
	n.join()
	return n
}

// quartered parts the features of a square of a depth by its quarters, in place.
func quartered(list []place, depth uint8) [4][]place {
	bit := uint32(1) << (31 - depth)
	north, south := parted(list, 1, bit)
	var out [4][]place
	out[0], out[1] = parted(north, 0, bit)
	out[2], out[3] = parted(south, 0, bit)
	return out
}

// parted puts those of which a bit of x (axis 0) or y (1) is unset before the others.
func parted(list []place, axis int, bit uint32) (unset, set []place) {
	i, j := 0, len(list)-1
	for {
		for i <= j && list[i].at[axis]&bit == 0 {
			i++
		}
		for i <= j && list[j].at[axis]&bit != 0 {
			j--
		}
		if i > j {
			return list[:i], list[i:]
		}
		list[i], list[j] = list[j], list[i]
	}
}
