package measure

import (
	"math"

	"github.com/paulmach/orb"
)

// LabelPoint is where to write the name of g: well inside its largest polygon,
// else halfway along its longest line, else at its first point; false if g has
// no vertex. Inside a polygon it is the best of a few candidates, not the very
// best place.
func LabelPoint(g orb.Geometry) (orb.Point, bool) {
	if l, ok := g.(orb.LineString); ok && len(l) > 0 { // most of a city
		return Midpoint(l), true
	}
	if p, ok := largestPolygon(g); ok {
		if at, ok := insidePoint(p); ok {
			return at, true
		}
	}
	var best orb.LineString
	longest := -1.0
	eachLine(g, func(l orb.LineString) {
		if n := flatLength(l); len(l) > 0 && n > longest {
			best, longest = l, n
		}
	})
	if best != nil {
		return Midpoint(best), true
	}
	if all := appendVertices(nil, g); len(all) > 0 {
		return all[0], true
	}
	return orb.Point{}, false
}

// Midpoint is halfway along a line of at least one vertex.
func Midpoint(l orb.LineString) orb.Point {
	var room [64]float64
	steps, left := room[:0], 0.0
	for i := 1; i < len(l); i++ {
		d := flatDistance(l[i-1], l[i])
		steps, left = append(steps, d), left+d
	}
	left /= 2
	for i, d := range steps {
		if d >= left && d > 0 {
			return between(l[i], l[i+1], left/d)
		}
		left -= d
	}
	return l[len(l)-1]
}

func flatLength(l orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(l); i++ {
		sum += flatDistance(l[i-1], l[i])
	}
	return sum
}

func largestPolygon(g orb.Geometry) (best orb.Polygon, ok bool) {
	largest := -1.0
	eachPolygon(g, func(p orb.Polygon) {
		if len(p) == 0 {
			return
		}
		if a, _ := flatArea(p[0]); math.Abs(a) > largest {
			best, largest, ok = p, math.Abs(a), true
		}
	})
	return best, ok
}

func eachPolygon(g orb.Geometry, fn func(orb.Polygon)) {
	switch g := g.(type) {
	case orb.Ring:
		fn(orb.Polygon{g})
	case orb.Polygon:
		fn(g)
	case orb.MultiPolygon:
		for _, p := range g {
			fn(p)
		}
	case orb.Collection:
		for _, m := range g {
			eachPolygon(m, fn)
		}
	case orb.Bound:
		fn(g.ToPolygon())
	}
}

// flatArea is the signed planar area and the centroid of a ring.
func flatArea(r orb.Ring) (area float64, centroid orb.Point) {
	if len(r) == 0 {
		return 0, orb.Point{}
	}
	o := r[0] // sums relative to a vertex keep their digits
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		ax, ay, bx, by := a[0]-o[0], a[1]-o[1], b[0]-o[0], b[1]-o[1]
		c := ax*by - bx*ay
		area += c / 2
		centroid[0] += (ax + bx) * c / 6
		centroid[1] += (ay + by) * c / 6
	}
	if area == 0 {
		return 0, o
	}
	return area, orb.Point{o[0] + centroid[0]/area, o[1] + centroid[1]/area}
}

// insidePoint takes, of the centroid and the middles of the widest stretches of
// a few lines across the polygon, the one farthest from the boundary.
func insidePoint(p orb.Polygon) (orb.Point, bool) {
	b := p.Bound()
	_, best := flatArea(p[0])
	room, found := clearance(p, best)
	var xs []float64
	const lines = 7
	for k := 1; k <= lines; k++ {
		y := b.Min[1] + (b.Max[1]-b.Min[1])*float64(k)/(lines+1)
		xs = cut(xs[:0], p, y)
		widest, x := 0.0, 0.0
		for i := 0; i+1 < len(xs); i += 2 {
			if w := xs[i+1] - xs[i]; w > widest {
				widest, x = w, (xs[i]+xs[i+1])/2
			}
		}
		if widest == 0 {
			continue
		}
		at := orb.Point{x, y}
		if d, ok := clearance(p, at); ok && (!found || d > room) {
			best, room, found = at, d, true
		}
	}
	return best, found
}

// clearance is the distance of a point inside p from its boundary, in degrees of
// latitude; false if it lies outside.
func clearance(p orb.Polygon, at orb.Point) (float64, bool) {
	shrink := math.Cos(at[1] * math.Pi / 180)
	inside, nearest := false, math.Inf(1)
	for _, r := range p {
		for i := range r {
			e := edge{r[i], r[(i+1)%len(r)]}
			if (e.a[1] > at[1]) != (e.b[1] > at[1]) && at[0] < crossing(&e, at[1]) {
				inside = !inside
			}
			ex, ey := (e.b[0]-e.a[0])*shrink, e.b[1]-e.a[1]
			px, py := (at[0]-e.a[0])*shrink, at[1]-e.a[1]
			t := 0.0
			if l2 := ex*ex + ey*ey; l2 > 0 {
				t = min(1, max(0, (px*ex+py*ey)/l2))
			}
			nearest = min(nearest, math.Hypot(px-t*ex, py-t*ey))
		}
	}
	return nearest, inside
}
