package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"yiping/api"
	"yiping/geo"
)

// witness stands before the service in every test, and holds each request that is
// answered well, and each answer, to the definitions that the service gives of
// itself.
type witness struct {
	http.Handler
	t testing.TB
	// noise: requests are made up, and hold what nobody reads; answers are held to
	// the definitions all the same.
	noise atomic.Bool

	mu     sync.Mutex
	layers []*geo.Layer // that surface and features are of
	surface,
	features *promised
}

// promised is a definition parsed, with the paths of OGC API as patterns.
type promised struct {
	doc   *openapi3.T
	paths []*regexp.Regexp
	names []string
}

// promises are the definitions that were parsed already, by their hash: most tests have the same.
var promises sync.Map

// exercised are the operations that were answered well, in whatever test.
var exercised sync.Map

func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	sent, err := io.ReadAll(r.Body)
	if err != nil && len(sent) == 0 {
		sent = nil // the service will see the same failure
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(sent), failing{err}))
	rec := &copied{ResponseWriter: rw}
	w.Handler.ServeHTTP(rec, r)
	if rec.status == 0 && r.Context().Err() != nil {
		return // the client left: nobody was answered
	}
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	w.check(r, sent, rec)
}

// failing ends a body as the client ended it.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// copied keeps what was answered.
type copied struct {
	http.ResponseWriter
	status int
	header http.Header
	body   bytes.Buffer
}

func (c *copied) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *copied) WriteHeader(status int) {
	if c.status == 0 {
		c.status, c.header = status, c.Header().Clone()
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *copied) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.WriteHeader(http.StatusOK)
	}
	c.body.Write(b)
	return c.ResponseWriter.Write(b)
}

// current gives the definitions of the layers as they are declared now.
func (w *witness) current(r *http.Request) (surface, features *promised) {
	w.mu.Lock()
	defer w.mu.Unlock()
	layers, own, ogc := api.Definitions(w.Handler, r)
	if w.surface == nil || w.features == nil || !slices.Equal(w.layers, layers) {
		w.layers, w.surface, w.features = layers, w.parse(own), w.parse(ogc)
	}
	return w.surface, w.features
}

func (w *witness) parse(read func() ([]byte, error)) *promised {
	raw, err := read()
	if err != nil {
		w.t.Errorf("a definition cannot be made: %v", err)
	}
	if raw == nil {
		return nil
	}
	sum := sha256.Sum256(raw)
	if d, ok := promises.Load(sum); ok {
		return d.(*promised)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err == nil {
		err = doc.Validate(context.Background())
	}
	if err != nil {
		w.t.Errorf("the definition is not valid: %v", err)
		return nil
	}
	d := &promised{doc: doc}
	for _, path := range doc.Paths.InMatchingOrder() {
		d.names = append(d.names, path)
		d.paths = append(d.paths, regexp.MustCompile("^"+quotedBraces.ReplaceAllString(regexp.QuoteMeta(path), `(?P<$1>[^/]+)`)+"$"))
	}
	promises.Store(sum, d)
	return d
}

var quotedBraces = regexp.MustCompile(`\\\{(\w+)\\\}`)

// find gives the route of a path below the root of OGC API.
func (d *promised) find(path string) (string, map[string]string) {
	for n, p := range d.paths {
		if m := p.FindStringSubmatch(path); m != nil {
			vars := map[string]string{}
			for k, name := range p.SubexpNames() {
				if name != "" {
					vars[name] = m[k]
				}
			}
			return d.names[n], vars
		}
	}
	return "", nil
}

// witnessed is one request with its answer and the operation that both are of.
type witnessed struct {
	request *http.Request
	sent    []byte
	answer  *copied
	route   *routers.Route
	vars    map[string]string
	noise   bool
}

func (w *witness) check(r *http.Request, sent []byte, rec *copied) {
	method, path, vars, ok := api.RouteOf(w.Handler, r)
	surface, features := w.current(r)
	if surface == nil {
		return
	}
	if !ok { // no route: a page, or a problem
		if rec.header.Get("Content-Type") == "application/problem+json" && r.Method != http.MethodHead {
			w.report(r, rec, conforms(surface.doc.Components.Schemas["ProblemDocument"], rec.plain(), openapi3.VisitAsResponse()))
		}
		return
	}
	described := pattern.ReplaceAllString(path, "}")
	if rec.status < 400 {
		exercised.Store(method+" "+described, true)
	}
	of := witnessed{request: r, sent: sent, answer: rec, vars: vars, noise: w.noise.Load()}
	of.route = surface.route(described, method)
	if described != "/ogc" && described != "/ogc/{path}" || rec.status >= 400 { // else OGC API's own definition says more
		w.report(r, rec, of.faults())
	}
	if below, ogc := strings.CutPrefix(path, "/ogc"); ogc && features != nil && rec.status < 400 && method != http.MethodOptions {
		if strings.HasPrefix(below, "/{path") {
			below = "/" + strings.TrimSuffix(segmented(r, vars["path"]), "/")
		} else {
			below = strings.ReplaceAll(strings.ReplaceAll(pattern.ReplaceAllString(below, "}"), "{layer}", vars["layer"]), "{id}", vars["id"])
		}
		if below == "" {
			below = "/"
		}
		name, vars := features.find(below)
		of.route, of.vars = features.route(name, method), vars
		w.report(r, rec, of.faults())
		if of.route != nil {
			exercised.Store(method+" /ogc"+inCollection.ReplaceAllString(name, "/collections/{layer}"), true)
		}
	}
}

// segmented is the end of a path with the slashes that stand within a segment as they
// were sent.
func segmented(r *http.Request, end string) string {
	if !strings.Contains(strings.ToUpper(r.URL.EscapedPath()), "%2F") {
		return end
	}
	parts := strings.Split(r.URL.EscapedPath(), "/")
	for n, p := range parts {
		if q, err := url.PathUnescape(p); err == nil {
			parts[n] = strings.ReplaceAll(q, "/", "%2F")
		}
	}
	_, below, _ := strings.Cut(strings.Join(parts, "/"), "/ogc/")
	return below
}

var inCollection = regexp.MustCompile(`/collections/\w+`)

func (d *promised) route(path, method string) *routers.Route {
	item := d.doc.Paths.Value(path)
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if item == nil || item.GetOperation(method) == nil {
		return nil
	}
	return &routers.Route{Spec: d.doc, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)}
}

func (w *witness) report(r *http.Request, rec *copied, err error) {
	if err != nil {
		w.t.Errorf("%s %s, answered with %d: the definition is not kept: %.1500v", r.Method, r.URL, rec.status, err)
	}
}

func (c *copied) plain() []byte {
	if c.header.Get("Content-Encoding") != "gzip" {
		return c.body.Bytes()
	}
	z, err := gzip.NewReader(&c.body)
	if err != nil {
		return nil
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil
	}
	return raw
}

// faults says what of request and answer is not as described.
func (x *witnessed) faults() error {
	if x.route == nil {
		return errors.New("nobody describes this")
	}
	err := x.answerFaults()
	if x.answer.status < 400 && !x.noise {
		err = errors.Join(err, x.requestFaults())
	}
	return err
}

func (x *witnessed) answerFaults() error {
	status := strconv.Itoa(x.answer.status)
	ref := x.route.Operation.Responses.Value(status)
	if ref == nil {
		return fmt.Errorf("status %s is not described", status)
	}
	for name := range x.answer.header {
		if _, told := ref.Value.Headers[name]; !told && !spelled(ref.Value.Headers, name) && !slices.Contains(ofHTTP, name) {
			return fmt.Errorf("header %s: %s of status %s is not described", name, x.answer.header.Get(name), status)
		}
	}
	if x.request.Method == http.MethodHead || x.answer.status == http.StatusNoContent || x.answer.status == http.StatusNotModified || x.answer.status == http.StatusSeeOther {
		if x.answer.body.Len() > 0 && x.answer.status != http.StatusSeeOther {
			return errors.New("there is a body where there should be none")
		}
		return nil
	}
	kind := x.answer.header.Get("Content-Type")
	media := ref.Value.Content[kind]
	if media == nil {
		kind, _, _ = strings.Cut(kind, ";")
		media = ref.Value.Content[kind]
	}
	switch {
	case media == nil:
		return fmt.Errorf("content type %s of status %s is not described", kind, status)
	case kind == "text/event-stream":
		return x.events()
	case !strings.Contains(kind, "json"):
		return nil
	}
	return conforms(media.Schema, x.answer.plain(), openapi3.VisitAsResponse())
}

// spelled finds a header however it is spelled.
func spelled(headers openapi3.Headers, name string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(headers)), func(h string) bool { return http.CanonicalHeaderKey(h) == name })
}

// ofHTTP are headers that speak for themselves, and those of security and of pages.
var ofHTTP = []string{"Content-Type", "Content-Length", "Content-Encoding", "Cache-Control", "Vary", "Date", "X-Content-Type-Options", "Referrer-Policy",
	"Content-Security-Policy", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "X-Accel-Buffering"}

func conforms(ref *openapi3.SchemaRef, raw []byte, how openapi3.SchemaValidationOption) error {
	if ref == nil {
		return errors.New("no schema")
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	return ref.Value.VisitJSON(v, how, openapi3.MultiErrors(), openapi3.EnableFormatValidation())
}

// events holds each event of a stream to the schema of its kind.
func (x *witnessed) events() error {
	schemas := x.route.Spec.Components.Schemas
	of := map[string]*openapi3.SchemaRef{"hello": schemas["Reload"], "change": schemas["Change"], "reload": schemas["Reload"], "state": schemas["StoreState"]}
	for block := range strings.SplitSeq(x.answer.body.String(), "\n\n") {
		var kind, data string
		for line := range strings.Lines(block) {
			line = strings.TrimSuffix(line, "\n")
			if v, ok := strings.CutPrefix(line, "event: "); ok {
				kind = v
			}
			if v, ok := strings.CutPrefix(line, "data: "); ok {
				data = v
			}
		}
		if data == "" || !json.Valid([]byte(data)) {
			continue // a heartbeat, or an event that was cut off
		}
		if err := conforms(of[kind], []byte(data), openapi3.VisitAsResponse()); err != nil {
			return fmt.Errorf("event %s: %w", kind, err)
		}
	}
	return nil
}

// headersRead are those that a route must describe when it is sent them and
// answers well.
var headersRead = []string{"If-Match", "If-None-Match", "If-Range", "Range", "Idempotency-Key", "Content-Crs", "Last-Event-Id", "Yiping-Min-Cursor"}

func (x *witnessed) requestFaults() error {
	op, in := x.route.Operation, &openapi3filter.RequestValidationInput{Request: x.request, PathParams: x.vars, QueryParams: x.request.URL.Query(), Route: x.route}
	known := map[string]bool{}
	var all error
	for _, p := range op.Parameters {
		known[p.Value.In+" "+http.CanonicalHeaderKey(p.Value.Name)] = true
		if p.Value.In == "query" && in.QueryParams.Get(p.Value.Name) == "" && in.QueryParams.Has(p.Value.Name) {
			continue // an empty one counts as none
		}
		if p.Value.Name == "limit" && strings.HasPrefix(x.route.Path, "/collections/") {
			continue // more than the maximum means the maximum (OGC 17-069r4, /req/core/fc-limit-response-1)
		}
		all = errors.Join(all, openapi3filter.ValidateParameter(x.request.Context(), in, p.Value))
	}
	for name := range in.QueryParams {
		if !known["query "+http.CanonicalHeaderKey(name)] {
			all = errors.Join(all, fmt.Errorf("query parameter %s is not described", name))
		}
	}
	for _, name := range headersRead {
		if x.request.Header.Get(name) != "" && !known["header "+http.CanonicalHeaderKey(name)] {
			all = errors.Join(all, fmt.Errorf("header %s is not described", name))
		}
	}
	return errors.Join(all, x.entryFaults())
}

func (x *witnessed) entryFaults() error {
	if len(x.sent) == 0 || x.request.Method == http.MethodOptions { // where a body means nothing (RFC 9110 §9.3.7)
		return nil
	}
	if x.route.Operation.RequestBody == nil {
		return errors.New("no body is described")
	}
	kind, _, _ := strings.Cut(x.request.Header.Get("Content-Type"), ";")
	media := x.route.Operation.RequestBody.Value.Content[kind]
	if media == nil {
		return fmt.Errorf("no body of type %s is described", kind)
	}
	return conforms(media.Schema, x.sent, openapi3.VisitAsRequest())
}

// witnessing runs the tests and holds, once all have run, that each operation
// described was answered well in one of them.
type witnessing struct{ *testing.M }

func (w witnessing) Run() int {
	code := w.M.Run()
	for _, some := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(some).Value.String() != "" {
			return code
		}
	}
	if left := unexercised(); code == 0 && len(left) > 0 {
		fmt.Println("no test has these answered well:", strings.Join(left, ", "))
		return 1
	}
	return code
}

// unexercised are the operations of any definition that no test asked, or not with
// success.
func unexercised() []string {
	left := map[string]bool{}
	for _, d := range promises.Range {
		d := d.(*promised)
		prefix := ""
		if d.doc.Components.Schemas["ProblemDocument"] == nil {
			prefix = "/ogc"
		}
		for path, item := range d.doc.Paths.Map() {
			for method := range item.Operations() {
				name := method + " " + prefix + inCollection.ReplaceAllString(path, "/collections/{layer}")
				if _, ok := exercised.Load(name); !ok {
					left[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(left))
}
