//go:build cql2examples

package cql_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite"

	"yiping/geo"
	"yiping/geo/cql"
)

// The tests here read the folder cql2/standard of a copy of the specification's
// repository, named by CQL2_STANDARD:
//
//	CQL2_STANDARD=…/cql2/standard go test -tags cql2examples ./geo/cql
func standard(t *testing.T) string {
	dir := os.Getenv("CQL2_STANDARD")
	if dir == "" {
		t.Fatal("CQL2_STANDARD names no folder")
	}
	return dir
}

func TestExamplesOfTheStandardParse(t *testing.T) {
	dir := filepath.Join(standard(t), "schema", "examples")
	parsed, all := 0, 0
	fromText := map[string]string{}
	for _, lang := range []string{"text", "json"} {
		files, _ := filepath.Glob(filepath.Join(dir, lang, "*."+map[string]string{"text": "txt", "json": "json"}[lang]))
		for _, file := range files {
			all++
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			e, err := parseAs(lang, src)
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(file), err)
				continue
			}
			parsed++
			stem := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
			got := string(cql.JSON(e))
			if lang == "text" {
				fromText[stem] = got
			} else if want := fromText[stem]; got != want {
				t.Errorf("%s: JSON and text differ:\n%s\n%s", stem, got, want)
			}
			if again, err := cql.Parse(cql.Format(e)); err != nil || string(cql.JSON(again)) != got {
				t.Errorf("%s: not the same after a round trip: %s %v", stem, cql.Format(e), err)
			}
		}
	}
	t.Logf("%d of %d examples parse", parsed, all)
}

func parseAs(lang string, src []byte) (cql.Expr, error) {
	if lang == "json" {
		return cql.ParseJSON(src)
	}
	return cql.Parse(string(src))
}

// corrected are counts that the tables of the standard give wrongly for their own
// data, as its issue 1011 says: names without accents that begin with Ch are
// Chișinău, Chicago and Chengdu, one of them with Chiș.
var corrected = map[string]int{
	"ACCENTI(name) LIKE accenti('Ch%')":                 3,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
}

func TestPredicatesOfTheStandardCount(t *testing.T) {
	dir := standard(t)
	sets := dataSets(t, filepath.Join(dir, "data", "ne110m4cql2.gpkg"))
	good, all := map[string]int{}, map[string]int{}
	check := func(class, set, predicate string, want int) {
		all[class]++
		if n, ok := corrected[predicate]; ok {
			t.Logf("%s: the table says %d, the data %d", predicate, want, n)
			want = n
		}
		got, err := sets[set].count(predicate)
		if err != nil || got != want {
			t.Errorf("%s: %s: %d, want %d (%v)", class, predicate, got, want, err)
			return
		}
		good[class]++
	}
	files, _ := filepath.Glob(filepath.Join(dir, "annex_ats_*.adoc"))
	for _, file := range files {
		class := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "annex_ats_"), ".adoc")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range regexp.MustCompile("(?m)^\\|.*`.*\\|\\d+ *$").FindAllString(strings.ReplaceAll(string(src), `\`, ""), -1) {
			want, _ := strconv.Atoi(strings.TrimSpace(row[strings.LastIndex(row, "|")+1:]))
			quoted := regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(row, -1)
			if len(quoted) == 4 {
				p := func(i int) string { return quoted[i-1][1] }
				check(class+" (logical)", "ne_110m_populated_places_simple",
					fmt.Sprintf("(NOT (%s) AND %s) OR (%s and %s) or not (%s OR %s)", p(2), p(1), p(3), p(4), p(1), p(4)), want)
				continue
			}
			check(class, regexp.MustCompile(`ne_110m_\w+`).FindString(row), quoted[0][1], want)
		}
	}
	sum, of := 0, 0
	for class := range all {
		t.Logf("%-40s %d of %d", class, good[class], all[class])
		sum, of = sum+good[class], of+all[class]
	}
	t.Logf("%d of %d predicates give the expected counts", sum, of)
}

type dataSet struct {
	layer geo.Layer
	rows  []record
}

func (d dataSet) count(predicate string) (int, error) {
	e, err := cql.Parse(predicate)
	if err != nil {
		return 0, err
	}
	e, err = cql.ParseJSON(cql.JSON(e))
	if err != nil {
		return 0, err
	}
	f, err := cql.Compile(e, &d.layer)
	if err != nil {
		return 0, err
	}
	n, hinted := 0, 0
	b, bounded := f.Bounds()
	for _, r := range d.rows {
		if f.Match(r) {
			n++
			if !bounded || r.Geometry().Bound().Intersects(b) {
				hinted++
			}
		}
	}
	if n != hinted {
		return n, fmt.Errorf("the bound %v leaves out %d", b, n-hinted)
	}
	return n, nil
}

func dataSets(t *testing.T, file string) map[string]dataSet {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string]dataSet{}
	for _, table := range []string{"ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"} {
		out[table] = readTable(t, db, table)
	}
	return out
}

func readTable(t *testing.T, db *sql.DB, table string) dataSet {
	rows, err := db.Query(`SELECT * FROM "` + table + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	d := dataSet{layer: geo.Layer{ID: geo.LayerID(table), Geometry: geo.AnyGeometry}}
	for _, c := range columns[2:] {
		d.layer.Fields = append(d.layer.Fields, geo.Field{Name: c.Name(), Type: fieldType(c.DatabaseTypeName())})
	}
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		r := record{id: geo.ID((*cells[0].(*any)).(int64)), values: geo.Properties{}}
		if r.shape, err = wkb.Unmarshal(wkbOf((*cells[1].(*any)).([]byte))); err != nil {
			t.Fatal(err)
		}
		if l, ok := r.shape.(orb.LineString); ok && len(l) == 0 {
			t.Fatal("an empty line")
		}
		for i, f := range d.layer.Fields {
			if v, err := f.Value(*cells[i+2].(*any)); err != nil {
				t.Fatal(err)
			} else if v != nil {
				r.values[f.Name] = v
			}
		}
		d.rows = append(d.rows, r)
	}
	return d
}

func fieldType(column string) geo.FieldType {
	switch strings.ToUpper(column) {
	case "DATE":
		return geo.DateField
	case "DATETIME":
		return geo.TimeField
	case "BOOLEAN":
		return geo.BoolField
	case "REAL":
		return geo.FloatField
	case "INTEGER", "MEDIUMINT":
		return geo.IntField
	}
	return geo.TextField
}

// wkbOf leaves out the header of a GeoPackage geometry.
func wkbOf(blob []byte) []byte {
	envelope := []int{0, 32, 48, 48, 64}[blob[3]>>1&7]
	return blob[8+envelope:]
}
