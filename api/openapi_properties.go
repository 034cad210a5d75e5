package api

import (
	"reflect"

	"yiping/geo"
	"yiping/geo/indicator"
	"yiping/geo/live"
	"yiping/geo/reporting"
)

// schemaNames are the names of schemas whose Go name is another's too, or says less.
var schemaNames = map[reflect.Type]string{
	reflect.TypeFor[warning]():             "WarnedFeature",
	reflect.TypeFor[warningSummary]():      "CardWarning",
	reflect.TypeFor[live.WarningSummary](): "ChangedWarning",
	reflect.TypeFor[live.Event]():          "Change",
	reflect.TypeFor[live.Changed]():        "ChangedFeature",
	reflect.TypeFor[ruling]():              "RulingEntry",
	reflect.TypeFor[warningAct]():          "StepEntry",
	reflect.TypeFor[readings]():            "ReadingsEntry",
	reflect.TypeFor[reading]():             "ReadingEntry",
	reflect.TypeFor[yearPlan]():            "PlanEntry",
	reflect.TypeFor[monthPlan]():           "PlanEntryMonth",
	reflect.TypeFor[reportBody]():          "ReportRow",
	reflect.TypeFor[featureBody]():         "FeatureInFull",
	reflect.TypeFor[reporting.Move]():      "PeriodEntry",
	reflect.TypeFor[geo.Field]():           "DeclaredField",
	reflect.TypeFor[indicator.Reading]():   "Reading",
}

var (
	about = geo.Text{ZH: "城市项目一张图服务。坐标一律经度在前，以度为单位，除非 crs= 另有指定；日期为 Asia/Shanghai 的民用日。错误均为 RFC 9457 问题文档，按 Accept-Language 用中文或英文",
		EN: "The city's map of projects. Coordinates are longitude before latitude, in degrees, unless crs= says otherwise; days are civil days of Asia/Shanghai. Every error is a problem document of RFC 9457, in Chinese or English by Accept-Language. OGC API: "}
	streamWords = geo.Text{ZH: "服务器推送事件：hello（Reload 形）、change（Change）、reload（Reload）、state（StoreState），id 为位置；每 15 秒一行心跳",
		EN: "Server-sent events: hello (of the form Reload), change (Change), reload (Reload), state (StoreState), their id the cursor; a sign of life every 15 s"}
)

// propertyWords say what properties are, above all their units and axis order: by
// name for numbers, or by schema and name.
var propertyWords = map[string]geo.Text{
	"bounds":                  {ZH: "西, 南, 东, 北（度）", EN: "west, south, east, north in degrees"},
	"center":                  {ZH: "经度, 纬度（度）, 缩放级别", EN: "longitude, latitude in degrees, zoom"},
	"zooms":                   {ZH: "最低与最高缩放级别", EN: "First and last zoom"},
	"labelPoint":              {ZH: "标注点：经度, 纬度（度）", EN: "Label point: longitude, latitude in degrees"},
	"point":                   {ZH: "经度, 纬度（度；附近查询时按 crs=）", EN: "longitude, latitude in degrees (of crs= in what is near)"},
	"position":                {ZH: "所问位置：经度, 纬度（度，按 crs=）", EN: "The place asked for: longitude, latitude in degrees of crs="},
	"distance":                {ZH: "到几何本身的椭球面距离（米）；在其内为 0", EN: "Geodesic distance to the geometry in metres; 0 inside"},
	"bearing":                 {ZH: "方位角（度，自北顺时针）；无方向可言为 null", EN: "Degrees clockwise from north; null where there is no way to go"},
	"actual":                  {ZH: "实际进度（％）", EN: "Actual progress (％)"},
	"plan":                    {ZH: "计划进度（％）", EN: "Planned progress (％)"},
	"completion":              {ZH: "完成率（％）；没有计划为 null", EN: "Completion (％); null without a plan"},
	"Investment.total":        {ZH: "总投资（亿元）", EN: "Investment in all (100 million yuan)"},
	"Investment.planned":      {ZH: "本年计划投资（亿元）", EN: "Planned for the year (100 million yuan)"},
	"Investment.due":          {ZH: "至最近一期报告的计划投资（亿元）", EN: "Planned up to the last reports (100 million yuan)"},
	"Investment.actual":       {ZH: "本年完成投资（亿元）", EN: "Made this year (100 million yuan)"},
	"Investment.completion":   {ZH: "占本年计划的比例（％）；没有计划为 null", EN: "Of the year's plan (％); null without one"},
	"plannedInvestment":       {ZH: "当年累计计划投资（亿元）", EN: "Planned investment within the year so far (100 million yuan)"},
	"yearInvestment":          {ZH: "本年计划投资（亿元）", EN: "Planned investment of the year (100 million yuan)"},
	"plannedProgress":         {ZH: "计划进度（％）", EN: "Planned progress (％)"},
	"gap":                     {ZH: "落后于计划的百分点", EN: "Percentage points behind plan"},
	"days":                    {ZH: "至该区数据截至日期的天数", EN: "Days since then, at its district's date"},
	"daysLeft":                {ZH: "距期限的天数；负数为逾期；已关闭或没有期限为 null", EN: "Days to the deadline; below 0 past it; null once closed, and without one"},
	"already":                 {ZH: "原已在该年度清单中的项目数", EN: "Projects that stood in the year's register before"},
	"left":                    {ZH: "不结转的项目数：已完成、终止或调出", EN: "Projects not carried over: finished, ended or removed"},
	"bytes":                   {ZH: "字节数；尚未制成为 null", EN: "Bytes; null where it is not made yet"},
	"computed":                {ZH: "由图层数据算出的指标数", EN: "How many indicators come from layers"},
	"Figure.computed":         {ZH: "由本市数据算出的值，单位见 unit；没有为 null", EN: "The value by the city's own data, in unit; null where there is none"},
	"Figure.number":           {ZH: "文件所述或算出的值，单位见 unit；没有为 null", EN: "The document's value or the computed one, in unit; null where there is none"},
	"remind":                  {ZH: "1 级提醒的数量", EN: "How many at level 1 提醒"},
	"coordinate":              {ZH: "2 级协调的数量", EN: "How many at level 2 协调"},
	"supervise":               {ZH: "3 级督办的数量", EN: "How many at level 3 督办"},
	"proposed":                {ZH: "拟督办的数量（其现行级别中亦计入）", EN: "How many are proposed for 督办 (counted at their level in force as well)"},
	"CardWarning.proposed":    {ZH: "拟督办，待人确认", EN: "督办 is proposed and waits for a person"},
	"ChangedWarning.proposed": {ZH: "拟督办，待人确认", EN: "督办 is proposed and waits for a person"},
	"WarnedFeature.proposed":  {ZH: "拟督办，待人确认", EN: "督办 is proposed and waits for a person"},
	"Warning.proposed":        {ZH: "拟督办，待人确认", EN: "督办 is proposed and waits for a person"},
	"Limits.remind":           {ZH: "黄灯几个月报 1 级", EN: "Months of yellow until level 1"},
	"Limits.coordinate":       {ZH: "黄灯几个月报 2 级", EN: "Months of yellow until level 2"},
	"Limits.supervise":        {ZH: "红灯几个月拟督办", EN: "Months of red until 督办 is proposed"},
	"Limits.yellow":           {ZH: "落后几个百分点为黄灯", EN: "Percentage points behind plan: more is yellow"},
	"Limits.red":              {ZH: "落后几个百分点为红灯", EN: "Percentage points behind plan: more is red"},
	"lateYellow":              {ZH: "节点迟几天为黄灯", EN: "Days a milestone is late: more is yellow"},
	"lateRed":                 {ZH: "节点迟几天为红灯", EN: "Days a milestone is late: more is red"},
	"dueWorkday":              {ZH: "月报于次月第几个工作日前报送", EN: "Workday of the following month by which a month's report is due"},
	"LightRule.yellow":        {ZH: "落后几个百分点为黄灯", EN: "Percentage points behind plan: more is yellow"},
	"LightRule.red":           {ZH: "落后几个百分点为红灯", EN: "Percentage points behind plan: more is red"},
	"red":                     {ZH: "红灯的数量", EN: "How many are red"},
	"yellow":                  {ZH: "黄灯的数量", EN: "How many are yellow"},
	"green":                   {ZH: "绿灯的数量", EN: "How many are green"},
	"none":                    {ZH: "未填报的数量", EN: "How many have nothing to judge by"},
	"count":                   {ZH: "要素数", EN: "How many features"},
	"estimate":                {ZH: "约有要素数（数据库统计）", EN: "About how many features, by the statistics of the database"},
	"decimals":                {ZH: "小数位数", EN: "Decimals"},
	"done":                    {ZH: "已达成的年度目标数", EN: "Goals of the year reached"},
	"of":                      {ZH: "年度目标总数", EN: "Goals of the year"},
	"Problem.of":              {ZH: "所涉要素", EN: "The feature it concerns"},
	"ended":                   {ZH: "解除的核定数", EN: "Rulings ended"},
	"expected":                {ZH: "应报数", EN: "Reports expected"},
	"in":                      {ZH: "已报数", EN: "Reports that came"},
	"late":                    {ZH: "迟报数", EN: "Reports that came after the due day"},
	"missing":                 {ZH: "未报数", EN: "Reports that are missing"},
	"level":                   {ZH: "预警级别：1 提醒、2 协调、3 督办", EN: "Level of the warning: 1 提醒, 2 协调, 3 督办"},
	"matched":                 {ZH: "符合条件的数量", EN: "How many match"},
	"max":                     {ZH: "最大值，单位见 unit", EN: "Largest value, in unit"},
	"min":                     {ZH: "最小值，单位见 unit", EN: "Smallest value, in unit"},
	"minzoom":                 {ZH: "最低缩放级别", EN: "First zoom"},
	"maxzoom":                 {ZH: "最高缩放级别", EN: "Last zoom"},
	"months":                  {ZH: "月计划的条数", EN: "Monthly plans entered"},
	"PlanEntry.months":        {ZH: "逐月计划", EN: "Plan month by month"},
	"n":                       {ZH: "数量", EN: "How many"},
	"numberReturned":          {ZH: "本页数量", EN: "How many are on this page"},
	"open":                    {ZH: "未关闭的数量", EN: "How many are open"},
	"ReportRow.open":          {ZH: "该期可以修改", EN: "Its period takes changes"},
	"Stage.overdue":           {ZH: "未关闭且逾期的数量", EN: "How many are open past their deadline"},
	"other":                   {ZH: "另一读法的值，单位见 unit", EN: "By the other reading, in unit"},
	"panel":                   {ZH: "在大屏的次序；0 为不上屏", EN: "Place on the wall; 0: not shown there"},
	"parts":                   {ZH: "比率的分子与分母", EN: "Numerator and denominator of a ratio"},
	"periods":                 {ZH: "变动的填报期数", EN: "Periods moved on"},
	"rank":                    {ZH: "名次，相等并列；0 为没有计划", EN: "Place, equals share one; 0 without a plan"},
	"readings":                {ZH: "推送的读数", EN: "Readings pushed"},
	"rows":                    {ZH: "写入的行数", EN: "Rows entered"},
	"unchanged":               {ZH: "未变的读数", EN: "Readings that changed nothing"},
	"reopened":                {ZH: "重开次数", EN: "How often it was reopened"},
	"revision":                {ZH: "本节点自启动以来的数据次序", EN: "How many times the data of this node has moved on"},
	"row":                     {ZH: "有误的是第几条（自 1 起）", EN: "Which item is at fault, from 1 on"},
	"RowWritten.row":          {ZH: "行号", EN: "Id of the row"},
	"StepWritten.row":         {ZH: "行号", EN: "Id of the row"},
	"baseline":                {ZH: "基期值，单位见 unit", EN: "Value at the start, in unit"},
	"stated":                  {ZH: "文件所述的值，单位见 unit", EN: "What the document says, in unit"},
	"target":                  {ZH: "目标值，单位见 unit", EN: "Target, in unit"},
	"targetMax":               {ZH: "目标上限，单位见 unit", EN: "Upper end of the target, in unit"},
	"value":                   {ZH: "值，单位见 unit；未知为 null", EN: "Value, in unit; null where it is not known"},
	"total":                   {ZH: "总数", EN: "How many in all"},
	"ProblemDocument.status":  {ZH: "HTTP 状态", EN: "HTTP status"},
	"version":                 {ZH: "版本，每次修改加一", EN: "Version, one more with each change"},
	"year":                    {ZH: "年度", EN: "Year"},
}

// propertyWordsOf finds the words for a member: a name alone stands for numbers.
func propertyWordsOf(component, property string, t reflect.Type) geo.Text {
	if words, ok := propertyWords[component+"."+property]; ok || !isNumber(t) {
		return words
	}
	return propertyWords[property]
}

// isNumber reports whether a member is a number, or several that belong together.
func isNumber(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 && t != reflect.TypeFor[geo.Date]() && t != reflect.TypeFor[geo.Light]() && t != reflect.TypeFor[geo.ID]()
}
