package ingest_test

import (
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/ingest"
)

// Appending never makes of one feature two: a code that is there, or twice in the
// file, is refused with its row, also where the column would not have been taken for
// the code by its name alone.
func TestAppendingDoublesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s geo.Store) {
		count := func() int {
			t.Helper()
			refs, err := s.Lookup(t.Context(), "pole", nil)
			if err != nil {
				t.Fatal(err)
			}
			return len(refs)
		}
		appended := func(name, text string) (ingest.Result, error) {
			return ingest.Import(t.Context(), s, table(name, text), ingest.Options{Layer: "pole", Actor: "test"})
		}
		if res, err := appended("first.csv", "osm_id,name\n11,a\n12,b\n"); err != nil || res.Key != "osm_id" || count() != 2 {
			t.Fatalf("%+v, %v", res, err)
		}
		for name, c := range map[string]struct {
			text  string
			row   int
			field string
			says  string
		}{
			"there already":           {"osm_id,name\n13,c\n12,d\n", 2, "code", "code “12” is in layer pole already"},
			"there, and again":        {"osm_id,name\n13,c\n12,d\n12,e\n", 3, "code", "code “12” is that of row 2 already"},
			"one there, one twice":    {"osm_id,name\n11,c\n13,d\n13,e\n", 3, "code", "code “13” is that of row 2 already"},
			"one there, one without":  {"osm_id,name\n11,c\n,d\n", 2, "osm_id", "the code is missing"},
			"by another of the names": {"OSM_ID,name\n 11 ,c\n13,d\n13,e\n", 3, "code", "code “13” is that of row 2 already"},
		} {
			res, err := appended("more.csv", c.text)
			if err == nil || len(res.Faults) != 1 || res.Faults[0].Row != c.row || res.Faults[0].Field != c.field || !strings.Contains(res.Faults[0].Message, c.says) || res.Faults[0].Mend == "" {
				t.Errorf("%s: %+v, %v", name, res.Faults, err)
			}
			if n := count(); n != 2 {
				t.Fatalf("%s: %d features", name, n)
			}
		}
		// What the layer does not know at all may be anything: its codes are made.
		const strange = "osm_id,name\n21,a\n21,b\n"
		res, err := appended("strange.csv", strange)
		if err != nil || res.Created != 2 || !strings.Contains(strings.Join(res.Notices, "\n"), "column osm_id cannot be the code: it has 1 different values in 2 records") {
			t.Errorf("%+v, %v", res, err)
		}
		if res, err := appended("strange.csv", strange); geo.CodeOf(err) != geo.Conflict || len(res.Faults) != 2 || count() != 4 {
			t.Errorf("the same file again: %+v, %v, %d features", res, err, count())
		}
	})
}
