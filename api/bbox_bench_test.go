package api_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// windowDegrees is how wide and high a window of BenchmarkWindow is: some 360 of
// 100,000 points over a square degree lie in it, of which the first hundred are
// answered.
const windowDegrees = 0.06

// BenchmarkWindow asks for the first hundred of the features in a small window, as
// GeoJSON with how many there are in all, eight clients at a time: over HTTP by OGC API
// with the properties that PostGIS gives, and by /api/features with all that there
// are and the lights explained, plain and compressed; and of PostGIS by a prepared
// statement that makes a GeoJSON of a hundred and counts none. Time is that of one
// answer.
func BenchmarkWindow(b *testing.B) {
	const n = 100_000
	service := httptest.NewServer(crowdedHandler(b, n))
	defer service.Close()
	url := strewn(b, n)
	over := func(path string, headers ...string) func(*testing.B) func(orb.Point) {
		return func(b *testing.B) func(orb.Point) {
			ask := lightClient(b, service.Listener.Addr().String(), headers...)
			return func(p orb.Point) {
				ask(func(to []byte) []byte { return appendWindow(append(to, path...), p) })
			}
		}
	}
	const standard, own, zipped = "/ogc/collections/project/items?properties=code,name,category,light&limit=100&bbox=", "/api/features/project?limit=100&bbox=", "Accept-Encoding: gzip"
	for k, way := range []struct {
		name string
		open func(*testing.B) func(orb.Point)
	}{
		{"ogc", over(standard)}, {"ogc gzip", over(standard, zipped)},
		{"own", over(own)}, {"own gzip", over(own, zipped)},
		{"postgis", func(b *testing.B) func(orb.Point) { return hundred(b, url) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			var begun atomic.Uint64
			b.ReportAllocs()
			b.SetParallelism((nearbyClients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
			b.RunParallel(func(p *testing.PB) {
				r, ask := rand.New(rand.NewPCG(uint64(k), begun.Add(1))), way.open(b) // other windows each way: answers are remembered
				for p.Next() {
					ask(corner(somewhere(r)))
				}
			})
		})
	}
}

// corner is the lower left one of a window within the square degree.
func corner(p orb.Point) orb.Point {
	return orb.Point{121 + (p[0]-121)*(1-windowDegrees), 31 + (p[1]-31)*(1-windowDegrees)}
}

func appendWindow(to []byte, p orb.Point) []byte {
	for n, x := range []float64{p[0], p[1], p[0] + windowDegrees, p[1] + windowDegrees} {
		if n > 0 {
			to = append(to, ',')
		}
		to = strconv.AppendFloat(to, x, 'f', 7, 64)
	}
	return to
}

// hundred asks PostGIS, over a connection of its own.
func hundred(b *testing.B, url string) func(orb.Point) {
	ctx := b.Context()
	db, err := pgx.Connect(ctx, url)
	if err == nil {
		b.Cleanup(func() { _ = db.Close(context.WithoutCancel(ctx)) })
		_, err = db.Prepare(ctx, "hundred", fmt.Sprintf(`SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t.*)::json))
			FROM (SELECT id, code, name, category, light, flat FROM near WHERE flat && ST_MakeEnvelope($1::float8, $2::float8, $1 + %[1]v, $2 + %[1]v, 4326) LIMIT 100) t`, windowDegrees))
	}
	if err != nil {
		b.Error(err)
		return func(orb.Point) {}
	}
	return func(p orb.Point) {
		var body []byte
		if err := db.QueryRow(ctx, "hundred", p[0], p[1]).Scan(&body); err != nil || len(body) < 1000 {
			b.Error(len(body), err)
		}
	}
}
