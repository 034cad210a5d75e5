package storetest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func valueCases() []testCase {
	return []testCase{
		{"every field type comes back exactly", fieldsComeBack},
		{"random shapes come back to the bit", shapesComeBack},
		{"a shape edited elsewhere keeps its other vertices", shapeReplaced},
		{"what a batch holds is not changed", batchIsNotChanged},
	}
}

func fieldsComeBack(t *testing.T, h Harness) {
	at := time.Date(2022, 12, 31, 23, 59, 59, 123456000, time.UTC)
	var rows []geo.Properties
	// no negative zero: SQLite keeps a REAL without a fraction as an integer
	for _, p := range []geo.Properties{
		{},
		{"kind": "it's", "备注": "行1\n行2\t\"引号\" \\ ' 🚧 " + string(make([]rune, 0))},
		{"total": int64(math.MaxInt64)}, {"total": int64(math.MinInt64)}, {"total": int64(1<<53 + 1)},
		{"grade": int64(0)}, {"grade": int64(10)},
		{"size": 0.1}, {"size": 0.0}, {"size": math.MaxFloat64}, {"size": math.SmallestNonzeroFloat64},
		{"size": 1.0 / 3}, {"size": 3.0}, {"size": 1e300}, {"size": float64(1 << 60)},
		{"open": true}, {"open": false},
		{"day": geo.NewDate(1, 1, 1)}, {"day": geo.NewDate(2022, 2, 28)}, {"day": geo.NewDate(9999, 12, 31)},
		{"seen": at}, {"seen": at.Truncate(time.Second)}, {"seen": at.Truncate(time.Millisecond)}, {"seen": time.Unix(-1, 0).UTC()},
		{"备注": " leading and trailing "}, {"备注": "1"}, {"备注": "NULL"}, {"备注": "2022-12-31"},
	} {
		p["name"] = "n"
		rows = append(rows, p)
	}
	b := by()
	for i, p := range rows {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: site, Code: fmt.Sprint(i), Properties: p}})
	}
	before := load(t, h.Store)
	mustApply(t, h.Store, b)
	m := load(t, h.Reopen(t))
	for i, p := range rows {
		if got, want := showProperties(m.record(t, site, fmt.Sprint(i)).Feature.Properties), showProperties(p); got != want {
			t.Errorf("row %d: got  %s, want %s", i, got, want)
		}
	}
	followed(t, h, before)
}

func shapesComeBack(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	b := by()
	for i := range 600 {
		f := named(fmt.Sprint(i))
		f.Geometry, f.Z = Shape(r)
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Create, Feature: f})
	}
	before := load(t, h.Store)
	mustApply(t, h.Store, b)
	m := load(t, h.Store)
	for _, e := range b.Edits {
		got, want := m.record(t, site, e.Feature.Code).Feature, e.Feature
		if a, b := showShape(*got), showShape(want); a != b {
			t.Fatalf("seed %d, shape %s %T:\n got %.400s\nwant %.400s", seed, want.Code, want.Geometry, a, b)
		}
	}
	followed(t, h, before)
}

func shapeReplaced(t *testing.T, h Harness) {
	f := named("a")
	f.Geometry = orb.LineString{{121.1, 31.1}, {121.2, 31.2}, {121.0 + 1.0/3, 31.3}}
	f.Z = []float64{1.1, 2.2, 1.0 / 3}
	id := mustApply(t, h.Store, by(geo.Edit{Op: geo.Create, Feature: f})).IDs[0]
	m := load(t, h.Store)
	h.SQL(t, `UPDATE test_site SET grade = 3`)
	followed(t, h, m)
	if got := m.record(t, site, "a").Feature; showShape(*got) != showShape(f) {
		t.Errorf("shape moved: %s", showFeature(*got))
	}
	f.Geometry, f.Z = nil, nil
	mustApply(t, h.Store, by(replace(f, id, 2)))
	followed(t, h, m)
	if got := m.record(t, site, "a").Feature; got.Geometry != nil || got.Properties["grade"] != nil {
		t.Errorf("replaced as a whole, but holds %s", showFeature(*got))
	}
}

func batchIsNotChanged(t *testing.T, h Harness) {
	f := named("a")
	f.Geometry = orb.Polygon{{{0, 0}, {0, 1}, {1, 1}, {0, 0}}}
	f.Properties["grade"] = "7"
	b := by(geo.Edit{Op: geo.Create, Feature: f})
	want := fmt.Sprintf("%#v", b)
	mustApply(t, h.Store, b)
	if got := fmt.Sprintf("%#v", b); got != want {
		t.Errorf("batch became %s, was %s", got, want)
	}
	if _, err := h.Store.Lookup(context.Background(), site, nil); err != nil {
		t.Error(err)
	}
}
