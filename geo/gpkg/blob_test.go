package gpkg_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiping/geo/gpkg"
	"yiping/geo/storetest"
)

func TestShapesSurviveTheBlob(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 3000 {
		g, z := storetest.Shape(r)
		b, err := gpkg.EncodeBlob(g, z)
		if err != nil {
			t.Fatalf("seed %d, shape %d: encode: %v", seed, i, err)
		}
		got, gotZ, err := gpkg.DecodeBlob(b)
		if err != nil {
			t.Fatalf("seed %d, shape %d: decode: %v", seed, i, err)
		}
		if g == nil {
			if got != nil || b != nil {
				t.Fatalf("seed %d, shape %d: nothing became %v", seed, i, got)
			}
			continue
		}
		if !bytes.Equal(wkb.MustMarshal(got), wkb.MustMarshal(g)) || !slices.EqualFunc(gotZ, z, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Fatalf("seed %d, shape %d: %v %v became %v %v", seed, i, g, z, got, gotZ)
		}
	}
}

// le and be write numbers as WKB does.
func le(parts ...any) []byte { return packed(binary.LittleEndian, parts) }
func be(parts ...any) []byte { return packed(binary.BigEndian, parts) }

func packed(order binary.AppendByteOrder, parts []any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = append(b, p...)
		case byte:
			b = append(b, p)
		case int:
			b = order.AppendUint32(b, uint32(p))
		case float64:
			b = order.AppendUint64(b, math.Float64bits(p))
		}
	}
	return b
}

func TestBlobsOfOtherProgramsAreRead(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		blob []byte
		want orb.Geometry
		z    []float64
	}{
		"point without envelope":      {le("GP", byte(0), byte(1), 4326, byte(1), 1, 121.5, 31.5), orb.Point{121.5, 31.5}, nil},
		"big endian throughout":       {be("GP", byte(0), byte(0), 4326, byte(0), 1, 121.5, 31.5), orb.Point{121.5, 31.5}, nil},
		"big endian in little endian": {append(le("GP", byte(0), byte(1), 4326), be(byte(0), 2, 1, 1.0, 2.0)...), orb.LineString{{1, 2}}, nil},
		"envelope with z":             {le("GP", byte(0), byte(1|2<<1), 4326, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, byte(1), 1001, 1.0, 2.0, 3.0), orb.Point{1, 2}, []float64{3}},
		"envelope with z and m":       {le("GP", byte(0), byte(1|4<<1), 4326, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, byte(1), 3001, 1.0, 2.0, 3.0, 4.0), orb.Point{1, 2}, []float64{3}},
		"measures are left out":       {le("GP", byte(0), byte(1), 4326, byte(1), 2001, 1.0, 2.0, 9.0), orb.Point{1, 2}, nil},
		"empty point":                 {le("GP", byte(0), byte(1|1<<4), 4326, byte(1), 1, nan, nan), orb.MultiPoint{}, nil},
		"empty point in a multipoint": {le("GP", byte(0), byte(1), 4326, byte(1), 4, 2, byte(1), 1, nan, nan, byte(1), 1, 1.0, 2.0), orb.MultiPoint{{1, 2}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			g, z, err := gpkg.DecodeBlob(c.blob)
			if err != nil || !orb.Equal(g, c.want) || !slices.Equal(z, c.z) {
				t.Errorf("read as %v %v, %v", g, z, err)
			}
		})
	}
}

func TestBadBlobsAreRefused(t *testing.T) {
	head := func(rest ...any) []byte { return le(append([]any{"GP", byte(0), byte(1), 4326}, rest...)...) }
	nested := head()
	for range 100 {
		nested = append(nested, le(byte(1), 7, 1)...)
	}
	for name, b := range map[string][]byte{
		"empty":                     {},
		"no magic":                  []byte("XX\x00\x01\xe6\x10\x00\x00"),
		"no geometry":               head(),
		"another system":            le("GP", byte(0), byte(1), 3857, byte(1), 1, 1.0, 2.0),
		"extended":                  le("GP", byte(0), byte(1|1<<5), 4326, byte(1), 1, 1.0, 2.0),
		"unknown envelope":          le("GP", byte(0), byte(1|7<<1), 4326, byte(1), 1, 1.0, 2.0),
		"envelope cut off":          le("GP", byte(0), byte(1|1<<1), 4326, 1.0),
		"more points than bytes":    head(byte(1), 2, 0x7fffffff, 1.0, 2.0),
		"more parts than bytes":     head(byte(1), 7, -1),
		"more rings than bytes":     head(byte(1), 3, 0x40000000, 0),
		"bytes left over":           head(byte(1), 1, 1.0, 2.0, byte(0)),
		"curve":                     head(byte(1), 8, 0),
		"line within a multipoint":  head(byte(1), 4, 1, byte(1), 2, 0),
		"heights for some parts":    head(byte(1), 1007, 1, byte(1), 1, 1.0, 2.0),
		"unknown byte order":        head(byte(2), 1, 1.0, 2.0),
		"nested without end":        nested,
		"dimension that is no such": head(byte(1), 4001, 1.0, 2.0),
	} {
		t.Run(name, func(t *testing.T) {
			if g, _, err := gpkg.DecodeBlob(b); err == nil {
				t.Errorf("read as %v", g)
			}
		})
	}
}

func TestHeightsMustPairWithVertices(t *testing.T) {
	for _, z := range [][]float64{{1}, {1, 2, 3}} {
		if _, err := gpkg.EncodeBlob(orb.LineString{{1, 2}, {3, 4}}, z); err == nil {
			t.Errorf("%d heights for two vertices were written", len(z))
		}
	}
}

func FuzzDecodeBlob(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		g, z := storetest.Shape(r)
		if b, err := gpkg.EncodeBlob(g, z); err == nil && b != nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, z, err := gpkg.DecodeBlob(b)
		if err != nil || g == nil {
			return
		}
		again, err := gpkg.EncodeBlob(g, z)
		if err != nil {
			t.Fatalf("%s was read but cannot be written: %v", hex.EncodeToString(b), err)
		}
		g2, _, err := gpkg.DecodeBlob(again)
		if err != nil || !strings.EqualFold(g.GeoJSONType(), g2.GeoJSONType()) {
			t.Fatalf("%s became %s: %v", hex.EncodeToString(b), hex.EncodeToString(again), err)
		}
	})
}
