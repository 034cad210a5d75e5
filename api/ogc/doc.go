// Package ogc answers as OGC API – Features from a snapshot: Part 1 (core,
// GeoJSON, HTML, OpenAPI 3.0), Part 2 (coordinate systems), Part 3 (filters in
// CQL2, queryables) and Part 5 (schemas). Every layer is a collection.
//
// OGC API – Tiles (20-057) is described here as well: tile sets of each layer and of
// all, in WebMercatorQuad. The tiles themselves are those of the rest of the service.
//
// It knows no listener and no store: Service.Answer takes what a request says
// and gives an Answer that writes itself, a feature at a time, so that a large
// page is never held whole.
//
// Coordinates of answers follow the axis order of the authority: CRS84 and 3857
// east first, 4326, 4490 and the zones of CGCS2000 north first. Positions on the
// plane are rounded to a tenth of a millimetre.
//
// datetime= looks at the first field of the layer that is a date or a time, as
// its schema says by the role primary-instant. Where a layer has no such field,
// or no geometry, datetime= or bbox= has nothing to look at and selects all.
package ogc
