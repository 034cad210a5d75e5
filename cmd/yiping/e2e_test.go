package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"yiping/geo/postgis/pgtest"
)

const roads = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"编码":"R1","名称":"南北高架路","lanes":4},"geometry":{"type":"LineString","coordinates":[[121.4659555,31.2250309,3.5],[121.4662305,31.2247557,4]]}},
{"type":"Feature","properties":{"编码":"R2","名称":"成都南路","lanes":2},"geometry":{"type":"LineString","coordinates":[[121.4629204,31.2255825,0],[121.4629143,31.2254495,0]]}}]}`

func TestServiceShowsEditsAndImportsAndSurvivesRestarts(t *testing.T) {
	stores(t, func(t *testing.T, url string, edit func(string)) {
		n := serve(t, "--store", url, "--seed", "putuo")
		n.get(t, "/healthz", "", http.StatusOK)
		n.get(t, "/readyz", "", http.StatusOK)
		if body := n.get(t, "/api/districts", "", http.StatusOK); !bytes.Contains(body, []byte("310107")) {
			t.Errorf("districts %s", body)
		}
		if body := n.get(t, "/tiles/project,street/10/857/418.mvt", "", http.StatusOK); len(body) == 0 {
			t.Error("the tile over the district is empty")
		}
		code := anyProject(t, n)
		changes := n.listen(t)
		edit(fmt.Sprintf("UPDATE project SET reason = 'changed by SQL', goal_outcome = '无法完成', outcome_date = NULL WHERE code = '%s'", code))
		hear(t, changes, code)
		if body := n.get(t, "/api/features/project?light=red&limit=1000", "", http.StatusOK); !bytes.Contains(body, []byte("changed by SQL")) {
			t.Errorf("announced, but not to be read: %s", body)
		}

		res := importJSON(t, "--store", url, "--layer", "road", "--title", "道路", write(t, "roads.geojson", roads))
		if res.Created != 2 || !res.Declared {
			t.Errorf("import: %+v", res)
		}
		n.checkRoads(t, res.Cursor)
		res = importJSON(t, "--store", url, "--layer", "road", "--mode", "upsert", "--red", "名称 LIKE '南北%'", "--green", "名称 LIKE '成都%'", write(t, "roads.geojson", roads))
		for _, path := range []string{"/api/features/road?light=red", "/api/lights?layers=road", "/tiles/road/16/54880/26779.mvt"} {
			if body := n.get(t, path, res.Cursor, http.StatusOK); !bytes.Contains(body, []byte("red")) {
				t.Errorf("%s knows no light of the imported layer: %q", path, body)
			}
		}
		if status := n.stop(t, syscall.SIGTERM); status != 0 {
			t.Errorf("exit status %d after SIGTERM", status)
		}
		for range changes { // ends with the service
		}
		n = serve(t, "--store", url)
		n.checkRoads(t, "")
		n.stop(t, syscall.SIGKILL)
		n = serve(t, "--store", url)
		n.checkRoads(t, "")
		if body := n.get(t, "/api/features/project?limit=1000", "", http.StatusOK); !bytes.Contains(body, []byte("changed by SQL")) {
			t.Error("the edit made by SQL is gone")
		}
		if status := n.stop(t, os.Interrupt); status != 0 {
			t.Errorf("exit status %d after SIGINT", status)
		}
	})
}

func (n *node) checkRoads(t *testing.T, cursor string) {
	t.Helper()
	body := n.get(t, "/api/features/road", cursor, http.StatusOK)
	for _, want := range []string{"南北高架路", "成都南路", "121.4659555"} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("roads lack %s: %s", want, body)
		}
	}
	if body := n.get(t, "/tiles/road/16/54880/26779.mvt", "", http.StatusOK); !bytes.Contains(body, []byte("南北高架路")) {
		t.Errorf("the tile lacks the road: %q", body)
	}
}

func anyProject(t *testing.T, n *node) string {
	t.Helper()
	var found struct {
		Features []struct{ Properties struct{ Code string } }
	}
	if err := json.Unmarshal(n.get(t, "/api/features/project?limit=1&light=green", "", http.StatusOK), &found); err != nil || len(found.Features) == 0 {
		t.Fatalf("no project: %v", err)
	}
	return found.Features[0].Properties.Code
}

type imported struct {
	Created, Updated, Unchanged, Deleted int
	Declared                             bool
	Cursor                               string
}

func importJSON(t *testing.T, args ...string) imported {
	t.Helper()
	var res imported
	out := must(t, append([]string{"import", "--create", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &res); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return res
}

func TestNodesStartingTogetherSeedOnce(t *testing.T) {
	url := pgtest.URL(t)
	var nodes []*node
	for range 3 {
		nodes = append(nodes, start(t, "--store", url, "--seed", "putuo"))
	}
	for _, n := range nodes {
		n.await(t)
		if body := n.get(t, "/api/features/project?limit=1000", "", http.StatusOK); !bytes.Contains(body, []byte(`"numberMatched":87`)) {
			t.Errorf("not the 87 projects of the report: %.300s", body)
		}
	}
	for _, n := range nodes {
		if status := n.stop(t, syscall.SIGTERM); status != 0 {
			t.Errorf("exit status %d", status)
		}
	}
}

func TestExportGivesBackWhatWasImported(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		file := write(t, "roads.geojson", roads)
		importJSON(t, "--store", url, "--layer", "road", file)
		out := filepath.Join(t.TempDir(), "out.geojson")
		must(t, "export", "--store", url, "--layer", "road", "-o", out)
		res := importJSON(t, "--store", url, "--layer", "road", "--mode", "upsert", out)
		if res.Unchanged != 2 || res.Updated+res.Created != 0 {
			t.Errorf("import of the export: %+v", res)
		}
		if text, err := os.ReadFile(out); err != nil || !bytes.Contains(text, []byte("[121.4659555,31.2250309,3.5]")) {
			t.Errorf("export: %s, error %v", text, err)
		}
		res = importJSON(t, "--store", url, "--layer", "road", "--mode", "replace", write(t, "one.csv", "编码,名称,wkt\nR9,新路,\"LINESTRING(121 31,121.1 31)\"\n"))
		if res.Created != 1 || res.Deleted != 2 {
			t.Errorf("replace: %+v", res)
		}
	})
}

func TestExportTakesAFilter(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		importJSON(t, "--store", url, "--layer", "road", write(t, "roads.geojson", roads))
		whole := must(t, "export", "--store", url, "--layer", "road")
		for filter, want := range map[string]int{
			"TRUE": 2, "code = 'R1'": 1, "code LIKE 'R_' AND light = 'none'": 2, "district IS NOT NULL": 0,
			`{"op":"s_intersects","args":[{"property":"geom"},{"bbox":[-180,-90,180,90]}]}`: 2,
		} {
			out := must(t, "export", "--store", url, "--layer", "road", "--filter", filter)
			if n := strings.Count(out, `"type":"Feature",`); n != want {
				t.Errorf("%s: %d features, want %d", filter, n, want)
			}
			if want == 2 && out != whole {
				t.Errorf("%s: not the export without a filter:\n%s\n%s", filter, out, whole)
			}
		}
	})
}

func TestSyntheticCityIsDeterministic(t *testing.T) {
	var first string
	stores(t, func(t *testing.T, url string, _ func(string)) {
		must(t, "synth", "--store", url, "--features", "340")
		out := must(t, "export", "--store", url, "--layer", "project,street,river_section,block")
		if n := strings.Count(out, `"type":"Feature",`); n != 340 {
			t.Errorf("%d features", n)
		}
		if first != "" && len(out) != len(first) {
			t.Errorf("%d bytes on one store, %d on the other", len(first), len(out))
		}
		first = out
	})
}

func TestFaultsAreOneLineAndAnExitStatus(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "import", "--create", "--store", store, "--layer", "road", write(t, "roads.geojson", roads))
	feature := func(geometry string) string {
		return write(t, "bad.geojson", `{"type":"Feature","properties":{"code":"X"},"geometry":`+geometry+`}`)
	}
	register := "gpkg:" + filepath.Join(t.TempDir(), "register.gpkg")
	must(t, "seed", "--store", register, "chongming")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no command":         {nil, 2, "Usage"},
		"unknown command":    {[]string{"sing"}, 2, "unknown command “sing”"},
		"unknown flag":       {[]string{"serve", "--port", "1"}, 2, "-port"},
		"no layer":           {[]string{"import", "x.geojson"}, 2, "--layer is missing"},
		"unknown layer":      {[]string{"export", "--store", store, "--layer", "nothing"}, 1, "layer nothing: there is no such layer"},
		"no such file":       {[]string{"import", "--store", store, "--layer", "a", "nowhere.geojson"}, 1, "nowhere.geojson"},
		"unknown format":     {[]string{"import", "--store", store, "--layer", "a", "a.dwg"}, 1, "“dwg”"},
		"malformed GeoJSON":  {[]string{"import", "--store", store, "--layer", "a", write(t, "m.geojson", "{\"type\":\"FeatureCollection\",\n\"features\":[{]}")}, 1, "malformed JSON"},
		"out of bounds":      {[]string{"import", "--store", store, "--layer", "a", feature(`{"type":"Point","coordinates":[121,95]}`)}, 1, "out of bounds"},
		"invalid shape":      {[]string{"import", "--store", store, "--layer", "a", feature(`{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}`)}, 1, "geometry is not valid"},
		"duplicate code":     {[]string{"import", "--store", store, "--layer", "road", write(t, "r.geojson", strings.Replace(roads, "R2", "R9", 1))}, 1, "code “R1” is in layer road already"},
		"projected":          {[]string{"import", "--store", store, "--layer", "a", write(t, "p.csv", "code,x,y\n1,40521000,3456000\n")}, 1, "--crs"},
		"synth into a city":  {[]string{"synth", "--store", register, "--features", "10"}, 1, "the store holds the register of a city"},
		"bench on a city":    {[]string{"bench", "live", "--store", register}, 1, "the store holds the register of a city"},
		"not a store":        {[]string{"export", "--store", "mysql://x", "--layer", "road"}, 1, "names no store"},
		"no database":        {[]string{"serve", "--listen", "127.0.0.1:0", "--store", "postgres://u:sesame@127.0.0.1:1/d?connect_timeout=5"}, 1, "127.0.0.1"},
		"no district":        {[]string{"seed", "--store", store, "atlantis"}, 1, "atlantis"},
		"no seeds":           {[]string{"serve", "--store", store, "--listen", "127.0.0.1:0", "--seed", "putuo,atlantis"}, 1, "atlantis"},
		"filter not CQL2":    {[]string{"export", "--store", store, "--layer", "road", "--filter", "a = "}, 1, "at character 5"},
		"filter of no field": {[]string{"export", "--store", store, "--layer", "road", "--filter", "a=1"}, 1, "the layer has no field “a”"},
		"no service to ask":  {[]string{"health", "--listen", "127.0.0.1:1"}, 1, "no answer"},
		"address not usable": {[]string{"serve", "--store", store, "--listen", "256.0.0.1:1"}, 1, "cannot listen"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs, status := yiping(t, c.args...)
			if status != c.status || !strings.Contains(errs, c.says) {
				t.Fatalf("status %d, stderr %q", status, errs)
			}
			if lines := strings.Count(errs, "\n"); lines != 1 && c.args != nil {
				t.Errorf("%d lines on stderr: %q", lines, errs)
			}
			if strings.Contains(errs, "sesame") {
				t.Errorf("the password is shown: %q", errs)
			}
		})
	}
	if out := must(t, "export", "--store", store, "--layer", "road"); strings.Count(out, `"type":"Feature",`) != 2 {
		t.Errorf("a refused import changed the layer: %s", out)
	}
}

func TestSettingsComeFromTheEnvironment(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "a.gpkg")
	must(t, "synth", "--store", store, "--features", "10")
	var out, errs bytes.Buffer
	cmd := command(t.Context(), t, "export", "-o", "-")
	cmd.Env = append(cmd.Env, "YIPING_STORE="+store, "YIPING_LAYER=project")
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || !strings.HasPrefix(out.String(), `{"type":"FeatureCollection"`) {
		t.Errorf("error %v: %s%s", err, &out, &errs)
	}
}
