package snapshot

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"yiping/geo"
)

// put takes a record in: in the feature's row as long as its geometry stays,
// else in a new one. Placement and light are for later.
func (l *table) put(e *edit, s *shaper, r geo.Record) error {
	f := r.Feature
	l.praise(r.ID)
	shape, known := s.shape(f.Geometry, f.Z)
	if !known {
		l.blameShape(r.ID)
	}
	row := l.byID.get(uint64(r.ID))
	switch {
	case row == 0:
		row = l.addRow(e, r.ID)
		if err := l.setGeometry(e, row, s.labelled(&shape)); err != nil {
			return err
		}
	default:
		row--
		if !l.sameGeometry(row, shape.bytes, shape.has) {
			to := l.newRow(e)
			l.moveRow(e, to, row)
			row = to
			if err := l.setGeometry(e, row, s.labelled(&shape)); err != nil {
				return err
			}
		}
	}
	setCell(&l.versions, e, row, f.Version)
	l.setCode(e, row, f.Code)
	for i := range l.columns {
		if v := f.Properties[l.columns[i].field.Name]; !l.columns[i].set(e, row, v) {
			l.setOdd(e, row, i, r.ID, v)
		}
	}
	l.setReports(e, row, r)
	return nil
}

// addRow gives a new feature its row.
func (l *table) addRow(e *edit, id geo.ID) uint32 {
	row := l.newRow(e)
	*l.ids.slot(e, row) = uint64(id)
	l.byID.set(e, uint64(id), row+1)
	l.live++
	return row
}

// setOdd tries once more with a value that is not of its field's type.
func (l *table) setOdd(e *edit, row uint32, column int, id geo.ID, v any) {
	c := &l.columns[column]
	if fitting, err := c.field.Value(v); err == nil && c.set(e, row, fitting) {
		return
	}
	l.blameField(id, &c.field)
}

func (l *table) blameShape(id geo.ID) { l.blame(id, "geometry of a type that is not known") }

func (l *table) blameField(id geo.ID, f *geo.Field) {
	l.blame(id, "value of field "+f.Name+" is not of type "+string(f.Type))
}

// maxOdd is how many odd features a layer names: enough to mend by.
const maxOdd = 100

// blame notes that something of a feature could not be taken in.
func (l *table) blame(id geo.ID, what string) {
	if len(l.odd) >= maxOdd {
		return
	}
	odd := maps.Clone(l.odd)
	if odd == nil {
		odd = map[geo.ID]string{}
	}
	odd[id] = what
	l.odd = odd
}

// praise takes back what was noted of a feature.
func (l *table) praise(id geo.ID) {
	if _, blamed := l.odd[id]; blamed {
		l.odd = maps.Clone(l.odd)
		delete(l.odd, id)
	}
}

// faults gives one fault for all that could not be taken in, naming the first,
// and one for a light rule that does not compile.
func (l *Layer) faults() []geo.Fault {
	var out []geo.Fault
	if l.broken != nil {
		out = append(out, geo.Fault{Layer: l.decl.ID, Message: "the light rule cannot be used: " + l.broken.Error(),
			Mend: "declare the layer with a correct rule; until then its features have no light"})
	}
	odd := slices.Sorted(maps.Keys(l.odd))
	if l.veil != nil {
		odd = slices.DeleteFunc(odd, func(id geo.ID) bool { _, seen := l.ByID(id); return !seen })
	}
	if len(odd) == 0 {
		return out
	}
	message := fmt.Sprintf("feature %d: %s", odd[0], l.odd[odd[0]])
	if more := len(odd) - 1; more > 0 {
		message += fmt.Sprintf(", and %d more", more)
	}
	return append(out, geo.Fault{Layer: l.decl.ID, Message: message, Mend: "correct the row in the store; until then the value counts as absent"})
}

func (l *table) newRow(e *edit) uint32 {
	row := l.rows
	l.rows++
	*l.state.slot(e, row) = alive
	return row
}

// moveRow copies a row to a new one, but for its geometry, and lets it die.
func (l *table) moveRow(e *edit, to, from uint32) {
	id := l.ids.at(from)
	*l.ids.slot(e, to) = id
	l.byID.set(e, id, to+1)
	setCell(&l.versions, e, to, l.versions.at(from))
	code := l.codes.at(from)
	setCell(&l.codes, e, to, code)
	if l.byCode.at(code) == from+1 {
		setCell(&l.byCode, e, code, to+1)
	}
	*l.state.slot(e, to) = l.state.at(from) &^ (hasGeometry | extended)
	setCell(&l.district, e, to, l.district.at(from))
	setCell(&l.town, e, to, l.town.at(from))
	setCell(&l.standings, e, to, l.standings.at(from))
	setCell(&l.figures, e, to, l.figures.at(from))
	if b := l.reports.at(from); b != nil {
		*l.reports.slot(e, to) = b
	}
	for i := range l.columns {
		l.columns[i].copyRow(e, to, from)
	}
	*l.state.slot(e, from) = 0
}

func (l *table) remove(e *edit, row uint32) {
	l.praise(geo.ID(l.ids.at(row)))
	l.byID.set(e, l.ids.at(row), 0)
	if code := l.codes.at(row); l.byCode.at(code) == row+1 {
		setCell(&l.byCode, e, code, 0)
	}
	*l.state.slot(e, row) = 0
	l.live--
}

func (l *table) setCode(e *edit, row uint32, code string) {
	id, old := l.texts.codes.add(code), l.codes.at(row)
	if old != id && l.byCode.at(old) == row+1 {
		setCell(&l.byCode, e, old, 0)
	}
	setCell(&l.codes, e, row, id)
	if id != 0 {
		setCell(&l.byCode, e, id, row+1)
	}
}

func (l *table) setReports(e *edit, row uint32, r geo.Record) {
	reports := r.Reports
	if !slices.IsSortedFunc(reports, byDate) {
		reports = slices.SortedStableFunc(slices.Values(reports), byDate)
	}
	b, ok := appendReports(nil, l.texts.notes, reports)
	if !ok {
		l.blame(r.ID, "a report has a value of a type that is not known")
	}
	if !bytes.Equal(b, l.reports.at(row)) {
		*l.reports.slot(e, row) = b
	}
}

func byDate(a, b geo.Report) int { return cmp.Compare(a.Date, b.Date) }

// sameGeometry compares the stored geometry of a row with an encoded one.
func (l *table) sameGeometry(row uint32, encoded []byte, has bool) bool {
	if had := l.state.at(row)&hasGeometry != 0; !had || !has {
		return had == has
	}
	chunks := l.geoms.view()
	all, _, _ := stored(run(&chunks, l.geomAt.at(row), -1))
	return bytes.Equal(all, encoded)
}

func (l *table) setGeometry(e *edit, row uint32, s *shaped) error {
	*l.boxes.slot(e, row) = s.box
	if !s.has {
		return nil
	}
	at, ok := l.geoms.add(s.bytes)
	xyAt, fits := l.xys.add(s.xy)
	if !ok || !fits {
		return &geo.Error{Code: geo.Unsupported, Layer: l.decl.ID, Message: "layer is too large for memory",
			Mend: "serve it from the database"}
	}
	setCell(&l.geomAt, e, row, at)
	setCell(&l.xyAt, e, row, xyAt)
	setCell(&l.forms, e, row, s.form)
	flags := hasGeometry
	if s.extended {
		flags |= extended
		setCell(&l.labels, e, row, s.label)
	}
	*l.state.slot(e, row) |= flags
	return nil
}

// setPlace says where a row lies.
func (l *table) setPlace(e *edit, row uint32, district, towns string) {
	setCell(&l.district, e, row, l.texts.places.add(district))
	setCell(&l.town, e, row, l.texts.places.add(towns))
}
