package api

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// stall is how long a client may take nothing of what is sent to it, streams
// included. One that takes longer is cut off, after twice that at the latest: it
// would hold a goroutine, and the answer, for ever.
const stall = 30 * time.Second

// Listener makes the time limits of connections cheap. net/http moves the deadline
// for reading four times a request, and each time the runtime moves a timer: a
// tenth of what a small answer from memory costs in all. Nearly always it only
// moves further off. So the timer is left as it is, and where it wakes a read or a
// write too early it is set again, to the deadline that holds by then.
//
// A connection is also cut where the client takes nothing for half a minute, and
// lets an answer that is known whole leave in one piece: see writeWhole.
func Listener(l net.Listener) net.Listener { return lazyListener{l, stall} }

type lazyListener struct {
	net.Listener
	stall time.Duration
}

func (l lazyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if t, ok := c.(*net.TCPConn); ok {
		return &lazyConn{TCPConn: t, stall: l.stall}, err
	}
	return c, err
}

// lazyConn is a connection whose deadlines may be set later than its timers.
type lazyConn struct {
	*net.TCPConn
	stall       time.Duration
	mu          sync.Mutex // guards the deadlines
	read, write deadline
	whole       piece
}

// deadline is one with its timer. Zero times are none.
type deadline struct {
	wanted time.Time
	timer  time.Time // never after wanted
}

// want notes a deadline, and reports whether the timer must be set for it.
func (d *deadline) want(t time.Time) bool {
	d.wanted = t
	return !t.Equal(d.timer) && (d.timer.IsZero() || !t.IsZero() && t.Before(d.timer))
}

// over reports whether the deadline has gone by.
func (d *deadline) over(now time.Time) bool { return !d.wanted.IsZero() && !now.Before(d.wanted) }

func (c *lazyConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.read.want(t) {
		return nil
	}
	return c.setReadLocked(t)
}

func (c *lazyConn) setReadLocked(t time.Time) error {
	c.read.timer = t
	return c.TCPConn.SetReadDeadline(t)
}

// SetWriteDeadline sets one besides the limit on taking nothing, which always holds.
func (c *lazyConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.write.want(t) {
		return nil
	}
	return c.setWriteLocked(t)
}

// setWriteLocked sets the timer, within the limit.
func (c *lazyConn) setWriteLocked(t time.Time) error {
	if limit := time.Now().Add(c.stall); t.After(limit) {
		t = limit
	}
	c.write.timer = t
	return c.TCPConn.SetWriteDeadline(t)
}

func (c *lazyConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
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
	return !c.read.over(time.Now()) && c.setReadLocked(c.read.wanted) == nil
}
