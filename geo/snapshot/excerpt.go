package snapshot

import "yiping/geo"

// Excerpt gives the snapshot with these features, and no others, in a layer: as
// some of a layer that is served from the database have just been read. They are
// placed and shown as those of any layer. The receiver stays as it is, and Apply
// and other Excerpts may run at the same time; an excerpt is not to be applied to.
// A layer that there is not is a geo.NotFound.
func (s *Snapshot) Excerpt(layer geo.LayerID, features []*geo.Feature) (*Snapshot, error) {
	if _, ok := s.Layer(layer); !ok {
		return nil, &geo.Error{Code: geo.NotFound, Layer: layer, Field: "layers", Message: "there is no such layer"}
	}
	w := newWork(s)
	w.to.revision = s.revision
	w.reset(layer) // a table of its own: nothing is shared that is written to
	for _, f := range features {
		if err := w.record(geo.Record{Layer: layer, ID: f.ID, Feature: f}); err != nil {
			return nil, err
		}
	}
	o := w.layer(layer)
	o.freeze()
	w.placeLayer(layer, nil, w.to.places)
	w.finish(o)
	return w.to, nil
}
