package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"yiping/geo"
)

// metrics counts on a registry of its own, so that two services in one process
// do not meet.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec

	// What tiles count into, found once.
	tileCount   map[int]prometheus.Counter
	tileSeconds prometheus.Observer
	tileBytes   prometheus.Counter
}

func newMetrics(s *server) *metrics {
	reg := prometheus.NewRegistry()
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "yiping_http_requests_total",
			Help: "Requests answered, by route and status."}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "yiping_http_request_seconds",
			Help:    "Time to answer, by route; live streams excepted.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}}, []string{"route"}),
		tileBytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "yiping_tile_bytes_total", Help: "Bytes of tile bodies sent."}),
	}
	reg.MustRegister(m.requests, m.seconds, m.tileBytes, &state{s}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.tileCount = map[int]prometheus.Counter{}
	for _, status := range []int{http.StatusOK, http.StatusNoContent, http.StatusNotModified} {
		m.tileCount[status] = m.requests.WithLabelValues("tile", strconv.Itoa(status))
	}
	m.tileSeconds = m.seconds.WithLabelValues("tile")
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	if route != "live" && route != "changes" {
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// tile counts a tile answered by the short way.
func (m *metrics) tile(status, sent int, took time.Duration) {
	count, ok := m.tileCount[status]
	if !ok {
		m.request("tile", status, took)
		return
	}
	count.Inc()
	m.tileBytes.Add(float64(sent))
	m.tileSeconds.Observe(took.Seconds())
}

// state tells how snapshot, follower, hub and tile cache stand when asked.
type state struct{ s *server }

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("yiping_"+name, help, labels, nil)
}

// Describe gives nothing: the collector is unchecked, since its layers change.
func (c *state) Describe(chan<- *prometheus.Desc) {}

// Collect reads the figures.
func (c *state) Collect(out chan<- prometheus.Metric) {
	gauge := func(name, help string, v float64) {
		out <- prometheus.MustNewConstMetric(desc(name, help), prometheus.GaugeValue, v)
	}
	counter := func(name, help string, v float64) {
		out <- prometheus.MustNewConstMetric(desc(name, help), prometheus.CounterValue, v)
	}
	health := c.s.Follower.Health()
	gauge("store_away", "1 while the store does not answer.", truth(health.Away))
	if !health.LastContact.IsZero() {
		gauge("snapshot_age_seconds", "Time since the store last answered that the snapshot is current.", time.Since(health.LastContact).Seconds())
	}
	counter("follower_loads_total", "Times everything was read from the store.", float64(health.Loads))
	counter("follower_changes_total", "Changes applied to the snapshot.", float64(health.Applied))
	counter("follower_apply_seconds_total", "Time from a change read to its publication.", health.ApplyTime.Seconds())
	gauge("follower_last_lag_seconds", "Time from the last change read to its publication.", health.LastApply.Seconds())
	hub := c.s.Hub.Stats()
	gauge("live_listeners", "Live streams open.", float64(hub.Listeners))
	gauge("live_kept_events", "Events kept for those who resume.", float64(hub.Kept))
	counter("live_cut_total", "Listeners cut off for being slow.", float64(hub.Cut))
	cache := c.s.Tiles.Stats()
	counter("tile_cache_hits_total", "Tiles answered from the cache.", float64(cache.Hits))
	counter("tile_cache_misses_total", "Tiles drawn.", float64(cache.Misses))
	gauge("tile_cache_bytes", "Bytes of tiles kept.", float64(cache.Bytes))
	gauge("tile_cache_tiles", "Tiles kept.", float64(cache.Entries))
	if c.s.Warm != nil {
		gauge("tiles_warm", "1 once the low zooms are drawn that screens ask for first.", truth(c.s.Warm()))
	}
	snap := c.s.Follower.Current()
	if snap == nil {
		return
	}
	gauge("snapshot_revision", "Changes applied since the process began.", float64(snap.Revision()))
	gauge("snapshot_faults", "Standing faults of the store.", float64(len(snap.Faults())))
	features := desc("snapshot_features", "Features in the snapshot, by layer.", "layer")
	for _, l := range snap.Layers() {
		if l.Decl().InDatabase() || l.Decl().Closed() {
			continue // not here, or not for all to know
		}
		out <- prometheus.MustNewConstMetric(features, prometheus.GaugeValue, float64(l.Len()), string(l.Decl().ID))
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// measures answers with the metrics; where reading is closed, to who may read.
func (s *server) measures(w http.ResponseWriter, r *http.Request) {
	err := s.refusesToken(r, time.Now())
	if s.Closed {
		var i *identity
		if i, err = s.identify(r, time.Now()); err == nil && !i.allows(geo.MayRead) {
			err = mayNotRead(i)
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.metrics.handler.ServeHTTP(w, r)
}
