package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiping/seeds"
)

// Distances between marks in metres: below gap two marks cannot be told apart
// on the wall; around the ones that must be read first there is more air.
const (
	gap      = 380
	wideGap  = 620
	fromEdge = 160
	fromLine = 130 // from rivers
)

// placer finds places for what a document names or counts without saying where.
type placer struct {
	area   orb.MultiPolygon
	water  orb.MultiPolygon
	rivers []orb.LineString
	taken  []spot
	gap    float64
	random *rand.Rand
}

type spot struct {
	at    orb.Point
	clear float64 // metres kept free around it
}

func newPlacer(src *source, d seeds.District, gap float64) (*placer, error) {
	p := &placer{gap: gap, random: rand.New(rand.NewPCG(310107, uint64(len(d.ID))))}
	for _, f := range src.in(d, "district") {
		p.area = append(p.area, polygons(f.Geometry)...)
	}
	for _, f := range src.in(d, "water") {
		p.water = append(p.water, polygons(f.Geometry)...)
	}
	for _, f := range src.in(d, "river_section") {
		if line, ok := f.Geometry.(orb.LineString); ok {
			p.rivers = append(p.rivers, line)
		}
	}
	if len(p.area) == 0 {
		return nil, fmt.Errorf("no outline")
	}
	return p, nil
}

func polygons(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// metres is the distance of two near points on a local plane.
func metres(a, b orb.Point) float64 {
	k := math.Cos(a[1] * math.Pi / 180)
	return 111195 * math.Hypot((a[0]-b[0])*k, a[1]-b[1])
}

// offset moves a point by metres east and north, to 5 decimals.
func offset(p orb.Point, east, north float64) orb.Point {
	k := math.Cos(p[1] * math.Pi / 180)
	return orb.Point{round5(p[0] + east/111195/k), round5(p[1] + north/111195)}
}

func round5(x float64) float64 { return math.Round(x*1e5) / 1e5 }

// lineDistance is the distance from p to a line in metres.
func lineDistance(p orb.Point, line []orb.Point) float64 {
	best := math.Inf(1)
	k := math.Cos(p[1] * math.Pi / 180)
	for i := 1; i < len(line); i++ {
		ax, ay := (line[i-1][0]-p[0])*k, line[i-1][1]-p[1]
		bx, by := (line[i][0]-p[0])*k, line[i][1]-p[1]
		t := 0.0
		if l := (bx-ax)*(bx-ax) + (by-ay)*(by-ay); l > 0 {
			t = min(1, max(0, -(ax*(bx-ax)+ay*(by-ay))/l))
		}
		best = min(best, 111195*math.Hypot(ax+t*(bx-ax), ay+t*(by-ay)))
	}
	return best
}

// dry reports whether p lies well inside the district and off the water.
func (p *placer) dry(at orb.Point) bool {
	if !planar.MultiPolygonContains(p.area, at) || planar.MultiPolygonContains(p.water, at) {
		return false
	}
	for _, poly := range p.area {
		for _, ring := range poly {
			if lineDistance(at, ring) < fromEdge {
				return false
			}
		}
	}
	for _, line := range p.rivers {
		if lineDistance(at, line) < fromLine {
			return false
		}
	}
	return true
}

// room is the least free distance around at, less what the neighbours keep free.
func (p *placer) room(at orb.Point) float64 {
	room := math.Inf(1)
	for _, s := range p.taken {
		room = min(room, metres(at, s.at)-s.clear)
	}
	return room
}

func (p *placer) take(at orb.Point, clear float64) { p.taken = append(p.taken, spot{at, clear}) }

// near gives the place nearest to at, within radius metres, that keeps its
// distance from the others; at itself where there is none.
func (p *placer) near(at orb.Point, radius, clear float64) orb.Point {
	at = offset(at, 0, 0)
	for r := 0.0; r <= radius; r += 60 {
		for turn := range 16 {
			sin, cos := math.Sincos(2 * math.Pi * float64(turn) / 16)
			c := offset(at, r*cos, r*sin)
			if p.room(c) >= 0 && (r == 0 || p.dry(c)) {
				p.take(c, clear)
				return c
			}
			if r == 0 {
				break
			}
		}
	}
	p.take(at, clear)
	return at
}

// anywhere gives a place that spreads the marks evenly: of a fixed number of
// random places the one with most room around.
func (p *placer) anywhere() orb.Point {
	b := p.area.Bound()
	var best orb.Point
	most := math.Inf(-1)
	for n := 0; n < 90; {
		c := orb.Point{
			round5(b.Min[0] + p.random.Float64()*(b.Max[0]-b.Min[0])),
			round5(b.Min[1] + p.random.Float64()*(b.Max[1]-b.Min[1])),
		}
		if !p.dry(c) {
			continue
		}
		n++
		if room := p.room(c); room > most {
			best, most = c, room
		}
	}
	p.take(best, p.gap)
	return best
}
