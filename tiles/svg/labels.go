package svg

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// box is a rectangle in pixels.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// boxes are taken places, in cells so that asking stays cheap with thousands.
// What lies outside the picture is in the cells at its edge.
type boxes struct {
	columns, rows int
	cells         [][]box
}

const cell = 64 // px

func newBoxes(w, h float64) boxes {
	b := boxes{columns: int(w/cell) + 1, rows: int(h/cell) + 1}
	b.cells = make([][]box, b.columns*b.rows)
	return b
}

// span gives the cells that a box touches, the last ones included.
func (s *boxes) span(b box) (x0, y0, x1, y1 int) {
	at := func(v float64, n int) int { return max(0, min(n-1, int(v/cell))) }
	return at(b.x0, s.columns), at(b.y0, s.rows), at(b.x1, s.columns), at(b.y1, s.rows)
}

func (s *boxes) add(b box) {
	x0, y0, x1, y1 := s.span(b)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			list := &s.cells[y*s.columns+x]
			*list = append(*list, b)
		}
	}
}

func (s *boxes) taken(b box) bool {
	x0, y0, x1, y1 := s.span(b)
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			if slices.ContainsFunc(s.cells[y*s.columns+x], b.meets) {
				return true
			}
		}
	}
	return false
}

// label is a text to place, line by line.
type label struct {
	lines   []textLine
	spacing float64 // of letters, in em
	end     bool    // lines end at one edge: the label lies left of its mark
}

type textLine struct {
	text   string
	size   float64 // px
	colour string
	bold   bool
}

func (l *label) width() float64 {
	w := 0.0
	for _, t := range l.lines {
		em := textWidth(t.text) + l.spacing*float64(utf8.RuneCountInString(t.text))
		if t.bold {
			em *= 1.04
		}
		w = max(w, em*t.size)
	}
	return w
}

func (l *label) height() float64 {
	h := 0.0
	for _, t := range l.lines {
		h += t.size * lineHeight
	}
	return h
}

const lineHeight = 1.22

// font scales a size of the wall's map; nothing falls below what can be read.
func (d *drawing) font(size float64) float64 { return max(12.5, size*d.view.factor) }

func (d *drawing) oneLine(size, spacing float64, colour string) label {
	return label{lines: []textLine{{size: d.font(size), colour: colour}}, spacing: spacing}
}

// named gives the label with its first line's text.
func (l label) named(text string) label {
	l.lines = slices.Clone(l.lines)
	l.lines[0].text = text
	return l
}

// wrapped gives the label with its first line cut in two halves, at a bracket or
// a separator if there is one near the middle.
func (l label) wrapped() label {
	first := l.lines[0]
	runes := []rune(first.text)
	middle, cut := len(runes)/2, len(runes)/2
	for off := range len(runes) / 4 {
		if runes[middle-off] == '（' {
			cut = middle - off
			break
		}
		if strings.ContainsRune("）—－-、，·/ ", runes[middle-off]) {
			cut = middle - off + 1
			break
		}
		if strings.ContainsRune("）—－-、，·/ ", runes[middle+off]) {
			cut = middle + off + 1
			break
		}
	}
	upper, lower := first, first
	upper.text, lower.text = strings.TrimSpace(string(runes[:cut])), strings.TrimSpace(string(runes[cut:]))
	l.lines = append([]textLine{upper, lower}, l.lines[1:]...)
	return l
}

// textWidth estimates the width of a text in em: Chinese 1, others 0.57.
func textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r >= 0x1100 {
			w++
		} else {
			w += 0.57
		}
	}
	return w
}

// labels writes names by priority, each where no other text or mark is: reds
// with their status first, then neighbours, towns, rivers, and yellows if few.
func (d *drawing) labels() {
	for _, b := range []box{{0, 0, d.view.w, d.view.head()}, {0, d.view.h - d.view.foot(), d.view.w, d.view.h}} {
		d.boxes.add(b)
		d.firm.add(b)
	}
	d.printf(`<g paint-order="stroke" stroke-linejoin="round" stroke-width="%s" stroke="%s">`+"\n", px(5*d.view.factor), d.colour.land)
	d.redLabels()
	d.districtLabels()
	d.townLabels()
	d.riverLabels()
	d.yellowLabels()
	d.printf("</g>\n")
}

// longName is the length in em from which a name may be broken in two lines.
const longName = 10

func (d *drawing) redLabels() {
	for _, s := range d.spots {
		if s.light == geo.Red && s.count > 1 {
			d.hidden += s.count
			continue
		}
		if s.light != geo.Red || s.site > 0 || s.item.Name() == "" {
			continue
		}
		l := label{lines: []textLine{
			{s.item.Name(), d.font(23), d.colour.ink, true},
			{d.text(s.item.Verdict().Status), d.font(19), d.colour.word(geo.Red), false},
		}}
		short := l
		if textWidth(s.item.Name()) > longName {
			short = l.wrapped()
		}
		if !d.beside(s, l, &d.boxes) && !d.beside(s, short, &d.boxes) && !d.forced(s, short) {
			d.hidden++
		}
	}
}

// forced names a red that has no room beside it: further off, else over marks
// that are not red. Where marks stand for several reds there are too many names
// for that.
func (d *drawing) forced(s spot, l label) bool {
	return !d.crowded && (d.afar(s, l, &d.boxes) || d.beside(s, l, &d.firm) || d.afar(s, l, &d.firm))
}

func (d *drawing) yellowLabels() {
	var list []spot
	for _, s := range d.spots {
		if s.light == geo.Yellow && s.site == 0 && s.item.Name() != "" {
			list = append(list, s)
		}
	}
	if len(list) > 6 && d.view.zoom < 13 {
		return
	}
	l := d.oneLine(20, 0, d.colour.ink)
	for _, s := range list {
		d.beside(s, l.named(s.item.Name()), &d.boxes)
	}
}

// beside places a label right, left, below or above of a mark, where nothing is
// taken.
func (d *drawing) beside(s spot, l label, taken *boxes) bool {
	w, h, gap := l.width(), l.height(), s.size/2+6*d.view.factor
	for _, p := range [][2]float64{
		{s.x + gap, s.y - h*0.42}, {s.x - gap - w, s.y - h*0.42},
		{s.x - w/2, s.y + gap}, {s.x - w/2, s.y - gap - h},
		{s.x + gap, s.y}, {s.x + gap, s.y - h}, {s.x - gap - w, s.y}, {s.x - gap - w, s.y - h},
	} {
		l.end = p[0]+w < s.x
		if d.write(l, p[0], p[1], taken) {
			return true
		}
	}
	return false
}

// afar places a label further off, with a line to its mark.
func (d *drawing) afar(s spot, l label, taken *boxes) bool {
	w, h, f := l.width(), l.height(), d.view.factor
	for r := 30.0; r <= 250; r += 20 {
		for a := range 16 {
			sin, cos := math.Sincos(float64(a) * math.Pi / 8)
			x, y := s.x+cos*(s.size/2+r*f), s.y+sin*(s.size/2+r*f)
			left := x
			if l.end = cos < -0.01; l.end {
				left = x - w
			}
			if d.write(l, left, y-h/2, taken) {
				d.leader(s, x-cos*3*f, y-sin*3*f)
				return true
			}
		}
	}
	return false
}

// leader draws a line from a mark to its label and keeps other labels off it.
func (d *drawing) leader(s spot, x, y float64) {
	length := math.Hypot(x-s.x, y-s.y)
	sx, sy := s.x+(x-s.x)/length*s.size/2, s.y+(y-s.y)/length*s.size/2
	d.printf(`<path d="M%s %sL%s %s" stroke="%s" stroke-width="%s"/>`+"\n", px(sx), px(sy), px(x), px(y), d.colour.ink2, px(1.5*d.view.factor))
	for t := 0.0; t <= 1; t += 4 / max(length, 4) {
		px, py := sx+(x-sx)*t, sy+(y-sy)*t
		b := box{px - 2, py - 2, px + 2, py + 2}
		d.boxes.add(b)
		d.firm.add(b)
	}
}

// write places a label with its top-left corner there, if nothing is taken there
// and it is inside.
func (d *drawing) write(l label, x, y float64, taken *boxes) bool {
	b := box{x, y, x + l.width(), y + l.height()}
	if x < 4 || y < 4 || b.x1 > d.view.w-4 || b.y1 > d.view.h-4 || taken.taken(b) {
		return false
	}
	d.boxes.add(b)
	d.firm.add(b)
	d.names = append(d.names, b)
	anchor := ""
	if l.end {
		x, anchor = b.x1, ` text-anchor="end"`
	}
	for _, t := range l.lines {
		extra := anchor
		if t.bold {
			extra += ` font-weight="700"`
		}
		if l.spacing > 0 {
			extra += ` letter-spacing="` + px(l.spacing*t.size) + `"`
		}
		d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s"%s>%s</text>`+"\n", px(x), px(y+t.size*0.97), px(t.size), t.colour, extra, escape(t.text))
		y += t.size * lineHeight
	}
	return true
}

// around places a label centred on a position, or a little off it.
func (d *drawing) around(l label, x, y float64) bool {
	w, h := l.width(), l.height()
	for _, off := range [][2]float64{{0, 0}, {0, -1}, {0, 1}, {-0.5, 0}, {0.5, 0}, {0, -2}, {0, 2}, {-0.5, -1}, {0.5, -1}, {-0.5, 1}, {0.5, 1}, {0, -3}, {0, 3}} {
		if d.write(l, x-w/2+off[0]*w, y-h/2+off[1]*h, &d.boxes) {
			return true
		}
	}
	return false
}

// districtLabels names the neighbours, and all districts when none is in focus.
func (d *drawing) districtLabels() {
	l := d.oneLine(20, 0.2, d.colour.ink3)
	for _, it := range d.ordered(city.District) {
		if d.focus.Code != "" && d.inFocus(it) {
			continue
		}
		if w, ok := d.visible(it); ok {
			x, y := d.view.at(w)
			d.around(l.named(it.Name()), x, y)
		}
	}
}

// visible gives a place for the name of an area: its label point if that is in
// the picture, else a point of the part that is.
func (d *drawing) visible(it snapshot.Item) (tiles.XY, bool) {
	if w, ok := it.Label(); ok && d.view.box.Contains(tiles.Box{Min: w, Max: w}) {
		return w, true
	}
	v, b := d.view.box, it.Box()
	seen := tiles.Box{
		Min: tiles.XY{X: max(v.Min.X, b.Min.X), Y: max(v.Min.Y, b.Min.Y)},
		Max: tiles.XY{X: min(v.Max.X, b.Max.X), Y: min(v.Max.Y, b.Max.Y)},
	}
	w := tiles.XY{X: seen.Min.X/2 + seen.Max.X/2, Y: seen.Min.Y/2 + seen.Max.Y/2}
	switch g := it.Geometry().(type) {
	case orb.Polygon:
		return w, planar.PolygonContains(g, w.Point())
	case orb.MultiPolygon:
		return w, planar.MultiPolygonContains(g, w.Point())
	}
	return w, false
}

func (d *drawing) townLabels() {
	if d.view.zoom < 10.5 {
		return
	}
	l := d.oneLine(19, 0.16, d.colour.ink3)
	for _, it := range d.ordered(city.Town) {
		if w, ok := it.Label(); ok && d.inFocus(it) {
			x, y := d.view.at(w)
			d.around(l.named(it.Name()), x, y)
		}
	}
}

// river is a section that bears the name of its river.
type river struct {
	name string
	item snapshot.Item
	size uint64
}

// before ranks by size, then by id.
func (r river) before(o river) bool {
	return r.size > o.size || r.size == o.size && r.item.ID() < o.item.ID()
}

// riverLabels names each river once, at its longest section in the picture.
func (d *drawing) riverLabels() {
	longest := map[string]river{}
	for _, it := range d.items(city.RiverSection) {
		name, _, _ := strings.Cut(it.Name(), "（")
		b := it.Box()
		r := river{name, it, uint64(b.Max.X-b.Min.X) + uint64(b.Max.Y-b.Min.Y)}
		if was, known := longest[name]; name != "" && (!known || r.before(was)) {
			longest[name] = r
		}
	}
	rivers := slices.SortedFunc(maps.Values(longest), func(a, b river) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	l := d.oneLine(18, 0.2, d.colour.waterInk)
	for _, r := range rivers {
		l := l.named(r.name)
		if w, ok := r.item.Label(); ok && float64(r.size)*d.view.scale > 1.5*l.width() {
			x, y := d.view.at(w)
			d.around(l, x, y+l.height())
		}
	}
}
