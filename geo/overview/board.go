package overview

import (
	"slices"
	"sync"
	"sync/atomic"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

const doneOutcome = city.GoalDone

// maxViews is how many parts are kept: all districts of a city, and what the
// screens of the day look at.
const maxViews = 64

// Board answers for the parts of one snapshot. It is safe for any number of
// readers. Only one Next may run at a time on the boards that come from one New.
type Board struct {
	snap *snapshot.Snapshot

	mu    sync.Mutex
	clock uint64 // counts the questions
	views map[Filter]*kept
}

// kept is a view made once for all who ask.
type kept struct {
	making sync.Mutex
	view   atomic.Pointer[view]
	used   uint64 // guarded by Board.mu
}

// New makes the board of a snapshot. It costs nothing until it is asked.
func New(s *snapshot.Snapshot) *Board { return &Board{snap: s, views: map[Filter]*kept{}} }

// Next gives the board after a change.
func (b *Board) Next(d snapshot.Delta) *Board {
	out := New(d.To)
	if d.From != b.snap || slices.Contains(d.Layers, city.Project) || slices.Contains(d.Layers, city.ProjectYear) || len(d.Dates) > 0 {
		return out
	}
	var was, now []fact
	for _, c := range d.Changes {
		if c.Layer != city.Project {
			continue
		}
		if c.HadOld {
			was = append(was, factOf(c.Old))
		}
		if c.HasNew {
			now = append(now, factOf(c.New))
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out.clock = b.clock
	for f, k := range b.views {
		if v := k.view.Load(); v != nil {
			next := &kept{used: k.used}
			next.view.Store(v.next(f, was, now))
			out.views[f] = next
		}
	}
	return out
}

// next gives the view after changes; it stays the same where no changed project
// lies in it.
func (v *view) next(f Filter, was, now []fact) *view {
	out := v
	add := func(facts []fact, by int) {
		for i := range facts {
			if f.holds(&facts[i]) {
				if out == v {
					out = v.copy()
				}
				out.add(&facts[i], by)
			}
		}
	}
	add(was, -1)
	add(now, 1)
	return out
}

// view finds the view of a part, or gathers it.
func (b *Board) view(f Filter) *view {
	b.mu.Lock()
	b.clock++
	k := b.views[f]
	if k == nil {
		k = &kept{}
		b.views[f] = k
		if len(b.views) > maxViews {
			b.forget()
		}
	}
	k.used = b.clock
	b.mu.Unlock()
	if v := k.view.Load(); v != nil {
		return v
	}
	k.making.Lock()
	defer k.making.Unlock()
	if k.view.Load() == nil {
		k.view.Store(gather(b.snap, f))
	}
	return k.view.Load()
}

// forget drops the part that was not asked for the longest.
func (b *Board) forget() {
	oldest := Filter{}
	first := true
	for f, k := range b.views {
		if k.used != 0 && (first || k.used < b.views[oldest].used) {
			oldest, first = f, false
		}
	}
	delete(b.views, oldest)
}

func gather(s *snapshot.Snapshot, f Filter) *view {
	v := newView()
	l, ok := s.Layer(city.Project)
	if !ok {
		return v
	}
	for i := range l.All {
		if f.District != "" && i.District() != f.District || f.Town != "" && !i.InTown(f.Town) {
			continue
		}
		if p := factOf(i); f.holds(&p) {
			v.add(&p, 1)
		}
	}
	v.gathering = false
	return v
}

// Lights counts the features of a district, or of all (""), by light, for each
// layer that has a light, ordered by id.
func Lights(s *snapshot.Snapshot, district string) []LayerLights {
	var out []LayerLights
	for _, l := range s.Layers() {
		if l.Decl().Light.Kind != geo.NoRule {
			out = append(out, LayerLights{l.Decl().ID, l.Decl().Title, l.Counts(district)})
		}
	}
	return out
}

// LayerLights are the counts of one layer.
type LayerLights struct {
	Layer  geo.LayerID
	Title  geo.Text
	Counts snapshot.LightCounts
}
