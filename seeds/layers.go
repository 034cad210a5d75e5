package seeds

import "yiping/geo"

// Layers declares what the seeds add to the core layers.
func Layers() []geo.Layer { return []geo.Layer{water(), figure()} }

func field(t geo.FieldType, name, zh, en string) geo.Field {
	return geo.Field{Name: name, Title: geo.Text{ZH: zh, EN: en}, Type: t}
}

func text(name, zh, en string) geo.Field { return field(geo.TextField, name, zh, en) }

func named() geo.Field {
	f := text("name", "名称", "Name")
	f.Required, f.Tile = true, true
	return f
}

// source are the fields that say where a value stands.
func source() []geo.Field {
	return []geo.Field{
		text("source", "出处", "Source document"),
		text("section", "章节", "Section"),
		text("note", "备注", "Note"),
	}
}

func water() geo.Layer {
	return geo.Layer{ID: Water, Title: geo.Text{ZH: "水面", EN: "Waters"}, Geometry: geo.Polygons, Label: "name",
		Fields: append([]geo.Field{
			named(),
			text("district", "行政区代码", "District code"),
			text("category", "类别", "Category"),
			text("located", "位置性质", "Position"),
			field(geo.FloatField, "uncertainty_m", "位置误差", "Position uncertainty"),
		}, source()...)}
}

// traced says how a figure is held: recomputed from features, an attribute of
// one feature, or stored here as the reading a document gives.
func traced() geo.Field {
	f := text("trace", "来历", "Traced as")
	f.Enum = []string{"computed", "attribute", "stored"}
	return f
}

func figure() geo.Layer {
	return geo.Layer{ID: Figure, Title: geo.Text{ZH: "文件数字", EN: "Figures of the documents"}, Geometry: geo.NoGeometry, Label: "name",
		Fields: append([]geo.Field{
			named(),
			text("district", "行政区代码", "District code"),
			text("value", "值", "Value"),
			field(geo.FloatField, "number", "数值", "Number"),
			text("unit", "单位", "Unit"),
			text("kind", "性质", "Kind"),
			text("period", "时期", "Period"),
			text("qualifier", "限定语", "Qualifier"),
			text("parent", "上级数字", "Part of"),
			text("lead_units", "牵头单位", "Lead units"),
			text("relation", "勾稽关系", "Relation to other figures"),
			traced(),
			text("formula", "算法", "Computed by"),
			field(geo.IntField, "panel", "左栏次序", "Place on the panel"),
			text("short", "短名", "Short name"),
		}, source()...)}
}
