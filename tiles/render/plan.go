package render

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/tiles"
)

// clusterDepth is how many times a tile is quartered into the squares of its
// clusters: 64 pixels on the side of a tile of 512.
const clusterDepth = 3

// cellDepth is how many times at most a tile is quartered into the cells of which
// each shows one feature.
const cellDepth = 7

// Estimated bytes of a cluster, and of what one more feature adds to a layer that
// is thinned: an index into tables that grow.
const (
	clusterBytes = 56
	memberExtra  = 10
)

// tally sums up what is anchored in one tile, as a query shows it.
type tally struct {
	counts   [4]uint32
	red, all weight
}

// redsOnly drops what a layer below its first zoom does not show.
func (t *tally) redsOnly() {
	t.counts, t.all = [4]uint32{geo.Red: t.counts[geo.Red]}, t.red
}

func (t *tally) total() uint64 {
	return uint64(t.counts[0]) + uint64(t.counts[1]) + uint64(t.counts[2]) + uint64(t.counts[3])
}

// plan is how the features anchored in one tile are shown, the same in every tile
// they reach into. It follows from the tallies of the query's layers.
type plan struct {
	id     tiles.ID
	layers []layerPlan // of the query
}

// layerPlan is how those of one layer are shown. The zero value shows each.
type layerPlan struct {
	// depth of the cells below the tile, each of which shows its foremost feature;
	// 0: every feature is shown.
	depth uint8
	// reds are shown each for itself, besides.
	reds bool
}

func (l layerPlan) thins() bool { return l.depth > 0 }

// room is what a tile of the zoom may hold.
func (l *Limits) room(z uint8) uint64 {
	if z < deepZoom {
		return uint64(l.Bytes) * 80 / 100 // the rest is for what reaches in from other tiles, and for Settled
	}
	return uint64(l.DeepBytes) * 86 / 100
}

// crowds reports whether a tile of the zoom holds too much to show each feature.
func (l *Limits) crowds(z uint8, all weight, reds uint64) bool {
	if z < deepZoom {
		return all.usual > l.room(z) || reds > uint64(l.Reds)
	}
	return all.least > uint64(l.DeepBytes)
}

// planner makes plans in buffers it keeps.
type planner struct {
	limits Limits
	order  []int // of the layers, by what is to be shared
}

// plan decides for each layer. Layers that take less than an even share of the
// room are shown whole; the others share what is left. So are the reds shared.
func (p *planner) plan(z uint8, tallies []tally, out []layerPlan) []layerPlan {
	var sum weight
	reds := uint64(0)
	for i := range tallies {
		sum.add(tallies[i].all)
		reds += uint64(tallies[i].counts[geo.Red])
	}
	out = slices.Grow(out[:0], len(tallies))[:len(tallies)]
	clear(out)
	if !p.limits.crowds(z, sum, reds) {
		return out
	}
	redShare := ^uint64(0)
	if z < deepZoom {
		redShare = p.share(uint64(p.limits.Reds), tallies, func(t *tally) uint64 { return uint64(t.counts[geo.Red]) })
	}
	room := p.share(p.limits.room(z), tallies, func(t *tally) uint64 { return t.all.usual })
	for i := range tallies {
		t := &tallies[i]
		reds := uint64(t.counts[geo.Red]) <= redShare
		if reds && t.all.usual <= room {
			continue
		}
		out[i] = layerPlan{depth: t.depth(room, reds), reds: reds}
	}
	return out
}

// share divides room evenly among the tallies, none getting more than it needs,
// and gives the largest share; no bound if all get what they need.
func (p *planner) share(room uint64, tallies []tally, need func(*tally) uint64) uint64 {
	p.order = p.order[:0]
	for i := range tallies {
		p.order = append(p.order, i)
	}
	slices.SortFunc(p.order, func(a, b int) int { return cmp.Compare(need(&tallies[a]), need(&tallies[b])) })
	for k, i := range p.order {
		even, n := room/uint64(len(p.order)-k), need(&tallies[i])
		if n > even {
			return even
		}
		room -= n
	}
	return ^uint64(0)
}

// depth is the deepest at which a feature a cell fits into the room, beside the
// reds if these are shown.
func (t *tally) depth(room uint64, reds bool) uint8 {
	if reds {
		room -= min(room, t.red.usual)
	}
	each := t.all.usual/max(1, t.total()) + memberExtra
	depth := uint8(1)
	for d := uint8(2); d <= cellDepth; d++ {
		if each<<(2*d)+clusterBytes<<(2*min(d, clusterDepth)) <= room {
			depth = d
		}
	}
	return depth
}
