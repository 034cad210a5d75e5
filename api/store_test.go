package api_test

import (
	"context"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/gpkg"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// openStore gives an empty GeoPackage.
func openStore(t testing.TB) geo.Store {
	t.Helper()
	s, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "city.gpkg"), gpkg.Options{Poll: 5 * time.Millisecond})
	return opened(t, s, err)
}

// openPostGIS gives an empty database.
func openPostGIS(t testing.TB) geo.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), pgtest.URL(t), postgis.Options{})
	return opened(t, s, err)
}

func opened(t testing.TB, s geo.Store, err error) geo.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

func TestMain(m *testing.M) { pgtest.Main(m) }

// eachStore runs a test on both stores.
func eachStore(t *testing.T, body func(*testing.T, func(testing.TB) geo.Store)) {
	t.Run("gpkg", func(t *testing.T) { body(t, openStore) })
	t.Run("postgis", func(t *testing.T) { body(t, openPostGIS) })
}

func escape(s string) string { return url.QueryEscape(s) }

// flaky is a store that can be sent away.
type flaky struct {
	geo.Store
	gone atomic.Bool
	wake atomic.Pointer[context.CancelFunc]
}

func (f *flaky) away(gone bool) {
	f.gone.Store(gone)
	if wake := f.wake.Load(); wake != nil {
		(*wake)()
	}
}

func (f *flaky) Since(ctx context.Context, after geo.Cursor) (geo.Changes, error) {
	if f.gone.Load() {
		return geo.Changes{}, geo.Errorf(geo.Unavailable, "the store is away")
	}
	return f.Store.Since(ctx, after)
}

func (f *flaky) Wait(ctx context.Context, after geo.Cursor) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.wake.Store(&cancel)
	if f.gone.Load() {
		return geo.Errorf(geo.Unavailable, "the store is away")
	}
	err := f.Store.Wait(ctx, after)
	if f.gone.Load() {
		return geo.Errorf(geo.Unavailable, "the store is away")
	}
	return err
}
