package cql

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
)

// PostgreSQL has neither full case folding (before version 18) nor a removal of
// accents that is at hand everywhere (unaccent is an extension, and goes by a list
// of its own). Both are put together here of what every PostgreSQL has, by the
// tables that memory goes by, so that they give the same texts.

// foldings are what full case folding makes of single characters beyond ASCII.
type foldings struct {
	from, to []string
	any      string // a regular expression that finds one of from
}

var allFoldings = sync.OnceValue(func() foldings {
	var f foldings
	fold := cases.Fold()
	var found []rune
	for r := rune(0x80); r <= 0x1FFFF; r++ {
		if r >= 0x3000 && r <= 0x9FFF || r >= 0xD800 && r <= 0xDFFF { // as mayHaveCase has it; no characters
			continue
		}
		if to := fold.String(string(r)); to != string(r) {
			f.from, f.to, found = append(f.from, string(r)), append(f.to, to), append(found, r)
		}
	}
	f.any = characterClass(found)
	return f
})

// strippedMarks is a regular expression that finds what ACCENTI removes.
var strippedMarks = sync.OnceValue(func() string {
	var found []rune
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if stripped(r) {
			found = append(found, r)
		}
	}
	return characterClass(found)
})

// mayBeAccented finds a character that plain does not let through.
const mayBeAccented = "[^\u0001-\u007F\u4E00-\u9FFF\u3000-\u3020\uFF01-\uFF5E]"

// characterClass writes ascending characters as a bracket expression; none of them means
// anything in it.
func characterClass(runes []rune) string {
	var b strings.Builder
	b.WriteByte('[')
	for n := 0; n < len(runes); {
		last := n
		for last+1 < len(runes) && runes[last+1] == runes[last]+1 {
			last++
		}
		b.WriteRune(runes[n])
		if last > n {
			b.WriteByte('-')
			b.WriteRune(runes[last])
		}
		n = last + 1
	}
	b.WriteByte(']')
	return b.String()
}

// folding is CASEI or ACCENTI of a text of the feature. The text stands in a
// subquery, so that it is written and worked out once however deep they are nested:
// OFFSET 0 keeps the planner from putting it in each place.
func (t *translator) folding(e Call) (expression, error) {
	x, err := t.expression(e.Args[0])
	if err != nil {
		return x, err
	}
	inner := " FROM (SELECT " + x.sql + " AS s OFFSET 0) x"
	if e.Op == "accenti" {
		inner = "SELECT CASE WHEN s ~ " + t.once("may be accented", mayBeAccented, "text") + " THEN normalize(regexp_replace(normalize(s, NFD), " + t.once("marks", strippedMarks(), "text") + ", '', 'g')) ELSE s END" + inner
	} else {
		f := allFoldings()
		inner = "SELECT normalize(CASE WHEN s ~ " + t.once("folds", f.any, "text") + ` THEN (SELECT string_agg(coalesce(m.folded, c.c), '' ORDER BY c.n)` +
			` FROM unnest(string_to_array(s, NULL)) WITH ORDINALITY c(c, n) LEFT JOIN unnest(` + t.once("fold from", f.from, "text[]") + ", " + t.once("fold to", f.to, "text[]") + `) m(c, folded) ON m.c = c.c) ELSE s END)` +
			" FROM (SELECT lower(s) AS s" + inner + " OFFSET 0) l" // of the collation "C": ASCII alone
	}
	return expression{kind: isText, sql: "(" + inner + `) COLLATE "C"`}, nil
}

// once binds a value once, however often it is used under this name.
func (t *translator) once(name string, v any, typ string) string {
	if t.places == nil {
		t.places = map[string]string{}
	}
	if _, ok := t.places[name]; !ok {
		t.places[name] = t.bind(v) + "::" + typ
	}
	return t.places[name]
}
