package snapshot

import (
	"maps"
	"slices"

	"yiping/geo"
	"yiping/geo/rtree"
	"yiping/tiles"
)

// Bounds of what lies unordered before it is indexed or compacted.
const (
	looseRows   = 512  // searched one by one
	slack       = 4096 // dead rows, rows out of order, or texts not in use
	mergeFactor = 2
	// Rows merged and compacted within an Apply; more are in the background.
	mergedAtOnce    = 1 << 12
	compactedAtOnce = 1 << 13
)

// tidy keeps searching fast: loose rows become a segment, small segments merge,
// and a layer with much that is dead or out of order is compacted. What would
// hold up an Apply is done beside it, and taken over by a later one.
func (l *table) tidy(e *edit, touched map[geo.ID]bool) {
	if l.renewal != nil {
		l.renew(e, touched)
	} else if l.rows-l.live > slack+l.live/2 || l.rows-l.ordered > slack+l.ordered || l.wordy() {
		if l.rows <= compactedAtOnce {
			l.compact(e)
			return
		}
		l.renewal = begin(func(e *edit, c *table) { c.compact(e) }, l)
	}
	l.indexRows()
}

// indexRows makes segments of loose rows, and merges them.
func (l *table) indexRows() {
	if l.merge != nil && isOver(l.merge.done) {
		l.takeMerge()
	}
	if l.rows-l.settled <= looseRows {
		return
	}
	n := l.mergeable(len(l.segments), l.settled, mergedAtOnce)
	from := l.settled
	if n < len(l.segments) {
		from = l.segments[n].from
	}
	l.segments = append(l.segments[:n], segment{from, l.rows, l.treeOf(from, l.rows)})
	l.settled = l.rows
	if n = l.mergeable(n, from, l.rows); l.merge == nil && n < len(l.segments)-1 {
		l.beginMerge(l.segments[n].from, l.rows)
	}
}

// mergeable gives the first of the segments before the n-th that are to merge
// with the rows from the given one on; none is long beside those behind it.
func (l *table) mergeable(n int, from, most uint32) int {
	for ; n > 0; n-- {
		last := l.segments[n-1]
		if last.to-last.from > mergeFactor*(l.rows-from) || l.rows-last.from > most {
			break
		}
		from = last.from
	}
	return n
}

// treeOf makes a tree over rows, of which the box never changes.
func (l *table) treeOf(from, to uint32) *rtree.Tree {
	boxes := make([]rtree.Box, 0, to-from)
	for row := from; row < to; row++ {
		b := tiles.EmptyBox
		if l.state.at(row)&alive != 0 {
			b = l.boxes.at(row)
		}
		boxes = append(boxes, rtreeBox(b))
	}
	return rtree.Build(boxes)
}

// merge is a segment in the making.
type merge struct {
	segment
	done chan struct{}
}

func isOver(done chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func (l *table) beginMerge(from, to uint32) {
	m := &merge{segment{from: from, to: to}, make(chan struct{})}
	l.merge = m
	was := l.clone()
	go func() {
		m.tree = was.treeOf(from, to)
		close(m.done)
	}()
}

// takeMerge puts the segment made in the place of those it is made of.
func (l *table) takeMerge() {
	m := l.merge.segment
	l.merge = nil
	first := slices.IndexFunc(l.segments, func(s segment) bool { return s.from == m.from })
	last := slices.IndexFunc(l.segments, func(s segment) bool { return s.to == m.to })
	if first >= 0 && last >= first {
		l.segments = slices.Replace(l.segments, first, last+1, m)
	}
}

// renewal is a compacted table in the making, and the features that changed
// since. Tables that came of one another share it; none of them changes it.
type renewal struct {
	table *table
	done  chan struct{}
	later *later
}

// later lists features touched, the last first.
type later struct {
	ids    []geo.ID
	before *later
	count  int
}

// begin has work done on a copy of a table. The table must be frozen; what is
// done stays a secret until a later Apply takes it over.
func begin(work func(*edit, *table), of *table) *renewal {
	r := &renewal{table: of.clone(), done: make(chan struct{})}
	r.table.renewal, r.table.merge = nil, nil
	go func() {
		work(&edit{}, r.table)
		close(r.done)
	}()
	return r
}

// atMostLate is how many features that changed meanwhile any Apply takes over; one
// that changed many itself takes over twice as many.
const atMostLate = 64

// renew takes the renewed table over once it is there and knows nearly all that
// changed since; until then it is brought nearer in the background.
func (l *table) renew(e *edit, touched map[geo.ID]bool) {
	r := *l.renewal
	if len(touched) > 0 {
		n := len(touched)
		if r.later != nil {
			n += r.later.count
		}
		r.later = &later{slices.Collect(maps.Keys(touched)), r.later, n}
		l.renewal = &r
	}
	if !isOver(r.done) {
		return
	}
	if r.later != nil && r.later.count > max(atMostLate, 2*len(touched)) {
		was := l.clone()
		l.renewal = begin(func(e *edit, c *table) { c.catchUp(e, was, r.later) }, r.table)
		return
	}
	fresh := r.table.clone()
	fresh.catchUp(e, l, r.later)
	fresh.takeCounts(l)
	fresh.owners, fresh.odd, fresh.revision = l.owners, l.odd, l.revision
	*l = *fresh
}

// catchUp brings features to what another table of the layer has of them.
func (l *table) catchUp(e *edit, with *table, changed *later) {
	var s shaper
	for ; changed != nil; changed = changed.before {
		for _, id := range changed.ids {
			l.bring(e, &s, with, id)
		}
	}
	l.freeze()
	l.indexRows()
}

func (l *table) bring(e *edit, s *shaper, with *table, id geo.ID) {
	row := with.byID.get(uint64(id))
	if row == 0 {
		if row = l.byID.get(uint64(id)); row != 0 {
			l.remove(e, row-1)
		}
		return
	}
	i := Item{&Layer{table: with}, row - 1}
	f := i.Feature()
	// It was in memory before, so it fits and is of the right types.
	_ = l.put(e, s, geo.Record{Layer: l.decl.ID, ID: id, Feature: &f, Reports: i.Reports()})
	row = l.byID.get(uint64(id)) - 1
	place := func(n uint32) uint32 { return l.texts.places.add(with.seen.places.text(n)) }
	setCell(&l.district, e, row, place(with.district.at(i.row)))
	setCell(&l.town, e, row, place(with.town.at(i.row)))
	l.setStand(e, row, with.stand(i.row))
}

// takeCounts takes over what another table of the layer has counted.
func (l *table) takeCounts(from *table) {
	l.counts, l.total = nil, from.total
	for n, c := range from.counts {
		if c == (LightCounts{}) {
			continue
		}
		id := l.texts.places.add(from.seen.places.text(uint32(n)))
		for int(id) >= len(l.counts) {
			l.counts = append(l.counts, LightCounts{})
		}
		l.counts[id] = c
	}
	l.freeze()
}

// wordy reports that a dict holds many texts that no row has any more.
func (l *table) wordy() bool {
	limit := slack + 2*int(l.live)
	for i := range l.columns {
		if l.columns[i].texts.len() > limit {
			return true
		}
	}
	return l.seen.codes.len() > limit || l.owners.len() > limit || l.seen.notes.len() > slack+2*l.noted
}
