package snapshot_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// checkPages draws boxes and pages of what lies in them, and holds each to what comes
// of looking at every feature.
func checkPages(t *testing.T, l *snapshot.Layer, r *rand.Rand) {
	t.Helper()
	all := idsOf(l.All)
	var lists snapshot.Lists
	for range 8 {
		p, size := orb.Point{121 + r.Float64(), 31 + r.Float64()}, r.Float64()
		box := tiles.BoxOf(orb.Bound{Min: p, Max: orb.Point{p[0] + size, p[1] + size}})
		odd := r.IntN(2) == 0
		keep := func(i snapshot.Item) bool { return !odd || i.ID()%2 == 1 }
		cut := snapshot.Cut{Limit: 1 + r.IntN(40), Down: r.IntN(2) == 0}
		if len(all) > 0 && r.IntN(3) > 0 {
			cut.At = all[r.IntN(len(all))] + geo.ID(r.IntN(2))
		}
		var want []geo.ID
		for i := range l.All {
			if b := i.Box(); !b.Empty() && b.Intersects(box) && keep(i) {
				want = append(want, i.ID())
			}
		}
		few, ok := l.Few(box, keep, cut)
		if !ok && l.Len() < 4096 {
			t.Errorf("%d features are many", l.Len())
		}
		listed, err := lists.Page(new(snapshot.Snapshot), l, "", cut, func() ([]geo.ID, error) { return want, nil })
		if err != nil {
			t.Fatal(err)
		}
		lists = snapshot.Lists{}
		checkPage(t, listed, want, cut)
		if ok {
			checkPage(t, few, want, cut)
		}
		if !odd {
			if many, ok := l.Many(box, shrunk(box, r), keep, cut); ok {
				checkPage(t, many, want, cut)
			}
		}
		if t.Failed() {
			t.Fatalf("of %d in %v by %+v", len(all), box, cut)
		}
	}
}

// shrunk draws a box within another.
func shrunk(b tiles.Box, r *rand.Rand) tiles.Box {
	dx, dy := r.Uint32N((b.Max.X-b.Min.X)/2+1), r.Uint32N((b.Max.Y-b.Min.Y)/2+1)
	return tiles.Box{Min: tiles.XY{X: b.Min.X + dx, Y: b.Min.Y + dy}, Max: tiles.XY{X: b.Max.X - dx, Y: b.Max.Y - dy}}
}

// checkPage holds a page to what it is of the ids found, in order, one by one.
func checkPage(t *testing.T, got snapshot.Page, found []geo.ID, c snapshot.Cut) {
	t.Helper()
	var before, from, page []geo.ID
	for _, id := range found {
		if id < c.At {
			before = append(before, id)
		} else {
			from = append(from, id)
		}
	}
	earlier, later := len(before) > 0, len(from) > c.Limit
	page = from[:min(c.Limit, len(from))]
	if c.Down {
		earlier, later = len(before) > c.Limit, len(from) > 0
		page = before[max(0, len(before)-c.Limit):]
	}
	if ids := idsOf(slices.Values(got.Items)); !slices.Equal(ids, page) {
		t.Errorf("page %v, want %v", ids, page)
	}
	if got.Matched != len(found) || got.Earlier != earlier || got.Later != later {
		t.Errorf("%d matched, earlier %v, later %v; want %d, %v, %v", got.Matched, got.Earlier, got.Later, len(found), earlier, later)
	}
}

// The ids of pages may lie close, far apart, or mostly in one place.
func TestPagesOfAnyIDs(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, reach := range []uint64{700, 1_000_000, uint64(geo.MaxID)} {
		m := newStore(imported())
		ids := map[geo.ID]bool{geo.MaxID: reach == uint64(geo.MaxID)}
		for n := range 600 {
			within := reach
			if n%2 == 0 {
				within = 700
			}
			ids[geo.ID(1+r.Uint64N(within))] = true
		}
		var change geo.Changes
		for id, there := range ids {
			if there {
				change.Records = append(change.Records, feature(imported().ID, id, "", orb.Point{121 + r.Float64(), 31 + r.Float64()}, nil))
			}
		}
		m.apply(change)
		s := load(t, m)
		for range 20 {
			checkPages(t, s.Layers()[0], r)
		}
	}
}

// Many are counted, and paged through from any place, as long as those of the page
// come soon; where they come late, after many of elsewhere, it is left to lists.
func TestManyAreCountedAndPagedThrough(t *testing.T) {
	const n = 20_000
	store := newStore(imported())
	at := func(id int) orb.Point { // the last thousand lie apart
		p := orb.Point{121 + float64(id%200)/200, 31 + float64(id)/n}
		if id > n-1000 {
			p[0] += 10
		}
		return p
	}
	for id := 1; id <= n; id++ {
		store.records[imported().ID][geo.ID(id)] = feature(imported().ID, geo.ID(id), "", at(id), nil)
	}
	s := load(t, store)
	var c geo.Changes
	for id := 7; id <= n; id += 14 { // half go, half come back elsewhere
		rec := feature(imported().ID, geo.ID(id), "", at((id+7)%n+1), nil)
		if id%28 == 7 {
			rec = geo.Record{Layer: imported().ID, ID: geo.ID(id)}
		}
		c.Records = append(c.Records, rec)
	}
	store.apply(c)
	changed, _ := apply(t, s, c)
	all := func(snapshot.Item) bool { return true }
	boxed := func(w, e float64) tiles.Box {
		return tiles.BoxOf(orb.Bound{Min: orb.Point{w, 31.1}, Max: orb.Point{e, 32}})
	}
	for _, s := range []*snapshot.Snapshot{s, changed} {
		l := s.Layers()[0]
		near, far := boxed(121, 123), boxed(131, 133)
		found := func(box tiles.Box) (ids []geo.ID) {
			for i := range l.All {
				if i.Box().Intersects(box) {
					ids = append(ids, i.ID())
				}
			}
			return ids
		}
		for _, cut := range []snapshot.Cut{{Limit: 100}, {At: 9000, Limit: 100}, {At: 9000, Limit: 100, Down: true}, {At: n, Limit: 5000, Down: true}} {
			p, ok := l.Many(near, near, all, cut)
			if !ok {
				t.Errorf("%+v is left to lists", cut)
				continue
			}
			checkPage(t, p, found(near), cut)
		}
		if p, ok := l.Many(far, far, all, snapshot.Cut{Limit: 100}); ok || p.Matched != len(found(far)) {
			t.Errorf("%d found, want %d, after a long way: %v", p.Matched, len(found(far)), !ok)
		}
		checkPages(t, l, rand.New(rand.NewPCG(1, 0)))
	}
}

// What a search would come by too much of is left to lists.
func TestFewAreNotMany(t *testing.T) {
	m := synthetic{n: 5000}
	store := newStore(works())
	store.records["works"] = m.plain()
	l := load(t, store).Layers()[0]
	all := func(snapshot.Item) bool { return true }
	whole := tiles.BoxOf(orb.Bound{Min: orb.Point{100, 20}, Max: orb.Point{140, 50}})
	if p, ok := l.Few(whole, all, snapshot.Cut{Limit: 10}); ok || len(p.Items) > 0 {
		t.Errorf("%d of %d features were gone through", len(p.Items), l.Len())
	}
}
