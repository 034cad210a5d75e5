package ogc

import (
	"cmp"
	"encoding/json"
)

// members is a JSON object whose members keep their order: clients make columns
// in the order of a schema.
type members []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the object.
func (m members) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for n, one := range m {
		if n > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// featureSchema is the JSON Schema that each feature of the collection fulfils as
// it is answered in GeoJSON. What schema gives describes the same features whatever
// they are written in (OGC API – Features Part 5); this one is for clients that
// take the types of columns from the form of the answer, as GDAL does.
func featureSchema(c *call) (*Answer, error) {
	if c.html {
		return schema(c) // a person reads the same in either
	}
	d := c.layer.Decl()
	seen := c.s.extents.looks(c.layer)
	columns, types := members{}, members{}
	for _, p := range properties(d) {
		typ, format := seen.typeOf(p)
		if p.name == "code" {
			columns = append(columns, member{p.name, typed(typ, format, "title", c.text(p.title))})
			continue
		}
		name := cmp.Or(format, typ)
		columns = append(columns, member{p.name, object{"title": c.text(p.title), "$ref": "#/definitions/" + name}})
		types = append(types, columnType(name, typ, format)...)
	}
	geometry := object{"type": []string{"object", "null"}, "required": []string{"type"}, "properties": object{"type": object{
		"enum": []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}}}}
	return c.document(typeSchema, members{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"$id", c.here()},
		{"title", c.text(d.Title)},
		{"type", "object"},
		{"required", []string{"type", "id", "geometry", "properties"}},
		{"properties", members{
			{"type", object{"enum": []string{"Feature"}}},
			{"id", object{"type": "integer"}},
			{"geometry", geometry},
			{"properties", members{{"type", "object"}, {"properties", columns}, {"additionalProperties", false}}},
		}},
		{"definitions", types.once()},
	})
}

// columnType defines a type of column. There are two to a definition: absent values
// are null, so that the type to go by is “this or null”; but GDAL follows one
// reference and then wants a single word. The word stands beside the second
// reference, where it binds nobody (draft-07 §8.3: all other members beside $ref
// are ignored).
func columnType(name, typ, format string) members {
	return members{{name, typed(typ, format, "$ref", "#/definitions/"+name+"-or-null")},
		{name + "-or-null", typed([]string{typ, "null"}, format)}}
}

func typed(typ any, format string, more ...string) object {
	o := object{"type": typ}
	if format != "" {
		o["format"] = format
	}
	for n := 0; n < len(more); n += 2 {
		o[more[n]] = more[n+1]
	}
	return o
}

// once leaves out members that are there before.
func (m members) once() members {
	out, seen := members{}, map[string]bool{}
	for _, one := range m {
		if !seen[one.name] {
			out, seen[one.name] = append(out, one), true
		}
	}
	return out
}
