package cql

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// ParseJSON reads CQL2 JSON. Errors are *geo.Error, Invalid, with a mend; for
// broken JSON with the byte.
func ParseJSON(data []byte) (Expr, error) {
	e, err := parseJSON(data)
	return e, filterError(err)
}

func parseJSON(data []byte) (Expr, error) {
	if len(data) > MaxBytes {
		return nil, faultAt(0, "过滤条件超过 %d 字节", "the filter has more than %d bytes", MaxBytes)
	}
	if !utf8.Valid(data) {
		return nil, faultAt(0, "过滤条件不是 UTF-8 编码", "the filter is not UTF-8")
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, faultAt(0, "过滤条件不是 JSON：第 %[2]d 字节处有误", "the filter is not JSON: %[1]v at byte %[2]d", err, syntax.Offset).
				mend("文本写法须带 filter-lang=cql2-text", "filters in text need filter-lang=cql2-text")
		}
		return nil, faultAt(0, "过滤条件无法读取", "the filter cannot be read: %[1]v", err)
	}
	e, err := fromJSON(v, maxNesting)
	if err != nil {
		return nil, err
	}
	return e, checkFilter(e)
}

func fromJSON(v any, left int) (Expr, error) {
	if left == 0 {
		return nil, faultAt(0, "过滤条件嵌套过深", "the filter is nested too deep")
	}
	switch v := v.(type) {
	case bool:
		return Bool{Value: v}, nil
	case float64:
		return Number{Value: v}, nil
	case string:
		return Text{Value: v}, nil
	case []any:
		items, err := allFromJSON(v, left-1)
		return List{Items: items}, err
	case map[string]any:
		return fromObject(v, left)
	}
	return nil, faultAt(0, "此处应为值，却是 null", "null stands where a value is wanted").mend("查询空值请用 isNull", "use isNull to ask for absent values")
}

func allFromJSON(vs []any, left int) ([]Expr, error) {
	out := make([]Expr, 0, len(vs))
	for _, v := range vs {
		e, err := fromJSON(v, left)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func fromObject(o map[string]any, left int) (Expr, error) {
	if op, ok := o["op"].(string); ok {
		return callFromJSON(op, o["args"], left)
	}
	if name, ok := o["property"].(string); ok {
		if name == "" {
			return nil, faultAt(0, "字段名是空的", "the name of a property is empty")
		}
		return Property{Name: name}, nil
	}
	if kind, ok := o["type"].(string); ok {
		b := &builder{}
		shape, err := b.fromGeoJSON(kind, o, left)
		if err != nil {
			return nil, err
		}
		return b.geometry(shape)
	}
	for _, word := range []string{"date", "timestamp"} {
		if s, ok := o[word].(string); ok {
			i, ok := readInstant(s)
			if !ok || i.Day != (word == "date") {
				return nil, badInstant(0, s, word == "date")
			}
			return i, nil
		}
	}
	if ends, ok := o["interval"].([]any); ok {
		es, err := allFromJSON(ends, left-1)
		if err != nil {
			return nil, err
		}
		return newInterval(0, es)
	}
	if _, ok := o["bbox"]; ok {
		numbers, ok := floats(o["bbox"])
		if !ok {
			return nil, faultAt(0, "bbox 不是数字的数组", "bbox is not an array of numbers")
		}
		return newBox(0, numbers)
	}
	return nil, faultAt(0, "对象不是运算、字段、几何、bbox、日期、时刻或时段", "an object is no operator, property, geometry, bbox, date, timestamp or interval").
		mend(`例如 {"op":"=","args":[{"property":"light"},"red"]}`, `for instance {"op":"=","args":[{"property":"light"},"red"]}`)
}

func callFromJSON(op string, args any, left int) (Expr, error) {
	list, ok := args.([]any)
	if !ok {
		return nil, faultAt(0, "“%s”没有 args", "“%s” has no args", op)
	}
	if _, known := signatureOf(op); !known && (op == "" || isOperator(op)) {
		return nil, faultAt(0, "“%s”不是运算符", "“%s” is not an operator", op).mend("运算符用小写，isNull 与少数 t_、a_ 除外", "operators are in lower case but for isNull and a few t_ and a_")
	}
	es, err := allFromJSON(list, left-1)
	if err != nil {
		return nil, err
	}
	return call(0, op, es...)
}

func floats(v any) ([]float64, bool) {
	list, ok := v.([]any)
	out := make([]float64, len(list))
	for i, x := range list {
		var number bool
		out[i], number = x.(float64)
		ok = ok && number
	}
	return out, ok
}

// fromGeoJSON reads a geometry object.
func (b *builder) fromGeoJSON(kind string, o map[string]any, left int) (orb.Geometry, error) {
	c := o["coordinates"]
	switch kind {
	case "Point":
		return b.position(c)
	case "LineString":
		return b.lineFrom(c)
	case "Polygon":
		return b.polygonFrom(c)
	case "MultiPoint":
		points, err := eachFrom(b, c, b.position)
		return orb.MultiPoint(points), err
	case "MultiLineString":
		lines, err := eachFrom(b, c, b.lineFrom)
		return orb.MultiLineString(lines), err
	case "MultiPolygon":
		polygons, err := eachFrom(b, c, b.polygonFrom)
		return orb.MultiPolygon(polygons), err
	case "GeometryCollection":
		if left == 0 {
			return nil, faultAt(0, "过滤条件嵌套过深", "the filter is nested too deep")
		}
		shapes, err := eachFrom(b, o["geometries"], func(v any) (orb.Geometry, error) {
			o, _ := v.(map[string]any)
			kind, _ := o["type"].(string)
			return b.fromGeoJSON(kind, o, left-1)
		})
		return orb.Collection(shapes), err
	}
	return nil, faultAt(0, "“%s”不是几何类型", "“%s” is not a type of geometry", kind).mend("例如 Point、LineString、Polygon", "for instance Point, LineString, Polygon")
}

func eachFrom[T any](b *builder, v any, part func(any) (T, error)) ([]T, error) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, faultAt(b.at, "几何有空的部分，或没有坐标", "a geometry has an empty part or no coordinates")
	}
	out := make([]T, 0, len(list))
	for _, v := range list {
		p, err := part(v)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (b *builder) position(v any) (orb.Point, error) {
	numbers, ok := floats(v)
	if !ok {
		return orb.Point{}, faultAt(b.at, "坐标不是数字的数组", "a position is not an array of numbers")
	}
	return b.vertex(numbers)
}

func (b *builder) lineFrom(v any) (orb.LineString, error) {
	points, err := eachFrom(b, v, b.position)
	if err != nil {
		return nil, err
	}
	return b.line(points)
}

func (b *builder) polygonFrom(v any) (orb.Polygon, error) {
	rings, err := eachFrom(b, v, func(v any) (orb.Ring, error) {
		points, err := eachFrom(b, v, b.position)
		if err != nil {
			return nil, err
		}
		return b.ring(points)
	})
	return rings, err
}

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
