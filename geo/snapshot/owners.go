package snapshot

import (
	"slices"

	"yiping/geo"
)

// owners finds the rows of a layer by the feature they belong to. It is
// persistent like all else: a change copies one page and one list of ids.
type owners struct {
	keys *dict           // “layer NUL code”
	ids  paged[[]geo.ID] // by number of the key, ascending; a list is never changed, only replaced
}

// owner names a feature that rows belong to.
type owner struct {
	layer geo.LayerID
	code  string
}

// appendKey writes the owner as a key of the index.
func (o owner) appendKey(to []byte) []byte {
	return append(append(append(to, o.layer...), 0), o.code...)
}

// of gives the ids of the rows that belong to a feature. The list is shared.
func (x *owners) of(o owner) []geo.ID {
	var buf [96]byte
	if id := x.keys.findBytes(o.appendKey(buf[:0])); id != 0 {
		return x.ids.at(id)
	}
	return nil
}

func (x *owners) len() int { v := x.keys.view(); return v.len() }

// move takes a row from one owner to another; the zero owner is none.
func (x *owners) move(e *edit, id geo.ID, from, to owner) {
	if from == to {
		return
	}
	if ids := x.of(from); from != (owner{}) {
		if at, found := slices.BinarySearch(ids, id); found {
			ids = slices.Delete(slices.Clone(ids), at, at+1)
			*x.ids.slot(e, x.keys.find(string(from.appendKey(nil)))) = ids
		}
	}
	if to != (owner{}) {
		ids := x.of(to)
		if at, found := slices.BinarySearch(ids, id); !found {
			*x.ids.slot(e, x.keys.add(string(to.appendKey(nil)))) = slices.Insert(slices.Clip(slices.Clone(ids)), at, id)
		}
	}
}

// indexOwners makes the index anew. The layer must be frozen.
func (l *table) indexOwners(e *edit) {
	l.owners = owners{keys: newDict()}
	if l.decl.Owner == (geo.Owner{}) {
		return
	}
	var lists [][]geo.ID
	l.byID.each(func(id uint64, row uint32) bool {
		o := l.ownerOf(row - 1)
		if o == (owner{}) {
			return true
		}
		key := int(l.owners.keys.add(string(o.appendKey(nil))))
		for len(lists) <= key {
			lists = append(lists, nil)
		}
		lists[key] = append(lists[key], geo.ID(id))
		return true
	})
	for key, ids := range lists {
		if ids != nil {
			*l.owners.ids.slot(e, uint32(key)) = slices.Clip(ids)
		}
	}
}

// ownerOf says whom a row belongs to, as geo.Owner.Of does.
func (l *table) ownerOf(row uint32) owner {
	by := &l.decl.Owner
	out := owner{layer: by.Layer}
	if out.layer == "" {
		out.layer = geo.LayerID(l.text(row, by.LayerField))
	}
	if out.code = l.text(row, by.Code); out.layer == "" || out.code == "" {
		return owner{}
	}
	return out
}

// text gives a text of a row, "" if absent or of another type.
func (l *table) text(row uint32, field string) string {
	k, ok := l.index[field]
	if !ok {
		return ""
	}
	return l.columns[k].texts.text(l.columns[k].words.at(row))
}

// ownedOf lists the layers whose rows belong to features of others.
func ownedOf(layers []*Layer) []*Layer {
	var out []*Layer
	for _, l := range layers {
		if l.decl.Owner != (geo.Owner{}) {
			out = append(out, l)
		}
	}
	return out
}

// Owner gives the feature that a row belongs to; false where it names none, or
// none that is there.
func (i Item) Owner() (Item, bool) {
	o := i.l.ownerOf(i.row)
	if l, ok := i.l.of.Layer(o.layer); ok && o != (owner{}) {
		return l.ByCode(o.code)
	}
	return Item{}, false
}

// OwnerLayer is the layer of the feature that a row says it belongs to; "" where it
// names none.
func (i Item) OwnerLayer() geo.LayerID { return i.l.ownerOf(i.row).layer }

// Attached gives the rows of a layer that belong to the feature, by id.
func (i Item) Attached(layer geo.LayerID) []Item {
	l, ok := i.l.of.Layer(layer)
	if !ok {
		return nil
	}
	return l.attachedTo(i.owner())
}

// attachedToJudge gives the rows that the feature is judged by, whoever may see
// them.
func (i Item) attachedToJudge(layer geo.LayerID) []Item {
	l, ok := i.l.of.judging(layer)
	if !ok {
		return nil
	}
	return l.attachedTo(i.owner())
}

func (l *Layer) attachedTo(o owner) []Item {
	if o.code == "" {
		return nil
	}
	var out []Item
	for _, id := range l.owners.of(o) {
		if i, ok := l.ByID(id); ok {
			out = append(out, i)
		}
	}
	return out
}

// owner is the feature as its rows name it.
func (i Item) owner() owner { return owner{i.Layer(), i.Code()} }

// owns reports whether any row that is not hidden belongs to the feature.
func (i Item) owns() bool {
	o, s := i.owner(), i.l.of
	return o.code != "" && slices.ContainsFunc(s.owned, func(l *Layer) bool { return !s.hidden[l.decl.ID] && l.live > 0 && len(l.owners.of(o)) > 0 })
}

// setOwners brings the indexes of rows by owner up to date, and notes the owners
// whose rows are others now. The layers must be frozen and placed.
func (w *work) setOwners() {
	for _, o := range w.open {
		switch {
		case o.bulk || o.decl.Owner != o.before.decl.Owner:
			o.indexOwners(w.edit)
		case o.decl.Owner == (geo.Owner{}):
		default:
			w.moveRows(o)
		}
	}
	for id := range w.whole {
		for _, s := range []*Snapshot{w.from, w.to} {
			if l, ok := s.Layer(id); ok && l.decl.Owner != (geo.Owner{}) {
				l.All(func(i Item) bool { w.noteOwner(i.l.ownerOf(i.row), false); return true })
			}
		}
	}
	for key := range w.owners {
		if l, ok := w.to.Layer(key.layer); ok {
			if i, ok := l.ByCode(key.code); ok {
				w.touch(w.layer(key.layer), i.ID())
			}
		}
	}
}

func (w *work) moveRows(o *open) {
	for id := range o.touched {
		var was, now owner
		c := o.change(id)
		if c.HadOld {
			was = c.Old.l.ownerOf(c.Old.row)
		}
		if c.HasNew {
			now = c.New.l.ownerOf(c.New.row)
		}
		o.owners.move(w.edit, id, was, now)
		if c.compare(); c.recorded() {
			w.noteOwner(was, true)
			w.noteOwner(now, true)
		}
	}
}

// noteOwner notes an owner whose rows are, or may be, others now. Of a layer that
// is new as a whole nobody is told row by row. Features of one that is new itself
// are all judged anyway.
func (w *work) noteOwner(o owner, told bool) {
	if l := w.open[o.layer]; o != (owner{}) && (l == nil || !l.bulk) {
		w.owners[o] = w.owners[o] || told
	}
}
