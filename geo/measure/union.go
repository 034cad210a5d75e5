package measure

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// UnionArea is the area in square metres of what the polygons in shapes cover
// together, each place once, of a region within a bound. Edges are straight in
// degrees; the strips between them are measured on the authalic sphere.
//
// It sweeps the bound from south to north: between two latitudes at which an
// edge begins, ends or crosses another, edges keep their order, and what lies
// covered between them are trapezoids. So it cannot fail, whatever shapes touch
// or overlap, and gives the same to the last bit in whatever order shapes come.
// The work grows with the square of the edges in the bound: cut large areas.
func UnionArea(bound orb.Bound, region orb.Geometry, shapes []orb.Geometry) float64 {
	s := sweep{bound: bound}
	s.take(region, 0)
	for k, g := range shapes {
		s.take(g, k+1)
	}
	levels := s.levels()
	s.inside = make([]bool, len(shapes)+1)
	sum := 0.0
	for k := 1; k < len(levels); k++ {
		sum += s.strip(levels[k-1], levels[k])
	}
	return sum
}

// sweep holds the edges that matter within a bound.
type sweep struct {
	bound  orb.Bound
	walls  []wall
	active []*wall
	inside []bool // by owner, at the place of the sweep
}

// wall is an edge from south to north, cut to the latitudes of the bound.
type wall struct {
	a, b  orb.Point
	owner int     // 0 = the region
	x     float64 // at the middle of the strip
}

func (w *wall) at(y float64) float64 {
	switch {
	case y <= w.a[1]:
		return w.a[0]
	case y >= w.b[1]:
		return w.b[0]
	}
	return w.a[0] + (y-w.a[1])/(w.b[1]-w.a[1])*(w.b[0]-w.a[0])
}

// take adds the edges of a shape. Those east of the bound do not matter; those
// west of it do, for what they enclose, but not where.
func (s *sweep) take(g orb.Geometry, owner int) {
	west, east, south, north := s.bound.Min[0], s.bound.Max[0], s.bound.Min[1], s.bound.Max[1]
	eachRing(g, func(r orb.Ring) {
		for i, a := range r {
			b := r[(i+1)%len(r)]
			if a[1] > b[1] {
				a, b = b, a
			}
			if a[1] == b[1] || b[1] <= south || a[1] >= north || min(a[0], b[0]) >= east {
				continue
			}
			w := wall{a: a, b: b, owner: owner}
			lo, hi := max(south, a[1]), min(north, b[1])
			w.a, w.b = orb.Point{w.at(lo), lo}, orb.Point{w.at(hi), hi}
			if max(w.a[0], w.b[0]) <= west {
				w.a[0], w.b[0] = west, west
			}
			s.walls = append(s.walls, w)
		}
	})
}

// levels gives the latitudes between which the order of the edges stays.
func (s *sweep) levels() []float64 {
	ys := []float64{s.bound.Min[1], s.bound.Max[1]}
	add := func(y float64) {
		if y > s.bound.Min[1] && y < s.bound.Max[1] {
			ys = append(ys, y)
		}
	}
	for i := range s.walls {
		w := &s.walls[i]
		add(w.a[1])
		add(w.b[1])
		for _, x := range [2]float64{s.bound.Min[0], s.bound.Max[0]} {
			if (w.a[0] < x) != (w.b[0] < x) {
				add(w.a[1] + (x-w.a[0])/(w.b[0]-w.a[0])*(w.b[1]-w.a[1]))
			}
		}
		for j := range s.walls[:i] {
			if y, ok := w.crosses(&s.walls[j]); ok {
				add(y)
			}
		}
	}
	slices.Sort(ys)
	return slices.Compact(ys)
}

// crosses gives the latitude at which two walls change places.
func (w *wall) crosses(o *wall) (float64, bool) {
	lo, hi := max(w.a[1], o.a[1]), min(w.b[1], o.b[1])
	if lo >= hi || max(w.a[0], w.b[0]) < min(o.a[0], o.b[0]) || max(o.a[0], o.b[0]) < min(w.a[0], w.b[0]) {
		return 0, false
	}
	below, above := w.at(lo)-o.at(lo), w.at(hi)-o.at(hi)
	if below*above >= 0 {
		return 0, false
	}
	return lo + (hi-lo)*below/(below-above), true
}

// strip is what is covered between two levels.
func (s *sweep) strip(lo, hi float64) float64 {
	mid := (lo + hi) / 2
	s.active = s.active[:0]
	for i := range s.walls {
		if w := &s.walls[i]; w.a[1] <= lo && w.b[1] >= hi {
			w.x = w.at(mid)
			s.active = append(s.active, w)
		}
	}
	slices.SortFunc(s.active, fromWest)
	clear(s.inside)
	below, above, shapes := 0.0, 0.0, 0 // widths
	var from *wall
	for _, w := range s.active {
		if s.inside[w.owner] = !s.inside[w.owner]; w.owner > 0 {
			if s.inside[w.owner] {
				shapes++
			} else {
				shapes--
			}
		}
		switch covered := s.inside[0] && shapes > 0; {
		case covered && from == nil:
			from = w
		case !covered && from != nil:
			below += s.width(from, w, lo)
			above += s.width(from, w, hi)
			from = nil
		}
	}
	if from != nil { // up to the east of the bound: edges beyond were left out
		end := &wall{a: orb.Point{s.bound.Max[0], lo}, b: orb.Point{s.bound.Max[0], hi}}
		below += s.width(from, end, lo)
		above += s.width(from, end, hi)
	}
	if below == 0 && above == 0 {
		return 0
	}
	middle := (below + above) / 2
	return (below+middle)/2*belt(lo, mid) + (middle+above)/2*belt(mid, hi)
}

// fromWest orders walls in a strip; those that lie on one another by their ends,
// so that the order of the shapes does not matter.
func fromWest(a, b *wall) int {
	if a.x != b.x {
		return cmp.Compare(a.x, b.x)
	}
	return cmp.Or(slices.Compare(a.a[:], b.a[:]), slices.Compare(a.b[:], b.b[:]))
}

// width is the way from one wall to another within the bound, in degrees.
func (s *sweep) width(from, to *wall, y float64) float64 {
	return max(0, min(to.at(y), s.bound.Max[0])-max(from.at(y), s.bound.Min[0]))
}

// belt is the area in square metres between two latitudes, per degree of
// longitude: that of the authalic sphere, without the detour over its angles.
func belt(lo, hi float64) float64 {
	north, south := math.Sin(hi*math.Pi/180), math.Sin(lo*math.Pi/180)
	return math.Pi / 180 * semiMajor * semiMajor / 2 * (authalicQ(north) - authalicQ(south))
}
