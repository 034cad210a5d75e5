package ogc

import (
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

// propertyDoc is one property in a JSON Schema.
type propertyDoc struct {
	Title    string   `json:"title,omitempty"`
	Type     string   `json:"type,omitempty"`
	Format   string   `json:"format,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Minimum  *float64 `json:"minimum,omitempty"`
	Maximum  *float64 `json:"maximum,omitempty"`
	ReadOnly bool     `json:"readOnly,omitempty"`
	Unit     string   `json:"x-ogc-unit,omitempty"`
	Role     string   `json:"x-ogc-role,omitempty"`
	Seq      int      `json:"x-ogc-propertySeq,omitempty"`
}

type schemaDoc struct {
	Schema     string                 `json:"$schema"`
	ID         string                 `json:"$id"`
	Title      string                 `json:"title"`
	Type       string                 `json:"type"`
	Properties map[string]propertyDoc `json:"properties"`
	Required   []string               `json:"required,omitempty"`
	Additional bool                   `json:"additionalProperties"`
}

// property is a property of a collection's features, as answered.
type property struct {
	name  string
	key   string // "name":
	title geo.Text
	field geo.Field // declared; zero for what the service adds
	index int       // of what is declared, in the layer's fields
	// One of these gives what is not declared.
	text func(snapshot.Item) string
	test func(snapshot.Item) bool
}

func judged(d *geo.Layer) bool { return d.Light.Kind != geo.NoRule }

// properties are those of a layer's features in order: the code, the light and
// whether it is overdue where the layer is judged, then the declared fields. A
// judged layer keeps the names light and overdue to itself.
func properties(d *geo.Layer) []property {
	out := []property{{name: "code", title: geo.Text{ZH: "编码", EN: "Code"}, field: geo.Field{Type: geo.TextField, Required: true},
		text: snapshot.Item.Code}}
	if judged(d) {
		out = append(out,
			property{name: "light", title: geo.Text{ZH: "灯", EN: "Light"}, field: geo.Field{Type: geo.TextField, Enum: lights()},
				text: func(i snapshot.Item) string { return i.Light().String() }},
			property{name: "overdue", title: geo.Text{ZH: "逾期未报", EN: "Report overdue"}, field: geo.Field{Type: geo.BoolField},
				test: snapshot.Item.Overdue})
	}
	for n, f := range d.Fields {
		if slices.ContainsFunc(out, func(p property) bool { return p.name == f.Name }) {
			continue
		}
		out = append(out, property{name: f.Name, title: f.Title, field: f, index: n})
	}
	for n := range out {
		out[n].key = string(append(jsontext.AppendString(nil, out[n].name), ':'))
	}
	return out
}

// computed reports that nobody enters the property.
func (p property) computed() bool { return p.field.Name == "" && p.name != "code" }

func lights() []string {
	var out []string
	for _, l := range []geo.Light{geo.None, geo.Green, geo.Yellow, geo.Red} {
		out = append(out, l.String())
	}
	return out
}

// instantField is the field that datetime= looks at: the first that is a date or
// a time.
func instantField(d *geo.Layer) (geo.Field, bool) {
	for _, f := range d.Fields {
		if f.Type == geo.DateField || f.Type == geo.TimeField {
			return f, true
		}
	}
	return geo.Field{}, false
}

func (c *call) propertyDoc(p property) propertyDoc {
	doc := propertyDoc{Title: c.text(p.title), Enum: p.field.Enum, Minimum: p.field.Min, Maximum: p.field.Max, Unit: p.field.Unit,
		ReadOnly: p.computed()}
	doc.Type, doc.Format = typeOf(p.field.Type)
	return doc
}

// typeOf gives type and format of JSON Schema.
func typeOf(t geo.FieldType) (string, string) {
	switch t {
	case geo.IntField:
		return "integer", ""
	case geo.FloatField:
		return "number", ""
	case geo.BoolField:
		return "boolean", ""
	case geo.DateField:
		return "string", "date"
	case geo.TimeField:
		return "string", "date-time"
	}
	return "string", ""
}

func geometryDoc(kind geo.GeometryKind, title string) propertyDoc {
	format := map[geo.GeometryKind]string{geo.Points: "geometry-point-or-multipoint", geo.Lines: "geometry-linestring-or-multilinestring",
		geo.Polygons: "geometry-polygon-or-multipolygon"}[kind]
	if format == "" {
		format = "geometry-any"
	}
	return propertyDoc{Title: title, Format: format, Role: "primary-geometry"}
}

func (c *call) idDoc() propertyDoc {
	return propertyDoc{Title: c.say("编号", "Id"), Type: "integer", ReadOnly: true, Role: "id"}
}

func schema(c *call) (*Answer, error) {
	d := c.layer.Decl()
	id := c.idDoc()
	id.Seq = 1 // QGIS goes by the order only where each has its own place
	doc := schemaDoc{Properties: map[string]propertyDoc{"id": id}}
	all := properties(d)
	if d.Geometry != geo.NoGeometry {
		shape := geometryDoc(d.Geometry, c.say("几何", "Geometry"))
		shape.Seq = len(all) + 2
		doc.Properties["geometry"] = shape
	}
	when, _ := instantField(d)
	for n, p := range all {
		one := c.propertyDoc(p)
		one.Seq = n + 2
		if p.name == when.Name {
			one.Role = "primary-instant"
		}
		doc.Properties[p.name] = one
		if p.field.Required {
			doc.Required = append(doc.Required, p.name)
		}
	}
	return c.schemaDocument(doc, c.say("字段：", "Schema: "))
}

// queryables are the names a filter may use.
func queryables(c *call) (*Answer, error) {
	d := c.layer.Decl()
	doc := schemaDoc{Properties: map[string]propertyDoc{"id": c.idDoc()}}
	if d.Geometry != geo.NoGeometry {
		doc.Properties["geom"] = geometryDoc(d.Geometry, c.say("几何", "Geometry"))
	}
	for _, p := range queryable(d) {
		doc.Properties[p.name] = c.propertyDoc(p)
	}
	return c.schemaDocument(doc, c.say("可查询的属性：", "Queryables: "))
}

// queryable are the properties a filter may use besides id and geometry; each is
// a parameter of items too. The database knows no places.
func queryable(d *geo.Layer) []property {
	out := properties(d)
	if d.InDatabase() {
		return out
	}
	for _, p := range []property{{name: "district", title: geo.Text{ZH: "行政区代码", EN: "District code"}}, {name: "town", title: geo.Text{ZH: "街镇", EN: "Town"}}} {
		if !slices.ContainsFunc(out, func(o property) bool { return o.name == p.name }) {
			p.field.Type = geo.TextField
			out = append(out, p)
		}
	}
	return out
}

func (c *call) schemaDocument(doc schemaDoc, what string) (*Answer, error) {
	d := c.layer.Decl()
	doc.Schema, doc.ID = "https://json-schema.org/draft/2020-12/schema", c.here()
	doc.Title, doc.Type = c.text(d.Title), "object"
	if !c.html {
		return c.document(typeSchema, doc)
	}
	names := make([]string, 0, len(doc.Properties))
	for name := range doc.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var table [][]cell
	for _, name := range names {
		p := doc.Properties[name]
		table = append(table, []cell{{Text: name}, {Text: p.Title}, {Text: strings.TrimSpace(p.Type + " " + p.Format)}, {Text: p.Unit}, {Text: strings.Join(p.Enum, " ")}})
	}
	return c.page(page{Title: what + doc.Title, Crumbs: c.crumbs(), Rows: rows(table),
		Head: []string{c.say("名称", "Name"), c.say("标题", "Title"), c.say("类型", "Type"), c.say("单位", "Unit"), c.say("取值", "Values")}})
}
