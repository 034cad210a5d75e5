// Package svg draws the map of a district as one SVG document without outside
// resources, from the same snapshot as the tiles: for print, cards, bulletins,
// and browsers without WebGL2. The same snapshot and options give the same bytes.
package svg

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Theme is a set of colours.
type Theme string

// The themes: Dark for the wall, Light for paper.
const (
	Dark  Theme = "dark"
	Light Theme = "light"
)

// Bounds of the picture's sides in pixels.
const (
	MinSide = 64
	MaxSide = 8192
)

// Bounds of Options.Zoom.
const (
	MinZoom = 1
	MaxZoom = 20
)

// Options of a picture; the zero value draws all districts, dark, 1000 × 896.
type Options struct {
	District string        // code of the district in focus; "" = all
	Width    int           // px, 0 = 1000
	Height   int           // px, 0 = 896
	Theme    Theme         // "" = Dark
	Layers   []geo.LayerID // what to draw; nil = every layer of the snapshot
	Bound    orb.Bound     // what to show, in degrees; zero = the focus
	Centre   orb.Point     // middle of the picture in degrees, used with Zoom
	Zoom     float64       // as MapLibre counts, tiles of 512 pixels; 0 = as Bound or the focus asks
	English  bool          // texts of the legend and the lights in English
}

// Draw writes the picture. Errors: geo.NotFound for an unknown district or layer,
// geo.Invalid for a theme or size that cannot be, and those of w.
func Draw(w io.Writer, s *snapshot.Snapshot, o Options) error {
	d, err := newDrawing(s, o)
	if err != nil {
		return err
	}
	d.draw()
	_, err = w.Write(d.out.Bytes())
	return err
}

func (d *drawing) draw() {
	d.open()
	d.ground()
	d.streets()
	d.outside()
	d.outlines()
	d.rivers()
	d.litLines()
	d.marks()
	d.labels()
	d.frame()
	d.out.WriteString("</svg>\n")
}

// drawing is one picture in the making.
type drawing struct {
	o       Options
	s       *snapshot.Snapshot
	out     bytes.Buffer
	colour  palette
	view    view
	focus   snapshot.District // Code "" = all
	layers  map[geo.LayerID]bool
	seen    map[geo.LayerID][]snapshot.Item // what lies in the picture
	shown   map[geo.LayerID][]snapshot.Item // of that, the lines and areas drawn
	omitted int                             // lines and areas left out
	shape   snapshot.Shape                  // room for one
	data    []byte                          // room for a path
	spots   []spot                          // the marks, least urgent first
	crowded bool                            // a mark stands for several reds
	merged  bool                            // a mark stands for others of its light
	boxes   boxes                           // where nothing more may be written
	firm    boxes                           // where not even the name of a red may be
	names   []box                           // where names are written
	hidden  int                             // reds that found no room for their name
	rough   bool                            // a position drawn is only indicated (示意)
}

func newDrawing(s *snapshot.Snapshot, o Options) (*drawing, error) {
	o.Width, o.Height, o.Theme = cmp.Or(o.Width, 1000), cmp.Or(o.Height, 896), cmp.Or(o.Theme, Dark)
	d := &drawing{o: o, s: s, layers: map[geo.LayerID]bool{}, seen: map[geo.LayerID][]snapshot.Item{}, shown: map[geo.LayerID][]snapshot.Item{}}
	var ok bool
	if d.colour, ok = palettes(o.Theme); !ok {
		return nil, &geo.Error{Code: geo.Invalid, Field: "theme", Message: fmt.Sprintf("there is no theme %q", o.Theme), Mend: "dark or light"}
	}
	for name, side := range map[string]int{"width": o.Width, "height": o.Height} {
		if side < MinSide || side > MaxSide {
			return nil, &geo.Error{Code: geo.Invalid, Field: name, Message: fmt.Sprintf("%d is not from %d to %d pixels", side, MinSide, MaxSide)}
		}
	}
	if o.District != "" {
		if d.focus, ok = s.District(o.District); !ok {
			return nil, &geo.Error{Code: geo.NotFound, Field: "district", Message: fmt.Sprintf("there is no district %q", o.District)}
		}
	}
	if err := d.choose(); err != nil {
		return nil, err
	}
	if o.Zoom != 0 && !(o.Zoom >= MinZoom && o.Zoom <= MaxZoom) {
		return nil, &geo.Error{Code: geo.Invalid, Field: "zoom", Message: fmt.Sprintf("%g is not from %d to %d", o.Zoom, MinZoom, MaxZoom)}
	}
	d.view = newView(o.Width, o.Height)
	if o.Zoom != 0 {
		d.view.centre(tiles.BoxOf(orb.Bound{Min: o.Centre, Max: o.Centre}).Min, o.Zoom)
	} else {
		d.view.fit(d.bounds())
	}
	d.boxes, d.firm = newBoxes(d.view.w, d.view.h), newBoxes(d.view.w, d.view.h)
	return d, nil
}

func (d *drawing) choose() error {
	for _, l := range d.o.Layers {
		switch layer, ok := d.s.Layer(l); {
		case !ok:
			return &geo.Error{Code: geo.NotFound, Layer: l, Field: "layers", Message: "there is no such layer"}
		case layer.Decl().InDatabase():
			return geo.NotInMemory(l)
		}
		d.layers[l] = true
	}
	if d.o.Layers == nil {
		for _, l := range d.s.Layers() {
			d.layers[l.Decl().ID] = true
		}
	}
	return nil
}

// bounds gives what to show: as asked, else the focus, else all districts, else
// all features of the layers drawn.
func (d *drawing) bounds() tiles.Box {
	if d.o.Bound != (orb.Bound{}) && !d.o.Bound.IsEmpty() {
		return tiles.BoxOf(d.o.Bound)
	}
	box := tiles.EmptyBox
	if d.focus.Code != "" {
		if l, ok := d.s.Layer(city.District); ok {
			if it, ok := l.ByID(d.focus.Feature); ok {
				box = it.Box()
			}
		}
	}
	all := func(l *snapshot.Layer) {
		l.All(func(it snapshot.Item) bool { box = box.Union(it.Box()); return true })
	}
	if l, ok := d.s.Layer(city.District); ok && box.Empty() {
		all(l)
	}
	if box.Empty() {
		for _, l := range d.s.Layers() {
			if d.layers[l.Decl().ID] {
				all(l)
			}
		}
	}
	return box
}

// items gives what of a layer lies in the picture, in no order.
func (d *drawing) items(id geo.LayerID) []snapshot.Item {
	l, ok := d.s.Layer(id)
	if !ok || !d.layers[id] {
		return nil
	}
	if list, known := d.seen[id]; known {
		return list
	}
	var out []snapshot.Item
	l.Search(d.view.box, func(it snapshot.Item) bool { out = append(out, it); return true })
	d.seen[id] = out
	return out
}

// ordered is items ordered by id, for layers of few.
func (d *drawing) ordered(id geo.LayerID) []snapshot.Item {
	return slices.SortedFunc(slices.Values(d.items(id)), byID)
}

// inFocus reports whether a feature is of the district in focus.
func (d *drawing) inFocus(it snapshot.Item) bool {
	return d.focus.Code == "" || it.District() == d.focus.Code
}

func (d *drawing) text(t geo.Text) string {
	if d.o.English && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

func (d *drawing) title() string {
	if d.focus.Code == "" {
		return d.text(geo.Text{ZH: "全市", EN: "All districts"})
	}
	return d.focus.Name
}

// view turns world coordinates into pixels.
type view struct {
	box    tiles.Box // what the picture shows
	x, y   float64   // world coordinates of its top-left corner
	scale  float64   // pixels to a world unit
	zoom   float64   // as MapLibre counts, tiles of 512 pixels
	w, h   float64   // pixels
	factor float64   // of all sizes: 1 in a picture as large as the wall's map
}

func newView(width, height int) view {
	v := view{w: float64(width), h: float64(height)}
	v.factor = max(0.6, min(3, math.Sqrt(v.w*v.h/(1000*896))))
	return v
}

// fit shows the box, with room for the legend above.
func (v *view) fit(b tiles.Box) {
	if b.Empty() {
		b = tiles.ID{}.Box()
	}
	side, top, foot := 44*v.factor, v.head()+24*v.factor, v.foot()+16*v.factor
	if side*4 > v.w || top*3 > v.h {
		side, top, foot = v.w/12, v.h/6, v.h/6
	}
	bw, bh := float64(b.Max.X)-float64(b.Min.X)+1, float64(b.Max.Y)-float64(b.Min.Y)+1
	scale := min((v.w-2*side)/bw, (v.h-top-foot)/bh)
	v.scale = min(scale, worldScale(17)) // a single point fills no picture
	v.x = float64(b.Min.X) + bw/2 - v.w/2/v.scale
	v.y = float64(b.Min.Y) + bh/2 - (top+(v.h-top-foot)/2)/v.scale
	v.show()
}

// centre shows what lies round a place at a zoom.
func (v *view) centre(at tiles.XY, zoom float64) {
	v.scale = worldScale(zoom)
	v.x, v.y = float64(at.X)-v.w/2/v.scale, float64(at.Y)-v.h/2/v.scale
	v.show()
}

// worldScale gives the pixels of a world unit at a zoom of 512-pixel tiles.
func worldScale(zoom float64) float64 { return 512 * math.Pow(2, zoom) / (1 << 32) }

// show finds what the picture shows.
func (v *view) show() {
	v.zoom = math.Log2(v.scale * (1 << 32) / 512)
	world := func(f float64) uint32 { return uint32(max(0, min(math.MaxUint32, f))) }
	v.box = tiles.Box{Min: tiles.XY{X: world(v.x), Y: world(v.y)}, Max: tiles.XY{X: world(v.x + v.w/v.scale), Y: world(v.y + v.h/v.scale)}}
}

// head and foot are the heights of the strips with legend, date and scale.
func (v *view) head() float64 { return 60 * v.factor }
func (v *view) foot() float64 { return 48 * v.factor }

func (v *view) at(w tiles.XY) (x, y float64) {
	return (float64(w.X) - v.x) * v.scale, (float64(w.Y) - v.y) * v.scale
}

// metres gives how many pixels a metre has in the middle of the picture.
func (v *view) metres() float64 {
	middle := tiles.XY{X: v.box.Min.X, Y: v.box.Min.Y/2 + v.box.Max.Y/2}.Point()
	const equator = 2 * math.Pi * 6378137
	return v.scale * (1 << 32) / (equator * math.Cos(middle[1]*math.Pi/180))
}
