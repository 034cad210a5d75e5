package cql

import (
	"strings"

	"yiping/geo"
)

// Names gives the names of the properties that a filter speaks of, each once, in
// order of appearance.
func Names(e Expr) []string {
	var out []string
	seen := map[string]bool{}
	var walk func(Expr)
	walk = func(e Expr) {
		if p, ok := e.(Property); ok && !seen[p.Name] {
			seen[p.Name] = true
			out = append(out, p.Name)
		}
		for _, part := range parts(e) {
			if part != nil {
				walk(part)
			}
		}
	}
	walk(e)
	return out
}

// Dated reports whether a property changes with the day its feature is judged
// at, though nothing of the feature may have changed.
func Dated(name string) bool {
	_, ok := judgement[name]
	return ok || strings.HasPrefix(name, geo.EntryPrefix)
}
