package ogc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiping/api/ogc"
	"yiping/geo"
	"yiping/geo/crs"
	"yiping/geo/snapshot"
)

// list is a store that only loads.
type list struct {
	geo.Loader
	layers   []geo.Layer
	features []geo.Feature
}

func (l list) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Cursor: "c", Layers: l.layers}); err != nil {
		return err
	}
	for _, f := range l.features {
		if err := record(geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f}); err != nil {
			return err
		}
	}
	return nil
}

func points() geo.Layer {
	return geo.Layer{ID: "points", Title: geo.Text{ZH: "点", EN: "Points"}, Geometry: geo.Points, Fields: []geo.Field{
		{Name: "n", Type: geo.IntField}, {Name: "limit", Type: geo.TextField}}}
}

// grid makes n features of n columns a row, a ten-thousandth of a degree apart.
func grid(t testing.TB, n int) *snapshot.Snapshot {
	t.Helper()
	l := list{layers: []geo.Layer{points()}}
	for k := range n {
		l.features = append(l.features, geo.Feature{Layer: "points", ID: geo.ID(k + 1), Code: fmt.Sprint("C", k), Version: 1,
			Geometry: orb.Point{121 + float64(k%1000)/1e4, 31 + float64(k/1000)/1e4}, Properties: geo.Properties{"n": int64(k % 7)}})
	}
	s, err := snapshot.Load(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func request(s *snapshot.Snapshot, query string) ogc.Request {
	return ogc.Request{Snapshot: s, Root: "http://host/ogc", Path: "/collections/points/items", RawQuery: query}
}

func TestPositionsFollowTheAuthoritysAxes(t *testing.T) {
	s := grid(t, 1)
	service := ogc.New("test")
	for _, code := range []int{4326, 4490, 3857, 4509, 4528, 4549, 4550} {
		c, err := crs.FromEPSG(code)
		if err != nil {
			t.Fatal(err)
		}
		a, err := service.Answer(request(s, "crs="+url.QueryEscape(c.URI())))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := a.Write(&b); err != nil {
			t.Fatal(err)
		}
		fc, err := geojson.UnmarshalFeatureCollection([]byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		want, err := c.FromWGS84(orb.Point{121, 31})
		if err != nil {
			t.Fatal(err)
		}
		if c.NorthFirst() {
			want = orb.Point{want[1], want[0]}
		}
		got := fc.Features[0].Geometry.(orb.Point)
		if math.Abs(got[0]-want[0]) > 5.1e-5 || math.Abs(got[1]-want[1]) > 5.1e-5 || a.ContentCRS != "<"+c.URI()+">" {
			t.Errorf("%d: %v, want %v; %s", code, got, want, a.ContentCRS)
		}
	}
}

// Web Mercator ends short of the poles: a collection lists it while all of its
// features are there, and names what is not rather than break off.
func TestASystemIsListedWhereAllFeaturesLieInIt(t *testing.T) {
	const mercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
	line := orb.LineString{{121, 31}, {121.1, 89}}
	for name, c := range map[string]struct {
		more   orb.Geometry
		listed bool
		bbox   []float64 // of the collection, to a centimetre
	}{
		"within":          {orb.Point{121, 84}, true, []float64{121, 31, 121, 84}},
		"at its end":      {orb.Point{121, -85.05}, true, []float64{121, -85.05, 121, 31}},
		"beyond":          {orb.Point{121, 86}, false, []float64{121, 31, 121, 86}},
		"the south pole":  {orb.Point{0, -90}, false, []float64{0, -90, 121, 31}},
		"partly beyond":   {line, false, []float64{121, 31, 121.1, 89}},
		"nothing besides": {orb.MultiPoint{}, true, []float64{121, 31, 121, 31}},
	} {
		t.Run(name, func(t *testing.T) {
			layer := points()
			layer.Geometry = geo.AnyGeometry
			feature := func(id geo.ID, g orb.Geometry) geo.Feature {
				return geo.Feature{Layer: "points", ID: id, Code: fmt.Sprint(id), Version: 1, Geometry: g}
			}
			s, err := snapshot.Load(t.Context(), list{layers: []geo.Layer{layer}, features: []geo.Feature{feature(1, orb.Point{121, 31}), feature(2, c.more)}})
			if err != nil {
				t.Fatal(err)
			}
			service := ogc.New("test")
			var doc struct {
				CRS    []string
				Extent struct{ Spatial struct{ Bbox [][]float64 } }
			}
			describe := request(s, "")
			describe.Path = "/collections/points"
			if err := json.Unmarshal([]byte(answer(t, service, describe)), &doc); err != nil {
				t.Fatal(err)
			}
			if slices.Contains(doc.CRS, mercator) != c.listed {
				t.Errorf("listed: %v", !c.listed)
			}
			for n, v := range c.bbox {
				if math.Abs(doc.Extent.Spatial.Bbox[0][n]-v) > 5e-7 {
					t.Errorf("extent %v, want %v", doc.Extent.Spatial.Bbox[0], c.bbox)
				}
			}
			a, err := service.Answer(request(s, "crs="+url.QueryEscape(mercator)))
			if (err == nil) != c.listed || err != nil && fault(err) != "crs" {
				t.Fatalf("asked for in it: %v", err)
			}
			if err == nil {
				if err := a.Write(io.Discard); err != nil {
					t.Error(err)
				}
			}
			for _, uri := range doc.CRS {
				answer(t, service, request(s, "crs="+url.QueryEscape(uri)))
			}
		})
	}
}

// answer gives the body of an answer there has to be.
func answer(t *testing.T, service *ogc.Service, r ogc.Request) string {
	t.Helper()
	a, err := service.Answer(r)
	if err != nil {
		t.Fatalf("%s?%s: %v", r.Path, r.RawQuery, err)
	}
	var b strings.Builder
	if err := a.Write(&b); err != nil {
		t.Fatalf("%s?%s: %v", r.Path, r.RawQuery, err)
	}
	return b.String()
}

func TestAFieldNamedAsAParameterIsForFiltersOnly(t *testing.T) {
	s := grid(t, 3)
	service := ogc.New("test")
	if _, err := service.Answer(request(s, "limit=a")); fault(err) != "limit" {
		t.Errorf("limit is read as a field: %v", err)
	}
	if _, err := service.Answer(request(s, "filter="+url.QueryEscape("\"limit\" = 'a'"))); err != nil {
		t.Error(err)
	}
}

func fault(err error) string {
	var f *ogc.Fault
	if errors.As(err, &f) {
		return f.Parameter
	}
	return ""
}

func TestAWritersFailureEndsTheAnswer(t *testing.T) {
	s := grid(t, 5000)
	service := ogc.New("test")
	a, err := service.Answer(request(s, "limit=5000"))
	if err != nil {
		t.Fatal(err)
	}
	w := &torn{left: 1}
	if err := a.Write(w); !errors.Is(err, io.ErrClosedPipe) || w.calls != 2 {
		t.Errorf("%v after %d writes", err, w.calls)
	}
}

// torn takes so many writes.
type torn struct{ left, calls int }

func (w *torn) Write(b []byte) (int, error) {
	w.calls++
	if w.left--; w.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

func TestPagesJoinToTheWholeWhateverTheirSize(t *testing.T) {
	const n = 100
	s := grid(t, n)
	service := ogc.New("test")
	for _, query := range []string{"", "&sortby=-n", "&filter=" + url.QueryEscape("n >= 0"), "&bbox=120,30,122,32"} {
		for _, limit := range []int{1, 7, 50, 99, 100, 101} {
			seen, first := map[uint64]bool{}, fmt.Sprint("limit=", limit, query)
			for at := first; at != ""; {
				page := read(t, service, request(s, at))
				for _, f := range page.Features {
					if seen[f.ID] {
						t.Fatalf("%q limit %d: %d comes twice", query, limit, f.ID)
					}
					seen[f.ID] = true
				}
				if page.NumberMatched != n {
					t.Fatalf("%d matched", page.NumberMatched)
				}
				at = page.link("next")
			}
			if len(seen) != n {
				t.Errorf("%q limit %d: %d features", query, limit, len(seen))
			}
			read(t, service, request(s, first)).back(t, service, s)
		}
	}
}

type document struct {
	NumberMatched int
	Links         []struct{ Href, Rel string }
	Features      []struct{ ID uint64 }
}

func (d document) link(rel string) string {
	for _, l := range d.Links {
		if l.Rel == rel {
			_, query, _ := strings.Cut(l.Href, "?")
			return query
		}
	}
	return ""
}

// back goes from the first page to the one after and back: the same page.
func (d document) back(t *testing.T, service *ogc.Service, s *snapshot.Snapshot) {
	t.Helper()
	if d.link("prev") != "" {
		t.Error("something comes before the first page")
	}
	next := d.link("next")
	if next == "" {
		return
	}
	again := read(t, service, request(s, read(t, service, request(s, next)).link("prev")))
	if fmt.Sprint(again.Features) != fmt.Sprint(d.Features) || again.link("prev") != "" || again.link("next") == "" {
		t.Errorf("back from %s is %v, was %v", next, again.Features, d.Features)
	}
}

func read(t testing.TB, service *ogc.Service, r ogc.Request) document {
	t.Helper()
	a, err := service.Answer(r)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal([]byte(b.String()), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Whatever is asked, the answer is one or the fault is the asker's.
func FuzzAnswer(f *testing.F) {
	for _, seed := range [][3]string{
		{"/collections/points/items", "limit=2&bbox=1,2,3,4&sortby=-n", "*/*"},
		{"/collections/points/items", "sortby=n&after=WzEsM10&f=html", "text/html"},
		{"/collections/points/items", "filter=n%3D3&filter-crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4549", ""},
		{"/collections/points/items", "bbox=3400000,500000,3500000,600000&bbox-crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4549", ""},
		{"/collections/points/items", "datetime=2022-01-01/..&properties=n&n=3", "application/json;q=x"},
		{"/collections/points/items/1", "crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F3857", ""},
		{"/collections/points/schema", "lang=en", ""}, {"/api", "", ""}, {"//", "a;b", "q"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	s := grid(f, 20)
	service := ogc.New("test")
	f.Fuzz(func(t *testing.T, path, query, accept string) {
		a, err := service.Answer(ogc.Request{Snapshot: s, Root: "http://host/ogc", Path: path, RawQuery: query, Accept: accept})
		if err == nil {
			err = a.Write(io.Discard)
		}
		var ours *ogc.Fault
		if code := geo.CodeOf(err); err != nil && !errors.As(err, &ours) && code != geo.Invalid {
			t.Errorf("%v", err)
		}
	})
}

func BenchmarkItems(b *testing.B) {
	s := grid(b, 200_000)
	service := ogc.New("test")
	for name, query := range map[string]string{
		"bbox":      "limit=100&bbox=121.01,31.0,121.02,31.01",
		"filter":    "limit=100&filter=" + url.QueryEscape("n = 3"),
		"sorted":    "limit=100&sortby=-n",
		"last page": "limit=100&after=199900",
		"10000":     "limit=10000",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a, err := service.Answer(request(s, query))
				if err != nil {
					b.Fatal(err)
				}
				if err := a.Write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What is kept of one snapshot is not answered of another.
func TestListsAreThoseOfTheirSnapshot(t *testing.T) {
	large, small := grid(t, 100), grid(t, 40)
	service := ogc.New("test")
	for _, query := range []string{"filter=" + url.QueryEscape("n >= 0"), "filter=" + url.QueryEscape("n < 7"), "sortby=-n", "sortby=n", "bbox=120,30,122,32&sortby=n"} {
		for range 2 {
			for s, want := range map[*snapshot.Snapshot]int{large: 100, small: 40} {
				page := read(t, service, request(s, query+"&limit=1000"))
				if page.NumberMatched != want || len(page.Features) != want {
					t.Errorf("%s: %d of %d, want %d", query, len(page.Features), page.NumberMatched, want)
				}
			}
		}
	}
	up, down := read(t, service, request(large, "sortby=n,-id")), read(t, service, request(large, "sortby=-n,-id"))
	if up.Features[0].ID != 99 || down.Features[0].ID != 98 { // n is the remainder of id - 1 by 7
		t.Errorf("first %d up and %d down", up.Features[0].ID, down.Features[0].ID)
	}
}
