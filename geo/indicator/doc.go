// Package indicator computes the defined figures 指标 of a city: from its layers
// by formula, or from what was reported, with target, due day and light.
//
// # Formulas
//
// A formula is JSON: an object of one member, the operator. Operators over the
// features of a layer take an object, with an optional CQL2 text in "filter":
//
//	{"count":    {"layer":"project","filter":"level = '区属'"}}       how many features
//	{"sum":      {"layer":"project","field":"investment"}}            of an int or float field, in its unit
//	{"sum":      {"layer":"project","report":"actual_investment"}}    of what each one's last report gives
//	{"length":   {"layer":"street"}}                                  of lines, in metres, geodesic
//	{"area":     {"layer":"block"}}                                   of polygons, in ㎡, geodesic, overlaps counted twice
//	{"coverage": {"layer":"block","filter":"state = '已建成'"}}        ％ of the district's area that they cover, overlaps counted once
//	{"min":      {"layer":"project","field":"start_date"}}            least value of a number or date field, or of a "report"; "max" likewise
//	{"distinct": {"layer":"project","field":"unit"}}                  how many values of a field
//	{"value":    {"layer":"project","filter":"code = 'P1'","field":"investment"}}   of the one feature that has it
//	{"months":   {"layer":"project","from":"halted_from","to":"resumed"}}  calendar months from the first to the last, both counted
//
// The others take values:
//
//	{"percent":[A,B]}   100·A÷B, in ％        {"ratio":[A,B]}   A÷B
//	{"add":[A,B,…]}     {"sub":[A,B]}         {"mul":[A,B,…]}
//	{"const":n}         {"reading":"CODE"}    another indicator's value
//
// A filter may name every field of the layer and what package cql offers beside
// them: code, light, overdue, district, town, reported and the others that come of
// judging. Figures of a year's register take the entry that is in force on the
// day, in filters as in fields: entry_year, entry_listed, entry_year_investment. A
// project's own fields are of the year that it was carried over into last. Only features of the
// indicator's own district count, unless the filter speaks of district itself;
// an indicator without a district is of the whole city. Reports after the day a
// district is judged at are not looked at.
//
// So 架空线入地率, a share of length, is
//
//	{"percent":[{"length":{"layer":"street","filter":"state = '入地'"}},{"length":{"layer":"street"}}]}
//
// # What is not known
//
// A value is not known where there is nothing to tell it by: a sum over features
// none of which gives the field, a ratio whose denominator is 0, the one value of
// no feature or of two. A sum over no feature at all is 0. What rests on a value
// that is not known is not known either.
//
// # Exactness
//
// Each contribution to a sum, length or area is brought to an integer of 10⁻⁶ of
// its unit (package exact), so that a sum does not depend on the order in which
// features come and go: Board.Next equals New to the last bit. A value that is not
// a finite number below 10²⁴ counts as absent.
//
// Coverage is taken on a grid of cells fixed by the district's outline. In each
// cell the area of the union of features, cell and district is one contribution;
// a change computes only the cells anew that its old or new shape meets. Edges
// are straight in degrees, areas geodesic: within 10⁻⁵ of the district's area of
// what PostGIS finds for ST_Area of the union as geography.
//
// # Lights
//
// See light.go: the value reached between baseline and target is held against
// the time gone between start and due day.
package indicator
