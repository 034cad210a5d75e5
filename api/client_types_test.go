package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"yiping/api"
)

// The types of the pages are made of the definition (make schema): when the service
// answers otherwise, the pages are to be compiled anew.
func TestTheTypesOfThePagesAreCurrent(t *testing.T) {
	dir := filepath.Join("..", "web", "src", "api")
	want, err := api.CoreDefinition()
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	path := filepath.Join(dir, "openapi.json")
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the service says of itself: run make schema", path)
	}
	types, err := os.ReadFile(filepath.Join(dir, "schema.d.ts"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(got)
	if !bytes.HasPrefix(types, []byte("// Made of openapi.json, SHA-256 "+hex.EncodeToString(sum[:])+".\n")) {
		t.Error("schema.d.ts is of another openapi.json: run make schema")
	}
}
