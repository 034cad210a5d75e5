package live

import (
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

	mu     sync.Mutex
	bodies map[string][]byte
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

	from string // the district it was in before
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

// Body gives the event's JSON for listeners of one district, "" for all. It is
// encoded once per district and shared: read only. An event that touches
// nothing of the district still has a body, since its cursor counts.
func (e *Event) Body(district string) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if b, ok := e.bodies[district]; ok {
		return b, nil
	}
	b, err := json.Marshal(e.wire(district))
	if err != nil {
		return nil, err
	}
	if e.bodies == nil {
		e.bodies = map[string][]byte{}
	}
	e.bodies[district] = b
	return b, nil
}

func (e *Event) wire(district string) any {
	switch e.Kind {
	case StateEvent:
		return e.State
	case ReloadEvent:
		return struct {
			Cursor   geo.Cursor `json:"cursor"`
			Revision uint64     `json:"revision"`
		}{e.Cursor, e.Revision}
	}
	c := Event{Kind: e.Kind, Cursor: e.Cursor, Revision: e.Revision, Tiles: e.Tiles,
		Features: []Changed{}, Dates: []geo.DistrictDate{}}
	for _, f := range e.Features {
		if district == "" || f.District == district || f.from == district {
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
	if touched == nil {
		e.Tiles.All = len(d.Areas) > 0 || slices.ContainsFunc(d.Changes, redraws)
		return e
	}
	ids := touched(d)
	if len(ids) > maxTiles || len(ids) == 1 && ids[0] == (tiles.ID{}) {
		e.Tiles.All = true
		return e
	}
	e.Tiles.IDs = ids
	return e
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
