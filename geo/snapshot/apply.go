package snapshot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"yiping/geo"
)

// Apply gives the snapshot after the changes, and how it differs. It is pure:
// the receiver stays as it is. The error, of code Internal, is a record of a
// layer that nobody declared; load anew then.
func (s *Snapshot) Apply(c geo.Changes) (*Snapshot, Delta, error) {
	w := newWork(s)
	w.to.cursor, w.to.faults = c.Cursor, slices.Clone(c.Faults)
	w.setDates(c.Dates)
	for _, id := range c.Dropped {
		w.drop(id)
	}
	if err := w.declare(c.Layers); err != nil {
		return nil, Delta{}, err
	}
	for _, id := range c.Reset {
		w.reset(id)
	}
	for _, r := range c.Records {
		if err := w.record(r); err != nil {
			return nil, Delta{}, err
		}
	}
	w.settle()
	return w.to, w.delta(c.Dates), nil
}

// work makes one snapshot out of another.
type work struct {
	from, to *Snapshot
	fresh    map[geo.LayerID]bool // layers copied, free to change
	whole    map[geo.LayerID]bool // declared anew, reset or dropped
}

func newWork(from *Snapshot) *work {
	to := *from
	to.revision++
	to.layers = slices.Clone(from.layers)
	return &work{from: from, to: &to, fresh: map[geo.LayerID]bool{}, whole: map[geo.LayerID]bool{}}
}

func (w *work) setDates(rows []geo.DistrictDate) {
	d := &dates{rows: maps.Clone(w.from.dates.rows)}
	if d.rows == nil {
		d.rows = map[string]geo.DistrictDate{}
	}
	for _, r := range rows {
		d.rows[r.District] = r
	}
	for _, r := range d.rows {
		d.fallback = max(d.fallback, r.Date)
	}
	if d.fallback == 0 {
		d.fallback = geo.DateOf(w.to.now().In(time.FixedZone("UTC+8", 8*3600)))
	}
	w.to.dates = d
}

func (w *work) declare(layers []geo.Layer) error {
	for _, decl := range layers {
		w.whole[decl.ID] = true
		if l := w.layer(decl.ID); l != nil {
			l.decl = decl
			continue
		}
		i, _ := w.to.find(decl.ID)
		w.to.layers = slices.Insert(w.to.layers, i, &Layer{decl: decl, rows: map[geo.ID]*row{}, codes: map[string]geo.ID{}})
		w.fresh[decl.ID] = true
	}
	return nil
}

func (w *work) drop(id geo.LayerID) {
	if i, ok := w.to.find(id); ok {
		w.to.layers = slices.Delete(w.to.layers, i, i+1)
		w.whole[id] = true
	}
}

func (w *work) reset(id geo.LayerID) {
	if l := w.layer(id); l != nil {
		l.rows, l.codes = map[geo.ID]*row{}, map[string]geo.ID{}
		w.whole[id] = true
	}
}

// layer gives a layer to change, nil if there is none.
func (w *work) layer(id geo.LayerID) *Layer {
	i, ok := w.to.find(id)
	if !ok {
		return nil
	}
	if !w.fresh[id] {
		l := *w.to.layers[i]
		l.rows, l.codes = maps.Clone(l.rows), maps.Clone(l.codes)
		w.to.layers[i], w.fresh[id] = &l, true
	}
	return w.to.layers[i]
}

func (w *work) record(r geo.Record) error {
	l := w.layer(r.Layer)
	if l == nil {
		return &geo.Error{Code: geo.Internal, Layer: r.Layer, Message: "record of a layer that was not declared"}
	}
	if old, ok := l.rows[r.ID]; ok && l.codes[old.feature.Code] == r.ID {
		delete(l.codes, old.feature.Code)
	}
	if r.Feature == nil {
		delete(l.rows, r.ID)
		return nil
	}
	f := *r.Feature
	f.Layer, f.ID = r.Layer, r.ID
	shape := shapeOf(f.Geometry)
	l.rows[r.ID] = &row{feature: f, reports: r.Reports, shape: shape, box: boxOf(shape)}
	l.codes[f.Code] = r.ID
	return nil
}

// settle places and judges everything and counts.
func (w *work) settle() {
	w.to.places, w.to.districts = &places{}, nil
	for _, l := range w.to.layers {
		w.layer(l.decl.ID)
	}
	order := slices.Clone(w.to.layers)
	slices.SortStableFunc(order, func(a, b *Layer) int { return cmp.Compare(rank(a.decl.ID), rank(b.decl.ID)) })
	for _, l := range order {
		l.dates = w.to.dates
		l.counts = map[string]LightCounts{}
		for id, old := range l.rows {
			r := *old
			l.rows[id] = &r
			w.place(l, &r)
			v := l.decl.Light.Judge(r.feature.Properties, r.reports, l.dates.of(r.district))
			r.light, r.overdue = v.Light, v.Overdue
			c := l.counts[r.district]
			c[r.light]++
			l.counts[r.district] = c
		}
		switch l.decl.ID {
		case districtLayer:
			w.to.places.districts = placesOf(l, Item.Code)
			w.to.districts = districtsOf(l, w.to.dates)
		case townLayer:
			w.to.places.towns = placesOf(l, Item.Name)
		}
		l.revision = w.to.revision
	}
}

func rank(id geo.LayerID) int {
	switch id {
	case districtLayer:
		return 0
	case townLayer:
		return 1
	}
	return 2
}

func (w *work) place(l *Layer, r *row) {
	p := r.feature.Properties
	r.district, r.town = p.Text(districtField), p.Text(townField)
	if r.district == "" && l.decl.ID == districtLayer {
		r.district = r.feature.Code
	}
	if r.district == "" {
		r.district = w.to.places.find(w.to.places.districts, r.feature.Geometry, "")
	}
	if r.town == "" && l.decl.ID == townLayer {
		r.town = p.Text(l.decl.Label)
	}
	if r.town == "" && l.decl.ID != districtLayer {
		r.town = w.to.places.find(w.to.places.towns, r.feature.Geometry, r.district)
	}
}

func (w *work) delta(changed []geo.DistrictDate) Delta {
	d := Delta{From: w.from, To: w.to, Dates: slices.Clone(changed)}
	d.Layers = slices.SortedFunc(maps.Keys(w.whole), func(a, b geo.LayerID) int { return strings.Compare(string(a), string(b)) })
	for _, l := range w.to.layers {
		before, ok := w.from.Layer(l.decl.ID)
		if !ok {
			before = &Layer{}
		}
		ids := maps.Clone(l.rows)
		maps.Copy(ids, before.rows)
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			c := Change{Layer: l.decl.ID, ID: id}
			c.Old, c.HadOld = before.ByID(id)
			c.New, c.HasNew = l.ByID(id)
			if c.compare() {
				d.Changes = append(d.Changes, c)
			}
		}
	}
	return d
}
