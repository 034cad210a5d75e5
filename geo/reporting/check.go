package reporting

import (
	"cmp"
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Check says what is wrong with the report at index n of a feature's reports,
// which are in order of date. A correction in words excuses what may be true.
func (d *Desk) Check(i snapshot.Item, reports []geo.Report, n int) []Finding {
	c := d.checking(i, reports)
	c.check(n)
	return c.found
}

// Enter says what keeps the report at index n of a feature's reports, as they
// will be, from being entered: what cannot be, and what only a reason excuses
// where none is given. It looks at the report after it too.
func (d *Desk) Enter(i snapshot.Item, reports []geo.Report, n int) []Finding {
	c := d.checking(i, reports)
	c.entering = true
	c.check(n)
	return slices.DeleteFunc(c.found, func(f Finding) bool { return f.Kind != Impossible && f.Kind != Decreasing })
}

func (d *Desk) checking(i snapshot.Item, reports []geo.Report) *checking {
	return &checking{desk: d, item: i, reports: reports, decl: d.decl(i), today: d.Day(i),
		runsOn: i.Text("measure") == sinceStart+"百分比"}
}

// check looks at the report at index n.
func (c *checking) check(n int) {
	c.at = n
	c.declared()
	c.future()
	switch c.decl.Light.Kind {
	case geo.ProgressRule:
		c.falling()
		c.overTotal()
		c.firstMonth()
	case geo.WaterRule:
		c.absurd()
	}
	c.late()
}

// checking is the reports of one feature on the desk, one of them looked at.
type checking struct {
	desk    *Desk
	item    snapshot.Item
	decl    *geo.Layer
	reports []geo.Report
	at      int
	today   geo.Date
	runsOn  bool // the feature's percentages are counted since the start of works
	found   []Finding

	entering bool // the report is about to be written: that after it counts too
}

func (c *checking) report() *geo.Report { return &c.reports[c.at] }

func (c *checking) add(f Finding) { c.found = append(c.found, f) }

func (c *checking) impossible(field geo.Field, value any) Finding {
	return c.desk.finding(Impossible, c.item, c.report().Date).of(field, value)
}

// excuse adds a finding that a correction in words excuses.
func (c *checking) excuse(f Finding) {
	if c.report().Properties.Text(Correction) == "" {
		f.Correctable = true
		c.add(f)
	}
}

// number gives a value that is a number.
func number(p geo.Properties, name string) (float64, bool) {
	v, ok := p.Float(name)
	return v, ok && finite(v)
}

// field gives the declaration of a value that is there.
func (c *checking) field(name string) geo.Field {
	f, ok := c.decl.ReportField(name)
	if !ok {
		f = geo.Field{Name: name, Title: geo.Text{ZH: name}} // no longer declared
	}
	return f
}

// declared holds values against the declaration. The API and imports do so
// before; what came by SQL may not have been.
func (c *checking) declared() {
	p := c.report().Properties
	for _, field := range c.decl.Reports {
		v := p[field.Name]
		x, isNumber := v.(float64)
		switch {
		case v == nil && !field.Required, isNumber && field.Type == geo.FloatField && inside(x, &field):
			continue
		case isNumber && !finite(x):
			c.add(c.impossible(field, v).say(geo.Text{ZH: field.Title.ZH + "不是数", EN: english(field) + " is not a number"}, mendValue))
			continue
		}
		if _, err := field.Value(v); err != nil || v == nil && field.Required {
			c.add(c.impossible(field, v).say(c.bounds(field, v), mendValue))
		}
	}
}

// inside is the check of nearly every value, done without looking further.
func inside(x float64, f *geo.Field) bool {
	return finite(x) && (f.Min == nil || x >= *f.Min) && (f.Max == nil || x <= *f.Max)
}

// english gives a field's English name; what an import declared has none.
func english(f geo.Field) string { return cmp.Or(f.Title.EN, f.Title.ZH) }

// bounds says within which bounds a value must lie.
func (c *checking) bounds(f geo.Field, v any) geo.Text {
	x, isNumber := geo.Properties{"": v}.Float("")
	has := amount(x, f.Unit)
	switch {
	case isNumber && f.Min != nil && f.Max != nil:
		lo, hi := amount(*f.Min, f.Unit), amount(*f.Max, f.Unit)
		return textf("%[1]s %[3]s 超出 %[4]s 至 %[5]s", "%[2]s %[3]s is outside %[4]s to %[5]s", f.Title.ZH, english(f), has, lo, hi)
	case isNumber && f.Min != nil:
		return textf("%[1]s %[3]s 低于 %[4]s", "%[2]s %[3]s is below %[4]s", f.Title.ZH, english(f), has, amount(*f.Min, f.Unit))
	case isNumber && f.Max != nil:
		return textf("%[1]s %[3]s 超过 %[4]s", "%[2]s %[3]s is above %[4]s", f.Title.ZH, english(f), has, amount(*f.Max, f.Unit))
	case v == nil:
		return textf("缺%[1]s", "%[2]s is missing", f.Title.ZH, english(f))
	}
	return textf("%[1]s“%[3]v”不在可用值之内", "%[2]s “%[3]v” is not one of the values allowed", f.Title.ZH, english(f), v)
}

// future refuses what was done on days to come. A monthly report bears the last
// day of its month and may be entered before that day.
func (c *checking) future() {
	r, today := c.report(), c.today
	limit := today
	if c.decl.Light.Kind == geo.ProgressRule {
		limit = today.MonthEnd()
	}
	if by := r.Properties.Text(basis); r.Date <= limit || !Told(c.decl, r.Properties) || by != "" && by != reported {
		return // what a document says of days to come is no report
	}
	f := c.desk.finding(Impossible, c.item, r.Date)
	f.Field, f.Against = "date", today
	c.add(f.say(textf("报告日期 %s 晚于数据截至日期 %s", "The report is of %s, after the day the data is of, %s", r.Date, today), mendDate))
}

// falling looks for cumulative values that are lower than those of the report
// before in the same year; when entering, higher than those of the one after.
func (c *checking) falling() {
	for _, name := range cumulative {
		v, ok := number(c.report().Properties, name)
		if !ok {
			continue
		}
		if old, was, ok := c.neighbour(name, -1); ok && v < was-1e-9 {
			c.fell(c.field(name), v, was, old.Date)
		}
		if next, will, ok := c.neighbour(name, 1); ok && c.entering && v > will+1e-9 && next.Properties.Text(Correction) == "" {
			field := c.field(name)
			f := c.desk.finding(fallKind(name), c.item, c.report().Date).of(field, v)
			f.Against = will
			c.excuse(f.say(textf("%[1]s %[3]s 高于其后 %[4]s 的 %[5]s，累计值不应减少", "%[2]s %[3]s is more than the %[5]s of %[4]s after it; cumulative values do not fall",
				field.Title.ZH, english(field), amount(v, field.Unit), next.Date, amount(will, field.Unit)), mendOrSay))
		}
	}
}

// fallKind: what was done goes down, or the plan does, which cannot be.
func fallKind(name string) Kind {
	if planned(name) {
		return Impossible
	}
	return Decreasing
}

func (c *checking) fell(field geo.Field, v, was float64, day geo.Date) {
	f := c.desk.finding(fallKind(field.Name), c.item, c.report().Date).of(field, v)
	f.Against = was
	c.excuse(f.say(textf("%[1]s由 %[3]s 的 %[4]s 降为 %[5]s，累计值不应减少", "%[2]s falls from %[4]s on %[3]s to %[5]s; cumulative values do not fall",
		field.Title.ZH, english(field), day, amount(was, field.Unit), amount(v, field.Unit)), mendOrSay))
}

// neighbour finds the nearest report before (step −1) or after (1) that has the
// value and counts it from the same start: of the same year, or, for percentages
// since the start of works, of any.
func (c *checking) neighbour(name string, step int) (*geo.Report, float64, bool) {
	r := c.report()
	for n := c.at + step; n >= 0 && n < len(c.reports); n += step {
		o := &c.reports[n]
		v, ok := number(o.Properties, name)
		if !ok {
			continue
		}
		runsOn := percentage(name) && c.fromStart(r) && c.fromStart(o)
		sameYear := r.Date.Time().Year() == o.Date.Time().Year() && (!percentage(name) || c.fromStart(r) == c.fromStart(o))
		return o, v, runsOn || sameYear
	}
	return nil, 0, false
}

// fromStart reports whether percentages are counted 开工以来: the report says so,
// else the feature does.
func (c *checking) fromStart(r *geo.Report) bool {
	if of := r.Properties.Text(percentOf); of != "" {
		return of == sinceStart
	}
	return c.runsOn
}

// overTotal looks for investments of a year above that of the whole project.
func (c *checking) overTotal() {
	total, ok := geo.Properties{"": c.item.Value("investment")}.Float("")
	if !ok || total <= 0 {
		return
	}
	for _, name := range []string{geo.PlannedInvestment, geo.ActualInvestment} {
		v, ok := number(c.report().Properties, name)
		if !ok || v <= total+1e-9 {
			continue
		}
		field := c.field(name)
		f := c.impossible(field, v)
		f.Against = total
		c.excuse(f.say(textf("%[1]s %[3]s 超过总投资额 %[4]s", "%[2]s %[3]s is more than the total investment of %[4]s",
			field.Title.ZH, english(field), amount(v, field.Unit), amount(total, field.Unit)), mendOrSay))
	}
}

// firstMonthMost is the part of a year's work, in per cent, that its first month
// may bring. More is most often a percentage since the start of works, or last
// year's carried on.
const firstMonthMost = 50

// firstMonth looks for percentages of the year that stand too high in January.
func (c *checking) firstMonth() {
	r := c.report()
	v, ok := number(r.Properties, geo.ActualProgress)
	if !ok || v <= firstMonthMost || r.Date.Time().Month() != time.January || c.fromStart(r) {
		return
	}
	field := c.field(geo.ActualProgress)
	f := c.impossible(field, v)
	f.Against = float64(firstMonthMost)
	c.excuse(f.say(textf("一月即完成年度的 %s，疑为开工以来累计或上年数", "January has %s of the year's work; it looks like the works since their start, or like last year's figure",
		amount(v, field.Unit)), mendOrSay))
}

// most are concentrations that no river or lake of a city has, in mg/L: several
// times those of untreated sewage (GB/T 31962-2015 table 1 limits what may enter
// a sewer to COD 500, BOD5 350, NH3-N 45, TN 70, TP 8); for oxygen twice the
// saturation at 0 °C.
var most = map[string]float64{"do": 30, "codmn": 1000, "cod": 5000, "bod5": 3000, "nh3n": 500, "tp": 100, "tn": 700}

// absurd looks for samples that were never taken from a river.
func (c *checking) absurd() {
	for _, field := range c.decl.Reports {
		limit, ok := most[field.Name]
		v, has := number(c.report().Properties, field.Name)
		if !ok || !has || v <= limit {
			continue
		}
		f := c.impossible(field, v)
		f.Against = limit
		c.excuse(f.say(textf("%[1]s %[3]s 超出水体可能的范围（%[4]s 以内）", "%[2]s %[3]s is more than any water has (up to %[4]s)",
			field.Title.ZH, english(field), amount(v, field.Unit), amount(limit, field.Unit)), mendOrSay))
	}
}

// late looks whether the report came in after its due day.
func (c *checking) late() {
	r := c.report()
	on := r.Properties.Date(ReportedOn)
	if on == 0 || !monthly(c.decl) || r.Properties.Text(basis) == madeUp {
		return
	}
	due := c.desk.Due(c.item, r.Date)
	if on <= due {
		return
	}
	f := c.desk.finding(Late, c.item, r.Date)
	f.Field, f.Value, f.Against, f.Due = ReportedOn, on, due, due
	c.add(f.say(textf("%s 的报告应于 %s 前报送，%s 方报送，迟 %d 天", "The report of %s was due on %s and came on %s, %d days late", r.Date, due, on, int(on-due)), mendLate))
}

// Due is the day by which the report of the month of date must be in.
func (d *Desk) Due(i snapshot.Item, date geo.Date) geo.Date {
	return d.book.Due(i.Layer(), i.District(), d.Unit(i), date.MonthEnd())
}

// With gives a feature's reports with r in its place, and the index of r.
func With(reports []geo.Report, r geo.Report) ([]geo.Report, int) {
	n, there := slices.BinarySearchFunc(reports, r, func(x, y geo.Report) int { return cmp.Compare(x.Date, y.Date) })
	out := slices.Clone(reports)
	if there {
		out[n] = r
	} else {
		out = slices.Insert(out, n, r)
	}
	return out, n
}
