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

// waterFactors are limits in mg/L for classes Ⅰ to Ⅴ by GB 3838-2002 《地表水环境质量标准》
// table 1. Dissolved oxygen is a lower limit. Total phosphorus has a column of
// its own for lakes and reservoirs; total nitrogen is judged there only.
var waterFactors = [...]waterFactor{
	{field: "do", name: Text{"溶解氧", "dissolved oxygen"}, lower: true, river: limits{7.5, 6, 5, 3, 2}, lake: limits{7.5, 6, 5, 3, 2}},
	{field: "codmn", name: Text{"高锰酸盐指数", "permanganate index"}, river: limits{2, 4, 6, 10, 15}, lake: limits{2, 4, 6, 10, 15}},
	{field: "cod", name: Text{"化学需氧量", "chemical oxygen demand"}, river: limits{15, 15, 20, 30, 40}, lake: limits{15, 15, 20, 30, 40}},
	{field: "bod5", name: Text{"五日生化需氧量", "BOD5"}, river: limits{3, 3, 4, 6, 10}, lake: limits{3, 3, 4, 6, 10}},
	{field: "nh3n", name: Text{"氨氮", "ammonia nitrogen"}, river: limits{0.15, 0.5, 1.0, 1.5, 2.0}, lake: limits{0.15, 0.5, 1.0, 1.5, 2.0}},
	{field: "tp", name: Text{"总磷", "total phosphorus"}, river: limits{0.02, 0.1, 0.2, 0.3, 0.4}, lake: limits{0.01, 0.025, 0.05, 0.1, 0.2}},
	{field: "tn", name: Text{"总氮", "total nitrogen"}, lake: limits{0.2, 0.5, 1.0, 1.5, 2.0}},
}

type limits = [5]float64

type waterFactor struct {
	field       string
	name        Text
	lower       bool   // the value must not fall below the limit
	river, lake limits // zero: not judged there
}

// in gives the limits for a kind of water.
func (f *waterFactor) in(lake bool) *limits {
	if lake {
		return &f.lake
	}
	return &f.river
}

// class gives the class of a value; on a limit is within it.
func (f *waterFactor) class(x float64, lake bool) WaterClass {
	c := WaterClass(1)
	for _, limit := range f.in(lake) {
		if f.lower && x >= limit || !f.lower && x <= limit {
			break
		}
		c++
	}
	return c
}

// factorSet holds the indices in waterFactors of some factors, as bits.
type factorSet uint8

// names joins the names of the factors.
func (s factorSet) names() string {
	out := ""
	for i := range waterFactors {
		if s&(1<<i) != 0 {
			if out != "" {
				out += "、"
			}
			out += waterFactors[i].name.ZH
		}
	}
	return out
}

// ClassifyWater gives the class of a sample of a river, or of a lake or reservoir,
// by its worst factor (单因子评价) and the names of the factors in that class; 0 when
// the sample has none of them.
func ClassifyWater(sample Properties, lake bool) (WaterClass, string) {
	class, by := classifyWater(sample, lake)
	return class, by.names()
}

func classifyWater(sample Properties, lake bool) (worst WaterClass, by factorSet) {
	for i := range waterFactors {
		f := &waterFactors[i]
		x, ok := number(sample, f.field)
		if !ok || f.in(lake)[0] == 0 {
			continue
		}
		switch c := f.class(x, lake); {
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

// water judges the month's latest sample against the section's target class. 劣Ⅴ
// is red even where Ⅴ is the target.
func (j *judge) water(at Date) finding {
	sample := j.sample(at)
	if sample == nil {
		return finding{cause: notSampled}
	}
	var w waterFinding
	w.class, w.by = classifyWater(sample, j.lake)
	if w.class == 0 {
		w.class, _ = ParseWaterClass(sample.Text("water_class"))
	}
	w.target, _ = ParseWaterClass(j.f.Properties.Text(j.r.Target))
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

// sample gives the latest sample of a day's month up to the day that may be
// judged by; nil without one.
func (j *judge) sample(at Date) Properties {
	reports := j.until(at)
	_, _, n := at.civil()
	before := at - Date(n)
	approvedOnly := j.limits(at).ApprovedOnly
	for i := len(reports) - 1; i >= 0 && reports[i].Date > before; i-- {
		if !approvedOnly || j.settled(reports[i].Date) {
			if p := reports[i].Properties; p != nil {
				return p
			}
			return Properties{}
		}
	}
	return nil
}

// sampleDays adds the days on which a sample lapses: the end of the next month,
// if there is none in it. The days of a month before its sample do not count: the
// run of the month before goes on over them.
func (j *judge) sampleDays(add func(Date, bool)) {
	for i := range j.f.Reports {
		end := j.f.Reports[i].Date.MonthEnd()
		add(end, false)
		add((end + 1).MonthEnd(), false)
	}
}
