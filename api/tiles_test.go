package api_test

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/tiles/mvt/mvttest"
)

const wholeWorld = "/tiles/project/0/0/0.mvt"

// lights gives the light of each feature of the layer project, and the names of
// all attributes.
func (s *service) tileOf(t *testing.T, path string) (lights map[uint64]any, names []string) {
	t.Helper()
	g := s.get(path)
	if g.status != 200 && g.status != 204 {
		t.Fatalf("%s: %d %s", path, g.status, g.body)
	}
	layers, err := mvttest.Decode(g.body)
	if err != nil {
		t.Fatal(err)
	}
	lights = map[uint64]any{}
	for _, l := range layers {
		for _, f := range l.Features {
			if l.Name == "project" {
				lights[f.ID] = f.Tags["light"]
			}
			for name := range f.Tags {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return lights, slices.Compact(names)
}

func TestTilesOfFieldsAndFilter(t *testing.T) {
	s := start(t, openStore(t), setting{})
	tile := "/tiles/project/11/1714/836.mvt"
	t.Run("carry the fields asked for", func(t *testing.T) {
		if _, names := s.tileOf(t, tile+"?fields=light,code"); !slices.Equal(names, []string{"code", "light"}) {
			t.Errorf("%v", names)
		}
	})
	all, _ := s.tileOf(t, tile)
	t.Run("hold what the filter lets through", func(t *testing.T) {
		for _, q := range []string{"filter=" + url.QueryEscape("light = 'red'"),
			"filter-lang=cql2-json&filter=" + url.QueryEscape(`{"op":"=","args":[{"property":"light"},"red"]}`)} {
			got, _ := s.tileOf(t, tile+"?"+q)
			want := 0
			for id, light := range all {
				if light == "red" {
					want++
					if got[id] != "red" {
						t.Errorf("red %d is missing", id)
					}
				}
			}
			if want == 0 || len(got) != want || len(all) == want {
				t.Errorf("%s: %d of %d, want %d", q, len(got), len(all), want)
			}
		}
	})
	t.Run("are named by their TileJSON", func(t *testing.T) {
		q := "?" + url.Values{"fields": {"light"}, "filter": {"light = 'red'"}}.Encode()
		doc := decode[struct {
			Tiles        []string
			VectorLayers []struct{ Fields map[string]string } `json:"vector_layers"`
		}](t, s.get("/tiles/project.json"+q))
		u, err := url.Parse(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(doc.Tiles[0]))
		if err != nil {
			t.Fatal(err)
		}
		lights, names := s.tileOf(t, u.RequestURI())
		if len(lights) == 0 || !slices.Equal(names, []string{"light"}) || len(doc.VectorLayers[0].Fields) != 1 {
			t.Errorf("%v of %v; %+v", lights, names, doc)
		}
	})
	for name, c := range map[string]struct{ query, parameter, says string }{
		"an unknown field is refused, naming those there are":  {"?fields=light,colour", "fields", "goal_outcome"},
		"an unknown name in a filter is refused with a place":  {"?filter=colour%3D1", "filter", "goal_outcome"},
		"a filter that cannot be read is refused with a place": {"?filter=light%3D", "filter", "character"},
		"a misspelt parameter is refused":                      {"?filters=TRUE", "filters", "filter-lang"},
		"a parameter given twice is refused":                   {"?fields=code&fields=light", "fields", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{wholeWorld, "/tiles/project.json"} {
				g := s.get(path+c.query, "Accept-Language", "en")
				p := decode[struct{ Parameter, Detail string }](t, g)
				if g.status != 400 || p.Parameter != c.parameter || !strings.Contains(p.Detail, c.says) {
					t.Errorf("%d %s", g.status, g.body)
				}
			}
		})
	}
}

// TestPagesOfOtherSitesReadTiles: any may, by whatever way the tile was kept, and
// one that says that it is of another site may read its own headers too.
func TestPagesOfOtherSitesReadTiles(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for origin, exposed := range map[string]bool{"": false, "https://elsewhere.example": true} {
		var headers []string
		if origin != "" {
			headers = []string{"Origin", origin}
		}
		g := s.get(wholeWorld, headers...)
		told := g.header.Get("Access-Control-Expose-Headers")
		if g.status != 200 || g.header.Get("Access-Control-Allow-Origin") != "*" || strings.Contains(told, "ETag") != exposed || strings.Contains(told, "Yiping-Thinned") != exposed {
			t.Errorf("from %q: %d, %v", origin, g.status, g.header)
		}
	}
}

// TestTilesForCachesOnTheWay: what a CDN or nginx in front is told.
func TestTilesForCachesOnTheWay(t *testing.T) {
	store := openStore(t)
	for _, c := range []struct {
		age         time.Duration
		kept, vary  string
		cursorKept  string // with a cursor that it must not be older than
		description string
	}{
		{0, "no-cache", "Accept-Encoding", "no-cache", "by default they always ask"},
		{30 * time.Second, "public, max-age=30, stale-while-revalidate=30", "Accept-Encoding, Yiping-Min-Cursor", "no-cache", "set up to keep tiles they do, but not those of the screens"},
	} {
		t.Run(c.description, func(t *testing.T) {
			s := start(t, store, setting{configure: func(o *api.Config) { o.TileAge = c.age }})
			cursor := string(s.follower.Current().Cursor())
			first := s.get(wholeWorld)
			for name, g := range map[string]got{"200": first, "HEAD": s.ask("HEAD", wholeWorld), "304": s.get(wholeWorld, "If-None-Match", first.header.Get("ETag")),
				"204": s.get("/tiles/project/11/0/0.mvt")} {
				if g.header.Get("Cache-Control") != c.kept || g.header.Get("Vary") != c.vary || g.header.Get("ETag") == "" {
					t.Errorf("%s: %v", name, g.header)
				}
			}
			for name, g := range map[string]got{"header": s.get(wholeWorld, "Yiping-Min-Cursor", cursor), "parameter": s.get(wholeWorld + "?min-cursor=" + url.QueryEscape(cursor))} {
				if g.status != 200 || g.header.Get("Cache-Control") != c.cursorKept {
					t.Errorf("cursor by %s: %d %v", name, g.status, g.header)
				}
			}
			if g := s.get("/tiles/nosuch/0/0/0.mvt"); g.header.Get("Cache-Control") != "no-store" {
				t.Errorf("a fault: %v", g.header)
			}
		})
	}
}

// TestTagsAreEqualOnEveryNode compares a node that followed every edit with one
// that loaded what came of them.
func TestTagsAreEqualOnEveryNode(t *testing.T) {
	store := openStore(t)
	old := start(t, store, setting{})
	paths := []string{wholeWorld, "/tiles/district,project/11/1714/836.mvt", "/tiles/project,district/11/1714/836.mvt?fields=light,code",
		"/tiles/project/11/1714/836.mvt?filter=" + url.QueryEscape("light = 'red'"), "/tiles/project/11/0/0.mvt"}
	for n := range 5 {
		for _, p := range paths {
			old.get(p)
		}
		old.reach(apply(t, store, create(city.Project, fmt.Sprintf("N%d", 9-n), orb.Point{121.41 + float64(n)/1000, 31.22}, geo.Properties{"name": "新"})).Cursor)
	}
	fresh := start(t, store, setting{})
	for _, p := range paths {
		for _, coding := range []string{"gzip", "identity"} {
			a, b := old.get(p, "Accept-Encoding", coding), fresh.get(p, "Accept-Encoding", coding)
			if a.header.Get("ETag") == "" || a.header.Get("ETag") != b.header.Get("ETag") || !bytes.Equal(a.body, b.body) {
				t.Errorf("%s as %s: %s with %d bytes here, %s with %d there", p, coding, a.header.Get("ETag"), len(a.body), b.header.Get("ETag"), len(b.body))
			}
			if g := fresh.get(p, "Accept-Encoding", coding, "If-None-Match", a.header.Get("ETag")); g.status != 304 {
				t.Errorf("%s as %s: %d for the tag of the other node", p, coding, g.status)
			}
		}
	}
}
