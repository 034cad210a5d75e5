package api

import (
	"yiping/geo"
	"yiping/geo/indicator"
)

type taskBody struct {
	ID        geo.ID    `json:"id"`
	Code      string    `json:"code"`
	District  string    `json:"district"`
	Number    string    `json:"number"`
	Part      string    `json:"part"`
	Edition   string    `json:"edition"`
	Name      string    `json:"name"`
	Summary   string    `json:"summary"`
	LeadUnits []string  `json:"leadUnits"` // the first leads
	Period    string    `json:"period"`
	Start     geo.Date  `json:"start"`
	Due       geo.Date  `json:"due"`
	State     string    `json:"state"` // as its office reports it
	Light     geo.Light `json:"light"`
	Status    geo.Text  `json:"status"`
	Reason    geo.Text  `json:"reason"`

	Indicators []taskIndicator `json:"indicators"`
	Projects   []taskProject   `json:"projects"`
	Missing    []string        `json:"missing"` // codes it names that are not there
	Figures    []string        `json:"figures"`
	Source     string          `json:"source"`
	Section    string          `json:"section"`
	Note       string          `json:"note"`
}

type taskIndicator struct {
	Code   string    `json:"code"`
	Name   string    `json:"name"`
	Value  *float64  `json:"value"`
	Unit   string    `json:"unit"`
	Target *float64  `json:"target"`
	Light  geo.Light `json:"light"`
	Href   string    `json:"href"`
}

type taskProject struct {
	mention
	Light geo.Light `json:"light"`
}

type tasksBody struct {
	Cursor  geo.Cursor `json:"cursor"`
	At      geo.Date   `json:"at"`
	Counts  counts     `json:"counts"`
	Total   int        `json:"total"`
	Href    string     `json:"href"` // with light= of a count, the tasks it counts
	Matched int        `json:"matched"`
	Items   []taskBody `json:"items"`
}

// tasks lists the tasks of the action plans of a district, or of all, by number,
// with what each rests on. The counts are of all of the district; light= narrows
// the list alone.
func (s *server) tasks(q *query) (any, error) {
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	lights, err := q.lights("light")
	if err != nil {
		return nil, err
	}
	var n counts
	items := []taskBody{}
	for _, t := range indicator.Tasks(s.Boards.at(q.snap, q.past).indicators(), q.snap, d.Code) {
		n.add(t.Light)
		if lights[t.Light] {
			items = append(items, q.taskOf(t))
		}
	}
	return tasksBody{q.snap.Cursor(), q.day(d), n, n.total(), q.href("/api/tasks", "district", d.Code), len(items), items}, nil
}

func (q *query) taskOf(t indicator.Task) taskBody {
	b := taskBody{ID: t.ID, Code: t.Code, District: t.District, Number: t.Number, Part: t.Part, Edition: t.Edition, Name: t.Name,
		Summary: t.Summary, LeadUnits: orNone(t.LeadUnits), Period: t.Period, Start: t.Start, Due: t.Due, State: t.State,
		Light: t.Light, Status: t.Status, Reason: t.Reason, Indicators: []taskIndicator{}, Projects: []taskProject{},
		Missing: orNone(t.Missing), Figures: orNone(t.Figures), Source: t.Document, Section: t.Section, Note: t.Note}
	for _, e := range t.Indicators {
		b.Indicators = append(b.Indicators, taskIndicator{e.Code, e.Name, known(e.Value), e.Unit, e.Target, e.Light,
			q.href(indicatorsPath, "code", e.Code)})
	}
	for _, p := range t.Projects {
		b.Projects = append(b.Projects, taskProject{mention{Layer: p.Layer(), ID: p.ID(), Code: p.Code(), Name: p.Name(), Href: q.featureHref(p)}, p.Light()})
	}
	return b
}
