package archive

import (
	"encoding/json"
	"math"
	"math/bits"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
)

// about is what a file says of itself.
type about struct {
	Result
	name         string
	vectorLayers []vectorLayer
	bound        [4]int32 // west, south, east, north in 1e-7 degrees
	centre       [2]int32 // longitude, latitude in 1e-7 degrees
	centreZoom   uint8
}

// metadata is the document both formats hold, PMTiles as its metadata; of
// MBTiles' row json, vector_layers alone are wanted.
type metadata struct {
	Name         string        `json:"name,omitempty"`
	Type         string        `json:"type,omitempty"`
	Generator    string        `json:"generator,omitempty"`
	VectorLayers []vectorLayer `json:"vector_layers"`
}

// vectorLayer is as TileJSON 3.0.0 defines it.
type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     uint8             `json:"minzoom"`
	MaxZoom     uint8             `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

func (p *plan) about(r Result) about {
	a := about{Result: r}
	var names []string
	box := tiles.EmptyBox
	for _, l := range p.layers {
		names = append(names, titleOf(l.Decl()))
		a.vectorLayers = append(a.vectorLayers, vectorLayersOf(l.Decl(), r)...)
		l.Search(p.extent, func(it snapshot.Item) bool { box = box.Union(it.Box()); return true })
	}
	a.name = strings.Join(names, "、")
	if box.Empty() { // only the buffers of tiles hold something
		box = p.extent
	}
	a.frame(within(box, p.extent))
	return a
}

func within(b, outer tiles.Box) tiles.Box {
	return tiles.Box{
		Min: tiles.XY{X: max(b.Min.X, outer.Min.X), Y: max(b.Min.Y, outer.Min.Y)},
		Max: tiles.XY{X: min(b.Max.X, outer.Max.X), Y: min(b.Max.Y, outer.Max.Y)},
	}
}

// frame sets bounds that hold the box and have an area, and a centre at a zoom
// at which one tile is no smaller than the box.
func (a *about) frame(b tiles.Box) {
	nw, se := b.Min.Point(), b.Max.Point()
	low := func(deg float64) int32 { return int32(math.Floor(deg * 1e7)) }
	high := func(deg, limit float64) int32 { return int32(math.Min(math.Floor(deg*1e7)+1, limit*1e7)) }
	a.bound = [4]int32{low(nw[0]), low(se[1]), high(se[0], 180), high(nw[1], 90)}
	a.Bound = orb.Bound{Min: orb.Point{float64(a.bound[0]) / 1e7, float64(a.bound[1]) / 1e7}, Max: orb.Point{float64(a.bound[2]) / 1e7, float64(a.bound[3]) / 1e7}}
	middle := tiles.XY{X: b.Min.X + (b.Max.X-b.Min.X)/2, Y: b.Min.Y + (b.Max.Y-b.Min.Y)/2}.Point()
	a.centre = [2]int32{low(middle[0]), low(middle[1])}
	fit := uint8(bits.LeadingZeros32(max(b.Max.X-b.Min.X, b.Max.Y-b.Min.Y)))
	a.centreZoom = min(max(fit, a.MinZoom), a.MaxZoom)
}

// json gives a document, the same each time: keys of maps are sorted.
func (m metadata) json() ([]byte, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "metadata cannot be written")
	}
	return b, nil
}

func titleOf(l *geo.Layer) string {
	if l.Title.ZH != "" {
		return l.Title.ZH
	}
	return string(l.ID)
}

// vectorLayersOf describes what package render draws of a layer. A layer with
// lights shows its reds at every zoom.
func vectorLayersOf(l *geo.Layer, r Result) []vectorLayer {
	fields := map[string]string{"code": "String", "light": "String"}
	if l.Light.Kind != geo.NoRule {
		fields["overdue"] = "Boolean"
	}
	for _, f := range l.Fields {
		if f.Name == l.Label {
			fields["name"] = "String"
		}
		if _, computed := fields[f.Name]; (f.Tile || f.Name == l.Label) && !computed {
			fields[f.Name] = render.KindOf(f.Type)
		}
	}
	low := r.MinZoom
	if l.Light.Kind == geo.NoRule {
		low = min(max(low, l.MinZoom), r.MaxZoom)
	}
	out := []vectorLayer{{string(l.ID), titleOf(l), low, r.MaxZoom, fields}}
	if l.Geometry != geo.Points {
		out = append(out, vectorLayer{string(l.ID) + render.LabelSuffix, titleOf(l), low, r.MaxZoom, fields})
	}
	return append(out, vectorLayer{string(l.ID) + render.ClusterSuffix, titleOf(l), low, r.MaxZoom, render.ClusterFields()})
}
