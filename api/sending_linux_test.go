package api

import (
	"bufio"
	"io"
	"net/http"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// On the loopback, whose packets take 64 KB, an answer that leaves by one system
// call is one packet.
func TestAnAnswerLeavesByOneSystemCall(t *testing.T) {
	for _, size := range []int{100, wholeFrom, 3800, 4096, 20_000} {
		packets := make(chan uint32, 3)
		s := serveOn(t, stall, false, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			packets <- sent(t, r)
			if err := writeWhole(w, r, make([]byte, size)); err != nil {
				t.Error(err)
			}
		})
		c := dial(t, s, 0)
		in := bufio.NewReader(c)
		for range 3 {
			if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, res.Body); err != nil || n != int64(size) {
				t.Fatal(n, err)
			}
		}
		<-packets // before the first
		if first, second := <-packets, <-packets; first != 1 || second != 2 {
			t.Errorf("%d bytes: %d packets after the first answer, %d after the second", size, first, second)
		}
	}
}

// sent is how many packets with data have left on the connection of a request.
func sent(t *testing.T, r *http.Request) (n uint32) {
	c, ok := r.Context().Value(connectionKey{}).(*lazyConn)
	if !ok {
		t.Error("no connection of Listener")
		return 0
	}
	raw, err := c.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			info, e := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
			if e != nil {
				t.Error(e)
				return
			}
			n = info.Data_segs_out
		})
	}
	if err != nil {
		t.Error(err)
	}
	return n
}
