package snapshot

import (
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// The layers that every feature is placed by.
const (
	districtLayer geo.LayerID = "district"
	townLayer     geo.LayerID = "town"
)

// The properties that, where set, say the placement in place of geometry.
const (
	districtField = "district"
	townField     = "town"
)

// Snapshot is all layers of a store at one cursor. It is immutable and safe for
// any number of readers.
type Snapshot struct {
	cursor    geo.Cursor
	revision  uint64
	layers    []*Layer // ordered by id
	owned     []*Layer // those whose rows belong to features of others
	book      *geo.Rulebook
	units     *units
	districts []District
	places    *places
	dates     *dates
	faults    []geo.Fault
	now       func() time.Time
	whole     *Snapshot            // of which this is what somebody may see; nil = this is all
	hidden    map[geo.LayerID]bool // what is left out of it
}

// District is one feature of the layer "district".
type District struct {
	Code, Name string
	Feature    geo.ID
	Bound      orb.Bound // degrees; empty (Min > Max) without geometry
	Date       geo.Date  // the day its lights are judged at
	Live       bool      // Date advances at midnight
}

// Options are the ways to load differently; the zero value is useful.
type Options struct {
	Now func() time.Time // the clock; nil = time.Now. Asked only where no district has a date
}

// Load reads a whole store with default options.
func Load(ctx context.Context, l geo.Loader) (*Snapshot, error) {
	return Options{}.Load(ctx, l)
}

// Load reads a whole store. Errors are those of the loader, and code Internal
// for a record of a layer that its head did not declare.
func (o Options) Load(ctx context.Context, l geo.Loader) (*Snapshot, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	w := newWork(&Snapshot{now: o.Now, places: &places{}, dates: &dates{}})
	w.to.revision = 0
	var rows []geo.DistrictDate
	head := func(h geo.Head) error {
		w.to.cursor, w.to.faults, rows = h.Cursor, slices.Clone(h.Faults), h.Dates
		w.declare(h.Layers)
		return nil
	}
	var err error
	if lender, ok := l.(geo.Lender); ok {
		err = w.ordered(lender.Lend(ctx, head, w.row))
	} else {
		err = l.Load(ctx, head, w.record)
	}
	if err != nil {
		return nil, err
	}
	w.settle(rows)
	return w.to, nil
}

// Cursor is the position in the store's feed that the snapshot shows.
func (s *Snapshot) Cursor() geo.Cursor { return s.cursor }

// Revision counts the Applies since Load; it means something in this process only.
func (s *Snapshot) Revision() uint64 { return s.revision }

// Layers gives all layers ordered by id. The slice is shared: read only.
func (s *Snapshot) Layers() []*Layer { return s.layers }

// Layer finds a layer by id.
func (s *Snapshot) Layer(id geo.LayerID) (*Layer, bool) {
	i, ok := s.find(id)
	if !ok {
		return nil, false
	}
	return s.layers[i], true
}

func (s *Snapshot) find(id geo.LayerID) (int, bool) {
	return slices.BinarySearchFunc(s.layers, id, func(l *Layer, id geo.LayerID) int {
		switch {
		case l.decl.ID < id:
			return -1
		case l.decl.ID > id:
			return 1
		}
		return 0
	})
}

// Districts gives the districts ordered by code. The slice is shared: read only.
func (s *Snapshot) Districts() []District { return s.districts }

// District finds a district by code.
func (s *Snapshot) District(code string) (District, bool) {
	for i := range s.districts {
		if s.districts[i].Code == code {
			return s.districts[i], true
		}
	}
	return District{}, false
}

// Rulebook is what lights are judged by beside the declarations: the limits,
// calendar and periods of the city. It may be nil, which has the defaults.
func (s *Snapshot) Rulebook() *geo.Rulebook { return s.book }

// Faults are what stands against trusting the snapshot: the store's own faults,
// and values that could not be taken in.
func (s *Snapshot) Faults() []geo.Fault {
	out := slices.Clone(s.faults)
	for _, l := range s.layers {
		out = append(out, l.faults()...)
	}
	return out
}

// Date is the day that lights in a district are judged at, "" where a feature
// lies in none.
func (s *Snapshot) Date(district string) geo.Date { return s.dates.of(district) }
