package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/crs"
)

const (
	projects = "/ogc/collections/project/items"
	epsg     = "http://www.opengis.net/def/crs/EPSG/0/"
	zone40CM = epsg + "4549" // CGCS2000 / 3-degree Gauss-Kruger CM 120E
)

func TestOGCAnswersAreTheGoldenOnes(t *testing.T) {
	s := start(t, openStore(t), setting{basePath: "/yiping"})
	for name, path := range map[string]string{
		"ogc_landing":     "/ogc",
		"ogc_conformance": "/ogc/conformance",
		"ogc_collections": "/ogc/collections",
		"ogc_collection":  "/ogc/collections/problem",
		"ogc_schema":      "/ogc/collections/project/schema",
		"ogc_queryables":  "/ogc/collections/river_section/queryables?lang=en",
		"ogc_items":       projects + "?limit=2&properties=name,investment,outcome_date",
		"ogc_item":        projects + "/{P3}",
		"ogc_item_4549":   projects + "/{P3}?crs=" + url.QueryEscape(zone40CM),
		"ogc_item_4490":   projects + "/{P3}?crs=" + url.QueryEscape(epsg+"4490"),
		"ogc_figures":     "/ogc/collections/figure/items",
	} {
		t.Run(name, func(t *testing.T) {
			if before, after, ok := strings.Cut(path, "/items/{P3}"); ok {
				path = before + "/items/" + utoa(lookup(t, s.store, city.Project, "P3")) + after
			}
			g := s.get(path)
			if g.status != http.StatusOK {
				t.Fatalf("%d: %s", g.status, g.body)
			}
			s.golden(t, name, g)
		})
	}
}

// listing is what the tests read of a feature collection.
type listing struct {
	NumberMatched, NumberReturned int
	Links                         []struct{ Href, Rel, Type string }
	Features                      []struct {
		ID         uint64
		Geometry   json.RawMessage
		Properties map[string]any
	}
}

func (l listing) codes() string {
	var out []string
	for _, f := range l.Features {
		code, _ := f.Properties["code"].(string)
		out = append(out, code)
	}
	return strings.Join(out, " ")
}

func (l listing) link(rel string) string {
	for _, k := range l.Links {
		if k.Rel == rel {
			return k.Href
		}
	}
	return ""
}

func TestOGCSelects(t *testing.T) {
	s := start(t, openStore(t), setting{})
	// The box of P2 in the zone: northing first.
	p2, err := crs.FromEPSG(4549)
	if err != nil {
		t.Fatal(err)
	}
	xy, err := p2.FromWGS84(orb.Point{121.41, 31.25})
	if err != nil {
		t.Fatal(err)
	}
	near := ftoa(xy[1]-50) + "," + ftoa(xy[0]-50) + "," + ftoa(xy[1]+50) + "," + ftoa(xy[0]+50)
	p4, err := p2.FromWGS84(orb.Point{121.405, 31.195})
	if err != nil {
		t.Fatal(err)
	}
	flat := ftoa(p4[1]-50) + "," + ftoa(p4[0]) + "," + ftoa(p4[1]+50) + "," + ftoa(p4[0])
	for name, c := range map[string]struct{ query, want string }{
		"bbox without width":         {"bbox=" + flat + "&bbox-crs=" + escape(zone40CM), "P4"},
		"bbox of one position":       {"bbox=121.41,31.25,121.41,31.25", "P2"},
		"all":                        {"", "P1 P2 P3 P4 P5"},
		"bbox":                       {"bbox=121.355,31.18,121.365,31.2", "P1"},
		"bbox meets the line only":   {"bbox=121.40,31.23,121.405,31.2345", "P3"},
		"bbox beside the line":       {"bbox=121.42,31.21,121.43,31.22", ""},
		"bbox with heights":          {"bbox=121.355,31.18,0,121.365,31.2,9", "P1"},
		"bbox over the antimeridian": {"bbox=170,31.18,121.365,31.2", "P1"},
		"bbox latitude first":        {"bbox=31.18,121.355,31.2,121.365&bbox-crs=" + escape(epsg+"4490"), "P1"},
		"bbox northing first":        {"bbox=" + near + "&bbox-crs=" + escape(zone40CM), "P2"},
		"datetime of a day":          {"datetime=2022-10-20", "P2"},
		"datetime since":             {"datetime=2022-11-01/..", "P1"},
		"datetime until":             {"datetime=../2022-12-01T00:00:00Z", "P2"},
		"a property":                 {"level=" + escape("市属"), "P4"},
		"a number":                   {"investment=2.5", "P1"},
		"a light":                    {"light=red", "P2"},
		"filter":                     {"filter=" + escape("investment > 1 OR code = 'P5'"), "P1 P5"},
		"filter json":                {"filter-lang=cql2-json&filter=" + escape(`{"op":"=","args":[{"property":"code"},"P3"]}`), "P3"},
		"filter with shape":          {"filter=" + escape("S_INTERSECTS(geom, BBOX(121.355,31.18,121.365,31.2))"), "P1"},
		"filter-crs":                 {"filter-crs=" + escape(zone40CM) + "&filter=" + escape("S_INTERSECTS(geom, BBOX("+near+"))"), "P2"},
		"filter-crs of a point":      {"filter-crs=" + escape(epsg+"4326") + "&filter=" + escape("S_INTERSECTS(geom, POINT(31.25 121.41))"), "P2"},
		"filter and bbox":            {"filter=" + escape("level = '区属'") + "&bbox=121.35,31.18,121.45,31.28", "P1 P2 P3"},
		"sorted down":                {"sortby=-code", "P5 P4 P3 P2 P1"},
		"sorted, absent last":        {"sortby=-outcome_date,code", "P1 P2 P3 P4 P5"},
	} {
		t.Run(name, func(t *testing.T) {
			g := s.get(projects + "?" + c.query)
			if g.status != http.StatusOK {
				t.Fatalf("%d: %s", g.status, g.body)
			}
			got := decode[listing](t, g)
			if got.codes() != c.want || got.NumberMatched != got.NumberReturned || got.NumberReturned != len(got.Features) {
				t.Errorf("%q, %d matched, %d returned; want %q", got.codes(), got.NumberMatched, got.NumberReturned, c.want)
			}
		})
	}
}

func utoa(id geo.ID) string { return strconv.FormatUint(uint64(id), 10) }

func ftoa(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func TestOGCWhatALayerLacksSelectsNothingAway(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, path := range []string{"/ogc/collections/figure/items?bbox=0,0,1,1", "/ogc/collections/district/items?datetime=1999-01-01"} {
		if got := decode[listing](t, s.get(path)); len(got.Features) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}

// Nothing comes after the last id there can be, and everything before it.
func TestOGCPagesEndAtTheLastID(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, last := range []string{"9007199254740991", "9007199254740992", "18446744073709551615"} {
		if page := decode[listing](t, s.get(projects+"?after="+last)); len(page.Features) != 0 {
			t.Errorf("after %s come %s", last, page.codes())
		}
		if page := decode[listing](t, s.get(projects+"?before="+last)); len(page.Features) != 5 {
			t.Errorf("before %s come %s", last, page.codes())
		}
		if g := s.get(projects + "/" + last); g.status != 404 {
			t.Errorf("feature %s: %d", last, g.status)
		}
	}
}

func TestOGCPagesGoForthAndBack(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, query := range []string{"limit=2", "limit=2&sortby=-code", "limit=2&sortby=outcome_date", "limit=2&filter=" + escape("code <> 'P9'"), "limit=1", "limit=2&sortby=light,-investment"} {
		t.Run(query, func(t *testing.T) {
			var forth, back []string
			next, last := projects+"?"+query, ""
			for next != "" {
				page := decode[listing](t, s.get(next))
				if page.NumberMatched != 5 {
					t.Fatalf("%d matched", page.NumberMatched)
				}
				forth = append(forth, page.codes())
				last, next = page.link("self"), strings.TrimPrefix(page.link("next"), s.base)
			}
			for at := last; at != ""; {
				page := decode[listing](t, s.get(strings.TrimPrefix(at, s.base)))
				back = append(back, page.codes())
				at = page.link("prev")
			}
			slices.Reverse(back)
			codes := strings.Fields(strings.Join(forth, " "))
			slices.Sort(codes)
			if strings.Join(codes, " ") != "P1 P2 P3 P4 P5" {
				t.Errorf("pages %q", forth)
			}
			// Backwards, pages are filled from the end; what they hold is the same.
			if strings.Join(back, " ") != strings.Join(forth, " ") {
				t.Errorf("forth %q, back %q", forth, back)
			}
		})
	}
}

func TestOGCPagingOutlivesEdits(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, query := range []string{"?limit=2", "?limit=2&sortby=code"} {
		page := decode[listing](t, s.get(projects+query))
		gone := page.Features[1]
		f, err := s.store.Lookup(t.Context(), city.Project, []string{gone.Properties["code"].(string)})
		if err != nil {
			t.Fatal(err)
		}
		ref := f[gone.Properties["code"].(string)]
		r := apply(t, s.store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: ref.ID, Version: ref.Version}})
		s.reach(r.Cursor)
		rest := decode[listing](t, s.get(strings.TrimPrefix(page.link("next"), s.base)))
		if !strings.HasPrefix(rest.codes(), "P3 P4") && !strings.HasPrefix(rest.codes(), "P4 P5") {
			t.Errorf("%s: after the deletion of the last of the page comes %q", query, rest.codes())
		}
	}
}

func TestOGCFeatureByItsCode(t *testing.T) {
	s := start(t, openStore(t), setting{})
	type feature struct {
		ID         int
		Properties map[string]any
	}
	byCode := decode[feature](t, s.get(projects+"/code:P3"))
	byID := decode[feature](t, s.get(projects+"/"+strconv.Itoa(byCode.ID)))
	if byCode.ID != byID.ID || byCode.Properties["code"] != "P3" {
		t.Errorf("%+v, by id %+v", byCode, byID)
	}
	if g := s.get(projects + "/code:P3?f=html"); g.status != 200 || !strings.Contains(string(g.body), "P3") {
		t.Errorf("the page: %d", g.status)
	}
}

func TestOGCRefuses(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for name, c := range map[string]struct {
		path, parameter string
		status          int
	}{
		"an unknown parameter":               {projects + "?colour=red", "colour", 400},
		"a parameter twice":                  {projects + "?limit=1&limit=2", "limit", 400},
		"limit zero":                         {projects + "?limit=0", "limit", 400},
		"limit in words":                     {projects + "?limit=many", "limit", 400},
		"bbox of three":                      {projects + "?bbox=1,2,3", "bbox", 400},
		"bbox in words":                      {projects + "?bbox=a,b,c,d", "bbox", 400},
		"bbox that is not finite":            {projects + "?bbox=NaN,1,2,3", "bbox", 400},
		"bbox upside down":                   {projects + "?bbox=1,3,2,1", "bbox", 400},
		"a bbox of its own axes upside down": {projects + "?bbox=40,10,30,20&bbox-crs=" + escape(epsg+"4326"), "bbox", 400},
		"bbox off the globe":                 {projects + "?bbox=1,3,200,100", "bbox", 400},
		"bbox far from its zone":             {projects + "?bbox=0,0,9e9,9e9&bbox-crs=" + escape(zone40CM), "bbox", 400},
		"an unknown bbox-crs":                {projects + "?bbox=1,2,3,4&bbox-crs=EPSG:2335", "bbox-crs", 400},
		"an unknown crs":                     {projects + "?crs=" + escape(epsg+"27700"), "crs", 400},
		"features beyond the zone":           {projects + "?crs=" + escape(epsg+"4534"), "crs", 400},
		"a feature beyond the zone":          {"item?crs=" + escape(epsg+"4534"), "crs", 400},
		"datetime in words":                  {projects + "?datetime=yesterday", "datetime", 400},
		"datetime backwards":                 {projects + "?datetime=2022-12-31/2022-01-01", "datetime", 400},
		"properties that are not":            {projects + "?properties=name,colour", "properties", 400},
		"sortby what is not":                 {projects + "?sortby=colour", "sortby", 400},
		"sortby one twice":                   {projects + "?sortby=code,-code", "sortby", 400},
		"sortby without end":                 {projects + "?sortby=" + strings.Repeat("id,", 10_000) + "id", "sortby", 400},
		"sortby too many":                    {projects + "?sortby=id,code,name,level,category,unit,year,goal,reason", "sortby", 400},
		"a forged place":                     {projects + "?after=x", "after", 400},
		"a forged place in an order":         {projects + "?sortby=name&before=e30", "before", 400},
		"both directions":                    {projects + "?after=1&before=2", "before", 400},
		"a number in words":                  {projects + "?investment=much", "investment", 400},
		"a broken filter":                    {projects + "?filter=" + escape("name ="), "filter", 400},
		"an unknown field in a filter":       {projects + "?filter=" + escape("colour = 1"), "filter", 400},
		"a function":                         {projects + "?filter=" + escape("f(name) = 1"), "filter", 400},
		"an unknown filter-lang":             {projects + "?filter=a&filter-lang=sql", "filter-lang", 400},
		"an unknown filter-crs":              {projects + "?filter=a&filter-crs=x", "filter-crs", 400},
		"an unknown form":                    {"/ogc?f=xml", "f", 400},
		"an unknown language":                {"/ogc?lang=fr", "lang", 400},
		"a parameter of items":               {"/ogc/collections?limit=1", "limit", 400},
		"an unknown collection":              {"/ogc/collections/nowhere/items", "collectionId", 404},
		"an unknown feature":                 {projects + "/999999", "featureId", 404},
		"a feature by name":                  {projects + "/P1", "featureId", 404},
		"an unknown code":                    {projects + "/code:P999", "featureId", 404},
		"degrees in metres":                  {projects + "?bbox=121,31,122,32&bbox-crs=" + escape(zone40CM), "bbox", 400},
		"an unknown path":                    {"/ogc/processes", "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.path
			if rest, ok := strings.CutPrefix(path, "item"); ok {
				path = projects + "/" + utoa(lookup(t, s.store, city.Project, "P1")) + rest
			}
			g := s.get(path, "Accept-Language", "en")
			p := decode[struct{ Title, Detail, Parameter string }](t, g)
			if g.status != c.status || p.Parameter != c.parameter || p.Detail == "" || g.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d %+v, want %d, parameter %q", g.status, p, c.status, c.parameter)
			}
		})
	}
}
