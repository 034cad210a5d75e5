package api

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/indicator"
	"yiping/geo/overview"
)

// ownLevel is the level a district's own projects have; the matrix of
// categories speaks of them where a district tells levels apart.
const ownLevel = "区属"

// maxMarks bounds the marks listed of one category, red first.
const maxMarks = 120

type overviewBody struct {
	Cursor   geo.Cursor    `json:"cursor"`
	Revision uint64        `json:"revision"`
	At       geo.Date      `json:"at"`
	District *districtBody `json:"district"` // null: all districts
	Town     string        `json:"town,omitempty"`
	Level    string        `json:"level,omitempty"`
	Category string        `json:"category,omitempty"`
	Unit     string        `json:"unit,omitempty"`

	block                           // of the projects
	Lifecycle     map[string]int    `json:"lifecycle"`
	LifecycleHref map[string]string `json:"lifecycleHref"` // by the same names
	Investment    investmentBody    `json:"investment"`
	Progress      progressBody      `json:"progress"`
	Month         monthChange       `json:"month"`
	Warnings      overviewWarnings  `json:"warnings"`
	Worst         []worstBody       `json:"worst"`
	RankedBy      overview.Measure  `json:"rankedBy"` // investment, or goals where nobody plans investment
	Rankings      rankings          `json:"rankings"`

	Layers        []layerCounts    `json:"layers"` // of each layer that has a light, of the whole district
	CategoryLevel string           `json:"categoryLevel,omitempty"`
	Categories    []categoryCounts `json:"categories"`
	Levels        []levelCounts    `json:"levels"` // of any level
	Figures       []figureBody     `json:"figures"`
	Faults        []geo.Fault      `json:"faults"`
}

// block is how many features have each light, and where to find them: with light=
// added those of one.
type block struct {
	Counts counts `json:"counts"`
	Total  int    `json:"total"`
	Href   string `json:"href"`
}

func blockOf(c counts, href string) block { return block{c, c.total(), href} }

// investmentBody is in 亿元, the completion in ％ of the year's plan; null where
// there is none.
type investmentBody struct {
	Total      float64  `json:"total"`
	Planned    float64  `json:"planned"` // for the year
	Due        float64  `json:"due"`     // planned up to the last reports
	Actual     float64  `json:"actual"`  // made this year
	Completion *float64 `json:"completion"`
	Href       string   `json:"href,omitempty"`
}

func investmentOf(i overview.Investment, href string) investmentBody {
	return investmentBody{i.Total, i.Planned, i.Due, i.Actual, percentOf(i.Completion, i.Known), href}
}

func percentOf(x float64, known bool) *float64 {
	if !known {
		return nil
	}
	return &x
}

// goals are how many of the year's goals were reached.
type goals struct {
	Done     int    `json:"done"`
	Of       int    `json:"of"`
	DoneHref string `json:"doneHref"`
	OfHref   string `json:"ofHref"`
}

type progressBody struct {
	goals
	Completion *float64 `json:"completion"` // ％
}

// monthChange is what moved since the end of the month before.
type monthChange struct {
	Since  geo.Date          `json:"since"`
	Counts counts            `json:"counts"` // then, of the projects of now
	Hrefs  map[string]string `json:"hrefs"`  // by light
	Moved  []moveBody        `json:"moved"`
}

type moveBody struct {
	From geo.Light `json:"from"`
	To   geo.Light `json:"to"`
	N    int       `json:"n"`
	Href string    `json:"href"`
}

type overviewWarnings struct {
	levelCount
	Href  string       `json:"href"`
	Hrefs warningHrefs `json:"hrefs"` // of each number, by its name
}

type warningHrefs struct {
	Coordinate address `json:"coordinate"`
	Proposed   address `json:"proposed"`
	Remind     address `json:"remind"`
	Supervise  address `json:"supervise"`
}

// worstBody is a project of concern.
type worstBody struct {
	alert
	Gap   float64 `json:"gap"` // points behind plan
	Level string  `json:"level"`
	Href  string  `json:"href"`
}

// rankings order units, categories and towns by the completion of the year's
// investment or goals (项目竞赛 · 分类比拼).
type rankings struct {
	Unit     []rankBody `json:"unit"`
	Category []rankBody `json:"category"`
	Town     []rankBody `json:"town"`
}

type rankBody struct {
	Name string `json:"name"` // "" = not said
	block
	Investment investmentBody `json:"investment"`
	Completion *float64       `json:"completion"` // ％, what they are ranked by
	goals
	Warnings overviewWarnings `json:"warnings"`
	Rank     int              `json:"rank"` // equals share one; 0 = without a plan
}

type layerCounts struct {
	ID    geo.LayerID `json:"id"`
	Title geo.Text    `json:"title"`
	block
}

type levelCounts struct {
	Level string `json:"level"`
	block
}

type categoryCounts struct {
	Layer    geo.LayerID `json:"layer"`
	Category string      `json:"category"`
	block
	Marks []mark `json:"marks"`
}

type mark struct {
	ID     geo.ID    `json:"id"`
	Light  geo.Light `json:"light"`
	Status geo.Text  `json:"status"`
}

// overview adds up a district, or all, or the projects of a town, level, category
// or unit, for the screen's rails.
func (s *server) overview(q *query) (any, error) {
	sc, d, err := q.scope()
	if err != nil {
		return nil, err
	}
	if sc.town, err = q.town(); err != nil {
		return nil, err
	}
	if sc.unit, err = q.unitAsked(sc.district); err != nil {
		return nil, err
	}
	sc.category = q.text(categoryField)
	boards := s.Boards.at(q.snap, q.past)
	b := overviewBody{Cursor: q.snap.Cursor(), Revision: q.snap.Revision(), At: q.day(d),
		Town: sc.town, Level: sc.level, Category: sc.category, Unit: sc.unit,
		Layers: []layerCounts{}, Categories: []categoryCounts{}, Levels: []levelCounts{},
		Figures: figures(q, boards.indicators().All(sc.district)), Faults: append([]geo.Fault{}, q.snap.Faults()...)}
	if sc.district != "" {
		body := districtOf(q.snap, d)
		b.District = &body
	}
	for _, l := range overview.Lights(q.snap, sc.district) {
		b.Layers = append(b.Layers, layerCounts{l.Layer, l.Title, blockOf(countsOf(l.Counts), string(q.behind(l.Layer, overview.Filter{District: sc.district})))})
	}
	cells := boards.matrixOf(sc)
	b.sums(q, boards.overview().Of(sc.part()), cells)
	b.groups(q, cells, sc)
	return &b, nil
}

// part is the scope as an overview takes it.
func (s scope) part() overview.Filter {
	return overview.Filter{District: s.district, Town: s.town, Category: s.category, Level: s.level, Unit: s.unit}
}

// sums fills in what is added up of the projects of a part.
func (b *overviewBody) sums(q *query, o *overview.Overview, judged *matrix) {
	at := q.behind(projectLayer, o.Filter)
	b.block = blockOf(countsOf(o.Counts), string(at))
	b.Lifecycle, b.LifecycleHref = map[string]int{}, map[string]string{}
	for _, l := range o.Lifecycle {
		b.Lifecycle[l.Name], b.LifecycleHref[l.Name] = l.N, string(at.is("lifecycle", l.Name))
	}
	b.Investment = investmentOf(o.Investment, b.Href)
	b.Progress = progressBody{goalsOf(o.Goals, at), percentOf(o.Goals.Completion, o.Goals.Known)}
	b.Month = movedOf(o.Month, at)
	b.Warnings = warnedOf(o.Warnings, at)
	b.Worst = []worstBody{}
	for _, w := range o.Worst {
		b.Worst = append(b.Worst, worstBody{q.alertOf(w.Item, *judged.verdict(w.Item), w.Bad), w.Gap, w.Item.Text(levelField), q.featureHref(w.Item)})
	}
	b.RankedBy = o.RankedBy
	b.Rankings = rankings{ranking(o, o.Units, overview.Responsible, at), ranking(o, o.Categories, categoryField, at), ranking(o, o.Towns, townField, at)}
}

func goalsOf(g overview.Goals, at address) goals {
	return goals{g.Done, g.Of, string(at.and(goalReached)), string(at.and(registered))}
}

func warnedOf(w overview.Warnings, at address) overviewWarnings {
	return overviewWarnings{levelCount(w), string(at.and(isWarned)), warningHrefs{at.and(coordinated), at.and(isProposed), at.and(reminded), at.and(supervised)}}
}

func movedOf(m overview.Month, at address) monthChange {
	out := monthChange{m.Since, countsOf(m.Counts), map[string]string{}, []moveBody{}}
	for light := geo.None; light <= geo.Red; light++ {
		out.Hrefs[light.String()] = string(at.is("before", light.String()))
	}
	for _, to := range m.Moved {
		out.Moved = append(out.Moved, moveBody{to.From, to.To, to.N, string(at.where(to.Where()))})
	}
	return out
}

// ranking gives groups in their order; field is the property that they are named
// by, at the address of all.
func ranking(o *overview.Overview, groups []overview.Rank, field string, at address) []rankBody {
	out := []rankBody{}
	for _, g := range groups {
		at := at.is(field, g.Name)
		completion := percentOf(g.Investment.Completion, g.Investment.Known)
		if o.RankedBy == overview.ByGoals {
			completion = percentOf(g.Goals.Completion, g.Goals.Known)
		}
		out = append(out, rankBody{g.Name, blockOf(countsOf(g.Counts), string(at)), investmentOf(g.Investment, ""),
			completion, goalsOf(g.Goals, at), warnedOf(g.Warnings, at), g.Place})
	}
	return out
}

// groups fills in what the matrix shows: the levels, and the categories of one.
func (b *overviewBody) groups(q *query, m *matrix, sc scope) {
	every := sc
	every.level = ""
	at := q.behind(projectLayer, every.part())
	for _, g := range m.groups(every, func(c cell) string { return c.level }, false) {
		b.Levels = append(b.Levels, levelCounts{g.name, blockOf(g.counts(), string(at.is(levelField, g.name)))})
	}
	b.CategoryLevel = sc.level
	if b.CategoryLevel == "" && slices.ContainsFunc(b.Levels, func(l levelCounts) bool { return l.Level == ownLevel }) {
		b.CategoryLevel = ownLevel
	}
	shown := every
	shown.level = b.CategoryLevel
	at = q.behind(projectLayer, shown.part())
	for _, g := range m.groups(shown, func(c cell) string { return c.category }, true) {
		b.Categories = append(b.Categories, categoryCounts{projectLayer, g.name,
			blockOf(g.counts(), string(at.is(categoryField, g.name))), m.marks(q.snap, g)})
	}
}

type figureBody struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Value     string   `json:"value"`    // as the document writes it
	Number    *float64 `json:"number"`   // the document's, else the one computed; null where there is none
	Computed  *float64 `json:"computed"` // by the city's own data on the day
	Unit      string   `json:"unit"`
	Qualifier string   `json:"qualifier"` // 约, 以上 …
	Period    string   `json:"period"`
	Source    string   `json:"source"`
	Section   string   `json:"section"`
	Href      string   `json:"href"` // the indicator
}

// figures gives the indicators meant for the rail, in its order.
func figures(q *query, all []indicator.Entry) []figureBody {
	shown := slices.DeleteFunc(all, func(e indicator.Entry) bool { return e.Panel <= 0 })
	slices.SortStableFunc(shown, func(a, b indicator.Entry) int { return cmp.Compare(a.Panel, b.Panel) })
	out := []figureBody{}
	for _, e := range shown {
		value := known(e.Value)
		out = append(out, figureBody{ID: e.Code, Title: cmp.Or(e.Short, e.Name), Value: e.StatedText, Number: cmp.Or(e.Stated, value),
			Computed: value, Unit: e.Unit, Qualifier: e.Qualifier, Period: e.Period, Source: e.Document, Section: e.Section,
			Href: q.href(indicatorsPath, "code", e.Code)})
	}
	return out
}
