package api_test

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"yiping/geo"
)

// An issued bulletin says what it said; a draft follows what is recorded.
func TestBulletinOverHTTP(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("office")
		page := func(format string) []byte {
			t.Helper()
			g := o.get("/api/bulletin?district=310105&month=2022-12&format=" + format)
			if g.status != http.StatusOK || g.header.Get("Cache-Control") != "no-cache" {
				t.Fatalf("status %d: %s", g.status, g.body)
			}
			return g.body
		}
		if draft := page("html"); !bytes.Contains(draft, []byte("草稿")) || !bytes.Contains(draft, []byte("河滨泵站")) {
			t.Errorf("not a draft that names the red project: %.400s", draft)
		}
		const body = `{"district":"310105","month":"2022-12","number":"东推〔2023〕1号","unit":"建管委"}`
		if got := o.done("POST", "/api/bulletins", secret, body); !got.Changed {
			t.Errorf("answer %+v", got)
		}
		issued, word := page("html"), page("docx")
		if bytes.Contains(issued, []byte("草稿")) || !bytes.Contains(issued, []byte("东推〔2023〕1号")) || !bytes.HasPrefix(word, []byte("PK")) {
			t.Errorf("not the issued bulletin: %.400s", issued)
		}
		o.done("PUT", "/api/reports/project/{W1}/2022-12", secret, `{"planned_progress":100,"actual_progress":100}`)
		if again := page("html"); !bytes.Equal(again, issued) {
			t.Error("a later report changed the issued bulletin")
		}
		if again := page("docx"); !bytes.Equal(again, word) {
			t.Error("a later report changed the issued document")
		}
		o.refused(http.StatusConflict, "POST", "/api/bulletins", secret, body)
		o.refused(http.StatusBadRequest, "POST", "/api/bulletins", secret, `{"district":"310105","month":"2023-12"}`) // not ended
		o.refused(http.StatusNotFound, "POST", "/api/bulletins", secret, `{"district":"1","month":"2022-11"}`)
		if p := o.refused(http.StatusBadRequest, "POST", "/api/bulletins", secret, `{"district":"310105"}`); p.Parameter != "month" {
			t.Errorf("problem %+v", p)
		}
		for path, want := range map[string]int{"?month=2022-12": 400, "?district=310105": 400, "?district=310105&month=now": 400, "?district=1&month=2022-12": 400,
			"?district=310105&month=2022-12&format=pdf": 400} {
			if g := o.get("/api/bulletin" + path); g.status != want {
				t.Errorf("%s: status %d, want %d", path, g.status, want)
			}
		}
	})
}

func TestMapInPixels(t *testing.T) {
	s := start(t, openStore(t), setting{})
	g := s.get("/api/map.png?district=310105&width=640&height=480&theme=light")
	img, err := png.Decode(bytes.NewReader(g.body))
	if err != nil || g.header.Get("Content-Type") != "image/png" || img.Bounds().Dx() != 640 || img.Bounds().Dy() != 480 {
		t.Errorf("%s %d bytes: %v", g.header.Get("Content-Type"), len(g.body), err)
	}
	if g := s.get("/api/map.png?width=9"); g.status != http.StatusBadRequest || !strings.Contains(string(g.body), "width") {
		t.Errorf("too small: %d %s", g.status, g.body)
	}
}
