package render

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Limits say when a tile holds too much to show each feature for itself. The
// zero value stands for DefaultLimits.
type Limits struct {
	Reds  int // red features that one tile shows each for itself
	Bytes int // of a tile without coding, to zoom 13; nothing is larger
	// DeepBytes is the size from zoom 14 on below which nothing is left out.
	DeepBytes int
}

// DefaultLimits are those a city is served with.
var DefaultLimits = Limits{Reds: 1000, Bytes: 500_000, DeepBytes: 1 << 20}

// deepZoom is the first zoom of the larger limit.
const deepZoom = 14

// Prepared is a snapshot with what drawing it takes: for each layer a quadtree
// of counts by light, by which a tile knows without a look at every feature what
// it holds. It never changes. A layer's tree is made when a tile first needs it,
// and then kept up by Next.
type Prepared struct {
	snapshot *snapshot.Snapshot
	limits   Limits
	trees    map[geo.LayerID]*tree
	base     *Prepared // some layers are apart from it; nil for none

	mu       sync.Mutex
	filtered map[*Filter]*filtered
}

// filtered are the trees of the layers as a filter lets them be seen.
type filtered struct {
	trees map[geo.LayerID]*tree
	idle  int // times Next has kept them up since they were asked for
}

// Limits of the filters whose trees are kept: how many there are, and how often
// they are kept up for nobody.
const (
	maxFiltered = 8
	maxIdle     = 256
)

// tree is the quadtree of one layer, made at first use.
type tree struct {
	layer  *snapshot.Layer
	filter *Filter // nil lets all through
	apart  bool    // holds what one tile was read for only: it takes no part in plans
	same   *tree   // the same features over another snapshot; nil for none
	mu     sync.Mutex
	made   atomic.Pointer[rooted] // nil until first used
}

type rooted struct{ node *node } // nil: no feature

// root gives the tree's root; nil when it is empty.
func (t *tree) root() *node {
	if t.apart {
		return nil
	}
	if t.same != nil {
		return t.same.root()
	}
	if r := t.made.Load(); r != nil {
		return r.node
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.made.Load(); r != nil {
		return r.node
	}
	r := &rooted{t.plant()}
	t.made.Store(r)
	return r.node
}

// Prepare readies a snapshot for drawing.
func Prepare(s *snapshot.Snapshot, l Limits) *Prepared {
	if l == (Limits{}) {
		l = DefaultLimits
	}
	p := &Prepared{snapshot: s, limits: l, trees: map[geo.LayerID]*tree{}}
	for _, layer := range s.Layers() {
		p.trees[layer.Decl().ID] = &tree{layer: layer}
	}
	return p
}

// Snapshot is what is drawn.
func (p *Prepared) Snapshot() *snapshot.Snapshot { return p.snapshot }

// Next readies the snapshot that a delta leads to, sharing what did not change.
// The receiver stays as it is.
func (p *Prepared) Next(d snapshot.Delta) *Prepared {
	next := Prepare(d.To, p.limits)
	if d.From != p.snapshot || d.To == nil {
		return next
	}
	u := upkeep{changes: map[geo.LayerID][]snapshot.Change{}, whole: map[geo.LayerID]bool{}}
	for i := range d.Changes {
		if l := d.Changes[i].Layer; u.changes[l] == nil {
			u.changes[l] = d.Changes[i:] // those of a layer follow one another
		}
	}
	for _, l := range d.Layers {
		u.whole[l] = true
	}
	u.follow(next.trees, p.trees)
	p.mu.Lock()
	defer p.mu.Unlock()
	for f, of := range p.filtered {
		if of.idle >= maxIdle || f.Dated() && len(d.Dates)+len(d.Layers) > 0 {
			continue
		}
		kept := &filtered{trees: next.through(f), idle: of.idle + 1}
		u.follow(kept.trees, of.trees)
		if next.filtered == nil {
			next.filtered = map[*Filter]*filtered{}
		}
		next.filtered[f] = kept
	}
	return next
}

// upkeep is what a delta asks of the trees.
type upkeep struct {
	changes map[geo.LayerID][]snapshot.Change // those of the layer come first
	whole   map[geo.LayerID]bool              // layers that are read anew
}

// follow makes the trees from those before.
func (u *upkeep) follow(next, before map[geo.LayerID]*tree) {
	for id, t := range next {
		was, ok := before[id]
		switch {
		case !ok || u.whole[id]:
		case t.layer.Same(was.layer):
			t.made.Store(was.made.Load())
		default:
			t.follow(was, u.changes[id])
		}
	}
}

// With readies a snapshot that differs only by what some layers, which stand
// apart, hold for one tile. They are drawn whole, and a tile is then as large as
// it comes: whoever has read them thins them.
func (p *Prepared) With(s *snapshot.Snapshot, apart []geo.LayerID) *Prepared {
	out := &Prepared{snapshot: s, limits: p.limits, trees: map[geo.LayerID]*tree{}, base: p}
	for _, l := range s.Layers() {
		id := l.Decl().ID
		out.trees[id] = &tree{layer: l, same: p.trees[id], apart: slices.Contains(apart, id)}
	}
	return out
}

// follow makes the tree from the one before and the changes of its layer, which
// the list begins with; unless nobody has asked for that one yet.
func (t *tree) follow(before *tree, changes []snapshot.Change) {
	r := before.made.Load()
	if r == nil {
		return
	}
	g, root := newGauge(t), r.node
	for i := 0; i < len(changes) && changes[i].Layer == t.layer.Decl().ID; i++ {
		root = g.apply(root, &changes[i])
	}
	t.made.Store(&rooted{root})
}

// treesOf gives the trees of the layers as a filter lets them be seen.
func (p *Prepared) treesOf(f *Filter) map[geo.LayerID]*tree {
	if f == nil {
		return p.trees
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.filtered[f]; known != nil {
		known.idle = 0
		return known.trees
	}
	if p.filtered == nil || len(p.filtered) >= maxFiltered {
		p.filtered = map[*Filter]*filtered{}
	}
	p.filtered[f] = &filtered{trees: p.through(f)}
	return p.filtered[f].trees
}

// through makes trees for a filter, empty so far.
func (p *Prepared) through(f *Filter) map[geo.LayerID]*tree {
	trees, below := maps.Clone(p.trees), map[geo.LayerID]*tree(nil)
	if p.base != nil {
		below = p.base.treesOf(f)
	}
	for id, t := range trees {
		trees[id] = &tree{layer: t.layer, filter: f, apart: t.apart, same: below[id]}
	}
	return trees
}

// anchor is the one position that says in which tile of a zoom a feature is
// counted; false if it has no vertex.
func anchor(it snapshot.Item) (tiles.XY, bool) { return it.Label() }
