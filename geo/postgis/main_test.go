package postgis_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/storetest"
)

func TestMain(m *testing.M) {
	storetest.Child(func(place string) (geo.Store, error) {
		return postgis.Open(context.Background(), place, postgis.Options{})
	})
	pgtest.Main(m)
}

func TestStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		url := emptyStore(t)
		reopen := func(t testing.TB) geo.Store { return open(t, url) }
		return storetest.Harness{
			Store:  reopen(t),
			Reopen: reopen,
			SQL:    func(t testing.TB, stmt string) { run(t, connect(t, url), stmt) },
			Refused: func(t testing.TB, stmt string) error {
				_, err := connect(t, url).Exec(context.Background(), stmt)
				return err
			},
			Actors: func(t testing.TB, layer geo.LayerID, id geo.ID) []string {
				return list[string](t, connect(t, url), "SELECT actor FROM yiping.history WHERE layer = $1 AND id = $2 AND what = 'feature' ORDER BY n", layer, int64(id))
			},
		}
	})
}

// Databases that tests begin from: a store without layers, and one with the core
// layers.
var bare, declared pgtest.Template

// emptyStore gives the URL of a store without layers.
func emptyStore(t testing.TB) string {
	t.Helper()
	return bare.URL(t, func(url string) { closed(t, url, func(geo.Store) {}) })
}

// closed opens a store for one thing.
func closed(t testing.TB, url string, do func(geo.Store)) {
	t.Helper()
	s, err := postgis.Open(context.Background(), url, postgis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// open gives a store that is closed when the test ends.
func open(t testing.TB, url string) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(context.Background(), url, postgis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// connect gives a connection as psql has it.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	return pgtest.Connect(t, url)
}

// run runs statements that must succeed.
func run(t testing.TB, conn *pgx.Conn, stmts ...string) {
	t.Helper()
	for _, sql := range stmts {
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func list[T any](t testing.TB, conn *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return out
}
