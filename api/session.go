package api

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode"

	"yiping/geo"
	"yiping/geo/password"
)

// sessionBytes bounds the bodies of signing in.
const sessionBytes = 8 << 10

// account is one line of the table of routes by which people sign in and out.
type account struct {
	name, method, path string
	handle             func(*server, http.ResponseWriter, *http.Request) error
}

const sessionPath = "/api/session"

func accounts() []account {
	return []account{
		{"who", http.MethodGet, sessionPath, (*server).who},
		{"sign in", http.MethodPost, sessionPath, (*server).signIn},
		{"sign out", http.MethodDelete, sessionPath, (*server).signOut},
		{"change password", http.MethodPut, sessionPath + "/password", (*server).changePassword},
		{"sign on", http.MethodGet, oidcPath, (*server).oidcBegin},
		{"signed on", http.MethodGet, oidcBackPath, (*server).oidcBack},
		{"journal", http.MethodGet, "/api/journal", (*server).journal},
	}
}

// account makes the handler of such a route.
func (s *server) account(a account) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		err := error(nil)
		if a.path == sessionPath || a.method != http.MethodGet {
			_, err = parameters(r, nil)
		}
		if err == nil && a.method != http.MethodGet {
			err = s.sameOrigin(r)
		}
		if err == nil {
			err = a.handle(s, w, r)
		}
		switch {
		case err != nil && strings.HasPrefix(a.path, oidcPath):
			s.refuse(w, r, err)
		case err != nil:
			s.fail(w, r, err)
		}
	}
}

// whoBody tells a client who it is to the service.
type whoBody struct {
	SignedIn   bool        `json:"signedIn"`
	User       string      `json:"user,omitempty"`
	Title      string      `json:"title,omitempty"`
	Role       geo.Role    `json:"role,omitempty"`
	Display    bool        `json:"display,omitempty"`
	Rights     []geo.Right `json:"rights"`
	Districts  []string    `json:"districts"` // none = all
	Unit       string      `json:"unit,omitempty"`
	MustChange bool        `json:"mustChange,omitempty"`
	// Password reports that the user has one here, to be changed here.
	Password bool   `json:"password,omitempty"`
	SignOn   bool   `json:"signOn,omitempty"` // one can sign on at a provider: /api/session/oidc
	Reading  string `json:"reading"`          // public, or closed: who reads must sign in
	// SignedOut tells that the browser's cookie is of a session or a token that
	// ended: it reads what is open to all.
	SignedOut ended `json:"signedOut,omitempty"`
}

// ended is what a cookie was of.
type ended string

const (
	endedSession ended = "session"
	endedDisplay ended = "display"
)

// signedOut reports whose cookie a browser sends in vain.
func (s *server) signedOut(r *http.Request, i *identity) ended {
	c, err := r.Cookie(s.cookieName(r))
	switch {
	case err != nil || c.Value == "" || i.somebody():
		return ""
	case strings.HasPrefix(c.Value, geo.SecretPrefix):
		return endedDisplay
	}
	return endedSession
}

func (s *server) tell(w http.ResponseWriter, i *identity, before ended) error {
	b := whoBody{SignedIn: i.somebody(), Role: i.role, Rights: append([]geo.Right{}, i.rights...), Districts: append([]string{}, i.districts...),
		Unit: i.unit, Display: i.display, SignOn: s.OIDC != nil, Reading: "public", SignedOut: before}
	if i.user != nil {
		b.User, b.Title, b.MustChange, b.Password = i.user.Name, i.user.Title, i.user.MustChange, i.user.Password != "" && i.session != nil
	}
	if s.Closed {
		b.Reading = "closed"
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", typeJSON)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(raw) // a client that has gone needs no answer
	return nil
}

func (s *server) who(w http.ResponseWriter, r *http.Request) error {
	i, err := s.identify(r, time.Now())
	if err != nil {
		return err
	}
	return s.tell(w, i, s.signedOut(r, i))
}

type signInEntry struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// signIn begins a session. Whatever is wrong with name and password, the answer
// is the same and takes as long.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	var in signInEntry
	if err := s.read(w, r, &in); err != nil {
		return err
	}
	switch {
	case in.User == "":
		return missing("user")
	case in.Password == "":
		return missing("password")
	}
	u, err := s.prove(r, in.User, in.Password)
	if err != nil {
		return err
	}
	i, err := s.begin(w, r, &u, "")
	if err != nil {
		return err
	}
	return s.tell(w, i, "")
}

// read reads the body of a request of this file.
func (s *server) read(w http.ResponseWriter, r *http.Request, v any) error {
	e := &entry{}
	var err error
	if e.body, err = readBody(w, r, &writing{bytes: sessionBytes}); err != nil {
		return err
	}
	return e.decode(v)
}

// prove finds the user that a password is of. Each attempt is counted before it is
// made, and taken back when it was right.
func (s *server) prove(r *http.Request, name, secret string) (geo.User, error) {
	ctx, now := r.Context(), time.Now()
	on, from := geo.AttemptsOn(name), geo.AttemptsFrom(s.clientKey(r))
	here := geo.AttemptsOnFrom(name, s.clientKey(r))
	until, err := s.Store.Attempt(ctx, []string{here, on, from}, now)
	if err != nil {
		return geo.User{}, err
	}
	if until.After(now) {
		return geo.User{}, tooManyAttempts(until.Sub(now))
	}
	u, err := s.Store.FindUser(ctx, name)
	if err != nil && geo.CodeOf(err) != geo.NotFound {
		return u, err
	}
	right, again, err := password.Verify(ctx, u.Password, secret)
	if err != nil {
		return u, err
	}
	if !right || u.Disabled {
		return u, firstOf(s.note(r, "refused", name, nobody, ""), wrongPassword())
	}
	if err := firstOf(s.Store.Forgive(ctx, here, on), s.Store.Retract(ctx, from)); err != nil {
		return u, err
	}
	if again {
		if err := s.rehash(ctx, u.Name, u.Password, secret); err != nil {
			return u, err
		}
	}
	return u, nil
}

// rehash keeps the hash of a password at what hashes cost now.
func (s *server) rehash(ctx context.Context, name, old, secret string) error {
	hash, err := password.Hash(ctx, secret)
	if err != nil {
		return err
	}
	return s.Store.ChangeUser(ctx, name, [32]byte{}, func(u *geo.User) error {
		if u.Password == old {
			u.Password = hash
		}
		return nil
	})
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// begin keeps a session of a user and gives the browser its cookie. The session
// that it had ends: nobody signs in within one that another prepared.
func (s *server) begin(w http.ResponseWriter, r *http.Request, u *geo.User, how string) (*identity, error) {
	ctx, now := r.Context(), time.Now().UTC().Truncate(time.Microsecond)
	if c, err := r.Cookie(s.cookieName(r)); err == nil {
		if err := s.end(ctx, geo.HashSecret(c.Value)); err != nil {
			return nil, err
		}
	}
	secret := geo.NewSessionSecret()
	n := geo.Session{Hash: geo.HashSecret(secret), User: u.Name, Created: now, Seen: now}
	if err := s.Store.AddSession(ctx, n); err != nil {
		return nil, err
	}
	i := identityOf(u, &n)
	if err := s.note(r, "sign in", u.Name, i, how); err != nil {
		return nil, err
	}
	s.setCookie(w, r, secret, geo.SessionMost)
	return i, nil
}

// end ends a session, on this node at once.
func (s *server) end(ctx context.Context, hash [32]byte) error {
	if err := s.Store.EndSession(ctx, hash); err != nil {
		return err
	}
	s.sessions.forget(hash)
	return nil
}

// note writes into the journal of sign-ins.
func (s *server) note(r *http.Request, what, user string, by *identity, more string) error {
	actor := by.actor
	if !by.somebody() {
		actor = ""
	}
	return s.Store.Note(r.Context(), geo.JournalEntry{What: what, User: printable(shorten(user)), Actor: actor, Address: s.client(r).String(), Note: more})
}

// printable gives a text as a terminal may show it: one that a stranger wrote could
// otherwise tell it what to do.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	i, err := s.identify(r, time.Now())
	if err != nil {
		return err
	}
	if i.session != nil {
		if err := firstOf(s.end(r.Context(), i.session.Hash), s.note(r, "sign out", i.user.Name, i, "")); err != nil {
			return err
		}
	}
	s.setCookie(w, r, "", 0)
	return s.tell(w, nobody, "")
}

type passwordEntry struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// changePassword gives a user another password, and ends the user's other
// sessions.
func (s *server) changePassword(w http.ResponseWriter, r *http.Request) error {
	i, err := s.identify(r, time.Now())
	switch {
	case err != nil:
		return err
	case !i.somebody():
		return unauthorized("", geo.Text{ZH: "请先登录", EN: "Sign in first"})
	case i.session == nil || i.user.Password == "":
		return &problem{status: http.StatusForbidden, kind: "forbidden", title: geo.Text{ZH: "没有权限", EN: "Not allowed"},
			detail: geo.Text{ZH: "此账号在本服务没有密码", EN: "This account has no password here"}}
	}
	var in passwordEntry
	if err := s.read(w, r, &in); err != nil {
		return err
	}
	if in.Old == in.New {
		return badBody("new", "新密码不得与原密码相同", "the new password must differ from the old one")
	}
	if err := geo.CheckPassword(i.user.Name, in.New); err != nil {
		p := problemOf(err)
		p.parameter = "new"
		return p
	}
	if _, err := s.prove(r, i.user.Name, in.Old); err != nil {
		return err
	}
	hash, err := password.Hash(r.Context(), in.New)
	if err != nil {
		return err
	}
	var now geo.User
	if err := s.Store.ChangeUser(r.Context(), i.user.Name, i.session.Hash, func(u *geo.User) error {
		u.Password, u.MustChange = hash, false
		now = *u
		return nil
	}); err != nil {
		return err
	}
	s.sessions.forgetAll()
	if err := s.note(r, "password", now.Name, i, ""); err != nil {
		return err
	}
	return s.tell(w, identityOf(&now, i.session), "")
}

// Limits of a page of the journal.
const (
	defaultEntries = 200
	maxEntries     = 2000
)

type journalBody struct {
	Entries []geo.JournalEntry `json:"entries"` // the latest first
}

// journal gives the last sign-ins and changes of users.
func (s *server) journal(w http.ResponseWriter, r *http.Request) error {
	i, err := s.writer(r, time.Now())
	if err != nil {
		return err
	}
	if !i.allows(geo.MayManage) {
		return lacksRight(geo.MayManage)
	}
	values, err := parameters(r, []string{"limit"})
	if err != nil {
		return err
	}
	limit, err := (&query{values: values}).number("limit", defaultEntries, 1, maxEntries)
	if err != nil {
		return err
	}
	entries, err := s.Store.Journal(r.Context(), limit)
	if err != nil {
		return err
	}
	s.plain(w, r, journalBody{append([]geo.JournalEntry{}, entries...)})
	return nil
}

func wrongPassword() *problem {
	return &problem{status: http.StatusUnauthorized, kind: "wrong-password", challenge: `Bearer realm="yiping"`,
		title:  geo.Text{ZH: "未能登录", EN: "Not signed in"},
		detail: geo.Text{ZH: "用户名或密码不正确，或账号已停用", EN: "Name or password is wrong, or the account is disabled"}}
}

func tooManyAttempts(wait time.Duration) *problem {
	seconds := int(math.Ceil(wait.Seconds()))
	return &problem{status: http.StatusTooManyRequests, kind: "too-many-attempts", retry: seconds,
		title:  geo.Text{ZH: "尝试过多", EN: "Too many attempts"},
		detail: detailf("登录失败次数过多，请 %d 秒后再试", "Too many failed sign-ins; try again in %d seconds", seconds)}
}
