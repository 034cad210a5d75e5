package indicator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"yiping/geo"
	"yiping/geo/cql"
)

// Limits of a formula.
const (
	maxBytes = 64 << 10
	maxDepth = 20
	maxTerms = 64
)

// Formula is a parsed formula. It is immutable.
type Formula struct {
	root  *node
	terms []*term  // each once
	reads []string // codes of the indicators it rests on
}

// node is an operator with its operands.
type node struct {
	op   string
	args []*node
	term int     // of Formula.terms, for an operator over features
	num  float64 // const
	code string  // reading
}

// term is an operator over the features of a layer.
type term struct {
	op       string
	layer    geo.LayerID
	filter   cql.Expr // nil = all
	field    string
	report   string
	from, to string
	place    string // where it stands in the formula
}

// Parse reads a formula. Errors are *geo.Error, Invalid, Field "formula", and
// name the place: percent[0].count.filter.
func Parse(formula string) (*Formula, error) {
	if len(formula) > maxBytes {
		return nil, wrong("", "the formula is longer than %d bytes", maxBytes)
	}
	p := &parser{f: &Formula{}}
	root, err := p.node([]byte(formula), "", 0)
	if err != nil {
		return nil, err
	}
	p.f.root = root
	return p.f, nil
}

type parser struct{ f *Formula }

func wrong(place, format string, args ...any) *geo.Error {
	message := fmt.Sprintf(format, args...)
	if place != "" {
		message = "at " + place + ": " + message
	}
	return &geo.Error{Code: geo.Invalid, Field: "formula", Message: message}
}

func mend(e *geo.Error, remedy string) *geo.Error {
	e.Mend = remedy
	return e
}

// member is a member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members reads an object; a name twice is refused, as is anything after it.
func members(b []byte, place string) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, mend(wrong(place, "an object is wanted"), `for instance {"count":{"layer":"project"}}`)
	}
	var out []member
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, wrong(place, "the JSON is broken: %v", err)
		}
		m := member{name: t.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, wrong(place, "the JSON is broken: %v", err)
		}
		for _, o := range out {
			if o.name == m.name {
				return nil, wrong(place, "“%s” stands twice", m.name)
			}
		}
		out = append(out, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, wrong(place, "the JSON is broken: %v", err)
	}
	if d.More() {
		return nil, wrong(place, "something follows the formula")
	}
	return out, nil
}

func (p *parser) node(b []byte, place string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, wrong(place, "the formula is nested deeper than %d", maxDepth)
	}
	ms, err := members(b, place)
	if err != nil {
		return nil, err
	}
	if len(ms) != 1 {
		return nil, wrong(place, "one operator is wanted, there are %d", len(ms))
	}
	op, arg := ms[0].name, ms[0].value
	if place != "" {
		place += "."
	}
	place += op
	switch op {
	case "percent", "ratio", "sub":
		return p.list(op, arg, place, depth, 2)
	case "add", "mul":
		return p.list(op, arg, place, depth, 0)
	case "const":
		n := &node{op: op}
		if err := json.Unmarshal(arg, &n.num); err != nil || isNull(arg) || math.IsInf(n.num, 0) {
			return nil, wrong(place, "a number is wanted")
		}
		return n, nil
	case "reading":
		n := &node{op: op}
		if err := json.Unmarshal(arg, &n.code); err != nil || n.code == "" {
			return nil, wrong(place, "the code of an indicator is wanted")
		}
		p.f.reads = append(p.f.reads, n.code)
		return n, nil
	}
	if _, known := takes[op]; !known {
		return nil, mend(wrong(place, "there is no such operator"),
			"count, sum, length, area, coverage, min, max, distinct, value, months, percent, ratio, add, sub, mul, const and reading are")
	}
	return p.term(op, arg, place)
}

func isNull(b []byte) bool { return string(bytes.TrimSpace(b)) == "null" }

// list reads operands; want = 0 stands for one or more.
func (p *parser) list(op string, b []byte, place string, depth, want int) (*node, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(b, &items); err != nil {
		return nil, wrong(place, "a list of values is wanted")
	}
	if len(items) == 0 || want > 0 && len(items) != want {
		return nil, wrong(place, "%d values are given, %s wanted", len(items), map[bool]string{true: "2 are", false: "one or more are"}[want == 2])
	}
	n := &node{op: op}
	for i, item := range items {
		a, err := p.node(item, fmt.Sprintf("%s[%d]", place, i), depth+1)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, a)
	}
	return n, nil
}

// takes says which members each operator over features needs besides layer and
// filter; one of those joined by | must be there.
var takes = map[string][]string{
	"count": nil, "length": nil, "area": nil, "coverage": nil,
	"sum": {"field|report"}, "min": {"field|report"}, "max": {"field|report"}, "distinct": {"field"}, "value": {"field|report"},
	"months": {"from", "to"},
}

func (p *parser) term(op string, b []byte, place string) (*node, error) {
	ms, err := members(b, place)
	if err != nil {
		return nil, err
	}
	t := &term{op: op, place: place}
	for _, m := range ms {
		if err := t.set(m, place); err != nil {
			return nil, err
		}
	}
	if t.layer == "" {
		return nil, wrong(place, "the layer is missing")
	}
	for _, need := range takes[op] {
		given := 0
		for _, name := range strings.Split(need, "|") {
			if *t.text(name) != "" {
				given++
			}
		}
		if given != 1 {
			return nil, wrong(place, "one of %s is wanted", strings.ReplaceAll(need, "|", " and "))
		}
	}
	if len(p.f.terms) == maxTerms {
		return nil, wrong(place, "the formula has more than %d operators over features", maxTerms)
	}
	p.f.terms = append(p.f.terms, t)
	return &node{op: op, term: len(p.f.terms) - 1}, nil
}

// text finds the place of a member that names a field.
func (t *term) text(name string) *string {
	switch name {
	case "field":
		return &t.field
	case "report":
		return &t.report
	case "from":
		return &t.from
	case "to":
		return &t.to
	}
	return nil
}

func (t *term) set(m member, place string) error {
	place += "." + m.name
	var s string
	if err := json.Unmarshal(m.value, &s); err != nil || s == "" {
		return wrong(place, "a text is wanted")
	}
	switch m.name {
	case "layer":
		if t.layer = geo.LayerID(s); !geo.ValidLayerID(t.layer) {
			return wrong(place, "“%s” cannot be a layer", s)
		}
		return nil
	case "filter":
		e, err := cql.Parse(s)
		if err != nil {
			return within(place, err)
		}
		t.filter = e
		return nil
	}
	known := false
	for _, need := range takes[t.op] {
		known = known || strings.Contains("|"+need+"|", "|"+m.name+"|")
	}
	if !known {
		return wrong(place, "%s does not take this", t.op)
	}
	*t.text(m.name) = s
	return nil
}

// within puts the place before an error of a filter.
func within(place string, err error) error {
	out := wrong(place, "%v", err)
	var e *geo.Error
	if errors.As(err, &e) {
		out.Code, out.Message, out.Mend, out.Layer = e.Code, "at "+place+": "+e.Message, e.Mend, e.Layer
	}
	return out
}
