package api_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"yiping/api"
	"yiping/geo"
)

// idp is an OpenID Connect provider: discovery, keys, and tokens with real
// signatures for a code that was drawn with a PKCE challenge.
type idp struct {
	*httptest.Server
	t      *testing.T
	key    *rsa.PrivateKey
	codes  map[string]url.Values // what each code was asked with
	claims map[string]any        // of the next ID token, over what is right
	forge  bool                  // sign with a key that is not published
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, key: key, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		user, secret, _ := r.BasicAuth()
		asked := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if asked == nil || user != "yiping" || secret != "s3cret" || asked.Get("code_challenge_method") != "S256" ||
			base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") || r.FormValue("redirect_uri") != asked.Get("redirect_uri") {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.sign(asked.Get("nonce"))})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *idp) sign(nonce string) string {
	now := time.Now()
	claims := map[string]any{"iss": p.URL, "aud": "yiping", "sub": "42", "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(), "nonce": nonce,
		"preferred_username": "wangwu", "name": "王五"}
	maps.Copy(claims, p.claims)
	key := p.key
	if p.forge {
		var err error
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			p.t.Fatal(err)
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	signed, err := signer.Sign(raw)
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// grant is what a person does at the provider: it gives the address one is sent
// back to.
func (p *idp) grant(location string) url.Values {
	p.t.Helper()
	u := mustURL(p.t, location)
	q := u.Query()
	if !strings.HasPrefix(location, p.URL+"/authorize?") || q.Get("response_type") != "code" || q.Get("client_id") != "yiping" || len(q.Get("code_challenge")) != 43 {
		p.t.Fatalf("sent to %s", location)
	}
	code := rand.Text()
	p.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func TestSignOnAtAProvider(t *testing.T) {
	store := openStore(t)
	p := newIDP(t)
	s := start(t, store, setting{basePath: "/yiping", configure: func(c *api.Config) {
		c.Closed = true
		c.OIDC = &api.OIDC{Issuer: p.URL, ClientID: "yiping", Secret: "s3cret", Claim: "groups", Roles: map[string]geo.Role{"重大办": geo.RoleAuditor, "建管委": geo.RoleEditor}}
	}})
	addUser(t, store, geo.User{Name: "taken", Role: geo.RoleAdmin})
	// on signs on with these claims and gives the last answer.
	on := func(b *browser, claims map[string]any, spoil func(url.Values)) got {
		t.Helper()
		p.claims = claims
		g := b.send("GET", "/api/session/oidc?next=%3Fdistrict%3D310107", nil)
		if g.status != http.StatusSeeOther {
			t.Fatalf("%d %s", g.status, g.body)
		}
		back := p.grant(g.header.Get("Location"))
		if spoil != nil {
			spoil(back)
		}
		return b.send("GET", "/api/session/oidc/callback?"+back.Encode(), nil)
	}
	groups := func(names ...string) map[string]any { return map[string]any{"groups": names} }
	with := func(m map[string]any, name string, v any) map[string]any { m[name] = v; return m }
	b := s.browser()
	if g := on(b, groups("其他", "建管委", "重大办"), nil); g.status != http.StatusSeeOther || g.header.Get("Location") != "/yiping/?district=310107" {
		t.Fatalf("%d %s %s", g.status, g.header.Get("Location"), g.body)
	}
	if a := b.who(); a.User != "wangwu" || a.Role != "auditor" {
		t.Errorf("%+v", a)
	}
	if g := b.send("GET", "/api/overview", nil); g.status != http.StatusOK {
		t.Errorf("reading: %d", g.status)
	}
	again := s.browser()
	if g := on(again, groups("建管委"), nil); g.status != http.StatusSeeOther || again.who().Role != "editor" || b.who().Role == "" {
		t.Errorf("another group: %d %+v", g.status, again.who())
	}
	for name, c := range map[string]struct {
		claims map[string]any
		spoil  func(url.Values)
	}{
		"no group of ours":        {groups("其他"), nil},
		"a new user without role": {with(groups(), "sub", "43"), nil},
		"the name of another":     {with(with(groups("重大办"), "sub", "44"), "preferred_username", "taken"), nil},
		"no subject":              {with(groups("重大办"), "sub", ""), nil},
		"given to another":        {with(groups("重大办"), "azp", "other"), nil},
		"for several, to nobody":  {with(groups("重大办"), "aud", []string{"yiping", "other"}), nil},
		"another nonce":           {with(groups("重大办"), "nonce", "x"), nil},
		"for another service":     {with(groups("重大办"), "aud", "other"), nil},
		"from another issuer":     {with(groups("重大办"), "iss", "https://elsewhere.example"), nil},
		"expired":                 {with(groups("重大办"), "exp", time.Now().Add(-time.Hour).Unix()), nil},
		"another state":           {groups("重大办"), func(v url.Values) { v.Set("state", "x") }},
		"no state":                {groups("重大办"), func(v url.Values) { v.Del("state") }},
		"another code":            {groups("重大办"), func(v url.Values) { v.Set("code", "x") }},
	} {
		c2 := s.browser()
		if g := on(c2, c.claims, c.spoil); g.status != http.StatusForbidden || c2.who().SignedIn {
			t.Errorf("%s: %d %s, then %+v", name, g.status, g.body, c2.who())
		}
	}
	if c := s.browser(); on(c, with(with(groups("重大办"), "aud", []string{"yiping", "other"}), "azp", "yiping"), nil).status != http.StatusSeeOther {
		t.Error("a token for several that was given to us is refused")
	}
	if log := s.log.String(); !strings.Contains(log, "code=%E2%80%A6") || regexp.MustCompile(`(code|state)=[A-Z0-9]{20}`).MatchString(log) {
		t.Errorf("the log holds what the provider sent along:\n%s", log)
	}
	p.forge = true
	if c := s.browser(); on(c, groups("重大办"), nil).status != http.StatusForbidden || c.who().SignedIn {
		t.Error("a signature by another key is taken")
	}
	p.forge = false
	if err := store.ChangeUser(t.Context(), "wangwu", [32]byte{}, func(u *geo.User) error { u.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if c := s.browser(); on(c, groups("重大办"), nil).status != http.StatusForbidden || c.who().SignedIn {
		t.Error("a disabled user signs on")
	}
	// A browser is told in a page, which leads back; nothing of the address is in it.
	g := s.browser().send("GET", "/api/session/oidc/callback?error=access_denied&state=%3Cb%3E", nil, "Accept", "text/html,*/*;q=0.8")
	for _, part := range []string{"未能登录", "Not signed in", "请重新登录", "sign in anew", `href="/yiping/signin"`} {
		if !strings.Contains(string(g.body), part) {
			t.Errorf("the page lacks %q: %s", part, g.body)
		}
	}
	policy := g.header.Get("Content-Security-Policy")
	if g.status != http.StatusForbidden || !strings.HasPrefix(g.header.Get("Content-Type"), "text/html") || g.header.Get("Cache-Control") != "no-store" ||
		!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(string(g.body), "<b>") {
		t.Errorf("%d %v", g.status, g.header)
	}
	// Who begins here and comes back in another browser is not let in there.
	first, second := s.browser(), s.browser()
	back := p.grant(first.send("GET", "/api/session/oidc", nil).header.Get("Location"))
	if g := second.send("GET", "/api/session/oidc/callback?"+back.Encode(), nil); g.status != http.StatusForbidden {
		t.Errorf("in another browser: %d", g.status)
	}
}
