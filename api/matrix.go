package api

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// matrix holds the ids of the projects by district, level, category and light. It
// is made anew for each snapshot by what changed, and shares the rest.
type matrix struct {
	cells map[cell][]geo.ID // ascending

	mu       sync.Mutex
	verdicts map[geo.ID]*geo.Verdict // on those shown so far
}

type cell struct {
	district, level, category string
	light                     geo.Light
}

func cellOf(i snapshot.Item) cell {
	return cell{i.District(), i.Text(levelField), i.Text(categoryField), i.Light()}
}

// newMatrix groups the projects of a snapshot that keep lets through.
func newMatrix(s *snapshot.Snapshot, keep func(snapshot.Item) bool) *matrix {
	m := &matrix{cells: map[cell][]geo.ID{}, verdicts: map[geo.ID]*geo.Verdict{}}
	if l, ok := s.Layer(projectLayer); ok {
		for i := range l.All {
			if keep == nil || keep(i) {
				c := cellOf(i)
				m.cells[c] = append(m.cells[c], i.ID())
			}
		}
	}
	return m
}

// next gives the matrix after a change.
func (m *matrix) next(d snapshot.Delta) *matrix {
	if d.From == nil || slices.Contains(d.Layers, projectLayer) {
		return newMatrix(d.To, nil)
	}
	other := slices.ContainsFunc(d.Changes, func(c snapshot.Change) bool { return c.Layer == projectLayer })
	keep := len(d.Dates)+len(d.Layers) == 0 && d.From.Rulebook() == d.To.Rulebook()
	if !other && keep {
		return m
	}
	out := &matrix{cells: maps.Clone(m.cells), verdicts: map[geo.ID]*geo.Verdict{}}
	if keep { // else a verdict may read otherwise
		m.mu.Lock()
		maps.Copy(out.verdicts, m.verdicts)
		m.mu.Unlock()
	}
	for _, c := range d.Changes {
		if c.Layer == projectLayer {
			out.change(c)
		}
	}
	return out
}

func (m *matrix) change(c snapshot.Change) {
	delete(m.verdicts, c.ID)
	var from, to cell
	if c.HadOld {
		from = cellOf(c.Old)
	}
	if c.HasNew {
		to = cellOf(c.New)
	}
	if c.HadOld && c.HasNew && from == to {
		return
	}
	if n, ok := slices.BinarySearch(m.cells[from], c.ID); ok && c.HadOld {
		ids := m.cells[from]
		if m.cells[from] = slices.Concat(ids[:n], ids[n+1:]); len(ids) == 1 {
			delete(m.cells, from)
		}
	}
	if n, ok := slices.BinarySearch(m.cells[to], c.ID); !ok && c.HasNew {
		ids := m.cells[to]
		m.cells[to] = slices.Concat(ids[:n], []geo.ID{c.ID}, ids[n:])
	}
}

// group is the projects of one level, or one category.
type group struct {
	name  string
	first geo.ID // groups are in the order in which they first appear
	byLit [4][][]geo.ID
}

// groups parts what is in scope by a name; that of what has none is left out
// where so said.
func (m *matrix) groups(sc scope, name func(cell) string, nameless bool) []*group {
	found := map[string]*group{}
	for c, ids := range m.cells {
		if !sc.takes(c) || name(c) == "" && !nameless {
			continue
		}
		g := found[name(c)]
		if g == nil {
			g = &group{name: name(c), first: ids[0]}
			found[g.name] = g
		}
		g.first = min(g.first, ids[0])
		g.byLit[c.light] = append(g.byLit[c.light], ids)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *group) int { return cmp.Compare(a.first, b.first) })
}

// takes is holds for a whole cell; town and unit it does not tell apart.
func (s scope) takes(c cell) bool {
	return (s.district == "" || c.district == s.district) && (s.level == "" || c.level == s.level) &&
		(s.category == "" || c.category == s.category)
}

func (g *group) counts() counts {
	var n [4]int
	for light, lists := range g.byLit {
		for _, ids := range lists {
			n[light] += len(ids)
		}
	}
	return countsOf(n)
}

// marks gives one mark per feature, the gravest first, then by id, at most
// maxMarks.
func (m *matrix) marks(s *snapshot.Snapshot, g *group) []mark {
	out := []mark{}
	l, ok := s.Layer(projectLayer)
	for light := geo.Red; ok; light-- {
		ids := slices.Concat(g.byLit[light]...)
		if len(g.byLit[light]) > 1 {
			slices.Sort(ids)
		}
		for _, id := range ids[:min(len(ids), maxMarks-len(out))] {
			if i, found := l.ByID(id); found {
				out = append(out, mark{id, light, m.verdict(i).Status})
			}
		}
		if light == geo.None {
			break
		}
	}
	return out
}

// verdict judges a project once for all snapshots in which that stays the same.
func (m *matrix) verdict(i snapshot.Item) *geo.Verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.verdicts[i.ID()]
	if v == nil {
		now := i.Verdict()
		v = &now
		m.verdicts[i.ID()] = v
	}
	return v
}
