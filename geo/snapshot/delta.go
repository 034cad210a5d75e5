package snapshot

import (
	"bytes"
	"maps"
	"reflect"
	"slices"

	"yiping/geo"
)

// Delta says how one snapshot differs from the one it was made from. The zero
// Delta stands for "everything is new".
type Delta struct {
	From, To *Snapshot
	// Changes are the features that differ, ordered by layer and id, each once:
	// those whose record changed, and those that only lie elsewhere now (a
	// boundary moved), have another light or standing (an evaluation date
	// advanced), or whose rows in other layers changed. It does not list
	// features of layers that are new, reset or dropped.
	Changes []Change
	Layers  []geo.LayerID // layers declared anew, reset or dropped: treat as changed whole
	Areas   []geo.Area    // where layers served from the database, of which no feature is here, changed
	Dates   []geo.DistrictDate
}

// Change is one feature before and after. Where one side is missing, Edited, Lit,
// Stood and Renamed are true, and Moved, Reported and Attached are true if the other side
// has a geometry, reports, and rows that belong to it. With no flag set only the
// version differs.
type Change struct {
	Layer    geo.LayerID
	ID       geo.ID
	Old, New Item
	HadOld   bool
	HasNew   bool
	Moved    bool // geometry differs
	Edited   bool // any property, code or placement differs
	Lit      bool // light or overdue differs, be it by report or by evaluation date
	Reported bool // reports differ
	Stood    bool // standing differs, of which the light is a part
	Renamed  bool // the unit that answers for the feature differs, or goes by another name
	// A row that belongs to the feature came, went or differs, other than by a
	// light of its own. Rows of layers in Delta.Layers do not count.
	Attached bool
}

// delta compares every feature touched, and keeps the counts.
func (w *work) delta(dates []geo.DistrictDate) Delta {
	d := Delta{From: w.from, To: w.to, Dates: slices.Clone(dates), Layers: slices.Sorted(maps.Keys(w.whole))}
	for _, l := range w.to.layers {
		t := w.open[l.decl.ID]
		if t == nil || t.bulk {
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(t.touched)) {
			c := t.change(id)
			differs := c.compare()
			if c.Attached = w.reowned(&c); differs || c.Attached {
				d.Changes = append(d.Changes, c)
			}
		}
	}
	return d
}

// reowned reports whether rows that belong to the feature changed, or, as its
// code did, are others now.
func (w *work) reowned(c *Change) bool {
	if c.HadOld && c.HasNew && c.Old.Code() == c.New.Code() {
		return w.owners[c.New.owner()]
	}
	return c.HadOld && c.Old.owns() || c.HasNew && c.New.owns()
}

// AttachedIn lists the layers whose rows make the change Attached.
func (c *Change) AttachedIn() []geo.LayerID {
	var out []geo.LayerID
	for _, l := range c.owned() {
		var was, now []Item
		if c.HadOld {
			was = c.Old.Attached(l)
		}
		if c.HasNew {
			now = c.New.Attached(l)
		}
		same := func(a, b Item) bool {
			pair := Change{Old: a, New: b, HadOld: true, HasNew: true}
			pair.compare()
			return a.ID() == b.ID() && !pair.recorded()
		}
		if !slices.EqualFunc(was, now, same) {
			out = append(out, l)
		}
	}
	return out
}

// owned lists the layers whose rows belong to features, on either side.
func (c *Change) owned() []geo.LayerID {
	var ids []geo.LayerID
	for _, side := range []struct {
		Item
		there bool
	}{{c.Old, c.HadOld}, {c.New, c.HasNew}} {
		if side.there {
			for _, l := range side.l.of.owned {
				ids = append(ids, l.decl.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// compare sets the flags and reports whether anything differs.
func (c *Change) compare() bool {
	switch {
	case !c.HadOld && !c.HasNew:
		return false
	case !c.HadOld:
		c.alone(c.New)
		return true
	case !c.HasNew:
		c.alone(c.Old)
		return true
	}
	a, b := c.Old, c.New
	c.Moved = !sameShape(a, b)
	c.Edited = a.Code() != b.Code() || a.District() != b.District() || a.townList() != b.townList() || !sameProperties(a, b)
	c.Lit = a.Light() != b.Light() || a.Overdue() != b.Overdue()
	c.Reported = !sameReports(a, b)
	c.Stood = a.l.stand(a.row) != b.l.stand(b.row)
	c.Renamed = a.Unit() != b.Unit()
	return c.Stood || c.Renamed || c.recorded()
}

// recorded reports whether more differs than the judgement.
func (c *Change) recorded() bool {
	return c.HadOld != c.HasNew || c.Moved || c.Edited || c.Reported || c.HasNew && c.Old.Version() != c.New.Version()
}

// alone sets the flags of a feature that came or went.
func (c *Change) alone(i Item) {
	c.Moved, c.Edited, c.Lit, c.Stood, c.Renamed, c.Reported = i.HasGeometry(), true, true, true, true, len(i.l.reports.at(i.row)) > 0
}

func sameShape(a, b Item) bool {
	if !a.HasGeometry() || !b.HasGeometry() {
		return a.HasGeometry() == b.HasGeometry()
	}
	x, _, _ := stored(a.geometry())
	y, _, _ := stored(b.geometry())
	return bytes.Equal(x, y)
}

func sameProperties(a, b Item) bool {
	if a.l.decl != b.l.decl {
		return maps.Equal(a.Properties(), b.Properties())
	}
	for i := range a.l.columns {
		if !a.l.columns[i].same(a.row, &b.l.columns[i], b.row) {
			return false
		}
	}
	return true
}

func sameReports(a, b Item) bool {
	if a.l.texts.notes == b.l.texts.notes {
		return bytes.Equal(a.l.reports.at(a.row), b.l.reports.at(b.row))
	}
	return reflect.DeepEqual(a.Reports(), b.Reports())
}

// rank orders layers by who places whom.
func rank(id geo.LayerID) int {
	switch id {
	case districtLayer:
		return 0
	case townLayer:
		return 1
	}
	return 2
}
