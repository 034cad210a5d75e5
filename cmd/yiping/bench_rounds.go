package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"yiping/geo"
)

// mostCold bounds the rounds that begin with a service started anew.
const mostCold = 3

// compare asks in rounds, one after the other, so that what slows the machine
// down slows all of them: first for everything once, where a service of our own
// has drawn nothing yet, then again and again, then the responder that has the
// same answers in memory. again is what the second is called.
func (o *benchOptions) compare(ctx context.Context, t *target, paths []string, again string) (report, error) {
	r := report{Target: t.name(), Machine: thisMachine(), Requests: len(paths), Clients: o.concurrency, Rounds: o.rounds}
	still, err := startChild(ctx, "bench", stillCommand)
	if err != nil {
		return r, err
	}
	defer still.stop()
	var first, cached, static []*measurement
	warm := true
	for round := range o.rounds {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if round > 0 && round < mostCold {
			if err := t.renew(ctx); err != nil {
				return r, err
			}
		}
		if round == 0 || t.child != nil && round < mostCold {
			warm = t.warm(ctx, warmPatience) && warm
			first = append(first, o.measure(ctx, t, paths, 0))
		}
		if round == 0 {
			if err := copyAnswers(ctx, t, still, paths); err != nil {
				return r, err
			}
		}
		cached = append(cached, o.measure(ctx, t, paths, o.long))
		static = append(static, o.measure(ctx, still, indices(len(paths)), o.long))
	}
	r.Ratio = ratioOf(cached, static)
	name := "first"
	if t.child != nil {
		name = "cold"
	} else {
		r.Notes = append(r.Notes, "first: asked for once; what the service had drawn before is not drawn again",
			"static is on this machine: over a network the ratio is that of the network")
	}
	if !warm {
		r.Notes = append(r.Notes, "the service was still drawing tiles beforehand: what it answered meanwhile took longer")
	}
	r.Rows = []benchRow{rowOf(name, first), rowOf(again, cached), rowOf("static", static)}
	if a, b := r.Rows[1].CPU, r.Rows[2].CPU; a != nil && b != nil && *a > 0 {
		r.Ratio.CPU = *b / *a
	}
	for _, m := range slices.Concat(first, cached, static) {
		if text, ok := m.first.Load().(string); ok {
			r.Notes = append(r.Notes, "first error: "+text)
			break
		}
	}
	return r, nil
}

func ratioOf(a, b []*measurement) *ratio {
	var of []float64
	for i := range a {
		of = append(of, a[i].rate()/b[i].rate())
	}
	return &ratio{Median: median(of), Least: slices.Min(of), Most: slices.Max(of)}
}

func rowOf(name string, rounds []*measurement) benchRow {
	m := func(of func(*measurement) float64) float64 {
		var all []float64
		for _, r := range rounds {
			all = append(all, of(r))
		}
		return median(all)
	}
	row := benchRow{Name: name, Rate: m((*measurement).rate), Bytes: m(func(m *measurement) float64 { return float64(m.bytes) / float64(len(m.times)) })}
	row.P50 = m(func(m *measurement) float64 { return m.at(0.5) })
	row.P95 = m(func(m *measurement) float64 { return m.at(0.95) })
	row.P99 = m(func(m *measurement) float64 { return m.at(0.99) })
	told := true
	for _, r := range rounds {
		row.Errors += r.failed
		told = told && r.cpu >= 0
	}
	if told {
		cpu := m(func(m *measurement) float64 { return m.cpu * 1000 / float64(len(m.times)) })
		row.CPU = &cpu
	}
	return row
}

func median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	if n := len(of); n%2 == 0 {
		return (of[n/2-1] + of[n/2]) / 2
	}
	return of[len(of)/2]
}

// measurement is what a list of requests gave.
type measurement struct {
	times  []time.Duration // sorted
	bytes  int64
	failed int
	first  atomic.Value // error text
	took   time.Duration
	cpu    float64 // seconds of the server; below 0 where it does not tell
}

func (m *measurement) rate() float64 { return float64(len(m.times)) / m.took.Seconds() }

// at gives a quantile in milliseconds.
func (m *measurement) at(q float64) float64 {
	return float64(m.times[int(q*float64(len(m.times)-1))].Microseconds()) / 1000
}

// measure sends the requests, shared out among the clients, in their order over
// and over until so long has passed; each once for 0.
func (o *benchOptions) measure(ctx context.Context, t *target, paths []string, long time.Duration) *measurement {
	m := &measurement{}
	client := t.newClient(o.concurrency)
	defer client.CloseIdleConnections()
	before := t.cpu(ctx)
	var next, failed, size atomic.Int64
	times := make([][]time.Duration, o.concurrency)
	var wg sync.WaitGroup
	started := time.Now()
	for c := range o.concurrency {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if long == 0 && i >= len(paths) || long > 0 && time.Since(started) >= long {
					return
				}
				begun := time.Now()
				n, err := t.get(ctx, client, paths[i%len(paths)], io.Discard)
				times[c] = append(times[c], time.Since(begun))
				size.Add(n)
				if err != nil {
					failed.Add(1)
					m.first.CompareAndSwap(nil, oneLine(err.Error()))
				}
			}
		})
	}
	wg.Wait()
	m.took, m.failed, m.bytes = time.Since(started), int(failed.Load()), size.Load()
	m.times = slices.Concat(times...)
	slices.Sort(m.times)
	if len(m.times) == 0 { // ctx has ended
		m.times = []time.Duration{0}
	}
	m.cpu = -1
	if after := t.cpu(ctx); before >= 0 && after >= before {
		m.cpu = after - before
	}
	return m
}

func indices(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "/" + strconv.Itoa(i)
	}
	return out
}

// copyAnswers gives the responder what the service answers.
func copyAnswers(ctx context.Context, t, still *target, paths []string) error {
	client := t.newClient(1)
	defer client.CloseIdleConnections()
	for i, path := range paths {
		var body bytes.Buffer
		if _, err := t.get(ctx, client, path, &body); err != nil {
			continue // it counts as an error where it is measured
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, still.base+indices(i + 1)[i], &body)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return geo.Wrap(geo.Unavailable, err, "the static responder does not answer")
		}
		if err := res.Body.Close(); err != nil {
			return err
		}
	}
	return nil
}

// stillCommand is the measurement's own child: the static responder.
const stillCommand = "static"

// still answers with what was put, as any server of files in memory would: with
// the headers that caches need, and 304 to one that has the answer. It does nothing
// else.
type still struct {
	mu   sync.RWMutex
	body map[string]*stillBody
}

// stillBody is an answer with its header values.
type stillBody struct {
	bytes        []byte
	etag, length []string
}

// What all answers of a still have.
var (
	stillType   = []string{"application/vnd.mapbox-vector-tile"}
	stillCoding = []string{"gzip"}
	stillAge    = []string{"no-cache"}
	stillVary   = []string{"Accept-Encoding"}
)

func (s *still) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		put := &stillBody{b, []string{fmt.Sprintf("%q", strconv.FormatUint(uint64(crc32.ChecksumIEEE(b)), 36))}, []string{strconv.Itoa(len(b))}}
		s.mu.Lock()
		s.body[r.URL.Path] = put
		s.mu.Unlock()
		return
	}
	s.mu.RLock()
	b, ok := s.body[r.URL.Path]
	s.mu.RUnlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	h := w.Header()
	h["Etag"], h["Cache-Control"], h["Vary"] = b.etag, stillAge, stillVary
	switch {
	case r.Header.Get("If-None-Match") == b.etag[0]:
		w.WriteHeader(http.StatusNotModified)
	case len(b.bytes) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		h["Content-Type"], h["Content-Encoding"], h["Content-Length"] = stillType, stillCoding, b.length
		_, _ = w.Write(b.bytes) // the client counts what arrives
	}
}

// serveStill serves the responder on a free port of this machine until ctx ends.
func (p *program) serveStill(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot listen")
	}
	reg := prometheus.NewRegistry()
	if err := reg.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})); err != nil {
		return err
	}
	told := promhttp.HandlerFor(reg, promhttp.HandlerOpts{DisableCompression: true})
	s := &still{body: map[string]*stillBody{}}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/metrics") {
			told.ServeHTTP(w, r)
			return
		}
		s.ServeHTTP(w, r)
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Fprintf(p.out, servesAt+"http://%s/\n", l.Addr())
	if err := server.Serve(l); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}
