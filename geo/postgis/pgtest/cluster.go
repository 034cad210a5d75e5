package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Cluster is one PostgreSQL server of its own, for tests that stop it.
type Cluster struct {
	bin   string // directory of the server programs
	dir   string // data/, log and socket
	owner *owner // who runs it; nil: we ourselves
	// Closing leash tells the watchdog that this process needs the cluster no
	// more; the kernel closes it when the process is killed.
	leash io.Closer
	dog   *exec.Cmd
}

// port is part of the socket's name only: nothing listens on TCP, so that two
// test processes can never meet.
const port = "5432"

// settings leave durability on, as production must have it: speed comes from
// living in memory.
var settings = []string{
	"listen_addresses=",
	"max_connections=200", "shared_buffers=64MB", "max_wal_size=1GB", "wal_level=replica",
	"log_line_prefix=%m [%p] ",
}

// Start gives a running cluster that belongs to this test alone.
func Start(t testing.TB) *Cluster {
	t.Helper()
	c, err := newCluster()
	if err != nil {
		t.Fatalf("no PostgreSQL for this test: %v", err)
	}
	t.Cleanup(c.remove)
	return c
}

// URL creates a fresh database with PostGIS in the cluster.
func (c *Cluster) URL(t testing.TB, name string) string {
	t.Helper()
	if err := createTemplate(c.url("postgres"), name); err != nil {
		t.Fatal(err)
	}
	return c.url(name)
}

// Stop ends the server as a power cut would: no checkpoint, no farewell to its
// clients. Restart recovers.
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	if err := c.ctl("-m", "immediate", "stop"); err != nil {
		t.Fatal(err)
	}
}

// Restart starts a stopped server and returns when it answers.
func (c *Cluster) Restart(t testing.TB) {
	t.Helper()
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
}

// Standby starts a stopped server as a standby that has lost its primary: it
// answers, but is in recovery.
func (c *Cluster) Standby(t testing.TB) {
	t.Helper()
	if err := c.run("touch", filepath.Join(c.data(), "standby.signal")); err != nil {
		t.Fatal(err)
	}
	c.Restart(t)
}

// Promote makes the standby the primary of a new timeline, as a failover does.
func (c *Cluster) Promote(t testing.TB) {
	t.Helper()
	if err := c.ctl("promote"); err != nil {
		t.Fatal(err)
	}
}

func newCluster() (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin}
	if c.owner, err = ownerForServer(); err != nil {
		return nil, err
	}
	if c.dir, err = os.MkdirTemp(tempRoot(), "pgtest"); err != nil {
		return nil, err
	}
	if err := c.owner.take(c.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := c.watch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := c.init(); err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) init() error {
	if err := c.run("initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return err
	}
	return c.start()
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *Cluster) url(database string) string {
	q := url.Values{"host": {c.dir}, "port": {port}}
	return "postgres://postgres@/" + database + "?" + q.Encode()
}

func (c *Cluster) start() error {
	opts := "-k " + c.dir + " -p " + port
	for _, s := range settings {
		opts += " -c " + strconv.Quote(s)
	}
	return c.ctl("-t", "120", "-l", filepath.Join(c.dir, "log"), "-o", opts, "start")
}

func (c *Cluster) ctl(args ...string) error {
	return c.run("pg_ctl", append([]string{"-D", c.data(), "-w", "-s"}, args...)...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// run runs a program, one of the server's or of the system, to its end. Its output goes to a file, since a pipe
// would be held open by the server that pg_ctl leaves behind.
func (c *Cluster) run(program string, args ...string) error {
	out, err := os.CreateTemp(c.dir, "out")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	if path := filepath.Join(c.bin, program); exists(path) {
		program = path
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = out, out, c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	c.owner.become(cmd)
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return fmt.Errorf("%s: %w\n%s\n%s", program, err, said, log)
	}
	return nil
}

// watchScript waits for the end of its input, that is of the test process, then
// ends the server (SIGQUIT: at once) and removes the directory.
const watchScript = `trap '' INT TERM HUP
cat >/dev/null
if read -r pid 2>/dev/null <"$1/data/postmaster.pid"; then
	kill -QUIT "$pid" 2>/dev/null
	n=0
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
fi
rm -rf "$1"`

func (c *Cluster) watch() error {
	c.dog = exec.Command("/bin/sh", "-c", watchScript, "pgtest-watchdog", c.dir)
	c.dog.Dir = "/"
	c.owner.become(c.dog)
	leash, err := c.dog.StdinPipe()
	if err != nil {
		return err
	}
	c.leash = leash
	return c.dog.Start()
}

// remove ends the server and waits until nothing is left of it.
func (c *Cluster) remove() {
	_ = c.leash.Close() // the watchdog sees the end of its input either way
	_ = c.dog.Wait()    // its exit status says nothing a test could act on
}

// programs finds the directory of initdb and pg_ctl, the newest version first.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		path, err := exec.LookPath("initdb")
		if err != nil {
			return "", fmt.Errorf("initdb is neither in /usr/lib/postgresql/*/bin nor in PATH; install postgresql and postgis, or set %s: %w", EnvURL, err)
		}
		found = []string{path}
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
	return filepath.Dir(newest), nil
}

func major(path string) int {
	for part := range strings.SplitSeq(path, "/") {
		if n, err := strconv.Atoi(part); err == nil {
			return n
		}
	}
	return 0
}

// tempRoot is where the cluster lives: in memory where there is room, else where
// temporary files go. Another user has to reach it, and a socket's path must stay
// under 108 bytes.
func tempRoot() string {
	if roomyMemory("/dev/shm") {
		return "/dev/shm"
	}
	dir := os.TempDir()
	if len(dir) > 60 {
		return "/tmp"
	}
	for d := dir; ; d = filepath.Dir(d) {
		if st, err := os.Stat(d); err != nil || st.Mode().Perm()&0o001 == 0 {
			return "/tmp"
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}
