package api

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// appendGeometry writes a GeoJSON geometry (RFC 7946) with the coordinates as
// stored, bit for bit, and the height of each vertex where there are any.
func appendGeometry(b []byte, g orb.Geometry, z []float64) []byte {
	w := geometryWriter{b: b, z: z}
	w.geometry(g)
	return w.b
}

type geometryWriter struct {
	b []byte
	z []float64 // heights not yet written, in vertex order
}

func (w *geometryWriter) geometry(g orb.Geometry) {
	if g == nil {
		w.b = append(w.b, "null"...)
		return
	}
	if c, ok := g.(orb.Collection); ok {
		w.b = append(w.b, `{"type":"GeometryCollection","geometries":`...)
		list(w, c, w.geometry)
		w.b = append(w.b, '}')
		return
	}
	if ring, ok := g.(orb.Ring); ok {
		g = orb.Polygon{ring}
	}
	if bound, ok := g.(orb.Bound); ok {
		g = bound.ToPolygon()
	}
	w.b = append(w.b, `{"type":"`...)
	w.b = append(w.b, g.GeoJSONType()...)
	w.b = append(w.b, `","coordinates":`...)
	w.coordinates(g)
	w.b = append(w.b, '}')
}

func (w *geometryWriter) coordinates(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		w.point(g)
	case orb.MultiPoint:
		list(w, g, w.point)
	case orb.LineString:
		list(w, g, w.point)
	case orb.MultiLineString:
		list(w, g, func(l orb.LineString) { list(w, l, w.point) })
	case orb.Polygon:
		list(w, g, w.ring)
	case orb.MultiPolygon:
		list(w, g, func(p orb.Polygon) { list(w, p, w.ring) })
	default:
		w.b = append(w.b, "[]"...)
	}
}

func (w *geometryWriter) ring(r orb.Ring) { list(w, r, w.point) }

func (w *geometryWriter) point(p orb.Point) {
	w.b = append(w.b, '[')
	w.b = strconv.AppendFloat(w.b, p[0], 'f', -1, 64)
	w.b = append(w.b, ',')
	w.b = strconv.AppendFloat(w.b, p[1], 'f', -1, 64)
	if len(w.z) > 0 {
		w.b = append(w.b, ',')
		w.b = strconv.AppendFloat(w.b, w.z[0], 'f', -1, 64)
		w.z = w.z[1:]
	}
	w.b = append(w.b, ']')
}

func list[E any](w *geometryWriter, s []E, each func(E)) {
	w.b = append(w.b, '[')
	for i, e := range s {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		each(e)
	}
	w.b = append(w.b, ']')
}

// appendMember writes ,"name":value.
func appendMember(b []byte, name string, value any) []byte {
	b = append(b, ',')
	b = appendValue(b, name)
	b = append(b, ':')
	return appendValue(b, value)
}

// appendValue writes a property value; one of a foreign type as null.
func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case geo.Date:
		return appendText(b, v.String())
	case time.Time:
		return appendText(b, v.UTC().Format(time.RFC3339Nano))
	case geo.Text:
		b = append(b, `{"zh":`...)
		b = appendText(b, v.ZH)
		b = append(b, `,"en":`...)
		b = appendText(b, v.EN)
		return append(b, '}')
	}
	j, err := json.Marshal(value)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, j...)
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xE2 {
			j, err := json.Marshal(s)
			if err != nil { // cannot be: a string always has a form
				return append(b, `""`...)
			}
			return append(b, j...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
