package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"yiping/tiles/cache"
)

func give[V any](v V) func(context.Context) (V, error) {
	return func(context.Context) (V, error) { return v, nil }
}

func length(s string) int { return len(s) }

func must(t *testing.T, c *cache.Cache[int, string], key int, v string) string {
	t.Helper()
	got, err := c.Get(context.Background(), key, give(v))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestKeepsWhatWasComputed(t *testing.T) {
	c := cache.New[int](cache.Options[string]{})
	must(t, c, 1, "a")
	if got := must(t, c, 1, "b"); got != "a" {
		t.Errorf("computed again: %q", got)
	}
	if s := c.Stats(); s.Hits != 1 || s.Misses != 1 || s.Entries != 1 || s.Bytes <= 0 {
		t.Errorf("stats %+v", s)
	}
	if v, ok := c.Peek(1); v != "a" || !ok {
		t.Errorf("peeking gives %q, %v", v, ok)
	}
	c.Delete(1)
	if _, ok := c.Peek(1); ok {
		t.Error("there after Delete")
	}
	if got := must(t, c, 1, "b"); got != "b" {
		t.Errorf("kept after Delete: %q", got)
	}
	must(t, c, 2, "c")
	c.DeleteFunc(func(k int) bool { return k == 1 })
	if k := c.Keys(); !slices.Equal(k, []int{2}) {
		t.Errorf("keys %v", k)
	}
}

func TestManyAskOneComputes(t *testing.T) {
	c := cache.New[int](cache.Options[string]{})
	var calls atomic.Int32
	begun, release := make(chan struct{}), make(chan struct{})
	fill := func(context.Context) (string, error) {
		calls.Add(1)
		close(begun)
		<-release
		return "v", nil
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if v, err := c.Get(context.Background(), 1, fill); v != "v" || err != nil {
				t.Error(v, err)
			}
		})
	}
	<-begun
	close(release)
	wg.Wait()
	if calls.Load() != 1 {
		t.Errorf("%d computations", calls.Load())
	}
}

func TestFailureIsNotKept(t *testing.T) {
	c := cache.New[int](cache.Options[string]{})
	no := errors.New("no")
	if _, err := c.Get(context.Background(), 1, func(context.Context) (string, error) { return "", no }); !errors.Is(err, no) {
		t.Error(err)
	}
	_, err := c.Get(context.Background(), 1, func(context.Context) (string, error) { panic("broken") })
	if err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("panic came back as %v", err)
	}
	if got := must(t, c, 1, "v"); got != "v" {
		t.Error(got)
	}
}

func TestLeavingEarly(t *testing.T) {
	c := cache.New[int](cache.Options[string]{})
	ctx, leave := context.WithCancel(context.Background())
	begun, release := make(chan struct{}), make(chan struct{})
	fill := func(run context.Context) (string, error) {
		close(begun)
		select {
		case <-release:
			return "v", nil
		case <-run.Done():
			return "", run.Err()
		}
	}
	first := make(chan error, 1)
	go func() {
		_, err := c.Get(ctx, 1, fill)
		first <- err
	}()
	<-begun
	second := make(chan error, 1)
	waits := make(chan struct{})
	go func() {
		close(waits)
		v, err := c.Get(context.Background(), 1, give("v"))
		if err == nil && v != "v" {
			err = errors.New(v)
		}
		second <- err
	}()
	<-waits
	t.Run("one who leaves gets his own error", func(t *testing.T) {
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("one who stays gets the value", func(t *testing.T) {
		close(release)
		if err := <-second; err != nil {
			t.Error(err)
		}
	})
	t.Run("when all have left the computation is told and nothing is kept", func(t *testing.T) {
		ctx, leave := context.WithCancel(context.Background())
		told := make(chan struct{})
		if _, err := c.Get(ctx, 2, func(run context.Context) (string, error) {
			leave()
			<-run.Done()
			close(told)
			return "late", nil
		}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		<-told
		if got := must(t, c, 2, "fresh"); got != "fresh" {
			t.Error(got)
		}
	})
}

func TestComputationBegunBeforeDeleteIsNotKept(t *testing.T) {
	for name, del := range map[string]func(*cache.Cache[int, string]){
		"by key":      func(c *cache.Cache[int, string]) { c.Delete(1) },
		"by function": func(c *cache.Cache[int, string]) { c.DeleteFunc(func(int) bool { return true }) },
	} {
		t.Run(name, func(t *testing.T) {
			c := cache.New[int](cache.Options[string]{})
			begun, release, old := make(chan struct{}), make(chan struct{}), make(chan string)
			go func() {
				v, err := c.Get(context.Background(), 1, func(context.Context) (string, error) {
					close(begun)
					<-release
					return "old", nil
				})
				if err != nil {
					t.Error(err)
				}
				old <- v
			}()
			<-begun
			del(c)
			if got := must(t, c, 1, "new"); got != "new" {
				t.Errorf("asked after the deletion, got %q", got)
			}
			close(release)
			if v := <-old; v != "old" {
				t.Errorf("who waited before got %q", v)
			}
			if got := must(t, c, 1, "newer"); got != "new" {
				t.Errorf("then kept: %q", got)
			}
		})
	}
}

func TestStaysWithinItsBound(t *testing.T) {
	const limit = 100_000
	c := cache.New[int](cache.Options[string]{Bytes: limit, Size: length, Shards: 4})
	value := strings.Repeat("x", 1000)
	for k := range 1000 {
		must(t, c, k, value)
		must(t, c, 0, value) // always in use
	}
	s := c.Stats()
	if s.Entries == 0 || s.Evictions == 0 {
		t.Errorf("stats %+v", s)
	}
	if !slices.Contains(c.Keys(), 0) {
		t.Error("the entry in constant use went first")
	}
	if s := c.Stats(); s.Bytes > limit {
		t.Errorf("%d bytes of %d", s.Bytes, limit)
	}
	c.DeleteFunc(func(int) bool { return true })
	if s := c.Stats(); s.Bytes != 0 || s.Entries != 0 {
		t.Errorf("after deleting all: %+v", s)
	}
}

func TestKeepsNothingWithoutRoom(t *testing.T) {
	c := cache.New[int](cache.Options[string]{Bytes: -1})
	must(t, c, 1, "a")
	if got := must(t, c, 1, "b"); got != "b" {
		t.Errorf("kept %q", got)
	}
}

// TestNeverOlderThanDeleted: a truth per key rises, is deleted from the cache,
// and is then announced as a floor; nobody may read below the floor.
func TestNeverOlderThanDeleted(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const keys, rounds = 8, 3000
	c := cache.New[int](cache.Options[int64]{Bytes: 6 * 200, Shards: 2})
	var truth, floor [keys]atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		rnd := rand.New(rand.NewPCG(seed, uint64(w)))
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				k := rnd.IntN(keys)
				low := floor[k].Load()
				v, err := c.Get(context.Background(), k, func(context.Context) (int64, error) { return truth[k].Load(), nil })
				if err != nil || v < low {
					t.Errorf("key %d: %d below %d (%v)", k, v, low, err)
					return
				}
			}
		})
	}
	rnd := rand.New(rand.NewPCG(seed, 99))
	for i := range int64(rounds) {
		k := rnd.IntN(keys)
		truth[k].Store(i)
		if i%2 == 0 {
			c.Delete(k)
		} else {
			c.DeleteFunc(func(x int) bool { return x == k })
		}
		floor[k].Store(i)
	}
	close(stop)
	wg.Wait()
}

func BenchmarkHitParallel(b *testing.B) {
	type key struct {
		layers string
		z      uint8
		x, y   uint32
	}
	c := cache.New[key](cache.Options[[]byte]{Size: func(v []byte) int { return len(v) }})
	keys := make([]key, 1024)
	for i := range keys {
		keys[i] = key{"block,project,street", 14, uint32(i), uint32(i * 7)}
		if _, err := c.Get(context.Background(), keys[i], give(make([]byte, 1000))); err != nil {
			b.Fatal(err)
		}
	}
	fill := give([]byte(nil))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if v, err := c.Get(context.Background(), keys[i%len(keys)], fill); err != nil || v == nil {
				b.Error("missed")
				return
			}
		}
	})
}
