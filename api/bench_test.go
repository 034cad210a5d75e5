package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/live"
	"yiping/tiles/tileset"
)

const benchTile = "/tiles/project,district/11/1714/836.mvt"

// benchHandler is the service over the fixture, loaded and without a log.
func benchHandler(b *testing.B) http.Handler {
	b.Helper()
	store := openStore(b)
	ts := tileset.New(tileset.Options{})
	hub := live.NewHub(store.Covers, live.HubOptions{})
	f := live.NewFollower(store, live.Options{Publish: ts.Publish, Hub: hub})
	h, err := api.New(api.Config{Store: store, Follower: f, Hub: hub, Tiles: ts})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.Run(b.Context()) }()
	b.Cleanup(func() { <-done })
	if err := f.WaitFor(b.Context(), geo.Cursor("")); err != nil {
		b.Fatal(err)
	}
	return h
}

// The cached tile through the whole handler, against one that only writes the
// same bytes: what routing, metrics and log cost, without the network.
func BenchmarkCachedTile(b *testing.B) {
	h := benchHandler(b)
	first := httptest.NewRecorder()
	h.ServeHTTP(first, benchRequest(b))
	body := first.Body.Bytes()
	static := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	for name, h := range map[string]http.Handler{"service": h, "static": static} {
		b.Run(name+"/handler", func(b *testing.B) {
			r := benchRequest(b)
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
		b.Run(name+"/http", func(b *testing.B) {
			s := httptest.NewServer(h)
			defer s.Close()
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
				for pb.Next() {
					r := benchRequest(b)
					u, err := r.URL.Parse(s.URL + benchTile)
					if err != nil {
						b.Error(err)
						return
					}
					r.URL, r.RequestURI = u, ""
					res, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
				client.CloseIdleConnections()
			})
		})
	}
}

func benchRequest(b *testing.B) *http.Request {
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, benchTile, nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	return r
}

// BenchmarkOverview is an answer asked for again before anything changed.
func BenchmarkOverview(b *testing.B) {
	h := benchHandler(b)
	w := &discard{header: http.Header{}}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/overview?district=310105", nil)
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
