package api

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// ownLevel is the level a district's own projects have; the matrix of
// categories speaks of them where a district tells levels apart.
const ownLevel = "区属"

// maxMarks bounds the marks listed of one category, red first.
const maxMarks = 120

type overviewBody struct {
	Cursor   geo.Cursor    `json:"cursor"`
	Revision uint64        `json:"revision"`
	District *districtBody `json:"district"` // null: all districts
	Level    string        `json:"level,omitempty"`
	Counts   counts        `json:"counts"` // of the projects
	Total    int           `json:"total"`

	Layers        []layerCounts    `json:"layers"` // of each layer that has a light, of any level
	CategoryLevel string           `json:"categoryLevel,omitempty"`
	Categories    []categoryCounts `json:"categories"`
	Levels        []levelCounts    `json:"levels"`
	Figures       []figureBody     `json:"figures"`
	Faults        []geo.Fault      `json:"faults"`
}

type layerCounts struct {
	ID     geo.LayerID `json:"id"`
	Title  geo.Text    `json:"title"`
	Counts counts      `json:"counts"`
	Total  int         `json:"total"`
}

type levelCounts struct {
	Level  string `json:"level"`
	Counts counts `json:"counts"`
	Total  int    `json:"total"`
}

type categoryCounts struct {
	Layer    geo.LayerID `json:"layer"`
	Category string      `json:"category"`
	Counts   counts      `json:"counts"`
	Total    int         `json:"total"`
	Marks    []mark      `json:"marks"`
}

type mark struct {
	ID     geo.ID    `json:"id"`
	Light  geo.Light `json:"light"`
	Status geo.Text  `json:"status"`
}

// overview gives the figures of the screen's rails for a district, or for all.
func overview(q *query) (any, error) {
	sc, d, err := q.scope()
	if err != nil {
		return nil, err
	}
	b := overviewBody{Cursor: q.snap.Cursor(), Revision: q.snap.Revision(), Level: sc.level,
		Layers: []layerCounts{}, Categories: []categoryCounts{}, Levels: []levelCounts{},
		Figures: figures(q.snap, sc.district), Faults: append([]geo.Fault{}, q.snap.Faults()...)}
	if sc.district != "" {
		body := districtOf(d)
		b.District = &body
	}
	for _, l := range q.snap.Layers() {
		if l.Decl().Light.Kind != geo.NoRule {
			c := countsOf(l.Counts(sc.district))
			b.Layers = append(b.Layers, layerCounts{l.Decl().ID, l.Decl().Title, c, c.total()})
		}
	}
	b.project(q.snap, newMatrix(q.snap, nil), sc)
	return &b, nil
}

// project fills in what is counted of the projects.
func (b *overviewBody) project(s *snapshot.Snapshot, m *matrix, sc scope) {
	every := scope{district: sc.district, category: sc.category}
	for _, g := range m.groups(every, func(c cell) string { return c.level }, false) {
		b.Levels = append(b.Levels, levelCounts{g.name, g.counts(), g.counts().total()})
	}
	b.CategoryLevel = sc.level
	if b.CategoryLevel == "" && slices.ContainsFunc(b.Levels, func(l levelCounts) bool { return l.Level == ownLevel }) {
		b.CategoryLevel = ownLevel
	}
	for _, g := range m.groups(sc, func(cell) string { return "" }, true) {
		b.Counts = g.counts()
	}
	b.Total = b.Counts.total()
	shown := every
	shown.level = b.CategoryLevel
	for _, g := range m.groups(shown, func(c cell) string { return c.category }, true) {
		b.Categories = append(b.Categories, categoryCounts{projectLayer, g.name, g.counts(), g.counts().total(), m.marks(s, g)})
	}
}

// figureLayer holds the figures of the documents; panel is the place on the rail.
const figureLayer geo.LayerID = "indicator"

type figureBody struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Value     string `json:"value"`  // as the document writes it
	Number    any    `json:"number"` // null where it is none
	Unit      string `json:"unit"`
	Qualifier string `json:"qualifier"` // 约, 以上 …
	Period    string `json:"period"`
	Source    string `json:"source"`
	Section   string `json:"section"`
}

// figures gives the reported figures meant for the rail, in its order.
func figures(s *snapshot.Snapshot, district string) []figureBody {
	out := []figureBody{}
	l, ok := s.Layer(figureLayer)
	if !ok {
		return out
	}
	type placed struct {
		panel int64
		item  snapshot.Item
	}
	var shown []placed
	for i := range l.All {
		panel, ok := i.Value("panel").(int64)
		if ok && panel > 0 && (district == "" || i.Text("district") == district) {
			shown = append(shown, placed{panel, i})
		}
	}
	slices.SortStableFunc(shown, func(a, b placed) int { return cmp.Compare(a.panel, b.panel) })
	for _, p := range shown {
		i := p.item
		out = append(out, figureBody{ID: i.Code(), Title: cmp.Or(i.Text("short"), i.Name()), Value: i.Text("stated_text"),
			Number: i.Value("stated"), Unit: i.Text("unit"), Qualifier: i.Text("qualifier"), Period: i.Text("period"),
			Source: i.Text("source"), Section: i.Text("section")})
	}
	return out
}
