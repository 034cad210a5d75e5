package api

import (
	"net/http"
	"sync"

	"yiping/geo"
)

// streams counts who listens, by live stream or by long poll, so that no client
// alone takes up the service. The zero value is ready.
type streams struct {
	mu sync.Mutex
	of map[string]int // by user, token or address
}

// enter counts a client until leave is called; it refuses one who has most open
// already. 0 is no limit.
func (s *streams) enter(client string, most int) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if most > 0 && s.of[client] >= most {
		return nil, tooManyStreams(most)
	}
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.of[client]++
	return func() { s.leave(client) }, nil
}

func (s *streams) leave(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[client]--; s.of[client] == 0 {
		delete(s.of, client)
	}
}

func tooManyStreams(most int) *problem {
	return &problem{status: http.StatusTooManyRequests, kind: "too-many-streams", retry: 10,
		title: geo.Text{ZH: "实时连接过多", EN: "Too many live streams"},
		detail: detailf("同一用户、令牌或地址同时最多 %d 路实时连接（/api/live、/api/changes）；请关闭不用的页面后再试",
			"A user, a token or an address may have %d of /api/live and /api/changes open at a time; close what is not used and try again", most)}
}
