package api

import (
	"yiping/geo"
)

// layers lists the declarations with how many features each layer has.
func layers(q *query) (any, error) {
	type row struct {
		*geo.Layer
		Count *int `json:"count,omitempty"` // absent: the layer is served from the database
	}
	rows := []row{}
	for _, l := range q.snap.Layers() {
		r := row{Layer: l.Decl()}
		if n := l.Len(); !l.Decl().InDatabase() {
			r.Count = &n
		}
		rows = append(rows, r)
	}
	return struct {
		Cursor geo.Cursor `json:"cursor"`
		Layers []row      `json:"layers"`
	}{q.snap.Cursor(), rows}, nil
}
