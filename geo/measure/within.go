package measure

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Region is the inside of the polygons of a geometry, prepared for many
// questions: its edges are sorted into horizontal bands, so that a question
// looks at few of them. It is immutable. The zero Region is empty.
//
// Everything is planar in degrees; edges are straight between their vertices.
type Region struct {
	bound  orb.Bound
	edges  []edge
	bands  []uint32 // band k holds listed[bands[k]:bands[k+1]]
	listed []uint32 // indices of edges
	scale  float64  // bands per degree
}

type edge struct{ a, b orb.Point }

// NewRegion prepares the polygons in g; its points and lines do not count.
// Polygons of one geometry must not overlap.
func NewRegion(g orb.Geometry) *Region {
	r := &Region{bound: orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}}
	eachRing(g, func(ring orb.Ring) {
		for i, a := range ring {
			r.bound = r.bound.Extend(a)
			if b := ring[(i+1)%len(ring)]; a != b {
				r.edges = append(r.edges, edge{a, b})
			}
		}
	})
	if len(r.edges) == 0 {
		return r
	}
	n := min(max(len(r.edges)/2, 1), 1<<14)
	if h := r.bound.Max[1] - r.bound.Min[1]; h > 0 {
		r.scale = float64(n) / h
	}
	r.bands = make([]uint32, n+1)
	for _, e := range r.edges {
		for k, to := r.band(min(e.a[1], e.b[1])), r.band(max(e.a[1], e.b[1])); k <= to; k++ {
			r.bands[k+1]++
		}
	}
	for k := range n {
		r.bands[k+1] += r.bands[k]
	}
	r.listed = make([]uint32, r.bands[n])
	at := slices.Clone(r.bands)
	for i, e := range r.edges {
		for k, to := r.band(min(e.a[1], e.b[1])), r.band(max(e.a[1], e.b[1])); k <= to; k++ {
			r.listed[at[k]] = uint32(i)
			at[k]++
		}
	}
	return r
}

// eachRing calls fn with every ring of the polygons in g.
func eachRing(g orb.Geometry, fn func(orb.Ring)) {
	switch g := g.(type) {
	case orb.Ring:
		fn(g)
	case orb.Polygon:
		for _, r := range g {
			fn(r)
		}
	case orb.MultiPolygon:
		for _, m := range g {
			eachRing(m, fn)
		}
	case orb.Collection:
		for _, m := range g {
			eachRing(m, fn)
		}
	case orb.Bound:
		fn(g.ToRing())
	}
}

func (r *Region) band(y float64) int {
	k := int((y - r.bound.Min[1]) * r.scale)
	return min(max(k, 0), len(r.bands)-2)
}

func (r *Region) inBand(k int) []uint32 { return r.listed[r.bands[k]:r.bands[k+1]] }

// Bound is the bound of the region; empty (Min > Max) without polygons.
func (r *Region) Bound() orb.Bound { return r.bound }

// Contains reports whether p lies inside or on a boundary, that of a hole too.
func (r *Region) Contains(p orb.Point) bool {
	if len(r.edges) == 0 || !r.bound.Contains(p) {
		return false
	}
	inside := false
	for _, i := range r.inBand(r.band(p[1])) {
		e := &r.edges[i]
		if on(p, e.a, e.b) {
			return true
		}
		if (e.a[1] > p[1]) != (e.b[1] > p[1]) && p[0] < crossing(e, p[1]) {
			inside = !inside
		}
	}
	return inside
}

// crossing is the x at which the edge passes y.
func crossing(e *edge, y float64) float64 {
	return e.a[0] + (y-e.a[1])/(e.b[1]-e.a[1])*(e.b[0]-e.a[0])
}

func on(p, a, b orb.Point) bool {
	return (b[0]-a[0])*(p[1]-a[1]) == (p[0]-a[0])*(b[1]-a[1]) &&
		p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) && p[1] >= min(a[1], b[1]) && p[1] <= max(a[1], b[1])
}

// clear reports that no edge comes near the bound, so that what lies in the
// bound is wholly inside or wholly outside.
func (r *Region) clear(b orb.Bound) bool {
	for k, to := r.band(b.Min[1]), r.band(b.Max[1]); k <= to; k++ {
		for _, i := range r.inBand(k) {
			e := &r.edges[i]
			if min(e.a[0], e.b[0]) <= b.Max[0] && max(e.a[0], e.b[0]) >= b.Min[0] &&
				min(e.a[1], e.b[1]) <= b.Max[1] && max(e.a[1], e.b[1]) >= b.Min[1] {
				return false
			}
		}
	}
	return true
}

// Share is the share of g, 0 to 1, that lies in the region: of its area if it
// has any, else of its length, else of its points. Shares of lengths are exact
// but for rounding, degrees of longitude being shortened by latitude. Shares of
// areas are measured along 64 lines across g, which errs by less than 0.01 for
// ordinary outlines (against PostGIS 0.006 at most) and more for shapes thinner
// than a line's distance from the next.
func (r *Region) Share(g orb.Geometry) float64 {
	if g == nil || len(r.edges) == 0 {
		return 0
	}
	b := g.Bound()
	if !b.Intersects(r.bound) {
		return 0
	}
	vertices := appendVertices(nil, g)
	if len(vertices) == 0 {
		return 0
	}
	if r.clear(b) {
		if r.Contains(vertices[0]) {
			return 1
		}
		return 0
	}
	if in, all := r.areaWithin(g, b); all > 0 {
		return in / all
	}
	if in, all := r.lengthWithin(g); all > 0 {
		return in / all
	}
	in := 0
	for _, p := range vertices {
		if r.Contains(p) {
			in++
		}
	}
	return float64(in) / float64(len(vertices))
}

// scanLines is the number of lines along which areas are compared.
const scanLines = 64

func (r *Region) areaWithin(g orb.Geometry, b orb.Bound) (in, all float64) {
	var mine, theirs []float64
	h := b.Max[1] - b.Min[1]
	for k := range scanLines {
		y := b.Min[1] + h*(float64(k)+0.5)/scanLines
		if mine = cut(mine[:0], g, y); len(mine) == 0 {
			continue
		}
		theirs = r.cut(theirs[:0], y)
		all += overlap(mine, mine)
		in += overlap(mine, theirs)
	}
	return in, all
}

// cut gives the sorted x at which the rings of g pass y, in pairs.
func cut(xs []float64, g orb.Geometry, y float64) []float64 {
	eachRing(g, func(ring orb.Ring) {
		for i, a := range ring {
			e := edge{a, ring[(i+1)%len(ring)]}
			if (e.a[1] > y) != (e.b[1] > y) {
				xs = append(xs, crossing(&e, y))
			}
		}
	})
	slices.Sort(xs)
	return xs
}

func (r *Region) cut(xs []float64, y float64) []float64 {
	if y < r.bound.Min[1] || y > r.bound.Max[1] {
		return xs
	}
	for _, i := range r.inBand(r.band(y)) {
		if e := &r.edges[i]; (e.a[1] > y) != (e.b[1] > y) {
			xs = append(xs, crossing(e, y))
		}
	}
	slices.Sort(xs)
	return xs
}

// overlap is the length that two lists of sorted intervals have in common.
func overlap(a, b []float64) float64 {
	sum := 0.0
	for i, j := 0, 0; i+1 < len(a) && j+1 < len(b); {
		if d := min(a[i+1], b[j+1]) - max(a[i], b[j]); d > 0 {
			sum += d
		}
		if a[i+1] < b[j+1] {
			i += 2
		} else {
			j += 2
		}
	}
	return sum
}

func (r *Region) lengthWithin(g orb.Geometry) (in, all float64) {
	var ts []float64
	eachLine(g, func(l orb.LineString) {
		for i := 1; i < len(l); i++ {
			a, b := l[i-1], l[i]
			length := flatDistance(a, b)
			all += length
			ts = r.meetings(append(ts[:0], 0, 1), edge{a, b})
			slices.Sort(ts)
			for k := 1; k < len(ts); k++ {
				if t := (ts[k-1] + ts[k]) / 2; r.Contains(between(a, b, t)) {
					in += length * (ts[k] - ts[k-1])
				}
			}
		}
	})
	return in, all
}

// meetings adds where along s, 0 to 1, it meets edges of the region.
func (r *Region) meetings(ts []float64, s edge) []float64 {
	lo, hi := min(s.a[1], s.b[1]), max(s.a[1], s.b[1])
	if hi < r.bound.Min[1] || lo > r.bound.Max[1] {
		return ts
	}
	dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
	for k, to := r.band(lo), r.band(hi); k <= to; k++ {
		for _, i := range r.inBand(k) {
			e := &r.edges[i]
			ex, ey := e.b[0]-e.a[0], e.b[1]-e.a[1]
			px, py := e.a[0]-s.a[0], e.a[1]-s.a[1]
			det := dx*ey - dy*ex
			if det == 0 {
				if dx*py == dy*px { // on one line: the edge's ends may lie on s
					ts = append(ts, along(s, e.a), along(s, e.b))
				}
				continue
			}
			t, u := (px*ey-py*ex)/det, (px*dy-py*dx)/det
			if t > 0 && t < 1 && u >= 0 && u <= 1 {
				ts = append(ts, t)
			}
		}
	}
	return ts
}

// along gives where p lies along s, held to 0 … 1.
func along(s edge, p orb.Point) float64 {
	dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
	l2 := dx*dx + dy*dy
	if l2 == 0 {
		return 0
	}
	return min(1, max(0, ((p[0]-s.a[0])*dx+(p[1]-s.a[1])*dy)/l2))
}

func eachLine(g orb.Geometry, fn func(orb.LineString)) {
	switch g := g.(type) {
	case orb.LineString:
		fn(g)
	case orb.MultiLineString:
		for _, m := range g {
			fn(m)
		}
	case orb.Collection:
		for _, m := range g {
			eachLine(m, fn)
		}
	}
}

func appendVertices(to []orb.Point, g orb.Geometry) []orb.Point {
	switch g := g.(type) {
	case orb.Point:
		to = append(to, g)
	case orb.MultiPoint:
		to = append(to, g...)
	case orb.Collection:
		for _, m := range g {
			to = appendVertices(to, m)
		}
	default:
		eachLine(g, func(l orb.LineString) { to = append(to, l...) })
		eachRing(g, func(r orb.Ring) { to = append(to, r...) })
	}
	return to
}

func between(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// flatDistance is in degrees of latitude, right for short ways.
func flatDistance(a, b orb.Point) float64 {
	x, y := (b[0]-a[0])*math.Cos((a[1]+b[1])/2*math.Pi/180), b[1]-a[1]
	return math.Sqrt(x*x + y*y) // math.Hypot takes thrice as long to guard against sizes that degrees never have
}
