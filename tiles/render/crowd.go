package render

import (
	"yiping/geo"
	"yiping/tiles"
)

// crowd finds the crowded tiles that reach into one, and what they show of each
// layer. Whether a feature is shown is for the tile to say that its anchor lies
// in, so that all tiles of a zoom agree and counts add up.
type crowd struct {
	planner
	zoom    uint8
	box     tiles.Box // only features that reach into it are sought
	trees   []*tree   // of the query's layers
	from    []uint8   // their first zooms
	usual   bool      // the query asks for the usual attributes
	scales  []scale
	plans   []plan // of the crowded tiles
	stack   []*node
	tallies []tally
}

// set readies the crowd for the layers of a query.
func (c *crowd) set(p *Prepared, q *Query, filter *Filter, z uint8) error {
	c.limits, c.zoom = p.limits, z
	c.trees, c.from, c.plans = c.trees[:0], c.from[:0], c.plans[:0]
	trees := p.treesOf(filter)
	for _, name := range q.Layers {
		t, ok := trees[name]
		if !ok {
			return unknownLayer(name)
		}
		c.trees = append(c.trees, t)
		c.from = append(c.from, t.layer.Decl().MinZoom)
	}
	for len(c.scales) < len(c.trees) {
		c.scales = append(c.scales, scale{})
	}
	for i, t := range c.trees {
		c.scales[i].set(q, t.layer)
	}
	c.usual = q.Fields == nil
	return nil
}

// redOnly reports that only the reds of a layer are shown.
func (c *crowd) redOnly(layer int) bool { return c.zoom < c.from[layer] }

// release lets go of the snapshot.
func (c *crowd) release() {
	clear(c.trees)
	clear(c.stack)
	for i := range c.scales {
		c.scales[i].release()
	}
}

// find plans the crowded tiles of which a feature may reach into the box.
func (c *crowd) find(box tiles.Box) {
	c.box, c.plans = box, c.plans[:0]
	n := len(c.trees)
	if need := n * (int(c.zoom) + 1); cap(c.stack) < need {
		c.stack = make([]*node, need)
	} else {
		c.stack = c.stack[:need]
	}
	for i, t := range c.trees {
		c.stack[i] = t.root()
	}
	c.descend(tiles.ID{})
}

// descend looks for crowded tiles in a square, whose nodes lie on the stack: of
// each layer its own, or the leaf above. What a square above holds with other
// attributes than the usual would take long to sum up, and is not asked, but for
// deep zooms: there only the least counts, in which there are no texts.
func (c *crowd) descend(id tiles.ID) {
	n := len(c.trees)
	nodes := c.stack[n*int(id.Z) : n*(int(id.Z)+1)]
	reaches := false
	for _, node := range nodes {
		reaches = reaches || node != nil && node.extent.Intersects(c.box)
	}
	if !reaches || (c.usual || c.zoom >= deepZoom) && !c.mayCrowd(nodes) {
		return
	}
	if id.Z == c.zoom {
		c.add(id, nodes)
		return
	}
	below := c.stack[n*(int(id.Z)+1) : n*(int(id.Z)+2)]
	for q := range uint32(4) {
		child := tiles.ID{Z: id.Z + 1, X: id.X<<1 | q&1, Y: id.Y<<1 | q>>1}
		for i, node := range nodes {
			switch {
			case node == nil:
				below[i] = nil
			case node.quarters != nil:
				below[i] = node.quarters[q]
			case node.extent.Intersects(child.Box()): // an anchor lies within its feature's box
				below[i] = node
			default:
				below[i] = nil
			}
		}
		c.descend(child)
	}
}

// mayCrowd reports whether a tile within a square may be crowded, from the nodes of
// each layer: a leaf above counts whole.
func (c *crowd) mayCrowd(nodes []*node) bool {
	var sum weight
	reds := uint64(0)
	for i, n := range nodes {
		if n == nil {
			continue
		}
		s, red := &c.scales[i], n.counts[geo.Red]
		reds += uint64(red)
		if c.redOnly(i) {
			sum.add(s.of(&n.red, red, 0))
		} else {
			sum.add(s.of(&n.all, n.total(), 0))
		}
	}
	return c.limits.crowds(c.zoom, sum, reds)
}

// add keeps the plan of a tile, if it is crowded.
func (c *crowd) add(id tiles.ID, nodes []*node) {
	c.tallies = c.tallies[:0]
	for i, n := range nodes {
		c.tallies = append(c.tallies, c.tally(i, n, id))
	}
	if len(c.plans) < cap(c.plans) {
		c.plans = c.plans[:len(c.plans)+1]
	} else {
		c.plans = append(c.plans, plan{})
	}
	p := &c.plans[len(c.plans)-1]
	p.id, p.layers = id, c.plan(id.Z, c.tallies, p.layers)
	for i := range p.layers {
		if p.layers[i].thins() {
			return
		}
	}
	c.plans = c.plans[:len(c.plans)-1]
}

// tally sums up what of a layer is anchored in a tile, n being the tile's node or
// the leaf above. It is the same for either, since a tree's leaves depend on what
// was there before.
func (c *crowd) tally(layer int, n *node, id tiles.ID) tally {
	var t tally
	if n == nil {
		return t
	}
	s := &c.scales[layer]
	red, all, texts := n.red, n.all, uint64(0)
	if n.quarters != nil {
		t.counts, texts = n.counts, s.textsOf(n)
	} else {
		red, all = load{}, load{}
		for i := range n.members {
			m := &n.members[i]
			if tiles.At(id.Z, m.at) != id {
				continue
			}
			t.counts[m.light]++
			if all.put(m); m.light == geo.Red {
				red.put(m)
			}
			texts += s.textsOfMember(m)
		}
	}
	total, reds := uint32(t.total()), t.counts[geo.Red]
	t.all, t.red = s.of(&all, total, texts), s.of(&red, reds, texts*uint64(reds)/uint64(max(1, total)))
	if c.redOnly(layer) {
		t.redsOnly()
	}
	return t
}

// planOf gives how features of a layer anchored in a tile are shown.
func (c *crowd) planOf(id tiles.ID, layer int) layerPlan {
	for i := range c.plans {
		if c.plans[i].id == id {
			return c.plans[i].layers[layer]
		}
	}
	return layerPlan{}
}

// thins reports whether some tile that reaches into the box does not show every
// feature of the layer.
func (c *crowd) thins(layer int) bool {
	for i := range c.plans {
		if c.plans[i].layers[layer].thins() {
			return true
		}
	}
	return false
}

// shown gives the features of a layer that are shown and may reach into the box.
func (c *crowd) shown(layer int, yield func(*member)) {
	v := visit{c, layer, yield}
	v.square(c.trees[layer].root(), tiles.ID{})
}

// visit walks the tree of one layer for what is shown.
type visit struct {
	*crowd
	layer int
	yield func(*member)
}

// far reports that nothing of the node is to be shown in the box.
func (v *visit) far(n *node) bool {
	return n == nil || v.redOnly(v.layer) && n.counts[geo.Red] == 0 || !n.extent.Intersects(v.box)
}

// square goes through squares larger than tiles of the zoom.
func (v *visit) square(n *node, id tiles.ID) {
	switch {
	case v.far(n):
	case n.quarters == nil:
		v.leaf(n)
	case id.Z == v.zoom:
		if p := v.planOf(id, v.layer); p.thins() {
			v.cells(n, id.Z, p)
		} else {
			v.every(n)
		}
	default:
		for q, child := range n.quarters {
			v.square(child, tiles.ID{Z: id.Z + 1, X: id.X<<1 | uint32(q&1), Y: id.Y<<1 | uint32(q>>1)})
		}
	}
}

// every shows all features of a node.
func (v *visit) every(n *node) {
	switch {
	case v.far(n):
	case n.quarters == nil:
		v.leaf(n)
	default:
		for _, child := range n.quarters {
			v.every(child)
		}
	}
}

// cells shows the foremost feature of each cell, and the reds where these stand
// for themselves.
func (v *visit) cells(n *node, depth uint8, p layerPlan) {
	switch {
	case v.far(n):
	case n.quarters == nil:
		v.leaf(n)
	case depth < v.zoom+p.depth:
		for _, child := range n.quarters {
			v.cells(child, depth+1, p)
		}
	default:
		if !v.redOnly(v.layer) || n.best.light == geo.Red {
			v.yield(&n.best)
		}
		if p.reds {
			v.reds(n, n.best.id)
		}
	}
}

// reds shows all red features of a node but one.
func (v *visit) reds(n *node, but geo.ID) {
	switch {
	case n == nil || n.counts[geo.Red] == 0:
	case n.quarters != nil:
		for _, child := range n.quarters {
			v.reds(child, but)
		}
	default:
		for i := range n.members {
			if m := &n.members[i]; m.light == geo.Red && m.id != but {
				v.yield(m)
			}
		}
	}
}

// leaf shows those features of a leaf that are foremost in their cells, or for
// other reasons shown.
func (v *visit) leaf(n *node) {
	for i := range n.members {
		m := &n.members[i]
		if v.redOnly(v.layer) && m.light != geo.Red {
			continue
		}
		p := v.planOf(tiles.At(v.zoom, m.at), v.layer)
		if !p.thins() || p.reds && m.light == geo.Red || foremost(m, n.members, v.zoom+p.depth) {
			v.yield(m)
		}
	}
}

// foremost reports that none of the list in the same cell comes before m.
func foremost(m *member, list []member, depth uint8) bool {
	cell := tiles.At(depth, m.at)
	for i := range list {
		if o := &list[i]; o.before(m) && tiles.At(depth, o.at) == cell {
			return false
		}
	}
	return true
}

// cluster stands for the features of a square that are not shown.
type cluster struct {
	counts [4]uint32
	best   member // of all in the square, shown or not
	any    bool
}

// clusters sums up the squares of a tile, row by row, into a buffer of 64; depth
// tells how many of them there are. What is shown must still be taken off.
func (c *crowd) clusters(layer int, id tiles.ID, depth uint8, out []cluster) {
	n := c.trees[layer].root().at(id.Box().Min, id.Z)
	c.squares(layer, n, id, id, id.Z+depth, out)
}

// squares adds a node, which is at a square of the tile or the leaf above.
func (c *crowd) squares(layer int, n *node, tile, at tiles.ID, to uint8, out []cluster) {
	switch {
	case n == nil:
	case n.quarters == nil:
		for i := range n.members {
			if m := &n.members[i]; tiles.At(tile.Z, m.at) == tile {
				out[squareOf(tile, tiles.At(to, m.at))].add(m, c.redOnly(layer))
			}
		}
	case at.Z < to:
		for q, child := range n.quarters {
			c.squares(layer, child, tile, tiles.ID{Z: at.Z + 1, X: at.X<<1 | uint32(q&1), Y: at.Y<<1 | uint32(q>>1)}, to, out)
		}
	default:
		k := &out[squareOf(tile, at)]
		k.counts, k.best, k.any = n.counts, n.best, true
		if c.redOnly(layer) {
			k.counts = [4]uint32{geo.Red: n.counts[geo.Red]}
		}
	}
}

// squareOf numbers the squares of a tile row by row.
func squareOf(tile, at tiles.ID) int {
	d := at.Z - tile.Z
	row, column := at.Y-tile.Y<<d, at.X-tile.X<<d
	return int(row<<d | column)
}

func (k *cluster) add(m *member, redOnly bool) {
	if redOnly && m.light != geo.Red {
		return
	}
	k.counts[m.light]++
	if !k.any || m.before(&k.best) {
		k.best, k.any = *m, true
	}
}

func (k *cluster) total() uint32 { return k.counts[0] + k.counts[1] + k.counts[2] + k.counts[3] }

// clusterID numbers the squares of all zooms: a leading 1, then row and column.
func clusterID(at tiles.ID) uint64 {
	return 1<<(2*at.Z) | uint64(at.Y)<<at.Z | uint64(at.X)
}
