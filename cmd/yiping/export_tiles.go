package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/archive"
)

// pyramidFlags say which tiles go into a file.
type pyramidFlags struct {
	low, top int
	bbox     string
}

func (f *pyramidFlags) declare(fs *flag.FlagSet) {
	fs.IntVar(&f.low, "minzoom", 0, "first `ZOOM` of a tile file")
	fs.IntVar(&f.top, "maxzoom", 14, "last `ZOOM` of a tile file")
	fs.StringVar(&f.bbox, "bbox", "", "`W,S,E,N` in degrees: only tiles that these bounds touch; all if not given")
}

func (f *pyramidFlags) pyramid(layers []geo.LayerID) (archive.Pyramid, error) {
	p := archive.Pyramid{Layers: layers}
	if f.low < 0 || f.top > tiles.MaxZoom || f.low > f.top {
		return p, usage("--minzoom and --maxzoom go from 0 to %d, the lower one first", tiles.MaxZoom)
	}
	p.MinZoom, p.MaxZoom = uint8(f.low), uint8(f.top)
	if f.bbox == "" {
		return p, nil
	}
	parts := strings.Split(f.bbox, ",")
	var deg [4]float64
	wrong := len(parts) != len(deg)
	for i := 0; i < len(deg) && !wrong; i++ {
		v, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		deg[i], wrong = v, err != nil
	}
	p.Bound = orb.Bound{Min: orb.Point{deg[0], deg[1]}, Max: orb.Point{deg[2], deg[3]}}
	if wrong || !(deg[0] < deg[2] && deg[1] < deg[3]) {
		return p, usage("--bbox must be west,south,east,north in degrees")
	}
	return p, nil
}

// tileFile is an archive to write.
type tileFile struct {
	path   string
	format archive.Format
	layers []geo.LayerID
	span   pyramidFlags
}

// exportTiles writes an archive from a snapshot of the store.
func (p *program) exportTiles(ctx context.Context, url string, f tileFile) error {
	if f.path == "-" {
		return usage("-o FILE is missing: an archive is not written to stdout")
	}
	pyramid, err := f.span.pyramid(f.layers)
	if err != nil {
		return err
	}
	line := newProgressLine(p.err)
	pyramid.Progress = func(at archive.Progress) {
		line.show("yiping: export: zoom %d, %d of %d tiles, %d %%", at.Zoom, at.Done, at.Total, at.Done*100/at.Total)
	}
	var res archive.Result
	err = withExisting(ctx, url, func(store geo.Store) error {
		s, err := snapshot.Load(ctx, store)
		if err != nil {
			return err
		}
		res, err = archive.Write(ctx, f.path, f.format, s, pyramid)
		return err
	})
	line.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "yiping: export: %d tiles (%d different), zooms %d to %d, %.1f MB\n",
		res.Tiles, res.Contents, res.MinZoom, res.MaxZoom, float64(res.Bytes)/1e6)
	return nil
}

// progressEvery is how often a progress line is drawn anew.
const progressEvery = 200 * time.Millisecond

// progressLine is a line of a terminal that is written over. Where there is no
// terminal, as in a log, it shows nothing.
type progressLine struct {
	w    io.Writer // nil: shows nothing
	last time.Time
}

func newProgressLine(w io.Writer) *progressLine {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &progressLine{w: w}
		}
	}
	return &progressLine{}
}

func (l *progressLine) show(format string, args ...any) {
	if now := time.Now(); l.w != nil && now.Sub(l.last) >= progressEvery {
		l.last = now
		fmt.Fprintf(l.w, "\r\x1b[K"+format, args...)
	}
}

func (l *progressLine) clear() {
	if l.w != nil && !l.last.IsZero() {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}
