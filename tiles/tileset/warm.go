package tileset

import (
	"context"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// maxWarm bounds the tiles that one Warm draws.
const maxWarm = 512

// Warm draws the tiles of a query that show something, from the root to a zoom,
// and keeps them, so that whoever opens the map first does not wait for the
// largest ones. It draws one at a time and leaves the other renderers to those
// who ask meanwhile. It gives how many tiles it saw to, and the error of ctx or
// of the query. Tiles that the database would draw are left to be asked for.
func (t *Tileset) Warm(ctx context.Context, q render.Query, to uint8) (int, error) {
	sel, err := t.Select(q)
	if err != nil {
		return 0, err
	}
	drawn := 0
	next := []tiles.ID{{}}
	for len(next) > 0 && drawn < maxWarm {
		id := next[0]
		next = next[1:]
		if ctx.Err() != nil {
			return drawn, ctx.Err()
		}
		if !inMemory(t.Current(), sel.query.Layers, id) {
			continue
		}
		if _, err := t.Tile(ctx, sel, id); err != nil {
			return drawn, err
		}
		drawn++
		if id.Z < to {
			x, y := 2*id.X, 2*id.Y
			next = append(next, tiles.ID{Z: id.Z + 1, X: x, Y: y}, tiles.ID{Z: id.Z + 1, X: x + 1, Y: y},
				tiles.ID{Z: id.Z + 1, X: x, Y: y + 1}, tiles.ID{Z: id.Z + 1, X: x + 1, Y: y + 1})
		}
	}
	return drawn, nil
}

// inMemory reports whether a layer has a feature at the tile, and the database
// has no part in it.
func inMemory(s *snapshot.Snapshot, layers []geo.LayerID, id tiles.ID) bool {
	found := false
	for _, name := range layers {
		l, ok := s.Layer(name)
		if !ok || l.Decl().Serve == geo.FromDatabase {
			return false
		}
		if !found {
			l.Search(id.Box(), func(snapshot.Item) bool { found = true; return false })
		}
	}
	return found
}
