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
