package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiping/geo"
)

// servesAt begins the line by which a service says where it is.
const servesAt = "yiping serves "

// target is a service to measure.
type target struct {
	base  string // without a slash at its end
	token string
	child *exec.Cmd // nil: it runs elsewhere
	args  []string  // of the child
}

// at runs fn with the service: that at --url, or one of a process of its own on
// the store, so that what it takes can be told from what the clients take.
func (o *benchOptions) at(ctx context.Context, fn func(*target) error) error {
	if o.url != "" {
		u, err := url.Parse(o.url)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return usage("--url must be like http://host:8080/base")
		}
		t := &target{base: strings.TrimSuffix(o.url, "/"), token: o.token}
		if err := t.check(ctx); err != nil {
			return err
		}
		return fn(t)
	}
	if err := withExisting(ctx, o.store, func(geo.Store) error { return nil }); err != nil {
		return err
	}
	t, err := startChild(ctx, "serve", "--store", o.store, "--listen", "127.0.0.1:0", "--seed", "none", "--log-level", "error")
	if err != nil {
		return err
	}
	defer func() { t.stop() }()
	return fn(t)
}

// startChild runs this program with the arguments until it says where it serves.
func startChild(ctx context.Context, args ...string) (*target, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cannot find this program")
	}
	t := &target{args: args, child: exec.CommandContext(ctx, path, args...)}
	var errs strings.Builder
	t.child.Stderr = &errs
	t.child.WaitDelay = drain
	t.child.Cancel = func() error {
		err := t.child.Process.Signal(os.Interrupt)
		if err != nil { // Windows has no such signal
			err = t.child.Process.Kill()
		}
		return err
	}
	out, err := t.child.StdoutPipe()
	if err == nil {
		err = t.child.Start()
	}
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cannot start this program once more")
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), servesAt); ok {
			t.base = strings.TrimSuffix(at, "/")
			return t, nil
		}
	}
	_ = t.child.Wait() // what it said tells more
	return nil, geo.Errorf(geo.Unavailable, "the service ended: %s", oneLine(errs.String()))
}

// stop ends a service of our own.
func (t *target) stop() {
	if t.child != nil {
		_ = t.child.Cancel()
		_ = t.child.Wait() // as it was told to
	}
}

// renew starts a service of our own anew, so that it has drawn nothing.
func (t *target) renew(ctx context.Context) error {
	if t.child == nil {
		return nil
	}
	t.stop()
	n, err := startChild(ctx, t.args...)
	if err == nil {
		*t = *n
	}
	return err
}

func (t *target) name() string {
	if t.child != nil {
		return "a service of its own process"
	}
	return oneLine(t.base)
}

func (t *target) newClient(connections int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true, Proxy: http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, TLSHandshakeTimeout: 5 * time.Second}}
}

func (t *target) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, t.base+path, body)
	if err == nil && t.token != "" {
		req.Header.Set("Authorization", "Bearer "+t.token)
	}
	return req, err
}

// get copies the body of an answer as it comes, gzip coded if it is, and gives
// its bytes.
func (t *target) get(ctx context.Context, client *http.Client, path string, to io.Writer) (n int64, err error) {
	req, err := t.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(to, res.Body)
	if e := res.Body.Close(); err == nil {
		err = e
	}
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return n, err
}

// ask reads the JSON of an answer, and says what is wrong in words that help.
func (t *target) ask(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := t.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return geo.Wrap(geo.Invalid, err, "cannot ask")
	}
	client := t.newClient(1)
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return t.unreachable(err)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 256<<20))
	err = errors.Join(err, res.Body.Close())
	switch {
	case err != nil:
		return geo.Wrap(geo.Unavailable, err, "%s broke off", t.base)
	case res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden:
		return &geo.Error{Code: geo.Invalid, Message: t.base + " answers " + res.Status, Mend: "put a token that may do this into " + tokenVariable}
	case res.StatusCode != http.StatusOK:
		return t.refusal(res.Status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &geo.Error{Code: geo.Invalid, Message: t.base + path + " is not answered by Yiping", Mend: "check the address; the base path belongs to it", Err: err}
	}
	return nil
}

// refusal tells the detail of a problem document.
func (t *target) refusal(status string, body []byte) error {
	var p struct{ Type, Detail string }
	if json.Unmarshal(body, &p) != nil || !strings.HasPrefix(p.Type, "urn:yiping:") {
		return &geo.Error{Code: geo.Invalid, Message: t.base + " answers " + status + ", and not as Yiping does", Mend: "check the address; the base path belongs to it"}
	}
	return geo.Errorf(geo.Invalid, "%s answers %s: %s", t.base, status, p.Detail)
}

func (t *target) unreachable(err error) error {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &record) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return &geo.Error{Code: geo.Unavailable, Message: t.base + " does not speak TLS", Mend: "use http:// for it", Err: err}
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid):
		return &geo.Error{Code: geo.Unavailable, Message: "the certificate of " + t.base + " is not trusted", Mend: "use the name it was made for, and give its authority in SSL_CERT_FILE", Err: err}
	}
	return &geo.Error{Code: geo.Unavailable, Message: "nothing answers at " + t.base, Mend: "check the address, and that the service runs", Err: err}
}

// check finds out whether there is a Yiping that can be read.
func (t *target) check(ctx context.Context) error {
	var list struct{ Layers []struct{ ID string } }
	if err := t.ask(ctx, "/api/layers", &list); err != nil {
		return err
	}
	if len(list.Layers) == 0 {
		return emptyCity(t.base)
	}
	return nil
}

// placesOfALayer is how many features of a layer tell where the city lies.
const placesOfALayer = 1000

// places gives where features of the layers lie: the first vertex of each.
func (t *target) places(ctx context.Context, layers string) ([]orb.Point, error) {
	var out []orb.Point
	for layer := range strings.SplitSeq(layers, ",") {
		var list geojson.FeatureCollection
		if err := t.ask(ctx, "/api/features/"+url.PathEscape(layer)+"?limit="+strconv.Itoa(placesOfALayer), &list); err != nil {
			return nil, err
		}
		for _, f := range list.Features {
			if p, ok := firstPoint(f.Geometry); ok {
				out = append(out, p)
			}
		}
	}
	if len(out) == 0 {
		return nil, emptyCity("the layers " + layers)
	}
	return out, nil
}

func firstPoint(g orb.Geometry) (orb.Point, bool) {
	switch g := g.(type) {
	case orb.Point:
		return g, true
	case orb.MultiPoint:
		return at0(g)
	case orb.LineString:
		return at0(g)
	case orb.Ring:
		return at0(g)
	case orb.MultiLineString:
		return firstOf(g)
	case orb.Polygon:
		return firstOf(g)
	case orb.MultiPolygon:
		return firstOf(g)
	case orb.Collection:
		return firstOf(g)
	}
	return orb.Point{}, false
}

func at0[G ~[]orb.Point](g G) (orb.Point, bool) {
	if len(g) == 0 {
		return orb.Point{}, false
	}
	return g[0], true
}

func firstOf[G ~[]E, E orb.Geometry](g G) (orb.Point, bool) {
	if len(g) == 0 {
		return orb.Point{}, false
	}
	return firstPoint(g[0])
}

// cpu gives the processor time of the service so far in seconds; below 0 where it
// does not tell.
func (t *target) cpu(ctx context.Context) float64 {
	if v, told := t.metric(ctx, "process_cpu_seconds_total"); told {
		return v
	}
	return -1
}

// metric reads one figure under /metrics; false where it is not told.
func (t *target) metric(ctx context.Context, name string) (float64, bool) {
	client := t.newClient(1)
	defer client.CloseIdleConnections()
	var body strings.Builder
	if _, err := t.get(ctx, client, "/metrics", &body); err != nil {
		return 0, false
	}
	for line := range strings.Lines(body.String()) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			return f, err == nil
		}
	}
	return 0, false
}

// A service that draws tiles beforehand is asked this often, for so long, whether it
// has done.
const (
	warmPause    = 100 * time.Millisecond
	warmPatience = 5 * time.Minute
)

// warm waits until the service has drawn what it draws beforehand, so that it does
// nothing else than answer while it is measured. It gives false for one that is still
// drawing after so long, and does not wait for one that does not tell.
func (t *target) warm(ctx context.Context, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(warmPause)
	defer tick.Stop()
	for {
		if done, told := t.metric(ctx, "yiping_tiles_warm"); ctx.Err() == nil && (!told || done > 0) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}
