package crs

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Guessed is a system that coordinates could be in by their magnitude alone.
type Guessed struct {
	CRS CRS
	// Confidence from 0 to 1; the sum over all guesses is 1 at most.
	Confidence float64
	// Swapped says that y seems to come before x.
	Swapped bool
	// Warning is what a person must know before relying on it.
	Warning string
}

func (g Guessed) hint() string {
	s := fmt.Sprintf("these numbers look like %s, %s", g.CRS, g.CRS.Name())
	if g.CRS.String() == g.CRS.Name() || g.CRS.def == nil {
		s = "these numbers look like " + g.CRS.Name()
	}
	if g.Swapped {
		s += " with x and y exchanged"
	}
	return s
}

// Guess tells the systems in which a bound of coordinates as they are in a file
// would lie in China or, in degrees, anywhere, the likeliest first. It is empty
// when there is none: a local system, or the pixels of a picture. A guess is
// never safe: numbers do not say their datum, nor a zone without its number.
func Guess(b orb.Bound) []Guessed {
	if !finite(b.Min) || !finite(b.Max) || b.IsEmpty() {
		return nil
	}
	out := guessDegrees(b)
	if len(out) == 0 {
		out = guessPlanes(b)
	}
	if len(out) == 0 {
		flipped := orb.Bound{Min: orb.Point{b.Min[1], b.Min[0]}, Max: orb.Point{b.Max[1], b.Max[0]}}
		if out = guessDegrees(flipped); len(out) == 0 {
			out = guessPlanes(flipped)
		}
		for i := range out {
			out[i].Swapped = true
			out[i].Warning = "x and y seem to be exchanged; " + out[i].Warning
		}
	}
	slices.SortStableFunc(out, func(a, b Guessed) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return out
}

func guessDegrees(b orb.Bound) []Guessed {
	if b.Min[0] < -180 || b.Max[0] > 180 || b.Min[1] < -90 || b.Max[1] > 90 {
		return nil
	}
	if !looksChinese(b.Center()) {
		return []Guessed{{Confidence: 0.5, Warning: "the numbers could be degrees, but they do not lie in China"}}
	}
	const warning = "numbers alone do not tell WGS 84 or CGCS2000 from GCJ-02 or BD-09, which lie 300 to 1,200 metres beside them; data from Chinese map services are often GCJ-02"
	shifted := func(name string, confidence float64) Guessed {
		c, _ := byName(name)
		return Guessed{CRS: c, Confidence: confidence, Warning: warning}
	}
	return []Guessed{{Confidence: 0.7, Warning: warning}, shifted("GCJ-02", 0.2), shifted("BD-09", 0.1)}
}

// guessPlanes tries the planes of China that have such eastings and keeps those in which the middle of
// the bound lies in China and where it belongs in its zone.
func guessPlanes(b orb.Bound) []Guessed {
	var out []Guessed
	// A bound of degrees or of a picture is no plane.
	if math.Abs(b.Max[0]) < 1000 && math.Abs(b.Max[1]) < 1000 {
		return nil
	}
	fits := func(code int, weight float64, warning string) {
		c, _ := fromEPSG(code)
		p, ok := c.plain(b.Center())
		if !ok || !looksChinese(p) {
			return
		}
		if c.def.kind == plane {
			off := math.Abs(p[0] - c.def.tm.lon0)
			half := 1.5
			if code < gk3Zone || code > utmNorth {
				half = 3
			}
			if off > half+1 {
				return
			}
			if off > half+0.1 {
				weight /= 4
			}
		}
		out = append(out, Guessed{CRS: c, Confidence: weight, Warning: warning})
	}
	x := b.Center()[0]
	const numbered = "the first two digits of the easting are taken as the number of a zone of CGCS2000; older surveys use the same numbers on Beijing 1954 or Xian 1980, about 100 metres beside"
	switch zone := int(max(0, min(x, 1e9)) / 1e6); {
	case zone >= 25 && zone <= 45:
		fits(gk3Zone+zone-25, 9, numbered)
	case zone >= 13 && zone <= 15:
		// The far west has the eastings that Web Mercator has on the east coast.
		fits(gk6Zone+zone-13, 3, numbered)
	case zone >= 16 && zone <= 23:
		fits(gk6Zone+zone-13, 9, numbered)
	}
	fits(3857, 9, "these could be metres of Web Mercator")
	if x <= 0 || x >= 1e6 {
		return weigh(out)
	}
	const open = "an easting without zone number fits any central meridian: which one it is must be known"
	for code := gk3CM; code < gkEnd; code++ {
		// All are alike to the numbers; more is surveyed where more people live.
		east := math.Abs(float64(75+3*(code-gk3CM)) - 118)
		fits(code, 5/(10+east), open)
	}
	for zone := 43; zone <= 53; zone++ {
		fits(utmNorth+zone, 0.05, open)
	}
	return weigh(out)
}

// plain is ToWGS84 of a plane without looking for a mend, which would guess again.
func (c CRS) plain(p orb.Point) (orb.Point, bool) {
	if c.def.kind == mercator {
		q, err := c.mercatorToWGS84(p)
		return q, err == nil
	}
	lon, lat, ok := c.def.tm.inverse(p[0], p[1])
	return orb.Point{lon, lat}, ok
}

// weigh makes confidences of weights; one guess alone is not certain either.
func weigh(g []Guessed) []Guessed {
	sum := 0.0
	for i := range g {
		sum += g[i].Confidence
	}
	for i := range g {
		g[i].Confidence = 0.9 * g[i].Confidence / sum
	}
	return g
}

// looksChinese reports whether a position lies within a generous outline of
// China, its seas and islands; it is a measure of plausibility, not a border.
func looksChinese(p orb.Point) bool {
	outline := orb.Ring{
		{73, 40}, {80, 46}, {87, 50}, {97, 43.5}, {111, 45.5}, {116, 50.5}, {120, 54}, {126, 54},
		{135.5, 49}, {135.5, 47}, {131, 42}, {124.5, 39.5}, {124.5, 24}, {119, 15}, {117, 7}, {112, 3}, {107, 9},
		{107, 20}, {97, 21}, {97, 27}, {88, 27}, {78, 30}, {73, 36},
	}
	in := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
			in = !in
		}
	}
	return in
}
