package snapshot_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Features from an id on, up and down, are those of All cut there, whatever the
// ids: of neighbours, and of numbers far apart.
func TestFromAnIDOn(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, reach := range []uint64{200, 70_000, uint64(geo.MaxID)} {
		m := newStore(imported())
		var change geo.Changes
		ids := map[geo.ID]bool{}
		for range 300 {
			ids[geo.ID(1+r.Uint64N(reach))] = true
		}
		for id := range ids {
			change.Records = append(change.Records, feature(imported().ID, id, fmt.Sprint(id), orb.Point{121, 31}, nil))
		}
		m.apply(change)
		l := load(t, m).Layers()[0]
		all := idsOf(l.All)
		for range 200 {
			at := geo.ID(r.Uint64N(reach + 2))
			if r.IntN(2) == 0 {
				at = all[r.IntN(len(all))]
			}
			n, exact := slices.BinarySearch(all, at)
			if got := idsOf(l.From(at)); !slices.Equal(got, all[n:]) {
				t.Fatalf("from %d of %v: %v", at, all, got)
			}
			if exact {
				n++
			}
			got := idsOf(l.DownFrom(at))
			slices.Reverse(got)
			if !slices.Equal(got, all[:n]) {
				t.Fatalf("down from %d of %v: %v", at, all, got)
			}
		}
		for range l.From(0) { // may be left off
			break
		}
		if last := idsOf(l.DownFrom(1<<63 + 1)); len(last) != len(all) {
			t.Errorf("%d of %d", len(last), len(all))
		}
	}
}

func idsOf(all iter.Seq[snapshot.Item]) (ids []geo.ID) {
	for i := range all {
		ids = append(ids, i.ID())
	}
	return ids
}
