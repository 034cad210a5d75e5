package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"yiping/api/ogc"
	"yiping/geo"
)

// Writing is a route that writes, for tests that want none forgotten.
type Writing struct {
	Name, Method, Path string
	Rights             []geo.Right
}

// Writings lists them all.
func Writings() []Writing {
	var out []Writing
	for _, w := range writings() {
		out = append(out, Writing{w.name, w.method, w.path, w.rights})
	}
	return out
}

// Route is a method and path that the router answers.
type Route struct{ Method, Path string }

// Routes asks the router itself, so that none is forgotten.
func Routes(h http.Handler) []Route {
	s := h.(*server)
	var out []Route
	err := s.router.Walk(func(r *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := r.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := r.GetMethods()
		for _, m := range methods {
			if m != http.MethodHead {
				out = append(out, Route{m, strings.TrimPrefix(path, s.BasePath)})
			}
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	return out
}

// Definitions are the two descriptions of a service, of all layers, as they stand
// now: that of the whole surface and that of OGC API. Both go by the layers
// as declared, which of gives.
func Definitions(h http.Handler, r *http.Request) (of []*geo.Layer, surface, features func() ([]byte, error)) {
	s := h.(*server)
	snap := s.Follower.Current()
	of = declarations(snap)
	surface = func() ([]byte, error) {
		return json.Marshal(s.describe(of, "http://host", s.cookieName(r)))
	}
	features = func() ([]byte, error) {
		if snap == nil {
			return nil, nil
		}
		a, err := s.features.Answer(ogc.Request{Context: r.Context(), Snapshot: snap, Root: "http://host" + ogcPath, Path: "/api", RawQuery: "f=json", Editable: editableLayer, Access: s.ogcAccess(r)})
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = a.Write(&b)
		return b.Bytes(), err
	}
	return of, surface, features
}

// RouteOf finds the route that a request goes to, as it stands in the router, with
// what it has in the path; false where there is none.
func RouteOf(h http.Handler, r *http.Request) (method, path string, vars map[string]string, ok bool) {
	s := h.(*server)
	r = override(r)
	var m mux.RouteMatch
	if !s.router.Match(r, &m) || m.MatchErr != nil || m.Route == nil {
		return "", "", nil, false
	}
	path, err := m.Route.GetPathTemplate()
	return r.Method, strings.TrimPrefix(path, s.BasePath), m.Vars, err == nil
}

// CoreDefinition is the definition of a service without layers: the pages are typed
// by it, since layers are data.
func CoreDefinition() ([]byte, error) {
	return json.MarshalIndent((&server{}).describe(nil, "/", "yiping"), "", " ")
}
