package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/gzip"

	"yiping/api/ogc"
	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// features answers as OGC API – Features.
func (s *server) ogc(w http.ResponseWriter, r *http.Request) {
	k, err := s.look(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	snap := s.through(k, k.whole, nil)
	if path, ok := quadTile(strings.TrimPrefix(r.URL.Path, s.BasePath+ogcPath), snap); ok {
		if err := quadFault(path); err != nil {
			s.fail(w, r, err)
			return
		}
		all := strings.HasPrefix(r.URL.Path, s.BasePath+ogcPath+"/tiles/") // it holds those layers that the reader sees
		s.fastTile(w, r, path, k.personal && all)
		return
	}
	stamp(w.Header(), snap.Cursor(), snap.Revision())
	server, _ := s.Store.(geo.LayerServer)
	q := ogc.Request{Context: r.Context(), Server: server, Snapshot: snap, Root: s.origin(r) + ogcPath, Path: sentBelow(r.URL, s.BasePath+ogcPath),
		RawQuery: r.URL.RawQuery, Accept: r.Header.Get("Accept"), English: english(r), Editable: editableLayer, Access: s.ogcAccess(r), Now: time.Now()}
	a, err := s.features.Answer(q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h["Vary"] = varyByReader[:1:1]
	k.private(h)
	values := &[2]string{a.Language, a.ContentCRS}
	h["Content-Language"] = values[0:1:1]
	if a.ContentCRS != "" {
		h["Content-Crs"] = values[1:2:2]
	}
	out := &opening{w: w, r: r, mediaType: a.MediaType, version: a.Version, tag: func() string { return s.stateTag(k, r, a) }, stamp: a.Stamp}
	if strings.HasPrefix(a.MediaType, "text/html") {
		out.policy = sheetPolicy(ogc.StyleHash(), s.FrameAncestors)
	}
	err = out.finish(a.Write(out))
	if err != nil && !errors.Is(err, errEnough) {
		s.fail(w, r, err)
	}
}

var varyByReader = []string{"Accept, Accept-Language"}

// sentBelow gives what of a path follows another, as it was sent: unescaped, a slash
// within an id could not be told from one beside it.
func sentBelow(u *url.URL, above string) string {
	parts := strings.Split(u.EscapedPath(), "/")
	return "/" + strings.Join(parts[min(strings.Count(above, "/")+1, len(parts)):], "/")
}

// ogcAccess is for the definition of OGC API.
func (s *server) ogcAccess(r *http.Request) func() ogc.Access {
	return func() ogc.Access {
		return ogc.Access{Schemes: securitySchemes(s.cookieName(r)), Read: s.security(byReaders), Write: s.security(byWriters)}
	}
}

// quadTile gives what /tiles/ calls a tile that OGC API – Tiles (20-057) calls
// …/tiles/WebMercatorQuad/{z}/{row}/{col}, the row before the column.
func quadTile(path string, s *snapshot.Snapshot) (string, bool) {
	before, address, ok := strings.Cut(path, "/tiles/"+ogc.Quad+"/")
	at := strings.Split(address, "/")
	if !ok || len(at) != 3 {
		return "", false
	}
	layers, ok := strings.CutPrefix(before, "/collections/")
	if l, there := s.Layer(geo.LayerID(layers)); ok && there && l.Decl().Geometry == geo.NoGeometry {
		return "", false
	}
	if before == "" {
		layers, ok = strings.Join(names(ogc.InTiles(s)), ","), true
	}
	return layers + "/" + at[0] + "/" + at[2] + "/" + at[1] + ".mvt", ok
}

// quadFault says what is wrong with the address of a tile, in the words of that
// standard.
func quadFault(path string) error {
	var beyond *tiles.RangeError
	if _, _, err := parseTile(path); !errors.As(err, &beyond) {
		return nil
	}
	return tileOutOfRange(beyond).in(map[string]string{"z": "tileMatrix", "x": "tileCol", "y": "tileRow"}[beyond.Part])
}

// ogcPath is where OGC API lives below the base path.
const ogcPath = "/ogc"

// stateTag names an answer by what it depends on, where it is too long to be
// hashed before it is sent. It holds for this process only.
func (s *server) stateTag(k look, r *http.Request, a *ogc.Answer) string {
	sum := sha256.New()
	for _, part := range []string{s.born, string(k.whole.Cursor()), utoa(k.whole.Revision()), k.Key, s.origin(r), r.URL.RequestURI(), a.MediaType, a.Language} {
		sum.Write([]byte(part + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// held is how much of an answer is held back: a shorter one has its length and
// the hash of its bytes, and a failure in it still becomes a problem document.
const held = 256 << 10

// errEnough ends an answer that nobody wants the rest of.
var errEnough = errors.New("the rest is not wanted")

// opening holds the beginning of an answer back, and sends it on when it grows.
type opening struct {
	w         http.ResponseWriter
	r         *http.Request
	mediaType string
	policy    string
	version   uint64        // of the feature that the answer is; 0: it is none
	tag       func() string // of a long answer
	stamp     string        // what the tag passes over: the answer is the same, made at another moment; its tag is weak then
	buf       *room
	zip       *gzip.Writer
	begun     bool
}

// Write takes a part of the body.
func (o *opening) Write(b []byte) (int, error) {
	if o.begun {
		return o.send(b)
	}
	if o.buf == nil {
		o.buf = rooms.Get().(*room)
	}
	o.buf.Write(b)
	if o.buf.Len() <= held {
		return len(b), nil
	}
	if err := o.begin(); err != nil {
		return 0, err
	}
	_, err := o.send(o.buf.Bytes())
	o.buf.free()
	o.buf = nil
	return len(b), err
}

func (o *opening) send(b []byte) (int, error) {
	if o.zip != nil {
		return o.zip.Write(b)
	}
	return o.w.Write(b)
}

// begin sends the head of a long answer.
func (o *opening) begin() error {
	o.begun = true
	h := o.w.Header()
	h.Set("Content-Type", o.mediaType)
	vary(h)
	if o.policy != "" {
		h.Set("Content-Security-Policy", o.policy)
	}
	tag := o.tag()
	if o.version > 0 {
		tag = versionTag(o.version, tag)
	}
	etag, zipped := strconv.Quote(tag), acceptsGzip(o.r.Header.Get("Accept-Encoding"))
	if zipped {
		etag = strconv.Quote(tag + "-gzip")
	}
	if o.stamp != "" {
		etag = "W/" + etag
	}
	h.Set("ETag", etag)
	if matches(o.r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Type")
		o.w.WriteHeader(http.StatusNotModified)
		return errEnough
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	o.w.WriteHeader(http.StatusOK)
	if o.r.Method == http.MethodHead {
		return errEnough
	}
	if zipped {
		o.zip = zipper(o.w)
	}
	return nil
}

// finish ends the answer: a short one is sent only now. When a long one fails,
// half of it is out, and the connection must break so that the client sees it.
func (o *opening) finish(err error) error {
	switch {
	case errors.Is(err, errEnough):
		return err
	case err != nil && o.begun:
		panic(http.ErrAbortHandler)
	case err != nil:
		return err
	case !o.begun:
		o.short()
	case o.zip != nil:
		if o.zip.Close() != nil {
			panic(http.ErrAbortHandler)
		}
		zippers.Put(o.zip)
	}
	return nil
}

// short sends an answer that was held back whole.
func (o *opening) short() {
	if o.buf == nil {
		o.buf = rooms.Get().(*room)
	}
	defer o.buf.free()
	raw := o.buf.Bytes()
	a := reply{mediaType: o.mediaType, raw: raw, zipFrom: gzipFrom, policy: o.policy, weak: o.stamp != ""}
	sum := xxhash.New()
	if at := bytes.Index(raw, []byte(o.stamp)); at >= 0 && a.weak {
		_, _ = sum.Write(raw[:at]) // a hash takes everything
		raw = raw[at+len(o.stamp):]
	}
	_, _ = sum.Write(raw)
	a.tag = tagOf(sum.Sum64())
	if o.version > 0 {
		a.tag = versionTag(o.version, a.tag)
	}
	z := rooms.Get().(*room)
	defer z.free()
	a.zip = func() []byte { return compressed(&z.Buffer, a.raw, quickZippers) }
	a.write(o.w, o.r)
}
