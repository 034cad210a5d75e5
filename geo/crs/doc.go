// Package crs turns positions of one coordinate system into another: WGS 84,
// CGCS2000 and all its Gauss–Krüger zones, UTM, Web Mercator, the shifted
// systems GCJ-02 and BD-09 of Chinese map services, and local city systems
// declared by their own central meridian, false origin and parameters.
//
// # Axis order
//
// A position is always x before y: longitude before latitude in degrees, easting
// before northing in metres. That is also the order in files. The authority may
// say otherwise, as EPSG does of 4326, 4490 and the CGCS2000 zones, which it
// gives northing first: CRS.Axes tells, CRS.Order turns a position round for an
// answer that must follow it.
//
// # What is exact
//
// Transverse Mercator is the series of Krüger to the sixth power of the third
// flattening (C. F. F. Karney, Transverse Mercator with an accuracy of a few
// nanometers, 2011), used up to 10° from the central meridian. Positions of
// CGCS2000 are taken as those of WGS 84: the two differ by plate motion, less
// than a metre or so, which no fixed formula takes off. GCJ-02 and BD-09 follow
// the formulas in general use; the map services themselves differ from them by
// up to a metre. All inverses are iterated until they are true to 10⁻⁹ degrees,
// a tenth of a millimetre.
//
// Heights are not looked at: a seven-parameter transformation takes positions as
// on the ellipsoid.
package crs
