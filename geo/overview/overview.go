package overview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/exact"
	"yiping/geo/snapshot"
)

// Overview is a part of the city added up.
type Overview struct {
	Filter Filter
	Day    geo.Date // that the part is judged at
	Counts snapshot.LightCounts

	Lifecycle  []Named // in the order of a project's life, then others by name
	Investment Investment
	Goals      Goals
	Warnings   Warnings
	Month      Month
	Worst      []Worst // at most ten

	RankedBy                 Measure
	Units, Categories, Towns []Rank
}

// Measure is what rankings go by.
type Measure string

// The measures: the completion of the year's plan of investment where any
// project of the part has one, else of the year's goals.
const (
	ByInvestment Measure = "investment"
	ByGoals      Measure = "goals"
)

// Named is a count by name; "" = not said.
type Named struct {
	Name string
	N    int
}

// Investment is in 亿元. Completion is 100 × Covered ÷ Planned: the share of the
// year's plan that was made, over the projects that have one.
type Investment struct {
	Total   float64 // 总投资
	Planned float64 // 年度计划投资
	Due     float64 // planned up to the last reports
	Actual  float64 // made this year
	Covered float64 // of it by projects with a plan of the year

	Completion float64
	Known      bool // there is a plan to hold it against
}

// Goals are those of the year.
type Goals struct {
	Done, Of   int // reached; of all with an entry in force
	Completion float64
	Known      bool
}

// Warnings counts open warnings by level.
type Warnings struct {
	Total, Remind, Coordinate, Supervise int
	Proposed                             int // for 督办, not yet confirmed
}

// Month is what moved since the end of the month before.
type Month struct {
	Since  geo.Date
	Counts snapshot.LightCounts // then, of the projects of today
	Moved  []Move               // by light then, then by light now
}

// Move counts projects that went from one light to another.
type Move struct {
	From, To geo.Light
	N        int
}

// Worst is a project of concern.
type Worst struct {
	Item snapshot.Item
	Gap  float64  // points behind plan
	Bad  geo.Date // since when it is not green; 0 = not known
}

// Rank is a unit, category or town in its ranking. Equals share a place; one
// without a name, or a plan or goal to measure by, has none (0).
type Rank struct {
	Name       string
	Counts     snapshot.LightCounts
	Investment Investment
	Goals      Goals
	Warnings   Warnings
	Place      int
}

// Of gives a part of the city. It is computed for the caller.
func (b *Board) Of(f Filter) *Overview {
	v := b.view(f)
	day := b.snap.Date(f.District)
	_, _, n := day.Time().Date()
	o := &Overview{Filter: f, Day: day, Counts: v.all.lights, Lifecycle: lifecycles(v.lifecycles),
		Investment: v.all.investment(), Goals: v.all.goals(), Warnings: v.all.warnings(),
		Month: v.all.month(day - geo.Date(n)), Worst: b.worst(v)}
	if o.RankedBy = ByGoals; o.Investment.Known {
		o.RankedBy = ByInvestment
	}
	for k, to := range [...]*[]Rank{&o.Units, &o.Categories, &o.Towns} {
		*to = ranking(v.groups[k], o.RankedBy)
	}
	return o
}

func lifecycles(m *btree.Map[string, int]) []Named {
	out := []Named{}
	m.Scan(func(name string, n int) bool {
		out = append(out, Named{name, n})
		return true
	})
	place := func(name string) int {
		if k := slices.Index(city.Lifecycle, name); k >= 0 {
			return k
		}
		return len(city.Lifecycle)
	}
	slices.SortStableFunc(out, func(a, b Named) int { return cmp.Compare(place(a.Name), place(b.Name)) })
	return out
}

func (t *tally) completion(by Measure) (float64, bool) {
	if by == ByGoals {
		g := t.goals()
		return g.Completion, g.Known
	}
	return percent(t.covered, t.planned)
}

func (t *tally) investment() Investment {
	out := Investment{Total: t.total.Float(), Planned: t.planned.Float(), Due: t.due.Float(), Actual: t.actual.Float(), Covered: t.covered.Float()}
	out.Completion, out.Known = percent(t.covered, t.planned)
	return out
}

func percent(a, of exact.Sum) (float64, bool) {
	x, ok := a.Share(of)
	return 100 * x, ok
}

func (t *tally) goals() Goals {
	out := Goals{Done: t.done, Of: t.listed}
	out.Completion, out.Known = percent(exact.Int(int64(t.done)), exact.Int(int64(t.listed)))
	return out
}

func (t *tally) warnings() Warnings {
	w := Warnings{Remind: t.warned[1], Coordinate: t.warned[2], Supervise: t.warned[3], Proposed: t.proposed}
	w.Total = w.Remind + w.Coordinate + w.Supervise
	return w
}

func (t *tally) month(since geo.Date) Month {
	m := Month{Since: since, Moved: []Move{}}
	for from := range t.moved {
		for to, n := range t.moved[from] {
			m.Counts[from] += n
			if from != to && n > 0 {
				m.Moved = append(m.Moved, Move{geo.Light(from), geo.Light(to), n})
			}
		}
	}
	return m
}

// listedWorst is how many projects of concern are named.
const listedWorst = 10

func (b *Board) worst(v *view) []Worst {
	out := []Worst{}
	l, ok := b.snap.Layer(city.Project)
	v.worst.Scan(func(c concern) bool {
		i, there := l.ByID(c.id)
		if !ok || !there {
			return false
		}
		out = append(out, Worst{Item: i, Gap: c.gap, Bad: c.bad})
		return len(out) < listedWorst
	})
	return out
}

// ranking orders groups by completion; equals share a place and stand by name.
func ranking(groups *btree.Map[string, *tally], by Measure) []Rank {
	type place struct {
		name       string
		tally      *tally
		completion float64 // -1 = without a plan or a name
	}
	places := make([]place, 0, groups.Len())
	groups.Scan(func(name string, t *tally) bool {
		p := place{name, t, -1}
		if x, ok := t.completion(by); ok && name != "" {
			p.completion = x
		}
		places = append(places, p)
		return true
	})
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.completion, a.completion) })
	out := make([]Rank, len(places))
	for k, p := range places {
		out[k] = Rank{Name: p.name, Counts: p.tally.lights, Investment: p.tally.investment(), Goals: p.tally.goals(), Warnings: p.tally.warnings()}
		switch {
		case p.completion < 0:
		case k > 0 && places[k-1].completion == p.completion:
			out[k].Place = out[k-1].Place
		default:
			out[k].Place = k + 1
		}
	}
	return out
}

// Where gives, in CQL2 text, the projects of the part for which the conditions
// hold too: those behind a number. Names that come of judging, as before and
// warning, are those of package cql.
func (f Filter) Where(conditions ...string) string {
	var all []string
	for _, c := range [...]struct{ name, is string }{{"district", f.District}, {"town", f.Town}, {"category", f.Category}, {"level", f.Level}, {Responsible, f.Unit}} {
		if c.is != "" {
			all = append(all, Is(c.name, c.is))
		}
	}
	return strings.Join(append(all, conditions...), " AND ")
}

// Is is the condition that a property has a text; "" stands for none.
func Is(property, text string) string {
	if text == "" {
		return property + " IS NULL"
	}
	return cql.Format(cql.Call{Op: "=", Args: []cql.Expr{cql.Property{Name: property}, cql.Text{Value: text}}})
}

// The conditions behind the numbers of an overview, beside its filter.
const (
	Registered  = "registered = TRUE"
	GoalReached = "outcome = '" + city.GoalDone + "'"
	Warned      = "warning >= 1"
	Proposed    = "proposed = TRUE"
)

// Responsible is the property that units are told apart by: whatever name the
// field unit has, it is the one that the unit goes by.
const Responsible = "responsible"

// Lit is the condition of a light, Moved of a move, AtLevel of a warning's level.
func Lit(l geo.Light) string { return Is("light", l.String()) }
func (m Move) Where() string {
	return Is("before", m.From.String()) + " AND " + Is("light", m.To.String())
}
func AtLevel(level int) string { return fmt.Sprintf("warning = %d", level) }
