// Package raster turns the SVG documents of package svg into pixels, for word
// processors and programs that show no SVG. It knows the elements, attributes
// and path commands that package svg writes, and refuses others: a picture that
// lacks something without saying so is worse than none.
//
// Letters are drawn from font files of the machine (see FindFont). Without a
// font the picture has no texts, and Draw says so.
package raster

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"

	"yiping/geo"
)

// Options of a picture; the zero value draws it in its own size, without texts.
type Options struct {
	Scale float64 // pixels to one of the document; 0 = 1
	Font  *Font   // nil: texts are left out
}

// maxPixels bounds what a picture may take: 8192 × 8192, 256 MB.
const maxPixels = 8192 * 8192

// PNG draws a document and writes it as PNG.
func PNG(w io.Writer, svg []byte, o Options) error {
	img, err := Draw(svg, o)
	if err != nil {
		return err
	}
	return (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(w, img)
}

// Draw draws a document. Errors have code Unsupported for what this package does
// not know and Invalid for what cannot be read.
func Draw(svg []byte, o Options) (*image.RGBA, error) {
	if o.Scale == 0 {
		o.Scale = 1
	}
	c := &canvas{scale: o.Scale, font: o.Font, hatch: map[string]hatch{}}
	dec := xml.NewDecoder(bytes.NewReader(svg))
	style := []look{{fill: "#000000", stroke: "none", fillOpacity: 1, strokeOpacity: 1, width: 1, size: 16}}
	var text *placed
	silent := 0 // depth inside an element that draws nothing
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, geo.Wrap(geo.Invalid, err, "the drawing cannot be read")
		}
		switch t := t.(type) {
		case xml.StartElement:
			a := attributes(t)
			now, err := style[len(style)-1].with(a)
			if err != nil {
				return nil, err
			}
			style = append(style, now)
			if silent > 0 || t.Name.Local == "title" {
				silent++
				continue
			}
			if text, err = c.element(t.Name.Local, a, now); err != nil {
				return nil, err
			}
		case xml.CharData:
			if text != nil && silent == 0 {
				text.words += string(t)
			}
		case xml.EndElement:
			style = style[:len(style)-1]
			if silent > 0 {
				silent--
				continue
			}
			if text != nil && t.Name.Local == "text" {
				c.write(text)
				text = nil
			}
		}
	}
	if c.img == nil {
		return nil, geo.Errorf(geo.Invalid, "the drawing has no picture in it")
	}
	return c.img, nil
}

func attributes(t xml.StartElement) map[string]string {
	out := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

// canvas is a picture in the making.
type canvas struct {
	img     *image.RGBA
	scanner *scanner
	dasher  *rasterx.Dasher
	scale   float64
	font    *Font
	hatch   map[string]hatch
	pattern string // whose rectangle comes next
}

// hatch is a pattern of bars at 45 degrees: width of a bar, distance of bars.
type hatch struct {
	bar, step float64
	colour    color.NRGBA
}

// element draws what begins here; of a text it gives the place, the words follow.
func (c *canvas) element(name string, a map[string]string, s look) (*placed, error) {
	num := numbers{a: a}
	switch name {
	case "svg":
		return nil, c.open(num.get("width"), num.get("height"))
	case "g", "defs":
		return nil, nil
	case "pattern":
		if a["patternTransform"] != "rotate(45)" {
			return nil, unknown("pattern", a["patternTransform"])
		}
		c.pattern = a["id"]
		c.hatch[c.pattern] = hatch{step: num.get("width")}
		return nil, num.err
	case "rect":
		if h, ok := c.hatch[c.pattern]; ok && h.bar == 0 {
			colour, err := parseColour(s.fill, 1)
			h.bar, h.colour = num.get("width"), colour
			c.hatch[c.pattern] = h
			return nil, errors.Join(err, num.err)
		}
		x, y, w, h := num.get("x"), num.get("y"), num.get("width"), num.get("height")
		return nil, errors.Join(num.err, c.shape([]ring{{closed: true, xy: [][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}}}, s))
	case "circle":
		return nil, errors.Join(c.shape([]ring{circle(num.get("cx"), num.get("cy"), num.get("r"))}, s), num.err)
	case "path":
		rings, err := parsePath(a["d"])
		if err != nil {
			return nil, err
		}
		return nil, c.shape(rings, s)
	case "text":
		return &placed{x: num.get("x"), y: num.get("y"), look: s}, num.err
	}
	return nil, unknown("element", name)
}

func unknown(what, value string) error {
	return geo.Errorf(geo.Unsupported, "the drawing has a %s “%s” that cannot be turned into pixels", what, value)
}

func (c *canvas) open(w, h float64) error {
	pw, ph := int(math.Ceil(w*c.scale)), int(math.Ceil(h*c.scale))
	if pw < 1 || ph < 1 || pw*ph > maxPixels {
		return &geo.Error{Code: geo.Invalid, Field: "width", Message: fmt.Sprintf("%d × %d pixels are too many to be drawn", pw, ph), Mend: "ask for a smaller picture",
			ZH: fmt.Sprintf("%d × %d 像素过大，请缩小图幅", pw, ph)}
	}
	c.img = image.NewRGBA(image.Rect(0, 0, pw, ph))
	c.scanner = &scanner{img: c.img}
	c.dasher = rasterx.NewDasher(pw, ph, c.scanner)
	return nil
}

// circle gives a circle as a ring of chords that stay within a twentieth of a
// unit of it.
func circle(cx, cy, r float64) ring {
	n := max(12, int(math.Ceil(math.Pi/math.Acos(max(0, 1-0.05/max(r, 0.06))))))
	out := ring{closed: true}
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out.xy = append(out.xy, [2]float64{cx + r*cos, cy + r*sin})
	}
	return out
}

// shape fills and strokes.
func (c *canvas) shape(rings []ring, s look) error {
	if c.img == nil {
		return geo.Errorf(geo.Invalid, "the drawing does not begin with svg")
	}
	if s.fill != "none" {
		paint, err := c.paint(s.fill, s.fillOpacity)
		if err != nil {
			return err
		}
		c.fill(rings, s.evenOdd, paint)
	}
	if s.stroke == "none" || s.width <= 0 {
		return nil
	}
	paint, err := c.paint(s.stroke, s.strokeOpacity)
	if err != nil {
		return err
	}
	c.stroke(rings, s, paint)
	return nil
}

// paint gives what rasterx takes as a colour.
func (c *canvas) paint(name string, opacity float64) (any, error) {
	id, isPattern := strings.CutPrefix(strings.TrimSuffix(name, ")"), "url(#")
	if !isPattern {
		colour, err := parseColour(name, opacity)
		return colour, err
	}
	h, ok := c.hatch[id]
	if !ok || h.step <= 0 {
		return nil, unknown("pattern", name)
	}
	return rasterx.ColorFunc(func(x, y int) color.Color {
		// Across the bars, in units of the document.
		across := (float64(x) + float64(y)) / math.Sqrt2 / c.scale
		if across -= math.Floor(across/h.step) * h.step; across < h.bar {
			return h.colour
		}
		return color.NRGBA{}
	}), nil
}

func (c *canvas) fill(rings []ring, evenOdd bool, paint any) {
	if evenOdd {
		rings = wound(rings)
	}
	f := &c.dasher.Filler
	c.add(f, rings, true)
	c.scanner.SetColor(paint)
	f.Draw()
	f.Clear()
}

func (c *canvas) stroke(rings []ring, s look, paint any) {
	dashes := make([]float64, len(s.dashes))
	for i, d := range s.dashes {
		dashes[i] = d * c.scale
	}
	gap, cap, join := rasterx.FlatGap, rasterx.ButtCap, rasterx.Miter
	if s.roundJoin {
		gap, join = rasterx.RoundGap, rasterx.Round
	}
	if s.roundCap {
		cap = rasterx.RoundCap
	}
	c.dasher.SetStroke(unit(s.width*c.scale), unit(4), cap, cap, gap, join, dashes, 0)
	c.add(c.dasher, rings, false)
	c.scanner.SetColor(paint)
	c.dasher.Draw()
	c.dasher.Clear()
}

func unit(x float64) fixed.Int26_6 { return fixed.Int26_6(math.Round(x * 64)) }

// far is a coordinate beyond any picture that fixed numbers still hold well.
const far = 1 << 16

func (c *canvas) point(p [2]float64) fixed.Point26_6 {
	clamp := func(v float64) fixed.Int26_6 { return unit(max(-far, min(far, v*c.scale))) }
	return fixed.Point26_6{X: clamp(p[0]), Y: clamp(p[1])}
}

func (c *canvas) add(to rasterx.Adder, rings []ring, closeAll bool) {
	for _, r := range rings {
		if len(r.xy) == 0 {
			continue
		}
		to.Start(c.point(r.xy[0]))
		for _, p := range r.xy[1:] {
			to.Line(c.point(p))
		}
		to.Stop(closeAll || r.closed)
	}
}

// look is how something is drawn, handed down from group to element.
type look struct {
	fill, stroke        string
	fillOpacity         float64
	width               float64
	dashes              []float64
	evenOdd             bool
	roundJoin, roundCap bool
	strokeFirst         bool
	strokeOpacity       float64
	end                 bool // texts end where they are placed
	size, spacing       float64
	bold                bool
}

// beside are attributes that say where something lies, or nothing of how it looks.
var beside = []string{"xmlns", "width", "height", "viewBox", "role", "font-family", "id", "patternUnits", "patternTransform",
	"x", "y", "cx", "cy", "r", "d", "data-feature", "data-count"}

func (l look) with(a map[string]string) (look, error) {
	num := numbers{a: a}
	for name, v := range a {
		switch name {
		case "fill":
			l.fill = v
		case "stroke":
			l.stroke = v
		case "fill-opacity":
			l.fillOpacity = num.get(name)
		case "stroke-opacity":
			l.strokeOpacity = num.get(name)
		case "text-anchor":
			if l.end = v == "end"; !l.end && v != "start" {
				return l, unknown(name, v)
			}
		case "stroke-width":
			l.width = num.get(name)
		case "stroke-dasharray":
			l.dashes = nil
			for _, d := range strings.Fields(v) {
				l.dashes = append(l.dashes, num.parse(name, d))
			}
		case "fill-rule":
			l.evenOdd = v == "evenodd"
		case "stroke-linejoin":
			l.roundJoin = v == "round"
		case "stroke-linecap":
			l.roundCap = v == "round"
		case "paint-order":
			l.strokeFirst = v == "stroke"
		case "font-size":
			l.size = num.get(name)
		case "letter-spacing":
			l.spacing = num.get(name)
		case "font-weight":
			l.bold = v == "700" || v == "bold"
		default:
			if !slices.Contains(beside, name) {
				return l, unknown("attribute", name)
			}
		}
	}
	return l, num.err
}

// numbers reads attributes and keeps the first fault.
type numbers struct {
	a   map[string]string
	err error
}

func (n *numbers) get(name string) float64 {
	if v, ok := n.a[name]; ok {
		return n.parse(name, v)
	}
	return 0
}

func (n *numbers) parse(name, v string) float64 {
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		n.err = errors.Join(n.err, geo.Errorf(geo.Invalid, "%s “%s” of the drawing is not a number", name, v))
		return 0
	}
	return x
}

func parseColour(s string, opacity float64) (color.NRGBA, error) {
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return color.NRGBA{}, unknown("colour", s)
	}
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: uint8(math.Round(255 * max(0, min(1, opacity))))}, nil
}
