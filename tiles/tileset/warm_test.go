package tileset_test

import (
	"context"
	"errors"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/tiles/render"
	"yiping/tiles/tiletest"
)

func TestWarm(t *testing.T) {
	s := newStage(t, tiletest.City(300))
	q := render.Query{Layers: all}
	n, err := s.Warm(t.Context(), q, 11)
	if err != nil || n < 12 {
		t.Fatalf("%d tiles: %v", n, err)
	}
	before := s.Stats()
	for z := range uint8(12) {
		getOf(t, s.Tileset, at(z, tiletest.Centre), q)
	}
	if now := s.Stats(); now.Misses != before.Misses || int(now.Entries) != n {
		t.Errorf("%d of 12 tiles were drawn again, %d kept of %d", now.Misses-before.Misses, now.Entries, n)
	}
	if _, raw := getOf(t, s.Tileset, at(12, tiletest.Centre), q); len(raw) == 0 || s.Stats().Misses != before.Misses+1 {
		t.Error("the zoom after was drawn too")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := newStage(t, tiletest.City(300)).Warm(gone, q, 11); n > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("after its end it drew %d: %v", n, err)
	}
	if _, err := s.Warm(t.Context(), render.Query{Layers: []geo.LayerID{"nosuch"}}, 3); geo.CodeOf(err) != geo.NotFound {
		t.Error(err)
	}
	if n, err := newStage(t, nil).Warm(t.Context(), render.Query{Layers: []geo.LayerID{city.Project}}, 11); n != 0 || err != nil {
		t.Errorf("%d tiles of nothing: %v", n, err)
	}
}
