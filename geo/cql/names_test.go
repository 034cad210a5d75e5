package cql_test

import (
	"slices"
	"testing"

	"yiping/geo/cql"
)

func TestNamesAreThoseOfTheProperties(t *testing.T) {
	for text, want := range map[string][]string{
		"TRUE": nil,
		"a = 1 AND NOT (b IN ('a','c') OR a > d)": {"a", "b", "d"},
		"T_DURING(at, INTERVAL(start, '..'))":     {"at", "start"},
		"S_INTERSECTS(geom, BBOX(1,2,3,4))":       {"geom"},
		"CASEI(\"名称\") LIKE casei('%x%')":         {"名称"},
	} {
		e, err := cql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := cql.Names(e); !slices.Equal(got, want) {
			t.Errorf("%s names %q, want %q", text, got, want)
		}
	}
}
