package snapshot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// drawText draws a text of which some come often and most never again.
func drawText(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return fmt.Sprint("类别", r.IntN(12))
	case 1:
		return fmt.Sprintf("道路%d号", r.IntN(20_000))
	}
	return fmt.Sprintf("%d", r.Uint64())
}

// Through all its growth, by looking up, by taking in at once and by compaction, a
// dict numbers texts as a map does, while others read and look for them; and what a
// view held it goes on holding.
func TestDictNumbersAsAMapDoes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	d, texts, numbers := newDict(), []string{""}, map[string]uint32{"": 0}
	var readers sync.WaitGroup
	for round := range 12 {
		for range 1 << min(round+3, 13) {
			s := drawText(r)
			want, known := numbers[s]
			if !known {
				want = uint32(len(texts))
				numbers[s], texts = want, append(texts, s)
			}
			take := func() uint32 { return d.add(s) }
			if round%4 == 0 { // nobody else reads while a layer is read
				take = func() uint32 { return d.lent([]byte(s)) }
				if !known && r.IntN(40) == 0 {
					take = func() uint32 { return d.append([]byte(s)) }
				}
			}
			if got := d.find(s); known && got != want || !known && got != 0 {
				t.Fatalf("%q is found as %d, want %d, %v", s, got, want, known)
			}
			if got := take(); got != want {
				t.Fatalf("%q has number %d, want %d", s, got, want)
			}
		}
		was, now := slices.Clip(texts), d.view()
		readers.Go(func() { holds(t, d, now, was) })
		if round%4 == 3 {
			readers.Wait()
			d, texts = compacted(now, r)
			numbers = map[string]uint32{}
			for id, s := range texts {
				numbers[s] = uint32(id)
			}
		}
	}
	readers.Wait()
	holds(t, d, d.view(), texts)
}

func holds(t *testing.T, d *dict, v view, texts []string) {
	if v.len() != len(texts) || v.text(uint32(len(texts))) != "" {
		t.Errorf("%d texts, want %d", v.len(), len(texts))
	}
	for id, s := range texts {
		if v.text(uint32(id)) != s || d.findBytes([]byte(s)) != uint32(id) {
			t.Errorf("text %d is %q and is found as %d, want %q", id, v.text(uint32(id)), d.find(s), s)
			return
		}
	}
}

// compacted keeps most texts of a view, in another order.
func compacted(v view, r *rand.Rand) (*dict, []string) {
	n, texts := renumber(v), []string{""}
	for _, id := range r.Perm(v.len()) {
		if id > 0 && r.IntN(10) > 0 {
			n.id(uint32(id))
			texts = append(texts, v.text(uint32(id)))
		}
	}
	return n.dict(), texts
}

// A dict of many texts grows without any edit's paying for it: a new text makes
// anew one leaf at most, and leaves all other texts where they are.
func TestDictGrowsByALeafAtATime(t *testing.T) {
	d, split := compactedDict(20_000), 0
	for k := range 40_000 {
		dir, runs := slices.Clone(d.index.dir), slices.Clone(d.texts.more.full)
		d.add(fmt.Sprint("新", k))
		fresh := map[*leaf]bool{}
		for i, l := range d.index.dir {
			if l != dir[i*len(dir)/len(d.index.dir)] {
				fresh[l] = true
			}
			if len(l.tags) > leafSlots || l.count > most(len(l.tags)) {
				t.Fatalf("a leaf of %d slots holds %d texts", len(l.tags), l.count)
			}
		}
		if len(fresh) != 0 && len(fresh) != 2 || !slices.Equal(runs, d.texts.more.full[:len(runs)]) {
			t.Fatalf("text %d made %d leaves anew", k, len(fresh))
		}
		split += len(fresh)
	}
	if split == 0 {
		t.Error("no leaf was split")
	}
}

// CompactedDict gives what adds to a dict that holds the numbers below n as texts.
func CompactedDict(n int) (add func(string) uint32) { return compactedDict(n).add }

func compactedDict(n int) *dict {
	v := view{ends: make([]uint32, 1)}
	for k := range n {
		v.append(strconv.Itoa(k))
	}
	all := renumber(v)
	for id := range v.len() {
		all.id(uint32(id))
	}
	return all.dict()
}
