package api

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/live"
	"yiping/geo/snapshot"
)

// This file is the one place where a request gets the snapshot it is answered
// from. What the reader may not see is not in it, so that no resource has to
// think of it.

// sight is what a reader may see.
type sight struct {
	live.Hidden
	// personal: others may see something else, so that no shared cache may keep
	// the answer.
	personal bool
	who      string // a role, seesAll or seesOpen
}

// reads reports whether what a layer declares lets the reader see it.
func (g *sight) reads(l *geo.Layer) bool { return g.who == seesAll || l.ReadBy(geo.Role(g.who)) }

// wide is the sight of everybody where nothing is closed.
var wide = &sight{}

// sights are those of one snapshot, by who sees so.
type sights struct {
	of     *snapshot.Snapshot
	closed bool // a layer is

	mu sync.Mutex
	by map[string]*sight
}

// Readers who are no user of a role: those whose token reads everything, and
// those who may read what is open.
const (
	seesAll  = "*"
	seesOpen = ""
)

// sightsOf gives the sights of the current snapshot.
func (s *server) sightsOf(current *snapshot.Snapshot) *sights {
	if known := s.sights.Load(); known != nil && known.of == current {
		return known
	}
	n := &sights{of: current, by: map[string]*sight{}}
	n.closed = slices.ContainsFunc(current.Layers(), func(l *snapshot.Layer) bool { return l.Decl().Closed() })
	s.sights.Store(n)
	return n
}

// sightOf finds out who reads, and gives what that reader may see; an error where
// it is nothing at all.
func (s *server) sightOf(r *http.Request, current *snapshot.Snapshot, now time.Time) (*sight, error) {
	all := s.sightsOf(current)
	if !s.Closed && !all.closed {
		return wide, s.refusesToken(r, now)
	}
	i, err := s.identify(r, now)
	if err != nil {
		return nil, err
	}
	if s.Closed && !i.allows(geo.MayRead) {
		return nil, mayNotRead(i)
	}
	return all.sight(i), nil
}

// refusesToken refuses a token that is no good also where none is needed (RFC 6750
// §3.1): who sends one is to hear that it does nothing. While the store cannot say,
// what is open is read on.
func (s *server) refusesToken(r *http.Request, now time.Time) error {
	if r.Header["Authorization"] == nil { // nine requests in ten
		return nil
	}
	secret, ok := bearer(r)
	if !ok {
		return nil
	}
	_, err := s.tokenOf(r.Context(), secret, now)
	if p := (*problem)(nil); errors.As(err, &p) {
		return err
	}
	return nil
}

// sight gives the sight of one reader.
func (a *sights) sight(i *identity) *sight {
	who := seesOpen
	switch {
	case !i.allows(geo.MayRead):
	case i.user == nil:
		who = seesAll
	default:
		who = string(i.role)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	g := a.by[who]
	if g == nil {
		g = &sight{personal: true, who: who}
		hidden := a.of.Hidden(func(id geo.LayerID) bool {
			l, ok := a.of.Layer(id)
			return ok && !g.reads(l.Decl())
		})
		g.Hidden = live.Hidden{Key: strings.Join(names(slices.Sorted(maps.Keys(hidden))), ","), Layers: hidden}
		a.by[who] = g
	}
	return g
}

func names(ids []geo.LayerID) []string {
	out := make([]string, len(ids))
	for n, id := range ids {
		out[n] = string(id)
	}
	return out
}

// mayNotRead refuses one who may read nothing where reading is closed.
func mayNotRead(i *identity) *problem {
	switch {
	case !i.somebody():
		return unauthorized("", geo.Text{ZH: "本服务须登录后读取", EN: "Sign in to read this service"})
	case i.user != nil && i.user.MustChange:
		return mustChange()
	}
	return lacksRight(geo.MayRead)
}

// look is how a request sees the data.
type look struct {
	whole *snapshot.Snapshot // the current one with all layers: for keys and for judging, never for answers
	*sight
	request *http.Request
}

// look gives it, having waited for the cursor that the request asks for.
func (s *server) look(r *http.Request) (look, error) {
	current, err := s.snapshot(r)
	if err != nil {
		return look{}, err
	}
	g, err := s.sightOf(r, current, time.Now())
	return look{current, g, r}, err
}

// private keeps shared caches away from an answer that others may not see.
func (k look) private(h http.Header) {
	if k.sight != nil && k.personal {
		h["Cache-Control"] = privately
		h.Add("Vary", "Cookie, Authorization")
	}
}

var privately = []string{"private, no-cache"}

// viewKey names what of a snapshot some may see.
type viewKey struct {
	of     *snapshot.Snapshot
	hidden string
}

// through gives what of a snapshot the reader may see; past is as for Boards.at.
// A layer that was there then and is no more goes by what was declared then.
func (s *server) through(k look, of, past *snapshot.Snapshot) *snapshot.Snapshot {
	if k.Key == "" && past == nil {
		return of
	}
	if k.sight == wide && !slices.ContainsFunc(of.Layers(), func(l *snapshot.Layer) bool { return l.Decl().Closed() }) {
		return of
	}
	if of == k.whole && past == nil {
		if view, ok := s.Boards.view(of, k.Hidden); ok {
			return view
		}
	}
	s.views.drop(func(v viewed, past *snapshot.Snapshot) bool { return past == nil && v.current != k.whole })
	return s.views.get(viewed{viewKey{of, k.Key + "|" + k.gone(of)}, k.whole}, past, func() *snapshot.Snapshot {
		return of.Only(func(id geo.LayerID) bool { return k.hides(of, id) })
	})
}

type viewed struct {
	viewKey
	current *snapshot.Snapshot
}

// hides reports whether a layer of a snapshot, also of one of the past, is hidden
// from the reader.
func (k look) hides(of *snapshot.Snapshot, id geo.LayerID) bool {
	if _, now := k.whole.Layer(id); now {
		return k.Layers[id]
	}
	l, then := of.Layer(id)
	return then && !k.reads(l.Decl())
}

// gone lists the layers of a snapshot that are hidden since they are there no more.
func (k look) gone(of *snapshot.Snapshot) string {
	var out []string
	for _, l := range of.Layers() {
		if _, now := k.whole.Layer(l.Decl().ID); !now && k.hides(of, l.Decl().ID) {
			out = append(out, string(l.Decl().ID))
		}
	}
	return strings.Join(out, ",")
}

// at gives the snapshot that a clock shows to the reader, seen from the current
// one, and that of the past which it shows or is made of: nil without known=.
func (s *server) at(ctx context.Context, k look, c clock) (snap, past *snapshot.Snapshot, err error) {
	if c != (clock{}) && k.request != nil {
		done, err := s.moments.enter(s.clientKey(k.request), c)
		if err != nil {
			return nil, nil, err
		}
		defer done()
	}
	var then *snapshot.Snapshot
	if !c.known.IsZero() {
		if then, err = s.Follower.Known(ctx, c.known); err != nil {
			return nil, nil, unknownMoment(err)
		}
		if len(then.Layers()) == 0 {
			return nil, nil, s.nothingKnown(ctx, c.known)
		}
		past = s.through(k, then, then)
	}
	if c.day == 0 {
		return cmp.Or(past, s.through(k, k.whole, nil)), past, nil
	}
	day, err := s.days.at(ctx, k.whole, then, c.day)
	if err != nil {
		return nil, nil, err
	}
	return s.through(k, day, then), past, nil
}
