package measure_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"yiping/geo/measure"
	"yiping/geo/postgis/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// PostGIS measures geography with GeographicLib, exact to nanometres, and cuts
// plane geometry with GEOS.
func TestMeasuresAreThoseOfPostGIS(t *testing.T) {
	ctx := context.Background()
	db := pgtest.Connect(t, pgtest.URL(t))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	ask := func(sql string, args ...any) float64 {
		t.Helper()
		var x float64
		if err := db.QueryRow(ctx, sql, args...).Scan(&x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	for range 60 {
		g := placed(r, star(r, 3+r.IntN(30)))
		text := wkt.MarshalString(g)
		line := orb.LineString(g[0])
		if got, want := measure.Length(line), ask("SELECT ST_Length($1::text::geography)", wkt.MarshalString(line)); math.Abs(got-want) > 1e-3+1e-9*want {
			t.Errorf("length %.6f m, want %.6f m: %s", got, want, text)
		}
		if got, want := measure.Area(g), ask("SELECT ST_Area($1::text::geography)", text); math.Abs(got-want) > 1e-3+1e-6*want {
			t.Errorf("area %.3f m², want %.3f m²: %s", got, want, text)
		}
		other := moved(r, g)
		region := measure.NewRegion(g)
		const share = "SELECT ST_Area(ST_Intersection($1::text::geometry, $2::text::geometry)) / ST_Area($2::text::geometry)"
		if got, want := region.Share(other), ask(share, text, wkt.MarshalString(other)); math.Abs(got-want) > 0.02 {
			t.Errorf("share of the area %.4f, want %.4f: %s", got, want, text)
		}
		if p, ok := measure.LabelPoint(g); !ok || ask("SELECT ST_Contains($1::text::geometry, $2::text::geometry)::int", text, wkt.MarshalString(p)) != 1 {
			t.Errorf("the name lies outside at %v: %s", p, text)
		}
	}
}

// PostGIS measures to positions exactly, but looks for the place nearest on a
// sphere, which turns lengths by up to 0.68 per cent against each other and lets
// edges leave the geodesic by that share of their height over the chord. So our
// place must be one of the shape, as far off as we say, and no further off than
// that of PostGIS, which must not be further off than by that share.
func TestDistanceToShapesIsThatOfPostGIS(t *testing.T) {
	ctx := context.Background()
	db := pgtest.Connect(t, pgtest.URL(t))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	inside, apart := 0, 0.0
	for range 1500 {
		g := shape(r)
		b, edge := g.Bound(), longest(g)
		span := max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1], 0.01) * math.Pow(10, 2*r.Float64()-1.5)
		from := orb.Point{b.Center()[0] + span*r.NormFloat64(), min(89.5, max(-89.5, b.Center()[1]+span*r.NormFloat64()))}
		got, ok := measure.From(from).Nearest(g, math.Inf(1))
		var want, way, azimuth, off float64
		err := db.QueryRow(ctx, `SELECT ST_Distance(p, g), ST_Distance(p, n), coalesce(degrees(ST_Azimuth(p, n)), 0), ST_Distance(n, g)
			FROM (SELECT $1::text::geography p, $2::text::geography g, $3::text::geography n) q`,
			wkt.MarshalString(from), wkt.MarshalString(g), wkt.MarshalString(got.Point)).Scan(&want, &way, &azimuth, &off)
		if err != nil {
			t.Fatal(err)
		}
		sag := 1e-3 + 0.0068*edge*edge/(8*6.37e6)
		if !ok || math.Abs(got.Metres-way) > 1e-6+1e-9*way || got.Metres > want+sag || want > got.Metres*1.0068+sag || off > sag {
			t.Errorf("%.6f m to a place %.6f m away and %.6f m off the shape, PostGIS finds %.6f m (edges to %.0f m): from %v to %s",
				got.Metres, way, off, want, edge, from, wkt.MarshalString(g))
		}
		if got.Metres > 1 && math.Abs(math.Remainder(got.Bearing-azimuth, 360)) > 1e-6+1e-4/got.Metres { // that is 2 µm across
			t.Errorf("bearing %.8f, want %.8f: from %v to %v", got.Bearing, azimuth, from, got.Point)
		}
		if worst := math.Abs(want/max(got.Metres, 1) - 1); got.Metres > 1 {
			apart = max(apart, worst)
		}
		if got.Metres == 0 {
			inside++
		}
	}
	t.Logf("%d positions inside, PostGIS goes up to %.2g %% further", inside, 100*apart)
	if inside < 50 {
		t.Errorf("only %d positions are inside", inside)
	}
}

// shape is of any kind, somewhere, from metres to a hundred kilometres large.
func shape(r *rand.Rand) orb.Geometry {
	p := placed(r, star(r, 3+r.IntN(30)))
	other := moved(r, p)
	switch r.IntN(6) {
	case 0:
		return p[0][0]
	case 1:
		return orb.MultiPoint{p[0][0], other[0][1], p[0][2]}
	case 2:
		return orb.LineString(p[0])
	case 3:
		return orb.MultiLineString{orb.LineString(p[0]), orb.LineString(other[0])}
	case 4:
		return orb.MultiPolygon{p, away(p)}
	}
	return p
}

// away is the same polygon, clear of where it was.
func away(p orb.Polygon) orb.Polygon {
	b := p.Bound()
	ring := make(orb.Ring, len(p[0]))
	for i, v := range p[0] {
		ring[i] = orb.Point{v[0] + 1.5*(b.Max[0]-b.Min[0]), v[1]}
	}
	return orb.Polygon{ring}
}

// longest is the length in metres of the longest edge.
func longest(g orb.Geometry) float64 {
	most := 0.0
	edges := func(l orb.LineString) {
		for i := 1; i < len(l); i++ {
			most = max(most, measure.Distance(l[i-1], l[i]))
		}
	}
	switch g := g.(type) {
	case orb.LineString:
		edges(g)
	case orb.MultiLineString:
		for _, l := range g {
			edges(l)
		}
	case orb.Polygon:
		edges(orb.LineString(g[0]))
	case orb.MultiPolygon:
		for _, p := range g {
			most = max(most, longest(p))
		}
	}
	return most
}

// placed brings a star of radius 5 to somewhere below 70 degrees of latitude, in
// a size from metres to a hundred kilometres.
func placed(r *rand.Rand, p orb.Polygon) orb.Polygon {
	c, scale := orb.Point{r.Float64()*340 - 170, r.Float64()*140 - 70}, math.Pow(10, -5+4*r.Float64())
	ring := make(orb.Ring, len(p[0]))
	for i, v := range p[0] {
		ring[i] = orb.Point{c[0] + v[0]*scale, c[1] + v[1]*scale}
	}
	return orb.Polygon{ring}
}

// moved shifts a polygon by up to half its size.
func moved(r *rand.Rand, p orb.Polygon) orb.Polygon {
	b := p.Bound()
	dx, dy := (b.Max[0]-b.Min[0])*(r.Float64()-0.5), (b.Max[1]-b.Min[1])*(r.Float64()-0.5)
	ring := make(orb.Ring, len(p[0]))
	for i, v := range p[0] {
		ring[i] = orb.Point{v[0] + dx, v[1] + dy}
	}
	return orb.Polygon{ring}
}
