package api_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yiping/api"
	"yiping/geo/city"
)

// faulty is a request that must be refused, and how.
type faulty struct {
	method, path, secret, body string
	header                     []string
	status                     int
	kind, parameter, allow     string
}

// Ways to ask for either language (RFC 9110 §12.5.4).
var (
	inZH = []string{"zh-CN", "zh", "zh-TW,en;q=0.8", "en;q=0.2, zh;q=0.3", "fr, zh;q=0.5", "de", "*", "", "en;q=0", "x;;q"}
	inEN = []string{"en", "en-GB,en;q=0.9", "en-US, zh;q=0.9", "fr, en;q=0.1", "zh;q=0.1, en;q=0.7"}
)

// tells holds that a request is refused as it must be, in both languages and to HEAD.
func (s *service) tells(n int, f faulty) {
	s.t.Helper()
	for lang, asked := range map[string][]string{"zh": inZH, "en": inEN} {
		header := append([]string{"Accept-Language", asked[n%len(asked)]}, f.header...)
		g := s.send(f.method, f.path, f.secret, f.body, header...)
		complain := func(format string, args ...any) {
			s.t.Helper()
			s.t.Errorf("%s %s %.80s %v: %s: %d %.300s", f.method, f.path, f.body, header, fmt.Sprintf(format, args...), g.status, g.body)
		}
		p := soundProblem(g, lang, complain)
		if g.status != f.status || f.kind != "" && p.Type != "urn:yiping:problem:"+f.kind || p.Parameter != f.parameter {
			complain("want %d %s for %q", f.status, f.kind, f.parameter)
		}
		if g.header.Get("Allow") != f.allow || (g.status == http.StatusUnauthorized) != (g.header.Get("WWW-Authenticate") != "") {
			complain("Allow %q, want %q; WWW-Authenticate %q", g.header.Get("Allow"), f.allow, g.header.Get("WWW-Authenticate"))
		}
		if g.header.Get("ETag") != "" || g.header.Get("Cache-Control") != "no-store" || !strings.Contains(strings.Join(g.header.Values("Vary"), ","), "Accept-Language") {
			complain("kept as %v", g.header)
		}
	}
	if f.method != http.MethodGet {
		return
	}
	if g := s.send(http.MethodHead, f.path, f.secret, "", f.header...); g.status != f.status || len(g.body) > 0 || g.header.Get("Content-Type") != "application/problem+json" {
		s.t.Errorf("HEAD %s: %d, %d bytes of %s", f.path, g.status, len(g.body), g.header.Get("Content-Type"))
	}
}

// openBelow gives an office that lives under a path of its own.
func openBelow(t *testing.T, configure func(*api.Config)) *office {
	t.Helper()
	store := openOffice(t, openStore(t)).store
	return &office{start(t, store, setting{basePath: "/city", configure: configure})}
}

// patternOf finds the addresses of a route.
func patternOf(template string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{([a-z]+)(:[^}]*)?\\\}`).ReplaceAllStringFunc(regexp.QuoteMeta(template), func(m string) string {
		if strings.Contains(m, ":") {
			return `.*`
		}
		return `[^/]+`
	}) + "$")
}

// Every address that there is refuses the methods it has not, and says which it has.
func TestEveryAddressTellsItsMethods(t *testing.T) {
	o := openBelow(t, nil)
	table := accesses(o)
	routes := api.Routes(o.handler)
	addresses := map[string]bool{"/": true, "/field": true, "/api/docs": true, "/assets/main-abc1.js": true, "/ogc/collections": true, "/ogc/collections/project/tiles/WebMercatorQuad/11/836/1714": true}
	for name, a := range table {
		_, template, _ := strings.Cut(name, " ")
		if a.path == "" && strings.Contains(template, "{") {
			continue // it has others
		}
		path, _, _ := strings.Cut(cmp.Or(a.path, template), "?")
		addresses[o.named(path)] = true
	}
	for n, path := range slices.Sorted(maps.Keys(addresses)) {
		has := map[string]bool{}
		for _, r := range routes {
			has[r.Method] = has[r.Method] || patternOf(r.Path).MatchString(path)
		}
		page := !slices.ContainsFunc(routes, func(r api.Route) bool { return patternOf(r.Path).MatchString(path) })
		has[http.MethodGet] = has[http.MethodGet] || page
		has[http.MethodHead] = has[http.MethodGet] && !strings.HasPrefix(path, "/api/session/oidc") // which begins or ends something
		var allow []string
		for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if has[m] {
				allow = append(allow, m)
			}
		}
		for _, m := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if !has[m] {
				o.tells(n, faulty{method: m, path: path, status: 405, kind: "method-not-allowed", allow: strings.Join(allow, ", ")})
			}
		}
	}
	if len(addresses) < 50 {
		t.Errorf("only %d addresses", len(addresses))
	}
}

// loose are the routes that take any parameter: probes, pages and a provider's way back.
var loose = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true, "/api/session/oidc": true, "/api/session/oidc/callback": true}

// A parameter that a route does not have, or that is given twice, is refused by name.
func TestEveryRouteRefusesParametersItHasNot(t *testing.T) {
	o := openBelow(t, nil)
	secret := o.all("writer")
	paths := map[string]string{} // method and address
	for name, a := range accesses(o) {
		method, template, _ := strings.Cut(name, " ")
		if a.path == "" || loose[template] || a.kind == forUser {
			continue
		}
		paths[method+" "+o.named(a.path)] = a.body
	}
	for _, rest := range []string{"", "/api", "/conformance", "/collections", "/collections/project", "/collections/project/schema", "/collections/project/queryables", "/collections/figure/items", "/collections/project/items/1",
		"/tiles", "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/11/836/1714", "/collections/project/tiles", "/collections/project/tiles/WebMercatorQuad", "/collections/project/tiles/WebMercatorQuad/11/836/1714", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"} {
		paths["GET /ogc"+rest] = ""
	}
	n := 0
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		method, path, _ := strings.Cut(name, " ")
		more := "?"
		if strings.Contains(path, "?") {
			more = "&"
		}
		f := faulty{method: method, path: path + more + "no-such=1", secret: secret, body: paths[name], status: 400, parameter: "no-such"}
		if method == http.MethodPost && strings.HasSuffix(path, "/api/session") {
			f.secret = ""
		}
		n++
		o.tells(n, f)
		if method == http.MethodGet {
			f.path, f.parameter = path+more+"min-cursor=1&min-cursor=2", "min-cursor"
			o.tells(n, f)
		}
	}
	if n < 60 {
		t.Errorf("only %d routes", n)
	}
}

// What an address names and is not there is refused by the name of its part.
func TestEveryAddressNamesWhatIsWrongInIt(t *testing.T) {
	o := openBelow(t, nil)
	secret := o.all("writer")
	wrong := map[string]map[string]int{
		"layer": {"nowhere": 404, "%20": 404}, "layers": {"nowhere": 404, "project,nowhere": 404, "%20": 404},
		"id": {"9007199254740991": 404, "x": 400, "0": 400, "-1": 400, "code:nowhere": 404}, "row": {"9007199254740991": 404, "x": 400},
		"date": {"yesterday": 400, "2022-13": 400}, "year": {"x": 400, "99999": 400}, "district": {"nowhere": 404}, "name": {"nowhere": 404},
		"z": {"x": 400, "23": 400}, "x": {"-1": 400, "99999": 400}, "y": {"x": 400},
	}
	n := 0
	for name, a := range accesses(o) {
		method, template, _ := strings.Cut(name, " ")
		if a.path == "" || strings.Contains(template, ":") {
			continue
		}
		base := probeOf(t, method, template, o.named(a.path))
		for part := range base.path {
			if wrong[part] == nil {
				t.Errorf("%s: say what is wrong for %s", template, part)
			}
			for value, status := range wrong[part] {
				c := base.clone()
				c.path[part] = "VALUE"
				n++
				o.tells(n, faulty{method: method, path: strings.Replace(c.address(), "VALUE", value, 1), secret: secret, body: a.body, status: status, parameter: part})
			}
		}
	}
	for path, parameter := range map[string]string{
		"/api/nothing": "", "/ogc/nothing": "", "/ogc/collections/nowhere": "collectionId", "/ogc/collections/nowhere/items": "collectionId", "/ogc/collections/project/items/0": "featureId", "/nothing": "", "/assets/nothing.js": "",
		"/tiles/project": "", "/tiles/nowhere.json": "layers", "/ogc/collections/project/tiles/Elsewhere": "", "/archives/nowhere.pmtiles": "name", "/archives/project": "", "/api/docs/": "", "/field/x": "",
	} {
		n++
		if path == "/api/docs/" {
			continue // a page with a slash behind it is sent to its own address
		}
		o.tells(n, faulty{method: "GET", path: path, status: 404, parameter: parameter})
	}
	outside := *o.service
	outside.base = o.URL
	outside.tells(n, faulty{method: "GET", path: "/api/overview", status: 404, kind: "unknown-route"})
	for _, part := range []string{"x/836/1714=tileMatrix", "11/9999/1714=tileRow", "11/836/-1=tileCol"} {
		address, parameter, _ := strings.Cut(part, "=")
		o.tells(n, faulty{method: "GET", path: "/ogc/collections/project/tiles/WebMercatorQuad/" + address, status: 400, kind: "tile-out-of-range", parameter: parameter})
	}
}

// Bodies that are too large, of another type or no JSON, and writing without a token.
func TestEveryWritingRouteTellsWhatIsWrongWithItsBody(t *testing.T) {
	o := openBelow(t, nil)
	secret := o.all("writer")
	samples := o.samples()
	for n, w := range api.Writings() {
		c := samples[w.Name]
		ask := faulty{method: w.Method, path: c.path, secret: secret, body: c.body}
		tell := func(change func(*faulty)) {
			f := ask
			change(&f)
			o.tells(n, f)
		}
		tell(func(f *faulty) { f.secret, f.status, f.kind = "", 401, "unauthorized" })
		tell(func(f *faulty) {
			f.header, f.status, f.kind = []string{"Sec-Fetch-Site", "cross-site"}, 403, "cross-origin"
		})
		tell(func(f *faulty) {
			f.header, f.status, f.parameter = []string{"Idempotency-Key", strings.Repeat("k", 201)}, 400, "Idempotency-Key"
		})
		if c.body == "" {
			continue
		}
		tell(func(f *faulty) {
			f.header, f.status, f.kind, f.parameter = []string{"Content-Type", "text/plain"}, 415, "media-type", "Content-Type"
		})
		tell(func(f *faulty) { f.body, f.status = `{"`, 400 })
		tell(func(f *faulty) { f.body, f.status = `[1]`, 400 })
		tell(func(f *faulty) { f.body, f.status = c.body+`{}`, 400 })
		tell(func(f *faulty) {
			f.body, f.status, f.parameter = strings.Replace(c.body, "{", `{"no_such":1,`, 1), 400, "no_such"
		})
		if w.Method != http.MethodPatch {
			tell(func(f *faulty) { f.body, f.status, f.parameter = "", 400, "" })
		}
		if !strings.HasPrefix(w.Path, "/ogc") { // those may have 32 MB: see below
			tell(func(f *faulty) {
				f.body, f.status, f.kind = `{"a":"`+strings.Repeat("a", 8<<20)+`"}`, 413, "too-large"
			})
		}
	}
	o.tells(0, faulty{method: "POST", path: "/ogc/collections/project/items", secret: secret, body: strings.Repeat(" ", 32<<20+1), status: 413, kind: "too-large"})
	for n, c := range []struct {
		body, parameter string
		status          int
		header          []string
	}{
		{`{"user":"x"}`, "password", 400, nil}, {`{"password":"x"}`, "user", 400, nil}, {`{"user":1,"password":"x"}`, "user", 400, nil}, {`{"nobody":1}`, "nobody", 400, nil}, {``, "", 400, nil}, {`{`, "", 400, nil},
		{`{"user":"x"}`, "Content-Type", 415, []string{"Content-Type", "text/plain"}}, {`{"user":"` + strings.Repeat("a", 9<<10) + `"}`, "", 413, nil}, {`{"user":"x"}`, "", 403, []string{"Origin", "https://elsewhere.example"}},
	} {
		o.tells(n, faulty{method: "POST", path: "/api/session", body: c.body, header: c.header, status: c.status, parameter: c.parameter})
	}
}

// Conditions and forms that cannot be met.
func TestConditionsThatCannotBeMetAreTold(t *testing.T) {
	o := openBelow(t, nil)
	secret := o.all("writer")
	item := fmt.Sprint("/ogc/collections/project/items/", lookup(t, o.store, city.Project, "W1"))
	strict := openBelow(t, func(c *api.Config) { c.RequireMatch = true })
	other := strict.all("writer")
	strictItem := fmt.Sprint("/ogc/collections/project/items/", lookup(t, strict.store, city.Project, "W1"))
	for n, c := range []struct{ method, body string }{
		{"PUT", o.samples()["replace feature"].body}, {"PATCH", `{"properties":{"name":"改"}}`}, {"DELETE", ""},
	} {
		for _, tag := range []string{`"999-x"`, `W/"999-x"`, `nonsense`, `"`} {
			o.tells(n, faulty{method: c.method, path: item, secret: secret, body: c.body, header: []string{"If-Match", tag}, status: 412, kind: "overtaken", parameter: "If-Match"})
		}
		strict.tells(n, faulty{method: c.method, path: strictItem, secret: other, body: c.body, status: 428, kind: "precondition-required", parameter: "If-Match"})
	}
	for n, f := range []faulty{
		{header: []string{"If-Match", `"older"`}, status: 412, kind: "overtaken", parameter: "If-Match"},
		{header: []string{"If-Unmodified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"}, status: 412, kind: "overtaken", parameter: "If-Unmodified-Since"},
		{header: []string{"Range", "bytes=99999999-"}, status: 416, kind: "no-such-range", parameter: "Range"},
	} {
		f.method, f.path = "GET", "/archives/310105.pmtiles"
		o.tells(n, f)
	}
	for n, path := range []string{"", "/api", "/conformance", "/collections", "/collections/project", "/collections/project/schema", "/collections/project/queryables", "/collections/project/items", item[len("/ogc"):], "/tiles", "/tiles/WebMercatorQuad", "/tileMatrixSets"} {
		o.tells(n, faulty{method: "GET", path: "/ogc" + path, header: []string{"Accept", "image/png, application/xml;q=0.5"}, status: 406, kind: "not-acceptable", parameter: "Accept"})
	}
	// What has one form is given in it, whatever is liked better (RFC 9110 §12.5.1).
	for _, path := range []string{"/api/overview", "/tiles/project/11/1714/836.mvt", "/style.json"} {
		if g := o.get(path, "Accept", "application/xml"); g.status != http.StatusOK {
			t.Errorf("%s: %d", path, g.status)
		}
	}
}

// Before the data is there every reader is told to wait.
func TestBeingAwayIsTold(t *testing.T) {
	o := openOffice(t, openStore(t))
	s := start(t, o.store, setting{basePath: "/city", unloaded: true})
	n := 0
	for name, a := range accesses(o) {
		if method, _, _ := strings.Cut(name, " "); method == http.MethodGet && a.kind == toReaders && !loose[a.path] {
			n++
			s.tells(n, faulty{method: "GET", path: o.named(a.path), status: 503, kind: "not-loaded"})
		}
	}
	if n < 25 {
		t.Errorf("only %d routes", n)
	}
}
