package postgis

import (
	"fmt"
	"slices"
	"strings"

	"yiping/geo"
)

// A page of features in an order of their own is found by the place of the feature
// it comes after or before (keyset paging): nothing is counted off, so that edits
// between two pages neither repeat nor lose what they did not touch.

// unixDay is the geo.Date of 1970-01-01.
var unixDay = geo.NewDate(1970, 1, 1)

// term is what one geo.Order sorts by, in SQL.
type term struct {
	sql  string // double precision, or text in the order of its bytes; NULL = absent
	text bool
	down bool
}

func newTerm(o geo.Order, l *geo.Layer) (term, error) {
	out := term{down: o.Down}
	f, declared := l.Field(o.Name)
	col := quoteName(o.Name)
	switch {
	case o.Name == "id":
		out.sql = "id::double precision"
	case o.Name == "code" || declared && f.Type == geo.TextField:
		out.sql, out.text = "nullif("+col+`::text, '') COLLATE "C"`, true
	case !declared:
		return out, &geo.Error{Code: geo.Invalid, Layer: l.ID, Field: "sortby", Message: "there is no field “" + o.Name + "” to sort by", ZH: "没有可排序的字段“" + o.Name + "”"}
	case f.Type == geo.BoolField:
		out.sql = col + "::int::double precision"
	case f.Type == geo.DateField:
		out.sql = fmt.Sprintf("(%s - date '1970-01-01' + %d)::double precision", col, unixDay)
	case f.Type == geo.TimeField:
		out.sql = "(extract(epoch FROM " + col + ") * 1000000)::double precision"
	default:
		out.sql = col + "::double precision"
	}
	return out, nil
}

// beyond is true of what comes after a key in this term alone, or before it when
// backwards; absent comes after all else, up or down.
func (m term) beyond(k geo.Key, place string, backwards bool) string {
	switch {
	case k.Absent && backwards:
		return m.sql + " IS NOT NULL"
	case k.Absent:
		return "FALSE"
	case backwards:
		return m.sql + map[bool]string{true: " > ", false: " < "}[m.down] + place
	}
	return "(" + m.sql + " IS NULL OR " + m.sql + map[bool]string{true: " < ", false: " > "}[m.down] + place + ")"
}

// ordered takes the order and the place of a page in, and gives ORDER BY. What lies
// before a place is read backwards from there.
func (st *statement) ordered(p geo.Page, l *geo.Layer) (string, error) {
	backwards := p.Before > 0
	way := map[bool]string{true: " DESC", false: ""}
	var terms []term
	var by []string
	for _, o := range p.Order {
		m, err := newTerm(o, l)
		if err != nil {
			return "", err
		}
		terms = append(terms, m)
		by = append(by, "("+m.sql+") IS NULL"+way[backwards], m.sql+way[m.down != backwards])
	}
	by = append(by, "id"+way[backwards])
	if backwards {
		st.beyond(terms, p.Keys, "id < "+st.bind(int64(min(p.Before, geo.MaxID+1))), backwards)
	} else if p.After > 0 {
		st.beyond(terms, p.Keys, "id > "+st.bind(int64(min(p.After, geo.MaxID))), backwards)
	}
	return " ORDER BY " + strings.Join(by, ", "), nil
}

// beyond keeps what comes after a place, or before it: what is beyond its first key,
// or has that one and is beyond the next, and so on to the id.
func (st *statement) beyond(terms []term, keys []geo.Key, rest string, backwards bool) {
	for n, m := range slices.Backward(terms) {
		k, place, same := keys[n], "", m.sql+" IS NULL"
		switch {
		case k.Absent:
		case m.text:
			place = st.bind(k.Text) + "::text"
		default:
			place = st.bind(k.Number) + "::double precision"
		}
		if !k.Absent {
			same = m.sql + " = " + place
		}
		rest = "(" + m.beyond(k, place, backwards) + " OR " + same + " AND " + rest + ")"
	}
	st.and("%s", rest)
}
