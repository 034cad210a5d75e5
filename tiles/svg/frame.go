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

// frame writes what stands at the picture's edge: legend with the counts of the
// projects, the date, the scale, and what the picture does not show.
func (d *drawing) frame() {
	c, f := &d.colour, d.view.factor
	d.printf(`<rect width="%d" height="%s" fill="%s"/><rect y="%s" width="%d" height="%s" fill="%s"/>`+"\n",
		d.o.Width, px(d.view.head()), c.out, px(d.view.h-d.view.foot()), d.o.Width, px(d.view.foot()), c.out)
	d.legend()
	d.scaleBar()
	note := d.title()
	if d.cut() {
		note += "　" + d.text(geo.Text{ZH: "图例为图中项目数", EN: "counts are of this extent"})
	}
	if date := d.focus.Date; date != 0 {
		note += "　" + d.text(geo.Text{ZH: "数据截至 ", EN: "As of "}) + date.String()
	}
	if d.rough {
		note += "　" + d.text(geo.Text{ZH: "点位示意", EN: "Positions indicative"})
	}
	if d.hidden > 0 {
		note += "　" + fmt.Sprintf(d.text(geo.Text{ZH: "另有 %d 项红灯未注名", EN: "%d more reds without their name"}), d.hidden)
	}
	d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", px(24*f), px(d.view.h-18*f), px(17*f), c.ink2, escape(note))
}

func (d *drawing) legend() {
	l, ok := d.s.Layer(city.Project)
	if !ok || !d.layers[city.Project] {
		return
	}
	c, f := &d.colour, d.view.factor
	counts := d.counts(l)
	size := 18 * f
	total := 0.0
	for _, e := range legend {
		total += textWidth(fmt.Sprint(d.text(e.text), " ", counts[e.light]))*size + 52*f
	}
	if total > d.view.w-24*f { // narrow pictures: all a little smaller
		size *= (d.view.w - 24*f) / total
	}
	k := size / (18 * f)
	x, y := 30*f*k, 32*f
	for _, e := range legend {
		ink, mark := c.ink2, 18*f*k
		if e.light == geo.None || e.light == geo.Green {
			mark = 12 * f * k
		}
		if counts[e.light] == 0 {
			ink = c.ink3
		}
		if counts[e.light] == 0 {
			d.unlit(e.light, x, y, mark)
		} else {
			d.symbol(e.light, x, y, mark)
		}
		text := fmt.Sprint(d.text(e.text), " ", counts[e.light])
		d.printf(`<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", px(x+16*f*k), px(y+size*0.36), px(size), ink, escape(text))
		x += textWidth(text)*size + 52*f*k
	}
}

// counts gives the projects of the focus by light; where an extent was asked for,
// those that lie in the picture.
func (d *drawing) counts(l *snapshot.Layer) snapshot.LightCounts {
	if !d.cut() {
		return l.Counts(d.focus.Code)
	}
	var counts snapshot.LightCounts
	for _, it := range d.items(city.Project) {
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

// scaleBar draws a round length of about an eighth of the picture.
func (d *drawing) scaleBar() {
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
}
