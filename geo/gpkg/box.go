package gpkg

import (
	"math"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/wkb"
)

// box is an envelope in degrees; noBox holds nothing.
type box struct{ minX, minY, maxX, maxY float64 }

func noBox() box {
	inf := math.Inf(1)
	return box{inf, inf, -inf, -inf}
}

func (b box) empty() bool { return !(b.minX <= b.maxX) }

func (b *box) add(o box) {
	b.minX, b.minY = min(b.minX, o.minX), min(b.minY, o.minY)
	b.maxX, b.maxY = max(b.maxX, o.maxX), max(b.maxY, o.maxY)
}

func boxOf(g orb.Geometry) box {
	b := noBox()
	_ = geo.EachPoint(g, func(p orb.Point) error { // fn gives no error
		b.add(box{p[0], p[1], p[0], p[1]})
		return nil
	})
	return b
}

// blobBox gives the envelope of a GeoPackage binary, from its header where that
// has one.
func blobBox(b []byte) (box, error) {
	h, err := parseHeader(b)
	if err != nil || h.empty {
		return noBox(), err
	}
	if h.known {
		return h.box, nil
	}
	g, _, err := wkb.Decode(b[h.size:])
	if err != nil {
		return noBox(), err
	}
	return boxOf(g), nil
}
