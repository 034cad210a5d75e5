package api

import (
	"yiping/geo"
)

// layers lists the declarations with how many features each layer has.
func layers(q *query) (any, error) {
	type row struct {
		*geo.Layer
		Count int `json:"count"`
	}
	rows := []row{}
	for _, l := range q.snap.Layers() {
		rows = append(rows, row{l.Decl(), l.Len()})
	}
	return struct {
		Cursor geo.Cursor `json:"cursor"`
		Layers []row      `json:"layers"`
	}{q.snap.Cursor(), rows}, nil
}
