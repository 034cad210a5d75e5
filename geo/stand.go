package geo

import "math"

// Stand gives what a snapshot keeps of a feature on a day.
func (r *LightRule) Stand(f *Facts, at Date) Standing {
	nan := math.NaN()
	s := Standing{PlannedProgress: nan, ActualProgress: nan, PlannedInvestment: nan, ActualInvestment: nan}
	if r.Kind == NoRule {
		return s
	}
	j := r.judge(f)
	found := j.find(at)
	s.Light, s.Overdue, s.Status = found.light, found.overdue, found.status()
	_, _, n := at.civil()
	s.Before = j.find(at - Date(n)).light
	var room [turnRoom]turn
	turns := j.timeline(at, room[:0])
	runs := j.runs(turns, s.Light)
	s.Since, s.Bad = runs.Since, runs.Bad
	if ruling := f.ruling(at); ruling != nil {
		s.Ruled = ruling.Light
	}
	if r.Kind == ProgressRule {
		j.figures(&s, at)
	}
	if last := turns[len(turns)-1]; last.light >= Yellow || last.overdue {
		kept := j // what folds a life has it allocated; most lives raise no warning
		kept.warned(&s, turns, at)
	}
	return s
}

// warned fills in the warning that runs: that of the light, or else, or where
// that one is closed, of the missing report.
func (j *judge) warned(s *Standing, turns []turn, at Date) {
	var room [8]episode
	h := history{turns: turns, runs: j.episodes(turns, room[:0]), steps: j.f.steps(at), at: at}
	for n := len(h.runs) - 1; n >= 0 && h.runs[n].end == 0; n-- {
		w := j.fold(&h, n, false)
		if closed := w.State == WarningClosed; w.Level > 0 && (s.Level == 0 || s.Closed && !closed) {
			s.Level, s.Proposed, s.Closed, s.Raised = uint8(w.Level), w.Proposed, closed, w.Raised
		}
	}
}

// figures fills in what the latest report that counts says.
func (j *judge) figures(s *Standing, at Date) {
	e, why := j.entry(at)
	if why != 0 {
		return
	}
	var from Date
	if e.Year != 0 {
		from = yearStart(e.Year)
	}
	approvedOnly := j.limits(at).ApprovedOnly
	reports := j.until(at)
	for i := len(reports) - 1; i >= 0 && reports[i].Date >= from; i-- {
		if approvedOnly && !j.settled(reports[i].Date) {
			continue
		}
		told := false
		for k, to := range [...]*float64{&s.PlannedProgress, &s.ActualProgress, &s.PlannedInvestment, &s.ActualInvestment} {
			if x := j.f.figures(i)[k]; finite(x) {
				*to, told = x, true
			}
		}
		if told {
			return
		}
	}
}
