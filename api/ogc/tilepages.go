package ogc

import (
	"strconv"
)

// tilePage shows what describes tiles: the list of tile sets or one of them, or
// the same of tile matrix sets.
func (c *call) tilePage(sets, one bool) (*Answer, error) {
	switch {
	case sets && one:
		return c.matrixPage()
	case sets:
		return c.page(page{Title: c.matrixTitle(), Links: []link{c.to(Quad, "tileMatrixSets", Quad)}})
	case one:
		return c.tileSetPage()
	}
	return c.page(page{Title: c.tilesTitle(), Lead: c.tileTitle(), Crumbs: c.tileCrumbs(),
		Links: []link{{Href: c.asPage(c.tileRoot() + "/" + Quad), Title: Quad}}})
}

func (c *call) tilesTitle() string  { return c.say("矢量瓦片", "Vector tiles") }
func (c *call) matrixTitle() string { return c.say("瓦片矩阵集", "Tile matrix sets") }

// to leads to the page of an address below the landing page.
func (c *call) to(title string, parts ...string) link {
	return link{Href: c.asPage(c.at(parts...)), Title: title}
}

// tileCrumbs lead to the layer, where the tiles are of one.
func (c *call) tileCrumbs() []link {
	if c.layer == nil {
		return nil
	}
	return c.crumbs()
}

// tileSetPage tells the address of the tiles, and which layers are in them from
// which zoom to which.
func (c *call) tileSetPage() (*Answer, error) {
	_, layers := c.tiled()
	table := make([][]cell, len(layers))
	for n, l := range layers {
		table[n] = []cell{{string(l.ID), c.asPage(c.at("collections", string(l.ID)))}, {Text: l.Title}, {Text: l.Min}, {Text: l.Max}}
	}
	return c.page(page{
		Title:  c.tilesTitle() + " · " + c.tileTitle(),
		Lead:   c.tileLinks()[0].Href,
		Crumbs: append(c.tileCrumbs(), link{Href: c.asPage(c.tileRoot()), Title: c.tilesTitle()}),
		Links:  []link{c.to(Quad, "tileMatrixSets", Quad)},
		Head:   []string{c.say("名称", "Id"), c.say("标题", "Title"), c.say("起始级别", "First zoom"), c.say("最大级别", "Last zoom")},
		Rows:   rows(table),
	})
}

// matrixPage tells how the tiles of each zoom lie.
func (c *call) matrixPage() (*Answer, error) {
	var table [][]cell
	for _, m := range matrices() {
		table = append(table, []cell{{Text: m.ID}, {Text: decimal(m.Scale)}, {Text: decimal(m.Cell)}, {Text: strconv.Itoa(m.Across) + " × " + strconv.Itoa(m.Downward)}})
	}
	return c.page(page{
		Title:  Quad,
		Lead:   quadTitle + ", " + mercator,
		Crumbs: []link{c.to(c.matrixTitle(), "tileMatrixSets")},
		Head:   []string{c.say("级别", "Zoom"), c.say("比例尺分母", "Scale denominator"), c.say("像素（米）", "Pixel (m)"), c.say("瓦片数", "Tiles")},
		Rows:   rows(table),
	})
}

// decimal writes a number without an exponent, to a thousandth of its unit.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
