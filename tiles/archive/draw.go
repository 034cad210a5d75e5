package archive

import (
	"bytes"
	"context"
	"crypto/sha256"

	"golang.org/x/sync/errgroup"

	"yiping/geo"
	"yiping/tiles"
	"yiping/tiles/mvt"
	"yiping/tiles/render"
)

const (
	batchSize = 16 // tiles a worker takes at a time
	ahead     = 4  // batches for each worker that may wait to be written
)

// digest tells the contents of tiles apart.
type digest [16]byte

// tile is a tile on its way to the file.
type tile struct {
	id     tiles.ID
	digest digest // of the bytes without coding
	gzip   []byte // nil: empty
}

// batch is a run of tiles to draw.
type batch struct {
	tiles []tile
	drawn chan struct{} // closed when they are
}

// draw draws the tiles that walk finds, from the number next on, on all workers
// and gives them to put in that order. No more than workers × ahead batches are in memory.
func (p *plan) draw(ctx context.Context, next uint64, put func([]tile) error) error {
	g, ctx := errgroup.WithContext(ctx)
	todo := make(chan *batch)
	queue := make(chan *batch, ahead*p.Workers)
	g.Go(func() error {
		defer close(todo)
		defer close(queue)
		return p.deal(ctx, next, todo, queue)
	})
	for range p.Workers {
		g.Go(func() error {
			a := artist{plan: p}
			for b := range todo {
				if err := a.draw(b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.Go(func() error {
		for b := range queue {
			select {
			case <-b.drawn:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := put(b.tiles); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	return g.Wait()
}

// deal gives what walk finds out in batches: to the queue first, so that it is
// the queue that bounds how many there are.
func (p *plan) deal(ctx context.Context, from uint64, todo, queue chan<- *batch) error {
	var next []tile
	send := func() bool {
		b := &batch{next, make(chan struct{})}
		next = nil
		for _, to := range []chan<- *batch{queue, todo} {
			select {
			case to <- b:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	err := p.walk(ctx, func(id tiles.ID) bool {
		if Number(id) < from {
			return true
		}
		next = append(next, tile{id: id})
		return len(next) < batchSize || send()
	})
	if err == nil && len(next) > 0 {
		send()
	}
	return ctx.Err()
}

// artist is what one worker draws with.
type artist struct {
	*plan
	renderer render.Renderer
	zipper   mvt.Zipper // as in package tileset: the tiles are the same bytes
	last     tile       // drawn last that was not empty: neighbours are often equal
}

func (a *artist) draw(b *batch) error {
	for i := range b.tiles {
		t := &b.tiles[i]
		raw, err := a.renderer.Tile(a.prepared, render.Query{Layers: a.Layers}, t.id)
		if err != nil {
			return err
		}
		if len(raw) == 0 {
			continue
		}
		sum := sha256.Sum256(raw)
		t.digest = digest(sum[:])
		if t.digest == a.last.digest {
			t.gzip = a.last.gzip
			continue
		}
		coded, err := a.zipper.Gzip(raw)
		if err != nil {
			return geo.Wrap(geo.Internal, err, "tile cannot be compressed")
		}
		t.gzip = bytes.Clone(coded)
		a.last = *t
	}
	close(b.drawn)
	return nil
}
