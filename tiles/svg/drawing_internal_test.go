package svg

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/tiletest"
)

// randomCity is a city with so many projects more, red in part, some at one place.
func randomCity(rnd *rand.Rand, size, more int) []geo.Record {
	records := tiletest.City(size)
	at := tiletest.Centre
	for i := range more {
		if rnd.IntN(4) > 0 {
			at = orb.Point{tiletest.Centre[0] + rnd.NormFloat64()*2e-2, tiletest.Centre[1] + rnd.NormFloat64()*1e-2}
		}
		name := []rune("长风商务区苏州河沿岸贯通工程（二期）地块")[rnd.IntN(10):]
		p := tiletest.Lit(city.Project, fmt.Sprint(string(name), i), geo.Light(rnd.IntN(4)))
		records = append(records, tiletest.One(city.Project, geo.ID(1_000_000+i), at, p))
	}
	return records
}

// reds gives the red features with a mark in the picture, found without d.marks.
func reds(d *drawing) map[snapshot.Item]bool {
	out := map[snapshot.Item]bool{}
	inside := func(w tiles.XY) bool {
		x, y := d.view.at(w)
		return x >= 0 && y >= 0 && x <= d.view.w && y <= d.view.h
	}
	for _, l := range d.s.Layers() {
		if id := l.Decl().ID; id == city.District || id == city.Town {
			continue
		}
		for it := range l.All {
			if it.Light() != geo.Red || !d.inFocus(it) {
				continue
			}
			for _, part := range it.Shape() {
				for _, w := range part.XY {
					if part.Kind == snapshot.PointPart && inside(w) {
						out[it] = true
					}
				}
			}
			if w, ok := it.Label(); ok && it.Extended() && inside(w) {
				out[it] = true
			}
		}
	}
	return out
}

// TestNoNameMeetsAnotherAndNoRedIsLost draws random cities as cards, sheets and
// walls, and looks at every pair of names.
func TestNoNameMeetsAnotherAndNoRedIsLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	for _, c := range []struct{ size, more int }{{60, 0}, {60, 30}, {400, 200}, {1000, 6000}} {
		s := tiletest.Snapshot(t, randomCity(rnd, c.size, c.more))
		for _, o := range []Options{
			{}, {Width: 320, Height: 240}, {Width: 2480, Height: 3508, Theme: Light}, {District: tiletest.DistrictCode, Width: 1920, Height: 1080},
			{Centre: tiletest.Centre, Zoom: 8 + 8*rnd.Float64()}, {Bound: orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.03 * rnd.Float64())},
		} {
			d, err := newDrawing(s, o)
			if err != nil {
				t.Fatal(err)
			}
			d.draw()
			at := fmt.Sprintf("%d+%d features, %+v", c.size, c.more, o)
			namesApart(t, at, d)
			marked, hidden := 0, 0
			for _, s := range d.spots {
				switch {
				case s.light != geo.Red:
				case s.count > 0:
					marked += s.count
				case s.site == 0:
					marked++
				}
			}
			if want := len(reds(d)); marked != want {
				t.Errorf("%s: %d reds marked, %d are there", at, marked, want)
			} else if hidden = d.hidden; hidden > want || want <= 6 && o.Width != 320 && hidden > 0 {
				t.Errorf("%s: %d of %d reds have no name", at, hidden, want)
			}
		}
	}
}

func namesApart(t *testing.T, at string, d *drawing) {
	t.Helper()
	for i, a := range d.names {
		for _, b := range d.names[:i] {
			if a.meets(b) {
				t.Fatalf("%s: names meet: %+v and %+v", at, a, b)
			}
		}
		for _, s := range d.spots {
			if s.light == geo.Red && a.meets(box{s.x - s.size/2, s.y - s.size/2, s.x + s.size/2, s.y + s.size/2}) {
				t.Fatalf("%s: name %+v covers the red mark of %s", at, a, s.item.Code())
			}
		}
		if a.x0 < 0 || a.y0 < d.view.head() || a.x1 > d.view.w || a.y1 > d.view.h-d.view.foot() {
			t.Fatalf("%s: name %+v is outside", at, a)
		}
	}
}
