package api

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// Listener makes the time limits on reading cheap. net/http moves the deadline
// of a connection four times a request, and each time the runtime moves a timer:
// a tenth of what a small answer from memory costs in all. Nearly always it only
// moves further off. So the timer is left as it is, and where it wakes a read too
// early it is set again, to the deadline that holds by then.
func Listener(l net.Listener) net.Listener { return lazyListener{l} }

type lazyListener struct{ net.Listener }

func (l lazyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok {
		return &lazyConn{TCPConn: t}, err
	}
	return c, err
}

// lazyConn is a connection whose read deadline may be set later than its timer.
// Zero times are none.
type lazyConn struct {
	*net.TCPConn
	mu     sync.Mutex
	wanted time.Time // the deadline
	timer  time.Time // when a read is woken: never after wanted
}

func (c *lazyConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted = t
	if t.Equal(c.timer) || !c.timer.IsZero() && (t.IsZero() || t.After(c.timer)) {
		return nil
	}
	return c.setLocked(t)
}

func (c *lazyConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *lazyConn) setLocked(t time.Time) error {
	c.timer = t
	return c.TCPConn.SetReadDeadline(t)
}

func (c *lazyConn) Read(b []byte) (int, error) {
	for {
		n, err := c.TCPConn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || !c.early() {
			return n, err
		}
	}
}

// early reports whether the timer ran out before the deadline, and sets it to
// that.
func (c *lazyConn) early() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.wanted.IsZero() && !time.Now().Before(c.wanted) {
		return false
	}
	return c.setLocked(c.wanted) == nil
}
