package crs_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo/crs"
)

// program finds one of gdal-bin, in which PROJ speaks.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s of gdal-bin is not installed", name)
	}
	return path
}

// planes are some systems in metres of each kind, and local ones, in our words
// and in PROJ's where it does not know ours.
func planes(r *rand.Rand) map[string]string {
	out := map[string]string{"EPSG:3857": "", "EPSG:32756": ""}
	for _, kind := range [][2]int{{32643, 11}, {4491, 11}, {4502, 11}, {4513, 21}, {4534, 21}} {
		for range 2 {
			out["EPSG:"+strconv.Itoa(kind[0]+r.IntN(kind[1]))] = ""
		}
	}
	out["tmerc:lon_0=121.4667,x_0=0,y_0=-3500000"] = "+proj=tmerc +lon_0=121.4667 +x_0=0 +y_0=-3500000 +ellps=GRS80 +towgs84=0,0,0"
	out["tmerc:lon_0=120,x_0=500000,ellps=krass,7p=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"] =
		"+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +towgs84=15.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"
	out["tmerc:lon_0=117,x_0=39500000,ellps=iau76,7p=-115.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"] =
		"+proj=tmerc +lon_0=117 +x_0=39500000 +a=6378140 +rf=298.257 +towgs84=-115.53,-113.82,-41.38,1.5,-0.8,2.1,3.2"
	return out
}

// TestRandomPositionsAgreeWithPROJ has PROJ read to a millimetre what is written
// here, up to 7.5 degrees from the central meridian; that it is read here again is
// another test. The other way PROJ's inverse of seven parameters is off by the
// square of its rotations, a millimetre.
func TestRandomPositionsAgreeWithPROJ(t *testing.T) {
	gdaltransform := program(t, "gdaltransform")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	worst := 0.0
	for ours, theirs := range planes(r) {
		c := must(t, ours)
		middle, south, north := 119.0, 3.0, 54.0
		if ours == "EPSG:32756" {
			south, north = -60, -1
		}
		if on, err := c.ToWGS84(eastingOf(c, 3.4e6)); err == nil && c.EPSG() > 3857 {
			middle = on[0]
		}
		var in strings.Builder
		positions := make([]orb.Point, 200)
		for i := range positions {
			positions[i] = orb.Point{middle + 15*(r.Float64()-0.5), south + (north-south)*r.Float64()}
			q, err := c.FromWGS84(positions[i])
			if err != nil {
				t.Fatalf("%s: %v: %v", ours, positions[i], err)
			}
			fmt.Fprintf(&in, "%.9f %.9f\n", q[0], q[1])
		}
		cmd := exec.CommandContext(t.Context(), gdaltransform, "-s_srs", cmp.Or(theirs, ours), "-t_srs", "OGC:CRS84", "-output_xy")
		cmd.Stdin = strings.NewReader(in.String())
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", ours, err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(lines) != len(positions) {
			t.Fatalf("%s: %d positions", ours, len(lines))
		}
		for i, p := range positions {
			var theirs orb.Point
			if _, err := fmt.Sscan(lines[i], &theirs[0], &theirs[1]); err != nil {
				t.Fatalf("%s: %q: %v", ours, lines[i], err)
			}
			off := apart(true, theirs, p)
			if worst = max(worst, off); off > 0.001 {
				t.Errorf("%s: %v is written so that PROJ reads %v, %.6f m off", ours, p, theirs, off)
			}
		}
	}
	t.Logf("worst %.7f m", worst)
}

// eastingOf is a position on the central meridian of a registered plane.
func eastingOf(c crs.CRS, northing float64) orb.Point {
	x := 500000.0
	switch code := c.EPSG(); {
	case code >= 4491 && code <= 4501:
		x += float64(code-4491+13) * 1e6
	case code >= 4513 && code <= 4533:
		x += float64(code-4513+25) * 1e6
	}
	return orb.Point{x, northing}
}

// TestDialectsOfGDALAreRead has GDAL write systems in every dialect that files
// carry, and reads them again.
func TestDialectsOfGDALAreRead(t *testing.T) {
	gdalsrsinfo := program(t, "gdalsrsinfo")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, code := range []int{4326, 4490, 3857, 32651, 4491 + r.IntN(11), 4502 + r.IntN(11), 4513 + r.IntN(21), 4534 + r.IntN(21)} {
		name := fmt.Sprint("EPSG:", code)
		out, err := exec.CommandContext(t.Context(), gdalsrsinfo, "-o", "wkt_all", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		dialects := strings.Split(strings.TrimSpace(string(out)), "\n\n") // each below its title
		if len(dialects) != 6 {
			t.Fatalf("%d dialects of %s:\n%s", len(dialects), name, out)
		}
		want := must(t, name)
		p, plain := orb.Point{121.4, 31.2}, want.Degrees() || code == 3857
		if !plain {
			if p, err = want.ToWGS84(eastingOf(want, 3.4e6)); err != nil {
				t.Fatal(err)
			}
		}
		a, err := want.FromWGS84(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, dialect := range dialects {
			_, text, _ := strings.Cut(dialect, "\n")
			got, err := crs.FromWKT(text)
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, dialect)
				continue
			}
			// A dialect without codes may be read as another code of the same positions.
			if b, err := got.FromWGS84(p); err != nil || apart(want.Degrees(), a, b) > 1e-6 || got.Degrees() != want.Degrees() {
				t.Errorf("%s is read as %s: %v, %v, want %v\n%s", name, got, b, err, a, dialect)
			}
		}
	}
}
