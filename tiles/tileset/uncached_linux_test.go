package tileset_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
)

// BenchmarkUncached draws and compresses tiles of a layer in memory, as dense as a
// city, in turns with ST_AsMVT of the same rows, which compresses nothing and writes
// no label points. Both are told by processor time, whatever else the machine does.
func BenchmarkUncached(b *testing.B) {
	const rows, side = 100_000, 0.2 // degrees
	v, ctx, layer := newServed(b, 0), context.Background(), twins[1]
	of := func(sql string) string { return strings.ReplaceAll(sql, string(twins[0]), string(layer)) }
	if _, err := v.conn.Exec(ctx, of(fillServed), 1, rows, side); err != nil {
		b.Fatal(err)
	}
	if _, err := v.conn.Exec(ctx, of("ANALYZE parcel_d; SET max_parallel_workers_per_gather = 0")); err != nil {
		b.Fatal(err)
	}
	v.follow()
	ts := tileset.New(tileset.Options{CacheBytes: -1})
	ts.Publish(v.snap, snapshot.Delta{})
	if _, err := ts.Draw(ctx, render.Query{Layers: []geo.LayerID{layer}}, tiles.ID{}); err != nil { // makes the tree
		b.Fatal(err)
	}
	var pid int
	if err := v.conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, z := range []uint8{14, 15, 16} {
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			var own time.Duration
			size, raw, before := 0, 0, spent(b, pid)
			for b.Loop() {
				id := tiles.At(z, tiles.ToWorld(orb.Point{121 + side*(0.1+0.8*r.Float64()), 31 + side*(0.1+0.8*r.Float64())}))
				from := spentHere(b)
				tile, err := ts.Draw(ctx, render.Query{Layers: []geo.LayerID{layer}}, id)
				own += spentHere(b) - from
				var theirs []byte
				if err == nil {
					err = v.conn.QueryRow(ctx, of(asMVT), id.Z, id.X, id.Y).Scan(&theirs)
				}
				if err != nil {
					b.Fatal(err)
				}
				size, raw = size+tile.Size, raw+len(theirs)
			}
			theirs, n := spent(b, pid)-before, float64(b.N)
			b.ReportMetric(float64(own.Microseconds())/n, "yiping-cpu-µs/tile")
			b.ReportMetric(float64(theirs.Microseconds())/n, "ST_AsMVT-cpu-µs/tile")
			b.ReportMetric(float64(theirs)/float64(own), "times")
			b.ReportMetric(float64(size)/n, "yiping-B/tile")
			b.ReportMetric(float64(raw)/n, "ST_AsMVT-B/tile")
		})
	}
}

// spentHere is the processor time of this process so far.
func spentHere(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spent is the processor time of another process so far, to a hundredth of a
// second: fields 14 and 15 of proc_pid_stat(5), counted behind the name.
func spent(b *testing.B, pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
