package api

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"yiping/geo"
)

// OIDC is a sign-on by OpenID Connect: authorization code with PKCE.
type OIDC struct {
	Issuer   string // URL, as its discovery document names it
	ClientID string
	Secret   string // of the client; "" for a public one
	// Claim lists, in the ID token, the groups that Roles knows; "" = none.
	Claim string
	// Roles are by group; of several the most counts.
	Roles map[string]geo.Role
	// Role is of those who are in no such group; "" = they are refused, unless they
	// are users here.
	Role geo.Role
}

const (
	oidcPath     = sessionPath + "/oidc"
	oidcBackPath = oidcPath + "/callback"
	// oidcPatience is how long one may take at the provider.
	oidcPatience = 10 * time.Minute
	// providerPatience is how long the provider may take to answer us.
	providerPatience = 10 * time.Second
)

// provider finds the provider once it answers. The zero value is ready.
type provider struct {
	found atomic.Pointer[oidc.Provider]
	asked singleflight.Group
}

// find asks one time for all who wait, none of whom waits longer than they like:
// a provider that does not answer keeps nobody else.
func (p *provider) find(ctx context.Context, issuer string) (*oidc.Provider, error) {
	if found := p.found.Load(); found != nil {
		return found, nil
	}
	answer := p.asked.DoChan("", func() (any, error) {
		// Its keys are fetched later, when this request is long gone.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: providerPatience}), issuer)
		if err == nil {
			p.found.Store(found)
		}
		return found, err
	})
	select {
	case a := <-answer:
		if a.Err != nil {
			return nil, &geo.Error{Code: geo.Unavailable, Message: "the sign-on at " + issuer + " cannot be reached", ZH: "统一身份认证 " + issuer + " 暂时无法访问，请稍候再试", Err: a.Err}
		}
		return p.found.Load(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *server) oauth(r *http.Request, p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: s.OIDC.ClientID, ClientSecret: s.OIDC.Secret, Endpoint: p.Endpoint(),
		RedirectURL: s.origin(r) + oidcBackPath, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// journey is what the browser keeps while one is at the provider: nodes keep none
// of it.
type journey struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Next     string `json:"next"` // page to go on with, below the base path
}

func (s *server) journeyCookie(r *http.Request, value string, most int) *http.Cookie {
	// It must come back from the provider's page.
	return s.framing(&http.Cookie{Name: s.cookieName(r) + "-oidc", Value: value, Path: s.BasePath + "/", MaxAge: most, HttpOnly: true, Secure: s.secure(r),
		SameSite: http.SameSiteLaxMode})
}

// oidcBegin sends the browser to the provider.
func (s *server) oidcBegin(w http.ResponseWriter, r *http.Request) error {
	if s.OIDC == nil {
		return unknownRoute(r.URL.Path)
	}
	values, err := parameters(r, []string{"next"})
	if err != nil {
		return err
	}
	p, err := s.provider.find(r.Context(), s.OIDC.Issuer)
	if err != nil {
		return err
	}
	j := journey{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), values.Get("next")}
	raw, err := json.Marshal(j)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.journeyCookie(r, base64.RawURLEncoding.EncodeToString(raw), int(oidcPatience/time.Second)))
	to := s.oauth(r, p).AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// oidcBack takes the browser back from the provider and begins a session.
func (s *server) oidcBack(w http.ResponseWriter, r *http.Request) error {
	if s.OIDC == nil {
		return unknownRoute(r.URL.Path)
	}
	j, err := s.journeyOf(r)
	http.SetCookie(w, s.journeyCookie(r, "", -1))
	if err != nil {
		return err
	}
	if r.URL.Query().Get("error") == "access_denied" { // RFC 6749 §4.1.2.1
		return firstOf(s.note(r, "refused", "", nobody, s.OIDC.Issuer), noSignOn("统一身份认证没有同意登录，可返回重试", "The provider did not let you sign on; go back to try again"))
	}
	p, err := s.provider.find(r.Context(), s.OIDC.Issuer)
	if err != nil {
		return err
	}
	c, err := s.redeem(r, p, j)
	if err != nil {
		s.Logger.Warn("a sign-on was refused", "error", err)
		return firstOf(s.note(r, "refused", "", nobody, s.OIDC.Issuer), noSignOn("登录服务的答复无效，请重新登录", "The answer of the sign-on is not valid; sign in anew"))
	}
	u, err := s.admit(r, c)
	if err != nil {
		return err
	}
	if _, err := s.begin(w, r, u, s.OIDC.Issuer); err != nil {
		return err
	}
	http.Redirect(w, r, s.BasePath+"/"+local(j.Next), http.StatusSeeOther)
	return nil
}

// local is a page of ours that an address names, without the leading slash; ""
// for any other.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(next, "/") || strings.ContainsAny(next, "\\\r\n") || strings.Contains(u.Path, "..") {
		return ""
	}
	return next
}

// journeyOf reads what the browser kept, and compares the state.
func (s *server) journeyOf(r *http.Request) (j journey, err error) {
	c, err := r.Cookie(s.cookieName(r) + "-oidc")
	if err == nil {
		var raw []byte
		if raw, err = base64.RawURLEncoding.DecodeString(c.Value); err == nil {
			err = json.Unmarshal(raw, &j)
		}
	}
	state := r.URL.Query().Get("state")
	if err != nil || j.State == "" || subtle.ConstantTimeCompare([]byte(j.State), []byte(state)) != 1 {
		return j, noSignOn("登录已过期或不是从本页发起，请重新登录", "The sign-on took too long, or did not begin here; sign in anew")
	}
	return j, nil
}

// claims are what an ID token says of a user.
type claims struct {
	Subject string `json:"sub"`
	Party   string `json:"azp"` // to whom it was given, where it is for several
	Name    string `json:"name"`
	User    string `json:"preferred_username"`
	Email   string `json:"email"`
	groups  []string
}

// redeem exchanges the code for an ID token and verifies it: signature, issuer,
// audience, times and nonce (OpenID Connect Core §3.1.3.7).
func (s *server) redeem(r *http.Request, p *oidc.Provider, j journey) (c claims, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), providerPatience)
	defer cancel()
	tokens, err := s.oauth(r, p).Exchange(ctx, r.URL.Query().Get("code"), oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return c, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := p.Verifier(&oidc.Config{ClientID: s.OIDC.ClientID}).Verify(ctx, raw)
	if err != nil {
		return c, err
	}
	if token.Nonce != j.Nonce {
		return c, geo.Errorf(geo.Invalid, "the nonce is another")
	}
	if err := token.Claims(&c); err != nil {
		return c, err
	}
	switch {
	case c.Subject == "": // all of whom would be one user
		return c, geo.Errorf(geo.Invalid, "the token names no subject")
	case c.Party != "" && c.Party != s.OIDC.ClientID, len(token.Audience) > 1 && c.Party == "":
		return c, geo.Errorf(geo.Invalid, "the token was given to another")
	}
	c.groups, err = groupsOf(token, s.OIDC.Claim)
	return c, err
}

// groupsOf reads the groups: a list, or one text.
func groupsOf(token *oidc.IDToken, claim string) ([]string, error) {
	if claim == "" {
		return nil, nil
	}
	var all map[string]json.RawMessage
	if err := token.Claims(&all); err != nil {
		return nil, err
	}
	var list []string
	if json.Unmarshal(all[claim], &list) == nil {
		return list, nil
	}
	var one string
	if json.Unmarshal(all[claim], &one) == nil && one != "" {
		return []string{one}, nil
	}
	return nil, nil
}

// role gives the role that the groups make, "" for none.
func (o *OIDC) role(groups []string) geo.Role {
	best := o.Role
	for _, g := range groups {
		if r, ok := o.Roles[g]; ok && slices.Index(geo.Roles, r) > slices.Index(geo.Roles, best) {
			best = r
		}
	}
	return best
}

// admit finds the user of a subject, or makes one. Where groups make roles these
// follow them at each sign-on. Nobody becomes a user of the same name: a name at
// the provider is no proof of being that user here.
func (s *server) admit(r *http.Request, c claims) (*geo.User, error) {
	ctx, subject := r.Context(), s.OIDC.Issuer+"|"+c.Subject
	role := s.OIDC.role(c.groups)
	u, err := s.Store.FindSubject(ctx, subject)
	switch {
	case geo.CodeOf(err) == geo.NotFound:
		return s.enroll(r, c, subject, role)
	case err != nil:
		return nil, err
	case u.Disabled:
		return nil, firstOf(s.note(r, "refused", u.Name, nobody, s.OIDC.Issuer), noSignOn("账号已停用", "The account is disabled"))
	}
	if len(s.OIDC.Roles) > 0 && role != u.Role {
		if role == "" {
			return nil, firstOf(s.note(r, "refused", u.Name, nobody, s.OIDC.Issuer), noRole())
		}
		if err := s.Store.ChangeUser(ctx, u.Name, [32]byte{}, func(now *geo.User) error { now.Role = role; return nil }); err != nil {
			return nil, err
		}
		u.Role = role
	}
	return &u, nil
}

// enroll makes a user of who signed on for the first time.
func (s *server) enroll(r *http.Request, c claims, subject string, role geo.Role) (*geo.User, error) {
	u := geo.User{Name: firstText(c.User, c.Email, c.Subject), Title: c.Name, Role: role, Subject: subject}
	if role == "" {
		return nil, firstOf(s.note(r, "refused", u.Name, nobody, s.OIDC.Issuer), noRole())
	}
	err := s.Store.AddUser(r.Context(), u)
	if geo.CodeOf(err) == geo.Conflict {
		return nil, firstOf(s.note(r, "refused", u.Name, nobody, s.OIDC.Issuer),
			noSignOn("本服务已有同名账号，请联系管理员关联（yiping user add --subject）", "There is a user of that name here; ask the administrator to join the two (yiping user add --subject)"))
	}
	if err != nil {
		return nil, err
	}
	return &u, s.note(r, "add user", u.Name, nobody, s.OIDC.Issuer)
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func noRole() *problem {
	return noSignOn("您的账号没有本服务的角色，请联系管理员", "Your account has no role in this service; ask the administrator")
}

func noSignOn(zh, en string) *problem {
	return &problem{status: http.StatusForbidden, kind: "sign-on", title: geo.Text{ZH: "未能登录", EN: "Not signed in"}, detail: geo.Text{ZH: zh, EN: en}}
}
