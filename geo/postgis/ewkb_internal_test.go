package postgis

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"yiping/geo/storetest"
)

func TestShapesComeBackToTheBit(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 7))
	for range 2000 {
		g, z := storetest.Shape(r)
		if g == nil {
			continue
		}
		b, err := encodeEWKB(g, z)
		if err != nil {
			t.Fatalf("seed %d: %T: %v", seed, g, err)
		}
		theirs, err := ewkb.Unmarshal(b)
		if err != nil || theirs.SRID() != srid {
			t.Fatalf("seed %d: %x: SRID %v, %v", seed, b, theirs, err)
		}
		got, gotZ, err := decodeEWKB(b)
		if err != nil || !reflect.DeepEqual(got, normal(g)) || fmt.Sprint(gotZ) != fmt.Sprint(z) {
			t.Fatalf("seed %d: %#v %v came back as %#v %v, %v", seed, g, z, got, gotZ, err)
		}
	}
}

func TestWhatOnlySQLCanStoreIsRead(t *testing.T) {
	for _, c := range []struct {
		name string
		in   geom.T
		want orb.Geometry
		z    []float64
	}{
		{"an empty point is an empty multi-point", geom.NewPointEmpty(geom.XY), orb.MultiPoint{}, nil},
		{"measures are passed over", geom.NewPointFlat(geom.XYM, []float64{1, 2, 9}), orb.Point{1, 2}, nil},
		{"heights are kept beside measures", geom.NewPointFlat(geom.XYZM, []float64{1, 2, 3, 9}), orb.Point{1, 2}, []float64{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := ewkb.Marshal(c.in, ewkb.XDR)
			if err != nil {
				t.Fatal(err)
			}
			g, z, err := decodeEWKB(b)
			if err != nil || !reflect.DeepEqual(g, c.want) || !reflect.DeepEqual(z, c.z) {
				t.Errorf("got %#v %v, %v", g, z, err)
			}
		})
	}
	if _, _, err := decodeEWKB([]byte{1, 2, 0, 0}); err == nil {
		t.Error("a cut geometry was read")
	}
}

// normal is the form in which a shape comes back: rings and bounds as polygons.
func normal(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Ring:
		return orb.Polygon{g}
	case orb.Bound:
		return g.ToPolygon()
	}
	return g
}
