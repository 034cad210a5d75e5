package api

import (
	"testing"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

func layerReadBy(id geo.LayerID, roles ...geo.Role) geo.Layer {
	return geo.Layer{ID: id, Title: geo.Text{ZH: string(id)}, Geometry: geo.Points, Readers: roles}
}

func loaded(t *testing.T, layers ...geo.Layer) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Load(t.Context(), snaptest.NewStore(layers...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What was known of a layer that is there no more is shown to those whom it was
// closed to then as little as it was then, whatever they may read by now.
func TestALayerThatIsGoneStaysClosed(t *testing.T) {
	then := loaded(t, layerReadBy("open"), layerReadBy("bunker", geo.RoleAuditor))
	for name, now := range map[string]*snapshot.Snapshot{
		"nothing is closed now": loaded(t, layerReadBy("open")),
		"another is closed now": loaded(t, layerReadBy("open"), layerReadBy("vault", geo.RoleAdmin)),
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{Config: Config{Closed: true, Boards: &Boards{}}}
			who := map[string]*identity{"nobody": nobody, "token": identityOfToken(&geo.Token{Rights: []geo.Right{geo.MayRead}})}
			sees := map[string]bool{"token": true, string(geo.RoleAuditor): true, string(geo.RoleAdmin): true}
			for _, r := range geo.Roles {
				who[string(r)] = identityOf(&geo.User{Role: r}, nil)
			}
			count := route{answer: func(q *query) (any, error) { return len(q.snap.Layers()), nil }}
			for name, i := range who {
				k := look{whole: now, sight: s.sightsOf(now).sight(i)}
				past := s.through(k, then, then)
				if _, ok := past.Layer("bunker"); ok != sees[name] {
					t.Errorf("%s sees it: %t, want %t", name, ok, sees[name])
				}
				a, err := s.answer(count, &query{look: k, snap: past, past: past, path: "layers"})
				if want := map[bool]string{true: "2", false: "1"}[sees[name]]; err != nil || string(a.raw) != want {
					t.Errorf("%s is answered %s layers, want %s: %v", name, a.raw, want, err)
				}
			}
		})
	}
}
