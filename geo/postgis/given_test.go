package postgis_test

import (
	"fmt"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
)

// What history keeps of a row is what PostgreSQL's own conversion makes of it,
// whatever columns somebody added.
func TestHistoryKeepsWhatPostgreSQLMakesOfARow(t *testing.T) {
	s, url := cityStore(t)
	conn := connect(t, url)
	run(t, conn,
		`ALTER TABLE project ADD "it's ""100%""" text, ADD sums numeric, ADD extra jsonb, ADD plain json, ADD list text[], ADD at timestamptz, ADD span daterange, ADD odd float8, ADD issued_on date`,
		`INSERT INTO project (code, name, investment, issued_on, "it's ""100%""", sums, extra, plain, list, at, span, odd) VALUES
			('a', E'tab\there "quoted" \\ and 汉字', 0.1, '2022-12-31', '%s $1 ''x''', 1.10, '{"a": null, "b": [1, null, {"c": null}]}', 'null', ARRAY['x', NULL, '{"y"}'], '2022-12-31 23:59:59.123456+08', '[2022-01-01,2023-01-01)', 'NaN'),
			('b', 'b', 1e300, NULL, '', NULL, 'null', '{"z": null}', '{}', NULL, NULL, '-Infinity'),
			('c', 'c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
	if l := list[string](t, conn, "SELECT given FROM yiping.given('project'::regclass)"); len(l) != 1 {
		t.Fatalf("%d expressions", len(l))
	} else {
		want := "(SELECT jsonb_strip_nulls(to_jsonb(x.*)) FROM (SELECT " + list[string](t, conn, "SELECT yiping.columns('project'::regclass)")[0] + ") x)"
		for _, differ := range list[string](t, conn, fmt.Sprintf("SELECT r.code || ': ' || (%[1]s) || ' for ' || (%[2]s) FROM project r WHERE (%[1]s) IS DISTINCT FROM (%[2]s)", l[0], want)) {
			t.Error(differ)
		}
		for _, differ := range list[string](t, conn, "SELECT r.code FROM project r WHERE NOT EXISTS (SELECT FROM yiping.history h WHERE h.layer = 'project' AND h.id = r.id AND h.row = "+want+")") {
			t.Errorf("history has another row of %s", differ)
		}
	}
	if n := len(load(t, s)); n != 3 {
		t.Errorf("%d features", n)
	}
}

func load(t *testing.T, s geo.Loader) (out []geo.ID) {
	t.Helper()
	err := s.Load(t.Context(), func(geo.Head) error { return nil }, func(r geo.Record) error {
		if r.Layer == city.Project {
			out = append(out, r.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
