package api

import (
	"yiping/geo"
)

// layers lists the declarations with how many features each layer has, or about
// has where they stay in the database.
func layers(q *query) (any, error) {
	type row struct {
		*geo.Layer
		Count    *int   `json:"count,omitempty"`    // absent: the layer is served from the database
		Estimate *int64 `json:"estimate,omitempty"` // … and has about so many, as its statistics say
	}
	rows := []row{}
	for _, l := range q.snap.Layers() {
		r := row{Layer: l.Decl()}
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
	return struct {
		Cursor geo.Cursor `json:"cursor"`
		Layers []row      `json:"layers"`
	}{q.snap.Cursor(), rows}, nil
}
