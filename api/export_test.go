package api

import "yiping/geo"

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
