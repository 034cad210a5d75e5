package cql

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// Expr is a node of a filter: one of Call, Property, Text, Number, Bool,
// Instant, Interval, Geometry, Box and List, as values.
type Expr interface {
	// Pos is where the node begins: the character in the text, from 1; 0 in JSON.
	Pos() int
}

// At is a position that nodes embed.
type At int

// Pos gives the position.
func (a At) Pos() int { return int(a) }

type (
	// Call applies an operator or a function: Op is as in CQL2 JSON, lower case
	// but for isNull, t_finishedBy, t_metBy, t_overlappedBy, t_startedBy and
	// a_containedBy; any other name is a function of the service. NOT LIKE is not
	// of like, x IN (…) has a List as its second operand.
	Call struct {
		At
		Op   string
		Args []Expr
	}
	// Property is a value of the feature, by name.
	Property struct {
		At
		Name string
	}
	// Text is a character literal.
	Text struct {
		At
		Value string
	}
	// Number is a numeric literal; it is finite.
	Number struct {
		At
		Value float64
	}
	// Bool is TRUE or FALSE.
	Bool struct {
		At
		Value bool
	}
	// Instant is a DATE (Day) or a TIMESTAMP, in UTC.
	Instant struct {
		At
		Time time.Time
		Day  bool
	}
	// Interval holds both its ends, each an Instant, a Property or a function;
	// nil is an open end.
	Interval struct {
		At
		From, To Expr
	}
	// Geometry is a literal shape in longitude, latitude; Z holds one height per
	// vertex in order, nil for a flat shape.
	Geometry struct {
		At
		Shape orb.Geometry
		Z     []float64
	}
	// Box is a BBOX of four or six numbers as written: west, south, [bottom,]
	// east, north[, top]. West over east spans the antimeridian.
	Box struct {
		At
		Numbers []float64
	}
	// List is an array, and the list of IN.
	List struct {
		At
		Items []Expr
	}
)

// kinds is a set of kinds of value that a node may have.
type kinds uint8

const (
	isBool kinds = 1 << iota
	isNumber
	isText
	isInstant
	isInterval
	isGeometry
	isList
	isAny    = isBool | isNumber | isText | isInstant | isInterval | isGeometry | isList
	isScalar = isBool | isNumber | isText | isInstant
	isTime   = isInstant | isInterval
)

var kindNames = [...]geo.Text{
	{ZH: "条件或是非", EN: "a condition or boolean"}, {ZH: "数", EN: "a number"}, {ZH: "文本", EN: "a text"}, {ZH: "日期或时刻", EN: "a date or timestamp"},
	{ZH: "时段", EN: "an interval"}, {ZH: "几何", EN: "a geometry"}, {ZH: "数组", EN: "an array"},
}

// named lists the kinds.
func (k kinds) named() geo.Text {
	var zh, en []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			zh, en = append(zh, name.ZH), append(en, name.EN)
		}
	}
	return geo.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// signature says what an operator takes and gives. The last of takes stands for
// all further operands.
type signature struct {
	least, most int
	takes       []kinds
	gives       kinds
}

// signatureOf finds the signature of an operator; false for a function.
func signatureOf(op string) (signature, bool) {
	switch op {
	case "and", "or":
		return signature{2, 1 << 20, []kinds{isBool}, isBool}, true
	case "not":
		return signature{1, 1, []kinds{isBool}, isBool}, true
	case "=", "<>", "<", ">", "<=", ">=":
		return signature{2, 2, []kinds{isScalar}, isBool}, true
	case "like":
		return signature{2, 2, []kinds{isText}, isBool}, true
	case "between":
		return signature{3, 3, []kinds{isNumber | isText | isInstant}, isBool}, true
	case "in":
		return signature{2, 2, []kinds{isScalar, isList}, isBool}, true
	case "isNull":
		return signature{1, 1, []kinds{isAny &^ isList}, isBool}, true
	case "casei", "accenti":
		return signature{1, 1, []kinds{isText}, isText}, true
	case "+", "-", "*", "/", "%", "div", "^":
		return signature{2, 2, []kinds{isNumber}, isNumber}, true
	}
	switch {
	case spatial(op) != 0:
		return signature{2, 2, []kinds{isGeometry}, isBool}, true
	case temporal(op) != 0:
		return signature{2, 2, []kinds{isTime}, isBool}, true
	case array(op) != 0:
		return signature{2, 2, []kinds{isList}, isBool}, true
	}
	return signature{}, false
}

// kindsOf is what a node may be, as far as can be told without a layer.
func kindsOf(e Expr) kinds {
	switch e := e.(type) {
	case Call:
		if s, ok := signatureOf(e.Op); ok {
			return s.gives
		}
	case Bool:
		return isBool
	case Number:
		return isNumber
	case Text:
		return isText
	case Instant:
		return isInstant
	case Interval:
		return isInterval
	case Geometry, Box:
		return isGeometry
	case List:
		return isList
	}
	return isAny
}

// checkCall says what is wrong with the number and kinds of a call's operands.
func checkCall(c Call) error {
	s, ok := signatureOf(c.Op)
	if !ok {
		return nil
	}
	if n := len(c.Args); n < s.least || n > s.most {
		return invalid(c, "%s 有 %d 个操作数，应为 %d 个", "%s has %d operands instead of %d", shownOp(c.Op), n, s.least)
	}
	for i, a := range c.Args {
		want := s.takes[min(i, len(s.takes)-1)]
		if kindsOf(a)&want == 0 {
			return invalid(a, "%s 在此不接受%s", "%s cannot take %s here", shownOp(c.Op), kindsOf(a)).mend("可用：%s", "it takes %s", want)
		}
	}
	switch {
	case c.Op == "in":
		return checkIn(c)
	case c.Op == "like" && !isPattern(c.Args[1]):
		return invalid(c.Args[1], "LIKE 的模式应为文本", "the pattern of LIKE must be a text").mend("例如 name LIKE '%%桥%%'", "for instance name LIKE '%%桥%%'")
	}
	return nil
}

func isPattern(e Expr) bool {
	if c, ok := e.(Call); ok {
		return (c.Op == "casei" || c.Op == "accenti") && len(c.Args) == 1 && isPattern(c.Args[0])
	}
	_, ok := e.(Text)
	return ok
}

func checkIn(c Call) error {
	list, ok := c.Args[1].(List)
	if !ok {
		return invalid(c.Args[1], "IN 之后应为列表", "IN needs a list").mend("例如 IN ('a', 'b')", "for instance IN ('a', 'b')")
	}
	if len(list.Items) == 0 {
		return invalid(list, "IN 的列表是空的", "the list of IN is empty")
	}
	for _, item := range list.Items {
		if kindsOf(item)&isScalar == 0 {
			return invalid(item, "IN 在此不接受%s", "IN cannot take %s here", kindsOf(item))
		}
	}
	return nil
}

func shownOp(op string) string {
	if op == "isNull" {
		return "IS NULL"
	}
	return strings.ToUpper(op)
}

// fault is an error on its way out; it becomes a *geo.Error at the package's
// edge, so that the text names the place once.
type fault struct {
	at      int
	message geo.Text
	remedy  geo.Text
}

func (f *fault) Error() string { return f.message.EN }

func (f *fault) mend(zh, en string, args ...any) *fault {
	f.remedy = say(zh, en, args)
	return f
}

func invalid(e Expr, zh, en string, args ...any) *fault { return faultAt(e.Pos(), zh, en, args...) }

func faultAt(pos int, zh, en string, args ...any) *fault {
	return &fault{at: pos, message: say(zh, en, args)}
}

// say fills in a text of both languages; kinds and texts among the arguments are
// said in each.
func say(zh, en string, args []any) geo.Text {
	own, other := slices.Clone(args), slices.Clone(args)
	for i, a := range args {
		switch a := a.(type) {
		case kinds:
			own[i], other[i] = a.named().ZH, a.named().EN
		case geo.Text:
			own[i], other[i] = a.ZH, a.EN
		}
	}
	return geo.Text{ZH: fmt.Sprintf(zh, own...), EN: fmt.Sprintf(en, other...)}
}

// filterError gives what callers see: Invalid, Field "filter".
func filterError(err error) error {
	if err == nil {
		return nil
	}
	out := &geo.Error{Code: geo.Invalid, Field: "filter", Message: err.Error()}
	if f, ok := err.(*fault); ok {
		out.Mend, out.ZH = f.remedy.EN, f.message.ZH
		if f.at > 0 {
			out.Message = fmt.Sprintf("at character %d: %s", f.at, f.message.EN)
			out.ZH = fmt.Sprintf("第 %d 个字符处：%s", f.at, f.message.ZH)
		}
		if f.remedy.ZH != "" {
			out.ZH += "（" + f.remedy.ZH + "）"
		}
	}
	return out
}

// Limits of a filter. They bound the work of reading one and the stack that
// reading and evaluating it takes.
const (
	MaxBytes    = 256 << 10 // of text or JSON
	MaxDepth    = 100       // of the tree
	MaxVertices = 20_000    // of one literal geometry
)

// maxNesting bounds the recursion of the parsers: brackets in text can be needed
// twice per level of the tree.
const maxNesting = 3 * MaxDepth

// checkDepth bounds the tree.
func checkDepth(e Expr, left int) error {
	if left == 0 {
		return invalid(e, "过滤条件嵌套超过 %d 层", "the filter is nested deeper than %d", MaxDepth)
	}
	for _, part := range parts(e) {
		if part == nil {
			continue
		}
		if err := checkDepth(part, left-1); err != nil {
			return err
		}
	}
	return nil
}

// parts lists the nodes right below a node; an open end of an interval is nil.
func parts(e Expr) []Expr {
	switch e := e.(type) {
	case Call:
		return e.Args
	case List:
		return e.Items
	case Interval:
		return []Expr{e.From, e.To}
	}
	return nil
}
