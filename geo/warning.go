package geo

import (
	"cmp"
	"slices"
	"strings"
)

// Warnings gives all warnings that a feature has raised up to a day, in order of
// since; the last of each rule may be open.
//
// A warning is a fold over the lights of the feature's life and what people did:
// nothing is stored but people's steps, so every node and every day asked for
// agrees, and what a day's answer says stays in the answers of later days.
//
//   - A run of days whose light is yellow or red is one warning, from the day it
//     reaches level 1: yellow for Limits.Remind months. Yellow for
//     Limits.Coordinate months, or red at once, is level 2. Red for
//     Limits.Supervise months proposes 督办, which is level 3 when a person
//     confirms it; declined, it is proposed anew after as many months. A level is
//     not lowered within a run. Where nothing tells since when the light stands,
//     it is level 1 or 2 at once, and no months are counted.
//   - A report overdue raises level 1 under OverdueRule while it is missing.
//   - The run's end closes its warning. When the cause comes back, that is a new
//     run and a new warning; Reopened counts those before it.
//   - A person may close a warning while its cause stands. It stays closed until
//     the cause is found again: a later report, decision or due day that still
//     gives yellow or red, or a worse light. While it is closed no months run out;
//     what fell due meanwhile takes effect when it is open again.
//   - A person's step belongs to the warning with its key, else, where a
//     correction moved the first day of the run, to the warning of the same rule
//     that ran on the step's day. A step of a day on which its warning was not
//     raised changes nothing and is not listed.
func (r *LightRule) Warnings(f *Facts, at Date) []Warning {
	if r.Kind == NoRule {
		return nil
	}
	j := r.judge(f)
	h := history{turns: j.timeline(at, nil), steps: f.steps(at), at: at}
	h.runs = j.episodes(h.turns, nil)
	var out []Warning
	for i := range h.runs {
		w := j.fold(&h, i, true)
		if w.Level == 0 {
			continue
		}
		for k := range out {
			if out[k].Rule == w.Rule {
				w.Reopened++
			}
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b Warning) int { return cmp.Compare(a.Since, b.Since) })
	return out
}

// steps gives what people did up to a day, in order of time.
func (f *Facts) steps(at Date) []Step {
	if len(f.Steps) == 0 {
		return nil
	}
	steps := slices.DeleteFunc(slices.Clone(f.Steps), func(s Step) bool { return s.Date > at || s.Computed })
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), a.At.Compare(b.At))
	})
	return steps
}

// episode is an unbroken run of days with cause for a warning.
type episode struct {
	rule       Rule
	from, to   int  // its turns
	start, end Date // its first day, and the first after it; end 0 = it runs on
}

// named is the day in its key: that of its first light, or the day on which the
// report was due.
func (e *episode) named() Date {
	if e.rule == OverdueRule {
		return e.start - 1
	}
	return e.start
}

func (e *episode) key() string { return string(e.rule) + "/" + e.named().String() }

// covers reports whether a day lies in the run.
func (e *episode) covers(d Date) bool { return e.start <= d && (e.end == 0 || d < e.end) }

// episodes finds the runs of lights that are not green and of missing reports,
// in order of their ends.
func (j *judge) episodes(turns []turn, runs []episode) []episode {
	bad, late := -1, -1
	for i := range turns {
		runs = run(runs, j.r.Kind, turns, i, &bad, turns[i].light >= Yellow)
		runs = run(runs, OverdueRule, turns, i, &late, turns[i].overdue)
	}
	if late >= 0 {
		runs = append(runs, episode{rule: OverdueRule, from: late, to: len(turns), start: turns[late].day})
	}
	if bad >= 0 {
		runs = append(runs, episode{rule: j.r.Kind, from: bad, to: len(turns), start: turns[bad].day})
	}
	return runs
}

// run begins a run at turn i or ends it there.
func run(runs []episode, rule Rule, turns []turn, i int, from *int, in bool) []episode {
	switch {
	case in && *from < 0:
		*from = i
	case !in && *from >= 0:
		runs = append(runs, episode{rule: rule, from: *from, to: i, start: turns[*from].day, end: turns[i].day})
		*from = -1
	}
	return runs
}

// owner gives the run that a person's step belongs to, -1 for none. A key counts
// only once its run has begun: what is written today must not move tomorrow.
func owner(runs []episode, s *Step) int {
	rule, named, _ := strings.Cut(s.Warning, "/")
	day, err := ParseDate(named)
	if named == "" {
		day, err = 0, nil
	}
	at := -1
	for i := range runs {
		e := &runs[i]
		switch {
		case string(e.rule) != rule || e.start > s.Date:
		case err == nil && e.named() == day:
			return i
		case e.covers(s.Date):
			at = i
		}
	}
	return at
}

// history is what the warnings of a feature are folded from.
type history struct {
	turns []turn
	runs  []episode
	steps []Step
	at    Date // the last day
}

// fold tells what became of run n, with its steps where they are to be kept.
func (j *judge) fold(h *history, n int, keep bool) Warning {
	e := &h.runs[n]
	k := folding{j: j, byLight: e.rule != OverdueRule, keep: keep, supervise: never}
	k.w = Warning{Rule: e.rule, Since: e.start, State: WarningOpen}
	if keep {
		k.w.Key = e.key()
	}
	k.remind, k.coordinate = e.start, never
	if k.byLight && e.start != 0 {
		k.remind = j.months(e.start, func(l Limits) int { return l.Remind })
		k.coordinate = j.months(e.start, func(l Limits) int { return l.Coordinate })
	}
	s := 0
	for i := e.from; i < e.to; i++ {
		until := h.at // last day before the next turn
		if i+1 < len(h.turns) {
			until = h.turns[i+1].day - 1
		}
		k.turn(&h.turns[i])
		for ; s < len(h.steps) && h.steps[s].Date <= until; s++ {
			if owner(h.runs, &h.steps[s]) == n {
				k.clock(h.steps[s].Date)
				k.act(&h.steps[s])
			}
		}
		k.clock(until)
	}
	if e.end != 0 {
		k.cease(&h.turns[e.to])
	}
	for ; s < len(h.steps); s++ {
		if owner(h.runs, &h.steps[s]) == n {
			k.list(h.steps[s])
		}
	}
	return k.w
}

// months gives the first day on which a run has lasted as many months as the
// limits of that very day ask for.
func (j *judge) months(start Date, of func(Limits) int) Date {
	var room [16]Date
	days := append(room[:0], start)
	for i := range j.rows {
		for k := range j.rows[i] {
			if from := j.rows[i][k].From; from > start {
				days = append(days, from)
			}
		}
	}
	slices.Sort(days)
	for i, from := range days {
		limits := j.limits(from)
		d := max(from, start.AddMonths(max(of(*limits), 0)))
		if i+1 == len(days) || d < days[i+1] {
			return d
		}
	}
	return never
}

// folding is a warning in the making.
type folding struct {
	j       *judge
	w       Warning
	byLight bool // it escalates; a missing report does not
	keep    bool // list the steps

	remind, coordinate Date // days of level 1 and 2
	red                Date // first day of the run of red, if the light is red
	supervise          Date // day on which 督办 is proposed
	open               Date // no level takes effect before: the day it was opened again
	shut               bool // closed
}

// turn takes the light of a new day.
func (k *folding) turn(t *turn) {
	worse := t.light > k.w.Light
	if k.byLight && t.light == Red && k.w.Light != Red {
		k.red, k.supervise = t.day, never
		if t.day != 0 {
			k.supervise = k.j.months(t.day, func(l Limits) int { return l.Supervise })
		}
	}
	if t.light != Red {
		k.supervise = never
	}
	k.w.Light = t.light
	if k.shut && t.day > k.w.Closed && (t.fact || worse) {
		k.reopen(t.day)
		k.computed(Recur, t.day, statuses[t.cause].ZH)
	}
}

// clock lets levels take effect whose day has come.
func (k *folding) clock(until Date) {
	for !k.shut {
		day, action, why := k.next()
		day = max(day, k.open)
		if day > until || day == never {
			return
		}
		if k.w.Level == 0 {
			k.w.Raised = day
		}
		switch action {
		case Raise:
			k.w.Level = 1
		case Escalate:
			k.w.Level = 2
		case Propose:
			k.w.Proposed = true
		}
		k.computed(action, day, why)
	}
}

// next gives the level that takes effect next.
func (k *folding) next() (Date, Action, string) {
	coordinate, why := k.coordinate, "黄灯持续到协调期限"
	if k.byLight && k.w.Light == Red && k.red <= coordinate {
		coordinate, why = k.red, "红灯"
	}
	switch {
	case k.w.Level == 0 && !k.byLight:
		return k.remind, Raise, "逾期未报"
	case k.w.Level == 0 && k.remind < coordinate:
		return k.remind, Raise, "黄灯持续到提醒期限"
	case k.w.Level < 2:
		return coordinate, Escalate, why
	case k.w.Level == 2 && !k.w.Proposed:
		return k.supervise, Propose, "红灯持续到督办期限"
	}
	return never, "", ""
}

// act does what a person did.
func (k *folding) act(s *Step) {
	if k.w.Level == 0 {
		return
	}
	switch s.Action {
	case Acknowledge:
		if !k.shut {
			k.w.State = WarningAcknowledged
		}
	case Assign:
		k.w.Assigned = s.Unit
	case Confirm:
		if k.w.Proposed {
			k.w.Level, k.w.Proposed = 3, false
		}
	case Decline:
		if k.w.Proposed {
			k.w.Proposed = false
			k.supervise = k.j.months(s.Date, func(l Limits) int { return l.Supervise })
		}
	case Close:
		if !k.shut {
			k.close(s.Date)
		}
	case Reopen:
		if k.shut {
			k.reopen(s.Date)
		}
	}
	k.list(*s)
}

func (k *folding) close(day Date) {
	k.shut, k.w.Closed, k.w.State, k.w.Proposed = true, day, WarningClosed, false
}

func (k *folding) reopen(day Date) {
	k.shut, k.w.Closed, k.w.State, k.open = false, 0, WarningOpen, day
	k.w.Reopened++
}

// cease ends the warning with its run; one that a person closed keeps that day.
func (k *folding) cease(end *turn) {
	if !k.shut {
		k.close(end.day)
	}
	k.computed(Cease, end.day, statuses[end.cause].ZH)
}

func (k *folding) computed(a Action, day Date, why string) {
	k.list(Step{Action: a, Date: day, Actor: ByRules, Text: why, Computed: true})
}

func (k *folding) list(s Step) {
	if k.keep && k.w.Level > 0 {
		s.Warning = k.w.Key
		k.w.Steps = append(k.w.Steps, s)
	}
}
