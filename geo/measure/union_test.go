package measure_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"yiping/geo/measure"
	"yiping/geo/postgis/pgtest"
)

// around draws overlapping polygons, some with holes, near a place.
func around(r *rand.Rand, at orb.Point, n int) []orb.Geometry {
	var out []orb.Geometry
	for range n {
		c := orb.Point{at[0] + 0.01*r.NormFloat64(), at[1] + 0.01*r.NormFloat64()}
		k, size := 3+r.IntN(12), 0.002+0.01*r.Float64()
		outer, hole := make(orb.Ring, 0, k+1), make(orb.Ring, 0, k+1)
		for i := range k {
			angle, far := 2*math.Pi*float64(i)/float64(k), size*(0.4+0.6*r.Float64())
			outer = append(outer, orb.Point{c[0] + far*math.Cos(angle), c[1] + far*math.Sin(angle)})
			hole = append(hole, orb.Point{c[0] + far/3*math.Cos(angle), c[1] + far/3*math.Sin(angle)})
		}
		p := orb.Polygon{append(outer, outer[0])}
		if r.IntN(4) == 0 {
			p = append(p, append(hole, hole[0]))
		}
		out = append(out, p)
		if r.IntN(6) == 0 { // twice the same
			out = append(out, p)
		}
	}
	return out
}

// tiled measures cell by cell, as large areas are.
func tiled(region orb.Geometry, shapes []orb.Geometry, side float64) float64 {
	b := region.Bound()
	sum := 0.0
	for x := math.Floor(b.Min[0]/side) * side; x < b.Max[0]; x += side {
		for y := math.Floor(b.Min[1]/side) * side; y < b.Max[1]; y += side {
			sum += measure.UnionArea(orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + side, y + side}}, region, shapes)
		}
	}
	return sum
}

// PostGIS unites and cuts in the plane (GEOS), then measures as geography, whose
// edges are geodesics. Ours are straight in degrees, as are those that PostGIS
// cuts in pieces of 0.0005° first: then both agree within 10⁻⁶ of the region's
// area. Uncut, the geodesic of a 7 km edge bulges by 60 cm at 31°: some 10⁻⁵.
func TestUnionAreaIsThatOfPostGIS(t *testing.T) {
	ctx := context.Background()
	db := pgtest.Connect(t, pgtest.URL(t))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	worst, bulge := 0.0, 0.0
	for range 40 {
		at := orb.Point{121 + r.Float64(), 31 + r.Float64()}
		region := around(r, at, 1)[0]
		region = orb.Polygon{scaled(region.(orb.Polygon)[0], at, 3)}
		shapes := around(r, at, 1+r.IntN(30))
		texts := make([]string, len(shapes))
		for i, s := range shapes {
			texts[i] = wkt.MarshalString(s)
		}
		var want, bulging, whole float64
		err := db.QueryRow(ctx, `SELECT ST_Area(ST_Segmentize(g, 0.0005)::geography), ST_Area(g::geography), ST_Area($1::text::geography) FROM (
			SELECT ST_Intersection($1::text::geometry, (SELECT ST_Union(g::geometry) FROM unnest(string_to_array($2, '|')) g)) g) q`,
			wkt.MarshalString(region), strings.Join(texts, "|")).Scan(&want, &bulging, &whole)
		if err != nil {
			t.Fatal(err)
		}
		got := measure.UnionArea(region.Bound(), region, shapes)
		worst, bulge = max(worst, math.Abs(got-want)/whole), max(bulge, math.Abs(got-bulging)/whole)
		if math.Abs(got-want) > 1e-6*whole {
			t.Errorf("union %.2f m², want %.2f m² of %.2f", got, want, whole)
		}
		if cut := tiled(region, shapes, 1.0/256); math.Abs(cut-got) > 1e-6*whole {
			t.Errorf("cell by cell %.3f m², at once %.3f m²", cut, got)
		}
		slices.Reverse(shapes)
		if again := measure.UnionArea(region.Bound(), region, shapes); again != got {
			t.Errorf("another order gives %v, not %v", again, got)
		}
	}
	t.Logf("off by at most %.1e of the region, %.1e where PostGIS lets edges bulge", worst, bulge)
}

func scaled(r orb.Ring, at orb.Point, by float64) orb.Ring {
	out := make(orb.Ring, len(r))
	for i, p := range r {
		out[i] = orb.Point{at[0] + by*(p[0]-at[0]), at[1] + by*(p[1]-at[1])}
	}
	return out
}

func TestUnionAreaOfPlainShapes(t *testing.T) {
	unit := rectangle(121, 31, 121.01, 31.01, 1)
	all := zone(121, 31, 121.01, 31.01)
	west, east := rectangle(121, 31, 121.005, 31.01, 1), rectangle(121.005, 31, 121.01, 31.01, 1)
	far := rectangle(122, 31, 122.01, 31.01, 1)
	around := rectangle(120, 30, 122, 32, 1)
	for name, c := range map[string]struct {
		shapes []orb.Geometry
		want   float64
	}{
		"nothing":          {nil, 0},
		"itself":           {[]orb.Geometry{unit}, all},
		"itself twice":     {[]orb.Geometry{unit, unit}, all},
		"halves that meet": {[]orb.Geometry{west, east}, all},
		"a half":           {[]orb.Geometry{west}, all / 2},
		"the other half":   {[]orb.Geometry{east, east}, all / 2},
		"elsewhere":        {[]orb.Geometry{far}, 0},
		"all around":       {[]orb.Geometry{around}, all},
		"a line, a point":  {[]orb.Geometry{orb.LineString{{121, 31}, {122, 32}}, orb.Point{121, 31}}, 0},
		"many":             {[]orb.Geometry{orb.MultiPolygon{west, far}, orb.Collection{east}}, all},
	} {
		if got := measure.UnionArea(unit.Bound(), unit, c.shapes); math.Abs(got-c.want) > 1e-6*all {
			t.Errorf("%s: %.3f m², want %.3f", name, got, c.want)
		}
	}
	if got := measure.UnionArea(unit.Bound(), nil, []orb.Geometry{unit}); got != 0 {
		t.Errorf("%v m² of no region", got)
	}
}

func BenchmarkUnionArea(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	at := orb.Point{121.4, 31.2}
	shapes := around(r, at, 12)
	region := orb.Polygon{orb.Bound{Min: orb.Point{121.3, 31.1}, Max: orb.Point{121.5, 31.3}}.ToRing()}
	cell := orb.Bound{Min: at, Max: orb.Point{at[0] + 1.0/256, at[1] + 1.0/256}}
	for b.Loop() {
		measure.UnionArea(cell, region, shapes)
	}
}
