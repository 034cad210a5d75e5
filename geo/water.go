package geo

// WaterClass is a class of surface water quality, Ⅰ (1) to Ⅴ (5), 劣Ⅴ (6).
type WaterClass uint8

const worseThanV WaterClass = 6

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

// factorSet holds the indices in waterFactors of some factors, as bits.
type factorSet uint8

// names joins the names of the factors.
func (s factorSet) names() string {
	out := ""
	for i, f := range waterFactors {
		if s&(1<<i) != 0 {
			if out != "" {
				out += "、"
			}
			out += f.name
		}
	}
	return out
}

// ClassifyWater gives the class of a sample by its worst factor (单因子评价) and
// the names of the factors in that class; 0 when the sample has none of them.
func ClassifyWater(sample Properties) (WaterClass, string) {
	class, by := classifyWater(sample)
	return class, by.names()
}

func classifyWater(sample Properties) (worst WaterClass, by factorSet) {
	for i := range waterFactors {
		f := &waterFactors[i]
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
			worst, by = c, 1<<i
		case c == worst:
			by |= 1 << i
		}
	}
	return worst, by
}

// waterFinding is a class against its target, and the factors that made it.
type waterFinding struct {
	class, target WaterClass
	by            factorSet
}

// water judges the month's sample against the section's target class. 劣Ⅴ is red
// even where Ⅴ is the target.
func (r *LightRule) water(p Properties, reports []Report, at Date) finding {
	if len(reports) == 0 || !reports[len(reports)-1].Date.SameMonth(at) {
		return finding{cause: notSampled}
	}
	sample := reports[len(reports)-1].Properties
	var w waterFinding
	w.class, w.by = classifyWater(sample)
	if w.class == 0 {
		w.class, _ = ParseWaterClass(sample.Text("water_class"))
	}
	w.target, _ = ParseWaterClass(p.Text(r.Target))
	if w.class == 0 || w.target == 0 {
		return finding{cause: noClass}
	}
	f := finding{light: Red, cause: classed, water: w}
	switch over := int(w.class) - int(w.target); {
	case over <= 0:
		f.light = Green
	case over == 1 && w.class < worseThanV:
		f.light = Yellow
	}
	return f
}
