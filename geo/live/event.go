package live

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Kind says what an Event announces.
type Kind uint8

// The kinds.
const (
	ChangeEvent Kind = iota + 1 // features, lights or dates changed
	ReloadEvent                 // what changed is not told: read everything anew
	StateEvent                  // the store went away or came back; not kept for resuming
)

// String gives the name on the wire.
func (k Kind) String() string {
	switch k {
	case ReloadEvent:
		return "reload"
	case StateEvent:
		return "state"
	}
	return "change"
}

// Event is one announcement. It is shared by all listeners: read only. The
// fields with JSON names are those of a change on the wire; reload and state
// events use their own subset (see Body).
type Event struct {
	Kind     Kind               `json:"-"`
	Cursor   geo.Cursor         `json:"cursor"`
	Revision uint64             `json:"revision"`
	Features []Changed          `json:"features"`
	Tiles    TileList           `json:"tiles"`
	Dates    []geo.DistrictDate `json:"dates"`
	State    StoreState         `json:"-"`

	// byLayer tells the tiles of each layer apart, where some are closed to some.
	byLayer map[geo.LayerID]TileList

	mu     sync.Mutex
	bodies map[bodyOf][]byte
}

// Changed is what a listener learns of one changed feature.
type Changed struct {
	Layer    geo.LayerID `json:"layer"`
	ID       geo.ID      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Light    geo.Light   `json:"light"`
	Was      *geo.Light  `json:"was,omitempty"` // absent: the feature is new
	Status   geo.Text    `json:"status"`
	Reason   geo.Text    `json:"reason"`
	District string      `json:"district,omitempty"` // where it is now, or was when it is gone
	Point    *orb.Point  `json:"point,omitempty"`    // its label point in degrees
	Gone     bool        `json:"gone,omitempty"`
	// Warning is the warning that stands, absent where none does.
	Warning *WarningSummary `json:"warning,omitempty"`
	// Attached are the layers of whose rows, those that belong to the feature, any
	// changed.
	Attached []geo.LayerID `json:"attached,omitempty"`

	from   string      // the district it was in before
	belong geo.LayerID // the layer of the feature it belongs to, where it does to one
}

// WarningSummary is a warning as far as a list shows it; see geo.Warning.
type WarningSummary struct {
	Level    int      `json:"level"`
	Proposed bool     `json:"proposed"`
	State    string   `json:"state"`
	Since    geo.Date `json:"since"`
}

// TileList names the tiles whose content changed other than by light alone.
type TileList struct {
	All bool
	IDs []tiles.ID
}

// MarshalJSON writes "all" or an array of z/x/y.
func (l TileList) MarshalJSON() ([]byte, error) {
	if l.All {
		return []byte(`"all"`), nil
	}
	names := make([]string, len(l.IDs))
	for i, id := range l.IDs {
		names[i] = id.String()
	}
	return json.Marshal(names)
}

// StoreState says whether the store answers, and since when.
type StoreState struct {
	Store string    `json:"store"` // StoreOK or StoreAway
	Since time.Time `json:"since"`
}

// States of the store.
const (
	StoreOK   = "ok"
	StoreAway = "away"
)

// Hidden are the layers that a listener may not see; Key tells one such set from
// another, "" none.
type Hidden struct {
	Key    string
	Layers map[geo.LayerID]bool
}

type bodyOf struct{ district, hidden string }

// Body gives the event's JSON for listeners of one district, "" for all, without
// what is hidden from them. It is encoded once for all alike and shared: read
// only. An event that touches nothing of it still has a body, since its cursor
// counts.
func (e *Event) Body(district string, h Hidden) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	of := bodyOf{district, h.Key}
	if b, ok := e.bodies[of]; ok {
		return b, nil
	}
	b, err := json.Marshal(e.wire(district, h))
	if err != nil {
		return nil, err
	}
	if e.bodies == nil {
		e.bodies = map[bodyOf][]byte{}
	}
	e.bodies[of] = b
	return b, nil
}

func (e *Event) wire(district string, h Hidden) any {
	switch e.Kind {
	case StateEvent:
		return e.State
	case ReloadEvent:
		return struct {
			Cursor   geo.Cursor `json:"cursor"`
			Revision uint64     `json:"revision"`
		}{e.Cursor, e.Revision}
	}
	c := Event{Kind: e.Kind, Cursor: e.Cursor, Revision: e.Revision, Tiles: e.tiles(h),
		Features: []Changed{}, Dates: []geo.DistrictDate{}}
	for _, f := range e.Features {
		if h.Layers[f.Layer] || h.Layers[f.belong] {
			continue
		}
		if district == "" || f.District == district || f.from == district {
			f.Attached = h.visible(f.Attached)
			c.Features = append(c.Features, f)
		}
	}
	for _, d := range e.Dates {
		if district == "" || d.District == district {
			c.Dates = append(c.Dates, d)
		}
	}
	return &c
}

// visible gives the layers of a list that are not hidden.
func (h Hidden) visible(ids []geo.LayerID) []geo.LayerID {
	if len(h.Layers) == 0 {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id geo.LayerID) bool { return h.Layers[id] })
}

// tiles names the tiles of what is not hidden.
func (e *Event) tiles(h Hidden) TileList {
	if len(h.Layers) == 0 || e.byLayer == nil {
		return e.Tiles
	}
	var out TileList
	for id, l := range e.byLayer {
		if h.Layers[id] {
			continue
		}
		out.All = out.All || l.All
		out.IDs = append(out.IDs, l.IDs...)
	}
	slices.SortFunc(out.IDs, func(a, b tiles.ID) int {
		return cmp.Or(cmp.Compare(a.Z, b.Z), cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
	})
	out.IDs = slices.Compact(out.IDs)
	if out.All || len(out.IDs) > maxTiles {
		return TileList{All: true}
	}
	return out
}

// weight estimates what the event holds, for the bound on the ring.
func (e *Event) weight() int { return 1 + len(e.Features) + len(e.Tiles.IDs)/8 }

// The most an event names one by one. Beyond, telling all is no dearer.
const (
	maxFeatures = 1000
	maxTiles    = 2000
)

// eventOf words a delta for the listeners.
func eventOf(d snapshot.Delta, touched func(snapshot.Delta) []tiles.ID) *Event {
	e := &Event{Kind: ChangeEvent, Cursor: d.To.Cursor(), Revision: d.To.Revision(), Dates: d.Dates}
	if len(d.Layers) > 0 || len(d.Changes) > maxFeatures {
		e.Kind = ReloadEvent
		return e
	}
	e.Features = make([]Changed, 0, len(d.Changes))
	for i := range d.Changes {
		e.Features = append(e.Features, changedOf(&d.Changes[i]))
	}
	e.Tiles = tilesOf(d, touched)
	if slices.ContainsFunc(d.To.Layers(), func(l *snapshot.Layer) bool { return l.Decl().Closed() }) {
		e.byLayer = map[geo.LayerID]TileList{}
		for id, part := range apart(d) {
			e.byLayer[id] = tilesOf(part, touched)
		}
	}
	return e
}

// apart tells the changes of each layer from one another.
func apart(d snapshot.Delta) map[geo.LayerID]snapshot.Delta {
	out := map[geo.LayerID]snapshot.Delta{}
	part := func(id geo.LayerID) snapshot.Delta {
		if p, ok := out[id]; ok {
			return p
		}
		return snapshot.Delta{From: d.From, To: d.To}
	}
	for _, c := range d.Changes {
		p := part(c.Layer)
		p.Changes = append(p.Changes, c)
		out[c.Layer] = p
	}
	for _, a := range d.Areas {
		p := part(a.Layer)
		p.Areas = append(p.Areas, a)
		out[a.Layer] = p
	}
	return out
}

// tilesOf names the tiles that a delta touched.
func tilesOf(d snapshot.Delta, touched func(snapshot.Delta) []tiles.ID) TileList {
	if touched == nil {
		return TileList{All: len(d.Areas) > 0 || slices.ContainsFunc(d.Changes, redraws)}
	}
	ids := touched(d)
	if len(ids) > maxTiles || len(ids) == 1 && ids[0] == (tiles.ID{}) {
		return TileList{All: true}
	}
	return TileList{IDs: ids}
}

// redraws reports whether a change can be seen on a map: not one of rows without
// geometry, nor one that leaves what is drawn as it is.
func redraws(c snapshot.Change) bool {
	return (c.Moved || c.Edited || c.Lit) && (c.HadOld && c.Old.HasGeometry() || c.HasNew && c.New.HasGeometry())
}

func changedOf(c *snapshot.Change) Changed {
	item := c.New
	if !c.HasNew {
		item = c.Old
	}
	v := item.Verdict()
	out := Changed{Layer: c.Layer, ID: c.ID, Code: item.Code(), Name: item.Name(), Light: v.Light, Status: v.Status,
		Reason: v.Reason, District: item.District(), Gone: !c.HasNew}
	out.belong = item.OwnerLayer()
	if p, ok := item.LabelPoint(); ok {
		out.Point = &p
	}
	if c.HadOld {
		was := c.Old.Light()
		out.Was, out.from = &was, c.Old.District()
	}
	if c.HasNew {
		out.Warning = standingWarning(item)
	}
	if c.Attached {
		out.Attached = c.AttachedIn()
	}
	return out
}

// standingWarning gives the warning that a feature's standing tells of; nil where
// it tells of none.
func standingWarning(i snapshot.Item) *WarningSummary {
	s := i.Standing()
	if s.Level == 0 {
		return nil
	}
	for _, w := range slices.Backward(i.Warnings()) {
		if w.Level == int(s.Level) && w.Raised == s.Raised && w.Proposed == s.Proposed && (w.State == geo.WarningClosed) == s.Closed {
			return &WarningSummary{Level: w.Level, Proposed: w.Proposed, State: w.State, Since: w.Since}
		}
	}
	return nil
}
