package ogc

const (
	features1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
	features2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"
	features3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
	features4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
	features5 = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/"
	tiles1    = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
	cql2      = "http://www.opengis.net/spec/cql2/1.0/conf/"
)

// classes are the conformance classes claimed: each has a test of its own, and
// is struck off when that fails.
func classes() []string {
	return []string{
		features1 + "core", features1 + "geojson", features1 + "html", features1 + "oas30",
		features2 + "crs",
		features3 + "queryables", features3 + "queryables-query-parameters", features3 + "filter", features3 + "features-filter",
		features4 + "create-replace-delete", features4 + "update", features4 + "features", features4 + "optimistic-locking-etags",
		features5 + "schemas", features5 + "core-roles-features",
		tiles1 + "core", tiles1 + "tileset", tiles1 + "tilesets-list", tiles1 + "dataset-tilesets", tiles1 + "geodata-tilesets", tiles1 + "mvt", tiles1 + "oas30",
		cql2 + "cql2-text", cql2 + "cql2-json", cql2 + "basic-cql2", cql2 + "advanced-comparison-operators",
		cql2 + "case-insensitive-comparison", cql2 + "accent-insensitive-comparison", cql2 + "basic-spatial-functions", cql2 + "spatial-functions",
		cql2 + "temporal-functions", cql2 + "property-property", cql2 + "arithmetic",
	}
}

func (c *call) about() string {
	return c.say("各图层的要素，按 OGC API – Features 提供；坐标默认为 CRS84（经度在前）。",
		"The features of all layers by OGC API – Features; coordinates are in CRS84 (longitude first) unless asked otherwise.")
}

type landingDoc struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Links       []link `json:"links"`
}

type conformanceDoc struct {
	Links      []link   `json:"links"`
	ConformsTo []string `json:"conformsTo"`
}

func landing(c *call) (*Answer, error) {
	title := c.say("一屏 · 要素服务", "Yiping · features")
	links := []link{
		{c.at("api") + "?f=json", "service-desc", typeOpenAPI, c.say("接口定义（OpenAPI 3.0）", "API definition (OpenAPI 3.0)")},
		{c.asPage(c.at("api")), "service-doc", "text/html", c.say("接口说明", "API documentation")},
		{c.at("conformance"), "conformance", typeJSON, c.say("符合的规范", "Conformance")},
		{c.at("collections"), "data", typeJSON, c.say("要素集", "Collections")},
		{c.at("tiles"), relation + "tilesets-vector", typeJSON, c.tilesTitle()},
		{c.at("tileMatrixSets"), relation + "tiling-schemes", typeJSON, c.matrixTitle()},
	}
	if c.html {
		show := []link{c.to(c.say("要素集", "Collections"), "collections"), c.to(c.tilesTitle(), "tiles"), c.to(c.matrixTitle(), "tileMatrixSets"),
			c.to(c.say("接口说明", "API documentation"), "api"), c.to(c.say("符合的规范", "Conformance"), "conformance")}
		return c.page(page{Title: title, Lead: c.about(), Links: show})
	}
	return c.document(typeJSON, landingDoc{title, c.about(), append(c.selfLinks(typeJSON), links...)})
}

func conformance(c *call) (*Answer, error) {
	if c.html {
		var all [][]cell
		for _, uri := range classes() {
			all = append(all, []cell{{Text: uri}})
		}
		return c.page(page{Title: c.say("符合的规范", "Conformance"), Rows: rows(all)})
	}
	return c.document(typeJSON, conformanceDoc{c.selfLinks(typeJSON), classes()})
}
