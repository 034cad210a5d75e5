package api_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"yiping/geo"
	"yiping/geo/gpkg"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// filled is the file of a GeoPackage with the fixture, made once: each test
// works on a copy.
type filled struct {
	once sync.Once
	file []byte
}

var fixture filled

func (f *filled) bytes(t testing.TB) []byte {
	t.Helper()
	f.once.Do(func() {
		path := filepath.Join(t.TempDir(), "city.gpkg")
		s, err := gpkg.Open(t.Context(), path, gpkg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fill(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if f.file, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	})
	return f.file
}

// openStore gives a GeoPackage with the fixture.
func openStore(t testing.TB) geo.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "city.gpkg")
	if err := os.WriteFile(path, fixture.bytes(t), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := gpkg.Open(t.Context(), path, gpkg.Options{})
	return opened(t, s, err)
}

// unhurried lets statements take as long as a busy machine makes them.
var unhurried = postgis.Options{ReadTimeout: patience, LockTimeout: patience}

// openPostGIS gives a database with the fixture.
func openPostGIS(t testing.TB) geo.Store {
	t.Helper()
	return openURL(t, filledPostGIS(t))
}

var filledDatabase pgtest.Template

// filledPostGIS gives the URL of a database with the fixture.
func filledPostGIS(t testing.TB) string {
	t.Helper()
	return filledDatabase.URL(t, func(url string) {
		s, err := postgis.Open(t.Context(), url, unhurried)
		if err != nil {
			t.Fatal(err)
		}
		fill(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func openURL(t testing.TB, url string) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), url, unhurried)
	opened(t, s, err)
	return s
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

func TestMain(m *testing.M) { pgtest.Main(witnessing{m}) }

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
