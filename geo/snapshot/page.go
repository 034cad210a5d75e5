package snapshot

import (
	"math/bits"
	"slices"
	"sync"

	"yiping/geo"
	"yiping/tiles"
)

// Cut says which of the features that a condition lets through are a page, by id: the
// first from At on, or with Down the last before it.
type Cut struct {
	At    geo.ID
	Down  bool
	Limit int
}

// Page is a page of features ascending by id.
type Page struct {
	Items          []Item
	Matched        int  // by the condition, on all pages
	Earlier, Later bool // whether there are some on pages before or after
}

// mostSearched is how many features a search of a box may come by without a list of
// what it finds being worth keeping for the next page.
const mostSearched = 4096

var searches = sync.Pool{New: func() any { return new([mostSearched]geo.ID) }}

// Few gives a page of the features whose box meets a box and that keep lets through.
// It is for where few lie: false if it came by more than mostSearched.
func (l *Layer) Few(box tiles.Box, keep func(Item) bool, c Cut) (Page, bool) {
	room := searches.Get().(*[mostSearched]geo.ID)
	defer searches.Put(room)
	ids, left := room[:0], mostSearched
	l.Search(box, func(i Item) bool {
		if left--; left >= 0 && keep(i) {
			ids = append(ids, i.ID())
		}
		return left >= 0
	})
	if left < 0 {
		return Page{}, false
	}
	p := Page{Matched: len(ids)}
	ids, p.Earlier, p.Later = c.among(ids)
	p.Items = l.named(ids)
	return p, true
}

// named looks features up that are there.
func (l *Layer) named(ids []geo.ID) []Item {
	items := make([]Item, len(ids))
	for n, id := range ids {
		items[n], _ = l.ByID(id)
	}
	return items
}

// among gives the ids of the page in order, from ids in no order, among which it
// sorts; and whether there are others before and behind.
func (c Cut) among(ids []geo.ID) (page []geo.ID, earlier, later bool) {
	n := 0
	for _, id := range ids {
		if (id < c.At) == c.Down {
			ids[n] = id
			n++
		}
	}
	others, more := n < len(ids), n > c.Limit
	page = ids[:n]
	if !c.Down {
		return least(page, c.Limit), others, more
	}
	for k := range page { // the last are the first counted from the end
		page[k] = ^page[k]
	}
	page = least(page, c.Limit)
	for k := range page {
		page[k] = ^page[k]
	}
	slices.Reverse(page)
	return page, more, others
}

// least gives the k least ids in order. It deals all out to buckets by size, and sorts
// only those that the k lie in: ids are strewn evenly enough for a few in each.
func least(ids []geo.ID, k int) []geo.ID {
	const width = 9 // of a bucket's number, in bits
	if len(ids) <= 24 {
		slices.Sort(ids)
		return ids[:min(k, len(ids))]
	}
	low, high := ids[0], ids[0]
	for _, id := range ids {
		low, high = min(low, id), max(high, id)
	}
	shift := max(0, bits.Len64(uint64(high-low))-width)
	var ends [1<<width + 1]uint32 // counts of the buckets before, then where each ends
	for _, id := range ids {
		ends[(id-low)>>shift+1]++
	}
	last := 0 // the bucket that the k-th lies in
	for last < 1<<width-1 && int(ends[last+1]) < min(k, len(ids)) {
		last++
		ends[last+1] += ends[last]
	}
	dealt := make([]geo.ID, ends[last+1])
	for _, id := range ids {
		if b := (id - low) >> shift; int(b) <= last {
			dealt[ends[b]] = id
			ends[b]++
		}
	}
	from := uint32(0)
	for _, to := range ends[:last+1] {
		slices.Sort(dealt[from:to])
		from = to
	}
	return dealt[:min(k, len(dealt))]
}

// Many gives a page of the features whose box meets a box and that keep lets through,
// as it does all whose box lies within another. It is for where many lie: they are
// counted by the tree, and the page is found by going through the layer in order of
// id. false where that may be long, since those of the page come late.
func (l *Layer) Many(box, within tiles.Box, keep func(Item) bool, c Cut) (Page, bool) {
	if l.veil != nil {
		return Page{}, false
	}
	p := Page{Matched: l.matching(box, within, keep)}
	passes := func(i Item) bool { b := i.Box(); return !b.Empty() && b.Intersects(box) && keep(i) }
	left := max(mostSearched, 2*c.Limit, p.Matched/8) // no longer than a search
	ways := [2]func(func(Item) bool){l.From(c.At), func(func(Item) bool) {}}
	if c.At > 0 {
		ways[1] = l.DownFrom(c.At - 1)
	}
	if c.Down {
		ways[0], ways[1] = ways[1], ways[0]
	}
	more, others := false, false
	ways[0](func(i Item) bool {
		if left--; left >= 0 && passes(i) {
			if more = len(p.Items) == c.Limit; !more {
				p.Items = append(p.Items, i)
			}
		}
		return left >= 0 && !more
	})
	ways[1](func(i Item) bool {
		left--
		others = left >= 0 && passes(i)
		return left >= 0 && !others
	})
	p.Earlier, p.Later = others, more
	if c.Down {
		slices.Reverse(p.Items)
		p.Earlier, p.Later = more, others
	}
	return p, left >= 0
}

// matching counts what Many finds.
func (l *Layer) matching(box, within tiles.Box, keep func(Item) bool) int {
	n := 0
	if box.Empty() {
		return n
	}
	hit := func(row uint32) bool {
		if l.state.at(row)&alive != 0 && keep(Item{l, row}) {
			n++
		}
		return true
	}
	l.base.SearchRuns(rtreeBox(box), rtreeBox(within), func(from, to uint32) bool {
		switch {
		case to-from == 1:
			hit(from)
		case l.rows == l.live:
			n += int(to - from)
		default:
			n += l.living(from, to)
		}
		return true
	})
	l.searchLater(box, hit)
	return n
}

// living counts the features in the rows from one to before another.
func (l *Layer) living(from, to uint32) int {
	n := 0
	for row := from; row < to; row++ {
		n += int(l.state.at(row) & alive / alive)
	}
	return n
}

// listed gives the page from all ids in order.
func (l *Layer) listed(ids []geo.ID, c Cut) Page {
	at, _ := slices.BinarySearch(ids, c.At)
	from, to := at, min(at+c.Limit, len(ids))
	if c.Down {
		from, to = max(0, at-c.Limit), at
	}
	return Page{l.named(ids[from:to]), len(ids), from > 0, to < len(ids)}
}

// Page gives a page of the features of a snapshot's layer that a condition lets
// through, which find lists in order; see Of.
func (k *Lists) Page(s *Snapshot, l *Layer, name string, c Cut, find func() ([]geo.ID, error)) (Page, error) {
	ids, err := k.Of(s, name, find)
	if err != nil {
		return Page{}, err
	}
	return l.listed(ids, c), nil
}
