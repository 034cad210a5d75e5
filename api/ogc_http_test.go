package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/getkin/kin-openapi/openapi3"

	"yiping/geo"
	"yiping/geo/city"
)

// many fills the problems until a page of them is longer than what is held back.
func many(t *testing.T, store geo.Store) int {
	t.Helper()
	const n = 1500
	edits := make([]geo.Edit, n)
	for k := range edits {
		edits[k] = create(city.Problem, "Q"+strconv.Itoa(k), orb.Point{121.36 + float64(k)/1e5, 31.2}, geo.Properties{"name": "点位", "reason": strings.Repeat("因", 50)})
	}
	apply(t, store, edits...)
	return n + 3 // with those of the fixture
}

func TestOGCStreamsLargeAnswers(t *testing.T) {
	store := openStore(t)
	n := many(t, store)
	s := start(t, store, setting{})
	const path = "/ogc/collections/problem/items?limit=99999"
	plain := s.get(path)
	if plain.status != http.StatusOK || plain.header.Get("Content-Length") != "" {
		t.Fatalf("%d, length %q", plain.status, plain.header.Get("Content-Length"))
	}
	if got := decode[listing](t, plain); len(got.Features) != n || got.NumberMatched != n || got.link("next") != "" {
		t.Errorf("%d features", len(got.Features))
	}
	zipped := s.get(path, "Accept-Encoding", "gzip")
	if !bytes.Equal(moments.ReplaceAll(zipped.unzip(t), nil), moments.ReplaceAll(plain.body, nil)) {
		t.Error("the zipped body is another")
	}
	tag := plain.header.Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) || zipped.header.Get("ETag") == tag {
		t.Errorf("tags %s, %s", tag, zipped.header.Get("ETag"))
	}
	if g := s.get(path, "If-None-Match", tag); g.status != http.StatusNotModified || len(g.body) != 0 {
		t.Errorf("the same again: %d", g.status)
	}
	if g := s.ask(http.MethodHead, path); g.status != http.StatusOK || len(g.body) != 0 || g.header.Get("ETag") != tag {
		t.Errorf("HEAD: %d, %s", g.status, g.header.Get("ETag"))
	}
	r := apply(t, s.store, create(city.Problem, "Z", nil, geo.Properties{"name": "新"}))
	s.reach(r.Cursor)
	if g := s.get(path, "If-None-Match", tag); g.status != http.StatusOK {
		t.Errorf("after a change: %d", g.status)
	}
}

func TestOGCShortAnswersHaveLengthAndTag(t *testing.T) {
	s := start(t, openStore(t), setting{})
	g := s.get(projects)
	tag := g.header.Get("ETag")
	if g.header.Get("Content-Length") != strconv.Itoa(len(g.body)) || tag == "" || g.header.Get("Yiping-Cursor") == "" {
		t.Errorf("headers %v", g.header)
	}
	if g.header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" {
		t.Errorf("Content-Crs %s", g.header.Get("Content-Crs"))
	}
	if again := s.get(projects, "If-None-Match", tag); again.status != http.StatusNotModified {
		t.Errorf("the same again: %d", again.status)
	}
	if again := s.get(projects + "?min-cursor=" + escape(g.header.Get("Yiping-Cursor"))); again.status != http.StatusOK {
		t.Errorf("at its own cursor: %d %s", again.status, again.body)
	}
	if g := s.ask(http.MethodPost, "/ogc/conformance"); g.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", g.status)
	}
}

func TestOGCPagesArePlainAndBilingual(t *testing.T) {
	s := start(t, openStore(t), setting{basePath: "/yiping"})
	p2 := lookup(t, s.store, city.Project, "P2")
	for _, path := range []string{"/ogc", "/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/project", "/ogc/collections/project/schema", "/ogc/collections/project/schema/feature",
		"/ogc/collections/project/queryables", projects, projects + "?limit=2", projects + "/" + utoa(p2)} {
		g := s.get(path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
		body := string(g.body)
		if g.status != http.StatusOK || g.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(body, `<html lang="zh-CN">`) || g.header.Get("Content-Language") != "zh" {
			t.Errorf("%s: %d %v\n%s", path, g.status, g.header, body)
		}
		if policy := g.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(body, "<script") || strings.Contains(body, "src=") {
			t.Errorf("%s: policy %q, or something from elsewhere", path, policy)
		}
		if g := s.get(path, "Accept", "text/html", "Accept-Language", "en"); !strings.Contains(string(g.body), `<html lang="en">`) {
			t.Errorf("%s in English:\n%s", path, g.body)
		}
		switched := s.get(path+"?lang=en", "Accept", "text/html")
		if strings.Contains(path, "?") {
			switched = s.get(path+"&lang=en", "Accept", "text/html")
		}
		for _, address := range addresses(string(switched.body)) {
			if strings.Contains(address, "f=html") && !strings.Contains(address, "lang=") {
				t.Errorf("%s forgets the language on the way to %s", path, address)
			}
		}
		for _, address := range addresses(body) {
			if g := s.get(strings.TrimPrefix(address, s.base)); g.status != http.StatusOK {
				t.Errorf("%s leads to %s: %d", path, address, g.status)
			}
		}
	}
	if body := string(s.get(projects + "/" + utoa(p2) + "?f=html").body); !strings.Contains(body, "征收未完成 &amp; &lt;待批&gt;") {
		t.Errorf("values are not escaped:\n%s", body)
	}
}

func addresses(body string) []string {
	var out []string
	for _, part := range strings.Split(body, `href="`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		out = append(out, strings.ReplaceAll(address, "&amp;", "&"))
	}
	return out
}

func TestOGCNegotiates(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for accept, want := range map[string]string{
		"": "application/geo+json", "*/*": "application/geo+json", "application/geo+json": "application/geo+json", "application/json": "application/geo+json",
		"text/html": "text/html; charset=utf-8", "text/html;q=0.5,application/geo+json;q=0.9": "application/geo+json", "text/*": "text/html; charset=utf-8",
		"application/xml": "application/problem+json", "application/xml, */*;q=0.1": "application/geo+json",
	} {
		if got := s.get(projects, "Accept", accept).header.Get("Content-Type"); got != want {
			t.Errorf("Accept %q gives %s, want %s", accept, got, want)
		}
	}
}

// Each class is claimed as long as its check passes, and none without one.
func TestOGCConformanceClassesHold(t *testing.T) {
	s := start(t, openStore(t), setting{})
	claimed := decode[struct{ ConformsTo []string }](t, s.get("/ogc/conformance")).ConformsTo
	checks := classChecks(s)
	maps.Copy(checks, editChecks(s))
	maps.Copy(checks, tileChecks(s))
	for _, uri := range claimed {
		check, ok := checks[uri]
		if !ok {
			t.Errorf("%s is claimed without a check", uri)
			continue
		}
		t.Run(uri[strings.Index(uri, "/spec/")+6:], check)
	}
	for _, uri := range slices.Sorted(maps.Keys(checks)) {
		if !slices.Contains(claimed, uri) {
			t.Errorf("%s is checked and not claimed", uri)
		}
	}
}

func classChecks(s *service) map[string]func(*testing.T) {
	const spec = "http://www.opengis.net/spec/"
	// keeps checks what a filter lets through.
	keeps := func(filters map[string]string) func(*testing.T) {
		return func(t *testing.T) {
			for filter, want := range filters {
				lang := "cql2-text"
				if strings.HasPrefix(filter, "{") {
					lang = "cql2-json"
				}
				g := s.get(projects + "?filter-lang=" + lang + "&filter=" + escape(filter))
				if g.status != http.StatusOK || decode[listing](t, g).codes() != want {
					t.Errorf("%s: %d, want %q: %s", filter, g.status, want, g.body)
				}
			}
		}
	}
	return map[string]func(*testing.T){
		spec + "ogcapi-features-1/1.0/conf/core":    func(t *testing.T) { checkCore(t, s) },
		spec + "ogcapi-features-1/1.0/conf/geojson": func(t *testing.T) { checkMedia(t, s, projects+"?f=json", "application/geo+json") },
		spec + "ogcapi-features-1/1.0/conf/html":    func(t *testing.T) { checkMedia(t, s, projects+"?f=html", "text/html; charset=utf-8") },
		spec + "ogcapi-features-1/1.0/conf/oas30":   func(t *testing.T) { checkOpenAPI(t, s) },
		spec + "ogcapi-features-2/1.0/conf/crs":     func(t *testing.T) { checkCRS(t, s) },
		spec + "ogcapi-features-3/1.0/conf/queryables": func(t *testing.T) {
			checkProperties(t, s, "/queryables", "id", "code", "light", "name", "geom")
		},
		spec + "ogcapi-features-3/1.0/conf/queryables-query-parameters": func(t *testing.T) {
			if got := decode[listing](t, s.get(projects+"?category="+escape("绿化"))).codes(); got != "P2" {
				t.Error(got)
			}
		},
		spec + "ogcapi-features-3/1.0/conf/filter":          keeps(map[string]string{"code = 'P1'": "P1"}),
		spec + "ogcapi-features-3/1.0/conf/features-filter": keeps(map[string]string{"S_INTERSECTS(geom, POINT(121.36 31.19))": "P1"}),
		spec + "ogcapi-features-5/1.0/conf/schemas": func(t *testing.T) {
			checkProperties(t, s, "/schema", "id", "code", "light", "name", "investment", "geometry")
		},
		spec + "ogcapi-features-5/1.0/conf/core-roles-features": func(t *testing.T) { checkRoles(t, s) },

		spec + "cql2/1.0/conf/cql2-text":  keeps(map[string]string{"category = '绿化' OR code = 'P1'": "P1 P2"}),
		spec + "cql2/1.0/conf/cql2-json":  keeps(map[string]string{`{"op":"<","args":[{"property":"code"},"P3"]}`: "P1 P2"}),
		spec + "cql2/1.0/conf/basic-cql2": keeps(map[string]string{"NOT (level = '区属') AND code >= 'P2'": "P4", "investment IS NULL AND code <> 'P5'": "P2 P3 P4", "outcome_date = DATE('2022-10-20')": "P2"}),
		spec + "cql2/1.0/conf/advanced-comparison-operators": keeps(map[string]string{
			"code LIKE 'P%' AND code BETWEEN 'P2' AND 'P3'": "P2 P3", "code IN ('P1','P5')": "P1 P5", "investment BETWEEN 2 AND 3": "P1"}),
		spec + "cql2/1.0/conf/case-insensitive-comparison":   keeps(map[string]string{"CASEI(name) = CASEI('项目p1')": "P1"}),
		spec + "cql2/1.0/conf/accent-insensitive-comparison": keeps(map[string]string{"ACCENTI(name) = ACCENTI('项目P1')": "P1"}),
		spec + "cql2/1.0/conf/basic-spatial-functions":       keeps(map[string]string{"S_INTERSECTS(geom, BBOX(121.355,31.18,121.365,31.2))": "P1"}),
		spec + "cql2/1.0/conf/spatial-functions": keeps(map[string]string{
			"S_WITHIN(geom, POLYGON((121.39 31.18,121.42 31.18,121.42 31.21,121.39 31.21,121.39 31.18)))": "P4", "S_CONTAINS(geom, POINT(121.405 31.195))": "P4",
			"S_DISJOINT(geom, BBOX(121.35,31.18,121.45,31.28))": "P5", "S_EQUALS(geom, POINT(121.41 31.25))": "P2", "S_TOUCHES(geom, POINT(121.37 31.2))": "P3",
			"S_CROSSES(geom, LINESTRING(121.37 31.27,121.44 31.2))": "P3", "S_OVERLAPS(geom, BBOX(121.405,31.195,121.5,31.3))": "P4"}),
		spec + "cql2/1.0/conf/temporal-functions": keeps(map[string]string{"T_AFTER(outcome_date, DATE('2022-11-01'))": "P1", "T_BEFORE(outcome_date, DATE('2022-11-01'))": "P2",
			"T_EQUALS(outcome_date, DATE('2022-12-31'))": "P1", "T_DISJOINT(outcome_date, INTERVAL('2022-12-01','..'))": "P2", "T_INTERSECTS(outcome_date, INTERVAL('2022-10-01','2022-11-01'))": "P2",
			"T_DURING(INTERVAL(outcome_date,outcome_date), INTERVAL('2022-10-01','2022-11-01'))": "P2", "T_CONTAINS(INTERVAL('2022-12-01','..'), INTERVAL(outcome_date,outcome_date))": "P1"}),
		spec + "cql2/1.0/conf/property-property": keeps(map[string]string{"name <> code AND investment = investment": "P1"}),
		spec + "cql2/1.0/conf/arithmetic":        keeps(map[string]string{"investment * 2 + 1 = 6": "P1"}),
	}
}

func checkMedia(t *testing.T, s *service, path, want string) {
	if g := s.get(path); g.status != http.StatusOK || g.header.Get("Content-Type") != want {
		t.Errorf("%s: %d, %s", path, g.status, g.header.Get("Content-Type"))
	}
}

// checkCore follows every link from the landing page on.
func checkCore(t *testing.T, s *service) {
	seen, left := map[string]bool{}, []string{s.base + "/ogc"}
	for len(left) > 0 {
		at := left[0]
		left = left[1:]
		if seen[at] || strings.Contains(at, "f=html") {
			continue
		}
		seen[at] = true
		g := s.get(strings.TrimPrefix(at, s.base))
		if g.status != http.StatusOK {
			t.Errorf("%s: %d", at, g.status)
		}
		type links struct{ Links []struct{ Href string } }
		doc := decode[struct {
			links
			Collections, Features []links
		}](t, g)
		for _, group := range append(append(doc.Collections, doc.Features...), doc.links) {
			for _, l := range group.Links {
				left = append(left, l.Href)
			}
		}
	}
	if len(seen) < 35 {
		t.Errorf("only %d documents were found", len(seen))
	}
}

// checkOpenAPI asks every path that the definition names; that it is valid, and what
// is answered as it says, every test holds (see witness).
func checkOpenAPI(t *testing.T, s *service) {
	checkMedia(t, s, "/ogc/api", "application/vnd.oai.openapi+json;version=3.0")
	doc := ogcDefinition(t, s)
	want := 9
	for _, l := range append(city.Layers(), figureLayer()) {
		if want += 6; l.Geometry != geo.NoGeometry {
			want += 3
		}
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.0.") || doc.Paths.Len() != want {
		t.Errorf("version %q, %d paths, want %d", doc.OpenAPI, doc.Paths.Len(), want)
	}
	for path := range doc.Paths.Map() {
		if !strings.Contains(path, "{") {
			if g := s.get("/ogc" + path); g.status != http.StatusOK {
				t.Errorf("%s: %d", path, g.status)
			}
		}
	}
}

func ogcDefinition(t *testing.T, s *service) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(s.get("/ogc/api").body)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	return doc
}

// checkCRS asks for a feature in each system that the collection lists and holds
// it against that system's box.
// checkCRS holds that each system of the service is listed by a collection that
// lies in it, answers there, and is refused by name elsewhere.
func checkCRS(t *testing.T, s *service) {
	all := decode[struct{ CRS []string }](t, s.get("/ogc/collections")).CRS
	listed := decode[struct{ CRS []string }](t, s.get("/ogc/collections/project")).CRS
	if len(all) != 68 || len(listed) != 22 { // of the zones, those within 10° of 121.4°
		t.Errorf("%d systems, %d of the projects", len(all), len(listed))
	}
	for _, uri := range all {
		g := s.get(projects + "?limit=1&crs=" + escape(uri))
		if !slices.Contains(listed, uri) {
			if g.status != http.StatusBadRequest || decode[problem](t, g).Parameter != "crs" {
				t.Errorf("%s: %d %s", uri, g.status, g.body)
			}
			continue
		}
		var p struct{ Coordinates [2]float64 }
		if err := json.Unmarshal(decode[listing](t, g).Features[0].Geometry, &p); err != nil {
			t.Fatal(err)
		}
		if got := g.header.Get("Content-Crs"); got != "<"+uri+">" {
			t.Errorf("Content-Crs %s of %s", got, uri)
		}
		a, b, d := p.Coordinates[0], p.Coordinates[1], 0.001
		if strings.HasSuffix(uri, "CRS84") && (a != 121.36 || b != 31.19) || strings.HasSuffix(uri, "4490") && (b != 121.36 || a != 31.19) {
			t.Errorf("%s: %v", uri, p)
		}
		boxes := []string{ftoa(a-d) + "," + ftoa(b-d) + "," + ftoa(a+d) + "," + ftoa(b+d)}
		if !strings.HasSuffix(uri, "CRS84") && !strings.HasSuffix(uri, "3857") { // clients that take x first everywhere
			boxes = append(boxes, ftoa(b-d)+","+ftoa(a-d)+","+ftoa(b+d)+","+ftoa(a+d))
		}
		for _, box := range boxes {
			if got := decode[listing](t, s.get(projects+"?bbox-crs="+escape(uri)+"&bbox="+box)).codes(); got != "P1" {
				t.Errorf("%s: the box %s finds %q", uri, box, got)
			}
		}
	}
}

type schemaListing struct {
	Properties map[string]struct {
		Role string `json:"x-ogc-role"`
	}
}

func checkProperties(t *testing.T, s *service, of string, names ...string) {
	checkMedia(t, s, "/ogc/collections/project"+of, "application/schema+json")
	doc := decode[schemaListing](t, s.get("/ogc/collections/project"+of))
	for _, name := range names {
		if _, ok := doc.Properties[name]; !ok {
			t.Errorf("%s lacks %s", of, name)
		}
	}
	if of == "/schema" {
		for name := range decode[listing](t, s.get(projects)).Features[0].Properties {
			if _, ok := doc.Properties[name]; !ok {
				t.Errorf("the schema lacks %s", name)
			}
		}
	}
}

func checkRoles(t *testing.T, s *service) {
	doc := decode[schemaListing](t, s.get("/ogc/collections/project/schema")).Properties
	if doc["id"].Role != "id" || doc["geometry"].Role != "primary-geometry" || doc["outcome_date"].Role != "primary-instant" {
		t.Errorf("roles %+v", doc)
	}
}
