package svg

import (
	"encoding/xml"
	"fmt"
	"slices"
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
func px(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

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
// and repeats left out, so that shared borders stay shared.
func (d *drawing) path(shape snapshot.Shape, kinds ...snapshot.Kind) string {
	var b strings.Builder
	for _, part := range shape {
		if !slices.Contains(kinds, part.Kind) {
			continue
		}
		d.run(&b, part.XY)
		if part.Kind != snapshot.LinePart && len(part.XY) > 0 {
			b.WriteByte('Z')
		}
	}
	return b.String()
}

func (d *drawing) run(b *strings.Builder, xy []tiles.XY) {
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
		fmt.Fprintf(b, "%c%s %s", op, px(float64(x)/2), px(float64(y)/2))
		lx, ly = x, y
	}
}

func (d *drawing) area(it snapshot.Item) string {
	return d.path(it.Shape(), snapshot.OuterRing, snapshot.InnerRing)
}

func (d *drawing) line(it snapshot.Item) string { return d.path(it.Shape(), snapshot.LinePart) }

// ground draws the land of the district in focus and what is tinted on it.
func (d *drawing) ground() {
	c, f := &d.colour, d.view.factor
	d.printf(`<g fill-rule="evenodd">` + "\n")
	for _, it := range d.items(city.District) {
		if p := d.area(it); p != "" && d.inFocus(it) {
			d.printf(`<path d="%s" fill="%s"/>`+"\n", p, c.land)
		}
	}
	for _, l := range d.s.Layers() {
		if id := l.Decl().ID; id == city.District || id == city.Town {
			continue
		}
		for _, it := range d.items(l.Decl().ID) {
			if p := d.area(it); p != "" && d.inFocus(it) {
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

// streets draws the fabric in greys by rank: 1 widest; unranked and minor ones
// only near by.
func (d *drawing) streets() {
	widths := [...]float64{1: 2.4, 2: 1.8, 3: 1.2, 4: 0.9}
	byRank := [len(widths)][]string{}
	for _, it := range d.items(city.Street) {
		rank := 4
		if r, ok := it.Value("rank").(int64); ok && r >= 1 && r < int64(len(widths)) {
			rank = int(r)
		}
		if p := d.line(it); p != "" && float64(rank) <= d.view.zoom-8.5 {
			byRank[rank] = append(byRank[rank], p)
		}
	}
	d.out.WriteString(strokes)
	for rank := len(widths) - 1; rank > 0; rank-- {
		colour := d.colour.fabric
		if rank == 1 {
			colour = d.colour.line
		}
		d.printf(`<g stroke="%s" stroke-width="%s">`+"\n", colour, px(widths[rank]*d.view.factor))
		for _, p := range byRank[rank] {
			d.printf(`<path d="%s"/>`+"\n", p)
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
	for _, it := range d.items(city.District) {
		if p := d.area(it); p != "" && d.inFocus(it) {
			d.printf(`<path d="M0 0H%dV%dH0Z%s" fill="%s" fill-opacity="0.6" fill-rule="evenodd"/>`+"\n", d.o.Width, d.o.Height, p, d.colour.out)
		}
	}
}

func (d *drawing) rivers() {
	width := max(1.2, min(4, (d.view.zoom-8.5)*1.2))
	d.out.WriteString(strokes)
	d.printf(`<g stroke="%s" stroke-width="%s">`+"\n", d.colour.water, px(width*d.view.factor))
	for _, it := range d.items(city.RiverSection) {
		if p := d.line(it); p != "" {
			d.printf(`<path d="%s"/>`+"\n", p)
		}
	}
	d.printf("</g>\n</g>\n")
}

// litLines draws lines by their light, red last.
func (d *drawing) litLines() {
	d.out.WriteString(strokes)
	for light := geo.None; light <= geo.Red; light++ {
		for _, l := range d.s.Layers() {
			for _, it := range d.items(l.Decl().ID) {
				if it.Light() == light && d.inFocus(it) && d.showsLight(it) {
					d.litLine(it)
				}
			}
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
	p := d.line(it)
	if p == "" {
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
	for _, it := range d.items(city.Town) {
		if p := d.area(it); p != "" && d.inFocus(it) && d.view.zoom >= 10.5 {
			d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.town, px(1.2*f))
		}
	}
	var focus []string
	for _, it := range d.items(city.District) {
		switch p := d.area(it); {
		case p == "":
		case d.inFocus(it):
			focus = append(focus, p)
		default:
			d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.town, px(1.5*f))
		}
	}
	for _, p := range focus {
		d.printf(`<path d="%s" stroke="%s" stroke-width="%s"/>`+"\n", p, c.border, px(2*f))
	}
	d.printf("</g>\n")
}
