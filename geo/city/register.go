package city

import "yiping/geo"

// Ids of the layers of the register: rows without geometry that belong to
// features, or that rule how features are judged.
const (
	Unit        geo.LayerID = "unit"         // 单位
	ProjectYear geo.LayerID = "project_year" // 年度清单: a project's entry of another year than its own row tells
	Milestone   geo.LayerID = "milestone"    // 节点
	Record      geo.LayerID = "record"       // 记录
	Relation    geo.LayerID = "relation"     // 拆分, 合并, 更名
	Ruling      geo.LayerID = "ruling"       // 核定
	WarningStep geo.LayerID = "warning_step" // what people did about warnings
	Threshold   geo.LayerID = "threshold"    // limits of the rules
	Workday     geo.LayerID = "workday"      // days that differ from the plain week
	Period      geo.LayerID = "period"       // 期
	Indicator   geo.LayerID = "indicator"    // 指标; its reports are readings
	Task        geo.LayerID = "task"         // 任务 of an action plan
	Device      geo.LayerID = "device"       // 感知设备 and outside systems; its reports are their readings
	Bulletin    geo.LayerID = "bulletin"     // issued 通报
)

// Kinds of records.
var RecordKinds = []string{"责任书", "专班", "会商", "推进会", "检查", "整改单", "约谈", "记分", "停工", "复工", "巡查", "督办单", "验收", "方案", "移送", "办件", "通报", "其他"}

// Halt is the kind of record that says works stood still, from its date to its
// done day.
const Halt = "停工"

// Register gives the declarations of the register's layers.
func Register() []geo.Layer {
	return []geo.Layer{unit(), projectYear(), milestone(), record(), relation(), ruling(), warningStep(),
		threshold(), workday(), period(), indicator(), task(), device(), bulletin()}
}

func date(name, zh, en string) geo.Field    { return typed(geo.DateField, name, zh, en, "") }
func integer(name, zh, en string) geo.Field { return typed(geo.IntField, name, zh, en, "") }
func number(name, zh, en, unit string) geo.Field {
	return typed(geo.FloatField, name, zh, en, unit)
}

// attached declares a layer whose rows belong to features of any layer.
func attached(id geo.LayerID, zh, en, label string, fields ...geo.Field) geo.Layer {
	return geo.Layer{ID: id, Title: geo.Text{ZH: zh, EN: en}, Geometry: geo.NoGeometry, Label: label,
		Owner: geo.Owner{LayerField: "of_layer", Code: "of_code"},
		Fields: append([]geo.Field{
			required(text("of_layer", "所属图层", "Layer of its feature")),
			required(text("of_code", "所属编码", "Code of its feature")),
			text("district", "行政区代码", "District code"),
		}, fields...)}
}

// told are the fields that say where a row comes from.
func told() []geo.Field {
	return []geo.Field{
		enum(text("basis", "数据性质", "Basis"), "填报", "文件", "示意数据"),
		text("source", "出处", "Source document"),
		text("section", "章节", "Section"),
		text("note", "备注", "Note"),
	}
}

func rows(id geo.LayerID, zh, en, label string, fields ...geo.Field) geo.Layer {
	return geo.Layer{ID: id, Title: geo.Text{ZH: zh, EN: en}, Geometry: geo.NoGeometry, Label: label, Fields: fields}
}

func unit() geo.Layer {
	return rows(Unit, "单位", "Units", "name", append([]geo.Field{
		required(text("name", "名称", "Name")),
		text("aliases", "别名", "Aliases, separated by ；"),
		text("district", "行政区代码", "District code"),
		text("kind", "类型", "Kind"),
		text("parent", "上级单位", "Code of the unit above"),
		date("valid_from", "启用日期", "Valid from"),
		date("valid_to", "停用日期", "Valid to"),
		text("successor", "承接单位", "Code of the unit that took over"),
	}, told()...)...)
}

func projectYear() geo.Layer {
	l := rows(ProjectYear, "年度清单", "Yearly register", "goal", append([]geo.Field{
		required(text("project", "项目编码", "Project code")),
		required(integer("year", "年度", "Register year")),
		text("district", "行政区代码", "District code"),
		enum(text("level", "级别", "Level"), "市属", "区属"),
		text("plan_kind", "计划性质", "Kind of plan"),
		enum(text("carried", "结转", "Carried over or new"), "结转", "新增"),
		enum(text("listed", "列入时点", "Listed"), "年初", "年中"),
		date("plan_issued", "计划下达日期", "Plan issued on"),
		text("goal", "年度目标", "Goal of the year"),
		enum(text("goal_outcome", "目标完成情况", "Goal outcome"), GoalDone, GoalBehind, GoalFailed, GoalStopped),
		date("outcome_date", "认定日期", "Outcome decided on"),
		text("reason", "原因", "Reason"),
		atLeast(number("year_investment", "年度计划投资", "Investment planned for the year", "亿元"), 0),
		date("removed_date", "调出日期", "Removed on"),
	}, told()...)...)
	l.Owner = geo.Owner{Layer: Project, Code: "project"}
	return l
}

func milestone() geo.Layer {
	return attached(Milestone, "节点", "Milestones", "name", append([]geo.Field{
		required(text("name", "节点名称", "Name")),
		integer("seq", "序号", "Order"),
		date("planned", "计划日期", "Planned on"),
		date("first_planned", "原计划日期", "Planned at first"),
		date("actual", "完成日期", "Reached on"),
		text("unit", "责任单位", "Responsible unit"),
	}, told()...)...)
}

func record() geo.Layer {
	return attached(Record, "记录", "Records", "text", append([]geo.Field{
		required(enum(text("kind", "类型", "Kind"), RecordKinds...)),
		required(date("day", "日期", "Date")),
		text("text", "内容", "Text"),
		text("unit", "单位", "Unit"),
		date("deadline", "期限", "Deadline"),
		date("done_date", "办结日期", "Done on"),
		number("score", "记分", "Score", "分"),
		number("amount", "数量", "Amount", ""),
		text("amount_of", "数量含义", "What the amount counts, with its unit"),
		text("attachment", "附件", "Attachment: title and address"),
	}, told()...)...)
}

func relation() geo.Layer {
	return attached(Relation, "承接关系", "Successors", "kind", append([]geo.Field{
		required(enum(text("kind", "类型", "Kind"), "拆分", "合并", "更名")),
		required(text("successor", "后续编码", "Code of the successor")),
		date("since", "日期", "Date"),
	}, told()...)...)
}

func ruling() geo.Layer {
	return attached(Ruling, "核定", "Rulings", "reason", append([]geo.Field{
		required(enum(text("light", "核定灯色", "Light ruled"), "green", "yellow", "red")),
		required(text("reason", "理由", "Reason")),
		required(date("from", "起始日期", "From")),
		required(date("until", "截止日期", "Until")),
		required(text("actor", "核定人", "Who ruled")),
		text("unit", "单位", "Unit"),
	}, told()...)...)
}

func warningStep() geo.Layer {
	return attached(WarningStep, "预警处置", "Steps on warnings", "action", append([]geo.Field{
		required(text("warning", "预警编号", "Key of the warning")),
		required(enum(text("action", "处置", "Action"), string(geo.Acknowledge), string(geo.Assign), string(geo.Comment),
			string(geo.Confirm), string(geo.Decline), string(geo.Close), string(geo.Reopen))),
		required(date("day", "日期", "Date")),
		typed(geo.TimeField, "at", "时间", "Time", ""),
		required(text("actor", "处置人", "Who")),
		text("unit", "单位", "Unit"),
		text("text", "说明", "Text"),
	}, told()...)...)
}

func threshold() geo.Layer {
	months := func(name, zh, en string) geo.Field {
		return atLeast(typed(geo.IntField, name, zh, en, "个月"), 1)
	}
	return rows(Threshold, "阈值", "Thresholds", "", append([]geo.Field{
		text("layer", "图层", "Layer; empty = all"),
		text("district", "行政区代码", "District code; empty = all"),
		date("effective_from", "生效日期", "Effective from"),
		atLeast(number("yellow", "黄灯阈值", "Yellow when behind by more", "个百分点"), 0),
		atLeast(number("red", "红灯阈值", "Red when behind by more", "个百分点"), 0),
		atLeast(typed(geo.IntField, "late_yellow", "节点逾期黄灯", "Milestone late by more: yellow", "天"), 0),
		atLeast(typed(geo.IntField, "late_red", "节点逾期红灯", "Milestone late by more: red", "天"), 0),
		atLeast(typed(geo.IntField, "due_workday", "报送期限", "Report due on workday of the next month", "个工作日"), 1),
		months("remind", "提醒", "Yellow so long: level 1"),
		months("coordinate", "协调", "Yellow so long: level 2"),
		months("supervise", "督办", "Red so long: level 3 is proposed"),
		typed(geo.BoolField, "approved_only", "仅用审定数据", "Only approved reports count", ""),
	}, told()...)...)
}

func workday() geo.Layer {
	return rows(Workday, "工作日历", "Workday calendar", "name", append([]geo.Field{
		required(date("day", "日期", "Day")),
		required(enum(text("kind", "类型", "Kind"), "休", "班")),
		text("name", "名称", "Name"),
	}, told()...)...)
}

func period() geo.Layer {
	return rows(Period, "填报期", "Reporting periods", "state", append([]geo.Field{
		required(text("layer", "图层", "Layer")),
		text("district", "行政区代码", "District code; empty = all"),
		text("unit", "单位", "Unit; empty = all"),
		required(date("ends", "期末", "Last day")),
		date("due", "截止日期", "Due on; empty = by the calendar"),
		required(enum(text("state", "状态", "State"), geo.PeriodStates...)),
		text("reason", "退回理由", "Reason of return"),
		text("actor", "操作人", "Who"),
	}, told()...)...)
}

// Ways an indicator comes by its value.
const (
	Computed = "由图层计算"
	Reported = "填报"
)

func indicator() geo.Layer {
	l := rows(Indicator, "指标", "Indicators", "name", append([]geo.Field{
		required(text("name", "名称", "Name")),
		text("district", "行政区代码", "District code"),
		text("unit", "计量单位", "Unit of measure"),
		required(enum(text("kind", "取值方式", "How it comes by its value"), Computed, Reported)),
		text("nature", "性质", "Plan, target, result, baseline or comparison"),
		text("formula", "算法", "Formula, see package indicator"),
		number("baseline", "基期值", "Baseline", ""),
		date("baseline_date", "基期", "Date of the baseline"),
		number("target", "目标值", "Target", ""),
		number("target_max", "目标上限", "Upper end of a target that is a range", ""),
		enum(text("direction", "方向", "Direction"), "≥", "≤", "="),
		text("qualifier", "限定语", "Qualifier"),
		date("start", "起算日期", "Counted from"),
		date("due", "目标日期", "Due on"),
		integer("decimals", "小数位", "Decimals shown"),
		text("period", "时期", "Period"),
		text("lead_units", "牵头单位", "Lead units"),
		text("tasks", "对应任务", "Task codes"),
		text("figure", "文件数字", "Figure id"),
		text("parent", "上级数字", "Figure it is part of"),
		text("relation", "勾稽关系", "Relation to other figures"),
		number("stated", "文件值", "Value the document states; days as 20221231", ""),
		text("stated_text", "文件写法", "Value as the document writes it"),
		number("other", "另一口径值", "Value by the other reading", ""),
		text("other_reason", "口径差异", "Why the two readings differ"),
		integer("panel", "大屏次序", "Place on the wall"),
		text("short", "短名", "Short name"),
	}, told()...)...)
	l.Reports = []geo.Field{
		required(number("value", "数值", "Value", "")),
		enum(text("basis", "数据性质", "Basis"), "填报", "文件", "示意数据"),
		date("reported_on", "填报日期", "Reported on"),
		text("source", "出处", "Source document"),
		text("note", "备注", "Note"),
	}
	return l
}

func task() geo.Layer {
	return rows(Task, "行动计划任务", "Action plan tasks", "name", append([]geo.Field{
		required(tiled(text("name", "名称", "Name"))),
		text("district", "行政区代码", "District code"),
		text("number", "编号", "Number"),
		text("part", "部分", "Part"),
		text("summary", "内容", "Summary"),
		text("lead_units", "牵头单位", "Lead units, first = first lead"),
		text("period", "计划期", "Planning period"),
		date("start", "起始日期", "Start"),
		date("due", "完成期限", "Due on"),
		enum(text("state", "状态", "State"), "未启动", "推进中", "已完成", "滞后"),
		text("edition", "版本", "Edition of the plan"),
		text("origin", "来历", "Carried on from the plan before, or new"),
		text("draft_numbers", "草案编号", "Numbers in the draft, separated by ；"),
		integer("draft_items", "草案项数", "How many items of the draft went into it"),
		text("indicators", "对应指标", "Indicator codes"),
		text("projects", "对应项目", "Project codes"),
		text("figures", "对应数字", "Figure ids"),
	}, told()...)...)
}

func device() geo.Layer {
	l := geo.Layer{ID: Device, Title: geo.Text{ZH: "感知设备", EN: "Devices and outside systems"}, Geometry: geo.Points, Label: "name", MinZoom: 12,
		Fields: common(
			tiled(text("kind", "设备类型", "Kind")),
			text("system", "所属系统", "Outside system"),
			text("of_layer", "所属图层", "Layer of its feature"),
			text("of_code", "所属编码", "Code of its feature"),
			text("unit", "责任单位", "Responsible unit"),
			text("url", "链接", "Address of video or page"),
			text("figures", "对应数字", "Figure ids"),
		)}
	l.Reports = []geo.Field{
		atLeast(number("pm10", "PM10", "PM10", "μg/m³"), 0),
		atLeast(number("tsp", "扬尘", "Dust", "mg/m³"), 0),
		atLeast(number("noise", "噪声", "Noise", "dB"), 0),
		number("water_level", "水位", "Water level", "米"),
		atLeast(typed(geo.IntField, "free_places", "空余泊位", "Free parking places", "个"), 0),
		atLeast(typed(geo.IntField, "cases", "办件数", "Cases", "件"), 0),
		atLeast(typed(geo.IntField, "cases_closed", "办结数", "Cases closed", "件"), 0),
		number("value", "读数", "Reading", ""),
		text("alarm", "预警等级", "Alarm"),
		typed(geo.TimeField, "measured_at", "测量时间", "Measured at", ""),
		text("basis", "数据性质", "Basis"),
	}
	return l
}

func bulletin() geo.Layer {
	return rows(Bulletin, "通报", "Bulletins issued", "title", append([]geo.Field{
		required(text("title", "标题", "Title")),
		required(text("district", "行政区代码", "District code")),
		required(date("month", "期末", "Last day of its month")),
		text("number", "文号", "Number"),
		required(typed(geo.TimeField, "known", "数据时点", "Recorded time it shows", "")),
		required(date("issued", "印发日期", "Issued on")),
		text("actor", "签发人", "Who issued it"),
		text("unit", "印发单位", "Issuing unit"),
	}, told()...)...)
}
