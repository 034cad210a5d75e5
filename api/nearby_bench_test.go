package api_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
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

// nearbyClients is how many ask at a time, each over a connection of its own.
const nearbyClients = 8

// BenchmarkNearby asks for the twenty nearest of 100,000 points, eight clients at
// a time: over HTTP with all that is said about each, by a client that costs next
// to nothing, and of PostGIS by prepared statements which give ids, names and
// distances in metres, or rank by degrees alone. Time is that of one answer.
func BenchmarkNearby(b *testing.B) {
	const n = 100_000
	service := httptest.NewServer(crowdedHandler(b, n))
	defer service.Close()
	url := strewn(b, n)
	for _, way := range []struct {
		name string
		open func(*testing.B) func(orb.Point)
	}{
		{"http", func(b *testing.B) func(orb.Point) {
			ask := lightClient(b, service.Listener.Addr().String())
			return func(p orb.Point) { ask(func(to []byte) []byte { return appendNearest(to, p) }) }
		}},
		{"postgis in metres", func(b *testing.B) func(orb.Point) { return twenty(b, url, inMetres) }},
		{"postgis in degrees", func(b *testing.B) func(orb.Point) { return twenty(b, url, inDegrees) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			var begun atomic.Uint64
			b.SetParallelism((nearbyClients + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
			b.RunParallel(func(p *testing.PB) {
				r, ask := rand.New(rand.NewPCG(2, begun.Add(1))), way.open(b)
				for p.Next() {
					ask(somewhere(r))
				}
			})
		})
	}
}

// lightClient asks over a connection of its own: it writes the request as it
// stands on the wire, and of the answer reads the length and passes over the rest.
func lightClient(b *testing.B, address string, headers ...string) func(path func([]byte) []byte) {
	c, err := new(net.Dialer).DialContext(b.Context(), "tcp", address)
	if err != nil {
		b.Error(err)
		return func(func([]byte) []byte) {}
	}
	b.Cleanup(func() { _ = c.Close() })
	in, request := bufio.NewReader(c), []byte(nil)
	head := " HTTP/1.1\r\nHost: service\r\n" + strings.Join(append(headers, "\r\n"), "\r\n")
	return func(path func([]byte) []byte) {
		request = append(path(append(request[:0], "GET "...)), head...)
		if _, err := c.Write(request); err != nil {
			b.Error(err)
			return
		}
		length, good := 0, false
		for line := []byte("begin"); len(line) > 2; { // the head ends with an empty line
			if line, err = in.ReadSlice('\n'); err != nil {
				b.Error(err)
				return
			}
			good = good || bytes.HasPrefix(line, []byte("HTTP/1.1 200 "))
			if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
				length, err = strconv.Atoi(string(bytes.TrimSpace(v)))
			}
		}
		if _, e := in.Discard(length); !good || err != nil || e != nil || length < 1000 {
			b.Error("no answer", good, length, err, e)
		}
	}
}

func appendNearest(to []byte, p orb.Point) []byte {
	to = strconv.AppendFloat(append(to, "/api/nearby?layers=project&lon="...), p[0], 'f', 7, 64)
	return strconv.AppendFloat(append(to, "&lat="...), p[1], 'f', 7, 64)
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

// What is asked of PostGIS.
const (
	inMetres  = "SELECT id, code, name, category, light, round <-> ST_Point($1, $2, 4326)::geography FROM near ORDER BY 6 LIMIT 20"
	inDegrees = "SELECT id, code, name, category, light, flat <-> ST_Point($1, $2, 4326) FROM near ORDER BY 6 LIMIT 20"
)

// twenty asks over a connection of its own, by a statement prepared once.
func twenty(b *testing.B, url, sql string) func(orb.Point) {
	ctx := b.Context()
	db, err := pgx.Connect(ctx, url)
	if err == nil {
		b.Cleanup(func() { _ = db.Close(context.WithoutCancel(ctx)) })
		_, err = db.Prepare(ctx, "twenty", sql)
	}
	if err != nil {
		b.Error(err)
		return func(orb.Point) {}
	}
	return func(p orb.Point) {
		rows, err := db.Query(ctx, "twenty", p[0], p[1])
		if err != nil {
			b.Error(err)
			return
		}
		found := 0
		for rows.Next() {
			found++
		}
		if rows.Err() != nil || found != 20 {
			b.Error(found, rows.Err())
		}
	}
}

// strewn makes a table of n points over the same degree, and gives its database.
func strewn(b *testing.B, n int) string {
	b.Helper()
	ctx, url := b.Context(), pgtest.URL(b)
	db, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }()
	for _, sql := range []string{
		fmt.Sprintf(`CREATE TABLE near AS SELECT id, 'N' || id code, '项目' || id || '号' AS name, '道路' category, 'green' light, p flat, p::geography round
			FROM (SELECT id, ST_Point(121 + random(), 31 + random(), 4326) p FROM generate_series(1, %d) id) q`, n),
		"CREATE INDEX ON near USING gist (flat)", "CREATE INDEX ON near USING gist (round)", "VACUUM ANALYZE near",
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	return url
}
