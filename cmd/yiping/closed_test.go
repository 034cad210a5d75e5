package main_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// A layer that is closed while services run is gone from them at once, and there
// again for a wall with its token.
func TestALayerIsClosedWhileTheServiceRuns(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		n := serve(t, "--store", url, "--seed", "putuo")
		n.get(t, "/api/features/project?limit=1", "", http.StatusOK)
		changes := n.listen(t)
		must(t, "layer", "close", "project", "--store", url, "--readers", "auditor")
		if list := must(t, "layer", "list", "--store", url); !strings.Contains(list, "auditor") {
			t.Errorf("list:\n%s", list)
		}
		hear(t, changes, "reload")
		n.get(t, "/api/features/project?limit=1", "", http.StatusNotFound)
		n.get(t, "/tiles/project/10/857/418.mvt", "", http.StatusNotFound)
		n.get(t, "/api/features/project_year?limit=1", "", http.StatusNotFound)
		must(t, "layer", "open", "project", "--store", url)
		hear(t, changes, "reload")
		n.get(t, "/api/features/project?limit=1", "", http.StatusOK)
	})
}

func TestReadingClosedAsAWhole(t *testing.T) {
	url := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, "--store", url, "--seed", "putuo", "--reading", "closed")
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 200, "/api/session": 200, "/api/overview": 401, "/ogc": 401, "/metrics": 401, "/tiles/project/10/857/418.mvt": 401, "/api/live": 401} {
		n.get(t, path, "", want)
	}
	secret := strings.TrimSpace(must(t, "user", "token", "add", "大屏", "--display", "--store", url))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/api/overview", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%+v, %v", res, err)
	}
	for args, says := range map[string]string{"close district": "all features are placed", "close nowhere": "no layer “nowhere”", "close project --readers king": "no role “king”"} {
		if _, errs, status := yiping(t, append([]string{"layer", "--store", url}, strings.Fields(args)...)...); status != 1 || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s", args, status, errs)
		}
	}
	// Closing to nobody is no way of opening.
	must(t, "layer", "close", "problem", "--store", url, "--readers", "admin")
	for _, args := range [][]string{{"close", "problem", "--readers", ""}, {"close", "problem", "--readers", " , "}, {"serve", "problem", "memory", "--minzoom", "-2"}} {
		if _, errs, status := yiping(t, append([]string{"layer", "--store", url}, args...)...); status != 2 {
			t.Errorf("%q: %d %s", args, status, errs)
		}
	}
	for line := range strings.Lines(must(t, "layer", "list", "--store", url)) {
		if strings.HasPrefix(line, "problem ") && !strings.HasSuffix(line, " admin\n") {
			t.Errorf("the layer is listed as %s", line)
		}
	}
	if _, errs, status := yiping(t, "serve", "--store", url, "--listen", "127.0.0.1:0", "--reading", "half"); status != 2 || !strings.Contains(errs, "public or closed") {
		t.Errorf("%d %s", status, errs)
	}
}
