package api

import (
	"net/http"
	"time"

	"yiping/geo"
	"yiping/geo/live"
	"yiping/geo/snapshot"
)

type aliveBody struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

// healthz says that the process answers, nothing more.
func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	s.plain(w, r, aliveBody{"ok", s.Version})
}

type readyBody struct {
	Status   string          `json:"status"` // ok, or degraded: answering from the last snapshot
	Detail   geo.Text        `json:"detail,omitzero"`
	Store    live.StoreState `json:"store"`
	Cursor   geo.Cursor      `json:"cursor"`
	Revision uint64          `json:"revision"`
	Faults   []geo.Fault     `json:"faults"`
	Version  string          `json:"version"`
}

// readyz says whether requests can be answered: not before the first load;
// degraded, but ready, while the store is away or at fault.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	snap, health := s.Follower.Current(), s.Follower.Health()
	if snap == nil {
		p := notLoaded()
		if health.Away {
			p.detail = geo.Text{ZH: "数据库暂时无法访问，数据尚未载入", EN: "The store cannot be reached; nothing has been loaded yet"}
		}
		writeProblem(w, r, p)
		return
	}
	b := readyBody{Status: "ok", Store: storeState(health), Cursor: snap.Cursor(), Revision: snap.Revision(),
		Faults: s.faults(r, snap), Version: s.Version}
	switch {
	case health.Away:
		b.Status = "degraded"
		b.Detail = detailf("自 %[1]s 起无法访问数据库，正在使用最后载入的数据", "The store has not answered since %[1]s; the last data is served",
			health.Since.Format(time.RFC3339))
	case len(b.Faults) > 0:
		b.Status = "degraded"
		b.Detail = geo.Text{ZH: "数据库有故障项，见 faults", EN: "The store has standing faults, see faults"}
	}
	stamp(w.Header(), snap.Cursor(), snap.Revision())
	s.plain(w, r, b)
}

// faults are those that the reader may hear of.
func (s *server) faults(r *http.Request, snap *snapshot.Snapshot) []geo.Fault {
	out := []geo.Fault{}
	for _, f := range snap.Faults() {
		g, err := s.sightOf(r, snap, time.Now())
		if err != nil || g.Layers[f.Layer] {
			f = geo.Fault{Message: "a fault of what is closed to you", Mend: "yiping doctor"}
		}
		out = append(out, f)
	}
	return out
}

func storeState(h live.Health) live.StoreState {
	if h.Away {
		return live.StoreState{Store: live.StoreAway, Since: h.Since}
	}
	return live.StoreState{Store: live.StoreOK, Since: h.Since}
}

// plain answers with JSON that is not to be kept.
func (s *server) plain(w http.ResponseWriter, r *http.Request, v any) {
	a, err := newReplyOf(typeJSON, v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	a.write(w, r)
}
