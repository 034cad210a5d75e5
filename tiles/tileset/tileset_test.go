package tileset_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
	"yiping/tiles/tiletest"
)

var all = []geo.LayerID{city.Block, city.District, city.Problem, city.Project, city.RiverSection, city.Street, city.Town}

func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func at(z uint8, p orb.Point) tiles.ID { return tiles.At(z, tiles.ToWorld(p)) }

func fresh(t testing.TB, s *snapshot.Snapshot, id tiles.ID, layers ...geo.LayerID) []byte {
	t.Helper()
	return freshOf(t, s, id, render.Query{Layers: layers})
}

// lastPrepared spares tests that draw many tiles of one snapshot.
var lastPrepared atomic.Pointer[render.Prepared]

func prepare(s *snapshot.Snapshot) *render.Prepared {
	p := lastPrepared.Load()
	if p == nil || p.Snapshot() != s {
		p = render.Prepare(s, crowded)
		lastPrepared.Store(p)
	}
	return p
}

func freshOf(t testing.TB, s *snapshot.Snapshot, id tiles.ID, q render.Query) []byte {
	t.Helper()
	var r render.Renderer
	b, err := r.Tile(prepare(s), q, id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func get(t testing.TB, ts *tileset.Tileset, id tiles.ID, layers ...geo.LayerID) (tileset.Tile, []byte) {
	t.Helper()
	return getOf(t, ts, id, render.Query{Layers: layers})
}

func getOf(t testing.TB, ts *tileset.Tileset, id tiles.ID, q render.Query) (tileset.Tile, []byte) {
	t.Helper()
	tile, err := ts.Draw(context.Background(), q, id)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := tile.Identity()
	if err != nil {
		t.Fatal(err)
	}
	return tile, raw
}

// crowded are limits so low that tiles of all zooms are thinned and clustered.
var crowded = render.Limits{Reds: 3, Bytes: 6000, DeepBytes: 2500}

// stage is a tileset with the snapshot it serves.
type stage struct {
	*tileset.Tileset
	now *snapshot.Snapshot
}

func newStage(t testing.TB, records []geo.Record) *stage {
	t.Helper()
	s := &stage{tileset.New(tileset.Options{Limits: crowded}), tiletest.Snapshot(t, records)}
	s.Publish(s.now, snapshot.Delta{})
	return s
}

func (s *stage) change(t testing.TB, c geo.Changes) snapshot.Delta {
	t.Helper()
	next, d, err := s.now.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	s.now = next
	s.Publish(next, d)
	return d
}

func TestTileIsWhatTheRendererDraws(t *testing.T) {
	s := newStage(t, tiletest.City(500))
	id := at(13, tiletest.Centre)
	tile, raw := get(t, s.Tileset, id, all...)
	if !bytes.Equal(raw, fresh(t, s.now, id, all...)) || tile.Size != len(raw) || tile.Empty {
		t.Errorf("%d bytes", len(raw))
	}
	shuffled, _ := get(t, s.Tileset, id, append(slices.Clone(all[3:]), all...)...)
	if shuffled.ETag != tile.ETag {
		t.Error("order or repetition of layers matters")
	}
}

func TestETag(t *testing.T) {
	records := tiletest.City(500)
	id := at(13, tiletest.Centre)
	a, _ := get(t, newStage(t, records).Tileset, id, all...)
	t.Run("is strong, and names the coding", func(t *testing.T) {
		if !strings.HasPrefix(a.ETag, `"`) || !strings.HasSuffix(a.ETag, `-gz"`) || a.RawETag != strings.Replace(a.ETag, "-gz", "", 1) {
			t.Errorf("%s and %s", a.ETag, a.RawETag)
		}
	})
	t.Run("is equal on another node", func(t *testing.T) {
		other := slices.Clone(records)
		slices.Reverse(other)
		if b, _ := get(t, newStage(t, other).Tileset, id, all...); b.ETag != a.ETag || !bytes.Equal(b.Gzip, a.Gzip) {
			t.Errorf("%s here, %s there", a.ETag, b.ETag)
		}
	})
	t.Run("differs with the content", func(t *testing.T) {
		moved := append(slices.Clone(records), tiletest.One(city.Project, 70001, tiletest.Centre, nil))
		if b, _ := get(t, newStage(t, moved).Tileset, id, all...); b.ETag == a.ETag {
			t.Error("it does not")
		}
	})
	t.Run("differs with the declaration", func(t *testing.T) {
		s := newStage(t, records)
		decl := city.Layers()[0]
		decl.Version = 2
		s.change(t, geo.Changes{Cursor: "1", Layers: []geo.Layer{decl}})
		if b, _ := get(t, s.Tileset, id, all...); b.ETag == a.ETag {
			t.Error("it does not")
		}
	})
}

func TestRefusals(t *testing.T) {
	ctx, id := context.Background(), tiles.ID{}
	ts := tileset.New(tileset.Options{})
	if _, err := ts.Draw(ctx, render.Query{Layers: all}, id); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("before the first snapshot: %v", err)
	}
	s := newStage(t, nil)
	if _, err := s.Draw(ctx, render.Query{Layers: []geo.LayerID{"nosuch"}}, id); geo.CodeOf(err) != geo.NotFound {
		t.Errorf("unknown layer: %v", err)
	}
	if _, err := s.Draw(ctx, render.Query{}, id); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("no layer: %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Draw(gone, render.Query{Layers: all}, id); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestEmptyTileSaysSo(t *testing.T) {
	tile, raw := get(t, newStage(t, nil).Tileset, tiles.ID{Z: 3, X: 1, Y: 1}, all...)
	if !tile.Empty || len(raw) != 0 || len(tile.Gzip) != 0 || tile.RawETag == "" {
		t.Errorf("%+v", tile)
	}
}

func TestRevisionRisesWithEveryPublish(t *testing.T) {
	records := tiletest.City(100)
	s := newStage(t, records)
	id := at(12, tiletest.Centre)
	get(t, s.Tileset, id, all...)
	far := tiletest.One(city.Project, 70001, orb.Point{-70, -30}, nil)
	s.change(t, geo.Changes{Cursor: "far", Records: []geo.Record{far}})
	tile, _ := get(t, s.Tileset, id, all...)
	if tile.Revision != s.now.Revision() || tile.Cursor != "far" {
		t.Errorf("revision %d, cursor %q after %d", tile.Revision, tile.Cursor, s.now.Revision())
	}
	if st := s.Stats(); st.Hits != 1 {
		t.Errorf("the tile was drawn again for a change elsewhere: %+v", st)
	}
}

// pool are tiles of several zooms round the centre.
func pool() []tiles.ID {
	var ids []tiles.ID
	for _, z := range []uint8{0, 6, 8, 9, 11, 13, 14, 15, 16, 18} {
		mid := at(z, tiletest.Centre)
		for d := range uint32(9) {
			if id := (tiles.ID{Z: z, X: mid.X + d/3 - 1, Y: mid.Y + d%3 - 1}); z > 1 {
				ids = append(ids, id)
			}
		}
	}
	return append(ids, tiles.ID{})
}

// TestOnlyTouchedTilesAreDrawnAgain counts what a change costs.
func TestOnlyTouchedTilesAreDrawnAgain(t *testing.T) {
	z := uint8(15)
	mid := at(z, tiletest.Centre)
	in := func(dx, dy uint32) orb.Point {
		b := tiles.ID{Z: z, X: mid.X + dx, Y: mid.Y + dy}.Box()
		return tiles.XY{X: b.Min.X/2 + b.Max.X/2, Y: b.Min.Y/2 + b.Max.Y/2}.Point()
	}
	diagonal := orb.LineString{in(0, 0), in(3, 2)}
	around := orb.Bound{Min: in(0, 3), Max: in(3, 0)}.ToPolygon()
	hole := orb.Bound{Min: in(0, 3), Max: in(3, 0)}.Pad(-200 * tiletest.Metre).ToRing()
	hole.Reverse()
	for _, c := range []struct {
		outcome string
		g       orb.Geometry
		most    int // of the 16 tiles round it
	}{
		{"a point touches its own tile", in(1, 1), 1},
		{"a diagonal touches the tiles it runs through", diagonal, 6},
		{"a polygon touches the tiles inside it", around, 16},
		{"a polygon does not touch the tiles in its hole", append(around.Clone(), hole), 13},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			s := newStage(t, nil)
			old, differ := s.now, 0
			ask := func() {
				differ = 0
				for x := range uint32(4) {
					for y := range uint32(4) {
						id := tiles.ID{Z: z, X: mid.X + x, Y: mid.Y + y}
						now := fresh(t, s.now, id, city.Project)
						if _, raw := get(t, s.Tileset, id, city.Project); !bytes.Equal(raw, now) {
							t.Errorf("%v is stale", id)
						}
						if !bytes.Equal(now, fresh(t, old, id, city.Project)) {
							differ++
						}
					}
				}
			}
			ask()
			s.change(t, geo.Changes{Records: []geo.Record{tiletest.One(city.Project, 1, c.g, nil)}})
			before := s.Stats().Misses
			ask()
			if drawn := int(s.Stats().Misses - before); drawn != differ || drawn == 0 || drawn > c.most {
				t.Errorf("%d tiles drawn again, %d differ, want at most %d", drawn, differ, c.most)
			}
		})
	}
}

func TestChangesThatNoTileShowsCostNothing(t *testing.T) {
	r := tiletest.One(city.Project, 1, tiletest.Centre, geo.Properties{"name": "a"})
	s := newStage(t, []geo.Record{r})
	id := at(14, tiletest.Centre)
	get(t, s.Tileset, id, all...)
	f := *r.Feature
	f.Properties = geo.Properties{"name": "a", "note": "no tile attribute", "town": "elsewhere"}
	s.change(t, geo.Changes{Records: []geo.Record{{Layer: f.Layer, ID: f.ID, Feature: &f}}})
	get(t, s.Tileset, id, all...)
	if st := s.Stats(); st.Hits != 1 {
		t.Errorf("drawn again: %+v", st)
	}
}

func TestWholeLayersAreForgotten(t *testing.T) {
	for name, c := range map[string]geo.Changes{
		"reset":          {Reset: []geo.LayerID{city.Street}},
		"declared anew":  {Layers: []geo.Layer{city.Layers()[4]}},
		"dropped":        {Dropped: []geo.LayerID{city.Street}},
		"after a reload": {},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, tiletest.City(300))
			id := at(13, tiletest.Centre)
			get(t, s.Tileset, id, city.Street)
			get(t, s.Tileset, id, city.Block)
			if name == "after a reload" {
				s.now = tiletest.Snapshot(t, nil)
				s.Publish(s.now, snapshot.Delta{})
			} else {
				s.change(t, c)
			}
			_, err := s.Draw(context.Background(), render.Query{Layers: []geo.LayerID{city.Street}}, id)
			if name == "dropped" && geo.CodeOf(err) != geo.NotFound {
				t.Errorf("a dropped layer is served: %v", err)
			}
			if name == "after a reload" {
				if _, raw := get(t, s.Tileset, id, city.Block); len(raw) != 0 {
					t.Error("an old tile survived")
				}
				return
			}
			before := s.Stats().Hits
			get(t, s.Tileset, id, city.Block)
			if s.Stats().Hits != before+1 {
				t.Error("another layer's tile went too")
			}
			if name == "reset" {
				if _, raw := get(t, s.Tileset, id, city.Street); len(raw) != 0 {
					t.Error("an old tile survived")
				}
			}
		})
	}
}

// TestKeptTilesAlwaysEqualFreshOnes edits at random, reading in between.
func TestKeptTilesAlwaysEqualFreshOnes(t *testing.T) {
	rnd := random(t)
	records := tiletest.City(150)
	s := newStage(t, records)
	ids, next := pool(), geo.ID(100_000)
	for n := range 24 {
		var c geo.Changes
		records, c = tiletest.Edit(rnd, records, next)
		if n%5 == 4 { // a day goes by, too
			c.Dates = []geo.DistrictDate{{District: tiletest.DistrictCode, Date: geo.NewDate(2022, 12, 31) + geo.Date(n*9)}}
		}
		next += 10
		s.change(t, c)
		for _, id := range ids {
			all := queries(t)
			q := all[rnd.IntN(len(all))]
			if tile, raw := getOf(t, s.Tileset, id, q); !bytes.Equal(raw, freshOf(t, s.now, id, q)) || tile.Revision != s.now.Revision() {
				t.Fatalf("%v of %+v is not what it would be drawn as now; changes %+v", id, q, c)
			}
		}
	}
	if st := s.Stats(); st.Hits < st.Misses/2 {
		t.Errorf("hardly anything was kept: %+v", st)
	}
}

// TestReadersNeverSeeOlderThanPublished lets readers run while edits land: what
// they get is a tile of a snapshot not older than the last one announced.
func TestReadersNeverSeeOlderThanPublished(t *testing.T) {
	rnd := random(t)
	records, next := tiletest.City(120), geo.ID(100_000)
	const edits = 40
	var snapshots [edits + 1]atomic.Pointer[render.Prepared]
	var begun, announced atomic.Int64
	s := newStage(t, records)
	snapshots[0].Store(render.Prepare(s.now, crowded))
	ids, wanted := pool(), queries(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var wg sync.WaitGroup
	for w := range 4 {
		own := rand.New(rand.NewPCG(rnd.Uint64(), uint64(w)))
		wg.Go(func() {
			for ctx.Err() == nil {
				id, low := ids[own.IntN(len(ids))], announced.Load()
				q := wanted[own.IntN(len(wanted))]
				tile, err := s.Draw(context.Background(), q, id)
				high := begun.Load()
				raw, err2 := tile.Identity()
				if err != nil || err2 != nil {
					t.Error(err, err2)
					return
				}
				if tile.Revision < uint64(low) || !drawnFrom(&snapshots, low, high, id, q, raw) {
					t.Errorf("%v of %+v and revision %d is of no snapshot from %d to %d", id, q, tile.Revision, low, high)
					return
				}
			}
		})
	}
	for i := range int64(edits) {
		var c geo.Changes
		records, c = tiletest.Edit(rnd, records, next)
		next += 10
		to, d, err := s.now.Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		snapshots[i+1].Store(render.Prepare(to, crowded))
		begun.Store(i + 1)
		s.now = to
		s.Publish(to, d)
		announced.Store(i + 1)
	}
	stop()
	wg.Wait()
	for _, id := range ids {
		for _, q := range wanted {
			if _, raw := getOf(t, s.Tileset, id, q); !bytes.Equal(raw, freshOf(t, s.now, id, q)) {
				t.Errorf("%v of %+v is stale in the end", id, q)
			}
		}
	}
}

func drawnFrom[A ~[41]atomic.Pointer[render.Prepared]](list *A, low, high int64, id tiles.ID, q render.Query, raw []byte) bool {
	var r render.Renderer
	for i := high; i >= low; i-- {
		if b, err := r.Tile((*list)[i].Load(), q, id); err == nil && bytes.Equal(b, raw) {
			return true
		}
	}
	return false
}

// TestManyCombinationsOfLayers asks for more than are remembered one by one.
func TestManyCombinationsOfLayers(t *testing.T) {
	rnd := random(t)
	records, next := tiletest.City(40), geo.ID(100_000)
	s := newStage(t, records)
	id := at(13, tiletest.Centre)
	for range 2 {
		for bits := 1; bits < 1<<len(all); bits++ {
			var set []geo.LayerID
			for i, l := range all {
				if bits>>i&1 == 1 {
					set = append(set, l)
				}
			}
			if _, raw := get(t, s.Tileset, id, set...); !bytes.Equal(raw, fresh(t, s.now, id, set...)) {
				t.Fatalf("%v is stale", set)
			}
		}
		var c geo.Changes
		records, c = tiletest.Edit(rnd, records, next)
		next += 10
		s.change(t, c)
	}
}

func BenchmarkHitParallel(b *testing.B) {
	s := newStage(b, tiletest.City(2000))
	ids := pool()
	for _, id := range ids {
		get(b, s.Tileset, id, all...)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.Draw(context.Background(), render.Query{Layers: all}, ids[i%len(ids)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func TestATileCarriesEveryLayerOfALargeStore(t *testing.T) {
	source := &tiletest.Source{}
	var ids []geo.LayerID
	where := orb.Point{121.36, 31.19}
	for n := range 200 {
		id := geo.LayerID("imported_" + strconv.Itoa(100+n))
		ids = append(ids, id)
		source.Decls = append(source.Decls, geo.Layer{ID: id, Title: geo.Text{ZH: string(id)}, Geometry: geo.Points})
		source.Records = append(source.Records, tiletest.One(id, geo.ID(n+1), where, nil))
	}
	s, err := snapshot.Load(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	ts := tileset.New(tileset.Options{})
	ts.Publish(s, snapshot.Delta{})
	_, raw := get(t, ts, at(16, where), ids...)
	if n := bytes.Count(raw, []byte("imported_")); n < len(ids) {
		t.Errorf("%d of %d layers", n, len(ids))
	}
}
