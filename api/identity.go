package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"yiping/geo"
)

// identity is who asks: a user who signed in, a token, or nobody.
type identity struct {
	id        string // tells two apart, for idempotency keys; "" = nobody
	actor     string // in history
	role      geo.Role
	rights    []geo.Right
	districts []string // none = all
	unit      string   // "" = all

	user    *geo.User    // nil for a token
	session *geo.Session // of a user who signed in here
	display bool         // a wall: it may not write, and is asked nothing
}

// nobody is who did not say who it is.
var nobody = &identity{}

func (i *identity) somebody() bool { return i.id != "" }

func (i *identity) allows(r geo.Right) bool { return slices.Contains(i.rights, r) }

// identityOf gives the identity of a user, who has no rights while the password is
// to be changed.
func identityOf(u *geo.User, s *geo.Session) *identity {
	i := &identity{id: "user:" + u.Name, actor: u.Actor(), role: u.Role, rights: u.Role.Rights(), districts: u.Districts, unit: u.Unit, user: u, session: s}
	if u.MustChange {
		i.rights = nil
	}
	return i
}

func identityOfToken(t *geo.Token) *identity {
	i := &identity{id: "token:" + t.ID, actor: t.Actor, rights: t.Rights, unit: t.Unit, display: t.Display}
	if t.District != "" {
		i.districts = []string{t.District}
	}
	return i
}

// identify finds out who asks. A token that is no good is refused; a session that
// has ended is nobody's, since browsers send its cookie all the same.
func (s *server) identify(r *http.Request, now time.Time) (*identity, error) {
	if secret, ok := bearer(r); ok {
		t, err := s.tokenOf(r.Context(), secret, now)
		if err != nil {
			return nil, err
		}
		return identityOfToken(t), nil
	}
	if i, err := s.gateway(r, now); i != nil || err != nil {
		return i, err
	}
	c, err := r.Cookie(s.cookieName(r))
	if err != nil || c.Value == "" {
		return nobody, nil
	}
	if strings.HasPrefix(c.Value, geo.SecretPrefix) {
		return s.displayOf(r.Context(), c.Value, now)
	}
	return s.sessionOf(r.Context(), c.Value, now)
}

// bearer gives the secret in the header Authorization (RFC 6750 §2.1). Who reads may
// send it as the password of Basic (RFC 7617), whatever the name: many a GIS client
// knows no other way. Browsers send that by themselves, also for pages of others, so
// that it never writes.
func bearer(r *http.Request) (string, bool) {
	if _, password, ok := r.BasicAuth(); ok {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		return password, reads && strings.HasPrefix(password, geo.SecretPrefix)
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer") // an empty one is of no token, and refused as such
}

// displayOf gives the identity of a wall. A token that writes is none: in a cookie
// any page could make the browser send it.
func (s *server) displayOf(ctx context.Context, secret string, now time.Time) (*identity, error) {
	t, err := s.tokenOf(ctx, secret, now)
	var p *problem
	if errors.As(err, &p) || err == nil && !t.Display {
		return nobody, nil
	}
	if err != nil {
		return nil, err
	}
	return identityOfToken(t), nil
}

func (s *server) sessionOf(ctx context.Context, secret string, now time.Time) (*identity, error) {
	hash := geo.HashSecret(secret)
	found, err := s.sessions.find(ctx, hash, now, func(ctx context.Context) (signedIn, error) {
		n, u, err := s.Store.FindSession(ctx, hash)
		return signedIn{n, u}, err
	})
	switch {
	case geo.CodeOf(err) == geo.NotFound:
		return nobody, nil
	case err != nil:
		return nil, err
	case !found.session.Good(now) || found.user.Disabled:
		return nobody, nil
	}
	if found.session.Stale(now) {
		s.sessions.forget(hash)
		if err := s.Store.TouchSession(ctx, hash, now); err != nil {
			s.Logger.Warn("the use of a session cannot be noted", "error", err) // it goes on
		}
	}
	return identityOf(&found.user, &found.session), nil
}

// signedIn is a session with its user.
type signedIn struct {
	session geo.Session
	user    geo.User
}

// Bounds of what is remembered of the store: what ended is refused by every node
// within that time, and what was good stays good for so long while the store is
// away.
const (
	identityMemory = time.Second
	identityGrace  = 10 * time.Minute
	identitiesMost = 4096
)

// remembered finds something by the hash of what names it, asking the store once in
// a while. The zero value is ready.
type remembered[V any] struct {
	mu    sync.Mutex
	known map[[32]byte]memory[V]
}

type memory[V any] struct {
	value V
	err   error // NotFound
	at    time.Time
}

func (m *remembered[V]) find(ctx context.Context, hash [32]byte, now time.Time, ask func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	k, ok := m.known[hash]
	m.mu.Unlock()
	if ok && now.Before(k.at.Add(identityMemory)) {
		return k.value, k.err
	}
	v, err := ask(ctx)
	if err != nil && geo.CodeOf(err) != geo.NotFound {
		if ok && k.err == nil && geo.CodeOf(err) == geo.Unavailable && now.Before(k.at.Add(identityGrace)) {
			return k.value, nil
		}
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= identitiesMost { // what there is not goes first: anybody can ask for that
		maps.DeleteFunc(m.known, func(_ [32]byte, k memory[V]) bool { return k.err != nil || !now.Before(k.at.Add(identityGrace)) })
	}
	if m.known == nil || len(m.known) >= identitiesMost {
		m.known = map[[32]byte]memory[V]{}
	}
	m.known[hash] = memory[V]{v, err, now}
	return v, err
}

// forget asks anew next time.
func (m *remembered[V]) forget(hash [32]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, hash)
}

// forgetAll does so for all.
func (m *remembered[V]) forgetAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = nil
}
