package api

import (
	"slices"
	"sync"

	"yiping/geo/snapshot"
)

// Bounds of a shelf. What is made of the current snapshot shares nearly all with
// it: the months of a year fit. Each snapshot of the past is as large as the
// current one, so that as few are held here as a follower keeps.
const (
	mostShelved = 12
	mostPasts   = 3
)

// shelf keeps what was made of snapshots by key, what was used last. The zero
// value is ready.
type shelf[K comparable, V any] struct {
	mu   sync.Mutex
	kept []shelved[K, V] // the latest used last
}

type shelved[K comparable, V any] struct {
	key   K
	past  *snapshot.Snapshot // of known=, which it holds in memory; nil = of what is current
	value V
}

// get gives what is kept under the key, or keeps what fill makes.
func (s *shelf[K, V]) get(key K, past *snapshot.Snapshot, fill func() V) V {
	s.mu.Lock()
	defer s.mu.Unlock()
	var e shelved[K, V]
	if n := slices.IndexFunc(s.kept, func(e shelved[K, V]) bool { return e.key == key }); n >= 0 {
		e = s.kept[n]
		s.kept = slices.Delete(s.kept, n, n+1)
	} else {
		e = shelved[K, V]{key, past, fill()}
	}
	s.kept = append(s.kept, e)
	s.bound()
	return e.value
}

// bound lets go of what was used longest ago.
func (s *shelf[K, V]) bound() {
	if n := len(s.kept) - mostShelved; n > 0 {
		s.kept = slices.Delete(s.kept, 0, n)
	}
	var pasts []*snapshot.Snapshot
	for n := len(s.kept) - 1; n >= 0; n-- {
		past := s.kept[n].past
		switch {
		case past == nil || slices.Contains(pasts, past):
		case len(pasts) == mostPasts:
			s.kept = slices.Delete(s.kept, n, n+1)
		default:
			pasts = append(pasts, past)
		}
	}
}

// drop lets go of what gone is true of.
func (s *shelf[K, V]) drop(gone func(K, *snapshot.Snapshot) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.DeleteFunc(s.kept, func(e shelved[K, V]) bool { return gone(e.key, e.past) })
}
