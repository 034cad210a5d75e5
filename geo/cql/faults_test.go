package cql_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"yiping/geo"
	"yiping/geo/cql"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// wrong are filters that are refused: one for each message, as far as it can come.
var wrong = []string{
	"", "\xff", "a = 'x", "a = \"x", "a = \"\"", "a = 1e999", "n = 5a", "a != 1", "a = 1 and", "(a = 1", "a = 1 a", "and = 1", "a NOT 5",
	"a = 2 ^ 3 ^ 4", "isNull(a)", "a + 1", "5 AND n = 1", "name LIKE n", "n IN (geom)", "n IN ()", "n IN (BBOX(1,2,3,4))",
	"a = DATE('2022-13-01')", "a = DATE(5)", "a = TIMESTAMP('2022-12-01')", "T_DURING(INTERVAL('x', '..'), INTERVAL('..', '..'))",
	"T_DURING(INTERVAL(3 + 4, '..'), INTERVAL('..', '..'))", "T_AFTER(at, INTERVAL('2022-01-01'))", "T_AFTER(at, INTERVAL('2023-01-01', '2022-01-01'))",
	"T_AFTER(at, INTERVAL(name, '..'))", "T_DURING(start, INTERVAL('2022-01-01', '..'))", "start > 'soon'",
	"S_WITHIN(geom)", "S_WITHIN(geom, BBOX(1,2,3))", "S_WITHIN(geom, BBOX(1,2,3,x))", "S_WITHIN(geom, BBOX(0, 9, 1, 8))", "S_WITHIN(geom, POINT(1))", "S_WITHIN(geom, POINT(1 2 3 4))",
	"S_WITHIN(geom, LINESTRING(1 2))", "S_WITHIN(geom, LINESTRING(1 2, 3 4 5))", "S_WITHIN(geom, POLYGON((0 0, 1 1, 2 0)))",
	"S_WITHIN(geom, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))", "S_WITHIN(geom, GEOMETRYCOLLECTION(5))", "S_WITHIN(geom, MULTIPOINT(EMPTY))", "S_WITHIN(geom, POINT(500 2))",
	"A_EQUALS(name, ('a'))", "A_EQUALS((geom), ('a'))", "Buffer(geom) = 1", "missing = 1", "n = 'a'", "n = ok", "n AND ok", "T_AFTER(name, DATE('2022-01-01'))",
	strings.Repeat("(", 500) + "n" + strings.Repeat(")", 500), strings.Repeat("NOT ", 150) + "ok", "n = 1" + strings.Repeat(" + 1", 150), strings.Repeat("n = 1 AND ", 40_000) + "TRUE",
	`{"op":"=","args":[1]}`, `{"op":"AND","args":[true,true]}`, `{"op":"="}`, `{"op":"=","args":[{"property":""},1]}`, `{"op":"=","args":[null,1]}`, `{"op":"=","args":[{},1]}`,
	`{"op":"s_within","args":[{"property":"geom"},{"type":"Circle"}]}`, `{"op":"s_within","args":[{"property":"geom"},{"type":"Polygon","coordinates":[]}]}`,
	`{"op":"s_within","args":[{"property":"geom"},{"type":"Point","coordinates":["a"]}]}`, `{"op":"s_within","args":[{"property":"geom"},{"bbox":[1,"2"]}]}`, `{"op":"like","args":[{"property":"name"},5]}`,
	`{"op":"in","args":[{"property":"n"},5]}`, `{"op":`, strings.Repeat("{\"op\":\"not\",\"args\":[", 400) + "true" + strings.Repeat("]}", 400),
}

// TestFaultsInBothLanguages holds what each wrong filter is told, in Chinese too.
func TestFaultsInBothLanguages(t *testing.T) {
	var got strings.Builder
	for _, text := range wrong {
		var e *geo.Error
		_, err := compile(text)
		if strings.HasPrefix(text, "{") {
			var x cql.Expr
			if x, err = cql.ParseJSON([]byte(text)); err == nil {
				_, err = cql.Compile(x, works())
			}
		}
		if !errors.As(err, &e) {
			t.Errorf("%.60q is not refused: %v", text, err)
			continue
		}
		inChinese(t, e)
		for _, line := range []string{fmt.Sprintf("%.60q", text), "  " + e.Message, "  " + e.Mend, "  " + e.ZH} {
			if strings.TrimSpace(line) != "" {
				got.WriteString(line + "\n")
			}
		}
	}
	const file = "testdata/faults.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("differs from %s; run with -update and read what changed:\n%s", file, got.String())
	}
}

// TestWhatTheDatabaseCannotAnswerIsRefused says so in both languages.
func TestWhatTheDatabaseCannotAnswerIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"n ^ 2 = 4":              "由数据库直接服务的图层不能用^",
		"A_EQUALS((1), (n, 2))":  "由数据库直接服务的图层不能用A_EQUALS",
		"light = 'red' AND ok":   "由数据库直接服务的图层不能用“light”",
		"n = 1 AND warning <> 2": "由数据库直接服务的图层不能用“warning”",
	} {
		x, err := cql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		l := works()
		l.Fields = l.Fields[:len(l.Fields)-1] // light is of its own
		_, err = cql.Translate(x, l, func(field string) string { return field }, 1)
		var e *geo.Error
		if !errors.As(err, &e) || !strings.Contains(e.ZH, want) || !strings.Contains(e.Message, "cannot be asked of a layer served from the database") {
			t.Fatalf("%s: %+v, want %s", text, err, want)
		}
		inChinese(t, e)
	}
}

// quoted is what a message cites: names and texts of the filter.
var quoted = regexp.MustCompile(`“[^”]*”|'[^']*'|"[^"]*"|\{.*\}|‹field›`)

// words of a filter that a Chinese sentence uses, beside those in capitals.
var words = regexp.MustCompile(`\b(name|filter-lang|cql2|text|isNull|args|null|bbox|Point|LineString|Polygon|t_|a_|today|redWhen|yellowWhen|greenWhen)\b`)

// inChinese fails where an error has no Chinese text, or an English word in it.
func inChinese(t *testing.T, e *geo.Error) {
	t.Helper()
	if !strings.ContainsFunc(e.ZH, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		t.Errorf("%q has no Chinese: %q", e.Message, e.ZH)
	}
	zh, _, _ := strings.Cut(e.ZH, "可用：id") // the names of fields
	rest := words.ReplaceAllString(quoted.ReplaceAllString(zh, ""), "")
	if english := regexp.MustCompile(`[a-z]{3,}`).FindString(rest); english != "" {
		t.Errorf("%q in Chinese: %q says “%s”", e.Message, e.ZH, english)
	}
}

// A layer that the database serves names what can be asked of it, and nothing else.
func TestOnlyWhatTheDatabaseAnswersIsNamed(t *testing.T) {
	l := works()
	l.Serve = geo.FromDatabase
	x, err := cql.Parse("nothing = 1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = cql.Compile(x, l)
	var e *geo.Error
	if !errors.As(err, &e) || !strings.Contains(e.Mend, "it has id, code, geom, ") || strings.Contains(e.Mend, "overdue") || strings.Contains(e.Mend, "warning") {
		t.Errorf("%+v", err)
	}
}
