package main_test

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	main "yiping/cmd/yiping"
)

// readmeBlock is the first block of the README in a language: what is tested is
// what a district copies.
func readmeBlock(t *testing.T, lang string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n```"+lang+"\n")
	block, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatalf("README shows no %s", lang)
	}
	return block
}

// nginx starts the nginx of Debian with the configuration that the README shows,
// before the service at addr, and gives the address of the gateway.
func nginx(t *testing.T, addr string, ca *main.Issuer, changes ...string) string {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; exec.Command(program, "-v").Run() != nil {
			t.Fatal("nginx is missing: make needs-test installs it")
		}
	}
	dir := t.TempDir()
	// nginx takes over a socket that is bound already, as from an older nginx that it
	// takes the place of: nobody else can have got the port meanwhile.
	socket, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	inherited, err := socket.File()
	if err != nil {
		t.Fatal(err)
	}
	defer inherited.Close()
	listen := socket.Addr().String()
	cert, key := ca.Issue("gateway", 1<<40)
	conf := readmeBlock(t, "nginx")
	for _, c := range [][2]string{
		{"/var/cache/nginx/yiping", filepath.Join(dir, "cache")}, {"10.1.2.3:8080", addr}, {"listen 443", "listen " + listen},
		{"/etc/nginx/map.crt", cert}, {"/etc/nginx/map.key", key},
	} {
		if strings.Count(conf, c[0]) != 1 {
			t.Fatalf("%s is not once in the configuration of the README", c[0])
		}
		conf = strings.Replace(conf, c[0], c[1], 1)
	}
	for k := 0; k < len(changes); k += 2 {
		if !strings.Contains(conf, changes[k]) {
			t.Fatalf("%s is not in the configuration of the README", changes[k])
		}
		conf = strings.ReplaceAll(conf, changes[k], changes[k+1])
	}
	head := "daemon off; worker_processes 1; pid nginx.pid; error_log stderr warn; events { worker_connections 256; }\n"
	if os.Getuid() == 0 {
		head = "user root;\n" + head // its workers read files of the test
	}
	temp := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += kind + "_temp_path " + filepath.Join(dir, kind) + ";\n"
	}
	file := write(t, "nginx.conf", head+"http {\naccess_log off;\n"+temp+conf+"\n}\n")
	cmd := exec.Command(program, "-p", dir, "-c", file, "-e", "stderr")
	said := &lockedBuffer{}
	cmd.Stderr = said
	cmd.ExtraFiles, cmd.Env = []*os.File{inherited}, append(os.Environ(), "NGINX=3;")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // gone already where it failed
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("nginx said:\n%s", said)
		}
	})
	return "https://" + listen
}

// gateway is a service that is asked through nginx.
type gateway struct {
	*node
	store string
}

// answer is one that came through, its body as it was sent.
type answer struct {
	*http.Response
	body []byte
}

func (g *gateway) ask(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k := 0; k < len(headers); k += 2 {
		r.Header.Set(headers[k], headers[k+1])
	}
	res, err := g.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, raw}
}

func behindNginx(t *testing.T, flags ...string) *gateway {
	t.Helper()
	ca := main.NewIssuer(t)
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, append([]string{"--store", store, "--seed", "putuo", "--base-path", "/yiping", "--log-level", "warn"}, flags...)...)
	direct, _, _ := strings.Cut(strings.TrimPrefix(n.url, "http://"), "/")
	n.client, _ = trusting(t, ca.Pool(), &tls.Config{})
	n.client.Transport.(*http.Transport).DisableCompression = true // bytes as they came
	n.url = nginx(t, direct, ca) + "/yiping"
	return &gateway{n, store}
}

func TestBehindNginx(t *testing.T) {
	g := behindNginx(t, "--trusted-proxies", "127.0.0.0/8", "--tile-max-age", "1h", "--frame-ancestors", "https://portal.example.gov.cn")
	t.Run("pages, their addresses and who may frame them", g.checkPages)
	t.Run("answers are compressed once and revalidated", g.checkConditional)
	t.Run("tiles are kept by the gateway", g.checkCache)
	t.Run("only GET and POST pass, and are enough", g.checkOverride)
	t.Run("changes come by stream and by long poll", g.checkLive)
	t.Run("archives are read in ranges", g.checkRanges)
	t.Run("users sign in, and what is closed is kept by none", g.checkSignIn)
}

var asset = regexp.MustCompile(`(?:src|href)="\./(assets/[^"]+)"`)

func (g *gateway) checkPages(t *testing.T) {
	page := g.ask(t, http.MethodGet, "/", "")
	policy := page.Header.Get("Content-Security-Policy")
	if page.StatusCode != http.StatusOK || !strings.Contains(policy, "frame-ancestors https://portal.example.gov.cn") || page.Header.Get("X-Frame-Options") != "" {
		t.Errorf("%s, policy %q", page.Status, policy)
	}
	found := asset.FindAllSubmatch(page.body, -1)
	if len(found) == 0 {
		t.Fatalf("the page loads nothing: %s", page.body)
	}
	for _, m := range found {
		if a := g.ask(t, http.MethodGet, "/"+string(m[1]), ""); a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s, %q", m[1], a.Status, a.Header.Get("Cache-Control"))
		}
	}
	var tj struct{ Tiles []string }
	decodeJSON(t, g.ask(t, http.MethodGet, "/tiles/project.json", "").body, &tj)
	if want := g.url + "/tiles/project/{z}/{x}/{y}.mvt"; len(tj.Tiles) != 1 || tj.Tiles[0] != want {
		t.Errorf("TileJSON names %v, want %s", tj.Tiles, want)
	}
}

func (g *gateway) checkConditional(t *testing.T) {
	for _, path := range []string{"/api/features/project?limit=200", "/api/districts", "/api/overview", "/ogc/collections/project/items?limit=3", "/style.json"} {
		plain, zipped := g.ask(t, http.MethodGet, path, ""), g.ask(t, http.MethodGet, path, "", "Accept-Encoding", "gzip")
		if plain.StatusCode != http.StatusOK || plain.Header.Get("Content-Encoding") != "" || zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %s, %q and %q", path, plain.Status, plain.Header.Get("Content-Encoding"), zipped.Header.Get("Content-Encoding"))
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped.body))
		if err != nil {
			t.Fatal(path, err)
		}
		if text, err := io.ReadAll(z); err != nil || !bytes.Equal(text, plain.body) {
			t.Errorf("%s: compressed it says other things (%v)", path, err)
		}
		for _, a := range []answer{plain, zipped} {
			again := g.ask(t, http.MethodGet, path, "", "If-None-Match", a.Header.Get("ETag"), "Accept-Encoding", a.Request.Header.Get("Accept-Encoding"))
			if again.StatusCode != http.StatusNotModified || len(again.body) > 0 {
				t.Errorf("%s by %s: %s", path, a.Header.Get("ETag"), again.Status)
			}
		}
	}
}

func (g *gateway) checkCache(t *testing.T) {
	const path = "/tiles/project,street/10/857/418.mvt"
	first, second := g.ask(t, http.MethodGet, path, ""), g.ask(t, http.MethodGet, path, "")
	if first.Header.Get("X-Cache") != "MISS" || second.Header.Get("X-Cache") != "HIT" || len(first.body) == 0 || !bytes.Equal(first.body, second.body) {
		t.Errorf("first %q, %d bytes, then %q, %d bytes", first.Header.Get("X-Cache"), len(first.body), second.Header.Get("X-Cache"), len(second.body))
	}
	if a := g.ask(t, http.MethodGet, path, "", "If-None-Match", second.Header.Get("ETag")); a.StatusCode != http.StatusNotModified || a.Header.Get("X-Cache") != "HIT" {
		t.Errorf("revalidated: %s, %q", a.Status, a.Header.Get("X-Cache"))
	}
	res := importJSON(t, "--store", g.store, "--layer", "project", "--mode", "upsert", write(t, "p.csv", "编码,名称\n"+anyProject(t, g.node)+",改了名的项目\n"))
	if res.Updated != 1 {
		t.Fatalf("import: %+v", res)
	}
	for range 2 { // a screen names what it must not be older than
		a := g.ask(t, http.MethodGet, path, "", "Yiping-Min-Cursor", res.Cursor)
		if !bytes.Contains(a.body, []byte("改了名的项目")) || a.Header.Get("X-Cache") == "HIT" {
			t.Errorf("a screen that asks for %s got an old tile: %s, %v", res.Cursor, a.Status, a.Header)
		}
	}
}

func (g *gateway) checkOverride(t *testing.T) {
	secret := strings.TrimSpace(must(t, "user", "token", "add", "desk", "--store", g.store, "--actor", "李四", "--rights", "report,approve", "--district", "310107"))
	g.enter(t, http.MethodPost, "/api/periods", secret, `{"layer":"project","district":"310107","ends":"2022-12","state":"退回","reason":"更正"}`, http.StatusOK)
	path := fmt.Sprintf("/api/reports/project/%d/2022-12", g.projectID(t, "PT2022-P003"))
	const body = `{"actual_progress":99,"correction":"经现场核对"}`
	write := func(method, override string, more ...string) answer {
		return g.ask(t, method, path, body, append(more, "Authorization", "Bearer "+secret, "Content-Type", "application/json", "X-HTTP-Method-Override", override)...)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		if a := write(method, ""); a.StatusCode != http.StatusForbidden || a.Header.Get("Content-Type") == "application/problem+json" {
			t.Errorf("%s passed the gateway: %s %s", method, a.Status, a.body)
		}
	}
	if a := write(http.MethodPost, http.MethodPut, "Origin", strings.TrimSuffix(g.url, "/yiping")); a.StatusCode != http.StatusOK {
		t.Errorf("entering: %s %s", a.Status, a.body)
	}
	if a := write(http.MethodPost, http.MethodPut, "Origin", "https://elsewhere.example"); a.StatusCode != http.StatusForbidden {
		t.Errorf("across sites: %s %s", a.Status, a.body)
	}
	var entered struct{ Cursor string }
	path += "?correction=%E9%94%99%E5%BD%95"
	a := write(http.MethodPost, http.MethodDelete)
	if err := json.Unmarshal(a.body, &entered); err != nil || a.StatusCode != http.StatusOK || entered.Cursor == "" {
		t.Errorf("taking back: %s %s", a.Status, a.body)
	}
}

func (g *gateway) checkLive(t *testing.T) {
	var at struct{ Cursor string }
	decodeJSON(t, g.get(t, "/api/changes", "", http.StatusOK), &at)
	polled := make(chan []byte, 1)
	go func() { polled <- g.ask(t, http.MethodGet, "/api/changes?since="+at.Cursor, "").body }()
	changes := g.listen(t)
	importJSON(t, "--store", g.store, "--layer", "road", write(t, "roads.geojson", roads))
	hear(t, changes, "R1")
	if body := <-polled; !bytes.Contains(body, []byte(`"event":"`)) {
		t.Errorf("the long poll says %s", body)
	}
}

func (g *gateway) checkRanges(t *testing.T) {
	const path = "/archives/putuo.pmtiles"
	whole := g.ask(t, http.MethodGet, path, "")
	tag := whole.Header.Get("ETag")
	if whole.StatusCode != http.StatusOK || !bytes.HasPrefix(whole.body, []byte("PMTiles\x03")) || tag == "" {
		t.Fatalf("%s, ETag %q, %.20q", whole.Status, tag, whole.body)
	}
	part := g.ask(t, http.MethodGet, path, "", "Range", "bytes=100-299", "If-Range", tag, "Accept-Encoding", "gzip")
	if want := fmt.Sprintf("bytes 100-299/%d", len(whole.body)); part.StatusCode != http.StatusPartialContent || part.Header.Get("Content-Range") != want || !bytes.Equal(part.body, whole.body[100:300]) {
		t.Errorf("%s, %q for %q, %d bytes", part.Status, part.Header.Get("Content-Range"), want, len(part.body))
	}
	if a := g.ask(t, http.MethodGet, path, "", "If-None-Match", tag); a.StatusCode != http.StatusNotModified {
		t.Errorf("revalidated: %s", a.Status)
	}
	if a := g.ask(t, http.MethodGet, path, "", "Range", "bytes=100-299", "If-Range", `"another"`); a.StatusCode != http.StatusOK || len(a.body) != len(whole.body) {
		t.Errorf("of another file: %s, %d bytes", a.Status, len(a.body))
	}
}

func (g *gateway) checkSignIn(t *testing.T) {
	secret := must(t, "user", "add", "zhangsan", "--role", "auditor", "--draw", "--store", g.store)
	secret = strings.TrimSpace(secret[strings.LastIndex(strings.TrimSpace(secret), " ")+1:])
	send := func(method, path, body string, more ...string) answer {
		return g.ask(t, method, path, body, append(more, "Content-Type", "application/json", "Origin", strings.TrimSuffix(g.url, "/yiping"))...)
	}
	in := send(http.MethodPost, "/api/session", fmt.Sprintf(`{"user":"zhangsan","password":%q}`, secret))
	cookie, kind, _ := strings.Cut(in.Header.Get("Set-Cookie"), ";")
	if want := " Path=/yiping/; Max-Age=604800; HttpOnly; Secure; SameSite=None; Partitioned"; in.StatusCode != http.StatusOK || !strings.HasPrefix(cookie, "__Secure-yiping=") || kind != want {
		t.Fatalf("%s %s: %q, want %q", in.Status, in.body, kind, want)
	}
	const next = "另一条足够长的口令2023"
	if a := send(http.MethodPost, "/api/session/password", fmt.Sprintf(`{"old":%q,"new":%q}`, secret, next), "Cookie", cookie, "X-HTTP-Method-Override", http.MethodPut); a.StatusCode != http.StatusOK {
		t.Fatalf("the drawn password is to be changed: %s %s", a.Status, a.body)
	}
	must(t, "layer", "close", "block", "--store", g.store, "--readers", "auditor")
	const path = "/tiles/block/10/857/418.mvt"
	await(t, "closing", func() bool {
		return g.ask(t, http.MethodGet, "/api/features/block", "").StatusCode == http.StatusNotFound
	})
	for range 2 { // what an auditor reads stays between us
		if a := g.ask(t, http.MethodGet, path, "", "Cookie", cookie); a.StatusCode >= 400 || a.Header.Get("X-Cache") == "HIT" || a.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("the auditor gets %s, %v", a.Status, a.Header)
		}
		if a := g.ask(t, http.MethodGet, path, ""); a.StatusCode != http.StatusNotFound {
			t.Errorf("others get %s", a.Status)
		}
	}
	if a := send(http.MethodPost, "/api/session", "", "Cookie", cookie, "X-HTTP-Method-Override", http.MethodDelete); a.StatusCode != http.StatusOK {
		t.Errorf("signing out: %s %s", a.Status, a.body)
	}
	if a := g.ask(t, http.MethodGet, path, "", "Cookie", cookie); a.StatusCode != http.StatusNotFound {
		t.Errorf("signed out: %s", a.Status)
	}
}

// What a gateway says counts only where the service was told to believe it.
func TestAnUnnamedGatewayIsNotBelieved(t *testing.T) {
	g := behindNginx(t)
	var tj struct{ Tiles []string }
	decodeJSON(t, g.ask(t, http.MethodGet, "/tiles/project.json", "").body, &tj)
	if len(tj.Tiles) != 1 || !strings.HasPrefix(tj.Tiles[0], "http://127.0.0.1:") {
		t.Errorf("TileJSON names %v", tj.Tiles)
	}
	// A tile that may not be kept is not, whatever the gateway is set to.
	for range 2 {
		if a := g.ask(t, http.MethodGet, "/tiles/project/10/857/418.mvt", ""); a.Header.Get("X-Cache") != "MISS" || a.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%q, %q", a.Header.Get("X-Cache"), a.Header.Get("Cache-Control"))
		}
	}
}
