package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"yiping/geo/postgis/pgtest"
)

// patience bounds every wait of these tests; nothing asserts how long it took.
const patience = 3 * time.Minute

// built is the folder of the program, once a test has wanted it.
var built string

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "yiping-e2e-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "yiping")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-o", path, "yiping/cmd/yiping") // as it is released
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built) // a temporary folder; "" is none
	os.Exit(code)
}

// yiping runs a command to its end.
func yiping(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := command(ctx, t, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "YIPING_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return cmd
}

// must runs a command that has to succeed and gives its output.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, status := yiping(t, args...)
	if status != 0 {
		t.Fatalf("yiping %s: status %d: %s", strings.Join(args, " "), status, errs)
	}
	return out
}

// node is a running service.
type node struct {
	cmd    *exec.Cmd
	url    string
	log    *lockedBuffer
	said   chan string
	done   chan struct{} // closed once it has ended
	client *http.Client  // that asks it
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts a service and waits until it says where it is.
func serve(t *testing.T, args ...string) *node {
	t.Helper()
	n := start(t, args...)
	n.await(t)
	return n
}

func start(t *testing.T, args ...string) *node {
	t.Helper()
	cmd := command(context.WithoutCancel(t.Context()), t, append([]string{"serve", "--create", "--listen", "127.0.0.1:0"}, args...)...)
	n := &node{cmd: cmd, log: &lockedBuffer{}, said: make(chan string, 1), done: make(chan struct{}), client: http.DefaultClient}
	cmd.Stderr = n.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		n.said <- line
		_, _ = io.Copy(io.Discard, out) // until it ends
		_ = cmd.Wait()                  // whoever wants its status has it from cmd
		close(n.done)
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("log of the service:\n%s", n.log)
		}
		_ = cmd.Process.Kill() // gone already where the test stopped it
		<-n.done               // before its store's folder is removed
	})
	return n
}

func (n *node) await(t *testing.T) {
	t.Helper()
	select {
	case line := <-n.said:
		url, ok := strings.CutPrefix(strings.TrimSpace(line), "yiping serves ")
		if !ok {
			t.Fatalf("the service said %q\n%s", line, n.log)
		}
		n.url = strings.TrimSuffix(url, "/")
	case <-time.After(patience):
		t.Fatal("the service does not come up")
	}
}

// stop ends the service by a signal and gives its exit status.
func (n *node) stop(t *testing.T, signal os.Signal) int {
	t.Helper()
	if err := n.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-n.done:
	case <-time.After(patience):
		t.Fatal("the service does not stop")
	}
	return n.cmd.ProcessState.ExitCode()
}

// get asks for a path, at a cursor where one is given, and wants the status.
func (n *node) get(t *testing.T, path, cursor string, want int) []byte {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if cursor != "" {
			req.Header.Set("Yiping-Min-Cursor", cursor)
		}
		res, err := n.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if e := res.Body.Close(); err != nil || e != nil {
			t.Fatal(err, e)
		}
		switch {
		case res.StatusCode == want:
			return body
		case res.StatusCode == http.StatusServiceUnavailable && cursor != "" && time.Now().Before(deadline):
			continue // the node waited a second for the cursor already
		}
		t.Fatalf("GET %s: %s: %s", path, res.Status, body)
	}
}

// listen opens the live stream and gives the data of its change events. A
// reload, which tells a browser to fetch everything, comes as the text reload.
func (n *node) listen(t *testing.T) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/api/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := n.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	greeted, changes := make(chan bool, 1), make(chan string, 100)
	go func() {
		defer close(changes)
		lines, event := bufio.NewScanner(res.Body), ""
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "event":
				event = value
			case name == "data" && event == "hello":
				greeted <- true
			case name == "data" && event == "change":
				changes <- value
			case name == "data" && event == "reload":
				changes <- "reload"
			}
		}
	}()
	t.Cleanup(func() { _ = res.Body.Close() }) // ends the reader above
	select {
	case <-greeted:
	case <-time.After(patience):
		t.Fatal("the live stream says no hello")
	}
	return changes
}

// hear waits for a change that holds the text, or a reload.
func hear(t *testing.T, changes <-chan string, text string) {
	t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case data, open := <-changes:
			if !open {
				t.Fatal("the live stream ended")
			}
			if data == "reload" || strings.Contains(data, text) {
				return
			}
		case <-timeout:
			t.Fatalf("no change event with %s", text)
		}
	}
}

// stores runs a test on a fresh store of each kind. edit runs SQL in another
// program than ours where there is one.
func stores(t *testing.T, test func(t *testing.T, url string, edit func(sql string))) {
	t.Run("gpkg", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "city.gpkg")
		test(t, "gpkg:"+path, func(sql string) {
			out, err := exec.CommandContext(t.Context(), "ogrinfo", "-q", "--config", "SQLITE_BUSY_TIMEOUT", "120000", "-sql", sql, path).CombinedOutput()
			if err != nil || bytes.Contains(out, []byte("ERROR")) {
				t.Fatalf("ogrinfo: %v: %s", err, out)
			}
		})
	})
	t.Run("postgis", func(t *testing.T) {
		url := pgtest.URL(t)
		test(t, url, func(sql string) {
			if _, err := pgtest.Connect(t, url).Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		})
	})
}

// write puts a file into a folder of the test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
