package api

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"yiping/geo"
)

// site holds the built pages in memory, ready to send.
type site struct {
	files map[string]*reply // by path without leading slash
}

func contentPolicy(ancestors string) string {
	return "default-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
		"img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors " + ancestors
}

// sheetPolicy lets a page that is written for reading and printing do nothing else:
// it has the one style named by its hash, and pictures within itself.
func sheetPolicy(style, ancestors string) string {
	return "default-src 'none'; style-src " + style + "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors " + ancestors
}

// Types the system's own table may lack, above all on Windows.
var webTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": typeJSON, ".svg": typeSVG, ".png": "image/png", ".jpg": "image/jpeg", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".woff": "font/woff", ".txt": "text/plain; charset=utf-8", ".map": typeJSON,
	".webmanifest": "application/manifest+json",
}

func newSite(web fs.FS, policy string) (*site, error) {
	s := &site{files: map[string]*reply{}}
	if web == nil {
		return s, nil
	}
	err := fs.WalkDir(web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		kind := webTypes[path.Ext(name)]
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(name))
		}
		if kind == "" {
			kind = "application/octet-stream"
		}
		s.files[name] = newReply(kind, raw)
		s.files[name].policy = policy
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	return s, err
}

// find gives the file for a path: itself, the page of that name, or the folder's.
func (s *site) find(name string) (string, *reply) {
	for _, try := range []string{name, name + ".html", path.Join(name, "index.html")} {
		if f := s.files[try]; f != nil {
			return try, f
		}
	}
	return "", nil
}

// page serves the built pages, and the problem of an unknown address.
func (s *server) page(w http.ResponseWriter, r *http.Request) {
	rest, under := strings.CutPrefix(r.URL.Path, s.BasePath)
	if under && rest == "" {
		http.Redirect(w, r, s.BasePath+"/", http.StatusPermanentRedirect)
		return
	}
	name, file := s.web.find(strings.Trim(rest, "/"))
	if !under || !strings.HasPrefix(rest, "/") || file == nil {
		p := unknownRoute(r.URL.Path)
		if under && strings.HasPrefix(rest, "/api") {
			page := s.BasePath + docsPath
			p.detail = geo.Text{ZH: p.detail.ZH + "；接口见 " + page, EN: p.detail.EN + "; " + page + " lists what there is"}
		}
		s.fail(w, r, p)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.fail(w, r, methodNotAllowed(r.Method, "GET, HEAD"))
		return
	}
	if strings.HasSuffix(rest, "/") && path.Base(name) != "index.html" {
		// A page finds what it loads relative to its own address.
		http.Redirect(w, r, (&url.URL{Path: s.BasePath + "/" + strings.Trim(rest, "/"), RawQuery: r.URL.RawQuery}).String(), http.StatusPermanentRedirect)
		return
	}
	if strings.HasSuffix(name, ".html") && s.enterByToken(w, r) {
		return
	}
	if strings.HasPrefix(name, "assets/") {
		// Their names carry a hash of their content.
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	file.write(w, r)
}
