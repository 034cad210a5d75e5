package tiles_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"yiping/tiles"
)

func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func position(rnd *rand.Rand) orb.Point {
	return orb.Point{rnd.Float64()*360 - 180, rnd.Float64()*170 - 85}
}

func unit(rnd *rand.Rand) tiles.XY { return tiles.XY{X: rnd.Uint32(), Y: rnd.Uint32()} }

func box(a, b tiles.XY) tiles.Box { return tiles.EmptyBox.Add(a).Add(b) }

func TestKnownPositions(t *testing.T) {
	const half, last = 1 << 31, math.MaxUint32
	for _, c := range []struct {
		outcome string
		p       orb.Point
		want    tiles.XY
	}{
		{"the origin is the middle", orb.Point{0, 0}, tiles.XY{X: half, Y: half}},
		{"the north-west corner is zero", orb.Point{-180, tiles.MaxLat}, tiles.XY{X: 0, Y: 0}},
		{"the south-east corner is the last unit", orb.Point{180, -tiles.MaxLat}, tiles.XY{X: last, Y: last}},
		{"beyond the square is clamped", orb.Point{500, 90}, tiles.XY{X: last, Y: 0}},
		{"not a number is zero", orb.Point{math.NaN(), math.NaN()}, tiles.XY{X: 0, Y: 0}},
		{"minus infinity is clamped", orb.Point{math.Inf(-1), math.Inf(-1)}, tiles.XY{X: 0, Y: last}},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			if got := tiles.ToWorld(c.p); got != c.want {
				t.Errorf("%v gives %v, not %v", c.p, got, c.want)
			}
		})
	}
}

func TestPositionSurvivesTheWayThere(t *testing.T) {
	rnd := random(t)
	for range 10_000 {
		w := unit(rnd)
		p := w.Point()
		got := tiles.ToWorld(p)
		if d := max(absDiff(got.X, w.X), absDiff(got.Y, w.Y)); d > 1 {
			t.Fatalf("%v → %v → %v", w, p, got)
		}
		q := position(rnd)
		back := tiles.ToWorld(q).Point()
		if math.Abs(back[0]-q[0]) > 1e-7 || math.Abs(back[1]-q[1]) > 1e-7 {
			t.Fatalf("%v → %v", q, back)
		}
	}
}

// Positions along walks of all strides, over every latitude and on the edges of
// units, are the same one by one and together.
func TestManyPositionsAreThoseOfEach(t *testing.T) {
	rnd := random(t)
	for range 4000 {
		at, stride := position(rnd), math.Pow(10, -9+9*rnd.Float64())
		var walk []orb.Point
		for range 40 {
			walk = append(walk, at)
			switch at = (orb.Point{at[0] + stride*rnd.NormFloat64(), at[1] + stride*rnd.NormFloat64()}); rnd.IntN(20) {
			case 0:
				at = tiles.ToWorld(at).Point() // the corner of a unit
			case 1:
				at[rnd.IntN(2)] = []float64{math.NaN(), math.Inf(1), -90, 90, 0}[rnd.IntN(5)]
			case 2:
				at = position(rnd)
			}
		}
		for k, got := range tiles.AppendWorld(nil, walk) {
			if want := tiles.ToWorld(walk[k]); got != want {
				t.Fatalf("%v becomes %v among others, %v alone: %v", walk[k], got, want, walk)
			}
		}
	}
}

func BenchmarkWorld(b *testing.B) {
	street := make([]orb.Point, 11)
	for i := range street {
		street[i] = orb.Point{121.4 + 0.0007*float64(i), 31.2 + 0.0004*float64(i)}
	}
	var room [11]tiles.XY
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			for i, p := range street {
				room[i] = tiles.ToWorld(p)
			}
		}
	})
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			tiles.AppendWorld(room[:0], street)
		}
	})
}

func absDiff(a, b uint32) uint32 { return max(a, b) - min(a, b) }

// TestTilesAgreeWithMaptile compares with an implementation not ours.
func TestTilesAgreeWithMaptile(t *testing.T) {
	rnd := random(t)
	for range 20_000 {
		p, z := position(rnd), uint8(rnd.IntN(tiles.MaxZoom+1))
		got := tiles.At(z, tiles.ToWorld(p))
		want := maptile.At(p, maptile.Zoom(z))
		if got.X != want.X || got.Y != want.Y {
			t.Fatalf("%v at zoom %d is in %v, orb says %v", p, z, got, want)
		}
		b, w := got.Box(), want.Bound()
		for _, c := range []struct{ got, want float64 }{
			{b.Min.Point()[0], w.Min[0]}, {b.Min.Point()[1], w.Max[1]},
			{b.Max.Point()[0], w.Max[0]}, {b.Max.Point()[1], w.Min[1]},
		} {
			if math.Abs(c.got-c.want) > 2e-7 {
				t.Fatalf("box of %v is %v, orb says %v", got, b, w)
			}
		}
	}
}

func TestTilesOfAZoomPartTheWorld(t *testing.T) {
	rnd := random(t)
	for range 10_000 {
		w, z := unit(rnd), uint8(rnd.IntN(tiles.MaxZoom+1))
		id := tiles.At(z, w)
		if !id.Box().Contains(box(w, w)) {
			t.Fatalf("%v is not in %v", w, id)
		}
		b := id.Box()
		if east := (tiles.XY{X: b.Max.X + 1, Y: w.Y}); east.X != 0 && tiles.At(z, east) != (tiles.ID{Z: z, X: id.X + 1, Y: id.Y}) {
			t.Fatalf("a gap or overlap east of %v", id)
		}
		if south := (tiles.XY{X: w.X, Y: b.Max.Y + 1}); south.Y != 0 && tiles.At(z, south) != (tiles.ID{Z: z, X: id.X, Y: id.Y + 1}) {
			t.Fatalf("a gap or overlap south of %v", id)
		}
	}
}

func TestCoverIsEveryTileTouchedAndNoOther(t *testing.T) {
	rnd := random(t)
	for range 500 {
		z := uint8(rnd.IntN(6))
		b := box(unit(rnd), unit(rnd))
		covered := map[tiles.ID]bool{}
		tiles.Cover(b, z, func(id tiles.ID) bool {
			if covered[id] {
				t.Fatalf("%v twice", id)
			}
			covered[id] = true
			return true
		})
		if n := tiles.CoverCount(b, z); n != uint64(len(covered)) {
			t.Fatalf("CoverCount %d, Cover %d", n, len(covered))
		}
		for x := range uint32(1) << z {
			for y := range uint32(1) << z {
				id := tiles.ID{Z: z, X: x, Y: y}
				if covered[id] != id.Box().Intersects(b) {
					t.Fatalf("%v with %v: covered %v", id, b, covered[id])
				}
			}
		}
	}
}

func TestCoverStopsWhenTold(t *testing.T) {
	n := 0
	tiles.Cover(tiles.ID{}.Box(), 5, func(tiles.ID) bool { n++; return n < 10 })
	if n != 10 {
		t.Errorf("%d tiles", n)
	}
	tiles.Cover(tiles.EmptyBox, 5, func(tiles.ID) bool { t.Error("a tile for nothing"); return false })
	if n := tiles.CoverCount(tiles.EmptyBox, 5); n != 0 {
		t.Errorf("%d tiles for nothing", n)
	}
}

func TestBoxes(t *testing.T) {
	rnd := random(t)
	for range 5000 {
		a, b := box(unit(rnd), unit(rnd)), box(unit(rnd), unit(rnd))
		d := rnd.Uint32() >> rnd.IntN(32)
		switch u := a.Union(b); {
		case !u.Contains(a) || !u.Contains(b):
			t.Fatalf("union of %v and %v is %v", a, b, u)
		case a.Intersects(b) != b.Intersects(a):
			t.Fatalf("%v and %v disagree on touching", a, b)
		case a.Contains(b) && !a.Intersects(b):
			t.Fatalf("%v contains %v without touching", a, b)
		case !a.Grow(d).Contains(a):
			t.Fatalf("%v grown by %d is %v", a, d, a.Grow(d))
		case a.Grow(d).Intersects(b) != a.Intersects(b.Grow(d)):
			t.Fatalf("growing %v or %v by %d differs", a, b, d)
		case a.Union(tiles.EmptyBox) != a:
			t.Fatalf("nothing adds to %v", a)
		}
	}
	if !tiles.EmptyBox.Empty() || (tiles.Box{}).Empty() {
		t.Error("empty boxes are confused")
	}
}

func TestBoxOfABound(t *testing.T) {
	rnd := random(t)
	for range 2000 {
		bound := orb.MultiPoint{position(rnd), position(rnd)}.Bound()
		got := tiles.BoxOf(bound)
		want := box(tiles.ToWorld(bound.Min), tiles.ToWorld(bound.Max))
		if got != want {
			t.Fatalf("%v gives %v, not %v", bound, got, want)
		}
	}
}

func TestParseID(t *testing.T) {
	for _, c := range []struct {
		z, x, y string
		ok      bool
	}{
		{"0", "0", "0", true}, {"22", "4194303", "4194303", true}, {"14", "13722", "6690", true},
		{"23", "0", "0", false}, {"-1", "0", "0", false}, {"", "0", "0", false}, {"1", "2", "0", false},
		{"1", "0", "2", false}, {"1", "x", "0", false}, {"1", "0", "1.5", false}, {"5", "99999999999999999999", "0", false},
	} {
		t.Run(fmt.Sprintf("%s/%s/%s is fine: %v", c.z, c.x, c.y, c.ok), func(t *testing.T) {
			id, err := tiles.ParseID(c.z, c.x, c.y)
			if (err == nil) != c.ok {
				t.Fatalf("%v, %v", id, err)
			}
			if c.ok && id.String() != c.z+"/"+c.x+"/"+c.y {
				t.Errorf("reads as %v", id)
			}
		})
	}
}

// FuzzParseID: what is accepted is written the same and lies in the matrix.
func FuzzParseID(f *testing.F) {
	f.Add("14", "13722", "6690")
	f.Add("+1", "01", "0x1")
	f.Fuzz(func(t *testing.T, z, x, y string) {
		id, err := tiles.ParseID(z, x, y)
		if err != nil {
			return
		}
		if id.Z > tiles.MaxZoom || uint64(id.X) >= 1<<id.Z || uint64(id.Y) >= 1<<id.Z {
			t.Fatalf("%v is outside the matrix", id)
		}
		if tiles.At(id.Z, id.Box().Min) != id || tiles.At(id.Z, id.Box().Max) != id {
			t.Fatalf("the box of %v is not its own", id)
		}
	})
}
