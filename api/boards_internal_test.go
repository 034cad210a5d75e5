package api

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
	"yiping/tiles/tiletest"
)

// What is summed for readers from whom layers are hidden goes on from change to
// change, for so many sets of layers, as long as somebody asks.
func TestBoardsOfHiddenLayersGoOn(t *testing.T) {
	project := func(version uint64) geo.Record {
		return geo.Record{Layer: city.Project, ID: 1, Feature: &geo.Feature{Layer: city.Project, ID: 1, Code: "P1", Version: version, Properties: geo.Properties{"name": "一号"}}}
	}
	s, err := snapshot.Load(t.Context(), &tiletest.Source{Decls: city.Layers(), Records: []geo.Record{project(1)}})
	if err != nil {
		t.Fatal(err)
	}
	b := &Boards{}
	b.Publish(s, snapshot.Delta{})
	version := uint64(1)
	step := func(dates ...geo.DistrictDate) {
		t.Helper()
		version++
		next, d, err := s.Apply(geo.Changes{Cursor: geo.Cursor(fmt.Sprint(version)), Records: []geo.Record{project(version)}, Dates: dates})
		if err != nil {
			t.Fatal(err)
		}
		b.Publish(next, d)
		s = next
	}
	hidden := live.Hidden{Key: "record", Layers: map[geo.LayerID]bool{city.Record: true}}
	boardsOf := func(h live.Hidden) *boards {
		t.Helper()
		v, ok := b.view(s, h)
		if _, there := v.Layer(city.Record); !ok || there {
			t.Fatal("no view of what was published, or one of everything")
		}
		return b.at(v, nil)
	}
	boardsOf(hidden).overview().Of(overview.Filter{})
	step()
	if kept := boardsOf(hidden); kept.sums.made.Load() == nil || kept.figures.made.Load() != nil {
		t.Error("what was asked for is summed anew, or what was not is summed")
	}
	if _, ok := b.view(s.At(geo.NewDate(2022, 6, 30)), hidden); ok {
		t.Error("a view of what was not published")
	}
	for k := range 2 * maxSights {
		boardsOf(live.Hidden{Key: fmt.Sprint(k), Layers: hidden.Layers})
	}
	if n := len(b.published[len(b.published)-1].seen); n != maxSights {
		t.Errorf("%d sets of hidden layers are kept", n)
	}
	for range sightsAfter + 1 {
		step()
	}
	if n := len(b.published[len(b.published)-1].seen); n != 0 {
		t.Errorf("%d sets are kept that nobody asks for", n)
	}
}

// Readers look at what is current while the next is published; under the race
// detector this tells what is read without the lock.
func TestReadersLookWhileBoardsArePublished(t *testing.T) {
	s, err := snapshot.Load(t.Context(), &tiletest.Source{Decls: city.Layers()})
	if err != nil {
		t.Fatal(err)
	}
	b := &Boards{}
	b.Publish(s, snapshot.Delta{})
	hidden := live.Hidden{Key: "record", Layers: map[geo.LayerID]bool{city.Record: true}}
	var current atomic.Pointer[snapshot.Snapshot]
	current.Store(s)
	done := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			b.view(current.Load(), hidden)
		}
	})
	for n := range 200 {
		next, d, err := s.Apply(geo.Changes{Cursor: geo.Cursor(fmt.Sprint(n)), Dates: []geo.DistrictDate{{District: "310107", Date: geo.NewDate(2022, 1, 1+n%28)}}})
		if err != nil {
			t.Fatal(err)
		}
		b.Publish(next, d)
		current.Store(next)
		s = next
	}
	close(done)
	readers.Wait()
}
