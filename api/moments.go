package api

import (
	"net/http"
	"sync"

	"yiping/geo"
)

// mostMoments is how many other days and pasts one client may have computed at a
// time. All that a screen asks of one moment counts as one; what is computed is
// shared, and computed one after another.
const mostMoments = 8

// moments counts what clients wait for. The zero value is ready.
type moments struct {
	mu sync.Mutex
	of map[string]map[clock]int // by client: how many ask for each moment
}

// enter counts a client that asks for a moment until done is called; it refuses one
// who asks for too many at a time.
func (m *moments) enter(client string, c clock) (done func(), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.known = c.known.UTC() // one moment written in two zones is one
	if m.of == nil {
		m.of = map[string]map[clock]int{}
	}
	asked := m.of[client]
	if asked == nil {
		asked = map[clock]int{}
		m.of[client] = asked
	}
	if asked[c] == 0 && len(asked) >= mostMoments {
		return nil, tooManyMoments()
	}
	asked[c]++
	return func() { m.leave(client, c) }, nil
}

func (m *moments) leave(client string, c clock) {
	m.mu.Lock()
	defer m.mu.Unlock()
	asked := m.of[client]
	if asked[c]--; asked[c] == 0 {
		delete(asked, c)
	}
	if len(asked) == 0 {
		delete(m.of, client)
	}
}

func tooManyMoments() *problem {
	return &problem{status: http.StatusTooManyRequests, kind: "too-many-moments", parameter: "at", retry: 1,
		title:  geo.Text{ZH: "请求过多", EN: "Too many requests"},
		detail: detailf("同一客户端同时最多查询 %d 个时点（at=、known=），请稍后再试", "A client may ask for %d moments (at=, known=) at a time; try again shortly", mostMoments)}
}
