package oas

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// Object is a JSON object of a description.
type Object = map[string]any

// Schemas collects the schemas that a document names. The zero value is not ready:
// see New.
type Schemas struct {
	all   Object
	names map[reflect.Type]string
	own   map[reflect.Type]Object
	words func(component, property string, t reflect.Type) geo.Text
}

// New makes an empty collection. Types are called by their Go name, with a capital
// and without Body at its end, where names does not call them otherwise; words
// describes a property of a component, where it has any.
func New(names map[reflect.Type]string, words func(component, property string, t reflect.Type) geo.Text) *Schemas {
	return &Schemas{all: Object{}, names: names, own: map[reflect.Type]Object{}, words: words}
}

// All gives the schemas by name, for the components of a document.
func (s *Schemas) All() Object { return s.all }

// Ref refers to a schema by name.
func Ref(name string) Object { return Object{"$ref": "#/components/schemas/" + name} }

// Add names a schema, and gives a reference to it.
func (s *Schemas) Add(name string, schema Object) Object {
	s.all[name] = schema
	return Ref(name)
}

// Write says what a type writes that writes itself.
func (s *Schemas) Write(v any, schema Object) { s.own[reflect.TypeOf(v)] = schema }

// Of gives the schema of what encoding/json writes of values of v's type.
func (s *Schemas) Of(v any) Object { return s.of(reflect.TypeOf(v)) }

// Leaves are types that write themselves.
var leaves = map[reflect.Type]func(*Schemas) Object{
	reflect.TypeFor[geo.Date](): func(s *Schemas) Object {
		return s.Add("Day", Object{"type": "string", "pattern": `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`, "example": "2022-12-31",
			"description": "日期；空为没有 / A day; empty where there is none"})
	},
	reflect.TypeFor[geo.Light](): func(s *Schemas) Object {
		return s.Add("Light", Object{"type": "string", "enum": Lights(), "description": "灯色：未填报、正常、滞后、严重滞后 / Light: nothing to judge by, as planned, behind, far behind"})
	},
	reflect.TypeFor[geo.Role]():  func(*Schemas) Object { return Object{"type": "string", "enum": geo.Roles} },
	reflect.TypeFor[geo.Right](): func(*Schemas) Object { return Object{"type": "string", "enum": geo.Rights} },
	reflect.TypeFor[geo.ID](): func(s *Schemas) Object {
		return s.Add("Id", Object{"type": "integer", "minimum": 0, "maximum": uint64(geo.MaxID), "description": "要素编号，不重用 / Id of a feature, never used again"})
	},
	reflect.TypeFor[geo.Cursor](): func(s *Schemas) Object {
		return s.Add("Cursor", Object{"type": "string", "description": "数据读到的位置 / Where the data stands"})
	},
	reflect.TypeFor[orb.Point](): func(s *Schemas) Object {
		return s.Add("Position", Object{"type": "array", "items": Object{"type": "number"}, "minItems": 2, "maxItems": 2,
			"description": "经度, 纬度（度，经度在前） / longitude, latitude in degrees"})
	},
	reflect.TypeFor[time.Time]():       func(*Schemas) Object { return Object{"type": "string", "format": "date-time"} },
	reflect.TypeFor[json.RawMessage](): func(*Schemas) Object { return Object{} },
}

// Lights are the names of the lights.
func Lights() []string {
	var out []string
	for l := geo.None; l <= geo.Red; l++ {
		out = append(out, l.String())
	}
	return out
}

func (s *Schemas) of(t reflect.Type) Object {
	if leaf, ok := leaves[t]; ok {
		return leaf(s)
	}
	if schema, ok := s.own[t]; ok {
		return schema
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return Nullable(s.of(t.Elem()))
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		panic(fmt.Sprintf("nobody says what %v writes", t)) // a programmer's mistake: any test meets it
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return Object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return Object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Object{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return Object{"type": "integer", "minimum": 0}
	case reflect.Float32, reflect.Float64:
		return Object{"type": "number"}
	case reflect.String:
		return Object{"type": "string"}
	case reflect.Slice:
		return Object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Array:
		return Object{"type": "array", "items": s.of(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Map:
		return Object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Interface:
		return Object{}
	case reflect.Struct:
		return s.component(t)
	}
	panic(fmt.Sprintf("no JSON is written of %v", t)) // a programmer's mistake: any test meets it
}

// Nullable lets a schema be null as well. Beside a $ref nothing else counts (OpenAPI
// 3.0.3, Reference Object).
func Nullable(schema Object) Object {
	if _, refers := schema["$ref"]; refers {
		return Object{"nullable": true, "allOf": []Object{schema}}
	}
	out := Object{"nullable": true}
	for k, v := range schema {
		out[k] = v
	}
	return out
}

// component names the schema of a struct; one without a name stands where it is.
func (s *Schemas) component(t reflect.Type) Object {
	name, told := s.names[t]
	if !told && t.Name() != "" {
		name = strings.TrimSuffix(t.Name(), "Body")
		name = string(unicode.ToUpper(rune(name[0]))) + name[1:]
	}
	if name == "" {
		return s.object(t, "")
	}
	if was, there := s.all[name]; there {
		if made := was.(Object)["x-go-type"]; len(was.(Object)) > 0 && made != t.String() {
			panic(fmt.Sprintf("both %v and %v are called %s", made, t, name))
		}
		return Ref(name)
	}
	s.all[name] = Object{} // so that a type within itself ends
	schema := s.object(t, name)
	schema["x-go-type"] = t.String()
	return s.Add(name, schema)
}

// Tidy takes the marks of Go types out, once all schemas are there.
func (s *Schemas) Tidy() {
	for _, schema := range s.all {
		delete(schema.(Object), "x-go-type")
	}
}

// object describes a struct: closed, so that a member which nobody describes is a
// mistake that tests find.
func (s *Schemas) object(t reflect.Type, component string) Object {
	properties, required := Object{}, []string{}
	s.fields(t, component, properties, &required)
	slices.Sort(required)
	out := Object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// fields adds the members of a struct, and of those embedded in it, by the rules of
// encoding/json: what is nearer to the top hides what is deeper.
func (s *Schemas) fields(t reflect.Type, component string, properties Object, required *[]string) {
	var embedded []reflect.Type
	for n := range t.NumField() {
		f := t.Field(n)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "":
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			embedded = append(embedded, inner)
		case !f.IsExported():
		default:
			if name == "" {
				name = f.Name
			}
			if _, hidden := properties[name]; !hidden {
				properties[name] = s.field(f, component, name, options)
				if !strings.Contains(options, "omit") {
					*required = append(*required, name)
				}
			}
		}
	}
	for _, inner := range embedded {
		s.fields(inner, component, properties, required)
	}
}

// field describes one member. The tag schema names the component that stands in the
// place of a type which says nothing: a map, or the JSON of others.
func (s *Schemas) field(f reflect.StructField, component, name, options string) Object {
	var schema Object
	switch of := f.Tag.Get("schema"); {
	case of != "" && f.Type.Kind() == reflect.Slice && f.Type != reflect.TypeFor[json.RawMessage]():
		schema = Object{"type": "array", "items": Ref(of)}
	case of != "":
		schema = Ref(of)
	case f.Type.Kind() == reflect.Pointer && strings.Contains(options, "omit"):
		schema = s.of(f.Type.Elem()) // nil is left out
	default:
		schema = s.of(f.Type)
	}
	if s.words == nil {
		return schema
	}
	if t := s.words(component, name, f.Type); t != (geo.Text{}) {
		return Described(schema, t)
	}
	return schema
}

// Both is a text in both languages, Chinese first.
func Both(t geo.Text) string { return t.ZH + " / " + t.EN }

// Described adds words to a schema.
func Described(schema Object, t geo.Text) Object {
	if _, refers := schema["$ref"]; refers {
		schema = Object{"allOf": []Object{schema}}
	}
	schema["description"] = Both(t)
	return schema
}
