package indicator

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/exact"
	"yiping/geo/measure"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// districtLayer holds the outlines that coverage is of.
const districtLayer geo.LayerID = "district"

// cover is what is kept of a coverage: per district the covered area of each cell.
type cover struct{ parts []part }

type part struct {
	district string
	grid     *grid
	cells    []exact.Sum // ㎡ covered in each of grid.cells
	sum      exact.Sum
}

// value is the share of the districts' area that is covered, in ％.
func (c *cover) value() Value {
	if c == nil {
		return Value{}
	}
	var covered, all exact.Sum
	for i := range c.parts {
		p := &c.parts[i]
		covered, all = covered.Plus(p.sum), all.Plus(p.grid.area)
	}
	return exactShare(covered, all)
}

// cover works all cells out.
func (b *bound) cover(s *snapshot.Snapshot, layer *snapshot.Layer, known grids) *cover {
	out := &cover{}
	for _, d := range s.Districts() {
		if b.area != "" && d.Code != b.area {
			continue
		}
		g := known.of(s, d)
		p := part{district: d.Code, grid: g, cells: make([]exact.Sum, len(g.cells))}
		members := make([][]orb.Geometry, len(g.cells))
		b.each(layer, func(i snapshot.Item) {
			if i.District() == d.Code && i.Extended() {
				shape := i.Geometry()
				g.meet(shape.Bound(), func(k int) { members[k] = append(members[k], shape) })
			}
		})
		for k := range p.cells {
			p.set(k, g.covered(k, members[k]))
		}
		out.parts = append(out.parts, p)
	}
	return out
}

// recover works those cells out anew that changed features meet or met.
func (b *bound) recover(old *cover, layer *snapshot.Layer, changes []snapshot.Change) *cover {
	out := old
	for n := range old.parts {
		p := old.parts[n]
		stale := map[int]bool{}
		for _, c := range changes {
			if c.HadOld && b.holds(c.Old) && c.Old.District() == p.district {
				p.grid.meet(c.Old.Bound(), func(k int) { stale[k] = true })
			}
			if c.HasNew && b.holds(c.New) && c.New.District() == p.district {
				p.grid.meet(c.New.Bound(), func(k int) { stale[k] = true })
			}
		}
		if len(stale) == 0 {
			continue
		}
		p.cells = slices.Clone(p.cells)
		for k := range stale {
			p.set(k, p.grid.covered(k, b.members(layer, p.district, p.grid.cells[k].bound)))
		}
		if out == old {
			out = &cover{parts: slices.Clone(old.parts)}
		}
		out.parts[n] = p
	}
	return out
}

func (p *part) set(k int, area exact.Sum) {
	p.sum = p.sum.Minus(p.cells[k]).Plus(area)
	p.cells[k] = area
}

// members gives the shapes looked at that meet a bound.
func (b *bound) members(layer *snapshot.Layer, district string, bound orb.Bound) []orb.Geometry {
	var out []orb.Geometry
	layer.Search(tiles.BoxOf(bound), func(i snapshot.Item) bool {
		if i.District() == district && i.Extended() && b.holds(i) {
			if shape := i.Geometry(); shape.Bound().Intersects(bound) {
				out = append(out, shape)
			}
		}
		return true
	})
	return out
}

// grid cuts a district into cells whose sides are a power of two of a degree, so
// that they are found at one place whatever the features.
type grid struct {
	side          float64
	west, south   int // of the first cell, in sides
	width, height int
	cells         []place
	outline       orb.Geometry
	area          exact.Sum // ㎡
}

// place is the part of a district in a cell.
type place struct {
	bound orb.Bound
	area  exact.Sum
}

// Bounds of a grid: at most maxCells on a side, which are no finer than
// 2^-finest degrees, about 400 m.
const (
	maxCells = 64
	finest   = 8
)

// grids keeps the grids of districts, by code, as long as no outline changes.
type grids map[string]*grid

func (m grids) of(s *snapshot.Snapshot, d snapshot.District) *grid {
	if m[d.Code] == nil {
		m[d.Code] = gridOf(s, d)
	}
	return m[d.Code]
}

func gridOf(s *snapshot.Snapshot, d snapshot.District) *grid {
	g := &grid{}
	layer, ok := s.Layer(districtLayer)
	if !ok || d.Bound.Min[0] > d.Bound.Max[0] {
		return g
	}
	i, ok := layer.ByID(d.Feature)
	if !ok {
		return g
	}
	g.outline = i.Geometry()
	g.lay(d.Bound)
	for k := range g.cells {
		p := &g.cells[k]
		x, y := g.west+k%g.width, g.south+k/g.width
		p.bound = orb.Bound{Min: orb.Point{float64(x) * g.side, float64(y) * g.side}, Max: orb.Point{float64(x+1) * g.side, float64(y+1) * g.side}}
		p.area = g.covered(k, []orb.Geometry{g.outline})
		g.area = g.area.Plus(p.area)
	}
	return g
}

// lay chooses side and place.
func (g *grid) lay(b orb.Bound) {
	for level := finest; ; level-- {
		g.side = math.Ldexp(1, -level)
		g.west, g.south = int(math.Floor(b.Min[0]/g.side)), int(math.Floor(b.Min[1]/g.side))
		g.width = int(math.Floor(b.Max[0]/g.side)) - g.west + 1
		g.height = int(math.Floor(b.Max[1]/g.side)) - g.south + 1
		if max(g.width, g.height) <= maxCells {
			break
		}
	}
	g.cells = make([]place, g.width*g.height)
}

// meet calls fn with every cell that a bound meets and the district has part of.
func (g *grid) meet(b orb.Bound, fn func(k int)) {
	if len(g.cells) == 0 || b.Min[0] > b.Max[0] {
		return
	}
	clamp := func(v float64, from, n int) int { return min(max(int(math.Floor(v/g.side))-from, 0), n-1) }
	for y, to := clamp(b.Min[1], g.south, g.height), clamp(b.Max[1], g.south, g.height); y <= to; y++ {
		for x, to := clamp(b.Min[0], g.west, g.width), clamp(b.Max[0], g.west, g.width); x <= to; x++ {
			if k := y*g.width + x; g.cells[k].area.Sign() > 0 && g.cells[k].bound.Intersects(b) {
				fn(k)
			}
		}
	}
}

// covered gives the area of what shapes cover of the district in a cell. It
// depends on nothing but what they are.
func (g *grid) covered(k int, shapes []orb.Geometry) exact.Sum {
	if len(shapes) == 0 {
		return exact.Sum{}
	}
	area, _ := exact.Of(measure.UnionArea(g.cells[k].bound, g.outline, shapes))
	return area
}
