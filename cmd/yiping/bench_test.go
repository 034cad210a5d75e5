package main_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

type benchReport struct {
	Requests int
	Rows     []struct {
		Name   string
		Rate   float64 `json:"per_second"`
		Bytes  float64
		Errors int
		CPU    *float64 `json:"cpu_ms"`
	}
	ToStatic struct{ Median, Least, Most float64 } `json:"to_static"`
}

func readBench(t *testing.T, out string) benchReport {
	t.Helper()
	var r benchReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return r
}

func TestBenchOnAStoreAndAtAURL(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "synth", "--store", store, "--features", "340")
	n := serve(t, "--store", store, "--seed", "none", "--base-path", "/map")
	url := strings.TrimSuffix(n.url, "/")
	short := []string{"--rounds", "2", "--for", "50ms", "--n", "40", "--json"}
	for name, args := range map[string][]string{
		"tiles of a store": {"tiles", "--store", store},
		"tiles at a URL":   {"tiles", "--url", url},
		"nearby at a URL":  {"nearby", "--url", url, "--layer", "project"},
	} {
		t.Run(name, func(t *testing.T) {
			r := readBench(t, must(t, append(append([]string{"bench"}, args...), short...)...))
			if r.Requests != 40 || len(r.Rows) != 3 || r.ToStatic.Least <= 0 || r.ToStatic.Most < r.ToStatic.Median {
				t.Fatalf("%+v", r)
			}
			for _, row := range r.Rows {
				if row.Errors > 0 || row.Rate <= 0 || row.Bytes < 20 {
					t.Errorf("%+v", row)
				}
			}
			// The responder gives the same answers.
			if a, b := r.Rows[1].Bytes, r.Rows[2].Bytes; a > b*1.25 || b > a*1.25 {
				t.Errorf("%g bytes, static %g", a, b)
			}
		})
	}
	t.Run("live at a URL", func(t *testing.T) {
		token := strings.TrimSpace(must(t, "user", "token", "add", "bench", "--actor", "bench", "--rights", "report", "--store", store))
		var out, errs bytes.Buffer
		cmd := command(t.Context(), t, "bench", "live", "--url", url, "--feature", "project/SP00000000", "--n", "5", "--json")
		cmd.Env = append(cmd.Env, "YIPING_TOKEN="+token)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, errs.String())
		}
		if r := readBench(t, out.String()); r.Requests != 5 || len(r.Rows) != 1 || r.Rows[0].Rate <= 0 {
			t.Errorf("%+v", r)
		}
		res, err := http.Get(url + "/api/reports/project/code:SP00000000")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if back, err := io.ReadAll(res.Body); err != nil || res.StatusCode != 200 || bytes.Contains(back, []byte("测量")) {
			t.Errorf("what was rewritten was not put back: %s, %v", back, err)
		}
	})
}

func TestBenchOfAnEmptyStore(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "synth", "--store", store, "--features", "10")
	_, errs, status := yiping(t, "bench", "tiles", "--store", store, "--layer", "problem")
	if status != 1 || !strings.Contains(errs, "no feature to ask for") {
		t.Errorf("status %d, %q", status, errs)
	}
}
