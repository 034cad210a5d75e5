package snapshot

import (
	"math"
	"strconv"
	"time"

	"yiping/geo"
	"yiping/geo/jsontext"
)

// column is one field of all features. Texts are numbers of a dict; a date is
// itself; a bool is 1 or 2: all in words, where 0 is absent. Ints, times in
// microseconds, and floats lie in wide, XORed with a value that stands for
// absent, so that absent is 0 there too.
type column struct {
	field geo.Field
	words paged[uint32]
	wide  paged[uint64]
	dict  *dict // texts only
	texts view
}

// Values that stand for "absent" and cannot be stored: a NaN that no database
// gives, and the lowest int64.
const (
	absentFloat uint64 = 0x7ff8_5971_7069_6e67
	absentInt   uint64 = 1 << 63
)

func newColumn(f geo.Field) column {
	c := column{field: f}
	if f.Type == geo.TextField {
		c.dict = newDict()
	}
	return c
}

// freeze takes a new view of the texts.
func (c *column) freeze() {
	if c.dict != nil {
		c.texts = c.dict.view()
	}
}

// set puts a value of the field's type, or nil, into a row; false if it is of
// another type, or the one value that cannot be kept. The row is then absent.
func (c *column) set(e *edit, row uint32, v any) bool {
	word, wide, ok := c.cell(v)
	setCell(&c.words, e, row, word)
	setCell(&c.wide, e, row, wide)
	return ok
}

func (c *column) cell(v any) (word uint32, wide uint64, ok bool) {
	if v == nil {
		return 0, 0, true
	}
	switch c.field.Type {
	case geo.TextField:
		if s, ok := v.(string); ok {
			return c.dict.add(s), 0, true
		}
	case geo.BoolField:
		switch v {
		case false:
			return 1, 0, true
		case true:
			return 2, 0, true
		}
	case geo.DateField:
		if d, ok := v.(geo.Date); ok {
			return uint32(d), 0, true
		}
	case geo.IntField:
		if n, ok := v.(int64); ok {
			wide = uint64(n) ^ absentInt
			return 0, wide, wide != 0
		}
	case geo.TimeField:
		if t, ok := v.(time.Time); ok {
			wide = uint64(t.UnixMicro()) ^ absentInt
			return 0, wide, wide != 0
		}
	case geo.FloatField:
		if x, ok := v.(float64); ok {
			wide = math.Float64bits(x) ^ absentFloat
			return 0, wide, wide != 0
		}
	}
	return 0, 0, false
}

// value gives what set took; nil if absent.
func (c *column) value(row uint32) any {
	if word := c.words.at(row); word != 0 {
		switch c.field.Type {
		case geo.TextField:
			return c.texts.text(word)
		case geo.BoolField:
			return word == 2
		}
		return geo.Date(word)
	}
	if wide := c.wide.at(row); wide != 0 {
		switch c.field.Type {
		case geo.IntField:
			return int64(wide ^ absentInt)
		case geo.TimeField:
			return time.UnixMicro(int64(wide ^ absentInt)).UTC()
		}
		return math.Float64frombits(wide ^ absentFloat)
	}
	return nil
}

// integer gives an int.
func (c *column) integer(row uint32) (int64, bool) {
	wide := c.wide.at(row)
	if wide == 0 || c.field.Type != geo.IntField {
		return 0, false
	}
	return int64(wide ^ absentInt), true
}

// number gives an int or float as a float64.
func (c *column) number(row uint32) (float64, bool) {
	wide := c.wide.at(row)
	if wide == 0 {
		return 0, false
	}
	switch c.field.Type {
	case geo.IntField:
		return float64(int64(wide ^ absentInt)), true
	case geo.FloatField:
		return math.Float64frombits(wide ^ absentFloat), true
	}
	return 0, false
}

// appendText writes the value as text, without a detour through any: that would
// allocate.
func (c *column) appendText(to []byte, row uint32) []byte {
	if word := c.words.at(row); word != 0 {
		switch c.field.Type {
		case geo.TextField:
			return append(to, c.texts.text(word)...)
		case geo.BoolField:
			return strconv.AppendBool(to, word == 2)
		}
		return geo.Date(word).Time().AppendFormat(to, "2006-01-02")
	}
	if wide := c.wide.at(row); wide != 0 {
		switch c.field.Type {
		case geo.IntField:
			return strconv.AppendInt(to, int64(wide^absentInt), 10)
		case geo.TimeField:
			return time.UnixMicro(int64(wide^absentInt)).UTC().AppendFormat(to, time.RFC3339Nano)
		}
		return strconv.AppendFloat(to, math.Float64frombits(wide^absentFloat), 'f', -1, 64)
	}
	return to
}

// has reports whether there is a value.
func (c *column) has(row uint32) bool { return c.words.at(row) != 0 || c.wide.at(row) != 0 }

// appendJSON writes the value as JSON, null if absent, likewise without any.
func (c *column) appendJSON(to []byte, row uint32) []byte {
	if word := c.words.at(row); word != 0 {
		switch c.field.Type {
		case geo.TextField:
			return jsontext.AppendString(to, c.texts.text(word))
		case geo.BoolField:
			return strconv.AppendBool(to, word == 2)
		}
		return jsontext.AppendDate(to, geo.Date(word))
	}
	if wide := c.wide.at(row); wide != 0 {
		switch c.field.Type {
		case geo.IntField:
			return strconv.AppendInt(to, int64(wide^absentInt), 10)
		case geo.TimeField:
			return jsontext.AppendTime(to, time.UnixMicro(int64(wide^absentInt)))
		}
		return jsontext.AppendFloat(to, math.Float64frombits(wide^absentFloat))
	}
	return append(to, "null"...)
}

// same reports whether row of c and other of d hold the same value. The fields
// have one type.
func (c *column) same(row uint32, d *column, other uint32) bool {
	if c.wide.at(row) != d.wide.at(other) {
		return false
	}
	a, b := c.words.at(row), d.words.at(other)
	if c.dict != d.dict {
		return c.texts.text(a) == d.texts.text(b)
	}
	return a == b
}

// copyRow gives row to the value of row from.
func (c *column) copyRow(e *edit, to, from uint32) {
	setCell(&c.words, e, to, c.words.at(from))
	setCell(&c.wide, e, to, c.wide.at(from))
}

// reorder gives the column with its rows in another order and only the texts
// still in use.
func (c *column) reorder(e *edit, order []uint32) column {
	out := column{field: c.field, wide: reorder(&c.wide, e, order)}
	if c.dict == nil {
		out.words = reorder(&c.words, e, order)
		return out
	}
	texts := renumber(c.texts)
	out.words = reorderBy(&c.words, e, order, texts.id)
	out.dict = texts.dict()
	out.freeze()
	return out
}
