// Package pgtest gives tests a real PostgreSQL with PostGIS: a private cluster in
// a temporary directory, reached by a Unix socket, gone when the test process is
// gone however it ended. YIPING_TEST_POSTGRES (a connection URL of a superuser)
// makes URL use a server that is already there instead.
//
// Nothing here ever skips: without PostgreSQL and PostGIS a test fails.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// EnvURL names the environment variable with the URL of a server to use.
const EnvURL = "YIPING_TEST_POSTGRES"

// process is what the tests of one process share: a cluster takes seconds to
// make, a database from a template a tenth of one.
type process struct {
	once     sync.Once
	cluster  *Cluster // nil when EnvURL is set
	admin    string   // URL of the maintenance database
	template string
	filled   []string // databases of Templates
	err      error
	serial   atomic.Int64
}

var (
	shared process
	pid    = os.Getpid()
)

// URL gives the connection URL of a fresh, empty database with PostGIS, dropped
// when the test ends. The role is a superuser.
func URL(t testing.TB) string {
	t.Helper()
	admin(t)
	return copyOf(t, shared.template)
}

// Connect connects to a database, as psql does, until the test ends.
func Connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Main runs the tests of a package and takes the cluster down before the process
// ends: func TestMain(m *testing.M) { pgtest.Main(m) }. Without it the cluster's
// watchdog does the same a moment after the process is gone.
func Main(m interface{ Run() int }) {
	code := m.Run()
	shared.stop()
	os.Exit(code)
}

// Around calls f with the URL of a cluster, the one of EnvURL or a private one
// that is gone afterwards, for programs other than Go tests.
func Around(f func(url string) error) error {
	if url := os.Getenv(EnvURL); url != "" {
		return f(url)
	}
	c, err := newCluster()
	if err != nil {
		return err
	}
	defer c.remove()
	return f(c.url("postgres"))
}

func (p *process) start() {
	p.template = fmt.Sprintf("template_%d", pid)
	p.admin = os.Getenv(EnvURL)
	if p.admin == "" {
		p.cluster, p.err = newCluster()
		if p.err != nil {
			return
		}
		p.admin = p.cluster.url("postgres")
	}
	p.err = createTemplate(p.admin, p.template)
}

func (p *process) stop() {
	switch {
	case p.cluster != nil:
		p.cluster.remove()
	case p.admin != "" && p.err == nil:
		// What is left on a borrowed server are templates; failing to drop them
		// fails no test.
		for _, name := range append(p.filled, p.template) {
			_ = execute(p.admin, "DROP DATABASE IF EXISTS "+name)
		}
	}
}

func createTemplate(admin, name string) error {
	if err := execute(admin, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return fmt.Errorf("create template: %w", err)
	}
	if err := execute(withDatabase(admin, name), "CREATE EXTENSION postgis"); err != nil {
		return fmt.Errorf("create extension postgis: %w", err)
	}
	return nil
}

// execute runs one statement on a connection of its own.
func execute(url, sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	if cerr := conn.Close(ctx); err == nil {
		err = cerr
	}
	return err
}

func withDatabase(raw, name string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw // connecting to it will say what is wrong
	}
	u.Path = "/" + name
	return u.String()
}
