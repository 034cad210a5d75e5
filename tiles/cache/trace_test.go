package cache_test

import (
	"container/list"
	"context"
	"math/rand/v2"
	"testing"

	"yiping/tiles/cache"
)

// tileKey and tileBytes: what a tile of the zoom takes, as measured on a
// synthetic city of 100,000 features.
type tileKey struct{ z, x, y int }

func (k tileKey) bytes() int {
	return map[int]int{10: 300_000, 11: 220_000, 12: 140_000, 13: 90_000, 14: 40_000, 15: 24_000, 16: 9_000}[k.z]
}

// keeper is a cache as the trace sees it.
type keeper interface{ hit(tileKey) bool }

// lru gives up what is unused longest: what the cache is compared with.
type lru struct {
	limit, used int
	at          map[tileKey]*list.Element
	order       list.List // of tileKey, used last in front
}

func (l *lru) hit(k tileKey) bool {
	if e, ok := l.at[k]; ok {
		l.order.MoveToFront(e)
		return true
	}
	l.at[k] = l.order.PushFront(k)
	for l.used += k.bytes(); l.used > l.limit; {
		k := l.order.Remove(l.order.Back()).(tileKey)
		delete(l.at, k)
		l.used -= k.bytes()
	}
	return false
}

type ours struct{ *cache.Cache[tileKey, int] }

func (o ours) hit(k tileKey) bool {
	if _, ok := o.Peek(k); ok {
		return true
	}
	_, err := o.Get(context.Background(), k, func(context.Context) (int, error) { return k.bytes(), nil })
	return err != nil
}

// users are people who look at a city of 64 by 64 tiles of zoom 16: each opens
// the map at one of 200 places, some places far more often than others, and pans
// and zooms from there.
type users struct {
	rnd    *rand.Rand
	places *rand.Zipf
	at     []tileKey // of each user's view, its corner
	left   []int     // steps before the user goes
}

func newUsers(rnd *rand.Rand, n int) *users {
	return &users{rnd, rand.NewZipf(rnd, 1.2, 3, 199), make([]tileKey, n), make([]int, n)}
}

// step moves one user and gives the 4 by 3 tiles of the view.
func (u *users) step(show func(tileKey)) {
	i := u.rnd.IntN(len(u.at))
	k := &u.at[i]
	switch u.left[i]--; {
	case u.left[i] < 0:
		p := int(u.places.Uint64())
		*k = tileKey{12 + u.rnd.IntN(3), 0, 0}
		k.x, k.y = p*2654435761>>7%64>>(16-k.z), p*40503>>3%64>>(16-k.z)
		u.left[i] = 3 + u.rnd.IntN(20)
	case u.rnd.IntN(3) == 0 && k.z < 16:
		*k = tileKey{k.z + 1, 2*k.x + u.rnd.IntN(2), 2*k.y + u.rnd.IntN(2)}
	case u.rnd.IntN(3) == 0 && k.z > 10:
		*k = tileKey{k.z - 1, k.x / 2, k.y / 2}
	default:
		k.x, k.y = k.x+u.rnd.IntN(3)-1, k.y+u.rnd.IntN(3)-1
	}
	side := 64 >> (16 - k.z)
	for d := range 12 {
		if x, y := k.x+d%4-1, k.y+d/4-1; x >= 0 && y >= 0 && x < side && y < side {
			show(tileKey{k.z, x, y})
		}
	}
}

// hits gives the share of the users' requests that are hits, while a crawler
// that asks for every tile of zooms 16 down to 13, over and over, asks for crawled
// tiles in the time of one view.
func hits(c keeper, crawled int) float64 {
	u := newUsers(rand.New(rand.NewPCG(1, 2)), 50)
	asked, hit, next := 0, 0, 0
	const all = 64*64 + 32*32 + 16*16 + 8*8
	crawl := func() {
		n := next % all
		for z, side := 16, 64; ; z, side = z-1, side/2 {
			if n < side*side {
				c.hit(tileKey{z, n % side, n / side})
				break
			}
			n -= side * side
		}
		next++
	}
	for i := range 6_000 {
		u.step(func(k tileKey) {
			h := c.hit(k)
			if i < 2_000 {
				return // it fills
			}
			if asked++; h {
				hit++
			}
		})
		for range crawled {
			crawl()
		}
	}
	return float64(hit) / float64(asked)
}

// TestHitsOfAMapWithACrawler compares with giving up what is unused longest, at
// a bound of two fifths of the city's tiles.
func TestHitsOfAMapWithACrawler(t *testing.T) {
	const limit = 32 << 20
	for _, c := range []struct {
		name    string
		crawled int
		gain    float64 // at least, of the share of hits
	}{{"users alone", 0, -0.02}, {"a crawler among them", 12, 0.04}, {"a crawler as fast as it can", 30, 0.1}} {
		t.Run(c.name, func(t *testing.T) {
			got := hits(ours{cache.New[tileKey](cache.Options[int]{Bytes: limit, Size: func(n int) int { return n }, Shards: 4})}, c.crawled)
			old := hits(&lru{limit: limit, at: map[tileKey]*list.Element{}}, c.crawled)
			t.Logf("%.3f of the users' requests are hits, %.3f if the unused longest gives way", got, old)
			if got < old+c.gain {
				t.Errorf("%.3f of the users' requests are hits, want %.3f and %.2f more", got, old, c.gain)
			}
		})
	}
}
