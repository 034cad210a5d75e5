package seeds_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"

	"yiping/geo/city"
)

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
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
		r := map[string]string{}
		for i, col := range lines[0] {
			r[col] = line[i]
		}
		out = append(out, r)
	}
	return out
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// Every figure of the documents is an indicator under its own id, that says what
// the document states and how it comes by its value.
func TestEveryFigureIsTraced(t *testing.T) {
	r := open(t)
	trace := map[string]map[string]string{}
	for _, row := range table(t, "tables/trace.csv") {
		trace[row["figure"]] = row
	}
	figures := table(t, "documents/figures.csv")
	if len(figures) != 328 || len(trace) != len(figures) {
		t.Fatalf("%d figures, %d traced, want 328", len(figures), len(trace))
	}
	held := map[string]int{}
	for _, f := range figures {
		t.Run(f["id"], func(t *testing.T) {
			row, ok := trace[f["id"]]
			rec := r.find(city.Indicator, f["id"])
			if !ok || rec == nil {
				t.Fatal("not traced")
			}
			held[row["status"]]++
			p := rec.Feature.Properties
			if p.Text("stated_text") != f["value"] || p.Text("source") == "" || p.Text("section") != f["section"] {
				t.Errorf("states %q of %q, %q", p.Text("stated_text"), p.Text("source"), p.Text("section"))
			}
			if (p.Text("kind") == city.Computed) != (p.Text("formula") != "") {
				t.Errorf("%s with formula %q", p.Text("kind"), p.Text("formula"))
			}
		})
	}
	t.Logf("%v", held)
}
