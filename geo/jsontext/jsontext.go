// Package jsontext appends values to a buffer as JSON, byte for byte as
// encoding/json writes them but without its detour through reflection: answers
// of thousands of features are made of little else.
package jsontext

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"yiping/geo"
)

// AppendString writes a text. What is not UTF-8, as programs that write to a
// GeoPackage may leave it, is written as U+FFFD.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		n := plain(s)
		b = append(b, s[:n]...)
		if n == len(s) {
			return append(b, '"')
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		b = appendEscaped(b, r)
		s = s[n+size:]
	}
}

// special are the bytes of ASCII that are escaped, three of them for the sake of
// pages that JSON is written into.
var special = [utf8.RuneSelf]bool{'"': true, '\\': true, '<': true, '>': true, '&': true}

func init() {
	for c := range ' ' {
		special[c] = true
	}
}

// plain gives how many bytes a text begins with that stand in JSON as they are. All
// but those of ASCII are of characters, and none of these U+2028 or U+2029, which
// JavaScript takes for ends of lines.
func plain(s string) int {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c < utf8.RuneSelf:
			if special[c] {
				return i
			}
			i++
		case c >= 0xE3 && c <= 0xEC && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80: // U+3000 … U+CFFF, as nearly all Chinese
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
				return i
			}
			i += size
		}
	}
	return len(s)
}

// appendEscaped writes a character that does not stand in JSON as it is.
func appendEscaped(b []byte, r rune) []byte {
	const short, hex = "\bb\ff\nn\rr\tt\"\"\\\\", "0123456789abcdef"
	for n := 0; n < len(short); n += 2 {
		if r == rune(short[n]) {
			return append(b, '\\', short[n+1])
		}
	}
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// AppendFloat writes a number; NaN and the infinite, for which JSON has no word,
// as null.
func AppendFloat(b []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(b, "null"...)
	}
	if abs := math.Abs(x); abs >= 1e-6 && abs < 1e21 || abs == 0 {
		return AppendPlain(b, x)
	}
	b = strconv.AppendFloat(b, x, 'e', -1, 64)
	if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // 1e-09 is 1e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// mostDecimals is the number of decimals that AppendPlain looks for; 10^-9 degrees
// are a tenth of a millimetre.
const mostDecimals = 9

// Exact bounds whole numbers of which no two, divided by a power of ten, are one
// float64: fifteen digits in all.
const Exact = 1e15

var powers = [mostDecimals + 1]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// AppendPlain writes a number as its fewest digits that give the same float64
// back, never with an exponent, as strconv does. Most numbers of people and of
// files have nine decimals or less, and are written as whole ones for a third of
// the time: below Exact these digits are the fewest.
func AppendPlain(b []byte, x float64) []byte {
	const scale = 1e9
	n := math.Round(x * scale)
	if n == 0 || !(math.Abs(n) < Exact) || n/scale != x {
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	return AppendDecimal(b, int64(n), mostDecimals)
}

// AppendDecimal writes n divided by ten to so many decimals, up to nine, without
// zeros at the end; below Exact it is what AppendPlain writes of that.
func AppendDecimal(b []byte, n int64, decimals int) []byte {
	digits := uint64(n)
	if n < 0 {
		b, digits = append(b, '-'), -digits
	}
	scale := powers[decimals]
	b = strconv.AppendUint(b, digits/scale, 10)
	if digits %= scale; digits == 0 {
		return b
	}
	var text [mostDecimals + 1]byte
	text[0] = '.'
	last := 0
	for k := decimals; k > 0; k-- {
		digit := digits % 10
		digits /= 10
		text[k] = byte('0' + digit)
		if last == 0 && digit != 0 {
			last = k
		}
	}
	return append(b, text[:last+1]...)
}

// AppendDate writes a day, "" for none.
func AppendDate(b []byte, d geo.Date) []byte {
	b = append(b, '"')
	if d != 0 {
		b = d.Time().AppendFormat(b, time.DateOnly)
	}
	return append(b, '"')
}

// AppendTime writes a moment in UTC.
func AppendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// AppendText writes words in two languages, the English ones where there are any.
func AppendText(b []byte, t geo.Text) []byte {
	b = append(b, `{"zh":`...)
	b = AppendString(b, t.ZH)
	if t.EN != "" {
		b = append(b, `,"en":`...)
		b = AppendString(b, t.EN)
	}
	return append(b, '}')
}

// AppendValue writes the value of a property, or what json.Marshal takes; what
// it does not take as null.
func AppendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return AppendString(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return AppendFloat(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case geo.Date:
		return AppendDate(b, v)
	case time.Time:
		return AppendTime(b, v)
	case geo.Text:
		return AppendText(b, v)
	}
	j, err := json.Marshal(value)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, j...)
}
