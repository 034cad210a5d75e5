package api

import (
	"encoding/json"
	"net/http"
	"time"

	"yiping/geo"
	"yiping/geo/live"
)

// mostWait is how many seconds a long poll stays open without news, where wait=
// asks for no less. Gateways commonly cut at 30 s.
const mostWait = 25

type changesBody struct {
	Cursor geo.Cursor      `json:"cursor"` // give it as since= next time
	Events []pollEvent     `json:"events"`
	Store  live.StoreState `json:"store"`
}

type pollEvent struct {
	Event string          `json:"event"` // change or reload, as on the stream
	Data  json.RawMessage `json:"data" schema:"News"`
}

// changes is the live stream for those whose network lets no stream through: it
// answers once there is news since the cursor, or after 25 s without; with wait=
// after so many seconds.
func (s *server) changes(w http.ResponseWriter, r *http.Request) {
	l, err := s.listen(r, "wait")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer l.close()
	wait, err := (&query{values: l.values}).number("wait", mostWait, 0, mostWait)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	events := l.sub.Missed
	if len(events) == 0 && l.since != "" && r.Method != http.MethodHead {
		events = l.await(r, time.Duration(wait)*time.Second)
	}
	hidden, err := s.hidden(l)
	if err != nil {
		s.fail(w, r, unauthorized("", geo.Text{ZH: "登录已结束", EN: "The session has ended"}))
		return
	}
	b := changesBody{Cursor: l.sub.Cursor, Events: []pollEvent{}, Store: storeState(s.Follower.Health())}
	if l.since != "" {
		b.Cursor = l.since
	}
	for _, e := range events {
		if e.Kind == live.StateEvent {
			continue
		}
		data, err := e.Body(l.district, hidden)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		b.Cursor = e.Cursor
		b.Events = append(b.Events, pollEvent{e.Kind.String(), data})
	}
	stamp(w.Header(), b.Cursor, l.sub.Revision)
	s.plain(w, r, b)
}

// await gives the first news, none when the time is up. A change of the store's
// state is news too, told by the answer's store member.
func (l *listener) await(r *http.Request, most time.Duration) []*live.Event {
	timer := time.NewTimer(most)
	defer timer.Stop()
	for {
		select {
		case e, ok := <-l.sub.Events:
			if !ok {
				return nil
			}
			if l.sub.News(e) {
				return []*live.Event{e}
			}
		case <-timer.C:
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
}
