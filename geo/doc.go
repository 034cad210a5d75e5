// Package geo is the domain of Yiping: layers of geographic features, their
// dated reports, the red/yellow/green light judged from both, and the contract
// that every store keeps.
//
// The package knows nothing of HTTP or SQL. Geometry is paulmach/orb, in
// EPSG:4326 (CGCS2000/EPSG:4490 is taken as identical), axis order longitude,
// latitude, in degrees. Money is 亿元 (10^8 CNY) unless a field says otherwise,
// lengths are metres, areas square metres.
package geo
