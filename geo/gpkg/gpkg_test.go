package gpkg_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"yiping/geo"
	"yiping/geo/gpkg"
	"yiping/geo/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child(func(place string) (geo.Store, error) {
		return gpkg.Open(context.Background(), place, gpkg.Options{})
	})
	os.Exit(m.Run())
}

func open(t testing.TB, path string) *gpkg.Store {
	t.Helper()
	s, err := gpkg.Open(context.Background(), path, gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// outside runs a statement as another program: a plain connection without the
// store's functions or settings. Only where a row is inserted into a layer must
// the program have spatial functions, as GDAL and QGIS have: the R-tree trigger
// of GeoPackage calls them.
func outside(path, stmt string) (err error) {
	d := &sqlite.Driver{}
	if strings.Contains(stmt, "INSERT ") {
		for _, name := range []string{"ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"} {
			if err := d.RegisterDeterministicScalarFunction(name, 1, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
				return nil, nil
			}); err != nil {
				return err
			}
		}
	}
	c, err := d.Open("file:" + path + "?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	_, err = c.(driver.ExecerContext).ExecContext(context.Background(), stmt, nil)
	return errors.Join(err, c.Close())
}

func column(t testing.TB, path, query string, args ...any) []string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v any
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(v))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		path := filepath.Join(t.TempDir(), "a store.gpkg")
		return storetest.Harness{
			Store:  open(t, path),
			Reopen: func(t testing.TB) geo.Store { return open(t, path) },
			SQL: func(t testing.TB, stmt string) {
				t.Helper()
				if err := outside(path, stmt); err != nil {
					t.Fatalf("%s: %v", stmt, err)
				}
			},
			Refused: func(t testing.TB, stmt string) error { return outside(path, stmt) },
			Actors: func(t testing.TB, layer geo.LayerID, id geo.ID) []string {
				return column(t, path, `SELECT actor FROM yiping_history WHERE layer = ? AND id = ? AND date IS NULL ORDER BY seq`, string(layer), int64(id))
			},
		}
	})
}

func TestKilledWriterLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.gpkg")
	storetest.RunKill(t, storetest.Kill{Place: path, Open: func(testing.TB) (geo.Store, error) {
		return gpkg.Open(context.Background(), path, gpkg.Options{})
	}})
	if got := strings.Join(column(t, path, `PRAGMA integrity_check`), " "); got != "ok" {
		t.Errorf("integrity: %s", got)
	}
}
