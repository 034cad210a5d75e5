package postgis_test

import (
	"context"
	"errors"
	neturl "net/url"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// refusal opens a store, which must fail, and checks that the error is a sentence
// that says what and how to mend it, and holds no password.
func refusal(t *testing.T, url string, says ...string) {
	t.Helper()
	s, err := postgis.Open(context.Background(), url, postgis.Options{})
	if err == nil {
		t.Error("opened", s.Close())
		return
	}
	var e *geo.Error
	if !errors.As(err, &e) || e.Mend == "" || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "sesame") {
		t.Errorf("%v", err)
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("does not say %q: %v", text, err)
		}
	}
}

// changed gives the URL with another part.
func changed(t *testing.T, url string, change func(u *neturl.URL, q neturl.Values)) string {
	t.Helper()
	u, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	change(u, q)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestAStoreThatCannotBeReachedSaysWhatToDo(t *testing.T) {
	c := pgtest.Start(t)
	url := c.URL(t, "city")
	admin := connect(t, url)
	run(t, admin, "CREATE ROLE locked LOGIN PASSWORD 'open'", "CREATE ROLE stranger LOGIN", "CREATE ROLE nologin",
		"CREATE DATABASE shut", "REVOKE CONNECT ON DATABASE shut FROM PUBLIC", "CREATE ROLE unlisted LOGIN")
	hba := list[string](t, admin, "SELECT current_setting('hba_file')")[0]
	run(t, admin, "COPY (SELECT unnest(ARRAY['local all locked scram-sha-256', 'local all unlisted reject', 'local all all trust'])) TO '"+hba+"'", "SELECT pg_reload_conf()")
	socket := func(path string) func(*neturl.URL, neturl.Values) {
		return func(_ *neturl.URL, q neturl.Values) { q.Set("host", path) }
	}
	database := func(name, role string) func(*neturl.URL, neturl.Values) {
		return func(u *neturl.URL, _ neturl.Values) { u.Path, u.User = "/"+name, neturl.UserPassword(role, "sesame") }
	}
	unnameable := strings.Repeat("x", 64) + ".example" // no resolver is asked for it: a label has at most 63 characters
	tcp := func(host string, more ...string) string {
		return "postgres://u:sesame@" + host + "/d?" + strings.Join(more, "&")
	}
	for name, at := range map[string]struct {
		url  string
		says []string
	}{
		"no password":        {asRole(t, url, "locked"), []string{`asks role "locked" for a password`, "PGPASSWORD"}},
		"a wrong password":   {changed(t, url, database("city", "locked")), []string{`no role "locked" with this password`, "PGPASSWORD"}},
		"no such role":       {changed(t, url, database("city", "nobody")), []string{`no role "nobody" that may log in`, `CREATE ROLE "nobody" LOGIN`}},
		"may not log in":     {changed(t, url, database("city", "nologin")), []string{`no role "nologin" that may log in`}},
		"not let in":         {changed(t, url, database("city", "unlisted")), []string{`does not let role "unlisted" in`, "pg_hba.conf"}},
		"no such database":   {changed(t, url, database("nowhere", "stranger")), []string{`no database "nowhere"`, `CREATE DATABASE "nowhere" OWNER "stranger"`}},
		"may not connect":    {changed(t, url, database("shut", "stranger")), []string{"GRANT CONNECT"}},
		"nothing answers":    {changed(t, url, socket(t.TempDir())), []string{"nothing answers", "start PostgreSQL"}},
		"nothing at a port":  {tcp("127.0.0.1:1"), []string{"nothing answers at 127.0.0.1:1"}},
		"no such host":       {tcp(unnameable + ":5432"), []string{"no host “" + unnameable + "”", "store URL"}},
		"several, all wrong": {tcp("127.0.0.1:1,127.0.0.1:2"), []string{"127.0.0.1:1", "127.0.0.1:2"}},
		"no port":            {tcp("127.0.0.1:x"), []string{"names no PostgreSQL server", "%XX"}},
		"no certificate":     {tcp("127.0.0.1:1", "sslmode=verify-full", "sslrootcert=/nowhere/ca.pem"), []string{"/nowhere/ca.pem", "sslrootcert"}},
	} {
		t.Run(name, func(t *testing.T) { refusal(t, at.url, at.says...) })
	}
	t.Run("it only reads", func(t *testing.T) {
		c.Stop(t)
		c.Standby(t)
		refusal(t, url, "is a standby or read-only", "name the primary")
	})
}

func TestADatabaseThatCannotHoldAStoreSaysWhatToDo(t *testing.T) {
	url := pgtest.URL(t)
	admin := connect(t, url)
	name := list[string](t, admin, "SELECT current_database()::text")[0]
	role, other := "plain_"+name, "other_"+name
	run(t, admin, "CREATE ROLE "+role+" LOGIN", "CREATE ROLE "+other+" LOGIN", "DROP EXTENSION postgis")
	t.Cleanup(func() {
		conn := connect(t, url)
		run(t, conn, "ALTER DATABASE "+name+" OWNER TO CURRENT_USER", "REASSIGN OWNED BY "+role+" TO CURRENT_USER",
			"DROP OWNED BY "+role, "DROP OWNED BY "+other, "DROP ROLE "+role, "DROP ROLE "+other)
	})
	refusal(t, asRole(t, url, role), "role "+role+" may not make", "GRANT CREATE ON DATABASE "+name+" TO "+role)
	run(t, admin, "GRANT CREATE ON DATABASE "+name+" TO "+role)
	refusal(t, asRole(t, url, role), "schema public", "GRANT CREATE ON SCHEMA public TO "+role)
	run(t, admin, "GRANT CREATE ON SCHEMA public TO "+role)
	refusal(t, asRole(t, url, role), "no PostGIS, and role "+role+" may not install it", "CREATE EXTENSION postgis")
	run(t, admin, "CREATE EXTENSION postgis")
	declareCity(t, open(t, asRole(t, url, role))) // each mend was enough
	refusal(t, asRole(t, url, other), "belongs to role "+role+", not to "+other, "GRANT "+role+" TO "+other)
	run(t, admin, "GRANT "+role+" TO "+other)
	open(t, asRole(t, url, other))
}

func TestADatabaseInAnotherEncodingIsRefused(t *testing.T) {
	url := pgtest.URL(t)
	admin := connect(t, url)
	latin := list[string](t, admin, "SELECT current_database() || '_latin'")[0]
	run(t, admin, "CREATE DATABASE "+latin+" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
	t.Cleanup(func() { run(t, connect(t, url), "DROP DATABASE "+latin+" WITH (FORCE)") })
	refusal(t, changed(t, url, func(u *neturl.URL, _ neturl.Values) { u.Path = "/" + latin }), "is encoded as LATIN1", "createdb -E UTF8")
}
