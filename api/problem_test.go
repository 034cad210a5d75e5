package api_test

import (
	"regexp"
	"strings"
	"testing"
)

type problem struct {
	Type, Title, Detail, Instance, Parameter string
	Status                                   int
}

// englishWords are what a Chinese text does not hold but in the names it quotes.
var englishWords = regexp.MustCompile(`[a-z]+ [a-z]+ [a-z]+`)

func TestProblems(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, c := range []struct {
		name, method, path string
		status             int
		kind, parameter    string
		title              string // English
	}{
		{"unknown address", "GET", "/api/nothing", 404, "unknown-route", "", "No such address"},
		{"unknown page", "GET", "/nothing.html", 404, "unknown-route", "", "No such address"},
		{"path that climbs", "GET", "/../../etc/passwd", 404, "unknown-route", "", "No such address"},
		{"tile path too short", "GET", "/tiles/project/1/2.mvt", 404, "unknown-route", "", "No such address"},
		{"tile path too long", "GET", "/tiles/project/1/2/3/4.mvt", 404, "unknown-route", "", "No such address"},
		{"method on a resource", "POST", "/api/overview", 405, "method-not-allowed", "", "Method not allowed"},
		{"method on a tile", "DELETE", "/tiles/project/1/1/1.mvt", 405, "method-not-allowed", "", "Method not allowed"},
		{"method on a page", "PUT", "/", 405, "method-not-allowed", "", "Method not allowed"},
		{"unknown layer of features", "GET", "/api/features/nothing", 404, "unknown-layer", "layer", "No such layer"},
		{"unknown layer of a feature", "GET", "/api/features/nothing/1", 404, "unknown-layer", "layer", "No such layer"},
		{"unknown layer of a tile", "GET", "/tiles/project,nothing/1/1/1.mvt", 404, "unknown-layer", "layers", "No such layer"},
		{"layer name of a tile not one", "GET", "/tiles/project,/1/1/1.mvt", 404, "unknown-layer", "layers", "No such layer"},
		{"unknown layer of TileJSON", "GET", "/tiles/nothing.json", 404, "unknown-layer", "layers", "No such layer"},
		{"too many layers", "GET", "/tiles/" + strings.Repeat("project,", 1024) + "project/1/1/1.mvt", 400, "bad-parameter", "layers", "A parameter is wrong"},
		{"unknown feature", "GET", "/api/features/project/9007199254740991", 404, "unknown-feature", "id", "No such feature"},
		{"feature id zero", "GET", "/api/features/project/0", 400, "bad-parameter", "id", "A parameter is wrong"},
		{"feature id not a number", "GET", "/api/features/project/x", 400, "bad-parameter", "id", "A parameter is wrong"},
		{"feature id too large", "GET", "/api/features/project/9007199254740992", 400, "bad-parameter", "id", "A parameter is wrong"},
		{"zoom out of range", "GET", "/tiles/project/23/0/0.mvt", 400, "tile-out-of-range", "z", "Tile address out of range"},
		{"column out of range", "GET", "/tiles/project/3/8/0.mvt", 400, "tile-out-of-range", "x", "Tile address out of range"},
		{"row out of range", "GET", "/tiles/project/3/0/8.mvt", 400, "tile-out-of-range", "y", "Tile address out of range"},
		{"row not a number", "GET", "/tiles/project/3/0/-1.mvt", 400, "tile-out-of-range", "y", "Tile address out of range"},
		{"unknown district", "GET", "/api/overview?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of alerts", "GET", "/api/alerts?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of history", "GET", "/api/history?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of features", "GET", "/api/features/project?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of the map", "GET", "/api/map.svg?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of the style", "GET", "/style.json?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of the stream", "GET", "/api/live?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"unknown district of the poll", "GET", "/api/changes?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"waiting for too long", "GET", "/api/changes?wait=26", 400, "bad-parameter", "wait", "A parameter is wrong"},
		{"level no project has", "GET", "/api/overview?level=x", 400, "bad-parameter", "level", "A parameter is wrong"},
		{"light that is none", "GET", "/api/features/project?light=red,blue", 400, "bad-parameter", "light", "A parameter is wrong"},
		{"box of three", "GET", "/api/features/project?bbox=1,2,3", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"box not of numbers", "GET", "/api/features/project?bbox=1,2,3,NaN", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"box upside down", "GET", "/api/features/project?bbox=121,32,122,31", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"box outside the world", "GET", "/api/features/project?bbox=121,31,181,32", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"limit zero", "GET", "/api/features/project?limit=0", 400, "bad-parameter", "limit", "A parameter is wrong"},
		{"limit too large", "GET", "/api/features/project?limit=10001", 400, "bad-parameter", "limit", "A parameter is wrong"},
		{"limit of alerts not a number", "GET", "/api/alerts?limit=all", 400, "bad-parameter", "limit", "A parameter is wrong"},
		{"after not a number", "GET", "/api/features/project?after=x", 400, "bad-parameter", "after", "A parameter is wrong"},
		{"parameter misspelt", "GET", "/api/overview?distrct=310105", 400, "unknown-parameter", "distrct", "No such parameter"},
		{"parameter of another resource", "GET", "/api/districts?bbox=1,2,3,4", 400, "unknown-parameter", "bbox", "No such parameter"},
		{"parameter twice", "GET", "/api/overview?district=310105&district=310107", 400, "bad-parameter", "district", "A parameter is wrong"},
		{"query that is none", "GET", "/api/overview?district=%zz", 400, "bad-parameter", "", "A parameter is wrong"},
		{"nearby without a longitude", "GET", "/api/nearby?lat=31", 400, "bad-parameter", "lon", "A parameter is wrong"},
		{"nearby without a latitude", "GET", "/api/nearby?lon=121", 400, "bad-parameter", "lat", "A parameter is wrong"},
		{"longitude out of range", "GET", "/api/nearby?lon=181&lat=31", 400, "bad-parameter", "lon", "A parameter is wrong"},
		{"latitude out of range", "GET", "/api/nearby?lon=121&lat=-90.5", 400, "bad-parameter", "lat", "A parameter is wrong"},
		{"latitude not a number", "GET", "/api/nearby?lon=121&lat=NaN", 400, "bad-parameter", "lat", "A parameter is wrong"},
		{"position the system does not have", "GET", "/api/nearby?lon=2.3&lat=48.9&crs=BD-09", 400, "bad-parameter", "crs", "A parameter is wrong"},
		{"unknown coordinate system", "GET", "/api/nearby?lon=121&lat=31&crs=Mars", 400, "bad-parameter", "crs", "A parameter is wrong"},
		{"coordinate system in metres", "GET", "/api/nearby?lon=121&lat=31&crs=EPSG:4549", 400, "bad-parameter", "crs", "A parameter is wrong"},
		{"unknown layer of nearby", "GET", "/api/nearby?lon=121&lat=31&layers=project,nothing", 404, "unknown-layer", "layers", "No such layer"},
		{"no layer of nearby", "GET", "/api/nearby?lon=121&lat=31&layers=", 404, "unknown-layer", "layers", "No such layer"},
		{"none wanted nearby", "GET", "/api/nearby?lon=121&lat=31&k=0", 400, "bad-parameter", "k", "A parameter is wrong"},
		{"too many wanted nearby", "GET", "/api/nearby?lon=121&lat=31&k=1001", 400, "bad-parameter", "k", "A parameter is wrong"},
		{"radius zero", "GET", "/api/nearby?lon=121&lat=31&radius=0", 400, "bad-parameter", "radius", "A parameter is wrong"},
		{"radius without end", "GET", "/api/nearby?lon=121&lat=31&radius=Inf", 400, "bad-parameter", "radius", "A parameter is wrong"},
		{"radius not a number", "GET", "/api/nearby?lon=121&lat=31&radius=5km", 400, "bad-parameter", "radius", "A parameter is wrong"},
		{"light that is none nearby", "GET", "/api/nearby?lon=121&lat=31&light=blue", 400, "bad-parameter", "light", "A parameter is wrong"},
		{"unknown district of nearby", "GET", "/api/nearby?lon=121&lat=31&district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"width too small", "GET", "/api/map.svg?width=1", 400, "bad-parameter", "width", "A parameter is wrong"},
		{"centre without zoom", "GET", "/api/map.svg?center=121,31", 400, "bad-parameter", "zoom", "A parameter is wrong"},
		{"zoom without centre", "GET", "/api/map.png?zoom=12", 400, "bad-parameter", "center", "A parameter is wrong"},
		{"zoom NaN", "GET", "/api/map.svg?center=121,31&zoom=NaN", 400, "bad-parameter", "zoom", "A parameter is wrong"},
		{"centre beyond the pole", "GET", "/api/map.svg?center=31,121&zoom=9", 400, "bad-parameter", "center", "A parameter is wrong"},
		{"bbox and centre", "GET", "/api/map.svg?bbox=121,31,122,32&center=121,31&zoom=9", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"bbox turned round", "GET", "/api/map.png?bbox=122,31,121,32", 400, "bad-parameter", "bbox", "A parameter is wrong"},
		{"unknown layer of the map", "GET", "/api/map.svg?layers=project,moon", 404, "unknown-layer", "layers", "No such layer"},
		{"scale too large", "GET", "/api/map.png?scale=5", 400, "bad-parameter", "scale", "A parameter is wrong"},
		{"picture too large", "GET", "/api/map.png?width=8192&height=8192&scale=2", 400, "invalid", "width", "The input is wrong"},
		{"scale of a drawing", "GET", "/api/map.svg?scale=2", 400, "unknown-parameter", "scale", "No such parameter"},
		{"height too large", "GET", "/api/map.svg?height=100000", 400, "bad-parameter", "height", "A parameter is wrong"},
		{"filter that is none", "GET", "/api/features/project?filter=light=", 400, "bad-parameter", "filter", "A parameter is wrong"},
		{"filter of a field that is none", "GET", "/api/features/project?filter=lihgt='red'", 400, "bad-parameter", "filter", "A parameter is wrong"},
		{"filter with a function that is none", "GET", "/api/features/project?filter=f(light)", 400, "bad-parameter", "filter", "A parameter is wrong"},
		{"filter of another language", "GET", "/api/features/project?filter=light='red'&filter-lang=cql2-json", 400, "bad-parameter", "filter", "A parameter is wrong"},
		{"filter of a language that is none", "GET", "/api/features/project?filter-lang=sql", 400, "bad-parameter", "filter-lang", "A parameter is wrong"},
		{"day that is none", "GET", "/api/overview?at=yesterday", 400, "bad-parameter", "at", "A parameter is wrong"},
		{"day long before", "GET", "/api/lights?at=1022-11", 400, "bad-parameter", "at", "A parameter is wrong"},
		{"day long after", "GET", "/api/warnings?at=9999-12-31", 400, "bad-parameter", "at", "A parameter is wrong"},
		{"day of what has none", "GET", "/api/layers?at=2022-11", 400, "unknown-parameter", "at", "No such parameter"},
		{"unknown layer of lights", "GET", "/api/lights?layers=project,nothing", 404, "unknown-layer", "layers", "No such layer"},
		{"unknown layer of warnings", "GET", "/api/warnings?layer=nothing", 404, "unknown-layer", "layer", "No such layer"},
		{"level no warning has", "GET", "/api/warnings?level=2,4", 400, "bad-parameter", "level", "A parameter is wrong"},
		{"state no warning has", "GET", "/api/warnings?state=open", 400, "bad-parameter", "state", "A parameter is wrong"},
		{"place no page gave", "GET", "/api/warnings?after=1.2.project", 400, "bad-parameter", "after", "A parameter is wrong"},
		{"place of another kind", "GET", "/api/problems?after=1.-2.project.7", 400, "bad-parameter", "after", "A parameter is wrong"},
		{"warnings of no feature", "GET", "/api/warnings/project/9007199254740991", 404, "unknown-feature", "id", "No such feature"},
		{"warnings of no layer", "GET", "/api/warnings/nothing/1", 404, "unknown-layer", "layer", "No such layer"},
		{"stage no problem has", "GET", "/api/problems?stage=x", 400, "bad-parameter", "stage", "A parameter is wrong"},
		{"light that is none of problems", "GET", "/api/problems?light=blue", 400, "bad-parameter", "light", "A parameter is wrong"},
		{"time that is none", "GET", "/api/overview?known=2022-13-01", 400, "bad-parameter", "known", "A parameter is wrong"},
		{"time to come", "GET", "/api/map.svg?known=2999-01-01T00:00:00Z", 400, "bad-parameter", "known", "A parameter is wrong"},
		{"time before the store was", "GET", "/api/overview?district=310105&known=1999-01-01", 400, "bad-parameter", "known", "A parameter is wrong"},
		{"unknown town", "GET", "/api/overview?town=nowhere", 400, "unknown-town", "town", "No such town"},
		{"unknown town of warnings", "GET", "/api/warnings?town=nowhere", 400, "unknown-town", "town", "No such town"},
		{"unknown town of problems", "GET", "/api/problems?town=nowhere", 400, "unknown-town", "town", "No such town"},
		{"unknown town of features", "GET", "/api/features/project?town=nowhere", 400, "unknown-town", "town", "No such town"},
		{"log of no feature", "GET", "/api/log/project/9007199254740991", 404, "unknown-feature", "id", "No such feature"},
		{"log of no code", "GET", "/api/log/project/code:NOPE", 404, "unknown-feature", "id", "No such feature"},
		{"log of no layer", "GET", "/api/log/nothing/1", 404, "unknown-layer", "layer", "No such layer"},
		{"log without end", "GET", "/api/log/project/1?limit=99999", 400, "bad-parameter", "limit", "A parameter is wrong"},
		{"panel that is none", "GET", "/api/indicators?panel=left", 400, "bad-parameter", "panel", "A parameter is wrong"},
		{"indicator that is none", "GET", "/api/indicators?code=CN-R,CN-X", 400, "bad-parameter", "code", "A parameter is wrong"},
		{"task that is none", "GET", "/api/indicators?task=T9", 400, "bad-parameter", "task", "A parameter is wrong"},
		{"unknown district of indicators", "GET", "/api/indicators?district=nowhere", 400, "unknown-district", "district", "No such district"},
		{"light that is none of tasks", "GET", "/api/tasks?light=blue", 400, "bad-parameter", "light", "A parameter is wrong"},
		{"theme that is none", "GET", "/api/map.svg?theme=blue", 400, "bad-parameter", "theme", "A parameter is wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			en := s.ask(c.method, c.path, "Accept-Language", "en-GB,en;q=0.9")
			p := decode[problem](t, en)
			if en.status != c.status || p.Status != c.status || p.Type != "urn:yiping:problem:"+c.kind || p.Title != c.title || p.Parameter != c.parameter {
				t.Errorf("status %d, %+v", en.status, p)
			}
			if p.Detail == "" || p.Instance != c.path && !strings.Contains(c.path, "..") {
				t.Errorf("detail %q, instance %q", p.Detail, p.Instance)
			}
			if ct := en.header.Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("type %s", ct)
			}
			if (c.status == 405) != (en.header.Get("Allow") == "GET, HEAD") {
				t.Errorf("Allow is %q", en.header.Get("Allow"))
			}
			zh := decode[problem](t, s.ask(c.method, c.path, "Accept-Language", "zh-CN"))
			if zh.Title == p.Title || zh.Detail == p.Detail || zh.Type != p.Type {
				t.Errorf("in Chinese %+v", zh)
			}
			// What is wrong inside a filter is told in the filter's language.
			if words := englishWords.FindString(zh.Detail); words != "" && c.parameter != "filter" {
				t.Errorf("“%s” stands in the Chinese text %q", words, zh.Detail)
			}
			if none := decode[problem](t, s.ask(c.method, c.path)); none.Title != zh.Title {
				t.Errorf("without a wish %+v", none)
			}
		})
	}
}
