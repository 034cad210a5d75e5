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
	to := s.without(hidden)
	for _, l := range to.layers {
		if l.decl.Owner.LayerField != "" {
			l.hide(hidden)
		}
	}
	return to
}

// without leaves out layers, and what the store says of them.
func (s *Snapshot) without(hidden map[geo.LayerID]bool) *Snapshot {
	to := *s
	to.whole, to.hidden = s.all(), hidden
	to.layers = handles(slices.DeleteFunc(slices.Clone(s.layers), func(l *Layer) bool { return hidden[l.decl.ID] }), &to)
	to.faults = slices.DeleteFunc(slices.Clone(s.faults), func(f geo.Fault) bool { return hidden[f.Layer] })
	if hidden[districtLayer] {
		to.districts = nil
	}
	return &to
}

// Follow gives what Only leaves of the snapshot that a delta leads to, and the
// delta to it from s, which is what Only left of the one it leads from: what s
// hides stays hidden. It costs what changed. false: s is no such snapshot, or
// layers are others now, which Only must look at anew.
func (s *Snapshot) Follow(d Delta) (Delta, bool) {
	if s.whole == nil || s.whole != d.From || len(d.Layers) > 0 {
		return Delta{}, false
	}
	out := Delta{From: s, To: d.To.without(s.hidden), Dates: d.Dates}
	out.Areas = slices.DeleteFunc(slices.Clone(d.Areas), func(a geo.Area) bool { return s.hidden[a.Layer] })
	changes := map[geo.LayerID][]Change{}
	for _, c := range d.Changes {
		changes[c.Layer] = append(changes[c.Layer], c)
	}
	for _, l := range out.To.layers {
		before, ok := s.Layer(l.decl.ID)
		if !ok {
			return Delta{}, false
		}
		if l.veil = before.veil; l.decl.Owner.LayerField != "" {
			l.draw(before, changes[l.decl.ID], s.hidden)
		}
		for _, c := range changes[l.decl.ID] {
			if c.through(before, l) {
				out.Changes = append(out.Changes, c)
			}
		}
	}
	return out, true
}

// through makes the change one between two layers that may hide a side of it, or
// rows that belong to one; false where nothing is left of it.
func (c *Change) through(from, to *Layer) bool {
	c.HadOld = c.HadOld && !from.veil.hides(c.Old)
	c.HasNew = c.HasNew && !to.veil.hides(c.New)
	c.Old, c.New = c.Old.in(from, c.HadOld), c.New.in(to, c.HasNew)
	switch {
	case !c.HadOld && !c.HasNew:
		return false
	case !c.HasNew:
		c.alone(c.Old)
		c.Attached = c.Old.owns()
	case !c.HadOld:
		c.alone(c.New)
		c.Attached = c.New.owns()
	case c.Attached:
		c.Attached = len(c.AttachedIn()) > 0
	}
	return c.Attached || c.Lit || c.Stood || c.Renamed || c.recorded()
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

// in gives the same row in another handle of its table; none where it is not there.
func (i Item) in(l *Layer, there bool) Item {
	if !there {
		return Item{}
	}
	return Item{l, i.row}
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
		v.count(i, 1)
	}
	l.veil = v
}

// draw puts the veil of the layer before, brought up to date by what changed.
func (l *Layer) draw(before *Layer, changes []Change, hidden map[geo.LayerID]bool) {
	if len(changes) == 0 {
		return
	}
	if l.veil == nil {
		if slices.ContainsFunc(changes, func(c Change) bool { return c.HasNew && hidden[c.New.OwnerLayer()] }) {
			l.hide(hidden)
		}
		return
	}
	v := *before.veil
	v.counts = maps.Clone(v.counts)
	for _, c := range changes {
		if c.HadOld {
			v.count(c.Old, -1)
		}
		if c.HasNew {
			v.count(c.New, 1)
		}
	}
	l.veil = &v
}

// count takes a row in, or out again, unless it is hidden.
func (v *veil) count(i Item, by int) {
	if v.hides(i) {
		return
	}
	v.live += by
	v.total[i.Light()] += by
	c := v.counts[i.District()]
	c[i.Light()] += by
	v.counts[i.District()] = c
}

// hides reports whether a row is not to be seen; it may be asked of no veil.
func (v *veil) hides(i Item) bool {
	return v != nil && v.hidden[i.l.ownerOf(i.row).layer]
}
