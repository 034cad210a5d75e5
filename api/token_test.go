package api_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yiping/geo"
)

// mute is a store that cannot say what a token is while it is away.
type mute struct {
	geo.Store
	away atomic.Bool
}

func (m *mute) FindToken(ctx context.Context, hash [32]byte) (geo.Token, error) {
	if m.away.Load() {
		return geo.Token{}, geo.Errorf(geo.Unavailable, "the store is away")
	}
	return m.Store.FindToken(ctx, hash)
}

// A token that is no good is refused also where nobody needs one (RFC 6750 §3.1),
// with words for who sent it and for no cache; all else about open reading stays.
func TestABadTokenIsToldWhereReadingIsOpen(t *testing.T) {
	store := &mute{Store: openStore(t)}
	o := &office{start(t, store, setting{})}
	good := o.token(geo.Token{ID: "good", Rights: []geo.Right{geo.MayRead}})
	lost := o.token(geo.Token{ID: "lost", Rights: []geo.Right{geo.MayRead}})
	old := o.token(geo.Token{ID: "old", Rights: []geo.Right{geo.MayRead}, Expires: time.Now().Add(-time.Hour)})
	if err := store.RevokeToken(t.Context(), "lost"); err != nil {
		t.Fatal(err)
	}
	bearer := func(secret string) string { return "Bearer " + secret }
	for _, path := range []string{"/tiles/project/11/1714/836.mvt", "/tiles/project.json", "/ogc/collections/project/items", "/api/features/project", "/api/changes?wait=0", "/metrics"} {
		plain := o.get(path)
		if plain.status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, plain.status, plain.body)
		}
		for name, authorization := range map[string]string{"mistyped": bearer("yiping_x"), "revoked": bearer(lost), "expired": bearer(old), "empty": "Bearer", "of Basic": "Basic Z2lzOnlpcGluZ194"} { // gis:yiping_x
			g := o.get(path, "Authorization", authorization, "If-None-Match", plain.header.Get("ETag"))
			challenge := g.header.Get("WWW-Authenticate")
			if g.status != http.StatusUnauthorized || !strings.Contains(challenge, `error="invalid_token"`) || g.header.Get("Cache-Control") != "no-store" || !strings.Contains(string(g.body), "令牌") {
				t.Errorf("%s, %s: %d %s %v %s", path, name, g.status, challenge, g.header["Cache-Control"], g.body)
			}
		}
		for name, authorization := range map[string]string{"good": bearer(good), "a gateway's": "Basic Z2lzOmh1bnRlcjI=", "another scheme": "Negotiate abc"} {
			if g := o.get(path, "Authorization", authorization); g.status != http.StatusOK || g.header.Get("Cache-Control") != plain.header.Get("Cache-Control") {
				t.Errorf("%s, %s: %d %v", path, name, g.status, g.header)
			}
		}
	}
	store.away.Store(true) // what is open is read all the same
	if g := o.get("/api/features/project", "Authorization", bearer("yiping_never_seen")); g.status != http.StatusOK {
		t.Errorf("while the store is away: %d %s", g.status, g.body)
	}
}
