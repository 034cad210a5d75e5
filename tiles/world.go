// Package tiles holds the arithmetic of the WebMercatorQuad tile matrix set
// (OGC 17-083r4 annex D.1): tile ids, world coordinates, and which tiles a box
// touches. It knows geometry only.
package tiles

import (
	"math"

	"github.com/paulmach/orb"
)

// XY is a position in world coordinates: the Web Mercator square (EPSG:3857)
// cut into 2^32 × 2^32 units, x to the east, y to the south from the top-left
// corner. One unit is 9.3 mm at the equator.
type XY struct{ X, Y uint32 }

// MaxLat is the latitude in degrees at which the Web Mercator square ends.
const MaxLat = 85.05112877980659

const worldSize = 1 << 32

// ToWorld projects longitude and latitude in degrees. What lies beyond the
// square is clamped to its edge.
func ToWorld(p orb.Point) XY {
	lat := math.Max(-MaxLat, math.Min(MaxLat, p[1]))
	sin := math.Sin(lat * math.Pi / 180)
	x := (p[0] + 180) / 360
	y := 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	return XY{clamp(x), clamp(y)}
}

// AppendWorld adds what ToWorld gives for each position, at a quarter of the cost for
// vertices that lie near one another.
func AppendWorld(to []XY, ps []orb.Point) []XY {
	if len(ps) == 1 {
		return append(to, ToWorld(ps[0]))
	}
	var s series
	for _, p := range ps {
		to = append(to, s.world(p))
	}
	return to
}

// series is the Taylor series of y about a latitude, to the third order: within reach
// the rest is below 1e-4 units up to highSeries.
type series struct {
	about      bool
	lat        float64 // degrees
	y          float64
	d1, d2, d3 float64 // by radians
}

const (
	reach      = 2e-4 // radians
	highSeries = 70.0 // degrees of latitude
	unsure     = 1e-3 // units: so near the edge of one ToWorld says on which side
)

func (s *series) world(p orb.Point) XY {
	d := (p[1] - s.lat) * math.Pi / 180
	if !s.about || !(math.Abs(d) <= reach) {
		if s.begin(p[1]); s.about {
			return XY{clamp((p[0] + 180) / 360), clamp(s.y)}
		}
		return ToWorld(p)
	}
	y := (s.y - d*(s.d1+d*(s.d2+d*s.d3))) * worldSize
	whole := math.Floor(y)
	if part := y - whole; part < unsure || part > 1-unsure {
		return ToWorld(p)
	}
	return XY{clamp((p[0] + 180) / 360), uint32(whole)}
}

// begin makes the series of y = 1/2 − artanh(sin φ) / 2π about φ.
func (s *series) begin(lat float64) {
	if s.about = math.Abs(lat) < highSeries; !s.about {
		return
	}
	sin := math.Sin(lat * math.Pi / 180)
	sec := 1 / math.Sqrt(1-sin*sin)
	tan := sin * sec
	s.lat, s.y = lat, 0.5-math.Log((1+sin)/(1-sin))/(4*math.Pi)
	s.d1 = sec / (2 * math.Pi)
	s.d2, s.d3 = s.d1*tan/2, s.d1*(1+2*tan*tan)/6
}

func clamp(f float64) uint32 {
	v := math.Floor(f * worldSize)
	if !(v > 0) {
		return 0
	}
	if v >= worldSize {
		return worldSize - 1
	}
	return uint32(v)
}

// Point gives longitude and latitude in degrees of the unit's corner.
func (w XY) Point() orb.Point {
	lon := float64(w.X)/worldSize*360 - 180
	n := math.Pi - 2*math.Pi*float64(w.Y)/worldSize
	return orb.Point{lon, 180 / math.Pi * math.Atan(math.Sinh(n))}
}

// Box is a closed box in world coordinates. The zero Box holds the corner unit
// only; EmptyBox holds nothing.
type Box struct{ Min, Max XY }

// EmptyBox holds no position; extending it by a box gives that box.
var EmptyBox = Box{XY{math.MaxUint32, math.MaxUint32}, XY{0, 0}}

// Empty reports that the box holds nothing.
func (b Box) Empty() bool { return b.Min.X > b.Max.X || b.Min.Y > b.Max.Y }

// Intersects reports whether the boxes share a position.
func (b Box) Intersects(o Box) bool {
	return b.Min.X <= o.Max.X && o.Min.X <= b.Max.X && b.Min.Y <= o.Max.Y && o.Min.Y <= b.Max.Y
}

// Contains reports whether o lies wholly within b.
func (b Box) Contains(o Box) bool {
	return b.Min.X <= o.Min.X && o.Max.X <= b.Max.X && b.Min.Y <= o.Min.Y && o.Max.Y <= b.Max.Y
}

// Add gives the smallest box that holds b and the position.
func (b Box) Add(p XY) Box {
	return Box{XY{min(b.Min.X, p.X), min(b.Min.Y, p.Y)}, XY{max(b.Max.X, p.X), max(b.Max.Y, p.Y)}}
}

// Union gives the smallest box that holds both.
func (b Box) Union(o Box) Box {
	return Box{XY{min(b.Min.X, o.Min.X), min(b.Min.Y, o.Min.Y)}, XY{max(b.Max.X, o.Max.X), max(b.Max.Y, o.Max.Y)}}
}

// Grow widens the box by d units on every side, ending at the world's edge.
func (b Box) Grow(d uint32) Box {
	low := func(v uint32) uint32 { return v - min(v, d) }
	high := func(v uint32) uint32 { return v + min(math.MaxUint32-v, d) }
	return Box{XY{low(b.Min.X), low(b.Min.Y)}, XY{high(b.Max.X), high(b.Max.Y)}}
}

// BoxOf projects a bound in degrees.
func BoxOf(b orb.Bound) Box {
	return Box{ToWorld(orb.Point{b.Min[0], b.Max[1]}), ToWorld(orb.Point{b.Max[0], b.Min[1]})}
}
