package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

var (
	styleElement = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	active       = regexp.MustCompile(`<script|\son[a-z]+\s*=|\sstyle\s*=|javascript:`)
)

// What a browser may show as a page has a policy that lets nothing run and no style
// in but those named, and has nothing in it that would need more.
func TestEveryDocumentHasAStrictPolicy(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for path, header := range map[string]string{
		"/": "", "/field": "", "/api/map.svg": "", "/api/map.svg?district=310105&theme=light": "", "/api/bulletin?district=310105&month=2022-12": "", "/ogc": "text/html",
		"/ogc/collections/project/items": "text/html", "/ogc/collections/project/schema": "text/html", "/api/session/oidc/callback": "text/html",
	} {
		g := s.get(path, "Accept", header)
		policy := g.header.Get("Content-Security-Policy")
		if kind := g.header.Get("Content-Type"); strings.HasPrefix(kind, "application/") {
			t.Errorf("%s is %s, no page: %d", path, kind, g.status)
		}
		for _, part := range []string{"default-src ", "base-uri 'none'", "form-action ", "frame-ancestors 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %q: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy is loose: %s", path, policy)
		}
		if found := active.Find(g.body); found != nil {
			t.Errorf("%s has %q in it", path, found)
		}
		for _, style := range styleElement.FindAllSubmatch(g.body, -1) {
			sum := sha256.Sum256(style[1])
			if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, hash) {
				t.Errorf("%s: its style %s is not let in by %s", path, hash, policy)
			}
		}
	}
}
