package archive

import (
	"math/bits"

	"yiping/tiles"
)

// Number gives the PMTiles number of a tile: all tiles of lower zooms come
// before it, then those before it on the Hilbert curve of its zoom.
func Number(id tiles.ID) uint64 {
	n, x, y := uint64(0), id.X, id.Y
	for bit := uint32(1) << id.Z >> 1; bit > 0; bit >>= 1 {
		right, down := x&bit != 0, y&bit != 0
		n = n<<2 | quadrant(right, down)
		x, y = turn(x, y, right, down)
	}
	return first(id.Z) + n
}

// Numbered is the inverse of Number; ok is false beyond the deepest zoom.
func Numbered(n uint64) (id tiles.ID, ok bool) {
	if n >= first(tiles.MaxZoom+1) {
		return tiles.ID{}, false
	}
	z := uint8(bits.Len64(3*n+1)-1) / 2
	return curve(z, n-first(z)), true
}

// first is the number of the first tile of a zoom: (4^z − 1) / 3.
func first(z uint8) uint64 { return (1<<(2*z) - 1) / 3 }

// curve gives the tile at place n of the Hilbert curve of a zoom. The tile at
// n/4 of the zoom above holds it.
func curve(z uint8, n uint64) tiles.ID {
	var x, y uint32
	for step := range z {
		q := n >> (2 * step) & 3
		right, down := q >= 2, q == 1 || q == 2
		side := uint32(1) << step
		x, y = turn(x, y, right, down)
		x, y = x&(side-1), y&(side-1)
		if right {
			x |= side
		}
		if down {
			y |= side
		}
	}
	return tiles.ID{Z: z, X: x, Y: y}
}

// quadrant is the place of a quarter on the curve of its square.
func quadrant(right, down bool) uint64 {
	switch {
	case right && down:
		return 2
	case right:
		return 3
	case down:
		return 1
	}
	return 0
}

// turn maps positions within a quarter to those of the whole curve and back: the
// two upper quarters are mirrored. Bits above those of the quarter are spoilt
// alike in x and y, and not looked at again.
func turn(x, y uint32, right, down bool) (uint32, uint32) {
	if down {
		return x, y
	}
	if right {
		x, y = ^x, ^y
	}
	return y, x
}
