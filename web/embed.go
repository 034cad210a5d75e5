// Package web holds the built pages: the wall screen, the phone page and what
// they load. They are made by `npm ci && npm run build` in this folder and compiled
// into the binary.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is the root of the built pages: index.html, assets/ with hashed names
// that may be cached for ever, and little else.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil { // only for an invalid name, and this one is constant
		return dist
	}
	return sub
}

// Built reports whether the pages were there when the program was compiled.
// If not, only a placeholder is, and the server should say how to build them.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}
