package main_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	main "yiping/cmd/yiping"
)

// trusting makes a client that trusts the pool and counts the connections it makes.
func trusting(t *testing.T, pool *x509.CertPool, c *tls.Config) (*http.Client, *atomic.Int32) {
	c.RootCAs = pool
	var dials atomic.Int32
	tr := &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dials.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, &dials
}

// serial is of the certificate shown.
func (n *node) serial(t *testing.T, pool *x509.CertPool) int64 {
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: pool}}).DialContext(t.Context(), "tcp", strings.TrimPrefix(n.url, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestServesHTTPSWithHTTP2(t *testing.T) {
	ca := main.NewIssuer(t)
	cert, key := ca.Issue("site", 30*24*time.Hour)
	path := filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, "--store", "gpkg:"+path, "--seed", "putuo", "--tls-cert", cert, "--tls-key", key, "--redirect-http", "127.0.0.1:0")
	if !strings.HasPrefix(n.url, "https://127.0.0.1:") {
		t.Fatalf("serves %s", n.url)
	}
	var dials *atomic.Int32
	n.client, dials = trusting(t, ca.Pool(), &tls.Config{})
	t.Run("tiles and the live stream share one connection", func(t *testing.T) {
		changes := n.listen(t)
		var wg sync.WaitGroup
		for x := range 40 {
			wg.Go(func() {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/tiles/project,street/10/%d/418.mvt", n.url, 840+x), nil)
				if err != nil {
					t.Error(err)
					return
				}
				res, err := n.client.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, res.Body)
				if e := res.Body.Close(); err != nil || e != nil || res.StatusCode > 204 || res.ProtoMajor != 2 {
					t.Error(err, e, res.Status, res.Proto)
				}
			})
		}
		wg.Wait()
		res := importJSON(t, "--store", "gpkg:"+path, "--layer", "road", write(t, "roads.geojson", roads))
		hear(t, changes, "road")
		n.get(t, "/api/features/road", res.Cursor, http.StatusOK)
		if d := dials.Load(); d != 1 {
			t.Errorf("%d connections", d)
		}
	})
	t.Run("TLS 1.1 is refused", func(t *testing.T) {
		old, _ := trusting(t, ca.Pool(), &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := old.Do(req); err == nil {
			res.Body.Close()
			t.Errorf("answered over %x", res.TLS.Version)
		}
	})
	t.Run("health asks by the certificate", func(t *testing.T) {
		addr := strings.TrimPrefix(n.url, "https://")
		if out := must(t, "health", "--listen", addr, "--tls-cert", cert); !strings.Contains(out, "ready") {
			t.Error(out)
		}
		other, _ := ca.Issue("other", time.Hour)
		if _, errs, status := yiping(t, "health", "--listen", addr, "--tls-cert", other); status != 1 || !strings.Contains(errs, "no answer") {
			t.Errorf("with another certificate: %d %s", status, errs)
		}
	})
	t.Run("a renewed certificate is shown after SIGHUP, a broken one is not", func(t *testing.T) {
		before := n.serial(t, ca.Pool())
		ca.Issue("site", 30*24*time.Hour)
		if err := n.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		await(t, "a new certificate", func() bool { return n.serial(t, ca.Pool()) == before+2 })
		_, strange := ca.Issue("strange", time.Hour)
		data, err := os.ReadFile(strange)
		if err != nil {
			t.Fatal(err)
		}
		ca.Write("site.key", data)
		if err := n.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		await(t, "a line in the log", func() bool { return strings.Contains(n.log.String(), "stays the one before") })
		if s := n.serial(t, ca.Pool()); s != before+2 || !strings.Contains(n.log.String(), "is not that of the certificate") {
			t.Errorf("certificate %d\n%s", s, n.log)
		}
	})
	if status := n.stop(t, os.Interrupt); status != 0 {
		t.Errorf("status %d", status)
	}
}

// await asks again and again until it is so; what asks takes its time itself.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); {
		if time.Now().After(deadline) {
			t.Fatalf("no %s", what)
		}
	}
}
