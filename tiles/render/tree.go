package render

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// A leaf holds at most leafMax features, but for those at the deepest zoom.
const (
	leafMax   = 16
	leafDepth = tiles.MaxZoom + 8
)

// node sums up the features whose anchors lie in one square of the quadtree: the
// tile of its depth as zoom. It never changes, but for what it remembers.
type node struct {
	extent   tiles.Box // of the features, which reach beyond the square
	counts   [4]uint32 // by light
	red, all load
	best     member
	quarters *[4]*node // nil: a leaf
	members  []member  // of a leaf
	texts    atomic.Pointer[[]uint64]
}

// member is a feature in a leaf: where it is anchored, what ranks it and what it
// takes in a tile. It has 32 bytes; there is one for each feature of a city.
type member struct {
	id    geo.ID
	at    tiles.XY
	worth float32 // investment in 亿元, if the layer has such a field
	size  float32 // length, or the side of a square of the area, in world units
	usual uint32  // see load
	code  uint16
	shape uint8
	light geo.Light
}

// before reports that a is shown rather than b: by light, red first; then by
// investment; then by size; then by id.
func (m *member) before(o *member) bool {
	if m.light != o.light {
		return m.light > o.light
	}
	return cmp.Or(cmp.Compare(o.worth, m.worth), cmp.Compare(o.size, m.size), cmp.Compare(m.id, o.id)) < 0
}

// measured is a feature on its way to a leaf.
type measured struct {
	member
	key    uint64 // of the anchor: quarters from the deepest to the last, two bits each
	extent tiles.Box
}

// gauge measures the features of one layer.
type gauge struct {
	layer  *snapshot.Layer
	filter *cql.Filter
	view   View
	invest int // field of the investment; -1 = none
	shape  snapshot.Shape
	list   []measured
}

func newGauge(t *tree) *gauge {
	g := &gauge{layer: t.layer, invest: -1}
	_ = g.view.set(&Query{}, t.layer.Decl()) // only a filter can fail
	if i, ok := t.layer.FieldIndex(investment); ok {
		g.invest = i
	}
	if t.filter != nil {
		g.filter, _ = t.filter.For(t.layer.Decl()) // one that fails is told by the query's View
	}
	return g
}

// investment is the field by which projects are ranked, in 亿元.
const investment = "investment"

// measure takes the measure of a feature; false if it has no anchor or the
// filter does not let it through.
func (g *gauge) measure(it snapshot.Item) (member, bool) {
	at, ok := anchor(it)
	if !ok || g.filter != nil && !g.filter.Match(it) {
		return member{}, false
	}
	m := member{light: it.Light(), id: it.ID(), at: at}
	if g.invest >= 0 {
		if v, ok := it.Number(g.invest); ok {
			m.worth = float32(v)
		}
	}
	vertices := uint64(0)
	if it.Extended() {
		g.shape = it.AppendShape(g.shape[:0])
		m.size, vertices = sizeOf(g.shape)
	}
	g.weigh(&m, it, vertices)
	return m, true
}

// sizeOf gives the length of lines and the side of a square of the polygons'
// area, in world units, added up, and the number of vertices. Conversions keep
// processors from fusing products and sums: all nodes get the same.
func sizeOf(shape snapshot.Shape) (size float32, vertices uint64) {
	length, area := 0.0, 0.0
	for i := range shape {
		p := &shape[i]
		vertices += uint64(len(p.XY))
		switch p.Kind {
		case snapshot.LinePart:
			for k := 1; k < len(p.XY); k++ {
				dx, dy := span(p.XY[k-1], p.XY[k])
				length += math.Sqrt(float64(dx*dx) + float64(dy*dy))
			}
		case snapshot.OuterRing:
			area += ringArea(p.XY)
		case snapshot.InnerRing:
			area -= ringArea(p.XY)
		}
	}
	return float32(length + math.Sqrt(max(0, area))), vertices
}

func span(a, b tiles.XY) (dx, dy float64) {
	return float64(b.X) - float64(a.X), float64(b.Y) - float64(a.Y)
}

func ringArea(ring []tiles.XY) float64 {
	sum := 0.0
	for i := 1; i+1 < len(ring); i++ {
		ax, ay := span(ring[0], ring[i])
		bx, by := span(ring[0], ring[i+1])
		sum += float64(ax*by) - float64(bx*ay)
	}
	return math.Abs(sum) / 2
}

// ordered puts the features of a square in order and makes its node.
func ordered(list []measured, depth uint8) *node {
	slices.SortFunc(list, func(a, b measured) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	return grow(list, depth)
}

// grow makes the node of a square from its features in order of their keys.
func grow(list []measured, depth uint8) *node {
	if len(list) == 0 {
		return nil
	}
	if len(list) <= leafMax || depth == leafDepth {
		n := &node{members: make([]member, len(list))}
		for i := range list {
			n.members[i] = list[i].member
		}
		n.sum(list)
		return n
	}
	n, from := &node{quarters: new([4]*node)}, 0
	for q := range n.quarters {
		to := from + sort.Search(len(list)-from, func(i int) bool { return quarter(list[from+i].at, depth) > q })
		n.quarters[q], from = grow(list[from:to], depth+1), to
	}
	n.join()
	return n
}

// quarter tells in which quarter of its square of that depth a position lies:
// 0 and 1 in the north, 2 and 3 in the south, west first.
func quarter(at tiles.XY, depth uint8) int {
	shift := 31 - depth
	return int(at.Y>>shift&1<<1 | at.X>>shift&1)
}

// interleave gives a position's quarters from the whole world down, two bits
// each.
func interleave(at tiles.XY) uint64 { return spread(at.Y)<<1 | spread(at.X) }

// spread puts a 0 before every bit.
func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// sum sets what a leaf tells.
func (n *node) sum(list []measured) {
	n.extent = tiles.EmptyBox
	for i := range list {
		m := &list[i]
		n.extent = n.extent.Union(m.extent)
		n.counts[m.light]++
		n.all.put(&m.member)
		if m.light == geo.Red {
			n.red.put(&m.member)
		}
		if i == 0 || m.before(&n.best) {
			n.best = m.member
		}
	}
}

// join sets what a node with quarters tells.
func (n *node) join() {
	n.extent = tiles.EmptyBox
	first := true
	for _, q := range n.quarters {
		if q == nil {
			continue
		}
		n.extent = n.extent.Union(q.extent)
		for i, c := range q.counts {
			n.counts[i] += c
		}
		n.red.add(&q.red)
		n.all.add(&q.all)
		if first || q.best.before(&n.best) {
			n.best, first = q.best, false
		}
	}
}

func (n *node) total() uint32 { return n.counts[0] + n.counts[1] + n.counts[2] + n.counts[3] }

// apply gives the tree after a change: the feature goes from where it was and
// comes where it is, measured anew.
func (g *gauge) apply(root *node, c *snapshot.Change) *node {
	var is member
	var was tiles.XY
	had, has := false, false
	if c.HadOld {
		was, had = anchor(c.Old)
	}
	if c.HasNew {
		is, has = g.measure(c.New)
	}
	if had && (!has || was != is.at) {
		root = g.edit(root, 0, &member{id: c.ID, at: was}, false)
	}
	if has {
		root = g.edit(root, 0, &is, true)
	}
	return root
}

// edit copies the way down to the leaf of a feature's anchor and puts the feature
// there, or takes it away.
func (g *gauge) edit(n *node, depth uint8, m *member, put bool) *node {
	if n == nil {
		n = &node{}
	}
	if n.quarters == nil {
		list := append(make([]member, 0, len(n.members)+1), n.members...)
		list = slices.DeleteFunc(list, func(o member) bool { return o.id == m.id })
		if put {
			list = append(list, *m)
		}
		return g.gather(list, depth)
	}
	c := &node{quarters: new([4]*node)}
	*c.quarters = *n.quarters
	q := quarter(m.at, depth)
	c.quarters[q] = g.edit(c.quarters[q], depth+1, m, put)
	if c.join(); c.total() <= leafMax/2 {
		return g.gather(c.appendMembers(nil), depth)
	}
	return c
}

// gather makes the node of a square from its features, whose boxes it looks up. One
// that is gone has none: its own change is to follow.
func (g *gauge) gather(members []member, depth uint8) *node {
	g.list = g.list[:0]
	for i := range members {
		m := measured{members[i], interleave(members[i].at), tiles.EmptyBox}
		if it, ok := g.layer.ByID(m.id); ok {
			m.extent = it.Box()
		}
		g.list = append(g.list, m)
	}
	return ordered(g.list, depth)
}

func (n *node) appendMembers(list []member) []member {
	if n == nil {
		return list
	}
	if n.quarters == nil {
		return append(list, n.members...)
	}
	for _, q := range n.quarters {
		list = q.appendMembers(list)
	}
	return list
}

// at goes down to the square of a depth that holds a position: its node, nil when
// empty, or the leaf above.
func (n *node) at(p tiles.XY, to uint8) *node { return n.below(0, p, to) }

// below is at from a node of some depth.
func (n *node) below(depth uint8, p tiles.XY, to uint8) *node {
	for ; n != nil && n.quarters != nil && depth < to; depth++ {
		n = n.quarters[quarter(p, depth)]
	}
	return n
}
