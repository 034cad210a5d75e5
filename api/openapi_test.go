package api_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"yiping/api"
)

type openAPIDocument struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID, Summary string
		Parameters           []struct {
			Name, In, Description string
			Required              bool
		}
	}
}

var pattern = regexp.MustCompile(`:[^}]*}`)

// The description has every route of the router, and no other; each says what it
// is for in both languages, and so do its parameters.
func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	s := start(t, openStore(t), setting{basePath: "/city"})
	doc := decode[openAPIDocument](t, s.get("/api/openapi.json"))
	if doc.OpenAPI != "3.0.3" {
		t.Errorf("version %q", doc.OpenAPI)
	}
	left, ids := map[string]bool{}, map[string]bool{}
	for path, operations := range doc.Paths {
		for method, o := range operations {
			left[strings.ToUpper(method)+" "+path] = true
			if ids[o.OperationID] {
				t.Errorf("two operations are %s", o.OperationID)
			}
			ids[o.OperationID] = true
			if strings.HasPrefix(o.Summary, " / ") {
				t.Errorf("%s %s: nobody says what it is for", method, path)
			}
			for _, p := range o.Parameters {
				if strings.HasPrefix(p.Description, " / ") || p.Required != (p.In == "path") || (p.In == "path") != strings.Contains(path, "{"+p.Name+"}") && p.Name != "layers" && p.Name != "district" {
					t.Errorf("%s %s: parameter %+v", method, path, p)
				}
			}
		}
	}
	for _, r := range api.Routes(s.handler) {
		name := r.Method + " " + pattern.ReplaceAllString(r.Path, "}")
		if !left[name] {
			t.Errorf("route %s is not described", name)
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("there is no route %s", name)
	}
}

// Each reading route refuses a parameter nobody knows with a problem that names it
// and lists those there are: exactly the ones described.
func TestOpenAPIHasEveryQueryParameter(t *testing.T) {
	o := openOffice(t, openStore(t))
	doc := decode[openAPIDocument](t, o.get("/api/openapi.json"))
	asked := 0
	for name, a := range accesses(o) {
		method, path, _ := strings.Cut(name, " ")
		if method != "GET" || a.kind != toReaders || path == "/metrics" || path == "/ogc" || strings.HasPrefix(path, "/ogc/") {
			continue
		}
		operation, there := doc.Paths[pattern.ReplaceAllString(path, "}")]["get"]
		if !there {
			t.Errorf("%s is not described", name)
			continue
		}
		target, _, _ := strings.Cut(a.path, "?")
		g := o.get(o.named(target)+"?no-such=1", "Accept-Language", "en")
		p := decode[problem](t, g)
		_, known, found := strings.Cut(p.Detail, "known: ")
		if g.status != 400 || p.Parameter != "no-such" || !found || g.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %+v", name, g.status, p)
			continue
		}
		var want []string
		for _, q := range operation.Parameters {
			if q.In == "query" && q.Name != "min-cursor" {
				want = append(want, q.Name)
			}
		}
		got := slices.DeleteFunc(strings.Split(known, ", "), func(s string) bool { return s == "–" || s == "min-cursor" })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s reads %v, described are %v", name, got, want)
		}
		asked++
	}
	if asked < 25 {
		t.Errorf("%d routes asked", asked)
	}
}

// Each number in an answer or an entry is described, in both languages, so that its
// unit or its order of axes is told; fields of layers have their unit from their
// declaration.
func TestOpenAPITellsWhatNumbersAre(t *testing.T) {
	s := start(t, openStore(t), setting{})
	doc, err := openapi3.NewLoader().LoadFromData(s.get("/api/openapi.json").body)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for name, schema := range doc.Components.Schemas {
		if strings.Contains(name, ".") { // of a layer
			continue
		}
		for property, p := range schema.Value.Properties {
			of := p.Value
			if of.Type.Is("array") {
				of = of.Items.Value
			}
			if !of.Type.Is("number") && !of.Type.Is("integer") {
				continue
			}
			if zh, en, both := strings.Cut(p.Value.Description, " / "); !both || zh == "" || en == "" {
				t.Errorf("nobody says what %s of %s is: %q", property, name, p.Value.Description)
			}
			told++
		}
	}
	if told < 150 {
		t.Errorf("%d numbers were looked at", told)
	}
	progress := doc.Components.Schemas["Report.project"].Value.Properties["actual_progress"].Value
	if !strings.Contains(progress.Description, "％") || progress.Extensions["x-ogc-unit"] != "％" {
		t.Errorf("progress is described as %+v", progress)
	}
}

// Who may ask a route is described as TestEveryRouteByEveryRole holds it.
func TestOpenAPITellsWhoMayAsk(t *testing.T) {
	for _, closed := range []bool{false, true} {
		o := &office{openOffice(t, openStore(t)).with(func(c *api.Config) { c.Closed = closed })}
		doc, err := openapi3.NewLoader().LoadFromData(o.get("/api/openapi.json", "Authorization", "Bearer "+o.all("reader")).body)
		if err != nil {
			t.Fatal(err)
		}
		for name, a := range accesses(o) {
			method, path, _ := strings.Cut(name, " ")
			operation := doc.Paths.Value(pattern.ReplaceAllString(path, "}")).GetOperation(method)
			var ways []string
			for _, requirement := range *operation.Security {
				ways = append(ways, strings.Join(slices.Collect(maps.Keys(requirement)), "+"))
			}
			want := map[kind][]string{forAll: {"", "token", "session", "display"}, toReaders: {"", "token", "session", "display"}, toWriters: {"token", "session"}, forUser: {"session"}}[a.kind]
			if a.kind == toReaders && closed {
				want = want[1:]
			}
			if !slices.Equal(ways, want) {
				t.Errorf("closed %v: %s is described as open to %q, want %q", closed, name, ways, want)
			}
			rights, _ := operation.Extensions["x-yiping-rights"].([]any)
			if len(a.rights) > len(rights) || len(rights) > 0 && a.kind != toWriters {
				t.Errorf("%s: rights %v, described are %v", name, a.rights, rights)
			}
		}
	}
}
