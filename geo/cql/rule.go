package cql

import (
	"errors"

	"yiping/geo"
)

// Today is the property that stands for the day a light is judged at.
const Today = "today"

// Rule is the light rule of a layer whose expressions are CQL2 (geo.FilterRule),
// compiled. It is immutable and may be used by many goroutines.
type Rule struct {
	tests map[string]*Filter // by expression
}

// CompileRule compiles the expressions of a layer's filter rule. They name the
// layer's fields and Today; light, overdue and what else comes of judging they
// cannot name. Errors are as of Compile, with the member of the rule as Field.
func CompileRule(l *geo.Layer) (*Rule, error) {
	with := *l
	with.Fields = make([]geo.Field, 0, len(l.Fields)+1)
	for _, f := range l.Fields {
		if f.Name != Today {
			with.Fields = append(with.Fields, f)
		}
	}
	with.Fields = append(with.Fields, geo.Field{Name: Today, Type: geo.DateField})
	r := &Rule{tests: map[string]*Filter{}}
	for _, part := range []struct{ member, expr string }{
		{"redWhen", l.Light.RedWhen}, {"yellowWhen", l.Light.YellowWhen}, {"greenWhen", l.Light.GreenWhen},
	} {
		if part.expr == "" {
			continue
		}
		f, err := compileCondition(part.expr, &with)
		if err != nil {
			return nil, inRule(err, l.ID, part.member)
		}
		r.tests[part.expr] = f
	}
	if len(r.tests) == 0 {
		return nil, &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: "light", Message: "the light rule has no expression",
			Mend: "say redWhen, yellowWhen or greenWhen in CQL2", ZH: "灯色规则没有条件（请用 CQL2 写 redWhen、yellowWhen 或 greenWhen）"}
	}
	return r, nil
}

// CheckRule says what is wrong with the expressions of a layer's light rule, nil
// where it has none. It is for whoever takes a declaration in, so that a wrong
// one is refused before it is stored.
func CheckRule(l *geo.Layer) error {
	if l.Light.Kind != geo.FilterRule {
		return nil
	}
	_, err := CompileRule(l)
	return err
}

func compileCondition(expr string, l *geo.Layer) (*Filter, error) {
	e, err := Parse(expr)
	if err != nil {
		return nil, err
	}
	for _, name := range Names(e) {
		if _, declared := l.Field(name); ofLight(name) || Dated(name) && !declared {
			return nil, &geo.Error{Code: geo.Invalid, Message: "a light rule cannot ask for “" + name + "”, which comes of its light",
				Mend: "name the layer's own fields and " + Today,
				ZH:   "灯色规则不能用“" + name + "”，它随灯色而来（可用图层自己的字段与 " + Today + "）"}
		}
	}
	return (&compiler{layer: l, rule: true}).compile(e)
}

// ofLight reports whether a property of a judged layer is its light, or comes with
// it, whatever the layer declares.
func ofLight(name string) bool { return name == "light" || name == "overdue" }

func inRule(err error, layer geo.LayerID, member string) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Layer, out.Field = layer, member
	return &out
}

// Holds reports whether an expression of the rule is true of a row on a day; none
// is of a nil rule, one that did not compile.
func (r *Rule) Holds(expr string, row Row, day geo.Date) bool {
	if r == nil {
		return false
	}
	f := r.tests[expr]
	return f != nil && f.Match(dated{row, day})
}

// dated is a row with the day beside its fields.
type dated struct {
	Row
	day geo.Date
}

// Value gives the day as Today.
func (d dated) Value(field string) any {
	if field == Today {
		return d.day
	}
	return d.Row.Value(field)
}
