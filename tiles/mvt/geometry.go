package mvt

import "slices"

// XY is a position in tile units; both within ±2^24, so that areas fit in 64 bits.
type XY struct{ X, Y int32 }

// Commands of the geometry encoding.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// path is the command stream of one feature's lines or rings; the cursor runs on
// from one to the next.
type path struct {
	b  []byte
	at XY
	// where the last polygon began, and twice what its holes leave of it
	begun   int
	begunAt XY
	left    int64
}

func (p *path) reset() { p.b, p.at, p.left = p.b[:0], XY{}, 0 }

func (p *path) command(id, count int) {
	p.b = appendVarint(p.b, uint64(id&7|count<<3))
}

func (p *path) to(q XY) {
	p.b = appendZigzag(p.b, q.X-p.at.X)
	p.b = appendZigzag(p.b, q.Y-p.at.Y)
	p.at = q
}

func (p *path) run(pts []XY) {
	p.command(moveTo, 1)
	p.to(pts[0])
	p.command(lineTo, len(pts)-1)
	b, at := p.b, pts[0]
	for _, q := range pts[1:] {
		b = appendZigzag(b, q.X-at.X)
		b = appendZigzag(b, q.Y-at.Y)
		at = q
	}
	p.b, p.at = b, at
}

// appendZigzag writes most steps, which are short, at once.
func appendZigzag(b []byte, d int32) []byte {
	z := uint32(d<<1) ^ uint32(d>>31)
	switch {
	case z < 1<<7:
		return append(b, byte(z))
	case z < 1<<14:
		return append(b, byte(z)|0x80, byte(z>>7))
	}
	return appendVarint(b, uint64(z))
}

// appendPoint is appendPoints of one.
func appendPoint(b []byte, at XY) []byte {
	return appendZigzag(appendZigzag(append(b, moveTo|1<<3), at.X), at.Y)
}

func appendPoints(b []byte, pts []XY) []byte {
	p := path{b: b}
	p.command(moveTo, len(pts))
	for _, q := range pts {
		p.to(q)
	}
	return p.b
}

// Point adds a point to the feature; the same position again adds nothing.
func (e *Encoder) Point(p XY) {
	if n := len(e.points); n > 0 && e.points[n-1] == p {
		return
	}
	e.points = append(e.points, p)
}

// Line adds a line to the feature. Repeated positions and vertices on a straight
// run are left out, and so is a line of no length. pts is not kept.
func (e *Encoder) Line(pts []XY) {
	e.clean = cleanLine(e.clean[:0], pts)
	if len(e.clean) >= 2 {
		e.lines.run(e.clean)
	}
}

// Ring adds a ring, whichever way it runs and whether or not its last position
// repeats the first. An outer ring begins a polygon; a hole belongs to the last
// outer ring and falls with it. Spikes, repeated positions and vertices on a
// straight run are left out, and so is a ring of no area, and a polygon of which
// its holes leave nothing. pts is not kept.
func (e *Encoder) Ring(pts []XY, hole bool) {
	p := &e.rings
	if hole && p.left == 0 {
		return
	}
	e.clean = cleanRing(e.clean[:0], pts)
	area := doubleArea(e.clean)
	if (area > 0) == hole {
		slices.Reverse(e.clean)
	}
	switch area = max(area, -area); {
	case !hole:
		p.begun, p.begunAt, p.left = len(p.b), p.at, area
	case area >= p.left:
		p.b, p.at, p.left = p.b[:p.begun], p.begunAt, 0
		return
	default:
		p.left -= area
	}
	if area > 0 {
		p.run(e.clean)
		p.command(closePath, 1)
	}
}

// doubleArea is twice the area by the surveyor's formula; positive is clockwise
// as seen on the screen, y pointing down.
func doubleArea(pts []XY) int64 {
	var sum int64
	for i, p := range pts {
		q := pts[(i+1)%len(pts)]
		sum += int64(p.X)*int64(q.Y) - int64(q.X)*int64(p.Y)
	}
	return sum
}

// cleanLine appends pts to out without repeated positions and without vertices
// between two others on one straight run. Turning back on itself stays: it is
// part of the line.
func cleanLine(out, pts []XY) []XY {
	for _, p := range pts {
		n := len(out)
		if n > 0 && out[n-1] == p {
			continue
		}
		if n > 1 && cross(out[n-2], out[n-1], p) == 0 && onward(out[n-2], out[n-1], p) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// cleanRing appends pts to out as a ring without closing position, repeated
// positions, straight-run vertices and spikes.
func cleanRing(out, pts []XY) []XY {
	for _, p := range pts {
		out = append(dropFlat(out, p), p)
	}
	for from := 0; ; {
		ring := out[from:]
		n := len(ring)
		switch {
		case n < 3:
			return out[:0]
		case cross(ring[n-2], ring[n-1], ring[0]) == 0:
			out = out[:len(out)-1]
		case cross(ring[n-1], ring[0], ring[1]) == 0:
			from++
		default:
			return ring
		}
	}
}

// dropFlat takes vertices off the end of the run that would lie flat, or
// repeated, before p.
func dropFlat(run []XY, p XY) []XY {
	for {
		n := len(run)
		switch {
		case n > 0 && run[n-1] == p:
			run = run[:n-1]
		case n > 1 && cross(run[n-2], run[n-1], p) == 0:
			run = run[:n-1]
		default:
			return run
		}
	}
}

// cross is the turn at b on the way from a to c: 0 is none or straight back.
func cross(a, b, c XY) int64 {
	return int64(b.X-a.X)*int64(c.Y-b.Y) - int64(b.Y-a.Y)*int64(c.X-b.X)
}

func onward(a, b, c XY) bool {
	return int64(b.X-a.X)*int64(c.X-b.X)+int64(b.Y-a.Y)*int64(c.Y-b.Y) > 0
}
