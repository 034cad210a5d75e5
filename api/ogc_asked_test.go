package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// Whatever is asked wrongly of OGC API is refused by the name of what is wrong, of
// layers in memory and in the database alike, by GET and HEAD, in both languages.
func TestOGCNamesWhatIsAskedWrongly(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 3)
	s := start(t, store, setting{})
	const items = "/ogc/collections/LAYER/items"
	n := 0
	for _, c := range []struct{ path, parameter string }{
		{items + "?limit=0", "limit"}, {items + "?limit=", "limit"}, {items + "?limit=1.5", "limit"}, {items + "?limit=1&limit=2", "limit"},
		{items + "?sortby=nothing", "sortby"}, {items + "?sortby=", "sortby"}, {items + "?sortby=name,,code", "sortby"}, {items + "?sortby=geom", "sortby"}, {items + "?sortby=name,-name", "sortby"},
		{items + "?properties=nothing", "properties"}, {items + "?properties=geom", "properties"},
		{items + "?filter=nothing%3D1", "filter"}, {items + "?filter=", "filter"}, {items + "?filter=name%3D", "filter"}, {items + "?filter=name%3D'%00'", "filter"},
		{items + "?filter-lang=cql", "filter-lang"}, {items + "?filter-crs=x", "filter-crs"}, {items + "?bbox-crs=x", "bbox-crs"}, {items + "?crs=x", "crs"},
		{items + "?datetime=2022", "datetime"}, {items + "?datetime=", "datetime"}, {items + "?datetime=2022-12-31/2022-01-01", "datetime"}, {items + "?datetime=2022-13-01", "datetime"}, {items + "?datetime=a/b/c", "datetime"},
		{items + "?bbox=1,2,3", "bbox"}, {items + "?bbox=", "bbox"}, {items + "?bbox=0,0,200,100", "bbox"}, {items + "?bbox=10,10,0,0", "bbox"},
		{items + "?after=x", "after"}, {items + "?before=x", "before"}, {items + "?after=1&before=1", "before"},
		{items + "?name=%00", "name"}, {items + "?name=%FF", "name"}, {items + "?floors=many", "floors"}, {items + "?f=xml", "f"}, {items + "?lang=fr", "lang"}, {items + "?nothing=1", "nothing"}, {items + "?LIMIT=1", "LIMIT"},
		{"/ogc/collections/LAYER?nothing=1", "nothing"}, {"/ogc/collections/LAYER/schema?limit=1", "limit"}, {items + "/1?limit=1", "limit"}, {items + "/1?crs=x", "crs"},
		{"/ogc/collections/project/items?light=purple", "light"}, {"/ogc?nothing=1", "nothing"}, {"/ogc/collections?limit=1", "limit"}, {"/ogc/conformance?nothing=1", "nothing"}, {"/ogc/api?f=yaml", "f"},
	} {
		for _, layer := range []geo.LayerID{fromMemory, fromDatabase} {
			s.tells(n, faulty{method: http.MethodGet, path: strings.ReplaceAll(c.path, "LAYER", string(layer)), status: http.StatusBadRequest, parameter: c.parameter})
			n++
		}
	}
	for _, id := range []string{"nothing", "0", "-1", "01", "+1", "1.0", "1%20", "1%2F2", "%2F", "9007199254740993", "9223372036854775808", "18446744073709551616", "code:", "code:nothing", "code:%00", "code:%FF", "code:a%2Fb"} {
		for _, layer := range []geo.LayerID{fromMemory, fromDatabase} {
			s.tells(n, faulty{method: http.MethodGet, path: "/ogc/collections/" + string(layer) + "/items/" + id, status: http.StatusNotFound, kind: "not-found", parameter: "featureId"})
			n++
		}
	}
	for _, path := range []string{"/ogc/collections/nothing/items", "/ogc/collections/par%2Fcel_m/items", "/ogc/collections//items"} {
		s.tells(n, faulty{method: http.MethodGet, path: path, status: http.StatusNotFound, kind: "not-found", parameter: "collectionId"})
	}
}

// A code may hold a slash, a space, a percent sign: it is sent escaped, and the links
// of the answer lead to it again.
func TestOGCFindsFeaturesByAnyCode(t *testing.T) {
	store := openStore(t)
	const code = "沪规/2022 7%1"
	apply(t, store, create(city.Problem, code, orb.Point{121.36, 31.2}, geo.Properties{"name": "n"}))
	s := start(t, store, setting{basePath: "/yiping"})
	type feature struct {
		Properties struct{ Code string }
		Links      []struct{ Rel, Href string }
	}
	g := s.get("/ogc/collections/problem/items/code:%E6%B2%AA%E8%A7%84%2F2022%207%251")
	doc := decode[feature](t, g)
	if g.status != http.StatusOK || doc.Properties.Code != code || len(doc.Links) == 0 {
		t.Fatalf("%d %s", g.status, g.body)
	}
	for _, l := range doc.Links {
		if g := s.get(strings.TrimPrefix(l.Href, s.base)); g.status != http.StatusOK || l.Rel == "self" && !strings.Contains(string(g.body), code) {
			t.Errorf("%s: %d %.200s", l.Href, g.status, g.body)
		}
	}
}
