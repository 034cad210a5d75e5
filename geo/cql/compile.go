package cql

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles"
)

// Row is a feature as a filter sees it; an item of a snapshot is one.
type Row interface {
	ID() geo.ID
	Code() string
	Light() geo.Light
	Overdue() bool
	District() string       // "" = none
	Town() string           // the first of its towns; "" = none
	OtherTowns() []string   // those after the first; nil = none
	Value(field string) any // with the Go type of its field; nil = absent
	Geometry() orb.Geometry // nil = none
	Box() tiles.Box         // of the geometry; EmptyBox without
}

// Filter is a filter checked against a layer. It is immutable and may be used by
// many goroutines.
type Filter struct {
	test  test
	hint  hint
	inner inner
}

// Match reports whether the filter is true of the row; where it is false or
// unknown the row is not let through.
func (f *Filter) Match(r Row) bool { return f.test(r) == yes }

// Compile checks a filter against a layer: the names, the types, the literal
// geometries. Errors are *geo.Error, Invalid or for functions Unsupported, with
// the place and a mend.
func Compile(e Expr, l *geo.Layer) (*Filter, error) {
	return (&compiler{layer: l}).compile(e)
}

func (c *compiler) compile(e Expr) (*Filter, error) {
	t, err := c.condition(e)
	if err != nil {
		return nil, c.outward(err)
	}
	in, err := c.innerOf(e)
	if err != nil {
		return nil, c.outward(err)
	}
	return &Filter{t, c.hintOf(e), in}, nil
}

type compiler struct {
	layer *geo.Layer
	rule  bool // of lights: what comes of judging is not there to be named
}

// unsupported marks a fault that is not the caller's.
type unsupported struct{ *fault }

func (c *compiler) outward(err error) error {
	code := geo.Invalid
	if u, ok := err.(unsupported); ok {
		code, err = geo.Unsupported, u.fault
	}
	out := filterError(err)
	if e, ok := out.(*geo.Error); ok {
		e.Code, e.Layer = code, c.layer.ID
	}
	return out
}

// Values of three-valued logic.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// Closures of each kind; false is an absent value. Those of a fixed value take
// no row.
type (
	test       func(Row) truth
	numberOf   func(Row) (float64, bool)
	textOf     func(Row) (string, bool)
	instantOf  func(Row) (span, bool)
	intervalOf func(Row) (interval, bool)
	shapeOf    func(Row) (shape, bool)
	elementsOf func(Row) ([]any, bool)
)

// value is a compiled node: of its closures only that of its kind is set.
type value struct {
	kind     kinds
	fixed    bool // the same for every row
	test     test
	number   numberOf
	text     textOf
	instant  instantOf
	interval intervalOf
	shape    shapeOf
	elements elementsOf
}

// settle evaluates a fixed value once and for all.
func (v value) settle() value {
	if !v.fixed {
		return v
	}
	switch v.kind {
	case isBool:
		t := v.test(nil)
		v.test = func(Row) truth { return t }
	case isNumber:
		v.number = settled(v.number)
	case isText:
		v.text = settled(v.text)
	}
	return v
}

func settled[T any](f func(Row) (T, bool)) func(Row) (T, bool) {
	x, ok := f(nil)
	return func(Row) (T, bool) { return x, ok }
}

func constant[T any](x T) func(Row) (T, bool) { return func(Row) (T, bool) { return x, true } }

// condition compiles what must be true or false.
func (c *compiler) condition(e Expr) (test, error) {
	v, err := c.value(e)
	if err != nil {
		return nil, err
	}
	if v.kind != isBool {
		return nil, invalid(e, "此处应为条件，却是%s", "%s stands where a condition is wanted", v.kind).mend("请与某值比较", "compare it with something")
	}
	return v.test, nil
}

func (c *compiler) value(e Expr) (value, error) {
	switch e := e.(type) {
	case Call:
		v, err := c.call(e)
		if err != nil {
			return v, err
		}
		return v.settle(), nil
	case Property:
		return c.property(e)
	case Text:
		return value{kind: isText, fixed: true, text: constant(normal(e.Value))}, nil
	case Number:
		return value{kind: isNumber, fixed: true, number: constant(e.Value)}, nil
	case Bool:
		t := truthOf(e.Value)
		return value{kind: isBool, fixed: true, test: func(Row) truth { return t }}, nil
	case Instant:
		return value{kind: isInstant, fixed: true, instant: constant(spanOf(e))}, nil
	case Interval:
		return c.interval(e)
	case Geometry, Box:
		s, err := literalShape(e)
		return value{kind: isGeometry, fixed: true, shape: constant(s)}, err
	case List:
		return c.list(e)
	}
	return value{}, faultAt(0, "过滤条件中有未知类型 %T", "the filter has a node of unknown kind %T", e)
}

func (c *compiler) values(es []Expr) ([]value, bool, error) {
	out, fixed := make([]value, 0, len(es)), true
	for _, e := range es {
		v, err := c.value(e)
		if err != nil {
			return nil, false, err
		}
		out, fixed = append(out, v), fixed && v.fixed
	}
	return out, fixed, nil
}

func (c *compiler) call(e Call) (value, error) {
	if _, ok := signatureOf(e.Op); !ok {
		return value{}, unsupported{invalid(e, "没有函数“%s”", "the function “%s” is not offered", e.Op).
			mend("可用 CASEI、ACCENTI 与 S_、T_、A_ 函数", "CASEI, ACCENTI, S_, T_ and A_ functions are")}
	}
	if err := checkCall(e); err != nil {
		return value{}, err
	}
	if e.Op == "in" {
		v, err := c.in(e)
		if err == nil && namesTown(e) {
			v.test = inAnyTown(e.Op, v.test)
		}
		return v, err
	}
	args, fixed, err := c.values(e.Args)
	if err != nil {
		return value{}, err
	}
	if err := c.agree(e, args); err != nil {
		return value{}, err
	}
	out := value{kind: isBool, fixed: fixed}
	switch {
	case e.Op == "and" || e.Op == "or":
		out.test = joined(e.Op, args)
	case e.Op == "not":
		out.test = negated(args[0].test)
	case e.Op == "isNull":
		out.test = absent(args[0])
	case e.Op == "like":
		out.test, err = c.like(e, args)
	case e.Op == "between":
		out.test = between(args)
	case spatial(e.Op) != 0:
		out.test = relation(spatial(e.Op), args[0], args[1])
	case temporal(e.Op) != 0:
		out.test = relationInTime(temporal(e.Op), args[0], args[1])
	case array(e.Op) != 0:
		out.test = relationOfSets(array(e.Op), args[0].elements, args[1].elements)
	case e.Op == "casei" || e.Op == "accenti":
		out.kind, out.text = isText, folded(e.Op, args[0].text)
	case len(e.Args) == 2 && isArithmetic(e.Op):
		out.kind, out.number = isNumber, arithmetic(e.Op, args[0].number, args[1].number)
	default:
		out.test = compared(e.Op, args[0], args[1])
	}
	if out.kind == isBool && !logical(e.Op) && namesTown(e) {
		out.test = inAnyTown(e.Op, out.test)
	}
	return out, err
}

// agree checks the kinds of compiled operands. Texts that are compared with
// dates or timestamps are read as such.
func (c *compiler) agree(e Call, args []value) error {
	s, _ := signatureOf(e.Op)
	for i := range args {
		if want := s.takes[min(i, len(s.takes)-1)]; args[i].kind&want == 0 {
			return invalid(e.Args[i], "%s 在此不接受%s", "%s cannot take %s here", shownOp(e.Op), args[i].kind).mend("可用：%s", "it takes %s", want)
		}
	}
	if op := temporal(e.Op); op >= tContains {
		for i, a := range args {
			if a.kind != isInterval {
				return invalid(e.Args[i], "%s 只接受时段", "%s takes intervals", shownOp(e.Op)).mend("请写 INTERVAL(起, 止)", "write INTERVAL(start, end)")
			}
		}
	}
	if e.Op == "between" || isSign(e.Op) && !isArithmetic(e.Op) {
		return alike(e.Args, args)
	}
	return nil
}

// alike makes the operands of a comparison one kind.
func alike(es []Expr, args []value) error {
	if slices.ContainsFunc(args, func(v value) bool { return v.kind == isInstant }) {
		for i, a := range args {
			if t, ok := es[i].(Text); ok && a.kind == isText {
				at, ok := readInstant(t.Value)
				if !ok {
					return invalid(t, "'%s' 不是日期或时刻", "'%s' is not a date or timestamp", t.Value).mend("请写 DATE('2022-12-31') 或 TIMESTAMP('2022-12-31T08:00:00Z')", "write DATE('2022-12-31') or TIMESTAMP('2022-12-31T08:00:00Z')")
				}
				args[i] = value{kind: isInstant, fixed: true, instant: constant(spanOf(at))}
			}
		}
	}
	for i, a := range args[1:] {
		if a.kind != args[0].kind {
			return invalid(es[i+1], "%s不能与%s比较", "%s is compared with %s", args[0].kind, a.kind).quotes(args[0].kind, a.kind)
		}
	}
	return nil
}

// quotes mends what mistakes a text for a number, or the other way round.
func (f *fault) quotes(a, b kinds) *fault {
	if a|b == isText|isNumber {
		return f.mend("文本写在单引号中，数不加引号", "texts stand in single quotes, numbers without")
	}
	return f
}

// property resolves a name.
func (c *compiler) property(p Property) (value, error) {
	field, declared := c.layer.Field(p.Name)
	judged := c.layer.Light.Kind != geo.NoRule
	switch p.Name {
	case "id":
		return value{kind: isNumber, number: func(r Row) (float64, bool) { return float64(r.ID()), true }}, nil
	case "code":
		// Codes are keys: compared as stored, so that one look-up finds them.
		return value{kind: isText, text: func(r Row) (string, bool) { return r.Code(), true }}, nil
	case "district":
		return value{kind: isText, text: func(r Row) (string, bool) { s := r.District(); return s, s != "" }}, nil
	case "town":
		return value{kind: isText, text: func(r Row) (string, bool) { s := normal(r.Town()); return s, s != "" }}, nil
	case "light":
		if judged || !declared {
			return value{kind: isText, text: func(r Row) (string, bool) { return r.Light().String(), true }}, nil
		}
	case "overdue":
		if judged || !declared {
			return value{kind: isBool, test: func(r Row) truth { return truthOf(r.Overdue()) }}, nil
		}
	case "geom", "geometry":
		if !declared {
			return value{kind: isGeometry, shape: rowShape}, nil
		}
	default:
		if v, ok := judgement[p.Name]; ok && !declared {
			return v, nil
		}
		if f, ok := c.layer.EntryField(p.Name); ok {
			return fieldValue(f, entryValue), nil
		}
	}
	if !declared {
		return value{}, invalid(p, "图层没有字段“%s”", "the layer has no field “%s”", p.Name).mend("可用：%s", "it has %s", c.names())
	}
	return fieldValue(field, Row.Value), nil
}

func (c *compiler) names() string {
	names := []string{"id", "code", "light", "overdue", "district", "town", "geom"}
	switch {
	case c.rule:
		names = slices.DeleteFunc(names, ofLight)
	case c.layer.InDatabase(): // it answers of nothing else
		names = []string{"id", "code", "geom"}
	default:
		names = append(names, slices.Sorted(maps.Keys(judgement))...)
		if _, ok := c.layer.EntryField(geo.EntryPrefix + c.layer.Light.Year); ok {
			names = append(names, geo.EntryPrefix+"‹field›")
		}
	}
	for _, f := range c.layer.Fields {
		if !slices.Contains(names, f.Name) && !(c.rule && ofLight(f.Name)) {
			names = append(names, name(f.Name))
		}
	}
	const most = 40
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, ", ")
}

// fieldValue reads a field as read gives it, with the Go type of the field.
func fieldValue(f geo.Field, read func(Row, string) any) value {
	field := f.Name
	switch f.Type {
	case geo.IntField, geo.FloatField:
		return value{kind: isNumber, number: func(r Row) (float64, bool) {
			switch v := read(r, field).(type) {
			case float64:
				return v, true
			case int64:
				return float64(v), true
			}
			return 0, false
		}}
	case geo.BoolField:
		return value{kind: isBool, test: func(r Row) truth {
			b, ok := read(r, field).(bool)
			if !ok {
				return unknown
			}
			return truthOf(b)
		}}
	case geo.DateField:
		return value{kind: isInstant, instant: func(r Row) (span, bool) {
			d, ok := read(r, field).(geo.Date)
			return daySpan(int64(d) - unixDay), ok && d != 0
		}}
	case geo.TimeField:
		return value{kind: isInstant, instant: func(r Row) (span, bool) {
			t, ok := read(r, field).(time.Time)
			return momentSpan(t), ok
		}}
	}
	return value{kind: isText, text: func(r Row) (string, bool) {
		s, ok := read(r, field).(string)
		return normal(s), ok
	}}
}
