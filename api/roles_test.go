package api_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
)

// roleRows is what README's table of roles says that each may: acts by the names of
// their routes, and whether it may read what is closed.
var roleRows = map[geo.Role]string{
	geo.RoleViewer:  "read",
	geo.RoleField:   "read|add record|put record|problem",
	geo.RoleEditor:  "read|add record|put record|problem|delete problem|put report|drop report|add milestone|put milestone|push readings|handle warning|create feature|replace feature|update feature|delete feature|move period",
	geo.RoleAuditor: "read|add record|put record|problem|handle warning|rule|end ruling|move period|carry over|set date|issue plan|issue bulletin|district",
	geo.RoleAdmin: "read|add record|put record|problem|delete problem|put report|drop report|add milestone|put milestone|push readings|handle warning|create feature|replace feature|update feature|delete feature|move period|" +
		"rule|end ruling|carry over|set date|issue plan|issue bulletin|district|journal",
}

// Each role may what the table says, and nothing else.
func TestRolesMayWhatTheReadmeSays(t *testing.T) {
	store := openStore(t)
	o := openOffice(t, store)
	samples := o.samples()
	type asking struct{ method, path, body string }
	acts := map[string]asking{
		"read": {"GET", "/api/overview", ""}, "journal": {"GET", "/api/journal", ""},
		"problem":        {"POST", problemItems, point("NEW", 121.36, 31.19, "")},
		"delete problem": {"DELETE", problemItems + "/" + utoa(apply(t, store, create(city.Problem, "OLD", nil, geo.Properties{"name": "旧"})).IDs[0]), ""},
		"district":       {"PATCH", fmt.Sprint("/ogc/collections/district/items/", lookup(t, store, city.District, "310105")), `{"properties":{"name":"长宁区"}}`},
	}
	for name, c := range samples {
		acts[name] = asking{map[string]string{"put report": "PUT", "drop report": "DELETE", "put record": "PUT", "put milestone": "PUT", "set date": "PUT", "issue plan": "PUT", "replace feature": "PUT", "update feature": "PATCH", "delete feature": "DELETE"}[name], c.path, c.body}
		if acts[name].method == "" {
			acts[name] = asking{"POST", c.path, c.body}
		}
	}
	closed := &office{start(t, store, setting{configure: closeReading})}
	for _, role := range geo.Roles {
		addUser(t, store, geo.User{Name: "r-" + string(role), Role: role})
		b := closed.browser()
		b.signIn("r-" + string(role))
		cookie := b.client.Jar.Cookies(mustURL(t, closed.base))[0]
		may := strings.Split(roleRows[role], "|")
		for name, a := range acts {
			g := closed.send(a.method, a.path, "", a.body, "Cookie", cookie.Name+"="+cookie.Value, "Sec-Fetch-Site", "same-origin", "Idempotency-Key", "")
			let := g.status != http.StatusForbidden
			want := false
			for _, m := range may {
				want = want || m == name
			}
			if let != want || g.status == http.StatusUnauthorized || g.status >= 500 {
				t.Errorf("%s, %s: %d %.200s", role, name, g.status, g.body)
			}
		}
	}
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"| `viewer` | read what is closed |", "| `field` 外勤 | besides: enter records, enter and change problem points |",
		"| `editor` | besides: report, enter milestones, send periods to review, push readings, handle warnings, edit features |",
		"| `auditor` 审核 | read, enter records, enter and change problem points, handle warnings, confirm 督办, rule over lights, approve periods, issue plans and bulletins, carry over, set dates, edit districts, towns, units, thresholds and workdays |",
		"| `admin` | everything, and read the journal of sign-ins, `/api/journal` |"} {
		if !strings.Contains(string(readme), row) {
			t.Errorf("README lacks the row %s", row)
		}
	}
}

// The store holds no secret that lets anybody in: who has a backup of it has hashes.
func TestTheStoreHoldsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.gpkg")
	store, err := gpkg.Open(t.Context(), path, gpkg.Options{})
	opened(t, store, err)
	fill(t, store)
	s := start(t, store, setting{})
	addUser(t, store, geo.User{Name: "zhangsan", Role: geo.RoleEditor})
	token := geo.NewSecret()
	if err := store.AddToken(t.Context(), geo.Token{ID: "t", Actor: "t", Rights: geo.Rights, Hash: geo.HashSecret(token)}); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.signIn("zhangsan")
	if g := s.send("GET", "/api/session", token, ""); g.status != http.StatusOK {
		t.Fatal(g.status)
	}
	session := b.client.Jar.Cookies(mustURL(t, s.base))[0].Value
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 { // with the log of what is written
		t.Fatal(files, err)
	}
	var all string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += string(raw)
	}
	if !strings.Contains(all, "zhangsan") || !strings.Contains(all, "$argon2id$") {
		t.Fatal("the user is not in the files: the test looks in the wrong place")
	}
	for name, secret := range map[string]string{"password": goodPassword, "session": session, "token": token} {
		if strings.Contains(all, secret) {
			t.Errorf("the store holds the %s", name)
		}
	}
}
