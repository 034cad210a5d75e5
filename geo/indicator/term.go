package indicator

import (
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/exact"
	"yiping/geo/measure"
	"yiping/geo/snapshot"
)

// Source says which features are behind a value: those of the layer that the
// filter lets through, the district being part of it.
type Source struct {
	Layer  geo.LayerID `json:"layer"`
	Filter string      `json:"filter,omitempty"` // CQL2 text; "" = all
	Field  string      `json:"field,omitempty"`  // whose values make up the value
	Report string      `json:"report,omitempty"` // likewise, a field of the reports
}

// Source gives what each operator over features looks at, in the order they
// stand in the formula, as far as it is written: without the district.
func (f *Formula) Source() []Source { return f.sources("") }

func (f *Formula) sources(district string) []Source {
	var out []Source
	for _, t := range f.terms {
		if s := t.source(district); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (t *term) source(district string) Source {
	s := Source{Layer: t.layer, Field: t.field, Report: t.report}
	if t.op == "months" {
		s.Field = t.from
	}
	e := t.filter
	if d := t.districtOf(district); d != "" {
		own := cql.Call{Op: "=", Args: []cql.Expr{cql.Property{Name: "district"}, cql.Text{Value: d}}}
		if e == nil {
			e = own
		} else {
			e = cql.Call{Op: "and", Args: []cql.Expr{own, e}}
		}
	}
	if e != nil {
		s.Filter = cql.Format(e)
	}
	return s
}

// districtOf gives the district that features must lie in: none where the
// filter speaks of it.
func (t *term) districtOf(district string) string {
	if district != "" && t.filter != nil && t.op != "coverage" && slices.Contains(cql.Names(t.filter), "district") {
		return ""
	}
	return district
}

// bound is a term made ready for a layer as it is declared, and a district.
type bound struct {
	*term
	district string // that features must lie in; "" = any
	area     string // coverage: the district that is covered; "" = all
	match    *cql.Filter
	dated    bool              // looks at the day beside the features
	date     bool              // its values are dates
	entries  map[string]string // fields of the yearly register's entry, by the names that begin with entry_
}

// key tells bound terms of one layer apart.
func (t *term) key(district string) string {
	s := t.source(district)
	return strings.Join([]string{t.op, string(t.layer), s.Filter, t.field, t.report, t.from, t.to, district}, "\x00")
}

func (t *term) bind(layer *snapshot.Layer, district string) (*bound, error) {
	b := &bound{term: t, district: t.districtOf(district), area: district, dated: t.report != ""}
	if layer == nil {
		return nil, wrong(t.place, "there is no layer “%s”", t.layer)
	}
	decl := layer.Decl()
	if decl.InDatabase() {
		return nil, wrong(t.place, "layer “%s” is served from the database, and cannot be counted; serve it from memory", t.layer)
	}
	if t.filter != nil {
		f, err := cql.Compile(t.filter, decl)
		if err != nil {
			return nil, within(t.place+".filter", err)
		}
		b.match, b.dated = f, b.dated || slices.ContainsFunc(cql.Names(t.filter), cql.Dated)
	}
	for _, name := range []string{t.field, t.from, t.to} {
		if err := b.checkField(name, b.findIn(decl)); err != nil {
			return nil, err
		}
	}
	return b, b.checkField(t.report, decl.ReportField)
}

// findIn finds fields of a layer, and those of its features' entries in the yearly
// register, which change with the day.
func (b *bound) findIn(decl *geo.Layer) func(string) (geo.Field, bool) {
	return func(name string) (geo.Field, bool) {
		if f, ok := decl.EntryField(name); ok {
			if b.entries == nil {
				b.entries = map[string]string{}
			}
			b.entries[name], b.dated = f.Name, true
			return f, true
		}
		return decl.Field(name)
	}
}

// row gives the row that a field is read from, and its name there; false where no
// entry in force has it.
func (b *bound) row(i snapshot.Item, field string) (snapshot.Item, string, bool) {
	name, ok := b.entries[field]
	if !ok {
		return i, field, true
	}
	row, ok := i.EntryRow(name)
	return row, name, ok
}

// checkField says whether a field can make up the value.
func (b *bound) checkField(name string, find func(string) (geo.Field, bool)) error {
	if name == "" {
		return nil
	}
	f, ok := find(name)
	if !ok {
		return wrong(b.place, "layer %s has no field “%s”", b.layer, name)
	}
	isNumber, isDate := f.Type == geo.IntField || f.Type == geo.FloatField, f.Type == geo.DateField
	b.date = isDate
	switch b.op {
	case "sum":
		ok = isNumber
	case "min", "max":
		ok = isNumber || isDate && b.report == ""
	case "months":
		ok = isDate
	case "value":
		ok = b.report == "" || isNumber
	}
	if !ok {
		return wrong(b.place, "%s cannot be taken of the field “%s”, whose type is %s", b.op, name, f.Type)
	}
	return nil
}

// holds reports whether a feature is one of those looked at.
func (b *bound) holds(i snapshot.Item) bool {
	return (b.district == "" || i.District() == b.district) && (b.match == nil || b.match.Match(i))
}

// selective reports whether the filter says where to look.
func (b *bound) selective() bool { return b.match != nil && b.match.Selective() }

// each goes through the features looked at.
func (b *bound) each(layer *snapshot.Layer, yield func(snapshot.Item)) {
	if b.selective() {
		cql.Each(b.match, layer, func(i snapshot.Item) bool {
			if b.district == "" || i.District() == b.district {
				yield(i)
			}
			return true
		})
		return
	}
	for i := range layer.All {
		if b.holds(i) {
			yield(i)
		}
	}
}

// state is what is kept of the features of a bound term.
type state struct {
	n     int64     // features
	with  int64     // of them with a value
	sum   exact.Sum // sum, length, area
	bags  [2]*bag   // min, max, distinct, value; months: from and to
	cover *cover
}

func (b *bound) bagged() int {
	switch b.op {
	case "min", "max", "distinct", "value":
		return 1
	case "months":
		return 2
	}
	return 0
}

// compute gathers all features.
func (b *bound) compute(s *snapshot.Snapshot, known grids) *state {
	return gather(s, []*bound{b}, known)[0]
}

// gather computes terms of one layer in one pass: a feature is shown to those of
// its district and to those of all.
func gather(s *snapshot.Snapshot, terms []*bound, known grids) []*state {
	out := make([]*state, len(terms))
	in := map[string][]int{} // terms by district
	for k, b := range terms {
		out[k] = &state{}
		for n := range b.bagged() {
			out[k].bags[n] = newBag()
		}
		in[b.district] = append(in[b.district], k)
	}
	layer, ok := s.Layer(terms[0].layer)
	if !ok {
		return out
	}
	show := func(i snapshot.Item, to []int) {
		for _, k := range to {
			if b := terms[k]; !b.selective() && b.holds(i) {
				out[k].add(b.piece(i), 1)
			}
		}
	}
	if slices.ContainsFunc(terms, func(b *bound) bool { return !b.selective() }) {
		for i := range layer.All {
			show(i, in[""])
			if d := i.District(); d != "" {
				show(i, in[d])
			}
		}
	}
	for k, b := range terms {
		if b.selective() {
			b.each(layer, func(i snapshot.Item) { out[k].add(b.piece(i), 1) })
		}
		if b.op == "coverage" {
			out[k].cover = b.cover(s, layer, known)
		}
	}
	return out
}

// next gives the state after changes of the layer's features: the same one where
// nothing that it is made of changed.
func (b *bound) next(old *state, s *snapshot.Snapshot, changes []snapshot.Change) *state {
	out := old
	add := func(p piece, by int64) {
		if out == old {
			c := *old
			out = &c
			for k := range b.bagged() {
				out.bags[k] = old.bags[k].copy()
			}
		}
		out.add(p, by)
	}
	var touched []snapshot.Change
	for _, c := range changes {
		var was, is piece
		had, has := c.HadOld && b.holds(c.Old), c.HasNew && b.holds(c.New)
		if had {
			was = b.piece(c.Old)
		}
		if has {
			is = b.piece(c.New)
		}
		if had && !(has && was == is) {
			add(was, -1)
		}
		if has && !(had && was == is) {
			add(is, 1)
		}
		if b.op == "coverage" && (had != has || had && (c.Moved || c.Old.District() != c.New.District())) {
			touched = append(touched, c)
		}
	}
	if len(touched) > 0 {
		if layer, ok := s.Layer(b.layer); ok {
			if cover := b.recover(old.cover, layer, touched); cover != old.cover {
				c := *out
				out = &c
				out.cover = cover
			}
		}
	}
	return out
}

// piece is what one feature brings to a state.
type piece struct {
	sum    exact.Sum
	with   bool // it has a value
	held   [2]held
	second bool // months: it has the second one
}

func (b *bound) piece(i snapshot.Item) (p piece) {
	switch b.op {
	case "count", "coverage":
	case "sum", "length", "area":
		if x, ok := b.number(i); ok {
			p.sum, p.with = exact.Of(x)
		}
	case "months":
		p.held[0], p.with = b.valueOf(i, b.from)
		p.held[1], p.second = b.valueOf(i, b.to)
	default:
		p.held[0], p.with = b.valueOf(i, b.field)
	}
	return p
}

// add brings a feature in, or takes it away for by = -1.
func (s *state) add(p piece, by int64) {
	s.n += by
	if p.with {
		s.with += by
	}
	if by > 0 {
		s.sum = s.sum.Plus(p.sum)
	} else {
		s.sum = s.sum.Minus(p.sum)
	}
	if p.with && s.bags[0] != nil {
		s.bags[0].add(p.held[0], by)
	}
	if p.second {
		s.bags[1].add(p.held[1], by)
	}
}

// number is what a feature brings to a sum.
func (b *bound) number(i snapshot.Item) (float64, bool) {
	switch {
	case b.op == "length":
		return measure.Length(i.Geometry()), i.Extended()
	case b.op == "area":
		return measure.Area(i.Geometry()), i.Extended()
	case b.report != "":
		return i.LastReported(b.report)
	}
	row, field, ok := b.row(i, b.field)
	if !ok {
		return 0, false
	}
	return toNumber(row.Value(field))
}

func toNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, v == v
	case int64:
		return float64(v), true
	}
	return 0, false
}

// valueOf is the value of a field as a bag keeps it.
func (b *bound) valueOf(i snapshot.Item, field string) (held, bool) {
	if b.report != "" {
		x, ok := i.LastReported(b.report)
		return held{num: x}, ok && x == x
	}
	i, field, ok := b.row(i, field)
	if !ok {
		return held{}, false
	}
	v := i.Value(field)
	if x, ok := toNumber(v); ok {
		return held{num: x}, true
	}
	switch v := v.(type) {
	case geo.Date:
		return held{num: float64(v)}, v != 0
	case nil, float64:
		return held{}, false
	}
	text := i.Text(field)
	return held{text: text}, text != ""
}
