package measure_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo/measure"
)

// near reports whether got is within the relative error of want.
func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

func TestDistance(t *testing.T) {
	dms := func(d, m, s float64) float64 { return d + m/60 + s/3600 }
	for _, c := range []struct {
		name string
		a, b orb.Point
		want float64
	}{
		{"nothing between a position and itself", orb.Point{121, 31}, orb.Point{121, 31}, 0},
		{"Flinders Peak to Buninyon", orb.Point{dms(144, 25, 29.5244), -dms(37, 57, 3.7203)}, orb.Point{dms(143, 55, 35.3839), -dms(37, 39, 10.1561)}, 54972.271},
		{"one degree of the equator", orb.Point{0, 0}, orb.Point{1, 0}, 111319.4908},
		{"a quarter meridian", orb.Point{0, 0}, orb.Point{0, 90}, 10001965.7293},
		{"across the antimeridian", orb.Point{179.5, 0}, orb.Point{-179.5, 0}, 111319.4908},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The first pair is published on GRS 80, some 0.02 mm away.
			if got := measure.Distance(c.a, c.b); math.Abs(got-c.want) > 1e-3 {
				t.Errorf("got %.4f m, want %.4f m", got, c.want)
			}
		})
	}
	t.Run("almost opposite is within a per cent", func(t *testing.T) {
		if got := measure.Distance(orb.Point{0, 0}, orb.Point{179.9, 0.1}); !near(got, 19991000, 0.01) {
			t.Errorf("got %f m", got)
		}
	})
}

// rectangle is bounded by parallels and meridians; steps points along each
// parallel make its geodesic edges hug it.
func rectangle(w, s, e, n float64, steps int) orb.Polygon {
	var r orb.Ring
	for i := range steps + 1 {
		r = append(r, orb.Point{w + (e-w)*float64(i)/float64(steps), s})
	}
	for i := range steps + 1 {
		r = append(r, orb.Point{e - (e-w)*float64(i)/float64(steps), n})
	}
	return orb.Polygon{append(r, r[0])}
}

// zone is the exact area of a rectangle of the ellipsoid.
func zone(w, s, e, n float64) float64 {
	const a, f = 6378137.0, 1 / 298.257223563
	e2 := f * (2 - f)
	ec := math.Sqrt(e2)
	q := func(lat float64) float64 {
		sin := math.Sin(lat * math.Pi / 180)
		return sin/(2*(1-e2*sin*sin)) + math.Atanh(ec*sin)/(2*ec)
	}
	b2 := a * a * (1 - e2)
	return b2 * (e - w) * math.Pi / 180 * (q(n) - q(s))
}

func TestArea(t *testing.T) {
	city := rectangle(121, 31, 121.1, 31.1, 400)
	hole := rectangle(121.02, 31.02, 121.04, 31.05, 100)
	for _, c := range []struct {
		name string
		g    orb.Geometry
		want float64
	}{
		{"a rectangle of the city", city, zone(121, 31, 121.1, 31.1)},
		{"one hundred metres wide", rectangle(121, 31, 121.001, 31.001, 5), zone(121, 31, 121.001, 31.001)},
		{"south of the equator", rectangle(20, -34, 20.1, -33.9, 400), zone(20, -34, 20.1, -33.9)},
		{"a hole is taken off", orb.Polygon{city[0], hole[0]}, zone(121, 31, 121.1, 31.1) - zone(121.02, 31.02, 121.04, 31.05)},
		{"parts are added", orb.MultiPolygon{city, rectangle(122, 31, 122.1, 31.1, 400)}, 2 * zone(121, 31, 121.1, 31.1)},
		{"members of collections are added", orb.Collection{city, orb.Point{1, 1}}, zone(121, 31, 121.1, 31.1)},
		{"a line has none", orb.LineString{{1, 1}, {2, 2}}, 0},
		{"nothing has none", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := measure.Area(c.g); !near(got, c.want, 1e-6) {
				t.Errorf("got %.3f m², want %.3f m²", got, c.want)
			}
		})
	}
	t.Run("long edges are followed as geodesics", func(t *testing.T) {
		octant := orb.Polygon{{{0, 0}, {90, 0}, {0, 89.999999}, {0, 0}}}
		if got, want := measure.Area(octant), zone(0, 0, 90, 90); !near(got, want, 1e-5) {
			t.Errorf("got %.0f m², want %.0f m²", got, want)
		}
	})
}

func TestLength(t *testing.T) {
	l := orb.LineString{{0, 0}, {1, 0}, {2, 0}}
	for _, c := range []struct {
		name string
		g    orb.Geometry
		want float64
	}{
		{"a line", l, 2 * 111319.4908},
		{"several lines", orb.MultiLineString{l, l}, 4 * 111319.4908},
		{"lines in a collection", orb.Collection{l, orb.Point{}, rectangle(0, 0, 1, 1, 1)}, 2 * 111319.4908},
		{"a polygon has none", rectangle(0, 0, 1, 1, 1), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := measure.Length(c.g); !near(got, c.want, 1e-8) {
				t.Errorf("got %f, want %f", got, c.want)
			}
		})
	}
}

// frame is a square of 10 with a hole from 4 to 6.
func frame() orb.Polygon {
	return orb.Polygon{
		{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
		{{4, 4}, {4, 6}, {6, 6}, {6, 4}, {4, 4}},
	}
}

func TestRegionContains(t *testing.T) {
	r := measure.NewRegion(orb.MultiPolygon{frame(), rectangle(20, 0, 30, 10, 1)})
	for _, c := range []struct {
		name string
		p    orb.Point
		want bool
	}{
		{"inside", orb.Point{1, 1}, true},
		{"level with a vertex", orb.Point{2, 4}, true},
		{"in the hole", orb.Point{5, 5}, false},
		{"outside", orb.Point{11, 5}, false},
		{"on an edge", orb.Point{10, 5}, true},
		{"on a vertex", orb.Point{0, 0}, true},
		{"on the edge of the hole", orb.Point{4, 5}, true},
		{"on the top edge", orb.Point{3, 10}, true},
		{"in the second part", orb.Point{25, 5}, true},
		{"between the parts", orb.Point{15, 5}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.Contains(c.p); got != c.want {
				t.Errorf("Contains(%v) is %v", c.p, got)
			}
		})
	}
	t.Run("nothing is in an empty region", func(t *testing.T) {
		if measure.NewRegion(nil).Contains(orb.Point{}) || new(measure.Region).Contains(orb.Point{}) {
			t.Error("contains a point")
		}
	})
}

// star is a ring around the middle with random radii.
func star(r *rand.Rand, n int) orb.Polygon {
	var ring orb.Ring
	for i := range n {
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		d := 1 + 4*r.Float64()
		ring = append(ring, orb.Point{c * d, s * d})
	}
	return orb.Polygon{append(ring, ring[0])}
}

func TestRegionAgreesWithPlainRayCasting(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 50 {
		p := star(r, 3+r.IntN(200))
		region := measure.NewRegion(p)
		for range 200 {
			at := orb.Point{r.Float64()*12 - 6, r.Float64()*12 - 6}
			inside := false
			for i := 1; i < len(p[0]); i++ {
				a, b := p[0][i-1], p[0][i]
				if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0]+(at[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
					inside = !inside
				}
			}
			if got := region.Contains(at); got != inside {
				t.Fatalf("Contains(%v) is %v in %v", at, got, p)
			}
		}
	}
}

func TestShare(t *testing.T) {
	r := measure.NewRegion(frame())
	for _, c := range []struct {
		name      string
		g         orb.Geometry
		want, err float64
	}{
		{"a point inside", orb.Point{1, 1}, 1, 0},
		{"a point on the boundary", orb.Point{0, 3}, 1, 0},
		{"one of two points", orb.MultiPoint{{1, 1}, {11, 1}}, 0.5, 0},
		{"half a line", orb.LineString{{5, 1}, {15, 1}}, 0.5, 1e-12},
		{"a line across the hole", orb.LineString{{0, 5}, {10, 5}}, 0.8, 1e-12},
		{"a line along the boundary", orb.LineString{{0, 0}, {10, 0}}, 1, 1e-12},
		{"a line wholly inside", orb.LineString{{1, 1}, {2, 1}}, 1, 0},
		{"a line of one place", orb.LineString{{1, 1}, {1, 1}}, 1, 0},
		{"half a polygon", rectangle(5, 1, 15, 3, 1), 0.5, 0.02},
		{"a polygon over the hole", rectangle(3, 3, 7, 7, 1), 0.75, 0.03},
		{"a polygon in the hole", rectangle(4.5, 4.5, 5.5, 5.5, 1), 0, 0},
		{"a polygon around all of it", rectangle(-10, -10, 20, 20, 1), 96.0 / 900, 0.01},
		{"the same polygon", frame(), 1, 1e-9},
		{"the area decides in a collection", orb.Collection{orb.Point{50, 50}, rectangle(5, 1, 15, 3, 1)}, 0.5, 0.02},
		{"far away", orb.Point{50, 50}, 0, 0},
		{"nothing", nil, 0, 0},
		{"an empty line", orb.LineString{}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.Share(c.g); math.Abs(got-c.want) > c.err {
				t.Errorf("got %f, want %f", got, c.want)
			}
		})
	}
}

func TestLabelPoint(t *testing.T) {
	u := orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {8, 9}, {8, 1}, {1, 1}, {1, 9}, {0, 9}, {0, 0}}}
	for _, c := range []struct {
		name   string
		g      orb.Geometry
		within orb.Geometry
	}{
		{"inside a square", rectangle(0, 0, 1, 1, 1), rectangle(0.4, 0.4, 0.6, 0.6, 1)},
		{"not in the hole", frame(), frame()},
		{"inside a U", u, u},
		{"in the largest part", orb.MultiPolygon{rectangle(0, 0, 1, 1, 1), rectangle(5, 5, 9, 9, 1)}, rectangle(5, 5, 9, 9, 1)},
		{"halfway along a line", orb.LineString{{0, 0}, {10, 0}, {20, 0}}, rectangle(9.99, -0.01, 10.01, 0.01, 1)},
		{"on the longest line", orb.MultiLineString{{{0, 0}, {1, 0}}, {{0, 5}, {9, 5}}}, rectangle(4, 4.9, 5, 5.1, 1)},
		{"at a point", orb.Point{3, 4}, rectangle(3, 4, 3, 4, 1)},
		{"at the first of points", orb.MultiPoint{{3, 4}, {5, 6}}, rectangle(3, 4, 3, 4, 1)},
		{"polygon before line", orb.Collection{orb.LineString{{50, 50}, {90, 90}}, u}, u},
		{"on a polygon without area", orb.Polygon{{{1, 1}, {2, 2}, {1, 1}}}, rectangle(1, 1, 2, 2, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, ok := measure.LabelPoint(c.g)
			if b := c.within.Bound(); !ok || !b.Contains(p) {
				t.Fatalf("got %v, %v", p, ok)
			}
			if r := measure.NewRegion(c.within); len(c.within.(orb.Polygon)[0]) > 5 && !r.Contains(p) {
				t.Errorf("%v is not inside", p)
			}
		})
	}
	for _, g := range []orb.Geometry{nil, orb.LineString{}, orb.Polygon{}, orb.Polygon{{}}, orb.Collection{}} {
		if p, ok := measure.LabelPoint(g); ok {
			t.Errorf("%#v has its name at %v", g, p)
		}
	}
}

func TestLabelPointIsAlwaysInside(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		g := star(r, 3+r.IntN(40))
		if p, ok := measure.LabelPoint(g); !ok || !measure.NewRegion(g).Contains(p) {
			t.Fatalf("%v lies outside of %v", p, g)
		}
	}
}

func BenchmarkRegionContains(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	region := measure.NewRegion(star(r, 5000))
	for b.Loop() {
		region.Contains(orb.Point{r.Float64()*12 - 6, r.Float64()*12 - 6})
	}
}

func BenchmarkLabelPoint(b *testing.B) {
	g := star(rand.New(rand.NewPCG(1, 0)), 11)
	for b.Loop() {
		measure.LabelPoint(g)
	}
}

func BenchmarkDistance(b *testing.B) {
	for b.Loop() {
		measure.Distance(orb.Point{121.40, 31.20}, orb.Point{121.41, 31.21})
	}
}
