package mvt_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"

	"yiping/tiles/mvt"
	"yiping/tiles/mvt/mvttest"
)

func ring(xy ...int32) []mvt.XY {
	var out []mvt.XY
	for i := 0; i < len(xy); i += 2 {
		out = append(out, mvt.XY{X: xy[i], Y: xy[i+1]})
	}
	return out
}

// one encodes a single feature and decodes it.
func one(t *testing.T, draw func(*mvt.Encoder)) []mvttest.Feature {
	t.Helper()
	var e mvt.Encoder
	e.Begin("a")
	e.Feature(7)
	draw(&e)
	e.Close()
	layers, err := mvttest.Decode(e.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return mvttest.Find(layers, "a").Features
}

func TestGeometryIsCleanedAndWound(t *testing.T) {
	type paths = [][][2]int32
	for _, c := range []struct {
		outcome string
		draw    func(*mvt.Encoder)
		want    map[string]paths
	}{
		{"points keep their order and lose repeats", func(e *mvt.Encoder) {
			e.Point(mvt.XY{X: 1, Y: 2})
			e.Point(mvt.XY{X: 1, Y: 2})
			e.Point(mvt.XY{X: -5, Y: 4096})
		}, map[string]paths{"point": {{{1, 2}, {-5, 4096}}}}},
		{"a line loses repeats and straight vertices", func(e *mvt.Encoder) {
			e.Line(ring(0, 0, 0, 0, 5, 5, 9, 9, 9, 20))
		}, map[string]paths{"line": {{{0, 0}, {9, 9}, {9, 20}}}}},
		{"a line that turns back keeps its tip", func(e *mvt.Encoder) {
			e.Line(ring(0, 0, 9, 0, 3, 0))
		}, map[string]paths{"line": {{{0, 0}, {9, 0}, {3, 0}}}}},
		{"a line of one position is not written", func(e *mvt.Encoder) { e.Line(ring(4, 4, 4, 4)) }, nil},
		{"two lines go on from each other's end", func(e *mvt.Encoder) {
			e.Line(ring(0, 0, 9, 0))
			e.Line(ring(9, 0, 9, 9))
		}, map[string]paths{"line": {{{0, 0}, {9, 0}}, {{9, 0}, {9, 9}}}}},
		{"an outer ring that runs the wrong way is turned", func(e *mvt.Encoder) {
			e.Ring(ring(0, 0, 0, 9, 9, 9, 9, 0, 0, 0), false)
		}, map[string]paths{"polygon": {{{9, 0}, {9, 9}, {0, 9}, {0, 0}}}}},
		{"a hole is turned against its outer ring", func(e *mvt.Encoder) {
			e.Ring(ring(0, 0, 9, 0, 9, 9, 0, 9), false)
			e.Ring(ring(2, 2, 5, 2, 5, 5), true)
		}, map[string]paths{"polygon": {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}, {{5, 5}, {5, 2}, {2, 2}}}}},
		{"a spike is cut off", func(e *mvt.Encoder) {
			e.Ring(ring(0, 0, 9, 0, 9, 9, 20, 9, 9, 9, 0, 9), false)
		}, map[string]paths{"polygon": {{{0, 0}, {9, 0}, {9, 9}, {0, 9}}}}},
		{"a spike at the seam is cut off", func(e *mvt.Encoder) {
			e.Ring(ring(-9, 0, 9, 0, 9, 9, 0, 9, 0, 0), false)
		}, map[string]paths{"polygon": {{{9, 0}, {9, 9}, {0, 9}, {0, 0}}}}},
		{"a ring without area falls with its holes", func(e *mvt.Encoder) {
			e.Ring(ring(0, 0, 9, 9, 4, 4), false)
			e.Ring(ring(2, 2, 5, 2, 5, 5), true)
		}, nil},
		{"a polygon that is all hole is not written", func(e *mvt.Encoder) {
			e.Ring(ring(0, 0, 9, 0, 9, 9), false)
			e.Ring(ring(20, 20, 29, 20, 29, 29, 20, 29), false)
			e.Ring(ring(20, 20, 29, 20, 29, 29, 20, 29), true)
			e.Ring(ring(22, 22, 25, 22, 25, 25), true)
			e.Ring(ring(30, 0, 39, 0, 39, 9), false)
		}, map[string]paths{"polygon": {{{0, 0}, {9, 0}, {9, 9}}, {{30, 0}, {39, 0}, {39, 9}}}}},
		{"a hole without an outer ring is not written", func(e *mvt.Encoder) { e.Ring(ring(2, 2, 5, 2, 5, 5), true) }, nil},
		{"mixed kinds become one feature each", func(e *mvt.Encoder) {
			e.Line(ring(0, 0, 9, 0))
			e.Point(mvt.XY{X: 3, Y: 3})
			e.Ring(ring(0, 0, 9, 0, 9, 9), false)
		}, map[string]paths{"point": {{{3, 3}}}, "line": {{{0, 0}, {9, 0}}}, "polygon": {{{0, 0}, {9, 0}, {9, 9}}}}},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			got := map[string]paths{}
			for _, f := range one(t, c.draw) {
				if f.ID != 7 {
					t.Errorf("id %d", f.ID)
				}
				got[f.Type] = f.Paths
			}
			if len(got) != len(c.want) || (len(got) > 0 && !reflect.DeepEqual(got, c.want)) {
				t.Errorf("got %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestAttributesRoundTrip(t *testing.T) {
	var e mvt.Encoder
	buffer := []byte("2022-12-31")
	for round := range 2 { // the second time in used buffers
		e.Reset()
		e.Begin("empty")
		e.Feature(1)
		e.Close()
		e.Begin("a")
		for id := range uint64(3) {
			e.Feature(id + 1<<52)
			e.Point(mvt.XY{X: int32(id), Y: 5})
			e.String(e.Key("name"), "苏州河")
			e.String(e.Key("name"), "second value of one key")
			e.String(e.Key("bad"), "a\xffb")
			e.Text(e.Key("day"), strconv.AppendUint(buffer[:8], 30+id/2, 10)) // the same buffer each time
			e.Text(e.Key("name"), buffer)
			e.Int(e.Key("count"), -int64(id))
			e.Float(e.Key("share"), float64(id)/3)
			e.Float(e.Key("nan"), math.NaN())
			e.Bool(e.Key("overdue"), id == 1)
			e.Close()
		}
		layers, err := mvttest.Decode(e.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if len(layers) != 1 {
			t.Fatalf("round %d: %d layers, the empty one must not be written", round, len(layers))
		}
		for id, f := range layers[0].Features {
			want := map[string]any{"name": "苏州河", "bad": "a\uFFFDb", "day": fmt.Sprint("2022-12-", 30+id/2), "count": -int64(id), "share": float64(id) / 3, "overdue": id == 1}
			if f.ID != uint64(id)+1<<52 || !reflect.DeepEqual(f.Tags, want) {
				t.Errorf("round %d: feature %d has %v", round, f.ID, f.Tags)
			}
		}
	}
}

// TestLabelsLieBesideWithTablesOfTheirOwn: of features drawn, marked, both and
// neither; no table holds what only the other layer, or none, has. The strict
// reader fails on such a value, and on one that is there twice.
func TestLabelsLieBesideWithTablesOfTheirOwn(t *testing.T) {
	var e mvt.Encoder
	for round := range 2 {
		e.Reset()
		e.Begin("street")
		e.Beside("_label")
		name, light := e.Key("name"), e.Key("light")
		e.Key("unused")
		var green mvt.Value
		for id := range uint64(4000) { // more texts than the pool has slots at first
			e.Feature(id)
			if id%2 == 0 {
				e.Line(ring(0, 0, 9, int32(id)+1))
			}
			e.String(name, fmt.Sprint("路", id/2))
			if id == 0 {
				green = e.String(light, "green")
			} else {
				e.Again(light, green)
			}
			if id%3 == 0 {
				e.Mark(mvt.XY{X: int32(id), Y: 7})
			}
			e.Close()
		}
		e.Begin("block") // what was beside is not beside this one
		e.Feature(1)
		e.Point(mvt.XY{X: 1, Y: 1})
		e.Close()
		layers, err := mvttest.Decode(e.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if len(layers) != 3 || layers[0].Name != "street" || layers[1].Name != "street_label" || layers[2].Name != "block" {
			t.Fatalf("round %d: %d layers", round, len(layers))
		}
		for i, step := range []uint64{2, 3} {
			features := layers[i].Features
			if len(features) != int((4000+step-1)/step) {
				t.Fatalf("%d features in %s", len(features), layers[i].Name)
			}
			for k, f := range features {
				id := uint64(k) * step
				if want := map[string]any{"name": fmt.Sprint("路", id/2), "light": "green"}; f.ID != id || !reflect.DeepEqual(f.Tags, want) {
					t.Fatalf("%s: feature %d has %v, want %v", layers[i].Name, f.ID, f.Tags, want)
				}
			}
		}
	}
}

func TestBlankFeatureLeavesNoTrace(t *testing.T) {
	var e mvt.Encoder
	e.Begin("a")
	e.Feature(1)
	e.Line(ring(3, 3, 3, 3))
	if !e.Blank() {
		t.Error("a line of no length counts as geometry")
	}
	e.Close()
	if b := e.Bytes(); len(b) != 0 {
		t.Errorf("%d bytes for nothing", len(b))
	}
}

// TestAnotherDecoderReadsTheSame lets orb read random tiles back.
func TestAnotherDecoderReadsTheSame(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var e mvt.Encoder
	for range 200 {
		e.Reset()
		e.Begin("a")
		want := map[uint64]int32{}
		for id := range uint64(1 + rnd.IntN(20)) {
			size := 2 + rnd.Int32N(3000)
			x, y := rnd.Int32N(8192)-4096, rnd.Int32N(8192)-4096
			want[id+1] = size
			e.Feature(id + 1)
			e.Ring(ring(x, y, x, y+size, x+size, y+size, x+size, y), false)
			if size > 3 {
				e.Ring(ring(x+1, y+1, x+1, y+2, x+2, y+2, x+2, y+1), true)
			}
			e.Int(e.Key("size"), int64(size))
			e.Close()
		}
		layers, err := orbmvt.Unmarshal(e.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if len(layers) != 1 || layers[0].Version != 2 || layers[0].Extent != 4096 || len(layers[0].Features) != len(want) {
			t.Fatalf("orb reads %d layers", len(layers))
		}
		for _, f := range layers[0].Features {
			size := want[uint64(f.ID.(float64))]
			p, ok := f.Geometry.(orb.Polygon)
			if !ok || f.Properties.MustInt("size", -1) != int(size) {
				t.Fatalf("feature %v: %v with %v", f.ID, f.Geometry, f.Properties)
			}
			if b := p.Bound(); b.Max[0]-b.Min[0] != float64(size) || len(p) != 1+b2i(size > 3) {
				t.Fatalf("feature %v of size %d: %v", f.ID, size, p)
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// FuzzEncoder draws whatever the bytes say; the tile must stay sound.
func FuzzEncoder(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07"))
	f.Add([]byte{2, 0, 0, 9, 0, 9, 9, 0, 9, 0x80, 3, 2, 2, 5, 2, 5, 5, 0x80, 4, 1, 5, 2})
	f.Fuzz(func(t *testing.T, in []byte) {
		var e mvt.Encoder
		e.Begin("a")
		drawBytes(&e, in)
		layers, err := mvttest.Decode(e.Bytes())
		if err != nil {
			t.Fatalf("%v\n%x", err, e.Bytes())
		}
		for _, l := range layers {
			for _, feature := range l.Features {
				if feature.Type != "polygon" {
					continue
				}
				for _, r := range feature.Paths {
					flat(t, r)
				}
			}
		}
		if _, err := orbmvt.Unmarshal(e.Bytes()); err != nil {
			t.Fatal(err)
		}
	})
}

// flat fails on a ring with a vertex on a straight run or at the tip of a spike.
func flat(t *testing.T, r [][2]int32) {
	t.Helper()
	n := len(r)
	for i := range r {
		a, b, c := r[i], r[(i+1)%n], r[(i+2)%n]
		if (b[0]-a[0])*(c[1]-b[1]) == (b[1]-a[1])*(c[0]-b[0]) {
			t.Fatalf("flat at %v in %v", b, r)
		}
	}
}

func drawBytes(e *mvt.Encoder, in []byte) {
	id := uint64(0)
	var run []mvt.XY
	e.Feature(id)
	for len(in) > 2 {
		x, y := int32(int8(in[1])), int32(int8(in[2]))
		if in[0] >= 0x80 {
			switch in[0] % 5 {
			case 0:
				finish(e, in)
				id++
				e.Feature(id)
			case 1:
				e.Point(mvt.XY{X: x, Y: y})
			case 2:
				e.Line(run)
			default:
				e.Ring(run, in[0]%5 == 3)
			}
			run = run[:0]
		}
		run = append(run, mvt.XY{X: x, Y: y})
		in = in[2:]
	}
	finish(e, []byte("end"))
}

// finish gives the feature attributes and closes it.
func finish(e *mvt.Encoder, in []byte) {
	if !e.Blank() {
		e.Int(e.Key(string(in[1:2])), int64(in[2]))
		e.String(e.Key(string(in[2:3])), string(in[1:3]))
		e.Bool(e.Key("b"), in[1] > 99)
		e.Float(e.Key("f"), float64(in[1])/float64(in[2]))
	}
	e.Close()
}

func BenchmarkEncoder(b *testing.B) {
	var e mvt.Encoder
	line := ring(0, 0, 40, 7, 90, 60, 200, 61, 260, 300)
	b.ReportAllocs()
	for range b.N {
		e.Reset()
		e.Begin("street")
		for id := range uint64(1000) {
			e.Feature(id)
			e.Line(line)
			e.String(e.Key("name"), "武宁路")
			e.Int(e.Key("rank"), int64(id%4))
			e.Close()
		}
		if len(e.Bytes()) == 0 {
			b.Fatal("empty tile")
		}
	}
}
