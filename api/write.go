package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/mux"

	"yiping/geo"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// Bounds of what is entered.
const (
	entryBytes    = 1 << 20
	readingsBytes = 8 << 20
	featureBytes  = 32 << 20 // a boundary of half a million vertices
	keyBytes      = 200      // of an idempotency key
)

// writing is one line of the table of routes that write.
type writing struct {
	name, method, path string
	rights             []geo.Right // any of these; what depends on the body the act asks for itself
	params             []string
	bytes              int64    // most that a body may have; 0 = entryBytes
	media              []string // of bodies; nil = JSON
	act                act
}

// act makes the edits of a request from one snapshot. It changes nothing itself:
// when the store has moved on meanwhile it is asked again with a newer snapshot.
type act func(*entry) (outcome, error)

// entry is one request to write.
type entry struct {
	*query
	by        *identity
	desk      *reporting.Desk
	now       time.Time
	key       string // idempotency key; "" = none
	head      http.Header
	mustMatch bool // features are changed with If-Match only
	body      []byte
	// digest stands for method, path, parameters and body, see digestOf.
	digest string
}

// outcome is what an act wants done. Without edits nothing was left to do.
type outcome struct {
	edits []geo.Edit
	rows  []int  // place in the body that each edit comes from; nil = there is only one
	key   string // idempotency key in the body; "" = that of the header
	note  string // why, for history
	said  string // parameter that the note is the text of; "" = none is
	// answer is what is answered; nil = a receipt alone.
	answer answered
	// landed adds to the answer what only the store knows; nil = nothing.
	landed func(geo.Result)
	// made gives the address of what was created, for 201; nil = nothing was.
	made func(geo.Result) string
	// overtaken is what a conflict that stays is told as; nil = as the store says.
	overtaken error
}

// receipt is what every answer to a write says.
type receipt struct {
	Cursor   geo.Cursor `json:"cursor"`
	Visible  bool       `json:"visible"` // this node shows it already
	Changed  bool       `json:"changed"`
	Replayed bool       `json:"replayed,omitempty"` // it had landed before, under the same key
}

// answered is an answer with a receipt in it.
type answered interface{ signed() *receipt }

func (r *receipt) signed() *receipt { return r }

// writings is the table of routes that write.
func writings() []writing {
	report, approve := []geo.Right{geo.MayReport}, []geo.Right{geo.MayApprove}
	record, rule := []geo.Right{geo.MayRecord}, []geo.Right{geo.MayRule}
	return []writing{
		{name: "put report", method: http.MethodPut, path: "/api/reports/{layer}/{id}/{date}", rights: report, act: putReport},
		{name: "drop report", method: http.MethodDelete, path: "/api/reports/{layer}/{id}/{date}", rights: report, params: []string{"correction"}, act: dropReport},
		{name: "move period", method: http.MethodPost, path: "/api/periods", rights: []geo.Right{geo.MayReport, geo.MayApprove}, act: movePeriod},
		{name: "add record", method: http.MethodPost, path: "/api/records/{layer}/{id}", rights: record, act: records.add},
		{name: "put record", method: http.MethodPut, path: "/api/records/{layer}/{id}/{row}", rights: record, act: records.put},
		{name: "add milestone", method: http.MethodPost, path: "/api/milestones/{layer}/{id}", rights: report, act: milestones.add},
		{name: "put milestone", method: http.MethodPut, path: "/api/milestones/{layer}/{id}/{row}", rights: report, act: milestones.put},
		{name: "rule", method: http.MethodPost, path: "/api/rulings/{layer}/{id}", rights: rule, act: ruleOver},
		{name: "end ruling", method: http.MethodPost, path: "/api/rulings/{layer}/{id}/end", rights: rule, act: endRuling},
		{name: "handle warning", method: http.MethodPost, path: "/api/warnings/{layer}/{id}", rights: []geo.Right{geo.MayHandle, geo.MayConfirm}, act: handleWarning},
		{name: "push readings", method: http.MethodPost, path: "/api/readings", rights: []geo.Right{geo.MayPush}, bytes: readingsBytes, act: pushReadings},
		{name: "carry over", method: http.MethodPost, path: "/api/registers/{year}", rights: approve, act: carryOver},
		{name: "issue bulletin", method: http.MethodPost, path: "/api/bulletins", rights: []geo.Right{geo.MayIssue}, act: issueBulletin},
		{name: "set date", method: http.MethodPut, path: "/api/districts/{district}/date", rights: approve, act: setDate},
		{name: "issue plan", method: http.MethodPut, path: "/api/plans/{layer}/{id}/{year}", rights: approve, act: issuePlan},
		{name: "create feature", method: http.MethodPost, path: itemsPath, rights: editing, media: []string{typeGeoJSON, typeJSON}, bytes: featureBytes, act: createFeature},
		{name: "replace feature", method: http.MethodPut, path: itemPath, rights: editing, media: []string{typeGeoJSON, typeJSON}, bytes: featureBytes, act: replaceFeature},
		{name: "update feature", method: http.MethodPatch, path: itemPath, rights: editing, media: []string{typeMergePatch, typeGeoJSON, typeJSON}, bytes: featureBytes, act: updateFeature},
		{name: "delete feature", method: http.MethodDelete, path: itemPath, rights: editing, act: deleteFeature},
	}
}

// write makes the handler of a route that writes.
func (s *server) write(wr writing) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := s.enter(w, r, &wr)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		raw, err := json.Marshal(body)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", typeJSON)
		h.Set("Cache-Control", "no-store")
		status := http.StatusOK
		if h.Get("Location") != "" {
			status = http.StatusCreated
		}
		w.WriteHeader(status)
		_, _ = w.Write(raw) // a client that has gone needs no answer
	}
}

// enter does the whole of a request to write and gives the answer.
func (s *server) enter(w http.ResponseWriter, r *http.Request, wr *writing) (answered, error) {
	if err := s.sameOrigin(r); err != nil {
		return nil, err
	}
	server, _ := s.Store.(geo.LayerServer)
	e := &entry{query: &query{ctx: r.Context(), server: server, vars: mux.Vars(r), path: r.URL.Path, origin: s.origin(r)}, now: time.Now(), head: r.Header, mustMatch: s.RequireMatch}
	var err error
	if e.by, err = s.writer(r, e.now); err != nil {
		return nil, err
	}
	if err := e.need(wr.rights...); err != nil {
		return nil, err
	}
	if e.values, err = parameters(r, wr.params); err != nil {
		return nil, err
	}
	if e.key, err = idempotencyKey(r); err != nil {
		return nil, err
	}
	if e.body, err = readBody(w, r, wr); err != nil {
		return nil, err
	}
	e.digest = digestOf(r, e.values, e.body)
	snap, err := s.snapshot(r)
	if err != nil {
		return nil, err
	}
	if err := s.see(e, snap); err != nil {
		return nil, err
	}
	return s.land(r.Context(), w.Header(), e, wr, snap)
}

// see says what a writer may see, who writes by everything that is known: a period
// that is hidden is sealed all the same. A token that writes need not read.
func (s *server) see(e *entry, snap *snapshot.Snapshot) error {
	if e.by.user == nil {
		return nil
	}
	if !e.by.allows(geo.MayRead) {
		return mayNotRead(e.by)
	}
	e.look = look{whole: snap, sight: s.sightsOf(snap).sight(e.by)}
	return nil
}

// attempts is how often an act is asked again when others write the same rows.
const attempts = 8

// land asks the act for its edits and applies them. A row that changed meanwhile
// is read again.
func (s *server) land(ctx context.Context, h http.Header, e *entry, wr *writing, snap *snapshot.Snapshot) (answered, error) {
	for n := 1; ; n++ {
		e.snap, e.desk = snap, reporting.New(snap, e.now)
		o, err := wr.act(e)
		if err != nil {
			return nil, err
		}
		res, err := s.apply(ctx, e, o)
		if errors.Is(err, geo.ErrKeyReused) {
			return nil, keyReused(o.key, e.key)
		}
		if stale(err) && n < attempts {
			if snap = s.newer(ctx, snap); snap != e.snap {
				continue
			}
		}
		if stale(err) && o.overtaken != nil {
			return nil, o.overtaken
		}
		if err != nil {
			return nil, o.place(err)
		}
		return s.landed(ctx, h, o, res), nil
	}
}

// place says in which row of the body an edit that the store refused was, and which
// parameter a note.
func (o *outcome) place(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) || e.Row == 0 && e.Field != "note" {
		return err
	}
	at := *e
	if e.Row == 0 {
		at.Field = o.said
		return &at
	}
	if at.Row = 0; e.Row <= len(o.rows) {
		at.Row = o.rows[e.Row-1]
	}
	return &at
}

// stale reports whether a batch met rows that others had changed or made
// meanwhile.
func stale(err error) bool { return geo.CodeOf(err) == geo.Conflict }

func (s *server) apply(ctx context.Context, e *entry, o outcome) (geo.Result, error) {
	if len(o.edits) == 0 {
		return geo.Result{Cursor: e.snap.Cursor()}, nil
	}
	key := cmp.Or(o.key, e.key)
	if key != "" {
		key = fmt.Sprintf("api:%d:%s:%s", len(e.by.id), e.by.id, key) // keys of two writers never meet, whatever is in them
	}
	return s.Store.Apply(ctx, geo.Batch{Actor: e.by.actor, Key: key, Digest: e.digest, Note: o.note, Edits: o.edits})
}

// digestOf tells one request from another by what it asks for, whatever snapshot
// its edits are made from.
func digestOf(r *http.Request, values url.Values, body []byte) string {
	asked := maps.Clone(values)
	asked.Del(minCursor)
	h := sha256.New()
	fmt.Fprintf(h, "%s %s?%s\n", r.Method, r.URL.Path, asked.Encode())
	h.Write(body)
	if system := r.Header.Get("Content-Crs"); system != "" { // the same numbers are another place
		fmt.Fprintf(h, "\n%s", system)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keyReused refuses an idempotency key, of the body or else of the header, that
// came with another request before (Idempotency-Key draft, section 2.7).
func keyReused(body, header string) *problem {
	key, where := header, "Idempotency-Key"
	if body != "" {
		key, where = body, "key"
	}
	return &problem{status: http.StatusUnprocessableEntity, kind: "key-reused", parameter: where,
		title: geo.Text{ZH: "幂等键已用过", EN: "The idempotency key was used before"},
		detail: detailf("幂等键“%s”已用于另一请求，本次内容没有写入；请原样重发该请求，或换用新键",
			"The idempotency key “%s” was used for another request, and nothing of this one was entered; send that one as it was, or draw a new key", key)}
}

// newer gives the snapshot after the one given, once it holds what the store has
// that this one has not; where that is nothing it gives the same.
func (s *server) newer(ctx context.Context, old *snapshot.Snapshot) *snapshot.Snapshot {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	if news, err := s.Store.Since(ctx, old.Cursor()); err == nil && !news.Empty() {
		_ = s.Follower.WaitFor(ctx, news.Cursor) // late, it is as it is
	}
	return s.Follower.Current()
}

// landed makes the answer of what is committed. That this node does not show it
// yet is no failure, and the client's going is none of the store's business.
func (s *server) landed(ctx context.Context, h http.Header, o outcome, res geo.Result) answered {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	body := o.answer
	if body == nil {
		body = &receipt{}
	}
	if o.landed != nil && len(o.edits) > 0 && len(res.IDs) == len(o.edits) {
		o.landed(res)
	}
	if o.made != nil && len(res.IDs) > 0 {
		h.Set("Location", o.made(res))
	}
	*body.signed() = receipt{Cursor: res.Cursor, Visible: s.Follower.WaitFor(ctx, res.Cursor) == nil,
		Changed: len(o.edits) > 0 && !res.Replayed, Replayed: res.Replayed}
	h["Yiping-Cursor"] = []string{string(res.Cursor)}
	return body
}

// sameOrigin refuses what a page of another site makes a browser send.
func (s *server) sameOrigin(r *http.Request) error {
	c := http.NewCrossOriginProtection()
	if s.PublicURL != "" {
		if err := c.AddTrustedOrigin(originAlone(s.PublicURL)); err != nil {
			return err
		}
	}
	if c.Check(r) == nil {
		return nil
	}
	return &problem{status: http.StatusForbidden, kind: "cross-origin", title: geo.Text{ZH: "跨站写入", EN: "Writing across sites"},
		detail: geo.Text{ZH: "不接受由其他网站的页面发起的写入", EN: "Writes that a page of another site begins are not accepted"}}
}

// originAlone leaves out a path behind scheme and host.
func originAlone(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func idempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > keyBytes {
		return "", badParameter("Idempotency-Key", detailf("幂等键最长 %d 字节", "The idempotency key has at most %d bytes", keyBytes))
	}
	if !utf8.ValidString(key) {
		return "", badParameter("Idempotency-Key", geo.Text{ZH: "幂等键不是 UTF-8 文字", EN: "The idempotency key is not UTF-8"})
	}
	return key, nil
}

// readBody reads a JSON body, bounded.
func readBody(w http.ResponseWriter, r *http.Request, wr *writing) ([]byte, error) {
	limit, media := cmp.Or(wr.bytes, entryBytes), wr.media
	if media == nil {
		media = []string{typeJSON}
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &problem{status: http.StatusRequestEntityTooLarge, kind: "too-large", title: geo.Text{ZH: "请求过大", EN: "Too large"},
			detail: detailf("请求体最大 %d 字节；请分批", "A body has at most %d bytes; send it in parts", limit)}
	case err != nil:
		return nil, badParameter("", geo.Text{ZH: "请求体没有收全", EN: "The body did not arrive whole"})
	case len(b) == 0:
		return b, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || !slices.Contains(media, kind) {
		all := strings.Join(media, ", ")
		return nil, &problem{status: http.StatusUnsupportedMediaType, kind: "media-type", parameter: "Content-Type", title: geo.Text{ZH: "请求体类型不支持", EN: "Unsupported media type"},
			detail: geo.Text{ZH: "请求体须为 " + all, EN: "Send " + all}}
	}
	return b, nil
}

// decode reads the body into v, a struct. What v has no field for is refused by
// its name.
func (e *entry) decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(e.body))
	d.DisallowUnknownFields()
	d.UseNumber()
	err := d.Decode(v)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return nil
		}
		return badBody("", "JSON 之后还有内容", "there is more behind the JSON")
	}
	return e.faultOf(err, v)
}

func badBody(field, zh, en string) *problem {
	return &problem{status: http.StatusBadRequest, kind: "bad-body", parameter: field, title: geo.Text{ZH: "请求体有误", EN: "The body is wrong"},
		detail: geo.Text{ZH: zh, EN: en}}
}

// missing refuses a body without a field it must have.
func missing(field string) *problem {
	return badBody(field, "缺“"+field+"”", "“"+field+"” is missing")
}

// target finds the feature of the path, within the writer's scope.
func (e *entry) target() (snapshot.Item, *geo.Layer, error) {
	i, err := e.item()
	if err != nil {
		return i, nil, err
	}
	l, err := e.layer()
	if err != nil {
		return i, nil, err
	}
	return i, l.Decl(), e.within(i)
}

// override lets proxies that know only GET and POST pass what PUT and DELETE do.
func override(r *http.Request) *http.Request {
	m := r.Header.Get("X-HTTP-Method-Override")
	if r.Method != http.MethodPost || m != http.MethodPut && m != http.MethodPatch && m != http.MethodDelete {
		return r
	}
	r = r.Clone(r.Context())
	r.Method = m
	return r
}

// allowed lists the methods that a path takes, for 405.
func (s *server) allowed(r *http.Request) string {
	var out []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		c := r.Clone(r.Context())
		c.Method = m
		var match mux.RouteMatch
		if s.router.Match(c, &match) && match.MatchErr == nil {
			out = append(out, m)
		}
	}
	return strings.Join(out, ", ")
}
