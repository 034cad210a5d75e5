package ogc

import (
	"math"
	"strconv"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Quad is the one tile matrix set: WebMercatorQuad (OGC 17-083r4 annex D.1).
const (
	Quad       = "WebMercatorQuad"
	quadURI    = "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + Quad
	mercator   = "http://www.opengis.net/def/crs/EPSG/0/3857"
	relation   = "http://www.opengis.net/def/rel/ogc/1.0/"
	typeMVT    = "application/vnd.mapbox-vector-tile"
	edge       = math.Pi * 6378137 // metres from the middle of the world to its edge
	pixels     = 256
	pixelMetre = 0.00028 // a pixel in metres, that scale denominators are stated by
	lastMatrix = 24
	lastTiles  = 16 // deeper tiles are drawn from these
)

// InTiles are the layers that tiles of the whole data set carry.
func InTiles(s *snapshot.Snapshot) []geo.LayerID {
	var out []geo.LayerID
	for _, l := range s.Layers() {
		if l.Decl().Geometry != geo.NoGeometry {
			out = append(out, l.Decl().ID)
		}
	}
	return out
}

type matrixDoc struct {
	ID       string     `json:"id"`
	Scale    float64    `json:"scaleDenominator"`
	Cell     float64    `json:"cellSize"` // metres
	Corner   string     `json:"cornerOfOrigin"`
	Origin   [2]float64 `json:"pointOfOrigin"`
	Width    int        `json:"tileWidth"`
	Height   int        `json:"tileHeight"`
	Across   int        `json:"matrixWidth"`
	Downward int        `json:"matrixHeight"`
}

func matrixSets(c *call) (*Answer, error) {
	at := c.at("tileMatrixSets", Quad)
	return c.document(typeJSON, object{"links": c.selfLinks(typeJSON), "tileMatrixSets": []object{
		{"id": Quad, "title": "Google Maps Compatible for the World", "uri": quadURI, "crs": mercator, "links": []link{{at, "self", typeJSON, Quad}}}}})
}

func matrixSet(c *call) (*Answer, error) {
	all := make([]matrixDoc, lastMatrix+1)
	for z := range all {
		cell := 2 * edge / pixels / float64(uint64(1)<<z)
		all[z] = matrixDoc{strconv.Itoa(z), cell / pixelMetre, cell, "topLeft", [2]float64{-edge, edge}, pixels, pixels, 1 << z, 1 << z}
	}
	return c.document(typeJSON, object{"id": Quad, "title": "Google Maps Compatible for the World", "uri": quadURI, "crs": mercator,
		"orderedAxes": []string{"X", "Y"}, "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible", "tileMatrices": all})
}

// tileRoot is the address of the tile sets, of the layer or of all.
func (c *call) tileRoot() string {
	if c.layer != nil {
		return c.at("collections", string(c.layer.Decl().ID), "tiles")
	}
	return c.at("tiles")
}

func (c *call) tileTitle() string {
	if c.layer != nil {
		return c.text(c.layer.Decl().Title)
	}
	return c.say("全部图层", "All layers")
}

func tileSets(c *call) (*Answer, error) {
	box, _ := c.tiled()
	links := append([]any{link{c.tileRoot() + "/" + Quad, "self", typeJSON, c.tileTitle()}}, c.tileLinks()...)
	set := c.tileSetDoc(box, links)
	return c.document(typeJSON, object{"links": c.selfLinks(typeJSON), "tilesets": []object{set}})
}

// tileSet describes the tiles, and where there are any.
func tileSet(c *call) (*Answer, error) {
	box, layers := c.tiled()
	set := c.tileSetDoc(box, append(c.tileLinks(), c.selfLinks(typeJSON)[0]))
	set["layers"] = layers
	return c.document(typeJSON, set)
}

// tileSetDoc is what a tile set and the list of tile sets say alike.
func (c *call) tileSetDoc(box tiles.Box, links []any) object {
	return object{"title": c.tileTitle(), "dataType": "vector", "crs": mercator, "tileMatrixSetId": Quad, "tileMatrixSetURI": quadURI, "tileMatrixSetLimits": limits(box), "links": links}
}

// tileLinks lead to the tiles and to how they lie.
func (c *call) tileLinks() []any {
	return []any{object{"href": c.tileRoot() + "/" + Quad + "/{tileMatrix}/{tileRow}/{tileCol}", "rel": "item", "type": typeMVT, "templated": true, "title": c.tileTitle()},
		link{c.at("tileMatrixSets", Quad), relation + "tiling-scheme", typeJSON, Quad}}
}

// tiled gives where there are tiles, and the layers in them.
func (c *call) tiled() (tiles.Box, []object) {
	box, layers := tiles.EmptyBox, []object{}
	for _, id := range InTiles(c.Snapshot) {
		l, _ := c.Snapshot.Layer(id)
		if c.layer != nil && c.layer.Decl().ID != id {
			continue
		}
		if l.Decl().InDatabase() { // it may have features anywhere
			box = tiles.Box{Max: tiles.XY{X: math.MaxUint32, Y: math.MaxUint32}}
		} else {
			box = box.Union(c.s.extents.of(l).box)
		}
		d := object{"id": id, "title": c.text(l.Decl().Title), "dataType": "vector", "minTileMatrix": strconv.Itoa(int(l.Decl().MinZoom)), "maxTileMatrix": strconv.Itoa(lastTiles)}
		if n, ok := map[geo.GeometryKind]int{geo.Points: 0, geo.Lines: 1, geo.Polygons: 2}[l.Decl().Geometry]; ok {
			d["geometryDimension"] = n
		}
		layers = append(layers, d)
	}
	return box, layers
}

// limits gives the tiles of each zoom that the box meets.
func limits(box tiles.Box) []object {
	out := []object{}
	for z := 0; z <= lastTiles && !box.Empty(); z++ {
		shift := 32 - z
		out = append(out, object{"tileMatrix": strconv.Itoa(z), "minTileRow": uint64(box.Min.Y) >> shift, "maxTileRow": uint64(box.Max.Y) >> shift,
			"minTileCol": uint64(box.Min.X) >> shift, "maxTileCol": uint64(box.Max.X) >> shift})
	}
	return out
}
