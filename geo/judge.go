package geo

import (
	"math"
	"slices"
)

// LightAt gives light and overdue of Judge, without words and without looking
// for the day since when.
func (r *LightRule) LightAt(f *Facts, at Date) (light Light, overdue bool) {
	j := r.judge(f)
	found := j.find(at)
	return found.light, found.overdue
}

// Judge gives the verdict on a feature at a day; facts of later days are not
// looked at.
func (r *LightRule) Judge(f *Facts, at Date) Verdict {
	if r.Kind == NoRule {
		return Verdict{}
	}
	j := r.judge(f)
	var room [turnRoom]turn
	s := j.runs(j.timeline(at, room[:0]), j.find(at).light)
	return j.explain(&s, at)
}

// Explain is Judge where it is known how the feature stands on the day: the days
// before need not be judged again to tell since when.
func (r *LightRule) Explain(f *Facts, s Standing, at Date) Verdict {
	if r.Kind == NoRule {
		return Verdict{}
	}
	j := r.judge(f)
	return j.explain(&s, at)
}

func (j *judge) explain(s *Standing, at Date) Verdict {
	found := j.find(at)
	v := j.verdict(&found, at, s.monthsBehind(at))
	v.Since = s.Since
	v.Ruling = j.f.ruling(at)
	return v
}

// runs gives a light with the days since when it is so.
func (j *judge) runs(turns []turn, light Light) Standing {
	s := Standing{Light: light}
	if light != None {
		s.Since = runStart(turns, light, light)
	}
	if light >= Yellow {
		s.Bad = runStart(turns, Yellow, Red)
	}
	return s
}

// judge is one feature before its rule: what is asked again and again on the
// days of its life, looked up once.
type judge struct {
	r    *LightRule
	f    *Facts
	base Limits // under the rows
	rows ladder
	now  Limits // what limits gave last

	soonest int      // workday on which a report may be due at the soonest
	asked   entryFor // by entry, last

	own      Year // the feature's own row as an entry of the register; Year 0 = it holds for all years
	unissued bool // the own row was carried over and waits for its plan
	bySteps  bool // measured by milestones
	lake     bool
}

func (r *LightRule) judge(f *Facts) judge {
	p := f.Properties
	j := judge{r: r, f: f, base: DefaultLimits, rows: f.Book.ladder(f.Layer, f.District)}
	j.base.Yellow, j.base.Red = r.yellow(), r.red()
	j.soonest = j.rows.soonest(j.base.DueWorkday)
	switch r.Kind {
	case ProgressRule:
		j.own = Year{Year: whole(p, r.Year), Issued: day(p, r.Issued), Outcome: word(p, r.State), Decided: day(p, r.StateAt), Removed: day(p, r.Removed)}
		j.bySteps = r.Measure != "" && len(f.Milestones) > 0 && p.Text(r.Measure) == r.MilestoneValue
		if len(f.Years) > 0 { // else it is the first entry
			j.own.Goal = word(p, r.Goal)
			j.unissued = j.waits(&j.own)
		}
	case DeadlineRule:
		j.own = Year{Outcome: word(p, r.State), Decided: day(p, r.StateAt)}
	case WaterRule:
		j.lake = r.Lake != "" && p.Text(r.Lake) == r.LakeValue
	}
	return j
}

// word, day and whole give a value of the field that a rule names, zero where it
// names none.
func word(p Properties, field string) string {
	if field == "" {
		return ""
	}
	return p.Text(field)
}

func day(p Properties, field string) Date {
	if field == "" {
		return 0
	}
	return p.Date(field)
}

func whole(p Properties, field string) int {
	if field == "" {
		return 0
	}
	n, _ := p[field].(int64)
	return int(n)
}

// number gives a number; those that are none (NaN, infinite) are not there.
func number(p Properties, field string) (float64, bool) {
	x, ok := p.Float(field)
	return x, ok && !math.IsNaN(x) && !math.IsInf(x, 0)
}

// Limits gives the limits that hold for a layer with this rule in a district on
// a day: the rulebook's rows, then the rule's own numbers, then DefaultLimits.
func (r *LightRule) Limits(b *Rulebook, layer LayerID, district string, at Date) Limits {
	j := r.judge(&Facts{Layer: layer, District: district, Book: b})
	return *j.limits(at)
}

// limits gives the limits of a day; they are good until it is asked again.
func (j *judge) limits(at Date) *Limits {
	if j.rows.empty() {
		return &j.base
	}
	j.now = j.rows.at(at, j.base)
	return &j.now
}

// find applies the rule on a day. It allocates nothing: a snapshot judges
// millions.
func (j *judge) find(at Date) finding {
	switch j.r.Kind {
	case ProgressRule:
		return j.progress(at)
	case WaterRule:
		return j.water(at)
	case DeadlineRule:
		return j.deadline(at)
	case FilterRule:
		return j.filter(at)
	}
	return finding{}
}

// until gives the reports up to a day.
func (j *judge) until(at Date) []Report {
	reports := j.f.Reports
	n := len(reports)
	for n > 0 && reports[n-1].Date > at {
		n--
	}
	return reports[:n]
}

// settled reports whether a report of that day may be judged by.
func (j *judge) settled(day Date) bool {
	p, ok := j.f.Book.Period(j.f.Layer, j.f.District, j.unit(), day)
	return ok && p.settled()
}

func (j *judge) unit() string {
	if j.f.Unit != "" {
		return j.f.Unit
	}
	return word(j.f.Properties, j.r.Unit)
}

// ruling gives the ruling in force on a day: of several the latest begun.
func (f *Facts) ruling(at Date) *Ruling {
	var in *Ruling
	for i := range f.Rulings {
		r := &f.Rulings[i]
		if r.From <= at && (r.Until == 0 || at <= r.Until) && (in == nil || r.From >= in.From) {
			in = r
		}
	}
	if in == nil {
		return nil
	}
	out := *in // the snapshot's own is shared
	return &out
}

// halt gives the halt of works in force on a day.
func (f *Facts) halt(at Date) *Span {
	for i := range f.Halts {
		if h := &f.Halts[i]; h.From <= at && (h.To == 0 || at <= h.To) {
			return h
		}
	}
	return nil
}

// turn is a day from which a verdict holds; day 0 is before all that is dated.
type turn struct {
	day     Date
	light   Light
	overdue bool
	fact    bool // something was reported or decided, or fell due, on the day
	undated bool // nobody says since when it is so
	cause   cause
}

// turnRoom is how many turns a feature's life takes as a rule: two years of
// months, and some.
const turnRoom = 48

// mark is a day on which the verdict may change: twice the day, one more where
// it is that of a fact.
type mark int64

// timeline gives the lights of a feature's life up to a day, in order of days,
// the first from before all that is dated. Only facts of a turn's own day and
// before make it, so a later timeline begins with an earlier one.
func (j *judge) timeline(at Date, turns []turn) []turn {
	var room [turnRoom]mark
	marks := j.marks(at, room[:0])
	slices.Sort(marks)
	first, _ := j.turn(1)
	first.day = 0
	turns = append(turns, first)
	for i, m := range marks {
		d, next := Date(m>>1), at+1
		if i+1 < len(marks) {
			next = Date(marks[i+1] >> 1)
		}
		if next == d {
			continue
		}
		t, last := j.turn(d)
		if t.fact = m&1 == 1; t.fact || t.differs(&turns[len(turns)-1]) {
			turns = append(turns, t)
		}
		// Between two marks a report may become overdue.
		if last != 0 && !t.overdue && j.mayBeOverdue(last, next) {
			if due := j.nextDue(last); due >= d && due+1 < next {
				t, _ = j.turn(due + 1)
				turns = append(turns, t)
			}
		}
	}
	return turns
}

func (t *turn) differs(o *turn) bool {
	return t.light != o.light || t.overdue != o.overdue || t.cause != o.cause
}

// turn judges a day, and gives the day of the latest report.
func (j *judge) turn(day Date) (t turn, last Date) {
	f := j.find(day)
	return turn{day: day, light: f.light, overdue: f.overdue, undated: f.undated, cause: f.cause}, f.last
}

// marks lists the days up to at on which the verdict may change, in no order.
func (j *judge) marks(at Date, marks []mark) []mark {
	add := func(d Date, fact bool) {
		if d > 0 && d <= at {
			m := mark(d) << 1
			if fact {
				m++
			}
			marks = append(marks, m)
		}
	}
	for i := range j.f.Reports {
		add(j.f.Reports[i].Date, true)
	}
	switch j.r.Kind {
	case ProgressRule:
		j.rows.turns(add)
		j.registerDays(add)
		j.milestoneDays(add)
	case WaterRule:
		j.sampleDays(add)
	case DeadlineRule:
		add(j.own.Decided, true)
		add(day(j.f.Properties, j.r.From), true)
		if due := day(j.f.Properties, j.r.Due); due != 0 {
			add(due+1, true)
		}
	case FilterRule:
		j.expressionDays(add)
	}
	return marks
}

// runStart gives the first day of the run of lights between lo and hi that ends
// the timeline; 0 where nothing dated tells when it came.
func runStart(turns []turn, lo, hi Light) Date {
	i := len(turns)
	for i > 0 && turns[i-1].light >= lo && turns[i-1].light <= hi {
		i--
	}
	if i == len(turns) || turns[i].undated {
		return 0
	}
	return turns[i].day
}

// monthsBehind counts the calendar months in which a light that is not green, or
// a worse one, has stood, the one it came in among them; 0 where that is not known.
func (s *Standing) monthsBehind(at Date) int {
	start := s.Bad
	if s.Light == Red {
		start = s.Since
	}
	if s.Light < Yellow || start == 0 {
		return 0
	}
	return at.MonthsSince(start) + 1
}

// later adds days to a date and stays within what a Date holds.
func later(d Date, days int) Date {
	return Date(min(int64(d)+int64(max(days, 0)), int64(never)))
}

// never is after all days.
const never Date = math.MaxInt32
