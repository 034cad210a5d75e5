package render

import (
	"math"
	"slices"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// What features take in a tile is estimated from sums that the nodes of a tree
// keep. They are of tiles with the usual attributes; those of a query for others
// are made of what all features have, and of the lengths of their texts, which
// large nodes sum up when first asked and remember: they never change.

// load sums up what features have that takes room, in bytes.
type load struct {
	usual    uint64 // the usual attributes and, at most, as many vertices as there are
	code     uint64 // length of the codes
	shape    uint64 // of usual: what lines and polygons take beyond a point, labels included
	extended uint32 // features with lines or polygons, which have labels
}

func (l *load) add(o *load) {
	l.usual, l.code, l.shape, l.extended = l.usual+o.usual, l.code+o.code, l.shape+o.shape, l.extended+o.extended
}

func (l *load) put(m *member) {
	l.usual, l.code, l.shape = l.usual+uint64(m.usual), l.code+uint64(m.code), l.shape+uint64(m.shape)
	if m.shape > 0 {
		l.extended++
	}
}

// weight estimates what features take in a tile, in bytes.
type weight struct {
	usual uint64 // more or less
	least uint64 // no tile writes them with less
}

func (w *weight) add(o weight) { w.usual, w.least = w.usual+o.usual, w.least+o.least }

// Estimated bytes of parts of a feature; texts come to these.
const (
	frameBytes = 20 // id, kind, a point, the light
	textBytes  = 6  // an index of the key, one of the value, its head
	enumBytes  = 2  // so few values that only the indices count
	valueBytes = 8  // a number, a date
	labelBytes = 24
	// Of the vertices of a line or ring so many count: small shapes lose them on the
	// grid, and large ones are clipped.
	mostVertices = 80
)

// The least that the encoding takes: message heads, an id of one byte, kind, a point
// with two coordinates of one byte; an attribute's head; two indices of one byte.
const (
	leastFrame = 2 + 2 + 2 + 5
	leastTags  = 2
	leastTag   = 2
	leastText  = 4 // head of a text among the values; each code is one of its own
)

// weigh sets what a feature with so many vertices takes.
func (g *gauge) weigh(m *member, it snapshot.Item, vertices uint64) {
	code := len(it.Code())
	usual := uint64(frameBytes + textBytes + code)
	for _, i := range g.view.fields {
		if n, texts := fieldBytes(&g.view.decl.Fields[i]); !texts {
			usual += n
		} else if n := len(g.layer.DictText(i, it.DictID(i))); n > 0 {
			usual += uint64(n) + textBytes
		}
	}
	m.code = uint16(min(code, math.MaxUint16))
	if vertices > 0 {
		m.shape = uint8(labelBytes + 2*min(vertices, mostVertices))
	}
	m.usual = uint32(min(usual+uint64(m.shape), math.MaxUint32))
}

// fieldBytes estimates an attribute; texts says that it is as long as its text.
func fieldBytes(f *geo.Field) (n uint64, texts bool) {
	switch {
	case f.Type != geo.TextField:
		return valueBytes, false
	case len(f.Enum) > 0:
		return enumBytes, false
	}
	return 0, true
}

// scale weighs features for a query.
type scale struct {
	layer *snapshot.Layer
	usual bool // no other attributes are asked for
	view  View
	each  uint64 // of a feature, but for its texts
	texts []int  // fields whose texts are carried
	sums  []uint64
}

// set makes s the scale of a query for a layer, in its old buffers.
func (s *scale) set(q *Query, l *snapshot.Layer) {
	s.layer, s.usual = l, q.Fields == nil
	if s.usual {
		return
	}
	_ = s.view.set(&Query{Fields: q.Fields}, l.Decl()) // only a filter can fail
	s.each, s.texts = 0, s.texts[:0]
	for _, i := range s.view.fields {
		n, texts := fieldBytes(&l.Decl().Fields[i])
		if s.each += n; texts {
			s.texts = append(s.texts, i)
		}
	}
	if i := s.view.name; i >= 0 && !slices.Contains(s.view.fields, i) {
		s.texts = append(s.texts, i)
	}
}

// release lets go of the snapshot.
func (s *scale) release() {
	s.layer, s.view = nil, View{fields: s.view.fields[:0]}
}

// of weighs so many features with what they have, their texts of the query taking
// so much.
func (s *scale) of(l *load, count uint32, texts uint64) weight {
	n := uint64(count)
	if s.usual {
		return weight{l.usual, n*(leastFrame+leastTags+2*leastTag+leastText) + l.code + uint64(l.extended)*leastFrame}
	}
	w := weight{n*(frameBytes+s.each) + l.shape + texts, n*leastFrame + uint64(l.extended)*leastFrame}
	if s.view.code {
		w.usual += n*textBytes + l.code
		w.least += n*(leastTag+leastText) + l.code
	}
	if s.view.light {
		w.least += n * leastTag
	}
	if s.view.code || s.view.light {
		w.least += n * leastTags
	}
	return w
}

// textsOf sums up the texts that the query carries of a node's features.
func (s *scale) textsOf(n *node) uint64 {
	if s.usual || len(s.texts) == 0 {
		return 0
	}
	sums := n.texts.Load()
	if sums == nil {
		s.sums = slices.Grow(s.sums[:0], len(s.layer.Decl().Fields))[:len(s.layer.Decl().Fields)]
		clear(s.sums)
		s.sumTexts(n, s.sums)
		sums = &s.sums
	}
	var total uint64
	for _, i := range s.texts {
		total += (*sums)[i]
	}
	return total
}

// remembered is how many features a node has that remembers the sums of its texts.
const remembered = 64

// sumTexts adds the texts of a node's features to the sums, by field.
func (s *scale) sumTexts(n *node, sums []uint64) {
	if n == nil {
		return
	}
	if known := n.texts.Load(); known != nil {
		for i, x := range *known {
			sums[i] += x
		}
		return
	}
	into := sums
	if n.total() >= remembered {
		into = make([]uint64, len(sums))
	}
	for i := range n.members {
		s.addTexts(&n.members[i], into)
	}
	if n.quarters != nil {
		for _, q := range n.quarters {
			s.sumTexts(q, into)
		}
	}
	if n.total() >= remembered {
		n.texts.Store(&into)
		for i, x := range into {
			sums[i] += x
		}
	}
}

// addTexts adds a feature's texts to the sums, by field.
func (s *scale) addTexts(m *member, sums []uint64) {
	it, ok := s.layer.ByID(m.id)
	if !ok {
		return
	}
	for i := range sums {
		if _, texts := fieldBytes(&s.layer.Decl().Fields[i]); texts {
			if n := len(s.layer.DictText(i, it.DictID(i))); n > 0 {
				sums[i] += uint64(n) + textBytes
			}
		}
	}
}

// textsOfMember sums up the texts that the query carries of one feature.
func (s *scale) textsOfMember(m *member) (total uint64) {
	if s.usual || len(s.texts) == 0 {
		return 0
	}
	it, ok := s.layer.ByID(m.id)
	if !ok {
		return 0
	}
	for _, i := range s.texts {
		if n := len(s.layer.DictText(i, it.DictID(i))); n > 0 {
			total += uint64(n) + textBytes
		}
	}
	return total
}
