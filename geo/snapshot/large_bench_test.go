package snapshot_test

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Lend is Load as a store lends; the features are like those of Load.
func (m synthetic) Lend(_ context.Context, head func(geo.Head) error, row func(*geo.Row) error) error {
	if err := head(geo.Head{Layers: []geo.Layer{works()}}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 0))
	line := make(orb.LineString, 11)
	var geometry orb.Geometry = line
	var text [4][]byte
	out := geo.Row{Layer: "works", Version: 1, Geometry: geometry, Cells: make([]geo.Cell, 5)}
	for id := 1; id <= m.n; id++ {
		p := orb.Point{121 + r.Float64(), 31 + r.Float64()}
		for i := range line {
			if line[i] = p; m.rounds {
				line[i] = orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
			}
			p = orb.Point{p[0] + r.NormFloat64()/2000, p[1] + r.NormFloat64()/2000}
		}
		text[0] = strconv.AppendInt(append(text[0][:0], "W-"...), int64(id), 10)
		text[1] = append(strconv.AppendInt(append(text[1][:0], "道路"...), int64(id), 10), "号"...)
		text[2] = strconv.AppendInt(append(text[2][:0], "类别"...), int64(id%12), 10)
		text[3] = append(text[3][:0], []string{"完成", "在建"}[id%2]...)
		out.ID, out.Code = geo.ID(id), text[0]
		for i := range 3 {
			out.Cells[i] = geo.TextCell(text[1+i])
		}
		out.Cells[3] = geo.FloatCell(float64(id % 5000))
		out.Cells[4] = geo.Cell{Given: true, Bits: uint64(geo.NewDate(2022, 1, id%600))}
		if err := row(&out); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkLarge is a city of the size in YIPING_BENCH_FEATURES, 100,000 if not
// set, of which every coordinate has all its bits: how long it takes to load, what
// it needs, at most and for good, and what one change costs. Ten million:
//
//	YIPING_BENCH_FEATURES=10000000 go test ./geo/snapshot -run ^$ -bench Large -benchtime 1x -timeout 30m
func BenchmarkLarge(b *testing.B) {
	n := size(b)
	m := synthetic{n: n}
	for b.Loop() {
		before := heap()
		started, spent := time.Now(), processTime()
		s := m.snapshot(b)
		took := time.Since(started)
		b.ReportMetric(took.Seconds(), "s/load")
		b.ReportMetric((processTime() - spent).Seconds(), "cpu-s/load")
		b.ReportMetric(float64(n)/took.Seconds(), "features/s")
		peak := resident("VmHWM")
		live := float64(heap() - before)
		b.ReportMetric(live/float64(n), "B/feature")
		b.ReportMetric(peak/live, "peak/live")
		for _, kind := range []string{"attribute", "move", "create"} {
			s = m.edit(b, s, kind)
		}
		b.ReportMetric(resident("VmHWM")/live, "peak-after/live")
		runtime.KeepAlive(s)
	}
}

// size is what YIPING_BENCH_FEATURES says, 100,000 if not set.
func size(b *testing.B) int {
	text := os.Getenv("YIPING_BENCH_FEATURES")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("YIPING_BENCH_FEATURES is %q", text)
	}
	return n
}

// BenchmarkDictGrows adds as many texts again to a dictionary of the size in
// YIPING_BENCH_FEATURES: what the dearest of them takes of the processor, and how many
// took more than a millisecond of it.
func BenchmarkDictGrows(b *testing.B) {
	n := size(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for b.Loop() {
		add := snapshot.CompactedDict(n)
		times, slow, longest, began := make([]time.Duration, n), 0, time.Duration(0), threadTime()
		for k := range times {
			text, before, started := strconv.Itoa(n+k), interruptions(), threadTime()
			add(text)
			if times[k] = threadTime() - started; interruptions() == before {
				longest = max(longest, times[k])
			}
			if times[k] > time.Millisecond {
				slow++
			}
		}
		b.ReportMetric(float64((threadTime()-began).Nanoseconds())/float64(n), "cpu-ns/add+clock")
		b.ReportMetric(float64(slices.Max(times).Microseconds()), "cpu-µs/dearest")
		b.ReportMetric(float64(longest.Microseconds()), "cpu-µs/dearest-undisturbed")
		b.ReportMetric(float64(slow), "over-1ms")
	}
}

// edit applies many changes of a kind one by one, and reports what they cost: the
// time of the processor, as others may use the machine at the same time, and how
// many took more than a millisecond of it, in all and without an interruption.
func (m synthetic) edit(b *testing.B, s *snapshot.Snapshot, kind string) *snapshot.Snapshot {
	edits := min(100_000, m.n)
	r := rand.New(rand.NewPCG(2, 0))
	times, slow, undisturbed, longest := make([]time.Duration, edits), 0, 0, time.Duration(0)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for k := range times {
		rec := m.change(r, s, kind, k)
		before, started := interruptions(), threadTime()
		next, d, err := s.Apply(geo.Changes{Records: []geo.Record{rec}})
		if times[k] = threadTime() - started; err != nil || len(d.Changes) != 1 {
			b.Fatal(len(d.Changes), err)
		}
		alone := interruptions() == before
		if alone {
			longest = max(longest, times[k])
		}
		if times[k] > time.Millisecond {
			slow++
			if alone {
				undisturbed++
			}
		}
		s = next
	}
	slices.Sort(times)
	micros := func(t time.Duration, name string) {
		b.ReportMetric(float64(t.Nanoseconds())/1000, "cpu-µs/"+kind+"-"+name)
	}
	micros(times[edits/2], "p50")
	micros(times[edits*99/100], "p99")
	micros(times[edits*9999/10000], "p99.99")
	micros(times[edits-1], "max")
	micros(longest, "max-undisturbed")
	b.ReportMetric(float64(slow), kind+"-over-1ms")
	b.ReportMetric(float64(undisturbed), kind+"-over-1ms-undisturbed")
	return s
}

// change draws the k-th change of a kind.
func (m synthetic) change(r *rand.Rand, s *snapshot.Snapshot, kind string, k int) geo.Record {
	l, _ := s.Layer("works")
	rec := m.record(r, 1+r.IntN(m.n))
	switch i, _ := l.ByID(rec.ID); kind {
	case "attribute":
		f := i.Feature()
		f.Properties["state"] = []string{"完成", "在建"}[r.IntN(2)]
		f.Version++
		rec.Feature = &f
	case "create":
		rec = m.record(r, m.n+1+k)
	}
	return rec
}

// resident reads a size of this process from Linux, in bytes; NaN elsewhere.
func resident(what string) float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return math.NaN()
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, what+":"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb * 1024
		}
	}
	return math.NaN()
}
