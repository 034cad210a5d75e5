package cql

// list compiles an array: a set of elements that can be compared with ==. One
// with an absent element is absent.
func (c *compiler) list(e List) (value, error) {
	items, fixed, err := c.values(e.Items)
	if err != nil {
		return value{}, err
	}
	gets := make([]func(Row) (any, bool), len(items))
	for i, v := range items {
		if v.kind == isGeometry || v.kind == isList {
			if !v.fixed {
				return value{}, unsupported{invalid(e.Items[i], "an array cannot hold geometries or arrays of the feature")}
			}
			// Literals are told apart by how they are written.
			gets[i] = constant(any(literalElement(Format(e.Items[i]))))
			continue
		}
		gets[i] = element(v)
	}
	all := func(r Row) ([]any, bool) {
		out := make([]any, 0, len(gets))
		for _, get := range gets {
			x, ok := get(r)
			if !ok {
				return nil, false
			}
			out = append(out, x)
		}
		return out, true
	}
	if fixed {
		all = settled(all)
	}
	return value{kind: isList, fixed: fixed, elements: all}, nil
}

type literalElement string

func element(v value) func(Row) (any, bool) {
	switch v.kind {
	case isBool:
		return boxed(asBit(v.test))
	case isNumber:
		return boxed(v.number)
	case isText:
		return boxed(v.text)
	case isInstant:
		return boxed(v.instant)
	}
	return boxed(v.interval)
}

func boxed[T any](f func(Row) (T, bool)) func(Row) (any, bool) {
	return func(r Row) (any, bool) { return f(r) }
}

// relationOfSets compares arrays as sets.
func relationOfSets(op arrayOp, a, b elementsOf) test {
	return func(r Row) truth {
		x, ok := a(r)
		if !ok {
			return unknown
		}
		y, ok := b(r)
		if !ok {
			return unknown
		}
		switch op {
		case aEquals:
			return truthOf(holdsAll(x, y) && holdsAll(y, x))
		case aContains:
			return truthOf(holdsAll(x, y))
		case aContainedBy:
			return truthOf(holdsAll(y, x))
		}
		return truthOf(shares(x, y))
	}
}

func setOf(list []any) map[any]bool {
	set := make(map[any]bool, len(list))
	for _, x := range list {
		set[x] = true
	}
	return set
}

func holdsAll(outer, inner []any) bool {
	set := setOf(outer)
	for _, x := range inner {
		if !set[x] {
			return false
		}
	}
	return true
}

func shares(a, b []any) bool {
	set := setOf(a)
	for _, x := range b {
		if set[x] {
			return true
		}
	}
	return false
}
