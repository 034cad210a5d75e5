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
		for way, got := range map[string]snapshot.Page{"searched": few, "listed": listed} {
			if ok || way == "listed" {
				checkPage(t, got, want, cut)
			}
		}
		if t.Failed() {
			t.Fatalf("of %d in %v by %+v", len(all), box, cut)
		}
	}
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
