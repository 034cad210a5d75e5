// Package cql reads, checks and evaluates filters in the OGC Common Query
// Language (CQL2, OGC 21-065r2), text and JSON.
//
// Parse and ParseJSON give one and the same tree, Text and JSON write it again.
// Compile checks it against a layer and makes a Filter of closures, without
// reflection. Translate gives PostGIS the same condition for layers that stay in
// the database: what a filter says becomes parameters, never SQL text.
//
//	e, err := cql.Parse("light = 'red' AND S_INTERSECTS(geom, BBOX(121.3,31.1,121.5,31.3))")
//	f, err := cql.Compile(e, layer)
//	if f.Match(item) { … }
//
// Names are the layer's fields and besides id, code, light, overdue, district,
// town, geom or geometry. What comes of judging on the feature's day has names
// too: reported (date of the last report), before (light at the end of the month
// before), warning (level, 0 = none), proposed (督办), registered (an entry of the
// yearly register is in force), outcome (of that year's goal, once decided) and
// responsible (the unit that answers, by the name it goes by on the day).
// Where the layer keeps a register by years, entry_ before a field is that field
// in the entry in force: entry_listed = '年初'. Carrying a feature over into the
// next year changes its own row, not what its entry of this year says. Without an
// entry in force all of them are absent.
//
// A feature may lie in several towns: town = 'x' holds if one of them is x, and
// so with every other comparison; town <> 'x' holds if none is.
//
// Logic is three-valued: a comparison with an absent value is unknown, and a
// feature is let through only where the filter is true.
// Coordinates are longitude and latitude in degrees, edges are straight, heights
// are read and not looked at. A date is a day in China (UTC+8) where it meets a
// timestamp. Texts are compared by code point after Unicode normalisation (NFC).
//
// Conformance classes: basic CQL2, advanced comparison, case- and
// accent-insensitive comparison, basic and full spatial functions, temporal
// functions, array functions, property-property, arithmetic, text and JSON.
// Functions other than those of the standard are parsed but not evaluated.
//
// # The yardstick
//
// Against the standard's own examples and abstract tests (tag cql2examples, see
// examples_test.go; the data are not ours to keep): 229 of 229 examples parse,
// text and JSON to one tree; 348 of 351 predicates over the test data give the
// counts printed, and the other three those of the data, which the printed table
// contradicts (issue 1011 of the standard's repository).
package cql
