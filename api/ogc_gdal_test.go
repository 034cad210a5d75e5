package api_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// gdal runs a program of GDAL and gives what it prints; a missing one fails.
func gdal(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v (of gdal-bin): %v\n%s", program, args, err, out)
	}
	return string(out)
}

func TestGDALReadsEveryCollection(t *testing.T) {
	store := openStore(t)
	for n := range 25 { // more than a page
		apply(t, store, create(city.Problem, "Q"+strconv.Itoa(n), orb.Point{121.36 + float64(n)/1000, 31.2}, geo.Properties{"name": "点位" + strconv.Itoa(n)}))
	}
	// As an import declares one: no core layer, names in Chinese.
	imported := geo.Layer{ID: "pipes", Title: geo.Text{ZH: "管线"}, Geometry: geo.Lines, Fields: []geo.Field{
		{Name: "管径", Title: geo.Text{ZH: "管径"}, Type: geo.FloatField, Unit: "mm"}, {Name: "seen", Title: geo.Text{ZH: "巡查"}, Type: geo.TimeField}}}
	apply(t, store, geo.Edit{Op: geo.Declare, Layer: imported},
		create("pipes", "G1", orb.LineString{{121.36, 31.19}, {121.37, 31.2}}, geo.Properties{"管径": 300.5}))
	s := start(t, store, setting{})
	source := "OAPIF:" + s.base + "/ogc"
	for layer, c := range map[string]struct{ whole, boxed int }{
		"district": {2, 1}, "town": {1, 1}, "project": {5, 1}, "river_section": {1, 0}, "figure": {3, 0}, "street": {0, 0}, "block": {0, 0},
		"problem": {28, 6}, "pipes": {1, 1},
	} {
		t.Run(layer, func(t *testing.T) {
			out := gdal(t, "ogrinfo", "-ro", "-al", source, layer)
			if !strings.Contains(out, "Feature Count: "+strconv.Itoa(c.whole)+"\n") || strings.Count(out, "OGRFeature(") != c.whole {
				t.Errorf("whole, want %d:\n%s", c.whole, out)
			}
			out = gdal(t, "ogrinfo", "-ro", "-al", "-spat", "121.355", "31.18", "121.3655", "31.2", source, layer)
			if n := strings.Count(out, "OGRFeature("); n != c.boxed {
				t.Errorf("by box %d, want %d:\n%s", n, c.boxed, out)
			}
		})
	}
	t.Run("filter sent on", func(t *testing.T) {
		out := gdal(t, "ogrinfo", "-ro", "-al", "-where", "level='区属' AND light='red'", source, "project")
		if strings.Count(out, "OGRFeature(") != 1 || !strings.Contains(out, "code (String) = P2") {
			t.Error(out)
		}
	})
	t.Run("ogr2ogr keeps every vertex", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "out.csv")
		gdal(t, "ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", file, source, "pipes")
		if out := gdal(t, "ogrinfo", "-al", "-q", file); !strings.Contains(out, "LINESTRING (121.36 31.19,121.37 31.2)") || !strings.Contains(out, "300.5") {
			t.Error(out)
		}
	})
}

// gdalTransform gives a longitude and latitude in a system, in the order of its
// axes as its authority defines them.
func gdalTransform(t *testing.T, code int, lonLat string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "gdaltransform", "-s_srs", "OGC:CRS84", "-t_srs", "EPSG:"+strconv.Itoa(code), "-output_xy")
	c.Stdin = strings.NewReader(lonLat + "\n")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("gdaltransform: %v\n%s", err, out)
	}
	// It writes x before y, as files do; these authorities put y first.
	xy := strings.Fields(string(out))
	if len(xy) < 2 {
		t.Fatalf("gdaltransform: %s", out)
	}
	return xy[1] + " " + xy[0]
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
