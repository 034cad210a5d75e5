package main

import (
	"bytes"
	"io/fs"
	"os"
	"testing"
)

func TestCommittedFilesAreWhatTheTablesGive(t *testing.T) {
	files, err := generate(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile("../data/" + name)
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("data/%s is stale: run go generate ./seeds", name)
		}
	}
	err = fs.WalkDir(os.DirFS("../data"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && files[name] == nil {
			t.Errorf("data/%s is not generated any more", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
