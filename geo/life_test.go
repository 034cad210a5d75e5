package geo_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
)

// A life is a feature with random facts, all between two days.
type life struct {
	rule  geo.LightRule
	facts geo.Facts
}

const (
	lifeFrom = "2021-11-01"
	lifeTo   = "2023-04-30"
)

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func maybe(r *rand.Rand, share float64, do func()) {
	if r.Float64() < share {
		do()
	}
}

func randomDay(r *rand.Rand) geo.Date {
	from := day(lifeFrom)
	return from + geo.Date(1+r.IntN(int(day(lifeTo)-from)-1))
}

func randomLife(r *rand.Rand) life {
	l := life{facts: geo.Facts{Layer: "project", District: "putuo", Properties: geo.Properties{}, Book: randomBook(r)}}
	switch r.IntN(6) {
	case 0:
		l.rule = geo.LightRule{Kind: geo.WaterRule, Target: "target", Lake: "kind", LakeValue: "湖库"}
		l.facts.Properties = geo.Properties{"target": pick(r, geo.WaterClasses...), "kind": pick(r, "河流", "湖库")}
		l.sampled(r)
	case 1:
		l.rule = geo.LightRule{Kind: geo.DeadlineRule, State: "state", StateAt: "closed", Done: []string{"销项"}, Due: "due", From: "found"}
		for _, field := range []string{"closed", "due", "found"} {
			maybe(r, 0.7, func() { l.facts.Properties[field] = randomDay(r) })
		}
		maybe(r, 0.5, func() { l.facts.Properties["state"] = "销项" })
	case 2:
		l.rule = geo.LightRule{Kind: geo.FilterRule, RedWhen: "today > due", YellowWhen: "today >= DATE('2022-06-15')", GreenWhen: "today >= due2"}
		l.facts.Properties = geo.Properties{"due": randomDay(r), "due2": randomDay(r)}
		l.facts.Holds = l.holds
	default:
		l.built(r)
	}
	l.attended(r)
	return l
}

// holds evaluates the three expressions above.
func (l *life) holds(expr string, at geo.Date) bool {
	switch expr {
	case l.rule.RedWhen:
		return at > l.facts.Properties.Date("due")
	case l.rule.YellowWhen:
		return at >= day("2022-06-15")
	}
	return at >= l.facts.Properties.Date("due2")
}

func (l *life) sampled(r *rand.Rand) {
	for d := day(lifeFrom) + geo.Date(r.IntN(40)); d < day(lifeTo); d += geo.Date(20 + r.IntN(30)) {
		l.facts.Reports = append(l.facts.Reports, geo.Report{Date: d, Properties: geo.Properties{
			"do": 1 + 8*r.Float64(), "nh3n": 2 * r.Float64(), "tp": 0.2 * r.Float64(), "tn": 2 * r.Float64()}})
	}
}

// built makes a project, with or without a yearly register.
func (l *life) built(r *rand.Rand) {
	l.rule = progressRule()
	p := l.facts.Properties
	maybe(r, 0.5, func() { p["outcome"] = pick(r, "完成", "滞后", "无法完成", "停止", "其他") })
	maybe(r, 0.7, func() { p["decided"] = randomDay(r) })
	maybe(r, 0.6, func() {
		l.rule.Year, l.rule.Issued, l.rule.Goal, l.rule.Removed = "year", "issued", "goal", "removed"
		l.rule.Lifecycle, l.rule.Finished = "lifecycle", []string{"竣工"}
		p["year"] = pick[int64](r, 2022, 2023)
		maybe(r, 0.3, func() { p["issued"] = randomDay(r) })
		maybe(r, 0.5, func() { p["goal"] = "封顶" })
		maybe(r, 0.2, func() { p["removed"] = randomDay(r) })
		maybe(r, 0.3, func() { p["lifecycle"] = "竣工" })
		for year := 2021; year <= 2023; year++ {
			maybe(r, 0.4, func() {
				y := geo.Year{Year: year, Outcome: pick(r, "", "完成", "无法完成")}
				maybe(r, 0.5, func() { y.Issued = randomDay(r) })
				maybe(r, 0.3, func() { y.Goal = "开工" })
				maybe(r, 0.5, func() { y.Decided = randomDay(r) })
				maybe(r, 0.2, func() { y.Removed = randomDay(r) })
				l.facts.Years = append(l.facts.Years, y)
			})
		}
	})
	l.rule.Measure, l.rule.MilestoneValue = "measure", "节点"
	maybe(r, 0.3, func() { p["measure"] = "节点" })
	maybe(r, 0.3, func() {
		for range 1 + r.IntN(4) {
			m := geo.Milestone{Name: "封顶"}
			maybe(r, 0.9, func() { m.Planned = randomDay(r) })
			maybe(r, 0.5, func() { m.Actual = randomDay(r) })
			l.facts.Milestones = append(l.facts.Milestones, m)
		}
	})
	l.reported(r)
}

func (l *life) reported(r *rand.Rand) {
	by := 0.0
	for end := day(lifeFrom).MonthEnd(); end < day(lifeTo); end = (end + 1).MonthEnd() {
		by = max(0, by+pick(r, 0, 0, 0, 0, 10.0, -10, 8, -8))
		maybe(r, 0.85, func() {
			p := geo.Properties{}
			maybe(r, 0.9, func() { p[geo.PlannedProgress], p[geo.ActualProgress] = 60.0, 60-by })
			maybe(r, 0.3, func() { p[geo.PlannedInvestment], p[geo.ActualInvestment] = 2.0, r.Float64()*2 })
			l.facts.Reports = append(l.facts.Reports, geo.Report{Date: end, Properties: p})
		})
	}
}

// attended adds what people did.
func (l *life) attended(r *rand.Rand) {
	maybe(r, 0.3, func() {
		l.facts.Rulings = append(l.facts.Rulings, geo.Ruling{Light: geo.Green, From: randomDay(r), Until: randomDay(r)})
	})
	maybe(r, 0.3, func() { l.facts.Halts = append(l.facts.Halts, geo.Span{From: randomDay(r), To: randomDay(r)}) })
	actions := []geo.Action{geo.Acknowledge, geo.Assign, geo.Comment, geo.Confirm, geo.Confirm, geo.Decline, geo.Close, geo.Close, geo.Reopen}
	raised := l.rule.Warnings(&l.facts, day(lifeTo))
	if len(raised) == 0 {
		return
	}
	for range r.IntN(8) {
		s := geo.Step{Warning: pick(r, raised...).Key, Action: pick(r, actions...), Date: randomDay(r), Actor: "王科长", Unit: "市政中心"}
		maybe(r, 0.2, func() { s.Warning = string(pick(r, l.rule.Kind, geo.OverdueRule)) + "/" + randomDay(r).String() })
		l.facts.Steps = append(l.facts.Steps, s)
	}
	slices.SortStableFunc(l.facts.Steps, func(a, b geo.Step) int { return int(a.Date - b.Date) })
}

func randomBook(r *rand.Rand) *geo.Rulebook {
	var rows []geo.Threshold
	for range pick(r, 0, 0, 1, 3) {
		t := geo.Threshold{Layer: pick[geo.LayerID](r, "", "project"), District: pick(r, "", "putuo")}
		maybe(r, 0.7, func() { t.From = randomDay(r) })
		maybe(r, 0.5, func() { t.Yellow = ptr(pick(r, 0.0, 3, 8)) })
		maybe(r, 0.5, func() { t.LateYellow = ptr(r.IntN(20)) })
		maybe(r, 0.5, func() { t.Remind, t.Coordinate = ptr(r.IntN(4)), ptr(r.IntN(4)) })
		maybe(r, 0.5, func() { t.Supervise = ptr(r.IntN(4)) })
		maybe(r, 0.3, func() { t.ApprovedOnly = ptr(true) })
		maybe(r, 0.5, func() { t.DueWorkday = ptr(1 + r.IntN(12)) })
		rows = append(rows, t)
	}
	var periods []geo.Period
	for end := day(lifeFrom).MonthEnd(); end < day(lifeTo); end = (end + 1).MonthEnd() {
		maybe(r, 0.5, func() {
			p := geo.Period{Layer: "project", Date: end, State: pick(r, geo.PeriodStates...)}
			maybe(r, 0.1, func() { p.Due = end + geo.Date(r.IntN(20)) })
			periods = append(periods, p)
		})
	}
	return geo.NewRulebook(rows, nil, periods)
}

// lives runs a test on random lives, each day of each.
func lives(t *testing.T, each func(l *life, at geo.Date) string) {
	for n := range 200 {
		seed := uint64(n)
		l := randomLife(rand.New(rand.NewPCG(seed, 7)))
		for at := day(lifeFrom); at <= day(lifeTo); at++ {
			if fault := each(&l, at); fault != "" {
				t.Fatalf("seed %d, rule %s, on %s: %s\nfacts %+v", seed, l.rule.Kind, at, fault, l.facts)
			}
		}
	}
}

func TestStandingAgreesWithVerdictAndWarnings(t *testing.T) {
	lives(t, func(l *life, at geo.Date) string {
		return standsAs(&l.rule, &l.facts, at, l.rule.Warnings(&l.facts, at))
	})
}

// What was said of a day stays said: later days add steps and take none back.
func TestWarningsNeverRewriteThePast(t *testing.T) {
	var earlier []geo.Warning
	lives(t, func(l *life, at geo.Date) string {
		if at == day(lifeFrom) {
			earlier = nil
		}
		now := l.rule.Warnings(&l.facts, at)
		keys := map[string]bool{}
		for _, w := range now {
			if keys[w.Key] || w.Level < 1 || len(w.Steps) == 0 || w.Proposed && w.Level != 2 {
				return "unsound " + told(w)
			}
			keys[w.Key] = true
		}
		for _, was := range earlier {
			i := slices.IndexFunc(now, func(w geo.Warning) bool { return w.Key == was.Key })
			if i < 0 || len(now[i].Steps) < len(was.Steps) || !reflect.DeepEqual(now[i].Steps[:len(was.Steps)], was.Steps) {
				return fmt.Sprintf("was %s, is %+v", told(was), now)
			}
			for _, s := range now[i].Steps[len(was.Steps):] {
				if s.Date != at {
					return fmt.Sprintf("was %s, is %s: a step of %s was not there before", told(was), told(now[i]), s.Date)
				}
			}
		}
		earlier = now
		return ""
	})
}

// The days since when, and the levels, found by looking at every single day.
func TestDatesAndLevelsAreThoseOfCountingDays(t *testing.T) {
	var light geo.Light
	var since, bad, red geo.Date
	lives(t, func(l *life, at geo.Date) string {
		now, _ := l.rule.LightAt(&l.facts, at)
		if at == day(lifeFrom) {
			light, since, bad, red = now, 0, 0, 0
			return ""
		}
		if l.rule.Kind == geo.WaterRule { // days before the month's sample are none, and do not end a run
			return ""
		}
		if now != light {
			if light < geo.Yellow {
				bad = at
			}
			light, since = now, at
			if now == geo.Red {
				red = at
			}
		}
		v := l.rule.Judge(&l.facts, at)
		undated := v.Since == 0 && (v.By == geo.ByGoal || v.By == geo.ByDeadline)
		if light != geo.None && since != 0 && v.Since != since && !undated {
			return fmt.Sprintf("%s %s since %q, want %q", v.Light, v.Reason.ZH, v.Since, since)
		}
		if at%5 != 0 || l.facts.Steps != nil || light < geo.Yellow || bad == 0 || undated {
			return ""
		}
		return levelByDays(l, at, bad, red)
	})
}

// levelByDays checks the level of a light that nobody has dealt with.
func levelByDays(l *life, at, bad, red geo.Date) string {
	want := 0
	for d := bad; d <= at; d++ {
		limits := l.rule.Limits(l.facts.Book, l.facts.Layer, l.facts.District, d)
		switch was, _ := l.rule.LightAt(&l.facts, d); {
		case was == geo.Red, d >= bad.AddMonths(limits.Coordinate):
			want = 2
		case d >= bad.AddMonths(limits.Remind):
			want = max(want, 1)
		}
	}
	s := l.rule.Stand(&l.facts, at)
	if s.Bad != bad {
		return fmt.Sprintf("bad since %s, want %s", s.Bad, bad)
	}
	if late := s.Overdue && want == 0; int(s.Level) != want && !late {
		return fmt.Sprintf("level %d, want %d; bad since %s", s.Level, want, bad)
	}
	if s.Light == geo.Red && !s.Proposed {
		limits := l.rule.Limits(l.facts.Book, l.facts.Layer, l.facts.District, at)
		if at >= red.AddMonths(limits.Supervise) {
			return fmt.Sprintf("red since %s, and 督办 is not proposed", red)
		}
	}
	return ""
}

// A day is judged by what was there on the day.
func TestFactsOfLaterDaysAreNotLookedAt(t *testing.T) {
	lives(t, func(l *life, at geo.Date) string {
		if at%7 != 0 {
			return ""
		}
		f := l.facts
		f.Reports = slices.DeleteFunc(slices.Clone(f.Reports), func(r geo.Report) bool { return r.Date > at })
		f.Steps = slices.DeleteFunc(slices.Clone(f.Steps), func(s geo.Step) bool { return s.Date > at })
		f.Rulings = slices.DeleteFunc(slices.Clone(f.Rulings), func(r geo.Ruling) bool { return r.From > at })
		f.Halts = slices.DeleteFunc(slices.Clone(f.Halts), func(s geo.Span) bool { return s.From > at })
		f.Years = slices.DeleteFunc(slices.Clone(f.Years), func(y geo.Year) bool { return y.Year > at.Year() })
		f.Milestones = slices.Clone(f.Milestones)
		for i := range f.Milestones {
			if f.Milestones[i].Actual > at {
				f.Milestones[i].Actual = 0
			}
		}
		if a, b := l.rule.Judge(&l.facts, at), l.rule.Judge(&f, at); !reflect.DeepEqual(a, b) {
			return fmt.Sprintf("%+v, without later facts %+v", a, b)
		}
		if a, b := l.rule.Warnings(&l.facts, at), l.rule.Warnings(&f, at); !reflect.DeepEqual(a, b) {
			return fmt.Sprintf("%+v, without later facts %+v", a, b)
		}
		return ""
	})
}

// FuzzJudging judges odd facts: days in disorder, numbers that are none.
func FuzzJudging(f *testing.F) {
	for n := range uint64(12) {
		f.Add(n, int64(day("2022-12-31")))
	}
	f.Fuzz(func(t *testing.T, seed uint64, at int64) {
		r := rand.New(rand.NewPCG(seed, 11))
		l := randomLife(r)
		odd := []geo.Date{0, -1, 1, -1 << 31, 1<<31 - 1, geo.Date(at)}
		for i := range l.facts.Reports {
			maybe(r, 0.2, func() { l.facts.Reports[i].Date = pick(r, odd...) })
			maybe(r, 0.1, func() { l.facts.Reports[i].Properties = nil })
		}
		for i := range l.facts.Milestones {
			maybe(r, 0.3, func() { l.facts.Milestones[i].Planned = pick(r, odd...) })
		}
		for i := range l.facts.Steps {
			maybe(r, 0.3, func() { l.facts.Steps[i].Date = pick(r, odd...) })
			maybe(r, 0.3, func() {
				l.facts.Steps[i].Warning = pick(r, "", "/", "progress", "progress/x", strings.Repeat("/", 9))
			})
		}
		for field := range l.facts.Properties {
			maybe(r, 0.1, func() { l.facts.Properties[field] = pick[any](r, nil, odd[0], odd[3], odd[4], 7, "完成", int64(-1)) })
		}
		for _, day := range append(odd, randomDay(r)) {
			l.rule.Judge(&l.facts, day)
			l.rule.LightAt(&l.facts, day)
			l.rule.Stand(&l.facts, day)
			l.rule.Warnings(&l.facts, day)
		}
	})
}
