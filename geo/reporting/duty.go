package reporting

import (
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Filter narrows what is looked at; empty members narrow nothing.
type Filter struct {
	Layer    geo.LayerID
	District string
	Unit     string
	Month    geo.Date // any day of it
	Kind     Kind
	Only     *snapshot.Item // one feature
}

// Duty is a report that is expected of a feature for a month.
type Duty struct {
	Item   snapshot.Item
	Month  geo.Date    // its last day
	Report *geo.Report // what came, the latest of the month; nil = nothing yet
}

// layers gives the layers a filter asks for.
func (d *Desk) layers(f Filter) []*snapshot.Layer {
	if f.Layer == "" {
		return d.snap.Layers()
	}
	if l, ok := d.snap.Layer(f.Layer); ok {
		return []*snapshot.Layer{l}
	}
	return nil
}

func (d *Desk) holds(f *Filter, i snapshot.Item) bool {
	return (f.Only == nil || *f.Only == i) && (f.District == "" || f.District == i.District()) && (f.Unit == "" || d.UnitName(i.District(), f.Unit) == d.Unit(i))
}

// Duties lists the reports expected: of every month since a feature's plan of
// the year was issued, or else it has its first report or plan of a month, up to
// the month of its district's date, while the year's goal is open. A project in
// the register without either is 未填报, and bound to no month.
func (d *Desk) Duties(f Filter) []Duty {
	var out []Duty
	for _, l := range d.layers(f) {
		if !monthly(l.Decl()) {
			continue
		}
		for i := range l.All {
			if d.holds(&f, i) {
				out = d.duties(out, i, d.Reports(i), f.Month)
			}
		}
	}
	return out
}

// DutiesOf lists those of one feature.
func (d *Desk) DutiesOf(i snapshot.Item) []Duty {
	if !monthly(d.decl(i)) {
		return nil
	}
	return d.duties(nil, i, d.Reports(i), 0)
}

// duties adds those of one feature; month 0 is every month.
func (d *Desk) duties(to []Duty, i snapshot.Item, reports []geo.Report, month geo.Date) []Duty {
	first, last := d.span(i, reports)
	for end := first.MonthEnd(); first != 0 && end <= last.MonthEnd(); end = (end + 1).MonthEnd() {
		if month != 0 && !month.SameMonth(end) {
			continue
		}
		to = append(to, Duty{Item: i, Month: end, Report: told(d.decl(i), reports, end)})
	}
	return to
}

// told finds the latest report of a month that tells of what was done.
func told(l *geo.Layer, reports []geo.Report, month geo.Date) *geo.Report {
	for n := len(reports) - 1; n >= 0; n-- {
		if r := &reports[n]; r.Date.SameMonth(month) && Told(l, r.Properties) {
			return r
		}
	}
	return nil
}

// span gives the first and the last day for whose months reports are expected;
// first is 0 where none are. Reports that are made up bind nobody.
func (d *Desk) span(i snapshot.Item, reports []geo.Report) (first, last geo.Date) {
	l, today := d.decl(i), d.Day(i)
	rule := &l.Light
	year := today.Time().Year()
	if y, ok := i.Value(rule.Year).(int64); ok && rule.Year != "" {
		year = int(y)
	}
	begin, end := geo.NewDate(year, time.January, 1), geo.NewDate(year, time.December, 31)
	for n := range reports {
		if r := &reports[n]; r.Date >= begin && r.Date <= end {
			if r.Properties.Text(basis) == madeUp {
				return 0, 0
			}
			if first == 0 {
				first = r.Date
			}
		}
	}
	if issued := dateOf(i, rule.Issued); rule.Year != "" && issued != 0 && i.Value(rule.Year) != nil {
		if issued > end {
			return 0, 0
		}
		first = max(issued, begin) // in a year whose plan was issued late, from that month on
	}
	return first, min(d.ends(i, today), end)
}

// ends gives the last day a report is expected for: that on which the year's
// goal was decided, the feature left the register, or today.
func (d *Desk) ends(i snapshot.Item, today geo.Date) geo.Date {
	rule := &d.decl(i).Light
	if slices.Contains(rule.Finished, i.Text(rule.Lifecycle)) {
		return 0
	}
	state := i.Text(rule.State)
	if slices.Contains(rule.Done, state) || slices.Contains(rule.Failed, state) || slices.Contains(rule.Stopped, state) {
		today = min(today, dateOf(i, rule.StateAt))
	}
	if removed := dateOf(i, rule.Removed); removed != 0 {
		today = min(today, removed)
	}
	return today
}

func dateOf(i snapshot.Item, field string) geo.Date {
	day, _ := i.Value(field).(geo.Date)
	return day
}

// Findings lists what is wrong with the reports that are there and with those
// that are not, in order of layer, feature and date.
func (d *Desk) Findings(f Filter) []Finding {
	var out []Finding
	for _, l := range d.layers(f) {
		if len(l.Decl().Reports) == 0 {
			continue
		}
		for i := range l.All {
			if d.holds(&f, i) {
				out = append(out, d.Of(i, f)...)
			}
		}
	}
	return out
}

// Of lists the findings of one feature.
func (d *Desk) Of(i snapshot.Item, f Filter) []Finding {
	reports := d.Reports(i)
	c := d.checking(i, reports)
	for n := range reports {
		if f.Month == 0 || f.Month.SameMonth(reports[n].Date) {
			c.check(n)
		}
	}
	out := c.found
	if today := c.today; monthly(c.decl) {
		for _, duty := range d.duties(nil, i, reports, f.Month) {
			if duty.Report != nil {
				continue
			}
			if due := d.Due(i, duty.Month); due < today {
				out = append(out, d.missing(duty, due, today))
			}
		}
	}
	if f.Kind != "" {
		out = slices.DeleteFunc(out, func(x Finding) bool { return x.Kind != f.Kind })
	}
	slices.SortStableFunc(out, func(x, y Finding) int { return int(x.Date) - int(y.Date) })
	return out
}

func (d *Desk) missing(duty Duty, due, today geo.Date) Finding {
	f := d.finding(Missing, duty.Item, duty.Month)
	f.Due = due
	return f.say(textf("%s 的报告应于 %s 前报送，已逾期 %d 天未报", "The report of %s was due on %s and is missing for %d days", duty.Month, due, int(today-due)), mendEnter)
}
