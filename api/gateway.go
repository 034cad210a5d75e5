package api

import (
	"context"
	"net/http"
	"time"

	"yiping/geo"
)

// Gateway is a sign-on before the service: a trusted proxy says in a header who
// asks, and takes that header away from what clients send.
type Gateway struct {
	Header string   // like X-Forwarded-User: the name of a user
	Role   geo.Role // of one who is no user here; "" = they are nobody
}

// vouches reports whether a gateway says who asks. By what it knows that we cannot
// tell: should it be the network one is in, a page of any site could read what
// is meant for them.
func (s *server) vouches(r *http.Request) bool {
	return s.Gateway != nil && s.trusts(peer(r)) && r.Header.Get(s.Gateway.Header) != ""
}

// gateway gives the identity that a gateway vouches for; nil where none does. Role
// and scope are those of the user of that name here.
func (s *server) gateway(r *http.Request, now time.Time) (*identity, error) {
	if !s.vouches(r) {
		return nil, nil
	}
	name := r.Header.Get(s.Gateway.Header)
	if len(r.Header.Values(s.Gateway.Header)) > 1 {
		return nil, badParameter(s.Gateway.Header, detailf("“%s”出现了多次", "“%s” is given several times", s.Gateway.Header))
	}
	u, err := s.vouched.find(r.Context(), geo.HashSecret(name), now, func(ctx context.Context) (geo.User, error) { return s.Store.FindUser(ctx, name) })
	if geo.CodeOf(err) == geo.NotFound && s.Gateway.Role != "" {
		u, err = geo.User{Name: name, Role: s.Gateway.Role}, nil
		if u.Check() != nil {
			return nobody, nil
		}
	}
	switch {
	case geo.CodeOf(err) == geo.NotFound:
		return nobody, nil
	case err != nil:
		return nil, err
	case u.Disabled:
		return nobody, nil
	}
	u.MustChange = false // the password here is not what they sign in with
	return identityOf(&u, nil), nil
}
