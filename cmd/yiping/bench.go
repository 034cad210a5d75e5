package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

type benchOptions struct {
	store, url, layers, zooms string
	requests, concurrency     int
	number                    uint64
}

func benchCommand(p *program, fs *flag.FlagSet) action {
	var o benchOptions
	url := storeFlag(fs)
	fs.StringVar(&o.url, "url", "", "`URL` of a running service; one is started on the store if not given")
	fs.StringVar(&o.layers, "layer", "project,street,river_section,block", "`ID[,ID]` of the layers in a tile")
	fs.StringVar(&o.zooms, "zoom", "10-16", "`FROM-TO` of the zooms")
	fs.IntVar(&o.requests, "n", 2000, "`N` requests or edits")
	fs.IntVar(&o.concurrency, "c", 2*runtime.GOMAXPROCS(0), "`N` clients at a time")
	fs.Uint64Var(&o.number, "random", 1, "`NUMBER` that the choice of tiles follows from")
	return func(ctx context.Context, args []string) error {
		o.store = *url
		if len(args) != 1 || o.requests < 1 || o.concurrency < 1 {
			return usage("give tiles, load or live")
		}
		switch args[0] {
		case "tiles":
			return p.benchTiles(ctx, o)
		case "load":
			return p.benchLoad(ctx, o)
		case "live":
			return p.benchLive(ctx, o)
		}
		return usage("unknown measurement “%s”: give tiles, load or live", args[0])
	}
}

// benchLoad times reading a whole store into a snapshot.
func (p *program) benchLoad(ctx context.Context, o benchOptions) error {
	return withExisting(ctx, o.store, func(store geo.Store) error {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		started := time.Now()
		s, err := snapshot.Load(ctx, store)
		if err != nil {
			return err
		}
		took := time.Since(started)
		runtime.GC()
		runtime.ReadMemStats(&after)
		n := 0
		for _, l := range s.Layers() {
			n += l.Len()
		}
		heap := float64(after.HeapAlloc) - float64(before.HeapAlloc)
		fmt.Fprintf(p.out, "load: %d features in %.2f s, %.0f features/s, %.0f MB live, %.0f B a feature\n",
			n, took.Seconds(), float64(n)/took.Seconds(), heap/1e6, heap/math.Max(1, float64(n)))
		runtime.KeepAlive(s)
		return nil
	})
}

// running is a service in this process, for measurements.
type running struct {
	url  string
	stop func() error
}

// startService serves a store on a free port until stop.
func startService(ctx context.Context, store string) (*running, error) {
	s, err := newService(ctx, serveOptions{store: store, listen: "127.0.0.1:0", seed: "none"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	serving, cancel := context.WithCancel(ctx)
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- s.run(serving, func(url string) { ready <- url }) }()
	stop := func() error { cancel(); return <-done }
	select {
	case url := <-ready:
		return &running{strings.TrimSuffix(url, "/"), stop}, nil
	case err := <-done:
		cancel()
		return nil, errors.Join(geo.Errorf(geo.Unavailable, "the service ended"), err)
	}
}

// benchTiles asks for each of a list of tiles once cold and once warm, and for
// bytes of the same sizes from a responder that has them in memory.
func (p *program) benchTiles(ctx context.Context, o benchOptions) error {
	base := strings.TrimSuffix(o.url, "/")
	if base == "" {
		s, err := startService(ctx, o.store)
		if err != nil {
			return err
		}
		return errors.Join(p.compareTiles(ctx, s.url, o), s.stop())
	}
	return p.compareTiles(ctx, base, o)
}

func (p *program) compareTiles(ctx context.Context, base string, o benchOptions) error {
	paths, err := o.paths()
	if err != nil {
		return err
	}
	cold := o.measure(ctx, base, paths)
	warm := o.measure(ctx, base, paths)
	still := staticResponder(cold.sizes)
	defer still.Close()
	static := o.measure(ctx, still.URL, indices(len(paths)))
	cold.print(p.out, "first")
	warm.print(p.out, "cached")
	static.print(p.out, "static")
	fmt.Fprintf(p.out, "cached/static %.2f\n", warm.rate()/static.rate())
	if cold.failed+warm.failed > 0 {
		return geo.Errorf(geo.Internal, "%d requests failed", cold.failed+warm.failed)
	}
	return nil
}

// paths draws the tiles: each under a point of the synthetic city, at a zoom of
// the range, none twice.
func (o benchOptions) paths() ([]string, error) {
	from, to, _ := strings.Cut(o.zooms, "-")
	lo, err1 := strconv.Atoi(from)
	hi, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || lo < 0 || hi < lo || hi > 22 {
		return nil, usage("--zoom must be like 10-16")
	}
	g := &synthesizer{rng: rand.New(rand.NewPCG(o.number, 0))}
	seen := map[string]bool{}
	var out []string
	for tries := 0; len(out) < o.requests && tries < 20*o.requests; tries++ {
		at := g.place()
		z := lo + g.rng.IntN(hi-lo+1)
		n := math.Exp2(float64(z))
		lat := at[1] * math.Pi / 180
		path := fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", o.layers, z, int(n*(at[0]+180)/360), int(n*(1-math.Asinh(math.Tan(lat))/math.Pi)/2))
		if !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	return out, nil
}

func indices(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "/" + strconv.Itoa(i)
	}
	return out
}

// staticResponder answers /i with sizes[i] bytes.
func staticResponder(sizes []int) *httptest.Server {
	body := make([]byte, slices.Max(append(sizes, 0)))
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil || i >= len(sizes) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(sizes[i]))
		_, _ = w.Write(body[:sizes[i]]) // the client counts what arrives
	}))
}

// measurement is what a list of requests gave.
type measurement struct {
	times  []time.Duration // sorted
	sizes  []int           // by index of the path
	failed int64
	first  atomic.Value // error text
	took   time.Duration
}

func (m *measurement) rate() float64 { return float64(len(m.times)) / m.took.Seconds() }

func (m *measurement) sort() { slices.Sort(m.times) }

// at gives a quantile in milliseconds.
func (m *measurement) at(q float64) float64 {
	return float64(m.times[int(q*float64(len(m.times)-1))].Microseconds()) / 1000
}

func (m *measurement) print(w io.Writer, name string) {
	bytes := 0
	for _, n := range m.sizes {
		bytes += n
	}
	fmt.Fprintf(w, "%-7s %8.0f req/s  p50 %.2f ms  p95 %.2f ms  p99 %.2f ms  %d B mean  %d errors",
		name, m.rate(), m.at(0.5), m.at(0.95), m.at(0.99), bytes/len(m.sizes), m.failed)
	if text, ok := m.first.Load().(string); ok {
		fmt.Fprintf(w, " (%s)", text)
	}
	fmt.Fprintln(w)
}

// measure sends every request once, shared out among the clients.
func (o benchOptions) measure(ctx context.Context, base string, paths []string) *measurement {
	m := &measurement{times: make([]time.Duration, len(paths)), sizes: make([]int, len(paths))}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: o.concurrency, DisableCompression: true,
		DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext}}
	defer client.CloseIdleConnections()
	var next, failed atomic.Int64
	var wg sync.WaitGroup
	started := time.Now()
	for range o.concurrency {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(paths) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				begun := time.Now()
				n, err := get(ctx, client, base+paths[i])
				m.times[i], m.sizes[i] = time.Since(begun), n
				if err != nil {
					failed.Add(1)
					m.first.CompareAndSwap(nil, oneLine(err.Error()))
				}
			}
		})
	}
	wg.Wait()
	m.took, m.failed = time.Since(started), failed.Load()
	m.sort()
	return m
}

// get counts the bytes of an answer as it comes, gzip coded if it is.
func get(ctx context.Context, client *http.Client, url string) (n int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := res.Body.Close(); err == nil {
			err = e
		}
	}()
	size, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", url, res.Status)
	}
	return int(size), err
}
