package geo_test

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func square(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func TestSoundGeometriesAreTaken(t *testing.T) {
	for name, g := range map[string]orb.Geometry{
		"none":              nil,
		"point":             orb.Point{121.4, 31.2},
		"corner of earth":   orb.Point{-180, 90},
		"sites":             orb.MultiPoint{{121.4, 31.2}, {121.5, 31.3}},
		"line":              orb.LineString{{121.4, 31.2}, {121.5, 31.3}},
		"lines":             orb.MultiLineString{{{121.4, 31.2}, {121.5, 31.3}}, {{121, 31}, {121.1, 31}}},
		"line over itself":  orb.LineString{{0, 0}, {2, 2}, {0, 2}, {2, 0}},
		"polygon":           orb.Polygon{square(121, 31, 0.1)},
		"polygon with hole": orb.Polygon{square(121, 31, 1), square(121.2, 31.2, 0.1)},
		"clockwise shell":   orb.Polygon{{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}},
		"polygons":          orb.MultiPolygon{{square(121, 31, 0.1)}, {square(122, 31, 0.1)}},
		"collection":        orb.Collection{orb.Point{121.4, 31.2}, orb.LineString{{121.4, 31.2}, {121.5, 31.3}}},
		"empty line":        orb.LineString{},
		"empty polygon":     orb.Polygon{},
		"empty collection":  orb.Collection{},
	} {
		t.Run(name, func(t *testing.T) {
			if err := geo.CheckGeometry(g, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestUnsoundGeometriesAreRefused(t *testing.T) {
	for name, g := range map[string]orb.Geometry{
		"latitude before longitude": orb.Point{31.2, 121.4},
		"metres":                    orb.Point{351000, 3450000},
		"longitude over 180":        orb.Point{180.0001, 0},
		"not a number":              orb.Point{math.NaN(), 31},
		"infinite":                  orb.MultiPoint{{121, 31}, {121, math.Inf(1)}},
		"line of one point":         orb.LineString{{121, 31}},
		"line without length":       orb.LineString{{121, 31}, {121, 31}},
		"ring not closed":           orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}},
		"ring of three":             orb.Polygon{{{0, 0}, {1, 0}, {0, 0}}},
		"bow tie":                   orb.Polygon{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}},
		"hole outside":              orb.Polygon{square(0, 0, 1), square(5, 5, 1)},
		"overlapping parts":         orb.MultiPolygon{{square(0, 0, 2)}, {square(1, 1, 2)}},
		"no part":                   orb.Collection{nil},
		"part of a line missing":    orb.MultiLineString{{{121, 31}, {122, 31}}, nil},
		"hole without vertices":     orb.Polygon{square(0, 0, 1), {}},
		"bad part of a collection":  orb.Collection{orb.Point{121, 31}, orb.Polygon{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}}},
	} {
		t.Run(name, func(t *testing.T) {
			err := geo.CheckGeometry(g, nil)
			var e *geo.Error
			if !errors.As(err, &e) || e.Code != geo.Invalid || e.Field != "geom" || e.Mend == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestHeightsPairWithVertices(t *testing.T) {
	line := orb.LineString{{121.4, 31.2}, {121.5, 31.3}}
	if err := geo.CheckGeometry(line, []float64{4, 5.5}); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		g orb.Geometry
		z []float64
	}{
		"too few":          {line, []float64{4}},
		"too many":         {line, []float64{4, 5, 6}},
		"not a number":     {line, []float64{4, math.NaN()}},
		"without geometry": {nil, []float64{4}},
	} {
		if err := geo.CheckGeometry(c.g, c.z); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryVertexIsVisitedInOrder(t *testing.T) {
	g := orb.Collection{
		orb.Point{1, 0}, orb.MultiPoint{{2, 0}, {3, 0}}, orb.LineString{{4, 0}, {5, 0}},
		orb.MultiLineString{{{6, 0}}, {{7, 0}}}, orb.Ring{{8, 0}}, orb.Polygon{{{9, 0}}, {{10, 0}}}, orb.MultiPolygon{{{{11, 0}}}, {{{12, 0}}}},
	}
	next := 1.0
	err := geo.EachPoint(g, func(p orb.Point) error {
		if p[0] != next {
			t.Errorf("vertex %v came at %v", p[0], next)
		}
		next++
		return nil
	})
	if err != nil || next != 13 {
		t.Errorf("%v vertices, %v", next-1, err)
	}
	stop := errors.New("enough")
	seen := 0
	if err := geo.EachPoint(g, func(orb.Point) error { seen++; return stop }); err != stop || seen != 1 {
		t.Errorf("went on to %d vertices, %v", seen, err)
	}
}

func BenchmarkCheckGeometry(b *testing.B) {
	line, ring := orb.LineString{}, orb.Ring{}
	for i := range 11 {
		line = append(line, orb.Point{121 + float64(i)*0.001, 31 + float64(i%3)*0.001})
		ring = append(ring, orb.Point{121 + float64(i)*0.001, 31})
	}
	ring = append(ring, orb.Point{121.005, 31.01}, orb.Point{121, 31})
	for name, g := range map[string]orb.Geometry{"point": orb.Point{121, 31}, "line": line, "polygon": orb.Polygon{ring}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := geo.CheckGeometry(g, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestGeometryIsNotTouched(t *testing.T) {
	g := orb.Polygon{square(121, 31, 0.1)}
	before := orb.Clone(g)
	if err := geo.CheckGeometry(g, nil); err != nil || !orb.Equal(g, before) {
		t.Errorf("%v, %v", g, err)
	}
}
