package svg

import (
	"cmp"
	"fmt"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// spot is a mark in the picture.
type spot struct {
	item    snapshot.Item
	x, y    float64 // px
	size    float64 // px, width and height
	light   geo.Light
	stopped bool
	first   bool // of its feature: it bears the name
}

// marks draws a mark at each site of every feature that is a thing of its own:
// projects, problems, imported layers; of blocks, streets and rivers only the
// red, since the others show by their area or line. Green first, red last.
func (d *drawing) marks() {
	for _, l := range d.s.Layers() {
		decl := l.Decl()
		if decl.ID == city.District || decl.ID == city.Town {
			continue
		}
		ground := decl.ID == city.Street || decl.ID == city.RiverSection || decl.ID == city.Block
		for _, it := range d.items(decl.ID) {
			if d.inFocus(it) && (it.Light() == geo.Red || !ground) {
				d.addSpots(decl, it)
			}
		}
	}
	slices.SortStableFunc(d.spots, func(a, b spot) int { return cmp.Compare(a.light, b.light) })
	d.printf("<g>\n")
	for _, s := range d.spots {
		d.mark(s)
		d.boxes.add(box{s.x - s.size/2, s.y - s.size/2, s.x + s.size/2, s.y + s.size/2})
	}
	d.printf("</g>\n")
}

func (d *drawing) addSpots(decl *geo.Layer, it snapshot.Item) {
	s := spot{item: it, light: it.Light(), size: d.markSize(it.Light()), first: true,
		stopped: slices.Contains(decl.Light.Stopped, it.Text(decl.Light.State))}
	if it.Text("located") == "示意" {
		d.rough = true
	}
	for _, part := range it.Shape() {
		if part.Kind != snapshot.PointPart {
			continue
		}
		for _, w := range part.XY {
			d.addSpot(&s, w)
		}
	}
	if w, ok := it.Label(); ok && it.Extended() {
		d.addSpot(&s, w)
	}
}

func (d *drawing) addSpot(s *spot, w tiles.XY) {
	s.x, s.y = d.view.at(w)
	if s.x < 0 || s.y < 0 || s.x > d.view.w || s.y > d.view.h {
		return
	}
	d.spots = append(d.spots, *s)
	s.first = false
}

func (d *drawing) markSize(l geo.Light) float64 {
	sizes := [...]float64{geo.None: 10, geo.Green: 10, geo.Yellow: 18, geo.Red: 30}
	switch {
	case d.view.zoom < 11.5:
		sizes = [...]float64{geo.None: 7, geo.Green: 7, geo.Yellow: 12, geo.Red: 26}
	case d.view.zoom >= 13.5:
		sizes = [...]float64{geo.None: 14, geo.Green: 14, geo.Yellow: 23, geo.Red: 30}
	}
	return sizes[l] * d.view.factor
}

// mark draws a mark with its name and status as tool tip; a bar in the diamond
// of what was stopped.
func (d *drawing) mark(s spot) {
	d.printf(`<g data-feature="%s/%d"><title>%s</title>`, s.item.Layer(), s.item.ID(),
		escape(s.item.Name()+" "+d.text(s.item.Verdict().Status)))
	d.symbol(s.light, s.x, s.y, s.size)
	if s.stopped && s.light == geo.Red {
		d.printf(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`,
			px(s.x-s.size/4), px(s.y-s.size/16), px(s.size/2), px(s.size/8), d.colour.redInk)
	}
	d.printf("</g>\n")
}

// symbol draws the shape of a light: a diamond, a triangle, a circle, a hollow
// circle.
func (d *drawing) symbol(l geo.Light, x, y, size float64) {
	c := &d.colour
	d.out.WriteString(outline(l, x, y, size))
	switch l {
	case geo.Red:
		d.printf(` fill="%s"`, c.red)
		if c.ring != "" {
			d.printf(` stroke="%s" stroke-width="%s"`, c.ring, px(max(1.6, size/15)))
		}
	case geo.Yellow:
		d.printf(` fill="%s" stroke="%s" stroke-width="1.2" stroke-linejoin="round"`, c.yellow, c.yellowEdge)
	case geo.Green:
		d.printf(` fill="%s"`, c.green)
	default:
		d.printf(` fill="none" stroke="%s" stroke-width="1.6"`, c.none)
	}
	d.printf("/>")
}

// unlit draws the outline of a light of which there is none.
func (d *drawing) unlit(l geo.Light, x, y, size float64) {
	d.printf(`%s fill="none" stroke="%s"/>`, outline(l, x, y, size), d.colour.ink3)
}

// outline begins the element of a light's shape.
func outline(l geo.Light, x, y, size float64) string {
	r := size / 2
	switch l {
	case geo.Red:
		return fmt.Sprintf(`<path d="M%s %sL%s %sL%s %sL%s %sZ"`, px(x), px(y-r), px(x+r), px(y), px(x), px(y+r), px(x-r), px(y))
	case geo.Yellow:
		return fmt.Sprintf(`<path d="M%s %sL%s %sL%s %sZ"`, px(x), px(y-r), px(x+r), px(y+r*0.8), px(x-r), px(y+r*0.8))
	case geo.Green:
		return fmt.Sprintf(`<circle cx="%s" cy="%s" r="%s"`, px(x), px(y), px(r))
	}
	return fmt.Sprintf(`<circle cx="%s" cy="%s" r="%s"`, px(x), px(y), px(r-0.8))
}
