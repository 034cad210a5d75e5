package postgis_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/postgis"
	"yiping/geo/storetest"
)

func TestGeometryWrittenInSQL(t *testing.T) {
	s, url := cityStore(t, "a")
	f := follow(t, s)
	conn := connect(t, url)
	for wkt, want := range map[string]struct {
		g orb.Geometry
		z []float64
	}{
		"POINT(121 31)":            {orb.Point{121, 31}, nil},
		"POINT Z(121 31 4.5)":      {orb.Point{121, 31}, []float64{4.5}},
		"POINT EMPTY":              {orb.MultiPoint{}, nil},
		"POLYGON EMPTY":            {orb.Polygon{}, nil},
		"GEOMETRYCOLLECTION EMPTY": {orb.Collection{}, nil},
		"GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))":    {orb.Collection{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}}, nil},
		"MULTILINESTRING Z((1 2 3,4 5 6),(7 8 9,10 11 12))":     {orb.MultiLineString{{{1, 2}, {4, 5}}, {{7, 8}, {10, 11}}}, []float64{3, 6, 9, 12}},
		"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 2,2 2,2 1,1 1))":  {orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}}, nil},
		"MULTIPOINT((1 2),EMPTY,(3 4))":                         {orb.MultiPoint{{1, 2}, {3, 4}}, nil},
		"GEOMETRYCOLLECTION Z(POINT Z(1 2 3),POINT Z EMPTY)":    {orb.Collection{orb.Point{1, 2}, orb.MultiPoint{}}, []float64{3}},
		"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))": {orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, {{{5, 5}, {6, 5}, {6, 6}, {5, 5}}}}, nil},
		"LINESTRING(-180 -90,180 90)":                           {orb.LineString{{-180, -90}, {180, 90}}, nil},
	} {
		run(t, conn, "UPDATE project SET geom = ST_GeomFromText('"+wkt+"', 4326)")
		f.poll()
		if got := f.byCode["a"].Feature; !reflect.DeepEqual(got.Geometry, want.g) || !reflect.DeepEqual(got.Z, want.z) {
			t.Errorf("%s: %#v %v", wkt, got.Geometry, got.Z)
		}
	}
	run(t, conn, "UPDATE project SET geom = NULL")
	if f.poll(); f.byCode["a"].Feature.Geometry != nil {
		t.Error("NULL is a geometry")
	}
	for name, expr := range map[string]string{
		"no SRID":       "ST_MakePoint(1, 2)",
		"another SRID":  "ST_SetSRID(ST_MakePoint(1, 2), 3857)",
		"measure":       "ST_GeomFromText('POINT M(1 2 3)', 4326)",
		"out of bounds": "ST_SetSRID(ST_MakePoint(181, 2), 4326)",
		"not a number":  "ST_SetSRID(ST_MakePoint('NaN', 2), 4326)",
		"bow tie":       "ST_GeomFromText('POLYGON((0 0,1 1,1 0,0 1,0 0))', 4326)",
		"curve":         "ST_GeomFromText('CIRCULARSTRING(0 0,1 1,1 0)', 4326)",
		"curve within":  "ST_GeomFromText('GEOMETRYCOLLECTION(CIRCULARSTRING(0 0,1 1,1 0))', 4326)",
		"tin within":    "ST_GeomFromText('GEOMETRYCOLLECTION Z(TIN Z(((0 0 0,0 0 1,0 1 0,0 0 0))))', 4326)",
	} {
		if _, err := conn.Exec(context.Background(), "UPDATE project SET geom = "+expr); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if got := list[string](t, conn, "SELECT srid || ' ' || type FROM geometry_columns WHERE f_table_name = 'project'"); len(got) != 1 || got[0] != "4326 GEOMETRY" {
		t.Errorf("geometry_columns says %q", got)
	}
}

func TestKilledWriterLeavesWholeBatches(t *testing.T) {
	_, url := cityStore(t)
	storetest.RunKill(t, storetest.Kill{Place: url, Open: func(testing.TB) (geo.Store, error) {
		return postgis.Open(context.Background(), url, postgis.Options{})
	}})
}
