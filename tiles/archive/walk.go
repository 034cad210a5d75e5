package archive

import (
	"context"

	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// walk calls yield, in ascending order of tile numbers, with every tile that may
// hold something: one into which the box of a shown feature reaches. It goes down
// from the root for every zoom and enters no subtree where nothing is.
func (p *plan) walk(ctx context.Context, yield func(tiles.ID) bool) error {
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		w := walker{plan: p, zoom: z, done: ctx.Done(), yield: yield}
		if !w.descend(0, 0) {
			break
		}
	}
	return ctx.Err()
}

// walker looks for the tiles of one zoom.
type walker struct {
	*plan
	zoom  uint8
	done  <-chan struct{}
	yield func(tiles.ID) bool
}

// descend visits the tiles of the walker's zoom under the n-th of the zoom z, and
// says false once it is to end.
func (w *walker) descend(z uint8, n uint64) bool {
	select {
	case <-w.done:
		return false
	default:
	}
	id := curve(z, n)
	switch {
	case !id.Box().Intersects(w.extent) || !w.holds(id):
		return true
	case z == w.zoom:
		return w.yield(id)
	}
	for quarter := range uint64(4) {
		if !w.descend(z+1, n<<2|quarter) {
			return false
		}
	}
	return true
}

// holds reports whether a feature shown at the walker's zoom reaches into the
// tile or its buffer, which holds the buffers of all tiles under it.
func (w *walker) holds(id tiles.ID) bool {
	box := render.Box(id)
	for _, l := range w.layers {
		found := false
		l.Search(box, func(it snapshot.Item) bool {
			found = render.Shown(l.Decl(), it.Light(), w.zoom)
			return !found
		})
		if found {
			return true
		}
	}
	return false
}
