package snapshot

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo/measure"
	"yiping/geo/rtree"
	"yiping/tiles"
)

// Nearby asks for what is nearest to a position.
type Nearby struct {
	At     orb.Point       // degrees
	K      int             // the most features to give
	Within float64         // metres; 0 = however far
	Keep   func(Item) bool // nil keeps all
}

// Neighbour is a feature and the place of its geometry nearest to the position.
type Neighbour struct {
	Item Item
	measure.Near
}

// Nearest gives the features of the layers nearest to a position by the geodesic
// distance to their geometry (see measure.Origin), nearest first, equals by layer
// and id. Features without a vertex are nowhere. The layers are those of one
// snapshot, each once.
func Nearest(layers []*Layer, q Nearby) []Neighbour {
	if q.K <= 0 || !(math.Abs(q.At[1]) <= 90) || math.IsInf(q.At[0], 0) || math.IsNaN(q.At[0]) {
		return nil
	}
	s := nearest{Nearby: q, origin: measure.From(q.At), view: viewFrom(q.At), worst: math.Inf(1)}
	s.kept = make([]Neighbour, 0, min(q.K, roomAtOnce)+1)
	if q.Within > 0 {
		s.worst = q.Within
	}
	s.reach2 = s.view.reach2(s.worst)
	for _, l := range layers {
		s.layer(l)
	}
	return s.kept
}

// Nearest is the function of that name for one layer.
func (l *Layer) Nearest(q Nearby) []Neighbour { return Nearest([]*Layer{l}, q) }

// roomAtOnce is for how many neighbours there is room from the start.
const roomAtOnce = 64

// nearest is a search under way.
type nearest struct {
	Nearby
	origin measure.Origin
	view   view2
	kept   []Neighbour // in order
	worst  float64     // metres beyond which nothing is kept any more
	reach2 float64     // the same in the view
}

func (s *nearest) layer(l *Layer) {
	look := func(row uint32, d2 float64) bool {
		if d2 > s.reach2 {
			return false
		}
		s.try(Item{l, row})
		return true
	}
	l.base.NearestBy(s.view.distance2, look)
	for i := range l.segments {
		g := &l.segments[i]
		g.tree.NearestBy(s.view.distance2, func(k uint32, d2 float64) bool { return look(g.from+k, d2) })
	}
	for row := l.settled; row < l.rows; row++ {
		if b := l.boxes.at(row); !b.Empty() {
			look(row, s.view.distance2(rtreeBox(b)))
		}
	}
}

// try keeps the feature if it is among the nearest so far.
func (s *nearest) try(i Item) {
	if i.l.state.at(i.row)&alive == 0 || i.l.veil.hides(i) || s.Keep != nil && !s.Keep(i) {
		return
	}
	near, ok := s.way(i)
	if !ok {
		return
	}
	n := Neighbour{i, near}
	at, _ := slices.BinarySearchFunc(s.kept, n, order)
	if at == s.K {
		return
	}
	if len(s.kept) == s.K {
		s.kept = s.kept[:s.K-1]
	}
	s.kept = slices.Insert(s.kept, at, n)
	if len(s.kept) == s.K {
		s.worst = s.kept[s.K-1].Metres
		s.reach2 = s.view.reach2(s.worst)
	}
}

// way measures to a feature; false: it is too far, or nowhere.
func (s *nearest) way(i Item) (measure.Near, bool) {
	if p, ok := i.Position(); ok {
		return s.origin.To(p, s.worst)
	}
	return s.origin.Nearest(i.Geometry(), s.worst)
}

func order(a, b Neighbour) int {
	if by := cmp.Compare(a.Metres, b.Metres); by != 0 {
		return by
	}
	return cmp.Or(cmp.Compare(a.Item.Layer(), b.Item.Layer()), cmp.Compare(a.Item.ID(), b.Item.ID()))
}

// view2 looks from a position at boxes in world units and bounds the metres to
// what is in them. In the Mercator plane a step over the ground of ds metres goes
// at most ds / (m cos φ) radians far, m being the ellipsoid's least radius of
// curvature. On the way to what is d radians away in the plane, ψ, the y of the
// plane, grows by no more than the way that lies behind; so the way is no shorter
// than
//
//	∫ m sech(|ψ₀| + r) dr from 0 to d = m (gd(|ψ₀| + d) - |φ₀|)
//
// with gd the Gudermannian, which turns ψ into latitude.
type view2 struct {
	x, y  float64 // world units; y is not held to the square
	lat   float64 // |φ₀| in radians
	psi   float64 // |ψ₀|
	moved float64 // metres that the position was moved to be in the plane
}

const (
	worldUnits   = float64(1 << 32)
	worldRadians = 2 * math.Pi / worldUnits
	// Radii of curvature of the ellipsoid in metres: the least is the meridian's
	// at the equator, the greatest that at a pole.
	leastRadius, greatestRadius = 6335439.0, 6399594.0
)

func viewFrom(p orb.Point) view2 {
	lat := max(-tiles.MaxLat, min(tiles.MaxLat, p[1]))
	v := view2{moved: greatestRadius * math.Abs(p[1]-lat) * math.Pi / 180, lat: math.Abs(lat) * math.Pi / 180}
	v.psi = math.Asinh(math.Tan(v.lat))
	v.x = (math.Remainder(p[0], 360) + 180) / 360 * worldUnits
	v.y = worldUnits/2 - math.Copysign(v.psi, lat)/worldRadians
	return v
}

// reach2 is the square of the world units that metres over the ground can reach.
func (v *view2) reach2(metres float64) float64 {
	lat := v.lat + (metres+v.moved+1e-3)/leastRadius
	if !(lat < math.Pi/2) {
		return math.Inf(1)
	}
	d := (math.Asinh(math.Tan(lat)) - v.psi) / worldRadians
	return d * d * (1 + 1e-9)
}

// distance2 is the square of the world units to what the box may hold. Positions
// lie up to a unit beyond the corner that names them; what lies beyond the square
// is in its first and last rows, nearer than it is. Edges, which are geodesics,
// bulge out of the box of their ends by up to -ln cos(w/2) radians towards the
// pole where the box is w wide; those of a box about half the world wide may go
// the other way round.
func (v *view2) distance2(b rtree.Box) float64 {
	width := float64(b.MaxX) - float64(b.MinX) + 2
	if width >= 0.45*worldUnits {
		return 0
	}
	dx := 0.0
	if east, west := v.x-float64(b.MaxX)-2, float64(b.MinX)-1-v.x; east > 0 || west > 0 {
		dx = max(0, min(positive(east), positive(west)))
	}
	bulge := 2 + bulge(width/2*worldRadians)/worldRadians
	dy := 0.0
	if north := float64(b.MinY) - bulge - v.y; north > 0 {
		dy = north
	} else if south := v.y - float64(b.MaxY) - bulge; south > 0 {
		dy = south
	}
	return dx*dx + dy*dy
}

// bulge bounds by how many radians an edge leaves the box of its ends; half the
// width of the box is x radians.
func bulge(x float64) float64 {
	const ellipsoid = 1.02 // more than its geodesics bulge beyond great circles
	if x < 0.5 {
		return ellipsoid * 0.53 * x * x // above -ln cos x here, and sooner computed
	}
	return ellipsoid * -math.Log(math.Cos(x))
}

// positive brings a way round the world in one direction to 0 … world.
func positive(d float64) float64 {
	if d < 0 {
		return d + worldUnits
	}
	return d
}
