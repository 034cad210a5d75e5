package main

import (
	"path/filepath"
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// A store declared by an older program gets the new fields, and its rule what it
// said nothing of; what the city set stays.
func TestOlderDeclarationsGrow(t *testing.T) {
	i := slices.IndexFunc(city.Layers(), func(l geo.Layer) bool { return l.ID == city.Project })
	core := city.Layers()[i]
	old := core
	old.Fields = slices.DeleteFunc(slices.Clone(core.Fields), func(f geo.Field) bool {
		return slices.Contains([]string{"plan_issued", "removed_date", "measure"}, f.Name)
	})
	old.Light = geo.LightRule{Kind: geo.ProgressRule, Yellow: 8, State: "goal_outcome", StateAt: "outcome_date", Done: []string{"完成"}}
	store, err := connect(t.Context(), "gpkg:"+filepath.Join(t.TempDir(), "city.gpkg"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	read := func() geo.Layer {
		all, err := store.Layers(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%d layers: %v", len(all), err)
		}
		return all[0]
	}
	for _, l := range []geo.Layer{old, core, core} {
		if err := declare(t.Context(), store, []geo.Layer{l}); err != nil {
			t.Fatal(err)
		}
	}
	got := read()
	if len(got.Fields) != len(core.Fields) || got.Version != 2 {
		t.Errorf("%d fields, version %d; want %d fields and one change", len(got.Fields), got.Version, len(core.Fields))
	}
	if r := got.Light; r.Yellow != 8 || r.Year != core.Light.Year || r.Issued != core.Light.Issued || !slices.Equal(r.Finished, core.Light.Finished) || !slices.Equal(r.Done, []string{"完成"}) {
		t.Errorf("rule %+v", r)
	}
	// A city that takes a part of the rule out keeps it out.
	got.Light.Year = ""
	if _, err := store.Apply(t.Context(), geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Declare, Layer: got}}}); err != nil {
		t.Fatal(err)
	}
	if err := declare(t.Context(), store, []geo.Layer{core}); err != nil {
		t.Fatal(err)
	}
	if read().Light.Year != "" {
		t.Error("what the city took out is back")
	}
}
