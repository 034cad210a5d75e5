package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func modelCases() []testCase {
	return []testCase{
		{"readers see whole batches while writers write", readersSeeWholeBatches},
		{"random batches from several writers lead every follower to the same state", followersAgree},
	}
}

const (
	pairSum   = 1000
	pairCount = 12
)

func half(layer geo.LayerID, i int, side string, amount int64) geo.Feature {
	return geo.Feature{Layer: layer, Code: fmt.Sprintf("%d%s", i, side), Geometry: orb.Point{float64(i), 0},
		Properties: geo.Properties{"amount": amount}}
}

// makePairs creates the pairs and gives the ids of their halves.
func makePairs(t *testing.T, s geo.Store) [][2]geo.ID {
	b := by()
	for i := range pairCount {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Create, Feature: half(pair, i, "a", 0)},
			geo.Edit{Op: geo.Create, Feature: half(pair, i, "b", pairSum)})
	}
	res := mustApply(t, s, b)
	ids := make([][2]geo.ID, pairCount)
	for i := range ids {
		ids[i] = [2]geo.ID{res.IDs[2*i], res.IDs[2*i+1]}
	}
	return ids
}

// torn tells which pair does not add up, if any.
func (m *mirror) torn() error {
	sums := map[float64]int64{}
	for _, r := range m.records[pair] {
		sums[r.Feature.Geometry.(orb.Point)[0]] += r.Feature.Properties["amount"].(int64)
	}
	for i, sum := range sums {
		if sum != pairSum {
			return fmt.Errorf("pair %v adds up to %d at cursor %q: half a batch was read", i, sum, m.cursor)
		}
	}
	return nil
}

func shiftPair(r *rand.Rand, ids [][2]geo.ID) []geo.Edit {
	i, x := r.IntN(len(ids)), r.Int64N(pairSum)
	return []geo.Edit{replace(half(pair, i, "a", x), ids[i][0], 0), replace(half(pair, i, "b", pairSum-x), ids[i][1], 0)}
}

func readersSeeWholeBatches(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	ids := makePairs(t, h.Store)
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	for w := range 3 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(w)))
			for range 40 {
				if _, err := stores[w%2].Apply(context.Background(), by(shiftPair(r, ids)...)); err != nil {
					t.Errorf("seed %d: apply: %v", seed, err)
					return
				}
			}
		})
	}
	for n := range 2 {
		readers.Go(func() {
			for !done.Load() {
				m, err := tryLoad(context.Background(), stores[n])
				if err == nil {
					err = m.torn()
				}
				for i := 0; i < 5 && err == nil; i++ {
					if _, err = m.follow(context.Background(), stores[n]); err == nil {
						err = m.torn()
					}
				}
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
					return
				}
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
}

// writer makes random edits of features it shares with other writers.
type writer struct {
	r     *rand.Rand
	n     int
	pairs [][2]geo.ID
	mu    *sync.Mutex
	ids   *[]geo.ID // features made so far; some are gone
}

func (w *writer) pick() geo.ID {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(*w.ids) == 0 {
		return 1
	}
	return (*w.ids)[w.r.IntN(len(*w.ids))]
}

func (w *writer) feature() geo.Feature {
	f := named(fmt.Sprintf("w%d-%d", w.n, w.r.IntN(40)))
	f.Geometry, f.Z = Shape(w.r)
	f.Properties["total"] = w.r.Int64()
	f.Properties["size"] = w.r.NormFloat64()
	return f
}

func (w *writer) edit() geo.Edit {
	switch w.r.IntN(10) {
	case 0, 1, 2:
		return geo.Edit{Op: geo.Create, Feature: w.feature()}
	case 3, 4:
		return replace(w.feature(), w.pick(), 0)
	case 5:
		return remove(w.pick(), 0)
	case 6, 7:
		return report(w.pick(), geo.Date(738000+w.r.IntN(4)), float64(w.r.IntN(100)))
	case 8:
		return geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: site, Feature: w.pick(), Date: geo.Date(738000 + w.r.IntN(4))}}
	}
	return geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: fmt.Sprint(w.r.IntN(3)), Date: geo.Date(1 + w.r.IntN(1e5))}}
}

// write lands one batch; a batch that meets what another writer did is dropped.
func (w *writer) write(s geo.Store) error {
	b := geo.Batch{Actor: fmt.Sprintf("writer %d", w.n)}
	if w.r.IntN(3) == 0 {
		b.Edits = shiftPair(w.r, w.pairs)
	}
	for range w.r.IntN(4) {
		b.Edits = append(b.Edits, w.edit())
	}
	res, err := s.Apply(context.Background(), b)
	switch geo.CodeOf(err) {
	case geo.Conflict, geo.NotFound:
		return nil
	case "":
	default:
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, e := range b.Edits {
		if e.Op == geo.Create {
			*w.ids = append(*w.ids, res.IDs[i])
		}
	}
	return nil
}

func followersAgree(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	pairs := makePairs(t, h.Store)
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var mu sync.Mutex
	var ids []geo.ID
	var writers, followers sync.WaitGroup
	var done atomic.Bool
	for n := range 4 {
		writers.Go(func() {
			w := &writer{r: rand.New(rand.NewPCG(seed, uint64(n))), n: n, pairs: pairs, mu: &mu, ids: &ids}
			for range 40 {
				if err := w.write(stores[n%2]); err != nil {
					t.Errorf("seed %d: %v", seed, err)
					return
				}
			}
		})
	}
	kept := make([][]*mirror, 2)
	for n := range kept {
		m := load(t, h.Store)
		followers.Go(func() {
			for last := false; !last; {
				last = done.Load() // read before the feed, so that the last round sees everything
				_, err := m.follow(context.Background(), stores[n])
				if err == nil {
					err = m.torn()
				}
				if err != nil {
					t.Errorf("seed %d: follower: %v", seed, err)
					return
				}
				if len(kept[n]) < 12 {
					kept[n] = append(kept[n], m.clone())
				}
			}
			kept[n] = append(kept[n], m)
		})
	}
	writers.Wait()
	done.Store(true)
	followers.Wait()
	if t.Failed() {
		return
	}
	want := load(t, h.Store)
	for _, ms := range kept {
		mustEqual(t, fmt.Sprintf("seed %d: follower", seed), ms[len(ms)-1], want)
		for i, m := range ms {
			if _, err := m.follow(context.Background(), stores[i%2]); err != nil {
				t.Fatalf("seed %d: from cursor %q: %v", seed, m.cursor, err)
			}
			mustEqual(t, fmt.Sprintf("seed %d: from an earlier cursor", seed), m, want)
		}
	}
}
