package cql_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
)

// filters pairs text with what Format makes of it; "" is the same.
var filters = []struct{ text, format string }{
	{"light = 'red'", ""},
	{"光 = '红'", ""},
	{"light='red'and year>=2022", "light = 'red' AND year >= 2022"},
	{"a = 1 OR b = 2 AND NOT c = 3", ""},
	{"(a = 1 OR b = 2) AND c = 3", ""},
	{"(a = 1 AND b = 2) AND c = 3", ""},
	{"NOT (a = 1 AND b = 2)", ""},
	{"NOT NOT a = 1", ""},
	{"not name like '%桥%'", "name NOT LIKE '%桥%'"},
	{"name NOT LIKE CASEI('a%')", ""},
	{"NOT n BETWEEN 1 AND 2", "n NOT BETWEEN 1 AND 2"},
	{"level NOT IN ('市属', '区属')", ""},
	{"geom is not null", "geom IS NOT NULL"},
	{"(a = 1) IS NULL", ""},
	{"overdue", ""},
	{"TRUE", ""},
	{"overdue = FALSE", ""},
	{"a-1>0", "a - 1 > 0"},
	{"a - (b - c) = 0", ""},
	{"a - b - c = 0", ""},
	{"-a ^ 2 = 1", "(-1 * a) ^ 2 = 1"},
	{"-5 ^ 2 = 25", ""},
	{"a = +5", "a = 5"},
	{"a * (b + c) div 2 % 3 = 1e3", "a * (b + c) div 2 % 3 = 1000"},
	{"a = .5 OR a = 5. OR a = 1E-7", "a = 0.5 OR a = 5 OR a = 1e-07"},
	{"\"date\" > date('2022-12-31')", "\"date\" > DATE('2022-12-31')"},
	{"date > DATE('2022-12-31')", "\"date\" > DATE('2022-12-31')"},
	{"at < TIMESTAMP('2022-12-31T08:00:00.250000Z')", "at < TIMESTAMP('2022-12-31T08:00:00.25Z')"},
	{"t_during(INTERVAL(a, b), interval('2022-01-01', '..'))", "T_DURING(INTERVAL(a, b), INTERVAL('2022-01-01', '..'))"},
	{"t_FinishedBy(INTERVAL(a, '..'), INTERVAL('..', b))", "T_FINISHEDBY(INTERVAL(a, '..'), INTERVAL('..', b))"},
	{"name = 'l''eau' OR name = 'l\\'eau'", "name = 'l''eau' OR name = 'l''eau'"},
	{`name = 'a\tb\\c\n'`, ""},
	{`name LIKE '100\%'`, `name LIKE '100\\%'`},
	{`"a ""b"" c" = 1`, ""},
	{`"and" = 1`, ""},
	{"eo:cloud_cover < 0.1", ""},
	{"S_INTERSECTS(geom, BBOX(121, 31, 122, 32))", ""},
	{"S_INTERSECTS(geom, BBOX(121, 31, -5, 122, 32, 5))", ""},
	{"S_WITHIN(POINT(121 31), geom)", ""},
	{"s_equals(geom, point z (121 31 4))", "S_EQUALS(geom, POINT Z (121 31 4))"},
	{"S_EQUALS(geom, LINESTRING(1 2 3, 4 5 6))", "S_EQUALS(geom, LINESTRING Z (1 2 3, 4 5 6))"},
	{"S_CROSSES(geom, MULTIPOINT(1 2, 3 4))", "S_CROSSES(geom, MULTIPOINT((1 2), (3 4)))"},
	{"S_CROSSES(geom, MULTILINESTRING((1 2, 3 4), (5 6, 7 8)))", ""},
	{"S_TOUCHES(geom, POLYGON((0 0, 9 0, 9 9, 0 0), (2 1, 3 1, 3 2, 2 1)))", ""},
	{"S_TOUCHES(geom, MULTIPOLYGON(((0 0, 9 0, 9 9, 0 0)), ((20 0, 29 0, 29 9, 20 0))))", ""},
	{"S_OVERLAPS(geom, GEOMETRYCOLLECTION(POINT(1 2), GEOMETRYCOLLECTION(LINESTRING(1 2, 3 4))))", ""},
	{"A_EQUALS((), ())", ""},
	{"A_CONTAINS(tags, ('a'))", ""},
	{"A_CONTAINS(('a', 1, TRUE), (('b'), (a + 1) * 2))", ""},
	{"A_OVERLAPS((1), ((a = 1 OR b = 2) AND c = 3, 4))", ""},
	{"Foo(a, 'b', (1, 2)) = TRUE", ""},
	{"avg(windSpeed)", ""},
	{"CASEI(ACCENTI(name)) = CASEI('É')", ""},
	{"1 IN (1, 2)", ""},
	{"a IN (b + 1, c)", ""},
}

func TestTextAndJSONGiveOneTree(t *testing.T) {
	for _, f := range filters {
		t.Run(f.text, func(t *testing.T) {
			e, err := cql.Parse(f.text)
			if err != nil {
				t.Fatal(err)
			}
			want := f.format
			if want == "" {
				want = f.text
			}
			if got := cql.Format(e); got != want {
				t.Errorf("Format gives %s, want %s", got, want)
			}
			sameAfterRoundTrips(t, e)
		})
	}
}

// sameAfterRoundTrips holds a tree against itself written and read again, by its
// JSON, which has no positions.
func sameAfterRoundTrips(t *testing.T, e cql.Expr) {
	t.Helper()
	want := string(cql.JSON(e))
	again, err := cql.Parse(cql.Format(e))
	if err != nil {
		t.Fatalf("the text %.300q cannot be read: %v", cql.Format(e), err)
	}
	if got := string(cql.JSON(again)); got != want {
		t.Errorf("by the text %s\n%s has become\n%s", cql.Format(e), want, got)
	}
	again, err = cql.ParseJSON([]byte(want))
	if err != nil {
		t.Fatalf("the JSON %.300s cannot be read: %v", want, err)
	}
	if got := string(cql.JSON(again)); got != want {
		t.Errorf("by JSON %s has become %s", want, got)
	}
}

func TestPositionsAndMendsOfFaults(t *testing.T) {
	for _, f := range []struct{ text, message, mend string }{
		{"", "the filter is empty", ""},
		{"light = ", "at character 9: the end stands where a value is wanted", ""},
		{"灯 = '红' )", "at character 9: “)” stands where the end, AND or OR is wanted", ""},
		{"a = 'x", "at character 5: the text has no end", "close it with a single quote"},
		{"a = \"x", "at character 5: the name has no end", "close it with a double quote"},
		{"a = 1 and", "at character 10: the end stands where a value is wanted", ""},
		{"a == 1", "at character 4: “=” stands where a value is wanted", ""},
		{"a != 1", "at character 3: '!' has no meaning here", "texts stand in '…', names with unusual characters in \"…\""},
		{"a", "", ""},
		{"a + 1", "at character 1: a filter is a condition, not a number", "compare it with something"},
		{"5 AND a = 1", "at character 1: AND cannot take a number here", "it takes a condition or boolean"},
		{"a LIKE b", "at character 8: the pattern of LIKE must be a text", "for instance name LIKE '%桥%'"},
		{"a IN ()", "at character 6: the list of IN is empty", ""},
		{"a NOT 5", "at character 7: “5” stands where LIKE, BETWEEN or IN is wanted", ""},
		{"a = DATE('2022-13-01')", "at character 10: '2022-13-01' is not a date", "write DATE('2022-12-31')"},
		{"a = TIMESTAMP('2022-12-01')", "at character 15: '2022-12-01' is not a timestamp", "write TIMESTAMP('2022-12-31T08:00:00Z'), in UTC"},
		{"a = 1e999", "at character 5: the number 1e999 is out of range", ""},
		{"S_WITHIN(geom)", "at character 1: S_WITHIN has 1 operands instead of 2", ""},
		{"S_WITHIN(geom, BBOX(1,2,3))", "at character 16: BBOX has 3 numbers instead of 4 or 6", "write BBOX(west, south, east, north)"},
		{"S_WITHIN(geom, POLYGON((0 0, 1 1, 2 0)))", "at character 16: a ring of a polygon is not closed", "give 4 or more positions, the last as the first"},
		{"a = 2 ^ 3 ^ 4", "at character 11: powers of powers need brackets", "a ^ (b ^ c)"},
		{"and = 1", "at character 1: “and” stands where a value is wanted", "if it is a name, write \"and\""},
		{"isNull(a)", "at character 1: “isNull” cannot name a function", ""},
		{"a = '\xff'", "the filter is not UTF-8", ""},
		{strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500), "at character 301: the filter is nested too deep", "leave out brackets"},
		{strings.Repeat("NOT ", 150) + "a", "", ""},
		{strings.Repeat("a = 1 AND ", 40_000) + "TRUE", "the filter has more than 262144 bytes", ""},
	} {
		_, err := cql.Parse(f.text)
		if f.message == "" {
			if len(f.text) < 10 && err != nil || len(f.text) > 100 && err == nil {
				t.Errorf("%.40s: %v", f.text, err)
			}
			continue
		}
		faulty(t, err, f.message, f.mend)
	}
}

func faulty(t *testing.T, err error, message, mend string) {
	t.Helper()
	var e *geo.Error
	if !errors.As(err, &e) {
		t.Errorf("%v, want %s", err, message)
		return
	}
	inChinese(t, e)
	if e.Field != "filter" || e.Message != message || mend != "" && e.Mend != mend {
		t.Errorf("%s: %s (%s)\nwant %s (%s)", e.Field, e.Message, e.Mend, message, mend)
	}
}

// Text that is as long and as nested as it may be is read in no time; if each
// bracket looked through all that is in it this test would take minutes.
func TestLongAndDeepArrays(t *testing.T) {
	deep := cql.MaxDepth - 3
	text := "A_EQUALS(" + strings.Repeat("(", deep) + "1" + strings.Repeat(",(1)", 50_000) + strings.Repeat(")", deep) + ", ())"
	e, err := cql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	sameAfterRoundTrips(t, e)
	_, err = cql.Parse(text[:len(text)-1])
	faulty(t, err, "at character 200209: the end stands where “)” is wanted", "")
}

func TestFaultsInJSON(t *testing.T) {
	for _, f := range []struct{ json, message string }{
		{`{"op":"=","args":[1]}`, "= has 1 operands instead of 2"},
		{`{"op":"AND","args":[true,true]}`, "“AND” is not an operator"},
		{`{"op":"="}`, "“=” has no args"},
		{`{"op":"=","args":[{"property":""},1]}`, "the name of a property is empty"},
		{`{"op":"=","args":[null,1]}`, "null stands where a value is wanted"},
		{`{"op":"=","args":[{},1]}`, "an object is no operator, property, geometry, bbox, date, timestamp or interval"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Circle"}]}`, "“Circle” is not a type of geometry"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"LineString","coordinates":[[1,2]]}]}`, "a line has 1 positions instead of 2 or more"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Polygon","coordinates":[]}]}`, "a geometry has an empty part or no coordinates"},
		{`{"op":"s_within","args":[{"property":"geom"},{"bbox":[1,"2"]}]}`, "bbox is not an array of numbers"},
		{`{"op":"t_after","args":[{"property":"a"},{"interval":["2022-01-01"]}]}`, "INTERVAL has 1 ends instead of 2"},
		{`{"op":"=","args":[{"property":"a"},{"date":"yesterday"}]}`, "'yesterday' is not a date"},
		{`light = 'red'`, "the filter is not JSON: invalid character 'l' looking for beginning of value at byte 1"},
		{strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "the filter is nested too deep"},
	} {
		_, err := cql.ParseJSON([]byte(f.json))
		faulty(t, err, f.message, "")
	}
}

func TestTheSeedsFiltersParseAndCompile(t *testing.T) {
	file, err := os.Open("../../seeds/tables/trace.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string]*geo.Layer{}
	for _, l := range city.Layers() {
		layers[string(l.ID)] = &l
	}
	compiled := 0
	for i, row := range rows[1:] {
		if row[4] == "" { // reported, or of a whole layer
			continue
		}
		where := fmt.Sprintf("row %d, %s: %s", i+2, row[2], row[4])
		e, err := cql.Parse(row[4])
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		sameAfterRoundTrips(t, e)
		// Whether a section has reports is no field: the register's own tests count it.
		if l := layers[row[2]]; l != nil && !strings.Contains(row[4], "reported") {
			if _, err := cql.Compile(e, l); err != nil {
				t.Errorf("%s: %v", where, err)
			}
			compiled++
		}
	}
	if compiled == 0 {
		t.Errorf("none of %d filters is of a layer of the city", len(rows)-1)
	}
}
