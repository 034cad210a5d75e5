package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiping/geo"
)

// Issuer signs certificates for 127.0.0.1 and puts them into a folder.
type Issuer struct {
	t      *testing.T
	dir    string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

// NewIssuer makes one of a folder of the test.
func NewIssuer(t *testing.T) *Issuer {
	t.Helper()
	i := &Issuer{t: t, dir: t.TempDir(), serial: 1}
	i.key = i.newKey()
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "city"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	i.cert = i.sign(root, root, &i.key.PublicKey)
	return i
}

func (i *Issuer) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	return key
}

func (i *Issuer) sign(c, by *x509.Certificate, key *ecdsa.PublicKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, c, by, key, i.key)
	if err != nil {
		i.t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		i.t.Fatal(err)
	}
	return out
}

// Issue writes a new certificate, valid until a time from now, and its key.
func (i *Issuer) Issue(name string, valid time.Duration) (certFile, keyFile string) {
	i.t.Helper()
	i.serial++
	key := i.newKey()
	c := i.sign(&x509.Certificate{SerialNumber: big.NewInt(i.serial), Subject: pkix.Name{CommonName: "yiping"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(valid)}, i.cert, &key.PublicKey)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		i.t.Fatal(err)
	}
	return i.Write(name+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})), i.Write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Write puts a file into the folder.
func (i *Issuer) Write(name string, data []byte) string {
	i.t.Helper()
	path := filepath.Join(i.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		i.t.Fatal(err)
	}
	return path
}

// Pool trusts what the issuer signed.
func (i *Issuer) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(i.cert)
	return pool
}

func TestCertificatesThatCannotBe(t *testing.T) {
	ca := NewIssuer(t)
	cert, key := ca.Issue("a", time.Hour)
	_, other := ca.Issue("b", time.Hour)
	empty := ca.Write("empty", []byte("nothing"))
	locked := ca.Write("locked", []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
	for name, c := range map[string]struct{ cert, key, field, says string }{
		"no certificate file":        {cert + "x", key, "tls-cert", "cannot be read"},
		"no key file":                {cert, key + "x", "tls-key", "cannot be read"},
		"key of another certificate": {cert, other, "tls-key", "not that of the certificate"},
		"no certificate in the file": {empty, key, "tls-cert", "holds no certificate"},
		"the two swapped":            {key, cert, "tls-cert", "holds no certificate"},
		"a key under a password":     {cert, locked, "tls-key", "password"},
		"no key in the file":         {cert, empty, "tls-key", "cannot be used"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newCertificate(c.cert, c.key, slog.New(slog.DiscardHandler))
			e, ok := err.(*geo.Error)
			if !ok || e.Field != c.field || !strings.Contains(err.Error(), c.says) || e.Mend == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCertificateFollowsItsFiles(t *testing.T) {
	var log bytes.Buffer
	ca := NewIssuer(t)
	cert, key := ca.Issue("a", 24*time.Hour)
	c, err := newCertificate(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "expires soon") {
		t.Error("nothing said of the end in a day")
	}
	first := c.pair.Load()
	if c.renew(false); c.pair.Load() != first {
		t.Error("read again without need")
	}
	ca.Issue("a", -time.Minute)
	if c.renew(false); c.pair.Load() == first || !strings.Contains(log.String(), "has expired") {
		t.Errorf("a new one that has expired is shown, and complained of: %s", log.String())
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	second := c.pair.Load()
	if c.renew(false); c.pair.Load() != second || !strings.Contains(log.String(), "the key cannot be read") {
		t.Errorf("kept while a file is away: %s", log.String())
	}
}

func TestPlainHTTPIsSentToHTTPS(t *testing.T) {
	for _, c := range []struct{ host, port, public, want string }{
		{"map.city.example", "443", "", "https://map.city.example/a?b=c%20d"},
		{"map.city.example:80", "8443", "", "https://map.city.example:8443/a?b=c%20d"},
		{"[::1]:80", "443", "", "https://[::1]/a?b=c%20d"},
		{"[::1]", "8443", "", "https://[::1]:8443/a?b=c%20d"},
		{"10.0.0.1", "8443", "https://map.city.example/", "https://map.city.example/a?b=c%20d"},
	} {
		addr, err := net.ResolveTCPAddr("tcp", "127.0.0.1:"+c.port)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/a?b=c%20d", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		w := &answer{header: http.Header{}}
		redirector(addr, c.public).ServeHTTP(w, r)
		if w.status != http.StatusPermanentRedirect || w.header.Get("Location") != c.want {
			t.Errorf("%+v: %d %s", c, w.status, w.header.Get("Location"))
		}
	}
}

type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return len(b), nil }
func (a *answer) WriteHeader(status int)      { a.status = status }
