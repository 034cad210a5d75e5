package archive

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// owned holds the directories of this process. Others with its id were left by
// one before: in a container every process has the id 1.
var owned sync.Map

// ownDir makes a directory of this process under dir. Its name begins with the
// process id, so that one who comes later knows whose is left behind.
func ownDir(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range left {
		pid, _, ours := strings.Cut(e.Name(), ".archives-")
		n, err := strconv.Atoi(pid)
		path := filepath.Join(dir, e.Name())
		if !ours || err != nil || n != os.Getpid() && runs(n) {
			continue
		}
		if _, kept := owned.Load(path); kept {
			continue
		}
		if err := os.RemoveAll(path); err != nil && !errors.Is(err, os.ErrPermission) {
			return "", err
		}
	}
	own, err := os.MkdirTemp(dir, strconv.Itoa(os.Getpid())+".archives-")
	if err == nil {
		owned.Store(own, true)
	}
	return own, err
}

// runs reports whether there is a process of that id.
func runs(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil || runtime.GOOS == "windows" { // which looks for it
		return err == nil
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
