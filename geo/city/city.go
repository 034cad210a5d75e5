// Package city declares the seven core layers of a city's construction
// register: districts, towns, projects, river sections, streets, model
// neighbourhood blocks and problem points. They are data: once seeded, a store's
// own declarations count, and a city may add fields and change thresholds.
package city

import "yiping/geo"

// Ids of the core layers.
const (
	District     geo.LayerID = "district"
	Town         geo.LayerID = "town"
	Project      geo.LayerID = "project"
	RiverSection geo.LayerID = "river_section"
	Street       geo.LayerID = "street"
	Block        geo.LayerID = "block"
	Problem      geo.LayerID = "problem"
)

// Lifecycle of a project; not a light.
var Lifecycle = []string{"前期", "在建", "竣工", "终止"}

// ByMilestones is the measure of projects that report milestones, not
// percentages.
const ByMilestones = "节点"

// Goal outcomes of a project's year.
const (
	GoalDone    = "完成"
	GoalBehind  = "滞后"
	GoalFailed  = "无法完成"
	GoalStopped = "停止"
)

// Layers gives the declarations of the core layers, in drawing order from the
// ground up, then those of the register. Each call gives fresh values.
func Layers() []geo.Layer {
	return append([]geo.Layer{district(), town(), block(), riverSection(), street(), problem(), project()}, Register()...)
}

func text(name, zh, en string) geo.Field {
	return geo.Field{Name: name, Title: geo.Text{ZH: zh, EN: en}, Type: geo.TextField}
}

func typed(t geo.FieldType, name, zh, en, unit string) geo.Field {
	return geo.Field{Name: name, Title: geo.Text{ZH: zh, EN: en}, Type: t, Unit: unit}
}

func tiled(f geo.Field) geo.Field               { f.Tile = true; return f }
func enum(f geo.Field, v ...string) geo.Field   { f.Enum = v; return f }
func atLeast(f geo.Field, lo float64) geo.Field { f.Min = &lo; return f }
func within(f geo.Field, lo, hi float64) geo.Field {
	f.Min, f.Max = &lo, &hi
	return f
}

func required(f geo.Field) geo.Field { f.Required = true; return f }

// common are the fields of every core layer: what it is called, where it
// belongs, how well it is placed, and which document says so.
func common(rest ...geo.Field) []geo.Field {
	fields := []geo.Field{
		required(tiled(text("name", "名称", "Name"))),
		tiled(text("district", "行政区代码", "District code")),
		text("town", "街镇", "Town"),
		tiled(text("category", "类别", "Category")),
	}
	fields = append(fields, rest...)
	return append(fields,
		enum(text("located", "位置性质", "Position"), "实测", "示意"),
		atLeast(typed(geo.FloatField, "uncertainty_m", "位置误差", "Position uncertainty", "米"), 0),
		text("source", "出处", "Source document"),
		text("section", "章节", "Section"),
		text("note", "备注", "Note"),
	)
}

func district() geo.Layer {
	return geo.Layer{ID: District, Title: geo.Text{ZH: "行政区", EN: "Districts"}, Geometry: geo.Polygons, Label: "name",
		Fields: common()}
}

func town() geo.Layer {
	return geo.Layer{ID: Town, Title: geo.Text{ZH: "街镇", EN: "Towns"}, Geometry: geo.Polygons, Label: "name", MinZoom: 9,
		Fields: common(
			date("checkup_date", "体检日期", "City check-up on"),
			text("planner", "社区规划师", "Community planner"),
			text("planner_team", "规划师团队", "Team of the community planner"),
		)}
}

// progressFields are the report fields of the progress rule; percentages and
// money are cumulative within the year.
func progressFields() []geo.Field {
	return []geo.Field{
		within(typed(geo.FloatField, geo.PlannedProgress, "计划进度", "Planned progress", "％"), 0, 100),
		within(typed(geo.FloatField, geo.ActualProgress, "实际进度", "Actual progress", "％"), 0, 100),
		atLeast(typed(geo.FloatField, geo.PlannedInvestment, "计划投资", "Planned investment", "亿元"), 0),
		atLeast(typed(geo.FloatField, geo.ActualInvestment, "完成投资", "Investment made", "亿元"), 0),
		text("progress_note", "形象进度", "Progress in words"),
		enum(text("percent_of", "进度口径", "What the percentages are of"), "年度", "开工以来"),
		typed(geo.DateField, "reported_on", "填报日期", "Reported on", ""),
		text("correction", "更正说明", "Why it was corrected"),
		enum(text("basis", "数据性质", "Basis"), "填报", "文件", "示意数据"),
	}
}

// goalRule judges by the year's goal where it is decided, else by the reports.
func goalRule() geo.LightRule {
	return geo.LightRule{Kind: geo.ProgressRule, State: "goal_outcome", StateAt: "outcome_date", Reason: "reason",
		Year: "year", Issued: "plan_issued", Goal: "goal", Removed: "removed_date", Unit: "unit", Lifecycle: "lifecycle", Finished: []string{"竣工", "终止"},
		Measure: "measure", MilestoneValue: ByMilestones,
		Done: []string{GoalDone}, Behind: []string{GoalBehind}, Failed: []string{GoalFailed}, Stopped: []string{GoalStopped}}
}

func project() geo.Layer {
	return geo.Layer{ID: Project, Title: geo.Text{ZH: "重点项目", EN: "Key projects"}, Geometry: geo.AnyGeometry, Label: "name",
		Light: goalRule(), Reports: progressFields(),
		Fields: common(
			tiled(enum(text("level", "级别", "Level"), "市属", "区属")),
			text("unit", "责任单位", "Responsible unit"),
			atLeast(typed(geo.FloatField, "investment", "总投资额", "Total investment", "亿元"), 0),
			typed(geo.IntField, "year", "年度", "Register year", ""),
			enum(text("listed", "列入时点", "Listed"), "年初", "年中"),
			text("plan_kind", "计划性质", "Kind of plan"),
			enum(text("carried", "结转", "Carried over or new"), "结转", "新增"),
			atLeast(typed(geo.FloatField, "year_investment", "年度计划投资", "Investment planned for the year", "亿元"), 0),
			enum(text("measure", "计量方式", "Measured by"), "年度百分比", "开工以来百分比", ByMilestones),
			text("funding", "资金来源", "Funding"),
			text("performance", "资金绩效", "What the money achieved"),
			text("approval", "审批环节", "Stage of approval"),
			typed(geo.BoolField, "real_name", "实名制", "Real-name system in place", ""),
			typed(geo.BoolField, "pay_guarantee", "支付担保", "Payment guarantee in place", ""),
			typed(geo.BoolField, "dust_due", "应装扬尘监测", "Dust monitor required", ""),
			typed(geo.BoolField, "dust_fitted", "已装扬尘监测", "Dust monitor fitted", ""),
			text("supervision", "监管等级", "Grade of supervision"),
			tiled(enum(text("lifecycle", "建设阶段", "Lifecycle"), Lifecycle...)),
			text("goal", "年度目标", "Goal of the year"),
			tiled(enum(text("goal_outcome", "目标完成情况", "Goal outcome"), GoalDone, GoalBehind, GoalFailed, GoalStopped)),
			typed(geo.DateField, "outcome_date", "认定日期", "Outcome decided on", ""),
			text("reason", "原因", "Reason"),
			text("next_step", "下阶段", "Next step"),
			text("milestone", "最近节点", "Latest milestone"),
			typed(geo.DateField, "milestone_date", "节点日期", "Milestone date", ""),
			typed(geo.DateField, "start_date", "开工日期", "Start", ""),
			typed(geo.DateField, "batch_start", "集中开工批次", "Joint start of works", ""),
			text("start_plan", "计划开工", "Planned start"),
			text("finish_plan", "计划完成", "Planned completion"),
			typed(geo.DateField, "halted_from", "停工日期", "Halted from", ""),
			typed(geo.DateField, "resumed", "复工日期", "Resumed", ""),
			typed(geo.DateField, "plan_issued", "计划下达日期", "Plan of the year issued on", ""),
			typed(geo.DateField, "removed_date", "调出日期", "Removed from the register on", ""),
			atLeast(typed(geo.FloatField, "length_km", "长度", "Length", "公里"), 0),
			atLeast(typed(geo.FloatField, "floor_area", "建筑面积", "Floor area", "㎡"), 0),
			atLeast(typed(geo.FloatField, "site_area", "占地面积", "Area of the site", "㎡"), 0),
			atLeast(typed(geo.IntField, "parking", "泊位数", "Parking places", "个"), 0),
			typed(geo.IntField, "sites", "站点数", "Sites", "个"),
			text("tags", "标签", "Tags"),
			typed(geo.BoolField, "unnamed", "文件未列名", "Not named in the document", ""),
			text("figures", "对应数字", "Figure ids"),
		)}
}

func riverSection() geo.Layer {
	sample := func(name, zh, en string) geo.Field {
		return atLeast(typed(geo.FloatField, name, zh, en, "mg/L"), 0)
	}
	return geo.Layer{ID: RiverSection, Title: geo.Text{ZH: "河道断面", EN: "River sections"}, Geometry: geo.Lines, Label: "name",
		MinZoom: 8, Light: geo.LightRule{Kind: geo.WaterRule, Target: "target_class", Lake: "water_kind", LakeValue: "湖库", Unit: "chief"},
		Fields: common(
			tiled(text("level", "考核级别", "Assessment level")),
			enum(text("target_class", "目标类别", "Target class"), geo.WaterClasses...),
			enum(text("water_kind", "水体类型", "Kind of water"), "河流", "湖库"),
			text("state", "状态", "State"),
			text("reach", "河段", "Reach"),
			text("chief", "河长单位", "River chief's unit"),
			text("works", "整治内容", "Works"),
			text("figures", "对应数字", "Figure ids"),
		),
		Reports: []geo.Field{
			enum(text("water_class", "水质类别", "Water class"), geo.WaterClasses...),
			sample("do", "溶解氧", "Dissolved oxygen"),
			sample("codmn", "高锰酸盐指数", "Permanganate index"),
			sample("cod", "化学需氧量", "Chemical oxygen demand"),
			sample("bod5", "五日生化需氧量", "BOD5"),
			sample("nh3n", "氨氮", "Ammonia nitrogen"),
			sample("tp", "总磷", "Total phosphorus"),
			sample("tn", "总氮", "Total nitrogen"),
			typed(geo.DateField, "reported_on", "填报日期", "Reported on", ""),
			text("correction", "更正说明", "Why it was corrected"),
			enum(text("basis", "数据性质", "Basis"), "填报", "示意数据"),
		}}
}

// stateRule is the progress rule of streets and blocks, whose works carry a state.
func stateRule() geo.LightRule {
	return geo.LightRule{Kind: geo.ProgressRule, State: "state", Done: []string{"完成", "已建成"}, Behind: []string{"滞后"},
		Failed: []string{"无法完成"}, Stopped: []string{"停止"}, Reason: "reason", Unit: "unit"}
}

func street() geo.Layer {
	return geo.Layer{ID: Street, Title: geo.Text{ZH: "道路", EN: "Streets"}, Geometry: geo.Lines, Label: "name", MinZoom: 9,
		Light: stateRule(), Reports: progressFields(),
		Fields: common(
			tiled(typed(geo.IntField, "rank", "道路等级", "Rank", "")),
			tiled(text("state", "状态", "State")),
			text("works", "整治内容", "Works"),
			typed(geo.BoolField, "unnamed", "文件未列名", "Not named in the document", ""),
			typed(geo.IntField, "works_year", "整治年度", "Year of works", ""),
			atLeast(typed(geo.FloatField, "works_km", "整治长度", "Length of works", "公里"), 0),
			atLeast(typed(geo.FloatField, "works_area", "整治面积", "Area of works", "㎡"), 0),
			enum(text("overhead", "架空线", "Overhead lines"), "已入地", "未入地"),
			typed(geo.BoolField, "key_area", "重点区域", "In a key area", ""),
			enum(text("condition", "技术状况", "Condition of the road"), "优", "良", "中", "次", "差"),
			atLeast(typed(geo.IntField, "tree_pits", "树穴数", "Tree pits", "个"), 0),
			atLeast(typed(geo.IntField, "tree_pits_ok", "完好树穴数", "Tree pits in order", "个"), 0),
			text("tags", "标签", "Tags"),
			text("reason", "原因", "Reason"),
			text("unit", "责任单位", "Responsible unit"),
			text("figures", "对应数字", "Figure ids"),
		)}
}

func block() geo.Layer {
	return geo.Layer{ID: Block, Title: geo.Text{ZH: "美丽街区", EN: "Model blocks"}, Geometry: geo.Polygons, Label: "name", MinZoom: 9,
		Light: stateRule(), Reports: progressFields(),
		Fields: common(
			tiled(text("state", "状态", "State")),
			typed(geo.IntField, "built_year", "建成年度", "Year built", ""),
			text("bounds", "四至", "Bounding streets"),
			text("period", "计划期", "Planning period"),
			text("reason", "原因", "Reason"),
			text("unit", "责任单位", "Responsible unit"),
			text("figures", "对应数字", "Figure ids"),
		)}
}

func problem() geo.Layer {
	return geo.Layer{ID: Problem, Title: geo.Text{ZH: "问题点位", EN: "Problems"}, Geometry: geo.AnyGeometry, Label: "name", MinZoom: 9,
		Light: geo.LightRule{Kind: geo.DeadlineRule, State: "state", StateAt: "closed_date", Done: []string{"销项", "完成"}, Due: "deadline", From: "found_date", Reason: "reason", Unit: "unit"},
		Fields: common(
			tiled(text("state", "状态", "State")),
			enum(text("stage", "清单阶段", "List it stands on"), "问题清单", "整改清单", "责任清单"),
			text("remedy", "整改措施", "Remedy"),
			text("cause", "原因分析", "Cause"),
			text("of_layer", "所属图层", "Layer of the feature it concerns"),
			text("of_code", "所属编码", "Code of the feature it concerns"),
			text("transferred", "移送执法", "Handed over to law enforcement, and the result"),
			text("batch", "批次", "Batch"),
			typed(geo.IntField, "assigned_year", "下达年度", "Year in which it was assigned", ""),
			text("origin", "来源", "Where it comes from: 巡查, 12345, 网格, 体检 …"),
			text("grid", "网格", "Grid cell of the district's management"),
			typed(geo.DateField, "found_date", "发现日期", "Found on", ""),
			typed(geo.DateField, "deadline", "整改期限", "Deadline", ""),
			typed(geo.DateField, "closed_date", "销项日期", "Closed on", ""),
			text("reason", "原因", "Reason"),
			text("unit", "责任单位", "Responsible unit"),
			typed(geo.BoolField, "unnamed", "文件未列名", "Not named in the document", ""),
			text("figures", "对应数字", "Figure ids"),
		)}
}
