package main_test

import (
	"maps"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What a document says of its year stays when the district's projects are
// carried over into the next: figures are of the entry of the register that is in
// force on the day, and their addresses lead to the features behind them.
func TestFiguresOfAYearOutliveItsCarryingOver(t *testing.T) {
	for _, d := range []struct {
		seed, code, to string
		want           map[string]float64
	}{
		{"putuo", "310107", "2023", map[string]float64{"PT2022-001": 87, "PT2022-003": 60, "PT2022-012": 14, "PT2022-027": 43, "PT2022-053": 69, "PT2022-055": 12}},
		{"cangshan", "350104", "2024", map[string]float64{"CS2023-003": 61.55, "CS2023-010": 125.68}},
		{"changning", "310105", "2024", nil},
	} {
		t.Run(d.seed, func(t *testing.T) {
			url := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
			must(t, "seed", "--store", url, d.seed)
			n := serve(t, "--store", url, "--seed", "none")
			before := n.valuesOf(t, d.code)
			for code, want := range d.want {
				if before[code] != want {
					t.Errorf("%s is %v, want %v", code, before[code], want)
				}
			}
			n.stop(t, syscall.SIGTERM)
			told := must(t, "carryover", "--store", url, "--district", d.code, "--to", d.to)
			n = serve(t, "--store", url, "--seed", "none")
			after := n.valuesOf(t, d.code)
			for code, want := range before {
				if got, ok := after[code]; !ok || got != want {
					t.Errorf("%s was %v and is %v", code, want, got)
				}
			}
			if len(before) < 20 || !maps.Equal(before, after) {
				t.Errorf("%d figures before, %d after: %s", len(before), len(after), told)
			}
			if _, plain := n.checkIndicators(t); plain == 0 {
				t.Error("no address was followed")
			}
		})
	}
}

// valuesOf gives the computed figures of a district that are known.
func (n *node) valuesOf(t *testing.T, district string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for code, i := range n.indicators(t, "?district="+district, "") {
		if i.Value != nil && strings.TrimSpace(i.Formula) != "" {
			out[code] = *i.Value
		}
	}
	return out
}
