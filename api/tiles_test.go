package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

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
