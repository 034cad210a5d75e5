package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiping/geo"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// points has the streets' first vertices instead.
type points struct{ synthetic }

func (m points) plain() map[geo.ID]geo.Record {
	out := m.synthetic.plain()
	for _, r := range out {
		r.Feature.Geometry = r.Feature.Geometry.(orb.LineString)[0]
	}
	return out
}

// The twenty nearest among 100,000 points, and streets of eleven vertices:
// through the index, by measuring to all, and by prepared statements of PostGIS
// over its own indexes, with the same positions.
func BenchmarkNearest(b *testing.B) {
	m := synthetic{n: 100_000, rounds: true}
	for name, records := range map[string]map[geo.ID]geo.Record{"streets": m.plain(), "points": points{m}.plain()} {
		b.Run(name, func(b *testing.B) { benchmarkNearest(b, records) })
	}
}

func benchmarkNearest(b *testing.B, records map[geo.ID]geo.Record) {
	decl := works()
	decl.Geometry = geo.AnyGeometry
	store := newStore(decl)
	store.records[decl.ID] = records
	layers := load(b, store).Layers()
	db := nearestTable(b, records)
	for _, way := range []struct {
		name   string
		search func(orb.Point) int
	}{
		{"index", func(p orb.Point) int { return len(snapshot.Nearest(layers, snapshot.Nearby{At: p, K: 20})) }},
		{"brute force", func(p orb.Point) int { return len(bruteForce(layers, snapshot.Nearby{At: p, K: 20})) }},
		{"postgis in metres", func(p orb.Point) int { return ask(b, db, "metres", p) }},
		{"postgis in degrees", func(p orb.Point) int { return ask(b, db, "degrees", p) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 0))
			b.ReportAllocs()
			for b.Loop() {
				if n := way.search(orb.Point{121 + r.Float64(), 31 + r.Float64()}); n != 20 {
					b.Fatalf("found %d", n)
				}
			}
		})
	}
}

// ask runs a prepared statement and gives how many rows it found.
func ask(b *testing.B, db *pgx.Conn, name string, p orb.Point) int {
	rows, err := db.Query(b.Context(), name, p[0], p[1])
	if err != nil {
		b.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[float64])
	if err != nil {
		b.Fatal(err)
	}
	return len(found)
}

// nearestTable puts the records into a table of PostGIS.
func nearestTable(b *testing.B, records map[geo.ID]geo.Record) *pgx.Conn {
	b.Helper()
	ctx := b.Context()
	db, err := pgx.Connect(ctx, pgtest.URL(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close(ctx) })
	do := func(sql string) {
		if _, err := db.Exec(ctx, sql); err != nil {
			b.Fatal(fmt.Errorf("%s: %w", sql, err))
		}
	}
	do("CREATE TABLE raw (id bigint, g bytea)")
	var rows [][]any
	for id, r := range records {
		rows = append(rows, []any{int64(id), wkb.MustMarshal(r.Feature.Geometry)})
	}
	if _, err := db.CopyFrom(ctx, pgx.Identifier{"raw"}, []string{"id", "g"}, pgx.CopyFromRows(rows)); err != nil {
		b.Fatal(err)
	}
	do("CREATE TABLE near AS SELECT id, ST_GeomFromWKB(g, 4326) flat, ST_GeomFromWKB(g, 4326)::geography round FROM raw")
	do("CREATE INDEX ON near USING gist (flat)")
	do("CREATE INDEX ON near USING gist (round)")
	do("VACUUM ANALYZE near")
	for name, sql := range map[string]string{
		"metres":  "SELECT round <-> ST_Point($1, $2, 4326)::geography FROM near ORDER BY 1 LIMIT 20",
		"degrees": "SELECT flat <-> ST_Point($1, $2, 4326) FROM near ORDER BY 1 LIMIT 20",
	} {
		if _, err := db.Prepare(ctx, name, sql); err != nil {
			b.Fatal(err)
		}
	}
	return db
}
