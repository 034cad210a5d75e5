package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"yiping/api"
	"yiping/geo"
)

// What anybody may read the pages of other sites may read too, without who asks;
// where reading is closed they may read nothing, whatever token is sent along.
func TestWhatPagesOfOtherSitesMayRead(t *testing.T) {
	for _, closed := range []bool{false, true} {
		o := &office{openOffice(t, openStore(t)).with(func(c *api.Config) { c.Closed = closed })}
		secret := o.token(geo.Token{ID: "reader", Rights: []geo.Right{geo.MayRead}})
		read := 0
		for name, a := range accesses(o) {
			method, template, _ := strings.Cut(name, " ")
			if a.path == "" || a.path == "/api/live" {
				continue
			}
			open := method == http.MethodGet && a.kind == toReaders && template != "/metrics"
			g := o.send(method, a.path, secret, a.body, "Origin", "https://elsewhere.example")
			if want := open && !closed; (g.header.Get("Access-Control-Allow-Origin") == "*") != want {
				t.Errorf("closed %v: %s: Access-Control-Allow-Origin %q", closed, name, g.header.Get("Access-Control-Allow-Origin"))
			}
			if open && g.status != http.StatusOK {
				t.Errorf("closed %v: %s: %d", closed, name, g.status)
			}
			if open {
				read++
			}
			// A header of one's own, or another method, is asked for before: no is the answer.
			p := o.send(http.MethodOptions, a.path, "", "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization")
			for _, h := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Credentials"} {
				if p.header.Get(h) != "" || strings.HasSuffix(h, "Credentials") && g.header.Get(h) != "" {
					t.Errorf("closed %v: %s is told %s %q", closed, name, h, p.header.Get(h))
				}
			}
		}
		for _, page := range []string{"/", "/field", "/api/docs"} {
			if g := o.get(page); g.status != http.StatusOK || g.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %d, %v", page, g.status, g.header)
			}
		}
		if read < 25 {
			t.Errorf("only %d routes", read)
		}
		if g := o.get("/api/overview", "Origin", "https://elsewhere.example"); closed != (g.status == http.StatusUnauthorized) || closed && slices.Contains(g.header.Values("Access-Control-Allow-Origin"), "*") {
			t.Errorf("closed %v: %d", closed, g.status)
		}
	}
}
