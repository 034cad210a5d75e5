package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// No page of another site makes a browser write, sign in or sign out, by any route.
func TestNothingIsWrittenAcrossSites(t *testing.T) {
	o := openOffice(t, openStore(t))
	addUser(t, o.store, geo.User{Name: "admin", Role: geo.RoleAdmin})
	b := o.browser()
	b.signIn("admin")
	cookie := b.client.Jar.Cookies(mustURL(t, o.base))[0]
	tried := 0
	for name, a := range accesses(o) {
		method, path, _ := strings.Cut(name, " ")
		if method == http.MethodGet || method == http.MethodOptions {
			continue
		}
		if a.path == "" {
			a.path = path
		}
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.example"}, {"Origin", "null"}} {
			for _, way := range []string{method, http.MethodPost} { // also by the method in a header
				tried++
				g := o.send(way, a.path, "", a.body, "Cookie", cookie.Name+"="+cookie.Value, header[0], header[1], "X-HTTP-Method-Override", method)
				if g.status != http.StatusForbidden || decode[problem](t, g).Type != "urn:yiping:problem:cross-origin" || g.header.Get("Set-Cookie") != "" {
					t.Errorf("%s with %s: %d %s", name, header, g.status, g.body)
				}
			}
		}
	}
	if tried < 100 || !b.who().SignedIn {
		t.Errorf("%d tried; the session has ended: %v", tried, !b.who().SignedIn)
	}
}

// Who writes for a district or a unit changes nothing of another, in whatever way
// that could be hidden: among others, by moving it, by naming it otherwise.
func TestNobodyWritesOutOfScope(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		o := openOffice(t, store)
		o.reach(apply(t, store,
			create(city.Device, "D2", orb.Point{121.36, 31.31}, geo.Properties{"name": "普陀的", "unit": "区水务局"}),
			create(city.Project, "O1", orb.Point{121.36, 31.32}, geo.Properties{"name": "普陀的项目", "unit": "区水务局"}),
			create(city.Record, "O1-R", nil, geo.Properties{"of_layer": "project", "of_code": "O1", "kind": "检查", "day": geo.NewDate(2022, 9, 1), "text": "别区的"}),
			create(city.Milestone, "O1-M", nil, geo.Properties{"of_layer": "project", "of_code": "O1", "name": "封顶", "planned": geo.NewDate(2022, 9, 1)})).Cursor)
		id := func(layer geo.LayerID, code string) string { return utoa(lookup(t, store, layer, code)) }
		before := string(o.get("/api/features/project/code:O1").body) + string(o.get("/ogc/collections/device/items").body)
		scopes := map[string]geo.Token{"district": {ID: "district", Rights: geo.Rights, District: "310105"}, "unit": {ID: "unit", Rights: geo.Rights, Unit: "建管委"}}
		for name, tok := range scopes {
			secret := o.token(tok)
			reading := func(code string) string {
				return `{"layer":"device","code":"` + code + `","date":"2022-09-15","values":{"pm10":41}}`
			}
			w1 := id(city.Project, "W1")
			for what, c := range map[string]struct{ method, path, body string }{
				"a reading among its own":        {"POST", "/api/readings", fmt.Sprintf(`{"key":"s-%s","system":"扬尘","readings":[%s,%s]}`, name, reading("D1"), reading("D2"))},
				"another's report":               {"PUT", "/api/reports/project/code:O1/2022-08", `{"actual_progress":70}`},
				"another's record by its own":    {"PUT", "/api/records/project/" + w1 + "/" + id(city.Record, "O1-R"), `{"done_date":"2022-12-20"}`},
				"another's milestone by its own": {"PUT", "/api/milestones/project/" + w1 + "/" + id(city.Milestone, "O1-M"), `{"actual":"2022-12-20"}`},
				"a plan of another":              {"PUT", "/api/plans/project/code:O1/2022", `{"goal":"x"}`},
				"a feature there":                {"POST", "/ogc/collections/project/items", `{"type":"Feature","geometry":{"type":"Point","coordinates":[121.36,31.32]},"properties":{"code":"N1","name":"新","unit":"区水务局"}}`},
				"its own, moved away":            {"PATCH", "/ogc/collections/project/items/" + w1, map[string]string{"district": `{"geometry":{"type":"Point","coordinates":[121.36,31.32]}}`, "unit": `{"properties":{"unit":"区水务局"}}`}[name]},
				"another's, taken":               {"PATCH", "/ogc/collections/project/items/" + id(city.Project, "O1"), `{"geometry":{"type":"Point","coordinates":[121.362,31.2]},"properties":{"unit":"建管委"}}`},
				"another's, replaced":            {"PUT", "/ogc/collections/project/items/" + id(city.Project, "O1"), newFeature},
				"another's, deleted":             {"DELETE", "/ogc/collections/project/items/" + id(city.Project, "O1"), ""},
				"periods of all":                 {"POST", "/api/periods", `{"layer":"project","district":"310107","ends":"2022-08","state":"审核"}`},
				"the register of another":        {"POST", "/api/registers/2023", `{"district":"310107"}`},
			} {
				if g := o.send(c.method, c.path, secret, c.body); g.status != http.StatusForbidden && g.status != http.StatusNotFound {
					t.Errorf("for one %s, %s: %d %s", name, what, g.status, g.body)
				}
			}
		}
		o.reach("")
		if after := string(o.get("/api/features/project/code:O1").body) + string(o.get("/ogc/collections/device/items").body); stripped(after) != stripped(before) {
			t.Errorf("something was changed:\n%s\n%s", before, after)
		}
		if refs, err := store.Lookup(t.Context(), city.Project, []string{"N1", "W1"}); err != nil || len(refs) != 1 {
			t.Errorf("%v, %v", refs, err)
		}
	})
}

// stripped leaves out what tells of when an answer was made.
func stripped(text string) string { return string(passing.ReplaceAll([]byte(text), nil)) }
