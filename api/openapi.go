package api

import (
	"cmp"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"yiping/api/oas"
	"yiping/geo"
	"yiping/geo/snapshot"
)

// openAPIPath is where the service describes itself (OpenAPI 3.0). The OGC API
// has a definition of its own, with its collections, at ogcPath + "/api".
const openAPIPath = "/api/openapi.json"

// docsPath is the page on it, one of the built pages.
const docsPath = "/api/docs"

// described is one line of the description: a route as the router has it.
type described struct {
	name, method, path string
	params             []string // of the query string
	resource           bool     // answered from one snapshot: takes min-cursor, says where the data stands
	access             access
	rights             []geo.Right
	media              []string // of the body; none without one
}

// access is who may ask a route.
type access uint8

const (
	byReaders access = iota // everybody, where reading is not closed
	byAll                   // whoever asks
	byWriters               // who has one of the rights
	byUsers                 // who signed in with a password
)

// openTo are the routes that are not for readers alone.
var openTo = map[string]access{"healthz": byAll, "readyz": byAll, "options": byAll, "who": byAll, "sign in": byAll, "sign out": byAll,
	"sign on": byAll, "signed on": byAll, "change password": byUsers, "journal": byWriters}

// unlisted are the query parameters of routes that read them themselves.
var unlisted = map[string][]string{
	"live": {"since", "district"}, "changes": {"since", "district", "wait"}, "tile": append([]string{minCursor}, tileParameters...),
	"sign on": {"next"}, "signed on": {"state", "code"}, "journal": {"limit"},
}

// surface lists every route there is, from the tables that the router is made of.
func (s *server) surface() []described {
	var out []described
	for _, r := range s.table() {
		d := described{name: r.name, method: http.MethodGet, path: r.path, params: r.params, resource: r.answer != nil, access: openTo[r.name]}
		if r.answer == nil {
			d.params = unlisted[r.name]
		}
		out = append(out, d)
	}
	for _, w := range writings() {
		out = append(out, described{name: w.name, method: w.method, path: w.path, params: w.params, access: byWriters, rights: w.rights, media: w.bodies()})
	}
	for _, a := range accounts() {
		d := described{name: a.name, method: a.method, path: a.path, params: unlisted[a.name], access: openTo[a.name]}
		if a.method == http.MethodPost || a.method == http.MethodPut {
			d.media = []string{typeJSON}
		}
		if a.name == "journal" {
			d.rights = []geo.Right{geo.MayManage}
		}
		out = append(out, d)
	}
	for _, path := range []string{itemsPath, itemPath} {
		out = append(out, described{name: "options", method: http.MethodOptions, path: path, access: byAll})
	}
	return out
}

// inPath finds the parameters of a path, and the pattern mux has behind a name.
var inPath = regexp.MustCompile(`\{([a-z]+)(:[^}]*)?\}`)

// openAPI describes the whole surface to one reader: of layers that are hidden from
// the reader it says nothing.
func (s *server) openAPI(q *query) (any, error) {
	return s.describe(declarations(q.snap), q.origin, s.cookieName(q.look.request)), nil
}

// declarations are those of a snapshot's layers; none where nothing is loaded.
func declarations(s *snapshot.Snapshot) []*geo.Layer {
	var out []*geo.Layer
	if s != nil {
		for _, l := range s.Layers() {
			out = append(out, l.Decl())
		}
	}
	return out
}

// describe makes the definition; cookie is what browsers send.
func (s *server) describe(layers []*geo.Layer, origin, cookie string) object {
	schemas := oas.New(schemaNames, propertyWordsOf)
	addLayers(schemas, layers)
	promises := contracts(schemas)
	paths := map[string]object{}
	for _, d := range s.surface() {
		path := inPath.ReplaceAllString(d.path, "{$1}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path][strings.ToLower(d.method)] = s.operation(d, promises[d.name])
	}
	schemas.Of(problemDocument{})
	schemas.Tidy()
	return object{
		"openapi": "3.0.3",
		"info":    object{"title": "一屏 Yiping", "version": cmp.Or(s.Version, "–"), "description": oas.Both(about) + origin + ogcPath + "/api"},
		"servers": []object{{"url": origin}},
		"paths":   paths,
		"components": object{
			"schemas": schemas.All(), "securitySchemes": securitySchemes(cookie), "headers": headerSchemas(), "parameters": headerParameters(),
			"responses": problemResponses(),
		},
	}
}

// problemResponses are the forms of failures: a problem document, and where a browser
// is led a page as well.
func problemResponses() object {
	problem := object{typeProblem: object{"schema": oas.Ref("ProblemDocument")}}
	page := object{typeProblem: problem[typeProblem], "text/html": object{"schema": object{"type": "string"}}}
	of := func(content object) object {
		return object{"description": "问题 / Problem", "headers": headerRefs(headersOfProblem...), "content": content}
	}
	return object{"Problem": of(problem), "Refusal": of(page)}
}

const typeProblem = "application/problem+json"

// operation describes one route. All failures have one form.
func (s *server) operation(d described, c contract) object {
	parameters := []object{}
	for _, m := range inPath.FindAllStringSubmatch(d.path, -1) {
		parameters = append(parameters, pathParameter(m[1]))
	}
	for _, p := range d.params {
		parameters = append(parameters, queryParameter(d.name, p))
	}
	if d.resource {
		parameters = append(parameters, queryParameter(d.name, minCursor))
	}
	for _, name := range d.requestHeaders(c) {
		parameters = append(parameters, object{"$ref": "#/components/parameters/" + name})
	}
	out := object{"operationId": strings.ToLower(d.method) + inPath.ReplaceAllString(strings.NewReplacer("/", "_", ".", "_").Replace(d.path), "$1"),
		"summary": oas.Both(operationWords[d.name]), "parameters": parameters, "responses": d.responses(c), "security": s.security(d.access)}
	if len(d.media) > 0 {
		content := object{}
		for _, m := range d.media {
			content[m] = object{"schema": c.entry}
		}
		out["requestBody"] = object{"required": true, "content": content}
	}
	if len(d.rights) > 0 {
		out["x-yiping-rights"] = d.rights // one of them is needed
	}
	return out
}

// responses describes what the route answers with, well and ill.
func (d described) responses(c contract) object {
	out := object{}
	headers := c.headers
	if d.resource {
		headers = append([]string{"ETag", "Yiping-Cursor", "Yiping-Revision"}, headers...)
	}
	ok := object{"description": "答复 / Answer", "headers": headerRefs(headers...)}
	if len(c.answers) > 0 {
		content := object{}
		for _, a := range c.answers {
			content[a.media] = object{"schema": a.schema}
		}
		ok["content"] = content
	}
	out[strconv.Itoa(cmp.Or(c.status, http.StatusOK))] = ok
	if c.creates {
		made := object{"description": "已新建 / Created", "content": ok["content"], "headers": headerRefs(append([]string{"Location"}, headers...)...)}
		out["201"] = made
	}
	for status, words := range c.also {
		out[strconv.Itoa(status)] = object{"description": words, "headers": headerRefs(headers...)}
	}
	if c.partly {
		content := object{"multipart/byteranges": object{"schema": object{"type": "string", "format": "binary"}}} // of several ranges
		for media, schema := range ok["content"].(object) {
			content[media] = schema
		}
		part := object{"description": "文件的一段 / Part of the file", "content": content, "headers": headerRefs(append([]string{"Content-Range"}, headers...)...)}
		out["206"] = part
	}
	if d.resource || c.tagged {
		out["304"] = object{"description": "未变 / Unchanged", "headers": headerRefs(headers...)}
	}
	name := "Problem"
	if c.pages {
		name = "Refusal"
	}
	for _, status := range d.failures(c) {
		out[strconv.Itoa(status)] = object{"$ref": "#/components/responses/" + name}
	}
	return out
}

// failures are the statuses of the problems that the route may answer with.
func (d described) failures(c contract) []int {
	out := append([]int{http.StatusInternalServerError, http.StatusServiceUnavailable}, c.failures...)
	if d.name == "healthz" {
		return out[:1]
	}
	if d.access == byReaders || d.access == byWriters || d.access == byUsers {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if d.resource || d.access == byWriters || len(d.params) > 0 {
		out = append(out, http.StatusBadRequest)
	}
	if strings.Contains(d.path, "{") {
		out = append(out, http.StatusBadRequest, http.StatusNotFound)
	}
	for _, p := range d.params {
		if p == "at" { // too many moments at a time, or of what is not in memory
			out = append(out, http.StatusTooManyRequests, http.StatusUnprocessableEntity)
		}
	}
	if d.access == byWriters && d.method != http.MethodGet {
		out = append(out, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if len(d.media) > 0 {
		out = append(out, http.StatusBadRequest, http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return out
}

// requestHeaders are the headers that the route reads, besides those by which a
// client says who it is and what it accepts.
func (d described) requestHeaders(c contract) []string {
	out := append([]string{}, c.reads...)
	if d.resource || c.tagged {
		out = append(out, "If-None-Match", "Yiping-Min-Cursor")
	}
	if d.access == byWriters && d.method != http.MethodGet {
		out = append(out, "Idempotency-Key", "Yiping-Min-Cursor")
	}
	return out
}

// security says how one may prove who one is.
func (s *server) security(a access) []object {
	token, session, display := object{"token": []string{}}, object{"session": []string{}}, object{"display": []string{}}
	switch {
	case a == byWriters:
		return []object{token, session}
	case a == byUsers:
		return []object{session}
	case a == byReaders && s.Closed:
		return []object{token, session, display}
	}
	return []object{{}, token, session, display}
}

func securitySchemes(cookie string) object {
	inCookie := func(t geo.Text) object {
		return object{"type": "apiKey", "in": "cookie", "name": cookie, "description": oas.Both(t)}
	}
	return object{
		"token":   object{"type": "http", "scheme": "bearer", "description": oas.Both(geo.Text{ZH: "令牌：yiping user token add", EN: "A token: yiping user token add"})},
		"session": inCookie(geo.Text{ZH: "登录后的会话：POST /api/session；写入须来自本站页面", EN: "A session by POST /api/session; writes must come from pages of this origin"}),
		"display": inCookie(geo.Text{ZH: "大屏令牌，经 /?token=… 换得；只读", EN: "The token of a display, exchanged at /?token=…; it only reads"}),
	}
}

// bodies lists the media types that the route reads.
func (wr *writing) bodies() []string {
	switch {
	case wr.method == http.MethodDelete:
		return nil
	case len(wr.media) > 0:
		return wr.media
	}
	return []string{typeJSON}
}

func pathParameter(name string) object {
	schema := object{"type": "string"}
	if of, ok := parameterSchemas[name]; ok {
		schema = of
	}
	return object{"name": name, "in": "path", "required": true, "schema": schema, "description": oas.Both(parameterWords[name])}
}

func queryParameter(route, name string) object {
	schema := object{"type": "string"}
	if of, ok := parameterSchemas[name]; ok {
		schema = of
	}
	if of, ok := parameterSchemas[route+" "+name]; ok {
		schema = of
	}
	return object{"name": name, "in": "query", "schema": schema, "description": oas.Both(parameterWords[name])}
}

func headerRefs(names ...string) object {
	out := object{}
	for _, name := range names {
		out[name] = object{"$ref": "#/components/headers/" + name}
	}
	return out
}
