package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// warning is a feature with the gravest of its warnings.
type warning struct {
	alert
	Key      string      `json:"key"` // of the warning, unique in its feature
	Rule     geo.Rule    `json:"rule"`
	Level    int         `json:"level"` // 1 提醒, 2 协调, 3 督办
	Proposed bool        `json:"proposed"`
	State    string      `json:"state"`
	Raised   geo.Date    `json:"raised"`
	Assigned string      `json:"assigned"` // "" = the responsible unit
	Reopened int         `json:"reopened"`
	Ruling   *geo.Ruling `json:"ruling"`
}

// levelCount counts features by the level of their warning. What is proposed for
// 督办 is counted under its level in force as well.
type levelCount struct {
	Total      int `json:"total"`
	Remind     int `json:"remind"`
	Coordinate int `json:"coordinate"`
	Supervise  int `json:"supervise"`
	Proposed   int `json:"proposed"`
}

func (c *levelCount) add(s geo.Standing) {
	c.Total++
	switch s.Level {
	case 1:
		c.Remind++
	case 2:
		c.Coordinate++
	case 3:
		c.Supervise++
	}
	if s.Proposed {
		c.Proposed++
	}
}

type warningGroup struct {
	Name string `json:"name"`
	levelCount
	Href string `json:"href"` // the list of these; with level= added those of one level
}

type warningsBody struct {
	Cursor  geo.Cursor        `json:"cursor"`
	At      geo.Date          `json:"at"`
	Counts  levelCount        `json:"counts"` // of all in scope, of any level and state
	Hrefs   map[string]string `json:"hrefs"`  // of each of them, by its name
	Units   []warningGroup    `json:"units"`
	Towns   []warningGroup    `json:"towns"`
	Matched int               `json:"matched"` // of the level and state asked for
	Items   []warning         `json:"items"`
	Next    string            `json:"next,omitempty"`
}

// warnings lists the features with a warning in force, 督办 first, then what is
// proposed for it, then by level, light and how long it has been so. The counts,
// of everything and of each unit and town, are of all in scope; level= and state=
// narrow the list alone. state=已销项 lists what has only closed warnings.
func warnings(q *query) (any, error) {
	sc, only, d, err := q.warningScope()
	if err != nil {
		return nil, err
	}
	levels, err := q.warningLevels("level")
	if err != nil {
		return nil, err
	}
	state := q.text("state")
	if state != "" {
		if _, err := q.choice("state", geo.WarningOpen, geo.WarningAcknowledged, geo.WarningClosed); err != nil {
			return nil, err
		}
	}
	b := warningsBody{Cursor: q.snap.Cursor(), At: q.day(d), Items: []warning{}}
	inForce := q.notices(sc, only, warned)
	b.count(q, inForce, sc, only)
	listed := inForce
	if state == geo.WarningClosed {
		listed = q.notices(sc, only, func(s geo.Standing) bool { return !warned(s) })
	}
	listed = slices.DeleteFunc(listed, func(n notice) bool { return !levels.holds(n.standing) || !stateIs(n.item, state) })
	for k := range listed {
		n := &listed[k]
		n.order = longest(gravity(n.standing), n.standing.Bad, n.item)
	}
	b.Matched = len(listed)
	shown, next, err := page(q, listed, func(n *notice) order { return n.order })
	if err != nil {
		return nil, err
	}
	for _, n := range shown {
		b.Items = append(b.Items, q.warningOf(n))
	}
	b.Next = next
	return &b, nil
}

// warned reports that a warning is in force.
func warned(s geo.Standing) bool { return s.Warned() > 0 }

// gravity is the place of a warning among others, the gravest 0.
func gravity(s geo.Standing) int {
	rank := (3 - int(s.Level)) * 8
	if !s.Proposed {
		rank += 4
	}
	return rank + int(geo.Red-s.Light)
}

// warningScope reads district=, town=, unit= and layer=.
func (q *query) warningScope() (scope, geo.LayerID, snapshot.District, error) {
	only := geo.LayerID(q.text("layer"))
	sc, d, err := q.place()
	if _, ok := q.snap.Layer(only); err == nil && only != "" && !ok {
		err = unknownLayer(string(only)).in("layer")
	}
	return sc, only, d, err
}

// warningLevels are levels of warnings asked for; nil = any.
type warningLevels map[string]bool

// proposed is the word for what is proposed for level 3.
const proposed = "proposed"

// warningLevels reads a list of levels, like 2,3,proposed.
func (q *query) warningLevels(name string) (warningLevels, error) {
	if q.text(name) == "" {
		return nil, nil
	}
	out := warningLevels{}
	for _, word := range strings.Split(q.text(name), ",") {
		if !slices.Contains([]string{"1", "2", "3", proposed}, word) {
			return nil, badParameter(name, detailf("“%s”不是预警级别；可用 1、2、3、proposed", "“%s” is not a level of warnings; use 1, 2, 3, proposed", shorten(word)))
		}
		out[word] = true
	}
	return out, nil
}

func (w warningLevels) holds(s geo.Standing) bool {
	return w == nil || w[strconv.Itoa(int(s.Level))] || s.Proposed && w[proposed]
}

// stateIs reports whether the warning shown of a feature is in a state; "" is any.
func stateIs(i snapshot.Item, state string) bool {
	if state == "" {
		return true
	}
	w, ok := gravest(i.Warnings())
	return ok && w.State == state
}

// count fills in the counts, and groups them by unit and by town: what lies in
// several towns is in the group of each.
func (b *warningsBody) count(q *query, all []notice, sc scope, only geo.LayerID) {
	units, towns := map[string]*levelCount{}, map[string]*levelCount{}
	for _, n := range all {
		b.Counts.add(n.standing)
		tally(units, n.item.Unit(), n.standing)
		for _, town := range n.item.Towns() {
			tally(towns, town, n.standing)
		}
	}
	pairs := []string{"district", sc.district, "layer", string(only)}
	b.Hrefs = map[string]string{}
	for name, level := range map[string]string{"total": "", "remind": "1", "coordinate": "2", "supervise": "3", proposed: proposed} {
		b.Hrefs[name] = q.href(warningsPath, append(pairs, townField, sc.town, unitField, sc.unit, "level", level)...)
	}
	b.Units = grouped(units, func(name string) string {
		return q.href(warningsPath, append(pairs, townField, sc.town, unitField, name)...)
	})
	b.Towns = grouped(towns, func(name string) string {
		return q.href(warningsPath, append(pairs, unitField, sc.unit, townField, name)...)
	})
}

func tally(groups map[string]*levelCount, name string, s geo.Standing) {
	c := groups[name]
	if c == nil {
		c = &levelCount{}
		groups[name] = c
	}
	c.add(s)
}

const warningsPath = "/api/warnings"

// grouped lists groups, the largest first; what has no name is in none.
func grouped(groups map[string]*levelCount, href func(string) string) []warningGroup {
	out := []warningGroup{}
	for name, c := range groups {
		if name != "" {
			out = append(out, warningGroup{name, *c, href(name)})
		}
	}
	slices.SortFunc(out, func(a, b warningGroup) int { return cmp.Or(b.Total-a.Total, strings.Compare(a.Name, b.Name)) })
	return out
}

func (q *query) warningOf(n notice) warning {
	w, _ := gravest(n.item.Warnings())
	v := n.item.Verdict()
	return warning{alert: q.alertOf(n.item, v, w.Since), Key: w.Key, Rule: w.Rule, Level: w.Level, Proposed: w.Proposed,
		State: w.State, Raised: w.Raised, Assigned: w.Assigned, Reopened: w.Reopened, Ruling: v.Ruling}
}

// gravest gives the warning to show of a feature: of the open ones that of the
// highest level, then the longest; where none is open the last.
func gravest(all []geo.Warning) (geo.Warning, bool) {
	if len(all) == 0 {
		return geo.Warning{}, false
	}
	best := all[len(all)-1]
	for _, w := range all {
		switch {
		case w.State == geo.WarningClosed:
		case best.State == geo.WarningClosed, w.Level > best.Level, w.Level == best.Level && w.Since < best.Since:
			best = w
		}
	}
	return best, true
}

type warningsOfBody struct {
	Cursor   geo.Cursor    `json:"cursor"`
	At       geo.Date      `json:"at"`
	Layer    geo.LayerID   `json:"layer"`
	ID       geo.ID        `json:"id"`
	Warnings []geo.Warning `json:"warnings"`
	Rulings  []geo.Ruling  `json:"rulings"`
}

// warningsOf gives all warnings that a feature ever raised, each with its steps,
// and the rulings over its light.
func warningsOf(q *query) (any, error) {
	i, err := q.item()
	if err != nil {
		return nil, err
	}
	d, _ := q.snap.District(i.District())
	return warningsOfBody{q.snap.Cursor(), q.day(d), i.Layer(), i.ID(), append([]geo.Warning{}, i.Warnings()...), append([]geo.Ruling{}, i.Facts().Rulings...)}, nil
}
