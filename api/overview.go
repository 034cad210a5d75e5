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
	if projects, ok := q.snap.Layer(projectLayer); ok {
		b.project(projects, sc)
	}
	return &b, nil
}

// project fills in what is counted of the projects.
func (b *overviewBody) project(l *snapshot.Layer, sc scope) {
	groups := gather(l, sc.district)
	b.Levels = byLevel(groups)
	b.CategoryLevel = sc.level
	if b.CategoryLevel == "" && slices.ContainsFunc(b.Levels, func(l levelCounts) bool { return l.Level == ownLevel }) {
		b.CategoryLevel = ownLevel
	}
	for _, g := range groups {
		if sc.level == "" || g.level == sc.level {
			b.Counts.join(g.counts)
		}
	}
	b.Total = b.Counts.total()
	b.Categories = byCategory(l.Decl().ID, groups, b.CategoryLevel)
}

// group is the features of one level and category.
type group struct {
	level, category string
	counts          counts
	items           [4][]snapshot.Item // the first by light, as many as are shown
}

// gather groups a district's features in one pass, in order of first appearance.
func gather(l *snapshot.Layer, district string) []*group {
	type key struct{ level, category string }
	var out []*group
	known := map[key]*group{}
	for i := range l.All {
		if !(scope{district: district}).holds(i) {
			continue
		}
		k := key{i.Text(levelField), i.Text(categoryField)}
		g := known[k]
		if g == nil {
			g = &group{level: k.level, category: k.category}
			known[k] = g
			out = append(out, g)
		}
		light := i.Light()
		g.counts.add(light)
		if len(g.items[light]) < maxMarks {
			g.items[light] = append(g.items[light], i)
		}
	}
	return out
}

// byLevel sums the groups of each level; a project without one is in none.
func byLevel(groups []*group) []levelCounts {
	out := []levelCounts{}
	for _, g := range groups {
		if g.level == "" {
			continue
		}
		n := slices.IndexFunc(out, func(l levelCounts) bool { return l.Level == g.level })
		if n < 0 {
			n = len(out)
			out = append(out, levelCounts{Level: g.level})
		}
		out[n].Counts.join(g.counts)
		out[n].Total = out[n].Counts.total()
	}
	return out
}

// byCategory sums the groups of each category, of one level or of all.
func byCategory(layer geo.LayerID, groups []*group, level string) []categoryCounts {
	out := []categoryCounts{}
	var members [][]*group
	for _, g := range groups {
		if level != "" && g.level != level {
			continue
		}
		n := slices.IndexFunc(out, func(c categoryCounts) bool { return c.Category == g.category })
		if n < 0 {
			n = len(out)
			out = append(out, categoryCounts{Layer: layer, Category: g.category})
			members = append(members, nil)
		}
		out[n].Counts.join(g.counts)
		out[n].Total = out[n].Counts.total()
		members[n] = append(members[n], g)
	}
	for n := range out {
		out[n].Marks = marks(members[n])
	}
	return out
}

// marks gives one mark per feature, the gravest first, then by id.
func marks(groups []*group) []mark {
	out := []mark{}
	for light := geo.Red; ; light-- {
		var items []snapshot.Item
		for _, g := range groups {
			items = append(items, g.items[light]...)
		}
		slices.SortFunc(items, func(a, b snapshot.Item) int { return cmp.Compare(a.ID(), b.ID()) })
		for _, i := range items[:min(len(items), maxMarks-len(out))] {
			out = append(out, mark{i.ID(), i.Light(), i.Verdict().Status})
		}
		if light == geo.None {
			return out
		}
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
