package measure_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo/measure"
)

func TestNearest(t *testing.T) {
	frame := rectangle(121, 31, 121.3, 31.3, 1)
	frame = append(frame, rectangle(121.1, 31.1, 121.2, 31.2, 1)[0])
	far := math.Inf(1)
	for _, c := range []struct {
		name    string
		g       orb.Geometry
		from    orb.Point
		limit   float64
		found   bool
		metres  float64
		bearing float64
		point   orb.Point
	}{
		{"a point north of it", orb.Point{0, 1}, orb.Point{0, 0}, far, true, 110574.3886, 0, orb.Point{0, 1}},
		{"a point west of it", orb.Point{-1, 0}, orb.Point{0, 0}, far, true, 111319.4908, 270, orb.Point{-1, 0}},
		{"across the antimeridian", orb.Point{-179.5, 0}, orb.Point{179.5, 0}, far, true, 111319.4908, 90, orb.Point{-179.5, 0}},
		{"the position itself", orb.Point{121, 31}, orb.Point{121, 31}, far, true, 0, 0, orb.Point{121, 31}},
		{"the nearer of two sites", orb.MultiPoint{{0, 5}, {0, -1}}, orb.Point{0, 0}, far, true, 110574.3886, 180, orb.Point{0, -1}},
		{"the middle of an edge", orb.LineString{{-1, 1}, {-1, -1}}, orb.Point{0, 0}, far, true, 111319.4908, 270, orb.Point{-1, 0}},
		{"the end of an edge", orb.LineString{{1, 0}, {2, 0}}, orb.Point{0, 0}, far, true, 111319.4908, 90, orb.Point{1, 0}},
		{"an edge across the antimeridian", orb.LineString{{179, 0}, {-179, 0}}, orb.Point{180, 1}, far, true, 110574.3886, 180, orb.Point{180, 0}},
		{"a repeated vertex", orb.LineString{{1, 0}, {1, 0}}, orb.Point{0, 0}, far, true, 111319.4908, 90, orb.Point{1, 0}},
		{"inside a polygon", frame, orb.Point{121.05, 31.15}, 0, true, 0, 0, orb.Point{121.05, 31.15}},
		{"in its hole", rectangleWithHole(), orb.Point{0, 0}, far, true, 110574.3886, 0, orb.Point{0, 1}},
		{"inside a member", orb.Collection{orb.Point{0, 0}, orb.MultiPolygon{frame}}, orb.Point{121.25, 31.25}, far, true, 0, 0, orb.Point{121.25, 31.25}},
		{"within the limit", orb.Point{0, 1}, orb.Point{0, 0}, 110575, true, 110574.3886, 0, orb.Point{0, 1}},
		{"beyond the limit", orb.Point{0, 1}, orb.Point{0, 0}, 110574, false, 0, 0, orb.Point{}},
		{"nothing in nothing", nil, orb.Point{0, 0}, far, false, 0, 0, orb.Point{}},
		{"nothing in what has no vertex", orb.Collection{orb.Polygon{{}}, orb.LineString{}}, orb.Point{0, 0}, far, false, 0, 0, orb.Point{}},
		{"from a pole", orb.Point{50, 89}, orb.Point{0, 90}, far, true, 111693.9, 130, orb.Point{50, 89}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, ok := measure.From(c.from).Nearest(c.g, c.limit)
			if ok != c.found {
				t.Fatalf("found %v", ok)
			}
			if !ok {
				return
			}
			if math.Abs(n.Metres-c.metres) > 0.1 || math.Abs(math.Remainder(n.Bearing-c.bearing, 360)) > 1e-5 {
				t.Errorf("%.4f m at %.6f°, want %.4f m at %.6f°", n.Metres, n.Bearing, c.metres, c.bearing)
			}
			if d := measure.Distance(n.Point, c.point); d > 1e-6 {
				t.Errorf("the place is %v, %g m from %v", n.Point, d, c.point)
			}
		})
	}
}

// rectangleWithHole has the equator's meridian cross its hole's northern edge,
// which hugs its parallel, at one degree.
func rectangleWithHole() orb.Polygon {
	return append(rectangle(-3, -3, 3, 3, 100), rectangle(-2, -2, 2, 1, 1000)[0])
}

// A walk along every edge, in small steps of geodesics, finds no place nearer,
// and the place given is one of the walk.
func TestNearestAgainstAWalkAlongTheEdges(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 400 {
		size := math.Pow(10, -4+4*r.Float64()) // degrees, up to 1
		c := orb.Point{r.Float64()*360 - 180, r.Float64()*178 - 89}
		at := func() orb.Point {
			return orb.Point{c[0] + size*r.NormFloat64()/max(0.02, math.Cos(c[1]*math.Pi/180)), min(89.9, max(-89.9, c[1]+size*r.NormFloat64()))}
		}
		l, from := orb.LineString{at(), at(), at()}, at()
		name := fmt.Sprintf("from %v to %v", from, l)
		got, ok := measure.From(from).Nearest(l, math.Inf(1))
		if !ok {
			t.Fatal(name)
		}
		const steps = 300
		best, onto, reach := math.Inf(1), math.Inf(1), 0.0
		for k := 1; k < len(l); k++ {
			whole := measure.Distance(l[k-1], l[k])
			reach = max(reach, whole)
			for i := range steps + 1 {
				p := measure.Way(l[k-1], l[k], float64(i)/steps)
				best, onto = min(best, measure.Distance(from, p)), min(onto, measure.Distance(got.Point, p))
			}
		}
		off := 1e-3 * math.Pow(max(1, reach/1e5), 3) // of the edge from the geodesic
		if got.Metres > best+off+1e-6*best || math.Abs(got.Metres-measure.Distance(from, got.Point)) > 1e-6 {
			t.Errorf("%.4f m, a walk comes to %.4f m: %s", got.Metres, best, name)
		}
		if onto > reach/steps/2+off {
			t.Errorf("the place is %.4f m from the line: %s", onto, name)
		}
	}
}

func TestNearestFollowsGeodesics(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, c := range []struct{ length, off float64 }{{1e3, 1e-5}, {1e4, 1e-4}, {1e5, 1e-3}, {1e6, 1}} {
		for range 500 {
			a := orb.Point{360*r.Float64() - 180, 178*r.Float64() - 89}
			b := measure.Go(a, 2*math.Pi*r.Float64(), c.length)
			p := measure.Way(a, b, r.Float64())
			if n, ok := measure.From(p).Nearest(orb.LineString{a, b}, math.Inf(1)); !ok || n.Metres > c.off {
				t.Errorf("%g m off an edge of %g m from %v to %v", n.Metres, c.length, a, b)
			}
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	l := make(orb.LineString, 11)
	for i := range l {
		l[i] = orb.Point{121 + r.Float64()/100, 31 + r.Float64()/100}
	}
	o := measure.From(orb.Point{121.02, 31.02})
	b.ReportAllocs()
	for b.Loop() {
		o.Nearest(l, math.Inf(1))
	}
}
