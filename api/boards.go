package api

import (
	"maps"
	"sync"
	"sync/atomic"

	"yiping/geo"
	"yiping/geo/indicator"
	"yiping/geo/live"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
)

// Boards keep what is summed over a city beside the snapshots it is of. Told of
// each snapshot before it is published, they bring their sums up to date by what
// changed, those of readers from whom layers are hidden too; of a snapshot they
// were not told of they compute everything once it is asked for. The zero value is
// ready; its methods may be called by many at once.
type Boards struct {
	mu        sync.Mutex
	published []*published // the last two: one may still be current
	turn      uint64       // counts what was published

	others shelf[*snapshot.Snapshot, *boards] // those of another day and of the past
}

// Bounds of what is kept for readers from whom layers are hidden: so many sets of
// hidden layers, each until nobody asked during so many changes. Roles make a
// handful.
const (
	maxSights   = 8
	sightsAfter = 1024
)

// published is a snapshot with what there is beside it.
type published struct {
	*boards
	seen map[string]*seen // what some may see of it, by the key of what is hidden
}

type seen struct {
	*boards
	used uint64 // turn in which it was asked for last
}

// Publish takes a new snapshot in; it is for the follower.
func (b *Boards) Publish(s *snapshot.Snapshot, d snapshot.Delta) {
	next := &published{newBoards(s), map[string]*seen{}}
	b.mu.Lock()
	b.turn++
	var before *published
	var sights map[string]*seen
	if n := len(b.published); n > 0 && b.published[n-1].of == d.From {
		before = b.published[n-1]
		sights = maps.Clone(before.seen)
		maps.DeleteFunc(sights, func(_ string, v *seen) bool { return b.turn-v.used > sightsAfter })
	}
	b.mu.Unlock()
	if before != nil {
		next.boards = before.next(d)
	}
	next.make()
	for key, v := range sights {
		if d, ok := v.of.Follow(d); ok {
			next.seen[key] = &seen{boards: v.next(d)}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, v := range next.seen {
		v.used = sights[key].used
	}
	b.published = append(b.published[max(0, len(b.published)-1):], next)
}

// view gives what is left of a published snapshot without what is hidden, and keeps
// it for the snapshots that follow; false for one that was not published.
func (b *Boards) view(s *snapshot.Snapshot, h live.Hidden) (*snapshot.Snapshot, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.published {
		if p.of != s {
			continue
		}
		v := p.seen[h.Key]
		if v == nil {
			v = &seen{boards: newBoards(s.Only(func(id geo.LayerID) bool { return h.Layers[id] }))}
			if len(p.seen) >= maxSights {
				p.forget()
			}
			p.seen[h.Key] = v
		}
		v.used = b.turn
		return v.of, true
	}
	return nil, false
}

// forget lets go of what was asked for longest ago.
func (p *published) forget() {
	oldest := ""
	for key, v := range p.seen {
		if of := p.seen[oldest]; of == nil || v.used < of.used {
			oldest = key
		}
	}
	delete(p.seen, oldest)
}

// at gives the boards of a snapshot; past is that of known= which it is or is
// made of, nil without.
func (b *Boards) at(s, past *snapshot.Snapshot) *boards {
	if p := b.publishedOf(s); p != nil {
		return p
	}
	return b.others.get(s, past, func() *boards { return newBoards(s) })
}

func (b *Boards) publishedOf(s *snapshot.Snapshot) *boards {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.published {
		if p.of == s {
			return p.boards
		}
		for _, v := range p.seen {
			if v.of == s {
				return v.boards
			}
		}
	}
	return nil
}

// boards are those of one snapshot, each made when it is first asked for.
type boards struct {
	of      *snapshot.Snapshot
	figures lazy[indicator.Board]
	sums    lazy[overview.Board]
	cells   lazy[matrix]
}

func newBoards(s *snapshot.Snapshot) *boards { return &boards{of: s} }

func (b *boards) indicators() *indicator.Board {
	return b.figures.get(func() *indicator.Board { return indicator.New(b.of) })
}

func (b *boards) overview() *overview.Board {
	return b.sums.get(func() *overview.Board { return overview.New(b.of) })
}

func (b *boards) matrix() *matrix {
	return b.cells.get(func() *matrix { return newMatrix(b.of, nil) })
}

// make makes those that are not made yet.
func (b *boards) make() {
	b.indicators()
	b.overview()
	b.matrix()
}

// next gives the boards after a change, with what was made of these brought up to
// date.
func (b *boards) next(d snapshot.Delta) *boards {
	out := newBoards(d.To)
	if v := b.figures.made.Load(); v != nil {
		out.figures.made.Store(v.Next(d))
	}
	if v := b.sums.made.Load(); v != nil {
		out.sums.made.Store(v.Next(d))
	}
	if v := b.cells.made.Load(); v != nil {
		out.cells.made.Store(v.next(d))
	}
	return out
}

// matrixOf gives the matrix of a scope. The one that is kept does not tell towns
// and units apart: for those it is gathered anew.
func (b *boards) matrixOf(sc scope) *matrix {
	if sc.town == "" && sc.unit == "" {
		return b.matrix()
	}
	return newMatrix(b.of, func(i snapshot.Item) bool { return sc.holds(i) && sc.answers(i) })
}

// lazy is made when it is first asked for, once for all who ask.
type lazy[T any] struct {
	making sync.Mutex
	made   atomic.Pointer[T]
}

func (l *lazy[T]) get(fill func() *T) *T {
	if v := l.made.Load(); v != nil {
		return v
	}
	l.making.Lock()
	defer l.making.Unlock()
	if l.made.Load() == nil {
		l.made.Store(fill())
	}
	return l.made.Load()
}
