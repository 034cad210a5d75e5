package tiles

import (
	"fmt"
	"strconv"
)

// MaxZoom is the deepest zoom served.
const MaxZoom = 22

// ID names a tile of the WebMercatorQuad matrix: zoom, column from the west,
// row from the north.
type ID struct {
	Z    uint8
	X, Y uint32
}

// ParseID reads decimal zoom, column and row and checks their ranges.
func ParseID(z, x, y string) (ID, error) {
	zz, err := strconv.ParseUint(z, 10, 8)
	if err != nil || zz > MaxZoom {
		return ID{}, &RangeError{Part: "z", Value: z, Most: MaxZoom}
	}
	last := uint64(1)<<zz - 1
	xx, err := strconv.ParseUint(x, 10, 32)
	if err != nil || xx > last {
		return ID{}, &RangeError{Part: "x", Value: x, Most: last}
	}
	yy, err := strconv.ParseUint(y, 10, 32)
	if err != nil || yy > last {
		return ID{}, &RangeError{Part: "y", Value: y, Most: last}
	}
	return ID{uint8(zz), uint32(xx), uint32(yy)}, nil
}

// RangeError says which part of an address is not a number, or too large a one.
type RangeError struct {
	Part  string // z, x or y
	Value string // as given
	Most  uint64 // at this zoom
}

// Error says so in English.
func (e *RangeError) Error() string {
	part := map[string]string{"z": "zoom", "x": "column", "y": "row"}[e.Part]
	return fmt.Sprintf("%s %.40q is not a number from 0 to %d", part, e.Value, e.Most)
}

// String writes z/x/y.
func (t ID) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// Box gives the world box of the tile, without buffer.
func (t ID) Box() Box {
	s := 32 - uint(t.Z)
	x, y := uint64(t.X)<<s, uint64(t.Y)<<s
	side := uint64(1)<<s - 1
	return Box{XY{uint32(x), uint32(y)}, XY{uint32(x + side), uint32(y + side)}}
}

// At gives the tile of the zoom that holds the position.
func At(z uint8, p XY) ID {
	s := 32 - uint(z)
	return ID{z, uint32(uint64(p.X) >> s), uint32(uint64(p.Y) >> s)}
}

// Cover calls yield with every tile of the zoom that the box touches, row by
// row, until yield says false. An empty box covers nothing.
func Cover(b Box, z uint8, yield func(ID) bool) {
	if b.Empty() {
		return
	}
	lo, hi := At(z, b.Min), At(z, b.Max)
	for y := lo.Y; ; y++ {
		for x := lo.X; ; x++ {
			if !yield(ID{z, x, y}) {
				return
			}
			if x == hi.X {
				break
			}
		}
		if y == hi.Y {
			break
		}
	}
}

// CoverCount tells how many tiles Cover gives.
func CoverCount(b Box, z uint8) uint64 {
	if b.Empty() {
		return 0
	}
	lo, hi := At(z, b.Min), At(z, b.Max)
	return uint64(hi.X-lo.X+1) * uint64(hi.Y-lo.Y+1)
}
