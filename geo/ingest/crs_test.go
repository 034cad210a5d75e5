package ingest_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format"
	"yiping/geo/ingest"
)

// point is a file of one point with the code A; crs is a member before it.
func point(crs, xy string) format.Source {
	return shapes("f.geojson", `{"type":"FeatureCollection",`+crs+`"features":[{"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Point","coordinates":[`+xy+`]}}]}`)
}

func TestImportTurnsCoordinatesIntoWGS84(t *testing.T) {
	zhenru := orb.Point{121.3988, 31.2524}
	for _, c := range []struct {
		name    string
		src     format.Source
		crs     string
		notices string // a part of them
	}{
		{"as told", table("t.csv", "code,x,y\nA,40633244.3614,3459802.2674\n"), "EPSG:4528", ""},
		{"by name", table("t.csv", "code,x,y\nA,633244.3614,3459802.2674\n"), "CGCS2000_3_Degree_GK_CM_120E", ""},
		{"as the file says", point(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},`, "633244.3614,3459802.2674"), "", ""},
		{"as told against the file", point(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4548"}},`, "633244.3614,3459802.2674"), "EPSG:4549", "EPSG:4548"},
		{"city system", table("t.csv", "code,x,y\nA,633244.3614,459802.2674\n"), "tmerc:lon_0=120,x_0=500000,y_0=-3000000", ""},
		{"GCJ-02", point("", "121.531541859215,31.17530398364597"), "GCJ-02", ""},
		{"taken as they are", point("", "121.3988,31.2524"), "", "GCJ-02"},
		{"said to be as they are", point("", "121.3988,31.2524"), "CGCS2000", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &store{}
			res := run(t, s, c.src, ingest.Options{Layer: "l", CRS: c.crs})
			if notices := strings.Join(res.Notices, "; "); !strings.Contains(notices, c.notices) || (c.notices == "") != (notices == "") {
				t.Errorf("notices %q", notices)
			}
			p, ok := s.feature("A").Geometry.(orb.Point)
			want := zhenru
			if c.crs == "GCJ-02" {
				want = orb.Point{121.5272106, 31.1774276}
			}
			if !ok || math.Abs(p[0]-want[0]) > 1e-8 || math.Abs(p[1]-want[1]) > 1e-8 {
				t.Errorf("it lies at %v, want %v", p, want)
			}
			res = run(t, s, c.src, ingest.Options{Layer: "l", CRS: c.crs, Mode: ingest.Upsert})
			if res.Unchanged != 1 {
				t.Errorf("the same file again: %+v", res)
			}
		})
	}
}

func TestImportRefusesWhatWouldLandElsewhere(t *testing.T) {
	for _, c := range []struct {
		name, text, crs string // text of a table, or coordinates
		want            []string
	}{
		{"zone with number", "code,x,y\nA,40633218,3459107\n", "", []string{"metres of a plane", "likely: EPSG:4528 (CGCS2000 / 3-degree Gauss-Kruger zone 40)"}},
		{"zone without number", "code,x,y\nA,633218,3459107\n", "", []string{"EPSG:4549", "any central meridian"}},
		{"metres said to be degrees", "code,x,y\nA,40633218,3459107\n", "EPSG:4490", []string{"metres of a plane", "EPSG:4528"}},
		{"northing first", "code,x,y\nA,3459107,40633218\n", "", []string{"x and y seem to be exchanged"}},
		{"city system", "-1200.5,-3400.25", "", []string{"tmerc:lon_0="}},
		{"degrees said to be metres", "code,x,y\nA,121.4,31.2\n", "EPSG:4549", []string{"look like longitude and latitude", "EPSG:4326"}},
		{"latitude first", "31.2,121.4", "", []string{"latitude seems to come before longitude", "--lon"}},
		{"wrong zone", "code,x,y\nA,40633218,3459107\nB,40633219,3459107\n", "EPSG:4549", []string{"outside CGCS2000", "EPSG:4528"}},
		{"one astray", "code,x,y\nA,633218,3459107\nB,40633219,3459107\n", "EPSG:4549", []string{"row 2", "outside CGCS2000", "EPSG:4528"}},
		{"older datum", "code,x,y\nA,40633218,3459107\n", "EPSG:2364", []string{"Xian 1980", "7p="}},
		{"declared wrongly", "code,x,y\nA,1,2\n", "tmerc:lon_0=200", []string{"lon_0 must be a number from -180 to 180"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, src := &store{}, table("t.csv", c.text)
			if !strings.HasPrefix(c.text, "code") {
				src = point("", c.text)
			}
			_, err := ingest.Import(context.Background(), s, src, ingest.Options{Layer: "l", CRS: c.crs, Actor: "test"})
			if err == nil || geo.CodeOf(err) == geo.Internal || len(s.batches) != 0 {
				t.Fatalf("error %v, %d batches", err, len(s.batches))
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q says nothing of %q", err, want)
				}
			}
		})
	}
}
