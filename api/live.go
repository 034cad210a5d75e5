package api

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/live"
)

// live streams what changes as server-sent events. since= or Last-Event-ID, the
// later of which is the header, names the cursor to resume from.
func (s *server) live(w http.ResponseWriter, r *http.Request) {
	l, err := s.listen(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer l.close()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	stamp(h, l.sub.Cursor, l.sub.Revision)
	st := &stream{w: w, rc: http.NewResponseController(w), district: l.district, hidden: func() (live.Hidden, error) { return s.hidden(l) }}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	// The server's limit on reading a request must not end a stream. That on taking
	// what is sent holds for it as well.
	_ = st.rc.SetReadDeadline(time.Time{}) // where it cannot be set none is set
	// The client's going is no failure; anything else ends the stream too, and
	// the client resumes.
	if err := st.run(r, l, s.Heartbeat); err != nil && r.Context().Err() == nil {
		s.Logger.Debug("a live stream ended", "error", err)
	}
}

// listener is a client that listens, by stream or by long poll.
type listener struct {
	sub      *live.Subscription
	since    geo.Cursor
	district string
	request  *http.Request
	id       string // who listens, "" = nobody
	values   url.Values
	leave    func() // gives back its place among the streams of the client
}

func (l *listener) close() {
	l.sub.Close()
	l.leave()
}

// listen begins to listen; more names parameters besides since and district.
func (s *server) listen(r *http.Request, more ...string) (*listener, error) {
	values, err := parameters(r, append([]string{"since", "district"}, more...))
	if err != nil {
		return nil, err
	}
	k, err := s.look(r)
	if err != nil {
		return nil, err
	}
	q := &query{snap: s.through(k, k.whole, nil), values: values}
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	since := geo.Cursor(r.Header.Get("Last-Event-ID"))
	if since == "" {
		since = geo.Cursor(q.text("since"))
	}
	i, err := s.identify(r, time.Now())
	if err != nil {
		i = nobody // who asks did not matter, else look would have refused
	}
	client := i.id
	if client == "" {
		client = s.clientKey(r)
	}
	leave, err := s.streams.enter(client, s.Streams)
	if err != nil {
		return nil, err
	}
	return &listener{s.Hub.Subscribe(since), since, d.Code, r, i.id, values, leave}, nil
}

// recheck is how often it is asked whether who listens still may.
const recheck = time.Second

var errSignedOut = errors.New("the listener has signed out, or may not read any more")

// hidden gives what the listener may not see by now; an error ends the stream: who
// has signed out, on whatever node, hears no more.
func (s *server) hidden(l *listener) (live.Hidden, error) {
	now := time.Now()
	if l.id != "" {
		if i, err := s.identify(l.request, now); err != nil || i.id != l.id {
			return live.Hidden{}, errSignedOut
		}
	}
	g, err := s.sightOf(l.request, s.Follower.Current(), now)
	if err != nil {
		return live.Hidden{}, errSignedOut
	}
	return g.Hidden, nil
}

// stream writes events to one connection.
type stream struct {
	w        http.ResponseWriter
	rc       *http.ResponseController
	district string
	hidden   func() (live.Hidden, error)
	buf      []byte
}

var errCut = errors.New("the listener was too slow or the service is closing")

func (st *stream) run(r *http.Request, l *listener, beat time.Duration) error {
	if err := st.greet(l); err != nil {
		return err
	}
	for _, e := range l.sub.Missed {
		if err := st.event(e); err != nil {
			return err
		}
	}
	heart, watch := time.NewTicker(beat), time.NewTicker(recheck)
	defer heart.Stop()
	defer watch.Stop()
	for {
		select {
		case e, ok := <-l.sub.Events:
			if !ok {
				return errCut
			}
			if !l.sub.News(e) {
				continue
			}
			if err := st.event(e); err != nil {
				return err
			}
		case <-heart.C:
			if err := st.send([]byte(": alive\n\n")); err != nil {
				return err
			}
		case <-watch.C:
			if _, err := st.hidden(); err != nil {
				return err
			}
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}

// greet says where the stream begins. It carries an id only when the client
// named no cursor: else one that breaks off before the missed events have
// arrived would take them for received.
func (st *stream) greet(l *listener) error {
	b := append(st.buf[:0], "retry: 2000\nevent: hello\n"...)
	if l.since == "" {
		b = appendID(b, l.sub.Cursor)
	}
	b = append(b, `data: {"cursor":`...)
	b = jsontext.AppendString(b, string(l.sub.Cursor))
	b = append(b, `,"revision":`...)
	b = append(b, utoa(l.sub.Revision)...)
	b = append(b, "}\n\n"...)
	st.buf = b
	if err := st.send(b); err != nil {
		return err
	}
	if s := l.sub.State; s != nil && s.State.Store == live.StoreAway {
		return st.event(s)
	}
	return nil
}

func appendID(b []byte, c geo.Cursor) []byte {
	b = append(b, "id: "...)
	b = append(b, c...)
	return append(b, '\n')
}

func (st *stream) event(e *live.Event) error {
	h, err := st.hidden()
	if err != nil {
		return err
	}
	body, err := e.Body(st.district, h)
	if err != nil {
		return err
	}
	b := append(st.buf[:0], "event: "...)
	b = append(b, e.Kind.String()...)
	b = append(b, '\n')
	if e.Kind != live.StateEvent {
		b = appendID(b, e.Cursor)
	}
	b = append(b, "data: "...)
	b = append(b, body...)
	b = append(b, "\n\n"...)
	st.buf = b
	return st.send(b)
}

func (st *stream) send(b []byte) error {
	if _, err := st.w.Write(b); err != nil {
		return err
	}
	return st.rc.Flush()
}
