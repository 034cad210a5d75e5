package raster

import (
	"strconv"
	"strings"

	"yiping/geo"
)

// ring is one subpath, in units of the document.
type ring struct {
	xy     [][2]float64
	closed bool
}

// parsePath reads the commands M, L, H, V and Z, absolute and relative.
func parsePath(d string) ([]ring, error) {
	var rings []ring
	var at, first [2]float64
	command := byte(0)
	for rest := d; ; {
		rest = strings.TrimLeft(rest, " ,\n\t")
		if rest == "" {
			return rings, nil
		}
		if c := rest[0]; c >= 'A' && c <= 'z' {
			command, rest = c, rest[1:]
			if c == 'Z' || c == 'z' {
				if len(rings) > 0 {
					rings[len(rings)-1].closed = true
				}
				at = first
				continue
			}
		}
		var v [2]float64
		n := 2
		if strings.IndexByte("HhVv", command) >= 0 {
			n = 1
		}
		for i := range n {
			var err error
			if v[i], rest, err = number(rest); err != nil {
				return nil, err
			}
		}
		to, ok := step(command, at, v)
		if !ok {
			return nil, unknown("path command", string(command))
		}
		at = to
		if command == 'M' || command == 'm' {
			rings, first = append(rings, ring{}), at
			command-- // further pairs are lines: L follows from M, l from m
		} else if len(rings) == 0 {
			return nil, geo.Errorf(geo.Invalid, "a path of the drawing does not begin with M")
		}
		last := &rings[len(rings)-1]
		if last.closed {
			rings = append(rings, ring{xy: [][2]float64{first}})
			last = &rings[len(rings)-1]
		}
		last.xy = append(last.xy, at)
	}
}

func step(command byte, at, v [2]float64) ([2]float64, bool) {
	switch command {
	case 'M', 'L':
		return v, true
	case 'm', 'l':
		return [2]float64{at[0] + v[0], at[1] + v[1]}, true
	case 'H':
		return [2]float64{v[0], at[1]}, true
	case 'h':
		return [2]float64{at[0] + v[0], at[1]}, true
	case 'V':
		return [2]float64{at[0], v[0]}, true
	case 'v':
		return [2]float64{at[0], at[1] + v[0]}, true
	}
	return at, false
}

// number reads a number and gives what is left.
func number(s string) (float64, string, error) {
	s = strings.TrimLeft(s, " ,\n\t")
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.' || s[n] == 'e' || (s[n] == '-' || s[n] == '+') && (n == 0 || s[n-1] == 'e')) {
		n++
	}
	x, err := strconv.ParseFloat(s[:n], 64)
	if err != nil {
		return 0, s, geo.Errorf(geo.Invalid, "a path of the drawing has “%.20s” where a number must be", s)
	}
	return x, s[n:], nil
}

// wound turns rings so that filling what they go round at all fills what they go
// round an odd number of times. It is true of rings that do not cross.
func wound(rings []ring) []ring {
	out := make([]ring, len(rings))
	for i, r := range rings {
		depth := 0
		for k := range rings {
			if k != i && len(r.xy) > 0 && within(r, rings[k]) {
				depth++
			}
		}
		out[i] = r
		if (area(r.xy) > 0) != (depth%2 == 0) {
			turned := make([][2]float64, len(r.xy))
			for k, p := range r.xy {
				turned[len(turned)-1-k] = p
			}
			out[i].xy = turned
		}
	}
	return out
}

func area(xy [][2]float64) float64 {
	sum := 0.0
	for i, p := range xy {
		q := xy[(i+1)%len(xy)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum
}

// within asks three vertices of a ring, since one may lie on the other's line.
func within(r, other ring) bool {
	votes := 0
	for _, i := range []int{0, len(r.xy) / 3, 2 * len(r.xy) / 3} {
		if inside(r.xy[i], other.xy) {
			votes++
		}
	}
	return votes >= 2
}

func inside(p [2]float64, xy [][2]float64) bool {
	in := false
	for i, a := range xy {
		b := xy[(i+1)%len(xy)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}
