package api

import (
	"sync"

	"yiping/geo/indicator"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
)

// Boards keep what is summed over a city beside the snapshots it is of. Told of
// each snapshot before it is published, they bring their sums up to date by what
// changed; of a snapshot they were not told of they compute everything once it is
// asked for. The zero value is ready; its methods may be called by many at once.
type Boards struct {
	mu        sync.Mutex
	published []*boards // the last two: one may still be current

	others shelf[*snapshot.Snapshot, *boards] // those of another day and of the past
}

// boards are those of one snapshot, each made when it is first asked for.
type boards struct {
	of         *snapshot.Snapshot
	indicators func() *indicator.Board
	overview   func() *overview.Board
	matrix     func() *matrix
}

// Publish takes a new snapshot in; it is for the follower.
func (b *Boards) Publish(s *snapshot.Snapshot, d snapshot.Delta) {
	next := newBoards(s)
	if before := b.last(); before != nil && before.of == d.From {
		next.indicators = constant(before.indicators().Next(d))
		next.overview = constant(before.overview().Next(d))
		next.matrix = constant(before.matrix().next(d))
	} else {
		next.indicators()
		next.overview()
		next.matrix()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.published = append(b.published[max(0, len(b.published)-1):], next)
}

func constant[T any](v T) func() T { return func() T { return v } }

func (b *Boards) last() *boards {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.published) == 0 {
		return nil
	}
	return b.published[len(b.published)-1]
}

func newBoards(s *snapshot.Snapshot) *boards {
	return &boards{
		of:         s,
		indicators: sync.OnceValue(func() *indicator.Board { return indicator.New(s) }),
		overview:   sync.OnceValue(func() *overview.Board { return overview.New(s) }),
		matrix:     sync.OnceValue(func() *matrix { return newMatrix(s, nil) }),
	}
}

// matrixOf gives the matrix of a scope. The one that is kept does not tell towns
// and units apart: for those it is gathered anew.
func (b *boards) matrixOf(sc scope) *matrix {
	if sc.town == "" && sc.unit == "" {
		return b.matrix()
	}
	return newMatrix(b.of, func(i snapshot.Item) bool { return sc.holds(i) && sc.answers(i) })
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
			return p
		}
	}
	return nil
}
