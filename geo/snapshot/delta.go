package snapshot

import (
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
	// boundary moved) or have another light (an evaluation date advanced). It
	// does not list the features of layers that were reset or dropped.
	Changes []Change
	Layers  []geo.LayerID // layers declared anew, reset or dropped: treat as changed whole
	Dates   []geo.DistrictDate
}

// Change is one feature before and after. Where one side is missing, Edited and
// Lit are true, and Moved is true if the other side has a geometry. With no flag
// set only the version differs.
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
}

// compare sets the flags and reports whether anything differs.
func (c *Change) compare() bool {
	switch {
	case !c.HadOld && !c.HasNew:
		return false
	case !c.HadOld:
		c.Moved, c.Edited, c.Lit = c.New.r.feature.Geometry != nil, true, true
		return true
	case !c.HasNew:
		c.Moved, c.Edited, c.Lit = c.Old.r.feature.Geometry != nil, true, true
		return true
	}
	a, b := c.Old.r, c.New.r
	c.Moved = !reflect.DeepEqual(a.feature.Geometry, b.feature.Geometry) || !slices.Equal(a.feature.Z, b.feature.Z)
	c.Edited = a.feature.Code != b.feature.Code || a.district != b.district || a.town != b.town ||
		!maps.Equal(a.feature.Properties, b.feature.Properties)
	c.Lit = a.light != b.light || a.overdue != b.overdue
	c.Reported = !reflect.DeepEqual(a.reports, b.reports)
	return c.Moved || c.Edited || c.Lit || c.Reported || a.feature.Version != b.feature.Version
}
