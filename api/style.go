package api

import (
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles/render"
)

// Colours of the light theme (the pages draw their own style; this one is for
// other clients, whose ground is usually white).
const (
	colourGround = "#E7E9E5"
	colourLand   = "#FBFAF7"
	colourBorder = "#5C6970"
	colourTown   = "#CBD0CD"
	colourInk    = "#171D21"
	colourRed    = "#C62A1F"
	colourYellow = "#E8A91A"
	colourEdge   = "#7A5400"
	colourGreen  = "#137C6B"
	colourNone   = "#59666D"
)

// Fonts are named as in CSS: with no glyphs in the style MapLibre draws all
// text with the fonts of the machine.
var labelFonts = []string{"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"}

type object = map[string]any
type array = []any

// style gives a MapLibre style (version 8) of all layers, over the district
// asked for or all of them.
func style(q *query) (any, error) {
	d, chosen, err := q.district()
	if err != nil {
		return nil, err
	}
	var ids []string
	drawn := []object{{"id": "ground", "type": "background", "paint": object{"background-color": colourGround}}}
	var areas, lines, points, labels, clusters []object
	for _, l := range q.snap.Layers() {
		decl := l.Decl()
		if decl.Geometry == geo.NoGeometry {
			continue
		}
		ids = append(ids, string(decl.ID))
		areas = append(areas, areaLayers(decl)...)
		lines = append(lines, lineLayer(decl))
		points = append(points, pointLayer(decl))
		labels = append(labels, labelLayers(decl)...)
		clusters = append(clusters, clusterLayer(decl))
	}
	for _, group := range [][]object{areas, lines, points, labels, clusters} {
		drawn = append(drawn, group...)
	}
	body := object{"version": 8, "name": "一屏 Yiping", "layers": drawn, "sources": object{}}
	if len(ids) > 0 {
		body["sources"] = object{sourceID: object{"type": "vector", "url": q.origin + "/tiles/" + strings.Join(ids, ",") + ".json"}}
	}
	if c := center(q.snap); c != nil {
		body["center"], body["zoom"] = array{c[0], c[1]}, 8
	}
	if chosen {
		body["center"], body["zoom"] = districtCenter(q.snap, d), 11
	}
	return body, nil
}

const sourceID = "yiping"

func districtCenter(s *snapshot.Snapshot, d snapshot.District) array {
	c := extent(s, d).Center()
	return array{c[0], c[1]}
}

// byLight is an expression that chooses by the light of the feature. Its labels
// are lists of one, since QGIS knows no others.
func byLight(red, yellow, green, none any) array {
	return array{"match", array{"get", "light"}, array{"red"}, red, array{"yellow"}, yellow, array{"green"}, green, none}
}

func lightColour() array { return byLight(colourRed, colourYellow, colourGreen, colourNone) }

func isKind(kind string) array { return array{"==", array{"geometry-type"}, kind} }

func drawing(decl *geo.Layer, suffix, kind string, rest object) object {
	o := object{"id": string(decl.ID) + suffix, "type": kind, "source": sourceID, "source-layer": string(decl.ID)}
	if decl.MinZoom > 0 {
		o["minzoom"] = decl.MinZoom
	}
	for k, v := range rest {
		o[k] = v
	}
	return o
}

func areaLayers(decl *geo.Layer) []object {
	var fill, outline object
	switch {
	case decl.Light.Kind != geo.NoRule:
		fill = object{"fill-color": lightColour(), "fill-opacity": byLight(.3, .25, .15, 0)}
		outline = object{"line-color": byLight(colourRed, colourEdge, colourGreen, colourNone), "line-width": byLight(3, 2, 1, 1)}
	case decl.ID == "district":
		fill = object{"fill-color": colourLand}
		outline = object{"line-color": colourBorder, "line-width": 2}
	default:
		fill = object{"fill-color": colourLand, "fill-opacity": .01}
		outline = object{"line-color": colourTown, "line-width": 1}
	}
	return []object{
		drawing(decl, "-area", "fill", object{"filter": isKind("Polygon"), "paint": fill}),
		drawing(decl, "-outline", "line", object{"filter": isKind("Polygon"), "paint": outline}),
	}
}

func lineLayer(decl *geo.Layer) object {
	paint := object{"line-color": colourTown, "line-width": 1.5}
	if decl.Light.Kind != geo.NoRule {
		paint = object{"line-color": lightColour(), "line-width": byLight(6, 4, 3, 2)}
	}
	return drawing(decl, "-line", "line", object{"filter": isKind("LineString"), "paint": paint,
		"layout": object{"line-join": "round", "line-cap": "round"}})
}

// pointLayer draws marks that differ in shape as well as hue. They are
// characters, so the style needs no sprite.
func pointLayer(decl *geo.Layer) object {
	layout := object{"text-font": labelFonts, "text-allow-overlap": true, "text-ignore-placement": true, "text-field": "●", "text-size": 8}
	paint := object{"text-color": colourNone}
	if decl.Light.Kind != geo.NoRule {
		layout["text-field"] = byLight("◆", "▲", "●", "○")
		layout["text-size"] = byLight(26, 20, 14, 14)
		layout["symbol-sort-key"] = byLight(3, 2, 1, 0)
		paint = object{"text-color": lightColour(), "text-halo-width": byLight(0, 1.2, 0, 0), "text-halo-color": colourEdge}
	}
	return drawing(decl, "-point", "symbol", object{"filter": isKind("Point"), "layout": layout, "paint": paint})
}

// clusterLayer tells how many features a crowded tile does not show: the reds
// among them where there are any, else all.
func clusterLayer(decl *geo.Layer) object {
	reds := array{">", array{"get", "red"}, 0}
	o := drawing(decl, "-cluster", "symbol", object{
		"layout": object{
			"text-field": array{"case", reds, array{"concat", "◆", array{"get", "red"}}, array{"concat", "+", array{"get", "count"}}},
			"text-font":  labelFonts, "text-size": array{"case", reds, 16, 12}, "text-offset": array{0, -1.2},
			"symbol-sort-key": array{"-", 0, array{"get", "red"}},
		},
		"paint": object{"text-color": array{"case", reds, colourRed, colourNone}, "text-halo-color": colourLand, "text-halo-width": 1.5},
	})
	o["source-layer"] = string(decl.ID) + render.ClusterSuffix
	return o
}

func labelLayers(decl *geo.Layer) []object {
	label := func(suffix, from string, offset array) object {
		o := drawing(decl, suffix, "symbol", object{
			"layout": object{"text-field": array{"get", "name"}, "text-font": labelFonts, "text-size": 14, "text-offset": offset,
				"text-anchor": "top", "symbol-sort-key": byLight(0, 1, 2, 3)},
			"paint": object{"text-color": colourInk, "text-halo-color": colourLand, "text-halo-width": 1.5},
		})
		o["source-layer"] = from
		return o
	}
	if decl.Label == "" {
		return nil
	}
	if decl.Geometry == geo.Points {
		return []object{label("-name", string(decl.ID), array{0, 0.8})}
	}
	out := []object{label("-label", string(decl.ID)+render.LabelSuffix, array{0, 0})}
	if decl.Geometry == geo.AnyGeometry {
		o := label("-name", string(decl.ID), array{0, 0.8})
		o["filter"] = isKind("Point")
		out = append(out, o)
	}
	return out
}
