package api

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
	"yiping/tiles/raster"
)

// Pictures of many sizes asked for at once must not take the memory of all.
func TestPixelsAreDrawnOnePictureAtATime(t *testing.T) {
	snap, err := snapshot.Load(t.Context(), snaptest.NewCity(1))
	if err != nil {
		t.Fatal(err)
	}
	var drawing, together atomic.Int32
	s := &server{drawing: newTurn(), font: func() (*raster.Font, error) {
		if drawing.Add(1) > 1 {
			together.Add(1)
		}
		for range 100 {
			runtime.Gosched()
		}
		drawing.Add(-1)
		return nil, nil
	}}
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			q := &query{ctx: t.Context(), snap: snap, values: url.Values{"width": {strconv.Itoa(64 + n)}, "height": {"64"}}}
			if _, err := s.mapPNG(q); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := together.Load(); n > 0 {
		t.Errorf("%d pictures were begun beside another", n)
	}
}

// A client that left before its turn has nothing drawn.
func TestWhoLeavesBeforeTheirTurnHasNothingDrawn(t *testing.T) {
	snap, err := snapshot.Load(t.Context(), snaptest.NewCity(1))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{drawing: newTurn(), font: func() (*raster.Font, error) {
		t.Error("the picture is drawn")
		return nil, nil
	}}
	done, err := s.drawing.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.mapPNG(&query{ctx: ctx, snap: snap, values: url.Values{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("one who left is told %v", err)
	}
}
