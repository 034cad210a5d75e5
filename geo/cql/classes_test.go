//go:build cql2examples

package cql_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/cql"
)

// sample is the value that the abstract tests compare a queryable of a type with.
func sample(t geo.FieldType) string {
	switch t {
	case geo.IntField:
		return "1"
	case geo.FloatField:
		return "3.14"
	case geo.BoolField:
		return "true"
	case geo.DateField:
		return "DATE('2022-04-14')"
	case geo.TimeField:
		return "TIMESTAMP('2022-04-14T14:48:46Z')"
	}
	return "'foo'"
}

// asks evaluates predicates with {q} and {v} over every queryable.
type asks struct {
	t     *testing.T
	d     dataSet
	asked *int
}

func (a asks) ids(predicate string, f geo.Field) []geo.ID {
	a.t.Helper()
	predicate = strings.NewReplacer("{q}", `"`+f.Name+`"`, "{v}", sample(f.Type)).Replace(predicate)
	e, err := cql.Parse(predicate)
	if err != nil {
		a.t.Fatalf("%s: %v", predicate, err)
	}
	filter, err := cql.Compile(e, &a.d.layer)
	if err != nil {
		a.t.Fatalf("%s: %v", predicate, err)
	}
	*a.asked++
	out := []geo.ID{}
	for _, r := range a.d.rows {
		if filter.Match(r) {
			out = append(out, r.id)
		}
	}
	return out
}

func (a asks) apart(f geo.Field, one, other string) {
	a.t.Helper()
	second := a.ids(other, f)
	for _, id := range a.ids(one, f) {
		if slices.Contains(second, id) {
			a.t.Errorf("%s: %s and %s share %d", f.Name, one, other, id)
		}
	}
}

func (a asks) same(f geo.Field, one, other string) {
	a.t.Helper()
	if x, y := a.ids(one, f), a.ids(other, f); !slices.Equal(x, y) {
		a.t.Errorf("%s: %s gives %d and %s %d", f.Name, one, len(x), other, len(y))
	}
}

// The abstract tests that go over every queryable of every data source.
func TestAbstractTestsOverEveryQueryable(t *testing.T) {
	asked := 0
	for name, d := range dataSets(t, filepath.Join(standard(t), "data", "ne110m4cql2.gpkg")) {
		t.Run(name, func(t *testing.T) {
			a := asks{t, d, &asked}
			for _, f := range d.layer.Fields {
				a.compare(f)
				if f.Type == geo.TextField {
					a.fold(f)
				}
				if f.Type == geo.DateField || f.Type == geo.TimeField {
					a.time(f)
				}
			}
			a.space(geo.Field{Name: "geom"})
		})
	}
	t.Logf("%d predicates evaluated", asked)
}

func (a asks) compare(f geo.Field) {
	for _, v := range [][2]string{{"{q}", "{v}"}, {"{v}", "{q}"}, {"{q}", "{q}"}, {"{v}", "{v}"}} {
		p := func(op string) string { return v[0] + " " + op + " " + v[1] }
		a.apart(f, p("="), p("<>"))
		a.apart(f, p(">"), p("<="))
		a.apart(f, p("<"), p(">="))
		if v[0] == v[1] {
			for _, op := range []string{"<>", "<", ">"} {
				a.same(f, p(op), "FALSE")
			}
			a.same(f, p("="), p(">="))
			a.same(f, p("="), p("<="))
		}
	}
	a.apart(f, "{q} IS NULL", "{q} is not null")
	a.apart(f, "{q} IN ({v})", "{q} NOT IN ({v})")
	a.same(f, "true", "NOT false")
}

func (a asks) fold(f geo.Field) {
	a.apart(f, "CASEI({q}) = casei('foo')", "CASEI({q}) <> casei('FOO')")
	a.same(f, "CASEI({q}) LIKE casei('foo%')", "CASEI({q}) LIKE casei('FOO%')")
	a.apart(f, "ACCENTI({q}) = accenti('äöüéáí')", "ACCENTI({q}) <> accenti('aoueai')")
	a.same(f, "ACCENTI({q}) LIKE accenti('Ä%')", "ACCENTI({q}) LIKE accenti('A%')")
	a.same(f, "ACCENTI(CASEI({q})) = accenti(casei('ÄÉ'))", "ACCENTI(CASEI({q})) = accenti(casei('ae'))")
	a.same(f, "ACCENTI(CASEI({q})) LIKE accenti(casei('Ä%'))", "ACCENTI(CASEI({q})) LIKE accenti(casei('a%'))")
	a.apart(f, "{q} LIKE 'foo%'", "{q} NOT LIKE 'foo%'")
}

func (a asks) time(f geo.Field) {
	a.apart(f, "T_AFTER({q}, {v})", "T_BEFORE({q}, {v})")
	a.apart(f, "T_INTERSECTS({q}, {v})", "T_DISJOINT({q}, {v})")
	a.same(f, "T_EQUALS({q}, {v})", "{q} = {v}")
	a.same(f, "T_AFTER({q}, INTERVAL('..', '2022-04-16'))", "T_BEFORE(INTERVAL('..', '2022-04-16'), {q})")
	for _, op := range []string{"CONTAINS", "DURING", "FINISHEDBY", "FINISHES", "MEETS", "METBY", "OVERLAPPEDBY", "OVERLAPS", "STARTEDBY", "STARTS"} {
		e, err := cql.Parse("T_" + op + `("` + f.Name + `", INTERVAL('2022-01-01', '..'))`)
		if err != nil {
			a.t.Fatal(err)
		}
		if _, err := cql.Compile(e, &a.d.layer); geo.CodeOf(err) != geo.Invalid {
			a.t.Errorf("T_%s of an instant: %v", op, err)
		}
	}
}

func (a asks) space(f geo.Field) {
	const world, ring = "BBOX(-180,-90,180,90)", "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
	for _, fn := range spatialFunctions {
		fn = "S_" + strings.ToUpper(fn)
		a.same(f, fn+"({q},"+world+")", fn+"({q},"+ring+")")
		a.ids(fn+"({q},LINESTRING(7 50,10 51))", f)
		a.ids(fn+"({q},POINT(7.02 49.92))", f)
		a.ids(fn+"({q},MULTIPOINT(7 50,10 51))", f)
		a.ids(fn+"({q},GEOMETRYCOLLECTION(POINT(7.02 49.92), POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))))", f)
		for _, outside := range []string{"POINT(90 180)", "MULTIPOINT(7.02 49.92, 90 180)"} {
			e, err := cql.Parse(fn + "(geom," + outside + ")")
			if err != nil {
				a.t.Fatal(err)
			}
			if _, err := cql.Compile(e, &a.d.layer); geo.CodeOf(err) != geo.Invalid {
				a.t.Errorf("%s with %s: %v", fn, outside, err)
			}
		}
	}
	a.same(f, "S_DISJOINT({q},"+world+")", "FALSE")
	for _, shape := range []string{"LINESTRING(7 50,10 51)", "POINT(7.02 49.92)"} {
		a.apart(f, "S_INTERSECTS({q},"+shape+")", "S_DISJOINT({q},"+shape+")")
	}
}
