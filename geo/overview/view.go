package overview

import (
	"cmp"
	"slices"

	"github.com/tidwall/btree"

	"yiping/geo"
	"yiping/geo/exact"
	"yiping/geo/snapshot"
)

// Filter is a part of the city; "" is any. A unit is that of snapshot.Item.Unit.
type Filter struct{ District, Town, Category, Level, Unit string }

func (f *Filter) holds(p *fact) bool {
	return (f.District == "" || f.District == p.district) && (f.Town == "" || slices.Contains(p.towns, f.Town)) &&
		(f.Category == "" || f.Category == p.category) && (f.Level == "" || f.Level == p.level) && (f.Unit == "" || f.Unit == p.unit)
}

// tally is what adds up. Tallies of the same projects are ==.
type tally struct {
	lights         snapshot.LightCounts
	moved          [4][4]int // by light a month before, then light now
	warned         [4]int    // by level
	proposed       int
	listed, done   int
	total, planned exact.Sum
	due, actual    exact.Sum
	covered        exact.Sum
}

// add counts a project, or takes it away for by = -1.
func (t *tally) add(p *fact, by int) {
	t.lights[p.light] += by
	t.moved[p.before][p.light] += by
	t.warned[min(p.warned, 3)] += by
	if p.proposed {
		t.proposed += by
	}
	if p.listed {
		t.listed += by
	}
	if p.outcome == doneOutcome {
		t.done += by
	}
	for _, m := range [...]struct {
		to *exact.Sum
		x  exact.Sum
	}{{&t.total, p.total}, {&t.planned, p.planned}, {&t.due, p.due}, {&t.actual, p.actual}, {&t.covered, p.covered}} {
		if by > 0 {
			*m.to = m.to.Plus(m.x)
		} else {
			*m.to = m.to.Minus(m.x)
		}
	}
}

// view is a part added up. Copies share all that neither changes.
type view struct {
	all        tally
	gathering  bool // no copy was made: tallies may be changed in place
	lifecycles *btree.Map[string, int]
	groups     [3]*btree.Map[string, *tally] // by unit, category, town; a project is in each of its towns
	worst      *btree.BTreeG[concern]
}

// concern is a yellow or red project in the order of concern: the gravest light,
// then the widest gap, then the longest.
type concern struct {
	light geo.Light
	gap   float64
	bad   geo.Date
	id    geo.ID
}

func (a concern) less(b concern) bool {
	since := func(d geo.Date) geo.Date { // not known comes last
		if d == 0 {
			return 1<<31 - 1
		}
		return d
	}
	return cmp.Or(cmp.Compare(b.light, a.light), cmp.Compare(b.gap, a.gap),
		cmp.Compare(since(a.bad), since(b.bad)), cmp.Compare(a.id, b.id)) < 0
}

// degree keeps nodes small: a change copies one of each level.
const degree = 16

func newView() *view {
	v := &view{gathering: true, lifecycles: &btree.Map[string, int]{}, worst: btree.NewBTreeGOptions(concern.less, btree.Options{NoLocks: true, Degree: degree})}
	for k := range v.groups {
		v.groups[k] = &btree.Map[string, *tally]{}
	}
	return v
}

func (v *view) copy() *view {
	c := *v
	c.lifecycles, c.worst = v.lifecycles.Copy(), v.worst.Copy()
	for k := range c.groups {
		c.groups[k] = v.groups[k].Copy()
	}
	return &c
}

func (v *view) add(p *fact, by int) {
	v.all.add(p, by)
	n, _ := v.lifecycles.Get(p.lifecycle)
	if n += by; n == 0 {
		v.lifecycles.Delete(p.lifecycle)
	} else {
		v.lifecycles.Set(p.lifecycle, n)
	}
	v.group(v.groups[0], p.unit, p, by)
	v.group(v.groups[1], p.category, p, by)
	for _, town := range p.towns {
		v.group(v.groups[2], town, p, by)
	}
	if p.light >= geo.Yellow {
		if c := (concern{p.light, p.gap, p.bad, p.id}); by > 0 {
			v.worst.Set(c)
		} else {
			v.worst.Delete(c)
		}
	}
}

func (v *view) group(g *btree.Map[string, *tally], name string, p *fact, by int) {
	old, ok := g.Get(name)
	if ok && v.gathering {
		old.add(p, by)
		return
	}
	t := &tally{}
	if ok {
		*t = *old
	}
	if t.add(p, by); t.lights.Total() == 0 {
		g.Delete(name)
	} else {
		g.Set(name, t)
	}
}
