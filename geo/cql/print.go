package cql

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Format writes a filter as CQL2 text. Parse of it gives the same tree but for
// positions, unless a function of the service takes an array of one element,
// which the grammar cannot tell from a value in brackets.
func Format(e Expr) string {
	p := &printer{}
	p.expr(e, lowest)
	return p.b.String()
}

// Levels of binding, loosest first.
const (
	lowest = iota
	orLevel
	andLevel
	notLevel
	testLevel
	sumLevel
	productLevel
	powerLevel
	operandLevel
)

type printer struct{ b strings.Builder }

func (p *printer) write(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

// expr writes e, in brackets if it binds looser than level.
func (p *printer) expr(e Expr, level int) {
	switch e := e.(type) {
	case Call:
		if own := levelOf(e); own < level {
			p.write("(")
			p.call(e)
			p.write(")")
			return
		}
		p.call(e)
	case Property:
		p.write(name(e.Name))
	case Text:
		p.write(quoteText(e.Value))
	case Number:
		p.write(number(e.Value))
	case Bool:
		p.write(strings.ToUpper(strconv.FormatBool(e.Value)))
	case Instant:
		if e.Day {
			p.write("DATE('", e.String(), "')")
		} else {
			p.write("TIMESTAMP('", e.String(), "')")
		}
	case Interval:
		p.write("INTERVAL(")
		p.end(e.From)
		p.write(", ")
		p.end(e.To)
		p.write(")")
	case Geometry:
		p.geometry(e)
	case Box:
		p.write("BBOX(")
		for i, x := range e.Numbers {
			p.comma(i)
			p.write(number(x))
		}
		p.write(")")
	case List:
		p.list(e.Items)
	}
}

// String writes 2022-12-31 or 2022-12-31T08:00:00Z.
func (i Instant) String() string {
	if i.Day {
		return i.Time.Format(time.DateOnly)
	}
	return i.Time.Format(time.RFC3339Nano)
}

func levelOf(c Call) int {
	switch c.Op {
	case "or":
		return orLevel
	case "and":
		return andLevel
	case "not":
		if negates(c) {
			return testLevel
		}
		return notLevel
	case "+", "-":
		return sumLevel
	case "*", "/", "%", "div":
		return productLevel
	case "^":
		return powerLevel
	case "=", "<>", "<", ">", "<=", ">=", "like", "between", "in", "isNull":
		return testLevel
	}
	return operandLevel
}

// negates reports whether a NOT can stand within its operand: IS NOT NULL.
func negates(c Call) bool {
	inner, ok := c.Args[0].(Call)
	return ok && isOneOf(" like between in isnull ", inner.Op)
}

func (p *printer) call(c Call) {
	switch level := levelOf(c); {
	case level == orLevel || level == andLevel:
		for i, a := range c.Args {
			if i > 0 {
				p.write(" ", strings.ToUpper(c.Op), " ")
			}
			p.expr(a, level+1)
		}
	case c.Op == "not" && negates(c):
		p.test(c.Args[0].(Call), "NOT ")
	case c.Op == "not":
		p.write("NOT ")
		p.expr(c.Args[0], notLevel)
	case level == testLevel:
		p.test(c, "")
	case level == powerLevel:
		p.expr(c.Args[0], operandLevel)
		p.write(" ^ ")
		p.expr(c.Args[1], operandLevel)
	case level < operandLevel:
		p.expr(c.Args[0], level)
		p.write(" ", c.Op, " ")
		p.expr(c.Args[1], level+1)
	default:
		if isOperator(c.Op) {
			p.write(strings.ToUpper(c.Op))
		} else {
			p.write(name(c.Op))
		}
		p.list(c.Args)
	}
}

// test writes a comparison, with NOT where it may stand within.
func (p *printer) test(c Call, not string) {
	p.expr(c.Args[0], sumLevel)
	switch c.Op {
	case "isNull":
		p.write(" IS ", not, "NULL")
	case "between":
		p.write(" ", not, "BETWEEN ")
		p.expr(c.Args[1], sumLevel)
		p.write(" AND ")
		p.expr(c.Args[2], sumLevel)
	case "in", "like":
		p.write(" ", not, strings.ToUpper(c.Op), " ")
		p.expr(c.Args[1], sumLevel)
	default:
		p.write(" ", c.Op, " ")
		p.expr(c.Args[1], sumLevel)
	}
}

func (p *printer) comma(i int) {
	if i > 0 {
		p.write(", ")
	}
}

func (p *printer) list(items []Expr) {
	p.write("(")
	for i, e := range items {
		p.comma(i)
		p.expr(e, lowest)
	}
	p.write(")")
}

// end writes an end of an interval, where instants stand bare.
func (p *printer) end(e Expr) {
	switch e := e.(type) {
	case nil:
		p.write("'..'")
	case Instant:
		p.write("'", e.String(), "'")
	default:
		p.expr(e, lowest)
	}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// name writes a name bare where it cannot be taken for anything else.
func name(s string) string {
	bare := s != "" && !isOneOf(reserved, s) && !isOneOf(constructors, s) && !isOperator(s)
	for i, r := range s {
		if i == 0 && !isNameStart(r) || !isNamePart(r) {
			bare = false
		}
	}
	if bare && utf8.ValidString(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

func quoteText(s string) string {
	b := []byte{'\''}
	for i := range len(s) {
		switch k := strings.IndexByte(meant, s[i]); {
		case s[i] == '\'':
			b = append(b, "''"...)
		case k >= 0:
			b = append(b, '\\', escaped[k])
		default:
			b = append(b, s[i])
		}
	}
	return string(append(b, '\''))
}
