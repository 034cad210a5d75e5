package render

import (
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Shifts tells which features other than the one that changed, and which
// clusters, a tile shows otherwise after a change. It is not for concurrent use.
type Shifts struct {
	sides [2]shifted // before and after
	place tiles.XY
	loose bool // there is a filter: its own counts are not known
}

// shifted is one of the two states compared.
type shifted struct {
	crowd
	from  *Prepared
	paths map[geo.LayerID]*path
	nodes []*node     // of the query's layers, at the zoom looked at
	plan  []layerPlan // of the tile looked at
}

// path are the nodes from a tree's root down to a position; at the leaf it stays.
type path struct {
	place tiles.XY
	known bool
	nodes [tiles.MaxZoom + 1]*node
}

// Shift is such a difference in the tile a feature is anchored in.
type Shift struct {
	Tile     bool            // the tile itself differs: a cluster does
	Extents  []tiles.Box     // tiles of the zoom that meet these may differ: how a layer is thinned does
	Foremost []snapshot.Item // came or went, being foremost in a cell or no longer so
}

// NewShifts compares two states.
func NewShifts(before, after *Prepared) *Shifts {
	s := &Shifts{}
	for i, p := range []*Prepared{before, after} {
		s.sides[i].from, s.sides[i].paths = p, map[geo.LayerID]*path{}
	}
	return s
}

// Of readies for the layers of a query; false if one of them came or went, which
// drops their tiles anyhow.
func (s *Shifts) Of(q *Query) bool {
	s.loose = q.Filter != nil
	for i := range s.sides {
		if s.sides[i].set(s.sides[i].from, q, nil, 0) != nil {
			return false
		}
	}
	return true
}

// MayCrowd reports whether any tile of a zoom may be crowded, before or after.
func (s *Shifts) MayCrowd(z uint8) bool {
	may := false
	for i := range s.sides {
		side := &s.sides[i]
		side.look(s.place, z)
		for k, t := range side.trees {
			side.nodes[k] = t.root()
		}
		may = may || !side.usual || side.mayCrowd(side.nodes)
	}
	return may
}

// Move sets the position looked at.
func (s *Shifts) Move(to tiles.XY) { s.place = to }

// look sets the nodes that hold a position at a zoom, and reports whether the tile
// there may be crowded.
func (s *shifted) look(at tiles.XY, z uint8) bool {
	s.zoom, s.nodes = z, s.nodes[:0]
	for _, t := range s.trees {
		id := t.layer.Decl().ID
		p := s.paths[id]
		if p == nil {
			p = &path{}
			s.paths[id] = p
		}
		if !p.known || p.place != at {
			p.walk(t.root(), at)
		}
		s.nodes = append(s.nodes, p.nodes[z])
	}
	return !s.usual || s.mayCrowd(s.nodes)
}

func (p *path) walk(n *node, at tiles.XY) {
	p.place, p.known = at, true
	for depth := range p.nodes {
		p.nodes[depth] = n
		if n != nil && n.quarters != nil {
			n = n.quarters[quarter(at, uint8(depth))]
		}
	}
}

// At compares the tile of a zoom that holds the position, at which the feature of
// a change is or was anchored.
func (s *Shifts) At(c *snapshot.Change, z uint8) Shift {
	var out Shift
	before, after := &s.sides[0], &s.sides[1]
	if was, is := before.look(s.place, z), after.look(s.place, z); !was && !is {
		return out
	}
	id := tiles.At(z, s.place)
	for i := range s.sides {
		side := &s.sides[i]
		side.tallies = side.tallies[:0]
		for k, n := range side.nodes {
			side.tallies = append(side.tallies, side.tally(k, n, id))
		}
	}
	before.plan = before.planner.plan(z, before.tallies, before.plan)
	if slices.Equal(before.tallies, after.tallies) {
		after.plan = append(after.plan[:0], before.plan...)
	} else {
		after.plan = after.planner.plan(z, after.tallies, after.plan)
	}
	for i, t := range after.trees {
		was, is := before.plan[i], after.plan[i]
		switch {
		case was != is || s.loose && is.thins(): // what a filter lets through is crowded only where all is
			out.Tile = true
			for k := range s.sides {
				if n := s.sides[k].nodes[i]; n != nil {
					out.Extents = append(out.Extents, n.extent)
				}
			}
		case is.thins() && t.layer.Decl().ID == c.Layer:
			s.thinned(&out, i, id, c)
		}
	}
	return out
}

// thinned compares the cell and the cluster of the position.
func (s *Shifts) thinned(out *Shift, layer int, id tiles.ID, c *snapshot.Change) {
	before, after := &s.sides[0], &s.sides[1]
	p := after.plan[layer]
	was, is := before.square(layer, min(p.depth, clusterDepth), s.place), after.square(layer, min(p.depth, clusterDepth), s.place)
	out.Tile = out.Tile || was.counts != is.counts || was.best.id != is.best.id || was.best.at != is.best.at
	if p.reds && c.HadOld && c.HasNew && (c.Old.Light() == geo.Red) != (c.New.Light() == geo.Red) {
		out.Tile = true // it is shown for itself, or is not any more
		out.Foremost = append(out.Foremost, c.New)
	}
	old, now := before.square(layer, p.depth, s.place), after.square(layer, p.depth, s.place)
	if old.any == now.any && old.best.id == now.best.id {
		return
	}
	out.Tile = true // one more or less is counted in the cluster
	for i, square := range []cluster{old, now} {
		if !square.any {
			continue
		}
		if it, ok := s.sides[i].trees[layer].layer.ByID(square.best.id); ok {
			out.Foremost = append(out.Foremost, it)
		}
	}
}

// square sums up the square that holds a position, so many times quartered below
// the tile.
func (s *shifted) square(layer int, depth uint8, at tiles.XY) cluster {
	depth += s.zoom
	id := tiles.At(depth, at)
	var out [1]cluster
	s.squares(layer, s.nodes[layer].below(s.zoom, at, depth), id, id, depth, out[:])
	return out[0]
}

// Anchor is the position that says in which tile of a zoom a feature is counted;
// false if it has no vertex.
func Anchor(it snapshot.Item) (tiles.XY, bool) { return anchor(it) }
