package main_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestExportWritesTileArchives(t *testing.T) {
	dir := t.TempDir()
	store := "gpkg:" + filepath.Join(dir, "city.gpkg")
	must(t, "synth", "--store", store, "--features", "340")
	for format, head := range map[string]string{"pmtiles": "PMTiles\x03", "mbtiles": "SQLite format 3\x00"} {
		t.Run(format, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "city."+format)
			out, errs, status := yiping(t, "export", "--store", store, "--layer", "project,street", "--format", format, "-o", file, "--maxzoom", "11", "--bbox", "120,30,123,32")
			if status != 0 || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "tiles (") || !strings.Contains(errs, "to 11") {
				t.Errorf("status %d, stdout %q, stderr %q", status, out, errs)
			}
			if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte(head)) {
				t.Errorf("the file is %.20q, error %v", b, err)
			}
		})
	}
}

func TestExportOfTilesRefusesInOneLine(t *testing.T) {
	dir := t.TempDir()
	store := "gpkg:" + filepath.Join(dir, "city.gpkg")
	must(t, "synth", "--store", store, "--features", "34")
	file := filepath.Join(dir, "out", "a.pmtiles")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"stdout":          {[]string{"--format", "pmtiles", "--layer", "project"}, 2, "-o FILE is missing"},
		"zooms reversed":  {[]string{"--format", "pmtiles", "--layer", "project", "-o", file, "--minzoom", "9", "--maxzoom", "8"}, 2, "--minzoom"},
		"zoom too deep":   {[]string{"--format", "pmtiles", "--layer", "project", "-o", file, "--maxzoom", "23"}, 2, "22"},
		"bounds not four": {[]string{"--format", "mbtiles", "--layer", "project", "-o", file, "--bbox", "1,2,3"}, 2, "--bbox"},
		"bounds NaN":      {[]string{"--format", "mbtiles", "--layer", "project", "-o", file, "--bbox", "1,2,3,NaN"}, 2, "--bbox"},
		"bounds too wide": {[]string{"--format", "mbtiles", "--layer", "project", "-o", file, "--bbox", "1,2,300,4"}, 1, "degrees"},
		"nothing there":   {[]string{"--format", "pmtiles", "--layer", "project", "-o", file, "--minzoom", "9", "--bbox", "1,2,3,4"}, 1, "no tile"},
		"unknown layer":   {[]string{"--format", "pmtiles", "--layer", "nothing", "-o", file}, 1, "layer nothing: there is no such layer"},
		"unknown format":  {[]string{"--format", "dwg", "--layer", "project", "-o", file}, 1, "“dwg”"},
		"filter":          {[]string{"--format", "pmtiles", "--layer", "project", "-o", file, "--filter", "code='1'"}, 1, "--filter"},
		"GeoJSON cut":     {[]string{"--layer", "project", "--bbox", "1,2,3,4"}, 1, "--bbox"},
		"no folder":       {[]string{"--format", "mbtiles", "--layer", "project", "-o", filepath.Join(dir, "none", "a")}, 1, "cannot write"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs, status := yiping(t, append([]string{"export", "--store", store}, c.args...)...)
			if status != c.status || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d, stderr %q", status, errs)
			}
		})
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, error %v", left, err)
	}
}

func TestAnInterruptedExportGoesOn(t *testing.T) {
	dir := t.TempDir()
	store := "gpkg:" + filepath.Join(dir, "city.gpkg")
	must(t, "synth", "--store", store, "--features", "1700")
	args := func(file string) []string {
		return []string{"export", "--store", store, "--layer", "project,street,block", "--format", "pmtiles", "-o", file, "--maxzoom", "19", "--workers", "1"}
	}
	whole, file := filepath.Join(dir, "whole.pmtiles"), filepath.Join(dir, "city.pmtiles")
	must(t, args(whole)...)
	if said := interrupt(t, file, args(file)); !strings.Contains(said, "run the same again") {
		t.Fatalf("interrupted: %q", said)
	}
	_, errs, status := yiping(t, args(file)...)
	if status != 0 || !strings.Contains(errs, "goes on after") {
		t.Errorf("status %d, %q", status, errs)
	}
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, uninterrupted %d; error %v", len(got), len(want), err)
	}
}

// interrupt runs a command and presses Ctrl-C once it wrote down the first tile. A busy
// machine may be late with that: then it is tried again.
func interrupt(t *testing.T, file string, args []string) string {
	t.Helper()
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var errs bytes.Buffer
		cmd := command(ctx, t, args...)
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for ctx.Err() == nil && size(file+".part.log") < 99 && size(file) == 0 {
			runtime.Gosched()
		}
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			return errs.String()
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("it was always done before it could be broken off")
	return ""
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
