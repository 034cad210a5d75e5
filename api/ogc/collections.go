package ogc

import (
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// collectionDoc describes a layer.
type collectionDoc struct {
	ID          geo.LayerID `json:"id"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Links       []link      `json:"links"`
	Extent      *extentDoc  `json:"extent,omitempty"`
	ItemType    string      `json:"itemType"`
	CRS         []string    `json:"crs"`
	StorageCRS  string      `json:"storageCrs"`
}

type extentDoc struct {
	Spatial  *spatialDoc  `json:"spatial,omitempty"`
	Temporal *temporalDoc `json:"temporal,omitempty"`
}

type spatialDoc struct {
	Bbox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

type temporalDoc struct {
	Interval [][2]string `json:"interval"`
	TRS      string      `json:"trs"`
}

type collectionsDoc struct {
	Links       []link          `json:"links"`
	CRS         []string        `json:"crs"`
	Collections []collectionDoc `json:"collections"`
}

func collections(c *call) (*Answer, error) {
	all := c.Snapshot.Layers()
	if c.html {
		var table [][]cell
		for _, l := range all {
			d := l.Decl()
			table = append(table, []cell{{string(d.ID), c.asPage(c.at("collections", string(d.ID)))}, {Text: c.text(d.Title)}, {Text: c.count(l)}})
		}
		return c.page(page{Title: c.say("要素集", "Collections"), Lead: c.about(), Rows: rows(table),
			Head: []string{c.say("名称", "Id"), c.say("标题", "Title"), c.say("要素数", "Features")}})
	}
	docs := make([]collectionDoc, len(all))
	for n, l := range all {
		docs[n] = c.describe(l)
	}
	return c.document(typeJSON, collectionsDoc{c.selfLinks(typeJSON), uris(offered()), docs})
}

func collection(c *call) (*Answer, error) {
	d := c.describe(c.layer)
	if c.html {
		at := c.at("collections", string(d.ID))
		show := []link{{Href: c.asPage(at + "/items"), Title: c.say("要素", "Features")}, {Href: c.asPage(at + "/schema"), Title: c.say("字段", "Schema")},
			{Href: c.asPage(at + "/queryables"), Title: c.say("可查询的属性", "Queryables")}}
		if c.layer.Decl().Geometry != geo.NoGeometry {
			show = append(show, link{Href: c.asPage(c.tileRoot()), Title: c.tilesTitle()})
		}
		return c.page(page{Title: d.Title, Lead: d.Description, Links: show, Crumbs: c.crumbs()[:1]})
	}
	d.Links = append(c.selfLinks(typeJSON), d.Links[1:]...)
	return c.document(typeJSON, d)
}

// crumbs lead from the collections to the layer.
func (c *call) crumbs() []link {
	d := c.layer.Decl()
	return []link{{Href: c.asPage(c.at("collections")), Title: c.say("要素集", "Collections")},
		{Href: c.asPage(c.at("collections", string(d.ID))), Title: c.text(d.Title)}}
}

func (c *call) describe(l *snapshot.Layer) collectionDoc {
	d := l.Decl()
	at := c.at("collections", string(d.ID))
	links := []link{
		{at + "?f=json", "self", typeJSON, c.text(d.Title)},
		{at + "/items?f=json", "items", typeGeoJSON, c.say("要素（GeoJSON）", "Features (GeoJSON)")},
		{at + "/items?f=html", "items", "text/html", c.say("要素（网页）", "Features (page)")},
		{at + "/schema/feature?f=json", "describedby", typeSchema, c.say("GeoJSON 要素的结构", "Schema of a feature in GeoJSON")},
		{at + "/schema/feature?f=json", "describedBy", typeSchema, c.say("GeoJSON 要素的结构", "Schema of a feature in GeoJSON")}, // as GDAL 3.6 spells it
		{at + "/schema?f=json", "http://www.opengis.net/def/rel/ogc/1.0/schema", typeSchema, c.say("字段", "Schema")},
		{at + "/queryables?f=json", "http://www.opengis.net/def/rel/ogc/1.0/queryables", typeSchema, c.say("可查询的属性", "Queryables")},
	}
	if d.Geometry != geo.NoGeometry {
		links = append(links, link{at + "/tiles", relation + "tilesets-vector", typeJSON, c.tilesTitle()})
	}
	x := c.s.extents.of(l)
	description := c.say("图层“"+c.text(d.Title)+"”，", "Layer “"+c.text(d.Title)+"”, ") + c.count(l) + c.say(" 个要素。", " features.")
	extent, systems := x.document(), x.systems
	if d.InDatabase() { // it may have features anywhere
		extent, systems = nil, uris(offered())
		description = c.say("图层“"+c.text(d.Title)+"”，由数据库直接服务。", "Layer “"+c.text(d.Title)+"”, served from the database.")
	}
	return collectionDoc{d.ID, c.text(d.Title), description, links, extent, "feature", systems, crs84}
}

// count is how many features a layer in memory has.
func (c *call) count(l *snapshot.Layer) string {
	if l.Decl().InDatabase() {
		return "–"
	}
	return strconv.Itoa(l.Len())
}

// extent is what a layer spans in space and time.
type extent struct {
	of       *snapshot.Layer
	box      tiles.Box // as far as the map goes
	bound    orb.Bound // in degrees
	systems  []string  // URIs of those that it lies in
	from, to time.Time
	looks    looks
}

// extents remembers the extent of each layer until the layer changes: it takes
// a look at every feature.
type extents struct {
	mu   sync.Mutex
	last map[geo.LayerID]extent
}

func (e *extents) of(l *snapshot.Layer) extent {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := l.Decl().ID
	if known, ok := e.last[id]; ok && l.Same(known.of) {
		return known
	}
	if e.last == nil {
		e.last = map[geo.LayerID]extent{}
	}
	x := measure(l)
	e.last[id] = x
	return x
}

func measure(l *snapshot.Layer) extent {
	x := extent{of: l, box: tiles.EmptyBox, bound: nowhere()}
	field, dated := instantField(l.Decl())
	look := newLooker(l.Decl())
	l.All(func(i snapshot.Item) bool {
		x.box = x.box.Union(i.Box())
		x.bound = x.bound.Union(degrees(i))
		look.at(i)
		if t, ok := instant(i.Value(field.Name)); dated && ok {
			if x.from.IsZero() || t.Before(x.from) {
				x.from = t
			}
			if t.After(x.to) {
				x.to = t
			}
		}
		return true
	})
	x.systems, x.looks = uris(reaching(x.bound)), look.looks()
	return x
}

func instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case geo.Date:
		return v.Time(), v != 0
	case time.Time:
		return v.UTC(), true
	}
	return time.Time{}, false
}

// document rounds outwards to a centimetre.
func (x extent) document() *extentDoc {
	var d extentDoc
	if !x.bound.IsEmpty() {
		low, high := x.bound.Min, x.bound.Max
		down := func(v float64) float64 { return math.Floor(v*1e7-1) / 1e7 }
		up := func(v float64) float64 { return math.Ceil(v*1e7+1) / 1e7 }
		d.Spatial = &spatialDoc{[][4]float64{{max(down(low[0]), -180), max(down(low[1]), -90), min(up(high[0]), 180), min(up(high[1]), 90)}}, crs84}
	}
	if !x.from.IsZero() {
		d.Temporal = &temporalDoc{[][2]string{{x.from.Format(time.RFC3339), x.to.Format(time.RFC3339)}}, "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
	}
	if d.Spatial == nil && d.Temporal == nil {
		return nil
	}
	return &d
}
