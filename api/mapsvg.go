package api

import (
	"bytes"

	"yiping/tiles/raster"
	"yiping/tiles/svg"
)

// drawingPolicy lets a drawing opened as a page do nothing but be drawn.
const drawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// mapSVG draws the map of a district, or of all, as one SVG document: for
// print, cards, and browsers without WebGL2.
func mapSVG(q *query) (any, error) {
	drawn, err := drawMap(q)
	if err != nil {
		return nil, err
	}
	a := newReply(typeSVG, drawn)
	a.policy = drawingPolicy
	return a, nil
}

// mapPNG draws the same picture in pixels, one at a time. Names take a font of
// this machine.
func (s *server) mapPNG(q *query) (any, error) {
	drawn, err := drawMap(q)
	if err != nil {
		return nil, err
	}
	s.drawing.Lock()
	defer s.drawing.Unlock()
	font, err := s.font()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := raster.PNG(&out, drawn, raster.Options{Font: font}); err != nil {
		return nil, err
	}
	return newReply(typePNG, out.Bytes()), nil
}

func drawMap(q *query) ([]byte, error) {
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	o := svg.Options{District: d.Code}
	if o.Width, err = q.number("width", 0, svg.MinSide, svg.MaxSide); err != nil {
		return nil, err
	}
	if o.Height, err = q.number("height", 0, svg.MinSide, svg.MaxSide); err != nil {
		return nil, err
	}
	theme, err := q.choice("theme", string(svg.Dark), string(svg.Light))
	if err != nil {
		return nil, err
	}
	language, err := q.choice("lang", "zh", "en")
	if err != nil {
		return nil, err
	}
	o.Theme, o.English = svg.Theme(theme), language == "en"
	var out bytes.Buffer
	if err := svg.Draw(&out, q.snap, o); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
