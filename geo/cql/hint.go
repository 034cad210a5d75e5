package cql

import (
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles"
)

// hint is what every feature that a filter lets through must have.
type hint struct {
	bound *orb.Bound
	codes []string // nil = any
	ids   []geo.ID // nil = any
}

// Bounds gives a bound that the geometry of each feature that matches meets, and
// whether there is one.
func (f *Filter) Bounds() (orb.Bound, bool) {
	if f.hint.bound == nil {
		return orb.Bound{}, false
	}
	return *f.hint.bound, true
}

// Codes gives the codes that alone can match, and whether the filter names them.
func (f *Filter) Codes() ([]string, bool) { return f.hint.codes, f.hint.codes != nil }

// IDs gives the ids that alone can match, and whether the filter names them.
func (f *Filter) IDs() ([]geo.ID, bool) { return f.hint.ids, f.hint.ids != nil }

// hintOf looks through a filter that compiled.
func (c *compiler) hintOf(e Expr) hint {
	call, ok := e.(Call)
	if !ok {
		return hint{}
	}
	switch op := spatial(call.Op); {
	case call.Op == "and":
		return c.hintOfAll(call.Args)
	case call.Op == "or":
		return c.hintOfAny(call.Args)
	case call.Op == "=" || call.Op == "in":
		return keyHint(call)
	case op != 0 && op != sDisjoint:
		return c.spaceHint(call)
	}
	return hint{}
}

// hintOfAll takes of each kind the narrowest.
func (c *compiler) hintOfAll(args []Expr) hint {
	var out hint
	for _, a := range args {
		h := c.hintOf(a)
		if h.bound != nil && (out.bound == nil || size(*h.bound) < size(*out.bound)) {
			out.bound = h.bound
		}
		if h.codes != nil && (out.codes == nil || len(h.codes) < len(out.codes)) {
			out.codes = h.codes
		}
		if h.ids != nil && (out.ids == nil || len(h.ids) < len(out.ids)) {
			out.ids = h.ids
		}
	}
	return out
}

func size(b orb.Bound) float64 { return (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1]) }

// hintOfAny joins what all have.
func (c *compiler) hintOfAny(args []Expr) hint {
	out := c.hintOf(args[0])
	for _, a := range args[1:] {
		h := c.hintOf(a)
		if out.bound == nil || h.bound == nil {
			out.bound = nil
		} else {
			b := out.bound.Union(*h.bound)
			out.bound = &b
		}
		out.codes = both(out.codes, h.codes)
		out.ids = both(out.ids, h.ids)
	}
	return out
}

func both[T any](a, b []T) []T {
	if a == nil || b == nil {
		return nil
	}
	return slices.Concat(a, b)
}

// keyHint reads code = 'a', code IN ('a', 'b') and the same of id.
func keyHint(call Call) hint {
	key, values := call.Args[0], call.Args[1:]
	if l, ok := call.Args[1].(List); ok {
		values = l.Items
	}
	if _, ok := key.(Property); !ok && call.Op == "=" {
		key, values = call.Args[1], call.Args[:1]
	}
	p, ok := key.(Property)
	if !ok {
		return hint{}
	}
	switch p.Name {
	case "code":
		codes, ok := literals(values, func(t Text) (string, bool) { return normal(t.Value), true })
		if ok {
			return hint{codes: codes}
		}
	case "id":
		ids, ok := literals(values, func(n Number) (geo.ID, bool) {
			return geo.ID(n.Value), n.Value >= 0 && n.Value <= float64(geo.MaxID) && n.Value == float64(geo.ID(n.Value))
		})
		if ok {
			return hint{ids: ids}
		}
	}
	return hint{}
}

// literals reads values that are all literals of one type; those that keep
// refuses can match nothing and are left out.
func literals[L Expr, T any](values []Expr, keep func(L) (T, bool)) ([]T, bool) {
	out := make([]T, 0, len(values))
	for _, v := range values {
		l, ok := v.(L)
		if !ok {
			return nil, false
		}
		if x, ok := keep(l); ok {
			out = append(out, x)
		}
	}
	return out, true
}

// spaceHint reads a relation of the feature's geometry to a literal.
func (c *compiler) spaceHint(call Call) hint {
	for i, a := range call.Args {
		p, ok := call.Args[1-i].(Property)
		if !ok || p.Name != "geom" && p.Name != "geometry" {
			continue
		}
		switch a.(type) {
		case Geometry, Box:
			if g, err := literal(a); err == nil {
				if b := boundOf(g); !b.IsEmpty() {
					return hint{bound: &b}
				}
			}
		}
	}
	return hint{}
}

// Index is where rows are found: a layer of a snapshot is one.
type Index[R Row] interface {
	ByID(geo.ID) (R, bool)
	ByCode(string) (R, bool)
	Search(tiles.Box, func(R) bool) // rows whose box meets the box
	All(func(R) bool)
}

// Area gives the box that Each searches, and whether it does.
func (f *Filter) Area() (tiles.Box, bool) {
	if f.hint.ids != nil || f.hint.codes != nil || f.hint.bound == nil {
		return tiles.EmptyBox, false
	}
	return tiles.BoxOf(*f.hint.bound), true
}

// Each yields the rows of x that f lets through, each once, until yield gives
// false. It looks up ids or codes that the filter names, else searches the bound
// that it demands, else goes through all. The order is not said.
func Each[R Row](f *Filter, x Index[R], yield func(R) bool) {
	passes := Passing[R](f)
	take := func(r R) bool { return !passes(r) || yield(r) }
	if ids, ok := f.IDs(); ok {
		lookUp(ids, x.ByID, take)
		return
	}
	if codes, ok := f.Codes(); ok {
		lookUp(codes, x.ByCode, take)
		return
	}
	if b, ok := f.Area(); ok {
		x.Search(b, take)
		return
	}
	x.All(take)
}

func lookUp[K string | geo.ID, R Row](keys []K, find func(K) (R, bool), take func(R) bool) {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		if r, ok := find(k); ok && !take(r) {
			return
		}
	}
}

// Selective reports whether Each finds the rows of the filter without going
// through all.
func (f *Filter) Selective() bool {
	return f.hint.ids != nil || f.hint.codes != nil || f.hint.bound != nil
}
