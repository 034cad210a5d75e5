package cql_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/postgis/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var spatialFunctions = []string{"Intersects", "Disjoint", "Equals", "Touches", "Crosses", "Within", "Contains", "Overlaps"}

// Shapes on a small grid touch, share edges and lie upon one another; all pairs
// are held against PostGIS. Lines that cross themselves are left out: before it
// relates them GEOS cuts them at crossings that it has to round, and then misses
// that the two run along one another (here S_OVERLAPS is true, there it is not).
func TestSpatialFunctionsAreThoseOfPostGIS(t *testing.T) {
	ctx := context.Background()
	db := pgtest.Connect(t, pgtest.URL(t))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var shapes []orb.Geometry
	for len(shapes) < 40 {
		g, simple := drawn(r), false
		if geo.CheckGeometry(g, nil) != nil {
			continue
		}
		if err := db.QueryRow(ctx, "SELECT ST_IsSimple($1::text::geometry)", wkt.MarshalString(g)).Scan(&simple); err != nil {
			t.Fatal(err)
		}
		if simple {
			shapes = append(shapes, g)
		}
	}
	sql := "SELECT ST_" + strings.Join(spatialFunctions, "($1::text::geometry, $2::text::geometry), ST_") + "($1::text::geometry, $2::text::geometry)"
	held := 0
	for _, a := range shapes {
		for _, b := range shapes {
			want := make([]bool, len(spatialFunctions))
			var into []any
			for i := range want {
				into = append(into, &want[i])
			}
			if err := db.QueryRow(ctx, sql, wkt.MarshalString(a), wkt.MarshalString(b)).Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, name := range spatialFunctions {
				if want[i] {
					held++
				}
				agree(t, "s_"+strings.ToLower(name), [2]orb.Geometry{a, b}, want[i])
			}
		}
	}
	if held < 500 {
		t.Errorf("only %d relations hold: the shapes tell little", held)
	}
}

// agree asks for op(a, b) with the one or the other the feature's, and with both.
func agree(t *testing.T, op string, pair [2]orb.Geometry, want bool) {
	t.Helper()
	row := cql.Property{Name: "geom"}
	first, second := cql.Geometry{Shape: pair[0]}, cql.Geometry{Shape: pair[1]}
	for _, c := range []struct {
		name string
		args []cql.Expr
		row  orb.Geometry
	}{
		{"the first is the feature's", []cql.Expr{row, second}, pair[0]},
		{"the second is the feature's", []cql.Expr{first, row}, pair[1]},
		{"both are literal", []cql.Expr{first, second}, pair[1]},
	} {
		f, err := cql.Compile(cql.Call{Op: op, Args: c.args}, works())
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(record{shape: c.row}); got != want {
			t.Errorf("%s, %s: %v, PostGIS %v: %s, %s", op, c.name, got, want, wkt.MarshalString(pair[0]), wkt.MarshalString(pair[1]))
		}
		if b, ok := f.Bounds(); ok && want && !c.row.Bound().Intersects(b) {
			t.Errorf("%s: the bound %v leaves out %s", op, b, wkt.MarshalString(c.row))
		}
	}
}

// drawn draws a shape on a grid of 7 by 7 about 0; it need not be valid.
func drawn(r *rand.Rand) orb.Geometry {
	at := func() orb.Point { return orb.Point{float64(r.IntN(7) - 3), float64(r.IntN(7) - 3)} }
	line := func() orb.LineString {
		l := orb.LineString{at(), at()}
		for range r.IntN(3) {
			l = append(l, at())
		}
		return l
	}
	area := func() orb.Polygon {
		if p := at(); r.IntN(2) == 0 {
			w, h := float64(1+r.IntN(3)), float64(1+r.IntN(3))
			return orb.Polygon{{p, {p[0] + w, p[1]}, {p[0] + w, p[1] + h}, {p[0], p[1] + h}, p}}
		}
		p := at()
		return orb.Polygon{{p, at(), at(), p}}
	}
	switch r.IntN(7) {
	case 0:
		return at()
	case 1:
		return orb.MultiPoint{at(), at(), at()}
	case 2:
		return line()
	case 3:
		return orb.MultiLineString{line(), line()}
	case 4:
		return orb.MultiPolygon{area(), area()}
	}
	return area()
}
