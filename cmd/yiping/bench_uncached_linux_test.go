package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
)

var uncachedFeatures = flag.Int("uncached-features", 340_000, "features of the city that BenchmarkUncached draws")

// BenchmarkUncached draws and compresses tiles of the synthetic city in memory, in
// turns with ST_AsMVT of the same rows, which lie there in Web Mercator, with an
// index, and of which the answer is not sent. ST_AsMVT compresses nothing, thins
// nothing and writes no label points. Both are told by processor time, whatever
// else the machine does. Once with four attributes, as other tile servers are
// compared, once with all that tiles of the city carry.
func BenchmarkUncached(b *testing.B) {
	m := makeCity(b, *uncachedFeatures)
	m.store(b)
	for _, c := range []struct {
		name    string
		fields  []string
		columns map[geo.LayerID]string
	}{
		{"four", []string{"code", "name", "light", "category", "level", "rank", "state"}, map[geo.LayerID]string{
			city.Project: "id, code, name, category, light", city.Street: "id, code, name, rank, light",
			city.RiverSection: "id, code, name, level, light", city.Block: "id, code, name, state, light"}},
		{"all", nil, map[geo.LayerID]string{
			city.Project: "id, code, light, overdue, name, category, level", city.Street: "id, code, light, overdue, name, rank",
			city.RiverSection: "id, code, light, overdue, name, level", city.Block: "id, code, light, overdue, name, state"}},
	} {
		u := uncached{m, render.Query{Layers: madeLayers, Fields: c.fields}, asMVT(c.columns)}
		for _, zooms := range [][]int{{14, 15, 16}, {16}, {15}, {14}, {13}, {12}, {11}, {10}} {
			name := fmt.Sprintf("%s/z%d", c.name, zooms[0])
			if len(zooms) > 1 {
				name += fmt.Sprintf("-z%d", zooms[len(zooms)-1])
			}
			b.Run(name, func(b *testing.B) { u.measure(b, zooms) })
		}
	}
}

// BenchmarkRender draws the same tiles without compressing them, and shows that
// nothing is allocated on the way.
func BenchmarkRender(b *testing.B) {
	m := makeCity(b, *uncachedFeatures)
	p := render.Prepare(m.snap, render.Limits{})
	for _, z := range []uint8{16, 15, 14, 13, 12, 11, 10} {
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			var r render.Renderer
			rng, ids, size := rand.New(rand.NewPCG(1, 2)), make([]tiles.ID, 64), 0
			for i := range ids {
				ids[i] = tiles.At(z, m.places[rng.IntN(len(m.places))])
			}
			draw := func(i int) {
				raw, err := r.Tile(p, render.Query{Layers: madeLayers}, ids[i%len(ids)])
				if err != nil {
					b.Fatal(err)
				}
				size += len(raw)
			}
			for i := range ids {
				draw(i) // the buffers grow
			}
			size = 0
			b.ReportAllocs()
			b.ResetTimer()
			from := spentHere(b)
			for i := range b.N {
				draw(i)
			}
			b.ReportMetric(float64((spentHere(b)-from).Microseconds())/float64(b.N), "cpu-µs/tile")
			b.ReportMetric(float64(size)/float64(b.N), "B/tile")
		})
	}
}

// turn is how many tiles each side draws in turn: the caches of the processor are
// then its own, as those of a server are.
const turn = 25

// uncached compares one selection with its SQL.
type uncached struct {
	*madeCity
	query render.Query
	sql   string
}

func (u *uncached) measure(b *testing.B, zooms []int) {
	rng, ctx := rand.New(rand.NewPCG(1, 2)), context.Background()
	var own, theirs time.Duration
	size, zipped, raw := 0, 0, 0
	draw := func(ids []tiles.ID) {
		for _, id := range ids {
			tile, err := u.tiles.Draw(ctx, u.query, id)
			if err != nil {
				b.Fatal(err)
			}
			size, zipped = size+tile.Size, zipped+len(tile.Gzip)
		}
	}
	draw(u.pick(rng, zooms, turn)) // the buffers grow
	size, zipped = 0, 0
	before := spent(b, u.pid)
	for done := 0; done < b.N; done += turn {
		ids := u.pick(rng, zooms, min(turn, b.N-done))
		from := spentHere(b)
		draw(ids)
		own += spentHere(b) - from
		for _, id := range ids {
			var n int
			if err := u.conn.QueryRow(ctx, u.sql, id.Z, id.X, id.Y).Scan(&n); err != nil {
				b.Fatal(err)
			}
			raw += n
		}
	}
	theirs = spent(b, u.pid) - before
	n := float64(b.N)
	b.ReportMetric(0, "ns/op") // of both together: says nothing
	b.ReportMetric(float64(own.Microseconds())/n, "yiping-cpu-µs/tile")
	b.ReportMetric(float64(theirs.Microseconds())/n, "ST_AsMVT-cpu-µs/tile")
	b.ReportMetric(float64(theirs)/float64(own), "times")
	b.ReportMetric(float64(size)/n, "yiping-B/tile")
	b.ReportMetric(float64(zipped)/n, "yiping-gz-B/tile")
	b.ReportMetric(float64(raw)/n, "ST_AsMVT-B/tile")
}

// pick draws tiles under features, of the zooms by how often these are looked at.
func (u *uncached) pick(rng *rand.Rand, zooms []int, n int) []tiles.ID {
	weights := 0
	for _, z := range zooms {
		weights += weightOf(z)
	}
	ids := make([]tiles.ID, n)
	for i := range ids {
		z, k := 0, rng.IntN(weights)
		for k >= weightOf(zooms[z]) {
			k -= weightOf(zooms[z])
			z++
		}
		ids[i] = tiles.At(uint8(zooms[z]), u.places[rng.IntN(len(u.places))])
	}
	return ids
}

// madeLayers are those of the synthetic city, in the order that tiles have them.
var madeLayers = []geo.LayerID{city.Block, city.Project, city.RiverSection, city.Street}

// madeCity is the synthetic city, both in memory and in tables.
type madeCity struct {
	records []geo.Record
	snap    *snapshot.Snapshot
	tiles   *tileset.Tileset
	places  []tiles.XY // where features are
	conn    *pgx.Conn
	pid     int
}

func makeCity(b *testing.B, n int) *madeCity {
	ctx, m := context.Background(), &madeCity{}
	for i := range n {
		edits := synthetic(1, i)
		f := edits[0].Feature
		f.ID, f.Version = geo.ID(i+1), 1
		m.records = append(m.records, geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f, Reports: []geo.Report{edits[1].Report}})
	}
	slices.SortStableFunc(m.records, func(a, b geo.Record) int { return strings.Compare(string(a.Layer), string(b.Layer)) })
	noon := func() time.Time { return time.Date(2022, 12, 31, 12, 0, 0, 0, time.UTC) }
	var err error
	if m.snap, err = (snapshot.Options{Now: noon}).Load(ctx, m); err != nil {
		b.Fatal(err)
	}
	for _, id := range madeLayers {
		l, _ := m.snap.Layer(id)
		l.All(func(it snapshot.Item) bool {
			at, _ := render.Anchor(it)
			m.places = append(m.places, at)
			return true
		})
	}
	m.tiles = tileset.New(tileset.Options{CacheBytes: -1})
	m.tiles.Publish(m.snap, snapshot.Delta{})
	if _, err := m.tiles.Draw(ctx, render.Query{Layers: madeLayers}, tiles.ID{}); err != nil { // makes the trees
		b.Fatal(err)
	}
	return m
}

// store puts the city into tables as well.
func (m *madeCity) store(b *testing.B) {
	ctx, err := context.Background(), error(nil)
	if m.conn, err = pgx.Connect(ctx, pgtest.URL(b)); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = m.conn.Close(ctx) })
	for _, id := range madeLayers {
		m.copyTo(b, id)
	}
	if err := m.conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&m.pid); err != nil {
		b.Fatal(err)
	}
	m.records = nil
}

// Load gives the city to the snapshot.
func (m *madeCity) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Layers: city.Layers()}); err != nil {
		return err
	}
	for _, r := range m.records {
		if err := record(r); err != nil {
			return err
		}
	}
	return nil
}

// Lookup finds nothing: snapshots do not ask.
func (m *madeCity) Lookup(context.Context, geo.LayerID, []string) (map[string]geo.Ref, error) {
	return nil, nil
}

// Layers gives the declarations.
func (m *madeCity) Layers(context.Context) ([]geo.Layer, error) { return city.Layers(), nil }

// copyTo makes the table of a layer as a tile server would like it best: in Web
// Mercator, the lights worked out.
func (m *madeCity) copyTo(b *testing.B, id geo.LayerID) {
	ctx, l := context.Background(), string(id)
	exec := func(sql string) {
		if _, err := m.conn.Exec(ctx, strings.ReplaceAll(sql, "LAYER", l)); err != nil {
			b.Fatal(err)
		}
	}
	exec("CREATE TEMP TABLE LAYER_in (id bigint, code text, name text, category text, level text, state text, rank bigint, light text, overdue boolean, shape bytea)")
	layer, _ := m.snap.Layer(id)
	var rows [][]any
	for _, r := range m.records {
		if r.Layer != id {
			continue
		}
		it, _ := layer.ByID(r.ID)
		shape, err := wkb.Marshal(r.Feature.Geometry)
		if err != nil {
			b.Fatal(err)
		}
		overdue := any(nil)
		if it.Overdue() {
			overdue = true
		}
		row := []any{int64(r.ID), r.Feature.Code}
		for _, field := range []string{"name", "category", "level", "state", "rank"} {
			row = append(row, r.Feature.Properties[field])
		}
		rows = append(rows, append(row, it.Light().String(), overdue, shape))
	}
	if _, err := m.conn.CopyFrom(ctx, pgx.Identifier{l + "_in"}, []string{"id", "code", "name", "category", "level", "state", "rank", "light", "overdue", "shape"}, pgx.CopyFromRows(rows)); err != nil {
		b.Fatal(err)
	}
	exec("CREATE TABLE peer_LAYER AS SELECT id, code, name, category, level, state, rank, light, overdue, ST_Transform(ST_GeomFromWKB(shape, 4326), 3857) AS geom FROM LAYER_in ORDER BY id")
	exec("CREATE INDEX ON peer_LAYER USING gist (geom)")
	exec("VACUUM ANALYZE peer_LAYER")
	exec("DROP TABLE LAYER_in")
	exec("SET max_parallel_workers_per_gather = 0; SET jit = off")
}

// asMVT is the SQL of a tile of all layers, as one would write it by hand.
func asMVT(columns map[geo.LayerID]string) string {
	var parts []string
	for _, l := range madeLayers {
		parts = append(parts, fmt.Sprintf(`coalesce((SELECT ST_AsMVT(q, '%[1]s', 4096, 'g', 'id') FROM (
			SELECT %[2]s, ST_AsMVTGeom(geom, ST_TileEnvelope($1, $2, $3)) AS g
			FROM peer_%[1]s WHERE geom && ST_TileEnvelope($1, $2, $3, margin => 0.0625)) q), '')`, l, columns[l]))
	}
	return "SELECT length(" + strings.Join(parts, " || ") + ")"
}

// spentHere is the processor time of this process so far.
func spentHere(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spent is the processor time of another process so far, to a hundredth of a
// second: fields 14 and 15 of proc_pid_stat(5), counted behind the name.
func spent(b *testing.B, pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
