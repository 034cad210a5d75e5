package crs_test

import (
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo/crs"
)

func must(t testing.TB, s string) crs.CRS {
	t.Helper()
	c, err := crs.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// apart is the distance of two positions in metres; good enough for small ones.
func apart(degrees bool, a, b orb.Point) float64 {
	dx, dy := a[0]-b[0], a[1]-b[1]
	if degrees {
		dx = math.Remainder(dx, 360) * 111320 * math.Cos(a[1]*math.Pi/180)
		dy *= 110574
	}
	return math.Hypot(dx, dy)
}

type pair struct {
	name           string
	epsg           int
	lonLat, metres orb.Point
}

// pairs are positions in all zones of CGCS2000, computed with cs2cs of PROJ 9.1.1
// and written to a tenth of a millimetre.
func pairs(t testing.TB) []pair {
	t.Helper()
	f, err := os.Open("testdata/cgcs2000_gauss_kruger_pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var out []pair
	for _, r := range rows[1:] {
		out = append(out, pair{r[0], int(number(r[1])), orb.Point{number(r[6]), number(r[7])}, orb.Point{number(r[9]), number(r[8])}})
	}
	return out
}

func TestZonesOfCGCS2000AgreeWithPROJ(t *testing.T) {
	const half = 0.00005 // the file is rounded to 0.1 mm in x and y
	seen := map[int]bool{}
	worst := 0.0
	for _, p := range pairs(t) {
		seen[p.epsg] = true
		c := must(t, "EPSG:"+strconv.Itoa(p.epsg))
		xy, err := c.FromWGS84(p.lonLat)
		if err != nil {
			t.Fatalf("EPSG:%d %s: %v", p.epsg, p.name, err)
		}
		off := apart(false, xy, p.metres)
		back, err := c.ToWGS84(p.metres)
		if err != nil {
			t.Fatalf("EPSG:%d %s: %v", p.epsg, p.name, err)
		}
		worst = max(worst, off, apart(true, back, p.lonLat))
		if off > 2*half || apart(true, back, p.lonLat) > 3*half {
			t.Errorf("EPSG:%d %s: %v gives %v, want %v, %.5f m off; back %v", p.epsg, p.name, p.lonLat, xy, p.metres, off, back)
		}
	}
	if len(seen) != 64 {
		t.Errorf("%d systems were looked at, want 64", len(seen))
	}
	t.Logf("worst %.6f m", worst)
}

func TestPlanesAgreeWithPROJ(t *testing.T) {
	const seven = "tmerc:lon_0=120,x_0=500000,ellps=krass,7p=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"
	for _, c := range []struct {
		crs            string
		lonLat, metres orb.Point
	}{
		{"EPSG:32651", orb.Point{121.4167, 31.2218}, orb.Point{349190.619037051, 3455263.63908489}},
		{"EPSG:32650", orb.Point{121.953, 31.514}, orb.Point{970555.736677159, 3497216.0259299}},
		{"EPSG:32756", orb.Point{151.2, -33.87}, orb.Point{333510.650080743, 6250800.24118355}},
		{"EPSG:3857", orb.Point{119.3062, 26.0745}, orb.Point{13281105.4324805, 3008311.01713428}},
		{"tmerc:lon_0=121.4667,x_0=0,y_0=-3500000,ellps=cgcs2000", orb.Point{121.4167, 31.2218}, orb.Point{-4764.12514165137, -44433.3285555178}},
		{"tmerc:lon_0=121.4667,x_0=0,y_0=-3500000", orb.Point{119.3062, 26.0745}, orb.Point{-216199.366304416, -613119.464801919}},
		{"tmerc:lat_0=31.2,lon_0=121.45,k=1.00002,x_0=5000,y_0=-3000,ellps=grs80", orb.Point{121.953, 31.514}, orb.Point{52780.282084977, 31925.2714694539}},
		{seven, orb.Point{120.002576765643, 31.2327302574603}, orb.Point{500123.456, 3456789.012}},
		{seven, orb.Point{119.275536674812, 28.2237004335075}, orb.Point{428765.4321, 3123456.789}},
		{"tmerc:lon_0=120,x_0=500000,4p=351234.5,3456789.1,1.0000123,-1234.5", orb.Point{118.452196988666, 31.2024345696388}, orb.Point{1234.5, -2345.6}},
	} {
		t.Run(c.crs, func(t *testing.T) {
			system := must(t, c.crs)
			xy, err := system.FromWGS84(c.lonLat)
			if err != nil || apart(false, xy, c.metres) > 1e-5 {
				t.Errorf("%v gives %v, %v, want %v", c.lonLat, xy, err, c.metres)
			}
			ll, err := system.ToWGS84(c.metres)
			if err != nil || apart(true, ll, c.lonLat) > 1e-5 {
				t.Errorf("%v gives %v, %v, want %v", c.metres, ll, err, c.lonLat)
			}
		})
	}
}

// The first three are of eviltransform's tests (its go/transform_test.go), the
// others of gcoord's (its test/fixtures), which come from a map service.
func TestShiftedSystemsAgreeWithPublishedPositions(t *testing.T) {
	gcj, bd := must(t, "GCJ-02"), must(t, "BD-09")
	for _, c := range []struct {
		name       string
		wgs84, gcj orb.Point
		tolerance  float64
	}{
		{"Shanghai", orb.Point{121.5272106, 31.1774276}, orb.Point{121.531541859215, 31.17530398364597}, 0.001},
		{"Shenzhen", orb.Point{113.912316, 22.543847}, orb.Point{113.9171764808363, 22.540796131694766}, 0.001},
		{"Beijing", orb.Point{116.377817, 39.911954}, orb.Point{116.38404722455657, 39.91334545536069}, 0.001},
		{"驻马店", orb.Point{114.0164322, 33.0133556}, orb.Point{114.022306, 33.0115324}, 1},
		{"邢台", orb.Point{114.498916, 37.0700925}, orb.Point{114.5048503, 37.0705911}, 1},
	} {
		if p, err := gcj.FromWGS84(c.wgs84); err != nil || apart(true, p, c.gcj) > c.tolerance {
			t.Errorf("%s: GCJ-02 is %v, %v, want %v", c.name, p, err, c.gcj)
		}
		if p, err := gcj.ToWGS84(c.gcj); err != nil || apart(true, p, c.wgs84) > c.tolerance {
			t.Errorf("%s: WGS 84 is %v, %v, want %v", c.name, p, err, c.wgs84)
		}
	}
	for _, c := range []struct{ gcj, bd orb.Point }{
		{orb.Point{114.022306, 33.0115324}, orb.Point{114.0287781, 33.0176697}},
		{orb.Point{111.4677938, 27.2388981}, orb.Point{111.4742271, 27.2451662}},
		{orb.Point{114.5048503, 37.0705911}, orb.Point{114.5113116, 37.0766797}},
	} {
		if p, err := crs.Point(c.gcj, gcj, bd); err != nil || apart(true, p, c.bd) > 0.05 {
			t.Errorf("BD-09 of %v is %v, %v, want %v", c.gcj, p, err, c.bd)
		}
		if p, err := crs.Point(c.bd, bd, gcj); err != nil || apart(true, p, c.gcj) > 0.05 {
			t.Errorf("GCJ-02 of %v is %v, %v, want %v", c.bd, p, err, c.gcj)
		}
	}
}

func TestGCJIsWGS84OutsideChina(t *testing.T) {
	p := orb.Point{2.35, 48.85}
	if q, err := must(t, "GCJ-02").FromWGS84(p); err != nil || q != p {
		t.Errorf("Paris is %v, %v", q, err)
	}
	if q, err := must(t, "GCJ-02").ToWGS84(p); err != nil || q != p {
		t.Errorf("Paris is back %v, %v", q, err)
	}
	var outside *crs.OutsideError
	if _, err := must(t, "BD-09").FromWGS84(p); !errors.As(err, &outside) {
		t.Errorf("BD-09 of Paris: %v", err)
	}
}

// systems are one of each sort with where to try them.
func systems(t testing.TB) map[string]orb.Bound {
	t.Helper()
	china := orb.Bound{Min: orb.Point{73, 3}, Max: orb.Point{136, 54}}
	world := orb.Bound{Min: orb.Point{-180, -85}, Max: orb.Point{180, 85}}
	globe := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	return map[string]orb.Bound{
		"OGC:CRS84": globe, "EPSG:4326": globe, "EPSG:4490": globe, "EPSG:3857": world, "GCJ-02": china, "BD-09": china,
		"EPSG:4528":  {Min: orb.Point{110.1, -80}, Max: orb.Point{129.9, 80}},
		"EPSG:4491":  {Min: orb.Point{65.1, -89}, Max: orb.Point{84.9, 89}},
		"EPSG:32660": {Min: orb.Point{170, -80}, Max: orb.Point{180, 84}},
		"EPSG:32701": {Min: orb.Point{-180, -80}, Max: orb.Point{-170, 84}},
		"tmerc:lon_0=121.4667,x_0=0,y_0=-3500000":                                                     {Min: orb.Point{112, 0}, Max: orb.Point{131, 60}},
		"tmerc:lon_0=121.45,lat_0=31.2,k_0=1.00002,x_0=5000,y_0=-3000,4p=12.5,-4.25,0.99998,15300":    {Min: orb.Point{112, 0}, Max: orb.Point{131, 60}},
		"tmerc:lon_0=120,x_0=40500000,ellps=iau76,7p=-115.53,-113.82,-41.38,1.5,-0.8,2.1,3.2":         {Min: orb.Point{111, 0}, Max: orb.Point{129, 60}},
		"longlat:ellps=krass,7p=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2":                                {Min: orb.Point{-180, -89}, Max: orb.Point{180, 89}},
		"tmerc:lon_0=-75,x_0=500000,ellps=bessel,k_0=0.97,7p=598.1,73.7,418.2,0.202,0.045,-2.455,6.7": {Min: orb.Point{-84, -60}, Max: orb.Point{-66, 60}},
	}
}

func TestThereAndBackIsTheSame(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	const tolerance = 1e-9 // degrees
	for name, bound := range systems(t) {
		c := must(t, name)
		for range 2000 {
			p := orb.Point{
				bound.Min[0] + random.Float64()*(bound.Max[0]-bound.Min[0]),
				bound.Min[1] + random.Float64()*(bound.Max[1]-bound.Min[1]),
			}
			q, err := c.FromWGS84(p)
			if err != nil {
				t.Fatalf("%s from %v: %v", name, p, err)
			}
			back, err := c.ToWGS84(q)
			if err != nil {
				t.Fatalf("%s to %v from %v: %v", name, p, q, err)
			}
			if math.Abs(math.Remainder(back[0]-p[0], 360))*math.Cos(p[1]*math.Pi/180) > tolerance || math.Abs(back[1]-p[1]) > tolerance {
				t.Fatalf("%s: %v became %v and then %v", name, p, q, back)
			}
		}
	}
}

func TestAnyNumbersGiveAPositionOrAnError(t *testing.T) {
	numbers := []float64{0, 1, -1, 30, 90, -90, 91, 120, 180, -180, 180.0000000001, 181, 1e3, 5e5, 3.5e6, 4.05e7, -2e7, 1e12, 1e300,
		math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN(), math.SmallestNonzeroFloat64, math.Copysign(0, -1)}
	good := 0
	for name := range systems(t) {
		c := must(t, name)
		for _, x := range numbers {
			for _, y := range numbers {
				for what, f := range map[string]func(orb.Point) (orb.Point, error){"to": c.ToWGS84, "from": c.FromWGS84} {
					p, err := f(orb.Point{x, y})
					if err != nil {
						var outside *crs.OutsideError
						if !errors.As(err, &outside) || !strings.Contains(err.Error(), c.Name()) {
							t.Errorf("%s %s %g, %g: %v is not clear", name, what, x, y, err)
						}
						continue
					}
					good++
					if math.IsNaN(p[0]+p[1]) || math.IsInf(p[0]+p[1], 0) {
						t.Errorf("%s %s %g, %g gives %v", name, what, x, y, p)
					}
					if what == "to" && (math.Abs(p[0]) > 180.00000001 || math.Abs(p[1]) > 90.00000001) {
						t.Errorf("%s %s %g, %g gives %v", name, what, x, y, p)
					}
				}
			}
		}
	}
	if good == 0 {
		t.Error("every position was refused")
	}
}

func TestErrorsOutsideSayWhatWasConfused(t *testing.T) {
	for _, c := range []struct {
		crs  string
		p    orb.Point
		want string
	}{
		{"EPSG:4549", orb.Point{40634925.1, 3455712.2}, "EPSG:4528"},
		{"EPSG:4528", orb.Point{634925.1, 3455712.2}, "EPSG:4549"},
		{"EPSG:4528", orb.Point{121.4, 31.2}, "longitude and latitude"},
		{"EPSG:4549", orb.Point{121.4, 31.2}, "longitude and latitude"},
		{"EPSG:4549", orb.Point{31.2, 121.4}, "longitude and latitude"},
		{"EPSG:32651", orb.Point{121.4, 31.2}, "longitude and latitude"},
		{"EPSG:4549", orb.Point{3455712.2, 634925.1}, "x and y seem to be exchanged"},
		{"EPSG:4326", orb.Point{31.2, 121.4}, "x and y exchanged"},
		{"EPSG:4326", orb.Point{40634925.1, 3455712.2}, "EPSG:4528"},
	} {
		_, err := must(t, c.crs).ToWGS84(c.p)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %v, want a word about %s", c.crs, c.p, err, c.want)
		}
	}
}

func TestAxesFollowTheAuthority(t *testing.T) {
	for name, want := range map[string]string{
		"CRS84": "Lon Lat", "EPSG:4326": "Lat Lon", "EPSG:4490": "Lat Lon", "EPSG:4491": "X Y", "EPSG:4549": "X Y",
		"EPSG:32651": "E N", "EPSG:3857": "X Y", "GCJ-02": "Lon Lat", "tmerc:lon_0=120.5": "E N",
	} {
		c := must(t, name)
		a := c.Axes()
		if got := a[0].Abbreviation + " " + a[1].Abbreviation; got != want {
			t.Errorf("%s has axes %s, want %s", name, got, want)
		}
		north := a[0].Direction == "north"
		if north != c.NorthFirst() || (c.Order(orb.Point{1, 2}) == orb.Point{2, 1}) != north {
			t.Errorf("%s: axes %v, north first %v, order %v", name, a, c.NorthFirst(), c.Order(orb.Point{1, 2}))
		}
	}
}

func TestTheZeroSystemIsWGS84(t *testing.T) {
	var c crs.CRS
	p := orb.Point{121.4, 31.2}
	q, err := c.ToWGS84(p)
	if err != nil || q != p || c.String() != "OGC:CRS84" || c.Unit() != "degree" || !c.IsWGS84() || c.EPSG() != 0 {
		t.Errorf("zero CRS: %v %v %s %s", q, err, c, c.Unit())
	}
	if c.URI() != "http://www.opengis.net/def/crs/OGC/1.3/CRS84" {
		t.Errorf("URI %s", c.URI())
	}
}

func BenchmarkPoints(b *testing.B) {
	for _, name := range []string{"EPSG:4549", "EPSG:3857", "GCJ-02", "BD-09", "tmerc:lon_0=120,ellps=krass,7p=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"} {
		c := must(b, name)
		p := orb.Point{121.4167, 31.2218}
		q, err := c.FromWGS84(p)
		if err != nil {
			b.Fatal(err)
		}
		for what, f := range map[string]func() (orb.Point, error){
			"from": func() (orb.Point, error) { return c.FromWGS84(p) },
			"to":   func() (orb.Point, error) { return c.ToWGS84(q) },
		} {
			b.Run(strings.ReplaceAll(name, "/", "")+"/"+what, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := f(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "points/s")
			})
		}
	}
}
