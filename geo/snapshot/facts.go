package snapshot

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
)

// Verdict judges afresh, with reason in words and date since when.
func (i Item) Verdict() geo.Verdict { return i.VerdictAt(i.Day()) }

// VerdictAt judges at another day, with what is known now.
func (i Item) VerdictAt(day geo.Date) geo.Verdict {
	if i.l.decl.Light.Kind == geo.NoRule {
		return geo.Verdict{}
	}
	return i.l.decl.Light.Judge(i.Facts(), day)
}

// LightAt gives light and overdue of VerdictAt alone, which costs less.
func (i Item) LightAt(day geo.Date) (light geo.Light, late bool) {
	if i.l.decl.Light.Kind == geo.NoRule {
		return geo.None, false
	}
	return i.l.decl.Light.LightAt(i.Facts(), day)
}

// Warnings gives the warnings that the feature has raised up to the evaluation
// date of its district, in order of since; the last may be open.
func (i Item) Warnings() []geo.Warning { return i.WarningsAt(i.Day()) }

// WarningsAt gives the warnings up to another day, with what is known now.
func (i Item) WarningsAt(day geo.Date) []geo.Warning {
	if i.l.decl.Light.Kind == geo.NoRule {
		return nil
	}
	return i.l.decl.Light.Warnings(i.Facts(), day)
}

// Facts gathers all that the feature is judged by: of its properties those that
// the rule reads.
func (i Item) Facts() *geo.Facts {
	f := &geo.Facts{Layer: i.Layer(), ID: i.ID(), Code: i.Code(), District: i.District(), Properties: i.judged(),
		Reports: i.Reports(), Book: i.l.of.book}
	if i.l.decl.Light.Kind == geo.FilterRule {
		f.Holds = func(expr string, day geo.Date) bool { return i.l.rule.Holds(expr, i, day) }
	}
	if halt, ok := city.OwnHalt(i.date(i.l.halted[0]), i.date(i.l.halted[1])); ok {
		f.Halts = append(f.Halts, halt)
	}
	owner := i.owner()
	for _, l := range i.l.of.owned {
		if l.live == 0 {
			continue
		}
		if rows := l.attachedTo(owner); len(rows) > 0 {
			addFacts(f, l.decl.ID, rows)
		}
	}
	return f
}

// judged gives the properties that the light rule reads.
func (i Item) judged() geo.Properties {
	p := make(geo.Properties, len(i.l.judges))
	for _, k := range i.l.judges {
		if v := i.l.columns[k].value(i.row); v != nil {
			p[i.l.columns[k].field.Name] = v
		}
	}
	return p
}

// date gives a date by its column, 0 for none.
func (i Item) date(column int) geo.Date {
	if column < 0 {
		return 0
	}
	return geo.Date(i.l.columns[column].words.at(i.row))
}

// addFacts adds the rows of one layer that belong to a feature.
func addFacts(f *geo.Facts, layer geo.LayerID, rows []Item) {
	switch layer {
	case city.ProjectYear:
		for _, r := range rows {
			f.Years = append(f.Years, city.YearOf(r.Properties()))
		}
		inOrder(f.Years, func(y geo.Year) int { return y.Year })
	case city.Milestone:
		for _, r := range rows {
			f.Milestones = append(f.Milestones, city.MilestoneOf(r.Properties()))
		}
		inOrder(f.Milestones, func(m geo.Milestone) geo.Date { return m.Planned })
	case city.Record:
		for _, r := range rows {
			if halt, ok := city.HaltOf(r.Properties()); ok {
				f.Halts = append(f.Halts, halt)
			}
		}
		inOrder(f.Halts, func(s geo.Span) geo.Date { return s.From })
	case city.Ruling:
		for _, r := range rows {
			if ruling, ok := city.RulingOf(r.Properties()); ok {
				f.Rulings = append(f.Rulings, ruling)
			}
		}
		inOrder(f.Rulings, func(r geo.Ruling) geo.Date { return r.From })
	case city.WarningStep:
		for _, r := range rows {
			f.Steps = append(f.Steps, city.StepOf(r.Properties()))
		}
		slices.SortStableFunc(f.Steps, func(a, b geo.Step) int { return cmp.Or(cmp.Compare(a.Date, b.Date), a.At.Compare(b.At)) })
	}
}

// inOrder sorts by date; rows of one date stay in order of id.
func inOrder[T any, K cmp.Ordered](list []T, key func(T) K) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
