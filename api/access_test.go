package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/api"
	"yiping/geo"
)

// kind of a route by who may ask it.
type kind int

const (
	forAll    kind = iota // whoever asks, also where reading is closed
	toReaders             // who may read
	toWriters             // who has one of the rights
	forUser               // who signed in with a password
)

// access is what one route asks for.
type access struct {
	kind   kind
	path   string // a request that is answered
	rights []geo.Right
	body   string
	head   bool // GET would not end
}

// accesses is the table: a route without a row fails the test.
func accesses(o *office) map[string]access {
	out := map[string]access{
		"GET /healthz": {kind: forAll, path: "/healthz"}, "GET /readyz": {kind: forAll, path: "/readyz"},
		"GET /api/session": {kind: forAll, path: "/api/session"}, "POST /api/session": {kind: forAll, path: "/api/session", body: `{"user":"nobody"}`},
		"DELETE /api/session": {kind: forAll}, "PUT /api/session/password": {kind: forUser, path: "/api/session/password", body: `{"old":"a","new":"b"}`},
		"GET /api/session/oidc": {kind: forAll, path: "/api/session/oidc"}, "GET /api/session/oidc/callback": {kind: forAll, path: "/api/session/oidc/callback"},
		"GET /api/journal": {kind: toWriters, path: "/api/journal", rights: []geo.Right{geo.MayManage}},
		"GET /api/live":    {kind: toReaders, path: "/api/live", head: true}, "GET /api/changes": {kind: toReaders, path: "/api/changes"},
		"OPTIONS /ogc/collections/{layer}/items": {kind: forAll}, "OPTIONS /ogc/collections/{layer}/items/{id}": {kind: forAll},
	}
	for template, path := range map[string]string{
		"/api/districts": "", "/api/overview": "", "/api/features/{layer}": "/api/features/project", "/api/features/{layer}/{id}": "/api/features/project/{P1}",
		"/api/alerts": "", "/api/lights": "", "/api/warnings": "", "/api/warnings/{layer}/{id}": "/api/warnings/project/{P2}", "/api/indicators": "", "/api/tasks": "",
		"/api/log/{layer}/{id}": "/api/log/project/{P1}", "/api/problems": "", "/api/nearby": "/api/nearby?lon=121.4&lat=31.2", "/api/layers": "", "/api/history": "",
		"/api/reports/findings": "", "/api/reports/{layer}/{id}": "/api/reports/project/{P3}", "/api/periods": "/api/periods?month=2022-12", "/api/map.svg": "", "/api/map.png": "/api/map.png?width=320&height=240",
		"/api/bulletin": "/api/bulletin?district=310105&month=2022-12", "/tiles/{layers}.json": "/tiles/project.json", "/style.json": "", "/archives": "",
		"/archives/{name}.pmtiles": "/archives/310105.pmtiles", "/ogc": "", "/ogc/{path:(?s:.*)}": "/ogc/collections/project/items", "/tiles/{layers}/{z}/{x}/{y}.mvt": "/tiles/project/11/1714/836.mvt",
		"/metrics": "", "/api/openapi.json": "",
	} {
		if path == "" {
			path = template
		}
		out["GET "+template] = access{kind: toReaders, path: path}
	}
	samples := o.samples()
	for _, w := range api.Writings() {
		c := samples[w.Name]
		rights := w.Rights
		if strings.HasPrefix(w.Path, "/ogc") { // which of them, the layer says
			rights = []geo.Right{c.right}
		}
		out[w.Method+" "+w.Path] = access{kind: toWriters, path: c.path, rights: rights, body: c.body}
	}
	return out
}

// caller asks in the name of somebody.
type caller struct {
	name      string
	rights    []geo.Right
	somebody  bool
	password  bool // has one, to be changed
	refused   bool // its token is no good: 401 wherever who asks may matter
	forbidden bool // must change the password first
	ask       func(method, path, body string, header ...string) got
}

func (o *office) callers() []caller {
	type asking = func(method, path, body string, header ...string) got
	bearer := func(secret string) asking {
		return func(method, path, body string, header ...string) got {
			return o.send(method, path, secret, body, header...)
		}
	}
	session := func(u geo.User) asking {
		addUser(o.t, o.store, u)
		b := o.browser()
		b.signIn(u.Name)
		cookie := b.client.Jar.Cookies(mustURL(o.t, o.base+"/"))[0]
		return func(method, path, body string, header ...string) got { // the cookie stays, whatever the service says
			return o.send(method, path, "", body, append(header, "Cookie", cookie.Name+"="+cookie.Value, "Sec-Fetch-Site", "same-origin")...)
		}
	}
	out := []caller{{name: "anonymous", ask: bearer("")}}
	for _, r := range geo.Roles {
		out = append(out, caller{name: string(r), rights: r.Rights(), somebody: true, password: true, ask: session(geo.User{Name: "a-" + string(r), Role: r})})
	}
	display := []geo.Right{geo.MayRead}
	out = append(out,
		caller{name: "display", rights: display, somebody: true, ask: bearer(o.token(geo.Token{ID: "wall", Rights: display, Display: true}))},
		caller{name: "must change", somebody: true, password: true, forbidden: true, ask: session(geo.User{Name: "fresh", Role: geo.RoleAdmin, MustChange: true})},
		caller{name: "disabled", ask: session(geo.User{Name: "gone", Role: geo.RoleAdmin})},
		caller{name: "expired", refused: true, ask: bearer(o.token(geo.Token{ID: "old", Rights: geo.Rights, Expires: time.Now().Add(-time.Hour)}))},
		caller{name: "unknown", refused: true, ask: bearer(geo.SecretPrefix + "mistyped")},
		caller{name: "empty", refused: true, ask: func(method, path, body string, header ...string) got {
			return o.send(method, path, "", body, append(header, "Authorization", "Bearer ")...)
		}},
		caller{name: "revoked", refused: true, ask: bearer(o.all("lost"))})
	if err := o.store.RevokeToken(o.t.Context(), "lost"); err != nil {
		o.t.Fatal(err)
	}
	if err := o.store.ChangeUser(o.t.Context(), "gone", [32]byte{}, func(u *geo.User) error { u.Disabled = true; return nil }); err != nil {
		o.t.Fatal(err)
	}
	gone := out[slices.IndexFunc(out, func(c caller) bool { return c.name == "disabled" })]
	eventually(o.t, "the disabled user is out", func() bool { return !decode[sessionAnswer](o.t, gone.ask("GET", "/api/session", "")).SignedIn })
	return out
}

// want gives the status that a caller is refused with; 0 where it is not.
func (a access) want(c caller, closed bool) int {
	has := slices.ContainsFunc(a.rights, func(r geo.Right) bool { return slices.Contains(c.rights, r) })
	switch {
	case !c.refused && (a.kind == forAll || a.kind == toReaders && !closed):
		return 0
	case a.kind == forAll: // only what asks who it is minds a token that is no good
		if a.path == "/api/session" && a.body == "" {
			return http.StatusUnauthorized
		}
		return 0
	case c.refused, !c.somebody:
		return http.StatusUnauthorized
	case a.kind == forUser && !c.password:
		return http.StatusForbidden
	case a.kind == forUser:
		return 0
	case c.forbidden, a.kind == toReaders && !slices.Contains(c.rights, geo.MayRead), a.kind == toWriters && !has:
		return http.StatusForbidden
	}
	return 0
}

// Every route is asked by everybody, with reading public and closed.
func TestEveryRouteByEveryRole(t *testing.T) {
	for _, closed := range []bool{false, true} {
		t.Run(fmt.Sprint("closed ", closed), func(t *testing.T) {
			o := &office{openOffice(t, openStore(t)).with(func(c *api.Config) { c.Closed = closed })}
			table, callers := accesses(o), o.callers()
			for _, fault := range uncovered(api.Routes(o.handler), table) {
				t.Error(fault)
			}
			for _, route := range api.Routes(o.handler) {
				name := route.Method + " " + route.Path
				a, ok := table[name]
				if !ok {
					continue
				}
				if name == "DELETE /api/session" {
					continue // it would end the sessions of this test: see TestAUserSignsInWritesAndSignsOut
				}
				method := route.Method
				if a.head {
					method = http.MethodHead
				}
				for _, c := range callers {
					got := c.ask(method, a.path, a.body).status
					want := a.want(c, closed)
					refused := got == http.StatusUnauthorized || got == http.StatusForbidden
					if want != 0 && got != want || want == 0 && (refused || got >= 500 || got == http.StatusNotFound && a.kind != toWriters && !strings.HasPrefix(a.path, "/api/session/oidc")) {
						t.Errorf("%s by %s: %d, want %d", name, c.name, got, want)
					}
				}
			}
			for _, path := range []string{"/", "/field", "/api/docs", "/assets/main-abc1.js"} { // where one signs in, one has not yet
				if g := o.get(path); g.status != http.StatusOK {
					t.Errorf("page %s: %d", path, g.status)
				}
			}
		})
	}
}

// uncovered tells routes without a row, and rows without a route.
func uncovered(routes []api.Route, table map[string]access) (faults []string) {
	there := map[string]bool{}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		there[name] = true
		if _, ok := table[name]; !ok {
			faults = append(faults, "route "+name+" has no row: say who may ask it")
		}
	}
	for name := range table {
		if !there[name] {
			faults = append(faults, "there is no route "+name)
		}
	}
	return faults
}

// A row less, or one too many, is told, whichever it is.
func TestNoRouteIsForgotten(t *testing.T) {
	o := openOffice(t, openStore(t))
	routes, table := api.Routes(o.handler), accesses(o)
	if len(routes) < 50 || len(uncovered(routes, table)) > 0 {
		t.Fatalf("%d routes: %v", len(routes), uncovered(routes, table))
	}
	for name, a := range table {
		delete(table, name)
		if faults := uncovered(routes, table); len(faults) != 1 || !strings.Contains(faults[0], name+" has no row") {
			t.Errorf("without the row of %s: %v", name, faults)
		}
		table[name] = a
	}
	table["GET /api/none"] = access{}
	if faults := uncovered(routes, table); len(faults) != 1 {
		t.Errorf("with a row too many: %v", faults)
	}
}

// Who is refused is so however the route is asked: by HEAD, by the method in a
// header, with letters of the path encoded, under a base path. What is almost the
// path gives nothing.
func TestRefusalsHoldHoweverARouteIsAsked(t *testing.T) {
	store := openStore(t)
	openOffice(t, store)
	o := &office{start(t, store, setting{basePath: "/yiping", configure: func(c *api.Config) { c.Closed = true }})}
	table, held := accesses(o), 0
	for _, c := range o.callers() {
		if c.name != "anonymous" && c.name != "must change" && c.name != "revoked" {
			continue
		}
		for name, a := range table {
			want := a.want(c, true)
			if want == 0 {
				continue
			}
			method, _, _ := strings.Cut(name, " ")
			path, query, _ := strings.Cut(a.path, "?")
			if query != "" {
				query = "?" + query
			}
			exactly := func(how string, g got) {
				t.Helper()
				if held++; g.status != want {
					t.Errorf("%s by %s, %s: %d, want %d", name, c.name, how, g.status, want)
				}
			}
			first := fmt.Sprintf("/%%%02X", path[1])
			exactly("encoded", c.ask(method, first+path[2:]+query, a.body))
			if method == http.MethodGet {
				exactly("HEAD", c.ask(http.MethodHead, path+query, ""))
			}
			if method == http.MethodPut || method == http.MethodPatch || method == http.MethodDelete {
				exactly("overriding", c.ask(http.MethodPost, path+query, a.body, "X-HTTP-Method-Override", method))
			}
			for how, at := range map[string]string{"slash behind": path + "/", "two slashes": "/" + path, "dots": "/x/.." + path, "upper case": "/" + strings.ToUpper(path[1:2]) + path[2:]} {
				if g := c.ask(method, at+query, a.body); g.status < 300 || g.status >= 500 {
					t.Errorf("%s by %s, %s: %d %.200s", name, c.name, how, g.status, g.body)
				}
			}
			for _, other := range []string{"TRACE", "PROPFIND", "GETX"} {
				if g := c.ask(other, path+query, ""); g.status < 400 || g.status >= 500 {
					t.Errorf("%s by %s, by %s: %d", name, c.name, other, g.status)
				}
			}
		}
	}
	if held < 200 {
		t.Errorf("only %d refusals were looked at", held)
	}
}

func closeReading(c *api.Config) { c.Closed = true }
