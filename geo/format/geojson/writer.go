package geojson

import (
	"bufio"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/jsontext"
)

// Writer streams features as one FeatureCollection, a feature a line. Every
// coordinate is written with the digits that give the same float64 back.
type Writer struct {
	w   *bufio.Writer
	n   int
	buf []byte
}

// NewWriter writes the head of the collection; call Close to end it.
func NewWriter(w io.Writer) *Writer {
	out := &Writer{w: bufio.NewWriterSize(w, 1<<16)}
	_, _ = out.w.WriteString("{\"type\":\"FeatureCollection\",\"features\":[") // bufio keeps the error for Flush
	return out
}

// Write appends one feature. Its code becomes the property "code", and its layer
// the property "layer" where withLayer asks for it. fields gives the order.
func (w *Writer) Write(f geo.Feature, fields []geo.Field, withLayer bool) error {
	b := w.buf[:0]
	if w.n > 0 {
		b = append(b, ',')
	}
	b = append(b, "\n{\"type\":\"Feature\",\"id\":"...)
	b = strconv.AppendUint(b, uint64(f.ID), 10)
	b = append(b, ",\"properties\":{\"code\":"...)
	b = jsontext.AppendString(b, f.Code)
	if withLayer {
		b = append(b, ",\"layer\":"...)
		b = jsontext.AppendString(b, string(f.Layer))
	}
	for _, field := range fields {
		if v := f.Properties[field.Name]; v != nil {
			b = append(b, ',')
			b = jsontext.AppendString(b, field.Name)
			b = append(b, ':')
			b = jsontext.AppendValue(b, v)
		}
	}
	b = append(b, "},\"geometry\":"...)
	b = AppendGeometry(b, f.Geometry, f.Z)
	b = append(b, '}')
	w.buf, w.n = b, w.n+1
	_, err := w.w.Write(b)
	return err
}

// Close ends the collection; it does not close the writer below.
func (w *Writer) Close() error {
	_, _ = w.w.WriteString("\n]}\n")
	return w.w.Flush()
}

// PointHead is what stands before the coordinates of a point.
const PointHead = `{"type":"Point","coordinates":`

// AppendPoint writes a point likewise.
func AppendPoint(dst []byte, p orb.Point) []byte {
	w := geometryWriter{b: append(dst, PointHead...)}
	w.point(p)
	return append(w.b, '}')
}

// AppendGeometry writes a geometry as JSON text, with one height of z per vertex
// where z is not nil; nil is null.
func AppendGeometry(dst []byte, g orb.Geometry, z []float64) []byte {
	w := geometryWriter{b: dst, z: z}
	w.geometry(g)
	return w.b
}

type geometryWriter struct {
	b []byte
	z []float64
}

func (w *geometryWriter) geometry(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		w.open("Point")
		w.point(g)
	case orb.MultiPoint:
		w.open("MultiPoint")
		each(w, g, w.point)
	case orb.LineString:
		w.open("LineString")
		each(w, g, w.point)
	case orb.MultiLineString:
		w.open("MultiLineString")
		each(w, g, func(l orb.LineString) { each(w, l, w.point) })
	case orb.Ring:
		w.geometry(orb.Polygon{g})
		return
	case orb.Polygon:
		w.open("Polygon")
		w.polygon(g)
	case orb.MultiPolygon:
		w.open("MultiPolygon")
		each(w, g, w.polygon)
	case orb.Collection:
		w.b = append(w.b, `{"type":"GeometryCollection","geometries":`...)
		each(w, g, w.geometry)
	case orb.Bound:
		w.geometry(g.ToPolygon())
		return
	default:
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(w.b, '}')
}

func (w *geometryWriter) open(kind string) {
	w.b = append(w.b, `{"type":"`...)
	w.b = append(w.b, kind...)
	w.b = append(w.b, `","coordinates":`...)
}

func each[T any](w *geometryWriter, items []T, fn func(T)) {
	w.b = append(w.b, '[')
	for i, item := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		fn(item)
	}
	w.b = append(w.b, ']')
}

func (w *geometryWriter) polygon(p orb.Polygon) {
	each(w, p, func(r orb.Ring) { each(w, r, w.point) })
}

func (w *geometryWriter) point(p orb.Point) {
	w.b = append(w.b, '[')
	w.b = appendNumber(w.b, p[0])
	w.b = append(w.b, ',')
	w.b = appendNumber(w.b, p[1])
	if len(w.z) > 0 {
		w.b = append(w.b, ',')
		w.b = appendNumber(w.b, w.z[0])
		w.z = w.z[1:]
	}
	w.b = append(w.b, ']')
}

func appendNumber(b []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(b, "null"...) // never stored; JSON has no word for it
	}
	return jsontext.AppendPlain(b, x)
}
