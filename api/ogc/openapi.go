package ogc

import (
	"slices"

	"yiping/api/oas"
	"yiping/geo"
)

// object is a JSON object of the API definition.
type object = map[string]any

// Access says how one proves who one is, in the words of OpenAPI.
type Access struct {
	Schemes     object
	Read, Write []object // any of these
}

// openAPI describes what there is, collection by collection, so that a client
// learns the parameters and properties of each.
func openAPI(c *call) (*Answer, error) {
	if c.html {
		return c.apiPage()
	}
	d := &definition{call: c, schemas: oas.New(nil, nil), paths: object{}}
	if c.Access != nil {
		d.access = c.Access()
	}
	d.schemas.AddGeometry()
	d.schemas.Of(written{})
	d.service()
	for _, l := range c.Snapshot.Layers() {
		d.collection(l.Decl())
	}
	components := object{"parameters": c.shared(), "headers": c.headerDocs(), "schemas": d.schemas.All(), "responses": object{"problem": c.problemDoc()}}
	d.schemas.Add("problem", problemSchema())
	if d.access.Schemes != nil {
		components["securitySchemes"] = d.access.Schemes
	}
	d.schemas.Tidy()
	return c.document(typeOpenAPI, object{
		"openapi":    "3.0.3",
		"info":       object{"title": c.say("一屏 · 要素服务", "Yiping · features"), "description": c.about(), "version": c.s.version},
		"servers":    []object{{"url": c.Root}},
		"paths":      d.paths,
		"components": components,
	})
}

// definition is the description while it is made.
type definition struct {
	*call
	access  Access
	schemas *oas.Schemas
	paths   object
}

// written is what is answered to one who edits.
type written struct {
	Cursor   geo.Cursor  `json:"cursor"`
	Visible  bool        `json:"visible"`
	Changed  bool        `json:"changed"`
	Replayed bool        `json:"replayed,omitempty"`
	Layer    geo.LayerID `json:"layer"`
	Code     string      `json:"code"`
	ID       geo.ID      `json:"id,omitempty"`
	Version  uint64      `json:"version,omitempty"`
}

// get is one address that is read.
type get struct {
	path, id, summary string
	media             string
	schema            object
	params            []object
	tile              bool
}

// service describes what is no collection's own.
func (d *definition) service() {
	s := d.schemas
	for _, g := range []get{
		{path: "/", id: "landing", summary: d.say("首页", "Landing page"), media: typeJSON, schema: s.Of(landingDoc{})},
		{path: "/api", id: "api", summary: d.say("接口定义", "API definition"), media: typeOpenAPI, schema: object{"type": "object", "required": []string{"openapi", "paths"}}},
		{path: "/conformance", id: "conformance", summary: d.say("符合的规范", "Conformance"), media: typeJSON, schema: s.Of(conformanceDoc{})},
		{path: "/collections", id: "collections", summary: d.say("要素集", "Collections"), media: typeJSON, schema: s.Of(collectionsDoc{})},
		{path: "/tileMatrixSets", id: "getTileMatrixSetsList", summary: d.say("瓦片矩阵集", "Tile matrix sets"), media: typeJSON, schema: s.Of(matrixSetsDoc{})},
		{path: "/tileMatrixSets/" + Quad, id: "getTileMatrixSet", summary: d.say("瓦片矩阵集 ", "Tile matrix set ") + Quad, media: typeJSON, schema: s.Of(matrixSetDoc{})},
	} {
		d.get(g)
	}
	d.tiles("", ".dataset", d.say("全部图层", "All layers"))
}

// tiles describes vector tiles; the ids are those that OGC API – Tiles asks for (OGC
// 20-057, requirements class OpenAPI Specification 3.0).
func (d *definition) tiles(at, id, title string) {
	sets := d.say("瓦片集：", "Tile sets: ") + title
	d.get(get{path: at + "/tiles", id: id + ".vector.getTileSetsList", summary: sets, media: typeJSON, schema: d.schemas.Of(tileSetsDoc{})})
	d.get(get{path: at + "/tiles/" + Quad, id: id + ".vector.getTileSet", summary: sets, media: typeJSON, schema: d.schemas.Of(tileSetDoc{})})
	var params []object
	for _, name := range []string{"tileMatrix", "tileRow", "tileCol", "fields", "filter", "filter-lang", "min-cursor"} {
		params = append(params, reference(name))
	}
	d.get(get{path: at + "/tiles/" + Quad + "/{tileMatrix}/{tileRow}/{tileCol}", id: id + ".vector.getTile", summary: d.say("瓦片：", "Tile: ") + title,
		media: typeMVT, schema: object{"type": "string", "format": "binary"}, params: params, tile: true})
}

// collection describes a layer.
func (d *definition) collection(l *geo.Layer) {
	id, title := string(l.ID), d.text(l.Title)
	at := "/collections/" + id
	items, feature := d.features(l)
	for _, g := range []get{
		{path: at, id: "collection." + id, summary: title, media: typeJSON, schema: d.schemas.Of(collectionDoc{})},
		{path: at + "/schema", id: "schema." + id, summary: d.say("字段：", "Schema: ") + title, media: typeSchema, schema: d.schemas.Of(schemaDoc{})},
		{path: at + "/schema/feature", id: "schema.feature." + id, summary: d.say("GeoJSON 要素的结构：", "Schema of a feature in GeoJSON: ") + title, media: typeSchema,
			schema: object{"type": "object", "required": []string{"$schema", "type", "properties", "definitions"}}},
		{path: at + "/queryables", id: "queryables." + id, summary: d.say("可查询的属性：", "Queryables: ") + title, media: typeSchema, schema: d.schemas.Of(schemaDoc{})},
		{path: at + "/items", id: "items." + id, summary: d.say("要素：", "Features: ") + title, media: typeGeoJSON, schema: items, params: d.itemDocs(l)},
		{path: at + "/items/{featureId}", id: "item." + id, summary: d.say("一个要素：", "One feature: ") + title, media: typeGeoJSON, schema: feature,
			params: []object{d.featureIDDoc(), reference("crs")}},
	} {
		d.get(g)
	}
	if l.Geometry != geo.NoGeometry {
		d.tiles(at, id+".collection", title)
	}
	if d.Editable != nil && d.Editable(l.ID) {
		d.edits(l, title)
	}
}

// features describes the features of a layer as they are answered: one among others,
// and one alone. Coordinates are in the order of the system's axes.
func (d *definition) features(l *geo.Layer) (items, feature object) {
	values := object{}
	for _, p := range properties(l) {
		v := oas.Value(p.field)
		if p.computed() {
			v["readOnly"] = true
		}
		if p.name == "code" {
			v["description"] = d.text(p.title)
		} else {
			v = oas.Nullable(v)
			if enum, ok := v["enum"].([]string); ok {
				v["enum"] = oas.OrNull(enum)
			}
		}
		values[p.name] = v
	}
	of := d.schemas.Add("properties."+string(l.ID), oas.Closed(values))
	links := object{"type": "array", "items": d.schemas.Of(link{})}
	members := func() object {
		return object{"type": object{"type": "string", "enum": []string{"Feature"}}, "id": object{"type": "integer"}, "geometry": oas.Nullable(oas.Ref("Geometry")), "properties": of, "links": links}
	}
	feature = d.schemas.Add("feature."+string(l.ID), oas.Closed(members(), "geometry", "id", "properties", "type"))
	whole := object{"type": "integer", "minimum": 0}
	items = d.schemas.Add("features."+string(l.ID), oas.Closed(object{"type": object{"type": "string", "enum": []string{"FeatureCollection"}}, "links": links,
		"numberMatched": whole, "numberReturned": whole, "timeStamp": object{"type": "string", "format": "date-time"}, "features": object{"type": "array", "items": feature}}, "features", "links", "numberReturned", "timeStamp", "type"))
	return items, feature
}

func (c *call) featureIDDoc() object {
	return object{"name": "featureId", "in": "path", "required": true, "description": c.say("编号，或 code: 加编码", "The id, or code: and the code"), "schema": stringSchema()}
}

// edits describes what creates and changes features.
func (d *definition) edits(l *geo.Layer, title string) {
	id := string(l.ID)
	items, item := d.paths["/collections/"+id+"/items"].(object), d.paths["/collections/"+id+"/items/{featureId}"].(object)
	whole, part := d.entries(l)
	key, system, match := reference("Idempotency-Key"), reference("Content-Crs"), reference("If-Match")
	after := reference("Yiping-Min-Cursor")
	items["post"] = d.edit("create."+id, d.say("新增要素：", "Create a feature: ")+title, "201", bodies(whole, typeGeoJSON, typeJSON), system, key, after)
	item["put"] = d.edit("replace."+id, d.say("替换要素：", "Replace a feature: ")+title, "200", bodies(whole, typeGeoJSON, typeJSON), d.featureIDDoc(), system, match, key, after)
	item["patch"] = d.edit("update."+id, d.say("修改要素：", "Update a feature: ")+title, "200", bodies(part, typeMergePatch, typeGeoJSON, typeJSON), d.featureIDDoc(), system, match, key, after)
	item["delete"] = d.edit("delete."+id, d.say("删除要素：", "Delete a feature: ")+title, "200", nil, d.featureIDDoc(), match, key, after)
}

const typeMergePatch = "application/merge-patch+json" // RFC 7396

func bodies(schema object, media ...string) object {
	out := object{}
	for _, m := range media {
		out[m] = object{"schema": schema}
	}
	return out
}

// entries describes a feature as it is sent, whole or in part. What a feature as
// answered has besides is passed over.
func (d *definition) entries(l *geo.Layer) (whole, part object) {
	values := oas.Entries(l.Fields)
	values["code"] = object{"oneOf": []object{{"type": "string"}, {"type": "number"}}}
	for _, p := range properties(l) {
		if p.computed() { // as answered, or left out
			values[p.name] = object{}
		}
	}
	of := oas.Nullable(d.schemas.Add("entered."+string(l.ID), oas.Closed(values)))
	members := func() object {
		return object{"type": object{"type": "string", "enum": []string{"Feature"}}, "id": object{}, "geometry": oas.Nullable(oas.Ref("Geometry")), "properties": of, "links": object{}, "bbox": object{}}
	}
	required := []string{"properties", "type"}
	if l.Geometry != geo.NoGeometry {
		required = append(required, "geometry")
	}
	return d.schemas.Add("entry."+string(l.ID), oas.Closed(members(), required...)), d.schemas.Add("patch."+string(l.ID), oas.Closed(members()))
}

func (d *definition) edit(id, summary, status string, content object, params ...object) object {
	done := func(status string) object {
		h := object{"Yiping-Cursor": headerRef("Yiping-Cursor")}
		if status == "201" {
			h["Location"] = headerRef("Location")
		}
		return object{"description": d.say("已写入", "Written"), "headers": h, "content": object{typeJSON: object{"schema": oas.Ref("Written")}}}
	}
	responses := object{status: done(status)}
	if status == "201" { // sent again under its key it may have been deleted since
		responses["200"] = done("200")
	}
	for _, s := range []string{"400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "500", "503"} {
		responses[s] = object{"$ref": "#/components/responses/problem"}
	}
	o := object{"operationId": id, "summary": summary, "parameters": params, "responses": responses}
	if d.access.Write != nil {
		o["security"] = d.access.Write
	}
	if content != nil {
		o["requestBody"] = object{"required": true, "content": content}
	}
	return o
}

func stringSchema() object { return object{"type": "string"} }

func reference(name string) object { return object{"$ref": "#/components/parameters/" + name} }

func headerRef(name string) object { return object{"$ref": "#/components/headers/" + name} }

// get adds the description of an address that is read.
func (d *definition) get(g get) {
	headers := object{}
	standing := []string{"ETag", "Content-Language", "Content-Crs", "Yiping-Cursor", "Yiping-Revision"}
	params := append([]object{}, g.params...)
	body := object{g.media: object{"schema": g.schema}}
	if g.tile {
		standing = []string{"ETag", "Yiping-Cursor", "Yiping-Thinned"}
	} else {
		body["text/html"] = object{"schema": stringSchema()}
		for _, name := range everywhere {
			params = append(params, reference(name))
		}
	}
	for _, name := range standing {
		headers[name] = headerRef(name)
	}
	params = append(params, reference("If-None-Match"), reference("Yiping-Min-Cursor"))
	responses := object{"200": object{"description": d.say("成功", "Success"), "headers": headers, "content": body},
		"304": object{"description": d.say("未变", "Unchanged"), "headers": headers}}
	if g.tile {
		responses["204"] = object{"description": d.say("空瓦片", "Nothing in this tile"), "headers": headers}
	}
	for _, s := range []string{"400", "401", "403", "404", "406", "422", "500", "503"} {
		responses[s] = object{"$ref": "#/components/responses/problem"}
	}
	o := object{"operationId": g.id, "summary": g.summary, "parameters": params, "responses": responses}
	if d.access.Read != nil {
		o["security"] = d.access.Read
	}
	d.paths[g.path] = object{"get": o}
}

func (c *call) problemDoc() object {
	headers := object{}
	for _, name := range []string{"Content-Language", "Retry-After", "WWW-Authenticate", "Allow", "Yiping-Cursor", "Yiping-Revision"} {
		headers[name] = headerRef(name)
	}
	return object{"description": c.say("出错", "A failure"), "headers": headers, "content": object{"application/problem+json": object{"schema": oas.Ref("problem")}}}
}

// problemSchema is RFC 9457's, as the service writes it.
func problemSchema() object {
	whole := object{"type": "integer"}
	return oas.Closed(object{"type": stringSchema(), "title": stringSchema(), "status": whole, "detail": stringSchema(), "instance": stringSchema(), "parameter": stringSchema(), "row": whole},
		"detail", "instance", "status", "title", "type")
}

// itemDocs are the parameters of a collection's items.
func (c *call) itemDocs(d *geo.Layer) []object {
	var out []object
	for _, name := range fixed {
		out = append(out, reference(name))
	}
	for _, p := range c.s.described(d).equal {
		doc := c.propertyDoc(p)
		value := object{"type": doc.Type}
		if doc.Format != "" {
			value["format"] = doc.Format
		}
		if len(doc.Enum) > 0 {
			value["enum"] = doc.Enum
		}
		out = append(out, object{"name": p.name, "in": "query", "description": doc.Title, "required": false, "schema": value})
	}
	return out
}

// shared are the parameters that many resources take.
func (c *call) shared() object {
	out := object{}
	add := func(name, zh, en string, schema object, more ...any) {
		p := object{"name": name, "in": "query", "required": false, "description": c.say(zh, en), "schema": schema}
		for n := 0; n < len(more); n += 2 {
			p[more[n].(string)] = more[n+1]
		}
		out[name] = p
	}
	listed := []any{"style", "form", "explode", false}
	system := object{"type": "string", "format": "uri", "enum": uris(offered()), "default": crs84}
	add("f", "格式", "Form", object{"type": "string", "enum": []string{"json", "html"}})
	add("lang", "文字的语言", "Language of texts", object{"type": "string", "enum": []string{"zh", "en"}})
	add("min-cursor", "等到读到此位置再答", "Answer once this position has been read", stringSchema())
	add("bbox", "范围：四个或六个数，按 bbox-crs 的轴序，小者在前（仅当只有反过来的轴序说得通时按反序理解）；没有几何的要素不入选", "Box of four or six numbers in the axis order of bbox-crs, low corner first (the other order is understood where only that can be); features without geometry are not selected",
		object{"type": "array", "minItems": 4, "maxItems": 6, "items": object{"type": "number"}}, listed...)
	add("bbox-crs", "bbox 的坐标系", "Coordinate system of bbox", system)
	add("crs", "应答的坐标系；轴序从其定义", "Coordinate system of the answer, in the axis order of its authority", system)
	add("datetime", "日期、时间或区间；看第一个日期或时间字段，要素集没有该类字段时不起作用", "Date, time or interval; the first field that is a date or time is looked at, and nothing is left out where a collection has none", stringSchema(), listed...)
	add("filter", "CQL2 条件", "Filter in CQL2", stringSchema())
	add("filter-lang", "条件的写法", "Language of the filter", object{"type": "string", "enum": []string{textLang, jsonLang}, "default": textLang})
	add("filter-crs", "条件中坐标的坐标系", "Coordinate system of the filter's shapes", system)
	add("fields", "瓦片中只要这些属性", "These attributes only, in tiles", object{"type": "array", "items": stringSchema()}, listed...)
	add("limit", "每页至多几个；再大也按上限", "Features per page at most; more than the maximum means the maximum", object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}, listed...)
	add("properties", "只要这些属性", "These properties only", object{"type": "array", "items": stringSchema()}, listed...)
	add("sortby", "按这些属性排序，前置 - 为降序；缺值在后", "Order by these properties, descending after -; what is absent comes last", object{"type": "array", "items": stringSchema(), "maxItems": mostOrders, "uniqueItems": true}, listed...)
	add("after", "由 next 链接给出", "Given by the link next", stringSchema())
	add("before", "由 prev 链接给出", "Given by the link prev", stringSchema())
	within := func(name, zh, en string) {
		out[name] = object{"name": name, "in": "path", "required": true, "description": c.say(zh, en), "schema": object{"type": "integer", "minimum": 0}}
	}
	within("tileMatrix", "缩放级别", "Zoom")
	within("tileRow", "行，自北向南", "Row, from north to south")
	within("tileCol", "列，自西向东", "Column, from west to east")
	header := func(name, zh, en string) {
		out[name] = object{"name": name, "in": "header", "required": false, "description": c.say(zh, en), "schema": stringSchema()}
	}
	header("If-None-Match", "已有内容的 ETag：未变则答 304", "ETag of what one has: 304 where it is unchanged")
	header("Yiping-Min-Cursor", "须已读到此位置再答", "Answer once this cursor has been reached")
	header("Content-Crs", "请求体坐标的坐标系，尖括号内的 URI", "Coordinate system of the body, a URI in angle brackets")
	header("If-Match", "所读要素的 ETag：已被他人修改则拒绝", "ETag of the feature as read: refused when it was changed meanwhile")
	header("Idempotency-Key", "同一键重发只写一次", "Sent again under the same key it is done once")
	return out
}

// headerDocs are the headers of answers.
func (c *call) headerDocs() object {
	out := object{}
	for name, words := range map[string]geo.Text{
		"ETag":             {ZH: "内容的标记；要素的以其版本开头；要素列表的为弱标记，不计应答时间 timeStamp", EN: "Tag of the content; that of a feature begins with its version; that of a page of features is weak and passes over timeStamp"},
		"Content-Language": {ZH: "文字的语言", EN: "Language of the texts"},
		"Content-Crs":      {ZH: "坐标的坐标系，轴序从其定义", EN: "System of the coordinates, in the axis order of its authority"},
		"Location":         {ZH: "所建要素的地址", EN: "Address of the feature made"},
		"Yiping-Cursor":    {ZH: "答复依据的数据位置", EN: "Where the data stands that the answer speaks of"},
		"Yiping-Revision":  {ZH: "本节点自启动以来的数据次序", EN: "How many times the data of this node has moved on"},
		"Yiping-Thinned":   {ZH: "瓦片中未单独画出的要素数", EN: "Features that the tile does not draw each for itself"},
		"Retry-After":      {ZH: "几秒后再试", EN: "Try again after so many seconds"},
		"WWW-Authenticate": {ZH: "如何证明身份", EN: "How to say who one is"},
		"Allow":            {ZH: "可用的方法", EN: "Methods there are"},
	} {
		out[name] = object{"description": c.text(words), "schema": stringSchema()}
	}
	return out
}

func (c *call) apiPage() (*Answer, error) {
	var table [][]cell
	docs := c.shared()
	for _, name := range slices.Concat(fixed, everywhere) {
		text, _ := docs[name].(object)["description"].(string)
		table = append(table, []cell{{Text: name}, {Text: text}})
	}
	return c.page(page{Title: c.say("接口说明", "API documentation"), Lead: c.about(), Rows: rows(table),
		Head:  []string{c.say("参数", "Parameter"), c.say("含义", "Meaning")},
		Links: []link{{Href: c.at("api") + "?f=json", Title: c.say("接口定义（OpenAPI 3.0）", "API definition (OpenAPI 3.0)")}}})
}
