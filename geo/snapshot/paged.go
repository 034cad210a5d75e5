package snapshot

// edit marks what one Apply has already copied and may therefore change in
// place. What was made under an older edit is shared with older snapshots.
type edit struct{ _ byte }

// A column is cut into pages of pageRows rows, pages hang in directories of dirPages,
// directories in shelves of shelfDirs, so that changing one row copies one page and
// of ten million rows no more than two hundred pointers: each costs several times as
// much while the collector marks.
const (
	pageBits  = 7
	pageRows  = 1 << pageBits
	dirBits   = 7
	dirPages  = 1 << dirBits
	dirRows   = dirPages * pageRows
	shelfBits = 4
	shelfDirs = 1 << shelfBits
	shelfRows = shelfDirs * dirRows
)

// paged is a persistent array of rows 0, 1, 2, …; what was never set is the
// zero T and costs nothing. Copies of a paged share everything until set.
type paged[T any] struct {
	by      *edit
	shelves []*shelf[T]
}

type shelf[T any] struct {
	by   *edit
	dirs [shelfDirs]*directory[T]
}

// directory is a run of pages. Pages have no mark of their own: one more thing to
// read on the way to every row.
type directory[T any] struct {
	by    *edit
	own   [dirPages / 64]uint64 // the pages made under by, as bits
	pages [dirPages]*[pageRows]T
}

func (p *paged[T]) at(row uint32) T {
	if pg := p.page(row); pg != nil {
		return pg[row%pageRows]
	}
	var zero T
	return zero
}

func (p *paged[T]) page(row uint32) *[pageRows]T {
	s := row / shelfRows
	if int(s) >= len(p.shelves) || p.shelves[s] == nil {
		return nil
	}
	d := p.shelves[s].dirs[row/dirRows%shelfDirs]
	if d == nil {
		return nil
	}
	return d.pages[row/pageRows%dirPages]
}

// slot gives the place of a row to write to, copying what e may not change.
func (p *paged[T]) slot(e *edit, row uint32) *T {
	at := p.dir(e, row)
	if dir := *at; dir == nil {
		*at = &directory[T]{by: e}
	} else if dir.by != e {
		*at = &directory[T]{by: e, pages: dir.pages}
	}
	return &(*at).owned(row / pageRows % dirPages)[row%pageRows]
}

// dir gives the place of a row's directory to write to.
func (p *paged[T]) dir(e *edit, row uint32) **directory[T] {
	s := int(row / shelfRows)
	if p.by != e {
		p.shelves = append(make([]*shelf[T], 0, max(len(p.shelves), s+1)), p.shelves...)
		p.by = e
	}
	for s >= len(p.shelves) {
		p.shelves = append(p.shelves, nil)
	}
	if sh := p.shelves[s]; sh == nil {
		p.shelves[s] = &shelf[T]{by: e}
	} else if sh.by != e {
		p.shelves[s] = &shelf[T]{by: e, dirs: sh.dirs}
	}
	return &p.shelves[s].dirs[row/dirRows%shelfDirs]
}

// owned gives a page to write to.
func (d *directory[T]) owned(k uint32) *[pageRows]T {
	pg, bit := &d.pages[k], uint64(1)<<(k%64)
	if d.own[k/64]&bit == 0 {
		d.own[k/64] |= bit
		fresh := new([pageRows]T)
		if *pg != nil {
			*fresh = **pg
		}
		*pg = fresh
	}
	return *pg
}

// setCell sets a row and reports whether that changed it. An unset page is not
// made for a zero.
func setCell[T comparable](p *paged[T], e *edit, row uint32, v T) bool {
	if p.at(row) == v {
		return false
	}
	*p.slot(e, row) = v
	return true
}

// reorder gives the same values with row i taken from order[i].
func reorder[T comparable](p *paged[T], e *edit, order []uint32) paged[T] {
	return reorderBy(p, e, order, func(v T) T { return v })
}

// reorderBy is reorder with another value for each that is not zero.
func reorderBy[T comparable](p *paged[T], e *edit, order []uint32, as func(T) T) paged[T] {
	var zero T
	out := paged[T]{by: e}
	if len(p.shelves) == 0 {
		return out
	}
	room := new([pageRows]T)
	for at := 0; at < len(order); at += pageRows {
		set := false
		for k, from := range order[at:min(at+pageRows, len(order))] {
			v := p.at(from)
			if v != zero {
				v, set = as(v), true
			}
			room[k] = v
		}
		if set {
			out.put(e, uint32(at), room)
			room = new([pageRows]T)
		}
	}
	return out
}

// put hangs a page in that begins at a row, of a paged that is e's alone.
func (p *paged[T]) put(e *edit, row uint32, page *[pageRows]T) {
	dir, k := p.dir(e, row), row/pageRows%dirPages
	if *dir == nil {
		*dir = &directory[T]{by: e}
	}
	(*dir).own[k/64] |= 1 << (k % 64)
	(*dir).pages[k] = page
}

// trie is a persistent map from numbers to numbers that are not 0, walked in
// ascending order of key. Close keys lie close, eight bits a level.
type trie struct {
	root   *node
	height int // levels below the root
}

type node struct {
	by   *edit
	kids []*node  // inner node: 256
	vals []uint32 // leaf: 256
}

func (t *trie) get(key uint64) uint32 {
	if t.root == nil || t.height < 7 && key>>(8*(t.height+1)) != 0 {
		return 0
	}
	n := t.root
	for level := t.height; level > 0; level-- {
		if n = n.kids[key>>(8*level)&255]; n == nil {
			return 0
		}
	}
	return n.vals[key&255]
}

func (t *trie) set(e *edit, key uint64, val uint32) {
	if t.root == nil {
		t.root = newNode(e, 0)
	}
	for t.height < 7 && key>>(8*(t.height+1)) != 0 {
		t.height++
		up := newNode(e, t.height)
		up.kids[0] = t.root
		t.root = up
	}
	at := &t.root
	for level := t.height; ; level-- {
		switch {
		case *at == nil:
			*at = newNode(e, level)
		case (*at).by != e:
			*at = (*at).copy(e)
		}
		if level == 0 {
			(*at).vals[key&255] = val
			return
		}
		at = &(*at).kids[key>>(8*level)&255]
	}
}

func newNode(e *edit, level int) *node {
	if level == 0 {
		return &node{by: e, vals: make([]uint32, 256)}
	}
	return &node{by: e, kids: make([]*node, 256)}
}

func (n *node) copy(e *edit) *node {
	c := &node{by: e}
	if n.vals != nil {
		c.vals = append(make([]uint32, 0, 256), n.vals...)
	} else {
		c.kids = append(make([]*node, 0, 256), n.kids...)
	}
	return c
}

// each walks ascending by key until yield says false.
func (t *trie) each(yield func(key uint64, val uint32) bool) { t.from(0, yield) }

// from walks ascending from a key on.
func (t *trie) from(low uint64, yield func(key uint64, val uint32) bool) {
	if t.root != nil {
		t.root.up(0, t.height, low, yield)
	}
}

// downFrom walks descending from a key.
func (t *trie) downFrom(high uint64, yield func(key uint64, val uint32) bool) {
	if t.root != nil {
		t.root.down(0, t.height, high, yield)
	}
}

// up walks the keys that begin with a prefix.
func (n *node) up(prefix uint64, level int, low uint64, yield func(uint64, uint32) bool) bool {
	first := uint64(0)
	if low > prefix {
		first = (low - prefix) >> (8 * level)
	}
	for i := first; i < 256; i++ {
		at := prefix | i<<(8*level)
		switch {
		case level == 0:
			if v := n.vals[i]; v != 0 && !yield(at, v) {
				return false
			}
		case n.kids[i] != nil && !n.kids[i].up(at, level-1, low, yield):
			return false
		}
	}
	return true
}

func (n *node) down(prefix uint64, level int, high uint64, yield func(uint64, uint32) bool) bool {
	if high < prefix {
		return true
	}
	for i := int(min(255, (high-prefix)>>(8*level))); i >= 0; i-- {
		at := prefix | uint64(i)<<(8*level)
		switch {
		case level == 0:
			if v := n.vals[i]; v != 0 && !yield(at, v) {
				return false
			}
		case n.kids[i] != nil && !n.kids[i].down(at, level-1, high, yield):
			return false
		}
	}
	return true
}
