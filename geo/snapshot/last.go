package snapshot

import (
	"encoding/binary"
	"math"

	"yiping/geo"
)

// Day is the evaluation date that the feature is judged at: that of its district.
func (i Item) Day() geo.Date { return i.l.of.Date(i.District()) }

// Reported is the date of the last report up to Day; 0 for none. It does not
// allocate.
func (i Item) Reported() geo.Date {
	last, day := geo.Date(0), i.Day()
	i.eachReport(func(date geo.Date, r *reader, values uint64) {
		for range values {
			r.uint()
			r.skip()
		}
		if date <= day {
			last = date
		}
	})
	return last
}

// LastReported is the number that the last report up to Day which gives the
// field gives it. It does not allocate.
func (i Item) LastReported(field string) (x float64, ok bool) {
	id, day := i.l.texts.notes.find(field), i.Day()
	if id == 0 {
		return 0, false
	}
	i.eachReport(func(date geo.Date, r *reader, values uint64) {
		for range values {
			if uint32(r.uint()) != id || date > day {
				r.skip()
				continue
			}
			if y, is := r.number(); is {
				x, ok = y, true
			}
		}
	})
	return x, ok
}

// eachReport goes through the reports in order of date; read takes the values.
func (i Item) eachReport(read func(date geo.Date, r *reader, values uint64)) {
	b := i.l.reports.at(i.row)
	if len(b) == 0 {
		return
	}
	r := reader{b}
	for range r.uint() {
		date, _, n := geo.Date(r.uint()), r.uint(), r.uint()
		read(date, &r, n)
	}
}

// number reads a value, and says whether it was a number.
func (r *reader) number() (float64, bool) {
	switch r.b[0] {
	case intValue:
		r.byte()
		return float64(r.int()), true
	case floatValue:
		r.byte()
		bits := binary.LittleEndian.Uint64(r.b)
		r.b = r.b[8:]
		return math.Float64frombits(bits), true
	}
	r.skip()
	return 0, false
}

// skip passes a value over.
func (r *reader) skip() {
	switch r.byte() {
	case textValue, dateValue:
		r.uint()
	case floatValue:
		r.b = r.b[8:]
	case boolValue:
		r.byte()
	default: // intValue, timeValue
		r.int()
	}
}
