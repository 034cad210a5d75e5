package api

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles/render"
)

// tileMaxZoom is the deepest zoom the TileJSON names. A client draws deeper
// ones from it: at zoom 16 a tile's grid is 15 cm.
const tileMaxZoom = 16

type tileJSONBody struct {
	TileJSON     string        `json:"tilejson"` // version of the specification
	Name         string        `json:"name"`
	Tiles        []string      `json:"tiles"`
	VectorLayers []vectorLayer `json:"vector_layers"`
	MinZoom      uint8         `json:"minzoom"`
	MaxZoom      uint8         `json:"maxzoom"`
	Center       *[3]float64   `json:"center,omitempty"` // lon, lat, zoom
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     uint8             `json:"minzoom"`
	MaxZoom     uint8             `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// tileJSON describes the tiles of the layers named, as TileJSON 3.0.0, with the
// attributes and the filter asked for. It names no bounds: they move with the
// data, and a client asks for nothing outside.
func tileJSON(q *query) (any, error) {
	asked, err := tileQuery(q, q.vars["layers"])
	if err != nil {
		return nil, err
	}
	if err := asked.Check(q.snap); err != nil {
		return nil, tileProblem(err)
	}
	b := tileJSONBody{TileJSON: "3.0.0", Tiles: []string{q.origin + "/tiles/" + q.vars["layers"] + "/{z}/{x}/{y}.mvt" + tileSuffix(q)},
		VectorLayers: []vectorLayer{}, MinZoom: tileMaxZoom, MaxZoom: tileMaxZoom, Center: center(q.snap)}
	var names []string
	for _, id := range asked.Layers {
		l, _ := q.snap.Layer(id) // checked
		names = append(names, l.Decl().Title.ZH)
		b.MinZoom = min(b.MinZoom, l.Decl().MinZoom)
		b.VectorLayers = append(b.VectorLayers, vectorLayersOf(l.Decl(), asked.Fields)...)
	}
	b.Name = strings.Join(names, "、")
	return &b, nil
}

// tileSuffix gives what tiles asked for likewise have after their path.
func tileSuffix(q *query) string {
	values := url.Values{}
	for _, name := range tileParameters {
		if v := q.text(name); v != "" {
			values.Set(name, v)
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// vectorLayersOf describes a layer in tiles that carry the fields; nil stands for
// the usual ones.
func vectorLayersOf(decl *geo.Layer, asked []string) []vectorLayer {
	fields := map[string]string{"code": "String", "name": "String", "light": "String", "overdue": "Boolean"}
	if decl.Light.Kind == geo.NoRule {
		delete(fields, "overdue")
	}
	for _, f := range decl.Fields {
		if _, computed := fields[f.Name]; !computed && (asked != nil || f.Tile || f.Name == decl.Label) {
			fields[f.Name] = render.KindOf(f.Type)
		}
	}
	if asked != nil {
		maps.DeleteFunc(fields, func(name, _ string) bool { return !slices.Contains(asked, name) })
	}
	out := []vectorLayer{{string(decl.ID), decl.Title.ZH, decl.MinZoom, tileMaxZoom, fields}}
	if decl.Geometry != geo.Points {
		out = append(out, vectorLayer{string(decl.ID) + render.LabelSuffix, decl.Title.ZH, decl.MinZoom, tileMaxZoom, fields})
	}
	return append(out, vectorLayer{string(decl.ID) + render.ClusterSuffix, decl.Title.ZH, decl.MinZoom, tileMaxZoom, render.ClusterFields()})
}

// center gives the middle of all districts at a zoom that shows one.
func center(s *snapshot.Snapshot) *[3]float64 {
	all := extentOfAll(s)
	if all.IsEmpty() {
		return nil
	}
	c := all.Center()
	return &[3]float64{c[0], c[1], 10}
}
