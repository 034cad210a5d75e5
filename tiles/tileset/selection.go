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
// their kept tiles. Whole layers, which every screen shows, and what has fields or a
// filter of its own make room each among themselves: who asks by ever other filters
// drives out no map.
const (
	maxOfKind    = 128
	maxSpellings = 4       // of one selection, so that nobody takes those of others
	maxSpelling  = 1 << 10 // bytes of one
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

	spellings []*spelling // under selections.mu
	hand      int         // the next of them to be forgotten, unless used
}

// spelling is how a selection was asked for.
type spelling struct {
	text string
	of   *Selection
	used atomic.Bool // since the hand passed it last
}

func (s *Selection) touched() *atomic.Bool { return &s.used }
func (s *spelling) touched() *atomic.Bool  { return &s.used }

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
	mu    sync.Mutex // held to change them
	book  atomic.Pointer[book]
	kinds [2]kind // whole layers, and all else
}

// kind are the selections that make room for one another.
type kind struct {
	list []*Selection // under selections.mu
	hand int          // the next to be forgotten, unless used
}

// book is copied to be changed.
type book struct {
	list    []*Selection
	named   map[string]*Selection
	spelled map[string]*spelling
}

func newSelections() *selections {
	s := &selections{}
	s.book.Store(&book{named: map[string]*Selection{}, spelled: map[string]*spelling{}})
	return s
}

func (s *selections) all() []*Selection { return s.book.Load().list }

// find gives the selection of a spelling; nil for none.
func (s *selections) find(text string) *Selection {
	sp := s.book.Load().spelled[text]
	if sp == nil {
		return nil
	}
	use(&sp.used)
	use(&sp.of.used)
	return sp.of
}

// use notes that something was, without writing to what many look at.
func use(used *atomic.Bool) {
	if !used.Load() {
		used.Store(true)
	}
}

// add remembers a selection before its first tile is drawn, so that Publish
// knows of it. It gives the one there is of that name.
func (s *selections) add(sel *Selection) *Selection {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.book.Load()
	if known := old.named[sel.name]; known != nil {
		use(&known.used)
		return known
	}
	next := &book{slices.Clone(old.list), maps.Clone(old.named), maps.Clone(old.spelled)}
	of := &s.kinds[0]
	if !sel.plain() {
		of = &s.kinds[1]
	}
	if len(of.list) < maxOfKind {
		of.list, next.list = append(of.list, sel), append(next.list, sel)
	} else {
		of.hand = pass(of.list, of.hand)
		out := of.list[of.hand]
		out.gone.Store(true) // before any Publish that does not know it
		delete(next.named, out.name)
		for _, sp := range out.spellings {
			delete(next.spelled, sp.text)
		}
		of.list[of.hand], next.list[slices.Index(next.list, out)] = sel, sel
	}
	next.named[sel.name] = sel
	s.book.Store(next)
	return sel
}

// pass moves a hand on to one not used since it came by last.
func pass[T interface{ touched() *atomic.Bool }](list []T, hand int) int {
	hand = (hand + 1) % len(list)
	for list[hand].touched().Swap(false) {
		hand = (hand + 1) % len(list)
	}
	return hand
}

// spell remembers how a selection was asked for.
func (s *selections) spell(text string, sel *Selection) {
	if len(text) > maxSpelling {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.book.Load()
	if old.spelled[text] != nil || sel.gone.Load() {
		return
	}
	next := &book{old.list, old.named, maps.Clone(old.spelled)}
	sp := &spelling{text: strings.Clone(text), of: sel}
	if len(sel.spellings) < maxSpellings {
		sel.spellings = append(sel.spellings, sp)
	} else {
		sel.hand = pass(sel.spellings, sel.hand)
		delete(next.spelled, sel.spellings[sel.hand].text)
		sel.spellings[sel.hand] = sp
	}
	next.spelled[sp.text] = sp
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
// stand for no more than who asks by it may see.
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
