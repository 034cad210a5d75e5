package svg

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// legend entries by light, most urgent first.
var legend = [...]struct {
	light geo.Light
	text  geo.Text
}{
	{geo.Red, geo.Text{ZH: "严重滞后／无法完成／终止", EN: "Far behind / cannot be met / stopped"}},
	{geo.Yellow, geo.Text{ZH: "滞后", EN: "Behind"}},
	{geo.Green, geo.Text{ZH: "正常／已完成", EN: "On plan / done"}},
	{geo.None, geo.Text{ZH: "未填报", EN: "Not reported"}},
}

// frame writes what stands at the picture's edge: legend with the counts of
// what is drawn, the date, the scale, and what the picture does not show.
func (d *drawing) frame() {
	c, f := &d.colour, d.view.factor
	d.printf(`<rect width="%d" height="%s" fill="%s"/><rect y="%s" width="%d" height="%s" fill="%s"/>`+"\n",
		d.o.Width, px(d.view.head()), c.out, px(d.view.h-d.view.foot()), d.o.Width, px(d.view.foot()), c.out)
	counts, others, lit := d.tally()
	if lit {
		d.legend(counts, others)
	}
	note, left := d.note(others), 24*f
	room := d.scaleBar() - left - 16*f
	size := min(17*f, room/textWidth(note))
	d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", px(left), px(d.view.h-18*f), px(size), c.ink2, escape(note))
}

// note says in a line what the picture is of, when, and what it does not show;
// others are the reds of other layers than the legend's.
func (d *drawing) note(others int) string {
	note := d.title()
	say := func(t geo.Text, args ...any) { note += "　" + fmt.Sprintf(d.text(t), args...) }
	if d.cut() {
		say(geo.Text{ZH: "图例为图中数", EN: "counts are of this extent"})
	}
	if date := d.focus.Date; date != 0 {
		say(geo.Text{ZH: "数据截至 %s", EN: "As of %s"}, date)
	}
	if others > 0 {
		say(geo.Text{ZH: "图例计项目", EN: "counts are of projects"})
	}
	if d.rough {
		say(geo.Text{ZH: "点位示意", EN: "Positions indicative"})
	}
	if d.hidden > 0 {
		say(geo.Text{ZH: "另有 %d 项红灯未注名", EN: "%d more reds without their name"}, d.hidden)
	}
	if d.merged {
		say(geo.Text{ZH: "密集处以一代多", EN: "where dense, one mark stands for several"})
	}
	if d.omitted > 0 {
		say(geo.Text{ZH: "另有 %d 条较小线面未画", EN: "%d smaller lines and areas not drawn"}, d.omitted)
	}
	return note
}

// entry is what the legend says of a light. The marks in the picture are of all
// layers: so are the reds told.
func (d *drawing) entry(n int, counts snapshot.LightCounts, others int) string {
	light, text := legend[n].light, d.text(legend[n].text)
	if light != geo.Red || others == 0 {
		return fmt.Sprint(text, " ", counts[light])
	}
	return text + fmt.Sprintf(d.text(geo.Text{ZH: " 项目 %d，其他图层 %d", EN: " projects %d, other layers %d"}), counts[light], others)
}

func (d *drawing) legend(counts snapshot.LightCounts, others int) {
	c, f := &d.colour, d.view.factor
	size := 18 * f
	total := 0.0
	for n := range legend {
		total += textWidth(d.entry(n, counts, others))*size + 52*f
	}
	if total > d.view.w-24*f { // narrow pictures: all a little smaller
		size *= (d.view.w - 24*f) / total
	}
	k := size / (18 * f)
	x, y := 30*f*k, 32*f
	for n, e := range legend {
		ink, mark := c.ink2, 18*f*k
		if e.light == geo.None || e.light == geo.Green {
			mark = 12 * f * k
		}
		if counts[e.light] > 0 || e.light == geo.Red && others > 0 {
			d.symbol(e.light, x, y, mark)
		} else {
			ink = c.ink3
			d.unlit(e.light, x, y, mark)
		}
		text := d.entry(n, counts, others)
		d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", px(x+16*f*k), px(y+size*0.36), px(size), ink, escape(text))
		x += textWidth(text)*size + 52*f*k
	}
}

// tally counts the features by light that the legend speaks of, the projects,
// and the reds of other layers; without projects, all that have lights.
func (d *drawing) tally() (counts snapshot.LightCounts, others int, lit bool) {
	projects, ok := d.s.Layer(city.Project)
	alone := ok && d.layers[city.Project] && projects.Len() > 0
	for _, l := range d.s.Layers() {
		decl := l.Decl()
		if !d.layers[decl.ID] || decl.Light.Kind == geo.NoRule || decl.Geometry == geo.NoGeometry || decl.InDatabase() {
			continue
		}
		of := d.counts(l)
		if lit = true; alone && decl.ID != city.Project {
			others += int(of[geo.Red])
			continue
		}
		for light, n := range of {
			counts[light] += n
		}
	}
	return counts, others, lit
}

// counts gives the features of a layer in focus by light; where an extent was
// asked for, those that lie in the picture.
func (d *drawing) counts(l *snapshot.Layer) snapshot.LightCounts {
	if !d.cut() {
		return l.Counts(d.focus.Code)
	}
	var counts snapshot.LightCounts
	for _, it := range d.items(l.Decl().ID) {
		if d.inFocus(it) && d.inPicture(it) {
			counts[it.Light()]++
		}
	}
	return counts
}

// cut reports whether the picture is of an extent asked for.
func (d *drawing) cut() bool { return d.o.Zoom != 0 || d.o.Bound != (orb.Bound{}) }

// inPicture reports whether a mark of the feature lies in the picture.
func (d *drawing) inPicture(it snapshot.Item) bool {
	inside := func(w tiles.XY) bool { return d.view.box.Contains(tiles.Box{Min: w, Max: w}) }
	for _, part := range it.Shape() {
		if part.Kind == snapshot.PointPart && slices.ContainsFunc(part.XY, inside) {
			return true
		}
	}
	w, ok := it.Label()
	return ok && it.Extended() && inside(w)
}

// scaleBar draws a round length of about an eighth of the picture, and gives where
// it begins.
func (d *drawing) scaleBar() float64 {
	c, f, perMetre := &d.colour, d.view.factor, d.view.metres()
	want := d.view.w / 8 / perMetre
	metres := math.Pow(10, math.Floor(math.Log10(want)))
	for _, m := range []float64{5, 2} {
		if metres*m <= want {
			metres *= m
			break
		}
	}
	text := fmt.Sprintf(d.text(geo.Text{ZH: "%g 米", EN: "%g m"}), metres)
	if metres >= 1000 {
		text = fmt.Sprintf(d.text(geo.Text{ZH: "%g 公里", EN: "%g km"}), metres/1000)
	}
	w, size := metres*perMetre, 17*f
	right, y := d.view.w-24*f, d.view.h-18*f
	left := right - textWidth(text)*size - 10*f - w
	d.printf(`<path d="M%s %sv%s h%s v%s" fill="none" stroke="%s" stroke-width="1.5"/>`, px(left), px(y-10*f), px(6*f), px(w), px(-6*f), c.ink3)
	d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", px(left+w+10*f), px(y), px(size), c.ink2, text)
	return left
}
