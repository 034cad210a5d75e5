package crs_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo/crs"
)

func TestParseReadsTheNotationsInUse(t *testing.T) {
	for text, want := range map[string]string{
		"EPSG:4549": "EPSG:4549", "epsg:4549": "EPSG:4549", " 4549 ": "EPSG:4549", "EPSG::4549": "EPSG:4549",
		"urn:ogc:def:crs:EPSG::4549":                    "EPSG:4549",
		"urn:ogc:def:crs:EPSG:9.8:4490":                 "EPSG:4490",
		"urn:ogc:def:crs:OGC:1.3:CRS84":                 "OGC:CRS84",
		"urn:ogc:def:crs:OGC::CRS84":                    "OGC:CRS84",
		"http://www.opengis.net/def/crs/EPSG/0/4549":    "EPSG:4549",
		"https://www.opengis.net/def/crs/OGC/1.3/CRS84": "OGC:CRS84",
		"http://www.opengis.net/gml/srs/epsg.xml#4326":  "EPSG:4326",
		"CRS84":                 "OGC:CRS84",
		"OGC:CRS84":             "OGC:CRS84",
		"WGS84":                 "OGC:CRS84",
		"WGS 84":                "OGC:CRS84",
		"CGCS2000":              "EPSG:4490",
		"cgcs 2000":             "EPSG:4490",
		"gcj02":                 "GCJ-02",
		"GCJ-02":                "GCJ-02",
		"BD-09":                 "BD-09",
		"bd09ll":                "BD-09",
		"EPSG:900913":           "EPSG:3857",
		"ESRI:102100":           "EPSG:3857",
		"UTM zone 51N":          "EPSG:32651",
		"WGS 84 / UTM zone 7S":  "EPSG:32707",
		"WGS_1984_UTM_Zone_50N": "EPSG:32650",
		"CGCS2000 / 3-degree Gauss-Kruger CM 120E":          "EPSG:4549",
		"CGCS2000_3_Degree_GK_CM_120E":                      "EPSG:4549",
		"CGCS2000_3_Degree_GK_Zone_40":                      "EPSG:4528",
		"CGCS2000_GK_CM_117E":                               "EPSG:4509",
		"CGCS2000 / Gauss-Kruger zone 20":                   "EPSG:4498",
		"tmerc:lon_0=120,x_0=500000":                        "EPSG:4549",
		"tmerc:lon_0=120,x_0=40500000,ellps=cgcs2000":       "EPSG:4528",
		"tmerc:lon_0=117,x_0=20500000":                      "EPSG:4498",
		"TMERC: lon_0 = 121.4667 , x_0=0 , y_0=-3500000":    "tmerc:lon_0=121.4667,x_0=0,y_0=-3.5e+06,ellps=cgcs2000",
		"tmerc:lon_0=123,k_0=0.9996,x_0=500000,ellps=wgs84": "EPSG:32651",
		"tmerc:lon_0=1,4p=1,2,1,3":                          "tmerc:lon_0=1,x_0=0,y_0=0,ellps=cgcs2000,4p=1,2,1,3",
		"longlat:ellps=beijing54,7p=1,2,3,0,0,0,0":          "longlat:ellps=krass,7p=1,2,3,0,0,0,0",
		"longlat:ellps=cgcs2000":                            "EPSG:4490",
		`GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]`: "OGC:CRS84",
	} {
		c, err := crs.Parse(text)
		if err != nil || c.String() != want {
			t.Errorf("%q is %v, %v, want %s", text, c, err, want)
			continue
		}
		again, err := crs.Parse(c.String())
		if err != nil || !again.Equal(c) {
			t.Errorf("%q is not read again: %v, %v", c.String(), again, err)
		}
		if uri := c.URI(); uri != "" {
			if again, err := crs.Parse(uri); err != nil || !again.Equal(c) {
				t.Errorf("%q is not read again: %v, %v", uri, again, err)
			}
		}
		if again, err := crs.Parse(c.Name()); err != nil && !strings.HasPrefix(c.Name(), "WGS 84 /") || err == nil && again.Unit() != c.Unit() {
			t.Errorf("its own name %q is not read: %v", c.Name(), err)
		}
	}
}

func TestEveryRegisteredCodeIsReadAndNamed(t *testing.T) {
	codes := []int{4326, 4490, 3857}
	for code := 4491; code <= 4554; code++ {
		codes = append(codes, code)
	}
	for zone := 1; zone <= 60; zone++ {
		codes = append(codes, 32600+zone, 32700+zone)
	}
	for _, code := range codes {
		c, err := crs.FromEPSG(code)
		if err != nil || c.EPSG() != code {
			t.Errorf("EPSG:%d is %v, %v", code, c, err)
			continue
		}
		if code == 4326 { // its name is that of CRS84 too
			continue
		}
		if named, err := crs.Parse(c.Name()); err != nil || named.EPSG() != code {
			t.Errorf("%q is %v, %v, want EPSG:%d", c.Name(), named, err, code)
		}
	}
}

func TestParseRefusesWithTheReason(t *testing.T) {
	for text, want := range map[string]string{
		"": "no name", "EPSG:": "none of this name", "EPSG:99999": "not among those known", "EPSG:4549x": "none of this name", "EPSG:-1": "none of this name",
		"Mars": "none of this name", "EPSG:2437": "Beijing 1954", "EPSG:2364": "Xian 1980", "EPSG:4610": "ellps=iau76", "UTM zone 61N": "none of this name",
		"UTM zone 51X": "none of this name", "urn:ogc:def:crs:EPSG:4549": "none of this name", "OGC:CRS27": "none of this name",
		"tmerc:": "unknown parameter", "tmerc:x_0=0": "lon_0", "tmerc:lon_0=abc": "lon_0 must be a number", "tmerc:lon_0=NaN": "lon_0 must be a number",
		"tmerc:lon_0=181": "from -180 to 180", "tmerc:lon_0=120,k_0=2": "k_0 must", "tmerc:lon_0=120,lon_0=120": "twice", "tmerc:lon_0=120,k=1,k_0=1": "twice",
		"tmerc:lon_0=120,units=m": "unknown parameter", "tmerc:lon_0=120,ellps=mars": "unknown ellipsoid", "tmerc:lon_0=120,ellps=krass": "7p must be given",
		"tmerc:lon_0=120,4p=1,2,1": "4 numbers, not 3", "tmerc:lon_0=120,4p=1,2,1.2,3": "number 3 of 4p", "tmerc:lon_0=120,4p=1,2,0,3": "ratio near 1",
		"tmerc:lon_0=120,7p=1,2,3": "7 numbers, not 3", "tmerc:lon_0=120,7p=1,2,3,4,5,6,inf": "number 7 of 7p",
		"tmerc:lon_0=120,4p=1,2,1,3,7p=1,2,3,4,5,6,7": "either 4p or 7p", "longlat:lon_0=3": "longlat takes", "longlat:ellps=krass": "7p must be given",
		strings.Repeat("x", 1<<11): "too long",
	} {
		_, err := crs.Parse(text)
		var e *crs.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want a word about %s", text, err, want)
		}
		if len(err.Error()) > 600 {
			t.Errorf("%.40q: a message of %d bytes", text, len(err.Error()))
		}
	}
}

func TestGuessNamesTheLikelySystems(t *testing.T) {
	at := func(name string, p orb.Point) orb.Bound {
		q, err := must(t, name).FromWGS84(p)
		if err != nil {
			t.Fatal(err)
		}
		return orb.Bound{Min: orb.Point{q[0] - 0.01, q[1] - 0.01}, Max: orb.Point{q[0] + 0.01, q[1] + 0.01}}
	}
	flip := func(b orb.Bound) orb.Bound {
		return orb.Bound{Min: orb.Point{b.Min[1], b.Min[0]}, Max: orb.Point{b.Max[1], b.Max[0]}}
	}
	shanghai, fuzhou, urumqi := orb.Point{121.4, 31.2}, orb.Point{119.3, 26.05}, orb.Point{87.6, 43.8}
	for _, c := range []struct {
		name    string
		b       orb.Bound
		first   string
		swapped bool
		among   string
		low     bool // not more likely than not
	}{
		{name: "degrees in China", b: at("WGS84", shanghai), first: "OGC:CRS84", among: "GCJ-02"},
		{name: "latitude first", b: flip(at("WGS84", shanghai)), first: "OGC:CRS84", swapped: true, among: "BD-09"},
		{name: "degrees in Europe", b: at("WGS84", orb.Point{2.3, 48.8}), first: "OGC:CRS84", low: true, among: "OGC:CRS84"},
		{name: "3-degree zone with number", b: at("EPSG:4528", shanghai), first: "EPSG:4528", among: "EPSG:4528"},
		{name: "6-degree zone with number", b: at("EPSG:4498", fuzhou), first: "EPSG:4498", among: "EPSG:4498"},
		{name: "western zone", b: at("EPSG:4517", urumqi), first: "EPSG:4517", among: "EPSG:4517"},
		{name: "northing first", b: flip(at("EPSG:4528", shanghai)), first: "EPSG:4528", swapped: true, among: "EPSG:4528"},
		{name: "Web Mercator", b: at("EPSG:3857", fuzhou), first: "EPSG:3857", among: "EPSG:3857"},
		{name: "Web Mercator with a zone's easting", b: orb.Bound{Min: orb.Point{13509000, 3709000}, Max: orb.Point{13511000, 3711000}}, first: "EPSG:3857", among: "EPSG:4491"},
		{name: "no zone number", b: at("EPSG:4549", shanghai), low: true, among: "EPSG:4549"},
		{name: "UTM", b: at("EPSG:32651", shanghai), low: true, among: "EPSG:32651"},
	} {
		t.Run(c.name, func(t *testing.T) {
			guesses := crs.Guess(c.b)
			if len(guesses) == 0 {
				t.Fatal("no guess")
			}
			sum, found := 0.0, false
			for i, g := range guesses {
				sum += g.Confidence
				found = found || g.CRS.String() == c.among
				if g.Warning == "" || g.Swapped != c.swapped || i > 0 && g.Confidence > guesses[i-1].Confidence {
					t.Errorf("guess %d: %+v", i, g)
				}
			}
			if !found || sum > 1.0000001 || c.first != "" && guesses[0].CRS.String() != c.first {
				t.Errorf("guesses %v, want %s first and %s among them", guesses, c.first, c.among)
			}
			if low := guesses[0].Confidence <= 0.5; low != c.low {
				t.Errorf("confidence %g", guesses[0].Confidence)
			}
		})
	}
}

func TestGuessKeepsSilentOverOtherNumbers(t *testing.T) {
	for _, b := range []orb.Bound{
		{Min: orb.Point{200, 300}, Max: orb.Point{900, 800}}, // pixels
		{Min: orb.Point{-12000, -9000}, Max: orb.Point{15000, 22000}},
		{Min: orb.Point{math.NaN(), 1}, Max: orb.Point{2, 3}},
		{Min: orb.Point{1, 1}, Max: orb.Point{0, 0}},
		{Min: orb.Point{1e9, 1e9}, Max: orb.Point{1e10, 1e10}},
	} {
		if g := crs.Guess(b); len(g) != 0 {
			t.Errorf("%v: %v", b, g)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"EPSG:4549", "urn:ogc:def:crs:EPSG::4490", "http://www.opengis.net/def/crs/EPSG/0/3857", "UTM zone 51N", "gcj02",
		"tmerc:lon_0=121.4667,x_0=0,y_0=-3500000,ellps=cgcs2000", "tmerc:lon_0=120,4p=1,2,1,3", "tmerc:lon_0=120,ellps=krass,7p=1,2,3,4,5,6,7",
		"longlat:ellps=krass,7p=1,2,3,0,0,0,0", "CGCS2000_3_Degree_GK_Zone_40", wktESRI4549} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, s, crs.Parse) })
}

// checkFuzzed: what is read can be written and read again, and gives numbers.
func checkFuzzed(t *testing.T, s string, read func(string) (crs.CRS, error)) {
	c, err := read(s)
	if err != nil {
		var e *crs.Error
		if !errors.As(err, &e) || e.Message == "" {
			t.Fatalf("%q: %v", s, err)
		}
		return
	}
	again, err := crs.Parse(c.String())
	if err != nil || !again.Equal(c) {
		t.Fatalf("%q is %q, read as %v, %v", s, c, again, err)
	}
	for _, p := range []orb.Point{{121.4, 31.2}, {500000, 3.4e6}, {0, 0}} {
		for _, f := range []func(orb.Point) (orb.Point, error){c.ToWGS84, c.FromWGS84} {
			if q, err := f(p); err == nil && math.IsNaN(q[0]+q[1]) {
				t.Fatalf("%q: %v became %v", c, p, q)
			}
		}
	}
}
