package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// A large layer is compacted beside the Applies that go on meanwhile, and what
// they changed is in the compacted one: after it was taken over, the snapshot is
// as one loaded anew, and those before are as they were.
func TestALargeLayerIsRenewedBesideItsChanges(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	const n = 12_000
	m := synthetic{n: n, rounds: true}
	plain := newStore(works())
	for id, rec := range m.plain() {
		plain.records["works"][id] = rec
	}
	s := load(t, plain)
	first, before := s, dump(s)
	renewals, most := 0, 0
	for step := 0; renewals < 2; step++ {
		if step == 3000 {
			t.Fatalf("%d renewals, up to %d rows", renewals, most)
		}
		edits := 1 + r.IntN(3)
		if step%100 < 10 {
			edits = 1200
		}
		c := geo.Changes{}
		for range edits {
			rec := m.record(r, 1+r.IntN(n+n/10))
			rec.Feature.Properties["name"] = fmt.Sprintf("改名%d", r.IntN(1000))
			if r.IntN(10) == 0 {
				rec = geo.Record{Layer: "works", ID: rec.ID}
			}
			c.Records = append(c.Records, rec)
		}
		l, _ := s.Layer("works")
		was := l.Rows()
		plain.apply(c)
		s, _ = apply(t, s, c)
		if l, _ = s.Layer("works"); l.Rows() < was-n/10 {
			renewals++
			checkFound(t, s, plain, r)
			checkCounts(t, l)
		}
		most = max(most, l.Rows())
		runtime.Gosched()
	}
	if want := load(t, plain); dump(want) != dump(s) {
		t.Error("loaded anew it is another")
	}
	if dump(first) != before {
		t.Error("the first snapshot is another now")
	}
}

func checkCounts(t *testing.T, l *snapshot.Layer) {
	t.Helper()
	var want snapshot.LightCounts
	l.All(func(i snapshot.Item) bool { want[i.Light()]++; return true })
	if l.Counts("") != want {
		t.Errorf("counted %v, want %v", l.Counts(""), want)
	}
}

// Two may go on from one snapshot while its layer is renewed.
func TestTwoGoOnFromASnapshotUnderRenewal(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	const n = 12_000
	m := synthetic{n: n, rounds: true}
	plain := newStore(works())
	for id, rec := range m.plain() {
		plain.records["works"][id] = rec
	}
	s := load(t, plain)
	c := geo.Changes{}
	for id := range n {
		c.Records = append(c.Records, m.record(r, id+1))
	}
	plain.apply(c)
	s, _ = apply(t, s, c) // all rows moved: the renewal is under way
	for _, side := range []string{"左", "右"} {
		store := newStore(works())
		for id, rec := range plain.records["works"] {
			store.records["works"][id] = rec
		}
		now := s
		for step := 0; ; step++ {
			if step == 100_000 {
				t.Fatal("never renewed")
			}
			rec := m.record(r, 1+r.IntN(n))
			rec.Feature.Properties["name"] = side
			c := geo.Changes{Records: []geo.Record{rec}}
			store.apply(c)
			now, _ = apply(t, now, c)
			if l, _ := now.Layer("works"); l.Rows() < n+n/2 {
				break
			}
			runtime.Gosched()
		}
		if want := load(t, store); dump(want) != dump(now) {
			t.Errorf("%s: loaded anew it is another", side)
		}
	}
}
