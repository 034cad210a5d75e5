package main_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A key stands for one import: the same again changes nothing, another is refused.
func TestAKeyStandsForOneImport(t *testing.T) {
	args := []string{"import", "--create", "--store", "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg"), "--layer", "sensor", "--idempotency-key", "k", "--mode", "upsert"}
	file := write(t, "a.csv", "编码,名称\nK1,一\n")
	if out := must(t, append(args, file)...); !strings.Contains(out, "1 created") {
		t.Errorf("first: %s", out)
	}
	if out := must(t, append(args, file)...); strings.Contains(out, "created") {
		t.Errorf("again: %s", out)
	}
	for _, name := range []string{"a.csv", "b.csv"} {
		out, errs, status := yiping(t, append(args, write(t, name, "编码,名称\nK2,二\n"))...)
		if status != 1 || !strings.Contains(errs, "was used before for something else") {
			t.Errorf("another file %s: %d %s %s", name, status, out, errs)
		}
	}
}
