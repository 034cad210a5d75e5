package snapshot

import (
	"slices"

	"yiping/geo"
	"yiping/tiles"
)

// Layer is one layer of a snapshot.
type Layer struct {
	decl     geo.Layer
	revision uint64
	dates    *dates
	fault    *geo.Fault
	rows     map[geo.ID]*row
	codes    map[string]geo.ID
	counts   map[string]LightCounts
}

// row is one feature with what was computed for it.
type row struct {
	feature        geo.Feature
	reports        []geo.Report
	light          geo.Light
	overdue        bool
	district, town string
	box            tiles.Box
	shape          Shape
}

// LightCounts counts features by geo.Light.
type LightCounts [4]int

// Total is the number of features counted.
func (c LightCounts) Total() int { return c[0] + c[1] + c[2] + c[3] }

// Decl is the declaration. Read only.
func (l *Layer) Decl() *geo.Layer { return &l.decl }

// Len is the number of features.
func (l *Layer) Len() int { return len(l.rows) }

// Revision is the snapshot revision at which anything in the layer last changed.
func (l *Layer) Revision() uint64 { return l.revision }

// ByID finds a feature by id.
func (l *Layer) ByID(id geo.ID) (Item, bool) {
	r, ok := l.rows[id]
	return Item{l, r}, ok
}

// ByCode finds a feature by its business key.
func (l *Layer) ByCode(code string) (Item, bool) {
	id, ok := l.codes[code]
	if !ok {
		return Item{}, false
	}
	return l.ByID(id)
}

// All gives every feature, ascending by id.
func (l *Layer) All(yield func(Item) bool) {
	ids := make([]geo.ID, 0, len(l.rows))
	for id := range l.rows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if !yield(Item{l, l.rows[id]}) {
			return
		}
	}
}

// Search gives the features whose box meets the box, in no particular order.
func (l *Layer) Search(box tiles.Box, yield func(Item) bool) {
	for _, r := range l.rows {
		if r.box.Intersects(box) && !yield(Item{l, r}) {
			return
		}
	}
}

// Counts counts the features of a district by light; "" counts all.
func (l *Layer) Counts(district string) LightCounts {
	if district != "" {
		return l.counts[district]
	}
	var sum LightCounts
	for _, c := range l.counts {
		for i := range c {
			sum[i] += c[i]
		}
	}
	return sum
}
