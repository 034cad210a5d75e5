package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"yiping/geo/postgis/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestEachDatabaseIsFreshWithPostGIS(t *testing.T) {
	for range 2 {
		conn := connect(t, pgtest.URL(t))
		var s string
		if err := conn.QueryRow(context.Background(), "SELECT ST_AsText(ST_Point(1, 2))").Scan(&s); err != nil || s != "POINT(1 2)" {
			t.Fatalf("got %q, %v", s, err)
		}
		if _, err := conn.Exec(context.Background(), "CREATE TABLE mark ()"); err != nil {
			t.Fatalf("the database is not fresh: %v", err)
		}
		conn.Close(context.Background())
	}
}

func TestEachTestBeginsFromACopyOfATemplate(t *testing.T) {
	var filled pgtest.Template
	fills := 0
	for range 2 {
		conn := connect(t, filled.URL(t, func(url string) {
			fills++
			conn := connect(t, url)
			defer conn.Close(context.Background())
			if _, err := conn.Exec(context.Background(), "CREATE TABLE kept AS SELECT 42 AS n"); err != nil {
				t.Fatal(err)
			}
		}))
		var n int
		if err := conn.QueryRow(context.Background(), "UPDATE kept SET n = n + 1 RETURNING n").Scan(&n); err != nil || n != 43 {
			t.Errorf("got %d, %v", n, err)
		}
		conn.Close(context.Background())
	}
	if fills != 1 {
		t.Errorf("filled %d times", fills)
	}
}

func TestClusterKeepsCommittedRowsOverAnImmediateStop(t *testing.T) {
	c := pgtest.Start(t)
	url := c.URL(t, "city")
	conn := connect(t, url)
	if _, err := conn.Exec(context.Background(), "CREATE TABLE kept AS SELECT 42 AS n"); err != nil {
		t.Fatal(err)
	}
	c.Stop(t)
	if err := conn.Ping(context.Background()); err == nil {
		t.Fatal("the connection outlived the server")
	}
	c.Restart(t)
	conn = connect(t, url)
	defer conn.Close(context.Background())
	var n int
	if err := conn.QueryRow(context.Background(), "SELECT n FROM kept").Scan(&n); err != nil || n != 42 {
		t.Fatalf("got %d, %v", n, err)
	}
}
