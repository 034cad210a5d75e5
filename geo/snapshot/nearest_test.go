package snapshot_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/measure"
	"yiping/geo/snapshot"
)

// corner is a part of the world to scatter features in, and how large they are.
type corner struct {
	name         string
	at           orb.Point
	spread, size float64 // degrees
}

func corners() []corner {
	return []corner{
		{"in a city", orb.Point{121.4, 31.2}, 0.3, 0.005},
		{"in a city of large features", orb.Point{121.4, 31.2}, 0.3, 0.3},
		{"over a continent", orb.Point{105, 35}, 30, 5},
		{"far north", orb.Point{25, 78}, 8, 0.5},
		{"at the edge of the map", orb.Point{25, 85}, 2, 0.2},
		{"round the north pole", orb.Point{0, 88}, 3, 0.5},
		{"round the south pole", orb.Point{0, -89}, 2, 0.5},
		{"at the antimeridian", orb.Point{180, -17}, 2, 0.5},
		{"all over the world", orb.Point{0, 0}, 100, 10},
		{"all over the world, edges across oceans", orb.Point{0, 0}, 100, 60},
	}
}

// position is a valid one, degrees of longitude as long as those of latitude.
func (c corner) position(r *rand.Rand, around orb.Point, spread float64) orb.Point {
	lat := around[1] + spread*r.NormFloat64()
	if lat > 90 {
		lat = 180 - lat
	} else if lat < -90 {
		lat = -180 - lat
	}
	lat = min(89.99, max(-89.99, lat))
	return orb.Point{math.Remainder(around[0]+spread*r.NormFloat64()/max(0.01, math.Cos(lat*math.Pi/180)), 360), lat}
}

func (c corner) geometry(r *rand.Rand) orb.Geometry {
	at := c.position(r, c.at, c.spread)
	near := func() orb.Point { return c.position(r, at, c.size*r.Float64()) }
	ring := func() orb.Polygon {
		a, b, d := near(), near(), near()
		return orb.Polygon{{a, b, d, a}}
	}
	switch r.IntN(10) {
	case 0:
		return nil
	case 1:
		return orb.MultiPoint{at, c.position(r, c.at, c.spread)} // two sites
	case 2:
		return orb.MultiLineString{{near(), near()}, {near(), near(), near()}}
	case 3:
		return orb.MultiPolygon{ring(), ring()}
	case 4:
		return orb.Collection{near(), orb.LineString{near(), near()}, ring()}
	case 5, 6:
		return ring()
	case 7, 8:
		return orb.LineString{near(), near(), near()}
	}
	return at
}

// bruteForce measures to every feature.
func bruteForce(layers []*snapshot.Layer, q snapshot.Nearby) []snapshot.Neighbour {
	o := measure.From(q.At)
	var all []snapshot.Neighbour
	for _, l := range layers {
		for i := range l.All {
			if q.Keep != nil && !q.Keep(i) {
				continue
			}
			if n, ok := o.Nearest(i.Geometry(), math.Inf(1)); ok && (q.Within == 0 || n.Metres <= q.Within) {
				all = append(all, snapshot.Neighbour{Item: i, Near: n})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b snapshot.Neighbour) int {
		switch {
		case a.Metres < b.Metres:
			return -1
		case a.Metres > b.Metres:
			return 1
		}
		return 0
	})
	return all[:min(q.K, len(all))]
}

func TestNearestIsThatOfBruteForce(t *testing.T) {
	for _, c := range corners() {
		t.Run(c.name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 0))
			a, b := imported(), imported()
			a.ID, b.ID = "a", "b"
			m := newStore(a, b)
			fill := func(from, to int) geo.Changes {
				var out geo.Changes
				for id := from; id <= to; id++ {
					out.Records = append(out.Records, feature([]geo.LayerID{"a", "b"}[id%2], geo.ID(id), fmt.Sprint(id), c.geometry(r), geo.Properties{"i": int64(id % 3)}))
				}
				return out
			}
			m.apply(fill(1, 1000))
			s := load(t, m)
			check := func() {
				t.Helper()
				for range 25 {
					checkNearest(t, s, c, r)
				}
			}
			check()
			step := func(change geo.Changes) {
				t.Helper()
				s, _ = apply(t, s, change)
				check()
			}
			step(fill(900, 1100))  // features moved, and new ones: loose rows
			step(fill(1100, 2600)) // more than are left loose: segments
			var gone geo.Changes
			for id := 1; id < 600; id++ {
				gone.Records = append(gone.Records, geo.Record{Layer: []geo.LayerID{"a", "b"}[id%2], ID: geo.ID(id)})
			}
			step(gone)
			step(fill(2500, 2700)) // loose rows over segments over dead ones
		})
	}
}

func checkNearest(t *testing.T, s *snapshot.Snapshot, c corner, r *rand.Rand) {
	t.Helper()
	layers := s.Layers()[:1+r.IntN(2)]
	q := snapshot.Nearby{At: c.position(r, c.at, 1.5*c.spread), K: 1 + r.IntN(30)}
	if r.IntN(3) == 0 {
		q.Within = 111e3 * c.spread * r.Float64()
	}
	if r.IntN(3) == 0 {
		q.Keep = func(i snapshot.Item) bool {
			if item(t, s, i.Layer(), i.ID()) != i {
				t.Errorf("asked about a row of %s/%d that is dead", i.Layer(), i.ID())
			}
			return i.Value("i") == int64(1)
		}
	}
	got, want := snapshot.Nearest(layers, q), bruteForce(layers, q)
	same := slices.EqualFunc(got, want, func(a, b snapshot.Neighbour) bool {
		return a.Item.Layer() == b.Item.Layer() && a.Item.ID() == b.Item.ID() && a.Near == b.Near
	})
	if !same {
		t.Errorf("the %d nearest to %v within %.0f m of %d layers are\n%s, want\n%s", q.K, q.At, q.Within, len(layers), list(got), list(want))
	}
}

func list(ns []snapshot.Neighbour) string {
	out := ""
	for _, n := range ns {
		out += fmt.Sprintf("%s/%d %.3f  ", n.Item.Layer(), n.Item.ID(), n.Metres)
	}
	return out
}

func TestNearestOfNothing(t *testing.T) {
	s := load(t, newStore(imported()))
	l := s.Layers()[0]
	for name, q := range map[string]snapshot.Nearby{
		"an empty layer":           {At: orb.Point{121, 31}, K: 5},
		"none wanted":              {At: orb.Point{121, 31}},
		"a position not a number":  {At: orb.Point{math.NaN(), 31}, K: 5},
		"a position without bound": {At: orb.Point{121, math.Inf(1)}, K: 5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.Nearest(q); len(got) != 0 {
				t.Errorf("got %s", list(got))
			}
		})
	}
}
