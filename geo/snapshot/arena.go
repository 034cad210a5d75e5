package snapshot

import (
	"sync"

	"yiping/tiles"
)

// grown is a list that only grows, in runs of grownRun, so that none is copied when it
// grows however long it is. A copy of it holds for good what it held: what comes later
// is written where it does not look.
type grown[T any] struct {
	full []*[grownRun]T
	last []T // the run that is not full
}

const grownRun = 1 << 10

func (g *grown[T]) len() int { return len(g.full)*grownRun + len(g.last) }

// place is where the k-th is.
func (g *grown[T]) place(k int) *T {
	if run := k / grownRun; run < len(g.full) {
		return &g.full[run][k%grownRun]
	}
	return &g.last[k%grownRun]
}

func (g *grown[T]) at(k int) T { return *g.place(k) }

func (g *grown[T]) append(v T) {
	if n := len(g.last); n == cap(g.last) {
		room := max(4, min(2*n, grownRun))
		if len(g.full) > 0 {
			room = grownRun
		}
		g.last = append(make([]T, 0, room), g.last...)
	}
	if g.last = append(g.last, v); len(g.last) == grownRun {
		g.full, g.last = append(g.full, (*[grownRun]T)(g.last)), nil
	}
}

// arena holds runs of T end to end in chunks; it only grows, like a dict. A run
// is addressed by its position, and never crosses the end of its chunk: one
// longer than chunkLen has a chunk of its own that takes several numbers.
type arena[T byte | tiles.XY] struct {
	mu     sync.Mutex
	chunks grown[[]T]
	used   int // of the last chunk; meaningless without one
}

const (
	chunkBits = 13
	chunkLen  = 1 << chunkBits
	maxChunks = 1<<(32-chunkBits) - 1<<13 // the rest is for those that compaction cuts short
)

// add copies a run in and gives its position; false when the arena is full.
func (a *arena[T]) add(run []T) (uint32, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.chunks.len()+len(run)/chunkLen >= maxChunks {
		return 0, false
	}
	return a.put(run), true
}

// put is add where nobody else does, and there is room.
func (a *arena[T]) put(run []T) uint32 {
	if len(run) == 0 {
		return 0
	}
	n := (len(run) + chunkLen - 1) / chunkLen
	if a.chunks.len() == 0 || a.used+len(run) > chunkLen {
		chunk := make([]T, max(chunkLen, len(run)))
		a.chunks.append(chunk)
		a.used = 0
		if n > 1 {
			copy(chunk, run)
			for range n - 1 {
				a.chunks.append(nil)
			}
			a.used = chunkLen
			return uint32(a.chunks.len()-n) << chunkBits
		}
	}
	at := a.used
	copy(a.chunks.at(a.chunks.len() - 1)[at:], run)
	a.used += len(run)
	return uint32(a.chunks.len()-1)<<chunkBits | uint32(at)
}

// clip gives back what is free of the last chunk: nothing is put there any more.
func (a *arena[T]) clip() {
	n := a.chunks.len() - 1
	if n < 0 {
		return
	}
	if last := a.chunks.at(n); a.used < len(last) {
		*a.chunks.place(n) = append(make([]T, 0, a.used), last[:a.used]...)
		a.used = chunkLen
	}
}

// view gives what can be read: the chunks, of which runs already added never
// change.
func (a *arena[T]) view() grown[[]T] {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.chunks
}

// run gives n values from a position; the last of a chunk for n < 0.
func run[T any](chunks *grown[[]T], at uint32, n int) []T {
	if n == 0 {
		return nil
	}
	c := chunks.at(int(at >> chunkBits))[at&(chunkLen-1):]
	if n < 0 {
		return c
	}
	return c[:n:n]
}
