package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// CheckGeometry says why a geometry cannot be stored: coordinates that are not
// finite or outside longitude ±180, latitude ±90; a shape that is not valid by
// OGC 06-103r4 §6.1; heights that do not pair with the vertices. nil is no
// geometry and is fine; so is an empty one.
func CheckGeometry(g orb.Geometry, z []float64) error {
	if g == nil {
		if len(z) > 0 {
			return &Error{Code: Invalid, Field: "geom", Message: "heights without a geometry", ZH: "有高程而没有几何"}
		}
		return nil
	}
	n := 0
	if err := EachPoint(g, func(p orb.Point) error {
		n++
		if !finite(p[0]) || !finite(p[1]) || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
			return &Error{Code: Invalid, Field: "geom", Message: fmt.Sprintf("vertex %d (%g %g) is out of bounds", n, p[0], p[1]),
				Mend: "coordinates are longitude and latitude in degrees; name the file's coordinate system with --crs if they are not",
				ZH:   fmt.Sprintf("第 %d 个顶点 (%g %g) 超出经纬度范围；坐标应为经度、纬度（度），文件用其他坐标系时以 --crs 指明", n, p[0], p[1])}
		}
		return nil
	}); err != nil {
		return err
	}
	if z != nil && len(z) != n {
		return &Error{Code: Invalid, Field: "geom", Message: fmt.Sprintf("%d heights for %d vertices", len(z), n), ZH: fmt.Sprintf("%d 个顶点有 %d 个高程", n, len(z))}
	}
	for _, h := range z {
		if !finite(h) {
			return &Error{Code: Invalid, Field: "geom", Message: "a height is not a finite number", ZH: "高程不是有限的数"}
		}
	}
	return checkShape(g)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// checkShape asks simplefeatures, but for what needs no asking: points, and
// lines with some length.
func checkShape(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Point, orb.MultiPoint:
		return nil
	case orb.LineString:
		if hasLength(g) {
			return nil
		}
	}
	b, err := wkb.Marshal(g)
	if err != nil {
		return Wrap(Invalid, err, "geometry cannot be encoded")
	}
	sg, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err == nil {
		err = sg.Validate()
	}
	if err != nil {
		return unsound(g, err)
	}
	return nil
}

func hasLength(line orb.LineString) bool {
	for _, p := range line {
		if p != line[0] {
			return true
		}
	}
	return false
}

// EachPoint calls fn with every vertex in storage order; the first error ends it.
func EachPoint(g orb.Geometry, fn func(orb.Point) error) error {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.Point:
		return fn(g)
	case orb.MultiPoint:
		return eachIn(g, fn)
	case orb.LineString:
		return eachIn(g, fn)
	case orb.Ring:
		return eachIn(g, fn)
	case orb.MultiLineString:
		for _, m := range g {
			if err := eachIn(m, fn); err != nil {
				return err
			}
		}
	case orb.Polygon:
		for _, m := range g {
			if err := eachIn(m, fn); err != nil {
				return err
			}
		}
	case orb.MultiPolygon:
		for _, m := range g {
			if err := EachPoint(m, fn); err != nil {
				return err
			}
		}
	case orb.Collection:
		for _, m := range g {
			if err := EachPoint(m, fn); err != nil {
				return err
			}
		}
	case orb.Bound:
		return EachPoint(g.ToPolygon(), fn)
	}
	return nil
}

func eachIn[S ~[]orb.Point](s S, fn func(orb.Point) error) error {
	for _, p := range s {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}
