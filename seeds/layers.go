package seeds

import "yiping/geo"

// Layers declares what the seeds add to the core layers: the backdrop of waters,
// and what the documents speak of beside projects, streets and rivers. None has
// a light of its own.
func Layers() []geo.Layer { return []geo.Layer{water(), zone(), pipe(), building(), facility()} }

func field(t geo.FieldType, name, zh, en, unit string) geo.Field {
	return geo.Field{Name: name, Title: geo.Text{ZH: zh, EN: en}, Type: t, Unit: unit}
}

func text(name, zh, en string) geo.Field { return field(geo.TextField, name, zh, en, "") }

// placed declares a layer of things that lie in a district.
func placed(id geo.LayerID, zh, en string, kind geo.GeometryKind, rest ...geo.Field) geo.Layer {
	name := text("name", "名称", "Name")
	name.Required, name.Tile = true, true
	fields := append([]geo.Field{
		name,
		text("district", "行政区代码", "District code"),
		text("town", "街镇", "Town"),
		text("category", "类别", "Category"),
	}, rest...)
	return geo.Layer{ID: id, Title: geo.Text{ZH: zh, EN: en}, Geometry: kind, Label: "name", Fields: append(fields,
		text("located", "位置性质", "Position"),
		field(geo.FloatField, "uncertainty_m", "位置误差", "Position uncertainty", "米"),
		text("source", "出处", "Source document"),
		text("section", "章节", "Section"),
		text("note", "备注", "Note"),
	)}
}

// counted are the fields of things that a document may count without naming.
func counted(rest ...geo.Field) []geo.Field {
	return append(append([]geo.Field{text("state", "状态", "State")}, rest...),
		text("unit", "责任单位", "Responsible unit"),
		text("tags", "标签", "Tags"),
		field(geo.BoolField, "unnamed", "文件未列名", "Not named in the document", ""),
		text("figures", "对应数字", "Figure ids"),
	)
}

func water() geo.Layer {
	return placed(Water, "水面", "Waters", geo.Polygons)
}

// zone 片区: drainage zones, villages, model areas.
func zone() geo.Layer {
	l := placed(Zone, "片区", "Zones", geo.Polygons, counted(
		field(geo.IntField, "return_period", "排水能力重现期", "Rain the drains can take, return period", "年一遇"),
		field(geo.BoolField, "standard", "达标", "Meets the standard", ""),
		field(geo.DateField, "checked", "检查日期", "Checked on", ""),
	)...)
	l.MinZoom = 13
	return l
}

// pipe 管线: drains, gas and water mains by length, age, inspection and repair.
func pipe() geo.Layer {
	l := placed(Pipe, "管线", "Pipes", geo.Lines, counted(
		field(geo.FloatField, "length_km", "长度", "Length", "公里"),
		field(geo.IntField, "built_year", "建成年份", "Year built", ""),
		field(geo.IntField, "defect", "结构病害等级", "Grade of structural defects", "级"),
		field(geo.DateField, "inspected", "检测日期", "Inspected on", ""),
		field(geo.DateField, "repaired", "修复改造日期", "Repaired or renewed on", ""),
	)...)
	l.MinZoom = 12
	return l
}

// building 建筑: historic buildings, homes with lifts, cellars.
func building() geo.Layer {
	l := placed(Building, "建筑", "Buildings", geo.AnyGeometry, counted(
		text("protection", "保护级别", "Grade of protection"),
		field(geo.IntField, "repaired_year", "修缮年份", "Year of repair", ""),
		text("use", "活化利用", "What it is used for now"),
		field(geo.BoolField, "leased", "租养", "Leased out for its upkeep", ""),
		text("checkup", "体检类型", "Kind of check-up"),
		field(geo.DateField, "checked", "检查日期", "Checked on", ""),
		field(geo.IntField, "lift_year", "电梯投用年份", "Lift in use since", ""),
		field(geo.FloatField, "floor_area", "建筑面积", "Floor area", "㎡"),
	)...)
	l.MinZoom = 12
	return l
}

// facility 设施: stations, gas depots, lockers, parking, drainage users.
func facility() geo.Layer {
	l := placed(Facility, "设施点", "Facilities", geo.Points, counted(
		text("grade", "等级", "Grade"),
		field(geo.IntField, "capacity", "容量", "Places, lockers …", "个"),
		field(geo.FloatField, "distance_m", "换乘距离", "Distance to change", "米"),
		field(geo.DateField, "checked", "检查日期", "Checked on", ""),
		field(geo.BoolField, "fitted", "已配备", "Fitted", ""),
		text("of_layer", "所属图层", "Layer of the feature it belongs to"),
		text("of_code", "所属编码", "Code of the feature it belongs to"),
	)...)
	l.MinZoom = 12
	return l
}
