package api

import (
	"net/http"
	"regexp"
	"strings"

	"yiping/geo"
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
	clocked            bool     // takes min-cursor too
	rights             []geo.Right
	media              []string // of the body; none without one
}

// unlisted are the query parameters of routes that read them themselves.
var unlisted = map[string][]string{
	"live": {"since", "district"}, "changes": {"since", "district", "wait"}, "tile": append([]string{minCursor}, tileParameters...),
	"sign on": {"next"}, "signed on": {"state", "code"}, "journal": {"limit"},
}

// surface lists every route there is, from the tables that the router is made of.
func (s *server) surface() []described {
	var out []described
	for _, r := range s.table() {
		d := described{name: r.name, method: http.MethodGet, path: r.path, params: r.params, clocked: r.answer != nil}
		if r.answer == nil {
			d.params = unlisted[r.name]
		}
		out = append(out, d)
	}
	for _, w := range writings() {
		out = append(out, described{name: w.name, method: w.method, path: w.path, params: w.params, rights: w.rights, media: w.bodies()})
	}
	for _, a := range accounts() {
		d := described{name: a.name, method: a.method, path: a.path, params: unlisted[a.name]}
		if a.method == http.MethodPost || a.method == http.MethodPut {
			d.media = []string{typeJSON}
		}
		out = append(out, d)
	}
	for _, path := range []string{itemsPath, itemPath} {
		out = append(out, described{name: "options", method: http.MethodOptions, path: path})
	}
	return out
}

// inPath finds the parameters of a path, and the pattern mux has behind a name.
var inPath = regexp.MustCompile(`\{([a-z]+)(:[^}]*)?\}`)

// openAPI describes the whole surface.
func (s *server) openAPI(q *query) (any, error) {
	paths := map[string]object{}
	for _, d := range s.surface() {
		path := inPath.ReplaceAllString(d.path, "{$1}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path][strings.ToLower(d.method)] = d.operation()
	}
	return object{
		"openapi": "3.0.3",
		"info": object{"title": "一屏 Yiping", "version": s.Version,
			"description": "城市项目一张图服务。错误均为 RFC 9457 问题文档，按 Accept-Language 用中文或英文。 / The city's map of projects. Every error is a problem document of RFC 9457, in Chinese or English by Accept-Language. OGC API: " + q.origin + ogcPath + "/api"},
		"servers": []object{{"url": q.origin}},
		"paths":   paths,
		"components": object{
			"schemas":         object{"Problem": problemSchema()},
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
			"responses": object{"Problem": object{"description": "问题 / Problem",
				"content": object{typeProblem: object{"schema": object{"$ref": "#/components/schemas/Problem"}}}}},
		},
	}, nil
}

const typeProblem = "application/problem+json"

// problemSchema is what writeProblem writes.
func problemSchema() object {
	text, whole := object{"type": "string"}, object{"type": "integer"}
	return object{"type": "object", "additionalProperties": false, "required": []string{"type", "title", "status", "detail", "instance"},
		"properties": object{"type": text, "title": text, "status": whole, "detail": text, "instance": text, "parameter": text, "row": whole,
			"findings": object{"type": "array", "items": object{"type": "object"}}}}
}

// operation describes one route. All failures have one form.
func (d described) operation() object {
	w := operationWords[d.name]
	parameters := []object{}
	for _, m := range inPath.FindAllStringSubmatch(d.path, -1) {
		parameters = append(parameters, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}, "description": both(parameterWords[m[1]])})
	}
	for _, p := range d.params {
		parameters = append(parameters, queryParameter(p))
	}
	if d.clocked {
		parameters = append(parameters, queryParameter(minCursor))
	}
	out := object{"operationId": strings.ToLower(d.method) + inPath.ReplaceAllString(strings.NewReplacer("/", "_", ".", "_").Replace(d.path), "$1"),
		"summary": both(w), "parameters": parameters,
		"responses": object{"2XX": object{"description": "答复 / Answer"}, "3XX": object{"description": "未变或在别处 / Unchanged, or elsewhere"},
			"4XX": object{"$ref": "#/components/responses/Problem"}, "5XX": object{"$ref": "#/components/responses/Problem"}}}
	if len(d.media) > 0 {
		content := object{}
		for _, m := range d.media {
			content[m] = object{"schema": object{"type": "object"}}
		}
		out["requestBody"] = object{"content": content}
	}
	if len(d.rights) > 0 {
		out["security"] = []object{{"token": []string{}}}
	}
	return out
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

func both(t geo.Text) string { return t.ZH + " / " + t.EN }

func queryParameter(name string) object {
	schema := object{"type": "string"}
	if of, ok := parameterSchemas[name]; ok {
		schema = of
	}
	return object{"name": name, "in": "query", "schema": schema, "description": both(parameterWords[name])}
}
