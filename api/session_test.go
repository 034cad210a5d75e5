package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/password"
)

const goodPassword = "一条足够长的口令2022"

// addUser keeps a user with goodPassword.
func addUser(t *testing.T, store geo.Store, u geo.User) {
	t.Helper()
	hash, err := password.Hash(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	u.Password = hash
	if err := store.AddUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}

// browser keeps cookies as one does.
type browser struct {
	s      *service
	client *http.Client
}

func (s *service) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) send(method, path string, body any, header ...string) got {
	b.s.t.Helper()
	var raw io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			b.s.t.Fatal(err)
		}
		raw = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(b.s.t.Context(), method, b.s.base+b.s.named(path), raw)
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return got{res.StatusCode, res.Header, text}
}

type sessionAnswer struct {
	SignedIn   bool
	User, Role string
	Rights     []geo.Right
	Districts  []string
	MustChange bool
	Reading    string
	SignedOut  string
}

// signIn signs a user of goodPassword in.
func (b *browser) signIn(name string) sessionAnswer {
	b.s.t.Helper()
	g := b.send("POST", "/api/session", map[string]string{"user": name, "password": goodPassword})
	if g.status != http.StatusOK {
		b.s.t.Fatalf("signing %s in: %d %s", name, g.status, g.body)
	}
	return decode[sessionAnswer](b.s.t, g)
}

func (b *browser) who() sessionAnswer {
	b.s.t.Helper()
	return decode[sessionAnswer](b.s.t, b.send("GET", "/api/session", nil))
}

func TestAUserSignsInWritesAndSignsOut(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		addUser(t, o.store, geo.User{Name: "zhangsan", Title: "张三", Role: geo.RoleEditor, Districts: []string{"310105", "310107"}, Unit: "建管委"})
		other := start(t, o.store, setting{}) // another node on the same store
		b := o.browser()
		if a := b.who(); a.SignedIn || a.Reading != "public" || len(a.Rights) != 0 {
			t.Errorf("before: %+v", a)
		}
		if a := b.signIn("zhangsan"); !a.SignedIn || a.User != "zhangsan" || a.Role != "editor" || len(a.Districts) != 2 {
			t.Errorf("answer %+v", a)
		}
		cookies := b.client.Jar.Cookies(mustURL(t, o.base))
		if len(cookies) != 1 || cookies[0].Name != "yiping" || strings.Contains(o.log.String(), cookies[0].Value) {
			t.Fatalf("cookies %v", cookies)
		}
		far := other.browser()
		far.client.Jar.SetCookies(mustURL(t, other.base), cookies)
		if a := far.who(); a.User != "zhangsan" {
			t.Errorf("another node: %+v", a)
		}
		const report = "/api/reports/project/{W1}/2022-12"
		if g := b.send("PUT", report, map[string]any{"actual_progress": 60}); g.status != http.StatusOK {
			t.Fatalf("writing: %d %s", g.status, g.body)
		}
		versions, err := o.store.Trace(t.Context(), "project", lookup(t, o.store, "project", "W1"), 1)
		if err != nil || versions[0].Actor != "张三 (zhangsan)" {
			t.Errorf("history %+v, %v", versions, err)
		}
		if g := b.send("PUT", "/api/reports/project/{W2}/2022-12", map[string]any{"actual_progress": 60}); g.status != http.StatusForbidden {
			t.Errorf("another unit: %d", g.status)
		}
		if g := b.send("POST", "/api/rulings/project/{W1}", map[string]any{"light": "red", "reason": "r", "until": "2023-01-30"}); g.status != http.StatusForbidden {
			t.Errorf("a right it has not: %d", g.status)
		}
		for _, site := range []string{"cross-site", "same-site"} {
			if g := b.send("PUT", report, map[string]any{"actual_progress": 61}, "Sec-Fetch-Site", site); g.status != http.StatusForbidden {
				t.Errorf("from %s: %d", site, g.status)
			}
			if g := b.send("DELETE", "/api/session", nil, "Sec-Fetch-Site", site); g.status != http.StatusForbidden {
				t.Errorf("signed out from %s: %d", site, g.status)
			}
		}
		if g := b.send("DELETE", "/api/session", nil); g.status != http.StatusOK || b.who().SignedIn || b.who().SignedOut != "" {
			t.Errorf("signing out: %d, %+v", g.status, b.who())
		}
		b.client.Jar.SetCookies(mustURL(t, o.base), cookies)
		if g := b.send("PUT", report, map[string]any{"actual_progress": 62}); g.status != http.StatusUnauthorized {
			t.Errorf("with the cookie of before: %d", g.status)
		}
		if a := b.who(); a.SignedIn || a.SignedOut != "session" {
			t.Errorf("with the cookie of before: %+v", a)
		}
		eventually(t, "the other node forgets", func() bool { return !far.who().SignedIn })
		entries, err := o.store.Journal(t.Context(), 10)
		if err != nil || len(entries) != 2 || entries[0].What != "sign out" || entries[1].What != "sign in" || entries[1].Address != "127.0.0.1" {
			t.Errorf("journal %+v, %v", entries, err)
		}
	})
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func TestAPasswordThatMustChange(t *testing.T) {
	o := openOffice(t, openStore(t))
	addUser(t, o.store, geo.User{Name: "admin", Role: geo.RoleAdmin, MustChange: true})
	b, second := o.browser(), o.browser()
	if a := b.signIn("admin"); !a.MustChange || len(a.Rights) != 0 {
		t.Errorf("%+v", a)
	}
	second.signIn("admin")
	if g := b.send("PUT", "/api/reports/project/{W1}/2022-12", map[string]any{"actual_progress": 60}); g.status != http.StatusForbidden ||
		decode[problem](t, g).Type != "urn:yiping:problem:password-change" {
		t.Errorf("writing: %d %s", g.status, g.body)
	}
	change := func(old, new string) got {
		return b.send("PUT", "/api/session/password", map[string]string{"old": old, "new": new})
	}
	for new, parameter := range map[string]string{"short": "new", goodPassword: "new", "xx admin xx": "new"} {
		if g := change(goodPassword, new); g.status != http.StatusBadRequest || decode[problem](t, g).Parameter != parameter {
			t.Errorf("%s: %d %s", new, g.status, g.body)
		}
	}
	const next = "另一条足够长的口令2023"
	if g := change("wrong wrong", next); g.status != http.StatusUnauthorized {
		t.Errorf("wrong old password: %d", g.status)
	}
	if g := change(goodPassword, next); g.status != http.StatusOK {
		t.Fatalf("%d %s", g.status, g.body)
	}
	if a := b.who(); !a.SignedIn || a.MustChange || len(a.Rights) != len(geo.Rights) {
		t.Errorf("after: %+v", a)
	}
	if second.who().SignedIn {
		t.Error("the other session goes on")
	}
	if g := b.send("GET", "/api/journal?limit=1", nil); g.status != http.StatusOK || !bytes.Contains(g.body, []byte(`"what":"password"`)) {
		t.Errorf("journal: %d %s", g.status, g.body)
	}
}

func TestGuessingIsSlowedDownAndTellsNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		s := start(t, store, setting{})
		addUser(t, store, geo.User{Name: "zhangsan", Role: geo.RoleViewer})
		addUser(t, store, geo.User{Name: "gone", Role: geo.RoleAdmin, Disabled: true})
		if err := store.AddUser(t.Context(), geo.User{Name: "outside", Role: geo.RoleAdmin, Subject: "x|y"}); err != nil {
			t.Fatal(err)
		}
		b := s.browser()
		try := func(name, secret string) got {
			return b.send("POST", "/api/session", map[string]string{"user": name, "password": secret})
		}
		first := try("zhangsan", "wrong")
		for name, secret := range map[string]string{"nobody": "wrong", "gone": goodPassword, "outside": "wrong"} {
			if g := try(name, secret); g.status != http.StatusUnauthorized || !bytes.Equal(g.body, first.body) || len(g.header["Set-Cookie"]) != 0 {
				t.Errorf("%s: %d %s, want as for a wrong password: %s", name, g.status, g.body, first.body)
			}
		}
		for range 4 {
			if g := try("zhangsan", "wrong"); g.status != http.StatusUnauthorized {
				t.Fatalf("%d %s", g.status, g.body)
			}
		}
		other := start(t, store, setting{}).browser() // another node knows
		for n := range 12 {                           // the wait begins at a second: go on until it is longer than this test
			at := time.Now().Add(time.Duration(n+1) * 20 * time.Minute)
			if until, err := store.Attempt(t.Context(), []string{geo.AttemptsOnFrom("zhangsan", "127.0.0.1")}, at); err != nil || !until.IsZero() {
				t.Fatal(until, err)
			}
		}
		g := other.send("POST", "/api/session", map[string]string{"user": "zhangsan", "password": goodPassword})
		wait, err := strconv.Atoi(g.header.Get("Retry-After"))
		if g.status != http.StatusTooManyRequests || err != nil || wait < 60 {
			t.Errorf("with the right password while it waits: %d, Retry-After %d", g.status, wait)
		}
		if err := store.Forgive(t.Context(), geo.AttemptsOnFrom("zhangsan", "127.0.0.1")); err != nil {
			t.Fatal(err)
		}
		other.signIn("zhangsan")
		for body, status := range map[string]int{`{}`: 400, `{"user":"a"}`: 400, `{"user":"a","password":1}`: 400, `{"user":"a","password":"b","c":1}`: 400, `[`: 400} {
			if g := s.send("POST", "/api/session", "", body); g.status != status {
				t.Errorf("%s: %d %s", body, g.status, g.body)
			}
		}
		if g := s.send("POST", "/api/session", "", `user=a`, "Content-Type", "application/x-www-form-urlencoded"); g.status != http.StatusUnsupportedMediaType {
			t.Errorf("a form, as another site could send it: %d", g.status)
		}
	})
}

func TestTheCookieIsAsSafeAsTheWayAllows(t *testing.T) {
	for name, c := range map[string]struct {
		base, proto string
		configure   func(*api.Config)
		want        string
	}{
		"plain":         {"", "", nil, "yiping=*; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"},
		"by TLS":        {"", "https", nil, "__Host-yiping=*; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"},
		"under a path":  {"/yiping", "https", nil, "__Secure-yiping=*; Path=/yiping/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"},
		"in a frame":    {"", "https", func(c *api.Config) { c.FrameAncestors = "https://portal.example" }, "__Host-yiping=*; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=None; Partitioned"},
		"a public URL":  {"", "", func(c *api.Config) { c.PublicURL = "https://map.example" }, "__Host-yiping=*; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"},
		"no such proxy": {"", "https", func(c *api.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, "yiping=*; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"},
	} {
		t.Run(name, func(t *testing.T) {
			store := openStore(t)
			addUser(t, store, geo.User{Name: "zhangsan", Role: geo.RoleViewer})
			s := start(t, store, setting{basePath: c.base, configure: c.configure})
			g := s.browser().send("POST", "/api/session", map[string]string{"user": "zhangsan", "password": goodPassword}, "X-Forwarded-Proto", c.proto)
			cookie := g.header.Get("Set-Cookie")
			head, rest, _ := strings.Cut(cookie, "=")
			secret, rest, _ := strings.Cut(rest, ";")
			if got := head + "=*;" + rest; got != c.want || len(secret) != 43 {
				t.Errorf("%d: %s, want %s", g.status, cookie, c.want)
			}
			if got := g.header.Get("Strict-Transport-Security"); (got != "") != strings.Contains(c.want, "Secure;") {
				t.Errorf("Strict-Transport-Security %q", got)
			}
		})
	}
}

func TestAWallEntersByItsToken(t *testing.T) {
	s := start(t, openStore(t), setting{})
	add := func(tok geo.Token, secret string) {
		t.Helper()
		tok.Actor, tok.Hash = tok.ID, geo.HashSecret(secret)
		if err := s.store.AddToken(t.Context(), tok); err != nil {
			t.Fatal(err)
		}
	}
	add(geo.Token{ID: "大屏", Rights: []geo.Right{geo.MayRead}, Display: true}, "yiping_wall")
	add(geo.Token{ID: "writer", Rights: geo.Rights}, "yiping_writer")
	b := s.browser()
	g := b.send("GET", "/?token=yiping_wall&x=1", nil)
	if g.status != http.StatusSeeOther || g.header.Get("Location") != "/?x=1" || g.header.Get("Cache-Control") != "no-store" || !strings.Contains(g.header.Get("Set-Cookie"), "HttpOnly") {
		t.Fatalf("%d %v", g.status, g.header)
	}
	if a := b.who(); !a.SignedIn || len(a.Rights) != 1 || a.Rights[0] != geo.MayRead || a.SignedOut != "" {
		t.Errorf("%+v", a)
	}
	if strings.Contains(s.log.String(), "yiping_wall") {
		t.Error("the log holds the secret")
	}
	if g := s.browser().send("GET", "//index?token=yiping_wall", nil); g.header.Get("Location") != "/index" {
		t.Errorf("sent to %q, on another host", g.header.Get("Location"))
	}
	if g := b.send("GET", "/?token=yiping_wall", nil); g.status != http.StatusSeeOther {
		t.Errorf("once more: %d", g.status)
	}
	// An address that somebody sends signs nobody out, and leaves no secret behind.
	addUser(t, s.store, geo.User{Name: "zhangsan", Role: geo.RoleEditor})
	person := s.browser()
	person.signIn("zhangsan")
	g = person.send("GET", "/?token=yiping_wall", nil, "Accept", "text/html")
	if g.status != http.StatusConflict || len(g.header["Set-Cookie"]) != 0 || !strings.HasPrefix(g.header.Get("Content-Type"), "text/html") || !bytes.Contains(g.body, []byte("先退出登录")) || person.who().User != "zhangsan" {
		t.Errorf("signed in: %d %v %s", g.status, g.header, g.body)
	}
	if g := person.send("GET", "/?%74oken=yiping_wall&token=yiping_wall", nil); g.status != http.StatusConflict || bytes.Contains(g.body, []byte("yiping_wall")) || strings.Contains(s.log.String(), "yiping_wall") {
		t.Errorf("%d, answer or log hold the secret: %s", g.status, g.body)
	}
	person.send("DELETE", "/api/session", nil)
	if g := person.send("GET", "/?token=yiping_wall", nil); g.status != http.StatusSeeOther || !person.who().SignedIn {
		t.Errorf("signed out: %d", g.status)
	}
	for _, secret := range []string{"yiping_writer", "yiping_unknown"} {
		if g := s.browser().send("GET", "/?token="+secret, nil); g.status != http.StatusUnauthorized || len(g.header["Set-Cookie"]) != 0 {
			t.Errorf("%s: %d", secret, g.status)
		}
	}
	// In a cookie a token that writes is nobody's.
	c := s.browser()
	c.client.Jar.SetCookies(mustURL(t, s.base), []*http.Cookie{{Name: "yiping", Value: "yiping_writer"}})
	if c.who().SignedIn {
		t.Error("a token that writes is taken from a cookie")
	}
	if err := s.store.RevokeToken(t.Context(), "大屏"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the wall is out, and told so", func() bool { a := b.who(); return !a.SignedIn && a.SignedOut == "display" })
}
