package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/crs"
	"yiping/geo/measure"
)

type nearbyAnswer struct {
	CRS   string
	Items []struct {
		Layer    geo.LayerID
		Code     string
		Distance float64
		Bearing  *float64
		Point    *orb.Point
	}
}

// The same place asked for in each system gives the same features as far away,
// at the same places of the earth.
func TestNearbyInEverySystem(t *testing.T) {
	s := start(t, openStore(t), setting{})
	at := orb.Point{121.3912, 31.2345}
	ask := func(c crs.CRS, name string) nearbyAnswer {
		t.Helper()
		p, err := c.FromWGS84(at)
		if err != nil {
			t.Fatal(err)
		}
		g := s.get(fmt.Sprintf("/api/nearby?lon=%v&lat=%v&crs=%s&layers=project,river_section", p[0], p[1], escape(name)))
		if g.status != 200 {
			t.Fatalf("status %d: %s", g.status, g.body)
		}
		return decode[nearbyAnswer](t, g)
	}
	want := ask(crs.CRS{}, "")
	if len(want.Items) != 6 {
		t.Fatalf("%d features, want 6", len(want.Items))
	}
	for name, written := range map[string]string{"WGS84": "OGC:CRS84", "EPSG:4326": "EPSG:4326", "CGCS2000": "EPSG:4490", "GCJ-02": "GCJ-02", "BD-09": "BD-09"} {
		t.Run(name, func(t *testing.T) {
			c, err := crs.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			got := ask(c, name)
			if got.CRS != written || len(got.Items) != len(want.Items) {
				t.Fatalf("%d features in %s", len(got.Items), got.CRS)
			}
			for k, w := range want.Items {
				g := got.Items[k]
				p, err := c.ToWGS84(*g.Point)
				if err != nil {
					t.Fatal(err)
				}
				if off := measure.Distance(p, *w.Point); g.Layer != w.Layer || g.Code != w.Code || math.Abs(g.Distance-w.Distance) > 0.0011 || off > 0.001 {
					t.Errorf("%d is %s/%s at %.3f m, %.4f m from the place of %s/%s at %.3f m", k, g.Layer, g.Code, g.Distance, off, w.Layer, w.Code, w.Distance)
				}
			}
		})
	}
}

func TestNearbyWhereTheSystemEnds(t *testing.T) {
	s := start(t, openStore(t), setting{})
	s.reach(apply(t, s.store, create(city.Project, "Paris", orb.Point{2.35, 48.85}, geo.Properties{"name": "远方"})).Cursor)
	got := decode[nearbyAnswer](t, s.get("/api/nearby?lon=121.4&lat=31.2&crs=BD-09&layers=project"))
	for _, i := range got.Items {
		if (i.Point == nil) != (i.Code == "Paris") {
			t.Errorf("the place of %s is %v", i.Code, i.Point)
		}
	}
	if last := got.Items[len(got.Items)-1]; last.Code != "Paris" || math.Abs(last.Distance-9.27e6) > 1e5 || last.Bearing == nil {
		t.Errorf("the last is %+v", last)
	}
}

func TestNearbyCountsInsideAsThere(t *testing.T) {
	s := start(t, openStore(t), setting{})
	got := decode[nearbyAnswer](t, s.get("/api/nearby?lon=121.36&lat=31.2&radius=0.5"))
	if len(got.Items) != 2 || got.Items[0].Layer != city.District || got.Items[1].Layer != city.Town {
		t.Fatalf("got %+v", got.Items)
	}
	for _, i := range got.Items {
		if i.Distance != 0 || i.Bearing != nil || *i.Point != (orb.Point{121.36, 31.2}) {
			t.Errorf("got %+v", i)
		}
	}
}

// Compressing a small answer that nobody asks for again is not worth it.
func TestNearbyIsCompressedWhereItIsLarge(t *testing.T) {
	s := start(t, openStore(t), setting{})
	const path = "/api/nearby?lon=121.41&lat=31.22&k=1000"
	if g := s.get(path, "Accept-Encoding", "gzip"); g.header.Get("Content-Encoding") != "" || len(g.body) < 1200 {
		t.Errorf("%d bytes in coding %q", len(g.body), g.header.Get("Content-Encoding"))
	}
	var more []geo.Edit
	for n := range 100 {
		more = append(more, create(city.Project, fmt.Sprint("N", n), orb.Point{121.4, 31.2 + float64(n)/1e4}, geo.Properties{"name": "项目"}))
	}
	s.reach(apply(t, s.store, more...).Cursor)
	plain, zipped := s.get(path), s.get(path, "Accept-Encoding", "gzip")
	if zipped.header.Get("Content-Encoding") != "gzip" || string(zipped.unzip(t)) != string(plain.body) || len(decode[nearbyAnswer](t, plain).Items) < 105 {
		t.Errorf("%d bytes in coding %q", len(zipped.body), zipped.header.Get("Content-Encoding"))
	}
}

func TestNearbyByFilter(t *testing.T) {
	s := start(t, openStore(t), setting{})
	codes := func(more string) string {
		t.Helper()
		got := ""
		for _, i := range decode[nearbyAnswer](t, s.get("/api/nearby?lon=121.41&lat=31.22"+more)).Items {
			got += i.Code + " "
		}
		return got
	}
	for more, want := range map[string]string{
		"&layers=project&filter=" + escape("category = '绿化'"):                                                    "P2 ",
		"&layers=project&k=1&filter=" + escape("level = '区属' AND light <> 'red'"):                                "P3 ",
		"&layers=project&filter-lang=cql2-json&filter=" + escape(`{"op":"=","args":[{"property":"code"},"P4"]}`): "P4 ",
		"&filter=" + escape("investment > 1"):                                                                    "P1 ", // of those layers that have it
		"&layers=project,river_section&filter=" + escape("code IN ('P2', 'R1')"):                                 "R1 P2 ",
		"&layers=project&radius=500&filter=" + escape("category = '绿化'"):                                         "",
		"&layers=project&light=red&filter=" + escape("S_INTERSECTS(geom, BBOX(121.4, 31.24, 121.42, 31.26))"):    "P2 ",
	} {
		if got := codes(more); got != want {
			t.Errorf("%s: %q, want %q", more, got, want)
		}
	}
	for _, more := range []string{"&filter=" + escape("nonesuch = 1"), "&layers=project,town&filter=" + escape("investment > 1"), "&filter=" + escape("code ="), "&filter-lang=sql"} {
		g := s.get("/api/nearby?lon=121.41&lat=31.22" + more)
		if p := decode[problem](t, g); g.status != 400 || !strings.HasPrefix(p.Parameter, "filter") {
			t.Errorf("%s: %d %s", more, g.status, g.body)
		}
	}
}

// Answers are written by hand. They are, to the byte, what encoding/json makes of
// what the definition is reflected from.
func TestNearbyIsWrittenAsDeclared(t *testing.T) {
	s := start(t, openStore(t), setting{})
	s.reach(apply(t, s.store, create(city.Project, "Paris", orb.Point{2.35, 48.85}, geo.Properties{"name": "<远方>\u2028", "town": "甲镇、乙镇"})).Cursor)
	for _, query := range []string{"lon=121.4&lat=31.2", "lon=121.4&lat=31.2&crs=BD-09", "lon=2.35&lat=48.85&crs=GCJ-02", "lon=0.0000001&lat=-0.0000001",
		"lon=121.4&lat=31.2&layers=project&k=1", "lon=121.4&lat=31.2&light=none&radius=1", "lon=121.4&lat=31.2&at=2022-06-30"} {
		g := s.get("/api/nearby?" + query)
		d := json.NewDecoder(bytes.NewReader(g.body))
		d.DisallowUnknownFields()
		var body api.NearbyBody
		if err := d.Decode(&body); err != nil {
			t.Fatalf("%s: %v in %s", query, err, g.body)
		}
		if want, err := json.Marshal(body); err != nil || !bytes.Equal(want, g.body) {
			t.Errorf("%s: written\n%s\nwant (%v)\n%s", query, g.body, err, want)
		}
	}
}
