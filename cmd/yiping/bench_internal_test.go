package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"
)

// answers is a server that answers everything alike.
func answers(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // a test reads it
	})
}

func TestATargetThatCannotBeMeasuredIsTold(t *testing.T) {
	page := httptest.NewServer(answers(200, "<html>welcome"))
	defer page.Close()
	elsewhere := httptest.NewServer(answers(404, "nothing here"))
	defer elsewhere.Close()
	closed := httptest.NewServer(answers(401, `{"type":"urn:yiping:problem:unauthorized"}`))
	defer closed.Close()
	ours := httptest.NewServer(answers(503, `{"type":"urn:yiping:problem:not-loaded","detail":"数据正在载入"}`))
	defer ours.Close()
	empty := httptest.NewServer(answers(200, `{"layers":[]}`))
	defer empty.Close()
	secret := httptest.NewTLSServer(answers(200, "{}"))
	defer secret.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, c := range map[string]struct{ url, says string }{
		"no address":            {"nonsense", "--url must be like"},
		"no scheme":             {"127.0.0.1:8080", "--url must be like"},
		"another scheme":        {"ftp://127.0.0.1", "--url must be like"},
		"nobody there":          {gone.URL, "nothing answers"},
		"another program":       {page.URL, "is not answered by Yiping"},
		"another's 404":         {elsewhere.URL, "not as Yiping does"},
		"closed":                {closed.URL, tokenVariable},
		"not ready":             {ours.URL, "数据正在载入"},
		"empty":                 {empty.URL, "no feature"},
		"certificate of nobody": {secret.URL, "is not trusted"},
		"no TLS":                {strings.Replace(page.URL, "http:", "https:", 1), "does not speak TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			o := benchOptions{url: c.url}
			err := o.at(t.Context(), func(*target) error { t.Error("it was measured"); return nil })
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A service is measured when it has drawn what it draws beforehand; none is waited
// for that does not tell, or for ever.
func TestMeasuringWaitsForAWarmService(t *testing.T) {
	for name, c := range map[string]struct {
		answers []string // of /metrics, the last again and again
		warm    bool
		asked   int64 // at least
	}{
		"warm":                    {[]string{"yiping_tiles_warm 1\n"}, true, 1},
		"warm by and by":          {[]string{"a 1\nyiping_tiles_warm 0\n", "yiping_tiles_warm 0\n", "yiping_tiles_warm 1\n"}, true, 3},
		"another service":         {[]string{"yiping_tiles_warm_other 0\n"}, true, 1},
		"metrics that are closed": {[]string{""}, true, 1},
		"never":                   {[]string{"yiping_tiles_warm 0\n"}, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				body := c.answers[min(int(asked.Add(1)), len(c.answers))-1]
				if body == "" {
					w.WriteHeader(http.StatusUnauthorized)
				}
				_, _ = w.Write([]byte(body)) // a test reads it
			}))
			defer s.Close()
			for patience := 2 * warmPause; ; patience *= 2 { // a busy machine does not come to ask
				warm := (&target{base: s.URL}).warm(t.Context(), patience)
				if asked.Load() < c.asked || warm != c.warm && c.warm {
					continue
				}
				if warm != c.warm {
					t.Errorf("warm: %t", warm)
				}
				return
			}
		})
	}
}

func TestRequestsAreDrawnTheSameEachTime(t *testing.T) {
	places := []orb.Point{{121.4, 31.2}, {121.48, 31.23}, {121.5, 31.3}, {-70.1, -33.4}}
	o := benchOptions{layers: "project,street", zooms: "10-16", requests: 20, number: 1}
	list := o.tilePaths(places)
	if again := o.tilePaths(places); strings.Join(list, " ") != strings.Join(again, " ") {
		t.Error("two lists of one number differ")
	}
	seen := map[string]bool{}
	for _, path := range list {
		if seen[path] || !strings.HasPrefix(path, "/tiles/project,street/1") {
			t.Errorf("%s twice, or not as asked", path)
		}
		seen[path] = true
	}
	if len(list) != 20 {
		t.Errorf("%d tiles", len(list))
	}
	if got := tileUnder(orb.Point{121.48, 31.23}, 10); got != "10/857/418" {
		t.Errorf("the tile of the city's centre is %s", got)
	}
	o.zooms = "0-0"
	if few := o.tilePaths(places); len(few) != 1 || few[0] != "/tiles/project,street/0/0/0.mvt" {
		t.Errorf("the world in one tile: %q", few)
	}
}

func TestMedian(t *testing.T) {
	for want, of := range map[float64][]float64{3: {5, 1, 3}, 2.5: {4, 2, 1, 3}, 7: {7}} {
		if got := median(of); got != want {
			t.Errorf("median of %v is %g", of, got)
		}
	}
}
