package measure_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
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
	db, err := pgx.Connect(ctx, pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(ctx)
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
