package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// serveOn serves the handler as cmd does, with a limit of its own on taking nothing.
func serveOn(t *testing.T, stall time.Duration, withTLS bool, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Listener, s.Config, s.EnableHTTP2 = lazyListener{s.Listener, stall}, Server("", h), withTLS
	if withTLS {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func dial(t *testing.T, s *httptest.Server, receive int) *net.TCPConn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	tcp := c.(*net.TCPConn)
	if receive > 0 {
		if err := tcp.SetReadBuffer(receive); err != nil {
			t.Fatal(err)
		}
	}
	return tcp
}

// A client that asks and then reads nothing ends the handler that writes to it: of
// one long answer, of a stream, by TLS and by a stream of HTTP/2 beside others.
func TestWhoTakesNothingIsCutOff(t *testing.T) {
	const stall = 20 * time.Millisecond
	long := make([]byte, 64<<20)
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request) error{
		"an answer that is known whole": func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Content-Length", strconv.Itoa(len(long)))
			return writeWhole(w, r, long)
		},
		"a stream": func(w http.ResponseWriter, _ *http.Request) error {
			for rc := http.NewResponseController(w); ; {
				if _, err := w.Write(long[:1000]); err != nil {
					return err
				}
				if err := rc.Flush(); err != nil {
					return err
				}
			}
		},
		"a copy": func(w http.ResponseWriter, _ *http.Request) error {
			_, err := io.Copy(w, bytes.NewReader(long))
			return err
		},
	} {
		for _, how := range []string{"plain", "TLS", "HTTP/2"} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				ended := make(chan error, 1)
				limit := stall
				if how == "HTTP/2" {
					limit = time.Hour // it is the stream that is held up
				}
				s := serveOn(t, limit, how != "plain", func(w http.ResponseWriter, r *http.Request) {
					if r.ProtoMajor > 1 {
						onStream(w, stall, func(w http.ResponseWriter) { ended <- answer(w, r) })
						return
					}
					ended <- answer(w, r)
				})
				ask(t, s, how)
				select {
				case err := <-ended:
					if err == nil || how == "plain" && !errors.Is(err, os.ErrDeadlineExceeded) {
						t.Errorf("the handler ended by %v", err)
					}
				case <-t.Context().Done():
				}
			})
		}
	}
}

// ask sends a request and reads no more of the answer than its head.
func ask(t *testing.T, s *httptest.Server, how string) {
	t.Helper()
	const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	switch how {
	case "plain":
		if _, err := io.WriteString(dial(t, s, 4096), request); err != nil {
			t.Fatal(err)
		}
	case "TLS":
		pool := x509.NewCertPool()
		pool.AddCert(s.Certificate())
		c := tls.Client(dial(t, s, 4096), &tls.Config{RootCAs: pool, ServerName: "example.com", NextProtos: []string{"http/1.1"}})
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
	default:
		req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Do(req)
		if err != nil {
			return // a busy machine was cut off before the head was read
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		if res.ProtoMajor != 2 {
			t.Fatal(res.Proto)
		}
	}
}

// Who takes something, however little at a time, is waited for.
func TestWhoTakesALittleIsWaitedFor(t *testing.T) {
	late := fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
	type step struct {
		n   int
		err error
	}
	for name, c := range map[string]struct {
		stall time.Duration
		until time.Time // of SetWriteDeadline
		steps []step
		sent  int
		err   error
	}{
		"all at once":                        {time.Nanosecond, time.Time{}, []step{{9, nil}}, 9, nil},
		"the timer of another write":         {time.Hour, time.Time{}, []step{{0, late}, {9, nil}}, 9, nil},
		"a byte a time":                      {time.Nanosecond, time.Time{}, []step{{1, late}, {1, late}, {1, late}, {1, late}, {5, nil}}, 9, nil},
		"nothing for long":                   {time.Nanosecond, time.Time{}, []step{{3, late}, {0, late}}, 3, late},
		"nothing at all":                     {time.Nanosecond, time.Time{}, []step{{0, late}, {0, late}}, 0, late},
		"a deadline that has gone by":        {time.Hour, time.Unix(1, 0), []step{{4, late}}, 4, late},
		"a deadline to come":                 {time.Hour, time.Now().Add(time.Hour), []step{{4, late}, {5, nil}}, 9, nil},
		"another error, and no more is sent": {time.Hour, time.Time{}, []step{{2, net.ErrClosed}}, 2, net.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveOn(t, time.Hour, false, func(http.ResponseWriter, *http.Request) {})
			conn := &lazyConn{TCPConn: dial(t, s, 0), stall: c.stall}
			if err := conn.SetWriteDeadline(c.until); err != nil {
				t.Fatal(err)
			}
			left := c.steps
			sent, err := conn.push(func() (int, error) {
				now := left[0]
				left = left[1:]
				return now.n, now.err
			})
			if sent != c.sent || !errors.Is(err, c.err) || len(left) > 0 {
				t.Errorf("%d sent, %v, %d steps left", sent, err, len(left))
			}
		})
	}
}

// bodies are answers about the sizes where buffers end.
func bodies() [][]byte {
	r := rand.New(rand.NewPCG(1, 1))
	var out [][]byte
	for _, n := range []int{0, 1, 2047, 2048, 2049, wholeFrom - 1, wholeFrom, 3800, 3900, 4000, 4095, 4096, 4097, 8192, 65536, 3 << 20} {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		out = append(out, b)
	}
	return out
}

// What clients are given is the same, byte by byte, whether it leaves in one piece or
// not: one after another, with the next request sent before the answer, and by
// HTTP/1.0.
func TestAnAnswerInOnePieceIsTheSame(t *testing.T) {
	all := bodies()
	answer := func(write func(http.ResponseWriter, *http.Request, []byte) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(strings.Trim(r.URL.Path, "/")) // as the test asks
			w.Header().Set("Content-Length", strconv.Itoa(len(all[n])))
			w.Header().Set("Content-Type", "text/plain")
			w.Header()["Date"] = nil
			if err := write(w, r, all[n]); err != nil {
				t.Error(err)
			}
		}
	}
	whole := serveOn(t, time.Hour, false, answer(writeWhole))
	plain := httptest.NewServer(answer(func(w http.ResponseWriter, _ *http.Request, b []byte) error {
		_, err := w.Write(b)
		return err
	}))
	defer plain.Close()
	for name, request := range map[string]string{
		"HTTP/1.1": "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.0": "GET /%d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	} {
		for _, pipelined := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, pipelined %t", name, pipelined), func(t *testing.T) {
				a, b := converse(t, whole, request, len(all), pipelined), converse(t, plain, request, len(all), pipelined)
				if !bytes.Equal(a, b) {
					t.Errorf("%d bytes, and %d as net/http sends them", len(a), len(b))
				}
			})
		}
	}
}

// converse asks for all the answers over one connection, and gives what was sent.
func converse(t *testing.T, s *httptest.Server, request string, answers int, pipelined bool) []byte {
	t.Helper()
	c := dial(t, s, 0)
	var got bytes.Buffer
	in := bufio.NewReader(io.TeeReader(c, &got))
	send := func(n int) {
		if _, err := fmt.Fprintf(c, request, n); err != nil {
			t.Fatal(err)
		}
	}
	if pipelined {
		go func() {
			for n := range answers {
				_, _ = fmt.Fprintf(c, request, n) // what is missing is missed below
			}
		}()
	}
	for n := range answers {
		if !pipelined {
			send(n)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(n, err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(n, err)
		}
	}
	return got.Bytes()
}

// A head that no body follows is not held back.
func TestNothingIsHeldBack(t *testing.T) {
	for name, end := range map[string]func(){
		"a panic":         func() { panic(http.ErrAbortHandler) },
		"nothing written": func() {},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveOn(t, time.Hour, false, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", strconv.Itoa(wholeFrom))
				_ = writeWhole(broken{w, end}, r, make([]byte, wholeFrom))
			})
			c := dial(t, s, 0)
			if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("no head: %v", err)
			}
			if n, err := io.Copy(io.Discard, res.Body); n > 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%d bytes of a body, %v", n, err)
			}
		})
	}
}

// broken writes no body.
type broken struct {
	http.ResponseWriter
	end func()
}

func (b broken) Unwrap() http.ResponseWriter { return b.ResponseWriter }
func (b broken) Write([]byte) (int, error) {
	b.end()
	return 0, errors.New("not written")
}

// A client that goes away in the middle of an answer is told of where it is written.
func TestAClientThatGoesAwayIsNoticed(t *testing.T) {
	told := make(chan error, 1)
	s := serveOn(t, time.Hour, false, func(w http.ResponseWriter, r *http.Request) {
		long := make([]byte, 64<<20)
		w.Header().Set("Content-Length", strconv.Itoa(len(long)))
		told <- writeWhole(w, r, long)
	})
	c := dial(t, s, 4096)
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-told; err == nil {
		t.Error("all of it was written")
	}
}
