package api

import (
	"strconv"

	"yiping/geo"
	"yiping/geo/format/geojson"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// appendGeometry writes the GeoJSON geometry (RFC 7946) of a feature with the
// coordinates as stored, bit for bit, and the height of each vertex where there
// are any.
func appendGeometry(b []byte, i snapshot.Item) []byte {
	if with, ok := i.AppendPosition(append(b, geojson.PointHead...)); ok {
		return append(with, '}')
	}
	g, z := i.Exact()
	return geojson.AppendGeometry(b, g, z)
}

// appendKey writes ,"name":
func appendKey(b []byte, name string) []byte {
	b = append(b, ',')
	b = jsontext.AppendString(b, name)
	return append(b, ':')
}

// appendMember writes ,"name":value.
func appendMember(b []byte, name string, value any) []byte {
	return jsontext.AppendValue(appendKey(b, name), value)
}

// The same for values that would have to be put into a box first.

func appendStringMember(b []byte, name, s string) []byte {
	return jsontext.AppendString(appendKey(b, name), s)
}

func appendTextMember(b []byte, name string, t geo.Text) []byte {
	return jsontext.AppendText(appendKey(b, name), t)
}
