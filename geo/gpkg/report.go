package gpkg

import "yiping/geo"

// owned finds the table of a report's layer and sees that its feature is there.
func (a *applier) owned(r geo.Report) (*table, error) {
	t, err := a.table(r.Layer)
	if err != nil {
		return nil, err
	}
	if len(t.layer.Reports) == 0 {
		return nil, &geo.Error{Code: geo.Invalid, Layer: r.Layer, Message: "the layer takes no reports"}
	}
	here, err := a.c.one(t.look, a.lookArgs(t, r.Feature, nil)...)
	if err == nil && here == nil {
		err = noFeature(r.Layer, r.Feature)
	}
	return t, err
}

func (a *applier) putReport(i int, r geo.Report) error {
	t, err := a.table(r.Layer)
	if err != nil {
		return err
	}
	want := r.Version
	if r, err = t.layer.NormalizeReport(r); err != nil {
		return err
	}
	if r.Date < 0 || r.Date > maxDate {
		return &geo.Error{Code: geo.Invalid, Layer: r.Layer, Field: "date", Message: "the date is out of range", ZH: "日期超出范围"}
	}
	if _, err := a.owned(r); err != nil {
		return err
	}
	version, err := a.c.integer(t.report, r.Feature, stored(r.Date))
	if err != nil {
		return err
	}
	if err := expect(r.Layer, want, uint64(version)); err != nil {
		return err
	}
	t.args = t.args[:0]
	if version == 0 {
		t.args = append(t.args, r.Feature, stored(r.Date))
	}
	for _, f := range t.layer.Reports {
		t.args = append(t.args, stored(r.Properties[f.Name]))
	}
	if version == 0 {
		_, err = a.c.exec(t.newReport, t.args...)
	} else {
		_, err = a.c.exec(t.putReport, append(t.args, r.Feature, stored(r.Date))...)
	}
	a.res.IDs[i], a.res.Versions[i] = r.Feature, uint64(version)+1
	return inLayer(err, r.Layer)
}

func (a *applier) dropReport(i int, r geo.Report) error {
	t, err := a.owned(r)
	if err != nil {
		return err
	}
	version, err := a.c.integer(t.report, r.Feature, stored(r.Date))
	if err != nil {
		return err
	}
	if version == 0 {
		e := geo.Errorf(geo.NotFound, "feature %d has no report of %s", r.Feature, r.Date)
		e.Layer = r.Layer
		return e
	}
	if err := expect(r.Layer, r.Version, uint64(version)); err != nil {
		return err
	}
	a.res.IDs[i] = r.Feature
	_, err = a.c.exec(t.dropReport, r.Feature, stored(r.Date))
	return err
}
