package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"

	"yiping/geo/snapshot"
)

// Media types.
const (
	typeJSON       = "application/json"
	typeGeoJSON    = "application/geo+json"
	typeMergePatch = "application/merge-patch+json" // RFC 7396
	typeSVG        = "image/svg+xml"
	typePNG        = "image/png"
	typeHTML       = "text/html; charset=utf-8"
	typeDOCX       = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeMVT        = "application/vnd.mapbox-vector-tile"
)

// gzipFrom is the size in bytes from which a body is worth compressing: below
// it the answer fits one packet either way.
const gzipFrom = 1200

// gzipOnceFrom is the same for an answer that nobody will ask for again: below
// it compressing takes longer than sending what it saves.
const gzipOnceFrom = 16 << 10

// reply is a finished body, shared by every request for it.
type reply struct {
	mediaType string
	raw       []byte
	tag       string // hash of raw, without quotes: it tells two versions apart, and need not withstand anybody
	zip       func() []byte
	zipFrom   int
	policy    string // Content-Security-Policy, where it needs one
	weak      bool   // the tag holds for bodies that differ in a moment alone
}

func newReply(mediaType string, raw []byte) *reply {
	a := &reply{mediaType: mediaType, raw: raw, tag: hashed(raw), zipFrom: gzipFrom}
	a.zip = sync.OnceValue(func() []byte { return compress(raw) })
	return a
}

// hashed gives the tag of a body.
func hashed(body []byte) string {
	return tagOf(xxhash.Sum64(body))
}

func tagOf(sum uint64) string { return strconv.FormatUint(sum, 36) }

// Zippers are used again: to make one takes longer than to compress a short answer.
// The quick ones are for what is sent once: they leave some 15 ％ more to send for two
// thirds of the time.
var zippers, quickZippers = zippersOf(5), zippersOf(gzip.BestSpeed)

func zippersOf(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, level)
		if err != nil {
			panic(err) // the level is one
		}
		return z
	}}
}

// zipper lends a writer that compresses; put it back into zippers.
func zipper(to io.Writer) *gzip.Writer {
	z := zippers.Get().(*gzip.Writer)
	z.Reset(to)
	return z
}

func compress(raw []byte) []byte {
	var b bytes.Buffer
	return compressed(&b, raw, zippers)
}

// compressed gives what a body is compressed to, as long as the buffer lasts; nil
// where it cannot be.
func compressed(to *bytes.Buffer, raw []byte, by *sync.Pool) []byte {
	z := by.Get().(*gzip.Writer)
	defer by.Put(z)
	z.Reset(to)
	if _, err := z.Write(raw); err != nil {
		return nil
	}
	if z.Close() != nil {
		return nil
	}
	return to.Bytes()
}

// room is where to make an answer that is made, sent and forgotten; it is used again.
type room struct{ bytes.Buffer }

var rooms = sync.Pool{New: func() any { return new(room) }}

// mostRoom is the most room that is kept for the next answer.
const mostRoom = 2 * held

// free gives the room back, of which nothing may be used any more.
func (b *room) free() {
	if b.Cap() <= mostRoom {
		b.Reset()
		rooms.Put(b)
	}
}

// write answers with the body, its ETag and length, or with 304.
func (a *reply) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Content-Type"] = []string{a.mediaType}
	vary(h)
	if a.policy != "" {
		h.Set("Content-Security-Policy", a.policy)
	}
	body, etag := a.raw, `"`+a.tag+`"`
	if len(a.raw) >= a.zipFrom && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if z := a.zip(); z != nil {
			body, etag = z, `"`+a.tag+`-gzip"`
			h["Content-Encoding"] = gzipCoding
		}
	}
	if a.weak {
		etag = "W/" + etag
	}
	writeBody(w, r, body, etag)
}

// vary says of an answer that it may be gzip coded, and that it is to be asked for
// again each time unless something else was said.
func vary(h http.Header) {
	if len(h["Vary"]) == 0 {
		h["Vary"] = varyCoding
	} else {
		h.Add("Vary", "Accept-Encoding")
	}
	if len(h["Cache-Control"]) == 0 {
		h["Cache-Control"] = revalidate
	}
}

// writeBody ends an answer whose other headers are set.
func writeBody(w http.ResponseWriter, r *http.Request, body []byte, etag string) {
	h := w.Header()
	values := &[2]string{etag, strconv.Itoa(len(body))}
	h["Etag"] = values[0:1:1]
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Length"] = values[1:2:2]
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	_ = writeWhole(w, r, body) // a client that has gone needs no answer
}

// matches reads If-None-Match by weak comparison (RFC 9110 §13.1.2), since a
// proxy on the way may have weakened our strong tag.
func matches(header, etag string) bool {
	if header == "" {
		return false
	}
	etag = strings.TrimPrefix(etag, "W/")
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == etag {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3).
func acceptsGzip(header string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		coding = strings.TrimSpace(coding)
		if !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		ok := true
		if name, q, found := strings.Cut(strings.TrimSpace(params), "="); found && strings.EqualFold(name, "q") {
			v, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			ok = err == nil && v > 0
		}
		if coding != "*" {
			return ok
		}
		star = ok
	}
	return star
}

// Bounds of the memory of replies.
const (
	memoEntries = 1024
	memoBytes   = 64 << 20
)

// memo remembers answers for one snapshot, so that a hundred walls asking the
// same after a change cost one computation.
type memo struct {
	mu      sync.Mutex
	of      *snapshot.Snapshot
	entries map[string]*memoEntry
	bytes   int
}

type memoEntry struct {
	once  sync.Once
	reply *reply
	err   error
}

// get gives the remembered answer, or makes it; those who ask meanwhile wait
// for the one that makes it. A failure is not remembered: it may be the one
// client's that went away, or the store's of a moment.
func (m *memo) get(s *snapshot.Snapshot, key string, fill func() (*reply, error)) (*reply, error) {
	return m.wait(s, key, m.entry(s, key), fill)
}

// wait gives what an entry comes to. Who waited for one whose client left makes the
// answer anew.
func (m *memo) wait(s *snapshot.Snapshot, key string, e *memoEntry, fill func() (*reply, error)) (*reply, error) {
	for {
		own := false
		e.once.Do(func() {
			own = true
			e.err = internalProblem() // stands if fill panics
			defer m.settle(key, e)
			e.reply, e.err = fill()
		})
		if own || !errors.Is(e.err, context.Canceled) && !errors.Is(e.err, context.DeadlineExceeded) {
			return e.reply, e.err
		}
		e = m.entry(s, key)
	}
}

// settle counts an entry that was made, and lets go of one that failed.
func (m *memo) settle(key string, e *memoEntry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.entries[key] != e: // of a snapshot that has gone
	case e.err != nil:
		delete(m.entries, key)
	default:
		m.bytes += len(e.reply.raw)
	}
}

func (m *memo) entry(s *snapshot.Snapshot, key string) *memoEntry {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of != s || len(m.entries) >= memoEntries || m.bytes > memoBytes {
		m.of, m.entries, m.bytes = s, map[string]*memoEntry{}, 0
	}
	e := m.entries[key]
	if e == nil {
		e = &memoEntry{}
		m.entries[key] = e
	}
	return e
}

// newReplyOf makes a reply of a value's JSON.
func newReplyOf(mediaType string, v any) (*reply, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return newReply(mediaType, raw), nil
}
