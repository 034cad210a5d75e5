package api

import (
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// stages are the lists a problem passes through: found, to be mended, and with
// somebody answering for it. One that names none is on the first.
var stages = []string{"问题清单", "整改清单", "责任清单"}

type problemBody struct {
	alert
	Stage       string   `json:"stage"`
	State       string   `json:"state"`
	Remedy      string   `json:"remedy"`
	Cause       string   `json:"cause"`
	Batch       string   `json:"batch"`
	Transferred string   `json:"transferred"`
	Found       geo.Date `json:"found"`
	Deadline    geo.Date `json:"deadline"`
	DaysLeft    *int     `json:"daysLeft"` // below 0 past the deadline; null once closed, and without a deadline
	Closed      geo.Date `json:"closed"`
	Of          *mention `json:"of"` // the feature it concerns
}

// mention names a feature of another answer.
type mention struct {
	Layer geo.LayerID `json:"layer"`
	ID    geo.ID      `json:"id,omitempty"`
	Code  string      `json:"code"`
	Name  string      `json:"name"`
	Href  string      `json:"href,omitempty"`
	// Where there is no such feature it has no id, and Reason says so.
	Missing bool      `json:"missing,omitempty"`
	Reason  *geo.Text `json:"reason,omitempty"`
}

// mention looks a feature up by its code.
func (q *query) mention(layer geo.LayerID, code string) mention {
	m := mention{Layer: layer, Code: code}
	if l, ok := q.snap.Layer(layer); ok {
		if i, ok := l.ByCode(code); ok {
			m.ID, m.Name, m.Href = i.ID(), i.Name(), q.featureHref(i)
			return m
		}
	}
	why := unknownCode(layer, code).detail
	m.Missing, m.Reason = true, &why
	return m
}

type stageBody struct {
	Stage   string `json:"stage"`
	Counts  counts `json:"counts"`
	Total   int    `json:"total"`
	Open    int    `json:"open"`
	Overdue int    `json:"overdue"` // open, and past the deadline
	Href    string `json:"href"`    // the list of these
}

type problemsBody struct {
	Cursor  geo.Cursor    `json:"cursor"`
	At      geo.Date      `json:"at"`
	Total   int           `json:"total"`
	Stages  []stageBody   `json:"stages"`
	Matched int           `json:"matched"`
	Items   []problemBody `json:"items"`
	Next    string        `json:"next,omitempty"`
}

// listedProblem is a problem in a list.
type listedProblem struct {
	item  snapshot.Item
	stage int
	day   geo.Date // it is looked at
	order order
}

// problems lists the problems by the list they stand on, those that must be
// mended first on top. The counts of the stages are of all in scope; stage= and
// light= narrow the list alone. A problem is on no list before it is found.
func problems(q *query) (any, error) {
	sc, d, err := q.place()
	if err != nil {
		return nil, err
	}
	only := q.text("stage")
	if only != "" {
		if _, err := q.choice("stage", stages...); err != nil {
			return nil, err
		}
	}
	lights, err := q.lights("light")
	if err != nil {
		return nil, err
	}
	all := q.problems(sc)
	listed := slices.DeleteFunc(slices.Clone(all), func(p listedProblem) bool {
		return only != "" && stages[p.stage] != only || !lights[p.item.Light()]
	})
	shown, next, err := page(q, listed, func(p *listedProblem) order { return p.order })
	if err != nil {
		return nil, err
	}
	items := make([]problemBody, len(shown))
	for n, p := range shown {
		items[n] = q.problemOf(p)
	}
	return problemsBody{q.snap.Cursor(), q.day(d), len(all), q.stages(all, sc), len(listed), items, next}, nil
}

func (q *query) problems(sc scope) []listedProblem {
	l, ok := q.snap.Layer(city.Problem)
	if !ok {
		return nil
	}
	var out []listedProblem
	for i := range l.All {
		p := listedProblem{item: i, stage: max(0, slices.Index(stages, i.Text("stage"))), day: q.snap.Date(i.District())}
		if !sc.holds(i) || !sc.answers(i) || dateOf(i, "found_date") > p.day {
			continue
		}
		rank := p.stage * 2
		if p.closed() {
			rank++
		}
		p.order = longest(rank, dateOf(i, "deadline"), i)
		out = append(out, p)
	}
	return out
}

func (p *listedProblem) closed() bool { return p.item.Light() == geo.Green }

// left is how many days are left; nil where none are counted.
func (p *listedProblem) left() *int {
	due := dateOf(p.item, "deadline")
	if due == 0 || p.closed() {
		return nil
	}
	days := int(due - p.day)
	return &days
}

func (q *query) stages(all []listedProblem, sc scope) []stageBody {
	out := make([]stageBody, len(stages))
	for n, stage := range stages {
		out[n] = stageBody{Stage: stage, Href: q.href("/api/problems", "district", sc.district, townField, sc.town, unitField, sc.unit, "stage", stage)}
	}
	for _, p := range all {
		s := &out[p.stage]
		s.Counts.add(p.item.Light())
		s.Total++
		if !p.closed() {
			s.Open++
		}
		if left := p.left(); left != nil && *left < 0 {
			s.Overdue++
		}
	}
	return out
}

func (q *query) problemOf(p listedProblem) problemBody {
	i, v := p.item, p.item.Verdict()
	b := problemBody{alert: q.alertOf(i, v, v.Since), Stage: stages[p.stage], State: i.Text("state"), Remedy: i.Text("remedy"),
		Cause: i.Text("cause"), Batch: i.Text("batch"), Transferred: i.Text("transferred"), Found: dateOf(i, "found_date"),
		Deadline: dateOf(i, "deadline"), DaysLeft: p.left()}
	if closed := dateOf(i, "closed_date"); closed <= p.day {
		b.Closed = closed
	}
	if code := i.Text("of_code"); code != "" {
		of := q.mention(geo.LayerID(i.Text("of_layer")), code)
		b.Of = &of
	}
	return b
}

// dateOf is a date field's value; 0 if absent.
func dateOf(i snapshot.Item, field string) geo.Date {
	d, _ := i.Value(field).(geo.Date)
	return d
}
