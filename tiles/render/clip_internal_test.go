package render

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"

	"yiping/tiles/mvt"
)

func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

var square = frame{min: -256, max: 4352}

var bound = orb.Bound{Min: orb.Point{-256, -256}, Max: orb.Point{4352, 4352}}

// walk gives a line or ring that crosses the frame often and lies on its edges
// now and then.
func walk(rnd *rand.Rand, n int) []mvt.XY {
	special := []int32{-256, 4352, -257, 4353, 0, 4096, 2000}
	coordinate := func() int32 {
		if rnd.IntN(4) == 0 {
			return special[rnd.IntN(len(special))]
		}
		return rnd.Int32N(8000) - 2000
	}
	pts := make([]mvt.XY, n)
	for i := range pts {
		pts[i] = mvt.XY{X: coordinate(), Y: coordinate()}
	}
	return pts
}

func line(pts []mvt.XY) orb.LineString {
	out := make(orb.LineString, len(pts))
	for i, p := range pts {
		out[i] = orb.Point{float64(p.X), float64(p.Y)}
	}
	return out
}

func TestLinesAreClippedLikeOrb(t *testing.T) {
	rnd := random(t)
	for range 5000 {
		pts := walk(rnd, 2+rnd.IntN(12))
		var got orb.MultiLineString
		square.line(pts, nil, func(piece []mvt.XY) {
			for _, p := range piece {
				if square.outside(p) != 0 {
					t.Fatalf("%v leaves the frame at %v", pts, p)
				}
			}
			got = append(got, line(piece))
		})
		want := clip.LineString(bound, line(pts))
		if a, b := planar.Length(got), planar.Length(want); a < b-2*float64(len(pts)) {
			t.Fatalf("%v: length %g, orb has %g\n%v\n%v", pts, a, b, got, want)
		}
		near(t, got, want)
		near(t, orb.MultiLineString{line(pts)}, got) // rounding may run along the edge where orb only touches it
	}
}

// near fails unless every vertex of want is within a unit of got.
func near(t *testing.T, got, want orb.MultiLineString) {
	t.Helper()
	for _, w := range want {
		if planar.Length(w) < 3 {
			continue // a touch at a corner: rounding may lose it
		}
		for _, p := range w {
			best := math.Inf(1)
			for _, g := range got {
				best = min(best, planar.DistanceFrom(g, p))
			}
			if best > 1 {
				t.Fatalf("nothing near %v\n%v\n%v", p, got, want)
			}
		}
	}
}

func TestClippingIsTheSameBackwards(t *testing.T) {
	rnd := random(t)
	for range 5000 {
		pts := walk(rnd, 2)
		p, q, ok := square.segment(pts[0], pts[1])
		q2, p2, ok2 := square.segment(pts[1], pts[0])
		if ok != ok2 || (ok && (p != p2 || q != q2)) {
			t.Fatalf("%v gives %v %v %v, backwards %v %v %v", pts, p, q, ok, p2, q2, ok2)
		}
	}
}

func TestRingsAreClippedLikeOrb(t *testing.T) {
	rnd := random(t)
	for range 5000 {
		pts := walk(rnd, 3+rnd.IntN(12))
		closed := append(line(pts), line(pts)[0])
		want := math.Abs(planar.Area(orb.Polygon{clip.Ring(bound, orb.Ring(closed))}))
		got, _ := square.ring(slices.Clone(pts), nil)
		for _, p := range got {
			if square.outside(p) != 0 {
				t.Fatalf("%v leaves the frame at %v", pts, p)
			}
		}
		area := 0.0
		if len(got) > 2 {
			ring := orb.Ring(line(got))
			area = math.Abs(planar.Area(orb.Polygon{append(ring, ring[0])}))
		}
		// A crossing half a unit aside moves at most the frame's diagonal's worth.
		if math.Abs(area-want) > 6600*float64(len(pts)) {
			t.Fatalf("%v: area %g, orb has %g", pts, area, want)
		}
	}
}

func TestLinesAreSimplifiedLikeOrb(t *testing.T) {
	rnd := random(t)
	var thin thinner
	dropped, ours, orbs := 0, 0, 0
	for range 800 {
		pts := wobble(rnd, 2+rnd.IntN(200))
		want := simplify.DouglasPeucker(tolerance).LineString(line(pts).Clone())
		got := line(thin.line(slices.Clone(pts), tolerance))
		for _, p := range line(pts) {
			if d := planar.DistanceFrom(got, p); d > tolerance+1e-9 {
				t.Fatalf("%v is %g from what remains", p, d)
			}
		}
		dropped, ours, orbs = dropped+len(pts)-len(got), ours+len(got), orbs+len(want)
	}
	if dropped == 0 || math.Abs(float64(ours-orbs)) > float64(orbs)/50 { // among equals another may be chosen
		t.Errorf("%d vertices kept, orb keeps %d; %d dropped", ours, orbs, dropped)
	}
}

// wobble gives a line that runs almost straight, with corners.
func wobble(rnd *rand.Rand, n int) []mvt.XY {
	pts := []mvt.XY{{X: rnd.Int32N(4096), Y: rnd.Int32N(4096)}}
	dx, dy := int32(5), int32(0)
	for len(pts) < n {
		if rnd.IntN(10) == 0 {
			dx, dy = rnd.Int32N(19)-9, rnd.Int32N(19)-9
		}
		last := pts[len(pts)-1]
		next := mvt.XY{X: last.X + dx + rnd.Int32N(3) - 1, Y: last.Y + dy + rnd.Int32N(3) - 1}
		if next != last {
			pts = append(pts, next)
		}
	}
	return pts
}

func TestATinyLoopIsNotSimplifiedAway(t *testing.T) {
	var thin thinner
	loop := []mvt.XY{{X: 5, Y: 5}, {X: 6, Y: 5}, {X: 5, Y: 5}}
	if got := thin.line(slices.Clone(loop), tolerance); !slices.Equal(got, loop) {
		t.Errorf("%v is left", got)
	}
}
