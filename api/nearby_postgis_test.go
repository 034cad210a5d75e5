package api_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/crs"
	"yiping/geo/postgis/pgtest"
)

// scattered are features of every kind of geometry about a city.
func scattered(r *rand.Rand, n int) []geo.Edit {
	near := func(p orb.Point, by float64) orb.Point {
		return orb.Point{p[0] + by*(r.Float64()-0.5), p[1] + by*(r.Float64()-0.5)}
	}
	line := func(p orb.Point) orb.LineString { return orb.LineString{near(p, 0.01), near(p, 0.01), near(p, 0.01)} }
	box := func(p orb.Point) orb.Polygon {
		w := 0.0005 + 0.005*r.Float64()
		ring := square(p[0]-w, p[1]-w, 2*w)
		hole := square(p[0]-w/2, p[1]-w/2, w)[0]
		hole.Reverse()
		return append(ring, hole)
	}
	edits := make([]geo.Edit, n)
	for i := range edits {
		p := near(orb.Point{121.45, 31.25}, 0.3)
		q := orb.Point{p[0] + 0.02, p[1] + 0.01}
		layer, g := city.Problem, orb.Geometry(p)
		switch i % 6 {
		case 1:
			g = orb.MultiPoint{p, q}
		case 2:
			layer, g = city.Street, line(p)
		case 3:
			layer, g = city.Street, orb.MultiLineString{line(p), line(q)}
		case 4:
			layer, g = city.Block, box(p)
		case 5:
			layer, g = city.Block, orb.MultiPolygon{box(p), box(q)}
		}
		edits[i] = create(layer, fmt.Sprint("S", i), g, geo.Properties{"name": []string{"东", "西"}[i/6%2]})
	}
	return edits
}

// TestNearbyIsThatOfPostGIS asks for what is near at random places, in every
// system, of any layers, within a radius and by a filter, and holds the answers
// against geography on the very tables. PostGIS looks for the nearest place of a
// shape on a sphere, which may take it up to 0.68 per cent too far.
func TestNearbyIsThatOfPostGIS(t *testing.T) {
	dsn := filledPostGIS(t)
	store := openURL(t, dsn)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	edits := scattered(r, 360)
	apply(t, store, edits...)
	s := start(t, store, setting{})
	db := pgtest.Connect(t, dsn)
	inside := 0
	for n := range 80 {
		q := nearQuestion{at: orb.Point{121.25 + 0.4*r.Float64(), 31.05 + 0.4*r.Float64()}, k: 1 + r.IntN(40)}
		for _, l := range []string{"problem", "street", "block"} {
			if r.IntN(2) == 0 {
				q.layers = append(q.layers, l)
			}
		}
		if len(q.layers) == 0 {
			q.layers = []string{"block"}
		}
		if r.IntN(3) == 0 {
			q.radius = 200 + 8000*r.Float64()
		}
		if r.IntN(3) == 0 {
			q.filter = "name = '西'"
		}
		if n%8 == 0 { // in the block of edit 4, 10, …, outside its hole
			ring := edits[4+6*(n/8)].Feature.Geometry.(orb.Polygon)[0]
			q.at, q.layers, q.filter = orb.Point{ring[0][0] + 1e-4, ring[0][1] + 1e-4}, []string{"block"}, ""
		}
		q.crs = []string{"", "CGCS2000", "GCJ-02", "BD-09"}[r.IntN(4)]
		inside += q.check(t, s, db)
	}
	if inside < 10 {
		t.Errorf("%d positions were inside a shape", inside)
	}
}

type nearQuestion struct {
	at     orb.Point // WGS 84
	k      int
	layers []string
	radius float64 // metres; 0: any
	filter string
	crs    string
}

// check compares an answer with the distances of all rows, and gives how many
// features it was inside of.
func (q nearQuestion) check(t *testing.T, s *service, db *pgx.Conn) (inside int) {
	t.Helper()
	const slack = 0.003 // metres: of bent edges a kilometre long, and of what is rounded
	want := q.measured(t, db)
	got := decode[nearbyAnswer](t, s.get(q.address(t)))
	last := 0.0
	for _, i := range got.Items {
		key := string(i.Layer) + i.Code
		d, there := want[key]
		if !there || i.Distance > d+slack || d > i.Distance*1.0068+slack || i.Distance < last {
			t.Errorf("%+v: %s at %.3f m behind %.3f m, PostGIS has %.3f m", q, key, i.Distance, last, d)
		}
		if (i.Bearing == nil) != (i.Distance == 0) || i.Point == nil {
			t.Errorf("%+v: %+v", q, i)
		}
		if i.Distance == 0 {
			inside++
		}
		last = i.Distance
		delete(want, key)
	}
	if len(got.Items) > q.k {
		t.Errorf("%+v: %d features", q, len(got.Items))
	}
	for key, d := range want { // was left out
		if len(got.Items) == q.k && last > d+slack || len(got.Items) < q.k && (q.radius == 0 || d < q.radius-slack) {
			t.Errorf("%+v: %s at %.3f m is not among the %d up to %.3f m", q, key, d, len(got.Items), last)
		}
	}
	return inside
}

func (q nearQuestion) address(t *testing.T) string {
	t.Helper()
	c, err := crs.Parse(cmp.Or(q.crs, "WGS84"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.FromWGS84(q.at)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("/api/nearby?lon=%v&lat=%v&k=%d&layers=%s", p[0], p[1], q.k, strings.Join(q.layers, ","))
	if q.crs != "" {
		address += "&crs=" + q.crs
	}
	if q.radius > 0 {
		address += "&radius=" + ftoa(q.radius)
	}
	if q.filter != "" {
		address += "&filter=" + escape(q.filter)
	}
	return address
}

// measured gives the distances in metres by layer and code.
func (q nearQuestion) measured(t *testing.T, db *pgx.Conn) map[string]float64 {
	t.Helper()
	var parts []string
	for _, l := range q.layers {
		sql := "SELECT '" + l + "' || code, ST_Distance(geom::geography, ST_Point($1, $2, 4326)::geography) FROM " + l
		if q.filter != "" {
			sql += " WHERE " + q.filter
		}
		parts = append(parts, sql)
	}
	rows, err := db.Query(t.Context(), strings.Join(parts, " UNION ALL "), q.at[0], q.at[1])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	var key string
	var d *float64
	_, err = pgx.ForEachRow(rows, []any{&key, &d}, func() error {
		if d != nil { // no geometry, no distance
			out[key] = *d
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
