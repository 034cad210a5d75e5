package tileset_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt/mvttest"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
	"yiping/tiles/tiletest"
)

func TestTouched(t *testing.T) {
	street := func(g orb.Geometry, name string, l geo.Light) geo.Record {
		return tiletest.Reported(tiletest.One(city.Street, 1, g, geo.Properties{"name": name}), l)
	}
	line := orb.LineString{tiletest.Centre, {tiletest.Centre[0] + 50*tiletest.Metre, tiletest.Centre[1]}}
	other := orb.LineString{{121.5, 31.3}, {121.5001, 31.3}}
	first := city.Layers()[4].MinZoom
	for _, c := range []struct {
		outcome  string
		old, new geo.Record
		low      int // first zoom named, -1 for none
		high     int
	}{
		{"a light alone touches nothing where the layer is shown", street(line, "a", geo.Yellow), street(line, "a", geo.Green), -1, -1},
		{"turning red touches the zooms above the layer's first", street(line, "a", geo.Yellow), street(line, "a", geo.Red), 0, int(first) - 1},
		{"a name touches all from the layer's first", street(line, "a", geo.Green), street(line, "b", geo.Green), int(first), 16},
		{"a red one's name touches all", street(line, "a", geo.Red), street(line, "b", geo.Red), 0, 16},
		{"a move touches both places", street(line, "a", geo.Green), street(other, "a", geo.Green), int(first), 16},
		{"a removal touches where it was", street(line, "a", geo.Green), geo.Record{Layer: city.Street, ID: 1}, int(first), 16},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			s := newStage(t, []geo.Record{c.old})
			ids := s.Touched(s.change(t, geo.Changes{Records: []geo.Record{c.new}}))
			if c.low < 0 {
				if len(ids) > 0 {
					t.Errorf("%v", ids)
				}
				return
			}
			if tileset.All(ids) || len(ids) == 0 || int(ids[0].Z) != c.low || int(ids[len(ids)-1].Z) != c.high {
				t.Fatalf("%v, want zooms %d to %d", ids, c.low, c.high)
			}
			for _, r := range []geo.Record{c.old, c.new} {
				if r.Feature == nil {
					continue
				}
				for z := c.low; z <= c.high; z++ {
					if id := at(uint8(z), r.Feature.Geometry.Bound().Center()); !slices.Contains(ids, id) {
						t.Errorf("%v is missing in %v", id, ids)
					}
				}
			}
		})
	}
	t.Run("a row that belongs to a feature touches nothing", func(t *testing.T) {
		owner := street(line, "a", geo.Green)
		s := newStage(t, []geo.Record{owner})
		row := tiletest.One(city.Record, 9, nil, geo.Properties{"of_layer": string(city.Street), "of_code": owner.Feature.Code, "kind": "检查", "day": geo.NewDate(2022, 6, 1)})
		d := s.change(t, geo.Changes{Records: []geo.Record{row}})
		if len(d.Changes) != 2 || !slices.ContainsFunc(d.Changes, func(c snapshot.Change) bool { return c.Layer == city.Street && c.Attached }) {
			t.Fatalf("changes %+v, want the row and its street", d.Changes)
		}
		if ids := s.Touched(d); len(ids) > 0 {
			t.Errorf("%v", ids)
		}
	})
	t.Run("a whole layer touches all", func(t *testing.T) {
		s := newStage(t, nil)
		if ids := s.Touched(s.change(t, geo.Changes{Reset: []geo.LayerID{city.Street}})); !tileset.All(ids) {
			t.Errorf("%v", ids)
		}
	})
	t.Run("too many to name are all", func(t *testing.T) {
		s := newStage(t, nil)
		wide := orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.5).ToPolygon()
		if ids := s.Touched(s.change(t, geo.Changes{Records: []geo.Record{tiletest.One(city.Block, 1, wide, nil)}})); !tileset.All(ids) {
			t.Errorf("%d tiles", len(ids))
		}
	})
}

// TestTouchedNamesEveryTileOfOtherContent compares what is in the tiles.
func TestTouchedNamesEveryTileOfOtherContent(t *testing.T) {
	rnd := random(t)
	records, next := tiletest.City(100), geo.ID(100_000)
	s := newStage(t, records)
	ids := slices.DeleteFunc(pool(), func(id tiles.ID) bool { return id.Z > 16 })
	get(t, s.Tileset, tiles.ID{}, all...) // only what has been asked for is looked after
	differing, clusters := 0, 0
	for range 10 {
		before := s.now
		var c geo.Changes
		records, c = tiletest.Edit(rnd, records, next)
		next += 10
		d := s.change(t, c)
		touched := s.Touched(d)
		if tileset.All(touched) {
			continue
		}
		for _, id := range ids {
			now := content(t, s.now, fresh(t, s.now, id, all...))
			if content(t, before, fresh(t, before, id, all...)) == now {
				continue
			}
			differing++
			if strings.Contains(now, render.ClusterSuffix) {
				clusters++
			}
			if !slices.Contains(touched, id) {
				t.Fatalf("%v differs and is not named; changes %+v", id, d.Changes)
			}
		}
	}
	if differing == 0 || clusters == 0 {
		t.Errorf("edits changed %d tiles, %d with clusters", differing, clusters)
	}
}

// TestTouchedNamesTilesDrawnWithLess changes lights only, where tiles are so near
// the limit that a light may make them larger: then the shapes give way to points.
func TestTouchedNamesTilesDrawnWithLess(t *testing.T) {
	rnd := random(t)
	rounds := map[bool]int{}
	for round := range 12 {
		var records []geo.Record
		for n := range 5 {
			line := orb.LineString{}
			for k := range 300 { // more vertices than are reckoned with
				line = append(line, orb.Point{tiletest.Centre[0] + float64(k)*20*tiletest.Metre, tiletest.Centre[1] + (float64(n*100)+100*rnd.Float64())*tiletest.Metre})
			}
			layer := []geo.LayerID{city.Street, city.Project}[n%2]
			records = append(records, tiletest.Reported(tiletest.One(layer, geo.ID(n+1), line, geo.Properties{"name": fmt.Sprint("长路", n)}), geo.Light(rnd.IntN(4))))
		}
		z := uint8(10 + rnd.IntN(4))
		id := at(z, orb.Point{tiletest.Centre[0] + 1000*tiletest.Metre, tiletest.Centre[1] + 1000*tiletest.Metre})
		now := tiletest.Snapshot(t, records)
		tile := func(s *snapshot.Snapshot, bytes int) []byte {
			var r render.Renderer
			raw, err := r.Tile(render.Prepare(s, render.Limits{Reds: 1000, Bytes: bytes, DeepBytes: 1 << 20}), render.Query{Layers: all}, id)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		whole := len(tile(now, 1<<20))
		limit := whole + []int{0, rnd.IntN(40), rnd.IntN(whole/5 + 250), whole}[round%4]
		rounds[len(tile(now, limit)) < whole]++
		s := &stage{tileset.New(tileset.Options{Limits: render.Limits{Reds: 1000, Bytes: limit, DeepBytes: 1 << 20}}), now}
		s.Publish(now, snapshot.Delta{})
		get(t, s.Tileset, id, all...)
		for range 30 {
			before, r := s.now, tiletest.Reported(records[rnd.IntN(len(records))], geo.Light(rnd.IntN(4)))
			touched := s.Touched(s.change(t, geo.Changes{Records: []geo.Record{r}}))
			fresh := tile(s.now, limit)
			if _, raw := get(t, s.Tileset, id, all...); !bytes.Equal(raw, fresh) {
				t.Fatalf("%v is not what it would be drawn as now", id)
			}
			if len(fresh) > limit {
				t.Fatalf("%v takes %d bytes, may take %d", id, len(fresh), limit)
			}
			differs := content(t, before, tile(before, limit)) != content(t, s.now, fresh)
			if differs && !tileset.All(touched) && !slices.Contains(touched, id) {
				t.Fatalf("%v of %d bytes may have %d, differs and is not named in %v", id, len(fresh), limit, touched)
			}
		}
	}
	if len(rounds) < 2 {
		t.Errorf("drawn with less, or not: %v; this shows nothing", rounds)
	}
}

// content writes what a tile shows, lights and stand-ins of reds left out.
func content(t *testing.T, s *snapshot.Snapshot, raw []byte) string {
	t.Helper()
	layers, err := mvttest.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, l := range layers {
		if strings.HasSuffix(l.Name, render.ClusterSuffix) {
			lines = append(lines, fmt.Sprint(l.Name, l.Features))
			continue
		}
		decl, _ := s.Layer(geo.LayerID(strings.TrimSuffix(l.Name, render.LabelSuffix)))
		for _, f := range l.Features {
			it, _ := decl.ByID(geo.ID(f.ID))
			points := slices.ContainsFunc(it.Shape(), func(p snapshot.Part) bool { return p.Kind == snapshot.PointPart })
			if f.Type == "point" && !points && l.Name == string(decl.Decl().ID) {
				continue
			}
			delete(f.Tags, "light")
			delete(f.Tags, "overdue")
			lines = append(lines, fmt.Sprint(l.Name, f))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
