package tileset_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
)

var servedRows = flag.Int("served-rows", 100_000, "rows of the layer in the database that BenchmarkServedTiles reads; 1000000 for the figures in the README")

// fillServed makes buildings of eight corners, spread over a square of $3 degrees.
const fillServed = `INSERT INTO parcel_d (code, name, floors, area, built, geom)
	SELECT 'b-' || g, 'building ' || g, g % 40, g / 7.0, DATE '2000-01-01' + (g % 8000)::int, ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
		ST_MakePoint(x, y), ST_MakePoint(x + d, y), ST_MakePoint(x + d, y + d), ST_MakePoint(x + 2 * d, y + d), ST_MakePoint(x + 2 * d, y + 3 * d),
		ST_MakePoint(x + d, y + 3 * d), ST_MakePoint(x + d, y + 2 * d), ST_MakePoint(x, y + 2 * d), ST_MakePoint(x, y)])), 4326)
	FROM (SELECT g, 121 + $3::float8 * (g * 7919 % 1000003) / 1000003 AS x, 31 + $3::float8 * (g * 104729 % 1000003) / 1000003 AS y, 0.00003 AS d FROM generate_series($1::bigint, $2::bigint) g) s`

// asMVT is what one would write by hand for the same content.
const asMVT = `SELECT ST_AsMVT(q, 'parcel_d', 4096, 'g', 'id') FROM (
	SELECT id, code, 'none' AS light, name, floors, area, listed, built::text, seen::text,
		ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope($1, $2, $3), 4096, 256, true) AS g
	FROM parcel_d WHERE geom && ST_Transform(ST_TileEnvelope($1, $2, $3, margin => 1.0 / 16), 4326) ORDER BY id) q WHERE g IS NOT NULL`

// BenchmarkServedTiles draws uncached tiles of a layer in the database, in turns
// with ST_AsMVT asked for the same.
func BenchmarkServedTiles(b *testing.B) {
	v := newServed(b, 0)
	ctx := context.Background()
	const part = 50_000
	for n := 0; n < *servedRows; n += part {
		if _, err := v.conn.Exec(ctx, fillServed, n+1, min(n+part, *servedRows), 1.0); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := v.conn.Exec(ctx, "ANALYZE parcel_d"); err != nil {
		b.Fatal(err)
	}
	v.follow()
	ts := tileset.New(tileset.Options{Server: v.store, CacheBytes: -1})
	ts.Publish(v.snap, snapshot.Delta{})
	q := render.Query{Layers: []geo.LayerID{twins[0]}}
	r := rand.New(rand.NewPCG(1, 2))
	for _, z := range []uint8{6, 9, 11, 13, 14, 16} {
		ids := make([]tiles.ID, 64)
		for i := range ids {
			ids[i] = tiles.At(z, tiles.ToWorld(orb.Point{121.05 + r.Float64()*0.9, 31.05 + r.Float64()*0.9}))
		}
		b.Run(fmt.Sprintf("z%d/yiping", z), func(b *testing.B) {
			size, k := 0, 0
			for b.Loop() {
				tile, err := ts.Draw(ctx, q, ids[k%len(ids)])
				if err != nil {
					b.Fatal(err)
				}
				size, k = size+tile.Size, k+1
			}
			b.ReportMetric(float64(size)/float64(b.N), "B/tile")
		})
		b.Run(fmt.Sprintf("z%d/ST_AsMVT", z), func(b *testing.B) {
			size, k := 0, 0
			for b.Loop() {
				id := ids[k%len(ids)]
				var raw []byte
				if err := v.conn.QueryRow(ctx, asMVT, id.Z, id.X, id.Y).Scan(&raw); err != nil {
					b.Fatal(err)
				}
				size, k = size+len(raw), k+1
			}
			b.ReportMetric(float64(size)/float64(b.N), "B/tile")
		})
	}
}
