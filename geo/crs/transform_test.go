package crs_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo/crs"
)

func everyGeometry() orb.Collection {
	ring := orb.Ring{{121.4, 31.2}, {121.5, 31.2}, {121.5, 31.3}, {121.4, 31.2}}
	return orb.Collection{
		orb.Point{121.4, 31.2}, orb.MultiPoint{{121.4, 31.2}, {121.5, 31.3}}, orb.LineString{{121.4, 31.2}, {121.5, 31.3}},
		orb.MultiLineString{{{121.4, 31.2}, {121.5, 31.3}}, nil}, ring, orb.Polygon{ring, ring}, orb.MultiPolygon{{ring}, nil},
		orb.Collection{orb.Point{121.4, 31.2}, nil}, orb.MultiPoint{}, orb.Polygon(nil), nil,
	}
}

func TestTransformCopiesEveryGeometry(t *testing.T) {
	from, to := crs.CRS{}, must(t, "EPSG:4549")
	all, before := everyGeometry(), everyGeometry()
	there, err := crs.Transform(all, from, to)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(all, before) {
		t.Error("the argument has changed")
	}
	first := there.(orb.Collection)[0].(orb.Point)
	if want := (orb.Point{633387.2, 3453130.5}); math.Abs(first[0]-want[0]) > 1000 || math.Abs(first[1]-want[1]) > 1000 {
		t.Errorf("the first position is %v", first)
	}
	back, err := crs.Transform(there, to, from)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range back.(orb.Collection) {
		if reflect.TypeOf(m) != reflect.TypeOf(all[i]) {
			t.Errorf("member %d is a %T, was %T", i, m, all[i])
		}
	}
	p := back.(orb.Collection)[6].(orb.MultiPolygon)[0][0][2]
	if math.Abs(p[0]-121.5) > 1e-9 || math.Abs(p[1]-31.3) > 1e-9 {
		t.Errorf("a vertex is back at %v", p)
	}
}

func TestTransformNamesTheVertexThatCannotBe(t *testing.T) {
	bad := orb.Point{2.3, 48.8}
	_, err := crs.Transform(orb.Polygon{{{121.4, 31.2}, bad}}, crs.CRS{}, must(t, "EPSG:4549"))
	var outside *crs.OutsideError
	if !errors.As(err, &outside) || outside.Point != bad {
		t.Errorf("%v", err)
	}
}

func TestTransformedBoundHoldsItsEdges(t *testing.T) {
	from, to := must(t, "EPSG:4549"), crs.CRS{}
	b := orb.Bound{Min: orb.Point{300000, 3400000}, Max: orb.Point{700000, 3600000}}
	g, err := crs.Transform(b, from, to)
	if err != nil {
		t.Fatal(err)
	}
	// The northern edge reaches farthest north on the central meridian.
	top, err := from.ToWGS84(orb.Point{500000, 3600000})
	if err != nil {
		t.Fatal(err)
	}
	corner, err := from.ToWGS84(b.Max)
	if err != nil {
		t.Fatal(err)
	}
	if got := g.(orb.Bound); !got.Contains(top) || !got.Contains(corner) || corner[1] >= top[1] {
		t.Errorf("%v does not hold %v and %v", got, top, corner)
	}
	dot := orb.Bound{Min: b.Min, Max: b.Min}
	if g, err := crs.Transform(dot, from, to); err != nil || g.(orb.Bound).Min != g.(orb.Bound).Max {
		t.Errorf("a bound of one position became %v, %v", g, err)
	}
}
