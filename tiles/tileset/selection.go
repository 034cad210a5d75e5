package tileset

import (
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
	"yiping/tiles/render"
)

// Limits of what is remembered of how tiles are asked for. What goes beyond them
// is served too, but those asked for least recently are forgotten, and with them
// their kept tiles.
const (
	maxSelections = 256
	maxSpellings  = 4 * maxSelections
	maxSpelling   = 1 << 10 // bytes of one
)

// Selection is what tiles are asked for, as a Tileset knows it: a query in one
// spelling, its layers and fields sorted, each once.
type Selection struct {
	query render.Query
	name  string
	dated bool          // its filter is: see render.Filter
	used  atomic.Bool   // since the hand passed it last
	gone  atomic.Bool   // forgotten: Publish does not look after its tiles any more
	zooms atomic.Uint32 // bit z: a tile of zoom z may be kept
}

// Query gives what the selection shows: read only.
func (s *Selection) Query() render.Query { return s.query }

// shows reports whether the selection has a layer.
func (s *Selection) shows(l geo.LayerID) bool { return slices.Contains(s.query.Layers, l) }

// eachZoom calls fn with the zooms of which tiles may be kept, and with those that
// Touched tells of.
func (s *Selection) eachZoom(fn func(z uint8)) {
	zooms := s.zooms.Load()
	if s.plain() {
		zooms |= touchedZooms
	}
	for ; zooms > 0; zooms &= zooms - 1 {
		fn(uint8(bits.TrailingZeros32(zooms)))
	}
}

// plain reports whether tiles are of whole layers with their usual attributes.
func (s *Selection) plain() bool { return s.query.Fields == nil && s.query.Filter == nil }

// selections are those of which tiles may be kept. To find one takes no lock.
type selections struct {
	mu   sync.Mutex // held to change them
	book atomic.Pointer[book]
	hand int // the next to be forgotten, unless used
}

// book is copied to be changed.
type book struct {
	list  []*Selection
	named map[string]*Selection // by name and by spelling
}

func newSelections() *selections {
	s := &selections{}
	s.book.Store(&book{named: map[string]*Selection{}})
	return s
}

func (s *selections) all() []*Selection { return s.book.Load().list }

// find gives the selection of that name or spelling; nil for none.
func (s *selections) find(name string) *Selection {
	sel := s.book.Load().named[name]
	if sel != nil && !sel.used.Load() {
		sel.used.Store(true)
	}
	return sel
}

// add remembers a selection before its first tile is drawn, so that Publish
// knows of it. It gives the one there is of that name.
func (s *selections) add(sel *Selection) *Selection {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.find(sel.name); known != nil {
		return known
	}
	old := s.book.Load()
	next := &book{slices.Clone(old.list), maps.Clone(old.named)}
	if len(next.list) < maxSelections {
		next.list = append(next.list, sel)
	} else {
		s.pass(next.list)
		out := next.list[s.hand]
		out.gone.Store(true) // before any Publish that does not know it
		maps.DeleteFunc(next.named, func(_ string, of *Selection) bool { return of == out })
		next.list[s.hand] = sel
	}
	next.named[sel.name] = sel
	s.book.Store(next)
	return sel
}

// pass moves the hand on to one not used since it came by last.
func (s *selections) pass(list []*Selection) {
	s.hand = (s.hand + 1) % len(list)
	for list[s.hand].used.Swap(false) {
		s.hand = (s.hand + 1) % len(list)
	}
}

// spell remembers another name of a selection, as long as there is room.
func (s *selections) spell(spelling string, sel *Selection) {
	if len(spelling) > maxSpelling {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.book.Load()
	if old.named[spelling] != nil || len(old.named) >= maxSpellings || sel.gone.Load() {
		return
	}
	next := &book{old.list, maps.Clone(old.named)}
	next.named[strings.Clone(spelling)] = sel
	s.book.Store(next)
}

// Select gives the selection of a query. Errors: geo.NotFound for an unknown
// layer, geo.Invalid for none or too many and for a field that no layer has;
// that of the filter.
func (t *Tileset) Select(q render.Query) (*Selection, error) {
	s := t.current.Load()
	if s == nil {
		return nil, notLoaded()
	}
	sel, err := newSelection(s.Snapshot(), q)
	if err != nil {
		return nil, err
	}
	return t.selections.add(sel), nil
}

// Spelled gives the selection that Spell gave a spelling; nil for an unknown one.
func (t *Tileset) Spelled(spelling string) *Selection { return t.selections.find(spelling) }

// Spell lets a selection be found by how it was asked for, so that who asks
// alike need not have that read again. A spelling must always mean the same, and
// stand for no more than who asks by it may see: names of selections are found by
// Spelled too.
func (t *Tileset) Spell(spelling string, sel *Selection) { t.selections.spell(spelling, sel) }

func newSelection(s *snapshot.Snapshot, q render.Query) (*Selection, error) {
	if len(q.Layers) == 0 || len(q.Layers) > maxLayers {
		return nil, &geo.Error{Code: geo.Invalid, Field: "layers", Message: "a tile has from 1 to " + strconv.Itoa(maxLayers) + " layers"}
	}
	q.Layers = slices.Compact(slices.Sorted(slices.Values(q.Layers)))
	if q.Fields != nil {
		q.Fields = append([]string{}, slices.Compact(slices.Sorted(slices.Values(q.Fields)))...)
	}
	if err := q.Check(s); err != nil {
		return nil, err
	}
	var name strings.Builder
	for i, l := range q.Layers {
		if i > 0 {
			name.WriteByte(',')
		}
		name.WriteString(string(l))
	}
	if q.Fields != nil { // no layer has a zero byte in its id
		name.WriteString("\x00fields=" + strings.Join(q.Fields, ","))
	}
	if q.Filter != nil {
		name.WriteString("\x00filter=")
		name.Write(cql.JSON(q.Filter.Expr))
	}
	return &Selection{query: q, name: name.String(), dated: q.Filter.Dated()}, nil
}
