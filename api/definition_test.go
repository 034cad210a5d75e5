package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// definition is what the tests read of an OpenAPI document.
type definition struct {
	OpenAPI    string
	Paths      map[string]map[string]operationDoc
	Components struct {
		Parameters map[string]parameterDoc
		Responses  map[string]responseDoc
		Schemas    map[string]json.RawMessage
	}
}

type operationDoc struct {
	OperationID, Summary, Description string
	Parameters                        []parameterDoc
	RequestBody                       *struct{ Content map[string]json.RawMessage }
	Responses                         map[string]responseDoc
	Security                          []map[string][]string
}

type parameterDoc struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                schemaDoc
}

type schemaDoc struct {
	Type, Format     string
	Enum             []any
	Minimum, Maximum *float64
	Items            *schemaDoc
}

type responseDoc struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]json.RawMessage
}

// parameters gives those of an operation, references followed.
func (d *definition) parameters(o operationDoc) []parameterDoc {
	out := slices.Clone(o.Parameters)
	for n, p := range out {
		if p.Ref != "" {
			out[n] = d.Components.Parameters[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]
		}
	}
	return out
}

// response gives what a status is described as, most exactly; false where it is not.
func (d *definition) response(o operationDoc, status int) (responseDoc, bool) {
	exact := http.StatusText(status) != "" && status >= 100
	for _, key := range []string{itoa(status), itoa(status/100) + "XX", "default"} {
		r, ok := o.Responses[key]
		if !ok || !exact {
			continue
		}
		if r.Ref != "" {
			r = d.Components.Responses[r.Ref[strings.LastIndex(r.Ref, "/")+1:]]
		}
		return r, true
	}
	return responseDoc{}, false
}

func itoa(n int) string { return string(json.Number(jsonOf(n))) }

func jsonOf(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// operations lists them in one order, whatever that of a map is.
func (d *definition) operations() (out []described) {
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			out = append(out, described{strings.ToUpper(method), path, d.Paths[path][method]})
		}
	}
	return out
}

type described struct {
	method, path string
	operationDoc
}

// probe is a request in parts, so that one of them can be made another.
type probe struct {
	method, template string
	path             map[string]string
	query            url.Values
	header           http.Header
	body             string
	secret           string
}

var inBraces = regexp.MustCompile(`\{([A-Za-z]+)\}`)

// probeOf parts the address of a request that succeeds by the template it is of.
func probeOf(t *testing.T, method, template, address string) probe {
	t.Helper()
	p := probe{method: method, template: template, path: map[string]string{}, header: http.Header{}}
	path, query, _ := strings.Cut(address, "?")
	var err error
	if p.query, err = url.ParseQuery(query); err != nil {
		t.Fatal(err)
	}
	pattern := "^"
	rest := template
	for _, at := range inBraces.FindAllStringIndex(template, -1) {
		before := template[len(template)-len(rest) : at[0]]
		pattern += regexp.QuoteMeta(before) + "(.+?)"
		rest = template[at[1]:]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(rest) + "$").FindStringSubmatch(path)
	if found == nil {
		t.Fatalf("%s is no address of %s", address, template)
	}
	for n, name := range inBraces.FindAllStringSubmatch(template, -1) {
		p.path[name[1]] = found[n+1]
	}
	return p
}

func (p probe) clone() probe {
	p.path, p.query, p.header = maps.Clone(p.path), maps.Clone(p.query), p.header.Clone()
	return p
}

// elsewhere reports that the request may go to another route: a slash is one however
// it is written, and a gateway's other method is another operation.
func (p probe) elsewhere() bool {
	for _, v := range p.path {
		if v == "" || strings.Contains(v, "/") {
			return true
		}
	}
	return p.header.Get("X-HTTP-Method-Override") != ""
}

func (p probe) address() string {
	path := inBraces.ReplaceAllStringFunc(p.template, func(m string) string { return escapePath(p.path[m[1:len(m)-1]]) })
	if len(p.query) > 0 {
		path += "?" + p.query.Encode()
	}
	return path
}

// escapePath keeps the dots that a client would take for folders.
func escapePath(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}
