package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// Write sends all of b, however long that takes, unless the client takes nothing
// for so long that it is cut off, or a deadline that was set has gone by.
func (c *lazyConn) Write(b []byte) (int, error) {
	switch {
	case c.whole.begun:
		c.whole.begun = false
		c.whole.head = append(c.whole.head, b...)
		return len(b), nil
	case len(c.whole.head) > 0:
		return c.writeBoth(b)
	}
	return c.push(func() (int, error) {
		n, err := c.TCPConn.Write(b)
		b = b[n:]
		return n, err
	})
}

// ReadFrom keeps net/http from sending past Write.
func (c *lazyConn) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, r)
}

// push calls send, which goes on where it left off, until all is sent. Where that is
// at once it costs no more than a look at the timer. The clock is asked when the timer
// has run out: the time to take something counts from then, or from what was taken
// since.
func (c *lazyConn) push(send func() (int, error)) (sent int, err error) {
	if err := c.limit(); err != nil {
		return 0, err
	}
	var since time.Time
	for {
		n, err := send()
		sent += n
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) || !c.goesOn(n, &since) {
			return sent, err
		}
	}
}

// limit sees to it that a timer is set.
func (c *lazyConn) limit() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.write.timer.IsZero() {
		return nil
	}
	return c.setWriteLocked(time.Now().Add(c.stall))
}

// goesOn reports whether one who took n bytes until the timer ran out is waited for,
// and sets the timer for that.
func (c *lazyConn) goesOn(n int, since *time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if n > 0 || since.IsZero() {
		*since = now
	}
	until := since.Add(c.stall)
	if !now.Before(until) {
		_ = c.SetLinger(0) // nor need the system wait for it
		return false
	}
	if w := c.write.wanted; !w.IsZero() && w.Before(until) {
		until = w
	}
	return !c.write.over(now) && c.setWriteLocked(until) == nil
}

// piece is an answer that leaves in one. Only the goroutine that serves the
// connection touches it, and only within writeWhole it holds anything.
type piece struct {
	begun bool   // the next to be written is the head
	head  []byte // held back until the body comes
	parts [2][]byte
	left  net.Buffers // of parts
}

// writeBoth sends the head that is held back, and what follows it.
func (c *lazyConn) writeBoth(b []byte) (int, error) {
	w := &c.whole
	w.parts = [2][]byte{w.head, b}
	w.left = w.parts[:]
	sent, err := c.push(func() (int, error) {
		n, err := w.left.WriteTo(c.TCPConn)
		return int(n), err
	})
	sent = max(0, sent-len(w.head))
	w.head, w.parts, w.left = w.head[:0], [2][]byte{}, nil
	return sent, err
}

// release sends a head that no body followed.
func (c *lazyConn) release() {
	c.whole.begun = false
	if len(c.whole.head) == 0 {
		return
	}
	if _, err := c.writeBoth(nil); err != nil {
		_ = c.Close() // net/http, which took it for written, hears of it when it reads
	}
}

type connectionKey struct{}

// withConnection lets handlers find the connection that they answer on.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	if l, ok := c.(*lazyConn); ok {
		return context.WithValue(ctx, connectionKey{}, l)
	}
	return ctx // TLS, whose records leave as they are made
}

// wholeFrom is the size of a body, in bytes, from which net/http would send it and
// its head in two pieces: both go through 4 KB, and a head has less than 1 KB.
const wholeFrom = 3 << 10

// writeWhole writes a head with its Content-Length and all of the body. On a
// connection of Listener both leave by one system call, which costs the server less
// and wakes the client once: the head is held back until the body comes, and goes
// with it. When writeWhole returns nothing is held.
func writeWhole(w http.ResponseWriter, r *http.Request, body []byte) error {
	c, ok := r.Context().Value(connectionKey{}).(*lazyConn)
	if !ok || len(body) < wholeFrom {
		w.WriteHeader(http.StatusOK)
		_, err := w.Write(body)
		return err
	}
	rc := http.NewResponseController(w)
	c.whole.begun = true
	defer c.release()
	w.WriteHeader(http.StatusOK)
	if err := rc.Flush(); err != nil {
		return err
	}
	_, err := w.Write(body)
	if err == nil && len(c.whole.head) > 0 { // the body is short enough to wait in a buffer
		err = rc.Flush()
	}
	return err
}

// streamWriter answers on a stream of HTTP/2, where the limit of the connection is
// not enough: a client may take what comes on other streams and hold up this one by
// its window. The deadline moves with each part that it takes, and is none while
// there is nothing to take.
type streamWriter struct {
	http.ResponseWriter
	rc    *http.ResponseController
	stall time.Duration
}

// streamPart is how many bytes must be taken before the deadline.
const streamPart = 32 << 10

// onStream has a handler answer by a streamWriter where it is asked by HTTP/2. What
// waits in buffers when it is done has a deadline too.
func onStream(w http.ResponseWriter, stall time.Duration, answer func(http.ResponseWriter)) {
	s := &streamWriter{w, http.NewResponseController(w), stall}
	answer(s)
	s.limit(stall)
}

func (w *streamWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// limit sets the deadline; 0 takes it away.
func (w *streamWriter) limit(d time.Duration) {
	var at time.Time
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = w.rc.SetWriteDeadline(at) // a stream that has ended needs none
}

func (w *streamWriter) Write(b []byte) (sent int, err error) {
	defer w.limit(0)
	for {
		w.limit(w.stall)
		n, err := w.ResponseWriter.Write(b[:min(len(b), streamPart)])
		sent, b = sent+n, b[n:]
		if err != nil || len(b) == 0 {
			return sent, err
		}
	}
}

// FlushError sends what waits in buffers.
func (w *streamWriter) FlushError() error {
	w.limit(w.stall)
	defer w.limit(0)
	return w.rc.Flush()
}
