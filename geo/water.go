package geo

import "fmt"

// WaterClass is a class of surface water quality, Ⅰ (1) to Ⅴ (5), 劣Ⅴ (6).
type WaterClass uint8

var waterNames = [...]string{"", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ"}

// WaterClasses are the names of the classes, best first.
var WaterClasses = waterNames[1:]

// String gives Ⅰ … Ⅴ, 劣Ⅴ; "" when not known.
func (c WaterClass) String() string {
	if int(c) < len(waterNames) {
		return waterNames[c]
	}
	return ""
}

// ParseWaterClass reads a class name.
func ParseWaterClass(s string) (WaterClass, bool) {
	for i, n := range waterNames {
		if i > 0 && n == s {
			return WaterClass(i), true
		}
	}
	return 0, false
}

// waterFactors are limits in mg/L for classes Ⅰ to Ⅴ by GB 3838-2002 table 1;
// total phosphorus in its column for rivers. Dissolved oxygen is a lower limit.
var waterFactors = []struct {
	field  string
	name   string
	lower  bool
	limits [5]float64
}{
	{"do", "溶解氧", true, [5]float64{7.5, 6, 5, 3, 2}},
	{"codmn", "高锰酸盐指数", false, [5]float64{2, 4, 6, 10, 15}},
	{"cod", "化学需氧量", false, [5]float64{15, 15, 20, 30, 40}},
	{"bod5", "五日生化需氧量", false, [5]float64{3, 3, 4, 6, 10}},
	{"nh3n", "氨氮", false, [5]float64{0.15, 0.5, 1.0, 1.5, 2.0}},
	{"tp", "总磷", false, [5]float64{0.02, 0.1, 0.2, 0.3, 0.4}},
}

// ClassifyWater gives the class of a sample by its worst factor (单因子评价) and
// the names of the factors in that class; 0 when the sample has none of them.
func ClassifyWater(sample Properties) (WaterClass, string) {
	worst, by := WaterClass(0), ""
	for _, f := range waterFactors {
		x, ok := sample.Float(f.field)
		if !ok {
			continue
		}
		c := WaterClass(1)
		for _, limit := range f.limits {
			if (f.lower && x >= limit) || (!f.lower && x <= limit) {
				break
			}
			c++
		}
		switch {
		case c > worst:
			worst, by = c, f.name
		case c == worst:
			by += "、" + f.name
		}
	}
	return worst, by
}

// water judges the month's sample against the section's target class.
func (r *LightRule) water(p Properties, reports []Report, at Date) Verdict {
	v := Verdict{Rule: WaterRule}
	if len(reports) == 0 || !reports[len(reports)-1].Date.SameMonth(at) {
		v.Status, v.Reason = Text{ZH: "本月未测", EN: "Not sampled this month"}, Text{ZH: "本月没有水质监测数据", EN: "No sample this month"}
		return v
	}
	sample := reports[len(reports)-1].Properties
	class, by := ClassifyWater(sample)
	if class == 0 {
		class, _ = ParseWaterClass(sample.Text("water_class"))
	}
	target, ok := ParseWaterClass(p.Text(r.Target))
	if class == 0 || !ok {
		v.Status, v.Reason = statusNone, Text{ZH: "缺水质类别或目标类别", EN: "Class or target class is missing"}
		return v
	}
	zh, en := fmt.Sprintf("水质%s类，目标%s类", class, target), fmt.Sprintf("Water class %s, target %s", class, target)
	if by != "" && class > target {
		zh += "，定类指标：" + by
	}
	v.Reason = Text{zh, en}
	switch over := int(class) - int(target); {
	case class == 6 && target < 6:
		v.Light, v.Status = Red, Text{ZH: "劣Ⅴ类", EN: "Worse than class V"}
	case over <= 0:
		v.Light, v.Status = Green, Text{ZH: "达标", EN: "Meets its target"}
	case over == 1:
		v.Light, v.Status = Yellow, Text{ZH: "差一类", EN: "One class worse"}
	default:
		v.Light, v.Status = Red, Text{ZH: "差两类及以上", EN: "Two or more classes worse"}
	}
	return v
}
