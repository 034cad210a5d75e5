package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/project"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/mvt/mvttest"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

var allLayers = []geo.LayerID{city.District, city.Town, city.Block, city.RiverSection, city.Street, city.Problem, city.Project}

func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func at(z uint8, p orb.Point) tiles.ID { return tiles.At(z, tiles.ToWorld(p)) }

// position gives the position at tile units x, y of a tile.
func position(id tiles.ID, x, y float64) orb.Point {
	b := id.Box()
	unit := float64(uint64(1)<<(32-id.Z)) / render.Extent
	return tiles.XY{X: uint32(float64(b.Min.X) + x*unit), Y: uint32(float64(b.Min.Y) + y*unit)}.Point()
}

func draw(t testing.TB, s *snapshot.Snapshot, id tiles.ID, layers ...geo.LayerID) []byte {
	t.Helper()
	var r render.Renderer
	b, err := r.Tile(render.Prepare(s, render.Limits{}), render.Query{Layers: layers}, id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t testing.TB, b []byte) []mvttest.Layer {
	t.Helper()
	layers, err := mvttest.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return layers
}

func TestEveryTileIsSound(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(1500))
	var r render.Renderer
	box := tiles.EmptyBox
	for _, l := range s.Layers() {
		l.All(func(i snapshot.Item) bool { box = box.Union(i.Box()); return true })
	}
	rnd := random(t)
	for z := range uint8(tiles.MaxZoom + 1) {
		for range 5 {
			p := tiles.XY{X: box.Min.X + rnd.Uint32N(box.Max.X-box.Min.X), Y: box.Min.Y + rnd.Uint32N(box.Max.Y-box.Min.Y)}
			id := tiles.At(z, p)
			raw, err := r.Tile(render.Prepare(s, render.Limits{}), render.Query{Layers: allLayers}, id)
			if err != nil {
				t.Fatal(err)
			}
			layers := decode(t, raw)
			for _, l := range layers {
				for _, f := range l.Features {
					framed(t, id, f)
				}
			}
			others, err := orbmvt.Unmarshal(raw)
			if err != nil || len(others) != len(layers) {
				t.Fatalf("%v: orb reads %d of %d layers: %v", id, len(others), len(layers), err)
			}
		}
	}
}

// TestWildShapesGiveSoundTiles draws what no editor would: rings that cross
// themselves, holes outside, spikes, repeats, far beyond the tile and on its edges.
func TestWildShapesGiveSoundTiles(t *testing.T) {
	rnd := random(t)
	var r render.Renderer
	for range 400 {
		id := at(uint8(4+rnd.IntN(19)), tiletest.Centre)
		unit := func() float64 {
			edges := []float64{-256, 0, 4096, 4352, 4352.5, -257, 2000, 2000.4}
			if rnd.IntN(3) == 0 {
				return edges[rnd.IntN(len(edges))]
			}
			return rnd.NormFloat64() * 6000
		}
		path := func() []orb.Point {
			var out []orb.Point
			for range 1 + rnd.IntN(9) {
				out = append(out, position(id, unit(), unit()))
			}
			return append(out, out[rnd.IntN(len(out))], out[0])
		}
		var wild orb.Collection
		for range 1 + rnd.IntN(3) {
			wild = append(wild, orb.Polygon{path(), path(), path()}, orb.LineString(path()), orb.MultiPoint(path()))
		}
		s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Project, 1, wild, tiletest.Lit(city.Project, "野", geo.Red))})
		raw, err := r.Tile(render.Prepare(s, render.Limits{}), render.Query{Layers: []geo.LayerID{city.Project}}, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range decode(t, raw) {
			for _, f := range l.Features {
				framed(t, id, f)
			}
		}
	}
}

func framed(t *testing.T, id tiles.ID, f mvttest.Feature) {
	t.Helper()
	for _, path := range f.Paths {
		for _, p := range path {
			if min(p[0], p[1]) < -render.Buffer || max(p[0], p[1]) > render.Extent+render.Buffer {
				t.Fatalf("%v: feature %d reaches %v", id, f.ID, p)
			}
		}
	}
}

func TestBytesDoNotDependOnTheOrderOfLoading(t *testing.T) {
	records := tiletest.City(600)
	a := tiletest.Snapshot(t, records)
	rnd := random(t)
	rnd.Shuffle(len(records), func(i, k int) { records[i], records[k] = records[k], records[i] })
	b := tiletest.Snapshot(t, records)
	for z := uint8(8); z < 17; z++ {
		id := at(z, tiletest.Centre)
		if !bytes.Equal(draw(t, a, id, allLayers...), draw(t, b, id, allLayers...)) {
			t.Errorf("%v differs", id)
		}
	}
}

func TestFeaturesAreRankedRedFirst(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(1500))
	rank := map[string]int{"red": 0, "yellow": 1, "green": 2, "none": 3}
	seen := map[string]bool{}
	for _, l := range decode(t, draw(t, s, at(12, tiletest.Centre), allLayers...)) {
		sorted := slices.IsSortedFunc(l.Features, func(a, b mvttest.Feature) int {
			la, lb := fmt.Sprint(a.Tags["light"]), fmt.Sprint(b.Tags["light"])
			seen[la], seen[lb] = true, true
			return rank[la] - rank[lb]
		})
		if !sorted {
			t.Errorf("layer %s is not in order", l.Name)
		}
	}
	if len(seen) != 4 {
		t.Errorf("lights %v: the city is not colourful enough", seen)
	}
}

// TestNeighboursDrawInOneOrder: what lies upon what must not change at a seam,
// which all streets here cross.
func TestNeighboursDrawInOneOrder(t *testing.T) {
	rnd, west := random(t), at(14, tiletest.Centre)
	east := tiles.ID{Z: west.Z, X: west.X + 1, Y: west.Y}
	var records []geo.Record
	for id := range geo.ID(400) {
		y := rnd.Float64() * render.Extent
		line := orb.LineString{position(east, -1-2000*rnd.Float64(), y), position(east, 1+2000*rnd.Float64(), y+40)}
		records = append(records, tiletest.One(city.Street, id+1, line, tiletest.Lit(city.Street, "路", geo.Light(id%4))))
	}
	s := tiletest.Snapshot(t, records)
	order := func(id tiles.ID) (out []uint64) {
		for _, f := range mvttest.Find(decode(t, draw(t, s, id, city.Street)), string(city.Street)).Features {
			out = append(out, f.ID)
		}
		return out
	}
	if a, b := order(west), order(east); len(a) != len(records) || !slices.Equal(a, b) {
		t.Errorf("%v and %v draw %d and %d streets, not in one order", west, east, len(a), len(b))
	}
}

// TestDrawingAllocatesNothing: once the buffers have grown, no feature takes an
// allocation, and a tile that is not crowded none at all.
func TestDrawingAllocatesNothing(t *testing.T) {
	p := render.Prepare(tiletest.Snapshot(t, tiletest.City(3000)), render.Limits{Reds: 50, Bytes: 40_000, DeepBytes: 40_000})
	var r render.Renderer
	for _, fields := range [][]string{nil, {"name", "light", "rank"}} {
		for _, z := range []uint8{6, 9, 12, 14, 16} {
			id := at(z, tiletest.Centre)
			draw := func() {
				if b, err := r.Tile(p, render.Query{Layers: allLayers, Fields: fields}, id); err != nil || len(b) == 0 {
					t.Fatalf("%d bytes, %v", len(b), err)
				}
			}
			draw()
			most := 0.0 // what Check of the fields takes, and clusters of a layer, however many features there are
			if z < 14 {
				most = float64(2 * len(allLayers))
			}
			if fields != nil {
				q := render.Query{Layers: allLayers, Fields: fields}
				most += testing.AllocsPerRun(10, func() { _ = q.Check(p.Snapshot()) })
			}
			if n := testing.AllocsPerRun(10, draw); n > most {
				t.Errorf("zoom %d, fields %v: %v allocations, at most %v are fit", z, fields, n, most)
			}
		}
	}
}

func TestAttributes(t *testing.T) {
	id := at(14, tiletest.Centre)
	p := tiletest.Lit(city.Project, "桃浦 4 号能源站", geo.Red)
	p["category"], p["level"], p["investment"], p["lifecycle"] = "市政", "区属", 3.5, "在建"
	street := tiletest.Lit(city.Street, "武宁路", geo.Green)
	street["rank"] = int64(2)
	late := tiletest.One(city.Project, 8, position(id, 50, 60), geo.Properties{"name": "逾期"})
	late.Reports = []geo.Report{{Layer: city.Project, Feature: 8, Date: geo.NewDate(2022, 9, 30), Version: 1,
		Properties: geo.Properties{geo.PlannedProgress: 50.0, geo.ActualProgress: 50.0}}}
	s := tiletest.Snapshot(t, []geo.Record{
		tiletest.One(city.Project, 1<<50, position(id, 100, 200), p), late,
		tiletest.One(city.Street, 5, orb.LineString{position(id, 10, 10), position(id, 400, 10)}, street),
	})
	layers := decode(t, draw(t, s, id, allLayers...))
	for _, c := range []struct {
		layer string
		id    uint64
		want  string
	}{
		{"project", 1 << 50, `{"category":"市政","code":"project-1125899906842624","goal_outcome":"无法完成","level":"区属","lifecycle":"在建","light":"red","name":"桃浦 4 号能源站"}`},
		{"project", 8, `{"code":"project-8","light":"green","name":"逾期","overdue":true}`},
		{"street", 5, `{"code":"street-5","light":"green","name":"武宁路","rank":2,"state":"完成"}`},
		{"street_label", 5, `{"code":"street-5","light":"green","name":"武宁路","rank":2,"state":"完成"}`},
	} {
		t.Run(c.layer, func(t *testing.T) {
			for _, f := range mvttest.Find(layers, c.layer).Features {
				if got, _ := json.Marshal(f.Tags); f.ID == c.id && string(got) != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				} else if f.ID == c.id {
					return
				}
			}
			t.Errorf("feature %d is not in the layer", c.id)
		})
	}
}

// kinds is a layer with a field of every type, labelled by a number.
func kinds() geo.Layer {
	return geo.Layer{ID: "kinds", Geometry: geo.AnyGeometry, Label: "number", Fields: []geo.Field{
		{Name: "number", Type: geo.FloatField, Tile: true}, {Name: "text", Type: geo.TextField, Tile: true},
		{Name: "count", Type: geo.IntField, Tile: true}, {Name: "open", Type: geo.BoolField, Tile: true},
		{Name: "day", Type: geo.DateField, Tile: true}, {Name: "at", Type: geo.TimeField, Tile: true},
		{Name: "hidden", Type: geo.TextField},
	}}
}

func kindsOf(n int) geo.Properties {
	return geo.Properties{"number": float64(n) / 4, "text": fmt.Sprintf("文%d", n%5), "count": math.MaxInt64 - int64(n), "open": n%2 == 0,
		"day": geo.NewDate(2022, 12, n%365), "at": time.UnixMicro(1_671_000_000_500_000 + int64(n)).UTC(), "hidden": "隐"}
}

func TestAttributesOfEveryType(t *testing.T) {
	id := at(14, tiletest.Centre)
	p := kindsOf(31)
	source := &tiletest.Source{Decls: []geo.Layer{kinds()}, Records: []geo.Record{
		tiletest.One("kinds", 1, position(id, 100, 200), p), tiletest.One("kinds", 2, position(id, 100, 200), nil),
	}}
	s, err := snapshot.Load(context.Background(), source)
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"code": "kinds-1", "light": "none", "name": "7.75", "number": 7.75, "text": "文1", "count": int64(math.MaxInt64 - 31),
			"open": false, "day": "2022-12-31", "at": "2022-12-14T06:40:00.500031Z"},
		{"code": "kinds-2", "light": "none"},
	}
	for i, f := range mvttest.Find(decode(t, draw(t, s, id, "kinds")), "kinds").Features {
		if !maps.Equal(f.Tags, want[i]) {
			t.Errorf("feature %d: got %v, want %v", f.ID, f.Tags, want[i])
		}
	}
}

func TestUnknownLayerIsNotFound(t *testing.T) {
	var r render.Renderer
	_, err := r.Tile(render.Prepare(tiletest.Snapshot(t, nil), render.Limits{}), render.Query{Layers: []geo.LayerID{city.Project, "nosuch"}}, tiles.ID{})
	if geo.CodeOf(err) != geo.NotFound || !strings.Contains(err.Error(), "nosuch") {
		t.Error(err)
	}
}

// TestNoSeams: on both sides of a shared edge a line is at the same place.
func TestNoSeams(t *testing.T) {
	rnd := random(t)
	for range 150 {
		z := 8 + uint8(rnd.IntN(10))
		left := at(z, tiletest.Centre)
		right := tiles.ID{Z: z, X: left.X + 1, Y: left.Y}
		var line orb.LineString
		for i := range 3 + rnd.IntN(30) {
			line = append(line, position(left, 2000+float64(i)*200*rnd.Float64(), 4096*rnd.Float64()))
		}
		line = append(line, position(right, 2000, 2000))
		s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Street, 1, line, tiletest.Lit(city.Street, "路", geo.Red))})
		a := crossings(mvttest.Find(decode(t, draw(t, s, left, city.Street)), "street"), render.Extent)
		b := crossings(mvttest.Find(decode(t, draw(t, s, right, city.Street)), "street"), 0)
		if len(a) != len(b) || len(a) == 0 {
			t.Fatalf("%v: crossings %v and %v", left, a, b)
		}
		for i := range a {
			if d := a[i] - b[i]; d > 1 || d < -1 {
				t.Fatalf("%v: the line crosses at %v, its neighbour says %v", left, a, b)
			}
		}
	}
}

// crossings gives where lines pass the column x, ordered.
func crossings(l mvttest.Layer, x int32) []float64 {
	var out []float64
	for _, f := range l.Features {
		for _, path := range f.Paths {
			for i := 1; i < len(path); i++ {
				p, q := path[i-1], path[i]
				if (p[0] < x) != (q[0] < x) {
					out = append(out, float64(p[1])+float64(q[1]-p[1])*float64(x-p[0])/float64(q[0]-p[0]))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// TestPolygonsStayValid: by the rules for simple features, hole and clip and all.
func TestPolygonsStayValid(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(3000))
	polygons, broken := 0, 0
	for z := uint8(10); z < 18; z++ {
		mid := at(z, tiletest.Centre)
		for d := range uint32(9) {
			id := tiles.ID{Z: z, X: mid.X + d/3 - 1, Y: mid.Y + d%3 - 1}
			n, bad := valid(t, id, draw(t, s, id, allLayers...))
			polygons, broken = polygons+n, broken+bad
		}
	}
	if polygons == 0 || broken*500 > polygons { // the grid itself may pinch a narrow place
		t.Errorf("%d of %d polygons are not valid", broken, polygons)
	}
}

// unproject brings tile units into the range of degrees, each exactly.
func unproject(g orb.Geometry) orb.Geometry {
	scale := func(p orb.Point) orb.Point { return orb.Point{p[0] / 64, p[1] / 64} }
	return project.Geometry(g, scale)
}

// TestSharedBordersStayShared: what a town loses on the grid its neighbours gain.
func TestSharedBordersStayShared(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(2000))
	for z := uint8(9); z < 16; z++ {
		id := at(z, tiletest.Centre)
		layers := decode(t, draw(t, s, id, city.Town, city.District))
		var towns, districts int64
		for _, f := range mvttest.Find(layers, "town").Features {
			for _, r := range f.Paths {
				towns += mvttest.Area(r)
			}
		}
		for _, f := range mvttest.Find(layers, "district").Features {
			for _, r := range f.Paths {
				districts += mvttest.Area(r)
			}
		}
		if towns != districts || towns == 0 {
			t.Errorf("%v: towns cover %d, districts %d half units", id, towns, districts)
		}
	}
}

func TestNoRedVanishes(t *testing.T) {
	records := tiletest.City(500)
	loop := orb.LineString{tiletest.Centre, {tiletest.Centre[0] + 1e-7, tiletest.Centre[1]}, tiletest.Centre}
	records = append(records, tiletest.One(city.Street, 90001, loop, tiletest.Lit(city.Street, "环路", geo.Red)))
	frame := orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(300 * tiletest.Metre)
	hole := frame.Pad(-0.5 * tiletest.Metre).ToRing()
	hole.Reverse()
	records = append(records, tiletest.One(city.Block, 90002, orb.Polygon{frame.ToRing(), hole}, tiletest.Lit(city.Block, "框", geo.Red)))
	s := tiletest.Snapshot(t, records)
	for z := range uint8(18) {
		for _, name := range []geo.LayerID{city.Project, city.Street, city.Block} {
			l, _ := s.Layer(name)
			drawn, labelled := map[uint64]bool{}, map[uint64]int{}
			box := tiles.EmptyBox
			l.All(func(i snapshot.Item) bool { box = box.Union(i.Box()); return true })
			tiles.Cover(box, z, func(id tiles.ID) bool {
				layers := decode(t, draw(t, s, id, name))
				for _, f := range mvttest.Find(layers, string(name)).Features {
					drawn[f.ID] = true
				}
				for _, f := range mvttest.Find(layers, string(name)+render.LabelSuffix).Features {
					labelled[f.ID]++
				}
				return true
			})
			l.All(func(i snapshot.Item) bool {
				shown := render.Shown(l.Decl(), i.Light(), z)
				if i.Light() == geo.Red && !drawn[uint64(i.ID())] {
					t.Errorf("zoom %d: red %s is nowhere", z, i.Code())
				}
				if !shown && drawn[uint64(i.ID())] {
					t.Errorf("zoom %d: %s is drawn above its first zoom", z, i.Code())
				}
				if want := hasExtent(i) && shown; labelled[uint64(i.ID())] != b2i(want) {
					t.Errorf("zoom %d: %s has %d label points", z, i.Code(), labelled[uint64(i.ID())])
				}
				return true
			})
		}
	}
}

func hasExtent(i snapshot.Item) bool {
	return slices.ContainsFunc(i.Shape(), func(p snapshot.Part) bool { return p.Kind != snapshot.PointPart })
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestPolygonAroundTheTileFillsIt(t *testing.T) {
	id := at(16, tiletest.Centre)
	big := orb.Bound{Min: position(id, -90000, 90000), Max: position(id, 90000, -90000)}.ToPolygon()
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Block, 1, big, tiletest.Lit(city.Block, "大", geo.Green))})
	f := mvttest.Find(decode(t, draw(t, s, id, city.Block)), "block").Features
	side := int64(render.Extent + 2*render.Buffer)
	if len(f) != 1 || len(f[0].Paths) != 1 || mvttest.Area(f[0].Paths[0]) != 2*side*side {
		t.Errorf("%v", f)
	}
}

func TestPolygonIsNotInItsHole(t *testing.T) {
	id := at(16, tiletest.Centre)
	big := orb.Bound{Min: position(id, -90000, 90000), Max: position(id, 90000, -90000)}
	hole := big.Pad(-100 * tiletest.Metre).ToRing()
	hole.Reverse()
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Project, 1, orb.Polygon{big.ToRing(), hole}, nil)})
	if b := draw(t, s, id, city.Project); len(mvttest.Find(decode(t, b), "project").Features) != 0 {
		t.Errorf("%v", decode(t, b))
	}
}

func TestPointsShowInTheBufferOfNeighbours(t *testing.T) {
	id := at(15, tiletest.Centre)
	s := tiletest.Snapshot(t, []geo.Record{tiletest.One(city.Project, 1, position(id, 4090, 2000), nil)})
	for _, c := range []struct {
		id   tiles.ID
		want int
	}{{id, 1}, {tiles.ID{Z: 15, X: id.X + 1, Y: id.Y}, 1}, {tiles.ID{Z: 15, X: id.X - 1, Y: id.Y}, 0}, {tiles.ID{Z: 15, X: id.X, Y: id.Y + 1}, 0}} {
		if got := len(decode(t, draw(t, s, c.id, city.Project))); got != c.want {
			t.Errorf("%v has %d layers, want %d", c.id, got, c.want)
		}
	}
}
