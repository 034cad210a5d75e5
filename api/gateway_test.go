package api_test

import (
	"net/http"
	"net/netip"
	"testing"

	"yiping/api"
	"yiping/geo"
)

func TestAGatewaySaysWhoAsks(t *testing.T) {
	o := openOffice(t, openStore(t))
	addUser(t, o.store, geo.User{Name: "zhangsan", Title: "张三", Role: geo.RoleEditor, Unit: "建管委", MustChange: true})
	addUser(t, o.store, geo.User{Name: "gone", Role: geo.RoleAdmin, Disabled: true})
	behind := func(network string, role geo.Role) *service {
		return o.with(func(c *api.Config) {
			c.Closed, c.TrustedProxies = true, []netip.Prefix{netip.MustParsePrefix(network)}
			c.Gateway = &api.Gateway{Header: "X-Forwarded-User", Role: role}
		})
	}
	trusted, strict, foreign := behind("127.0.0.0/8", geo.RoleViewer), behind("127.0.0.0/8", ""), behind("192.0.2.0/24", geo.RoleAdmin)
	const report = "/api/reports/project/{W1}/2022-12"
	for name, c := range map[string]struct {
		s           *service
		user        string
		read, write int
	}{
		"a user":                  {trusted, "zhangsan", 200, 200},
		"no user here":            {trusted, "lisi", 200, 403},
		"no user, none wanted":    {strict, "lisi", 401, 401},
		"disabled":                {trusted, "gone", 401, 401},
		"nobody":                  {trusted, "", 401, 401},
		"not a name":              {trusted, "a b", 401, 401},
		"not from the gateway":    {foreign, "zhangsan", 401, 401},
		"not from it, and nobody": {foreign, "", 401, 401},
	} {
		t.Run(name, func(t *testing.T) {
			if g := c.s.get("/api/overview", "X-Forwarded-User", c.user); g.status != c.read {
				t.Errorf("reading: %d %s", g.status, g.body)
			}
			if g := c.s.send("PUT", report, "", `{"actual_progress":61}`, "X-Forwarded-User", c.user); g.status != c.write {
				t.Errorf("writing: %d %s", g.status, g.body)
			}
		})
	}
	if g := trusted.send("PUT", report, "", `{"actual_progress":62}`, "X-Forwarded-User", "zhangsan", "Sec-Fetch-Site", "cross-site"); g.status != http.StatusForbidden {
		t.Errorf("across sites: %d", g.status)
	}
	// What is meant for who the gateway names no page of another site may read.
	for user, want := range map[string]string{"zhangsan": "", "": "*"} {
		open := o.with(func(c *api.Config) {
			c.TrustedProxies, c.Gateway = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, &api.Gateway{Header: "X-Forwarded-User"}
		})
		if g := open.get("/api/overview", "X-Forwarded-User", user); g.status != http.StatusOK || g.header.Get("Access-Control-Allow-Origin") != want {
			t.Errorf("%q: %d, Access-Control-Allow-Origin %q, want %q", user, g.status, g.header.Get("Access-Control-Allow-Origin"), want)
		}
	}
	versions, err := o.store.Trace(t.Context(), "project", lookup(t, o.store, "project", "W1"), 1)
	if err != nil || versions[0].Actor != "张三 (zhangsan)" {
		t.Errorf("history %+v, %v", versions, err)
	}
	if _, err := api.New(api.Config{Gateway: &api.Gateway{Header: "X-Forwarded-User"}}); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("a gateway without trusted proxies: %v", err)
	}
}
