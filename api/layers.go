package api

import (
	"yiping/geo"
)

type layerRow struct {
	*geo.Layer
	Count    *int   `json:"count,omitempty"`    // absent: the layer is served from the database
	Estimate *int64 `json:"estimate,omitempty"` // … and has about so many, as its statistics say
}

type layersBody struct {
	Cursor geo.Cursor `json:"cursor"`
	Layers []layerRow `json:"layers"`
}

// layers lists the declarations with how many features each layer has, or about
// has where they stay in the database.
func layers(q *query) (any, error) {
	rows := []layerRow{}
	for _, l := range q.snap.Layers() {
		r := layerRow{Layer: l.Decl()}
		if n := l.Len(); !l.Decl().InDatabase() {
			r.Count = &n
		} else if q.server != nil {
			// Without an answer the list is what it is.
			if about, err := q.server.Estimate(q.ctx, l.Decl().ID); err == nil && about > 0 {
				r.Estimate = &about
			}
		}
		rows = append(rows, r)
	}
	return layersBody{q.snap.Cursor(), rows}, nil
}
