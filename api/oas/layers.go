package oas

import (
	"strings"

	"yiping/geo"
)

// Value describes the values of a field; title and unit are told in words.
func Value(f geo.Field) Object {
	out := Object{}
	switch f.Type {
	case geo.IntField:
		out["type"] = "integer"
	case geo.FloatField:
		out["type"] = "number"
	case geo.BoolField:
		out["type"] = "boolean"
	case geo.DateField:
		out["type"], out["format"] = "string", "date"
	case geo.TimeField:
		out["type"], out["format"] = "string", "date-time"
	default:
		out["type"] = "string"
	}
	if len(f.Enum) > 0 {
		out["enum"] = f.Enum
	}
	if f.Min != nil {
		out["minimum"] = *f.Min
	}
	if f.Max != nil {
		out["maximum"] = *f.Max
	}
	if words := inWords(f); words != "" {
		out["description"] = words
	}
	if f.Unit != "" {
		out["x-ogc-unit"] = f.Unit // as in OGC API – Features Part 5
	}
	return out
}

func inWords(f geo.Field) string {
	var words []string
	for _, text := range []string{f.Title.ZH, f.Title.EN} {
		if text != "" {
			words = append(words, text)
		}
	}
	out := strings.Join(words, " / ")
	if f.Unit != "" {
		out = strings.TrimSpace(out + " (" + f.Unit + ")")
	}
	return out
}

// Values describes the fields that are set, by name; those without a value are left
// out of what is answered.
func Values(fields []geo.Field) Object {
	out := Object{}
	for _, f := range fields {
		out[f.Name] = Value(f)
	}
	return out
}

// Entries describes the fields as they are entered, by name: null clears one.
func Entries(fields []geo.Field) Object {
	out := Object{}
	for _, f := range fields {
		v := Nullable(Value(f))
		if enum, ok := v["enum"].([]string); ok {
			v["enum"] = OrNull(enum)
		}
		out[f.Name] = v
	}
	return out
}

// OrNull adds null to the values there are: it counts among them (OpenAPI proposal
// 2019-10-31).
func OrNull(texts []string) []any {
	out := make([]any, len(texts), len(texts)+1)
	for n, t := range texts {
		out[n] = t
	}
	return append(out, nil)
}

// Closed is an object of these properties and no others.
func Closed(properties Object, required ...string) Object {
	out := Object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// AddGeometry names the schemas of GeoJSON geometries (RFC 7946 §3.1), and gives a
// reference to that of any. A vertex may have a height in metres; in what is answered
// in a system of metres it has that system's axes.
func (s *Schemas) AddGeometry() Object {
	if _, there := s.all["Geometry"]; there {
		return Ref("Geometry")
	}
	list := func(of Object) Object { return Object{"type": "array", "items": of} }
	vertex := s.Add("Vertex", Object{"type": "array", "items": Object{"type": "number"}, "minItems": 2, "maxItems": 3,
		"description": "经度, 纬度（度，经度在前）, 高程（米） / longitude, latitude in degrees, height in metres"})
	shapes := []Object{}
	for _, shape := range []struct {
		name string
		of   Object
	}{{"Point", vertex}, {"MultiPoint", list(vertex)}, {"LineString", list(vertex)}, {"MultiLineString", list(list(vertex))},
		{"Polygon", list(list(vertex))}, {"MultiPolygon", list(list(list(vertex)))}} {
		shapes = append(shapes, s.Add(shape.name, Closed(Object{"type": Object{"type": "string", "enum": []string{shape.name}}, "coordinates": shape.of}, "coordinates", "type")))
	}
	parts := s.Add("GeometryCollection", Closed(Object{"type": Object{"type": "string", "enum": []string{"GeometryCollection"}}, "geometries": list(Ref("Geometry"))}, "geometries", "type"))
	return s.Add("Geometry", Object{"oneOf": append(shapes, parts)})
}
