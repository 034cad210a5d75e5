package cql

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/paulmach/orb"
)

// JSON writes a filter as CQL2 JSON. ParseJSON of it gives the same tree but for
// positions.
func JSON(e Expr) []byte {
	w := &encoder{}
	w.expr(e)
	return w.b.Bytes()
}

type encoder struct{ b bytes.Buffer }

func (w *encoder) write(s string) { w.b.WriteString(s) }

// text writes a JSON string; strings always can be written.
func (w *encoder) text(s string) {
	enc := json.NewEncoder(&w.b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	w.b.Truncate(w.b.Len() - 1)
}

func (w *encoder) expr(e Expr) {
	switch e := e.(type) {
	case nil:
		w.write(`".."`)
	case Call:
		w.write(`{"op":`)
		w.text(e.Op)
		w.write(`,"args":`)
		elements(w, e.Args, w.expr)
		w.write("}")
	case Property:
		w.write(`{"property":`)
		w.text(e.Name)
		w.write("}")
	case Text:
		w.text(e.Value)
	case Number:
		w.number(e.Value)
	case Bool:
		w.write(strconv.FormatBool(e.Value))
	case Instant:
		if e.Day {
			w.write(`{"date":"` + e.String() + `"}`)
		} else {
			w.write(`{"timestamp":"` + e.String() + `"}`)
		}
	case Interval:
		w.write(`{"interval":`)
		elements(w, []Expr{e.From, e.To}, w.end)
		w.write("}")
	case Geometry:
		s := shapeEncoder{w, e.Z}
		s.shape(e.Shape)
	case Box:
		w.write(`{"bbox":`)
		elements(w, e.Numbers, w.number)
		w.write("}")
	case List:
		elements(w, e.Items, w.expr)
	}
}

func (w *encoder) end(e Expr) {
	if i, ok := e.(Instant); ok {
		w.text(i.String())
		return
	}
	w.expr(e)
}

func (w *encoder) number(x float64) { w.write(number(x)) }

func elements[S ~[]T, T any](w *encoder, items S, write func(T)) {
	w.write("[")
	for i, item := range items {
		if i > 0 {
			w.write(",")
		}
		write(item)
	}
	w.write("]")
}

// shapeEncoder writes GeoJSON and takes one height off z with each vertex.
type shapeEncoder struct {
	*encoder
	z []float64
}

func (w *shapeEncoder) shape(g orb.Geometry) {
	w.write(`{"type":"` + g.GeoJSONType() + `",`)
	if c, ok := g.(orb.Collection); ok {
		w.write(`"geometries":`)
		elements(w.encoder, c, w.shape)
	} else {
		w.write(`"coordinates":`)
		w.coordinates(g)
	}
	w.write("}")
}

func (w *shapeEncoder) coordinates(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		w.vertex(g)
	case orb.MultiPoint:
		elements(w.encoder, g, w.vertex)
	case orb.LineString:
		elements(w.encoder, g, w.vertex)
	case orb.Ring:
		elements(w.encoder, g, w.vertex)
	case orb.MultiLineString:
		elements(w.encoder, g, func(l orb.LineString) { w.coordinates(l) })
	case orb.Polygon:
		elements(w.encoder, g, func(r orb.Ring) { w.coordinates(r) })
	case orb.MultiPolygon:
		elements(w.encoder, g, func(p orb.Polygon) { w.coordinates(p) })
	}
}

func (w *shapeEncoder) vertex(p orb.Point) {
	numbers := append(make([]float64, 0, 3), p[:]...)
	if len(w.z) > 0 {
		numbers, w.z = append(numbers, w.z[0]), w.z[1:]
	}
	elements(w.encoder, numbers, w.number)
}
