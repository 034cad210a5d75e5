package api

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// row is a row of the register that belongs to a feature: its fields by name,
// and its id and code.
type row = map[string]any

// attachments are what the register holds of a feature.
type attachments struct {
	Years      []row      `json:"years" schema:"Row.project_year"`   // entries of other years, the latest first
	Milestones []row      `json:"milestones" schema:"Row.milestone"` // in the order they are due
	Records    []row      `json:"records" schema:"Row.record"`       // the latest first
	Rulings    []row      `json:"rulings" schema:"Row.ruling"`       // the latest first
	Relations  relations  `json:"relations"`
	Units      []unitBody `json:"units"` // those its field of the responsible unit names
}

// attachments gathers what belongs to a feature. With at= what came later is left
// out: rows of a later day, and the day a milestone was reached.
func (q *query) attachments(i snapshot.Item) attachments {
	a := attachments{
		Years:      q.rows(i, city.ProjectYear, "plan_issued"),
		Milestones: q.rows(i, city.Milestone, ""),
		Records:    q.rows(i, city.Record, "day"),
		Rulings:    q.rows(i, city.Ruling, "from"),
		Relations:  q.relations(i),
		Units:      q.units(i),
	}
	for _, r := range a.Milestones {
		if day, _ := r["actual"].(geo.Date); q.later(day) {
			delete(r, "actual")
		}
	}
	slices.SortStableFunc(a.Years, func(x, y row) int { return cmp.Compare(whole(y["year"]), whole(x["year"])) })
	slices.SortStableFunc(a.Milestones, func(x, y row) int {
		return cmp.Or(cmp.Compare(whole(x["seq"]), whole(y["seq"])), cmp.Compare(day(x["planned"]), day(y["planned"])))
	})
	slices.SortStableFunc(a.Records, func(x, y row) int { return cmp.Compare(day(y["day"]), day(x["day"])) })
	slices.SortStableFunc(a.Rulings, func(x, y row) int { return cmp.Compare(day(y["from"]), day(x["from"])) })
	return a
}

func whole(v any) int64  { n, _ := v.(int64); return n }
func day(v any) geo.Date { d, _ := v.(geo.Date); return d }

// later reports that a day lies after the one asked for.
func (q *query) later(d geo.Date) bool { return q.clock.day != 0 && d > q.clock.day }

// rows gives the rows of a layer that belong to a feature, without those dated
// later; dated is the field with their day.
func (q *query) rows(i snapshot.Item, layer geo.LayerID, dated string) []row {
	out := []row{}
	for _, a := range i.Attached(layer) {
		if dated != "" && q.later(dateOf(a, dated)) {
			continue
		}
		out = append(out, q.row(a))
	}
	return out
}

// row gives a row but for the fields that say whose it is.
func (q *query) row(i snapshot.Item) row {
	r := row(i.Properties())
	if l, ok := q.snap.Layer(i.Layer()); ok {
		delete(r, l.Decl().Owner.LayerField)
		delete(r, l.Decl().Owner.Code)
	}
	r["id"], r["code"], r["href"] = i.ID(), i.Code(), q.featureHref(i)
	return r
}

// relations are what a feature came from and became.
type relations struct {
	Predecessors []relation `json:"predecessors"`
	Successors   []relation `json:"successors"`
}

type relation struct {
	Kind  string   `json:"kind"` // 拆分, 合并, 更名
	Since geo.Date `json:"since"`
	mention
}

func (q *query) relations(i snapshot.Item) relations {
	r := relations{[]relation{}, []relation{}}
	for _, a := range i.Attached(city.Relation) {
		if since := dateOf(a, "since"); !q.later(since) {
			r.Successors = append(r.Successors, relation{a.Text("kind"), since, q.mention(i.Layer(), a.Text("successor"))})
		}
	}
	l, ok := q.snap.Layer(city.Relation)
	if !ok {
		return r
	}
	for a := range l.All {
		if a.Text("successor") != i.Code() || a.Text("of_layer") != string(i.Layer()) {
			continue
		}
		if since := dateOf(a, "since"); !q.later(since) {
			r.Predecessors = append(r.Predecessors, relation{a.Text("kind"), since, q.mention(i.Layer(), a.Text("of_code"))})
		}
	}
	return r
}

// unitBody is a unit that a field names.
type unitBody struct {
	Text    string   `json:"text"` // as the field writes it
	Code    string   `json:"code"` // "" where the register has no such unit
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	Kind    string   `json:"kind"`
	Href    string   `json:"href,omitempty"`
}

// units looks up the units that answer for a feature, by any name they go by in
// its district, as they stand on its day.
func (q *query) units(of snapshot.Item) []unitBody {
	out := []unitBody{}
	l, _ := q.snap.Layer(of.Layer())
	for _, name := range city.Split(of.Text(l.UnitField())) {
		u := unitBody{Text: name, Aliases: []string{}}
		if i, ok := q.snap.Unit(of.District(), name, of.Day()); ok {
			u.Code, u.Name, u.Kind, u.Href = i.Code(), i.Name(), i.Text("kind"), q.featureHref(i)
			u.Aliases = append(u.Aliases, city.Split(i.Text("aliases"))...)
		}
		out = append(out, u)
	}
	return out
}

// warningSummary is what a card shows of the gravest warning.
type warningSummary struct {
	Key      string   `json:"key"`
	Rule     geo.Rule `json:"rule"`
	Level    int      `json:"level"`
	Proposed bool     `json:"proposed"`
	State    string   `json:"state"`
	Since    geo.Date `json:"since"`
	Raised   geo.Date `json:"raised"`
	Assigned string   `json:"assigned"`
	Reopened int      `json:"reopened"`
	Href     string   `json:"href"` // all of them, with their steps
}

// warningOfItem gives the gravest warning of a feature; nil where it never had
// one.
func (q *query) warningOfItem(i snapshot.Item) *warningSummary {
	w, ok := gravest(i.Warnings())
	if !ok {
		return nil
	}
	return &warningSummary{w.Key, w.Rule, w.Level, w.Proposed, w.State, w.Since, w.Raised, w.Assigned, w.Reopened,
		q.href(warningsPath + "/" + string(i.Layer()) + "/" + utoa(uint64(i.ID())))}
}
