package api

import (
	"cmp"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"yiping/api/ogc"
	"yiping/geo"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/tiles/archive"
	"yiping/tiles/raster"
	"yiping/tiles/tileset"
)

// Config names what the service answers from. Store, Follower, Hub and Tiles are
// needed, the rest has useful zeroes.
type Config struct {
	// Store is where history is read and what is entered goes.
	Store    geo.Store
	Follower *live.Follower
	Hub      *live.Hub
	Tiles    *tileset.Tileset
	// Boards are told of each snapshot by the follower; nil computes the sums of
	// each anew when they are first asked for.
	Boards *Boards
	// Archives keeps the tiles of districts in files; nil: none are served.
	Archives *archive.Keeper
	// Names are short names of districts in addresses, by their code.
	Names map[string]string
	// Web holds the built pages, index.html at its root; nil serves none.
	Web fs.FS
	// BasePath is the path the service lives under, like /yiping; "" is the root.
	BasePath string
	// PublicURL is scheme://host[:port] as clients see it; "" takes each
	// request's own.
	PublicURL string
	// FrameAncestors are the origins that may frame the pages, as in CSP; ""
	// means 'self'.
	FrameAncestors string
	// Closed closes reading to all who did not sign in; else what no layer closes
	// is open to everybody.
	Closed bool
	// RequireMatch refuses changes of features without If-Match.
	RequireMatch bool
	// TrustedProxies are those whose word counts on who asks, and by TLS or not.
	TrustedProxies []netip.Prefix
	// Gateway lets a gateway among them say who asks; nil: none may.
	Gateway *Gateway
	// OIDC lets users sign on at a provider; nil: only here.
	OIDC *OIDC
	// TileAge is how long caches on the way may keep a tile without asking, and as
	// long again while they ask; under a second they always ask.
	TileAge time.Duration
	// Warm reports whether the tiles have been drawn that are drawn before they are
	// asked for; nil: none are.
	Warm    func() bool
	Version string
	Logger  *slog.Logger // nil discards
	// Heartbeat is the pause between signs of life on a live stream; 0 means 15 s.
	Heartbeat time.Duration
	// Streams is how many live streams and long polls a user, a token, or an address
	// without either, may have open at a time; 0 is no limit.
	Streams int
	// Patience is how long a request waits for the cursor it asks for, and a write
	// until this node shows it; 0 means 1 s. Making is how long one waits for an
	// archive that is not there yet; 0 means 20 s, less than what proxies allow for
	// an answer.
	Patience, Making time.Duration
}

type server struct {
	Config
	router   *mux.Router
	metrics  *metrics
	tileAge  tileAge
	memo     memo
	days     otherDays
	seals    seals
	tokens   remembered[geo.Token]
	sessions remembered[signedIn]
	vouched  remembered[geo.User]
	provider provider
	moments  moments
	streams  streams
	sights   atomic.Pointer[sights]
	views    shelf[viewed, *snapshot.Snapshot]
	web      *site
	// features answers as OGC API; born tells this process from others.
	features *ogc.Service
	readOGC  http.HandlerFunc
	lists    snapshot.Lists               // for pages of features
	font     func() (*raster.Font, error) // looks for one once
	drawing  turn                         // held while pixels are drawn: a large picture takes hundreds of MB
	born     string
}

// New makes the handler of the whole service. It fails when the pages cannot
// be read or the base path is not one.
func New(c Config) (http.Handler, error) {
	c.BasePath = strings.TrimSuffix(c.BasePath, "/")
	if c.BasePath != "" && (!strings.HasPrefix(c.BasePath, "/") || strings.ContainsAny(c.BasePath, "?#{}")) {
		return nil, &geo.Error{Code: geo.Invalid, Field: "base-path", Message: "“" + c.BasePath + "” is not a path", Mend: "give one like /yiping"}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Heartbeat = cmp.Or(c.Heartbeat, 15*time.Second)
	c.Patience = cmp.Or(c.Patience, time.Second)
	c.Making = cmp.Or(c.Making, 20*time.Second)
	if c.FrameAncestors == "" {
		c.FrameAncestors = "'self'"
	}
	if c.Gateway != nil && len(c.TrustedProxies) == 0 {
		return nil, &geo.Error{Code: geo.Invalid, Field: "auth-header", Message: "whoever reaches the service could say to be anybody", Mend: "name the gateways that may with --trusted-proxies"}
	}
	if c.Boards == nil {
		c.Boards = &Boards{}
	}
	s := &server{Config: c, days: newOtherDays(), drawing: newTurn(), tileAge: newTileAge(c.TileAge)}
	web, err := newSite(c.Web, contentPolicy(c.FrameAncestors))
	if err != nil {
		return nil, err
	}
	s.web = web
	s.features, s.born = ogc.New(c.Version), strconv.FormatInt(time.Now().UnixNano(), 36)
	s.font = sync.OnceValues(raster.FindFont)
	s.metrics = newMetrics(s)
	s.readOGC = s.observe("ogc", s.ogc)
	s.router = s.routes()
	return s, nil
}

// Server gives an http.Server for the handler with the time limits that suit it.
// How long writing may take is for Listener to say, since streams never end.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10, ConnContext: withConnection}
}

// resource answers a query with a value to be written as JSON, or with an
// *reply of its own media type.
type resource func(*query) (any, error)

// route is one line of the table of routes.
type route struct {
	name   string // in metrics and log
	path   string
	params []string
	handle http.HandlerFunc // set for what is not a resource
	answer resource
	once   bool // not remembered: no two requests are alike
}

// timed adds the parameters of the two clocks.
func timed(params ...string) []string { return append(params, clocks...) }

func (s *server) table() []route {
	return []route{
		{name: "districts", path: "/api/districts", params: timed(), answer: districts},
		{name: "overview", path: "/api/overview", params: timed("district", "town", "level", "category", "unit"), answer: s.overview},
		{name: "features", path: "/api/features/{layer}", params: timed("district", "town", "level", "category", "unit", "light", "bbox", "filter", "filter-lang", "limit", "after"), answer: features},
		{name: "feature", path: "/api/features/{layer}/{id}", params: timed(), answer: feature},
		{name: "alerts", path: "/api/alerts", params: timed("district", "level", "limit", "after"), answer: alerts},
		{name: "lights", path: "/api/lights", params: timed("layers", "district"), answer: lights},
		{name: "warnings", path: "/api/warnings", params: timed("district", "town", "unit", "layer", "level", "state", "limit", "after"), answer: warnings},
		{name: "warning", path: "/api/warnings/{layer}/{id}", params: timed(), answer: warningsOf},
		{name: "indicators", path: "/api/indicators", params: timed("district", "code", "task", "panel"), answer: s.indicators},
		{name: "tasks", path: "/api/tasks", params: timed("district", "light"), answer: s.tasks},
		{name: "log", path: "/api/log/{layer}/{id}", params: []string{"limit"}, answer: s.log, once: true},
		{name: "problems", path: "/api/problems", params: timed("district", "town", "unit", "stage", "light", "limit", "after"), answer: problems},
		{name: "nearby", path: "/api/nearby", params: timed("lon", "lat", "crs", "layers", "k", "radius", "filter", "filter-lang", "light", "district", "level", "category"), answer: nearby, once: true},
		{name: "layers", path: "/api/layers", answer: layers},
		{name: "history", path: "/api/history", params: timed("district", "level"), answer: history},
		{name: "findings", path: "/api/reports/findings", params: timed(findingsParameters...), answer: s.reportFindings},
		{name: "reports", path: "/api/reports/{layer}/{id}", params: timed(), answer: s.reportsOf},
		{name: "periods", path: "/api/periods", params: timed(periodsParameters...), answer: periods},
		{name: "map", path: "/api/map.svg", params: timed(mapParameters...), answer: s.mapSVG},
		{name: "picture", path: "/api/map.png", params: timed(append([]string{"scale"}, mapParameters...)...), answer: s.mapPNG},
		{name: "bulletin", path: "/api/bulletin", params: []string{"district", "month", "format"}, answer: s.bulletin, once: true},
		{name: "tilejson", path: "/tiles/{layers}.json", params: tileParameters, answer: tileJSON},
		{name: "style", path: "/style.json", params: []string{"district"}, answer: style},
		{name: "archives", path: archivesPath, answer: s.archives, once: true},
		{name: "archive", path: archivesPath + "/{name}" + archiveSuffix, handle: s.archive},
		{name: "ogc", path: ogcPath, handle: s.ogc},
		{name: "ogc", path: ogcPath + "/{path:(?s:.*)}", handle: s.ogc},
		{name: "openapi", path: openAPIPath, answer: s.openAPI},
		{name: "live", path: "/api/live", handle: s.live},
		{name: "changes", path: "/api/changes", handle: s.changes},
		{name: "tile", path: "/tiles/{layers}/{z}/{x}/{y}.mvt", handle: s.tile},
		{name: "healthz", path: "/healthz", handle: s.healthz},
		{name: "readyz", path: "/readyz", handle: s.readyz},
		{name: "metrics", path: "/metrics", handle: s.measures},
	}
}

func (s *server) routes() *mux.Router {
	m := mux.NewRouter().SkipClean(true)
	for _, r := range s.table() {
		h := r.handle
		if r.answer != nil {
			h = s.resource(r)
		}
		m.Handle(s.BasePath+r.path, s.observe(r.name, h)).Methods(http.MethodGet, http.MethodHead)
	}
	for _, wr := range writings() {
		m.Handle(s.BasePath+wr.path, s.observe(wr.name, s.write(wr))).Methods(wr.method)
	}
	for _, a := range accounts() {
		methods := []string{a.method}
		if a.method == http.MethodGet && !strings.HasPrefix(a.path, oidcPath) { // a sign-on is begun and ended by who follows it alone
			methods = append(methods, http.MethodHead)
		}
		m.Handle(s.BasePath+a.path, s.observe(a.name, s.account(a))).Methods(methods...)
	}
	for _, path := range []string{itemsPath, itemPath} {
		m.Handle(s.BasePath+path, s.observe("options", s.options)).Methods(http.MethodOptions)
	}
	m.MethodNotAllowedHandler = s.observe("405", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, methodNotAllowed(r.Method, s.allowed(r)))
	})
	m.NotFoundHandler = s.observe("web", s.page)
	return m
}

// ServeHTTP answers any request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor > 1 {
		onStream(w, stall, func(w http.ResponseWriter) { s.dispatch(w, r) })
		return
	}
	s.dispatch(w, r)
}

// dispatch sends tiles, nine requests in ten, and what is read by OGC API past the
// router.
func (s *server) dispatch(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, s.BasePath); ok && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		if tile, ok := strings.CutPrefix(path, "/tiles/"); ok && strings.HasSuffix(tile, ".mvt") {
			s.fastTile(w, r, tile, false)
			return
		}
		if strings.HasPrefix(path, ogcPath+"/") {
			s.readOGC(w, r)
			return
		}
	}
	s.router.ServeHTTP(w, override(r))
}

// resource makes a handler that answers from one snapshot, remembers answers
// while the snapshot is current, and translates errors.
func (s *server) resource(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		values, err := parameters(r, rt.params)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		k, err := s.look(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		k.private(w.Header())
		q, err := s.query(r, k, values)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		stamp(w.Header(), q.snap.Cursor(), q.snap.Revision())
		a, err := s.answer(rt, q)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		a.write(w, r)
	}
}

// query makes the question of a request: the snapshot that its clock shows, and
// its parameters.
func (s *server) query(r *http.Request, k look, values url.Values) (*query, error) {
	values.Del(minCursor)
	c, err := clockOf(values, time.Now())
	if err != nil {
		return nil, err
	}
	snap, past, err := s.at(r.Context(), k, c)
	if err != nil {
		return nil, err
	}
	server, _ := s.Store.(geo.LayerServer)
	return &query{ctx: r.Context(), look: k, lists: &s.lists, server: server, snap: snap, current: s.through(k, k.whole, nil), past: past, clock: c, vars: mux.Vars(r), values: values,
		path: r.URL.Path, base: s.BasePath, origin: s.origin(r)}, nil
}

// answer remembers what a question is answered with, unless the route says that it
// is not worth it. What is seen by other clocks is remembered while the snapshot
// is current that it is seen from.
func (s *server) answer(rt route, q *query) (*reply, error) {
	if !rt.once {
		key := q.origin + q.path + "?" + q.values.Encode()
		if q.past != nil { // of layers that are there no more each sees what it was declared to see
			key = q.look.who + "\n" + key
		}
		return s.memo.get(q.look.whole, q.look.Key+"\n"+key, func() (*reply, error) { return run(rt.answer, q) })
	}
	a, err := run(rt.answer, q)
	if err == nil {
		a.zipFrom = gzipOnceFrom
	}
	return a, err
}

func run(answer resource, q *query) (*reply, error) {
	v, err := answer(q)
	if err != nil {
		return nil, err
	}
	if a, ok := v.(*reply); ok {
		return a, nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return newReply(typeJSON, raw), nil
}

// snapshot gives the current snapshot with all layers, having waited for the
// cursor the request asks for; what of it may be answered look knows.
func (s *server) snapshot(r *http.Request) (*snapshot.Snapshot, error) {
	if s.Follower.Current() == nil {
		return nil, notLoaded()
	}
	if err := s.reach(r); err != nil {
		return nil, err
	}
	return s.Follower.Current(), nil
}

// reach waits for the cursor a request asks for.
func (s *server) reach(r *http.Request) error {
	name := "Yiping-Min-Cursor"
	want := r.Header.Get(name)
	if want == "" && r.URL.RawQuery != "" && strings.Contains(r.URL.RawQuery, minCursor) {
		name, want = minCursor, r.URL.Query().Get(minCursor)
	}
	if want == "" {
		return nil
	}
	if c := geo.Cursor(want); !s.Store.Covers(c, c) { // a cursor covers itself, and what is none covers nothing
		return badParameter(name, detailf("“%s”不是本服务给出的位置；应为答复头 Yiping-Cursor 的值", "“%s” is no cursor of this service; give what an answer had as Yiping-Cursor", shorten(want)))
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.Patience)
	defer cancel()
	if s.Follower.WaitFor(ctx, geo.Cursor(want)) != nil {
		return behind()
	}
	return nil
}

func (s *server) origin(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/") + s.BasePath
	}
	return s.originOf(r) + s.BasePath
}

// stamp says which state of the data the answer speaks of. A picture of the past
// is at no cursor.
func stamp(h http.Header, cursor geo.Cursor, revision uint64) {
	if cursor == "" {
		return
	}
	h["Yiping-Cursor"] = []string{string(cursor)}
	h["Yiping-Revision"] = []string{utoa(revision)}
}
