package render_test

import (
	"maps"
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

func where(t testing.TB, text string) *render.Filter {
	t.Helper()
	e, err := cql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return &render.Filter{Expr: e}
}

func TestOnlyFieldsAskedForAreCarried(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(300))
	id := at(12, tiletest.Centre)
	for _, fields := range [][]string{{}, {"light"}, {"code", "name"}, {"rank", "overdue"}, {"goal_outcome", "light"}} {
		var r render.Renderer
		b, err := r.Tile(render.Prepare(s, render.Limits{}), render.Query{Layers: allLayers, Fields: fields}, id)
		if err != nil {
			t.Fatal(err)
		}
		seen, plain := map[string]bool{}, decode(t, draw(t, s, id, allLayers...))
		for n, l := range decode(t, b) {
			if len(l.Features) != len(plain[n].Features) {
				t.Errorf("%v: %s has %d features, else %d", fields, l.Name, len(l.Features), len(plain[n].Features))
			}
			for i, f := range l.Features {
				for key, v := range f.Tags {
					seen[key] = true
					if p := plain[n].Features[i]; p.Tags[key] != nil && p.Tags[key] != v {
						t.Errorf("%s of %s %d is %v, else %v", key, l.Name, f.ID, v, p.Tags[key])
					}
				}
			}
		}
		if got := slices.Sorted(maps.Keys(seen)); slices.ContainsFunc(got, func(k string) bool { return !slices.Contains(fields, k) }) || len(got) < len(fields)-1 {
			t.Errorf("asked for %v, got %v", fields, got)
		}
	}
}

// TestFilterLetsThroughWhatItIsTrueOf compares tiles that hold everything with
// the filter on each feature; a red one that passes is there at zoom 0.
func TestFilterLetsThroughWhatItIsTrueOf(t *testing.T) {
	s := tiletest.Snapshot(t, tiletest.City(400))
	l, _ := s.Layer(city.Street)
	for _, text := range []string{"light = 'red'", "rank = 1 AND light <> 'green'", "name LIKE '%7%'", "light = 'red' AND rank > 2", "FALSE"} {
		f := where(t, text)
		match, err := f.For(l.Decl())
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []tiles.ID{{}, at(9, tiletest.Centre)} {
			want, got := map[uint64]bool{}, map[uint64]bool{}
			for it := range l.All {
				if match.Match(it) && render.Shown(l.Decl(), it.Light(), id.Z) && it.Box().Intersects(id.Box()) {
					want[uint64(it.ID())] = true
				}
			}
			var r render.Renderer
			b, err := r.Tile(render.Prepare(s, render.Limits{}), render.Query{Layers: []geo.LayerID{city.Street}, Filter: f}, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range decode(t, b) {
				for _, f := range l.Features {
					got[f.ID] = true
				}
			}
			if id.Z == 0 && !maps.Equal(got, want) || slices.ContainsFunc(slices.Collect(maps.Keys(got)), func(id uint64) bool {
				it, ok := l.ByID(geo.ID(id))
				return !ok || !match.Match(it)
			}) {
				t.Errorf("%s at %v: %d features, want %d", text, id, len(got), len(want))
			}
		}
	}
}

func TestQueryThatCannotBe(t *testing.T) {
	s := tiletest.Snapshot(t, nil)
	for name, c := range map[string]struct {
		query render.Query
		field string
	}{
		"unknown field":           {render.Query{Layers: allLayers, Fields: []string{"light", "nosuch"}}, "fields"},
		"field of another layer":  {render.Query{Layers: []geo.LayerID{city.Street}, Fields: []string{"goal_outcome"}}, "fields"},
		"filter of another layer": {render.Query{Layers: []geo.LayerID{city.Project, city.Street}, Filter: where(t, "goal_outcome = 'x'")}, "filter"},
	} {
		t.Run(name, func(t *testing.T) {
			var r render.Renderer
			_, err := r.Tile(render.Prepare(s, render.Limits{}), c.query, tiles.ID{})
			e, ok := err.(*geo.Error)
			if !ok || e.Code != geo.Invalid || e.Field != c.field || e.Mend == "" {
				t.Errorf("%+v", err)
			}
		})
	}
}
