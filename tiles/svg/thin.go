package svg

import (
	"cmp"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// mostShapes is how many lines or areas of a layer, without the reds, a picture
// as large as the wall's map shows; more would be one surface, and megabytes of it.
const mostShapes = 1500

// most is how many of what a picture as large as the wall's map shows so many of
// are shown in this one.
func (d *drawing) most(n int) int {
	return max(n/8, int(float64(n)*d.view.w*d.view.h/(1000*896)))
}

// shapes gives what of a layer is drawn as lines or areas, ordered by id: all of
// it, or where that is too much the reds and the foremost of the rest, by light,
// then by extent, then the lower id. What is below a pixel has no drawing.
func (d *drawing) shapes(id geo.LayerID) []snapshot.Item {
	if list, known := d.shown[id]; known {
		return list
	}
	var out, rest []snapshot.Item
	for _, it := range d.items(id) {
		switch {
		case !it.Extended() || !d.hasDrawing(it):
		case it.Light() == geo.Red:
			out = append(out, it)
		case d.extent(it) >= speck:
			rest = append(rest, it)
		}
	}
	out = append(out, d.foremost(rest, d.most(mostShapes))...)
	slices.SortFunc(out, byID)
	d.shown[id] = out
	return out
}

// foremost gives so many of the features at the most, by light, then by extent,
// then the lower id, and counts the others.
func (d *drawing) foremost(list []snapshot.Item, most int) []snapshot.Item {
	if len(list) <= most {
		return list
	}
	d.omitted += len(list) - most
	type ranked struct {
		item   snapshot.Item
		id     geo.ID
		light  geo.Light
		extent float64
	}
	before := func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.light, a.light), cmp.Compare(b.extent, a.extent), cmp.Compare(a.id, b.id))
	}
	// Twice as many as are wanted are put in order at a time; then most of the others
	// are seen to come too late, and are not.
	all, full := make([]ranked, 0, 2*most), false
	for _, it := range list {
		r := ranked{it, it.ID(), it.Light(), d.extent(it)}
		if full && before(all[most-1], r) < 0 {
			continue
		}
		if all = append(all, r); len(all) == 2*most {
			slices.SortFunc(all, before)
			all, full = all[:most], true
		}
	}
	slices.SortFunc(all, before)
	out := make([]snapshot.Item, most)
	for n := range out {
		out[n] = all[n].item
	}
	slices.SortFunc(out, byID)
	return out
}

// hasDrawing reports whether a feature has a line or area besides the fabric of
// the streets. Rivers run on beyond the district in focus.
func (d *drawing) hasDrawing(it snapshot.Item) bool {
	switch it.Layer() {
	case city.RiverSection:
		return true
	case city.Street:
		return d.inFocus(it) && d.showsLight(it)
	}
	return d.inFocus(it)
}

func byID(a, b snapshot.Item) int { return cmp.Compare(a.ID(), b.ID()) }

// speck is what has no line or area, in pixels, unless it is red.
const speck = 0.75

// extent gives the longer side of a feature's box in pixels.
func (d *drawing) extent(it snapshot.Item) float64 {
	b := it.Box()
	return float64(max(b.Max.X-b.Min.X, b.Max.Y-b.Min.Y)) * d.view.scale
}

// covered reports whether a red's own mark hides its line or area.
func (d *drawing) covered(it snapshot.Item) bool {
	return it.Light() == geo.Red && d.extent(it) < d.markSize(geo.Red)/2
}
