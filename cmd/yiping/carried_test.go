package main_test

import (
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
)

// What a document counted of its year by outcome stays when the district's
// projects are carried over into the next: outcomes are those of the entry in
// force on the day.
func TestOutcomesOfAYearOutliveItsCarryingOver(t *testing.T) {
	url := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "seed", "--store", url, "putuo")
	n := serve(t, "--store", url, "--seed", "none")
	figures := func() map[string]float64 {
		var all struct {
			Items []struct {
				Code, Formula string
				Value         *float64
			}
		}
		decodeJSON(t, n.get(t, "/api/indicators?district=310107", "", http.StatusOK), &all)
		out := map[string]float64{}
		for _, i := range all.Items {
			if i.Value != nil && i.Formula != "" {
				out[i.Code] = *i.Value
			}
		}
		return out
	}
	before := figures()
	if before["PT2022-027"] != 43 || before["PT2022-028"] != 27 {
		t.Fatalf("before: %v", before)
	}
	n.stop(t, syscall.SIGTERM)
	must(t, "carryover", "--store", url, "--district", "310107", "--to", "2023")
	n = serve(t, "--store", url, "--seed", "none")
	after := figures()
	for code, want := range before {
		if code < "PT2022-027" || code > "PT2022-049" {
			continue
		}
		if got, ok := after[code]; !ok || got != want {
			t.Errorf("%s was %v and is %v", code, want, got)
		}
	}
}
