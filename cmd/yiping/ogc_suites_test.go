//go:build ogcsuites

package main_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// TestOGCSuites has the executable test suites of the OGC run against a seeded
// service. They are Java programs, -aio.jar as released, which OGC_FEATURES_JAR
// and OGC_TILES_JAR name; make test-ogc-suites fetches them.
func TestOGCSuites(t *testing.T) {
	features, tiles := jar(t, "OGC_FEATURES_JAR"), jar(t, "OGC_TILES_JAR")
	stores(t, func(t *testing.T, url string, _ func(string)) {
		n := serve(t, "--store", url, "--seed", suiteCity, "--log-level", "warn")
		n.closeUndrawn(t, url)
		store := opened(t, url)
		n.frame(t, store)
		n.everywhere(t, store)
		root := n.url + "/ogc"
		t.Run("features", func(t *testing.T) {
			runSuite(t, features, map[string]string{"iut": root, "noofcollections": "-1"})
		})
		t.Run("tiles", func(t *testing.T) {
			runSuite(t, tiles, n.tilesToTry(t, root))
		})
	})
}

const suiteCity = "putuo"

func jar(t *testing.T, variable string) string {
	t.Helper()
	path, err := filepath.Abs(os.Getenv(variable))
	if err != nil || os.Getenv(variable) == "" {
		t.Fatalf("%s names no file", variable)
	}
	return path
}

// collectionIDs gives the collections that are open to all.
func (n *node) collectionIDs(t *testing.T) []string {
	t.Helper()
	var doc struct{ Collections []struct{ ID string } }
	decodeJSON(t, n.get(t, "/ogc/collections", "", http.StatusOK), &doc)
	ids := make([]string, len(doc.Collections))
	for i, c := range doc.Collections {
		ids[i] = c.ID
	}
	return ids
}

// closeUndrawn closes the collections that the suite for features cannot work on:
// it takes the features of the first page, of ten, for drawn ones, and asks for a
// feature “null” where there is none.
func (n *node) closeUndrawn(t *testing.T, store string) {
	t.Helper()
	closed := map[string]bool{}
	for _, id := range n.collectionIDs(t) {
		type feature struct{ Geometry *struct{} }
		var page struct{ Features []feature }
		decodeJSON(t, n.get(t, "/ogc/collections/"+id+"/items?limit=10", "", http.StatusOK), &page)
		if len(page.Features) == 0 || slices.ContainsFunc(page.Features, func(f feature) bool { return f.Geometry == nil }) {
			must(t, "layer", "close", id, "--store", store)
			closed[id] = true
		}
	}
	await(t, "end of closing", func() bool {
		for _, id := range n.collectionIDs(t) {
			if closed[id] {
				return false
			}
		}
		return true
	})
	t.Logf("collections: %s", strings.Join(n.collectionIDs(t), " "))
}

// frame puts two features beyond the others of each collection. The suite turns
// only two corners of a collection's box into each system, and compares the first
// ten features of both boxes: those must not lie where the two differ.
func (n *node) frame(t *testing.T, s geo.Store) {
	t.Helper()
	layers, err := s.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	batch := geo.Batch{Actor: "test"}
	for _, id := range n.collectionIDs(t) {
		var doc struct {
			Extent struct{ Spatial struct{ Bbox [][4]float64 } }
		}
		decodeJSON(t, n.get(t, "/ogc/collections/"+id, "", http.StatusOK), &doc)
		b := doc.Extent.Spatial.Bbox[0]
		dx, dy := (b[2]-b[0])/2, (b[3]-b[1])/2
		at := slices.IndexFunc(layers, func(l geo.Layer) bool { return string(l.ID) == id })
		for i, p := range []orb.Point{{b[0] - dx, b[1] - dy}, {b[2] + dx, b[3] + dy}} {
			batch.Edits = append(batch.Edits, geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: geo.LayerID(id), Code: fmt.Sprint("frame", i),
				Geometry: smallShape(p, layers[at].Geometry), Properties: geo.Properties{"name": "frame"}}})
		}
	}
	res, err := s.Apply(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	n.get(t, "/ogc/collections", string(res.Cursor), http.StatusOK)
}

// everywhere adds a collection with something in each of the boxes that the suite
// asks all collections for: over the meridian, the equator, 180° and both poles.
// Those of the city have nothing there, as they should. Web Mercator ends at
// 85.05°.
func (n *node) everywhere(t *testing.T, s geo.Store) {
	t.Helper()
	l := geo.Layer{ID: "world", Title: geo.Text{ZH: "世界", EN: "World"}, Geometry: geo.AnyGeometry, Fields: []geo.Field{{Name: "name", Type: geo.TextField}}}
	batch := geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}}
	for i, g := range []orb.Geometry{orb.Point{-0.1, 51.5}, orb.LineString{{-1, 51}, {1, 52}}, orb.Point{-78.5, -0.2}, smallShape(orb.Point{-75, -0.00005}, geo.Polygons),
		orb.Point{179, 66}, orb.Point{-179, 67}, orb.LineString{{-10, 84}, {10, 85.04}}, orb.Point{0, -85.02}, orb.Point{121.4, 31.2}} {
		batch.Edits = append(batch.Edits, geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: l.ID, Code: fmt.Sprint("W", i), Geometry: g, Properties: geo.Properties{"name": "world"}}})
	}
	res, err := s.Apply(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	n.get(t, "/ogc/collections/world/items", string(res.Cursor), http.StatusOK)
}

func smallShape(p orb.Point, kind geo.GeometryKind) orb.Geometry {
	far := orb.Point{p[0] + 1e-4, p[1] + 1e-4}
	switch kind {
	case geo.Lines:
		return orb.LineString{p, far}
	case geo.Polygons:
		return orb.MultiPoint{p, far}.Bound().ToPolygon()
	}
	return p
}

// tilesToTry are the arguments of the suite for tiles: one tile with something on
// it, by the service's own account of where there are any.
func (n *node) tilesToTry(t *testing.T, root string) map[string]string {
	t.Helper()
	const set = "/tiles/WebMercatorQuad"
	var doc struct {
		TileMatrixSetURI    string
		TileMatrixSetLimits []struct {
			TileMatrix             string
			MinTileRow, MinTileCol int
		}
	}
	decodeJSON(t, n.get(t, "/ogc/collections/district"+set, "", http.StatusOK), &doc)
	at := doc.TileMatrixSetLimits[8] // the city is within a tile or two
	row, column := fmt.Sprint(at.MinTileRow), fmt.Sprint(at.MinTileCol)
	return map[string]string{"iut": root, "tilematrixsetdefinitionuri": doc.TileMatrixSetURI, "urltemplatefortiles": root + set + "/{tileMatrix}/{tileRow}/{tileCol}",
		"tilematrix": at.TileMatrix, "mintilerow": row, "maxtilerow": row, "mintilecol": column, "maxtilecol": column}
}

// suiteResults are TestNG's.
type suiteResults struct {
	Passed  int `xml:"passed,attr"`
	Failed  int `xml:"failed,attr"`
	Skipped int `xml:"skipped,attr"`
	Methods []struct {
		Name    string   `xml:"name,attr"`
		Status  string   `xml:"status,attr"`
		Params  []string `xml:"params>param>value"`
		Message string   `xml:"exception>message"`
	} `xml:"suite>test>class>test-method"`
}

// runSuite runs a suite and fails on each test that does.
func runSuite(t *testing.T, jar string, arguments map[string]string) {
	t.Helper()
	var file bytes.Buffer
	file.WriteString("<properties>")
	for name, value := range arguments {
		fmt.Fprintf(&file, "<entry key=%q>%s</entry>", name, value)
	}
	file.WriteString("</properties>")
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "java", "-jar", jar, "-o", dir, write(t, "arguments.xml", file.String())).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := readResults(t, dir)
	t.Logf("%s: %d passed, %d failed, %d skipped", filepath.Base(jar), r.Passed, r.Failed, r.Skipped)
	why := map[string]int{}
	for _, m := range r.Methods {
		message := strings.Join(strings.Fields(m.Message), " ")
		switch m.Status {
		case "FAIL":
			t.Errorf("%s %.300q: %.300s", m.Name, m.Params, message)
		case "SKIP":
			why[m.Name+": "+message]++
		}
	}
	for reason, times := range why {
		t.Logf("skipped %d× %.300s", times, reason)
	}
	if r.Passed == 0 {
		t.Error("nothing was tested")
	}
}

func readResults(t *testing.T, dir string) (r suiteResults) {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Base(path) == "testng-results.xml" {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("the suite has left no results: %v", err)
	}
	text, err := os.ReadFile(found)
	if err == nil {
		err = xml.Unmarshal(text, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}
