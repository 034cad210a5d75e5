package render

import (
	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Shifts tells which features other than the one that changed, and which
// clusters, a tile shows otherwise after a change. It is not for concurrent use.
type Shifts struct {
	before, after crowd
	loose         bool // there is a filter: its own counts are not known
	plans         [2][]layerPlan
}

// Shift is such a difference in the tile a feature is anchored in.
type Shift struct {
	Tile     bool            // the tile itself differs: a cluster does
	Extents  []tiles.Box     // tiles of the zoom that meet these may differ: how a layer is thinned does
	Foremost []snapshot.Item // came or went, being foremost in a cell or no longer so
}

// Set readies for the layers of a query at a zoom, and reports whether any tile of
// the zoom may be crowded, before or after.
func (s *Shifts) Set(before, after *Prepared, q *Query, z uint8) bool {
	s.loose = q.Filter != nil
	if s.before.set(before, q, nil, z) != nil || s.after.set(after, q, nil, z) != nil {
		return true // a layer came or went: its tiles are dropped anyhow
	}
	return s.before.mayCrowd(tiles.XY{}, 0) || s.after.mayCrowd(tiles.XY{}, 0)
}

// Release lets go of the snapshots.
func (s *Shifts) Release() {
	s.before.release()
	s.after.release()
}

// mayCrowd reports whether a tile within the square of a depth that holds a
// position may be crowded: a leaf above counts whole.
func (c *crowd) mayCrowd(at tiles.XY, depth uint8) bool {
	var sum weight
	reds := uint64(0)
	for i, t := range c.trees {
		if n := t.root().at(at, depth); n != nil {
			reds += uint64(n.counts[geo.Red])
			if c.redOnly[i] {
				sum.add(n.red)
			} else {
				sum.add(n.all)
			}
		}
	}
	return c.limits.crowds(c.zoom, sum, reds)
}

// At compares the tile that holds a position, at which a feature of the layer is
// or was anchored.
func (s *Shifts) At(layer geo.LayerID, at tiles.XY) Shift {
	var out Shift
	id := tiles.At(s.after.zoom, at)
	if !s.before.mayCrowd(at, id.Z) && !s.after.mayCrowd(at, id.Z) {
		return out
	}
	for i, c := range []*crowd{&s.before, &s.after} {
		c.tallies = c.tallies[:0]
		for k := range c.trees {
			c.tallies = append(c.tallies, c.tally(k, c.trees[k].root().at(at, id.Z), id))
		}
		s.plans[i] = c.plan(id.Z, c.tallies, s.plans[i])
	}
	for i, t := range s.after.trees {
		was, is := s.plans[0][i], s.plans[1][i]
		switch {
		case was != is || s.loose && is.thins(): // what a filter lets through is crowded only where all is
			out.Tile = true
			for _, c := range []*crowd{&s.before, &s.after} {
				if n := c.trees[i].root().at(at, id.Z); n != nil {
					out.Extents = append(out.Extents, n.extent)
				}
			}
		case is.thins() && t.layer.Decl().ID == layer:
			s.thinned(&out, i, id, at, is)
		}
	}
	return out
}

// thinned compares the cell and the cluster of a position.
func (s *Shifts) thinned(out *Shift, layer int, id tiles.ID, at tiles.XY, p layerPlan) {
	was, is := s.before.square(layer, id.Z+min(p.depth, clusterDepth), at), s.after.square(layer, id.Z+min(p.depth, clusterDepth), at)
	out.Tile = out.Tile || was.counts != is.counts || was.best.id != is.best.id || was.best.at != is.best.at
	old, now := s.before.square(layer, id.Z+p.depth, at), s.after.square(layer, id.Z+p.depth, at)
	if old.any == now.any && old.best.id == now.best.id {
		return
	}
	out.Tile = true // one more or less is counted in the cluster
	for _, side := range []struct {
		*crowd
		cluster
	}{{&s.before, old}, {&s.after, now}} {
		if !side.any {
			continue
		}
		if it, ok := side.trees[layer].layer.ByID(side.best.id); ok {
			out.Foremost = append(out.Foremost, it)
		}
	}
}

// square sums up the square of a depth that holds a position.
func (c *crowd) square(layer int, depth uint8, at tiles.XY) cluster {
	id := tiles.At(depth, at)
	var out [1]cluster
	c.squares(layer, c.trees[layer].root().at(at, depth), id, id, depth, out[:])
	return out[0]
}

// Anchor is the position that says in which tile of a zoom a feature is counted;
// false if it has no vertex.
func Anchor(it snapshot.Item) (tiles.XY, bool) { return anchor(it) }
