package cql_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// A row passes by its box as it matches by its geometry, though the edge of the box
// asked for goes through its vertices, or misses them by a hair.
func TestRowsPassByTheirBoxAsTheyMatch(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	l := stocked(t, 200)
	var rows []snapshot.Item
	var vertices []orb.Point
	for i := range l.All {
		rows = append(rows, i)
		b := i.Geometry().Bound()
		vertices = append(vertices, b.Min, b.Max)
	}
	edge := func(axis int) float64 {
		at := vertices[r.IntN(len(vertices))][axis]
		switch r.IntN(4) {
		case 0:
			return at + 1e-8*(r.Float64()-0.5)
		case 1:
			return math.Nextafter(at, 360*(r.Float64()-0.5))
		}
		return at
	}
	passed := 0
	for range 40 {
		w, e, s, n := edge(0), edge(0), edge(1), edge(1)
		box := fmt.Sprintf("BBOX(%v, %v, %v, %v)", w, min(s, n), e, max(s, n)) // also over the antimeridian
		inner := fmt.Sprintf("BBOX(%v, %v, %v, %v)", min(w, e), min(s, n), max(w, e), min(s, n)+0.3)
		for _, text := range []string{
			"S_INTERSECTS(geom, " + box + ")", "S_INTERSECTS(" + box + ", geom)", "S_WITHIN(geom, " + box + ")", "S_CONTAINS(" + box + ", geom)",
			"S_WITHIN(" + box + ", geom)", "S_CONTAINS(geom, " + box + ")", "S_DISJOINT(geom, " + box + ")", "NOT S_INTERSECTS(geom, " + box + ")",
			"n > 50 AND S_INTERSECTS(geom, " + box + ")", "S_INTERSECTS(geom, " + box + ") AND S_WITHIN(geom, " + inner + ") AND ok",
			"S_INTERSECTS(geom, " + box + ") OR n > 50", "S_INTERSECTS(geom, " + box + ") AND town = 'nowhere'",
		} {
			f := compileFor(t, l.Decl(), text)
			passes := cql.Passing[snapshot.Item](f)
			for _, i := range rows {
				if got, want := passes(i), f.Match(i); got != want {
					t.Fatalf("%s: %v passes %v, want %v", text, i.Geometry(), got, want)
				} else if got {
					passed++
				}
			}
		}
	}
	if passed == 0 {
		t.Error("nothing passed")
	}
}

// What lies within a box asked for is let through without a look at its geometry,
// which would have to be made first.
func TestAGeometryWithinABoxIsNotLookedAt(t *testing.T) {
	l := stocked(t, 600)
	f := compileFor(t, l.Decl(), "S_INTERSECTS(geom, BBOX(120, 30, 123, 33))")
	passes, found := cql.Passing[snapshot.Item](f), 0
	see := func(i snapshot.Item) bool {
		if passes(i) {
			found++
		}
		return true
	}
	area, ok := f.Area()
	if !ok || !area.Intersects(tiles.BoxOf(orb.Bound{Min: orb.Point{121, 31}, Max: orb.Point{122, 32}})) {
		t.Fatalf("it searches %v", area)
	}
	if n := testing.AllocsPerRun(3, func() { found = 0; l.Search(area, see) }); n > 0 || found != l.Len() {
		t.Errorf("%v allocations, %d of %d features", n, found, l.Len())
	}
}
