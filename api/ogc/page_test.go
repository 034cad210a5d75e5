package ogc_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yiping/api/ogc"
	"yiping/geo/snapshot"
)

const landing = "http://host/base/ogc"

// pageOf is the page at an address below the landing page.
func pageOf(t *testing.T, service *ogc.Service, s *snapshot.Snapshot, path, query string) string {
	t.Helper()
	r := request(s, query)
	r.Root, r.Path = landing, path
	answer, err := service.Answer(r)
	if err != nil {
		t.Fatalf("%s?%s: %v", path, query, err)
	}
	var b strings.Builder
	if err := answer.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whoever comes to the landing page finds everything by its links, as a person
// does, and no page is empty.
func TestEveryPageIsReachedFromTheLandingPage(t *testing.T) {
	s, service := grid(t, 3), ogc.New("test")
	queue, seen := []string{landing + "?f=html&lang=en"}, map[string]bool{}
	for len(queue) > 0 {
		u, err := url.Parse(html.UnescapeString(queue[0]))
		queue = queue[1:]
		if err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(u.Path, "/base/ogc")
		if seen[path] || u.Query().Get("f") != "html" || u.Query().Get("lang") != "en" {
			continue
		}
		seen[path] = true
		page := pageOf(t, service, s, path, u.RawQuery)
		if _, content, _ := strings.Cut(page, "</nav>"); !strings.Contains(content, "<td>") && !strings.Contains(content, "href=") {
			t.Errorf("%s leads nowhere and tells nothing: %s", u, content)
		}
		for _, found := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			queue = append(queue, found[1])
		}
	}
	for _, path := range []string{"/conformance", "/api", "/tiles/WebMercatorQuad", "/tileMatrixSets/WebMercatorQuad", "/collections/points/items/2",
		"/collections/points/schema", "/collections/points/queryables", "/collections/points/tiles/WebMercatorQuad"} {
		if !seen[path] {
			t.Errorf("no link leads to the page of %s", path)
		}
	}
}

func TestTheAddressOfTheTilesIsOnTheirPage(t *testing.T) {
	page := pageOf(t, ogc.New("test"), grid(t, 3), "/tiles/WebMercatorQuad", "f=html")
	for _, want := range []string{landing + "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", "points", ">16<"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
}

func TestWhatIsNotThereIsNamedByItsWholeAddress(t *testing.T) {
	r := request(grid(t, 1), "")
	r.Root = landing
	for path, want := range map[string]string{"/nothing": "/base/ogc/nothing", "/collections/nope": "/base/ogc/collections lists them"} {
		r.Path = path
		if _, err := ogc.New("test").Answer(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
