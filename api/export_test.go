package api

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

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
