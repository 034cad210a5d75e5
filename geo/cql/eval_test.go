package cql_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

var _ cql.Row = snapshot.Item{}

// works is a layer with a field of each type.
func works() *geo.Layer {
	return &geo.Layer{ID: "works", Geometry: geo.AnyGeometry, Light: geo.LightRule{Kind: geo.ProgressRule}, Fields: []geo.Field{
		{Name: "name", Type: geo.TextField}, {Name: "级别", Type: geo.TextField}, {Name: "n", Type: geo.IntField},
		{Name: "x", Type: geo.FloatField}, {Name: "ok", Type: geo.BoolField}, {Name: "start", Type: geo.DateField},
		{Name: "finish", Type: geo.DateField}, {Name: "at", Type: geo.TimeField}, {Name: "light", Type: geo.TextField}}}
}

func day(y int, m time.Month, d int) geo.Date { return geo.NewDate(y, m, d) }

// site is a square of 0.1 degrees with its lower left corner at lon, lat.
func site(lon, lat float64) orb.Polygon {
	return orb.Polygon{{{lon, lat}, {lon + 0.1, lat}, {lon + 0.1, lat + 0.1}, {lon, lat + 0.1}, {lon, lat}}}
}

// rows: 1 has everything, 2 differs, 3 has little, 4 has nothing.
func rows() []record {
	return []record{
		{id: 1, code: "A-1", light: geo.Red, overdue: true, district: "310107", town: "长寿路街道", others: []string{"Kanal", "真如镇"}, shape: site(121, 31),
			values: geo.Properties{"name": "武宁路大桥", "级别": "市属", "n": int64(7), "x": 2.5, "ok": true,
				"start": day(2022, 3, 1), "finish": day(2022, 12, 31), "at": time.Date(2022, 12, 31, 15, 59, 59, 0, time.UTC)}},
		{id: 2, code: "A-2", light: geo.Green, district: "350104", shape: orb.Point{121.05, 31.05},
			values: geo.Properties{"name": "Straße Café", "级别": "区属", "n": int64(-2), "x": 0.0, "ok": false,
				"start": day(2023, 1, 1), "finish": day(2023, 6, 30), "at": time.Date(2022, 12, 31, 16, 0, 0, 0, time.UTC)}},
		{id: 3, code: "B_1", light: geo.Yellow, shape: orb.LineString{{120.9, 31.05}, {121.2, 31.05}},
			values: geo.Properties{"name": "50%_a", "n": int64(7), "start": day(2022, 3, 1)}},
		{id: 4, code: "B-2"},
	}
}

func matching(t *testing.T, text string) []geo.ID {
	t.Helper()
	f, err := compile(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	got := []geo.ID{}
	for _, r := range rows() {
		if f.Match(r) {
			got = append(got, r.id)
			if b, ok := f.Bounds(); ok && !r.shape.Bound().Intersects(b) {
				t.Errorf("%s: the bound %v leaves out %d", text, b, r.id)
			}
			if codes, ok := f.Codes(); ok && !slices.Contains(codes, r.code) {
				t.Errorf("%s: the codes %v leave out %s", text, codes, r.code)
			}
			if ids, ok := f.IDs(); ok && !slices.Contains(ids, r.id) {
				t.Errorf("%s: the ids %v leave out %d", text, ids, r.id)
			}
		}
	}
	return got
}

func compile(text string) (*cql.Filter, error) {
	e, err := cql.Parse(text)
	if err != nil {
		return nil, err
	}
	return cql.Compile(e, works())
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		text string
		want []geo.ID
	}{
		// names of ours
		{"light = 'red'", ids(1)}, {"light IN ('red', 'yellow')", ids(1, 3)}, {"overdue", ids(1)}, {"NOT overdue", ids(2, 3, 4)},
		{"id = 2", ids(2)}, {"id IN (1, 3, 9)", ids(1, 3)}, {"id > 2", ids(3, 4)}, {"code = 'A-2'", ids(2)}, {"'A-2' = code", ids(2)},
		{"code LIKE 'A-%'", ids(1, 2)}, {"district = '310107'", ids(1)}, {"district IS NULL", ids(3, 4)}, {"town LIKE '%街道'", ids(1)},
		{"town = '长寿路街道'", ids(1)}, {"town = '真如镇'", ids(1)}, {"'真如镇' = town", ids(1)}, {"town IN ('曹杨镇', '真如镇')", ids(1)}, {"CASEI(town) = CASEI('KANAL')", ids(1)},
		{"town = '曹杨镇'", ids()}, {"town <> '曹杨镇'", ids(1)}, {"town <> '真如镇'", ids()}, {"NOT (town = '真如镇')", ids()}, {"town NOT LIKE '真如%'", ids()}, {"town NOT IN ('真如镇', '曹杨镇')", ids()},
		{"town = '长寿路街道' AND town = '真如镇'", ids(1)}, {"town BETWEEN 'K' AND 'L'", ids(1)}, {"town IS NULL", ids(2, 3, 4)}, {"town IS NOT NULL", ids(1)},
		{"(town = '真如镇') = FALSE", ids()}, {"(town = '真如镇') = TRUE", ids(1)}, {"town = name", ids()}, {"town > name", ids(1)},
		{"级别 = '市属'", ids(1)}, {"\"级别\" <> '市属'", ids(2)},
		// three-valued logic
		{"n = 7", ids(1, 3)}, {"n <> 7", ids(2)}, {"NOT n = 7", ids(2)}, {"n = 7 OR n <> 7", ids(1, 2, 3)},
		{"n = 7 OR code = 'B-2'", ids(1, 3, 4)}, {"NOT (n = 7 AND code = 'A-1')", ids(2, 3, 4)}, {"n IS NULL", ids(4)},
		{"(n = 7) IS NULL", ids(4)}, {"n NOT IN (1, 2)", ids(1, 2, 3)}, {"n IN (1, x)", ids()}, {"n NOT IN (7, x)", ids(2)},
		{"TRUE", ids(1, 2, 3, 4)}, {"FALSE OR ok IS NOT NULL", ids(1, 2)}, {"ok = TRUE", ids(1)}, {"ok < TRUE", ids(2)},
		// numbers
		{"n > x", ids(1)}, {"n + x = 9.5", ids(1)}, {"n / x > 0", ids(1)}, {"NOT n / x > 0", ids()}, {"n % 4 = 3", ids(1, 3)},
		{"n div 2 = -1", ids(2)}, {"2 ^ n = 128", ids(1, 3)}, {"-n = 2", ids(2)}, {"n BETWEEN -2 AND 6", ids(2)},
		{"n NOT BETWEEN -2 AND 6", ids(1, 3)}, {"1 - 2 - 3 = -4 AND 2 * 3 + 4 = 10 AND 7 - 21 div 10 = 5", ids(1, 2, 3, 4)},
		{"0 ^ (0 - 1) IS NULL", ids(1, 2, 3, 4)},
		// texts
		{"name LIKE '%大桥'", ids(1)}, {"name LIKE '武_路%'", ids(1)}, {"name LIKE '%路%桥%'", ids(1)}, {"name LIKE '武宁路大桥'", ids(1)},
		{"name LIKE '_____'", ids(1, 3)}, {"name NOT LIKE '%a%'", ids(1)}, {"name LIKE '50\\%\\_a'", ids(3)}, {"name LIKE '50%\\_%'", ids(3)},
		{"name LIKE ''", ids()}, {"name LIKE '%'", ids(1, 2, 3)}, {"name LIKE '%_6'", ids()}, {"name LIKE 'Stra%aße%'", ids()},
		{"CASEI(name) = CASEI('STRASSE CAFÉ')", ids(2)}, {"ACCENTI(name) = 'Straße Cafe'", ids(2)},
		{"ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('STRASSE%è'))", ids(2)}, {"name = 'Straße Cafe\u0301'", ids(2)},
		{"ACCENTI('が') = 'か'", ids()}, {"name BETWEEN 'A' AND 'Z'", ids(2)}, {"CASEI(name) IN (CASEI('STRASSE CAFÉ'), 'x')", ids(2)},
		// time
		{"start = DATE('2022-03-01')", ids(1, 3)}, {"start = '2022-03-01'", ids(1, 3)}, {"start < finish", ids(1, 2)},
		{"finish BETWEEN DATE('2022-12-01') AND DATE('2022-12-31')", ids(1)}, {"start IN (DATE('2023-01-01'), finish)", ids(2)},
		{"at = DATE('2022-12-31')", ids(1)}, {"at >= DATE('2023-01-01')", ids(2)}, {"at < TIMESTAMP('2022-12-31T16:00:00Z')", ids(1)},
		{"T_AFTER(start, DATE('2022-12-31'))", ids(2)}, {"T_BEFORE(finish, INTERVAL('2023-01-01', '..'))", ids(1)},
		{"T_DURING(INTERVAL(start, finish), INTERVAL('2022-01-01', '2023-01-01'))", ids(1)},
		{"T_CONTAINS(INTERVAL(start, finish), INTERVAL('2022-04-01', '2022-04-30'))", ids(1)},
		{"T_STARTS(INTERVAL('2022-03-01', '2022-04-30'), INTERVAL(start, finish))", ids(1)},
		{"T_STARTEDBY(INTERVAL(start, finish), INTERVAL('2022-03-01', '2022-04-30'))", ids(1)},
		{"T_FINISHES(INTERVAL('2022-04-01', '2022-12-31'), INTERVAL(start, finish))", ids(1)},
		{"T_FINISHEDBY(INTERVAL(start, '..'), INTERVAL('2022-05-01', '..'))", ids(1, 3)},
		{"T_MEETS(INTERVAL('2022-01-01', '2022-03-01'), INTERVAL(start, finish))", ids(1)},
		{"T_METBY(INTERVAL(start, finish), INTERVAL('2022-01-01', '2022-03-01'))", ids(1)},
		{"T_OVERLAPS(INTERVAL(start, finish), INTERVAL('2022-06-01', '2023-03-01'))", ids(1)},
		{"T_OVERLAPPEDBY(INTERVAL(start, finish), INTERVAL('2022-06-01', '2023-03-01'))", ids(2)},
		{"T_EQUALS(INTERVAL(start, finish), INTERVAL('2022-03-01', '2022-12-31'))", ids(1)},
		{"T_INTERSECTS(at, DATE('2022-12-31'))", ids(1)}, {"T_DISJOINT(start, INTERVAL('..', '2022-06-01'))", ids(2)},
		{"INTERVAL(start, finish) IS NULL", ids(3, 4)},
		// space
		{"geom IS NULL", ids(4)}, {"S_INTERSECTS(geom, BBOX(121.04, 31.04, 121.06, 31.06))", ids(1, 2, 3)},
		{"S_INTERSECTS(geometry, POINT(121 31))", ids(1)}, {"S_DISJOINT(geom, POINT(121 31))", ids(2, 3)},
		{"S_WITHIN(geom, BBOX(121, 31, 121.1, 31.1))", ids(1, 2)}, {"S_WITHIN(geom, BBOX(120, 30, 122, 32))", ids(1, 2, 3)},
		{"S_CONTAINS(geom, POINT(121.02 31.02))", ids(1)}, {"S_CONTAINS(BBOX(120, 30, 122, 32), geom)", ids(1, 2, 3)},
		{"S_WITHIN(POINT(121.02 31.02), geom)", ids(1)}, {"S_EQUALS(geom, BBOX(121, 31, 121.1, 31.1))", ids(1)},
		{"S_TOUCHES(geom, LINESTRING(121 30, 121 32))", ids(1)}, {"S_CROSSES(geom, LINESTRING(121.15 30, 121.15 32))", ids(3)},
		{"S_OVERLAPS(geom, BBOX(121.05, 31.05, 122, 32))", ids(1)}, {"NOT S_INTERSECTS(geom, POINT(121 31))", ids(2, 3)},
		{"S_INTERSECTS(geom, geom)", ids(1, 2, 3)}, {"S_INTERSECTS(geom, POLYGON((121 31, 121.1 31, 121 31.1, 121 31)))", ids(1, 2, 3)},
		{"S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(0 0), POINT(121.05 31.05)))", ids(1, 2, 3)},
		{"S_INTERSECTS(geom, BBOX(170, -10, -170, 10)) OR S_INTERSECTS(geom, BBOX(121.19, 31, 121.3, 31.1))", ids(3)},
		{"S_WITHIN(POINT(1 1), BBOX(0, 0, 2, 2))", ids(1, 2, 3, 4)},
		// arrays
		{"A_CONTAINS(('a', 'b'), ('a'))", ids(1, 2, 3, 4)}, {"A_EQUALS((1, 2, 2), (2, 1))", ids(1, 2, 3, 4)},
		{"A_CONTAINEDBY((n, 1), (7, 1, 'x'))", ids(1, 3)}, {"A_OVERLAPS((name, n), ('50%_a', -2))", ids(2, 3)},
		{"A_OVERLAPS((start, TRUE, POINT(1 2)), (DATE('2022-03-01'), 1))", ids(1, 3)}, {"NOT A_EQUALS((n), (7))", ids(2)},
	} {
		t.Run(c.text, func(t *testing.T) {
			if got := matching(t, c.text); !slices.Equal(got, c.want) {
				t.Errorf("matches %v, want %v", got, c.want)
			}
		})
	}
}

func ids(n ...geo.ID) []geo.ID { return append([]geo.ID{}, n...) }

func TestWhatDoesNotCompile(t *testing.T) {
	for _, c := range []struct{ text, message, mend string }{
		{"TRUE AND nmae = 'a'", "at character 10: the layer has no field “nmae”",
			"it has id, code, light, overdue, district, town, geom, before, outcome, proposed, registered, reported, responsible, warning, name, 级别, n, x, ok, start, finish, at"},
		{"name = 5", "at character 8: a text is compared with a number", "texts stand in single quotes, numbers without"},
		{"n IN (1, 'a')", "at character 10: a number is compared with a text", "texts stand in single quotes, numbers without"},
		{"start > 'soon'", "at character 9: 'soon' is not a date or timestamp", ""},
		{"name", "at character 1: a text stands where a condition is wanted", "compare it with something"},
		{"name AND TRUE", "at character 1: AND cannot take a text here", ""},
		{"name + 1 = 2", "at character 1: + cannot take a text here", "it takes a number"},
		{"n LIKE 'a'", "at character 1: LIKE cannot take a number here", "it takes a text"},
		{"geom = 'a'", "at character 1: = cannot take a geometry here", ""},
		{"S_WITHIN(name, POINT(1 2))", "at character 10: S_WITHIN cannot take a text here", "it takes a geometry"},
		{"S_WITHIN(geom, POINT(90 180))", "at character 16: the geometry cannot be used: vertex 1 (90 180) is out of bounds", ""},
		{"S_WITHIN(geom, MULTIPOINT(7 49, 90 180))", "at character 16: the geometry cannot be used: vertex 2 (90 180) is out of bounds", ""},
		{"S_WITHIN(geom, BBOX(0, 9, 1, 8))", "at character 16: the BBOX is out of bounds", ""},
		{"T_AFTER(name, DATE('2022-01-01'))", "at character 9: T_AFTER cannot take a text here", ""},
		{"T_DURING(start, INTERVAL('2022-01-01', '..'))", "at character 10: T_DURING takes intervals", "write INTERVAL(start, end)"},
		{"T_AFTER(at, INTERVAL('2023-01-01', '2022-01-01'))", "at character 13: the interval ends before it begins", ""},
		{"T_AFTER(at, INTERVAL(name, '..'))", "at character 22: an interval cannot end at a text", ""},
		{"A_EQUALS(name, ('a'))", "at character 10: A_EQUALS cannot take a text here", "it takes an array"},
		{"A_EQUALS((geom), ('a'))", "at character 11: an array cannot hold geometries or arrays of the feature", ""},
		{"Buffer(geom) = 1", "at character 1: the function “Buffer” is not offered", "CASEI, ACCENTI, S_, T_ and A_ functions are"},
	} {
		t.Run(c.text, func(t *testing.T) {
			_, err := compile(c.text)
			faulty(t, err, c.message, c.mend)
		})
	}
	if _, err := compile("S_WITHIN(geom, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))"); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("a polygon that crosses itself: %v", err)
	}
	if _, err := compile("f(n)"); geo.CodeOf(err) != geo.Unsupported {
		t.Errorf("a function that is not there: %v", err)
	}
}

func TestALayerThatIsNotJudgedHasItsOwnLight(t *testing.T) {
	l := works()
	l.Light = geo.LightRule{}
	e, err := cql.Parse("light = '路灯'")
	if err != nil {
		t.Fatal(err)
	}
	f, err := cql.Compile(e, l)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Match(record{values: geo.Properties{"light": "路灯"}}) {
		t.Error("the field light is not looked at")
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct{ text, bound, codes, ids string }{
		{"n = 1", "-", "-", "-"},
		{"code = 'a' AND n = 1", "-", "[a]", "-"},
		{"code IN ('a', 'b') AND (code = 'b' OR 'c' = code)", "-", "[a b]", "-"},
		{"code = 'a' OR n = 1", "-", "-", "-"},
		{"code = name", "-", "-", "-"},
		{"NOT code = 'a'", "-", "-", "-"},
		{"code <> 'a'", "-", "-", "-"},
		{"id = 5 AND id IN (5, 6)", "-", "-", "[5]"},
		{"id = 5.5", "-", "-", "[]"},
		{"id IN (1, 2) OR id = 3", "-", "-", "[1 2 3]"},
		{"S_INTERSECTS(geom, BBOX(1, 2, 3, 4))", "{[1 2] [3 4]}", "-", "-"},
		{"S_CONTAINS(BBOX(1, 2, 3, 4), geom) AND S_TOUCHES(geom, POINT(2 3))", "{[2 3] [2 3]}", "-", "-"},
		{"S_WITHIN(geom, BBOX(1, 2, 3, 4)) OR S_EQUALS(geom, POINT(5 6))", "{[1 2] [5 6]}", "-", "-"},
		{"S_INTERSECTS(geom, BBOX(170, 0, -170, 9))", "{[-180 0] [180 9]}", "-", "-"},
		{"S_DISJOINT(geom, BBOX(1, 2, 3, 4))", "-", "-", "-"},
		{"NOT S_INTERSECTS(geom, BBOX(1, 2, 3, 4))", "-", "-", "-"},
	} {
		f, err := compile(c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		bound, ok := f.Bounds()
		codes, named := f.Codes()
		ids, numbered := f.IDs()
		if got := shown(bound, ok); got != c.bound {
			t.Errorf("%s: bound %s, want %s", c.text, got, c.bound)
		}
		if got := shown(codes, named); got != c.codes {
			t.Errorf("%s: codes %s, want %s", c.text, got, c.codes)
		}
		if got := shown(ids, numbered); got != c.ids {
			t.Errorf("%s: ids %s, want %s", c.text, got, c.ids)
		}
	}
}

func shown(v any, ok bool) string {
	if !ok {
		return "-"
	}
	return fmt.Sprint(v)
}

// LIKE is held against a plain recursive definition.
func TestLikeAgreesWithItsDefinition(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	draw := func(alphabet string) string {
		runes, out := []rune(alphabet), []rune{}
		for range r.IntN(8) {
			out = append(out, runes[r.IntN(len(runes))])
		}
		return string(out)
	}
	layer := works()
	for range 20_000 {
		text, pattern := draw("ab路"), draw("ab路%%_")
		f, err := cql.Compile(cql.Call{Op: "like", Args: []cql.Expr{cql.Property{Name: "name"}, cql.Text{Value: pattern}}}, layer)
		if err != nil {
			t.Fatal(err)
		}
		got := f.Match(record{values: geo.Properties{"name": text}})
		if want := like([]rune(text), []rune(pattern)); got != want {
			t.Fatalf("%q LIKE %q is %v", text, pattern, got)
		}
	}
}

func like(s, pattern []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(s) == 0
	case pattern[0] == '%':
		return like(s, pattern[1:]) || len(s) > 0 && like(s[1:], pattern)
	case len(s) == 0:
		return false
	}
	return (pattern[0] == '_' || pattern[0] == s[0]) && like(s[1:], pattern[1:])
}
