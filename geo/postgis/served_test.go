package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
)

// The same rows in a layer served from memory and in one served from the database.
const (
	inMemory   geo.LayerID = "works_m"
	inDatabase geo.LayerID = "works_d"
)

func worksLayer(id geo.LayerID) geo.Layer {
	l := geo.Layer{ID: id, Title: geo.Text{ZH: "工程"}, Geometry: geo.AnyGeometry, Fields: []geo.Field{
		{Name: "name", Type: geo.TextField}, {Name: "级别", Type: geo.TextField}, {Name: "n", Type: geo.IntField},
		{Name: "x", Type: geo.FloatField}, {Name: "ok", Type: geo.BoolField}, {Name: "start", Type: geo.DateField},
		{Name: "finish", Type: geo.DateField}, {Name: "at", Type: geo.TimeField}}}
	if id == inDatabase {
		l.Serve = geo.FromDatabase
	}
	return l
}

// worksStore has n drawn rows in either layer.
func worksStore(t *testing.T, n int) (*postgis.Store, *pgx.Conn, *rand.Rand) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	url := pgtest.URL(t)
	s := open(t, url)
	for _, id := range []geo.LayerID{inMemory, inDatabase} {
		if _, err := s.Apply(context.Background(), geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Declare, Layer: worksLayer(id)}}}); err != nil {
			t.Fatal(err)
		}
	}
	conn := connect(t, url)
	for i := range n {
		insert := fmt.Sprintf(` (code, name, "级别", n, x, ok, start, finish, at, geom) VALUES ('%c-%d', %s, %s, %s, %s, %s, %s, %s, %s, %s)`, 'A'+rune(r.IntN(3)), i,
			maybe(r, quoted(names[r.IntN(len(names))])), maybe(r, quoted([]string{"市属", "区属", ""}[r.IntN(3)])),
			maybe(r, fmt.Sprint(r.IntN(9)-4)), maybe(r, fmt.Sprint(float64(r.IntN(16)-8)/4)), maybe(r, fmt.Sprint(r.IntN(2) == 0)),
			maybe(r, quoted(drawnDay(r))), maybe(r, quoted(drawnDay(r))), maybe(r, quoted(drawnTime(r))), maybe(r, "'SRID=4326;"+drawnShape(r)+"'"))
		run(t, conn, "INSERT INTO "+string(inMemory)+insert, "INSERT INTO "+string(inDatabase)+insert)
	}
	return s, conn, r
}

// names hold what texts may go wrong by: normal forms, patterns, quotes, nothing.
var names = []string{"武宁路大桥", "武宁路", "Straße Café", "Strasse Cafe\u0301", "50%_a", `50\%`, "O'Hara", `"`, "", "a", "B", "é", "e\u0301", "ｚ", "𠮷野",
	"A", "Ａ座（东）", "ΌΣΟΣ", "όσος", "ﬁn", "İı", "T\u0308", "\u1e97", "がか\u3099", "한글", "\U00010400", "\u01c4", "ᾳ", "\u0345", "Ä̀"}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func maybe(r *rand.Rand, value string) string {
	if r.IntN(5) == 0 {
		return "NULL"
	}
	return value
}

func drawnDay(r *rand.Rand) string { return fmt.Sprintf("2022-%02d-%02d", 11+r.IntN(2), 1+r.IntN(3)) }

func drawnTime(r *rand.Rand) string {
	return drawnDay(r) + []string{"T15:59:59.999999Z", "T16:00:00Z", "T08:00:00.5Z"}[r.IntN(3)]
}

// drawnShape lies on a small grid, so that shapes touch and share edges.
func drawnShape(r *rand.Rand) string {
	x, y, w, h := r.IntN(5), r.IntN(5), 1+r.IntN(3), 1+r.IntN(3)
	switch r.IntN(5) {
	case 0:
		return fmt.Sprintf("POINT(%d %d)", x, y)
	case 1:
		return fmt.Sprintf("LINESTRING(%d %d, %d %d)", x, y, x+w, y+h)
	case 2:
		return fmt.Sprintf("MULTIPOINT((%d %d), (%d %d))", x, y, x+w, y+h)
	}
	return fmt.Sprintf("POLYGON((%[1]d %[2]d, %[3]d %[2]d, %[3]d %[4]d, %[1]d %[4]d, %[1]d %[2]d))", x, y, x+w, y+h)
}

// predicates draws filters in CQL2 of all that the database can be asked.
type predicates struct{ *rand.Rand }

func (p predicates) one(of ...string) string { return of[p.IntN(len(of))] }

func (p predicates) number(depth int) string {
	if depth == 0 || p.IntN(3) > 0 {
		return p.one("n", "x", "id", fmt.Sprint(p.IntN(9)-4), fmt.Sprint(float64(p.IntN(16)-8)/4))
	}
	return "(" + p.number(depth-1) + p.one(" + ", " - ", " * ", " / ", " div ") + p.number(depth-1) + ")"
}

func (p predicates) text() string {
	return p.one("name", `"级别"`, "code", quoted(names[p.IntN(len(names))]), "CASEI('STRASSE')", "'A-1'", p.folded(2), p.folded(1))
}

// folded is a text brought to one case or rid of accents.
func (p predicates) folded(depth int) string {
	if depth == 0 {
		return p.one("name", "name", "code", quoted(names[p.IntN(len(names))]))
	}
	return p.one("CASEI(", "ACCENTI(") + p.folded(depth-1) + ")"
}

func (p predicates) literalInstant() string {
	return p.one("DATE('"+drawnDay(p.Rand)+"')", "TIMESTAMP('"+drawnTime(p.Rand)+"')")
}

func (p predicates) instant() string { return p.one("start", "finish", "at", p.literalInstant()) }

func (p predicates) interval() string {
	end := func() string {
		return p.one("'..'", "start", "finish", "at", "'"+drawnDay(p.Rand)+"'", "'"+drawnTime(p.Rand)+"'")
	}
	return "INTERVAL(" + end() + ", " + end() + ")"
}

func (p predicates) shape() string {
	return p.one(drawnShape(p.Rand), fmt.Sprintf("BBOX(%d, %d, %d, %d)", p.IntN(3), p.IntN(3), 3+p.IntN(3), 3+p.IntN(3)))
}

func (p predicates) condition(depth int) string {
	if depth > 0 && p.IntN(2) == 0 {
		a, b := p.condition(depth-1), p.condition(depth-1)
		return p.one("("+a+" AND "+b+")", "("+a+" OR "+b+")", "(NOT ("+a+"))", "(("+a+") IS NULL)", "(("+a+") = ("+b+"))")
	}
	compare := p.one(" = ", " <> ", " < ", " <= ", " > ", " >= ")
	switch p.IntN(13) {
	case 0:
		return p.number(2) + compare + p.number(2)
	case 1:
		return p.text() + compare + p.text()
	case 2:
		return p.instant() + compare + p.instant()
	case 3:
		return p.one("start", "finish", "at") + compare + "'" + p.one(drawnDay(p.Rand), drawnTime(p.Rand)) + "'"
	case 4:
		return "ok" + p.one("", " = TRUE", " < TRUE", " IS NULL", " IS NOT NULL")
	case 5:
		return p.one("name", "code", `"级别"`, p.folded(1+p.IntN(3))) + p.one(" LIKE ", " NOT LIKE ") + quoted(p.one("%", "武%", "%桥", "_", "A-_", `50\%%`, `%\\%`, "%é%", "", "%_a", "𠮷_", `50\x%`, "%ss%", "a%", "%e"))
	case 6:
		return p.number(1) + p.one(" IN (", " NOT IN (") + p.one("1, 2, 7", "n, x", "1, 1 / (n - n)", "0.5") + ")"
	case 7:
		return p.text() + p.one(" IN (", " NOT IN (") + p.one("'B', '50%_a', 'A-3'", "name, 'e\u0301'", "'é'") + ")"
	case 8:
		return p.number(1) + p.one(" BETWEEN ", " NOT BETWEEN ") + p.number(1) + " AND " + p.number(1)
	case 9:
		return p.one("name", "n", "x", "start", "at", "geom", "code", "(n / x)") + p.one(" IS NULL", " IS NOT NULL")
	case 10:
		return p.one("T_AFTER", "T_BEFORE", "T_DISJOINT", "T_EQUALS", "T_INTERSECTS") + "(" + p.one(p.instant(), p.interval()) + ", " + p.one(p.instant(), p.interval()) + ")"
	case 11:
		return p.one("T_CONTAINS", "T_DURING", "T_FINISHEDBY", "T_FINISHES", "T_MEETS", "T_METBY", "T_OVERLAPPEDBY", "T_OVERLAPS", "T_STARTEDBY", "T_STARTS") + "(" + p.interval() + ", " + p.interval() + ")"
	}
	f := p.one("S_INTERSECTS", "S_DISJOINT", "S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_WITHIN", "S_CONTAINS", "S_OVERLAPS")
	return p.one(f+"(geom, "+p.shape()+")", f+"("+p.shape()+", geom)")
}

// A filter lets the same features through in SQL as in memory, whatever it is made
// of and whatever is absent.
func TestFiltersInSQLAreThoseOfMemory(t *testing.T) {
	ctx := context.Background()
	s, _, r := worksStore(t, 120)
	snap, err := snapshot.Load(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := snap.Layer(inMemory)
	p, asked, let := predicates{r}, 0, 0
	for asked < 600 {
		text := p.condition(3)
		e, err := cql.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		f, err := cql.Compile(e, l.Decl())
		if err != nil {
			continue // an interval that ends before it begins
		}
		asked++
		var want []geo.ID
		cql.Each(f, l, func(i snapshot.Item) bool { want = append(want, i.ID()); return true })
		slices.Sort(want)
		found, err := s.Find(ctx, geo.Selection{Layer: inDatabase, Filter: cql.Format(e)}, geo.Page{Limit: 1000})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got []geo.ID
		for _, f := range found {
			got = append(got, f.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n SQL    %v\n memory %v", text, got, want)
		}
		let += len(want)
	}
	if let < 10*asked || let > 110*asked {
		t.Errorf("%d filters let %d features through: they tell little", asked, let)
	}
}

// Every character is folded, and rid of accents, as memory does it: there the fixed
// side of a comparison is worked out.
func TestEveryCharacterIsFoldedAsInMemory(t *testing.T) {
	s, conn, _ := worksStore(t, 0)
	texts := map[string]string{}
	for first := rune(0x20); first < 0x20000; first += 0x100 {
		var b strings.Builder
		for r := first; r < first+0x100; r++ {
			if unicode.IsGraphic(r) {
				b.WriteString("x" + string(r)) // a mark stands on something
			}
		}
		if b.Len() > 0 {
			texts[fmt.Sprintf("%X", first)] = b.String()
		}
	}
	for code, text := range texts {
		run(t, conn, "INSERT INTO works_d (code, name) VALUES ("+quoted(code)+", "+quoted(text)+")")
	}
	for code, text := range texts {
		for _, op := range []string{"CASEI", "ACCENTI"} {
			filter := fmt.Sprintf("code = %s AND %s(name) = %s(%s)", quoted(code), op, op, quoted(text))
			found, err := s.Find(t.Context(), geo.Selection{Layer: inDatabase, Filter: filter}, geo.Page{Limit: 2})
			if err != nil || len(found) != 1 {
				t.Errorf("%s of the characters from %s on: %d found, %v", op, code, len(found), err)
			}
		}
	}
	if len(texts) < 200 {
		t.Errorf("%d texts", len(texts))
	}
}

func TestWhatTheDatabaseCannotBeAskedIsNamed(t *testing.T) {
	s, _, _ := worksStore(t, 1)
	for filter, want := range map[string]string{
		"n ^ 2 = 4": "^", "n % 2 = 1": "%",
		"A_OVERLAPS((name), ('a'))": "A_OVERLAPS", "district = '310107'": "district", "light = 'red'": "light", "overdue": "overdue", "warning > 0": "warning",
	} {
		_, err := s.Find(context.Background(), geo.Selection{Layer: inDatabase, Filter: filter}, geo.Page{Limit: 1})
		var e *geo.Error
		if !errors.As(err, &e) || e.Code != geo.Invalid || e.Field != "filter" || !strings.Contains(e.Message, want) || e.Mend == "" {
			t.Errorf("%s: %v", filter, err)
		}
	}
	_, err := s.Find(context.Background(), geo.Selection{Layer: inDatabase, Filter: "x * 1e300 * 1e300 > 1 OR n * 1e300 * 1e300 > 1 OR id * 1e300 * 1e300 > 1"}, geo.Page{Limit: 1})
	if geo.CodeOf(err) != geo.Invalid {
		t.Errorf("a product too large: %v", err)
	}
}

// A column that is altered, added or gone is read as it is now, at once.
func TestALayerInTheDatabaseIsReadAsItIsNow(t *testing.T) {
	s, conn, _ := worksStore(t, 20)
	read := func() []*geo.Feature {
		t.Helper()
		found, err := s.Find(context.Background(), geo.Selection{Layer: inDatabase, Filter: "n = 3"}, geo.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	run(t, conn, "UPDATE works_d SET n = 3, x = 1.5")
	if n := len(read()); n != 20 {
		t.Fatalf("%d features", n)
	}
	for _, alter := range []string{"ALTER COLUMN n TYPE int", "ALTER COLUMN x TYPE numeric", "ALTER COLUMN n TYPE smallint", "DROP COLUMN name"} {
		run(t, conn, "ALTER TABLE works_d "+alter)
		found := read()
		if len(found) != 20 || found[0].Properties["n"] != int64(3) || found[0].Properties["x"] != 1.5 {
			t.Errorf("%s: %d features, the first %v", alter, len(found), found[0].Properties)
		}
	}
	run(t, conn, "TRUNCATE works_d")
	if n := len(read()); n != 0 {
		t.Errorf("%d features after TRUNCATE", n)
	}
}

// The past of a layer that stays in the database now is not brought into memory,
// even of a time when it was there.
func TestThePastOfALayerInTheDatabaseIsLeftThere(t *testing.T) {
	s, _, _ := worksStore(t, 5)
	ctx := context.Background()
	moved := worksLayer(inMemory)
	moved.Serve = geo.FromDatabase
	before := time.Now()
	if _, err := s.Apply(ctx, geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Declare, Layer: moved}}}); err != nil {
		t.Fatal(err)
	}
	var head geo.Head
	err := s.LoadKnown(ctx, before, func(h geo.Head) error { head = h; return nil }, func(r geo.Record) error {
		return fmt.Errorf("feature %d of %s was loaded", r.ID, r.Layer)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(head.Layers) != 2 || !head.Layers[0].InDatabase() || !head.Layers[1].InDatabase() {
		t.Errorf("layers known then: %+v", head.Layers)
	}
}
