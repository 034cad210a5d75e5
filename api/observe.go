package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// recorder notes what was answered. Unwrap lets http.ResponseController reach
// the connection.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// observe wraps a route: guards headers, counts, logs, and turns a panic into
// a problem document and a line in the log.
func (s *server) observe(name string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		rec := &recorder{ResponseWriter: w}
		s.guard(w.Header(), r)
		defer func() {
			broken := s.recovered(rec, r, recover())
			took := time.Since(begun)
			s.metrics.request(name, rec.status, took)
			s.access(r, name, rec, took)
			if broken {
				panic(http.ErrAbortHandler) // half an answer is out: let the client see it torn
			}
		}()
		h(rec, r)
	}
}

// recovered deals with what recover gave. It reports whether the answer had
// begun, so that nothing sensible can follow.
func (s *server) recovered(rec *recorder, r *http.Request, v any) bool {
	if v == nil {
		return false
	}
	if v != http.ErrAbortHandler {
		s.Logger.Error("panic in a handler", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	}
	if rec.status != 0 {
		return true
	}
	writeProblem(rec, r, internalProblem())
	return false
}

// access logs one request: failures of ours as errors, tiles and probes only
// when debugging.
func (s *server) access(r *http.Request, name string, rec *recorder, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case rec.status >= 500 && rec.status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case name == "tile" || name == "healthz" || name == "readyz" || name == "metrics":
		level = slog.LevelDebug
	}
	if !s.Logger.Enabled(r.Context(), level) {
		return
	}
	s.Logger.LogAttrs(r.Context(), level, "request", slog.String("method", r.Method), slog.String("path", loggable(r.URL)),
		slog.String("route", name), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes), slog.Duration("took", took))
}

// fail answers with the problem of an error and gives its status; failures of
// ours are logged, here only. Nobody is left to answer when the client has gone.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) int {
	p := problemOf(err)
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return statusGone
	}
	if p.status == http.StatusInternalServerError {
		s.Logger.Error("a request failed", "path", loggable(r.URL), "error", err)
	}
	writeProblem(w, r, p)
	return p.status
}

// statusGone is what metrics and log call a request whose client went away.
const statusGone = 499

var (
	noSniff    = []string{"nosniff"}
	noReferrer = []string{"same-origin"}
)

// strictTransport has browsers come by TLS for a year (RFC 6797 §6.1).
var strictTransport = []string{"max-age=31536000"}

// guard sets the headers every answer has.
func (s *server) guard(h http.Header, r *http.Request) {
	if s.secure(r) {
		h["Strict-Transport-Security"] = strictTransport
	}
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = noReferrer
	if s.shared(r) && !s.vouches(r) {
		h["Access-Control-Allow-Origin"], h["Access-Control-Expose-Headers"] = anyOrigin, exposed
	}
}

var (
	anyOrigin = []string{"*"}
	exposed   = []string{"Content-Range, ETag, Link, Yiping-Cursor, Yiping-Thinned"}
)

// shared reports whether a page of another site may read an answer: it may what
// anybody may, and browsers give such an answer to none that sent a cookie along.
// What needs an Authorization header or another method they ask for before, and
// are not given.
func (s *server) shared(r *http.Request) bool {
	if s.Closed || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	path := strings.TrimPrefix(r.URL.Path, s.BasePath)
	begins := func(with string) bool { return strings.HasPrefix(path, with) }
	return slices.ContainsFunc(sharedPaths, begins) && !slices.ContainsFunc(ownPaths, begins)
}

// Paths that pages of other sites may read, and those among them that are of who
// asks, or pages.
var (
	sharedPaths = []string{"/style.json", "/api/", "/ogc", "/tiles/", "/archives"}
	ownPaths    = []string{"/api/session", "/api/journal", docsPath}
)

// loggable is an address as it may stand in a log, or in an answer that is passed
// on: without the secret of a wall, or what a provider of sign-ons sends along.
func loggable(u *url.URL) string {
	secret := []string{"token"}
	if strings.HasSuffix(u.Path, oidcBackPath) {
		secret = append(secret, "code", "state")
	}
	if !mayName(u.RawQuery, secret) {
		return u.RequestURI()
	}
	values, hidden := u.Query(), false
	for _, name := range secret {
		if values.Has(name) {
			values.Set(name, "…")
			hidden = true
		}
	}
	if !hidden {
		return u.RequestURI()
	}
	return u.EscapedPath() + "?" + values.Encode()
}

// mayName reports whether a query may have one of the parameters: it is quick, and
// does not read the values. A name that is written in another way than as it is may
// be any.
func mayName(query string, names []string) bool {
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if slices.Contains(names, name) || strings.ContainsAny(name, "%+") {
			return true
		}
	}
	return false
}
