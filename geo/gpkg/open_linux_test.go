package gpkg_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"yiping/geo"
	"yiping/geo/gpkg"
)

const nobody = 65534

// asNobody runs fn with the file permissions of an account that owns nothing;
// those of root, where the tests run as root, know no read-only files.
func asNobody(t *testing.T, fn func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Getuid() == 0 {
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Setfsuid(0); err != nil {
				t.Error(err)
			}
		}()
	}
	fn()
}

func TestReadOnlyFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.gpkg")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o444, dir: 0o755, filepath.Dir(dir): 0o755} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	asNobody(t, func() {
		_, err := gpkg.Open(context.Background(), path, gpkg.Options{})
		if geo.CodeOf(err) != geo.Unavailable || !strings.Contains(err.Error(), "read-only") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v", err)
		}
	})
}
