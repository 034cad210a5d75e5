package api_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/postgis/pgtest"
	"yiping/tiles/tileset"
)

// crowded adds to a store so many projects, strewn over a degree.
type crowded struct {
	geo.Store
	projects int
}

func (c crowded) Load(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	var more bool
	add := func() error {
		r := rand.New(rand.NewPCG(1, 0))
		for n := range c.projects {
			f := geo.Feature{Layer: city.Project, ID: geo.ID(1_000_000 + n), Version: 1, Code: fmt.Sprint("N", n), Geometry: somewhere(r),
				Properties: geo.Properties{"name": fmt.Sprintf("项目%d号", n), "goal_outcome": city.GoalDone}}
			if err := record(geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f}); err != nil {
				return err
			}
		}
		return nil
	}
	return c.Store.Load(ctx, head, func(rec geo.Record) error {
		if rec.Layer == city.Project && !more { // with the others of its layer
			more = true
			if err := add(); err != nil {
				return err
			}
		}
		return record(rec)
	})
}

func somewhere(r *rand.Rand) orb.Point { return orb.Point{121 + r.Float64(), 31 + r.Float64()} }

// BenchmarkNearby asks for the twenty nearest of 100,000 points, over HTTP with
// all that is said about each, and of PostGIS by a prepared statement, which
// gives no more than ids and distances in metres, or ranks by degrees alone.
func BenchmarkNearby(b *testing.B) {
	const n = 100_000
	service := httptest.NewServer(crowdedHandler(b, n))
	defer service.Close()
	db := strewn(b, n)
	for _, way := range []struct {
		name string
		ask  func(orb.Point)
	}{
		{"http", func(p orb.Point) {
			res, err := http.Get(fmt.Sprintf("%s/api/nearby?layers=project&lon=%v&lat=%v", service.URL, p[0], p[1]))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
				b.Fatal(res.Status, err)
			}
			_ = res.Body.Close()
		}},
		{"postgis in metres", func(p orb.Point) { twenty(b, db, "metres", p) }},
		{"postgis in degrees", func(p orb.Point) { twenty(b, db, "degrees", p) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(2, 0))
			for b.Loop() {
				way.ask(somewhere(r))
			}
		})
	}
}

func crowdedHandler(b *testing.B, n int) http.Handler {
	b.Helper()
	store := crowded{openStore(b), n}
	ts := tileset.New(tileset.Options{})
	hub := live.NewHub(store.Covers, live.HubOptions{})
	f := live.NewFollower(store, live.Options{Hub: hub})
	h, err := api.New(api.Config{Follower: f, Hub: hub, Tiles: ts})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.Run(b.Context()) }()
	b.Cleanup(func() { <-done })
	if err := f.WaitFor(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	return h
}

func twenty(b *testing.B, db *pgx.Conn, statement string, p orb.Point) {
	rows, err := db.Query(b.Context(), statement, p[0], p[1])
	if err != nil {
		b.Fatal(err)
	}
	found := 0
	for rows.Next() {
		found++
	}
	if rows.Err() != nil || found != 20 {
		b.Fatal(found, rows.Err())
	}
}

// strewn makes a table of n points over the same degree.
func strewn(b *testing.B, n int) *pgx.Conn {
	b.Helper()
	ctx := b.Context()
	db, err := pgx.Connect(ctx, pgtest.URL(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close(context.WithoutCancel(ctx)) })
	for _, sql := range []string{
		fmt.Sprintf("CREATE TABLE near AS SELECT id, p flat, p::geography round FROM (SELECT id, ST_Point(121 + random(), 31 + random(), 4326) p FROM generate_series(1, %d) id) q", n),
		"CREATE INDEX ON near USING gist (flat)", "CREATE INDEX ON near USING gist (round)", "VACUUM ANALYZE near",
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	for name, sql := range map[string]string{
		"metres":  "SELECT id, round <-> ST_Point($1, $2, 4326)::geography FROM near ORDER BY 2 LIMIT 20",
		"degrees": "SELECT id, flat <-> ST_Point($1, $2, 4326) FROM near ORDER BY 2 LIMIT 20",
	} {
		if _, err := db.Prepare(ctx, name, sql); err != nil {
			b.Fatal(err)
		}
	}
	return db
}
