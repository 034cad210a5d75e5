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
	mixed    bool // some layers are apart

	mu       sync.Mutex
	filtered map[*Filter]map[geo.LayerID]*tree
}

// maxFiltered bounds the filters whose trees are kept.
const maxFiltered = 8

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
	r := &rooted{newGauge(t).build()}
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
	if d.From != p.snapshot || d.To == nil {
		return Prepare(d.To, p.limits)
	}
	next := Prepare(d.To, p.limits)
	changes := map[geo.LayerID][]snapshot.Change{}
	for i := range d.Changes {
		if l := d.Changes[i].Layer; changes[l] == nil {
			changes[l] = d.Changes[i:] // those of a layer follow one another
		}
	}
	whole := map[geo.LayerID]bool{}
	for _, l := range d.Layers {
		whole[l] = true
	}
	for id, t := range next.trees {
		before, ok := p.trees[id]
		switch {
		case !ok || whole[id]:
		case t.layer.Same(before.layer):
			t.made.Store(before.made.Load())
		default:
			t.follow(before, changes[id])
		}
	}
	return next
}

// With readies a snapshot that differs only by what some layers, which stand
// apart, hold for one tile. They are drawn whole, and a tile is then as large as
// it comes: whoever has read them thins them.
func (p *Prepared) With(s *snapshot.Snapshot, apart []geo.LayerID) *Prepared {
	out := &Prepared{snapshot: s, limits: p.limits, trees: map[geo.LayerID]*tree{}, mixed: true}
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
	if t, ok := p.filtered[f]; ok {
		return t
	}
	if len(p.filtered) >= maxFiltered {
		p.filtered = nil
	}
	trees := maps.Clone(p.trees)
	for id, t := range trees {
		trees[id] = &tree{layer: t.layer, filter: f, apart: t.apart}
	}
	if p.filtered == nil {
		p.filtered = map[*Filter]map[geo.LayerID]*tree{}
	}
	p.filtered[f] = trees
	return trees
}

// anchor is the one position that says in which tile of a zoom a feature is
// counted; false if it has no vertex.
func anchor(it snapshot.Item) (tiles.XY, bool) { return it.Label() }
