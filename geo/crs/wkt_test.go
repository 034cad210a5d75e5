package crs_test

import (
	"errors"
	"strings"
	"testing"

	"yiping/geo/crs"
)

// The dialects in which files say EPSG:4549: a .prj of ESRI, version 1 of OGC,
// version 2.
const (
	wktESRI4549 = `PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	wktOGC4549  = `PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",
    GEOGCS["China Geodetic Coordinate System 2000",
        DATUM["China_2000",
            SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],
            AUTHORITY["EPSG","1043"]],
        PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],
        UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],
        AUTHORITY["EPSG","4490"]],
    PROJECTION["Transverse_Mercator"],
    PARAMETER["latitude_of_origin",0],
    PARAMETER["central_meridian",120],
    PARAMETER["scale_factor",1],
    PARAMETER["false_easting",500000],
    PARAMETER["false_northing",0],
    UNIT["metre",1,AUTHORITY["EPSG","9001"]],
    AXIS["Northing",NORTH],
    AXIS["Easting",EAST],
    AUTHORITY["EPSG","4549"]]`
	wkt2of4549 = `PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 120E",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4490]],CONVERSION["3-degree Gauss-Kruger CM 120E",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",120,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]],USAGE[SCOPE["Cadastre ""large scale""."],AREA["China"],BBOX[24.43,118.5,53.33,121.5]],ID["EPSG",4549]]`

	geogESRI  = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	geogOGC   = `GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]`
	geog2     = `GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["World Geodetic System 1984 (Transit)"],ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]],ENSEMBLEACCURACY[2.0]],PRIMEM["Greenwich",0],CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4326]]`
	geogChina = `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`

	webESRI = `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",` + geogESRI + `,PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]`
	webOGC  = `PROJCS["WGS 84 / Pseudo-Mercator",` + geogOGC + `,PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +no_defs"],AUTHORITY["EPSG","3857"]]`
)

func TestFromWKTReadsTheDialects(t *testing.T) {
	change := func(s string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(s) }
	krass := change(wktOGC4549, `"CGCS2000",6378137,298.257222101`, `"Krassowsky_1940",6378245,298.3`, `AUTHORITY["EPSG","4549"]`, `AUTHORITY["LOCAL","1"]`,
		`AUTHORITY["EPSG","1043"]`, `TOWGS84[15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2]`)
	for _, c := range []struct{ name, text, want string }{
		{"ESRI zone", wktESRI4549, "EPSG:4549"},
		{"OGC zone", wktOGC4549, "EPSG:4549"},
		{"version 2 zone", wkt2of4549, "EPSG:4549"},
		{"with zone number", change(wktESRI4549, "500000.0", "40500000.0", "CM_120E", "Zone_40"), "EPSG:4528"},
		{"3-degree zone by name", change(wktESRI4549, "120.0", "117.0", "CM_120E", "CM_117E"), "EPSG:4548"},
		{"6-degree zone by name", change(wktESRI4549, "120.0", "117.0", "3_Degree_GK_CM_120E", "GK_CM_117E"), "EPSG:4509"},
		{"round brackets and a byte order mark", "\ufeff" + change(wktESRI4549, "[", "(", "]", ")"), "EPSG:4549"},
		{"lower case", change(wktESRI4549, "PROJCS", "projcs", "GEOGCS", "geogcs", "DATUM", "datum"), "EPSG:4549"},
		{"city system", change(wktESRI4549, "120.0", "121.466666666667", "500000.0", "0.0", `"False_Northing",0.0`, `"False_Northing",-3500000.0`),
			"tmerc:lon_0=121.466666666667,x_0=0,y_0=-3.5e+06,ellps=cgcs2000"},
		{"unknown code of another registry", change(wktOGC4549, `AUTHORITY["EPSG","4549"]`, `AUTHORITY["LOCAL","7"]`), "EPSG:4549"},
		{"TOWGS84", krass, "tmerc:lon_0=120,x_0=500000,y_0=0,ellps=krass,7p=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"},
		{"UTM", change(wktESRI4549, geogChina, geogESRI, "120.0", "123.0", `"Scale_Factor",1.0`, `"Scale_Factor",0.9996`, "Gauss_Kruger", "Transverse_Mercator"), "EPSG:32651"},
		{"ESRI degrees", geogESRI, "OGC:CRS84"},
		{"OGC degrees", geogOGC, "EPSG:4326"},
		{"version 2 degrees", geog2, "EPSG:4326"},
		{"CGCS2000 degrees", geogChina, "EPSG:4490"},
		{"with heights", `COMPD_CS["x",` + wktOGC4549 + `,VERT_CS["EGM96 height",VERT_DATUM["EGM96 geoid",2005],UNIT["metre",1],AXIS["Gravity-related height",UP]]]`, "EPSG:4549"},
		{"ESRI Web Mercator", webESRI, "EPSG:3857"},
		{"OGC Web Mercator", webOGC, "EPSG:3857"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := crs.FromWKT(c.text)
			if err != nil || got.String() != c.want {
				t.Errorf("%v, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestFromWKTRefusesWithTheReason(t *testing.T) {
	change := func(old, replacement string) string { return strings.Replace(wktOGC4549, old, replacement, 1) }
	for _, c := range []struct {
		name, text, want string
		unknown          bool
	}{
		{name: "nothing", text: "", want: "keyword is missing"},
		{name: "cut off", text: wktOGC4549[:200], want: "missing"},
		{name: "cut in a text", text: `GEOGCS["abc`, want: "closing quote"},
		{name: "more behind", text: wktOGC4549 + "]", want: "nothing may follow"},
		{name: "empty value", text: `GEOGCS["x",,]`, want: "value is missing"},
		{name: "wrong bracket", text: `GEOGCS["x")`, want: "bracket is missing"},
		{name: "bottomless", text: strings.Repeat("A[", 1000), want: "too deep"},
		{name: "endless", text: strings.Repeat(" ", 10) + "A[" + strings.Repeat("1,", 1<<16) + "1]", want: "too long"},
		{name: "another kind", text: `VERT_CS["x"]`, want: "not a kind", unknown: true},
		{name: "ties to nothing", text: `LOCAL_CS["shanghai",UNIT["metre",1]]`, want: "without a tie", unknown: true},
		{name: "no datum", text: `GEOGCS["x"]`, want: "datum is missing"},
		{name: "no ellipsoid", text: `GEOGCS["x",DATUM["y"]]`, want: "ellipsoid is missing"},
		{name: "other ellipsoid", text: change("6378137,298.257222101", "6370000,300"), want: "not known", unknown: true},
		{name: "older datum", text: change("6378137,298.257222101", "6378140,298.257"), want: "ellps=iau76", unknown: true},
		{name: "code of another system", text: change(`"EPSG","4549"`, `"EPSG","4550"`), want: "not those of EPSG:4550"},
		{name: "feet", text: change(`UNIT["metre",1,`, `UNIT["foot",0.3048,`), want: "foot", unknown: true},
		{name: "grads", text: change(`UNIT["degree",0.0174532925199433,`, `UNIT["grad",0.015707963267949,`), want: "grad", unknown: true},
		{name: "Ferro", text: change(`"Greenwich",0`, `"Ferro",-17.6666666666667`), want: "Greenwich", unknown: true},
		{name: "other projection", text: change("Transverse_Mercator", "Lambert_Conformal_Conic_2SP"), want: "Lambert", unknown: true},
		{name: "other parameter", text: change(`PARAMETER["scale_factor",1]`, `PARAMETER["azimuth",30]`), want: "azimuth", unknown: true},
		{name: "no number", text: change(`PARAMETER["scale_factor",1]`, `PARAMETER["scale_factor"]`), want: "no number"},
		{name: "not a number", text: change(`PARAMETER["scale_factor",1]`, `PARAMETER["scale_factor",nan]`), want: "no number"},
		{name: "wild scale", text: change(`PARAMETER["scale_factor",1]`, `PARAMETER["scale_factor",0]`), want: "from 0.9 to 1.1"},
		{name: "wild meridian", text: change(`"central_meridian",120`, `"central_meridian",1e300`), want: "±180"},
		{name: "short TOWGS84", text: change(`AUTHORITY["EPSG","1043"]`, `TOWGS84[1,2]`), want: "3 or 7"},
		{name: "wild TOWGS84", text: change(`AUTHORITY["EPSG","1043"]`, `TOWGS84[1,2,1e9]`), want: "number 3 of TOWGS84"},
		{name: "true Mercator", text: strings.Replace(webOGC, "+b=6378137 ", "+b=6356752 ", 1), want: "Mercator_1SP", unknown: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := crs.FromWKT(c.text)
			var e *crs.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Unknown != c.unknown {
				t.Errorf("%v, %v, want a word about %s, unknown %v", got, err, c.want, c.unknown)
			}
		})
	}
}

func FuzzFromWKT(f *testing.F) {
	for _, s := range []string{wktESRI4549, wktOGC4549, wkt2of4549, geogESRI, geogOGC, geog2, webESRI, webOGC,
		strings.Replace(wktOGC4549, `AUTHORITY["EPSG","1043"]`, `TOWGS84[1,2,3,4,5,6,7]`, 1)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, s, crs.FromWKT) })
}
