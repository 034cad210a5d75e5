package cql

import (
	"cmp"
	"math"
)

// joined is AND or OR of three-valued logic. It ends at the first operand that
// decides.
func joined(op string, args []value) test {
	decides := no // of AND
	if op == "or" {
		decides = yes
	}
	tests := make([]test, len(args))
	for i, a := range args {
		tests[i] = a.test
	}
	return func(r Row) truth {
		out := yes - decides
		for _, t := range tests {
			switch got := t(r); got {
			case decides:
				return decides
			case unknown:
				out = unknown
			}
		}
		return out
	}
}

func negated(t test) test {
	return func(r Row) truth {
		switch t(r) {
		case yes:
			return no
		case no:
			return yes
		}
		return unknown
	}
}

// absent is IS NULL; it is never unknown.
func absent(v value) test {
	switch v.kind {
	case isBool:
		return func(r Row) truth { return truthOf(v.test(r) == unknown) }
	case isNumber:
		return missing(v.number)
	case isText:
		return missing(v.text)
	case isInstant:
		return missing(v.instant)
	case isInterval:
		return missing(v.interval)
	case isGeometry:
		return missing(v.shape)
	}
	return missing(v.elements)
}

func missing[T any](f func(Row) (T, bool)) test {
	return func(r Row) truth {
		_, ok := f(r)
		return truthOf(!ok)
	}
}

// verdicts says for each order of two values whether a comparison holds: less,
// equal, greater.
func verdicts(op string) (v [3]truth) {
	switch op {
	case "=":
		v[1] = yes
	case "<>":
		v[0], v[2] = yes, yes
	case "<":
		v[0] = yes
	case "<=":
		v[0], v[1] = yes, yes
	case ">":
		v[2] = yes
	case ">=":
		v[1], v[2] = yes, yes
	}
	return v
}

// compared compares two values of one kind.
func compared(op string, a, b value) test {
	switch a.kind {
	case isNumber:
		return ordered(op, a.number, b.number, b.fixed, cmp.Compare[float64])
	case isText:
		return ordered(op, a.text, b.text, b.fixed, cmp.Compare[string])
	case isInstant:
		return ordered(op, a.instant, b.instant, b.fixed, span.compare)
	}
	return ordered(op, asBit(a.test), asBit(b.test), b.fixed, cmp.Compare[truth])
}

func asBit(t test) func(Row) (truth, bool) {
	return func(r Row) (truth, bool) {
		got := t(r)
		return got, got != unknown
	}
}

func ordered[T any](op string, a, b func(Row) (T, bool), fixed bool, order func(T, T) int) test {
	holds := verdicts(op)
	if fixed {
		y, ok := b(nil)
		return func(r Row) truth {
			x, there := a(r)
			if !there || !ok {
				return unknown
			}
			return holds[order(x, y)+1]
		}
	}
	return func(r Row) truth {
		x, ok := a(r)
		if !ok {
			return unknown
		}
		y, ok := b(r)
		if !ok {
			return unknown
		}
		return holds[order(x, y)+1]
	}
}

// between holds both limits.
func between(args []value) test {
	low, high := compared(">=", args[0], args[1]), compared("<=", args[0], args[2])
	return joined("and", []value{{test: low}, {test: high}})
}

// in compiles x IN (…); fixed texts and numbers are looked up.
func (c *compiler) in(e Call) (value, error) {
	items := e.Args[1].(List).Items
	es := append([]Expr{e.Args[0]}, items...)
	args, fixed, err := c.values(es)
	if err != nil {
		return value{}, err
	}
	if args[0].kind&isScalar == 0 {
		return value{}, invalid(e.Args[0], "IN 在此不接受%s", "IN cannot take %s here", args[0].kind)
	}
	if err := alike(es, args); err != nil {
		return value{}, err
	}
	out := value{kind: isBool, fixed: fixed}
	x, list := args[0], args[1:]
	switch {
	case x.kind == isText && allFixed(list):
		out.test = oneOf(x.text, list, func(v value) (string, bool) { return v.text(nil) })
	case x.kind == isNumber && allFixed(list):
		out.test = oneOf(x.number, list, func(v value) (float64, bool) { return v.number(nil) })
	default:
		equal := make([]value, len(list))
		for i, v := range list {
			equal[i] = value{test: compared("=", x, v)}
		}
		out.test = joined("or", equal)
	}
	return out, nil
}

func allFixed(vs []value) bool {
	for _, v := range vs {
		if !v.fixed {
			return false
		}
	}
	return true
}

func oneOf[T comparable](x func(Row) (T, bool), list []value, get func(value) (T, bool)) test {
	set, otherwise := make(map[T]bool, len(list)), no
	for _, v := range list {
		item, ok := get(v)
		if !ok {
			otherwise = unknown
			continue
		}
		set[item] = true
	}
	return func(r Row) truth {
		got, ok := x(r)
		switch {
		case !ok:
			return unknown
		case set[got]:
			return yes
		}
		return otherwise
	}
}

func isArithmetic(op string) bool {
	switch op {
	case "+", "-", "*", "/", "%", "div", "^":
		return true
	}
	return false
}

// arithmetic computes; what is not a finite number, as a division by 0, is absent.
func arithmetic(op string, a, b numberOf) numberOf {
	compute := operation(op)
	return func(r Row) (float64, bool) {
		x, ok := a(r)
		if !ok {
			return 0, false
		}
		y, ok := b(r)
		if !ok {
			return 0, false
		}
		z := compute(x, y)
		return z, !math.IsNaN(z) && !math.IsInf(z, 0)
	}
}

func operation(op string) func(x, y float64) float64 {
	switch op {
	case "+":
		return func(x, y float64) float64 { return x + y }
	case "-":
		return func(x, y float64) float64 { return x - y }
	case "*":
		return func(x, y float64) float64 { return x * y }
	case "/":
		return func(x, y float64) float64 { return x / y }
	case "%":
		return math.Mod
	case "div":
		return func(x, y float64) float64 { return math.Trunc(x / y) }
	}
	return math.Pow
}

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
				return value{}, unsupported{invalid(e.Items[i], "数组不能含要素的几何或数组", "an array cannot hold geometries or arrays of the feature")}
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
