package api_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"yiping/api"
	"yiping/geo"
)

// No client takes up all live streams and long polls: who has too many open is
// refused until one ends. Behind a gateway of ours each client is counted for
// itself, and who says who it is by that.
func TestNobodyTakesUpAllStreams(t *testing.T) {
	o := openOffice(t, openStore(t))
	s := o.with(func(c *api.Config) {
		c.Streams, c.TrustedProxies = 2, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	secret := o.token(geo.Token{ID: "wall", Rights: []geo.Right{geo.MayRead}})
	const here, other, next = "192.0.2.1", "192.0.2.2", "2001:db8::1"
	from := func(address string, more ...string) []string {
		return append([]string{"X-Forwarded-For", address}, more...)
	}
	first, second := s.listen("/api/live", from(here)...), s.listen("/api/live", from(here)...)
	want[hello](first, "hello")
	_, ev := want[hello](second, "hello")
	for _, path := range []string{"/api/live", "/api/changes", "/api/changes?wait=0&since=" + escape(ev.id)} {
		for lang, says := range map[string]string{"zh": "最多 2 路实时连接", "en": "may have 2 of /api/live"} {
			g := s.get(path, from(here, "Accept-Language", lang)...)
			if p := decode[problem](t, g); g.status != http.StatusTooManyRequests || p.Type != "urn:yiping:problem:too-many-streams" || g.header.Get("Retry-After") == "" || !strings.Contains(p.Detail, says) {
				t.Errorf("%s, the third: %d, Retry-After %q: %+v", path, g.status, g.header.Get("Retry-After"), p)
			}
		}
	}
	if g := s.get("/api/changes", from(other+", "+here)...); g.status != http.StatusTooManyRequests {
		t.Errorf("with another's address put before its own: %d", g.status)
	}
	for name, header := range map[string][]string{"another address": from(other), "a token": from(here, "Authorization", "Bearer "+secret)} {
		for range 2 {
			want[hello](s.listen("/api/live", header...), "hello")
		}
		if g := s.get("/api/changes", header...); g.status != http.StatusTooManyRequests {
			t.Errorf("the third of %s: %d", name, g.status)
		}
	}
	for _, address := range []string{next + "1", next + "2"} { // one /64 is one client
		want[hello](s.listen("/api/live", from(address)...), "hello")
	}
	if g := s.get("/api/changes", from(next+"3")...); g.status != http.StatusTooManyRequests {
		t.Errorf("the third of a network: %d", g.status)
	}
	first.stop()
	until(t, func() bool { return s.get("/api/changes", from(here)...).status == http.StatusOK })
	if g := s.ask("HEAD", "/api/live", from(here)...); g.status != http.StatusOK {
		t.Errorf("HEAD where there is room: %d", g.status)
	}

	// Nobody but a gateway of ours is believed.
	alone := o.with(func(c *api.Config) { c.Streams = 1 })
	want[hello](alone.listen("/api/live", from(here)...), "hello")
	if g := alone.get("/api/changes", from(other)...); g.status != http.StatusTooManyRequests {
		t.Errorf("by an address that anybody may write: %d", g.status)
	}
}
