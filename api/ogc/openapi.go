package ogc

import (
	"slices"

	"yiping/geo"
)

// object is a JSON object of the API definition.
type object map[string]any

// openAPI describes what there is, collection by collection, so that a client
// learns the parameters of each.
func openAPI(c *call) (*Answer, error) {
	if c.html {
		return c.apiPage()
	}
	paths := object{
		"/":            c.operation("landing", c.say("首页", "Landing page"), typeJSON, nil),
		"/api":         c.operation("api", c.say("接口定义", "API definition"), typeOpenAPI, nil),
		"/conformance": c.operation("conformance", c.say("符合的规范", "Conformance"), typeJSON, nil),
		"/collections": c.operation("collections", c.say("要素集", "Collections"), typeJSON, nil),

		"/tileMatrixSets":         c.operation("getTileMatrixSetsList", c.say("瓦片矩阵集", "Tile matrix sets"), typeJSON, nil),
		"/tileMatrixSets/" + Quad: c.operation("getTileMatrixSet", Quad, typeJSON, nil),
	}
	c.tileDocs(paths, "/tiles", ".dataset.vector.", c.say("全部图层", "All layers"))
	for _, l := range c.Snapshot.Layers() {
		d := l.Decl()
		id, title := string(d.ID), c.text(d.Title)
		at := "/collections/" + id
		paths[at] = c.operation("collection."+id, title, typeJSON, nil)
		paths[at+"/schema"] = c.operation("schema."+id, c.say("字段：", "Schema: ")+title, typeSchema, nil)
		paths[at+"/queryables"] = c.operation("queryables."+id, c.say("可查询的属性：", "Queryables: ")+title, typeSchema, nil)
		paths[at+"/items"] = c.operation("items."+id, c.say("要素：", "Features: ")+title, typeGeoJSON, c.itemDocs(d))
		paths[at+"/items/{featureId}"] = c.operation("item."+id, c.say("一个要素：", "One feature: ")+title, typeGeoJSON,
			[]object{c.featureIDDoc(), reference("crs")})
		if d.Geometry != geo.NoGeometry {
			c.tileDocs(paths, at+"/tiles", id+".collection.vector.", title)
		}
		if c.Editable != nil && c.Editable(d.ID) {
			c.editDocs(id, title, paths[at+"/items"].(object), paths[at+"/items/{featureId}"].(object))
		}
	}
	return c.document(typeOpenAPI, object{
		"openapi": "3.0.3",
		"info":    object{"title": c.say("一屏 · 要素服务", "Yiping · features"), "description": c.about(), "version": c.s.version},
		"servers": []object{{"url": c.Root}},
		"paths":   paths,
		"components": object{"parameters": c.shared(), "securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}}, "schemas": object{
			"written": object{"type": "object", "required": []string{"cursor", "visible", "changed"}, "properties": object{"cursor": stringSchema(), "visible": object{"type": "boolean"},
				"changed": object{"type": "boolean"}, "replayed": object{"type": "boolean"}, "layer": stringSchema(), "code": stringSchema(), "id": object{"type": "integer"}, "version": object{"type": "integer"}}},
			"problem": object{"type": "object", "required": []string{"type", "title", "status"},
				"properties": object{"type": stringSchema(), "title": stringSchema(), "status": object{"type": "integer"}, "detail": stringSchema(), "parameter": stringSchema()}}}},
	})
}

// tileDocs describe tiles; their operations are named as OGC 20-057 asks.
func (c *call) tileDocs(paths object, at, operations, title string) {
	paths[at] = c.operation(operations+"getTileSetsList", c.say("瓦片集：", "Tile sets: ")+title, typeJSON, nil)
	paths[at+"/"+Quad] = c.operation(operations+"getTileSet", c.say("瓦片集说明：", "Tile set: ")+title, typeJSON, nil)
	address := []object{}
	for _, name := range []string{"tileMatrix", "tileRow", "tileCol"} {
		address = append(address, object{"name": name, "in": "path", "required": true, "schema": object{"type": "integer", "minimum": 0}})
	}
	address = append(address, reference("fields"), reference("filter"), reference("filter-lang"), reference("min-cursor"))
	problem := c.problemDoc()
	paths[at+"/"+Quad+"/{tileMatrix}/{tileRow}/{tileCol}"] = object{"get": object{"operationId": operations + "getTile", "summary": c.say("瓦片：", "Tile: ") + title, "parameters": address,
		"responses": object{"200": object{"description": c.say("瓦片", "The tile"), "content": object{typeMVT: object{"schema": object{"type": "string", "format": "binary"}}}},
			"204": object{"description": c.say("此处没有要素", "Nothing is there")}, "400": problem, "404": problem, "503": problem}}}
}

func (c *call) featureIDDoc() object {
	return object{"name": "featureId", "in": "path", "required": true, "description": c.say("编号，或 code: 加编码", "The id, or code: and the code"), "schema": stringSchema()}
}

// editDocs describe what creates and changes features.
func (c *call) editDocs(id, title string, items, item object) {
	problem := c.problemDoc()
	edit := func(name, zh, en, status, media string, params ...object) object {
		o := object{"operationId": name + "." + id, "summary": c.say(zh, en) + title, "parameters": params, "security": []object{{"token": []string{}}},
			"responses": object{status: object{"description": c.say("已写入", "Written"), "content": object{typeJSON: object{"schema": object{"$ref": "#/components/schemas/written"}}}}, "default": problem}}
		if media != "" {
			o["requestBody"] = object{"required": true, "content": object{media: object{"schema": object{"type": "object"}}}}
		}
		return o
	}
	key, system, match := reference("Idempotency-Key"), reference("Content-Crs"), reference("If-Match")
	items["post"] = edit("create", "新增要素：", "Create a feature: ", "201", typeGeoJSON, system, key)
	item["put"] = edit("replace", "替换要素：", "Replace a feature: ", "200", typeGeoJSON, c.featureIDDoc(), system, match, key)
	item["patch"] = edit("update", "修改要素：", "Update a feature: ", "200", "application/merge-patch+json", c.featureIDDoc(), system, match, key)
	item["delete"] = edit("delete", "删除要素：", "Delete a feature: ", "200", "", c.featureIDDoc(), match, key)
}

func (c *call) problemDoc() object {
	return object{"description": c.say("出错", "A failure"), "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/problem"}}}}
}

func stringSchema() object { return object{"type": "string"} }

func reference(name string) object { return object{"$ref": "#/components/parameters/" + name} }

// operation describes GET of a path.
func (c *call) operation(id, summary, media string, params []object) object {
	body := object{media: object{"schema": object{"type": "object"}}, "text/html": object{"schema": stringSchema()}}
	problem := c.problemDoc()
	all := append([]object{}, params...)
	return object{"get": object{"operationId": id, "summary": summary, "parameters": append(all, reference("f"), reference("lang"), reference("min-cursor")),
		"responses": object{"200": object{"description": c.say("成功", "Success"), "content": body}, "304": object{"description": c.say("未变", "Unchanged")}, "400": problem, "404": problem, "406": problem, "503": problem}}}
}

// itemDocs are the parameters of a collection's items.
func (c *call) itemDocs(d *geo.Layer) []object {
	var out []object
	for _, name := range fixed() {
		out = append(out, reference(name))
	}
	takes := itemParams(d)[len(out):]
	for _, p := range queryable(d) {
		if !slices.Contains(takes, p.name) {
			continue
		}
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
	add("filter-lang", "条件的写法", "Language of the filter", object{"type": "string", "enum": []string{"cql2-text", "cql2-json"}, "default": "cql2-text"})
	add("filter-crs", "条件中坐标的坐标系", "Coordinate system of the filter's shapes", system)
	add("fields", "瓦片中只要这些属性", "These attributes only, in tiles", object{"type": "array", "items": stringSchema()}, listed...)
	add("limit", "每页至多几个；再大也按上限", "Features per page at most; more than the maximum means the maximum", object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}, listed...)
	add("properties", "只要这些属性", "These properties only", object{"type": "array", "items": stringSchema()}, listed...)
	add("sortby", "按这些属性排序，前置 - 为降序；缺值在后", "Order by these properties, descending after -; what is absent comes last", object{"type": "array", "items": stringSchema()}, listed...)
	add("after", "由 next 链接给出", "Given by the link next", stringSchema())
	add("before", "由 prev 链接给出", "Given by the link prev", stringSchema())
	header := func(name, zh, en string) {
		out[name] = object{"name": name, "in": "header", "required": false, "description": c.say(zh, en), "schema": stringSchema()}
	}
	header("Content-Crs", "请求体坐标的坐标系，尖括号内的 URI", "Coordinate system of the body, a URI in angle brackets")
	header("If-Match", "所读要素的 ETag：已被他人修改则拒绝", "ETag of the feature as read: refused when it was changed meanwhile")
	header("Idempotency-Key", "同一键重发只写一次", "Sent again under the same key it is done once")
	return out
}

func (c *call) apiPage() (*Answer, error) {
	var table [][]cell
	docs := c.shared()
	for _, name := range append(fixed(), everywhere...) {
		text, _ := docs[name].(object)["description"].(string)
		table = append(table, []cell{{Text: name}, {Text: text}})
	}
	return c.page(page{Title: c.say("接口说明", "API documentation"), Lead: c.about(), Rows: rows(table),
		Head:  []string{c.say("参数", "Parameter"), c.say("含义", "Meaning")},
		Links: []link{{Href: c.at("api") + "?f=json", Title: c.say("接口定义（OpenAPI 3.0）", "API definition (OpenAPI 3.0)")}}})
}
