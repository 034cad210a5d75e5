package postgis

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
)

// srid is the reference system of every geometry: EPSG:4326, x is longitude.
const srid = 4326

// EWKB is what PostGIS sends and takes in binary. go-geom reads and writes it;
// everything beyond this file is orb, with the heights beside it.

// decodeEWKB reads a geometry and its heights, one per vertex in order; nil for
// a flat geometry. Measures are passed over. The result shares nothing with b.
func decodeEWKB(b []byte) (orb.Geometry, []float64, error) {
	t, err := ewkb.Unmarshal(b)
	if err != nil {
		return nil, nil, fmt.Errorf("EWKB: %w", err)
	}
	var c fromGeom
	g, err := c.geometry(t)
	return g, c.z, err
}

// fromGeom turns go-geom into orb and gathers the heights on the way.
type fromGeom struct{ z []float64 }

func (c *fromGeom) geometry(t geom.T) (orb.Geometry, error) {
	switch t := t.(type) {
	case *geom.Point:
		if t.Empty() {
			return orb.MultiPoint{}, nil // orb has no empty point
		}
		return c.points(t.Layout(), t.FlatCoords())[0], nil
	case *geom.LineString:
		return orb.LineString(c.points(t.Layout(), t.FlatCoords())), nil
	case *geom.Polygon:
		return orb.Polygon(rings[orb.Ring](c, t.Layout(), t.FlatCoords(), 0, t.Ends())), nil
	case *geom.MultiPoint:
		// Empty members have no coordinates and so drop out.
		return orb.MultiPoint(c.points(t.Layout(), t.FlatCoords())), nil
	case *geom.MultiLineString:
		return orb.MultiLineString(rings[orb.LineString](c, t.Layout(), t.FlatCoords(), 0, t.Ends())), nil
	case *geom.MultiPolygon:
		return c.multiPolygon(t), nil
	case *geom.GeometryCollection:
		return c.collection(t)
	}
	return nil, fmt.Errorf("geometry of type %T is not supported", t)
}

func (c *fromGeom) multiPolygon(t *geom.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, 0, t.NumPolygons())
	start := 0
	for _, ends := range t.Endss() {
		out = append(out, orb.Polygon(rings[orb.Ring](c, t.Layout(), t.FlatCoords(), start, ends)))
		if len(ends) > 0 {
			start = ends[len(ends)-1]
		}
	}
	return out
}

func (c *fromGeom) collection(t *geom.GeometryCollection) (orb.Geometry, error) {
	out := make(orb.Collection, 0, t.NumGeoms())
	for _, m := range t.Geoms() {
		g, err := c.geometry(m)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// rings cuts flat coordinates from start at the ends.
func rings[R orb.Ring | orb.LineString](c *fromGeom, layout geom.Layout, flat []float64, start int, ends []int) []R {
	out := make([]R, 0, len(ends))
	for _, end := range ends {
		out = append(out, R(c.points(layout, flat[start:end])))
		start = end
	}
	return out
}

// points reads flat coordinates of the layout. A height that is not finite,
// which SQL can store, counts as 0.
func (c *fromGeom) points(layout geom.Layout, flat []float64) []orb.Point {
	stride, zAt := layout.Stride(), layout.ZIndex()
	out := make([]orb.Point, 0, len(flat)/stride)
	for i := 0; i+stride <= len(flat); i += stride {
		out = append(out, orb.Point{flat[i], flat[i+1]})
		if zAt < 0 {
			continue
		}
		z := flat[i+zAt]
		if math.IsNaN(z) || math.IsInf(z, 0) {
			z = 0
		}
		c.z = append(c.z, z)
	}
	return out
}

// encodeEWKB writes a geometry with SRID 4326 and, unless z is nil, a height for
// each vertex. CheckGeometry has seen to it that they pair.
func encodeEWKB(g orb.Geometry, z []float64) ([]byte, error) {
	c := toGeom{z: z, layout: geom.XY}
	if z != nil {
		c.layout = geom.XYZ
	}
	t, err := c.geometry(g)
	if err != nil {
		return nil, err
	}
	if t, err = geom.SetSRID(t, srid); err != nil {
		return nil, err
	}
	return ewkb.Marshal(t, ewkb.NDR)
}

// toGeom turns orb into go-geom, using up the heights in order.
type toGeom struct {
	layout geom.Layout
	z      []float64
}

var errHeights = errors.New("fewer heights than vertices")

func (c *toGeom) geometry(g orb.Geometry) (geom.T, error) {
	switch g := g.(type) {
	case orb.Point:
		flat, err := c.flat(nil, []orb.Point{g})
		return geom.NewPointFlat(c.layout, flat), err
	case orb.LineString:
		flat, err := c.flat(nil, g)
		return geom.NewLineStringFlat(c.layout, flat), err
	case orb.MultiPoint:
		flat, err := c.flat(nil, g)
		return geom.NewMultiPointFlat(c.layout, flat), err
	case orb.Ring:
		return c.geometry(orb.Polygon{g})
	case orb.Bound:
		return c.geometry(g.ToPolygon())
	case orb.Polygon:
		flat, ends, err := flatten(c, nil, g)
		return geom.NewPolygonFlat(c.layout, flat, ends), err
	case orb.MultiLineString:
		flat, ends, err := flatten(c, nil, g)
		return geom.NewMultiLineStringFlat(c.layout, flat, ends), err
	case orb.MultiPolygon:
		return c.multiPolygon(g)
	case orb.Collection:
		return c.collection(g)
	}
	return nil, fmt.Errorf("geometry of type %T cannot be stored", g)
}

func (c *toGeom) multiPolygon(g orb.MultiPolygon) (geom.T, error) {
	var flat []float64
	endss := make([][]int, len(g))
	for i, p := range g {
		var err error
		if flat, endss[i], err = flatten(c, flat, p); err != nil {
			return nil, err
		}
	}
	return geom.NewMultiPolygonFlat(c.layout, flat, endss), nil
}

func (c *toGeom) collection(g orb.Collection) (geom.T, error) {
	out := geom.NewGeometryCollection()
	if err := out.SetLayout(c.layout); err != nil {
		return nil, err
	}
	for _, m := range g {
		t, err := c.geometry(m)
		if err != nil {
			return nil, err
		}
		if err := out.Push(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// flatten appends runs of vertices and tells where each ends.
func flatten[R orb.Ring | orb.LineString](c *toGeom, flat []float64, runs []R) ([]float64, []int, error) {
	ends := make([]int, 0, len(runs))
	for _, run := range runs {
		var err error
		if flat, err = c.flat(flat, run); err != nil {
			return nil, nil, err
		}
		ends = append(ends, len(flat))
	}
	return flat, ends, nil
}

func (c *toGeom) flat(flat []float64, ps []orb.Point) ([]float64, error) {
	for _, p := range ps {
		flat = append(flat, p[0], p[1])
		if c.layout == geom.XY {
			continue
		}
		if len(c.z) == 0 {
			return nil, errHeights
		}
		flat = append(flat, c.z[0])
		c.z = c.z[1:]
	}
	return flat, nil
}
