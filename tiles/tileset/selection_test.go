package tileset_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
	"yiping/tiles/tiletest"
)

// queries are of whole layers, of attributes asked for, of filters, and of both.
// Each call makes new ones, as requests do.
func queries(t testing.TB) []render.Query {
	where := func(text string) *render.Filter {
		e, err := cql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return &render.Filter{Expr: e}
	}
	few := []geo.LayerID{city.Block, city.Street}
	return []render.Query{
		{Layers: all}, {Layers: []geo.LayerID{city.Project}}, {Layers: few},
		{Layers: all, Fields: []string{"light"}},
		{Layers: few, Fields: []string{"rank", "name"}},
		{Layers: all, Fields: []string{}},
		{Layers: all, Filter: where("light IN ('red', 'green')")},
		{Layers: few, Filter: where("name LIKE '%1%' OR overdue")},
		{Layers: []geo.LayerID{city.Project}, Fields: []string{"code"}, Filter: where("note LIKE '%3%' OR note IS NULL")}, // a field that is not carried
		{Layers: all, Fields: []string{"code", "light"}, Filter: where("town LIKE '%2%'")},
		{Layers: all, Filter: where("S_INTERSECTS(geom, BBOX(121.39, 31.19, 121.4, 31.21))")},
		{Layers: []geo.LayerID{city.Project}, Filter: where("before = 'green' OR warning > 0 OR reported IS NULL")},
	}
}

// TestFilterOnWhatADayBringsFollowsTheDay: a day goes by and no light changes,
// but a report comes to count.
func TestFilterOnWhatADayBringsFollowsTheDay(t *testing.T) {
	r := tiletest.Reported(tiletest.One(city.Project, 1, tiletest.Centre, geo.Properties{"name": "a"}), geo.Green)
	before, later := r.Reports[0], r.Reports[0]
	before.Date, later.Date = geo.NewDate(2022, 11, 30), geo.NewDate(2023, 1, 10)
	r.Reports = []geo.Report{before, r.Reports[0], later}
	district := tiletest.One(city.District, 2, orb.Bound{Min: tiletest.Centre, Max: tiletest.Centre}.Pad(0.1).ToPolygon(), nil)
	district.Feature.Code = tiletest.DistrictCode
	s := newStage(t, []geo.Record{r, district})
	e, err := cql.Parse("reported > DATE('2023-01-01')")
	if err != nil {
		t.Fatal(err)
	}
	q := render.Query{Layers: []geo.LayerID{city.Project}, Filter: &render.Filter{Expr: e}}
	if tile, _ := getOf(t, s.Tileset, tiles.ID{}, q); !tile.Empty {
		t.Error("there before the day")
	}
	d := s.change(t, geo.Changes{Cursor: "1", Dates: []geo.DistrictDate{{District: tiletest.DistrictCode, Date: later.Date}}})
	if len(d.Changes) > 0 {
		t.Errorf("a feature stands otherwise, so this shows nothing: %+v", d.Changes)
	}
	if tile, _ := getOf(t, s.Tileset, tiles.ID{}, q); tile.Empty {
		t.Error("not there on the day")
	}
}

// TestManyFilters asks by more of them than are remembered, twice, with a change
// in between: none of their tiles is stale, and those of whole layers stay.
func TestManyFilters(t *testing.T) {
	s := newStage(t, tiletest.City(100))
	s.Tileset = tileset.New(tileset.Options{Limits: crowded, CacheBytes: 4 << 20})
	s.Publish(s.now, snapshot.Delta{})
	id := at(13, tiletest.Centre)
	filtered := func(n int) render.Query {
		e, err := cql.Parse(fmt.Sprintf("name LIKE '%%%d%%' OR code <> 'x%d'", n%10, n))
		if err != nil {
			t.Fatal(err)
		}
		return render.Query{Layers: all, Filter: &render.Filter{Expr: e}}
	}
	get(t, s.Tileset, id, all...)
	for round := range 2 {
		for n := range 600 {
			q := filtered(n)
			if _, raw := getOf(t, s.Tileset, id, q); !bytes.Equal(raw, freshOf(t, s.now, id, q)) {
				t.Fatalf("round %d: the tile of filter %d is stale", round, n)
			}
			before := s.Stats().Misses
			if get(t, s.Tileset, id, all...); s.Stats().Misses != before {
				t.Fatalf("round %d: filter %d drove out the tile of whole layers", round, n)
			}
		}
		if round == 0 {
			s.change(t, geo.Changes{Cursor: "1", Records: []geo.Record{tiletest.One(city.Project, 70001, tiletest.Centre, geo.Properties{"name": "新"})}})
			get(t, s.Tileset, id, all...)
		}
	}
	if st := s.Stats(); st.Bytes > 4<<20 {
		t.Errorf("%d bytes kept", st.Bytes)
	}
}

// One client that asks in ever other ways takes from others neither what they are
// known by nor their kept tiles: not by filters, not by spellings of what all ask for.
func TestNobodyTakesWhatOthersAreKnownBy(t *testing.T) {
	s := newStage(t, tiletest.City(20))
	id := at(13, tiletest.Centre)
	ask := func(spelling string, q render.Query) *tileset.Selection {
		t.Helper()
		sel := s.Spelled(spelling)
		if sel == nil {
			var err error
			if sel, err = s.Select(q); err != nil {
				t.Fatal(err)
			}
			s.Spell(spelling, sel)
		}
		if _, err := s.Tile(t.Context(), sel, id); err != nil {
			t.Fatal(err)
		}
		return sel
	}
	filtered := func(n int) render.Query {
		e, err := cql.Parse(fmt.Sprintf("code <> 'x%d'", n))
		if err != nil {
			t.Fatal(err)
		}
		return render.Query{Layers: all, Filter: &render.Filter{Expr: e}}
	}
	wall, phone := ask("wall", render.Query{Layers: all}), ask("phone?fields=light", render.Query{Layers: all, Fields: []string{"light"}})
	// Whole layers are not driven out however long nobody asks for them.
	for n := range 600 {
		ask(fmt.Sprint("filter ", n), filtered(n))
		if s.Spelled("phone?fields=light") != phone {
			t.Fatalf("filter %d took the place of what is asked for all the time", n)
		}
	}
	drawn := s.Stats().Misses
	if ask("wall", render.Query{Layers: all}) != wall || s.Stats().Misses != drawn {
		t.Error("filters took the place of whole layers")
	}
	for n := range 600 { // of the very selection that all ask for
		if ask(fmt.Sprint("wall?fields=&", n), render.Query{Layers: all}) != wall {
			t.Fatal("a spelling made another selection")
		}
		if s.Spelled("wall") != wall {
			t.Fatalf("spelling %d took the place of the one that is used", n)
		}
	}
	if s.Spelled("wall?fields=&0") != nil || s.Spelled("filter 0") != nil {
		t.Error("what nobody asks for any more is remembered")
	}
	for n := range 5 { // room is left for what is new
		if name := fmt.Sprint("new ", n); ask(name, filtered(1000+n)) != s.Spelled(name) {
			t.Errorf("%s is not remembered", name)
		}
	}
}
