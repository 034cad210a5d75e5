package api_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"yiping/api"
)

// pair gives the two ends of a connection; server is what the listener made.
func pair(t *testing.T) (server, client net.Conn) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = api.Listener(l).Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = client.Close(), server.Close() })
	return server, client
}

func setRead(t *testing.T, c net.Conn, at time.Time) {
	t.Helper()
	if err := c.SetReadDeadline(at); err != nil {
		t.Fatal(err)
	}
}

func TestReadDeadlines(t *testing.T) {
	const soon = 30 * time.Millisecond
	long, past := time.Now().Add(time.Hour), time.Unix(1, 0)
	for name, c := range map[string]struct {
		set     []time.Time // before the read
		timeout bool        // else what is sent is read
	}{
		"one to come":                       {[]time.Time{time.Now().Add(soon)}, true},
		"one that has gone by":              {[]time.Time{past}, true},
		"brought nearer":                    {[]time.Time{long, time.Now().Add(soon)}, true},
		"put off, then brought nearer":      {[]time.Time{time.Now().Add(soon), long, time.Now().Add(2 * soon)}, true},
		"put off":                           {[]time.Time{time.Now().Add(soon), long}, false},
		"taken away":                        {[]time.Time{time.Now().Add(soon), {}}, false},
		"put off after it has gone by":      {[]time.Time{past, long}, false},
		"taken away after it has gone by":   {[]time.Time{past, {}}, false},
		"taken away, then set":              {[]time.Time{long, {}, time.Now().Add(soon)}, true},
		"never set":                         {nil, false},
		"set anew to one that has gone by":  {[]time.Time{long, {}, past}, true},
		"put off and off, as by keep-alive": {[]time.Time{time.Now().Add(soon), {}, time.Now().Add(2 * soon), long, {}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := pair(t)
			for _, at := range c.set {
				setRead(t, server, at)
			}
			read := make(chan error, 1)
			go func() {
				_, err := server.Read(make([]byte, 1))
				read <- err
			}()
			if c.timeout {
				if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error(err)
				}
				return
			}
			select {
			case err := <-read:
				t.Fatalf("read ended before anything was sent: %v", err)
			case <-time.After(3 * soon): // the timers have run out by then
			}
			if _, err := client.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := <-read; err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("brought nearer while a read waits", func(t *testing.T) {
		server, _ := pair(t)
		setRead(t, server, long)
		read := make(chan error, 1)
		go func() {
			_, err := server.Read(make([]byte, 1))
			read <- err
		}()
		setRead(t, server, past)
		if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}

// TestSlowRequestsAreCutOff: a server on the listener keeps its time limits, for
// the first request of a connection and for a later one.
func TestSlowRequestsAreCutOff(t *testing.T) {
	for _, whole := range []int{0, 3} {
		limit := 50 * time.Millisecond
		for !cutOff(t, whole, limit) { // a busy machine is too slow for what should not be cut
			limit *= 2
		}
	}
}

// cutOff sends some whole requests and one that never ends. It returns once the
// server has cut the connection, and reports whether the whole ones were answered.
func cutOff(t *testing.T, whole int, limit time.Duration) bool {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }),
		ReadHeaderTimeout: limit, IdleTimeout: time.Hour}
	go func() { _ = s.Serve(api.Listener(l)) }()
	defer s.Close()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answers := bufio.NewReader(c)
	for range whole {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			return false
		}
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			return false
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return false
		}
	}
	// Whether the end is orderly depends on what was under way.
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost")
	_, _ = io.Copy(io.Discard, answers)
	return true
}
