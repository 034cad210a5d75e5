// Package snapshot holds every layer of a store in memory, as one immutable
// picture at one cursor: features with their reports, where each lies, what
// belongs to it in other layers, and the light each has on its district's
// evaluation date.
//
// A Snapshot never changes once it is made. Apply gives a new one that shares
// with the old all that did not change, so that readers keep what they have for
// as long as they hold it, without locks, and one changed feature costs
// microseconds whatever the size of its layer.
//
// Coordinates are longitude and latitude in degrees, exactly as stored, and
// beside them world coordinates (package tiles) to search and draw by.
//
// # How it is kept
//
// A layer is a table by column (column.go). Columns are cut into pages that are
// copied when a row in them changes (paged.go); texts are numbers of a dictionary
// (dict.go), found by their hash (finder.go); geometries and reports are bytes (geometry.go, reports.go). Rows lie
// in the order of a Hilbert curve under a frozen R-tree; what was added since
// lies behind, under smaller trees (layer.go, rows.go), until the layer is
// compacted. Rows that belong to features of other layers are found by these
// (owners.go). Apply (apply.go) takes records in, then places what may lie
// elsewhere now (place.go), then judges what may have another light (judge.go) by
// its facts (facts.go) and the rulebook (book.go), then compares every feature it
// touched with its former self (delta.go). Load takes what a store lends in batches
// (lent.go, batch.go): one goroutine reads and shapes, another keeps, a third puts the
// layer before in order (compact.go, gather.go).
//
// # Other days
//
// What is kept of a judgement, Item.Light and Item.Standing, is that of the
// evaluation date of the feature's district. Snapshot.At gives the same features
// judged at another day; Item.VerdictAt and Item.WarningsAt do so for one.
//
// # How to draw from it
//
// Layer.Search gives the features of a box as Items. Item.AppendShape into a
// buffer, Item.Label, Item.DictID and Item.Number by Layer.FieldIndex, and
// Item.Row as an index into the drawer's own tables, read a feature without
// allocating:
//
//	field, _ := layer.FieldIndex("category")
//	layer.Search(box, func(i snapshot.Item) bool {
//		shape = i.AppendShape(shape[:0])
//		text := layer.DictText(field, i.DictID(field))
//		…
//		return true
//	})
package snapshot
