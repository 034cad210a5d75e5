// Package archive writes a pyramid of tiles from one snapshot into one file:
// PMTiles version 3 or MBTiles 1.3, both with gzip-coded vector tiles.
//
// The tiles are those that package tileset serves, byte for byte. Only tiles
// that hold something are written, and equal ones once. The bytes of the file
// depend on the snapshot and the pyramid only, not on time, place or the number
// of processors.
package archive

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// Format is a kind of file.
type Format string

// The formats written.
const (
	PMTiles Format = "pmtiles"
	MBTiles Format = "mbtiles"
)

// maxLayers bounds the layers of one tile, as package tileset does.
const maxLayers = 1024

// Pyramid says what to write.
type Pyramid struct {
	Layers           []geo.LayerID // order and repetition do not matter
	MinZoom, MaxZoom uint8         // both included
	// Bound, in degrees, takes only tiles that it touches, whole. The zero bound
	// takes all.
	Bound orb.Bound
	// Workers draw tiles at a time; 0 means one per processor.
	Workers int
	// MaxBytes bounds the tile data; 0 = unbounded.
	MaxBytes int64
	// Resumable keeps what is drawn in path.part when the writing is broken off,
	// with a journal in path.part.log. The next Write of that path goes on from
	// there, if no tile would differ; else it begins anew.
	Resumable bool
	// Begun, if not nil, is told once what a resumable writing begins with.
	Begun func(Begun)
	// Progress, if not nil, is told after every few tiles and at the end, by one
	// goroutine at a time. It must be quick: writing waits for it.
	Progress func(Progress)
}

// Begun tells what a resumable writing found.
type Begun struct {
	Resumed   uint64 // tiles that are drawn already
	Discarded bool   // what was there is of another state of the data, of other options or another program
}

// Progress tells how far the writing is.
type Progress struct {
	Zoom  uint8  // being written
	Done  uint64 // tiles looked at, of Total
	Total uint64
}

// Result tells what was written.
type Result struct {
	Tiles            uint64    // that can be asked for
	Contents         uint64    // different ones
	MinZoom, MaxZoom uint8     // first and last zoom with a tile
	Bound            orb.Bound // of what the tiles hold, in degrees
	Bytes            int64     // of the file
}

// Write makes the file, replacing one of that name. The name is given to a
// whole file only: after an error, or when ctx ends, what was there is there
// still. Memory is bounded but for the directory, some 100 bytes a tile.
//
// Errors: geo.NotFound for an unknown layer or when no tile holds anything,
// geo.Invalid for zooms, bounds or a path that cannot be, geo.Unsupported for
// the format, and that of ctx.
func Write(ctx context.Context, path string, format Format, s *snapshot.Snapshot, p Pyramid) (Result, error) {
	if format != PMTiles && format != MBTiles {
		return Result{}, &geo.Error{Code: geo.Unsupported, Field: "format", Message: "“" + string(format) + "” is no tile archive", Mend: "use pmtiles or mbtiles"}
	}
	plan, err := newPlan(s, p)
	if err != nil {
		return Result{}, err
	}
	d, err := openDesk(path, plan)
	if err != nil {
		return Result{}, err
	}
	res, err := plan.write(ctx, d.spool, path, format)
	if err = d.leave(err, ctx.Err() != nil); err != nil {
		return Result{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Result{}, geo.Wrap(geo.Internal, err, "cannot see the file written")
	}
	res.Bytes = info.Size()
	return res, nil
}

// plan is a checked pyramid with what it is drawn from.
type plan struct {
	Pyramid
	prepared *render.Prepared
	layers   []*snapshot.Layer
	extent   tiles.Box
}

func newPlan(s *snapshot.Snapshot, p Pyramid) (*plan, error) {
	if p.MinZoom > p.MaxZoom || p.MaxZoom > tiles.MaxZoom {
		return nil, &geo.Error{Code: geo.Invalid, Field: "maxzoom", Message: "zooms go from a lower to a higher one, up to 22"}
	}
	p.Layers = slices.Compact(slices.Sorted(slices.Values(p.Layers)))
	if len(p.Layers) == 0 || len(p.Layers) > maxLayers {
		return nil, &geo.Error{Code: geo.Invalid, Field: "layers", Message: "a tile has from 1 to " + strconv.Itoa(maxLayers) + " layers"}
	}
	out := &plan{Pyramid: p, prepared: render.Prepare(s, render.Limits{}), extent: tiles.ID{}.Box()}
	if out.Workers <= 0 {
		out.Workers = runtime.GOMAXPROCS(0)
	}
	if b := p.Bound; b != (orb.Bound{}) {
		if !(b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1] && b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90) {
			return nil, &geo.Error{Code: geo.Invalid, Field: "bbox", Message: "bounds are west, south, east, north in degrees", Mend: "give the smaller longitude and latitude first"}
		}
		out.extent = tiles.BoxOf(b)
	}
	for _, id := range p.Layers {
		l, ok := s.Layer(id)
		if !ok {
			return nil, &geo.Error{Code: geo.NotFound, Layer: id, Message: "there is no such layer"}
		}
		if l.Decl().InDatabase() {
			return nil, geo.NotInMemory(id)
		}
		out.layers = append(out.layers, l)
	}
	return out, nil
}

// write draws all tiles that the spool lacks, and makes the archive of it.
func (p *plan) write(ctx context.Context, s *spool, path string, format Format) (Result, error) {
	if err := p.fill(ctx, s); err != nil {
		return Result{}, err
	}
	if s.tiles == 0 {
		return Result{}, &geo.Error{Code: geo.NotFound, Message: "no tile of these layers, zooms and bounds holds anything", Mend: "check the layers and --bbox, or go to a deeper zoom"}
	}
	if err := s.out.Flush(); err != nil {
		return Result{}, geo.Wrap(geo.Unavailable, err, "cannot write the archive")
	}
	res := Result{Tiles: s.tiles, Contents: uint64(len(s.known))}
	res.MinZoom, res.MaxZoom = s.zooms()
	a := p.about(res)
	return a.Result, s.finish(path, format, a)
}

// fill draws into the spool what it lacks.
func (p *plan) fill(ctx context.Context, s *spool) error {
	var progress Progress
	next := s.next()
	if err := p.walk(ctx, func(id tiles.ID) bool {
		if progress.Total++; Number(id) < next {
			progress.Done++
		}
		return true
	}); err != nil {
		return err
	}
	return p.draw(ctx, next, func(batch []tile) error {
		for i := range batch {
			if batch[i].gzip == nil {
				continue
			}
			if err := s.put(&batch[i]); err != nil {
				return err
			}
		}
		progress.Done += uint64(len(batch))
		progress.Zoom = batch[len(batch)-1].id.Z
		if p.Progress != nil {
			p.Progress(progress)
		}
		return nil
	})
}

// finish gives the archive its name.
func (s *spool) finish(path string, format Format, a about) error {
	if format == PMTiles {
		if err := s.pmtiles(a); err != nil {
			return err
		}
		if err := s.file.Close(); err != nil { // Windows renames no open file
			return geo.Wrap(geo.Unavailable, err, "cannot write the archive")
		}
		return settle(s.file.Name(), path)
	}
	temp, err := createTemp(path)
	if err != nil {
		return err
	}
	err = errors.Join(temp.Close(), writeMBTiles(temp.Name(), s, a))
	if err == nil {
		err = settle(temp.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(temp.Name()))
	}
	return err
}

// createTemp makes a file beside path.
func createTemp(path string) (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "cannot write %s", path)
	}
	return f, nil
}

// settle brings a file safely to the disk and gives it its name.
func settle(temp, path string) error {
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err == nil {
		err = errors.Join(f.Chmod(0o644), f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return geo.Wrap(geo.Invalid, err, "cannot write %s", path)
	}
	return nil
}
