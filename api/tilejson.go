package api

import (
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
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

// tileJSON describes the tiles of the layers named, as TileJSON 3.0.0. It names
// no bounds: they move with the data, and a client asks for nothing outside.
func tileJSON(q *query) (any, error) {
	ids, err := parseLayers(q.vars["layers"])
	if err != nil {
		return nil, err
	}
	b := tileJSONBody{TileJSON: "3.0.0", Tiles: []string{q.origin + "/tiles/" + q.vars["layers"] + "/{z}/{x}/{y}.mvt"},
		VectorLayers: []vectorLayer{}, MinZoom: tileMaxZoom, MaxZoom: tileMaxZoom, Center: center(q.snap)}
	var names []string
	for _, id := range ids {
		l, ok := q.snap.Layer(id)
		if !ok {
			return nil, unknownLayer(string(id)).in("layers")
		}
		names = append(names, l.Decl().Title.ZH)
		b.MinZoom = min(b.MinZoom, l.Decl().MinZoom)
		b.VectorLayers = append(b.VectorLayers, vectorLayersOf(l.Decl())...)
	}
	b.Name = strings.Join(names, "、")
	return &b, nil
}

// labelSuffix ends the name of the tile layer with one label point for each
// shape of a layer.
const labelSuffix = "_label"

func vectorLayersOf(decl *geo.Layer) []vectorLayer {
	fields := map[string]string{"code": "String", "name": "String"}
	for _, f := range decl.Fields {
		if f.Tile {
			fields[f.Name] = tileType(f.Type)
		}
	}
	label := map[string]string{"name": "String"}
	if decl.Light.Kind != geo.NoRule {
		fields["light"], fields["overdue"], label["light"] = "String", "Boolean", "String"
	}
	out := []vectorLayer{{string(decl.ID), decl.Title.ZH, decl.MinZoom, tileMaxZoom, fields}}
	if decl.Geometry != geo.Points {
		out = append(out, vectorLayer{string(decl.ID) + labelSuffix, decl.Title.ZH, decl.MinZoom, tileMaxZoom, label})
	}
	return out
}

// tileType gives a field's type in the words of TileJSON.
func tileType(t geo.FieldType) string {
	switch t {
	case geo.IntField, geo.FloatField:
		return "Number"
	case geo.BoolField:
		return "Boolean"
	}
	return "String"
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
