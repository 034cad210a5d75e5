package postgis_test

import (
	"context"
	"errors"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// office is a store that belongs to a role of its own, with the roles for GIS
// work that the README gives, and a person in each.
type office struct {
	*postgis.Store
	url, owner, reader, editor string
}

// rolesOfREADME is what a database's administrator copies: the README's SQL that
// makes roles.
func rolesOfREADME(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(text), "\n```sql\n")[1:] {
		if sql, _, closed := strings.Cut(block, "\n```"); closed && strings.Contains(sql, "CREATE ROLE") {
			return sql
		}
	}
	t.Fatal("README shows no SQL that makes roles")
	return ""
}

// asRole is the URL with another user.
func asRole(t *testing.T, url, role string) string {
	t.Helper()
	u, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	u.User = neturl.User(role)
	return u.String()
}

func openOffice(t *testing.T, url string) office {
	t.Helper()
	admin := connect(t, url)
	name := list[string](t, admin, "SELECT current_database()::text")[0]
	o := office{url: url, owner: "yiping_" + name, reader: "wang_" + name, editor: "zhang_" + name}
	run(t, admin, "CREATE ROLE "+o.owner+" LOGIN", "ALTER DATABASE "+name+" OWNER TO "+o.owner)
	roles := []string{o.owner, o.reader, o.editor, "gis_reader_" + name, "gis_editor_" + name}
	t.Cleanup(func() {
		conn := connect(t, url)
		run(t, conn, "ALTER DATABASE "+name+" OWNER TO CURRENT_USER")
		for _, r := range roles {
			run(t, conn, "DROP OWNED BY "+r+" CASCADE", "DROP ROLE "+r)
		}
	})
	o.Store = open(t, asRole(t, url, o.owner))
	declareCity(t, o.Store, "a", "gone")
	script := rolesOfREADME(t)
	for _, r := range [][2]string{{"gis_reader", "gis_reader_" + name}, {"gis_editor", "gis_editor_" + name}, {"ROLE yiping", "ROLE " + o.owner}, {"wang", o.reader}, {"zhang", o.editor}} {
		if !strings.Contains(script, r[0]) {
			t.Fatalf("the README's SQL does not speak of %s:\n%s", r[0], script)
		}
		script = strings.ReplaceAll(script, r[0], r[1])
	}
	run(t, admin, script)
	return o
}

// denied runs what a role must not be able to do.
func denied(t *testing.T, conn *pgx.Conn, stmts ...string) {
	t.Helper()
	for _, sql := range stmts {
		_, err := conn.Exec(context.Background(), sql)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != "42501" { // insufficient_privilege
			t.Errorf("%s: %v, want it denied", sql, err)
		}
	}
}

// secrets are what no role but the store's own may see or touch.
var secrets = []string{"SELECT * FROM yiping.account", "SELECT * FROM yiping.session", "SELECT * FROM yiping.token", "SELECT * FROM yiping.journal",
	"SELECT * FROM yiping.attempt", "SELECT * FROM yiping.history", "SELECT * FROM yiping.feed", "SELECT * FROM yiping.batch", "SELECT * FROM yiping.layer",
	"INSERT INTO yiping.feed (kind, layer) VALUES ('r', 'project')", "DELETE FROM yiping.history", "UPDATE yiping.landing SET at = now()",
	"UPDATE yiping.token SET revoked = NULL", "UPDATE yiping.account SET role = 'admin'", "SELECT yiping.prune('0 seconds')",
	"ALTER TABLE project DISABLE TRIGGER ALL", "DROP TABLE project", "TRUNCATE project", "CREATE TABLE yiping.mine ()", "CREATE TABLE public.mine ()"}

func TestRolesOfTheREADME(t *testing.T) {
	url := pgtest.URL(t)
	o := openOffice(t, url)
	t.Run("a reader reads layers, and nothing else", o.checkReader)
	t.Run("an editor edits, and is followed and remembered", o.checkEditor)
	t.Run("a layer declared later is read", o.checkLater)
	t.Run("no right on what stands behind the layers", o.checkRights)
}

func (o office) checkReader(t *testing.T) {
	conn := connect(t, asRole(t, o.url, o.reader))
	if got := list[string](t, conn, "SELECT p.code FROM project p LEFT JOIN project_report r ON r.feature_id = p.id ORDER BY 1"); strings.Join(got, " ") != "a gone" {
		t.Errorf("reads %q", got)
	}
	if n := list[int](t, conn, "SELECT count(*)::int FROM geometry_columns WHERE f_table_name = 'project' AND srid = 4326"); n[0] != 1 {
		t.Error("QGIS would not find the layer")
	}
	denied(t, conn, "UPDATE project SET name = 'x'", "INSERT INTO project (code, name) VALUES ('x', 'x')", "DELETE FROM project",
		"INSERT INTO project_report (feature_id, date) SELECT id, '2022-12-31' FROM project", "UPDATE spatial_ref_sys SET srtext = ''")
	denied(t, conn, secrets...)
}

func (o office) checkEditor(t *testing.T) {
	f := follow(t, o.Store)
	conn := connect(t, asRole(t, o.url, o.editor))
	run(t, conn, "SET yiping.actor = '区长'", // who they say they are does not count
		"UPDATE project SET goal_outcome = '滞后' WHERE code = 'a'",
		"UPDATE project SET geom = ST_Translate(geom, 0.001, 0) WHERE code = 'a'",
		"INSERT INTO project (code, name, geom) VALUES ('b', 'b', ST_SetSRID(ST_MakePoint(121, 31, 4.5), 4326))",
		"INSERT INTO project_report (feature_id, date, planned_progress, actual_progress) SELECT id, '2022-12-31', 50, 40 FROM project WHERE code = 'a'",
		"DELETE FROM project WHERE code = 'gone'", "INSERT INTO project (code, name) VALUES ('c', 'c')")
	f.poll()
	f.mustHave("a", "b", "c")
	if got := f.byCode["a"]; got.Feature.Properties["goal_outcome"] != "滞后" || got.Feature.Version != 3 || len(got.Reports) != 1 {
		t.Errorf("followed as %+v", got.Feature)
	}
	log, err := o.Trace(context.Background(), city.Project, f.byCode["a"].ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	var by []string
	for _, e := range log {
		by = append(by, e.Actor)
	}
	if want := []string{o.editor, o.editor, o.editor, "seed"}; strings.Join(by, " ") != strings.Join(want, " ") {
		t.Errorf("the log names %q, want %q", by, want)
	}
	denied(t, conn, "UPDATE district SET name = 'x'", "INSERT INTO threshold (code) VALUES ('x')", "UPDATE period SET state = '封账'",
		"UPDATE spatial_ref_sys SET srtext = ''")
	denied(t, conn, secrets...)
}

func (o office) checkLater(t *testing.T) {
	l := geo.Layer{ID: "lamppost", Title: geo.Text{ZH: "灯杆"}, Geometry: geo.Points, Label: "name",
		Fields: []geo.Field{{Name: "name", Title: geo.Text{ZH: "名称"}, Type: geo.TextField}}}
	if _, err := o.Apply(context.Background(), geo.Batch{Actor: "import", Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}}); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, asRole(t, o.url, o.reader))
	if n := list[int](t, conn, "SELECT count(*)::int FROM lamppost"); n[0] != 0 {
		t.Errorf("%d lamp posts", n[0])
	}
	denied(t, connect(t, asRole(t, o.url, o.editor)), "INSERT INTO lamppost (code) VALUES ('l1')")
}

// checkRights asks of every table and function behind the layers, those of later
// versions too.
func (o office) checkRights(t *testing.T) {
	admin := connect(t, o.url)
	tables := list[string](t, admin, "SELECT relname FROM pg_class WHERE relnamespace = 'yiping'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')")
	if len(tables) < 10 {
		t.Fatalf("only %q", tables)
	}
	for _, role := range []string{o.reader, o.editor} {
		open := list[string](t, admin, `SELECT relname FROM pg_class WHERE relnamespace = 'yiping'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
			AND has_table_privilege($1, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`, role)
		if len(open) > 0 {
			t.Errorf("%s has rights on %q", role, open)
		}
		// What runs as the store's owner is no function but a trigger: those nobody calls.
		called := list[string](t, admin, `SELECT proname FROM pg_proc WHERE pronamespace = 'yiping'::regnamespace AND prosecdef
			AND prorettype <> 'trigger'::regtype AND has_function_privilege($1, oid, 'EXECUTE')`, role)
		if len(called) > 0 {
			t.Errorf("%s may run %q as the owner of the store", role, called)
		}
	}
}
