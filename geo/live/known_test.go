package live_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"yiping/geo"
	"yiping/geo/live"
	"yiping/geo/snapshot"
)

func (m *memory) recalled() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.recalls
}

// holdBack makes calls of LoadKnown wait for the function it gives.
func (m *memory) holdBack() (release func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	hold := make(chan struct{})
	m.hold = hold
	return func() { close(hold) }
}

func known(t *testing.T, f *live.Follower, at time.Time) *snapshot.Snapshot {
	t.Helper()
	s, err := f.Known(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if s.Cursor() != "" {
		t.Errorf("the past has cursor %q", s.Cursor())
	}
	return s
}

func TestKnownIsLoadedOnceForAllWhoAsk(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, _ *live.Hub) {
		release := m.holdBack()
		at := time.Now()
		got := make([]*snapshot.Snapshot, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i] = known(t, f, at) })
		}
		synctest.Wait()
		release()
		wg.Wait()
		for i, s := range got {
			if s == nil || s != got[0] {
				t.Errorf("caller %d has a snapshot of its own", i)
			}
		}
		if n := m.recalled(); n != 1 {
			t.Errorf("loaded %d times", n)
		}
	})
}

func TestKnownKeepsTheLastThreeMoments(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, _ *live.Hub) {
		day := func(n int) time.Time { return time.Now().AddDate(0, 0, -n) }
		for i, step := range []struct{ day, loads int }{{1, 1}, {2, 2}, {3, 3}, {1, 3}, {4, 4}, {1, 4}, {3, 4}, {2, 5}, {4, 6}} {
			known(t, f, day(step.day))
			if n := m.recalled(); n != step.loads {
				t.Errorf("step %d: loaded %d times, want %d", i, n, step.loads)
			}
		}
	})
}

// A snapshot of the past is as large as the city: one that is kept no more must
// be collected.
func TestKnownLetsGoOfTheFourthMoment(t *testing.T) {
	bubble(t, func(t *testing.T, _ *memory, f *live.Follower, _ *live.Hub) {
		at := time.Now()
		first := weak.Make(known(t, f, at))
		for n := 1; n <= 3; n++ {
			known(t, f, at.AddDate(0, 0, -n))
		}
		runtime.GC()
		if first.Value() != nil {
			t.Error("the moment that was put aside is still held")
		}
	})
}

func TestKnownLoadsOneMomentAtATime(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, _ *live.Hub) {
		release := m.holdBack()
		var wg sync.WaitGroup
		for n := range 6 {
			wg.Go(func() { known(t, f, time.Now().AddDate(0, 0, -n)) })
		}
		impatient, cancel := context.WithCancel(t.Context())
		gave := make(chan error, 1)
		go func() {
			_, err := f.Known(impatient, time.Unix(0, 0))
			gave <- err
		}()
		synctest.Wait()
		if n := m.recalled(); n != 1 {
			t.Errorf("%d loads at once", n)
		}
		cancel()
		if err := <-gave; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up waiting got %v", err)
		}
		release()
		wg.Wait()
		if n := m.recalled(); n < 6 || n > 7 { // the impatient one may have had the first turn
			t.Errorf("%d loads for six moments", n)
		}
	})
}

func TestKnownEndsWithTheLastWhoWantsIt(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, _ *live.Hub) {
		release := m.holdBack()
		at := time.Now()
		ask := func(ctx context.Context) chan error {
			answer := make(chan error, 1)
			go func() {
				_, err := f.Known(ctx, at)
				answer <- err
			}()
			synctest.Wait()
			return answer
		}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := ask(ctx), ask(t.Context())
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		release()
		if err := <-second; err != nil || m.recalled() != 1 {
			t.Errorf("who waited got %v after %d loads", err, m.recalled())
		}
		m.holdBack()
		at = at.Add(-time.Hour)
		ctx, cancel = context.WithCancel(t.Context())
		alone := ask(ctx)
		cancel()
		if err := <-alone; !errors.Is(err, context.Canceled) {
			t.Errorf("who was alone got %v", err)
		}
		synctest.Wait() // no load is left hanging, or the bubble would say so
		m.holdBack()()
		if err := <-ask(t.Context()); err != nil || m.recalled() != 3 {
			t.Errorf("asked again: %v after %d loads", err, m.recalled())
		}
	})
}

func TestKnownThatFailsIsNotKept(t *testing.T) {
	bubble(t, func(t *testing.T, m *memory, f *live.Follower, _ *live.Hub) {
		at := time.Now()
		m.setDown(geo.Errorf(geo.Unavailable, "gone"))
		if _, err := f.Known(t.Context(), at); geo.CodeOf(err) != geo.Unavailable {
			t.Errorf("got %v", err)
		}
		m.setDown(nil)
		known(t, f, at)
	})
}

func TestKnownShowsThePastAsItWasJudged(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		f, h := follow(t, s)
		was, before := f.Current(), time.Now()
		same(t, known(t, f, before), was)
		sub := h.Subscribe("")
		defer sub.Close()
		s.exec(t, "UPDATE project SET goal_outcome = '无法完成' WHERE code = 'P1'")
		hear(t, sub, live.ChangeEvent)
		end := apply(t, s, project("P2", nil), date("CN", geo.NewDate(2023, 1, 31), false))
		reach(t, f, end.Cursor)
		after := time.Now()
		other := live.NewFollower(s, live.Options{}) // it has kept nothing, and need not run
		same(t, known(t, other, before), was)
		now := known(t, other, after)
		same(t, now, f.Current())
		if d, _ := now.District("CN"); d.Date != geo.NewDate(2023, 1, 31) {
			t.Errorf("judged at %s", d.Date)
		}
		if d, _ := known(t, other, before).District("CN"); d.Date != geo.NewDate(2022, 12, 31) {
			t.Errorf("before judged at %s", d.Date)
		}
		if _, err := f.Known(t.Context(), time.Now().Add(time.Hour)); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("known an hour ahead: %v", err)
		}
	})
}
