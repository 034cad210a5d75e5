package main_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const poles = "code,name,tilt,lon,lat\nL1,一号杆,3,121.40,31.20\nL2,二号杆,7,121.41,31.21\nL3,三号杆,,121.42,31.22\n"

// A layer is imported, changed, exported and switched with its rows in the
// database; a GeoPackage says that it cannot.
func TestALayerIsServedFromTheDatabase(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		file := write(t, "poles.csv", poles)
		if strings.HasPrefix(url, "gpkg:") {
			must(t, "import", file, "--create", "--store", url, "--layer", "pole")
			for _, args := range [][]string{{"layer", "serve", "pole", "database"}, {"import", file, "--layer", "pole2", "--serve", "database"}} {
				if _, errs, status := yiping(t, append(args, "--store", url)...); status != 1 || !strings.Contains(errs, "postgres://") {
					t.Errorf("%v: status %d, %s", args, status, errs)
				}
			}
			return
		}
		must(t, "import", file, "--create", "--store", url, "--layer", "pole", "--title", "灯杆", "--serve", "database")
		changed := write(t, "changed.csv", "code,name,tilt,lon,lat\nL2,二号杆,9,121.41,31.21\nL4,四号杆,1,121.43,31.23\n")
		if out := must(t, "import", changed, "--store", url, "--layer", "pole", "--mode", "upsert"); !strings.Contains(out, "1 created") || !strings.Contains(out, "1 updated") {
			t.Errorf("upsert: %s", out)
		}
		if out := must(t, "import", changed, "--store", url, "--layer", "pole", "--mode", "upsert"); !strings.Contains(out, "2 unchanged") {
			t.Errorf("upsert again: %s", out)
		}
		exported := func(args ...string) string {
			t.Helper()
			var doc struct {
				Features []struct{ Properties map[string]any }
			}
			if err := json.Unmarshal([]byte(must(t, append([]string{"export", "--store", url, "--layer", "pole", "-o", "-"}, args...)...)), &doc); err != nil {
				t.Fatal(err)
			}
			codes := ""
			for _, f := range doc.Features {
				codes += f.Properties["code"].(string) + " "
			}
			return codes
		}
		if all, tilted := exported(), exported("--filter", "tilt > 2 AND name LIKE '%杆'"); all != "L1 L2 L3 L4 " || tilted != "L1 L2 " {
			t.Errorf("exported %q and %q", all, tilted)
		}
		if _, errs, status := yiping(t, "import", file, "--store", url, "--layer", "pole", "--mode", "upsert", "--red", "tilt > 5"); status != 1 || !strings.Contains(errs, "serve it from memory") {
			t.Errorf("a light rule: status %d, %s", status, errs)
		}
		list := func() string { return must(t, "layer", "list", "--store", url) }
		if !strings.Contains(list(), "灯杆") || !strings.Contains(list(), "database") {
			t.Errorf("listed:\n%s", list())
		}
		must(t, "layer", "serve", "pole", "memory", "--store", url, "--minzoom", "9")
		if strings.Contains(list(), "database") {
			t.Errorf("listed after the switch:\n%s", list())
		}
		if all := exported(); all != "L1 L2 L3 L4 " {
			t.Errorf("exported %q from memory", all)
		}
		if out := must(t, "import", write(t, "one.csv", "code,name,tilt,lon,lat\nL4,四号杆,1,121.43,31.23\n"), "--store", url, "--layer", "pole", "--mode", "replace", "--serve", "database"); !strings.Contains(out, "3 deleted") {
			t.Errorf("replace: %s", out)
		}
		for args, want := range map[string]int{"layer serve none database": 1, "layer serve project database": 1, "layer serve district database": 1, "layer serve pole disk": 2, "layer serve pole": 2, "layer serve pole memory --minzoom 40": 2} {
			if _, errs, status := yiping(t, append(strings.Fields(args), "--store", url)...); status != want || errs == "" {
				t.Errorf("%s: status %d, %s", args, status, errs)
			}
		}
	})
}
