package render

import "yiping/tiles/mvt"

// thinner simplifies lines by Douglas and Peucker, in buffers it keeps.
type thinner struct {
	keep  []bool
	spans [][2]int // still to be looked at
}

// line drops vertices so that none dropped is further than the tolerance, in
// tile units, from what remains. It works in place. A line that would shrink to
// nothing stays as it is.
func (t *thinner) line(pts []mvt.XY, tolerance float64) []mvt.XY {
	n := len(pts)
	if n < 3 {
		return pts
	}
	t.mark(pts, tolerance)
	kept := 0
	for _, k := range t.keep[:n] {
		if k {
			kept++
		}
	}
	if kept == 2 && pts[0] == pts[n-1] {
		return pts
	}
	out := pts[:0]
	for i, p := range pts {
		if t.keep[i] {
			out = append(out, p)
		}
	}
	return out
}

func (t *thinner) mark(pts []mvt.XY, tolerance float64) {
	n := len(pts)
	if cap(t.keep) < n {
		t.keep = make([]bool, n, 2*n)
	}
	t.keep = t.keep[:n]
	clear(t.keep)
	t.keep[0], t.keep[n-1] = true, true
	t.spans = append(t.spans[:0], [2]int{0, n - 1})
	for len(t.spans) > 0 {
		last := len(t.spans) - 1
		lo, hi := t.spans[last][0], t.spans[last][1]
		t.spans = t.spans[:last]
		most, at := tolerance*tolerance, 0
		for i := lo + 1; i < hi; i++ {
			if d := distance2(pts[i], pts[lo], pts[hi]); d > most {
				most, at = d, i
			}
		}
		if at > 0 {
			t.keep[at] = true
			t.spans = append(t.spans, [2]int{lo, at}, [2]int{at, hi})
		}
	}
}

// distance2 is the squared distance of p from the segment a–b. Products only, no
// sum of floats: every processor gives the same.
func distance2(p, a, b mvt.XY) float64 {
	abx, aby := int64(b.X-a.X), int64(b.Y-a.Y)
	apx, apy := int64(p.X-a.X), int64(p.Y-a.Y)
	length2 := abx*abx + aby*aby
	switch dot := abx*apx + aby*apy; {
	case dot <= 0:
		return float64(apx*apx + apy*apy)
	case dot >= length2:
		bpx, bpy := int64(p.X-b.X), int64(p.Y-b.Y)
		return float64(bpx*bpx + bpy*bpy)
	}
	area := float64(abx*apy - aby*apx)
	return area * area / float64(length2)
}
