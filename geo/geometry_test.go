package geo_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

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

// What is wrong with a shape is said in both languages, with the place and what to
// do, and in none of a library's words.
func TestUnsoundShapesAreToldOfInWords(t *testing.T) {
	bowTie := orb.Ring{{121, 31}, {121.4, 31.4}, {121.4, 31}, {121, 31.4}, {121, 31}}
	for name, c := range map[string]struct {
		g      orb.Geometry
		en, zh string
	}{
		"line without length":    {orb.LineString{{121, 31}, {121, 31}}, "one distinct vertex only, at longitude 121, latitude 31", "线或环只有一个不同的顶点，位置为经度 121、纬度 31；线至少"},
		"part of a line missing": {orb.MultiLineString{{{121, 31}, {122, 31}}, nil}, "a part of the geometry has no vertices", "没有顶点的部分；请删去"},
		"part missing":           {orb.Collection{orb.Point{1, 2}, nil}, "a part of the geometry has no vertices", "没有顶点的部分；请删去"},
		"hole without vertices":  {orb.Polygon{square(0, 0, 1), {}}, "a ring without vertices", "没有顶点的环；请删去空环"},
		"not closed":             {orb.Polygon{{{121, 31}, {122, 31}, {122, 32}, {121, 32}}}, "not closed, at longitude 121, latitude 31", "没有闭合，位置为经度 121、纬度 31；环的末顶点须与首顶点相同"},
		"crosses itself":         {orb.Polygon{bowTie}, "overlaps itself, at longitude 121.2, latitude 31.2", "位置为经度 121.2、纬度 31.2；可用 QGIS"},
		"within a collection":    {orb.Collection{orb.Point{1, 2}, orb.MultiPolygon{{square(0, 0, 1)}, {bowTie}}}, "overlaps itself, at longitude 121.2, latitude 31.2", "经度 121.2、纬度 31.2"},
		"touches itself":         {orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}, {0, 0}}}, "at longitude 2, latitude 0", "经度 2、纬度 0"},
		"goes through a vertex":  {orb.Polygon{{{0, 0}, {2, 2}, {4, 0}, {4, 4}, {2, 2}, {0, 4}, {0, 0}}}, "at longitude 2, latitude 2", "经度 2、纬度 2"},
		"turns back":             {orb.Polygon{{{0, 0}, {2, 0}, {2, 2}, {3, 2}, {2, 2}, {0, 2}, {0, 0}}}, "at longitude 2, latitude 2", "经度 2、纬度 2"},
		"turns back at its end":  {orb.Polygon{{{0, 0}, {2, 0}, {2, 2}, {3, 0}, {0, 0}}}, "at longitude 0, latitude 0", "经度 0、纬度 0"},
		"there and back":         {orb.Polygon{{{0, 0}, {1, 0}, {0, 0}}}, "at longitude 1, latitude 0", "经度 1、纬度 0"},
		"a hole in a hole":       {orb.Polygon{square(0, 0, 9), square(1, 1, 5), square(2, 2, 1)}, "lies within another, at longitude 2, latitude 2", "洞在另一个洞之内，位置为经度 2、纬度 2"},
		"a hole outside":         {orb.Polygon{square(0, 0, 1), square(5, 5, 1)}, "outside the exterior ring of its polygon, at longitude 5, latitude 5", "洞在外环之外，位置为经度 5、纬度 5"},
		"a hole across":          {orb.Polygon{square(0, 0, 2), square(1, 1, 2)}, "two rings of a polygon cross", "两个环相交"},
		"holes in a ring": {orb.Polygon{square(0, 0, 9), {{1, 1}, {4, 1}, {1, 4}, {1, 1}}, {{4, 1}, {4, 4}, {5, 1}, {4, 1}}, {{1, 4}, {4, 4}, {3, 6}, {1, 4}}},
			"cut the interior of a polygon in pieces", "隔成了几块；可用"},
		"parts that overlap": {orb.MultiPolygon{{square(0, 0, 4)}, {square(1, 1, 2)}}, "two parts of a multipolygon overlap, or share an edge, at longitude 1, latitude 1", "互相重叠，或共有一段边，位置为经度 1、纬度 1"},
	} {
		err := geo.CheckGeometry(c.g, nil)
		var e *geo.Error
		if !errors.As(err, &e) || e.Err != nil || e.Mend == "" || !strings.Contains(e.Message, c.en) || !strings.Contains(e.ZH, c.zh) {
			t.Errorf("%s: %#v", name, err)
		}
		if words := regexp.MustCompile("[a-z]{2,} [a-z]{2,}").FindString(e.ZH); words != "" {
			t.Errorf("%s: “%s” in %s", name, words, e.ZH)
		}
	}
}

// Where a ring meets itself is where two of its segments do, by trying all of them.
func TestWhereARingMeetsItself(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	place := regexp.MustCompile(`longitude (\S+), latitude (\S+)$`)
	found := 0
	for range 3000 {
		ring := orb.Ring{}
		for range 3 + rng.IntN(8) {
			ring = append(ring, orb.Point{float64(rng.IntN(9)), float64(rng.IntN(9))})
		}
		ring = append(ring, ring[0])
		var e *geo.Error
		if err := geo.CheckGeometry(orb.Polygon{ring}, nil); !errors.As(err, &e) || !strings.Contains(e.Message, "itself") {
			continue
		}
		found++
		m := place.FindStringSubmatch(e.Message)
		if m == nil {
			t.Fatalf("seed %d: %v: %s", seed, ring, e.Message)
		}
		x, errX := strconv.ParseFloat(m[1], 64)
		y, errY := strconv.ParseFloat(m[2], 64)
		if n := passes(ring, orb.Point{x, y}); errX != nil || errY != nil || n < 2 {
			t.Errorf("seed %d: %v passes %d times through (%g %g)", seed, ring, n, x, y)
		}
	}
	if found < 1000 {
		t.Errorf("seed %d: %d rings only", seed, found)
	}
}

// passes counts how often a ring comes to a place: by a vertex of it, or by the
// midst of a segment. One that it turns back at counts twice.
func passes(ring orb.Ring, p orb.Point) (n int) {
	ring = slices.Compact(slices.Clone(ring))
	last := len(ring) - 1
	for i := range last {
		a, b := ring[i], ring[i+1]
		if a == p { // of a segment what is at its beginning counts
			if n++; back(ring[(i+last-1)%last], a, b) {
				n++
			}
			continue
		}
		if along := (p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1]); b != p && along > 0 && along < planar.DistanceSquared(a, b) && planar.DistanceFromSegment(a, b, p) < 1e-9 {
			n++
		}
	}
	return n
}

func back(a, b, c orb.Point) bool {
	return (b[0]-a[0])*(c[1]-b[1]) == (b[1]-a[1])*(c[0]-b[0]) && (a[0]-b[0])*(c[0]-b[0])+(a[1]-b[1])*(c[1]-b[1]) > 0
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
