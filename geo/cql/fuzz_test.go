package cql_test

import (
	"slices"
	"testing"

	"yiping/geo/cql"
)

// FuzzText: what parses is the same after being written as text and as JSON, and
// can be evaluated if it compiles.
func FuzzText(f *testing.F) {
	for _, x := range filters {
		f.Add(x.text)
	}
	f.Add("light = 'red' AND S_INTERSECTS(geom, BBOX(121, 31, 122, 32)) AND n / x > 2")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := cql.Parse(text)
		if err != nil {
			return
		}
		check(t, e)
	})
}

// FuzzJSON does the same from JSON.
func FuzzJSON(f *testing.F) {
	for _, x := range filters {
		e, err := cql.Parse(x.text)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(cql.JSON(e))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := cql.ParseJSON(data)
		if err != nil {
			return
		}
		check(t, e)
	})
}

func check(t *testing.T, e cql.Expr) {
	if len(cql.JSON(e)) < cql.MaxBytes && len(cql.Format(e)) < cql.MaxBytes && !ambiguous(e, false) {
		sameAfterRoundTrips(t, e)
	}
	filter, err := cql.Compile(e, works())
	if err != nil {
		return
	}
	b, bounded := filter.Bounds()
	for _, r := range rows() {
		if filter.Match(r) && bounded && !r.shape.Bound().Intersects(b) {
			t.Errorf("%s: the bound %v leaves out %d", cql.Format(e), b, r.id)
		}
	}
}

// ambiguous finds arrays of one element where text takes them for brackets, as
// operands of functions that are not of the standard.
func ambiguous(e cql.Expr, operand bool) bool {
	switch e := e.(type) {
	case cql.List:
		if operand && len(e.Items) == 1 {
			return true
		}
		return anyAmbiguous(e.Items, operand)
	case cql.Call:
		takesLists := slices.Contains([]string{"in", "a_equals", "a_contains", "a_containedBy", "a_overlaps"}, e.Op)
		return anyAmbiguous(e.Args, !takesLists)
	case cql.Interval:
		return e.From != nil && ambiguous(e.From, false) || e.To != nil && ambiguous(e.To, false)
	}
	return false
}

func anyAmbiguous(es []cql.Expr, operand bool) bool {
	for _, e := range es {
		if ambiguous(e, operand) {
			return true
		}
	}
	return false
}
