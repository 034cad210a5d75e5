// Package cache keeps computed values under keys, bounded by their size in
// bytes, and computes each missing one once however many ask for it at a time.
//
// Deleting is exact: who asks after Delete or DeleteFunc has returned never gets
// a value whose computation had begun before it. A computation under way is
// itself deleted: those already waiting for it still get its result, the cache
// does not.
package cache

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// DefaultBytes is the bound of a cache whose Options name none: 256 MiB.
const DefaultBytes = 256 << 20

// overhead is what an entry costs besides key and value: list node, map slots.
const overhead = 160

// Options bound a cache. The zero value is useful.
type Options[V any] struct {
	// Bytes is the most that all values together may take, by Size; 0 means
	// DefaultBytes, less than 0 keeps nothing and still computes once.
	Bytes int64
	// Size tells what a value takes, in bytes; nil counts the overhead only.
	Size func(V) int
	// Shards is the number of locks the keys are spread over; 0 means 64.
	Shards int
}

// Cache is safe for concurrent use.
type Cache[K comparable, V any] struct {
	limit  int64
	size   func(V) int
	seed   maphash.Seed
	shards []shard[K, V]
	hand   atomic.Uint32 // the shard that gives way next

	used, entries           atomic.Int64
	hits, misses, evictions atomic.Uint64
}

// smallShare of a shard's bytes is the small queue's: a tenth.
const smallShare = 10

// mostUses are counted of an entry: more tell nothing.
const mostUses = 3

// shard is one lock's share of the keys.
type shard[K comparable, V any] struct {
	mu          sync.RWMutex
	entries     map[K]*entry[K, V]
	flights     map[K]*flight[V]
	small, main queue[K, V]
	ghosts      ghosts[K]
	_           [64]byte // keeps neighbouring locks on cache lines of their own
}

type entry[K comparable, V any] struct {
	prev, next *entry[K, V]
	in         *queue[K, V]
	key        K
	value      V
	bytes      int64
	uses       atomic.Uint32 // since it came into its queue, up to mostUses
}

func (e *entry[K, V]) use() {
	if n := e.uses.Load(); n < mostUses {
		e.uses.Store(n + 1) // two at a time may count as one
	}
}

// flight is a computation under way.
type flight[V any] struct {
	done    chan struct{} // closed when value and err are set
	value   V
	err     error
	waiting int // guarded by the shard's lock
	cancel  context.CancelFunc
}

// New makes an empty cache.
func New[K comparable, V any](o Options[V]) *Cache[K, V] {
	if o.Bytes == 0 {
		o.Bytes = DefaultBytes
	}
	if o.Size == nil {
		o.Size = func(V) int { return 0 }
	}
	if o.Shards <= 0 {
		o.Shards = 64
	}
	c := &Cache[K, V]{limit: o.Bytes, size: o.Size, seed: maphash.MakeSeed(), shards: make([]shard[K, V], o.Shards)}
	for i := range c.shards {
		s := &c.shards[i]
		s.entries, s.flights = map[K]*entry[K, V]{}, map[K]*flight[V]{}
		s.small.init()
		s.main.init()
	}
	return c
}

func (c *Cache[K, V]) shard(key K) *shard[K, V] {
	return &c.shards[maphash.Comparable(c.seed, key)%uint64(len(c.shards))]
}

// Get gives the value of the key, computing it with fill if it is not there.
// Among those who ask at once one computation serves all; it runs on when one of
// them leaves and its context is cancelled when the last has left. Its error, or
// its panic as an error, goes to all of them and is not kept. When ctx ends
// first, Get gives its error at once.
func (c *Cache[K, V]) Get(ctx context.Context, key K, fill func(context.Context) (V, error)) (V, error) {
	s := c.shard(key)
	s.mu.Lock()
	if e, ok := s.entries[key]; ok {
		e.use()
		v := e.value
		s.mu.Unlock()
		c.hits.Add(1)
		return v, nil
	}
	f, ok := s.flights[key]
	if !ok {
		run, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight[V]{done: make(chan struct{}), cancel: cancel}
		s.flights[key] = f
		go c.run(run, key, f, fill)
	}
	f.waiting++
	s.mu.Unlock()
	c.misses.Add(1)
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		c.leave(s, key, f)
		var none V
		return none, ctx.Err()
	}
}

// Peek gives the value of the key if it is there, as Get would.
func (c *Cache[K, V]) Peek(key K) (v V, ok bool) {
	s := c.shard(key)
	s.mu.RLock()
	e, ok := s.entries[key]
	if ok {
		v = e.value
	}
	s.mu.RUnlock()
	if ok {
		e.use()
		c.hits.Add(1)
	}
	return v, ok
}

// leave stops a computation that nobody waits for any more; the next to ask
// begins another.
func (c *Cache[K, V]) leave(s *shard[K, V], key K, f *flight[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiting--; f.waiting > 0 {
		return
	}
	f.cancel()
	if s.flights[key] == f {
		delete(s.flights, key)
	}
}

func (c *Cache[K, V]) run(ctx context.Context, key K, f *flight[V], fill func(context.Context) (V, error)) {
	f.value, f.err = guard(ctx, fill)
	s := c.shard(key)
	s.mu.Lock()
	if s.flights[key] == f { // else it was deleted meanwhile: not to be kept
		delete(s.flights, key)
		if f.err == nil && c.limit > 0 {
			c.insertLocked(s, key, f.value)
		}
	}
	s.mu.Unlock()
	c.makeRoom()
	close(f.done)
	f.cancel()
}

func guard[V any](ctx context.Context, fill func(context.Context) (V, error)) (v V, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while filling the cache: %v\n%s", r, debug.Stack())
		}
	}()
	return fill(ctx)
}

func (c *Cache[K, V]) insertLocked(s *shard[K, V], key K, v V) {
	e := &entry[K, V]{key: key, value: v, bytes: int64(c.size(v)) + overhead}
	s.entries[key] = e
	if s.ghosts.take(key) {
		s.main.push(e)
	} else {
		s.small.push(e)
	}
	c.used.Add(e.bytes)
	c.entries.Add(1)
}

func (c *Cache[K, V]) removeLocked(s *shard[K, V], e *entry[K, V]) {
	delete(s.entries, e.key)
	e.in.remove(e)
	c.used.Add(-e.bytes)
	c.entries.Add(-1)
}

// forgetLocked removes an entry that is wrong now. One that has proved itself
// will have its place again.
func (c *Cache[K, V]) forgetLocked(s *shard[K, V], e *entry[K, V]) {
	if e.in == &s.main || e.uses.Load() > 0 {
		s.ghosts.add(e.key, len(s.entries))
	}
	c.removeLocked(s, e)
}

// makeRoom lets one entry of one shard after the other give way until the values
// fit.
func (c *Cache[K, V]) makeRoom() {
	for c.used.Load() > c.limit && c.entries.Load() > 0 {
		s := &c.shards[c.hand.Add(1)%uint32(len(c.shards))]
		s.mu.Lock()
		if c.used.Load() > c.limit {
			if e := s.victimLocked(); e != nil {
				c.removeLocked(s, e)
				c.evictions.Add(1)
			}
		}
		s.mu.Unlock()
	}
}

// victimLocked finds what is to go: of the small queue while that has more than
// its share. On the way it moves what was used on, or back to its end.
func (s *shard[K, V]) victimLocked() *entry[K, V] {
	for {
		small := s.small.bytes*smallShare > s.small.bytes+s.main.bytes || s.main.oldest() == nil
		e := s.main.oldest()
		if small {
			e = s.small.oldest()
		}
		switch {
		case e == nil:
			return nil
		case small && e.uses.Load() == 0:
			s.ghosts.add(e.key, len(s.entries))
			return e
		case small:
			s.small.remove(e)
			e.uses.Store(0)
			s.main.push(e)
		case e.uses.Load() == 0:
			return e
		default:
			s.main.remove(e)
			e.uses.Add(^uint32(0))
			s.main.push(e)
		}
	}
}

// Delete forgets a key and what is being computed for it.
func (c *Cache[K, V]) Delete(key K) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.flights, key)
	if e, ok := s.entries[key]; ok {
		c.forgetLocked(s, e)
	}
}

// DeleteFunc forgets every key, kept or being computed, that gone says true of.
// gone runs under a lock and must not use the cache.
func (c *Cache[K, V]) DeleteFunc(gone func(K) bool) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for key, e := range s.entries {
			if gone(key) {
				c.forgetLocked(s, e)
			}
		}
		for key := range s.flights {
			if gone(key) {
				delete(s.flights, key)
			}
		}
		s.mu.Unlock()
	}
}

// Keys gives every key kept at some time during the call.
func (c *Cache[K, V]) Keys() []K {
	keys := make([]K, 0, c.entries.Load())
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for key := range s.entries {
			keys = append(keys, key)
		}
		s.mu.Unlock()
	}
	return keys
}

// Stats counts since New; Entries and Bytes are of now.
type Stats struct {
	Hits, Misses, Evictions uint64
	Entries, Bytes          int64
}

// Stats gives the counters. A Get that joins a running computation is a miss.
func (c *Cache[K, V]) Stats() Stats {
	return Stats{c.hits.Load(), c.misses.Load(), c.evictions.Load(), c.entries.Load(), c.used.Load()}
}

// Plus adds the counters of two caches.
func (s Stats) Plus(o Stats) Stats {
	return Stats{s.Hits + o.Hits, s.Misses + o.Misses, s.Evictions + o.Evictions, s.Entries + o.Entries, s.Bytes + o.Bytes}
}
