package postgis

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// bell wakes those who wait. One connection listens; it is made when somebody
// first waits. It may be lost at any time: then there is the slow poll.
type bell struct {
	cfg  *pgx.ConnConfig
	poll time.Duration
	once sync.Once
	stop context.CancelFunc // ends the listener
	ctx  context.Context
	done chan struct{} // closed when the listener has ended

	mu    sync.Mutex
	rings uint64
	rung  chan struct{} // closed at the next ring
	err   error         // why nobody listens just now
	// known is how often the bell had rung when a cursor was read, for the last
	// few cursors: a ring between Since and Wait must not be slept through.
	known map[geo.Cursor]uint64
	order []geo.Cursor
}

const knownCursors = 64

func newBell(cfg *pgx.ConnConfig, poll time.Duration) *bell {
	ctx, stop := context.WithCancel(context.Background())
	return &bell{cfg: cfg, poll: poll, ctx: ctx, stop: stop, done: make(chan struct{}),
		rung: make(chan struct{}), known: map[geo.Cursor]uint64{}}
}

func (b *bell) close() {
	b.stop()
	b.once.Do(func() { close(b.done) }) // never started
	<-b.done
}

func (b *bell) count() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rings
}

// saw notes that the reader of c had heard all rings up to n.
func (b *bell) saw(c geo.Cursor, n uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.known[c]; !there {
		b.order = append(b.order, c)
		if len(b.order) > knownCursors {
			delete(b.known, b.order[0])
			b.order = b.order[1:]
		}
	}
	b.known[c] = n
}

// ring wakes all who wait; err says why nobody listens any more.
func (b *bell) ring(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rings++
	b.err = err
	close(b.rung)
	b.rung = make(chan struct{})
}

// listen keeps a connection listening until the bell is closed.
func (b *bell) listen() {
	defer close(b.done)
	for b.ctx.Err() == nil {
		err := b.listenOnce()
		if b.ctx.Err() != nil {
			return
		}
		b.ring(err)
		if err == nil {
			continue // it listened, and was cut off: again at once
		}
		timer := time.NewTimer(b.poll)
		select {
		case <-b.ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// listenOnce gives nil when it had been listening.
func (b *bell) listenOnce() error {
	conn, err := pgx.ConnectConfig(b.ctx, b.cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(b.ctx))
	if _, err := conn.Exec(b.ctx, "LISTEN yiping"); err != nil {
		return err
	}
	b.ring(nil) // what came before is not announced
	for {
		if _, err := conn.WaitForNotification(b.ctx); err != nil {
			return nil
		}
		b.ring(nil)
	}
}

// Wait returns when the bell rang since the cursor was read, or after the slow
// poll. Where nobody can listen it says so.
func (s *Store) Wait(ctx context.Context, after geo.Cursor) error {
	b := s.bell
	b.once.Do(func() { go b.listen() })
	s.pruneSometimes()
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	rings, rung, down := b.rings, b.rung, b.err
	heard, known := b.known[after]
	b.mu.Unlock()
	if down != nil {
		return asStoreError(down, "listen for changes")
	}
	if !known || rings > heard {
		return nil
	}
	timer := time.NewTimer(b.poll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-b.ctx.Done():
		return geo.Errorf(geo.Unavailable, "the store is closed")
	case <-rung:
		return nil
	case <-timer.C:
		return nil
	}
}

// pruneSometimes prunes now and then, beside whoever waits. What goes wrong with
// it is for the next time: it is no failure of waiting.
func (s *Store) pruneSometimes() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Before(s.pruneAt) || s.bell.ctx.Err() != nil {
		return
	}
	s.pruneAt = now.Add(min(s.options.Keep/4, 10*time.Minute))
	s.background.Go(func() { _, _ = s.Prune(s.bell.ctx) })
}
