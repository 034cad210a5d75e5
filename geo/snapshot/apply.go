package snapshot

import (
	"maps"
	"slices"

	"yiping/geo"
	"yiping/tiles"
)

// Apply gives the snapshot after the changes, and how it differs. It is pure:
// the receiver stays as it is, and may be applied to again. Only one Apply may
// run at a time on snapshots of one Load. The error has code Internal for a
// record of a layer that nobody declared, Unsupported for a layer too large for
// memory.
func (s *Snapshot) Apply(c geo.Changes) (*Snapshot, Delta, error) {
	w := newWork(s)
	w.to.cursor, w.to.faults = c.Cursor, slices.Clone(c.Faults)
	for _, id := range c.Dropped {
		w.drop(id)
	}
	w.declare(c.Layers)
	for _, id := range c.Reset {
		w.reset(id)
	}
	for _, r := range c.Records {
		if err := w.record(r); err != nil {
			return nil, Delta{}, err
		}
	}
	w.settle(c.Dates)
	d := w.delta(c.Dates)
	d.Areas = slices.Clone(c.Areas)
	return w.to, d, nil
}

// work makes one snapshot out of another.
type work struct {
	from, to *Snapshot
	edit     *edit
	shaper   shaper
	open     map[geo.LayerID]*open // layers whose tables are copied, free to change
	whole    map[geo.LayerID]bool  // declared anew, reset or dropped
	owners   map[owner]bool        // owners of rows that are others now; true = to be told of it
	concerns []concern             // of a new rulebook: what it may judge in another way
	lending  *open                 // whose rows come on loan
	taking   *taking               // of those rows
	ordering chan struct{}         // of the layer that is put in order; nil = none was
}

// open is a layer under change.
type open struct {
	*Layer
	before  *Layer          // as the last snapshot had it; empty for a new one
	touched map[geo.ID]bool // features that may differ; true = by their record
	bulk    bool            // all is new: no features are told apart
	judge   bool            // the rule may be another: judge all
	lent    *lent           // of rows on loan; nil without
}

func newWork(from *Snapshot) *work {
	to := *from
	to.revision++
	to.layers = handles(from.layers, &to)
	return &work{from: from, to: &to, edit: &edit{}, open: map[geo.LayerID]*open{}, whole: map[geo.LayerID]bool{}, owners: map[owner]bool{}}
}

// handles gives the layers to another snapshot.
func handles(layers []*Layer, to *Snapshot) []*Layer {
	all, out := make([]Layer, len(layers)), make([]*Layer, len(layers))
	for i, l := range layers {
		all[i] = Layer{table: l.table, of: to, veil: l.veil}
		out[i] = &all[i]
	}
	return out
}

// layer opens a layer for change; nil if there is none.
func (w *work) layer(id geo.LayerID) *open {
	if o := w.open[id]; o != nil {
		return o
	}
	l, ok := w.to.Layer(id)
	if !ok {
		return nil
	}
	before, ok := w.from.Layer(id)
	if !ok {
		before = &Layer{table: newTable(geo.Layer{ID: id}), of: w.from}
	}
	l.table = l.table.clone()
	o := &open{Layer: l, before: before, touched: map[geo.ID]bool{}}
	w.open[id] = o
	return o
}

// change is a feature before and after.
func (o *open) change(id geo.ID) Change {
	c := Change{Layer: o.decl.ID, ID: id}
	c.Old, c.HadOld = o.before.ByID(id)
	c.New, c.HasNew = o.Layer.ByID(id)
	return c
}

func (w *work) declare(layers []geo.Layer) {
	for _, decl := range layers {
		w.whole[decl.ID] = true
		if o := w.layer(decl.ID); o != nil {
			o.declare(decl)
			o.judge = true
			continue
		}
		l := &Layer{table: newTable(decl), of: w.to}
		i, _ := w.to.find(decl.ID)
		w.to.layers = slices.Insert(w.to.layers, i, l)
		w.open[decl.ID] = &open{Layer: l, before: &Layer{table: newTable(decl), of: w.from}, touched: map[geo.ID]bool{}, bulk: true}
	}
}

func (w *work) drop(id geo.LayerID) {
	if i, ok := w.to.find(id); ok {
		w.to.layers = slices.Delete(w.to.layers, i, i+1)
		delete(w.open, id)
		w.whole[id] = true
	}
}

func (w *work) reset(id geo.LayerID) {
	o := w.layer(id)
	if o == nil {
		return
	}
	w.whole[id] = true
	o.table = newTable(*o.decl)
	o.bulk = true
}

func (w *work) record(r geo.Record) error {
	o := w.layer(r.Layer)
	if o == nil {
		return undeclared(r.Layer)
	}
	if !o.bulk {
		o.touched[r.ID] = true
	}
	if r.Feature != nil {
		return o.put(w.edit, &w.shaper, r)
	}
	if row := o.byID.get(uint64(r.ID)); row != 0 {
		o.remove(w.edit, row-1)
	}
	return nil
}

func undeclared(id geo.LayerID) error {
	return &geo.Error{Code: geo.Internal, Layer: id, Message: "record of a layer that was not declared"}
}

// settle places what changed or lies where a boundary changed, finds whose rows
// changed, what units are called and what the rulebook says now, judges, and leaves the layers in order.
func (w *work) settle(rows []geo.DistrictDate) {
	for _, o := range w.open {
		o.freeze()
	}
	w.to.owned = ownedOf(w.to.layers)
	w.setDates(rows)
	w.setPlaces()
	w.setOwners()
	w.readUnits()
	w.setBook()
	for _, l := range w.to.layers {
		w.judgeLayer(l)
	}
	w.renameUnits()
	for _, o := range w.open {
		w.finish(o)
	}
	if !w.sameDates() || w.open[districtLayer] != nil || w.whole[districtLayer] {
		w.to.districts = nil
		if l, ok := w.to.Layer(districtLayer); ok {
			w.to.districts = districtsOf(l, w.to.dates)
		}
	}
}

// finish brings counts, trees and views of a changed layer up to date.
func (w *work) finish(o *open) {
	if o.bulk {
		o.freeze()
		if o.lent == nil {
			o.compact(w.edit)
		} else {
			o.recount()
		}
		o.revision = w.to.revision
		return
	}
	for id := range o.touched {
		if i, ok := o.before.ByID(id); ok {
			o.count(o.before.district.at(i.row), i.Light(), -1)
		}
		if row := o.byID.get(uint64(id)); row != 0 {
			o.count(o.district.at(row-1), geo.Light(o.state.at(row-1)&lightMask), 1)
		}
	}
	if len(o.touched) > 0 || o.judge {
		o.revision = w.to.revision
	}
	o.freeze()
	o.tidy(w.edit, o.touched)
}

func (w *work) sameDates() bool { return w.to.dates == w.from.dates }

// setDates takes evaluation dates in. The clock is asked only while no district
// has a date.
func (w *work) setDates(rows []geo.DistrictDate) {
	if len(rows) == 0 && len(w.from.dates.rows) > 0 {
		return
	}
	d := &dates{rows: map[string]geo.DistrictDate{}}
	maps.Copy(d.rows, w.from.dates.rows)
	for _, r := range rows {
		d.rows[r.District] = r
	}
	for _, r := range d.rows {
		d.fallback = max(d.fallback, r.Date)
	}
	if d.fallback == 0 {
		d.fallback = geo.Today(w.to.now())
	}
	if old := w.from.dates; old.same(d) {
		d = old
	}
	w.to.dates = d
}

// setPlaces places features: districts first, then towns, then all others.
func (w *work) setPlaces() {
	p := *w.to.places
	stirred := w.placeLayer(districtLayer, nil, &p)
	if len(stirred) > 0 {
		p.districts = w.placesIn(districtLayer, p.districts, Item.Code)
	}
	towns := w.placeLayer(townLayer, stirred, &p)
	if len(towns) > 0 {
		p.towns = w.placesIn(townLayer, p.towns, Item.Name)
		stirred = append(stirred, towns...)
		if slices.Contains(stirred, everywhere()) {
			stirred = []tiles.Box{everywhere()}
		}
	}
	w.to.places = &p
	for _, l := range w.to.layers {
		if rank(l.decl.ID) == 2 {
			w.placeLayer(l.decl.ID, stirred, &p)
		}
	}
}

func (w *work) placesIn(id geo.LayerID, before []place, label func(Item) string) []place {
	l, ok := w.to.Layer(id)
	if !ok {
		return nil
	}
	o := w.open[id]
	stale := func(id geo.ID) bool { return o != nil && (o.bulk || o.touched[id]) }
	return placesOf(l, before, stale, label)
}

// placeLayer places the features of a layer whose records changed, and those
// that meet one of the boxes where boundaries changed. It gives the boxes where
// the layer itself would now place others in another way.
func (w *work) placeLayer(id geo.LayerID, stirred []tiles.Box, p *places) []tiles.Box {
	l, ok := w.to.Layer(id)
	if !ok {
		if w.whole[id] { // dropped
			return []tiles.Box{everywhere()}
		}
		return nil
	}
	o := w.open[id]
	if o != nil && (o.bulk || o.judge) {
		for row := range o.rows { // in the order that they lie in memory
			if o.state.at(row)&alive != 0 {
				w.placeItem(o, Item{o.Layer, row}, p)
			}
		}
		o.freeze()
		return []tiles.Box{everywhere()}
	}
	var found []uint32
	if o != nil {
		for id := range o.touched {
			if row := l.byID.get(uint64(id)); row != 0 {
				found = append(found, row-1)
			}
		}
	}
	for _, box := range stirred {
		l.Search(box, func(i Item) bool { found = append(found, i.row); return true })
	}
	slices.Sort(found)
	for _, row := range slices.Compact(found) {
		i := Item{l, row}
		district, towns := p.locate(i)
		if district != i.District() || towns != i.townList() {
			o = w.layer(id)
			w.touch(o, i.ID())
			o.setPlace(w.edit, i.row, district, towns)
		}
	}
	if o == nil {
		return nil
	}
	o.freeze()
	return o.stirred()
}

func (w *work) placeItem(o *open, i Item, p *places) {
	district, towns := p.locate(i)
	if o.bulk || district != i.District() || towns != i.townList() {
		w.touch(o, i.ID())
		o.setPlace(w.edit, i.row, district, towns)
	}
}

func (w *work) touch(o *open, id geo.ID) {
	if !o.bulk && !o.touched[id] {
		o.touched[id] = false
	}
}

// stirred gives the boxes, old and new, of the features touched that would place
// others in another way than before.
func (o *open) stirred() []tiles.Box {
	var boxes []tiles.Box
	for id := range o.touched {
		a, had := o.before.ByID(id)
		b, has := o.Layer.ByID(id)
		if had && has && a.Code() == b.Code() && a.Name() == b.Name() && a.District() == b.District() && sameShape(a, b) {
			continue
		}
		if had && !a.Box().Empty() {
			boxes = append(boxes, a.Box())
		}
		if has && !b.Box().Empty() {
			boxes = append(boxes, b.Box())
		}
	}
	return boxes
}
