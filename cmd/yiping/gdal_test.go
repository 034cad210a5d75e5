package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiping/geo"
	"yiping/geo/crs"
)

// ogr2ogr reads features of a source with GDAL and gives them as it wrote them.
func ogr2ogr(t *testing.T, args ...string) []client {
	t.Helper()
	args = append([]string{"-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=16", "-lco", "SIGNIFICANT_FIGURES=17", "/vsistdout/"}, args...)
	cmd := exec.CommandContext(t.Context(), "ogr2ogr", args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || bytes.Contains(errs.Bytes(), []byte("ERROR")) {
		t.Fatalf("ogr2ogr %q (of gdal-bin): %v\n%s", args, err, &errs)
	}
	var written struct {
		Features []struct {
			Geometry   json.RawMessage
			Properties map[string]any
		}
	}
	decodeJSON(t, out.Bytes(), &written)
	var found []client
	for _, f := range written.Features {
		c := client{attributes: f.Properties}
		if string(f.Geometry) != "null" {
			g, err := geojson.UnmarshalGeometry(f.Geometry)
			if err != nil {
				t.Fatal(err)
			}
			c.shape = g.Geometry()
		}
		found = append(found, c)
	}
	return found
}

// middle is a rectangle in the middle of the seeded districts of Shanghai.
var middle = orb.Bound{Min: orb.Point{121.40, 31.21}, Max: orb.Point{121.43, 31.24}}

// TestGDALReadsTheCity reads every layer of the seeded city, tables without
// geometry too, as a GIS team does, and wants what the store holds.
func TestGDALReadsTheCity(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, "--store", store, "--seed", "all")
	held := truthOf(t, store)
	if len(held.layers) < 20 || len(held.rows["project"]) < 400 {
		t.Fatalf("%d layers", len(held.layers))
	}
	for k := range held.layers {
		l := &held.layers[k]
		t.Run(string(l.ID), func(t *testing.T) { n.readLayer(t, held, l) })
	}
	t.Run("in the authority's order of axes", func(t *testing.T) { n.readZones(t, held) })
	t.Run("of lights", func(t *testing.T) { n.readLights(t, held) })
	t.Run("of late values", func(t *testing.T) { n.readLate(t, store) })
}

// ogrTypes are the types that GDAL is to give to columns.
var ogrTypes = map[geo.FieldType]string{geo.TextField: "String", geo.IntField: "Integer", geo.FloatField: "Real", geo.BoolField: "Integer(Boolean)", geo.DateField: "Date", geo.TimeField: "DateTime"}

// typed wants each declared field as a column of its type, in the order declared;
// wide are whole numbers of more than 32 bits, which GDAL learns to be numbers.
func (n *node) typed(t *testing.T, l *geo.Layer, wide ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-so", "OAPIF:"+n.url+"/ogc", string(l.ID)).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ERROR")) {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, f := range l.Fields {
		want := ogrTypes[f.Type]
		if slices.Contains(wide, f.Name) {
			want = "Real"
		}
		if f.Name == "light" && l.Light.Kind != geo.NoRule {
			continue // the light's own
		}
		var ok bool
		if _, rest, ok = strings.Cut(rest, "\n"+f.Name+": "+want+" ("); !ok {
			t.Errorf("%s: %s is not there as %s, or too early\n%s", l.ID, f.Name, want, out)
			return
		}
	}
}

// readLate reads a layer whose columns are empty on the first pages, and hold
// whole numbers beyond 32 bits.
func (n *node) readLate(t *testing.T, store string) {
	l := geo.Layer{ID: "late", Title: geo.Text{ZH: "迟"}, Geometry: geo.Points, Fields: []geo.Field{{Name: "phone", Type: geo.IntField}, {Name: "时刻", Type: geo.TimeField},
		{Name: "day", Type: geo.DateField}, {Name: "yes", Type: geo.BoolField}, {Name: "share", Type: geo.FloatField}, {Name: "text", Type: geo.TextField}, {Name: "n", Type: geo.IntField}}}
	batch := geo.Batch{Actor: "test", Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}}
	for k := range 40 {
		f := geo.Feature{Layer: l.ID, Code: fmt.Sprintf("L%02d", k), Geometry: orb.Point{121.4, 31.2}}
		if k == 39 {
			f.Properties = geo.Properties{"phone": int64(13812345678), "时刻": time.Date(2022, 6, 1, 8, 30, 0, 0, time.UTC), "day": geo.NewDate(2022, 6, 30),
				"yes": true, "share": 3.0, "text": "末", "n": int64(-7)}
		}
		batch.Edits = append(batch.Edits, geo.Edit{Op: geo.Create, Feature: f})
	}
	r, err := opened(t, store).Apply(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	n.get(t, "/ogc/collections/late", string(r.Cursor), 200)
	n.typed(t, &l, "phone")
	got := ogr2ogr(t, "-oo", "PAGE_SIZE=9", "OAPIF:"+n.url+"/ogc", "late")
	if len(got) != 40 {
		t.Fatalf("%d features", len(got))
	}
	last := got[39].attributes
	for name, want := range map[string]any{"phone": 13812345678.0, "时刻": "2022-06-01T08:30:00Z", "day": "2022-06-30", "yes": true, "share": 3.0, "text": "末", "n": -7.0} {
		if last[name] != want {
			t.Errorf("%s is %#v, want %#v", name, last[name], want)
		}
	}
	if v, there := got[0].attributes["phone"]; !there || v != nil {
		t.Errorf("an absent value is %#v", v)
	}
}

func (n *node) readLayer(t *testing.T, held truth, l *geo.Layer) {
	n.typed(t, l)
	source, id := "OAPIF:"+n.url+"/ogc", string(l.ID)
	all := held.codes(l.ID, nil)
	// Pages that never divide the layer evenly.
	held.compare(t, l, all, ogr2ogr(t, "-oo", "PAGE_SIZE="+strconv.Itoa(max(7, len(all)/4)), source, id), nil)
	if len(all) > 0 {
		first := ""
		for code := range all {
			if first == "" || code < first {
				first = code
			}
		}
		held.compare(t, l, map[string]bool{first: true}, ogr2ogr(t, "-where", "code = '"+first+"'", source, id), nil)
	}
	if l.Geometry == geo.NoGeometry {
		return
	}
	held.compare(t, l, held.codes(l.ID, within(t, middle)), ogr2ogr(t, "-spat", text(middle.Min[0]), text(middle.Min[1]), text(middle.Max[0]), text(middle.Max[1]), source, id), nil)
	zone, err := crs.Parse("EPSG:4549")
	if err != nil {
		t.Fatal(err)
	}
	// GDAL projects what it read, easting first as files have it.
	held.compare(t, l, all, ogr2ogr(t, "-t_srs", "EPSG:4549", source, id), &projection{to: zone.FromWGS84, slack: 0.002})
}

func text(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// readZones asks for another system in the answer: GDAL reads the places as they
// stand there, northing first.
func (n *node) readZones(t *testing.T, held truth) {
	for _, c := range []struct {
		code  int
		slack float64
	}{{4490, 1e-9}, {4549, 0.001}, {4528, 0.001}, {4509, 0.001}} {
		system, err := crs.Parse(fmt.Sprintf("EPSG:%d", c.code))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []geo.LayerID{"project", "street", "town"} {
			l := layerOf(t, held, id)
			address := fmt.Sprintf("GeoJSON:%s/ogc/collections/%s/items?f=json&limit=1000&crs=%s", n.url, id, url.QueryEscape(fmt.Sprintf("http://www.opengis.net/def/crs/EPSG/0/%d", c.code)))
			held.compare(t, l, held.codes(id, nil), ogr2ogr(t, address), &projection{to: system.FromWGS84, slack: c.slack, swap: true})
		}
	}
}

func layerOf(t *testing.T, held truth, id geo.LayerID) *geo.Layer {
	t.Helper()
	for k := range held.layers {
		if held.layers[k].ID == id {
			return &held.layers[k]
		}
	}
	t.Fatalf("no layer %s", id)
	return nil
}

// readLights filters by what the service computes, and wants what the list of
// lights says.
func (n *node) readLights(t *testing.T, held truth) {
	for _, light := range []string{"red", "yellow", "green", "none"} {
		var listed struct {
			Features []struct{ Properties struct{ Code string } }
		}
		decodeJSON(t, n.get(t, "/api/features/project?limit=1000&light="+light, "", 200), &listed)
		codes := map[string]bool{}
		for _, f := range listed.Features {
			codes[f.Properties.Code] = true
		}
		if len(codes) == 0 {
			t.Fatalf("no %s project", light)
		}
		held.compare(t, layerOf(t, held, "project"), codes, ogr2ogr(t, "-where", "light = '"+light+"'", "OAPIF:"+n.url+"/ogc", "project"), nil)
	}
}

// readmeCommands are the lines of the README that begin with a program.
func readmeCommands(t *testing.T, program string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, program+" ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// shell runs commands of the README at a department, with a token.
type shell struct {
	department
	dir, token string
}

func (s *shell) run(t *testing.T, line string, env ...string) (string, error) {
	t.Helper()
	for _, c := range [][2]string{{"http://HOST:8080", s.url}, {"host=db.example dbname=yiping user=wang", s.reader}, {"host=db.example dbname=yiping user=zhang", s.editor}} {
		line = strings.ReplaceAll(line, c[0], c[1])
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir, cmd.Env = s.dir, append(append(os.Environ(), "TOKEN="+s.token), env...)
	out, err := cmd.CombinedOutput()
	if err == nil && bytes.Contains(out, []byte("ERROR")) {
		err = errors.New("GDAL has failed")
	}
	return string(out), err
}

// must runs a command that is to give features, or to write a file of them.
func (s *shell) must(t *testing.T, line string, env ...string) {
	t.Helper()
	_, rest, writes := strings.Cut(line, "-f GPKG ")
	file, _, _ := strings.Cut(rest, " ")
	if writes {
		if err := os.RemoveAll(filepath.Join(s.dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	out, err := s.run(t, line, env...)
	if writes && err == nil {
		out, err = s.run(t, "ogrinfo -ro -al "+file)
	}
	if err != nil || !strings.Contains(out, "OGRFeature(") {
		t.Errorf("%s (%q): %v\n%s", line, env, err, out)
	}
}

// TestConnectionsOfTheREADME runs the commands that the README shows a GIS team, by
// the roles it gives and where reading is closed.
func TestConnectionsOfTheREADME(t *testing.T) {
	o := openDepartment(t, "putuo", "--reading", "closed")
	s := &shell{o, t.TempDir(), strings.TrimSpace(must(t, "user", "token", "add", "gis", "--store", o.store, "--actor", "GIS", "--rights", "read"))}
	var byHTTP, bySQL int
	for _, line := range slices.Concat(readmeCommands(t, "ogr2ogr"), readmeCommands(t, "ogrinfo")) {
		switch {
		case strings.Contains(line, "$TOKEN"):
			s.must(t, line)
		case strings.Contains(line, "HOST:8080"):
			if out, err := s.run(t, line); err == nil {
				t.Errorf("%s: reads what is closed: %s", line, out)
			}
			s.must(t, line, "GDAL_HTTP_HEADERS=Authorization: Bearer "+s.token)
			s.must(t, line, "GDAL_HTTP_USERPWD=gis:"+s.token)
			byHTTP++
		default:
			s.must(t, line)
			bySQL++
		}
	}
	for _, line := range readmeCommands(t, "psql") {
		if strings.Contains(line, "user=zhang") {
			if out, err := s.run(t, line); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
			bySQL++
		}
	}
	if byHTTP < 3 || bySQL < 2 {
		t.Errorf("the README shows %d commands by HTTP, %d by SQL", byHTTP, bySQL)
	}
	log, err := s.run(t, `curl -sS -u gis:$TOKEN http://HOST:8080/api/log/project/code:PT2022-P003`)
	if err != nil || !strings.Contains(log, `"actor":"zhang_`+o.name+`"`) {
		t.Errorf("the edit by psql is not in the log: %v, %s", err, log)
	}
}

// TestEditsOfTheREADME runs the two commands by which it shows how to edit through
// OGC API, since GDAL only reads that way, and has GDAL read what came of them.
func TestEditsOfTheREADME(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	n := serve(t, "--store", store, "--seed", "putuo")
	s := &shell{department{node: n}, t.TempDir(), strings.TrimSpace(must(t, "user", "token", "add", "gis", "--store", store, "--actor", "GIS", "--rights", "edit"))}
	lines := slices.DeleteFunc(readmeCommands(t, "curl"), func(line string) bool { return !strings.Contains(line, "HOST:8080/ogc/") })
	if len(lines) != 2 {
		t.Fatalf("the README shows %d commands", len(lines))
	}
	run := func(line string) string {
		t.Helper()
		out, err := s.run(t, strings.Replace(line, "curl", "curl -sS", 1))
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		return out
	}
	var made struct {
		ID      uint64
		Version uint64
		Cursor  string
	}
	decodeJSON(t, []byte(run(lines[0])), &made)
	patch := strings.ReplaceAll(lines[1], "/items/12 ", fmt.Sprintf("/items/%d ", made.ID))
	_, tag, _ := strings.Cut(run(fmt.Sprintf("curl -D - -H 'Yiping-Min-Cursor: %s' http://HOST:8080/ogc/collections/problem/items/%d", made.Cursor, made.ID)), `Etag: "`)
	tag, _, _ = strings.Cut(tag, `"`)
	patch = strings.ReplaceAll(patch, "3-…", tag)
	changed := made
	decodeJSON(t, []byte(run(patch)), &changed)
	if made.ID == 0 || changed.Version <= made.Version {
		t.Fatalf("made %+v, changed %+v", made, changed)
	}
	if out := run(patch); !strings.Contains(out, `"status":412`) {
		t.Errorf("the same change of a feature that has changed: %s", out)
	}
	n.get(t, "/ogc/collections/problem", changed.Cursor, 200)
	got := ogr2ogr(t, "-where", "code = 'A1'", "OAPIF:"+n.url+"/ogc", "problem")
	if len(got) != 1 || got[0].attributes["name"] != "已修复" || got[0].shape != (orb.Point{121.4, 31.23}) {
		t.Errorf("GDAL reads %+v", got)
	}
}
