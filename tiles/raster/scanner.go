package raster

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/srwiley/rasterx"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scanner fills outlines into a picture. Unlike the one of package rasterx it
// looks only at the pixels that an outline covers: a map has thousands of small
// things. It implements rasterx.Scanner.
type scanner struct {
	img    *image.RGBA
	paint  image.Image
	r      vector.Rasterizer
	from   []fixed.Point26_6 // ends of the lines of the outline
	begins []int             // where in from each part begins
}

var _ rasterx.Scanner = (*scanner)(nil)

func (s *scanner) Start(a fixed.Point26_6) {
	s.begins = append(s.begins, len(s.from))
	s.from = append(s.from, a)
}

func (s *scanner) Line(b fixed.Point26_6) { s.from = append(s.from, b) }

func (s *scanner) Clear() { s.from, s.begins = s.from[:0], s.begins[:0] }

// Draw fills the outline, parts that go round twice filled as those that go
// round once. Lines are not closed here: a stroke's two edges come as lines of
// their own, and a filler closes what it fills.
func (s *scanner) Draw() {
	e := s.GetPathExtent()
	box := image.Rect(e.Min.X.Floor(), e.Min.Y.Floor(), e.Max.X.Ceil()+1, e.Max.Y.Ceil()+1).Intersect(s.img.Bounds())
	if box.Empty() {
		return
	}
	s.r.Reset(box.Dx(), box.Dy())
	for i, begin := range s.begins {
		end := len(s.from)
		if i+1 < len(s.begins) {
			end = s.begins[i+1]
		}
		for k, p := range s.from[begin:end] {
			x, y := float32(p.X)/64-float32(box.Min.X), float32(p.Y)/64-float32(box.Min.Y)
			if k == 0 {
				s.r.MoveTo(x, y)
			} else {
				s.r.LineTo(x, y)
			}
		}
	}
	s.r.DrawOp = draw.Over
	s.r.Draw(s.img, box, s.paint, box.Min)
}

// GetPathExtent gives the box of the outline.
func (s *scanner) GetPathExtent() fixed.Rectangle26_6 {
	if len(s.from) == 0 {
		return fixed.Rectangle26_6{}
	}
	e := fixed.Rectangle26_6{Min: s.from[0], Max: s.from[0]}
	for _, p := range s.from[1:] {
		e.Min.X, e.Min.Y = min(e.Min.X, p.X), min(e.Min.Y, p.Y)
		e.Max.X, e.Max.Y = max(e.Max.X, p.X), max(e.Max.Y, p.Y)
	}
	return e
}

// SetColor takes a colour, or a rasterx.ColorFunc for a pattern.
func (s *scanner) SetColor(c any) {
	switch c := c.(type) {
	case color.Color:
		s.paint = image.NewUniform(c)
	case rasterx.ColorFunc:
		s.paint = patterned(c)
	}
}

// The rest of rasterx.Scanner has no meaning here: what is drawn is bounded by
// the picture, and every outline is wound to be filled as one.
func (s *scanner) SetBounds(int, int)      {}
func (s *scanner) SetWinding(bool)         {}
func (s *scanner) SetClip(image.Rectangle) {}

// patterned is a picture without bounds.
type patterned rasterx.ColorFunc

func (p patterned) ColorModel() color.Model { return color.NRGBAModel }
func (p patterned) Bounds() image.Rectangle { return image.Rect(-1e9, -1e9, 1e9, 1e9) }
func (p patterned) At(x, y int) color.Color { return p(x, y) }
