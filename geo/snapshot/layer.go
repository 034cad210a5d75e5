package snapshot

import (
	"iter"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/rtree"
	"yiping/tiles"
)

// Layer is one layer of a snapshot.
type Layer struct {
	*table
	of   *Snapshot
	veil *veil // nil hides nothing
}

// table is what a layer holds, stored by column; snapshots between which a layer
// did not change share it.
//
// Rows [0, base.Len()) are indexed by the frozen tree base, in whose order they
// lie; rows up to settled have no geometry or lie in segments, smaller trees over
// rows added since; rows from settled on are searched one by one. A feature
// whose geometry changes moves to a new row, and its old row dies. Compaction
// puts all that live in order again.
type table struct {
	decl     *geo.Layer
	index    map[string]int // field name to column
	label    int            // column of the label field; -1 = none
	judges   []int          // columns the light rule reads
	halted   [2]int         // columns of the days works stood still from and were resumed; -1 = none
	rule     *cql.Rule      // of a filter rule that compiles
	broken   error          // why the filter rule does not compile
	revision uint64
	odd      map[geo.ID]string // features of which something could not be taken in, and what; never changed, only replaced

	rows, live uint32
	base       *rtree.Tree
	ordered    uint32 // rows in order since the last compaction
	settled    uint32
	segments   []segment
	merge      *merge           // of segments, in the making
	renewal    *renewal         // of the layer, in the making
	boxes      paged[tiles.Box] // rows from ordered on

	ids, versions  paged[uint64]
	state          paged[rowState]
	codes          paged[uint32]
	district, town paged[uint32]
	geomAt, xyAt   paged[uint32]
	forms          paged[form]
	labels         paged[tiles.XY] // of extended rows
	reports        paged[[]byte]
	standings      paged[standing]
	figures        paged[figures] // of the last report, as the standing tells them
	columns        []column

	byID   trie          // row + 1 by id
	byCode paged[uint32] // row + 1 by number of the code
	owners owners        // rows by the feature they belong to

	texts texts
	noted int // texts in texts.notes after the last compaction
	seen  views
	geoms *arena[byte]
	xys   *arena[tiles.XY]

	counts []LightCounts // by number of the district in texts.places
	total  LightCounts
}

// texts are the dicts of a layer beside those of its columns.
type texts struct {
	codes  *dict
	places *dict // codes of districts, lists of towns
	notes  *dict // names and texts in reports
}

// views are what the dicts and arenas held when the layer was finished.
type views struct {
	codes, places, notes view
	geoms                grown[[]byte]
	xys                  grown[[]tiles.XY]
}

// rowState packs the light (two bits) with flags.
type rowState uint8

const (
	lightMask   rowState = 3
	overdue     rowState = 4
	hasGeometry rowState = 8
	alive       rowState = 16
	extended    rowState = 32 // the geometry has a line or polygon with a vertex
)

// segment is a tree over rows [from, to).
type segment struct {
	from, to uint32
	tree     *rtree.Tree
}

func newTable(decl geo.Layer) *table {
	l := &table{
		base: &rtree.Tree{}, geoms: &arena[byte]{}, xys: &arena[tiles.XY]{},
		texts: texts{newDict(), newDict(), newDict()}, owners: owners{keys: newDict()},
	}
	l.declare(decl)
	return l
}

// declare takes a declaration; values of fields that keep name and type stay.
func (l *table) declare(decl geo.Layer) {
	l.renewal = nil
	before, columns := l.index, l.columns
	l.decl, l.index, l.label = &decl, make(map[string]int, len(decl.Fields)), -1
	l.columns, l.judges = make([]column, len(decl.Fields)), nil
	for i, f := range decl.Fields {
		l.index[f.Name] = i
		if k, ok := before[f.Name]; ok && columns[k].field.Type == f.Type {
			l.columns[i] = columns[k]
			l.columns[i].field = f
		} else {
			l.columns[i] = newColumn(f)
		}
		if f.Name == decl.Label {
			l.label = i
		}
		if decl.Light.ReadsField(f) {
			l.judges = append(l.judges, i)
		}
	}
	for i, name := range city.HaltFields {
		l.halted[i] = -1
		if k, ok := l.index[name]; ok && decl.Fields[k].Type == geo.DateField {
			l.halted[i] = k
		}
	}
	l.rule, l.broken = nil, nil
	if decl.Light.Kind == geo.FilterRule {
		l.rule, l.broken = cql.CompileRule(&decl)
	}
	l.freeze()
}

// freeze takes new views of all that only grows.
func (l *table) freeze() {
	for i := range l.columns {
		l.columns[i].freeze()
	}
	l.seen = views{l.texts.codes.view(), l.texts.places.view(), l.texts.notes.view(), l.geoms.view(), l.xys.view()}
}

// clone gives a layer to change: what it shares is copied when it is written.
func (l *table) clone() *table {
	c := *l
	c.columns = slices.Clone(l.columns)
	c.segments = slices.Clone(l.segments)
	c.counts = slices.Clone(l.counts)
	return &c
}

// LightCounts counts features by geo.Light.
type LightCounts [4]int

// Total is the number of features counted.
func (c LightCounts) Total() int { return c[0] + c[1] + c[2] + c[3] }

// Same reports whether both hold the same features with the same lights: the
// layer did not change between their snapshots. It is a cheap look that may say
// no where nothing differs.
func (l *Layer) Same(o *Layer) bool {
	return o != nil && l.table == o.table && l.veil == nil && o.veil == nil
}

// Decl is the declaration. Read only.
func (l *Layer) Decl() *geo.Layer { return l.decl }

// Len is the number of features.
func (l *Layer) Len() int {
	if l.veil != nil {
		return l.veil.live
	}
	return int(l.live)
}

// Revision is the snapshot revision at which anything in the layer last changed.
func (l *Layer) Revision() uint64 { return l.revision }

// Rows is one more than the largest Item.Row: the length of a table by row.
func (l *Layer) Rows() int { return int(l.rows) }

// FieldIndex gives the place of a field in Decl().Fields, for the accessors of
// Item that take one.
func (l *Layer) FieldIndex(name string) (int, bool) {
	i, ok := l.index[name]
	return i, ok
}

// DictLen is one more than the largest number that Item.DictID gives for a text
// field; 0 for other fields.
func (l *Layer) DictLen(field int) int { return l.columns[field].texts.len() }

// DictText gives the text of a number from Item.DictID; "" for 0.
func (l *Layer) DictText(field int, id uint32) string { return l.columns[field].texts.text(id) }

// ByID finds a feature by id.
func (l *Layer) ByID(id geo.ID) (Item, bool) {
	row := l.byID.get(uint64(id))
	if row == 0 || l.veil.hides(Item{l, row - 1}) {
		return Item{}, false
	}
	return Item{l, row - 1}, true
}

// ByCode finds a feature by its business key.
func (l *Layer) ByCode(code string) (Item, bool) {
	id := l.texts.codes.find(code)
	if id == 0 {
		return Item{}, false
	}
	row := l.byCode.at(id)
	if row == 0 || l.veil.hides(Item{l, row - 1}) {
		return Item{}, false
	}
	return Item{l, row - 1}, true
}

// All gives every feature, ascending by id.
func (l *Layer) All(yield func(Item) bool) { l.byID.each(l.unhidden(yield)) }

// From gives the features from an id on, ascending.
func (l *Layer) From(id geo.ID) iter.Seq[Item] {
	return func(yield func(Item) bool) { l.byID.from(uint64(id), l.unhidden(yield)) }
}

// DownFrom gives the features from an id on, descending.
func (l *Layer) DownFrom(id geo.ID) iter.Seq[Item] {
	return func(yield func(Item) bool) { l.byID.downFrom(uint64(id), l.unhidden(yield)) }
}

// Lying gives the features in the rows from one to before another, below Rows, in the
// order in which they lie in memory: quickest to read, and near their neighbours.
func (l *Layer) Lying(from, to uint32, yield func(Item) bool) {
	for row := from; row < to; row++ {
		if i := (Item{l, row}); l.state.at(row)&alive != 0 && !l.veil.hides(i) && !yield(i) {
			return
		}
	}
}

// At gives the feature in a row, which Item.Row told of one of this very layer.
func (l *Layer) At(row uint32) Item { return Item{l, row} }

// unhidden yields the features of rows that are not hidden.
func (l *Layer) unhidden(yield func(Item) bool) func(uint64, uint32) bool {
	if l.veil == nil {
		return func(_ uint64, row uint32) bool { return yield(Item{l, row - 1}) }
	}
	return func(_ uint64, row uint32) bool {
		i := Item{l, row - 1}
		return l.veil.hides(i) || yield(i)
	}
}

// Search gives the features whose box meets the box, in no particular order but
// the same each time.
func (l *Layer) Search(box tiles.Box, yield func(Item) bool) {
	if box.Empty() {
		return
	}
	hit := func(row uint32) bool {
		return l.state.at(row)&alive == 0 || l.veil.hides(Item{l, row}) || yield(Item{l, row})
	}
	if l.base.Search(rtreeBox(box), hit) {
		l.searchLater(box, hit)
	}
}

// searchLater searches the rows that lie behind the base.
func (l *Layer) searchLater(box tiles.Box, hit func(row uint32) bool) {
	q := rtreeBox(box)
	for i := range l.segments {
		s := &l.segments[i]
		if !s.tree.Search(q, func(k uint32) bool { return hit(s.from + k) }) {
			return
		}
	}
	for row := l.settled; row < l.rows; row++ {
		if b := l.boxes.at(row); !b.Empty() && b.Intersects(box) && !hit(row) {
			return
		}
	}
}

func (l *table) box(row uint32) tiles.Box {
	switch {
	case l.state.at(row)&hasGeometry == 0:
		return tiles.EmptyBox
	case int(row) < l.base.Len():
		b := l.base.Box(row)
		return tiles.Box{Min: tiles.XY{X: b.MinX, Y: b.MinY}, Max: tiles.XY{X: b.MaxX, Y: b.MaxY}}
	case row < l.ordered: // a geometry without vertices
		return tiles.EmptyBox
	}
	return l.boxes.at(row)
}

func rtreeBox(b tiles.Box) rtree.Box {
	return rtree.Box{MinX: b.Min.X, MinY: b.Min.Y, MaxX: b.Max.X, MaxY: b.Max.Y}
}

// Counts counts the features of a district by light; "" counts all. It costs a
// look-up, whatever the size of the layer.
func (l *Layer) Counts(district string) LightCounts {
	if l.veil != nil {
		if district == "" {
			return l.veil.total
		}
		return l.veil.counts[district]
	}
	if district == "" {
		return l.total
	}
	if id := l.texts.places.find(district); id != 0 && int(id) < len(l.counts) {
		return l.counts[id]
	}
	return LightCounts{}
}

// count adds n features of a district and light.
func (l *table) count(district uint32, light geo.Light, n int) {
	for int(district) >= len(l.counts) {
		l.counts = append(l.counts, LightCounts{})
	}
	l.counts[district][light] += n
	l.total[light] += n
}

func (l *table) recount() {
	l.counts, l.total = nil, LightCounts{}
	for row := range l.rows {
		if s := l.state.at(row); s&alive != 0 {
			l.count(l.district.at(row), geo.Light(s&lightMask), 1)
		}
	}
}
