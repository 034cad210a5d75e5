package snapshot

import (
	"maps"
	"slices"
	"time"

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
	return w.to, w.delta(c.Dates), nil
}

// work makes one snapshot out of another.
type work struct {
	from, to *Snapshot
	edit     *edit
	shaper   shaper
	open     map[geo.LayerID]*open // layers copied, free to change
	whole    map[geo.LayerID]bool  // declared anew, reset or dropped
}

// open is a layer under change.
type open struct {
	*Layer
	before  *Layer          // as the last snapshot had it; empty for a new one
	touched map[geo.ID]bool // features that may differ; true = by their record
	bulk    bool            // all is new: no features are told apart
	judge   bool            // the rule may be another: judge all
}

func newWork(from *Snapshot) *work {
	to := *from
	to.revision++
	to.layers = slices.Clone(from.layers)
	return &work{from: from, to: &to, edit: &edit{}, open: map[geo.LayerID]*open{}, whole: map[geo.LayerID]bool{}}
}

// layer opens a layer for change; nil if there is none.
func (w *work) layer(id geo.LayerID) *open {
	if o := w.open[id]; o != nil {
		return o
	}
	i, ok := w.to.find(id)
	if !ok {
		return nil
	}
	before, ok := w.from.Layer(id)
	if !ok {
		before = newLayer(geo.Layer{ID: id})
	}
	o := &open{Layer: w.to.layers[i].clone(), before: before, touched: map[geo.ID]bool{}}
	w.to.layers[i], w.open[id] = o.Layer, o
	return o
}

func (w *work) declare(layers []geo.Layer) {
	for _, decl := range layers {
		w.whole[decl.ID] = true
		if o := w.layer(decl.ID); o != nil {
			o.declare(decl)
			o.judge = true
			continue
		}
		l := newLayer(decl)
		i, _ := w.to.find(decl.ID)
		w.to.layers = slices.Insert(w.to.layers, i, l)
		w.open[decl.ID] = &open{Layer: l, before: newLayer(decl), touched: map[geo.ID]bool{}, bulk: true}
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
	*o.Layer = *newLayer(*o.decl)
	o.bulk = true
}

func (w *work) record(r geo.Record) error {
	o := w.layer(r.Layer)
	if o == nil {
		return &geo.Error{Code: geo.Internal, Layer: r.Layer, Message: "record of a layer that was not declared"}
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

// settle places what changed or lies where a boundary changed, judges it, and
// leaves the layers in order.
func (w *work) settle(rows []geo.DistrictDate) {
	for _, o := range w.open {
		o.freeze()
	}
	w.setDates(rows)
	w.setPlaces()
	for _, l := range slices.Clone(w.to.layers) {
		w.judgeLayer(l.decl.ID)
	}
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
		o.compact(w.edit)
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
	o.tidy(w.edit)
}

func (w *work) sameDates() bool { return w.to.dates == w.from.dates }

// setDates takes evaluation dates in. The clock is asked only while no district
// has a date.
func (w *work) setDates(rows []geo.DistrictDate) {
	if len(rows) == 0 && len(w.from.dates.rows) > 0 {
		w.shareDates(w.from.dates)
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
		d.fallback = geo.DateOf(w.to.now().In(time.FixedZone("UTC+8", 8*60*60)))
	}
	if old := w.from.dates; old.fallback == d.fallback && maps.Equal(old.rows, d.rows) {
		d = old
	}
	w.shareDates(d)
}

// shareDates gives the dates to all layers.
func (w *work) shareDates(d *dates) {
	w.to.dates = d
	for i, l := range w.to.layers {
		if l.dates != d {
			if w.open[l.decl.ID] == nil {
				c := *l
				l = &c
				w.to.layers[i] = l
			}
			l.dates = d
		}
	}
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
	for _, l := range slices.Clone(w.to.layers) {
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
		o.All(func(i Item) bool { w.placeItem(o, i, p); return true })
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
		district, town := p.locate(i)
		if district != i.District() || town != i.Town() {
			o = w.layer(id)
			w.touch(o, i.ID())
			o.setPlace(w.edit, i.row, district, town)
		}
	}
	if o == nil {
		return nil
	}
	o.freeze()
	return o.stirred()
}

func (w *work) placeItem(o *open, i Item, p *places) {
	district, town := p.locate(i)
	if o.bulk || district != i.District() || town != i.Town() {
		w.touch(o, i.ID())
		o.setPlace(w.edit, i.row, district, town)
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

// judgeLayer lights the features touched, or all whose day or rule is another.
func (w *work) judgeLayer(id geo.LayerID) {
	l, _ := w.to.Layer(id)
	o := w.open[id]
	if l.decl.Light.Kind == geo.NoRule && (o == nil || !o.judge) {
		return
	}
	if o == nil || !o.bulk && !o.judge {
		if o != nil {
			for _, id := range slices.Collect(maps.Keys(o.touched)) {
				if i, ok := l.ByID(id); ok {
					w.judgeItem(i)
				}
			}
		}
		if w.sameDates() {
			return
		}
	}
	before := w.from.dates
	all := o != nil && (o.bulk || o.judge)
	for row := range l.rows {
		if l.state.at(row)&alive == 0 {
			continue
		}
		if i := (Item{l, row}); all || l.dates.of(i.District()) != before.of(i.District()) {
			w.judgeItem(i)
		}
	}
}

func (w *work) judgeItem(i Item) {
	light, late := i.LightAt(i.l.dates.of(i.District()))
	if light == i.Light() && late == i.Overdue() {
		return
	}
	o := w.layer(i.l.decl.ID)
	w.touch(o, i.ID())
	o.setLight(w.edit, i.row, light, late)
}
