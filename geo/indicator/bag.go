package indicator

import (
	"cmp"

	"github.com/tidwall/btree"
)

// held is a value that features have: a number, the number of a date, or a text.
type held struct {
	num  float64
	text string
}

func (a held) compare(b held) int {
	return cmp.Or(cmp.Compare(a.num, b.num), cmp.Compare(a.text, b.text))
}

// bag counts how often each value is held, in order of size. A copy shares all
// that neither changes.
type bag struct{ tree *btree.BTreeG[bagged] }

type bagged struct {
	held
	n int64
}

func newBag() *bag {
	less := func(a, b bagged) bool { return a.compare(b.held) < 0 }
	return &bag{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 16})}
}

func (b *bag) copy() *bag { return &bag{b.tree.Copy()} }

func (b *bag) add(v held, by int64) {
	e := bagged{held: v}
	if old, ok := b.tree.Get(e); ok {
		e.n = old.n
	}
	if e.n += by; e.n == 0 {
		b.tree.Delete(e)
	} else {
		b.tree.Set(e)
	}
}

func (b *bag) min() held { e, _ := b.tree.Min(); return e.held }
func (b *bag) max() held { e, _ := b.tree.Max(); return e.held }
func (b *bag) len() int  { return b.tree.Len() }
