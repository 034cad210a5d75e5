package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// tokenVariable names the variable with the token that goes with every request.
const tokenVariable = "YIPING_TOKEN"

type benchOptions struct {
	store, url, token, layers, zooms, feature string
	requests, concurrency, rounds             int
	long                                      time.Duration
	number                                    uint64
	json                                      bool
}

func benchCommand(p *program, fs *flag.FlagSet) action {
	var o benchOptions
	url := storeFlag(fs)
	fs.StringVar(&o.url, "url", "", "`URL` of a running service, base path included; one is started on the store if not given. A token for it goes into "+tokenVariable)
	fs.StringVar(&o.layers, "layer", "project,street,river_section,block", "`ID[,ID]` of the layers asked for")
	fs.StringVar(&o.zooms, "zoom", "10-16", "`FROM-TO` of the zooms")
	fs.IntVar(&o.requests, "n", 300, "`N` different requests, or edits")
	fs.IntVar(&o.concurrency, "c", 8, "`N` clients at a time")
	fs.IntVar(&o.rounds, "rounds", 5, "`N` rounds; the medians are told")
	fs.DurationVar(&o.long, "for", 2*time.Second, "`TIME` that each part of a round lasts")
	fs.Uint64Var(&o.number, "random", 1, "`NUMBER` that the choice of requests follows from")
	fs.StringVar(&o.feature, "feature", "", "`LAYER/CODE` whose report of last month live rewrites at --url")
	fs.BoolVar(&o.json, "json", false, "print JSON")
	return func(ctx context.Context, args []string) error {
		o.store, o.token = *url, p.env(tokenVariable)
		if len(args) != 1 {
			return usage("give tiles, nearby, load or live")
		}
		if o.requests < 1 || o.concurrency < 1 || o.rounds < 1 || o.long <= 0 {
			return usage("--n, --c, --rounds and --for are above 0")
		}
		switch args[0] {
		case "tiles", "nearby":
			return p.benchReads(ctx, args[0], o)
		case "load":
			return p.benchLoad(ctx, o)
		case "live":
			return p.benchLive(ctx, o)
		case stillCommand:
			return p.serveStill(ctx)
		}
		return usage("unknown measurement “%s”: give tiles, nearby, load or live", args[0])
	}
}

// benchReads measures how requests are answered, beside a responder that has the
// same answers in memory.
func (p *program) benchReads(ctx context.Context, what string, o benchOptions) error {
	if what == "tiles" {
		if _, _, err := o.zoomRange(); err != nil {
			return err
		}
	}
	var r report
	err := o.at(ctx, func(t *target) error {
		places, err := t.places(ctx, o.layers)
		if err != nil {
			return err
		}
		paths := o.tilePaths(places)
		if what == "nearby" {
			paths = o.nearbyPaths(places)
		}
		r, err = o.compare(ctx, t, paths, map[string]string{"tiles": "cached", "nearby": "again"}[what])
		return err
	})
	if err != nil {
		return err
	}
	r.Measurement = what
	if what == "tiles" {
		r.Zooms = o.zooms
	}
	if err := r.print(p.out, o.json); err != nil {
		return err
	}
	if n := r.failed(); n > 0 {
		return geo.Errorf(geo.Internal, "%d requests failed", n)
	}
	return nil
}

func (o *benchOptions) zoomRange() (lo, hi int, err error) {
	from, to, _ := strings.Cut(o.zooms, "-")
	lo, err1 := strconv.Atoi(from)
	hi, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || lo < 0 || hi < lo || hi > tiles.MaxZoom {
		return 0, 0, usage("--zoom must be like 10-16")
	}
	return lo, hi, nil
}

// zoomWeights say how often a map is looked at at each zoom from 10 to 16; below
// and above it is as the nearest.
var zoomWeights = [...]int{9, 24, 40, 52, 60, 60, 55}

func weightOf(z int) int { return zoomWeights[max(0, min(len(zoomWeights)-1, z-10))] }

// tilePaths draws tiles: each under a feature, none twice, zooms by their weight.
// There are fewer than asked for where the city has no more.
func (o *benchOptions) tilePaths(places []orb.Point) []string {
	lo, hi, _ := o.zoomRange() // checked
	rng := rand.New(rand.NewPCG(o.number, 0))
	sum := 0
	for z := lo; z <= hi; z++ {
		sum += weightOf(z)
	}
	seen := map[string]bool{}
	var out []string
	for tries := 0; len(out) < o.requests && tries < 50*o.requests; tries++ {
		z, k := lo, rng.IntN(sum)
		for ; k >= weightOf(z); z++ {
			k -= weightOf(z)
		}
		p := places[rng.IntN(len(places))]
		path := fmt.Sprintf("/tiles/%s/%s.mvt", o.layers, tileUnder(p, uint8(z)))
		if !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	return out
}

// tileUnder is the address of the tile under a point.
func tileUnder(p orb.Point, z uint8) string {
	w := tiles.BoxOf(orb.Bound{Min: p, Max: p}).Min
	return tiles.ID{Z: z, X: uint32(uint64(w.X) >> (32 - z)), Y: uint32(uint64(w.Y) >> (32 - z))}.String()
}

// nearbyPaths draws places within some hundred metres of features.
func (o *benchOptions) nearbyPaths(places []orb.Point) []string {
	rng := rand.New(rand.NewPCG(o.number, 1))
	out := make([]string, o.requests)
	for i := range out {
		p := places[rng.IntN(len(places))]
		lon, lat := p[0]+0.004*rng.NormFloat64(), p[1]+0.004*rng.NormFloat64()
		out[i] = fmt.Sprintf("/api/nearby?lon=%.6f&lat=%.6f&layers=%s&k=20", max(-180, min(180, lon)), max(-85, min(85, lat)), o.layers)
	}
	return out
}

// benchLoad times reading a whole store into a snapshot.
func (p *program) benchLoad(ctx context.Context, o benchOptions) error {
	if o.url != "" {
		return usage("load reads a store: give --store, not --url")
	}
	return withExisting(ctx, o.store, func(store geo.Store) error {
		r := report{Measurement: "load", Machine: thisMachine(), Rounds: o.rounds}
		n, heap := 0, 0.0
		var rates []float64
		for range o.rounds {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			started := time.Now()
			s, err := snapshot.Load(ctx, store)
			if err != nil {
				return err
			}
			took := time.Since(started).Seconds()
			runtime.GC()
			runtime.ReadMemStats(&after)
			n, heap = 0, float64(after.HeapAlloc)-float64(before.HeapAlloc)
			for _, l := range s.Layers() {
				n += l.Len()
			}
			runtime.KeepAlive(s)
			rates = append(rates, float64(n)/took)
		}
		if n == 0 {
			return emptyCity(o.store)
		}
		r.Load = &loading{Features: n, Seconds: float64(n) / median(rates), Rate: median(rates), Heap: heap, Each: heap / math.Max(1, float64(n)), Peak: peakMemory()}
		return r.print(p.out, o.json)
	})
}

// peakMemory is the most memory that this process had, in bytes; 0 where the system
// does not tell.
func peakMemory() float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "\nVmHWM:")
	kb := 0.0
	if words := strings.Fields(rest); len(words) > 0 {
		kb, _ = strconv.ParseFloat(words[0], 64) // what is no number counts as not told
	}
	return kb * 1024
}

func emptyCity(where string) error {
	return &geo.Error{Code: geo.NotFound, Message: "there is no feature to ask for in " + oneLine(where), Mend: "fill it first: yiping seed, yiping import, or yiping synth in a store of its own"}
}

// report is what a measurement gives.
type report struct {
	Measurement string     `json:"measurement"`
	Target      string     `json:"target,omitempty"`
	Machine     machine    `json:"machine"`
	Zooms       string     `json:"zooms,omitempty"`
	Requests    int        `json:"requests,omitempty"` // different ones
	Clients     int        `json:"clients,omitempty"`
	Rounds      int        `json:"rounds"`
	Rows        []benchRow `json:"rows,omitempty"`
	Ratio       *ratio     `json:"to_static,omitempty"`
	Load        *loading   `json:"load,omitempty"`
	Notes       []string   `json:"notes,omitempty"`
}

type machine struct {
	System  string `json:"system"`
	CPUs    int    `json:"cpus"`
	Version string `json:"version"`
}

func thisMachine() machine {
	return machine{runtime.GOOS + "/" + runtime.GOARCH, runtime.NumCPU(), version}
}

// benchRow has medians over the rounds.
type benchRow struct {
	Name   string   `json:"name"`
	Rate   float64  `json:"per_second"`
	P50    float64  `json:"p50_ms"`
	P95    float64  `json:"p95_ms"`
	P99    float64  `json:"p99_ms"`
	Bytes  float64  `json:"bytes"` // of a body as sent, mean
	Errors int      `json:"errors"`
	CPU    *float64 `json:"cpu_ms,omitempty"` // of the server for a request; absent where it does not tell
}

// ratio is that of the rates in the rounds.
type ratio struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Most   float64 `json:"most"`
	CPU    float64 `json:"cpu,omitempty"` // of the static responder's for a request to that of the service
}

type loading struct {
	Features int     `json:"features"`
	Seconds  float64 `json:"seconds"`
	Rate     float64 `json:"per_second"`
	Heap     float64 `json:"heap_bytes"`
	Each     float64 `json:"bytes_a_feature"`
	Peak     float64 `json:"peak_bytes,omitempty"` // most memory of the process at any time; told by Linux
}

func (r *report) failed() (n int) {
	for _, row := range r.Rows {
		n += row.Errors
	}
	return n
}

func (r *report) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintf(w, "%s, %s, %d processors, version %s\n", r.Measurement, r.Machine.System, r.Machine.CPUs, r.Machine.Version)
	if l := r.Load; l != nil {
		peak := ""
		if l.Peak > 0 {
			peak = fmt.Sprintf(", %.0f MB at most", l.Peak/1e6)
		}
		_, err := fmt.Fprintf(w, "load: %d features in %.2f s, %.0f features/s, %.0f MB live%s, %.0f B a feature (median of %d)\n", l.Features, l.Seconds, l.Rate, l.Heap/1e6, peak, l.Each, r.Rounds)
		return err
	}
	fmt.Fprintf(w, "%s: %d requests", r.Target, r.Requests)
	if r.Zooms != "" {
		fmt.Fprintf(w, ", zooms %s", r.Zooms)
	}
	fmt.Fprintf(w, ", %d clients, medians of %d rounds\n\n%-10s %9s %8s %8s %8s %9s %7s %8s\n", r.Clients, r.Rounds, "", "per s", "p50 ms", "p95 ms", "p99 ms", "bytes", "errors", "CPU ms")
	for _, row := range r.Rows {
		cpu := "–"
		if row.CPU != nil {
			cpu = fmt.Sprintf("%.3f", *row.CPU)
		}
		fmt.Fprintf(w, "%-10s %9.0f %8.2f %8.2f %8.2f %9.0f %7d %8s\n", row.Name, row.Rate, row.P50, row.P95, row.P99, row.Bytes, row.Errors, cpu)
	}
	if r.Ratio != nil {
		fmt.Fprintf(w, "\n%s/static %.2f (%.2f to %.2f in single rounds)", r.Rows[len(r.Rows)-2].Name, r.Ratio.Median, r.Ratio.Least, r.Ratio.Most)
		if r.Ratio.CPU > 0 {
			fmt.Fprintf(w, ", by the CPU of the servers %.2f", r.Ratio.CPU)
		}
		fmt.Fprintln(w)
	}
	var err error
	for _, n := range r.Notes {
		_, e := fmt.Fprintln(w, n)
		err = errors.Join(err, e)
	}
	return err
}
