package snapshot_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

func TestGeometriesComeBackBitForBit(t *testing.T) {
	ring := orb.Ring{{121, 31}, {121.5, 31}, {121.5, 31.5}, {121, 31}}
	hole := orb.Ring{{121.2, 31.1}, {121.3, 31.1}, {121.3, 31.2}, {121.2, 31.1}}
	line := orb.LineString{{1, 2}, {3, 4}, {3, 4}}
	const point, path, outer, inner = snapshot.PointPart, snapshot.LinePart, snapshot.OuterRing, snapshot.InnerRing
	for _, c := range []struct {
		name  string
		g     orb.Geometry
		z     []float64
		kinds []snapshot.Kind
		sizes []int
	}{
		{"none", nil, nil, nil, nil},
		{"a point", orb.Point{121.47, 31.23}, nil, []snapshot.Kind{point}, []int{1}},
		{"a point with a height", orb.Point{121.47, 31.23}, []float64{4.5}, []snapshot.Kind{point}, []int{1}},
		{"all bits of a number", orb.Point{math.Pi * 38, math.Nextafter(31, 32)}, []float64{math.SmallestNonzeroFloat64}, []snapshot.Kind{point}, []int{1}},
		{"a negative zero", orb.Point{math.Copysign(0, -1), 0}, nil, []snapshot.Kind{point}, []int{1}},
		{"a third beside decimals", orb.LineString{{1.25, 2}, {1.0 / 3, 2}}, nil, []snapshot.Kind{path}, []int{2}},
		{"points", orb.MultiPoint{{1, 2}, {3, 4}}, []float64{1, 2}, []snapshot.Kind{point, point}, []int{1, 1}},
		{"a line", line, nil, []snapshot.Kind{path}, []int{3}},
		{"lines", orb.MultiLineString{line, {}, line}, nil, []snapshot.Kind{path, path}, []int{3, 3}},
		{"a ring", ring, nil, []snapshot.Kind{outer}, []int{3}},
		{"a ring left open", ring[:3], nil, []snapshot.Kind{outer}, []int{3}},
		{"a polygon with a hole", orb.Polygon{ring, hole}, nil, []snapshot.Kind{outer, inner}, []int{3, 3}},
		{"polygons", orb.MultiPolygon{{ring, hole}, {hole}}, nil, []snapshot.Kind{outer, inner, outer}, []int{3, 3, 3}},
		{"a collection of all", orb.Collection{orb.Point{1, 2}, line, orb.Collection{orb.Polygon{ring}, nil}, orb.Point{3, 4}},
			[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []snapshot.Kind{point, path, outer, point}, []int{1, 3, 3, 1}},
		{"empty ones", orb.Collection{orb.MultiPoint{}, orb.LineString{}, orb.MultiLineString{}, orb.Polygon{}, orb.MultiPolygon{}, orb.Collection{}, orb.Polygon{{}}}, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := feature("imported", 1, "1", c.g, nil)
			rec.Feature.Z = c.z
			m := newStore(imported())
			m.apply(geo.Changes{Records: []geo.Record{rec}})
			i := item(t, load(t, m), "imported", 1)
			// %b writes the bits of every number.
			if got := i.Geometry(); !reflect.DeepEqual(got, c.g) || fmt.Sprintf("%b", got) != fmt.Sprintf("%b", c.g) {
				t.Errorf("got %#v", got)
			}
			checkLabel(t, i, c.g)
			if !slices.Equal(i.Z(), c.z) || i.HasGeometry() != (c.g != nil) {
				t.Errorf("got heights %v, geometry %v", i.Z(), i.HasGeometry())
			}
			shape := i.Shape()
			if len(shape) != len(c.kinds) {
				t.Fatalf("%d parts, want %d", len(shape), len(c.kinds))
			}
			for k, p := range shape {
				if p.Kind != c.kinds[k] || len(p.XY) != c.sizes[k] {
					t.Errorf("part %d is of kind %d with %d vertices", k, p.Kind, len(p.XY))
				}
			}
		})
	}
	t.Run("the caller's copy is its own", func(t *testing.T) {
		m := newStore(imported())
		m.apply(geo.Changes{Records: []geo.Record{feature("imported", 1, "1", slices.Clone(line), nil)}})
		i := item(t, load(t, m), "imported", 1)
		i.Geometry().(orb.LineString)[0] = orb.Point{9, 9}
		i.Properties()["t"] = "x"
		if !reflect.DeepEqual(i.Geometry(), orb.Geometry(line)) || i.Value("t") != nil {
			t.Error("the snapshot changed")
		}
		if shape := i.Shape(); shape[0].XY[1] != tiles.ToWorld(line[1]) {
			t.Errorf("the shape is %v", shape)
		}
	})
}
