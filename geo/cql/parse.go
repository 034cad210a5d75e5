package cql

import (
	"strings"
	"unicode/utf8"

	"yiping/geo"
)

// Parse reads CQL2 text. Errors are *geo.Error, Invalid, with the place and a mend.
func Parse(text string) (Expr, error) {
	e, err := parse(text)
	return e, filterError(err)
}

func parse(text string) (Expr, error) {
	if len(text) > MaxBytes {
		return nil, faultAt(0, "过滤条件超过 %d 字节", "the filter has more than %d bytes", MaxBytes)
	}
	if !utf8.ValidString(text) {
		return nil, faultAt(0, "过滤条件不是 UTF-8 编码", "the filter is not UTF-8")
	}
	p := &parser{lex: lexer{src: text, at: 1}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind == endToken {
		return nil, faultAt(0, "过滤条件是空的", "the filter is empty")
	}
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.now.kind != endToken {
		return nil, p.unexpected("结尾、AND 或 OR", "the end, AND or OR")
	}
	return e, checkFilter(e)
}

// checkFilter is the last word of both parsers.
func checkFilter(e Expr) error {
	if err := checkDepth(e, MaxDepth); err != nil {
		return err
	}
	if kindsOf(e)&isBool == 0 {
		return invalid(e, "过滤条件应为条件，而不是%s", "a filter is a condition, not %s", kindsOf(e)).mend("请与某值比较", "compare it with something")
	}
	return nil
}

// parser is a recursive descent over tokens with one token of look-ahead. Each
// method of the grammar begins at now and leaves now behind what it read.
type parser struct {
	lex   lexer
	now   token
	depth int
	ends  map[int]bool // see closesOperand
}

func (p *parser) advance() error {
	t, err := p.lex.next()
	p.now = t
	return err
}

// peek looks one token further; what cannot be read there is the end.
func (p *parser) peek() token {
	l := p.lex
	t, err := l.next()
	if err != nil {
		return token{}
	}
	return t
}

// accept steps over a sign or keyword if it stands here.
func (p *parser) accept(word string) (bool, error) {
	if !p.now.is(word) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(word string) error {
	if !p.now.is(word) {
		return p.unexpected("“"+word+"”", "“"+word+"”")
	}
	return p.advance()
}

func (p *parser) unexpected(zh, en string) *fault {
	return faultAt(p.now.at, "此处应为%[2]s，却是%[1]s", "%s stands where %s is wanted", p.now.shown(), geo.Text{ZH: zh, EN: en})
}

// enter bounds the depth; each enter is paired with a leave.
func (p *parser) enter() error {
	p.depth++
	if p.depth > maxNesting {
		return faultAt(p.now.at, "过滤条件嵌套过深", "the filter is nested too deep").mend("请减少括号", "leave out brackets")
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func call(at int, op string, args ...Expr) (Expr, error) {
	c := Call{At(at), op, args}
	return c, checkCall(c)
}

// expression reads terms joined by OR.
func (p *parser) expression() (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return p.joined("or", func() (Expr, error) { return p.joined("and", p.factor) })
}

func (p *parser) joined(op string, part func() (Expr, error)) (Expr, error) {
	e, err := part()
	if err != nil || !p.now.is(op) {
		return e, err
	}
	args := []Expr{e}
	for p.now.is(op) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := part()
		if err != nil {
			return nil, err
		}
		args = append(args, e)
	}
	return call(args[0].Pos(), op, args...)
}

func (p *parser) factor() (Expr, error) {
	at := p.now.at
	if not, err := p.accept("not"); err != nil || !not {
		if err != nil {
			return nil, err
		}
		return p.predicate()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	e, err := p.factor()
	if err != nil {
		return nil, err
	}
	return call(at, "not", e)
}

// predicate reads a value and what may follow it: a comparison, LIKE, BETWEEN,
// IN or IS NULL.
func (p *parser) predicate() (Expr, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.now.kind == signToken && strings.Contains(" = <> < > <= >= ", " "+p.now.text+" ") {
		op := p.now.text
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		return call(left.Pos(), op, left, right)
	}
	if is, err := p.accept("is"); err != nil {
		return nil, err
	} else if is {
		return p.isNull(left)
	}
	not, err := p.accept("not")
	if err != nil {
		return nil, err
	}
	e, err := p.test(left, not)
	if err != nil || !not {
		return e, err
	}
	return call(left.Pos(), "not", e)
}

func (p *parser) isNull(left Expr) (Expr, error) {
	not, err := p.accept("not")
	if err != nil {
		return nil, err
	}
	if err := p.expect("null"); err != nil {
		return nil, err
	}
	e, err := call(left.Pos(), "isNull", left)
	if err != nil || !not {
		return e, err
	}
	return call(left.Pos(), "not", e)
}

// test reads LIKE, BETWEEN and IN; after NOT one of them must stand.
func (p *parser) test(left Expr, must bool) (Expr, error) {
	switch {
	case p.now.is("like"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		pattern, err := p.sum()
		if err != nil {
			return nil, err
		}
		return call(left.Pos(), "like", left, pattern)
	case p.now.is("between"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		low, err := p.sum()
		if err != nil {
			return nil, err
		}
		if err := p.expect("and"); err != nil {
			return nil, err
		}
		high, err := p.sum()
		if err != nil {
			return nil, err
		}
		return call(left.Pos(), "between", left, low, high)
	case p.now.is("in"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		at := p.now.at
		items, err := p.arguments()
		if err != nil {
			return nil, err
		}
		return call(left.Pos(), "in", left, List{At(at), items})
	case must:
		return nil, p.unexpected(" LIKE、BETWEEN 或 IN", "LIKE, BETWEEN or IN")
	}
	return left, nil
}

// sum, product, power and operand read arithmetic; a single value passes through.
func (p *parser) sum() (Expr, error) {
	return p.chain(p.product, func() string {
		if p.now.is("+") || p.now.is("-") {
			return p.now.text
		}
		return ""
	})
}

func (p *parser) product() (Expr, error) {
	return p.chain(p.power, func() string {
		switch {
		case p.now.is("*"), p.now.is("/"), p.now.is("%"):
			return p.now.text
		case p.now.is("div"):
			return "div"
		}
		return ""
	})
}

// chain reads left-associative operators. Each makes the tree one deeper.
func (p *parser) chain(part func() (Expr, error), op func() string) (Expr, error) {
	e, err := part()
	for n := 0; err == nil && op() != ""; n++ {
		if n == MaxDepth {
			return nil, faultAt(p.now.at, "超过 %d 个运算符相连", "more than %d operators follow one another", MaxDepth)
		}
		o := op()
		if err = p.advance(); err != nil {
			break
		}
		var right Expr
		if right, err = part(); err == nil {
			e, err = call(e.Pos(), o, e, right)
		}
	}
	return e, err
}

func (p *parser) power() (Expr, error) {
	base, err := p.signed()
	if err != nil || !p.now.is("^") {
		return base, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	exponent, err := p.signed()
	if err != nil {
		return nil, err
	}
	if p.now.is("^") {
		return nil, faultAt(p.now.at, "连续乘方须加括号", "powers of powers need brackets").mend("a ^ (b ^ c)", "a ^ (b ^ c)")
	}
	return call(base.Pos(), "^", base, exponent)
}

// signed reads a value with its sign. By the grammar of the standard the sign
// binds tighter than ^.
func (p *parser) signed() (Expr, error) {
	at := p.now.at
	if p.now.is("+") && p.peek().kind == numberToken {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if !p.now.is("-") {
		return p.primary()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	if n, ok := e.(Number); ok {
		return Number{At(at), -n.Value}, nil
	}
	return call(at, "*", Number{At(at), -1}, e)
}

// primary reads a literal, a property, a function, or something in brackets.
func (p *parser) primary() (Expr, error) {
	t := p.now
	switch {
	case t.kind == textToken:
		return Text{At(t.at), t.text}, p.advance()
	case t.kind == numberToken:
		return Number{At(t.at), t.number}, p.advance()
	case t.is("("):
		return p.bracketed()
	case t.is("true"), t.is("false"):
		return Bool{At(t.at), t.is("true")}, p.advance()
	case t.kind == nameToken && isOneOf(reserved, t.text):
		return nil, p.unexpected("值", "a value").mend(`若是名称，请写 "%s"`, `if it is a name, write "%s"`, t.text)
	case t.kind == nameToken:
		if e, ok, err := p.literal(); ok || err != nil {
			return e, err
		}
	case t.kind != quotedToken:
		return nil, p.unexpected("值", "a value")
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.is("(") {
		return p.function(t)
	}
	return Property{At(t.at), t.text}, nil
}

// bracketed reads ( … ): a condition or value in brackets, or an array. With one
// element it is brackets, but as an operand of an array function, see operands.
func (p *parser) bracketed() (Expr, error) {
	at := p.now.at
	items, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(items) == 1 {
		return items[0], nil
	}
	return List{At(at), items}, nil
}

// arguments reads ( … , … ).
func (p *parser) arguments() ([]Expr, error) { return p.listed(p.expression) }

func (p *parser) listed(part func() (Expr, error)) ([]Expr, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	items := []Expr{}
	if end, err := p.accept(")"); end || err != nil {
		return items, err
	}
	for {
		e, err := part()
		if err != nil {
			return nil, err
		}
		items = append(items, e)
		if more, err := p.accept(","); err != nil {
			return nil, err
		} else if !more {
			return items, p.expect(")")
		}
	}
}

// function reads the operands of what name names, now being their bracket.
func (p *parser) function(name token) (Expr, error) {
	op := name.text
	if known, ok := operatorNamed(op); ok && name.kind == nameToken {
		op = known
	} else if isOperator(op) {
		return nil, faultAt(name.at, "“%s”不能作函数名", "“%s” cannot name a function", op)
	}
	part := p.expression
	if array(op) != 0 {
		part = p.arrayOperand
	}
	args, err := p.listed(part)
	if err != nil {
		return nil, err
	}
	return call(name.at, op, args...)
}

// arrayOperand reads an operand of an array function or an element of such an
// array, where (x) is an array of one unless an operator follows.
func (p *parser) arrayOperand() (Expr, error) {
	if !p.now.is("(") || !p.closesOperand() {
		return p.expression()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	at := p.now.at
	items, err := p.listed(p.arrayOperand)
	return List{At(at), items}, err
}

// closesOperand reports whether the bracket that begins here ends the operand. It
// notes the same of all brackets within, so that the text is looked through once.
func (p *parser) closesOperand() bool {
	if ends, ok := p.ends[p.now.at]; ok {
		return ends
	}
	if p.ends == nil {
		p.ends = map[int]bool{}
	}
	l, open, closed := p.lex, []int{p.now.at}, 0
	for {
		t, err := l.next()
		if err != nil || t.kind == endToken {
			// Whatever is wrong here is found, and told, when it is parsed.
			return false
		}
		if closed != 0 {
			p.ends[closed] = t.is(",") || t.is(")")
			if len(open) == 0 {
				return p.ends[closed]
			}
			closed = 0
		}
		switch {
		case t.is("("):
			open = append(open, t.at)
		case t.is(")"):
			closed, open = open[len(open)-1], open[:len(open)-1]
		}
	}
}
