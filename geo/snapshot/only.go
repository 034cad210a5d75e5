package snapshot

import (
	"maps"
	"slices"
	"strings"

	"yiping/geo"
)

// Only gives the snapshot without the layers that hides is true of, for one who
// may not see them: neither they nor, in other layers, rows that belong to their
// features. It shares all else and costs little. Lights, standings and units of
// what remains are as they were judged by everything. Its result is for reading,
// not for applying changes to.
//
// A layer whose rows name the layer they belong to is hidden whole where it has
// geometry: tiles are drawn by layer.
func (s *Snapshot) Only(hides func(geo.LayerID) bool) *Snapshot {
	hidden := s.Hidden(hides)
	maps.Copy(hidden, s.hidden)
	if len(hidden) == 0 {
		return s
	}
	to := *s
	to.whole, to.hidden = s.all(), hidden
	to.layers = handles(slices.DeleteFunc(slices.Clone(s.layers), func(l *Layer) bool { return hidden[l.decl.ID] }), &to)
	for _, l := range to.layers {
		if l.decl.Owner.LayerField != "" {
			l.hide(hidden)
		}
	}
	if hidden[districtLayer] {
		to.districts = nil
	}
	return &to
}

// Hidden lists the layers that Only leaves out: those that hides is true of, and
// those whose rows belong to their features.
func (s *Snapshot) Hidden(hides func(geo.LayerID) bool) map[geo.LayerID]bool {
	hidden := map[geo.LayerID]bool{}
	for _, l := range s.layers {
		if hides(l.decl.ID) {
			hidden[l.decl.ID] = true
		}
	}
	for n := -1; n != len(hidden); { // owners of owners
		n = len(hidden)
		for _, l := range s.layers {
			by := l.decl.Owner
			if by.Layer != "" && (hidden[by.Layer] || hides(by.Layer)) || by.LayerField != "" && n > 0 && l.decl.Geometry != geo.NoGeometry {
				hidden[l.decl.ID] = true
			}
		}
	}
	return hidden
}

// all is the snapshot that nothing was left out of.
func (s *Snapshot) all() *Snapshot {
	if s.whole != nil {
		return s.whole
	}
	return s
}

// judging is a layer that features are judged by, whoever may see it.
func (s *Snapshot) judging(id geo.LayerID) (*Layer, bool) { return s.all().Layer(id) }

// veil hides rows of a layer by the layer of the feature that they belong to.
type veil struct {
	hidden map[geo.LayerID]bool
	live   int // rows that are left
	counts map[string]LightCounts
	total  LightCounts
}

// hide puts a veil before the rows that belong to features of hidden layers,
// unless there are none.
func (l *Layer) hide(hidden map[geo.LayerID]bool) {
	keys, any := l.owners.keys.view(), false
	for n := range keys.len() {
		layer, _, _ := strings.Cut(keys.text(uint32(n)), "\x00")
		any = any || hidden[geo.LayerID(layer)]
	}
	if !any {
		return
	}
	v := &veil{hidden: hidden, counts: map[string]LightCounts{}}
	for i := range l.All {
		if v.hides(i) {
			continue
		}
		v.live++
		v.total[i.Light()]++
		c := v.counts[i.District()]
		c[i.Light()]++
		v.counts[i.District()] = c
	}
	l.veil = v
}

// hides reports whether a row is not to be seen; it may be asked of no veil.
func (v *veil) hides(i Item) bool {
	return v != nil && v.hidden[i.l.ownerOf(i.row).layer]
}
