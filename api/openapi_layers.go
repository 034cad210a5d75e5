package api

import (
	"slices"

	"yiping/api/oas"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
)

// addLayers describes what layers declare: properties, reports and rows, and how
// each is entered. What an answer holds depends on the layer it is of; the schemas
// of each are named after it, and the one without its name is any of them.
func addLayers(s *oas.Schemas, layers []*geo.Layer) {
	geometry := s.AddGeometry()
	s.Add("NullableGeometry", oas.Nullable(geometry))
	s.Add("DayOrMonth", object{"type": "string", "example": "2022-12", "description": "日期，或月份（其末日） / A day, or a month, which stands for its last day"})
	var listed, stored, reports, values, entries []object
	for _, d := range layers {
		id := string(d.ID)
		listed = append(listed, s.Add("Properties."+id, propertiesSchema(s, d)))
		stored = append(stored, s.Add("Stored."+id, storedSchema(d)))
		if len(d.Reports) == 0 {
			continue
		}
		dated := oas.Values(d.Reports)
		dated["date"] = s.Of(geo.Date(0))
		reports = append(reports, s.Add("Report."+id, oas.Closed(dated, "date")))
		values = append(values, s.Add("ReportValues."+id, oas.Closed(oas.Values(d.Reports))))
		entries = append(entries, s.Add("ReportEntry."+id, reportEntry(d)))
	}
	s.Add("FeatureProperties", anyOf(listed, judgedSchema(s)))
	s.Add("StoredProperties", anyOf(stored, object{"code": codeSchema()}))
	s.Add("Report", anyOf(reports, object{"date": s.Of(geo.Date(0))}))
	s.Add("ReportValues", anyOf(values))
	s.Add("ReportEntry", anyOf(entries))
	addRows(s, layers)
	addCollection(s)
	s.Add("News", anyOf([]object{oas.Ref("Change"), oas.Ref("Reload")}))
}

// anyOf is one of the schemas; where there is none, an object with the members that
// all have.
func anyOf(all []object, members ...object) object {
	if len(all) == 0 {
		properties := object{}
		for _, m := range members {
			properties = m
		}
		return object{"type": "object", "properties": properties, "additionalProperties": true}
	}
	return object{"anyOf": all}
}

// propertiesSchema describes the properties of features in lists, as appendFeature
// writes them.
func propertiesSchema(s *oas.Schemas, d *geo.Layer) object {
	own, required := slices.Clone(d.Fields), []string{"code"}
	properties := object{}
	if d.Light.Kind != geo.NoRule {
		entered := slices.DeleteFunc(slices.Clone(own), func(f geo.Field) bool { return !slices.Contains(computed, f.Name) })
		own = slices.DeleteFunc(own, func(f geo.Field) bool { return slices.Contains(computed, f.Name) })
		if len(entered) > 0 {
			properties["entered"] = oas.Described(oas.Closed(oas.Values(entered)), geo.Text{ZH: "与灯的字段同名的登记内容", EN: "What was entered in fields named like those of the light"})
		}
		required = append(required, "light", "status", "reason", "since")
	}
	for name, schema := range oas.Values(own) {
		properties[name] = schema
	}
	for name, schema := range judgedSchema(s) {
		if d.Light.Kind != geo.NoRule || name == "code" {
			properties[name] = schema
		}
	}
	return oas.Closed(properties, required...)
}

// judgedSchema describes what the service says of a feature besides its fields.
func judgedSchema(s *oas.Schemas) object {
	return object{"code": codeSchema(), "light": s.Of(geo.None), "status": s.Of(geo.Text{}), "reason": s.Of(geo.Text{}), "since": s.Of(geo.Date(0))}
}

func codeSchema() object {
	return object{"type": "string", "description": "编码，本图层内唯一 / Code, unique in the layer"}
}

// storedSchema describes the properties of one feature, as the store has them.
func storedSchema(d *geo.Layer) object {
	properties := oas.Values(d.Fields)
	properties["code"] = codeSchema()
	return oas.Closed(properties, "code")
}

// reportEntry describes what is entered of a report.
func reportEntry(d *geo.Layer) object {
	properties := oas.Entries(d.Reports)
	delete(properties, reporting.ReportedOn) // the service notes it itself
	if _, declared := properties[reporting.Correction]; !declared {
		properties[reporting.Correction] = object{"type": "string", "description": "更正说明 / Why it is corrected"}
	}
	return oas.Closed(properties)
}

// rowsOfFeatures are the layers of the register whose rows an answer lists with the
// feature that they belong to.
var rowsOfFeatures = []geo.LayerID{city.ProjectYear, city.Milestone, city.Record, city.Ruling}

func addRows(s *oas.Schemas, layers []*geo.Layer) {
	for _, id := range rowsOfFeatures {
		s.Add("Row."+string(id), anyOf(nil, rowSchema(s)))
	}
	s.Add("RecordEntry", anyOf(nil))
	s.Add("MilestoneEntry", anyOf(nil))
	for _, d := range layers {
		if !slices.Contains(rowsOfFeatures, d.ID) {
			continue
		}
		properties := oas.Values(d.Fields)
		delete(properties, d.Owner.LayerField)
		delete(properties, d.Owner.Code)
		for name, schema := range rowSchema(s) {
			properties[name] = schema
		}
		s.Add("Row."+string(d.ID), oas.Closed(properties, "code", "href", "id"))
		switch d.ID {
		case city.Record:
			s.Add("RecordEntry", rowEntry(d))
		case city.Milestone:
			s.Add("MilestoneEntry", rowEntry(d))
		}
	}
}

// rowSchema describes what a row has besides its fields.
func rowSchema(s *oas.Schemas) object {
	return object{"id": s.Of(geo.ID(0)), "code": codeSchema(), "href": object{"type": "string"}}
}

func rowEntry(d *geo.Layer) object {
	properties := oas.Entries(d.Fields)
	for _, name := range settled {
		delete(properties, name)
	}
	return oas.Closed(properties)
}

// addCollection describes features in lists, and as they are entered.
func addCollection(s *oas.Schemas) {
	kind := func(name string) object { return object{"type": "string", "enum": []string{name}} }
	whole := object{"type": "integer", "minimum": 0}
	feature := s.Add("Feature", oas.Closed(object{"type": kind("Feature"), "id": s.Of(geo.ID(0)), "geometry": oas.Ref("NullableGeometry"),
		"properties": oas.Ref("FeatureProperties")}, "geometry", "id", "properties", "type"))
	s.Add("FeatureCollection", oas.Closed(object{"type": kind("FeatureCollection"), "cursor": s.Of(geo.Cursor("")), "at": s.Of(geo.Date(0)),
		"numberMatched":  oas.Described(object{"type": "integer", "minimum": 0}, geo.Text{ZH: "符合条件的总数；由数据库直接服务的图层不给出", EN: "How many match; not told of layers served from the database"}),
		"numberReturned": oas.Described(whole, propertyWords["numberReturned"]), "next": object{"type": "string", "description": "下一页的地址 / Address of the next page"},
		"features": object{"type": "array", "items": feature}}, "at", "cursor", "features", "numberReturned", "type"))
	entered := func() object {
		return object{"type": kind("Feature"), "id": s.Of(geo.ID(0)), "geometry": oas.Ref("NullableGeometry"), "bbox": object{}, "links": object{},
			"properties": oas.Described(object{"type": "object", "nullable": true}, geo.Text{ZH: "图层所声明的字段；/ogc/api 逐图层说明", EN: "Fields as the layer declares them; /ogc/api describes each layer's"})}
	}
	s.Add("FeatureEntry", oas.Closed(entered(), "properties", "type"))
	s.Add("FeaturePatch", oas.Closed(entered()))
}

// lightsSchema describes what lights writes.
func lightsSchema(s *oas.Schemas) object {
	lit := object{"type": "array", "minItems": 2, "maxItems": 2, "items": object{"anyOf": []object{s.Of(geo.ID(0)), s.Of(geo.None)}},
		"description": "编号, 灯色 / id, light"}
	return s.Add("LightTable", oas.Closed(object{"cursor": s.Of(geo.Cursor("")), "at": s.Of(geo.Date(0)),
		"layers": object{"type": "object", "additionalProperties": object{"type": "array", "items": lit}}}, "at", "cursor", "layers"))
}

// styleSchema describes a style as far as it is ours: the rest is MapLibre's.
func styleSchema() object {
	return object{"type": "object", "required": []string{"layers", "name", "sources", "version"}, "description": "MapLibre 样式，第 8 版 / A MapLibre style, version 8",
		"properties": object{"version": object{"type": "integer", "enum": []int{8}}, "name": object{"type": "string"}, "zoom": object{"type": "number"},
			"center": object{"type": "array", "items": object{"type": "number"}}, "sources": object{"type": "object"}, "layers": object{"type": "array", "items": object{"type": "object"}}}}
}
