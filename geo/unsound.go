package geo

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// unsoundness is a rule of OGC 06-103r4 §6.1 that a shape breaks, in words.
type unsoundness struct {
	rule string // part of what simplefeatures says
	is   Text
	mend Text
}

// repairs are for what nobody mends by hand.
var repairs = Text{ZH: "可用 QGIS 的“修正几何图形”或 PostGIS 的 ST_MakeValid 修复", EN: "repair it with QGIS “Fix geometries” or ST_MakeValid of PostGIS"}

const notSimple = "ring not simple"

var unsoundnesses = []unsoundness{
	{"only one distinct XY", Text{"线或环只有一个不同的顶点", "a line or ring has one distinct vertex only"}, Text{"线至少要两个、环至少要三个不同的顶点", "a line needs two distinct vertices, a ring three"}},
	{"ring empty", Text{"面有一个没有顶点的环", "a polygon has a ring without vertices"}, Text{"请删去空环", "leave empty rings out"}},
	{"ring not closed", Text{"面的环没有闭合", "a ring of a polygon is not closed"}, Text{"环的末顶点须与首顶点相同", "repeat its first vertex at its end"}},
	{notSimple, Text{"面的环与自身相交、相触或重叠", "a ring of a polygon crosses, touches or overlaps itself"}, repairs},
	{"nested rings", Text{"面的一个洞在另一个洞之内", "a hole of a polygon lies within another"}, repairs},
	{"outside of exterior ring", Text{"面的洞在外环之外", "a hole lies outside the exterior ring of its polygon"}, repairs},
	{"disconnected interior", Text{"面被相触的洞隔成了几块", "holes that touch cut the interior of a polygon in pieces"}, repairs},
	{"rings intersect at multiple points", Text{"面的两个环相交，或在多处相触", "two rings of a polygon cross, or touch in more than one place"}, repairs},
	{"child polygons touch", Text{"多面的两个部分互相重叠，或共有一段边", "two parts of a multipolygon overlap, or share an edge"}, repairs},
}

var partless = unsoundness{is: Text{"几何有一个没有顶点的部分", "a part of the geometry has no vertices"}, mend: Text{"请删去空的部分", "leave empty parts out"}}

// unsound says what is wrong with a shape that simplefeatures refused, and where.
func unsound(g orb.Geometry, err error) error {
	said := err.Error()
	n := slices.IndexFunc(unsoundnesses, func(u unsoundness) bool { return strings.Contains(said, u.rule) })
	var found unsoundness
	switch {
	case n >= 0:
		found = unsoundnesses[n]
	case hollow(g):
		found = partless
	default:
		return &Error{Code: Invalid, Field: "geom", Message: "geometry is not valid", Err: err, Mend: repairs.EN, ZH: "几何不合规范；" + repairs.ZH}
	}
	at, known := placeIn(said)
	if found.rule == notSimple { // simplefeatures tells where the ring begins
		if p, ok := firstContact(g); ok {
			at = p
		}
	}
	message, zh := "geometry is not valid: "+found.is.EN, "几何不合规范："+found.is.ZH
	if known {
		message += fmt.Sprintf(", at longitude %g, latitude %g", at[0], at[1])
		zh += fmt.Sprintf("，位置为经度 %g、纬度 %g", at[0], at[1])
	}
	return &Error{Code: Invalid, Field: "geom", Message: message, Mend: found.mend.EN, ZH: zh + "；" + found.mend.ZH}
}

var near = regexp.MustCompile(`\(at or near \{(\S+) (\S+)\}\)$`)

// placeIn reads the place that simplefeatures names.
func placeIn(said string) (orb.Point, bool) {
	m := near.FindStringSubmatch(said)
	if m == nil {
		return orb.Point{}, false
	}
	x, errX := strconv.ParseFloat(m[1], 64)
	y, errY := strconv.ParseFloat(m[2], 64)
	return orb.Point{x, y}, errX == nil && errY == nil
}

// hollow reports whether a geometry of parts has one that is none.
func hollow(g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.MultiLineString:
		return slices.ContainsFunc(g, func(l orb.LineString) bool { return len(l) == 0 })
	case orb.MultiPolygon:
		return slices.ContainsFunc(g, func(p orb.Polygon) bool { return len(p) == 0 })
	case orb.Collection:
		return slices.ContainsFunc(g, func(m orb.Geometry) bool { return m == nil || hollow(m) })
	}
	return false
}

// firstContact is where the first ring that meets itself does so.
func firstContact(g orb.Geometry) (at orb.Point, found bool) {
	switch g := g.(type) {
	case orb.Ring:
		return contact(g)
	case orb.Polygon:
		for _, r := range g {
			if at, found = contact(r); found {
				break
			}
		}
	case orb.MultiPolygon:
		for _, p := range g {
			if at, found = firstContact(p); found {
				break
			}
		}
	case orb.Collection:
		for _, m := range g {
			if at, found = firstContact(m); found {
				break
			}
		}
	}
	return at, found
}

// contact finds where a closed ring meets itself other than where its segments
// join: of all such places that of the segments which come first. Segments are
// gone through by their western ends, and compared while they reach that far east.
func contact(r orb.Ring) (at orb.Point, found bool) {
	r = slices.Compact(slices.Clone(r))
	n := len(r) - 1 // segments
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	west := func(i int) float64 { return min(r[i][0], r[i+1][0]) }
	east := func(i int) float64 { return max(r[i][0], r[i+1][0]) }
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(west(i), west(j)) })
	first := [2]int{n, n}
	var open []int
	for _, j := range order {
		open = slices.DeleteFunc(open, func(i int) bool { return east(i) < west(j) })
		for _, i := range open {
			pair := [2]int{min(i, j), max(i, j)}
			if slices.Compare(pair[:], first[:]) >= 0 {
				continue
			}
			if p, ok := meeting(r, pair[0], pair[1]); ok {
				at, found, first = p, true, pair
			}
		}
		open = append(open, j)
	}
	return at, found
}

// meeting is where two segments i < j of a closed ring meet. Neighbours do where
// one turns back over the other.
func meeting(r orb.Ring, i, j int) (orb.Point, bool) {
	a, b, c, d := r[i], r[i+1], r[j], r[j+1]
	switch {
	case b == c && d == a: // there and back
		return b, true
	case j == i+1:
		return b, folded(a, b, d)
	case d == a && i == 0:
		return a, folded(b, a, c)
	}
	for _, touch := range [][3]orb.Point{{a, b, c}, {a, b, d}, {c, d, a}, {c, d, b}} {
		if side(touch[0], touch[1], touch[2]) == 0 && between(touch[0], touch[1], touch[2]) {
			return touch[2], true
		}
	}
	one, other := side(c, d, a), side(c, d, b)
	if one*other >= 0 || side(a, b, c)*side(a, b, d) >= 0 {
		return orb.Point{}, false
	}
	t := one / (one - other)
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}, true
}

// folded reports whether a path from a by b to c turns back on itself at b.
func folded(a, b, c orb.Point) bool {
	return side(a, b, c) == 0 && (a[0]-b[0])*(c[0]-b[0])+(a[1]-b[1])*(c[1]-b[1]) > 0
}

// side is above 0 where c lies to the left of the line from a to b.
func side(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// between reports whether p, on the line through a and b, lies within both.
func between(a, b, p orb.Point) bool {
	return min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}
