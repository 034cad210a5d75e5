package postgis

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"yiping/geo/wkb"
)

// srid is the reference system of every geometry: EPSG:4326, x is longitude.
const srid = 4326

// EWKB is what PostGIS sends and takes in binary. go-geom writes it; everything
// beyond this file is orb, with the heights beside it.

// decodeEWKB reads a geometry and its heights, one per vertex in order; nil for
// a flat geometry. Measures are passed over. The result shares nothing with b.
func decodeEWKB(b []byte) (orb.Geometry, []float64, error) { return new(shapeReader).read(b) }

type shapeReader struct{ wkb.Decoder }

// lentShapes gives a reader whose shapes hold until it reads the next.
func lentShapes() shapeReader { return shapeReader{wkb.Decoder{Lend: true}} }

// read reads a shape. A height that is not finite, which SQL can store, counts
// as 0.
func (r *shapeReader) read(b []byte) (orb.Geometry, []float64, error) {
	g, z, err := r.Decode(b)
	if err != nil {
		return nil, nil, fmt.Errorf("EWKB: %w", err)
	}
	for i := range z {
		if math.IsNaN(z[i]) || math.IsInf(z[i], 0) {
			z[i] = 0
		}
	}
	return g, z, nil
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
