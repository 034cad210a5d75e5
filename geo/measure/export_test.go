package measure

import "github.com/paulmach/orb"

// Way gives the position a part of the geodesic's way from a to b, 0 to 1.
func Way(a, b orb.Point, part float64) orb.Point {
	g, ok := inverse(a, b)
	if !ok || part == 0 {
		return a
	}
	return direct(a, g.azimuth, g.length*part)
}

// Go gives where a way ends, by azimuth in radians and metres.
func Go(a orb.Point, azimuth, length float64) orb.Point { return direct(a, azimuth, length) }
