package api_test

import (
	"net/http"
	"testing"
)

// A page finds its files relative to itself: with a slash behind its name it
// would look for them in a folder that is not there.
func TestAPageHasOneAddress(t *testing.T) {
	s := start(t, openStore(t), setting{basePath: "/yiping"})
	s.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for asked, want := range map[string]string{
		"/field/?district=310107": "/yiping/field?district=310107",
		"//field//":               "/yiping/field",
	} {
		res, err := s.Client().Get(s.base + asked)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusPermanentRedirect || got != want {
			t.Errorf("%s: %d to %q, want %q", asked, res.StatusCode, got, want)
		}
	}
	if g := s.get("/field"); g.status != http.StatusOK || g.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("/field: %d, %v", g.status, g.header)
	}
	if g := s.get("/field-worker.js"); g.status != http.StatusOK || g.header.Get("Cache-Control") != "no-cache" || g.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("the service worker: %d, %v", g.status, g.header)
	}
}
