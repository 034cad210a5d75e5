//go:build schemathesis

package main_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSchemathesis has Schemathesis ask a seeded service whatever its two
// definitions allow and forbid, and hold the answers against them: no failure of
// the service, no status, type, header or body that is not described. The program
// is named by SCHEMATHESIS; make test-schemathesis installs it.
func TestSchemathesis(t *testing.T) {
	program, err := filepath.Abs(os.Getenv("SCHEMATHESIS"))
	if err != nil || os.Getenv("SCHEMATHESIS") == "" {
		t.Fatal("SCHEMATHESIS names no program")
	}
	stores(t, func(t *testing.T, url string, _ func(string)) {
		n := serve(t, "--store", url, "--seed", "putuo", "--log-level", "warn")
		secret := strings.TrimSpace(must(t, "user", "token", "add", "schemathesis", "--actor", "测试", "--rights", "read,report,push,record,handle,confirm,rule,approve,issue,edit", "--store", url))
		var list struct {
			Features []struct{ ID uint64 }
		}
		decodeJSON(t, n.get(t, "/api/features/project?limit=1", "", http.StatusOK), &list)
		config := filepath.Join(t.TempDir(), "schemathesis.toml")
		known := fmt.Sprintf("[parameters]\n\"path.layer\" = \"project\"\n\"path.layers\" = \"project\"\n\"path.id\" = %d\n\"path.date\" = \"2022-12\"\n\"path.year\" = 2023\n\"path.district\" = \"310107\"\n", list.Features[0].ID)
		if err := os.WriteFile(config, []byte(known), 0o600); err != nil {
			t.Fatal(err)
		}
		ask := func(args ...string) {
			t.Helper()
			// A stream has no end. That other methods are refused, the tests of package
			// api hold: both definitions tell of one address in parts.
			args = append(args, "--header", "Authorization: Bearer "+secret, "--phases", "coverage,fuzzing", "--exclude-path", "/api/live", "--request-timeout", "60", "--continue-on-failure", "--no-color",
				"--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance")
			cmd := exec.CommandContext(t.Context(), program, args...)
			cmd.Dir = t.TempDir() // it keeps notes where it runs
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
				return
			}
			for line := range strings.Lines(string(out)) {
				if strings.Contains(line, "generated, ") || strings.HasPrefix(line, "Seed:") {
					t.Logf("%s %s", args[0], strings.TrimSpace(line))
				}
			}
		}
		t.Run("anything", func(t *testing.T) { ask("run", n.url+"/api/openapi.json", "--max-examples", "40") })
		t.Run("of what is there", func(t *testing.T) {
			ask("--config-file", config, "run", n.url+"/api/openapi.json", "--max-examples", "40")
		})
		t.Run("ogc", func(t *testing.T) {
			ask("run", n.url+"/ogc/api?f=json", "--include-path-regex", "^/(collections/(project|problem|record|figure)($|/)|tile|[a-z]*$)", "--max-examples", "15")
		})
		if log := n.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
			t.Errorf("in the log: %s", log)
		}
	})
}
