// Package snaptest makes cities to test and measure by: a store that is a map,
// random changes of a small city, and a large one for benchmarks. Everything
// drawn is told by one seed.
package snaptest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"testing"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Store is a plain map that changes like a store and loads like one.
type Store struct {
	geo.Loader
	Declared map[geo.LayerID]geo.Layer
	Records  map[geo.LayerID]map[geo.ID]geo.Record
	Dates    map[string]geo.DistrictDate
	cursor   int
}

// NewStore makes an empty store with these layers.
func NewStore(layers ...geo.Layer) *Store {
	s := &Store{Declared: map[geo.LayerID]geo.Layer{}, Records: map[geo.LayerID]map[geo.ID]geo.Record{}, Dates: map[string]geo.DistrictDate{}}
	for _, l := range layers {
		s.Declared[l.ID], s.Records[l.ID] = l, map[geo.ID]geo.Record{}
	}
	return s
}

// Load gives everything, in order of layer and id.
func (s *Store) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	h := geo.Head{Cursor: s.at()}
	for _, id := range slices.Sorted(maps.Keys(s.Declared)) {
		h.Layers = append(h.Layers, s.Declared[id])
	}
	for _, d := range slices.Sorted(maps.Keys(s.Dates)) {
		h.Dates = append(h.Dates, s.Dates[d])
	}
	if err := head(h); err != nil {
		return err
	}
	for _, l := range h.Layers {
		for _, id := range slices.Sorted(maps.Keys(s.Records[l.ID])) {
			if err := record(s.Records[l.ID][id]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) at() geo.Cursor { return geo.Cursor(strconv.Itoa(s.cursor)) }

// Take applies changes and gives them the next cursor.
func (s *Store) Take(c geo.Changes) geo.Changes {
	s.cursor++
	c.Cursor = s.at()
	for _, l := range c.Layers {
		s.Declared[l.ID] = l
		if s.Records[l.ID] == nil {
			s.Records[l.ID] = map[geo.ID]geo.Record{}
		}
	}
	for _, r := range c.Records {
		delete(s.Records[r.Layer], r.ID)
		if r.Feature != nil {
			s.Records[r.Layer][r.ID] = r
		}
	}
	for _, d := range c.Dates {
		s.Dates[d.District] = d
	}
	return c
}

// Snapshot loads the store.
func Snapshot(t testing.TB, l geo.Loader) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Load(context.Background(), l)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
