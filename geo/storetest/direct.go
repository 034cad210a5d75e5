package storetest

import (
	"fmt"
	"testing"

	"yiping/geo"
)

func directCases() []testCase {
	return []testCase{
		{"an UPDATE is followed, with version and history", directUpdate},
		{"an INSERT is followed, with an id of the store's own", directInsert},
		{"a DELETE is followed and takes the reports along", directDelete},
		{"a statement over many rows is followed", directMany},
		{"reports are followed", directReports},
		{"a version set by hand still goes up by one", directVersion},
		{"wrong values are refused", directWrong},
		{"an id of one's own is refused", directID},
		{"a stale batch after a direct edit is a conflict", directConflict},
	}
}

// wroteLast checks that history says an outsider made change number n.
func wroteLast(t *testing.T, h Harness, id geo.ID, n int) {
	t.Helper()
	who := h.Actors(t, site, id)
	if len(who) != n || who[n-1] == "" || who[n-1] == "tester" {
		t.Errorf("history of feature %d was written by %q, want %d rows, the last by an outsider", id, who, n)
	}
}

func directUpdate(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m := load(t, h.Store)
	h.SQL(t, `UPDATE test_site SET name = 'new', grade = 7, size = 0.1, open = TRUE, day = '2022-12-31', "备注" = '注' WHERE code = 'a'`)
	if c := followed(t, h, m); len(c.Records) != 1 {
		t.Errorf("told %+v", c)
	}
	f := m.record(t, site, "a").Feature
	p := f.Properties
	if f.Version != 2 || p["name"] != "new" || p["grade"] != int64(7) || p["size"] != 0.1 || p["open"] != true || p.Date("day").String() != "2022-12-31" || p["备注"] != "注" {
		t.Errorf("stored %s", showFeature(*f))
	}
	wroteLast(t, h, id, 2)
	h.SQL(t, `UPDATE test_site SET grade = NULL WHERE code = 'a'`)
	followed(t, h, m)
	wroteLast(t, h, id, 3)
}

func directInsert(t *testing.T, h Harness) {
	first := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m := load(t, h.Store)
	h.SQL(t, `INSERT INTO test_site (code, name) VALUES ('s1', 'n1'), ('s2', 'n2')`)
	if c := followed(t, h, m); len(c.Records) != 2 {
		t.Errorf("told %+v", c)
	}
	r := m.record(t, site, "s1")
	if r.ID == first || r.Feature.Version != 1 {
		t.Errorf("stored %s", showRecord(r))
	}
	wroteLast(t, h, r.ID, 1)
	// As QGIS writes a new row: every column named, NULL where nothing is entered.
	h.SQL(t, `INSERT INTO test_site (code, name, version) VALUES ('s3', 'n3', NULL)`)
	followed(t, h, m)
	if r := m.record(t, site, "s3"); r.Feature.Version != 1 {
		t.Errorf("stored %s", showRecord(r))
	}
	next := mustApply(t, h.Store, by(create("b"))).IDs[0]
	if _, taken := m.records[site][next]; taken {
		t.Errorf("id %d was drawn twice", next)
	}
	if h.Refused(t, `INSERT INTO test_site (code, name) VALUES ('s1', 'again')`) == nil {
		t.Error("a second feature with the same code was taken")
	}
}

func directDelete(t *testing.T, h Harness) {
	ids := mustApply(t, h.Store, by(create("a"), create("b"))).IDs
	mustApply(t, h.Store, by(report(ids[0], 738885, 1)))
	m := load(t, h.Store)
	h.SQL(t, `DELETE FROM test_site WHERE code = 'a'`)
	followed(t, h, m)
	if m.has(site, "a") || !m.has(site, "b") {
		t.Errorf("state %v", m.lines())
	}
	if next := mustApply(t, h.Store, by(create("a"))).IDs[0]; next == ids[0] {
		t.Error("the id was used again")
	}
	followed(t, h, m)
	if r := m.record(t, site, "a"); len(r.Reports) != 0 {
		t.Errorf("old reports came back: %s", showRecord(r))
	}
}

func directMany(t *testing.T, h Harness) {
	b := by()
	for i := range 100 {
		b.Edits = append(b.Edits, create(fmt.Sprint("c", i)))
	}
	mustApply(t, h.Store, b)
	m := load(t, h.Store)
	h.SQL(t, `UPDATE test_site SET total = id`)
	if c := followed(t, h, m); len(c.Records) != len(b.Edits) {
		t.Errorf("told of %d, want %d", len(c.Records), len(b.Edits))
	}
	h.SQL(t, `DELETE FROM test_site`)
	followed(t, h, m)
	if len(m.records[site]) != 0 {
		t.Errorf("%d left over", len(m.records[site]))
	}
}

func directReports(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m := load(t, h.Store)
	h.SQL(t, `INSERT INTO test_site_report (feature_id, date, actual_progress) SELECT id, '2022-11-30', 12.5 FROM test_site WHERE code = 'a'`)
	h.SQL(t, `INSERT INTO test_site_report (feature_id, date, actual_progress) SELECT id, '2022-10-31', 10 FROM test_site WHERE code = 'a'`)
	followed(t, h, m)
	r := m.record(t, site, "a")
	if len(r.Reports) != 2 || r.Reports[1].Date.String() != "2022-11-30" || r.Reports[1].Version != 1 || r.Reports[1].Properties[geo.ActualProgress] != 12.5 {
		t.Errorf("stored %s", showRecord(r))
	}
	h.SQL(t, `UPDATE test_site_report SET actual_progress = 13 WHERE date = '2022-11-30'`)
	followed(t, h, m)
	if r = m.record(t, site, "a"); r.Reports[1].Version != 2 || r.Reports[1].Properties[geo.ActualProgress] != 13.0 {
		t.Errorf("stored %s", showRecord(r))
	}
	h.SQL(t, `DELETE FROM test_site_report WHERE date = '2022-10-31'`)
	followed(t, h, m)
	if r = m.record(t, site, "a"); len(r.Reports) != 1 || r.Feature.Version != 1 || r.ID != id {
		t.Errorf("stored %s", showRecord(r))
	}
}

func directVersion(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	m := load(t, h.Store)
	h.SQL(t, `UPDATE test_site SET version = 1, name = 'same' WHERE code = 'a'`)
	followed(t, h, m)
	if v := m.record(t, site, "a").Feature.Version; v != 2 {
		t.Errorf("version %d, want 2", v)
	}
	h.SQL(t, `UPDATE test_site SET version = 99 WHERE code = 'a'`)
	followed(t, h, m)
	if v := m.record(t, site, "a").Feature.Version; v != 3 {
		t.Errorf("version %d, want 3", v)
	}
}

func directWrong(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	m := load(t, h.Store)
	for name, stmt := range map[string]string{
		"not in the list":      `UPDATE test_site SET kind = '丁'`,
		"above the range":      `UPDATE test_site SET grade = 11`,
		"not a number":         `UPDATE test_site SET grade = 'many'`,
		"not a date":           `UPDATE test_site SET day = '2022-02-30'`,
		"required and missing": `UPDATE test_site SET name = NULL`,
		"no name at all":       `INSERT INTO test_site (code) VALUES ('b')`,
		"no code":              `INSERT INTO test_site (name) VALUES ('b')`,
		"empty code":           `INSERT INTO test_site (code, name) VALUES ('', 'b')`,
		"report without owner": `INSERT INTO test_site_report (feature_id, date) VALUES (4711, '2022-12-31')`,
		"report out of range":  `INSERT INTO test_site_report (feature_id, date, actual_progress) SELECT id, '2022-12-31', 101 FROM test_site`,
	} {
		if err := h.Refused(t, stmt); err == nil {
			t.Errorf("%s: %s was taken", name, stmt)
		}
	}
	if c := followed(t, h, m); !c.Empty() {
		t.Errorf("refused statements were told: %+v", c)
	}
}

func directID(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m := load(t, h.Store)
	if h.Refused(t, `INSERT INTO test_site (id, code, name) VALUES (900, 'b', 'b')`) == nil {
		t.Error("an id of one's own was taken")
	}
	if h.Refused(t, `UPDATE test_site SET id = 901 WHERE code = 'a'`) == nil {
		t.Error("an id was changed")
	}
	h.SQL(t, `DELETE FROM test_site`)
	if h.Refused(t, `INSERT INTO test_site (id, code, name) SELECT max(id), 'b', 'b' FROM (SELECT 1 AS id) AS x`) == nil && id == 1 {
		t.Error("an old id was given to another feature")
	}
	followed(t, h, m)
}

func directConflict(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	h.SQL(t, `UPDATE test_site SET name = 'direct'`)
	mustFail(t, h.Store, by(replace(named("a"), id, 1)), geo.Conflict)
	mustApply(t, h.Store, by(replace(named("a"), id, 2)))
}
