package svg

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

const fonts = "Barlow,'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

// px writes a length with one decimal at most.
func px(f float64) string { return string(appendPx(nil, f)) }

func appendPx(to []byte, f float64) []byte {
	to = strconv.AppendFloat(to, f, 'f', 1, 64)
	return bytes.TrimSuffix(to, []byte(".0"))
}

func (d *drawing) open() {
	c, w, h := &d.colour, d.o.Width, d.o.Height
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="%s">`+"\n", w, h, w, h, fonts)
	d.printf("<title>%s</title>\n", escape(d.title()))
	// Yellow areas: a 45° hatch, 2 px of every 8.
	d.printf(`<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
		`<rect width="2" height="8" fill="%s"/></pattern></defs>`+"\n", c.yellow)
	d.printf(`<rect width="%d" height="%d" fill="%s"/>`+"\n", w, h, c.out)
}

// path writes the path data of a shape's lines or rings, vertices on half pixels
// and repeats left out, so that shared borders stay shared. What is smaller than
// a pixel has no path, unless it is red. The bytes are good until the next call.
func (d *drawing) path(it snapshot.Item, kinds ...snapshot.Kind) []byte {
	if it.Light() != geo.Red && d.extent(it) < speck {
		return nil
	}
	to := d.data[:0]
	d.shape = it.AppendShape(d.shape[:0])
	for _, part := range d.shape {
		if !slices.Contains(kinds, part.Kind) {
			continue
		}
		to = d.run(to, part.XY)
		if part.Kind != snapshot.LinePart && len(part.XY) > 0 {
			to = append(to, 'Z')
		}
	}
	d.data = to
	return to
}

func (d *drawing) run(to []byte, xy []tiles.XY) []byte {
	half := func(to []byte, n int) []byte {
		if n < 0 {
			to, n = append(to, '-'), -n
		}
		to = strconv.AppendInt(to, int64(n/2), 10)
		if n&1 != 0 {
			to = append(to, '.', '5')
		}
		return to
	}
	var lx, ly int
	for i, w := range xy {
		fx, fy := d.view.at(w)
		x, y := int(fx*2+0.5), int(fy*2+0.5)
		if i > 0 && x == lx && y == ly {
			continue
		}
		op := byte('L')
		if i == 0 {
			op = 'M'
		}
		to = half(append(to, op), x)
		to = half(append(to, ' '), y)
		lx, ly = x, y
	}
	return to
}

func (d *drawing) area(it snapshot.Item) []byte {
	return d.path(it, snapshot.OuterRing, snapshot.InnerRing)
}

func (d *drawing) line(it snapshot.Item) []byte { return d.path(it, snapshot.LinePart) }

// ground draws the land of the district in focus and what is tinted on it.
func (d *drawing) ground() {
	c, f := &d.colour, d.view.factor
	d.printf(`<g fill-rule="evenodd">` + "\n")
	for _, it := range d.ordered(city.District) {
		if p := d.area(it); len(p) > 0 && d.inFocus(it) {
			d.printf(`<path d="%s" fill="%s"/>`+"\n", p, c.land)
		}
	}
	for _, l := range d.s.Layers() {
		if decl := l.Decl(); decl.ID == city.District || decl.ID == city.Town || decl.Geometry == geo.Lines || decl.Geometry == geo.Points {
			continue
		}
		for _, it := range d.shapes(l.Decl().ID) {
			if d.covered(it) {
				continue
			}
			if p := d.area(it); len(p) > 0 {
				d.printf(`<path d="%s" %s/>`+"\n", p, d.areaStyle(it.Light(), f))
			}
		}
	}
	d.printf("</g>\n")
}

func (d *drawing) areaStyle(l geo.Light, f float64) string {
	c := &d.colour
	switch l {
	case geo.Red:
		return fmt.Sprintf(`fill="%s" fill-opacity="0.3" stroke="%s" stroke-width="%s"`, c.red, c.red, px(3*f))
	case geo.Yellow:
		opacity, width := 0.6, 2*f
		if d.view.zoom < 13 { // at overview the ground stays quiet
			opacity, width = 0.35, f
		}
		return fmt.Sprintf(`fill="url(#hatch)" fill-opacity="%g" stroke="%s" stroke-opacity="%g" stroke-width="%s"`, opacity, c.yellow, opacity+0.3, px(width))
	case geo.Green:
		return fmt.Sprintf(`fill="%s" fill-opacity="%s"`, c.green, c.tint)
	}
	return fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%s" stroke-dasharray="2 4"`, c.none, px(f))
}

// strokes opens a group of lines.
const strokes = `<g fill="none" stroke-linejoin="round" stroke-linecap="round">` + "\n"

// mostStreets is how many streets make a fabric in a picture as large as the wall's
// map; more would be a grey surface, so that lower ranks are left out then.
const mostStreets = 3000

// streets draws the fabric in greys by rank: 1 widest; unranked and minor ones
// only near by.
func (d *drawing) streets() {
	widths := [...]float64{1: 2.4, 2: 1.8, 3: 1.2, 4: 0.9}
	byRank := [len(widths)][]snapshot.Item{}
	if d.view.zoom < 9.5 { // not even the first rank
		return
	}
	l, ok := d.s.Layer(city.Street)
	if !ok {
		return
	}
	field, ranked := l.FieldIndex("rank")
	for _, it := range d.items(city.Street) {
		rank := 4
		if ranked {
			if r, ok := it.Int(field); ok && r >= 1 && r < int64(len(widths)) {
				rank = int(r)
			}
		}
		byRank[rank] = append(byRank[rank], it)
	}
	most := d.most(mostStreets)
	byRank[1] = d.foremost(byRank[1], most)
	last, sum := 1, len(byRank[1])
	for last+1 < len(widths) && float64(last+1) <= d.view.zoom-8.5 && sum+len(byRank[last+1]) <= most {
		last++
		sum += len(byRank[last])
	}
	d.out.WriteString(strokes)
	for rank := last; rank > 0 && float64(rank) <= d.view.zoom-8.5; rank-- {
		colour := d.colour.fabric
		if rank == 1 {
			colour = d.colour.line
		}
		d.printf(`<g stroke="%s" stroke-width="%s">`+"\n", colour, px(widths[rank]*d.view.factor))
		slices.SortFunc(byRank[rank], byID)
		for _, it := range byRank[rank] {
			if p := d.line(it); len(p) > 0 {
				d.printf(`<path d="%s"/>`+"\n", p)
			}
		}
		d.printf("</g>\n")
	}
	d.printf("</g>\n")
}

// outside dims what lies beyond the district in focus.
func (d *drawing) outside() {
	if d.focus.Code == "" {
		return
	}
	for _, it := range d.ordered(city.District) {
		if p := d.area(it); len(p) > 0 && d.inFocus(it) {
			d.printf(`<path d="M0 0H%dV%dH0Z%s" fill="%s" fill-opacity="0.6" fill-rule="evenodd"/>`+"\n", d.o.Width, d.o.Height, p, d.colour.out)
		}
	}
}

func (d *drawing) rivers() {
	width := max(1.2, min(4, (d.view.zoom-8.5)*1.2))
	d.out.WriteString(strokes)
	d.printf(`<g stroke="%s" stroke-width="%s">`+"\n", d.colour.water, px(width*d.view.factor))
	for _, it := range d.shapes(city.RiverSection) {
		if p := d.line(it); len(p) > 0 {
			d.printf(`<path d="%s"/>`+"\n", p)
		}
	}
	d.printf("</g>\n</g>\n")
}

// litLines draws lines by their light, red last.
func (d *drawing) litLines() {
	d.out.WriteString(strokes)
	byLight := [geo.Red + 1][]snapshot.Item{}
	for _, l := range d.s.Layers() {
		if g := l.Decl().Geometry; g == geo.Points || g == geo.Polygons {
			continue
		}
		for _, it := range d.shapes(l.Decl().ID) {
			if d.inFocus(it) && d.showsLight(it) {
				byLight[it.Light()] = append(byLight[it.Light()], it)
			}
		}
	}
	for _, list := range byLight {
		for _, it := range list {
			d.litLine(it)
		}
	}
	d.printf("</g>\n")
}

// showsLight: a red line always shows its light, others from zoom 13 on, where
// there is room; what is not street or river has no other drawing.
func (d *drawing) showsLight(it snapshot.Item) bool {
	ground := it.Layer() == city.Street || it.Layer() == city.RiverSection
	return it.Light() == geo.Red || !ground || (d.view.zoom >= 13 && it.Light() != geo.None)
}

func (d *drawing) litLine(it snapshot.Item) {
	if d.covered(it) {
		return
	}
	p := d.line(it)
	if len(p) == 0 {
		return
	}
	c, f := &d.colour, d.view.factor
	switch it.Light() {
	case geo.Red:
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`, p, c.ink, px(8*f))
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.red, px(5*f))
	case geo.Yellow:
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s" stroke-dasharray="10 5"/>`+"\n", p, c.word(geo.Yellow), px(4*f))
	case geo.Green:
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.green, px(3*f))
	default:
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s" stroke-dasharray="2 4"/>`+"\n", p, c.none, px(2*f))
	}
}

// outlines draws the boundaries of towns and districts.
func (d *drawing) outlines() {
	c, f := &d.colour, d.view.factor
	d.printf(`<g fill="none" stroke-linejoin="round">` + "\n")
	for _, it := range d.ordered(city.Town) {
		if p := d.area(it); len(p) > 0 && d.inFocus(it) && d.view.zoom >= 10.5 {
			d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.town, px(1.2*f))
		}
	}
	var focus [][]byte
	for _, it := range d.ordered(city.District) {
		switch p := d.area(it); {
		case len(p) == 0:
		case d.inFocus(it):
			focus = append(focus, bytes.Clone(p))
		default:
			d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.town, px(1.5*f))
		}
	}
	for _, p := range focus {
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.border, px(2*f))
	}
	d.printf("</g>\n")
}
