package api_test

import (
	"bytes"
	"math"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/gpkg"
	"yiping/tiles/archive"
)

type archiveRow struct {
	Name, Alias, URL, Title string
	Bytes                   *int64
	ETag, Cursor            *string
	At                      geo.Date
	Zooms                   [2]int
	Bounds                  [4]float64
	Layers                  []string
}

func (s *service) archiveRows(t *testing.T) map[string]archiveRow {
	t.Helper()
	list := decode[struct{ Archives []archiveRow }](t, s.get("/archives"))
	rows := map[string]archiveRow{}
	for _, r := range list.Archives {
		rows[r.Name] = r
	}
	return rows
}

func TestADistrictIsServedAsOneFile(t *testing.T) {
	s := start(t, openStore(t), setting{basePath: "/yiping"})
	if rows := s.archiveRows(t); len(rows) != 3 || rows["310107"].Bytes != nil || rows["310107"].Alias != "putuo" || rows["310107"].URL != "/yiping/archives/310107.pmtiles" {
		t.Errorf("before any was asked for: %+v", rows)
	}
	whole := s.get("/archives/putuo.pmtiles")
	if whole.status != http.StatusOK || whole.header.Get("Content-Type") != "application/vnd.pmtiles" || !bytes.HasPrefix(whole.body, []byte("PMTiles\x03")) {
		t.Fatalf("%d, %v", whole.status, whole.header)
	}
	etag, modified := whole.header.Get("ETag"), whole.header.Get("Last-Modified")
	if by := s.get("/archives/310107.pmtiles"); by.header.Get("ETag") != etag || !bytes.Equal(by.body, whole.body) {
		t.Error("by its code it is another file")
	}
	if !strings.HasPrefix(etag, `"`) || modified == "" || whole.header.Get("Cache-Control") != "no-cache" || whole.header.Get("Yiping-Cursor") != string(s.follower.Current().Cursor()) {
		t.Errorf("header %v", whole.header)
	}
	want := filepath.Join(t.TempDir(), "want")
	res, err := archive.Write(t.Context(), want, archive.PMTiles, s.follower.Current(), archive.Pyramid{
		Layers:  []geo.LayerID{city.District, city.Town, city.Project, city.RiverSection, city.Street, city.Block, city.Problem},
		MinZoom: 6, MaxZoom: 15, Bound: orb.Bound{Min: orb.Point{121.35, 31.30}, Max: orb.Point{121.45, 31.40}}})
	if err != nil || res.Bytes != int64(len(whole.body)) {
		t.Errorf("%d bytes, want those of %+v, %v", len(whole.body), res, err)
	}
	size := strconv.Itoa(len(whole.body))
	row := s.archiveRows(t)["310107"]
	if row.Bytes == nil || *row.Bytes != res.Bytes || *row.ETag != etag || row.Zooms != [2]int{6, 15} || row.Bounds[0] < 121.3 || len(row.Layers) != 7 {
		t.Errorf("listed as %+v", row)
	}
	for outcome, c := range map[string]struct {
		method string
		header []string
		status int
		ranges string
		body   []byte
	}{
		"the header":                     {"GET", []string{"Range", "bytes=0-126"}, 206, "bytes 0-126/" + size, whole.body[:127]},
		"the end":                        {"GET", []string{"Range", "bytes=-100"}, 206, "bytes " + strconv.Itoa(len(whole.body)-100) + "-" + strconv.Itoa(len(whole.body)-1) + "/" + size, whole.body[len(whole.body)-100:]},
		"a range of what the client has": {"GET", []string{"Range", "bytes=8-9", "If-Range", etag}, 206, "bytes 8-9/" + size, whole.body[8:10]},
		"of an older one, all anew":      {"GET", []string{"Range", "bytes=8-9", "If-Range", `"older"`}, 200, "", whole.body},
		"of an older one, refused":       {"GET", []string{"Range", "bytes=8-9", "If-Match", `"older"`}, 412, "", nil},
		"known already":                  {"GET", []string{"If-None-Match", etag}, 304, "", nil},
		"not newer":                      {"GET", []string{"If-Modified-Since", modified}, 304, "", nil},
		"length alone":                   {"HEAD", nil, 200, "", nil},
		"beyond the end":                 {"GET", []string{"Range", "bytes=" + size + "-"}, 416, "bytes */" + size, nil},
	} {
		g := s.ask(c.method, "/archives/310107.pmtiles", c.header...)
		if g.status != c.status || g.header.Get("Content-Range") != c.ranges || c.status < 400 && !bytes.Equal(g.body, c.body) {
			t.Errorf("%s: %d %v, %d bytes", outcome, g.status, g.header, len(g.body))
		}
		if c.status == 416 && (g.header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(g.body, []byte(`"parameter":"Range"`))) {
			t.Errorf("%s: %s", outcome, g.body)
		}
		if c.status == 412 && (g.header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(g.body, []byte(`"parameter":"If-Match"`))) {
			t.Errorf("%s: %s", outcome, g.body)
		}
		if c.method == "HEAD" && g.header.Get("Content-Length") != size {
			t.Errorf("%s: %v", outcome, g.header)
		}
	}
}

// The list says the day of the file that is kept, whatever day it is by now.
func TestArchivesSayTheDayTheyShow(t *testing.T) {
	s := start(t, openStore(t), setting{})
	days := func() [3]string {
		rows := s.archiveRows(t)
		return [3]string{rows["310105"].At.String(), rows["310107"].At.String(), rows["city"].At.String()}
	}
	if got := days(); got != [3]string{"2022-12-31", "2022-09-15", ""} {
		t.Errorf("before any was asked for: %q", got)
	}
	if g := s.get("/archives/310107.pmtiles"); g.status != http.StatusOK {
		t.Fatalf("%d %s", g.status, g.body)
	}
	r := apply(t, s.store, setDate("310105", geo.NewDate(2022, 6, 30), false), setDate("310107", geo.NewDate(2022, 6, 30), false))
	s.reach(r.Cursor)
	if got := days(); got != [3]string{"2022-06-30", "2022-09-15", "2022-06-30"} {
		t.Errorf("after another day: %q", got)
	}
}

func TestTheCityIsMoreThanItsDistricts(t *testing.T) {
	store := openStore(t)
	apply(t, store, create(city.Project, "FAR", orb.Point{121.9, 31.6}, geo.Properties{"name": "远"}))
	s := start(t, store, setting{})
	if g := s.get("/archives/city.pmtiles"); g.status != http.StatusOK {
		t.Fatalf("%d %s", g.status, g.body)
	}
	if b := s.archiveRows(t)["city"].Bounds; b[0] > 121.35 || b[2] < 121.9 || b[3] < 31.6 {
		t.Errorf("bounds %v", b)
	}
}

// TestACityWithoutDistrictsLiesWhereItsFeaturesDo before its archive is made, and
// after.
func TestACityWithoutDistrictsLiesWhereItsFeaturesDo(t *testing.T) {
	store, err := gpkg.Open(t.Context(), filepath.Join(t.TempDir(), "empty.gpkg"), gpkg.Options{})
	opened(t, store, err)
	for _, l := range city.Layers() {
		apply(t, store, geo.Edit{Op: geo.Declare, Layer: l})
	}
	s := start(t, store, setting{})
	if b := s.archiveRows(t)["city"].Bounds; b != [4]float64{-180, -90, 180, 90} {
		t.Errorf("bounds of nothing: %v", b)
	}
	r := apply(t, store, create(city.Project, "A", orb.Point{121.4, 31.2}, geo.Properties{"name": "甲"}), create(city.Street, "B", orb.LineString{{121.5, 31.3}, {121.6, 31.25}}, geo.Properties{"name": "乙"}))
	s.reach(r.Cursor)
	check := func(when string) {
		t.Helper()
		for i, want := range [4]float64{121.4, 31.2, 121.6, 31.3} {
			if b := s.archiveRows(t)["city"].Bounds; math.Abs(b[i]-want) > 1e-6 {
				t.Errorf("bounds %s: %v", when, b)
			}
		}
	}
	check("before it is made")
	if g := s.get("/archives/city.pmtiles"); g.status != http.StatusOK {
		t.Fatalf("%d %s", g.status, g.body)
	}
	check("once it is made")
}

func TestArchivesThatAreNot(t *testing.T) {
	store := openStore(t)
	s := start(t, store, setting{})
	for path, want := range map[string]int{"/archives/310110.pmtiles": 404, "/archives/.pmtiles": 404, "/archives/..%2fx.pmtiles": 404, "/archives/city.pmtiles?layers=town": 400, "/archives?x=1": 400} {
		if g := s.get(path); g.status != want || g.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, g.status, g.body)
		}
	}
	for path, want := range map[string]int{"/archives": 503, "/archives/city.pmtiles": 503} {
		if g := start(t, openStore(t), setting{unloaded: true}).get(path); g.status != want {
			t.Errorf("before the data is there: %s: %d %s", path, g.status, g.body)
		}
	}
}
