package main_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/postgis/pgtest"
)

// answered is what the service answers of an indicator.
type answered struct {
	Code, Formula, Fault, StatedText string
	Value, Target, Stated            *float64
	Href                             []string
}

func (n *node) indicators(t *testing.T, query, cursor string) map[string]answered {
	t.Helper()
	var body struct{ Items []answered }
	if err := json.Unmarshal(n.get(t, "/api/indicators"+query, cursor, http.StatusOK), &body); err != nil {
		t.Fatal(err)
	}
	out := map[string]answered{}
	for _, i := range body.Items {
		out[i.Code] = i
	}
	return out
}

// Every figure of the documents is answered by a running service under its own
// id, and each that is a count or a sum moves by exactly what one feature behind
// it brought when that feature goes.
func TestRunningServiceAnswersEveryFigure(t *testing.T) {
	store := pgtest.URL(t) // whose bell rings at once
	n := serve(t, "--store", store, "--seed", "all")
	all := n.indicators(t, "", "")
	var figures []string
	for _, row := range readTable(t, "../../seeds/documents/figures.csv") {
		a, ok := all[row["id"]]
		if !ok || a.Fault != "" || a.StatedText != row["value"] {
			t.Errorf("%s: %+v, the document %q", row["id"], a, row["value"])
		}
		figures = append(figures, row["id"])
	}
	if len(figures) != 328 {
		t.Fatalf("%d figures, want 328", len(figures))
	}
	s := opened(t, store)
	moved := 0
	for _, code := range figures {
		if sum, ok := sumOf(all[code].Formula); ok && n.takeOne(t, s, code, sum) {
			moved++
		}
	}
	if moved < 100 {
		t.Errorf("%d figures moved, want over 100", moved)
	}
	t.Logf("%d figures answered, %d moved by exactly the share of a feature", len(figures), moved)
}

// sum is a formula that adds up a field of features, or counts them.
type sum struct {
	layer, field string // no field: counts
	scale        float64
}

// sumOf reads a formula that is a count or a sum, or one of them times a number.
func sumOf(formula string) (sum, bool) {
	var f struct {
		Count, Sum *struct{ Layer, Field, Report string }
		Mul, Add   []json.RawMessage
	}
	if json.Unmarshal([]byte(formula), &f) != nil {
		return sum{}, false
	}
	switch {
	case f.Count != nil:
		return sum{f.Count.Layer, "", 1}, true
	case f.Sum != nil:
		return sum{f.Sum.Layer, f.Sum.Field, 1}, f.Sum.Report == ""
	case len(f.Add) > 0: // of a year's register: by its first layer
		return sumOf(string(f.Add[0]))
	case len(f.Mul) == 2:
		var by struct{ Const float64 }
		inner, ok := sumOf(string(f.Mul[0]))
		inner.scale = by.Const
		if json.Unmarshal(f.Mul[1], &by) == nil {
			inner.scale = by.Const
		}
		return inner, ok
	}
	return sum{}, false
}

// takeOne deletes one feature behind a figure in the store, as another program
// would, and holds the figure's move against it; false where there is none.
func (n *node) takeOne(t *testing.T, s geo.Store, code string, of sum) bool {
	t.Helper()
	before := n.indicators(t, "?code="+url.QueryEscape(code), "")[code]
	if len(before.Href) == 0 || before.Value == nil {
		t.Errorf("%s has no features behind: %+v", code, before)
		return false
	}
	var found struct {
		Features []struct{ ID geo.ID }
	}
	if err := json.Unmarshal(n.get(t, before.Href[0]+separator(before.Href[0])+"limit=1", "", http.StatusOK), &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Features) == 0 {
		if *before.Value != 0 {
			t.Errorf("%s is %v of no features: %s", code, *before.Value, before.Href[0])
		}
		return false
	}
	share := of.scale
	id := found.Features[0].ID
	if of.field != "" {
		var feature struct{ Properties map[string]any }
		if err := json.Unmarshal(n.get(t, fmt.Sprintf("/api/features/%s/%d", of.layer, id), "", http.StatusOK), &feature); err != nil {
			t.Fatal(err)
		}
		// No project is carried over: its own row is its entry.
		x, _ := feature.Properties[strings.TrimPrefix(of.field, geo.EntryPrefix)].(float64)
		share = x * of.scale
	}
	res, err := s.Apply(t.Context(), geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Delete, Feature: geo.Feature{Layer: geo.LayerID(of.layer), ID: id}}}})
	if err != nil {
		t.Fatal(err)
	}
	after := n.indicators(t, "?code="+url.QueryEscape(code), string(res.Cursor))[code]
	if after.Value == nil || math.Abs(*before.Value-share-*after.Value) > 1e-6*max(1, math.Abs(share)) {
		t.Errorf("%s went from %v to %v, want %v less", code, *before.Value, after.Value, share)
	}
	return true
}

func separator(path string) string {
	if u, err := url.Parse(path); err == nil && u.RawQuery == "" {
		return "?"
	}
	return "&"
}

func readTable(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, col := range lines[0] {
			row[col] = line[i]
		}
		out = append(out, row)
	}
	return out
}
