package snapshot

import (
	"cmp"
	"math"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
)

// Verdict judges afresh, with reason in words and date since when. A Judge does
// it for less where many are judged.
func (i Item) Verdict() geo.Verdict {
	if i.l.decl.Light.Kind == geo.NoRule {
		return geo.Verdict{}
	}
	return i.l.decl.Light.Explain(i.Facts(), i.Standing(), i.Day())
}

// Judge gives verdicts on one feature after another of a layer. It is for one
// goroutine at a time.
type Judge struct{ bench *bench }

// Judge makes one.
func (l *Layer) Judge() *Judge { return &Judge{l.newBench()} }

// Verdict is that of the item, which is of the layer.
func (j *Judge) Verdict(i Item) geo.Verdict {
	if i.l.decl.Light.Kind == geo.NoRule {
		return geo.Verdict{}
	}
	return i.l.decl.Light.Explain(j.bench.gather(i), i.Standing(), i.Day())
}

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
	f := &geo.Facts{Properties: make(geo.Properties, len(i.l.judges)), Reports: i.Reports()}
	i.gather(f)
	return f
}

// gather fills in all but the reports; the map of properties is there, and empty.
func (i Item) gather(f *geo.Facts) {
	f.Layer, f.ID, f.Code, f.District, f.Book = i.Layer(), i.ID(), i.Code(), i.District(), i.l.of.book
	if f.Book.ByUnit(f.Layer) {
		f.Unit = i.reporter()
	}
	for _, k := range i.l.judges {
		if v := i.l.columns[k].value(i.row); v != nil {
			f.Properties[i.l.columns[k].field.Name] = v
		}
	}
	if i.l.decl.Light.Kind == geo.FilterRule {
		f.Holds = func(expr string, day geo.Date) bool { return i.l.rule.Holds(expr, i, day) }
	}
	if halt, ok := city.OwnHalt(i.date(i.l.halted[0]), i.date(i.l.halted[1])); ok {
		f.Halts = append(f.Halts, halt)
	}
	owner := i.owner()
	for _, l := range i.l.of.owned {
		if l.decl.ID == city.Ruling && i.l.of.hidden[city.Ruling] {
			continue // it stands beside the light, which tells what it was judged by, whoever may read that
		}
		if add := factsIn[l.decl.ID]; add != nil && l.live > 0 {
			if rows := l.attachedTo(owner); len(rows) > 0 {
				add(f, rows)
			}
		}
	}
}

// date gives a date by its column, 0 for none.
func (i Item) date(column int) geo.Date {
	if column < 0 {
		return 0
	}
	return geo.Date(i.l.columns[column].words.at(i.row))
}

// factsIn says of which layers the rows that belong to a feature are facts, and
// adds them.
var factsIn = map[geo.LayerID]func(*geo.Facts, []Item){
	city.ProjectYear: func(f *geo.Facts, rows []Item) {
		for _, r := range rows {
			f.Years = append(f.Years, city.YearOf(r.Properties()))
		}
		inOrder(f.Years, func(y geo.Year) int { return y.Year })
	},
	city.Milestone: func(f *geo.Facts, rows []Item) {
		for _, r := range rows {
			f.Milestones = append(f.Milestones, city.MilestoneOf(r.Properties()))
		}
		inOrder(f.Milestones, func(m geo.Milestone) geo.Date { return m.Planned })
	},
	city.Record: func(f *geo.Facts, rows []Item) {
		for _, r := range rows {
			if halt, ok := city.HaltOf(r.Properties()); ok {
				f.Halts = append(f.Halts, halt)
			}
		}
		inOrder(f.Halts, func(s geo.Span) geo.Date { return s.From })
	},
	city.Ruling: func(f *geo.Facts, rows []Item) {
		for _, r := range rows {
			if ruling, ok := city.RulingOf(r.Properties()); ok {
				f.Rulings = append(f.Rulings, ruling)
			}
		}
		inOrder(f.Rulings, func(r geo.Ruling) geo.Date { return r.From })
	},
	city.WarningStep: func(f *geo.Facts, rows []Item) {
		for _, r := range rows {
			f.Steps = append(f.Steps, city.StepOf(r.Properties()))
		}
		slices.SortStableFunc(f.Steps, func(a, b geo.Step) int { return cmp.Or(cmp.Compare(a.Date, b.Date), a.At.Compare(b.At)) })
	},
}

// inOrder sorts by date; rows of one date stay in order of id.
func inOrder[T any, K cmp.Ordered](list []T, key func(T) K) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

// bench is room for the facts of one feature after another of a layer. For the
// progress rule it reads of the reports only their days and figures.
type bench struct {
	facts   geo.Facts
	reports []geo.Report
	figures []geo.Figures
	fields  [len(geo.FigureFields)]uint32 // their numbers in the layer's notes; 0 = in no report
}

func (l *table) newBench() *bench {
	b := &bench{facts: geo.Facts{Properties: geo.Properties{}}}
	for k, field := range geo.FigureFields {
		b.fields[k] = l.texts.notes.find(field)
	}
	return b
}

// gather gives the facts of a feature until the next one's are asked for.
func (b *bench) gather(i Item) *geo.Facts {
	clear(b.facts.Properties)
	b.facts = geo.Facts{Properties: b.facts.Properties}
	if i.l.decl.Light.Kind == geo.ProgressRule {
		b.read(i)
		b.facts.Reports, b.facts.Figures = b.reports, b.figures
	} else {
		b.facts.Reports = i.Reports()
	}
	i.gather(&b.facts)
	return &b.facts
}

func (b *bench) read(i Item) {
	nan := math.NaN()
	b.reports, b.figures = b.reports[:0], b.figures[:0]
	i.eachReport(func(date geo.Date, r *reader, values uint64) {
		told := geo.Figures{nan, nan, nan, nan}
		for range values {
			k := slices.Index(b.fields[:], uint32(r.uint()))
			if k < 0 {
				r.skip()
			} else if x, ok := r.number(); ok {
				told[k] = x
			}
		}
		b.reports, b.figures = append(b.reports, geo.Report{Date: date}), append(b.figures, told)
	})
}
