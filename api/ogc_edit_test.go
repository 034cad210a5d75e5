package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/crs"
)

const problemItems = "/ogc/collections/problem/items"

func point(code string, a, b float64, properties string) string {
	return fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%s,%s]},"properties":{"code":%q,"name":"路面破损"%s}}`, ftoa(a), ftoa(b), code, properties)
}

// made creates a feature and gives its path.
func (s *service) made(items, secret, body string, header ...string) string {
	s.t.Helper()
	g := s.send(http.MethodPost, items, secret, body, header...)
	at, ok := strings.CutPrefix(g.header.Get("Location"), s.base)
	if g.status != http.StatusCreated || !ok {
		s.t.Fatalf("POST %s: %d, Location %q: %s", items, g.status, g.header.Get("Location"), g.body)
	}
	return at
}

type oneFeature struct {
	ID       uint64
	Geometry struct {
		Type        string
		Coordinates json.RawMessage
	}
	Properties map[string]any
}

func (s *service) feature(path string) oneFeature {
	s.t.Helper()
	g := s.get(path)
	if g.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, g.status, g.body)
	}
	return decode[oneFeature](s.t, g)
}

func editChecks(s *service) map[string]func(*testing.T) {
	const part4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
	o := &office{s}
	secret := o.token(geo.Token{ID: "gis", Rights: []geo.Right{geo.MayEdit}})
	return map[string]func(*testing.T){
		part4 + "create-replace-delete": func(t *testing.T) {
			s := o.in(t).service
			at := s.made(problemItems, secret, point("E1", 121.36, 31.19, `,"reason":"积水"`))
			if f := s.feature(at); f.Properties["code"] != "E1" || string(f.Geometry.Coordinates) != "[121.36,31.19]" {
				t.Errorf("created %+v", f)
			}
			s.done(http.MethodPut, at, secret, point("E1", 121.37, 31.2, ""))
			if f := s.feature(at); f.Properties["reason"] != nil || string(f.Geometry.Coordinates) != "[121.37,31.2]" {
				t.Errorf("replaced: what the body leaves out is to go: %+v", f)
			}
			s.done(http.MethodDelete, at, secret, "")
			if g := s.get(at); g.status != http.StatusNotFound {
				t.Errorf("deleted: %d", g.status)
			}
			for method, body := range map[string]string{http.MethodPut: point("E1", 121, 31, ""), http.MethodDelete: ""} {
				s.refused(http.StatusNotFound, method, at, secret, body)
			}
		},
		part4 + "update": func(t *testing.T) {
			s := o.in(t).service
			at := s.made(problemItems, secret, point("E2", 121.36, 31.19, `,"reason":"积水"`))
			s.done(http.MethodPatch, at, secret, `{"properties":{"name":"井盖缺失"}}`, "Content-Type", "application/merge-patch+json")
			f := s.feature(at)
			if f.Properties["name"] != "井盖缺失" || f.Properties["reason"] != "积水" || string(f.Geometry.Coordinates) != "[121.36,31.19]" {
				t.Errorf("updated %+v", f)
			}
			s.done(http.MethodPatch, at, secret, `{"properties":{"reason":null},"geometry":null}`)
			if f := s.feature(at); f.Properties["reason"] != nil || f.Geometry.Type != "" || f.Properties["name"] != "井盖缺失" {
				t.Errorf("cleared %+v", f)
			}
		},
		part4 + "features": func(t *testing.T) {
			s := o.in(t).service
			// Coordinates in any system the collection lists, in the authority's order.
			at := s.made(problemItems, secret, point("E3", 31.19, 121.36, ""), "Content-Crs", "<"+epsg+"4490>")
			if f := s.feature(at); string(f.Geometry.Coordinates) != "[121.36,31.19]" {
				t.Errorf("%s", f.Geometry.Coordinates)
			}
			for path, want := range map[string]string{problemItems: "GET, HEAD, POST, OPTIONS", at: "GET, HEAD, PUT, PATCH, DELETE, OPTIONS", "/ogc/collections/ruling/items": "GET, HEAD, OPTIONS"} {
				if g := s.send(http.MethodOptions, path, "", ""); g.status != http.StatusNoContent || g.header.Get("Allow") != want {
					t.Errorf("OPTIONS %s: %d, %q, want %q", path, g.status, g.header.Get("Allow"), want)
				}
			}
			doc := decode[struct {
				Paths map[string]map[string]json.RawMessage
			}](t, s.get("/ogc/api"))
			for path, methods := range map[string]string{"/collections/problem/items": "post", "/collections/problem/items/{featureId}": "put patch delete"} {
				for _, method := range strings.Fields(methods) {
					if doc.Paths[path][method] == nil {
						t.Errorf("the definition has no %s of %s", method, path)
					}
				}
			}
			if doc.Paths["/collections/ruling/items"]["post"] != nil {
				t.Error("rulings are not edited")
			}
		},
		part4 + "optimistic-locking-etags": func(t *testing.T) {
			s := o.in(t).service
			at := s.made(problemItems, secret, point("E4", 121.36, 31.19, ""))
			tag := s.get(at).header.Get("ETag")
			zone := s.get(at+"?crs="+escape(epsg+"4490"), "Accept-Encoding", "gzip").header.Get("ETag")
			s.done(http.MethodPatch, at, secret, `{"properties":{"name":"甲"}}`, "If-Match", tag)
			for _, stale := range []string{tag, zone, "W/" + tag, `"x"`, `"0-1", "99-a"`, "1"} {
				for method, body := range map[string]string{http.MethodPatch: `{"properties":{"name":"乙"}}`, http.MethodPut: point("E4", 1, 1, ""), http.MethodDelete: ""} {
					if p := s.refused(http.StatusPreconditionFailed, method, at, secret, body, "If-Match", stale); p.Parameter != "If-Match" {
						t.Errorf("%+v", p)
					}
				}
			}
			if f := s.feature(at); f.Properties["name"] != "甲" {
				t.Errorf("%+v", f)
			}
			s.done(http.MethodPatch, at, secret, `{"properties":{"name":"丙"}}`, "If-Match", `"7-x", `+s.get(at).header.Get("ETag"))
			s.done(http.MethodDelete, at, secret, "", "If-Match", "*")
		},
	}
}

func TestOGCEditsAreRefusedByName(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("gis")
	w1 := projects + "/" + utoa(lookup(t, o.store, city.Project, "W1"))
	whole := func(properties string) string {
		return `{"type":"Feature","geometry":null,"properties":` + properties + `}`
	}
	at := func(geometry string) string {
		return `{"type":"Feature","geometry":` + geometry + `,"properties":{"code":"N1","name":"新"}}`
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		parameter          string
		header             []string
	}{
		"no JSON":                    {"POST", projects, `a`, 400, "", nil},
		"a list":                     {"POST", projects, `[]`, 400, "", nil},
		"null":                       {"POST", projects, `null`, 400, "", nil},
		"nothing":                    {"PUT", w1, ``, 400, "", nil},
		"two features":               {"POST", projects, newFeature + newFeature, 400, "", nil},
		"a collection":               {"POST", projects, `{"type":"FeatureCollection","features":[]}`, 400, "features", nil},
		"another type":               {"POST", projects, `{"type":"Point","geometry":null,"properties":{}}`, 400, "type", nil},
		"no geometry":                {"PUT", w1, `{"type":"Feature","properties":{"code":"W1","name":"x"}}`, 400, "geometry", nil},
		"no properties":              {"PUT", w1, `{"type":"Feature","geometry":null}`, 400, "properties", nil},
		"a member misspelt":          {"PATCH", w1, `{"propertys":{}}`, 400, "propertys", nil},
		"a member crs":               {"PATCH", w1, `{"crs":{},"geometry":null}`, 400, "crs", nil},
		"another id":                 {"PATCH", w1, `{"id":3,"properties":{}}`, 400, "id", nil},
		"no code":                    {"POST", projects, whole(`{"name":"x"}`), 400, "code", nil},
		"a code that is taken":       {"POST", projects, whole(`{"code":"W1","name":"x"}`), 409, "code", nil},
		"a field that is not":        {"PATCH", w1, `{"properties":{"colour":1}}`, 400, "colour", nil},
		"a value of another type":    {"PATCH", w1, `{"properties":{"investment":"viel"}}`, 400, "investment", nil},
		"an object as value":         {"PATCH", w1, `{"properties":{"name":{}}}`, 400, "name", nil},
		"a value that is not one":    {"PATCH", w1, `{"properties":{"level":"省属"}}`, 400, "level", nil},
		"a light":                    {"PATCH", w1, `{"properties":{"light":"green"}}`, 400, "light", nil},
		"a light of a new feature":   {"POST", projects, whole(`{"code":"N2","name":"x","light":"red"}`), 400, "light", nil},
		"a required field cleared":   {"PATCH", w1, `{"properties":{"name":null}}`, 400, "name", nil},
		"a position off the globe":   {"POST", projects, at(`{"type":"Point","coordinates":[221,31]}`), 400, "geometry", nil},
		"latitude first":             {"POST", projects, at(`{"type":"Point","coordinates":[31,121]}`), 400, "geometry", nil},
		"a position of words":        {"POST", projects, at(`{"type":"Point","coordinates":["a",1]}`), 400, "geometry", nil},
		"four numbers":               {"POST", projects, at(`{"type":"Point","coordinates":[121,31,1,2]}`), 400, "geometry", nil},
		"a bow tie":                  {"POST", projects, at(`{"type":"Polygon","coordinates":[[[121,31],[121.1,31.1],[121.1,31],[121,31.1],[121,31]]]}`), 400, "geometry", nil},
		"easting first":              {"POST", projects, at(`{"type":"Point","coordinates":[640000,3450000]}`), 400, "geometry", []string{"Content-Crs", "<" + zone40CM + ">"}},
		"degrees in a zone":          {"POST", projects, newFeature, 400, "geometry", []string{"Content-Crs", "<" + zone40CM + ">"}},
		"an unknown system":          {"POST", projects, newFeature, 400, "Content-Crs", []string{"Content-Crs", "EPSG:4490"}},
		"a row that has its own way": {"POST", "/ogc/collections/record/items", newFeature, 405, "", nil},
		"an unknown collection":      {"POST", "/ogc/collections/nowhere/items", newFeature, 404, "layer", nil},
		"an unknown feature":         {"PATCH", projects + "/999999", `{}`, 404, "id", nil},
		"a form":                     {"POST", projects, newFeature, 415, "Content-Type", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"another district":           {"PATCH", w1, `{"properties":{"district":"310107"}}`, 403, "", nil},
		"a place in no district":     {"POST", projects, strings.Replace(newFeature, "121.362,31.2", "100,31.2", 1), 403, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			o, secret := o.in(t), secret
			if c.status == 403 {
				secret = o.token(geo.Token{ID: name, Rights: geo.Rights, District: "310105"})
			}
			p := o.refused(c.status, c.method, c.path, secret, c.body, c.header...)
			if p.Parameter != c.parameter || p.Detail == "" {
				t.Errorf("%+v, want parameter %q", p, c.parameter)
			}
		})
	}
	if f := o.feature(w1); f.Properties["name"] != "河滨泵站" || f.Properties["unit"] != "建管委" {
		t.Errorf("something landed: %+v", f)
	}
}

// What rules all takes another right than what is ruled.
func TestOGCEditsOfRulesTakeTheRightToApprove(t *testing.T) {
	o := openOffice(t, openStore(t))
	edit := o.token(geo.Token{ID: "edit", Rights: []geo.Right{geo.MayEdit}})
	approve := o.token(geo.Token{ID: "approve", Rights: []geo.Right{geo.MayApprove}})
	const body = `{"type":"Feature","geometry":null,"properties":{"code":"U9","name":"区水务局"}}`
	if p := o.refused(http.StatusForbidden, "POST", "/ogc/collections/unit/items", edit, body); !strings.Contains(p.Detail, "approve") {
		t.Errorf("%+v", p)
	}
	o.made("/ogc/collections/unit/items", approve, body)
	o.refused(http.StatusForbidden, "POST", projects, approve, newFeature)
}

func TestOGCEditMayRequireIfMatch(t *testing.T) {
	s := start(t, openStore(t), setting{configure: func(c *api.Config) { c.RequireMatch = true }})
	secret := (&office{s}).all("gis")
	at := s.made(projects, secret, newFeature)
	for method, body := range map[string]string{"PUT": newFeature, "PATCH": `{"properties":{"name":"x"}}`, "DELETE": ""} {
		if p := s.refused(http.StatusPreconditionRequired, method, at, secret, body); p.Parameter != "If-Match" {
			t.Errorf("%s: %+v", method, p)
		}
	}
	s.done("DELETE", at, secret, "", "If-Match", s.get(at).header.Get("ETag"))
}

func TestOGCEditSentAgainUnderItsKeyIsDoneOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("gis")
		at := o.made(projects, secret, newFeature, "Idempotency-Key", "k1")
		if again := o.made(projects, secret, newFeature, "Idempotency-Key", "k1"); again != at {
			t.Errorf("%s, then %s", at, again)
		}
		tag := o.get(at).header.Get("ETag")
		for n := range 2 {
			got := o.done("PATCH", at, secret, `{"properties":{"name":"改建"}}`, "If-Match", tag, "Idempotency-Key", "k2")
			if got.Version != 2 || got.Replayed != (n == 1) {
				t.Errorf("time %d: %+v", n, got)
			}
		}
		o.refused(http.StatusPreconditionFailed, "PATCH", at, secret, `{"properties":{"name":"再改"}}`, "If-Match", tag, "Idempotency-Key", "k3")
		if log := string(o.get("/api/log/project/code:W9").body); !strings.Contains(log, "张三") {
			t.Errorf("history has no actor: %s", log)
		}
	})
}

// An edit moves no vertex that it did not touch, whatever system it was made in.
func TestOGCEditInAZoneMovesNothingElse(t *testing.T) {
	s := start(t, openStore(t), setting{})
	secret := (&office{s}).all("gis")
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	line := make(orb.LineString, 40)
	for n := range line {
		line[n] = orb.Point{121.3 + r.Float64()/10, 31.1 + r.Float64()/10}
	}
	res := apply(t, s.store, create(city.Street, "L1", line, geo.Properties{"name": "河滨路"}))
	s.reach(res.Cursor)
	at := "/ogc/collections/street/items/" + utoa(res.IDs[0])
	for _, code := range []string{"4549", "4490", "3857", "4528"} {
		uri := epsg + code
		var body map[string]any
		if err := json.Unmarshal(s.get(at+"?crs="+escape(uri)).body, &body); err != nil {
			t.Fatal(err)
		}
		delete(body["properties"].(map[string]any), "reason")
		vertices := body["geometry"].(map[string]any)["coordinates"].([]any)
		moved := vertices[7].([]any)
		moved[0] = moved[0].(float64) + 0.001
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		s.done("PUT", at, secret, string(raw), "Content-Crs", "<"+uri+">")
		l, _ := s.follower.Current().Layer(city.Street)
		i, _ := l.ByID(res.IDs[0])
		got := i.Geometry().(orb.LineString)
		for n := range line {
			if (got[n] == line[n]) == (n == 7) {
				t.Fatalf("seed %d, %s: vertex %d is %v, was %v", seed, code, n, got[n], line[n])
			}
		}
		line = got
	}
}

// GDAL, which knows the axes of every authority, sees a feature that was sent in a
// system at the place it was meant for.
func TestGDALSeesEditsWhereTheyWereMeant(t *testing.T) {
	s := start(t, openStore(t), setting{})
	secret := (&office{s}).all("gis")
	for n, code := range []int{4326, 4490, 4549, 4528} {
		c, err := crs.FromEPSG(code)
		if err != nil {
			t.Fatal(err)
		}
		xy := strings.Fields(gdalTransform(t, code, "121.3612345 31.1923456"))
		a, b := number(t, xy[0]), number(t, xy[1])
		name := fmt.Sprint("X", n)
		at := s.made(problemItems, secret, point(name, a, b, ""), "Content-Crs", "<"+c.URI()+">")
		var p [2]float64
		if err := json.Unmarshal(s.feature(at).Geometry.Coordinates, &p); err != nil {
			t.Fatal(err)
		}
		if dx, dy := p[0]-121.3612345, p[1]-31.1923456; dx*dx+dy*dy > 1e-16 {
			t.Errorf("%d: sent as %v, is at %v", code, xy, p)
		}
	}
	// And what it reads by OGC API in the systems' order is where it was sent.
	file := filepath.Join(t.TempDir(), "out.csv")
	gdal(t, "ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_XY", "-where", "code='X2'", file, "OAPIF:"+s.base+"/ogc", "problem")
	if out := gdal(t, "ogrinfo", "-al", "-q", file); !strings.Contains(out, "X (String) = 121.36123") || !strings.Contains(out, "Y (String) = 31.19234") {
		t.Error(out)
	}
}
