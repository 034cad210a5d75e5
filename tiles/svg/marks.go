package svg

import (
	"cmp"
	"slices"
	"strconv"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// spot is a mark in the picture.
type spot struct {
	item    snapshot.Item
	id      geo.ID
	layer   int     // its place among the layers
	site    int     // its place among the sites of its feature; the first bears the name
	x, y    float64 // px
	size    float64 // px, width and height
	light   geo.Light
	stopped bool
	count   int // reds that it stands for; 0 = one
}

// before orders the marks of one light: by layer, feature and site.
func (s *spot) before(o *spot) bool {
	return cmp.Or(cmp.Compare(s.layer, o.layer), cmp.Compare(s.id, o.id), cmp.Compare(s.site, o.site)) < 0
}

// Bounds of what stands for itself.
const (
	mostReds    = 1000 // marks; of more, those that would cover each other share one with their number
	mostTooltip = 2000 // marks; of more, only reds have a tool tip
	mostMarks   = 4000 // marks that are not red; of more, one stands for those about it
)

// marks draws a mark at each site of every feature that is a thing of its own:
// projects, problems, imported layers; of blocks, streets and rivers only the
// red, since the others show by their area or line. Green first, red last.
func (d *drawing) marks() {
	d.spots = slices.Grow(d.spots, len(d.items(city.Project))) // most of them
	for n, l := range d.s.Layers() {
		decl := l.Decl()
		if decl.ID == city.District || decl.ID == city.Town {
			continue
		}
		m := d.marker(l, n)
		ground := decl.ID == city.Street || decl.ID == city.RiverSection || decl.ID == city.Block
		for _, it := range d.items(decl.ID) {
			if light := it.Light(); (light == geo.Red || !ground) && d.inFocus(it) {
				m.add(it, light)
			}
		}
	}
	d.thin()
	for _, s := range d.spots {
		b := box{s.x - s.size/2, s.y - s.size/2, s.x + s.size/2, s.y + s.size/2}
		d.boxes.add(b)
		if s.light == geo.Red {
			d.firm.add(b)
		}
	}
	rest := d.spots
	for light := geo.None; len(d.spots) > mostTooltip && light < geo.Red; light++ {
		n := slices.IndexFunc(rest, func(s spot) bool { return s.light != light })
		if n < 0 {
			n = len(rest)
		}
		d.plain(light, rest[:n])
		rest = rest[n:]
	}
	d.printf("<g>\n")
	for _, s := range rest {
		d.mark(s)
	}
	d.printf("</g>\n")
}

// plain draws marks of one light as shapes alone.
func (d *drawing) plain(light geo.Light, spots []spot) {
	d.printf("<g%s>\n", d.look(light, d.markSize(light)))
	for _, s := range spots {
		d.out.WriteString(outline(s.light, s.x, s.y, s.size))
		d.out.WriteString("/>\n")
	}
	d.printf("</g>\n")
}

// thin leaves out marks that one of the same light covers, or of very many those
// that stand close to one. No red is left out: where there are many, one mark
// stands for those about one place, with their number.
func (d *drawing) thin() {
	var kept [geo.Red + 1][]spot
	sum := 0
	for light := range kept {
		kept[light] = d.ofLight(geo.Light(light), 0.7)
		if geo.Light(light) != geo.Red {
			sum += len(kept[light])
		}
	}
	for light := geo.None; light < geo.Red && sum > mostMarks; light++ {
		kept[light] = d.ofLight(light, 1.25)
		d.merged = true
	}
	d.spots = d.spots[:0:0]
	for light, list := range kept {
		if geo.Light(light) != geo.Red { // the reds are
			inOrder(list)
		}
		d.spots = append(d.spots, list...)
	}
}

// ofLight gives the marks of a light, in each cell of a grid, in sizes of the mark,
// only the first; the reds in order, those beyond mostReds sharing one.
func (d *drawing) ofLight(light geo.Light, cell float64) []spot {
	var list []spot
	if light == geo.Red {
		for i := range d.spots {
			if d.spots[i].light == geo.Red {
				list = append(list, d.spots[i])
			}
		}
		inOrder(list)
		if len(list) > mostReds {
			list = d.share(list)
		}
		return list
	}
	g := newCells(&d.view, cell*d.markSize(light))
	for i := range d.spots {
		s := &d.spots[i]
		if s.light != light {
			continue
		}
		switch n := g.at(s.x, s.y); {
		case *n == 0:
			list = append(list, *s)
			*n = len(list)
		case s.before(&list[*n-1]):
			list[*n-1] = *s
		}
	}
	return list
}

func inOrder(list []spot) {
	slices.SortFunc(list, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.id, b.id), cmp.Compare(a.site, b.site))
	})
}

// share lets one mark stand for the reds about one place, at the mean of theirs.
func (d *drawing) share(reds []spot) []spot {
	g := newCells(&d.view, 1.25*d.markSize(geo.Red))
	var kept []spot
	for _, s := range reds {
		n := g.at(s.x, s.y)
		if *n == 0 {
			kept = append(kept, s)
			*n = len(kept)
			continue
		}
		k := &kept[*n-1]
		switch {
		case s.site > 0:
		case k.site > 0: // another site of a feature that has its mark elsewhere
			*k = s
		default:
			k.count = max(k.count, 1) + 1
			k.x += (s.x - k.x) / float64(k.count) // the mean
			k.y += (s.y - k.y) / float64(k.count)
			d.crowded = true
		}
	}
	return kept
}

// cells are squares of the picture, each with a number.
type cells struct {
	side    float64 // px
	columns int
	numbers []int
}

func newCells(v *view, side float64) cells {
	g := cells{side: side, columns: int(v.w/side) + 1}
	g.numbers = make([]int, g.columns*(int(v.h/side)+1))
	return g
}

func (g *cells) at(x, y float64) *int { return &g.numbers[int(y/g.side)*g.columns+int(x/g.side)] }

// marker makes the marks of one layer.
type marker struct {
	*drawing
	layer          *snapshot.Layer
	order          int
	located, state int // fields; -1 = none
	size           [geo.Red + 1]float64
}

func (d *drawing) marker(l *snapshot.Layer, order int) *marker {
	m := &marker{drawing: d, layer: l, order: order, located: -1, state: -1}
	if i, ok := l.FieldIndex("located"); ok {
		m.located = i
	}
	if i, ok := l.FieldIndex(l.Decl().Light.State); ok {
		m.state = i
	}
	for light := range m.size {
		m.size[light] = d.markSize(geo.Light(light))
	}
	return m
}

// add adds the marks of a feature, one for each of its points and one for its lines
// and areas.
func (m *marker) add(it snapshot.Item, light geo.Light) {
	s := spot{item: it, id: it.ID(), layer: m.order, light: light, size: m.size[light]}
	s.stopped = light == geo.Red && m.state >= 0 && slices.Contains(m.layer.Decl().Light.Stopped, string(it.AppendText(nil, m.state)))
	m.rough = m.rough || m.located >= 0 && m.layer.DictText(m.located, it.DictID(m.located)) == "示意"
	m.shape = it.AppendShape(m.shape[:0])
	for _, part := range m.shape {
		if part.Kind != snapshot.PointPart {
			continue
		}
		for _, w := range part.XY {
			m.addSpot(&s, w)
		}
	}
	if w, ok := it.Label(); ok && it.Extended() {
		m.addSpot(&s, w)
	}
}

func (d *drawing) addSpot(s *spot, w tiles.XY) {
	s.x, s.y = d.view.at(w)
	if s.x < 0 || s.y < 0 || s.x > d.view.w || s.y > d.view.h {
		return
	}
	d.spots = append(d.spots, *s)
	s.site++
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
	if s.count > 1 {
		d.cluster(s)
		return
	}
	d.printf(`<g data-feature="%s/%d"><title>%s</title>`, s.item.Layer(), s.item.ID(),
		escape(s.item.Name()+" "+d.text(s.item.Verdict().Status)))
	d.symbol(s.light, s.x, s.y, s.size)
	if s.stopped && s.light == geo.Red {
		d.printf(`<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`,
			px(s.x-s.size/4), px(s.y-s.size/16), px(s.size/2), px(s.size/8), d.colour.redInk)
	}
	d.printf("</g>\n")
}

// cluster draws a mark that stands for several reds, with their number.
func (d *drawing) cluster(s spot) {
	number := strconv.Itoa(s.count)
	d.printf(`<g data-count="%s"><title>%s</title>`, number, number+" "+d.text(geo.Text{ZH: "项红灯", EN: "reds"}))
	d.symbol(s.light, s.x, s.y, s.size)
	size := min(s.size*0.5, s.size*0.8/textWidth(number))
	d.printf(`<text x="%s" y="%s" font-size="%s" font-weight="700" fill="%s">%s</text></g>`+"\n",
		px(s.x-textWidth(number)*size/2), px(s.y+size*0.36), px(size), d.colour.redInk, number)
}

// symbol draws the shape of a light: a diamond, a triangle, a circle, a hollow
// circle.
func (d *drawing) symbol(l geo.Light, x, y, size float64) {
	d.printf(`%s%s/>`, outline(l, x, y, size), d.look(l, size))
}

// look gives the attributes of a light's shape.
func (d *drawing) look(l geo.Light, size float64) string {
	c := &d.colour
	switch l {
	case geo.Red:
		s := ` fill="` + c.red + `"`
		if c.ring != "" {
			s += ` stroke="` + c.ring + `" stroke-width="` + px(max(1.6, size/15)) + `"`
		}
		return s
	case geo.Yellow:
		return ` fill="` + c.yellow + `" stroke="` + c.yellowEdge + `" stroke-width="1.2" stroke-linejoin="round"`
	case geo.Green:
		return ` fill="` + c.green + `"`
	}
	return ` fill="none" stroke="` + c.none + `" stroke-width="1.6"`
}

// unlit draws the outline of a light of which there is none.
func (d *drawing) unlit(l geo.Light, x, y, size float64) {
	d.printf(`%s fill="none" stroke="%s"/>`, outline(l, x, y, size), d.colour.ink3)
}

// outline begins the element of a light's shape.
func outline(l geo.Light, x, y, size float64) string {
	r := size / 2
	var b []byte
	switch l {
	case geo.Red:
		b = corners(b, x, y-r, x+r, y, x, y+r, x-r, y)
	case geo.Yellow:
		b = corners(b, x, y-r, x+r, y+r*0.8, x-r, y+r*0.8)
	default:
		if l != geo.Green {
			r -= 0.8
		}
		b = appendPx(append(b, `<circle cx="`...), x)
		b = appendPx(append(b, `" cy="`...), y)
		b = append(appendPx(append(b, `" r="`...), r), '"')
	}
	return string(b)
}

// corners begins the element of a polygon; xy are its corners.
func corners(b []byte, xy ...float64) []byte {
	b = append(b, `<path d="`...)
	op := byte('M')
	for i := 0; i < len(xy); i += 2 {
		b = appendPx(append(b, op), xy[i])
		b = appendPx(append(b, ' '), xy[i+1])
		op = 'L'
	}
	return append(b, `Z"`...)
}
