package postgis

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"yiping/geo/storetest"
)

func TestShapesAgreeWithGoGeomToTheBit(t *testing.T) {
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
		if err != nil {
			t.Fatalf("seed %d: go-geom refuses %x: %v", seed, b, err)
		}
		if theirs.SRID() != srid && !theirs.Empty() {
			t.Fatalf("seed %d: SRID %d", seed, theirs.SRID())
		}
		again, err := ewkb.Marshal(theirs, ewkb.NDR)
		if _, collection := theirs.(*geom.GeometryCollection); err != nil || !collection && !bytes.Equal(again, b) {
			t.Fatalf("seed %d: %T: we write %x, go-geom %x, %v", seed, g, b, again, err)
		}
		got, gotZ, err := decodeEWKB(b)
		if err != nil || !reflect.DeepEqual(got, normal(g)) || fmt.Sprint(gotZ) != fmt.Sprint(z) {
			t.Fatalf("seed %d: %#v %v came back as %#v %v, %v", seed, g, z, got, gotZ, err)
		}
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

func FuzzDecodeEWKB(f *testing.F) {
	for _, g := range []orb.Geometry{
		orb.Point{1, 2}, orb.MultiPoint{{1, 2}}, orb.LineString{{0, 0}, {1, 1}}, orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}},
		orb.Collection{orb.Point{1, 2}, orb.Collection{}}, orb.MultiPolygon{}, orb.MultiLineString{{{0, 0}, {1, 1}}},
	} {
		b, err := encodeEWKB(g, nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{1, 4, 0, 0, 0, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		g, z, err := decodeEWKB(b)
		if err != nil {
			return
		}
		// What was read can be written and read again to the same.
		out, err := encodeEWKB(g, z)
		if err != nil {
			return // heights of some members only, which PostGIS does not make
		}
		if _, _, err := decodeEWKB(out); err != nil {
			t.Errorf("%x was read, and as %x was not: %v", b, out, err)
		}
	})
}
