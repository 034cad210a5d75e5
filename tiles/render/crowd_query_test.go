package render_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

// asked is a random query: of the usual attributes, of a few, of all or of none, with
// a filter or without.
func asked(t *testing.T, rnd *rand.Rand, s *snapshot.Snapshot) render.Query {
	q := render.Query{Layers: allLayers}
	var names []string
	for _, name := range allLayers {
		l, _ := s.Layer(name)
		names = append(names, render.Attributes(l.Decl())...)
	}
	switch k := rnd.IntN(4); k {
	case 0:
	case 1:
		q.Fields = names
	default:
		q.Fields = []string{}
		for range rnd.IntN(2) * k * 2 {
			q.Fields = append(q.Fields, names[rnd.IntN(len(names))])
		}
	}
	if rnd.IntN(2) == 0 {
		q.Filter = where(t, []string{"light <> 'green'", "name LIKE '%1%'", "light IN ('red', 'yellow') OR name LIKE '%2%'", "TRUE"}[rnd.IntN(4)])
	}
	return q
}

// noted gives a city some features of which have long notes, which only a query
// for them carries.
func noted(rnd *rand.Rand, n int) []geo.Record {
	records := lit(rnd, n, 5)
	for i := range records {
		if f := *records[i].Feature; f.Layer == city.Project && rnd.IntN(3) == 0 {
			f.Properties = f.Properties.Clone()
			f.Properties["note"] = strings.Repeat("注", rnd.IntN(200)) + fmt.Sprint(i)
			records[i].Feature = &f
		}
	}
	return records
}

// TestCrowdsGoByTheQuery holds, over random attributes and filters, that a tile is
// whole if it fits as it is asked for: from zoom 14 on if it is smaller than the
// limit, before that if it is much smaller; and that up to zoom 13 none is larger
// than it may be.
func TestCrowdsGoByTheQuery(t *testing.T) {
	rnd := random(t)
	s := tiletest.Snapshot(t, noted(rnd, 1500))
	var r render.Renderer
	tile := func(q render.Query, id tiles.ID, bytes int) []byte {
		raw, err := r.Tile(render.Prepare(s, render.Limits{Reds: 1 << 20, Bytes: bytes, DeepBytes: bytes}), q, id)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(raw)
	}
	thinned := 0
	for range 15 {
		q := asked(t, rnd, s)
		for z := uint8(9); z < 17; z++ {
			mid := at(z, tiletest.Centre)
			id := tiles.ID{Z: z, X: mid.X + rnd.Uint32N(3) - 1, Y: mid.Y + rnd.Uint32N(3) - 1}
			full := tile(q, id, 1<<30)
			enough, tight := len(full)+1, 3000+rnd.IntN(20_000)
			if z < 14 {
				enough *= 3 // what a feature takes is estimated from all its vertices
			}
			raw := tile(q, id, enough) // what reaches in from a neighbour with more may be thinned
			if own := bytes.Contains(raw, []byte(render.ClusterSuffix)); own || anchored(t, s, id, raw) != anchored(t, s, id, full) {
				t.Errorf("%v of %+v takes %d bytes whole, may take %d, and is thinned to %d", id, q, len(full), enough, len(raw))
			}
			raw = tile(q, id, tight)
			thinned += b2i(bytes.Contains(raw, []byte(render.ClusterSuffix)))
			if z < 14 && len(raw) > tight {
				t.Errorf("%v of %+v takes %d bytes, may take %d", id, q, len(raw), tight)
			}
		}
	}
	if thinned == 0 {
		t.Error("no tile was thinned: this shows nothing")
	}
}

// TestTreesKeptUpAreThoseMadeAnew draws by random attributes and filters, with a
// change between one and the next.
func TestTreesKeptUpAreThoseMadeAnew(t *testing.T) {
	rnd := random(t)
	records, next := noted(rnd, 600), geo.ID(100_000)
	limits := render.Limits{Reds: 10, Bytes: 12_000, DeepBytes: 3000}
	kept := render.Prepare(tiletest.Snapshot(t, records), limits)
	queries := make([]render.Query, 6)
	for i := range queries {
		queries[i] = asked(t, rnd, kept.Snapshot())
	}
	var r render.Renderer
	thinned := 0
	for range 30 {
		var c geo.Changes
		records, c = tiletest.Edit(rnd, records, next)
		next += 10
		_, d, err := kept.Snapshot().Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		kept = kept.Next(d)
		fresh, q := render.Prepare(d.To, limits), queries[rnd.IntN(len(queries))]
		for z := uint8(9); z < 17; z++ {
			a, err := r.Tile(kept, q, at(z, tiletest.Centre))
			a = slices.Clone(a)
			b, err2 := r.Tile(fresh, q, at(z, tiletest.Centre))
			if err != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Fatalf("zoom %d of %+v is another when kept up through changes: %v %v", z, q, err, err2)
			}
			thinned += b2i(bytes.Contains(a, []byte(render.ClusterSuffix)))
		}
	}
	if thinned == 0 {
		t.Error("no tile was thinned: this shows nothing")
	}
}
