package cache

// queue is a list of entries, those that came last at its front.
type queue[K comparable, V any] struct {
	root  entry[K, V] // next is the newest, prev the oldest
	bytes int64
}

func (q *queue[K, V]) init() { q.root.prev, q.root.next = &q.root, &q.root }

func (q *queue[K, V]) push(e *entry[K, V]) {
	e.in, e.prev, e.next = q, &q.root, q.root.next
	e.prev.next, e.next.prev = e, e
	q.bytes += e.bytes
}

func (q *queue[K, V]) remove(e *entry[K, V]) {
	e.prev.next, e.next.prev = e.next, e.prev
	e.prev, e.next, e.in = nil, nil, nil
	q.bytes -= e.bytes
}

func (q *queue[K, V]) oldest() *entry[K, V] {
	if q.root.prev == &q.root {
		return nil
	}
	return q.root.prev
}

// leastGhosts are remembered however few entries there are.
const leastGhosts = 32

// ghosts are keys of entries that gave way lately, without their values: as many
// as there are entries.
type ghosts[K comparable] struct {
	at   map[K]uint64 // when each came
	ring []ghost[K]   // in the order they came; older ones of a key may lie in it
	time uint64
}

type ghost[K comparable] struct {
	key  K
	time uint64
}

// add remembers a key, forgetting the oldest beyond most.
func (g *ghosts[K]) add(key K, most int) {
	if g.at == nil {
		g.at = map[K]uint64{}
	}
	g.time++
	g.at[key] = g.time
	g.ring = append(g.ring, ghost[K]{key, g.time})
	drop := max(0, len(g.ring)-max(most, leastGhosts))
	for _, old := range g.ring[:drop] {
		if g.at[old.key] == old.time {
			delete(g.at, old.key)
		}
	}
	g.ring = g.ring[drop:] // append moves what is left once the room is used up
}

// take reports whether the key is remembered, and forgets it.
func (g *ghosts[K]) take(key K) bool {
	_, ok := g.at[key]
	delete(g.at, key)
	return ok
}
