package wkb_test

import (
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
	geomwkb "github.com/twpayne/go-geom/encoding/wkb"

	"yiping/geo/wkb"
)

func flat(r *rand.Rand, layout geom.Layout, n int) []float64 {
	out := make([]float64, n*layout.Stride())
	for i := range out {
		out[i] = r.NormFloat64()
	}
	return out
}

// shape draws a geometry as go-geom has it, and as it is to be read.
func shape(r *rand.Rand, layout geom.Layout) (geom.T, orb.Geometry, []float64) {
	n := r.IntN(4)
	coords := flat(r, layout, 3*n+1)
	var points []orb.Point
	var z []float64
	for i := 0; i < len(coords); i += layout.Stride() {
		points = append(points, orb.Point{coords[i], coords[i+1]})
		if at := layout.ZIndex(); at >= 0 {
			z = append(z, coords[i+at])
		}
	}
	whole, part := len(coords), layout.Stride()
	switch r.IntN(6) {
	case 0:
		return geom.NewPointFlat(layout, coords[:part]), points[0], z[:min(1, len(z))]
	case 1:
		return geom.NewMultiPointFlat(layout, coords), orb.MultiPoint(points), z
	case 2:
		return geom.NewMultiLineStringFlat(layout, coords, []int{part, part, whole}), orb.MultiLineString{points[:1], {}, points[1:]}, z
	case 3:
		return geom.NewPolygonFlat(layout, coords, []int{part, whole}), orb.Polygon{points[:1], points[1:]}, z
	case 4:
		return geom.NewMultiPolygonFlat(layout, coords, [][]int{{part}, {whole}}), orb.MultiPolygon{{points[:1]}, {points[1:]}}, z
	}
	return geom.NewLineStringFlat(layout, coords), orb.LineString(points), z
}

// What go-geom writes is read, in both dialects, byte orders and all dimensions,
// one after another with one decoder that lends.
func TestWhatOthersWriteIsRead(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	lender := wkb.Decoder{Lend: true}
	for range 4000 {
		layout := []geom.Layout{geom.XY, geom.XYZ, geom.XYM, geom.XYZM}[r.IntN(4)]
		in, want, z := shape(r, layout)
		order := []binary.ByteOrder{binary.LittleEndian, binary.BigEndian}[r.IntN(2)]
		iso, err := geomwkb.Marshal(in, order)
		if err != nil {
			t.Fatal(err)
		}
		in, err = geom.SetSRID(in, 4326)
		if err != nil {
			t.Fatal(err)
		}
		extended, err := ewkb.Marshal(in, order)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{iso, extended} {
			for _, read := range []func([]byte) (orb.Geometry, []float64, error){wkb.Decode, lender.Decode} {
				g, gotZ, err := read(b)
				if err != nil || !reflect.DeepEqual(g, want) || len(z) != len(gotZ) || len(z) > 0 && !reflect.DeepEqual(gotZ, z) {
					t.Fatalf("%x read as %#v %v, want %#v %v: %v", b, g, gotZ, want, z, err)
				}
			}
			for cut := range b {
				if g, _, err := wkb.Decode(b[:cut]); err == nil {
					t.Fatalf("%x cut to %d bytes was read as %#v", b, cut, g)
				}
			}
		}
	}
}

func TestLendingALineAllocatesItsHeaderAlone(t *testing.T) {
	b, err := ewkb.Marshal(geom.NewLineStringFlat(geom.XY, []float64{1, 2, 3, 4, 5, 6}), binary.LittleEndian)
	if err != nil {
		t.Fatal(err)
	}
	d := wkb.Decoder{Lend: true}
	if n := testing.AllocsPerRun(100, func() { _, _, err = d.Decode(b) }); n > 1 || err != nil {
		t.Errorf("%v allocations, %v", n, err)
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		g, _, _ := shape(r, geom.XYZ)
		if b, err := ewkb.Marshal(g, binary.LittleEndian); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		lender := wkb.Decoder{Lend: true}
		given, _, err := wkb.Decode(b)
		if _, _, lentErr := lender.Decode(b); (err == nil) != (lentErr == nil) || err == nil && given == nil {
			t.Fatalf("given %v, %v; lent %v", given, err, lentErr)
		}
	})
}
