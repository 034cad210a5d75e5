package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"yiping/geo"
)

const (
	certificatePause = 10 * time.Second    // between looks at the files
	certificateSoon  = 14 * 24 * time.Hour // before its end a certificate is complained of
)

// certificate is the key pair that TLS shows. It is read again when its files
// change, as they do when it is renewed; one that cannot be used is complained
// of, and the one before stays.
type certificate struct {
	certFile, keyFile string
	logger            *slog.Logger
	pair              atomic.Pointer[tls.Certificate]
	seen              [2]fileState // when it was read last
	warned            time.Time    // of its end
}

// fileState tells a file from the one that takes its place.
type fileState struct {
	changed time.Time
	size    int64
}

func stateOf(path string) fileState {
	info, err := os.Stat(path) // of what a link leads to
	if err != nil {
		return fileState{}
	}
	return fileState{info.ModTime(), info.Size()}
}

func newCertificate(certFile, keyFile string, logger *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, logger: logger}
	return c, c.read()
}

// read takes the files in.
func (c *certificate) read() error {
	c.seen = [2]fileState{stateOf(c.certFile), stateOf(c.keyFile)}
	pair, err := readPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.pair.Store(pair)
	c.logger.Info("TLS certificate", "names", strings.Join(pair.Leaf.DNSNames, ","), "until", pair.Leaf.NotAfter.Format(time.RFC3339))
	c.warned = time.Time{}
	c.warn(time.Now())
	return nil
}

// readPair reads a certificate with its chain, and its key, in PEM.
func readPair(certFile, keyFile string) (*tls.Certificate, error) {
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-cert", Message: "the certificate cannot be read", Err: err, Mend: "name a PEM file that this user may read"}
	}
	keyPEM, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-key", Message: "the key cannot be read", Err: err, Mend: "name a PEM file that this user may read"}
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	switch {
	case err == nil:
		return &pair, nil
	case !bytes.Contains(certPEM, []byte("-----BEGIN CERTIFICATE-----")):
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-cert", Message: certFile + " holds no certificate", Err: err, Mend: "give the certificate and those that signed it as PEM, one after another"}
	case strings.Contains(err.Error(), "does not match"):
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-key", Message: "the key in " + keyFile + " is not that of the certificate in " + certFile, Mend: "give the two that belong together"}
	case bytes.Contains(keyPEM, []byte("ENCRYPTED")):
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-key", Message: "the key in " + keyFile + " is kept under a password", Mend: "store it without one, readable by this user alone"}
	}
	return nil, &geo.Error{Code: geo.Invalid, Field: "tls-key", Message: "certificate and key cannot be used", Err: err, Mend: "give both as PEM"}
}

// warn complains once a day of a certificate that clients will soon refuse, or
// already do. It is shown all the same: what to do then is theirs to decide.
func (c *certificate) warn(now time.Time) {
	leaf := c.pair.Load().Leaf
	if now.Sub(c.warned) < 24*time.Hour {
		return
	}
	until := leaf.NotAfter.Format(time.RFC3339)
	switch {
	case now.After(leaf.NotAfter):
		c.logger.Error("the TLS certificate has expired: clients refuse it", "file", c.certFile, "expired", until)
	case now.Before(leaf.NotBefore):
		c.logger.Error("the TLS certificate is not valid yet: clients refuse it", "file", c.certFile, "from", leaf.NotBefore.Format(time.RFC3339))
	case leaf.NotAfter.Sub(now) < certificateSoon:
		c.logger.Warn("the TLS certificate expires soon", "file", c.certFile, "expires", until)
	default:
		return
	}
	c.warned = now
}

// renew reads the files again if they changed, or anyway.
func (c *certificate) renew(anyway bool) {
	if now := [2]fileState{stateOf(c.certFile), stateOf(c.keyFile)}; now == c.seen && !anyway {
		c.warn(time.Now())
		return
	}
	if err := c.read(); err != nil {
		c.logger.Error("the TLS certificate stays the one before", "error", err)
	}
}

// follow renews the certificate when its files change and on SIGHUP, until ctx
// ends.
func (c *certificate) follow(ctx context.Context) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(certificatePause)
	defer tick.Stop()
	for {
		select {
		case <-hup:
			c.renew(true)
		case <-tick.C:
			c.renew(false)
		case <-ctx.Done():
			return
		}
	}
}

// config is what a server needs: TLS 1.2 or newer, HTTP/2 before HTTP/1.1.
func (c *certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.pair.Load(), nil },
	}
}

// pinned makes a client that takes the certificate in a file and no other,
// whoever signed it and until whenever: a service asked on its own machine.
func pinned(certFile string) (*http.Client, error) {
	data, err := os.ReadFile(certFile)
	if err != nil {
		return nil, &geo.Error{Code: geo.Invalid, Field: "tls-cert", Message: "the certificate cannot be read", Err: err}
	}
	same := func(s tls.ConnectionState) error {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(data) || len(s.PeerCertificates) == 0 {
			return errors.New("no certificate")
		}
		leaf := s.PeerCertificates[0]
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: leaf.NotAfter})
		return err
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, VerifyConnection: same}}}, nil
}

// redirector answers plain HTTP with the address of the same under HTTPS, at the
// port that tlsAddr names.
func redirector(tlsAddr net.Addr, publicURL string) http.Handler {
	_, port, _ := net.SplitHostPort(tlsAddr.String()) // a listener's address has a port
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := strings.TrimSuffix(publicURL, "/")
		if to == "" {
			host := r.Host
			if h, _, err := net.SplitHostPort(r.Host); err == nil {
				host = h
			}
			if host = strings.Trim(host, "[]"); port != "443" {
				host = net.JoinHostPort(host, port)
			} else if strings.Contains(host, ":") {
				host = "[" + host + "]"
			}
			to = "https://" + host
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}
