package cql

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiping/geo"
)

// tokenKind tells tokens apart.
type tokenKind uint8

const (
	endToken    tokenKind = iota
	nameToken             // a bare word: a keyword, property or function
	quotedToken           // a word in double quotes: never a keyword
	textToken
	numberToken
	signToken // ( ) , = <> < > <= >= + - * / % ^
)

type token struct {
	kind   tokenKind
	at     int // character, from 1
	text   string
	number float64
}

// is reports whether the token is that sign, or that keyword in any case.
func (t token) is(word string) bool {
	return t.kind == signToken && t.text == word || t.kind == nameToken && strings.EqualFold(t.text, word)
}

func (t token) shown() geo.Text {
	switch t.kind {
	case endToken:
		return geo.Text{ZH: "结尾", EN: "the end"}
	case textToken:
		return geo.Text{ZH: "文本 '" + t.text + "'", EN: "the text '" + t.text + "'"}
	}
	return geo.Text{ZH: "“" + t.text + "”", EN: "“" + t.text + "”"}
}

// lexer cuts a filter into tokens.
type lexer struct {
	src string
	off int
	at  int // character of off, from 1
}

func (l *lexer) step(n int) string {
	s := l.src[l.off : l.off+n]
	l.off += n
	l.at += utf8.RuneCountInString(s)
	return s
}

func (l *lexer) next() (token, error) {
	for l.off < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.off:])
		if !unicode.IsSpace(r) {
			break
		}
		l.step(n)
	}
	t := token{at: l.at}
	if l.off == len(l.src) {
		return t, nil
	}
	rest := l.src[l.off:]
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\'':
		return l.character(t)
	case r == '"':
		return l.quoted(t)
	case isDigit(r) || r == '.' && len(rest) > 1 && isDigit(rune(rest[1])):
		return l.numeric(t)
	case isNameStart(r):
		t.kind = nameToken
		n := 0
		for n < len(rest) {
			r, size := utf8.DecodeRuneInString(rest[n:])
			if !isNamePart(r) {
				break
			}
			n += size
		}
		t.text = l.step(n)
		return t, nil
	}
	t.kind = signToken
	for _, sign := range []string{"<>", "<=", ">="} {
		if strings.HasPrefix(rest, sign) {
			t.text = l.step(2)
			return t, nil
		}
	}
	if strings.ContainsRune("(),=<>+-*/%^", r) {
		t.text = l.step(1)
		return t, nil
	}
	return t, faultAt(t.at, "%q 在此没有意义", "%q has no meaning here", r).mend("文本用 '…'，含特殊字符的名称用 \"…\"", "texts stand in '…', names with unusual characters in \"…\"")
}

// character reads '…': a doubled quote and \' are a quote, \\ a backslash, \a \b \t \n \v \f \r
// control characters; before any other character the backslash stays, for LIKE.
func (l *lexer) character(t token) (token, error) {
	var b strings.Builder
	rest := l.src[l.off:]
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '\'' && i+1 < len(rest) && rest[i+1] == '\'':
			i++
		case c == '\'':
			l.step(i + 1)
			t.kind, t.text = textToken, b.String()
			return t, nil
		case c == '\\' && i+1 < len(rest):
			if k := strings.IndexByte(escaped, rest[i+1]); k >= 0 {
				i++
				c = meant[k]
			}
		}
		b.WriteByte(c)
	}
	return t, faultAt(t.at, "文本没有结束", "the text has no end").mend("请以单引号结束", "close it with a single quote")
}

// escaped and meant pair the escapes with their characters.
const (
	escaped = `'\abtnvfr`
	meant   = "'\\\a\b\t\n\v\f\r"
)

func (l *lexer) quoted(t token) (token, error) {
	var b strings.Builder
	rest := l.src[l.off:]
	for i := 1; i < len(rest); i++ {
		if rest[i] == '"' {
			if i+1 == len(rest) || rest[i+1] != '"' {
				l.step(i + 1)
				t.kind, t.text = quotedToken, b.String()
				if t.text == "" {
					return t, faultAt(t.at, "名称是空的", "the name is empty")
				}
				return t, nil
			}
			i++
		}
		b.WriteByte(rest[i])
	}
	return t, faultAt(t.at, "名称没有结束", "the name has no end").mend("请以双引号结束", "close it with a double quote")
}

func (l *lexer) numeric(t token) (token, error) {
	rest := l.src[l.off:]
	n := digits(rest)
	if n < len(rest) && rest[n] == '.' {
		n++
		n += digits(rest[n:])
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		k := n + 1
		if k < len(rest) && (rest[k] == '+' || rest[k] == '-') {
			k++
		}
		if d := digits(rest[k:]); d > 0 {
			n = k + d
		}
	}
	t.kind = numberToken
	t.text = l.step(n)
	x, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return t, faultAt(t.at, "数 %s 超出范围", "the number %s is out of range", t.text)
	}
	if r, _ := utf8.DecodeRuneInString(l.src[l.off:]); isNamePart(r) && l.off < len(l.src) {
		return t, faultAt(t.at, "数与名称连在一起", "a number and a name stand together").mend("请在其间加空格，或把名称写在 \"…\" 中", "put a blank between them, or the name in \"…\"")
	}
	t.number = x
	return t, nil
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(rune(s[n])) {
		n++
	}
	return n
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isNameStart and isNamePart follow the identifiers of the standard, which are
// those of XML names.
func isNameStart(r rune) bool {
	if r < 0x80 {
		return r == ':' || r == '_' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	}
	for _, span := range [...][2]rune{{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFE},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFC},
		{0x10000, 0xEFFFF}} {
		if span[0] <= r && r <= span[1] {
			return !unicode.IsSpace(r)
		}
	}
	return false
}

func isNamePart(r rune) bool {
	return isNameStart(r) || r == '.' || isDigit(r) || 0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}

// reserved are the words that never name a property unless in double quotes.
const reserved = " and or not like between in is null true false div "

// constructors are the words that begin a literal where a bracket follows.
const constructors = " date timestamp interval bbox point linestring polygon multipoint multilinestring multipolygon geometrycollection "

func isOneOf(words, word string) bool {
	return strings.Contains(words, " "+strings.ToLower(word)+" ")
}

// functions are the operators that are written like functions in text.
func functions() []string {
	return slices.Concat([]string{"casei", "accenti"}, spatialNames[:], temporalNames[:], arrayNames[:])
}

// operatorNamed finds an operator written like a function, in any case.
func operatorNamed(name string) (string, bool) {
	if !strings.Contains(name, "_") && len(name) > len("accenti") {
		return "", false
	}
	for _, f := range functions() {
		if strings.EqualFold(f, name) {
			return f, true
		}
	}
	return "", false
}

// isOperator reports whether a name is an operator's in whatever case, so that no
// function may have it.
func isOperator(name string) bool {
	_, known := operatorNamed(name)
	return known || isOneOf(" and or not like between in isnull div ", name) || isSign(name)
}

func isSign(name string) bool { return strings.Contains(" = <> < > <= >= + - * / % ^ ", " "+name+" ") }

// The names are in the order of the constants of their kind, from 1.
var (
	spatialNames  = [...]string{"s_intersects", "s_disjoint", "s_equals", "s_touches", "s_crosses", "s_within", "s_contains", "s_overlaps"}
	temporalNames = [...]string{"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects", "t_contains", "t_during", "t_finishedBy", "t_finishes",
		"t_meets", "t_metBy", "t_overlappedBy", "t_overlaps", "t_startedBy", "t_starts"}
	arrayNames = [...]string{"a_equals", "a_contains", "a_containedBy", "a_overlaps"}
)

type (
	spatialOp  int
	temporalOp int
	arrayOp    int
)

const (
	sIntersects spatialOp = iota + 1
	sDisjoint
	sEquals
	sTouches
	sCrosses
	sWithin
	sContains
	sOverlaps
)

const (
	tAfter temporalOp = iota + 1
	tBefore
	tDisjoint
	tEquals
	tIntersects
	tContains // from here on for intervals only
	tDuring
	tFinishedBy
	tFinishes
	tMeets
	tMetBy
	tOverlappedBy
	tOverlaps
	tStartedBy
	tStarts
)

const (
	aEquals arrayOp = iota + 1
	aContains
	aContainedBy
	aOverlaps
)

func spatial(op string) spatialOp   { return spatialOp(slices.Index(spatialNames[:], op) + 1) }
func temporal(op string) temporalOp { return temporalOp(slices.Index(temporalNames[:], op) + 1) }
func array(op string) arrayOp       { return arrayOp(slices.Index(arrayNames[:], op) + 1) }
