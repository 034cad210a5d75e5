package tileset_test

import (
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
			if content(t, before, id) == content(t, s.now, id) {
				continue
			}
			differing++
			if strings.Contains(content(t, s.now, id), render.ClusterSuffix) {
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

// content writes what a tile shows, lights and stand-ins of reds left out.
func content(t *testing.T, s *snapshot.Snapshot, id tiles.ID) string {
	t.Helper()
	layers, err := mvttest.Decode(fresh(t, s, id, all...))
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
