package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/seeds"
	"yiping/tiles/archive"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
	"yiping/web"
)

// drain is how long requests in flight may take after a stop.
const drain = 10 * time.Second

type serveOptions struct {
	store, listen, seed                 string
	create                              bool
	basePath, publicURL, frameAncestors string
	signOn                              signOnOptions
	tlsCert, tlsKey, redirectHTTP       string
	cacheMB                             int
	tileMaxAge                          time.Duration
	requireMatch                        bool
	streams                             int
	archiveDir                          string
	archiveMB                           int
	logFormat                           string
	logLevel                            slog.Level
}

func serveCommand(p *program, fs *flag.FlagSet) action {
	var o serveOptions
	url, create := storeFlag(fs), createFlag(fs)
	fs.StringVar(&o.listen, "listen", ":8080", "`ADDR` to listen on; port 0 takes a free one")
	fs.StringVar(&o.tlsCert, "tls-cert", "", "`FILE` with the certificate and its chain as PEM: serves HTTPS with HTTP/2; read again when it changes, and on SIGHUP")
	fs.StringVar(&o.tlsKey, "tls-key", "", "`FILE` with the key of --tls-cert as PEM")
	fs.StringVar(&o.redirectHTTP, "redirect-http", "", "`ADDR` where plain HTTP is sent on to HTTPS, like :80")
	fs.StringVar(&o.seed, "seed", "all", "`LIST` of districts to load into an empty store: changning,putuo,chongming,cangshan | all | none")
	fs.StringVar(&o.basePath, "base-path", "", "`PATH` the service lives under, like /yiping")
	fs.StringVar(&o.publicURL, "public-url", "", "`URL` as clients see it; each request's own if not given")
	fs.StringVar(&o.frameAncestors, "frame-ancestors", "", "`ORIGINS` that may frame the pages; the service's own if not given")
	o.signOn.declare(fs)
	fs.IntVar(&o.cacheMB, "cache-mb", 0, "`MB` of tiles kept; 0 is the built-in bound")
	fs.BoolVar(&o.requireMatch, "require-if-match", false, "refuse changes of features by OGC API without the header If-Match")
	fs.DurationVar(&o.tileMaxAge, "tile-max-age", 0, "`TIME`, like 30s, that a CDN or browser may keep a tile without asking, and as long again while it asks; the screens always ask")
	fs.IntVar(&o.streams, "streams-per-client", 1000, "`N` live streams and long polls that a user, a token, or an address without either, may have open at a time; 0 is no limit")
	fs.StringVar(&o.archiveDir, "archive-dir", "", "`DIR` for the tile archives that are served; beside other temporary files if not given")
	fs.IntVar(&o.archiveMB, "archive-mb", 0, "`MB` of tile archives kept; 0 is the built-in bound")
	fs.StringVar(&o.logFormat, "log-format", "text", "`text|json`")
	fs.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "`debug|info|warn|error`")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if (o.tlsCert == "") != (o.tlsKey == "") {
			return usage("--tls-cert and --tls-key go together")
		}
		if o.streams < 0 {
			return usage("--streams-per-client is 0 or more")
		}
		if o.redirectHTTP != "" && o.tlsCert == "" {
			return usage("--redirect-http wants --tls-cert and --tls-key")
		}
		o.store, o.create = *url, *create
		logger, err := p.logger(o)
		if err != nil {
			return err
		}
		s, err := newService(ctx, o, logger)
		if err != nil {
			return err
		}
		if err := p.firstAdmin(ctx, s.store); err != nil {
			return errors.Join(err, s.front.close(), s.store.Close())
		}
		return s.run(ctx, func(url string) { fmt.Fprintln(p.out, servesAt+url) })
	}
}

func (p *program) logger(o serveOptions) (*slog.Logger, error) {
	h := &slog.HandlerOptions{Level: o.logLevel}
	switch o.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(p.err, h)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(p.err, h)), nil
	}
	return nil, usage("--log-format must be text or json")
}

// service is everything that serves, wired together.
type service struct {
	options  serveOptions
	store    geo.Store
	hub      *live.Hub
	follower *live.Follower
	tiles    *tileset.Tileset
	archives *archive.Keeper
	handler  http.Handler
	front    *front
	logger   *slog.Logger
	warmed   atomic.Bool // warm has ended
}

// newService opens the store and listens, so that both fail before anything is
// changed; then it seeds an empty store.
func newService(ctx context.Context, o serveOptions, logger *slog.Logger) (*service, error) {
	if o.seed != "none" {
		if _, err := seeds.Jobs(districtIDs(o.seed)...); err != nil {
			return nil, err
		}
	}
	front, err := newFront(ctx, o, logger)
	if err != nil {
		return nil, err
	}
	store, err := openStore(ctx, o.store, o.create)
	if err != nil {
		return nil, errors.Join(err, front.close())
	}
	s := &service{options: o, store: store, front: front, logger: logger}
	if err = s.wire(); err == nil {
		err = s.seedEmpty(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, front.close(), s.close())
	}
	return s, nil
}

func (s *service) wire() error {
	server, _ := s.store.(geo.LayerServer) // nil: the store has none
	s.tiles = tileset.New(tileset.Options{Server: server, CacheBytes: int64(s.options.cacheMB) << 20})
	s.hub = live.NewHub(s.store.Covers, live.HubOptions{})
	boards := &api.Boards{}
	s.follower = live.NewFollower(s.store, live.Options{
		Publish: func(n *snapshot.Snapshot, d snapshot.Delta) {
			s.tiles.Publish(n, d)
			boards.Publish(n, d)
		},
		Touched: s.tiles.Touched, Hub: s.hub, Logger: s.logger,
	})
	var pages fs.FS
	if web.Built() {
		pages = web.Dist()
	} else {
		s.logger.Warn("the pages are not built into this program; make builds them")
	}
	names := map[string]string{}
	for _, d := range seeds.Districts() {
		names[d.Code] = d.ID
	}
	var err error
	s.archives, err = archive.NewKeeper(archive.KeeperOptions{Dir: s.options.archiveDir, MaxBytes: int64(s.options.archiveMB) << 20, Logger: s.logger})
	if err != nil {
		return err
	}
	config := api.Config{
		Store: s.store, Follower: s.follower, Hub: s.hub, Tiles: s.tiles, Boards: boards, Archives: s.archives, Names: names, Web: pages, Warm: s.warmed.Load, Version: version, Logger: s.logger,
		BasePath: s.options.basePath, PublicURL: s.options.publicURL, FrameAncestors: s.options.frameAncestors, TileAge: s.options.tileMaxAge, RequireMatch: s.options.requireMatch, Streams: s.options.streams,
	}
	if err := s.options.signOn.into(&config, os.Getenv); err != nil {
		return err
	}
	s.handler, err = api.New(config)
	return err
}

// seedEmpty seeds a store without features, and goes on where that was broken off.
func (s *service) seedEmpty(ctx context.Context) error {
	if s.options.seed == "none" {
		return nil
	}
	head, empty, err := glance(ctx, s.store)
	if err != nil || !empty && !brokenOff(head) {
		return err
	}
	return seed(ctx, s.store, seeding{list: s.options.seed, actor: "system:seed", once: true, progress: logLines{s.logger}})
}

// brokenOff reports whether seeding began and did not end: it declares its
// layers first and sets the evaluation dates last.
func brokenOff(h geo.Head) bool {
	began := slices.ContainsFunc(h.Layers, func(l geo.Layer) bool { return l.ID == seeds.Water })
	return began && len(h.Dates) == 0
}

// logLines turns lines of progress into log records.
type logLines struct{ logger *slog.Logger }

func (l logLines) Write(b []byte) (int, error) {
	l.logger.Info(strings.TrimPrefix(strings.TrimSpace(string(b)), "yiping: "))
	return len(b), nil
}

// run serves until ctx ends, then lets requests in flight finish, ends the live
// streams and closes the store. ready is told the URL once the map can be read.
func (s *service) run(ctx context.Context, ready func(url string)) error {
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	followed, served := make(chan error, 1), make(chan error, 1)
	s.front.prepare(s.handler, s.options)
	s.front.server.RegisterOnShutdown(s.hub.Close)
	go func() { followed <- s.follower.Run(following) }()
	go func() { served <- s.front.serve(following) }()
	go func() {
		if s.follower.WaitFor(following, "") == nil {
			go s.warm(following)
			ready(s.front.url() + strings.TrimSuffix(s.options.basePath, "/") + "/")
		}
	}()
	var err error
	select {
	case <-ctx.Done():
		s.logger.Info("stopping")
	case err = <-served:
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if e := s.front.shutdown(draining); e != nil {
		s.logger.Warn("requests were cut off", "error", e)
		err = errors.Join(err, s.front.close())
	}
	stop()
	return errors.Join(err, <-followed, s.close())
}

func (s *service) close() error {
	err := s.store.Close()
	if s.archives != nil {
		err = errors.Join(err, s.archives.Close())
	}
	return err
}

// warmZoom is the last zoom of which tiles are drawn before they are asked for:
// a screen that shows a city whole opens there.
const warmZoom = 11

// warm draws the low zooms of what the screens ask for: the core layers in one
// tile, every other layer in one of its own. It is of use only, so it may fail.
func (s *service) warm(ctx context.Context) {
	defer s.warmed.Store(true)
	begun := time.Now()
	var core render.Query
	var all []render.Query
	for _, l := range s.tiles.Current().Layers() {
		switch id := l.Decl().ID; {
		case l.Decl().Geometry == geo.NoGeometry:
		case slices.ContainsFunc(city.Layers(), func(c geo.Layer) bool { return c.ID == id }):
			core.Layers = append(core.Layers, id)
		default:
			all = append(all, render.Query{Layers: []geo.LayerID{id}})
		}
	}
	drawn := 0
	for _, q := range append([]render.Query{core}, all...) {
		if len(q.Layers) == 0 {
			continue
		}
		n, err := s.tiles.Warm(ctx, q, warmZoom)
		drawn += n
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.logger.Warn("the low zooms could not be drawn beforehand", "layers", q.Layers, "error", err)
		}
	}
	s.logger.Info("low zooms drawn beforehand", "tiles", drawn, "took", time.Since(begun))
}
