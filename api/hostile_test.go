package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiping/api"
	"yiping/geo"
)

// hostile are texts that some store, header or terminal could choke on.
var hostile = map[string]string{
	"zero byte": "a\x00b", "not UTF-8": "a\xffb", "escape": "a\x1b[2Jb", "lines": "a\r\nSet-Cookie: x=1", "markup": `"><script>alert(1)</script>`,
	"quote": "a'; DROP TABLE project; --", "path": "../../etc/passwd", "long": strings.Repeat("长", 5000), "bidi": "a\u202eb",
}

// What somebody sends on purpose is refused or taken as text, by every route; it
// breaks none.
func TestHostileTextBreaksNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
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
		for name, text := range hostile {
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
				for _, parameter := range []string{"district", "town", "unit", "filter", "at", "known", "since", "layers", "bbox", "limit", "code", "format"} {
					with := map[bool]string{true: "&", false: "?"}[strings.Contains(c.path, "?")] + parameter + "=" + url.QueryEscape(text)
					fine("GET "+c.path+" "+parameter+" "+name, o.send("GET", c.path+with, "", ""))
				}
			}
			raw, err := json.Marshal(map[string]string{"user": text, "password": text})
			if err != nil {
				t.Fatal(err)
			}
			fine("sign in "+name, o.send("POST", "/api/session", "", string(raw)))
		}
	})
}
