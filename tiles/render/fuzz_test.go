package render_test

import (
	"encoding/binary"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

// FuzzTile draws shapes made of any vertices at any zoom, crowded and not: every
// tile is one that the strict reader takes (see mvttest.Decode for the rules of the
// specification that it holds) and within its frame.
func FuzzTile(f *testing.F) {
	f.Add(uint8(12), []byte{1, 0, 0, 1, 0, 200, 0, 200, 2, 10, 10, 10, 20, 20, 20})
	f.Add(uint8(3), []byte{3, 255, 255, 255, 0, 0, 255, 0, 0})
	f.Add(uint8(20), []byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1})
	f.Fuzz(func(t *testing.T, zoom uint8, data []byte) {
		id := at(zoom%(tiles.MaxZoom+1), tiletest.Centre)
		shapes := shapesOf(id, data)
		if len(shapes) == 0 {
			return
		}
		records := []geo.Record{tiletest.One(city.Project, 1, shapes, tiletest.Lit(city.Project, "野", geo.Red))}
		for i, g := range shapes {
			records = append(records, tiletest.One(city.Project, geo.ID(i+2), g, tiletest.Lit(city.Project, "散", geo.Light(i%4))))
		}
		s := tiletest.Snapshot(t, records)
		for _, limits := range []render.Limits{{}, {Reds: 1, Bytes: 200, DeepBytes: 100}} {
			var r render.Renderer
			raw, err := r.Tile(render.Prepare(s, limits), render.Query{Layers: []geo.LayerID{city.Project}}, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range decode(t, raw) {
				for _, f := range l.Features {
					framed(t, id, f)
				}
			}
		}
	})
}

// shapesOf reads kinds and vertices: a byte of kind and number, then four bytes a
// vertex, in tile units round the tile.
func shapesOf(id tiles.ID, data []byte) orb.Collection {
	var out orb.Collection
	for len(data) > 0 && len(out) < 8 {
		kind, n := data[0]%3, int(data[0]/3)%12+1
		data = data[1:]
		var run []orb.Point
		for ; n > 0 && len(data) >= 4; n, data = n-1, data[4:] {
			x, y := int16(binary.LittleEndian.Uint16(data)), int16(binary.LittleEndian.Uint16(data[2:]))
			run = append(run, position(id, max(0, float64(x)/4), max(0, float64(y)/4)))
		}
		switch {
		case len(run) == 0:
		case kind == 0:
			out = append(out, orb.MultiPoint(run))
		case kind == 1:
			out = append(out, orb.LineString(run))
		default:
			out = append(out, orb.Polygon{append(run, run[0])})
		}
	}
	return out
}
