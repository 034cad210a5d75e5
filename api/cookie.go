package api

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"yiping/geo"
)

// cookieName is the name of the cookie that carries a session, or the token of a
// wall. By its prefix a browser takes it from nobody but this host by TLS
// (RFC 6265bis §4.1.3); __Host- asks for the path /, which a service under a base
// path has not.
func (s *server) cookieName(r *http.Request) string {
	switch {
	case !s.secure(r):
		return "yiping"
	case s.BasePath == "":
		return "__Host-yiping"
	}
	return "__Secure-yiping"
}

// setCookie gives the browser a secret for so long; none takes it away.
func (s *server) setCookie(w http.ResponseWriter, r *http.Request, secret string, most time.Duration) {
	c := &http.Cookie{Name: s.cookieName(r), Value: secret, Path: s.BasePath + "/", MaxAge: int(most / time.Second),
		HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, s.framing(c))
}

// framing makes a cookie one that is sent in the frame of another site, where pages
// of such may frame ours: a browser sends no other kind there. Writing across sites
// is refused by where it comes from, see sameOrigin.
func (s *server) framing(c *http.Cookie) *http.Cookie {
	if s.framed() && c.Secure {
		c.SameSite, c.Partitioned = http.SameSiteNoneMode, true
	}
	return c
}

// framed reports whether pages of other sites may frame ours.
func (s *server) framed() bool {
	return s.FrameAncestors != "'self'" && s.FrameAncestors != "'none'"
}

// displayMost is how long a browser keeps the token of a wall: as long as any may
// (RFC 6265bis §5.5).
const displayMost = 400 * 24 * time.Hour

// enterByToken exchanges the token of a wall in the address for a cookie, and
// takes it out of the address. It reports whether the address had one.
func (s *server) enterByToken(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet || !strings.Contains(r.URL.RawQuery, "token=") {
		return false
	}
	values := r.URL.Query()
	secret := values.Get("token")
	if secret == "" {
		return false
	}
	t, err := s.tokenOf(r.Context(), secret, time.Now())
	if err == nil && !t.Display {
		err = unauthorized("invalid_token", geo.Text{ZH: "地址中只能使用大屏令牌（yiping user token add --display）", EN: "Only the token of a display may stand in an address (yiping user token add --display)"})
	}
	if err == nil {
		err = s.unlessSignedIn(r)
	}
	if err != nil {
		w.Header().Set("Cache-Control", "no-store")
		s.refuse(w, r, err)
		return true
	}
	s.setCookie(w, r, secret, displayMost)
	values.Del("token")
	// Of several slashes ahead a browser would take what follows for a host.
	to := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/"), RawQuery: values.Encode()}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
	return true
}

// unlessSignedIn refuses one whose browser has a session: an address that somebody
// sends must not sign them out, nor have them go on as another.
func (s *server) unlessSignedIn(r *http.Request) error {
	c, err := r.Cookie(s.cookieName(r))
	if err != nil || c.Value == "" || strings.HasPrefix(c.Value, geo.SecretPrefix) {
		return nil
	}
	i, err := s.sessionOf(r.Context(), c.Value, time.Now())
	if err != nil || i.session == nil {
		return err
	}
	return &problem{status: http.StatusConflict, kind: "signed-in", title: geo.Text{ZH: "已登录，未启用大屏令牌", EN: "Signed in, so the token of the display was not taken"},
		detail: detailf("本浏览器已登录为“%s”；请先退出登录，再打开大屏地址", "This browser is signed in as “%s”; sign out, then open the address of the display again", i.user.Name)}
}
