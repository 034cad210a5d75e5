package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/tiles/tileset"
)

// Size of the benchmark city.
const (
	benchProjects = 100_000
	benchMonths   = 24
)

// benchCity is as much of a store as a follower needs: a city made up without a
// database, so that loading it does not take longer than what is measured.
type benchCity struct {
	geo.Store
	closed bool // the problem points are, which half of the records belong to
	mu     sync.Mutex
	seq    int
	queued geo.Changes
	bell   chan struct{}
}

func newBenchCity(closed bool) *benchCity {
	return &benchCity{closed: closed, bell: make(chan struct{}, 1)}
}

// layers are the core ones.
func (c *benchCity) layers() []geo.Layer {
	layers := city.Layers()
	for i := range layers {
		if c.closed && layers[i].ID == city.Problem {
			layers[i].Readers = []geo.Role{geo.RoleAuditor}
		}
	}
	return layers
}

// benchRecords is how many problem points, and records, a city has of which the
// former are closed.
const benchRecords = 20_000

// loadClosed makes them up.
func loadClosed(record func(geo.Record) error) error {
	for k := range benchRecords {
		id, of, code := geo.ID(k+1), city.Problem, fmt.Sprint("Q", k)
		if err := record(geo.Record{Layer: of, ID: id, Feature: &geo.Feature{Layer: of, ID: id, Code: code, Version: 1, Geometry: orb.Point{121.2, 31.2},
			Properties: geo.Properties{"name": "问题", "district": benchDistrict(k), "deadline": lastOf2022}}}); err != nil {
			return err
		}
		if k%2 == 0 {
			of, code = city.Project, fmt.Sprintf("P%06d", k)
		}
		if err := record(geo.Record{Layer: city.Record, ID: id, Feature: &geo.Feature{Layer: city.Record, ID: id, Code: fmt.Sprint("R", k), Version: 1,
			Properties: geo.Properties{"of_layer": string(of), "of_code": code, "kind": "检查", "text": "检查", "day": lastOf2022}}}); err != nil {
			return err
		}
	}
	return nil
}

func benchCursor(seq int) geo.Cursor { return geo.Cursor(fmt.Sprintf("%08d", seq)) }

func (c *benchCity) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	h := geo.Head{Cursor: benchCursor(0), Layers: c.layers()}
	for k := range 4 {
		h.Dates = append(h.Dates, geo.DistrictDate{District: benchDistrict(k), Date: lastOf2022})
	}
	if err := head(h); err != nil {
		return err
	}
	for k := range 4 {
		f := &geo.Feature{Layer: city.District, ID: geo.ID(k + 1), Code: benchDistrict(k), Version: 1,
			Geometry: square(121+float64(k)/2, 31, 0.4), Properties: geo.Properties{"name": "区" + benchDistrict(k)}}
		if err := record(geo.Record{Layer: city.District, ID: f.ID, Feature: f}); err != nil {
			return err
		}
	}
	for k := range benchProjects {
		if err := record(benchProject(k, 0)); err != nil {
			return err
		}
	}
	if c.closed {
		return loadClosed(record)
	}
	return nil
}

func benchDistrict(k int) string { return fmt.Sprint(310101 + k%4) }

// benchProject is the k-th project; each turn its last report is another.
func benchProject(k, turn int) geo.Record {
	categories := []string{"市政", "绿化", "水务", "房建", "民生"}
	id := geo.ID(k + 1)
	r := geo.Record{Layer: city.Project, ID: id, Feature: &geo.Feature{Layer: city.Project, ID: id, Code: fmt.Sprintf("P%06d", k), Version: uint64(turn + 1),
		Geometry: orb.Point{121.01 + float64(k%4)/2 + float64(k/4%300)/1000, 31.01 + float64(k/1200)/1000},
		Properties: geo.Properties{"name": fmt.Sprint("项目", k), "district": benchDistrict(k), "town": fmt.Sprint(benchDistrict(k), "街道", k/4%12),
			"level": []string{"市属", "区属"}[k%5/4], "category": categories[k/4%5], "unit": fmt.Sprint(benchDistrict(k), "单位", k/4%40),
			"lifecycle": city.Lifecycle[k%len(city.Lifecycle)], "investment": float64(k%300) / 10, "year_investment": float64(k%70) / 10}}}
	for m := range benchMonths {
		planned := float64(m%12+1) / 12 * 100
		actual := planned - float64(k*7%23)
		if m == benchMonths-1 {
			actual = max(0, planned-float64((k+turn)*11%40))
		}
		r.Reports = append(r.Reports, geo.Report{Layer: city.Project, Feature: id, Date: benchMonth(m), Version: 1,
			Properties: geo.Properties{"planned_progress": planned, "actual_progress": max(0, actual), "planned_investment": planned / 50, "actual_investment": max(0, actual) / 50}})
	}
	return r
}

// benchMonth is the last day of the m-th month from January 2021.
func benchMonth(m int) geo.Date { return geo.NewDate(2021, time.Month(m+2), 0) }

// change queues another report of the k-th project and gives where it shows.
func (c *benchCity) change(k, turn int) geo.Cursor {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	c.queued.Cursor = benchCursor(c.seq)
	c.queued.Records = append(c.queued.Records, benchProject(k, turn))
	select {
	case c.bell <- struct{}{}:
	default:
	}
	return c.queued.Cursor
}

func (c *benchCity) Since(context.Context, geo.Cursor) (geo.Changes, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.queued
	out.Cursor, c.queued = benchCursor(c.seq), geo.Changes{}
	return out, nil
}

func (c *benchCity) Wait(ctx context.Context, after geo.Cursor) error {
	select {
	case <-c.bell:
	case <-ctx.Done():
	}
	return ctx.Err()
}

func (c *benchCity) Covers(a, b geo.Cursor) bool { return a >= b }

// benchService follows the city; with boards they are kept by what changes,
// without they are computed in full for each snapshot.
func benchService(b *testing.B, c *benchCity, kept bool) (http.Handler, *live.Follower) {
	b.Helper()
	ts, boards := tileset.New(tileset.Options{}), &api.Boards{}
	f := live.NewFollower(c, live.Options{Publish: func(s *snapshot.Snapshot, d snapshot.Delta) {
		ts.Publish(s, d)
		if kept {
			boards.Publish(s, d)
		}
	}})
	h, err := api.New(api.Config{Store: c, Follower: f, Hub: live.NewHub(c.Covers, live.HubOptions{}), Tiles: ts, Boards: boards})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.Run(b.Context()) }()
	b.Cleanup(func() { <-done })
	if err := f.WaitFor(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	return h, f
}

// BenchmarkCityOverview answers the overview of a district in a city of 100,000
// projects with 24 monthly reports each, through the whole handler: once warm;
// after one change, from the report's arrival to the answer; and the same
// computed in full, which is what the two are held against. Where a layer is
// closed, who asks does not see it, nor the half of 20,000 records that belong to
// it.
func BenchmarkCityOverview(b *testing.B) {
	for _, kind := range []struct {
		name                 string
		kept, change, closed bool
	}{{"warm", true, false, false}, {"after one change", true, true, false}, {"in full", false, true, false},
		{"closed, warm", true, false, true}, {"closed, after one change", true, true, true}, {"closed, in full", false, true, true}} {
		b.Run(kind.name, func(b *testing.B) {
			c := newBenchCity(kind.closed)
			h, f := benchService(b, c, kind.kept)
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/overview?district="+benchDistrict(0), nil)
			w := &discard{header: http.Header{}}
			h.ServeHTTP(w, r)
			turn := 0
			for b.Loop() {
				if kind.change {
					turn++
					if err := f.WaitFor(b.Context(), c.change(turn*4%benchProjects, turn)); err != nil {
						b.Fatal(err)
					}
				}
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}
