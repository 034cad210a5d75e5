//go:build qgis

package main_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"yiping/geo"
	"yiping/geo/crs"
)

// These tests run with QGIS (make test-qgis), which testdata/qgis/desk.py works
// as a person would.

// desk is a QGIS that runs.
type desk struct {
	in  io.Writer
	out *bufio.Reader
}

// job is what is asked of it, reply what it says.
type job struct {
	Do         string         `json:"do"`
	Provider   string         `json:"provider,omitempty"`
	URI        string         `json:"uri"`
	Expression string         `json:"expression,omitempty"`
	Rectangle  []float64      `json:"rectangle,omitempty"`
	CRS        string         `json:"crs,omitempty"`
	Op         string         `json:"op,omitempty"`
	Code       string         `json:"code,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
	WKT        string         `json:"wkt,omitempty"`
	File       string         `json:"file,omitempty"`
}

type reply struct {
	Error, CRS, Version string
	Count               int
	Features            []struct {
		Attributes map[string]any
		WKB        *string
	}
	Colours map[string]int
	Said    []string
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	// The packages of Debian belong to its own Python.
	cmd := exec.Command("/usr/bin/python3", filepath.Join("testdata", "qgis", "desk.py"))
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home, "QGIS_CUSTOM_CONFIG_PATH="+home)
	said := &lockedBuffer{}
	cmd.Stderr = said
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d := &desk{in, bufio.NewReaderSize(out, 1<<20)}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("QGIS ended with %v", err)
		}
		if t.Failed() {
			t.Logf("QGIS said:\n%s", said)
		}
	})
	t.Logf("QGIS %s", d.answer(t).Version)
	return d
}

func (d *desk) answer(t *testing.T) reply {
	t.Helper()
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("QGIS (qgis and python3-qgis are needed): %v", err)
	}
	var r reply
	decodeJSON(t, line, &r)
	return r
}

func (d *desk) do(t *testing.T, j job) reply {
	t.Helper()
	line, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	r := d.answer(t)
	if r.Error != "" {
		t.Fatalf("%s: %s", line, r.Error)
	}
	return r
}

func (d *desk) read(t *testing.T, j job) []client {
	t.Helper()
	j.Do = "read"
	var out []client
	for _, f := range d.do(t, j).Features {
		c := client{attributes: f.Attributes}
		if f.WKB != nil {
			raw, err := hex.DecodeString(*f.WKB)
			if err != nil {
				t.Fatal(err)
			}
			if c.shape, err = wkb.Unmarshal(raw); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, c)
	}
	return out
}

// table is a table of PostGIS as a source: one with shapes of several kinds is
// several layers in QGIS.
func table(connection, id, kind string) string {
	if kind == "" {
		return connection + fmt.Sprintf(" key='id' table=\"public\".\"%s\"", id)
	}
	return connection + fmt.Sprintf(" key='id' srid=4326 type=%s table=\"public\".\"%s\" (geom)", kind, id)
}

func (n *node) collection(id geo.LayerID) string {
	return fmt.Sprintf("url='%s/ogc' typename='%s' version='OGC_API_FEATURES'", n.url, id)
}

func TestQGISReads(t *testing.T) {
	d := openDesk(t)
	o := openDepartment(t, "all")
	held := truthOf(t, o.store)
	zone, err := crs.Parse("EPSG:4549")
	if err != nil {
		t.Fatal(err)
	}
	box := []float64{middle.Min[0], middle.Min[1], middle.Max[0], middle.Max[1]}
	for k := range held.layers {
		l := &held.layers[k]
		all := held.codes(l.ID, nil)
		t.Run("OGC API/"+string(l.ID), func(t *testing.T) {
			source := job{Provider: "OAPIF", URI: o.collection(l.ID)}
			held.compare(t, l, all, d.read(t, source), nil)
			if len(all) == 0 || l.Geometry == geo.NoGeometry {
				return
			}
			some := source
			some.Rectangle = box
			held.compare(t, l, held.codes(l.ID, within(t, middle)), d.read(t, some), nil)
			some = source
			some.Expression = "code LIKE '%1'"
			held.compare(t, l, held.codes(l.ID, func(f *geo.Feature) bool { return strings.HasSuffix(f.Code, "1") }), d.read(t, some), nil)
			some = source
			if l.ID == "facility" {
				return // QGIS goes by the first page, where none has a place: it knows of no system then
			}
			some.CRS = "EPSG:4549" // QGIS projects, easting first
			held.compare(t, l, all, d.read(t, some), &projection{to: zone.FromWGS84, slack: 0.002})
		})
		t.Run("PostGIS/"+string(l.ID), func(t *testing.T) {
			if l.Geometry == geo.NoGeometry {
				held.compare(t, l, all, d.read(t, job{Provider: "postgres", URI: table(o.reader, string(l.ID), "")}), nil)
				return
			}
			kinds, bare := map[string]map[string]bool{}, map[string]bool{}
			for code, f := range held.rows[l.ID] {
				if f.Geometry == nil {
					bare[code] = true
					continue
				}
				kind := strings.TrimPrefix(f.Geometry.GeoJSONType(), "Multi")
				if kinds[kind] == nil {
					kinds[kind] = map[string]bool{}
				}
				kinds[kind][code] = true
			}
			for kind, codes := range kinds {
				if len(kinds) == 1 { // then QGIS shows the whole table, else what is of the kind
					maps.Copy(codes, bare)
				}
				held.compare(t, l, codes, d.read(t, job{Provider: "postgres", URI: table(o.reader, string(l.ID), kind)}), nil)
			}
		})
	}
	t.Run("in the order of axes of a zone", func(t *testing.T) {
		l := layerOf(t, held, "street")
		answer := "GeoJSON:" + o.url + "/ogc/collections/street/items?f=json&limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/4549"
		held.compare(t, l, held.codes(l.ID, nil), d.read(t, job{Provider: "ogr", URI: answer}), &projection{to: zone.FromWGS84, slack: 0.001, swap: true})
	})
	t.Run("vector tiles, drawn", func(t *testing.T) { o.checkDrawn(t, d) })
}

// checkDrawn draws the tiles in the service's own style. With QGIS_PICTURE the
// picture is kept there, to be looked at.
func (n *node) checkDrawn(t *testing.T, d *desk) {
	source := url.Values{"type": {"xyz"}, "zmin": {"0"}, "zmax": {"16"}, "url": {n.url + "/tiles/district,street,river_section,block,project/{z}/{x}/{y}.mvt"}, "styleUrl": {n.url + "/style.json"}}
	drawn := d.do(t, job{Do: "draw", URI: source.Encode(), Rectangle: []float64{121.36, 31.20, 121.46, 31.28}, File: os.Getenv("QGIS_PICTURE")})
	if len(drawn.Said) > 0 {
		t.Errorf("QGIS says %q", drawn.Said)
	}
	// Ground, land and the three lights of the style.
	for colour, least := range map[string]int{"#E7E9E5": 10_000, "#FBFAF7": 10_000, "#C62A1F": 100, "#E8A91A": 100, "#137C6B": 100} {
		if drawn.Colours[colour] < least {
			t.Errorf("%d pixels of %s, want %d at least: %v", drawn.Colours[colour], colour, least, drawn.Colours)
		}
	}
}

func TestQGISEditsPostGIS(t *testing.T) {
	d := openDesk(t)
	o := openDepartment(t, "putuo")
	edits(t, d, o.node, job{Provider: "postgres", URI: table(o.editor, "project", "Point")}, o.editor)
}

func TestQGISEditsGeoPackage(t *testing.T) {
	d := openDesk(t)
	path := filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, "--store", "gpkg:"+path, "--seed", "putuo")
	edits(t, d, n, job{Provider: "ogr", URI: path + "|layername=project"}, "")
}

// edits changes, moves, adds and deletes projects; each edit arrives on the live
// stream, is read a moment later, and is kept in the log under who made it.
func edits(t *testing.T, d *desk, n *node, source job, connection string) {
	source.Do = "edit"
	actor := "sql" // a file knows no logins
	if _, as, found := strings.Cut(connection, "user='"); found {
		actor, _, _ = strings.Cut(as, "'")
	}
	changes := n.listen(t)
	step := func(op, code string, attributes map[string]any, wkt string) {
		t.Helper()
		j := source
		j.Op, j.Code, j.Attributes, j.WKT = op, code, attributes, wkt
		d.do(t, j)
		hear(t, changes, code)
	}
	read := func(code string) (f struct {
		ID         int
		Geometry   struct{ Coordinates orb.Point }
		Properties map[string]any
	}) {
		t.Helper()
		decodeJSON(t, n.get(t, "/api/features/project/code:"+code, "", 200), &f)
		return f
	}
	const code = "PT2022-P003"
	before := read(code)
	step("change", code, map[string]any{"reason": "QGIS 里改的", "goal_outcome": "无法完成"}, "")
	if p := read(code).Properties; p["reason"] != "QGIS 里改的" || p["goal_outcome"] != "无法完成" || p["name"] != before.Properties["name"] {
		t.Errorf("changed: %v", p)
	}
	if list := string(n.get(t, "/api/features/project?limit=1000&light=red", "", 200)); !strings.Contains(list, `"entered":{"reason":"QGIS 里改的"}`) {
		t.Error("the list does not say it")
	}
	step("change", code, nil, "Point (121.3912345678901 31.2598765432109)")
	if at := read(code).Geometry.Coordinates; at != (orb.Point{121.3912345678901, 31.2598765432109}) {
		t.Errorf("moved to %v", at)
	}
	step("add", "Q-1", map[string]any{"code": "Q-1", "name": "QGIS 新建", "district": "310107", "investment": 1.5}, "Point (121.4 31.25)")
	added := read("Q-1")
	if added.Properties["name"] != "QGIS 新建" || added.Properties["investment"] != 1.5 || added.ID <= before.ID {
		t.Errorf("added: %+v", added)
	}
	// hear names the feature: a deletion tells its id alone.
	j := source
	j.Op, j.Code = "delete", "Q-1"
	d.do(t, j)
	hear(t, changes, fmt.Sprintf(`"id":%d`, added.ID))
	n.get(t, "/api/features/project/code:Q-1", "", 404)

	var log struct {
		Versions []struct{ Op, Actor string }
	}
	decodeJSON(t, n.get(t, "/api/log/project/code:"+code, "", 200), &log)
	var by []string
	for _, v := range log.Versions {
		if v.Op == "update" {
			by = append(by, v.Actor)
		}
	}
	if len(by) < 2 || by[0] != actor || by[1] != actor {
		t.Errorf("the log names %q, want %s for both: %+v", by, actor, log)
	}
}
