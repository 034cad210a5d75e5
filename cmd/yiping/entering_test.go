package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// enter writes over HTTP as an office does.
func (n *node) enter(t *testing.T, method, path, secret, body string, want int) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Content-Type", "application/json")
	res, err := n.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != want {
		t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, b.Bytes())
	}
	return b.Bytes()
}

// projectID asks the service for the id of a project.
func (n *node) projectID(t *testing.T, code string) int64 {
	t.Helper()
	var found struct{ Features []struct{ ID int64 } }
	body := n.get(t, "/api/features/project?filter=code%3D%27"+code+"%27", "", http.StatusOK)
	if err := json.Unmarshal(body, &found); err != nil || len(found.Features) != 1 {
		t.Fatalf("project %s: %v in %s", code, err, body)
	}
	return found.Features[0].ID
}

// A year of a project: carried over, given its plan, reported on over HTTP, from
// a file and in SQL, under review, and refused wherever it cannot be true.
func TestAYearOfAProject(t *testing.T) {
	stores(t, func(t *testing.T, url string, edit func(string)) {
		must(t, "seed", "--store", url, "putuo")
		const code = "PT2022-P003"
		if out := must(t, "carryover", "--store", url, "--district", "310107", "--to", "2023", "--dry-run"); !strings.Contains(out, "dry run") || !strings.Contains(out, code) {
			t.Errorf("dry run: %s", out)
		}
		first := must(t, "carryover", "--store", url, "--district", "310107", "--to", "2023")
		again := must(t, "carryover", "--store", url, "--district", "310107", "--to", "2023")
		if !strings.Contains(first, code) || !strings.Contains(again, ": 0 carried over") {
			t.Errorf("carried over: %sagain: %s", first, again)
		}
		edit("UPDATE project SET unit = '区建管委' WHERE code = '" + code + "'")
		secret := strings.TrimSpace(must(t, "user", "token", "add", "desk", "--store", url, "--actor", "李四", "--rights", "report,approve", "--district", "310107"))
		n := serve(t, "--store", url)
		at := fmt.Sprintf("/api/reports/project/%d/", n.projectID(t, code))
		n.enter(t, "PUT", fmt.Sprintf("/api/plans/project/%d/2023", n.projectID(t, code)), secret,
			`{"goal":"结构封顶","yearInvestment":2,"months":[{"date":"2023-01","plannedProgress":8},{"date":"2023-12","plannedProgress":100}]}`, http.StatusOK)
		// The district is judged at the end of 2022: nothing was done in 2023 yet.
		n.enter(t, "PUT", at+"2023-01", secret, `{"actual_progress":5}`, http.StatusUnprocessableEntity)
		period := func(month, state string) {
			t.Helper()
			n.enter(t, "POST", "/api/periods", secret, `{"layer":"project","district":"310107","ends":"`+month+`","state":"`+state+`","reason":"更正"}`, http.StatusOK)
		}
		n.enter(t, "PUT", at+"2022-11", secret, `{"actual_progress":60}`, http.StatusConflict) // sealed, as it came
		period("2022-11", "退回")
		period("2022-12", "退回")
		n.enter(t, "PUT", at+"2022-11", secret, `{"planned_progress":90,"actual_progress":85}`, http.StatusOK)
		falling := write(t, "月报.csv", "编码,月份,实际进度\n"+code+",2022-12,40\n")
		_, errs, status := yiping(t, "import", falling, "--layer", "project", "--reports", "--store", url, "--mode", "upsert")
		if status != 1 || !strings.Contains(errs, "row 1 (line 2): field 实际进度: ") || !strings.Contains(errs, "--correction") {
			t.Errorf("status %d: %s", status, errs)
		}
		res := importJSON(t, falling, "--layer", "project", "--reports", "--store", url, "--mode", "upsert", "--correction", "复核核减")
		if body := n.get(t, strings.TrimSuffix(at, "/"), res.Cursor, http.StatusOK); !bytes.Contains(body, []byte("复核核减")) ||
			strings.Count(string(body), `"kind":`) != 1 || !bytes.Contains(body, []byte(`"kind":"late"`)) { // that of November came at the end of December
			t.Errorf("reports %s", body)
		}
		broken := func() []byte { return n.get(t, "/api/reports/findings?kind=sealed", "", http.StatusOK) }
		if body := broken(); !bytes.Contains(body, []byte(`"total":0,`)) {
			t.Errorf("nothing sealed was changed: %s", body)
		}
		changes := n.listen(t)
		edit("UPDATE project_report SET actual_progress = 12, correction = NULL WHERE \"date\" = '2022-12-31' AND feature_id = (SELECT id FROM project WHERE code = '" + code + "')")
		fallen := func() bool {
			return bytes.Contains(n.get(t, "/api/reports/findings?kind=decreasing&layer=project", "", http.StatusOK), []byte(code))
		}
		for !fallen() { // what is heard first may still be the import
			hear(t, changes, code)
		}
		for _, state := range []string{"审核", "审定", "封账"} {
			period("2022-12", state)
		}
		n.enter(t, "PUT", at+"2022-12", secret, `{"actual_progress":61}`, http.StatusConflict)
		edit("UPDATE project_report SET actual_progress = 99 WHERE \"date\" = '2022-12-31' AND feature_id = (SELECT id FROM project WHERE code = '" + code + "')")
		for !bytes.Contains(broken(), []byte("2022-12-31 的报告在 ")) { // until the edit is heard of
			hear(t, changes, code)
		}
		must(t, "user", "token", "revoke", "desk", "--store", url)
		n = serve(t, "--store", url) // another node, which remembers nothing
		n.enter(t, "PUT", at+"2022-10", secret, `{"actual_progress":1}`, http.StatusUnauthorized)
	})
}
