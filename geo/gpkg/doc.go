// Package gpkg keeps a geo.Store in one OGC GeoPackage 1.3 file, through SQLite
// without cgo. The file is a true GeoPackage: ogrinfo, ogr2ogr and QGIS open and
// edit it while it is being served, and what they change is followed like any
// other edit, because triggers made of SQLite built-ins only write the feed and
// the history, draw versions and refuse wrong values.
//
// The file is opened through SQLite only: to open and close it in any other way
// would drop SQLite's locks. Network file systems are refused, since the
// write-ahead log needs memory shared between processes.
package gpkg
