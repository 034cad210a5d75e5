package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/archive"
)

// maxWorkers bounds what draws at a time, and the memory it takes.
const maxWorkers = 256

// pyramidFlags say which tiles go into a file.
type pyramidFlags struct {
	low, top int
	bbox     string
	workers  int
}

func (f *pyramidFlags) declare(fs *flag.FlagSet) {
	fs.IntVar(&f.low, "minzoom", 0, "first `ZOOM` of a tile file")
	fs.IntVar(&f.top, "maxzoom", 14, "last `ZOOM` of a tile file")
	fs.IntVar(&f.workers, "workers", 0, "`N` tiles drawn at a time; 0 is one per processor")
	fs.StringVar(&f.bbox, "bbox", "", "`W,S,E,N` in degrees: only tiles that these bounds touch; all if not given")
}

func (f *pyramidFlags) pyramid(layers []geo.LayerID) (archive.Pyramid, error) {
	p := archive.Pyramid{Layers: layers, Workers: f.workers}
	if f.low < 0 || f.top > tiles.MaxZoom || f.low > f.top {
		return p, usage("--minzoom and --maxzoom go from 0 to %d, the lower one first", tiles.MaxZoom)
	}
	if f.workers < 0 || f.workers > maxWorkers {
		return p, usage("--workers goes from 0 to %d", maxWorkers)
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
	bar := newProgress(p.err, "yiping: export")
	pyramid.Resumable = true
	pyramid.Begun = func(b archive.Begun) {
		switch {
		case b.Discarded:
			fmt.Fprintf(p.err, "yiping: export: begins anew: what %s.part has is of other data, other options or another version\n", f.path)
		case b.Resumed > 0:
			fmt.Fprintf(p.err, "yiping: export: goes on after %d tiles in %s.part\n", b.Resumed, f.path)
		}
		bar.begin(0)
	}
	first := true
	pyramid.Progress = func(at archive.Progress) {
		if first {
			bar.begin(at.Done)
			first = false
		}
		bar.show(at.Done, at.Total, fmt.Sprintf("zoom %d, %d of %d tiles", at.Zoom, at.Done, at.Total))
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
	bar.clear()
	if err != nil && ctx.Err() != nil {
		if _, e := os.Stat(f.path + ".part"); e == nil {
			return &geo.Error{Code: geo.Unavailable, Message: "broken off; " + f.path + ".part has what is drawn", Mend: "run the same again to go on", Err: err}
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "yiping: export: %d tiles (%d different), zooms %d to %d, %.1f MB\n",
		res.Tiles, res.Contents, res.MinZoom, res.MaxZoom, float64(res.Bytes)/1e6)
	return nil
}
