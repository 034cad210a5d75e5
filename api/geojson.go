package api

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format/geojson"
)

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// appendGeometry writes a GeoJSON geometry (RFC 7946) with the coordinates as
// stored, bit for bit, and the height of each vertex where there are any.
func appendGeometry(b []byte, g orb.Geometry, z []float64) []byte {
	return geojson.AppendGeometry(b, g, z)
}

// appendMember writes ,"name":value.
func appendMember(b []byte, name string, value any) []byte {
	b = append(b, ',')
	b = appendValue(b, name)
	b = append(b, ':')
	return appendValue(b, value)
}

// appendValue writes a property value; one of a foreign type as null.
func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case geo.Date:
		return appendText(b, v.String())
	case time.Time:
		return appendText(b, v.UTC().Format(time.RFC3339Nano))
	case geo.Text:
		b = append(b, `{"zh":`...)
		b = appendText(b, v.ZH)
		b = append(b, `,"en":`...)
		b = appendText(b, v.EN)
		return append(b, '}')
	}
	j, err := json.Marshal(value)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, j...)
}

func appendText(b []byte, s string) []byte {
	if !plainText(s) {
		j, err := json.Marshal(s)
		if err != nil { // cannot be: a string always has a form
			return append(b, `""`...)
		}
		return append(b, j...)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// plainText reports that a text stands in JSON as it is. Programs that write to
// a GeoPackage may leave texts that are not UTF-8.
func plainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0xE2 {
			return false
		}
	}
	return utf8.ValidString(s)
}
