package api

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles/raster"
	"yiping/tiles/svg"
)

var mapParameters = []string{"district", "layers", "bbox", "center", "zoom", "width", "height", "theme", "lang"}

// mapSVG draws the map of a district, or of all, as one SVG document: for
// print, cards, and browsers without WebGL2.
func (s *server) mapSVG(q *query) (any, error) {
	drawn, err := drawMap(q)
	if err != nil {
		return nil, err
	}
	a := newReply(typeSVG, drawn)
	a.policy = sheetPolicy("'none'", s.FrameAncestors)
	return a, nil
}

// mapPNG draws the same picture in pixels, one at a time. Names take a font of
// this machine.
func (s *server) mapPNG(q *query) (any, error) {
	scale, err := q.decimal("scale", 1, 0.25, 4)
	if err != nil {
		return nil, err
	}
	drawn, err := drawMap(q)
	if err != nil {
		return nil, err
	}
	done, err := s.drawing.take(q.ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	font, err := s.font()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := raster.PNG(&out, drawn, raster.Options{Font: font, Scale: scale}); err != nil {
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
	if err := extentOfMap(q, &o); err != nil {
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

// extentOfMap reads what the picture shows: layers, and bbox= or center= with
// zoom=.
func extentOfMap(q *query, o *svg.Options) error {
	if list := q.text("layers"); list != "" {
		layers, err := parseLayers(list)
		if err != nil {
			return err
		}
		for _, id := range layers {
			if _, ok := q.snap.Layer(id); !ok {
				return unknownLayer(string(id)).in("layers")
			}
		}
		o.Layers = layers
	}
	box, boxed, err := q.bbox()
	if err != nil {
		return err
	}
	centre, zoom := q.text("center"), q.text("zoom")
	switch {
	case centre == "" && zoom == "":
		o.Bound = box
		return nil
	case boxed:
		return badParameter("bbox", geo.Text{ZH: "bbox 与 center、zoom 只能取其一", EN: "give either bbox, or center and zoom"})
	case centre == "":
		return badParameter("center", geo.Text{ZH: "有 zoom 时须有 center=经度,纬度", EN: "zoom goes with center=lon,lat"})
	case zoom == "":
		return badParameter("zoom", geo.Text{ZH: "有 center 时须有 zoom", EN: "center goes with zoom"})
	}
	if o.Centre, err = pointOf("center", centre); err != nil {
		return err
	}
	o.Zoom, err = q.decimal("zoom", 0, svg.MinZoom, svg.MaxZoom)
	return err
}

// pointOf reads longitude and latitude in degrees.
func pointOf(name, text string) (orb.Point, error) {
	lon, lat, ok := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if !ok || errX != nil || errY != nil || !(x >= -180 && x <= 180 && y >= -90 && y <= 90) {
		return orb.Point{}, badParameter(name, detailf("“%s”不是 经度,纬度（度）", "“%s” is not longitude,latitude in degrees", shorten(text)))
	}
	return orb.Point{x, y}, nil
}

// decimal reads a number from least to most; fallback when it is absent.
func (q *query) decimal(name string, fallback, least, most float64) (float64, error) {
	text := q.text(name)
	if text == "" {
		return fallback, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= least && v <= most) {
		return 0, badParameter(name, detailf("“%s”应为 %g 到 %g 的数", "“%s” must be a number from %g to %g", shorten(text), least, most))
	}
	return v, nil
}
