package pgtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

// Template is a database that is filled once in a process and copied for each test
// that begins from it: a copy costs a tenth of a second, declaring the layers of a
// city seconds. The zero value is ready.
type Template struct {
	once sync.Once
	name string
	err  error
}

// URL gives the connection URL of a fresh copy of the database that fill filled,
// dropped when the test ends. fill leaves no connection open.
func (p *Template) URL(t testing.TB, fill func(url string)) string {
	t.Helper()
	admin(t)
	p.once.Do(func() {
		p.err = errors.New("an earlier test failed to fill it")
		p.name = shared.newName("filled")
		if err := execute(shared.admin, "CREATE DATABASE "+p.name+" TEMPLATE "+shared.template); err != nil {
			p.err = err
			return
		}
		shared.filled = append(shared.filled, p.name)
		fill(withDatabase(shared.admin, p.name))
		p.err = nil
	})
	if p.err != nil {
		t.Fatalf("no database to begin from: %v", p.err)
	}
	return copyOf(t, p.name)
}

// admin starts what the tests of the process share.
func admin(t testing.TB) {
	t.Helper()
	shared.once.Do(shared.start)
	if shared.err != nil {
		t.Fatalf("no PostgreSQL with PostGIS for this test: %v", shared.err)
	}
}

// copyOf makes a database for a test and drops it afterwards. PostgreSQL waits a few
// seconds for connections to the template that are just ending.
func copyOf(t testing.TB, template string) string {
	t.Helper()
	name := shared.newName("t")
	if err := execute(shared.admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(shared.admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Logf("drop test database: %v", err)
		}
	})
	return withDatabase(shared.admin, name)
}

func (p *process) newName(kind string) string {
	return fmt.Sprintf("%s%d_%d", kind, pid, p.serial.Add(1))
}
