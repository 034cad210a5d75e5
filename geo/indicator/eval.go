package indicator

import (
	"yiping/geo"
	"yiping/geo/exact"
	"yiping/geo/snapshot"
)

// indicatorLayer holds the definitions; its reports are readings.
const indicatorLayer geo.LayerID = "indicator"

// Value is what a formula comes to.
type Value struct {
	Number float64   `json:"number"`
	Known  bool      `json:"known"`
	Text   string    `json:"text,omitempty"`  // of dates, texts and spans of months; Number of a date is its geo.Date
	Parts  []float64 `json:"parts,omitempty"` // numerator and denominator of a ratio
}

// Eval computes a formula on a snapshot, for a district or for all ("").
func (f *Formula) Eval(s *snapshot.Snapshot, district string) (Value, error) {
	return f.eval(s, district, nil)
}

// eval goes on with the indicators that are being evaluated.
func (f *Formula) eval(s *snapshot.Snapshot, district string, above []string) (Value, error) {
	values := make([]Value, len(f.terms))
	for k, t := range f.terms {
		layer, _ := s.Layer(t.layer)
		b, err := t.bind(layer, district)
		if err != nil {
			return Value{}, err
		}
		values[k] = b.value(b.compute(s, grids{}))
	}
	read := map[string]Value{}
	for _, code := range f.reads {
		v, err := reading(s, code, above)
		if err != nil {
			return Value{}, err
		}
		read[code] = v
	}
	return f.root.value(func(k int) Value { return values[k] }, func(code string) Value { return read[code] }), nil
}

// reading evaluates another indicator.
func reading(s *snapshot.Snapshot, code string, above []string) (Value, error) {
	for _, c := range above {
		if c == code {
			return Value{}, wrong("reading", "indicator %s rests on itself", code)
		}
	}
	l, ok := s.Layer(indicatorLayer)
	if !ok {
		return Value{}, wrong("reading", "there is no indicator %s", code)
	}
	i, ok := l.ByCode(code)
	if !ok {
		return Value{}, wrong("reading", "there is no indicator %s", code)
	}
	if text := i.Text("formula"); isComputed(i) {
		f, err := Parse(text)
		if err != nil {
			return Value{}, err
		}
		return f.eval(s, i.District(), append(above[:len(above):len(above)], code))
	}
	return reportedValue(i), nil
}

// value works out a node; where an operand is not known, neither is the result.
func (n *node) value(term func(int) Value, read func(string) Value) Value {
	switch n.op {
	case "const":
		return Value{Number: n.num, Known: true}
	case "reading":
		v := read(n.code)
		return Value{Number: v.Number, Known: v.Known, Text: v.Text}
	case "percent", "ratio", "add", "sub", "mul":
	default:
		return term(n.term)
	}
	xs := make([]float64, len(n.args))
	known := true
	for k, a := range n.args {
		v := a.value(term, read)
		xs[k], known = v.Number, known && v.Known
	}
	if !known {
		return Value{}
	}
	out := Value{Number: xs[0], Known: true}
	for _, x := range xs[1:] {
		switch n.op {
		case "percent":
			out.Number = 100 * out.Number / x
		case "ratio":
			out.Number /= x
		case "add":
			out.Number += x
		case "sub":
			out.Number -= x
		case "mul":
			out.Number *= x
		}
	}
	if n.op == "percent" || n.op == "ratio" {
		out.Parts = xs
	}
	if out.Number-out.Number != 0 { // not finite
		return Value{Parts: out.Parts}
	}
	return out
}

// value is what the state of a term comes to.
func (b *bound) value(s *state) Value {
	switch b.op {
	case "count":
		return Value{Number: float64(s.n), Known: true}
	case "sum", "length", "area":
		return Value{Number: s.sum.Float(), Known: s.n == 0 || s.with > 0}
	case "coverage":
		return s.cover.value()
	case "distinct":
		return Value{Number: float64(s.bags[0].len()), Known: true}
	case "months":
		if s.bags[0].len() == 0 || s.bags[1].len() == 0 {
			return Value{}
		}
		return span(geo.Date(s.bags[0].min().num), geo.Date(s.bags[1].max().num))
	case "value":
		if s.n != 1 {
			return Value{}
		}
	}
	if s.with == 0 {
		return Value{}
	}
	h := s.bags[0].min()
	if b.op == "max" {
		h = s.bags[0].max()
	}
	out := Value{Number: h.num, Known: true, Text: h.text}
	if b.date {
		out.Text = geo.Date(h.num).String()
	}
	return out
}

// span counts the calendar months from one day to another, both counted.
func span(from, to geo.Date) Value {
	const month = "2006-01"
	return Value{Number: float64(to.MonthsSince(from) + 1), Known: true,
		Text: from.Time().Format(month) + "/" + to.Time().Format(month)}
}

// exactShare gives 100·a÷b with its parts.
func exactShare(a, b exact.Sum) Value {
	x, ok := a.Share(b)
	return Value{Number: 100 * x, Known: ok, Parts: []float64{a.Float(), b.Float()}}
}
