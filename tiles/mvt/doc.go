// Package mvt writes Mapbox Vector Tiles, version 2.1 of the specification,
// straight into reused buffers: no geometry objects, no reflection, no
// allocation once the buffers have grown.
//
// Coordinates are tile units, x to the east and y to the south from the tile's
// top-left corner; the tile spans 0 … Extent. What is written is always sound by
// the specification's own rules: no zero-length segment, no ring without area,
// outer rings of positive area by the surveyor's formula, holes negative and
// after their outer ring, no key twice in a feature, no layer without features.
package mvt
