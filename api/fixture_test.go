package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/tiles/archive"
	"yiping/tiles/tileset"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// patience bounds every wait of these tests; nothing asserts how long it took.
const patience = 2 * time.Minute

// service is the whole machine over a store, as cmd wires it.
type service struct {
	*httptest.Server
	t        *testing.T
	store    geo.Store
	follower *live.Follower
	hub      *live.Hub
	log      *logBuffer
	handler  http.Handler
	witness  *witness
	base     string // URL with base path
}

type setting struct {
	basePath   string
	heartbeat  time.Duration
	minBackoff time.Duration
	buffer     int
	unloaded   bool // the follower does not run
	configure  func(*api.Config)
}

func start(t *testing.T, store geo.Store, set setting) *service {
	t.Helper()
	s := &service{t: t, store: store, log: &logBuffer{}}
	logger := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	server, _ := store.(geo.LayerServer)
	ts := tileset.New(tileset.Options{Server: server})
	s.hub = live.NewHub(store.Covers, live.HubOptions{Buffer: set.buffer})
	boards := &api.Boards{}
	publish := func(n *snapshot.Snapshot, d snapshot.Delta) {
		ts.Publish(n, d)
		boards.Publish(n, d)
	}
	s.follower = live.NewFollower(store, live.Options{Publish: publish, Hub: s.hub, Logger: logger,
		MinBackoff: max(set.minBackoff, time.Millisecond), MaxBackoff: 50 * time.Millisecond})
	keeper, err := archive.NewKeeper(archive.KeeperOptions{Dir: t.TempDir(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := keeper.Close(); err != nil {
			t.Error(err)
		}
	})
	c := api.Config{Store: store, Follower: s.follower, Hub: s.hub, Tiles: ts, Boards: boards, Archives: keeper, Names: map[string]string{"310107": "putuo"},
		Web: pages(), BasePath: set.basePath, Logger: logger, Version: "test", Heartbeat: set.heartbeat,
		Patience: patience, Making: patience} // a busy machine takes longer than users would wait
	if set.configure != nil {
		set.configure(&c)
	}
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = handler
	s.witness = &witness{Handler: handler, t: t}
	s.Server = httptest.NewUnstartedServer(s.witness)
	s.Server.Listener, s.Server.Config = api.Listener(s.Server.Listener), api.Server("", s.witness)
	s.Server.Start()
	s.base = s.URL + set.basePath
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	if !set.unloaded {
		wg.Go(func() {
			if err := s.follower.Run(ctx); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		s.hub.Close()
		s.Close()
		cancel()
		wg.Wait()
	})
	if !set.unloaded {
		s.reach("")
	}
	return s
}

func pages() fstest.MapFS {
	return fstest.MapFS{
		"field.html":          {Data: []byte("<!doctype html><title>外勤</title>")},
		"index.html":          {Data: []byte("<!doctype html><title>一屏</title>" + strings.Repeat("<p>屏", 600))},
		"api/docs.html":       {Data: []byte("<!doctype html><title>接口文档</title>")},
		"field-worker.js":     {Data: []byte("const shell = {};")},
		"assets/main-abc1.js": {Data: []byte("export {}")},
	}
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func square(west, south, side float64) orb.Polygon {
	return orb.Polygon{{{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}, {west, south}}}
}

func create(layer geo.LayerID, code string, g orb.Geometry, p geo.Properties) geo.Edit {
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: layer, Code: code, Geometry: g, Properties: p}}
}

func setDate(code string, d geo.Date, live bool) geo.Edit {
	return geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: code, Date: d, Live: live}}
}

func figureLayer() geo.Layer {
	text := func(name string) geo.Field {
		return geo.Field{Name: name, Title: geo.Text{ZH: name}, Type: geo.TextField}
	}
	return geo.Layer{ID: "figure", Title: geo.Text{ZH: "文件数字", EN: "Figures"}, Geometry: geo.NoGeometry, Label: "name",
		Fields: []geo.Field{text("name"), text("district"), text("value"), {Name: "number", Title: geo.Text{ZH: "数值"}, Type: geo.FloatField},
			text("unit"), text("period"), text("source"), text("section"), {Name: "panel", Title: geo.Text{ZH: "左栏次序"}, Type: geo.IntField}}}
}

var lastOf2022 = geo.NewDate(2022, 12, 31)

// fill makes a small city: two districts, a town, projects of every light, a
// river section with a sample, and two figures of a document.
func fill(t testing.TB, store geo.Store) {
	t.Helper()
	var declare []geo.Edit
	for _, l := range append(city.Layers(), figureLayer()) {
		declare = append(declare, geo.Edit{Op: geo.Declare, Layer: l})
	}
	apply(t, store, declare...)
	apply(t, store,
		create(city.District, "310105", square(121.35, 31.18, 0.1), geo.Properties{"name": "长宁区"}),
		create(city.District, "310107", square(121.35, 31.30, 0.1), geo.Properties{"name": "普陀区"}),
		create(city.Town, "310105001", square(121.35, 31.18, 0.05), geo.Properties{"name": "新泾镇"}),
		setDate("310105", lastOf2022, false), setDate("310107", geo.NewDate(2022, 9, 15), false))
	project := func(code string, g orb.Geometry, p geo.Properties) geo.Edit {
		p["name"] = "项目" + code
		return create(city.Project, code, g, p)
	}
	apply(t, store,
		project("P1", orb.Point{121.36, 31.19}, geo.Properties{"level": "区属", "category": "市政", "unit": "区建管委", "goal_outcome": city.GoalDone, "outcome_date": lastOf2022, "investment": 2.5}),
		project("P2", orb.Point{121.41, 31.25}, geo.Properties{"level": "区属", "category": "绿化", "unit": "区绿化局", "goal_outcome": city.GoalFailed, "outcome_date": geo.NewDate(2022, 10, 20), "reason": "征收未完成 & <待批>"}),
		project("P3", orb.LineString{{121.37, 31.2}, {121.44, 31.27}}, geo.Properties{"level": "区属", "category": "市政"}),
		project("P4", square(121.40, 31.19, 0.01), geo.Properties{"level": "市属", "category": "市政"}),
		project("P5", orb.Point{121.36, 31.31}, geo.Properties{"level": "区属", "category": "市政", "goal_outcome": city.GoalBehind}))
	report := func(of geo.ID, layer geo.LayerID, d geo.Date, p geo.Properties) geo.Edit {
		return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: layer, Feature: of, Date: d, Properties: p}}
	}
	river := apply(t, store, create(city.RiverSection, "R1", orb.LineString{{121.36, 31.21}, {121.44, 31.22}}, geo.Properties{"name": "新泾港", "target_class": "Ⅲ"}))
	p3 := lookup(t, store, city.Project, "P3")
	apply(t, store,
		report(p3, city.Project, geo.NewDate(2022, 11, 30), geo.Properties{"planned_progress": 60.0, "actual_progress": 58.0}),
		report(p3, city.Project, lastOf2022, geo.Properties{"planned_progress": 100.0, "actual_progress": 92.5}),
		report(river.IDs[0], city.RiverSection, lastOf2022, geo.Properties{"water_class": "Ⅴ"}),
		create("figure", "CN-1", nil, geo.Properties{"name": "架空线入地", "district": "310105", "value": "20", "number": 20.0, "unit": "公里", "period": "2022", "source": "报告", "section": "二（一）", "panel": int64(2)}),
		create("figure", "CN-2", nil, geo.Properties{"name": "总投资", "district": "310105", "value": "329", "number": 329.0, "unit": "亿元", "panel": int64(1)}),
		create("figure", "CN-3", nil, geo.Properties{"name": "不上屏", "district": "310105", "value": "1"}),
		create("indicator", "CN-1", nil, geo.Properties{"name": "架空线入地", "district": "310105", "kind": "填报", "stated_text": "20", "stated": 20.0, "unit": "公里", "period": "2022", "source": "报告", "section": "二（一）", "panel": int64(2)}),
		create("indicator", "CN-2", nil, geo.Properties{"name": "总投资", "district": "310105", "kind": "填报", "stated_text": "329", "stated": 329.0, "unit": "亿元", "panel": int64(1)}),
		create("indicator", "CN-3", nil, geo.Properties{"name": "不上屏", "district": "310105", "kind": "填报", "stated_text": "1"}))
	fillRegister(t, store)
}

func apply(t testing.TB, s geo.Store, edits ...geo.Edit) geo.Result {
	t.Helper()
	r, err := s.Apply(t.Context(), geo.Batch{Actor: "test", Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lookup(t testing.TB, s geo.Store, layer geo.LayerID, code string) geo.ID {
	t.Helper()
	refs, err := s.Lookup(t.Context(), layer, []string{code})
	if err != nil {
		t.Fatal(err)
	}
	return refs[code].ID
}

// named puts the id of a feature in the place of its code in braces.
func (s *service) named(path string) string {
	s.t.Helper()
	before, rest, ok := strings.Cut(path, "{")
	code, after, _ := strings.Cut(rest, "}")
	if !ok {
		return path
	}
	layer := strings.TrimSuffix(before[strings.LastIndex(strings.TrimSuffix(before, "/"), "/")+1:], "/")
	return fmt.Sprint(before, lookup(s.t, s.store, geo.LayerID(layer), code), after)
}

// reach waits until the service shows the cursor, however busy the machine.
func (s *service) reach(c geo.Cursor) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.follower.WaitFor(ctx, c); err != nil {
		s.t.Fatal(err)
	}
}

// got is an answer with its body read and decoded.
type got struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request; header is pairs of name and value. The client adds no
// Accept-Encoding of its own.
func (s *service) ask(method, path string, header ...string) got {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	if r.Header.Get("Accept-Encoding") == "" {
		r.Header.Set("Accept-Encoding", "identity")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return got{res.StatusCode, res.Header, body}
}

func (s *service) get(path string, header ...string) got {
	s.t.Helper()
	return s.ask(http.MethodGet, path, header...)
}

func (g got) unzip(t *testing.T) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(g.body))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// decode reads the body into v.
func decode[V any](t *testing.T, g got) V {
	t.Helper()
	var v V
	if err := json.Unmarshal(g.body, &v); err != nil {
		t.Fatalf("%v in %s", err, g.body)
	}
	return v
}

// moments are those at which something was recorded or answered.
var moments = regexp.MustCompile(`"(recorded|timeStamp)":"[^"]+"`)

// golden compares a JSON body, laid out for reading, with testdata/name.json.
// What differs from run to run is named instead.
func (s *service) golden(t *testing.T, name string, g got) {
	t.Helper()
	text := strings.ReplaceAll(string(g.body), s.URL, "http://HOST")
	if c := g.header.Get("Yiping-Cursor"); c != "" {
		quoted, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, string(quoted), `"CURSOR"`)
	}
	text = moments.ReplaceAllString(text, `"$1":"TIME"`)
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		t.Fatalf("%v in %s", err, g.body)
	}
	out.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("the body differs from %s (rewrite with -update):\n%s", path, out.Bytes())
	}
}

func mustURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
