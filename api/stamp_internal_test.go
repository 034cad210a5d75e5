package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// An answer made again at another moment is the same to who has it already, be it
// short or sent as it grows; one that differs in more is not.
func TestATagPassesOverWhenAnAnswerWasMade(t *testing.T) {
	answer := func(size int, stamp, have string) *httptest.ResponseRecorder {
		t.Helper()
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		r.Header.Set("If-None-Match", have)
		out := &opening{w: w, r: r, mediaType: typeGeoJSON, tag: func() string { return "state" }, stamp: stamp}
		_, err := out.Write([]byte("{" + stamp + `,"x":"` + strings.Repeat("x", size) + `"}`))
		if err := out.finish(err); err != nil && err != errEnough {
			t.Fatal(err)
		}
		return w
	}
	const early, late = `"timeStamp":"2022-06-30T08:00:00Z"`, `"timeStamp":"2022-06-30T08:00:01Z"`
	for _, size := range []int{10, 2 * held} {
		first := answer(size, early, "")
		tag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || !strings.HasPrefix(tag, `W/"`) || !strings.Contains(first.Body.String(), early) {
			t.Errorf("%d bytes: %d, tag %s", size, first.Code, tag)
		}
		if w := answer(size, late, tag); w.Code != http.StatusNotModified || w.Header().Get("ETag") != tag {
			t.Errorf("%d bytes, later: %d, tag %s", size, w.Code, w.Header().Get("ETag"))
		}
	}
	if w := answer(11, late, answer(10, early, "").Header().Get("ETag")); w.Code != http.StatusOK {
		t.Errorf("another body: %d", w.Code)
	}
}
