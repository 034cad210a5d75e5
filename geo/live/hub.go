package live

import (
	"sync"

	"yiping/geo"
)

// HubOptions tune a Hub; the zero value is useful.
type HubOptions struct {
	// Buffer is how many events a listener may lag behind before it is cut
	// off; 0 means 64.
	Buffer int
	// Ring is how many events are kept for those who resume; 0 means 1024.
	// What is kept is bounded too by the features the events name.
	Ring int
}

const ringWeight = 50_000 // features named by all kept events together

// Hub announces events. It never waits for a listener: one whose buffer is full
// is cut off and resumes by its cursor. Its methods may be called concurrently.
type Hub struct {
	covers func(a, b geo.Cursor) bool
	opts   HubOptions

	mu     sync.Mutex
	subs   map[*Subscription]struct{}
	ring   []*Event
	weight int
	// base is the cursor before the first event of the ring: who has seen it
	// can resume.
	base   geo.Cursor
	head   geo.Cursor
	rev    uint64
	state  *Event
	closed bool
	cut    uint64
}

// NewHub makes a hub. covers is the store's geo.Feeder.Covers.
func NewHub(covers func(a, b geo.Cursor) bool, o HubOptions) *Hub {
	if o.Buffer <= 0 {
		o.Buffer = 64
	}
	if o.Ring <= 0 {
		o.Ring = 1024
	}
	return &Hub{covers: covers, opts: o, subs: map[*Subscription]struct{}{}}
}

// Subscription is one listener's end. Close it when done.
type Subscription struct {
	// Events ends (is closed) when the listener was too slow, the hub closed,
	// or Close was called.
	Events <-chan *Event
	// Missed are the events since the cursor given to Subscribe, to be handled
	// before Events. When it cannot be told which those are it is one reload.
	Missed []*Event
	// Cursor and Revision are where the hub stands; Events begins after them.
	Cursor   geo.Cursor
	Revision uint64
	// State is the store's last state event, nil while it was never away.
	State *Event

	hub  *Hub
	send chan *Event
	// ahead is a cursor the listener came with that lies before us: it has
	// read from another node. Events it covers are no news to it.
	ahead geo.Cursor
}

// Subscribe joins a listener that has seen since, "" for one that begins now.
func (h *Hub) Subscribe(since geo.Cursor) *Subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &Subscription{hub: h, send: make(chan *Event, h.opts.Buffer), Cursor: h.head, Revision: h.rev, State: h.state}
	s.Events = s.send
	if h.closed {
		close(s.send)
		return s
	}
	h.subs[s] = struct{}{}
	if since != "" {
		s.Missed = h.missedLocked(since)
		s.ahead = since
	}
	return s
}

func (h *Hub) missedLocked(since geo.Cursor) []*Event {
	if h.head == "" {
		return nil // nothing is loaded yet; what comes is told when it comes
	}
	if !h.covers(since, h.base) {
		return []*Event{{Kind: ReloadEvent, Cursor: h.head, Revision: h.rev}}
	}
	var missed []*Event
	for _, e := range h.ring {
		if !h.covers(since, e.Cursor) {
			missed = append(missed, e)
		}
	}
	return missed
}

// News reports whether the event tells the listener anything: not when it came
// with a cursor, read on another node, that already covers the event.
func (s *Subscription) News(e *Event) bool {
	if s.ahead == "" || e.Kind != ChangeEvent {
		return true
	}
	if s.hub.covers(s.ahead, e.Cursor) {
		return false
	}
	s.ahead = ""
	return true
}

// Close leaves the hub. It may be called more than once.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.dropLocked(s)
}

func (h *Hub) dropLocked(s *Subscription) {
	if _, ok := h.subs[s]; ok {
		delete(h.subs, s)
		close(s.send)
	}
}

// Start says where the feed begins: at the cursor and revision of the first
// snapshot. Whoever has seen that cursor can resume.
func (h *Hub) Start(cursor geo.Cursor, revision uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring, h.weight = nil, 0
	h.base, h.head, h.rev = cursor, cursor, revision
}

// Announce sends an event to every listener and keeps it for those who resume.
// A reload empties the ring: nobody can resume across it.
func (h *Hub) Announce(e *Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e.Kind {
	case StateEvent:
		h.state = e
	case ReloadEvent:
		h.ring, h.weight = nil, 0
		h.base, h.head, h.rev = e.Cursor, e.Cursor, e.Revision
	default:
		h.keepLocked(e)
		h.head, h.rev = e.Cursor, e.Revision
	}
	for s := range h.subs {
		select {
		case s.send <- e:
		default:
			h.cut++
			h.dropLocked(s)
		}
	}
}

func (h *Hub) keepLocked(e *Event) {
	h.ring = append(h.ring, e)
	h.weight += e.weight()
	drop := 0
	for len(h.ring)-drop > h.opts.Ring || h.weight > ringWeight {
		h.weight -= h.ring[drop].weight()
		h.base = h.ring[drop].Cursor
		h.ring[drop] = nil
		drop++
	}
	h.ring = h.ring[drop:]
}

// HubStats are figures for the metrics.
type HubStats struct {
	Listeners int
	Kept      int    // events held for those who resume
	Cut       uint64 // listeners cut off for being slow, ever
}

// Stats gives the hub's figures.
func (h *Hub) Stats() HubStats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return HubStats{Listeners: len(h.subs), Kept: len(h.ring), Cut: h.cut}
}

// Close ends every subscription, now and later.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subs {
		h.dropLocked(s)
	}
}
