package live

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Options tune a Follower; the zero value follows in silence.
type Options struct {
	// Publish is told of every snapshot before anybody can read or hear of it:
	// tiles are made exact here. The first Delta, and that of a reload, is zero.
	Publish func(*snapshot.Snapshot, snapshot.Delta)
	// Touched names the tiles whose content a delta changed other than by
	// light; the root tile alone stands for all. nil announces "all" with
	// every change.
	Touched func(snapshot.Delta) []tiles.ID
	// Hub hears of every change; nil announces nothing.
	Hub *Hub
	// Logger hears of the store going away and coming back, and of its
	// standing faults; nil discards.
	Logger *slog.Logger
	// MinBackoff and MaxBackoff bound the pause between attempts to reach a
	// store that is away; 0 means 100 ms and 15 s.
	MinBackoff, MaxBackoff time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// readTimeout bounds one reading of the feed, and one writing of a date, so that a connection that died
// without a word is noticed.
const readTimeout = time.Minute

// Follower keeps a snapshot current from a store. Its methods other than Run
// may be called concurrently, before and during Run.
type Follower struct {
	store   geo.Store
	opts    Options
	current atomic.Pointer[snapshot.Snapshot]
	pasts   pasts         // snapshots of the past
	dates   chan struct{} // wakes the keeper of dates; holds one wake-up
	faults  []geo.Fault   // the store's, as last read from the feed; Run's own
	asked   bool          // faults holds an answer of this load; Run's own

	mu     sync.Mutex
	moved  chan struct{} // closed and replaced whenever current moves
	health Health
}

// Health tells how the follower stands with its store.
type Health struct {
	Ready       bool          // a snapshot can be read
	Away        bool          // the store does not answer; the last snapshot is served
	Since       time.Time     // since when Away is what it is; zero before the first contact
	LastContact time.Time     // when the store last answered
	LastError   error         // why the store is away
	Loads       uint64        // how often everything was read
	Applied     uint64        // how many changes were applied
	ApplyTime   time.Duration // spent on all of them, from read to published
	LastApply   time.Duration // … on the last one
}

// NewFollower makes a follower; it does nothing until Run.
func NewFollower(store geo.Store, o Options) *Follower {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MinBackoff <= 0 {
		o.MinBackoff = 100 * time.Millisecond
	}
	if o.MaxBackoff < o.MinBackoff {
		o.MaxBackoff = max(15*time.Second, o.MinBackoff)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Follower{store: store, opts: o, moved: make(chan struct{}), dates: make(chan struct{}, 1), pasts: pasts{turn: make(chan struct{}, 1)}}
}

// Current gives the snapshot to read from; nil before the first load. It never
// goes back to an older one of the same store.
func (f *Follower) Current() *snapshot.Snapshot { return f.current.Load() }

// Health gives the follower's state of health.
func (f *Follower) Health() Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health
}

// WaitFor returns when the current snapshot holds everything visible at the
// cursor. It fails with code Unavailable when ctx ends first.
func (f *Follower) WaitFor(ctx context.Context, cursor geo.Cursor) error {
	for {
		f.mu.Lock()
		moved := f.moved
		f.mu.Unlock()
		if s := f.Current(); s != nil && f.store.Covers(s.Cursor(), cursor) {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return geo.Wrap(geo.Unavailable, ctx.Err(), "the cursor asked for has not been reached")
		}
	}
}

// Run loads and follows until ctx ends, whatever becomes of the store; it
// returns nil then. It must be called once only.
func (f *Follower) Run(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.keepDates(ctx)
	}()
	defer func() { <-done }()
	for attempt := 0; ctx.Err() == nil; attempt++ {
		if f.follow(ctx) {
			attempt = 0
		}
		f.pause(ctx, attempt)
	}
	return nil
}

// pause sleeps an exponential time with jitter, so that the nodes of a city do
// not all knock at once when their database comes back.
func (f *Follower) pause(ctx context.Context, attempt int) {
	if ctx.Err() != nil {
		return
	}
	d := f.opts.MinBackoff << min(attempt, 20)
	if d > f.opts.MaxBackoff || d <= 0 {
		d = f.opts.MaxBackoff
	}
	sleep(ctx, d/2+rand.N(d/2+1))
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// follow loads if need be and applies changes until the store fails. It reports
// whether the store answered at all.
func (f *Follower) follow(ctx context.Context) (answered bool) {
	for {
		err := f.step(ctx)
		if ctx.Err() != nil {
			return answered
		}
		if err != nil {
			f.away(err)
			return answered
		}
		answered = true
		f.contact()
		if err := f.wait(ctx); err != nil {
			if ctx.Err() == nil {
				f.away(err)
			}
			return answered
		}
	}
}

// step brings the snapshot up to date once.
func (f *Follower) step(ctx context.Context) error {
	s := f.Current()
	if s == nil {
		return f.load(ctx)
	}
	ctx2, cancel := context.WithTimeout(ctx, readTimeout)
	changes, err := f.store.Since(ctx2, s.Cursor())
	cancel()
	switch {
	case geo.CodeOf(err) == geo.Reload:
		f.opts.Logger.Info("the feed cannot be followed: reading everything", "reason", err)
		return f.load(ctx)
	case err != nil:
		return err
	}
	faulty := f.newFaults(s, changes.Faults)
	if changes.Empty() && changes.Cursor == s.Cursor() && !faulty {
		return nil
	}
	begun := f.opts.Now()
	next, delta, err := s.Apply(changes)
	if err != nil {
		// The feed and what we hold disagree: the store is right.
		f.opts.Logger.Error("changes do not fit the snapshot: reading everything", "error", err)
		return f.load(ctx)
	}
	f.publish(next, delta)
	f.applied(f.opts.Now().Sub(begun))
	if f.opts.Hub != nil && (faulty || !changes.Empty()) {
		f.opts.Hub.Announce(eventOf(delta, f.opts.Touched))
	}
	return nil
}

// newFaults notes the store's faults and reports whether they are others than
// before. A snapshot has faults of its own beside them, so the first answer
// after a load counts as new where there are any at all.
func (f *Follower) newFaults(s *snapshot.Snapshot, faults []geo.Fault) bool {
	same := slices.Equal(f.faults, faults)
	if !f.asked {
		same = len(faults) == 0 && len(s.Faults()) == 0
	}
	if !same {
		f.logFaults(faults)
	}
	f.faults, f.asked = faults, true
	return !same
}

// logFaults tells the faults that did not stand before, and when none is left.
func (f *Follower) logFaults(faults []geo.Fault) {
	for _, fault := range faults {
		if !slices.Contains(f.faults, fault) {
			f.opts.Logger.Warn("the store has a fault", "layer", fault.Layer, "fault", fault.Message, "mend", fault.Mend)
		}
	}
	if len(faults) == 0 && len(f.faults) > 0 {
		f.opts.Logger.Info("the store has no fault any more")
	}
}

// wait sleeps until there may be news. A store that does not come back from its
// own slow poll is asked, not trusted.
func (f *Follower) wait(ctx context.Context) error {
	ctx2, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	err := f.store.Wait(ctx2, f.Current().Cursor())
	if err != nil && ctx2.Err() != nil {
		return nil
	}
	return err
}

// load reads everything and replaces the snapshot; listeners are told to do
// the same when they had another before.
func (f *Follower) load(ctx context.Context) error {
	s, err := snapshot.Load(ctx, f.store)
	if err != nil {
		return err
	}
	again := f.Current() != nil
	if f.opts.Hub != nil && !again {
		f.opts.Hub.Start(s.Cursor(), s.Revision()) // who can read can listen
	}
	f.asked = false
	f.publish(s, snapshot.Delta{})
	f.mu.Lock()
	f.health.Loads++
	f.mu.Unlock()
	if f.opts.Hub != nil && again {
		f.opts.Hub.Announce(&Event{Kind: ReloadEvent, Cursor: s.Cursor(), Revision: s.Revision()})
	}
	return nil
}

// publish tells the tiles, then swaps the pointer, then wakes who waits: a tile
// may be newer than the answer beside it, never older.
func (f *Follower) publish(s *snapshot.Snapshot, d snapshot.Delta) {
	if f.opts.Publish != nil {
		f.opts.Publish(s, d)
	}
	f.current.Store(s)
	f.mu.Lock()
	f.health.Ready = true
	close(f.moved)
	f.moved = make(chan struct{})
	f.mu.Unlock()
	f.wakeDates()
}

func (f *Follower) applied(took time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.health.Applied++
	f.health.ApplyTime += took
	f.health.LastApply = took
}

// contact notes that the store answered.
func (f *Follower) contact() {
	now := f.opts.Now()
	f.mu.Lock()
	back := f.health.Away
	if back || f.health.Since.IsZero() {
		f.health.Since = now
	}
	f.health.Away, f.health.LastError, f.health.LastContact = false, nil, now
	f.mu.Unlock()
	if back {
		f.opts.Logger.Info("the store is back")
		f.announceState(StoreOK, now)
		f.wakeDates()
	}
}

// away notes that the store does not answer.
func (f *Follower) away(err error) {
	now := f.opts.Now()
	f.mu.Lock()
	first := !f.health.Away
	if first {
		f.health.Away, f.health.Since = true, now
	}
	f.health.LastError = err
	f.mu.Unlock()
	if first {
		f.opts.Logger.Warn("the store is away; serving the last snapshot", "error", err)
		f.announceState(StoreAway, now)
	}
}

func (f *Follower) announceState(state string, since time.Time) {
	if f.opts.Hub != nil {
		f.opts.Hub.Announce(&Event{Kind: StateEvent, State: StoreState{Store: state, Since: since}})
	}
}
