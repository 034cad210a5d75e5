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

type matrixSetsDoc struct {
	Links []link          `json:"links"`
	Sets  []matrixSetItem `json:"tileMatrixSets"`
}

type matrixSetItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URI   string `json:"uri"`
	CRS   string `json:"crs"`
	Links []link `json:"links"`
}

type matrixSetDoc struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	URI      string      `json:"uri"`
	CRS      string      `json:"crs"`
	Axes     []string    `json:"orderedAxes"`
	Scales   string      `json:"wellKnownScaleSet"`
	Matrices []matrixDoc `json:"tileMatrices"`
}

const quadTitle = "Google Maps Compatible for the World"

func matrixSets(c *call) (*Answer, error) {
	at := c.at("tileMatrixSets", Quad)
	return c.document(typeJSON, matrixSetsDoc{c.selfLinks(typeJSON), []matrixSetItem{{Quad, quadTitle, quadURI, mercator, []link{{at, "self", typeJSON, Quad}}}}})
}

func matrixSet(c *call) (*Answer, error) {
	return c.document(typeJSON, matrixSetDoc{Quad, quadTitle, quadURI, mercator, []string{"X", "Y"},
		"http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible", matrices()})
}

// matrices are the zooms from the whole world on.
func matrices() []matrixDoc {
	all := make([]matrixDoc, lastMatrix+1)
	for z := range all {
		cell := 2 * edge / pixels / float64(uint64(1)<<z)
		all[z] = matrixDoc{strconv.Itoa(z), cell / pixelMetre, cell, "topLeft", [2]float64{-edge, edge}, pixels, pixels, 1 << z, 1 << z}
	}
	return all
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

type tileSetsDoc struct {
	Links []link       `json:"links"`
	Sets  []tileSetDoc `json:"tilesets"`
}

type tileSetDoc struct {
	Title    string         `json:"title"`
	DataType string         `json:"dataType"`
	CRS      string         `json:"crs"`
	Matrix   string         `json:"tileMatrixSetId"`
	URI      string         `json:"tileMatrixSetURI"`
	Limits   []limitDoc     `json:"tileMatrixSetLimits"`
	Layers   []tileLayerDoc `json:"layers,omitempty"` // not in the list of tile sets
	Links    []templateLink `json:"links"`
}

type limitDoc struct {
	Matrix string `json:"tileMatrix"`
	MinRow uint64 `json:"minTileRow"`
	MaxRow uint64 `json:"maxTileRow"`
	MinCol uint64 `json:"minTileCol"`
	MaxCol uint64 `json:"maxTileCol"`
}

type tileLayerDoc struct {
	ID        geo.LayerID `json:"id"`
	Title     string      `json:"title"`
	DataType  string      `json:"dataType"`
	Min       string      `json:"minTileMatrix"`
	Max       string      `json:"maxTileMatrix"`
	Dimension *int        `json:"geometryDimension,omitempty"`
}

// templateLink is a link, of whose address a part is to be filled in where it is
// templated.
type templateLink struct {
	link
	Templated bool `json:"templated,omitempty"`
}

func tileSets(c *call) (*Answer, error) {
	box, _ := c.tiled()
	self := templateLink{link: link{c.tileRoot() + "/" + Quad, "self", typeJSON, c.tileTitle()}}
	set := c.tileSetDoc(box, append([]templateLink{self}, c.tileLinks()...))
	return c.document(typeJSON, tileSetsDoc{c.selfLinks(typeJSON), []tileSetDoc{set}})
}

// tileSet describes the tiles, and where there are any.
func tileSet(c *call) (*Answer, error) {
	box, layers := c.tiled()
	set := c.tileSetDoc(box, append(c.tileLinks(), templateLink{link: c.selfLinks(typeJSON)[0]}))
	set.Layers = layers
	return c.document(typeJSON, set)
}

// tileSetDoc is what a tile set and the list of tile sets say alike.
func (c *call) tileSetDoc(box tiles.Box, links []templateLink) tileSetDoc {
	return tileSetDoc{Title: c.tileTitle(), DataType: "vector", CRS: mercator, Matrix: Quad, URI: quadURI, Limits: limits(box), Links: links}
}

// tileLinks lead to the tiles and to how they lie.
func (c *call) tileLinks() []templateLink {
	return []templateLink{{link{c.tileRoot() + "/" + Quad + "/{tileMatrix}/{tileRow}/{tileCol}", "item", typeMVT, c.tileTitle()}, true},
		{link: link{c.at("tileMatrixSets", Quad), relation + "tiling-scheme", typeJSON, Quad}}}
}

// tiled gives where there are tiles, and the layers in them.
func (c *call) tiled() (tiles.Box, []tileLayerDoc) {
	box, layers := tiles.EmptyBox, []tileLayerDoc{}
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
		d := tileLayerDoc{ID: id, Title: c.text(l.Decl().Title), DataType: "vector", Min: strconv.Itoa(int(l.Decl().MinZoom)), Max: strconv.Itoa(lastTiles)}
		if n, ok := map[geo.GeometryKind]int{geo.Points: 0, geo.Lines: 1, geo.Polygons: 2}[l.Decl().Geometry]; ok {
			d.Dimension = &n
		}
		layers = append(layers, d)
	}
	return box, layers
}

// limits gives the tiles of each zoom that the box meets.
func limits(box tiles.Box) []limitDoc {
	out := []limitDoc{}
	for z := 0; z <= lastTiles && !box.Empty(); z++ {
		shift := 32 - z
		out = append(out, limitDoc{strconv.Itoa(z), uint64(box.Min.Y) >> shift, uint64(box.Max.Y) >> shift, uint64(box.Min.X) >> shift, uint64(box.Max.X) >> shift})
	}
	return out
}
