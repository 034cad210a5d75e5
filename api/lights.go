package api

import (
	"strconv"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

// lights gives the light of every feature of layers= that has one, all layers
// when it is absent: what a page needs to colour the tiles it has for another day.
func lights(q *query) (any, error) {
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	layers, err := q.layers()
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, 4096), `{"cursor":`...)
	b = jsontext.AppendString(b, string(q.snap.Cursor()))
	b = appendMember(b, "at", q.day(d))
	b = append(b, `,"layers":{`...)
	first := true
	for _, l := range layers {
		if l.Decl().InDatabase() && q.values.Has("layers") {
			return nil, geo.NotInMemory(l.Decl().ID)
		}
		if l.Decl().Light.Kind == geo.NoRule {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendLights(b, l, scope{district: d.Code})
	}
	return newReply(typeJSON, append(b, "}}"...)), nil
}

// appendLights writes "layer":[[id,"light"],…], ascending by id.
func appendLights(b []byte, l *snapshot.Layer, sc scope) []byte {
	b = jsontext.AppendString(b, string(l.Decl().ID))
	b = append(b, ":["...)
	first := true
	for i := range l.All {
		if i.Light() == geo.None || !sc.holds(i) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '[')
		b = strconv.AppendUint(b, uint64(i.ID()), 10)
		b = append(b, `,"`...)
		b = append(b, i.Light().String()...)
		b = append(b, `"]`...)
	}
	return append(b, ']')
}
