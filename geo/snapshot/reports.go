package snapshot

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"time"

	"yiping/geo"
)

// Reports of a feature are kept as bytes: their number, then each with date,
// version, number of values, and the values as (number of the field's name,
// type, value). Names and texts are numbers of the layer's notes. Bytes do not
// depend on the declaration, so that fields may come and go under them.

// The types of values.
const (
	textValue byte = iota + 1
	intValue
	floatValue
	boolValue
	dateValue
	timeValue
)

// appendReports writes reports; false if a value had no type of a field and was
// left out.
func appendReports(to []byte, notes *dict, reports []geo.Report) ([]byte, bool) {
	if len(reports) == 0 {
		return to, true
	}
	ok := true
	to = binary.AppendUvarint(to, uint64(len(reports)))
	var values []byte
	var names []string
	for _, r := range reports {
		to = binary.AppendUvarint(to, uint64(uint32(r.Date)))
		to = binary.AppendUvarint(to, r.Version)
		n := uint64(0)
		values = values[:0]
		names = slices.AppendSeq(names[:0], maps.Keys(r.Properties))
		slices.Sort(names)
		for _, name := range names {
			v := r.Properties[name]
			if v == nil {
				continue
			}
			mark := len(values)
			values = binary.AppendUvarint(values, uint64(notes.add(name)))
			if with, known := appendValue(values, notes, v); known {
				values = with
				n++
			} else {
				values, ok = values[:mark], false
			}
		}
		to = append(binary.AppendUvarint(to, n), values...)
	}
	return to, ok
}

func appendValue(to []byte, notes *dict, v any) ([]byte, bool) {
	switch v := v.(type) {
	case string:
		return binary.AppendUvarint(append(to, textValue), uint64(notes.add(v))), true
	case int64:
		return binary.AppendVarint(append(to, intValue), v), true
	case float64:
		return binary.LittleEndian.AppendUint64(append(to, floatValue), math.Float64bits(v)), true
	case bool:
		if v {
			return append(to, boolValue, 1), true
		}
		return append(to, boolValue, 0), true
	case geo.Date:
		return binary.AppendUvarint(append(to, dateValue), uint64(uint32(v))), true
	case time.Time:
		return binary.AppendVarint(append(to, timeValue), v.UnixMicro()), true
	}
	return to, false
}

// renumberReports writes reports again with the numbers of other notes.
func renumberReports(to, b []byte, notes *renumbering) []byte {
	r := reader{b}
	n := r.uint()
	to = binary.AppendUvarint(to, n)
	for range n {
		at := r.b
		r.uint() // date
		r.uint() // version
		values := r.uint()
		to = append(to, at[:len(at)-len(r.b)]...)
		for range values {
			to = binary.AppendUvarint(to, uint64(notes.id(uint32(r.uint()))))
			if at = r.b; at[0] == textValue {
				r.byte()
				to = binary.AppendUvarint(append(to, textValue), uint64(notes.id(uint32(r.uint()))))
				continue
			}
			r.skip()
			to = append(to, at[:len(at)-len(r.b)]...)
		}
	}
	return to
}

// readReports gives fresh reports, in the order they were written.
func readReports(b []byte, notes view, layer geo.LayerID, id geo.ID) []geo.Report {
	if len(b) == 0 {
		return nil
	}
	r := reader{b}
	out := make([]geo.Report, r.uint())
	for i := range out {
		date, version, n := geo.Date(r.uint()), r.uint(), r.uint()
		p := make(geo.Properties, n)
		for range n {
			name := notes.text(uint32(r.uint()))
			p[name] = r.value(notes)
		}
		out[i] = geo.Report{Layer: layer, Feature: id, Date: date, Version: version, Properties: p}
	}
	return out
}

func (r *reader) value(notes view) any {
	switch r.byte() {
	case textValue:
		return notes.text(uint32(r.uint()))
	case intValue:
		return r.int()
	case floatValue:
		bits := binary.LittleEndian.Uint64(r.b)
		r.b = r.b[8:]
		return math.Float64frombits(bits)
	case boolValue:
		return r.byte() == 1
	case dateValue:
		return geo.Date(r.uint())
	}
	return time.UnixMicro(r.int()).UTC()
}
