package api_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"yiping/api"
	"yiping/geo"
)

// hostile are texts that some store, header or terminal could choke on.
var hostile = map[string]string{
	"zero byte": "a\x00b", "not UTF-8": "a\xffb", "escape": "a\x1b[2Jb", "lines": "a\r\nSet-Cookie: x=1", "markup": `"><script>alert(1)</script>`,
	"quote": "a'; DROP TABLE project; --", "path": "../../etc/passwd", "long": strings.Repeat("长", 5000), "bidi": "a\u202eb",
}

// What somebody sends on purpose is refused or taken as text, by every route; it
// breaks none. Of the parameters each route is asked for some.
func TestHostileTextBreaksNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		o.witness.noise.Store(true)
		secret := o.all("master")
		fine := func(what string, g got) {
			t.Helper()
			if g.status >= 500 && g.status != http.StatusNotImplemented {
				t.Errorf("%s: %d %s", what, g.status, g.body)
			}
			if strings.HasPrefix(g.header.Get("Content-Type"), "text/html") && strings.Contains(string(g.body), "<script>alert") {
				t.Errorf("%s: the page carries the script: %s", what, g.body)
			}
			if g.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: Set-Cookie %q", what, g.header.Get("Set-Cookie"))
			}
		}
		samples := o.samples()
		seed := cmp.Or(*seedAgain, uint64(time.Now().UnixNano()))
		t.Logf("-seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		parameters := []string{"district", "town", "unit", "filter", "at", "known", "since", "layers", "bbox", "limit", "code", "format"}
		for _, name := range slices.Sorted(maps.Keys(hostile)) {
			text := hostile[name]
			for _, w := range api.Writings() {
				var body map[string]any
				if c := samples[w.Name]; c.body != "" && json.Unmarshal([]byte(c.body), &body) == nil {
					for field, was := range body {
						body[field] = text
						raw, err := json.Marshal(body)
						if err != nil {
							t.Fatal(err)
						}
						fine(w.Name+" "+field+" "+name, o.send(w.Method, c.path, secret, string(raw)))
						body[field] = was
					}
				}
			}
			for _, c := range accesses(o) {
				if c.kind != toReaders || c.head {
					continue
				}
				for range 3 * *more {
					parameter := parameters[r.IntN(len(parameters))]
					with := map[bool]string{true: "&", false: "?"}[strings.Contains(c.path, "?")] + parameter + "=" + url.QueryEscape(text)
					fine("GET "+c.path+" "+parameter+" "+name, o.send("GET", c.path+with, "", ""))
				}
			}
			raw, err := json.Marshal(map[string]string{"user": text, "password": text})
			if err != nil {
				t.Fatal(err)
			}
			for _, header := range []string{"Idempotency-Key", "If-Match", "If-None-Match", "Authorization", "Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "X-HTTP-Method-Override", "Accept-Language", "Content-Crs", "Range"} {
				if text := strings.NewReplacer("\r", "", "\n", "", "\x00", "", "\x1b", "").Replace(text); len(text) < 1000 { // else the client does not send it
					fine(header+" "+name, o.send("PATCH", samples["update feature"].path, secret, `{"properties":{"name":"改建"}}`, header, text))
					fine(header+" "+name, o.send("GET", "/api/overview", secret, "", header, text))
				}
			}
			fine("sign in "+name, o.send("POST", "/api/session", "", string(raw)))
		}
	})
}

// Keys of two writers never meet, whatever stands in their names and keys.
func TestKeysOfTwoWritersNeverMeet(t *testing.T) {
	o := openOffice(t, openStore(t))
	const path, body = "/api/records/project/{W1}", `{"kind":"检查","text":"脚手架未验收"}`
	first := o.done("POST", path, o.all("a"), body, "Idempotency-Key", "b:c")
	second := o.done("POST", path, o.all("a:b"), body, "Idempotency-Key", "c")
	if !first.Changed || !second.Changed || second.Replayed || first.Row == second.Row {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

// The journal keeps what was tried, and a terminal that shows it does not obey it.
func TestAHostileNameIsNoted(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		s := start(t, open(t), setting{})
		for _, name := range []string{"a\x00b", "a\x1b[2Jb", "a\nb"} {
			raw, err := json.Marshal(map[string]string{"user": name, "password": "x"})
			if err != nil {
				t.Fatal(err)
			}
			if g := s.send("POST", "/api/session", "", string(raw)); g.status != http.StatusUnauthorized {
				t.Errorf("%q: %d %s", name, g.status, g.body)
			}
		}
		entries, err := s.store.Journal(t.Context(), 10)
		if err != nil || len(entries) != 3 {
			t.Fatal(entries, err)
		}
		for _, e := range entries {
			if e.What != "refused" || strings.ContainsFunc(e.User, unicode.IsControl) {
				t.Errorf("%+v", e)
			}
		}
	})
}
