package indicator

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Board holds all indicators of a snapshot. It is immutable. Only one Next may
// run at a time on the boards that come from one New.
type Board struct {
	snap    *snapshot.Snapshot
	plan    *plan
	grids   grids
	states  []*state // of plan.terms
	entries []*Entry // of plan.rows
}

// plan is what the definitions say to compute. It is shared by boards as long as
// definitions and declarations stay.
type plan struct {
	rows  []*row // ordered by code
	terms []*bound
	index map[string]int        // of terms, by key
	users [][]int               // rows that use each term
	by    map[geo.LayerID][]int // terms of each layer
	names map[string]int        // rows by code
}

// row is a definition.
type row struct {
	id      geo.ID
	day     geo.Date // that its district is judged at
	fixed   Entry
	formula *Formula // nil: reported, or not usable
	terms   []int    // of plan.terms, as Formula.terms
}

// New computes all indicators.
func New(s *snapshot.Snapshot) *Board { return compute(s, grids{}, nil, nil) }

// compute makes a board. carry gives the state of a term that the board before
// had, brought up to date, or nil where it is to be gathered anew.
func compute(s *snapshot.Snapshot, known grids, before *Board, carry func(*bound, *state) *state) *Board {
	b := &Board{snap: s, plan: planOf(s), grids: known}
	b.states = make([]*state, len(b.plan.terms))
	missing := map[geo.LayerID][]int{}
	for k, t := range b.plan.terms {
		if before != nil {
			if old, ok := before.plan.index[t.key(t.area)]; ok {
				b.states[k] = carry(t, before.states[old])
			}
		}
		if b.states[k] == nil {
			missing[t.layer] = append(missing[t.layer], k)
		}
	}
	for _, ks := range missing {
		terms := make([]*bound, len(ks))
		for n, k := range ks {
			terms[n] = b.plan.terms[k]
		}
		for n, s := range gather(s, terms, known) {
			b.states[ks[n]] = s
		}
	}
	b.entries = make([]*Entry, len(b.plan.rows))
	b.settle(func(int) bool { return true })
	return b
}

func planOf(s *snapshot.Snapshot) *plan {
	p := &plan{index: map[string]int{}, by: map[geo.LayerID][]int{}, names: map[string]int{}}
	if l, ok := s.Layer(indicatorLayer); ok {
		for i := range l.All {
			p.rows = append(p.rows, &row{id: i.ID(), day: i.Day(), fixed: describe(i)})
		}
	}
	slices.SortFunc(p.rows, func(a, b *row) int {
		return cmp.Or(strings.Compare(a.fixed.Code, b.fixed.Code), cmp.Compare(a.id, b.id))
	})
	for k, r := range p.rows {
		if _, taken := p.names[r.fixed.Code]; !taken {
			p.names[r.fixed.Code] = k
		}
	}
	faults := make([]error, len(p.rows))
	for k := range p.rows {
		faults[k] = p.prepare(s, k)
	}
	for k := range p.rows {
		faults[k] = cmp.Or(faults[k], p.checkReads(k))
	}
	for k, r := range p.rows {
		if faults[k] != nil {
			r.formula, r.fixed.Fault = nil, faults[k].Error()
		}
	}
	return p
}

// prepare reads the formula of a row and binds its terms.
func (p *plan) prepare(s *snapshot.Snapshot, k int) error {
	r := p.rows[k]
	if r.fixed.Kind != computed {
		return nil
	}
	f, err := Parse(r.fixed.Formula)
	if err != nil {
		return err
	}
	var ready []*bound
	for _, t := range f.terms {
		layer, _ := s.Layer(t.layer)
		b, err := t.bind(layer, r.fixed.District)
		if err != nil {
			return err
		}
		ready = append(ready, b)
	}
	for _, b := range ready {
		n := p.add(b)
		p.users[n] = append(p.users[n], k)
		r.terms = append(r.terms, n)
	}
	r.formula, r.fixed.Sources, r.fixed.Reads = f, f.sources(r.fixed.District), f.reads
	return nil
}

// add gives the number of a term, which rows share.
func (p *plan) add(b *bound) int {
	key := b.key(b.area)
	if n, ok := p.index[key]; ok {
		return n
	}
	n := len(p.terms)
	p.index[key] = n
	p.terms, p.users = append(p.terms, b), append(p.users, nil)
	p.by[b.layer] = append(p.by[b.layer], n)
	return n
}

// checkReads refuses what rests on an indicator that is not there, that cannot
// be computed, or that rests on itself.
func (p *plan) checkReads(k int) error {
	const above, done = 1, 2
	state := map[int]int{}
	var follow func(int) error
	follow = func(n int) error {
		r := p.rows[n]
		if r.fixed.Kind == computed && r.formula == nil {
			return wrong("reading", "indicator %s cannot be computed", r.fixed.Code)
		}
		if r.formula == nil || state[n] == done {
			return nil
		}
		if state[n] == above {
			return wrong("reading", "indicator %s rests on itself", r.fixed.Code)
		}
		state[n] = above
		for _, code := range r.formula.reads {
			on, ok := p.names[code]
			if !ok {
				return wrong("reading", "there is no indicator %s", code)
			}
			if err := follow(on); err != nil {
				return err
			}
		}
		state[n] = done
		return nil
	}
	return follow(k)
}

// Next gives the board after a change: it equals New of the delta's To, and
// costs what the changed features cost.
func (b *Board) Next(d snapshot.Delta) *Board {
	if d.To == nil || d.From != b.snap {
		return New(d.To)
	}
	changes := map[geo.LayerID][]snapshot.Change{}
	for _, c := range d.Changes {
		changes[c.Layer] = append(changes[c.Layer], c)
	}
	whole := map[geo.LayerID]bool{}
	for _, id := range d.Layers {
		whole[id] = true
	}
	known, outlines := b.grids, whole[districtLayer] || len(changes[districtLayer]) > 0
	if outlines {
		known = grids{}
	}
	fresh := func(t *bound) bool {
		return !whole[t.layer] && (len(d.Dates)+len(d.Layers) == 0 || !t.dated) && (t.op != "coverage" || !outlines)
	}
	if len(d.Dates) > 0 || b.replan(whole, changes[indicatorLayer]) {
		return compute(d.To, known, b, func(t *bound, old *state) *state {
			if l, ok := d.To.Layer(t.layer); !ok || !fresh(t) || 2*len(changes[t.layer]) > l.Len() {
				return nil
			}
			return t.next(old, d.To, changes[t.layer])
		})
	}
	out := &Board{snap: d.To, plan: b.plan, grids: known, states: b.states, entries: b.entries}
	dirty := map[int]bool{}
	out.advance(b, changes, fresh, dirty)
	all := d.From.Rulebook() != d.To.Rulebook()
	for _, c := range changes[indicatorLayer] { // readings came
		if out.reread(c.New) {
			dirty[out.plan.names[c.New.Code()]] = true
		}
	}
	if all || len(dirty) > 0 {
		out.entries = slices.Clone(b.entries)
		out.settle(func(k int) bool { return all || dirty[k] })
	}
	return out
}

// replan reports whether definitions or declarations are others now.
func (b *Board) replan(whole map[geo.LayerID]bool, changes []snapshot.Change) bool {
	if whole[indicatorLayer] {
		return true
	}
	for id := range whole {
		if len(b.plan.by[id]) > 0 || b.plan.faulty() {
			return true
		}
	}
	return slices.ContainsFunc(changes, func(c snapshot.Change) bool { return !c.HadOld || !c.HasNew || c.Edited })
}

// faulty reports whether a formula could not be used, and might be now.
func (p *plan) faulty() bool {
	return slices.ContainsFunc(p.rows, func(r *row) bool { return r.fixed.Fault != "" })
}

// advance brings the states of touched terms up to date and notes their users.
func (b *Board) advance(old *Board, changes map[geo.LayerID][]snapshot.Change, fresh func(*bound) bool, dirty map[int]bool) {
	for n, t := range b.plan.terms {
		now := old.states[n]
		switch {
		case !fresh(t):
			now = t.compute(b.snap, b.grids)
		case len(changes[t.layer]) > 0:
			now = t.next(now, b.snap, changes[t.layer])
		}
		if now == old.states[n] {
			continue
		}
		if &b.states[0] == &old.states[0] {
			b.states = slices.Clone(old.states)
		}
		b.states[n] = now
		for _, k := range b.plan.users[n] {
			dirty[k] = true
		}
	}
}

// reread takes new readings of a definition in: its plan row is replaced in a
// copy of the plan.
func (b *Board) reread(i snapshot.Item) bool {
	k, ok := b.plan.names[i.Code()]
	if !ok {
		return false
	}
	p := *b.plan
	p.rows = slices.Clone(p.rows)
	r := *p.rows[k]
	r.fixed.Readings = readings(i)
	p.rows[k] = &r
	b.plan = &p
	return true
}

// settle works out the entries that stale names, and those that rest on them.
func (b *Board) settle(stale func(int) bool) {
	w := &worker{board: b, stale: stale, done: make([]bool, len(b.entries)), moved: make([]bool, len(b.entries))}
	for k := range b.plan.rows {
		w.entry(k)
	}
}

// worker settles entries, each after those it rests on.
type worker struct {
	board       *Board
	stale       func(int) bool
	done, moved []bool
}

// entry settles a row and reports whether its entry was made anew.
func (w *worker) entry(k int) bool {
	if w.done[k] {
		return w.moved[k]
	}
	w.done[k] = true
	r, need := w.board.plan.rows[k], w.stale(k)
	if r.formula != nil {
		for _, code := range r.formula.reads {
			need = w.entry(w.board.plan.names[code]) || need
		}
	}
	if need {
		w.board.entries[k] = w.board.entry(r)
	}
	w.moved[k] = need
	return need
}

// entry makes an entry out of the states.
func (b *Board) entry(r *row) *Entry {
	e := r.fixed
	var v Value
	switch {
	case r.formula != nil:
		v = r.formula.root.value(
			func(k int) Value { n := r.terms[k]; return b.plan.terms[n].value(b.states[n]) },
			func(code string) Value { return b.entries[b.plan.names[code]].Value })
	case e.Kind != computed:
		if n := len(e.Readings); n > 0 {
			v = Value{Number: e.Readings[n-1].Value, Known: true}
		}
	}
	e.settle(v, b.snap.Rulebook().Limits(indicatorLayer, e.District, r.day), r.day)
	return &e
}

// Of gives an indicator by its code.
func (b *Board) Of(code string) (Entry, bool) {
	k, ok := b.plan.names[code]
	if !ok {
		return Entry{}, false
	}
	return *b.entries[k], true
}

// All gives the indicators of a district ordered by code, or all ("").
func (b *Board) All(district string) []Entry {
	out := []Entry{}
	for _, e := range b.entries {
		if district == "" || e.District == district {
			out = append(out, *e)
		}
	}
	return out
}

// Layers gives the layers that values come from.
func (b *Board) Layers() []geo.LayerID { return slices.Sorted(maps.Keys(b.plan.by)) }
