package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// keptPasts is how many snapshots of the past are kept: each is as large as the
// current one, and readers of one bulletin ask for the same.
const keptPasts = 3

// pasts are the snapshots of the past asked for last, the latest used first.
type pasts struct {
	turn chan struct{} // held while loading: whoever asks for many moments waits for one at a time
	mu   sync.Mutex
	kept []*pastEntry
}

// pastEntry is a snapshot, or one being loaded.
type pastEntry struct {
	at      int64         // microseconds, as fine as any store counts
	done    chan struct{} // closed when it is there or has failed
	waiting int           // callers that want it; the last to leave ends the load
	cancel  context.CancelFunc
	snap    *snapshot.Snapshot
	err     error
}

// Known gives the snapshot of everything as recorded by a moment. It never
// changes and cannot be followed: its cursor is "". Callers that ask for one
// moment share one load, which goes on for as long as one of them wants it. Codes:
// Invalid for a moment to come, Unavailable while the store is away.
func (f *Follower) Known(ctx context.Context, at time.Time) (*snapshot.Snapshot, error) {
	e := f.past(at)
	select {
	case <-e.done:
	case <-ctx.Done():
	}
	f.pasts.leave(e)
	select {
	case <-e.done:
		return e.snap, e.err
	default:
		return nil, ctx.Err()
	}
}

// past finds the entry of a moment or begins to load it.
func (f *Follower) past(at time.Time) *pastEntry {
	p := &f.pasts
	p.mu.Lock()
	defer p.mu.Unlock()
	key := at.UnixMicro()
	if i := slices.IndexFunc(p.kept, func(e *pastEntry) bool { return e.at == key }); i >= 0 {
		e := p.kept[i]
		e.waiting++
		p.kept = slices.Insert(slices.Delete(p.kept, i, i+1), 0, e)
		return e
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &pastEntry{at: key, done: make(chan struct{}), waiting: 1, cancel: cancel}
	p.kept = slices.Insert(p.kept, 0, e)
	if len(p.kept) > keptPasts {
		p.kept = slices.Delete(p.kept, keptPasts, len(p.kept)) // it lets go of what it deletes
	}
	go func() {
		defer cancel()
		snap, err := f.recall(ctx, at)
		p.settle(e, snap, err)
	}()
	return e
}

// recall reads the store as it was known at a moment.
func (f *Follower) recall(ctx context.Context, at time.Time) (*snapshot.Snapshot, error) {
	select {
	case f.pasts.turn <- struct{}{}:
		defer func() { <-f.pasts.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return LoadKnown(ctx, f.store, at)
}

// settle hands the outcome to those who wait. A failure is not kept.
func (p *pasts) settle(e *pastEntry, snap *snapshot.Snapshot, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.snap, e.err = snap, err
	close(e.done)
	if err != nil {
		p.forget(e)
	}
}

func (p *pasts) leave(e *pastEntry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.waiting--; e.waiting > 0 {
		return
	}
	select {
	case <-e.done:
	default:
		e.cancel()
		p.forget(e) // who asks next begins anew
	}
}

func (p *pasts) forget(e *pastEntry) {
	p.kept = slices.DeleteFunc(p.kept, func(k *pastEntry) bool { return k == e })
}

// LoadKnown gives the snapshot of everything in a store as recorded by a moment.
func LoadKnown(ctx context.Context, store geo.Store, at time.Time) (*snapshot.Snapshot, error) {
	return snapshot.Load(ctx, knownBy{store, at})
}

// knownBy is a store as it was known at a moment.
type knownBy struct {
	geo.Store
	at time.Time
}

func (k knownBy) Load(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	return k.LoadKnown(ctx, k.at, head, record)
}
