package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
)

func TestBodies(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, c := range []struct{ name, path string }{
		{"districts", "/api/districts"},
		{"overview", "/api/overview"},
		{"overview-district", "/api/overview?district=310105"},
		{"overview-level", "/api/overview?district=310105&level=市属"},
		{"features", "/api/features/project?district=310105&light=red,yellow"},
		{"features-bbox", "/api/features/project?bbox=121.39,31.17,121.42,31.21"},
		{"features-page", "/api/features/project?limit=2"},
		{"feature", "/api/features/project/{P3}"},
		{"feature-without-geometry", "/api/features/figure/{CN-1}"},
		{"alerts", "/api/alerts"},
		{"alerts-level", "/api/alerts?district=310105&level=区属"},
		{"nearby", "/api/nearby?lon=121.41&lat=31.22&layers=project,river_section,town&k=5"},
		{"nearby-filtered", "/api/nearby?lon=121.3655&lat=31.1981&crs=GCJ-02&layers=project&light=red,yellow&district=310105&radius=12000"},
		{"lights", "/api/lights?layers=project,problem,figure"},
		{"warnings", "/api/warnings"},
		{"warnings-level", "/api/warnings?district=310105&unit=区绿化局&level=2,3,proposed&state=处置中"},
		{"warning", "/api/warnings/project/{P2}"},
		{"problems", "/api/problems"},
		{"problems-stage", "/api/problems?district=310105&stage=整改清单&light=red,yellow"},
		{"indicators", "/api/indicators?district=310105&code=CN-R,CN-S,CN-T"},
		{"indicators-past", "/api/indicators?task=T1&at=2022-11"},
		{"tasks", "/api/tasks?district=310105"},
		{"log", "/api/log/project/{P3}"},
		{"layers", "/api/layers"},
		{"history", "/api/history?district=310105"},
		{"history-half", "/api/history?district=310107"},
		{"tilejson", "/tiles/project,river_section,district.json"},
		{"style", "/style.json?district=310105"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := s.get(s.named(c.path))
			if g.status != http.StatusOK {
				t.Fatalf("status %d: %s", g.status, g.body)
			}
			s.golden(t, c.name, g)
		})
	}
}

// Every answer to a read says where the data stands, can be revalidated, and
// comes in the coding asked for.
func TestEveryRead(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, path := range []string{
		"/api/districts", "/api/overview", "/api/overview?district=310105", "/api/features/project", "/api/features/project/{P1}",
		"/api/lights", "/api/warnings", "/api/warnings/project/{P2}", "/api/problems",
		"/api/overview?at=2022-11", "/api/lights?at=2022-11-30", "/api/features/project/{P3}?at=2022-11",
		"/api/alerts", "/api/nearby?lon=121.41&lat=31.22&k=3", "/api/layers", "/api/history", "/api/map.svg?district=310105&width=640&height=480", "/style.json",
		"/tiles/project.json", "/tiles/project,district/11/1714/836.mvt", "/",
	} {
		t.Run(path, func(t *testing.T) {
			path := s.named(path)
			plain := s.get(path)
			if plain.status != http.StatusOK {
				t.Fatalf("status %d: %s", plain.status, plain.body)
			}
			if path != "/" {
				if c := plain.header.Get("Yiping-Cursor"); c != string(s.follower.Current().Cursor()) {
					t.Errorf("cursor %q", c)
				}
				if r := plain.header.Get("Yiping-Revision"); !strings.HasSuffix(path, ".mvt") && r != strconv.FormatUint(s.follower.Current().Revision(), 10) {
					t.Errorf("revision %q", r)
				}
			}
			for name, want := range map[string]string{"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "same-origin", "Content-Length": strconv.Itoa(len(plain.body)), "Content-Encoding": ""} {
				if (name == "Referrer-Policy" || name == "X-Content-Type-Options") && strings.HasSuffix(path, ".mvt") {
					want = "" // see writeTile
				}
				if v := plain.header.Get(name); v != want {
					t.Errorf("%s is %q, want %q", name, v, want)
				}
			}
			if !slices.Contains(plain.header.Values("Vary"), "Accept-Encoding") {
				t.Errorf("Vary is %v", plain.header.Values("Vary"))
			}
			etag := plain.header.Get("ETag")
			if len(etag) < 10 || etag[0] != '"' {
				t.Fatalf("ETag %s is not strong", etag)
			}
			for _, inm := range []string{etag, `"other", ` + etag, "W/" + etag, "*"} {
				if g := s.get(path, "If-None-Match", inm); g.status != http.StatusNotModified || len(g.body) != 0 || g.header.Get("ETag") != etag {
					t.Errorf("with If-None-Match %s: status %d, %d bytes", inm, g.status, len(g.body))
				}
			}
			if g := s.get(path, "If-None-Match", `"other"`); g.status != http.StatusOK {
				t.Errorf("with another tag: status %d", g.status)
			}
			head := s.ask(http.MethodHead, path)
			if head.status != http.StatusOK || len(head.body) != 0 || head.header.Get("Content-Length") != strconv.Itoa(len(plain.body)) || head.header.Get("ETag") != etag {
				t.Errorf("HEAD: status %d, %d bytes, length %s, tag %s", head.status, len(head.body), head.header.Get("Content-Length"), head.header.Get("ETag"))
			}
			s.checkCoded(t, path, plain)
		})
	}
}

func (s *service) checkCoded(t *testing.T, path string, plain got) {
	t.Helper()
	zipped := s.get(path, "Accept-Encoding", "br, gzip;q=0.8")
	if zipped.header.Get("Content-Encoding") == "" && len(plain.body) < 1200 {
		return // not worth it
	}
	if zipped.header.Get("Content-Encoding") != "gzip" || string(zipped.unzip(t)) != string(plain.body) {
		t.Errorf("with gzip: coding %q, %d bytes", zipped.header.Get("Content-Encoding"), len(zipped.body))
	}
	tag := zipped.header.Get("ETag")
	if tag == plain.header.Get("ETag") {
		t.Errorf("both codings have the tag %s", tag)
	}
	if g := s.get(path, "Accept-Encoding", "gzip", "If-None-Match", tag); g.status != http.StatusNotModified {
		t.Errorf("with the tag of the coded body: status %d", g.status)
	}
	if g := s.get(path, "Accept-Encoding", "gzip;q=0, *"); g.header.Get("Content-Encoding") != "" {
		t.Errorf("gzip;q=0 is answered with %s", g.header.Get("Content-Encoding"))
	}
}

func TestBeforeTheFirstLoad(t *testing.T) {
	s := start(t, openStore(t), setting{unloaded: true})
	for _, path := range []string{"/api/overview", "/api/features/project", "/tiles/project/1/1/1.mvt", "/tiles/project.json", "/api/live", "/readyz"} {
		t.Run(path, func(t *testing.T) {
			g := s.get(path, "Accept-Language", "en")
			if p := decode[problem](t, g); g.status != 503 || p.Type != "urn:yiping:problem:not-loaded" || g.header.Get("Retry-After") != "1" {
				t.Errorf("status %d, %+v", g.status, p)
			}
		})
	}
	for _, path := range []string{"/healthz", "/metrics", "/"} {
		if g := s.get(path); g.status != 200 {
			t.Errorf("%s: status %d", path, g.status)
		}
	}
}

func TestMinCursor(t *testing.T) {
	s := start(t, openStore(t), setting{configure: func(c *api.Config) { c.Patience = time.Millisecond }})
	r := apply(t, s.store, create(city.Problem, "Q1", nil, geo.Properties{"name": "井盖"}))
	// A copy of the store that has gone on gives cursors that this one has not reached.
	ahead := openStore(t)
	apply(t, ahead, create(city.Problem, "Q1", nil, geo.Properties{"name": "井盖"}))
	beyond := apply(t, ahead, create(city.Problem, "Q2", nil, geo.Properties{"name": "井盖"})).Cursor
	for name, ask := range map[string]func(string) got{
		"by header":          func(c string) got { return s.get("/api/features/problem", "Yiping-Min-Cursor", c) },
		"by parameter":       func(c string) got { return s.get("/api/features/problem?min-cursor=" + escape(c)) },
		"of a tile":          func(c string) got { return s.get("/tiles/problem/1/1/1.mvt", "Yiping-Min-Cursor", c) },
		"of a tile, address": func(c string) got { return s.get("/tiles/problem/1/1/1.mvt?min-cursor=" + escape(c)) },
	} {
		t.Run(name, func(t *testing.T) {
			g := ask(string(r.Cursor))
			for g.status == 503 { // until it is there
				g = ask(string(r.Cursor))
			}
			if g.status >= 300 || !s.store.Covers(geo.Cursor(g.header.Get("Yiping-Cursor")), r.Cursor) {
				t.Errorf("status %d at cursor %s, want at least %s", g.status, g.header.Get("Yiping-Cursor"), r.Cursor)
			}
			g = ask(string(beyond))
			if p := decode[problem](t, g); g.status != 503 || p.Type != "urn:yiping:problem:behind" {
				t.Errorf("beyond the feed: status %d, %+v", g.status, p)
			}
			g = ask("no-such-cursor")
			if p := decode[problem](t, g); g.status != 400 || !strings.HasSuffix(strings.ToLower(p.Parameter), "min-cursor") {
				t.Errorf("no cursor at all: status %d, %+v", g.status, p)
			}
		})
	}
}

func TestPages(t *testing.T) {
	index, page := s200("text/html; charset=utf-8"), s200("text/html; charset=utf-8")
	s := start(t, openStore(t), setting{basePath: "/city/yiping"})
	index(t, s.get("/"))
	page(t, s.get("/field"))
	asset := s.get("/assets/main-abc1.js")
	if asset.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || asset.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("asset with %v", asset.header)
	}
	if g := s.get(""); g.status != http.StatusPermanentRedirect || g.header.Get("Location") != "/city/yiping/" {
		t.Errorf("without the slash: status %d to %s", g.status, g.header.Get("Location"))
	}
	csp := s.get("/").header.Get("Content-Security-Policy")
	if csp != "default-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'" {
		t.Errorf("policy %s", csp)
	}
	if g := s.get("/api/districts"); g.status != 200 {
		t.Errorf("a resource under the base path: status %d", g.status)
	}
	if g := s.get("/tiles/project.json"); !strings.Contains(string(g.body), s.URL+"/city/yiping/tiles/project/{z}/{x}/{y}.mvt") {
		t.Errorf("addresses without the base path: %s", g.body)
	}
	s.base = s.URL
	for _, path := range []string{"/", "/api/districts", "/tiles/project/1/1/1.mvt", "/city/yipingx"} {
		if g := s.get(path); g.status != 404 {
			t.Errorf("%s outside the base path: status %d", path, g.status)
		}
	}
}

func s200(contentType string) func(*testing.T, got) {
	return func(t *testing.T, g got) {
		t.Helper()
		if g.status != 200 || g.header.Get("Content-Type") != contentType || g.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("status %d, %v", g.status, g.header)
		}
	}
}

// Pages of whatever was asked hold each feature once, ascending, and those that
// nobody touched also while others come and go between two pages.
func TestPaging(t *testing.T) {
	s := start(t, openStore(t), setting{})
	type page struct {
		NumberMatched, NumberReturned int
		Next                          string
		Features                      []struct {
			ID         int
			Properties struct{ Code string }
		}
	}
	for n, query := range []string{"", "&district=310105", "&bbox=121,31,122,32", "&light=green,yellow,red", "&filter=" + escape("code <> 'P9'"),
		"&bbox=121,31,122,32&filter=" + escape("light IS NOT NULL"), "&filter-lang=cql2-json&filter=" + escape(`{"op":"<>","args":[{"property":"code"},"P9"]}`)} {
		all := decode[page](t, s.get("/api/features/project?limit=1000"+query))
		if all.NumberMatched < 4 || all.NumberMatched != len(all.Features) || all.Next != "" {
			t.Fatalf("%s: %d of %d, next %q", query, len(all.Features), all.NumberMatched, all.Next)
		}
		var ids []int
		matched, passing := all.NumberMatched, ""
		for path := "/api/features/project?limit=2" + query; path != ""; {
			p := decode[page](t, s.get(path))
			if p.NumberMatched != matched || p.NumberReturned != len(p.Features) || p.NumberReturned == 0 {
				t.Fatalf("%s: a page says %d of %d, want of %d", path, p.NumberReturned, p.NumberMatched, matched)
			}
			for _, f := range p.Features {
				if f.Properties.Code != passing {
					ids = append(ids, f.ID)
				}
			}
			if path = p.Next; passing == "" {
				passing = fmt.Sprint("passing", n)
				f := create(city.Project, passing, orb.Point{121.39, 31.23}, geo.Properties{"name": passing, "district": "310105", "goal_outcome": city.GoalDone})
				s.reach(apply(t, s.store, f).Cursor)
				matched++
			}
		}
		if len(ids) != len(all.Features) || !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(all.Features) {
			t.Errorf("%s: pages with %v, want %d features", query, ids, len(all.Features))
		}
		r := apply(t, s.store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: lookup(t, s.store, city.Project, passing)}})
		s.reach(r.Cursor)
	}
}

func TestTiles(t *testing.T) {
	s := start(t, openStore(t), setting{})
	const path = "/tiles/project/11/1714/836.mvt"
	first := s.get(path)
	if first.status != 200 || len(first.body) == 0 || first.header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
		t.Fatalf("status %d with %d bytes, %v", first.status, len(first.body), first.header)
	}
	empty := s.get("/tiles/project/11/0/0.mvt")
	if empty.status != http.StatusNoContent || len(empty.body) != 0 || empty.header.Get("Yiping-Cursor") == "" {
		t.Errorf("an empty tile: status %d, %v", empty.status, empty.header)
	}
	p2 := lookup(t, s.store, city.Project, "P2")
	r := apply(t, s.store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: p2}})
	s.reach(r.Cursor)
	after := s.get(path, "If-None-Match", first.header.Get("ETag"), "Yiping-Min-Cursor", string(r.Cursor))
	if after.status != 200 || string(after.body) == string(first.body) {
		t.Errorf("after a feature went: status %d", after.status)
	}
}

func TestReadyWhileTheStoreIsAway(t *testing.T) {
	store := &flaky{Store: openStore(t)}
	s := start(t, store, setting{})
	type ready struct {
		Status string
		Detail geo.Text
		Store  struct{ Store string }
	}
	if r := decode[ready](t, s.get("/readyz")); r.Status != "ok" || r.Store.Store != "ok" {
		t.Errorf("ready %+v", r)
	}
	store.away(true)
	until(t, func() bool { return s.follower.Health().Away })
	g := s.get("/readyz")
	if r := decode[ready](t, g); g.status != 200 || r.Status != "degraded" || r.Store.Store != "away" || r.Detail.ZH == "" || r.Detail.EN == "" {
		t.Errorf("status %d, %+v", g.status, r)
	}
	if g := s.get("/api/overview"); g.status != 200 {
		t.Errorf("the last snapshot is not served: status %d", g.status)
	}
	store.away(false)
	until(t, func() bool { return !s.follower.Health().Away })
}

func TestMetrics(t *testing.T) {
	s := start(t, openStore(t), setting{configure: func(c *api.Config) { c.Warm = func() bool { return true } }})
	for range 3 {
		s.get("/tiles/project/11/1714/836.mvt")
	}
	s.get("/tiles/nosuch/11/1714/836.mvt")
	s.get("/api/overview")
	s.get("/api/nothing")
	body := string(s.get("/metrics").body)
	for _, want := range []string{
		`yiping_http_requests_total{code="200",route="tile"} 3`,
		`yiping_http_requests_total{code="200",route="overview"} 1`,
		`yiping_http_requests_total{code="404",route="web"} 1`,
		`yiping_http_requests_total{code="404",route="tile"} 1`, `yiping_http_requests_total{code="304",route="tile"} 0`,
		`yiping_http_request_seconds_count{route="tile"} 4`, `yiping_http_request_seconds_bucket{route="tile",le="+Inf"} 4`,
		"yiping_tile_cache_hits_total 2", "yiping_tile_cache_misses_total 1", "yiping_tiles_warm 1",
		`yiping_snapshot_features{layer="project"} 5`,
		"yiping_store_away 0", "yiping_live_listeners 0", "yiping_snapshot_revision", "yiping_snapshot_age_seconds",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no line %s", want)
		}
	}
}

func TestAccessLog(t *testing.T) {
	s := start(t, openStore(t), setting{})
	s.get("/api/overview?district=310105")
	until(t, func() bool { return strings.Contains(s.log.String(), "route=overview") })
	line := s.log.String()
	if !strings.Contains(line, "status=200") || !strings.Contains(line, `path="/api/overview?district=310105"`) {
		t.Errorf("log %s", line)
	}
	if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
		t.Errorf("the log is not clean: %s", line)
	}
}

// A defect of ours, here a service wired without hub and tiles, is a problem
// document and a line in the log, and the next request is answered.
func TestPanicIsAProblem(t *testing.T) {
	log := &logBuffer{}
	store := openStore(t)
	f := live.NewFollower(store, live.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	defer func() {
		cancel()
		<-done
	}()
	if err := f.WaitFor(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	h, err := api.New(api.Config{Follower: f, Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/tiles/project/1/1/1.mvt", "/api/live"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		p := decode[problem](t, got{w.Code, w.Header(), w.Body.Bytes()})
		if w.Code != 500 || p.Type != "urn:yiping:problem:internal" || strings.Contains(w.Body.String(), "nil pointer") {
			t.Errorf("%s: status %d, %+v", path, w.Code, p)
		}
		if !strings.Contains(log.String(), path) || !strings.Contains(log.String(), "nil pointer") {
			t.Errorf("%s: the log says %s", path, log)
		}
	}
}

func TestConfigThatCannotBe(t *testing.T) {
	for _, base := range []string{"yiping", "/a?b", "/{x}"} {
		if _, err := api.New(api.Config{BasePath: base}); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("base path %q: %v, want code invalid", base, err)
		}
	}
}

// Answers made while edits land must be whole: an overview's counts add up and
// agree with its cursor's features.
func TestReadsDuringEdits(t *testing.T) {
	s := start(t, openStore(t), setting{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 60 {
			apply(t, s.store, create(city.Project, "N"+strconv.Itoa(n), nil, geo.Properties{"name": "新", "district": "310105", "level": "区属"}))
		}
	}()
	type over struct {
		Counts map[string]int
		Total  int
		Levels []struct{ Total int }
	}
	last := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		o := decode[over](t, s.get("/api/overview?district=310105"))
		sum, levels := 0, 0
		for _, n := range o.Counts {
			sum += n
		}
		for _, l := range o.Levels {
			levels += l.Total
		}
		if sum != o.Total || levels != o.Total || o.Total < last {
			t.Fatalf("counts %d, levels %d, total %d after %d", sum, levels, o.Total, last)
		}
		last = o.Total
		if g := s.get("/tiles/project/11/1714/836.mvt"); g.status != 200 {
			t.Fatalf("tile: status %d", g.status)
		}
	}
}

func TestStyleNamesWhatTheTilesCarry(t *testing.T) {
	s := start(t, openStore(t), setting{})
	var style struct {
		Version int
		Sources map[string]struct{ URL string }
		Layers  []struct {
			ID, Type    string
			Source      string
			SourceLayer string `json:"source-layer"`
			Layout      map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(s.get("/style.json").body, &style); err != nil {
		t.Fatal(err)
	}
	var tj struct {
		TileJSON string
		Vector   []struct{ ID string } `json:"vector_layers"`
	}
	url := strings.TrimPrefix(style.Sources["yiping"].URL, s.URL)
	if err := json.Unmarshal(s.get(url).body, &tj); err != nil {
		t.Fatal(err)
	}
	carried := map[string]bool{}
	for _, v := range tj.Vector {
		carried[v.ID] = true
	}
	seen := map[string]bool{}
	for _, l := range style.Layers {
		if seen[l.ID] {
			t.Errorf("layer %s is there twice", l.ID)
		}
		seen[l.ID] = true
		if l.Type != "background" && (l.Source != "yiping" || !carried[l.SourceLayer]) {
			t.Errorf("layer %s draws %s of %s, which no tile carries", l.ID, l.SourceLayer, l.Source)
		}
	}
	if style.Version != 8 || tj.TileJSON != "3.0.0" || len(style.Layers) < 20 {
		t.Errorf("style %d with %d layers, TileJSON %s", style.Version, len(style.Layers), tj.TileJSON)
	}
}

// until waits for what other goroutines bring about.
func until(t *testing.T, done func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("it did not come about in %s", patience)
		}
	}
}
